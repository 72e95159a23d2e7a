//! Properties of generated trees and texts.

use proptest::prelude::*;
use stixkit::pattern::ast::*;
use stixkit::pattern::{Parser, Pattern, Version};

pub(crate) type Observations = ObservationExpression<'static>;
pub(crate) type Comparisons = ComparisonExpression<'static>;

fn nowhere() -> Span {
    Span::default()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", any::<String>(), r"['\\a]{0,6}", Just("EXISTS".to_owned())]
}

fn literal() -> impl Strategy<Value = Literal<'static>> {
    prop_oneof![
        any_text().prop_map(Literal::from),
        any::<i64>().prop_map(Literal::from),
        any::<bool>().prop_map(Literal::from),
        any::<f64>().prop_filter_map("finite", |value| Float::new(value).map(Literal::Float)),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| Literal::Hex(Hex::new(&bytes))),
        prop::collection::vec(any::<u8>(), 1..9)
            .prop_filter_map("not empty", |bytes| Binary::new(&bytes).map(Literal::Binary)),
        timestamp().prop_map(Literal::Timestamp),
    ]
}

fn timestamp() -> impl Strategy<Value = Timestamp<'static>> {
    // The years 0 to 9999.
    (-62_167_219_200..253_402_300_800_i64, 0..1_000_000_000_u32)
        .prop_filter_map("has four digits", |(seconds, nanos)| {
            chrono::DateTime::from_timestamp(seconds, nanos).and_then(Timestamp::new)
        })
}

fn step() -> impl Strategy<Value = Step<'static>> {
    prop_oneof![
        property(),
        any::<u64>().prop_map(|position| Step::Index(Index { span: nowhere(), position, plus: position % 2 == 0 })),
        Just(Step::AnyIndex(nowhere())),
    ]
}

fn property() -> impl Strategy<Value = Step<'static>> {
    (prop_oneof!["[a-zA-Z_][a-z0-9_-]{0,6}", any_text()], any::<bool>())
        .prop_map(|(name, quoted)| Step::Property(Property { span: nowhere(), name: name.into(), quoted }))
}

fn path() -> impl Strategy<Value = Path<'static>> {
    ("x[a-zA-Z0-9_-]{0,8}", property(), prop::collection::vec(step(), 0..3)).prop_map(
        |(object_type, first, mut steps)| {
            steps.insert(0, first);
            Path { span: nowhere(), object_type: object_type.into(), steps }
        },
    )
}

fn comparison() -> impl Strategy<Value = Comparisons> {
    use OperatorKind::*;
    let kinds = vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Like, Matches, IsSubset, IsSuperset];
    (path(), any::<bool>(), prop::sample::select(kinds), any::<bool>(), literal(), any_text()).prop_map(
        |(path, negated, kind, alternative, value, text)| {
            let fits = match value {
                Literal::String(_) => true,
                Literal::Boolean(_) => !kind.is_ordering() && !kind.takes_string(),
                _ => !kind.takes_string(),
            };
            let two = matches!(kind, Equal | NotEqual);
            Comparisons::Comparison(Box::new(Comparison {
                span: nowhere(),
                path,
                negated,
                operator: Operator {
                    span: nowhere(),
                    kind,
                    spelling: if alternative && two { Spelling::Alternative } else { Spelling::Standard },
                },
                value: if fits { value } else { text.into() },
            }))
        },
    )
}

fn test() -> impl Strategy<Value = Comparisons> {
    prop_oneof![
        4 => comparison(),
        1 => (path(), any::<bool>(), prop::collection::vec(literal(), 0..4)).prop_map(
            |(path, negated, values)| {
                Comparisons::In(Box::new(In { span: nowhere(), path, negated, values }))
            }
        ),
        1 => (path(), any::<bool>()).prop_map(|(path, negated)| {
            Comparisons::Exists(Box::new(Exists { span: nowhere(), negated, path }))
        }),
    ]
}

fn list<T>(operands: Vec<T>, node: fn(Box<List<T>>) -> T) -> T {
    node(Box::new(List { span: nowhere(), operands }))
}

/// Any tree of about this many tests, with or without the groups that its precedences ask for.
fn loose_comparisons(size: u32) -> impl Strategy<Value = Comparisons> {
    test().prop_recursive(4, size, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|o| list(o, Comparisons::And)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|o| list(o, Comparisons::Or)),
            inner.prop_map(group_comparison),
        ]
    })
}

fn group_comparison(inner: Comparisons) -> Comparisons {
    Comparisons::Group(Box::new(ComparisonGroup { span: nowhere(), inner }))
}

fn qualifiers() -> impl Strategy<Value = Vec<Qualifier<'static>>> {
    let within = any::<f64>().prop_filter_map("finite", |value| {
        Some(Qualifier::Within(Box::new(Within { span: nowhere(), seconds: Seconds::Float(Float::new(value.abs())?) })))
    });
    let repeats = (0..=i64::MAX)
        .prop_map(|times| Qualifier::Repeats(Box::new(Repeats { span: nowhere(), times: Integer::new(times) })));
    let window = (timestamp(), timestamp()).prop_map(|(start, stop)| {
        Qualifier::StartStop(Box::new(StartStop {
            span: nowhere(),
            start: Bound::Timestamp(start),
            stop: Bound::Timestamp(stop),
        }))
    });
    prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(prop_oneof![within, repeats, window], 1..4),
    ]
}

fn group_observation(inner: Observations, qualifiers: Vec<Qualifier<'static>>) -> Observations {
    Observations::Group(Box::new(ObservationGroup { span: nowhere(), inner, qualifiers }))
}

/// Any tree of about this many observations, each with up to twice as many tests.
pub(crate) fn loose_observations(size: u32) -> impl Strategy<Value = Observations> {
    let leaf = (loose_comparisons(2 * size), qualifiers()).prop_map(|(comparison, qualifiers)| {
        Observations::Observation(Box::new(Observation { span: nowhere(), comparison, qualifiers }))
    });
    leaf.prop_recursive(4, size, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|o| list(o, Observations::And)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|o| list(o, Observations::Or)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|o| list(o, Observations::FollowedBy)),
            (inner, qualifiers()).prop_map(|(inner, list)| group_observation(inner, list)),
        ]
    })
}

/// Adds the groups that precedence asks for, as the parser would have read them.
fn grouped_comparison(mut expression: Comparisons) -> Comparisons {
    use ComparisonExpression as C;
    let is_and = matches!(expression, C::And(_));
    let close = |expression| match grouped_comparison(expression) {
        inner @ C::Or(_) => group_comparison(inner),
        inner @ C::And(_) if is_and => group_comparison(inner),
        inner => inner,
    };
    match &mut expression {
        C::And(node) | C::Or(node) => {
            node.operands = std::mem::take(&mut node.operands).into_iter().map(close).collect();
        }
        C::Group(node) => node.inner = grouped_comparison(node.inner.clone()),
        C::Comparison(_) | C::In(_) | C::Exists(_) => {}
    }
    expression
}

pub(crate) fn grouped(mut expression: Observations) -> Observations {
    use ObservationExpression as O;
    let rank = |expression: &Observations| match expression {
        O::FollowedBy(_) => 0,
        O::Or(_) => 1,
        O::And(_) => 2,
        O::Observation(_) | O::Group(_) => 3,
    };
    let own = rank(&expression);
    let close = |expression| match grouped(expression) {
        inner if rank(&inner) <= own => group_observation(inner, Vec::new()),
        inner => inner,
    };
    match &mut expression {
        O::And(node) | O::Or(node) | O::FollowedBy(node) => {
            node.operands = std::mem::take(&mut node.operands).into_iter().map(close).collect();
        }
        O::Group(node) => node.inner = grouped(node.inner.clone()),
        O::Observation(node) => node.comparison = grouped_comparison(node.comparison.clone()),
    }
    expression
}

/// Words that make up most of a pattern.
pub(crate) const WORDS: &[&str] = &[
    "[",
    "]",
    "(",
    ")",
    "[a:b = 1]",
    "a:b",
    "a",
    ":",
    ".",
    ",",
    "*",
    "=",
    "==",
    "<>",
    "<",
    "!",
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "IN",
    "EXISTS",
    "LIKE",
    "START",
    "STOP",
    "WITHIN",
    "SECONDS",
    "REPEATS",
    "TIMES",
    "LAST",
    "true",
    "'c'",
    "'",
    r"'\'",
    r"\",
    "t'2014-01-13T07:03:17Z'",
    "t'",
    "h'ff'",
    "b'AA=='",
    "b'\n'",
    "0",
    "1",
    "-1",
    "+.5",
    "01",
    "99999999999999999999",
    "/*",
    "*/",
    "//",
    "\n",
    "\u{85}",
    "é",
    "‘",
    "\"",
    "\0",
    "[0]",
    "[*]",
];

/// Random texts of such words, which get past the first token.
fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => any::<String>()];
    (prop::collection::vec(word, 0..24), prop::sample::select(vec!["", " "])).prop_map(|(words, glue)| words.join(glue))
}

/// Whatever the text, the outcome is consistent.
fn examine(text: &str, version: Version) -> Result<(), TestCaseError> {
    let inside = |span: Span| span.start <= span.end && text.get(span.range()).is_some();
    let parser = Parser::new().with_version(version);
    match parser.parse(text) {
        Err(error) => {
            prop_assert!(inside(error.span()), "{error:?}");
            prop_assert_eq!(error.pattern(), text);
            let full = format!("{error:#}");
            prop_assert!(full.starts_with(&error.to_string()));
            prop_assert!(!error.to_string().contains('\n'));
        }
        Ok(pattern) => {
            prop_assert!(pattern.check().iter().all(|finding| inside(finding.span)));
            prop_assert!(inside(pattern.expression().span()));
            for test in pattern.tests() {
                prop_assert!(inside(test.span()));
                let source = &text[test.path().unwrap().span.range()];
                let path = parser.parse_path(source);
                prop_assert!(path.is_ok_and(|path| path.same_as(test.path().unwrap())));
            }
            let mut end = 0;
            for token in pattern.tokens() {
                prop_assert!(inside(token.span) && !token.span.is_empty() && end <= token.span.start);
                prop_assert!(text[end..token.span.start].trim().is_empty());
                end = token.span.end;
            }
            prop_assert!(text[end..].trim().is_empty());
            let faithful = format!("{pattern:#}");
            for printed in [pattern.to_string(), faithful.clone()] {
                let again = parser.parse(&printed);
                prop_assert!(again.is_ok(), "{printed}");
                let again = again.unwrap();
                prop_assert!(again.expression().same_as(pattern.expression()), "{printed}");
                prop_assert_eq!(again.to_string(), pattern.to_string());
                if printed == faithful {
                    prop_assert_eq!(format!("{again:#}"), printed.as_str());
                }
            }
            prop_assert!(pattern.clone().into_owned() == pattern);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tree_survives_printing(tree in loose_observations(12).prop_map(grouped)) {
        for printed in [format!("{tree}"), format!("{tree:#}")] {
            let pattern = Pattern::parse(&printed);
            prop_assert!(pattern.is_ok(), "{:#}", pattern.unwrap_err());
            let pattern = pattern.unwrap();
            prop_assert!(pattern.expression().same_as(&tree), "{printed}");
            prop_assert_eq!(pattern.to_string(), tree.to_string());
        }
    }

    #[test]
    fn missing_groups_are_printed(tree in loose_observations(12)) {
        let grouped = grouped(tree.clone());
        prop_assert_eq!(tree.to_string(), grouped.to_string());
        let pattern = Pattern::from_expression(&tree);
        prop_assert!(pattern.is_ok_and(|pattern| pattern.expression().same_as(&grouped)));
    }

    #[test]
    fn any_text_is_safe(text in any::<String>()) {
        examine(&text, Version::V21)?;
    }

    #[test]
    fn any_words_are_safe(text in soup(), old in any::<bool>()) {
        examine(&text, if old { Version::V20 } else { Version::V21 })?;
    }

    #[test]
    fn any_words_in_brackets_are_safe(text in soup(), old in any::<bool>()) {
        examine(&format!("[a:b {text}]"), if old { Version::V20 } else { Version::V21 })?;
        examine(&format!("[{text} = 1]"), Version::V21)?;
        examine(&format!("[a:b = 1] {text}"), Version::V21)?;
    }

    #[test]
    fn floats_survive(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
        let printed = Literal::Float(Float::new(value).unwrap()).to_string();
        prop_assert!(!printed.contains(['e', 'E']) && printed.contains('.'));
        prop_assert_eq!(printed.parse::<f64>().unwrap().to_bits(), value.to_bits());
    }

    #[test]
    fn bytes_survive(bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        prop_assert!(Hex::new(&bytes).bytes().eq(bytes.iter().copied()));
        prop_assert!(Binary::new(&bytes).unwrap().bytes().eq(bytes.iter().copied()));
    }
}
