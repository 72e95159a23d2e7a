//! The pattern language, by cases in `fixtures/patterns`, by generated trees and by the corpus.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stixkit::object::Indicator;
use stixkit::pattern::ast::{
    ComparisonExpression, ComparisonGroup, List, Literal, ObservationExpression, ObservationGroup, Qualifier, Seconds,
    Span,
};
use stixkit::pattern::{AnyPattern, ErrorKind, Finding, Parser, Pattern, Version};

mod fingerprint;
pub(crate) mod generated;

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/patterns").join(name)
}

pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

pub(crate) fn version(case: &Value) -> Version {
    match case["version"].as_str() {
        Some("2.0") => Version::V20,
        _ => Version::V21,
    }
}

fn parser(case: &Value) -> Parser {
    Parser::new().with_version(version(case))
}

pub(crate) fn text<'c>(case: &'c Value, key: &str) -> &'c str {
    case[key].as_str().unwrap_or_else(|| panic!("no {key} in {case}"))
}

/// The name of a kind, without its data.
fn name(kind: impl std::fmt::Debug) -> String {
    let mut name = format!("{kind:?}");
    name.truncate(name.find(' ').unwrap_or(name.len()));
    name
}

fn show(finding: &Finding) -> String {
    let Finding { kind, span, .. } = finding;
    format!("{kind:?} {}..{}", span.start, span.end)
}

/// Runs one case; `Err` says how it went wrong.
fn run(case: &Value) -> Result<(), String> {
    let source = text(case, "pattern");
    match (parser(case).parse(source), case["error"].as_str()) {
        (Ok(_), Some(kind)) => Err(format!("accepted; expected {kind}")),
        (Err(error), None) => Err(format!("{error:#}")),
        (Err(error), Some(kind)) => {
            let span = serde_json::json!([error.span().start, error.span().end]);
            if name(error.kind()) != kind || span != case["span"] {
                return Err(format!("{:?} at {span}", error.kind()));
            }
            Ok(())
        }
        (Ok(pattern), None) => {
            let canonical = pattern.to_string();
            if canonical != text(case, "canonical") {
                return Err(format!("printed as {canonical}"));
            }
            // Cases of the language use names that mean nothing; `names.jsonl` is about names.
            let with_names = case["names"] == true;
            let findings = pattern.check().into_iter().filter(|finding| with_names || !finding.kind.is_about_names());
            let findings: Vec<_> = findings.map(|finding| show(&finding)).collect();
            if serde_json::json!(findings) != *case.get("findings").unwrap_or(&Value::Array(vec![])) {
                return Err(format!("findings: {findings:?}"));
            }
            for printed in [canonical, format!("{pattern:#}")] {
                let again = parser(case).parse(&printed).map_err(|e| format!("{e:#}"))?;
                if !again.expression().same_as(pattern.expression()) {
                    return Err(format!("{printed} has another tree"));
                }
            }
            Ok(())
        }
    }
}

fn run_all(file: &str) {
    let mut report = String::new();
    for case in lines(&fixture(file)) {
        if let Err(fault) = run(&case) {
            let _ = writeln!(report, "{}: {}\n  {fault}", case["name"], case["pattern"]);
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn accepted() {
    run_all("accepted.jsonl");
}

#[test]
fn refused() {
    run_all("refused.jsonl");
}

#[test]
fn names() {
    run_all("names.jsonl");
}

#[test]
fn odd_cases() {
    run_all("odd-cases.jsonl");
    // Each of the eighteen has a case.
    let names: Vec<_> = lines(&fixture("odd-cases.jsonl")).iter().map(|case| text(case, "name").to_owned()).collect();
    for number in 1..=18 {
        let prefix = format!("{number}: ");
        assert!(names.iter().any(|name| name.starts_with(&prefix)), "{number}");
    }
}

/// Compares with a file; `STIXKIT_BLESS=1` writes the file instead.
fn snapshot(file: &str, actual: &str) {
    let path = fixture(file);
    if std::env::var_os("STIXKIT_BLESS").is_some() {
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "{file} differs; now it is:\n{actual}");
}

#[test]
fn messages() {
    let mut text = String::new();
    for file in ["refused.jsonl", "odd-cases.jsonl"] {
        for case in lines(&fixture(file)) {
            if let Err(error) = parser(&case).parse(self::text(&case, "pattern")) {
                let _ = writeln!(text, "# {}\n{error:#}\n", self::text(&case, "name"));
            }
        }
    }
    snapshot("messages.txt", &text);
}

#[test]
fn findings_have_messages() {
    let mut text = String::new();
    for file in ["accepted.jsonl", "odd-cases.jsonl", "names.jsonl"] {
        for case in lines(&fixture(file)) {
            let findings = parser(&case).parse(self::text(&case, "pattern")).map(|pattern| pattern.check());
            for finding in findings.into_iter().flatten() {
                if file != "names.jsonl" && finding.kind.is_about_names() {
                    continue;
                }
                let line = format!("{:?}: {finding}\n", finding.kind);
                if !text.contains(&line) {
                    text += &line;
                }
            }
        }
    }
    snapshot("findings.txt", &text);
}

/// The cases of a file of the corpus.
pub(crate) fn corpus(file: &str) -> Vec<Value> {
    lines(&crate::corpus::folder().join("patterns").join(file))
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_valid() {
    for case in corpus("valid.jsonl") {
        let source = text(&case, "pattern");
        let pattern = parser(&case).parse(source).unwrap_or_else(|error| panic!("{error:#}"));
        let printed = pattern.to_string();
        let again = parser(&case).parse(&printed).unwrap_or_else(|error| panic!("{error:#}"));
        assert!(again.expression().same_as(pattern.expression()), "{source}");
        assert_eq!(again.to_string(), printed);
    }
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_invalid() {
    for case in corpus("invalid.jsonl") {
        assert!(parser(&case).parse(text(&case, "pattern")).is_err(), "{case}");
    }
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_disputed() {
    let exceptions = lines(&fixture("corpus-exceptions.jsonl"));
    for case in corpus("disputed.jsonl") {
        let result = parser(&case).parse(text(&case, "pattern"));
        let exception = exceptions.iter().find(|exception| exception["why"] == case["why"]);
        match (text(&case, "spec"), result, exception) {
            ("accept", Ok(_), _) | ("reject", Err(_), _) => {}
            ("reject", Ok(pattern), Some(exception)) => {
                let kind = text(exception, "finding");
                assert!(pattern.check().iter().any(|finding| name(finding.kind) == kind), "no {kind}: {case}");
            }
            (_, result, _) => panic!("{result:?}: {case}"),
        }
    }
}

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn ten_thousand_hashes() {
    let test = format!("file:hashes.'SHA-256' = '{HASH}'");
    for source in
        [format!("[{}]", vec![test.as_str(); 10_000].join(" OR ")), vec![format!("[{test}]"); 10_000].join(" OR ")]
    {
        let pattern = Pattern::parse(&source).unwrap();
        assert_eq!(pattern.tests().count(), 10_000);
        assert_eq!(pattern.to_string(), source);
    }
}

#[test]
fn limits() {
    let refused = |parser: Parser, source: &str| parser.parse(source).unwrap_err();

    let source = "[a:b = 'é']";
    assert!(Parser::new().with_max_length(12).parse(source).is_ok());
    let error = refused(Parser::new().with_max_length(11), source);
    let kind = ErrorKind::TooLong { length: 12, limit: 11 };
    assert_eq!(error.kind(), kind);

    let long = "é".repeat(1 << 20);
    let error = refused(Parser::new(), &long);
    assert!(error.pattern().len() <= 128 && error.span().end == error.pattern().len());

    // The observation, the comparison and the step.
    assert!(Parser::new().with_max_nodes(3).parse(source).is_ok());
    let error = refused(Parser::new().with_max_nodes(2), source);
    assert_eq!(error.kind(), ErrorKind::TooManyNodes { limit: 2 });

    for shallow in ["([a:b = 1])", "[(a:b = 1)]"] {
        assert!(Parser::new().with_max_depth(1).parse(shallow).is_ok());
        let error = refused(Parser::new().with_max_depth(0), shallow);
        assert_eq!(error.kind(), ErrorKind::TooDeep { limit: 0 });
    }
}

#[test]
fn depth_counts_open_parentheses() {
    let text = |outside: usize, inside: usize| {
        let [open_outside, open_inside] = [outside, inside].map(|count| "(".repeat(count));
        let [close_outside, close_inside] = [outside, inside].map(|count| ")".repeat(count));
        format!("{open_outside}[{open_inside}a:b = 1{close_inside}]{close_outside}")
    };
    for limit in [0, 1, 2, 63, 64, 127, 128] {
        let parser = Parser::new().with_max_depth(limit);
        assert_eq!(parser.max_depth(), limit);
        let limit = limit as usize;
        // Parentheses outside and inside of brackets count together.
        for (outside, inside) in [(limit, 0), (0, limit), (limit / 2, limit - limit / 2)] {
            assert!(parser.parse(&text(outside, inside)).is_ok(), "{outside} {inside}");
            for deeper in [text(outside + 1, inside), text(outside, inside + 1)] {
                let error = parser.parse(&deeper).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::TooDeep { limit: parser.max_depth() }, "{deeper}");
                // The place is the parenthesis that is one too many.
                assert_eq!(deeper[..error.span().end].matches('(').count(), limit + 1, "{deeper}");
            }
        }
    }
}

#[test]
fn parentheses_side_by_side_do_not_nest() {
    const COUNT: usize = 200;
    let join = |group: &str, operator: &str| vec![group; COUNT].join(operator);
    for (text, depth) in [
        (join("([a:b = 1])", " OR "), 1),
        (join("([a:b = 1])", " AND "), 1),
        (join("([a:b = 1]) REPEATS 2 TIMES", " FOLLOWEDBY "), 1),
        (format!("[{}]", join("(a:b = 1)", " AND ")), 1),
        (format!("[{}]", join("(a:b = 1)", " OR ")), 1),
        (join("(([a:b = 1]) AND ([(a:b = 1)]))", " OR "), 3),
        (format!("[{}]", join("((a:b = 1) OR (a:b = 1))", " AND ")), 2),
        // The sum of the two kinds is given back, too.
        (join("[(a:b = 1) OR ((a:b = 1))]", " OR "), 2),
    ] {
        assert!(text.matches('(').count() >= COUNT);
        assert_eq!(Pattern::parse(&text).map(|pattern| pattern.to_string()), Ok(text.clone()));
        assert!(Parser::new().with_max_depth(depth).parse(&text).is_ok(), "{text}");
        let error = Parser::new().with_max_depth(depth - 1).parse(&text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooDeep { limit: depth - 1 });
    }
}

#[test]
fn parts_are_counted_exactly() {
    for (text, parts) in [
        // An observation, a test and a step for each property.
        ("[a:b = 'c']", 3),
        ("[a:b.c = 'd']", 4),
        ("[a:b = 1]", 3),
        ("[a:b[0].c[*] = 1]", 6),
        ("[EXISTS a:b]", 3),
        ("[NOT EXISTS a:b]", 3),
        // Each value of a set.
        ("[a:b IN ()]", 3),
        ("[a:b IN (1, 'c', 2)]", 6),
        // A list is one part, however many operands it has. Tests with strings take a faster way.
        ("[a:b = 'c' OR a:b = 'd']", 6),
        ("[a:b = 'c' OR a:b = 'd' OR a:b = 'e']", 8),
        ("[a:b.c = 'c' AND a:b.c = 'd' AND a:b = 'e' AND a:b = 1]", 12),
        ("[a:b = 'c' AND a:b = 'd' OR a:b = 'e']", 9),
        ("[a:b = 'c'] OR [a:b = 'd'] FOLLOWEDBY [a:b = 'e']", 11),
        // Groups and qualifiers.
        ("(([(a:b = 'c')]))", 6),
        ("[a:b = 'c'] WITHIN 5 SECONDS REPEATS 2 TIMES", 5),
        ("([a:b = 'c']) START t'2014-01-13T07:03:17Z' STOP t'2014-01-14T00:00:00Z'", 5),
    ] {
        assert!(Parser::new().with_max_nodes(parts).parse(text).is_ok(), "{text}");
        for limit in 0..parts {
            let error = Parser::new().with_max_nodes(limit).parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooManyNodes { limit }, "{text}");
        }
    }
}

#[test]
fn hints_depend_on_the_next_token() {
    for (text, kind, span) in [
        ("[NOT exists a:b]", ErrorKind::KeywordCase { keyword: "EXISTS" }, 5..11),
        ("[NOT a:b = 1]", ErrorKind::MisplacedNot, 1..4),
        ("[NOT (a:b = 1)]", ErrorKind::MisplacedNot, 1..4),
        ("[a:b 1.5]", ErrorKind::ExpectedOperator, 5..8),
        ("[a:b .5 = 1]", ErrorKind::ExpectedProperty, 5..7),
        ("[a:< = 1]", ErrorKind::ExpectedProperty, 3..4),
        ("[a:MATCHES = 1]", ErrorKind::ReservedWord, 3..10),
        ("[a:b = 1] WITHIN -0.5 SECONDS", ErrorKind::NegativeNumber, 17..21),
        ("[a:b = 1] REPEATS -0.5 TIMES", ErrorKind::NegativeNumber, 18..22),
        ("[a:b NOT NOT = 1]", ErrorKind::MisplacedNot, 9..12),
        ("[a:b NOT in (1)]", ErrorKind::KeywordCase { keyword: "IN" }, 9..11),
    ] {
        let error = Pattern::parse(text).unwrap_err();
        assert_eq!((error.kind(), error.span().range()), (kind, span), "{text}");
    }
}

#[test]
fn a_reserved_word_is_one_only_before_a_colon() {
    let kind = |text: &str| Pattern::parse(text).unwrap_err().kind();
    for (word, at_a_test) in [
        ("IN", ErrorKind::ExpectedComparison),
        ("AND", ErrorKind::ExpectedComparison),
        ("LIKE", ErrorKind::ExpectedComparison),
        ("=", ErrorKind::ExpectedComparison),
        ("true", ErrorKind::ExpectedComparison),
    ] {
        for (rest, expected) in [
            (":b = 1]", ErrorKind::ReservedWord),
            (" \t:b = 1]", ErrorKind::ReservedWord),
            (" a:b = 1]", at_a_test),
            ("]", at_a_test),
            ("", at_a_test),
        ] {
            let text = format!("[{word}{rest}");
            assert_eq!(kind(&text), expected, "{text}");
        }
    }
    // Outside of brackets a colon shows that they are missing.
    for (text, expected) in [
        ("a:b = 1", ErrorKind::MissingOpenBracket),
        ("a-b : c = 1", ErrorKind::MissingOpenBracket),
        ("a = 1", ErrorKind::ExpectedObservation),
        ("a", ErrorKind::ExpectedObservation),
        ("a-b [a:b = 1]", ErrorKind::ExpectedObservation),
        ("[a:b = 1] AND c:d = 1", ErrorKind::MissingOpenBracket),
        ("[a:b = 1] AND c [d:e = 1]", ErrorKind::ExpectedObservation),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn hostile_runs_are_refused_at_once() {
    for (run, kind) in [
        ("(".repeat(1 << 16), ErrorKind::TooDeep { limit: 64 }),
        (format!("[{}", "(".repeat(1 << 16)), ErrorKind::TooDeep { limit: 64 }),
        ("NOT ".repeat(1 << 14), ErrorKind::MisplacedNot),
        (format!("[{}", "NOT ".repeat(1 << 14)), ErrorKind::MisplacedNot),
        (format!("[a:b {}", "NOT ".repeat(1 << 14)), ErrorKind::MisplacedNot),
        ("[".repeat(1 << 16), ErrorKind::ExpectedComparison),
    ] {
        let start = std::time::Instant::now();
        let error = Pattern::parse(&run).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(!format!("{error:#}").is_empty());
        // Generous, for slow machines; it takes some microseconds.
        assert!(start.elapsed().as_millis() < 100);
    }
}

#[test]
fn deepest_tree_fits_on_a_small_stack() {
    let depth = Parser::DEEPEST as usize;
    let inside = format!("{}a:b = 1{}", "(a:b = 1 OR a:b = 1 AND ".repeat(depth), ")".repeat(depth));
    let outside =
        format!("{}[a:b = 1]{}", "([a:b = 1] FOLLOWEDBY [a:b = 1] OR [a:b = 1] AND ".repeat(depth), ")".repeat(depth));
    let work = move || {
        for source in [format!("[{inside}]"), outside] {
            // What is above the deepest counts as the deepest.
            let parser = Parser::new().with_max_depth(u32::MAX);
            let pattern = parser.parse(&source).unwrap().into_owned();
            assert!(pattern.clone() == pattern);
            assert_eq!(pattern.to_string(), source);
            assert!(!format!("{pattern:?}").is_empty());
            assert!(pattern.check().iter().all(|finding| finding.kind.is_about_names()));
            drop(pattern);
            let deeper = source.replacen("a:b = 1)", "(a:b = 1))", 1).replacen("[a:b = 1])", "([a:b = 1]))", 1);
            let kind = parser.parse(&deeper).unwrap_err().kind();
            assert_eq!(kind, ErrorKind::TooDeep { limit: Parser::DEEPEST });
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

/// A tree far deeper than the parser lets through, with groups and lists by turns.
fn deep() -> ObservationExpression<'static> {
    const DEPTH: usize = 100_000;
    let leaf = || Pattern::parse("[a:b = 1]").unwrap().into_expression();
    let ObservationExpression::Observation(observation) = &leaf() else { panic!() };
    let mut comparison = observation.comparison.clone();
    for level in 0..DEPTH {
        let operands = vec![observation.comparison.clone(), comparison];
        let list = Box::new(List { span: Span::default(), operands });
        let inner = if level % 2 == 0 { ComparisonExpression::And(list) } else { ComparisonExpression::Or(list) };
        comparison = ComparisonExpression::Group(Box::new(ComparisonGroup { span: Span::default(), inner }));
    }
    let mut observation = observation.clone();
    observation.comparison = comparison;
    let mut expression = ObservationExpression::Observation(observation);
    for level in 0..DEPTH {
        let list = Box::new(List { span: Span::default(), operands: vec![leaf(), expression] });
        let inner = match level % 3 {
            0 => ObservationExpression::And(list),
            1 => ObservationExpression::Or(list),
            _ => ObservationExpression::FollowedBy(list),
        };
        let group = ObservationGroup { span: Span::default(), inner, qualifiers: Vec::new() };
        expression = ObservationExpression::Group(Box::new(group));
    }
    expression
}

#[test]
fn trees_deeper_than_the_stack_are_walked_and_dropped() {
    let work = || {
        // Drops the first of them.
        let tree = deep().into_owned();
        assert!(tree.same_as(&tree));
        assert_eq!(tree.tests().count(), 200_001);
        let printed = tree.to_string();
        assert_eq!(printed.matches("[").count(), 100_001);
        let error = Pattern::from_expression(&tree).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooLong { .. }));
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap().join().unwrap();
}

#[test]
fn values_borrow_unless_escaped() {
    use std::borrow::Cow;

    let source = r"[a:b = 'plain' OR a:b = 'it\'s']";
    let pattern = Pattern::parse(source).unwrap();
    let borrowed: Vec<_> = pattern
        .tests()
        .filter_map(|test| match test {
            ComparisonExpression::Comparison(node) => match &node.value {
                Literal::String(literal) => Some(matches!(literal.value, Cow::Borrowed(_))),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(borrowed, [true, false]);
}

#[test]
fn qualifier_values() {
    let pattern = Pattern::parse("[a:b = 1] WITHIN 0.5 SECONDS REPEATS 3 TIMES").unwrap();
    let ObservationExpression::Observation(observation) = pattern.expression() else { panic!("{pattern}") };
    let [Qualifier::Within(within), Qualifier::Repeats(repeats)] = &observation.qualifiers[..] else {
        panic!("{pattern}")
    };
    assert_eq!(within.seconds.value(), 0.5);
    assert!(matches!(within.seconds, Seconds::Float(_)));
    assert_eq!(repeats.times.value(), Some(3));
    assert_eq!(&pattern.text()[within.span.range()], "WITHIN 0.5 SECONDS");
    assert_eq!(&pattern.text()[observation.span.range()], pattern.text());
}

#[test]
fn equals_escapes_what_it_is_given() {
    for value in ["", "'", r"\", r"\'", "' OR a:b = '", "a\nb\0", "‘é’"] {
        let pattern = Pattern::equals("x-y:'a b'[*].c", value).unwrap();
        let tests: Vec<_> = pattern.tests().collect();
        let [ComparisonExpression::Comparison(node)] = tests[..] else { panic!("{pattern}") };
        assert_eq!(node.value.as_str(), Some(value));
    }
    let error = Pattern::equals("a:b = 1 OR a:b", "x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpectedPathEnd);
}

#[test]
fn any_of_takes_what_literals_are_made_of() {
    let names = vec!["it's".to_owned(), r"C:\".to_owned()];
    let pattern = Pattern::any_of("file:name", &names).unwrap();
    assert_eq!(pattern.text(), r"[file:name = 'it\'s' OR file:name = 'C:\\']");
    assert!(pattern.literals().filter_map(Literal::as_str).eq(&names));

    assert_eq!(Pattern::any_of("file:size", [1, 2]).unwrap().text(), "[file:size = 1 OR file:size = 2]");
    assert_eq!(Pattern::any_of("file:size", [1]).unwrap(), Pattern::equals("file:size", 1).unwrap());
    let error = Pattern::any_of::<&str>("file:name", []).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpectedComparison);
    let error = Pattern::any_of("file", ["a"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpectedColon);

    let many = Pattern::any_of("file:hashes.'SHA-256'", vec![HASH; 10_000]).unwrap();
    assert_eq!(many.tests().count(), 10_000);
}

#[test]
fn hashes_are_quoted_where_they_need_it() {
    let pattern = Pattern::hashes([("SHA3-256", "ab"), ("TLSH", "it's"), ("x y'", "")]).unwrap();
    let expected = r"[file:hashes.'SHA3-256' = 'ab' OR file:hashes.TLSH = 'it\'s' OR file:hashes.'x y\'' = '']";
    assert_eq!(pattern.text(), expected);
    assert!(Pattern::hashes([]).is_err());
}

#[test]
fn simple_equalities() {
    for (source, is_simple) in [
        ("[a:b = 1]", true),
        ("( ( [ ( a:b[*].c == t'2014-01-13T07:03:17Z' ) ] ) ) // c", true),
        ("[a:b != 1]", false),
        ("[a:b NOT = 1]", false),
        ("[a:b IN (1)]", false),
        ("[EXISTS a:b]", false),
        ("[a:b = 1 AND a:c = 1]", false),
        ("[a:b = 1] OR [a:c = 1]", false),
        ("[a:b = 1] WITHIN 5 SECONDS", false),
        ("([a:b = 1]) WITHIN 5 SECONDS", false),
    ] {
        assert_eq!(Pattern::parse(source).unwrap().is_simple_equality(), is_simple, "{source}");
    }
}

/// An indicator with these properties beside the required ones.
fn indicator(properties: &str) -> Indicator {
    let text = format!(
        r#"{{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
        "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
        "valid_from": "2024-05-01T10:00:00Z", {properties}}}"#
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn indicators_say_what_language_their_pattern_is_in() {
    let old = r#""pattern": "[a:b = 1] START '2016-06-01T00:00:00Z' STOP '2017-01-01T00:00:00Z'""#;
    let new = r#""pattern": "[EXISTS a:b]""#;
    for (properties, version) in [
        (old.to_owned(), Some(Version::V20)),
        (new.to_owned(), Some(Version::V21)),
        (format!(r#"{old}, "spec_version": "2.1", "pattern_type": "stix""#), None),
        (
            format!(r#"{old}, "spec_version": "2.1", "pattern_type": "stix", "pattern_version": "2.0""#),
            Some(Version::V20),
        ),
        (format!(r#"{old}, "pattern_version": "2.1""#), None),
        (format!(r#"{new}, "spec_version": "2.1", "pattern_type": "STIX2""#), Some(Version::V21)),
    ] {
        let indicator = indicator(&properties);
        let parsed = indicator.parse_pattern();
        let found = parsed.as_ref().ok().and_then(AnyPattern::stix).map(Pattern::version);
        assert_eq!(found, version, "{properties}");
        if let Err(error) = parsed {
            // Not what is wrong with it as STIX 2.0.
            assert_eq!(error.kind(), ErrorKind::ExpectedTimestamp, "{properties}");
        }
    }

    for language in ["pcre", "sigma", "snort", "suricata", "yara", "x-own"] {
        let indicator =
            indicator(&format!(r#""pattern": "[", "pattern_type": "{language}", "pattern_version": "4.5.0""#));
        let Ok(AnyPattern::Opaque(rule)) = indicator.parse_pattern() else { panic!("{language}") };
        assert_eq!((rule.pattern_type.as_str(), rule.pattern_version, rule.text), (language, Some("4.5.0"), "["));
    }
    let small = Parser::new().with_max_length(5);
    let error = small.parse_indicator(&indicator(new)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLong { length: 12, limit: 5 });
}

#[test]
fn integers_keep_their_digits() {
    use stixkit::pattern::ast::Value;

    let wide = "1".repeat(400);
    let source = format!("[a:b IN (+{wide}, -0, 18446744073709551616, -9223372036854775808)] REPEATS {wide} TIMES");
    let pattern = Pattern::parse(&source).unwrap();
    let values: Vec<_> = pattern.literals().map(Literal::value).collect();
    let expected = [
        Value::WideInteger(&wide),
        Value::Integer(0),
        Value::WideInteger("18446744073709551616"),
        Value::Integer(i64::MIN),
    ];
    assert_eq!(values, expected);
    assert!(pattern.expression().same_as(Pattern::parse(&source.replace('+', "")).unwrap().expression()));
    assert!(!pattern.expression().same_as(Pattern::parse(&source.replace("616", "617")).unwrap().expression()));
    let within = format!("[a:b = 1] WITHIN {wide} SECONDS");
    let within = Pattern::parse(&within).unwrap();
    let ObservationExpression::Observation(observation) = within.expression() else { panic!("{within}") };
    let Qualifier::Within(within) = &observation.qualifiers[0] else { panic!("{observation:?}") };
    assert_eq!(within.seconds.value(), f64::INFINITY);
}
