//! That a value stands alone if and only if it satisfies the pattern by itself, for generated patterns.

use std::collections::HashSet;

use proptest::prelude::*;
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::{Comparison, ComparisonExpression, Literal, ObservationExpression, OperatorKind, Path};
use stixkit::row::{Class, RelationKind, Row};

use super::outcome;

/// Whether an observation of the one object that has this value and nothing else satisfies the pattern. What one value
/// does not decide (other operators, time, number) is taken to fail.
fn is_satisfied(expression: &ObservationExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ObservationExpression::Observation(node) => node.qualifiers.is_empty() && is_true(&node.comparison, key, value),
        ObservationExpression::Group(node) => node.qualifiers.is_empty() && is_satisfied(&node.inner, key, value),
        ObservationExpression::Or(list) => list.operands.iter().any(|operand| is_satisfied(operand, key, value)),
        ObservationExpression::And(_) | ObservationExpression::FollowedBy(_) => false,
    }
}

fn is_true(expression: &ComparisonExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ComparisonExpression::Group(node) => is_true(&node.inner, key, value),
        ComparisonExpression::And(list) => list.operands.iter().all(|operand| is_true(operand, key, value)),
        ComparisonExpression::Or(list) => list.operands.iter().any(|operand| is_true(operand, key, value)),
        ComparisonExpression::Exists(node) => (node.path.to_string() == key) != node.negated,
        ComparisonExpression::In(node) => match looked_up(&node.path, key, value) {
            Some(own) => node.values.iter().any(|value| text(value) == own) != node.negated,
            None => false,
        },
        ComparisonExpression::Comparison(node) => match looked_up(&node.path, key, value) {
            Some(own) => holds(node, &own).is_some_and(|holds| holds != node.negated),
            None => false,
        },
    }
}

/// What stands at the path. A value behind a reference has an object around it, which has a type.
fn looked_up(path: &Path<'_>, key: &str, value: &str) -> Option<String> {
    let path = path.to_string();
    if path == key {
        return Some(value.to_owned());
    }
    if path == "n:type" && key.starts_with("n:") {
        return Some("n".to_owned());
    }
    let (reference, last) = path.rsplit_once('.')?;
    (last == "type" && key.rsplit_once('.') == Some((reference, "value"))).then(|| {
        let type_name = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
        type_name.to_owned()
    })
}

fn holds(test: &Comparison<'_>, own: &str) -> Option<bool> {
    match test.operator.kind {
        OperatorKind::Equal => Some(text(&test.value) == own),
        OperatorKind::NotEqual => Some(text(&test.value) != own),
        // Networks are compared with themselves alone here.
        OperatorKind::IsSubset => Some(text(&test.value) == own),
        _ => None,
    }
}

fn text(literal: &Literal<'_>) -> String {
    match literal {
        Literal::String(string) => string.value.to_string(),
        other => other.to_string(),
    }
}

/// Keys and values that a pattern tests for, negated ones left out.
fn named<'p>(pattern: &'p Pattern<'_>) -> HashSet<(String, String)> {
    let mut named = HashSet::new();
    for test in pattern.tests() {
        let (path, values): (&Path<'_>, Vec<&'p Literal<'_>>) = match test {
            ComparisonExpression::Comparison(node)
                if !node.negated && matches!(node.operator.kind, OperatorKind::Equal | OperatorKind::IsSubset) =>
            {
                (&node.path, vec![&node.value])
            }
            ComparisonExpression::In(node) if !node.negated => (&node.path, node.values.iter().collect()),
            _ => continue,
        };
        named.extend(values.into_iter().map(|value| (path.to_string(), text(value))));
    }
    named
}

fn a_test() -> impl Strategy<Value = String> {
    let address = prop_oneof![Just("192.0.2.1"), Just("192.0.2.2"), Just("192.0.2.0/24"), Just("2001:db8::1")];
    let comparison = prop_oneof![
        8 => Just("="), 1 => Just("!="), 1 => Just("NOT ="), 1 => Just("NOT !="), 1 => Just(">"), 1 => Just("<=")
    ];
    prop_oneof![
        6 => ("[a-c]", comparison, 0..4).prop_map(|(name, operator, value)| format!("n:{name} {operator} {value}")),
        2 => ("[a-c]", any::<bool>(), proptest::collection::vec(0..4, 0..4)).prop_map(|(name, negated, values)| {
            let values: Vec<_> = values.iter().map(i32::to_string).collect();
            format!("n:{name}{} IN ({})", if negated { " NOT" } else { "" }, values.join(", "))
        }),
        2 => ("[a-b]", address.clone()).prop_map(|(name, value)| format!("n:{name}_ref.value = '{value}'")),
        1 => ("[a-b]", address.clone()).prop_map(|(name, value)| format!("n:{name}_ref.value ISSUBSET '{value}'")),
        1 => ("[a-b]", address).prop_map(|(name, value)| format!("n:{name}_ref.value NOT ISSUBSET '{value}'")),
        3 => ("[a-b]", "[46]").prop_map(|(name, version)| format!("n:{name}_ref.type = 'ipv{version}-addr'")),
        1 => "[nm]".prop_map(|name| format!("n:type = '{name}'")),
        1 => ("[a-c]", any::<bool>()).prop_map(|(name, not)| format!("{}EXISTS n:{name}", if not { "NOT " } else { "" })),
        1 => "[a-c]".prop_map(|name| format!("n:{name} LIKE '%'")),
        1 => "[a-c]".prop_map(|name| format!("n:{name} NOT MATCHES '.'")),
    ]
}

fn a_comparison() -> impl Strategy<Value = String> {
    a_test().prop_recursive(4, 24, 4, |inner| {
        (proptest::collection::vec(inner, 1..4), prop_oneof![Just(" AND "), Just(" OR ")])
            .prop_map(|(operands, operator)| format!("({})", operands.join(operator)))
    })
}

pub(crate) fn a_pattern() -> impl Strategy<Value = String> {
    let observation = a_comparison().prop_map(|comparison| format!("[{comparison}]"));
    observation.prop_recursive(3, 8, 3, |inner| {
        let operator = prop_oneof![8 => Just(" OR "), 1 => Just(" AND "), 1 => Just(" FOLLOWEDBY ")];
        let qualifier = prop_oneof![
            8 => Just(""), 1 => Just(" REPEATS 1 TIMES"), 1 => Just(" WITHIN 5 SECONDS"),
            1 => Just(" START t'2024-05-01T00:00:00Z' STOP t'2024-06-01T00:00:00Z'"),
        ];
        (proptest::collection::vec(inner, 1..4), operator, qualifier)
            .prop_map(|(operands, operator, qualifier)| format!("({}){qualifier}", operands.join(operator)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_standalone_value_satisfies_the_pattern(text in a_pattern()) {
        let outcome = outcome(&text);
        let pattern = Pattern::parse(&text).unwrap();
        let named = named(&pattern);
        prop_assert!(!outcome.rows.is_empty());
        let is_about_one = outcome.rows.iter().any(|row| row.relation.standalone || row.relation.kind == RelationKind::AllOf || row.relation.kind == RelationKind::Mixed);
        prop_assert!(outcome.has_observable() || matches!(outcome.class, Class::Unsupported | Class::Invalid));
        prop_assert!(!is_about_one || !matches!(outcome.class, Class::Unsupported | Class::Invalid));
        for row in &outcome.rows {
            let Some(observable) = &row.observable else {
                prop_assert!(!row.relation.standalone && !row.relation.primary && row.reason.is_some() && outcome.rows.len() == 1);
                continue;
            };
            let (key, value) = (&*observable.key, &*observable.value);
            prop_assert!(named.contains(&(key.to_owned(), value.to_owned())), "{key} = {value} is not looked for");
            prop_assert!(!row.relation.standalone || is_satisfied(pattern.expression(), key, value), "{key} = {value}");
            prop_assert!(row.relation.primary || !row.relation.standalone);
        }
        let identities: HashSet<_> = outcome.rows.iter().map(Row::identity).collect();
        prop_assert_eq!(identities.len(), outcome.rows.len());
    }

    #[test]
    fn without_and_every_value_that_satisfies_the_pattern_has_a_row(text in a_pattern()) {
        let text = text.replace(" AND ", " OR ");
        let outcome = outcome(&text);
        let pattern = Pattern::parse(&text).unwrap();
        let standalone: HashSet<_> = outcome
            .rows
            .iter()
            .filter(|row| row.relation.standalone)
            .filter_map(|row| row.observable.as_ref())
            .map(|observable| (observable.key.to_string(), observable.value.to_string()))
            .collect();
        for (key, value) in named(&pattern).into_iter().filter(|(key, _)| !key.ends_with("type")) {
            let is_one = is_equal_in(pattern.expression(), &key, &value);
            prop_assert_eq!(standalone.contains(&(key.clone(), value.clone())), is_one, "{} = {}", key, value);
        }
    }

    #[test]
    fn any_text_maps(text in "\\PC{0,40}") {
        prop_assert!(!outcome(&text).rows.is_empty());
    }
}

/// Whether one of the branches, all of them joined by `OR`, is this value.
fn is_equal_in(expression: &ObservationExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ObservationExpression::Observation(node) if node.qualifiers.is_empty() => node.comparison.tests().any(|test| {
            let pattern = format!("[{test}]");
            named(&Pattern::parse(&pattern).unwrap()).contains(&(key.to_owned(), value.to_owned()))
        }),
        ObservationExpression::Group(node) if node.qualifiers.is_empty() => is_equal_in(&node.inner, key, value),
        ObservationExpression::Or(list) => list.operands.iter().any(|operand| is_equal_in(operand, key, value)),
        _ => false,
    }
}
