use std::collections::HashSet;

use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::pattern::ast::{ComparisonExpression, Literal, OperatorKind};
use stixkit::pattern::{Parser, Pattern, Version};
use stixkit::row::{Class, Counts, Mapper, Outcome, Row, RowKey, SplitMode, normalize};
use stixkit::{Object, Reader};

use super::views::views;

/// Any pattern, or any feed: each indicator has rows, and no value that its pattern does not name.
pub(crate) fn row_map(data: &[u8]) {
    if data.trim_ascii_start().starts_with(b"{") {
        views(data);
        let items = Reader::from_slice(data).filter_map(Result::ok);
        let objects: Vec<Object> = items.filter_map(|item| item.into_object()).collect();
        for object in &objects {
            if let Object::Indicator(indicator) = object {
                rows_of(indicator, &objects);
            }
        }
        return;
    }
    let text = String::from_utf8_lossy(data);
    for is_21 in [false, true] {
        let mut object = json!({
            "type": "indicator",
            "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
            "created": "2024-05-01T10:00:00.000Z",
            "modified": "2024-05-01T10:00:00.000Z",
            "pattern": text,
            "valid_from": "2024-05-01T10:00:00Z",
            "labels": ["malicious-activity"],
        });
        if is_21 {
            object["spec_version"] = "2.1".into();
            object["pattern_type"] = "stix".into();
        }
        let indicator: Indicator = serde_json::from_str(&object.to_string()).expect("it is an indicator");
        assert_eq!(indicator.pattern, text);
        rows_of(&indicator, &[]);
    }
}

fn rows_of(indicator: &Indicator, others: &[Object]) {
    let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse().expect("it is an instant");
    let mut mapper = Mapper::new(now).with_source("a/b");
    others.iter().for_each(|object| mapper.learn(object));
    let named = named_values(&indicator.pattern);
    let mut counts = Counts::default();
    for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
        let mapper = mapper.clone().with_split_mode(mode);
        let outcome = mapper.map(indicator);
        counts.add(&outcome);
        holds(&outcome, indicator, mode, &named);
    }
    assert_eq!(counts.total(), 3);
}

fn holds(outcome: &Outcome<'_>, indicator: &Indicator, mode: SplitMode, named: &HashSet<String>) {
    let rows = &outcome.rows;
    assert!(!rows.is_empty(), "every indicator has a row");
    assert!(rows.len() == 1 || rows.iter().all(|row| row.observable.is_some()));
    assert!(outcome.has_observable() || outcome.reason.is_some(), "no value and no reason: {outcome:?}");
    if matches!(outcome.class, Class::Unsupported | Class::Invalid) {
        assert!(rows.iter().all(|row| !row.relation.standalone), "{outcome:?}");
    }

    let mut identities = HashSet::new();
    for row in rows {
        assert!(identities.insert(row.identity()), "two rows have one identity: {row:?}");
        match row.relation.pattern_of {
            None => assert_eq!(row.pattern, indicator.pattern),
            // A long one is in the first row alone.
            Some(other) => assert!(row.pattern.is_empty() && other == RowKey::from_row(&rows[0])),
        }
        assert_eq!(row.reason, outcome.reason);
        assert_eq!(row.clone().into_owned(), *row);
        if let Some(observable) = &row.observable {
            assert_eq!(normalize(observable.kind, &observable.norm), observable.norm, "{observable:?}");
            assert!(named.contains(&*observable.value), "{:?} is no value of {}", observable.value, indicator.pattern);
            assert!(
                !row.relation.standalone || row.relation.primary,
                "what stands alone stands for the whole: {row:?}"
            );
            assert!(mode != SplitMode::Exact || row.relation.standalone, "{row:?}");
            assert!(mode != SplitMode::Primary || row.relation.primary, "{row:?}");
        } else {
            assert!(!row.relation.standalone && !row.relation.primary, "{row:?}");
        }
        let json = serde_json::to_value(row).expect("a row can be written");
        for (name, value) in json.as_object().expect("a row is an object") {
            assert!(Row::COLUMNS.contains(&name.as_str()), "{name}");
            let is_flat = match value {
                Value::Array(items) => items.iter().all(Value::is_string),
                Value::Object(_) | Value::Null => false,
                _ => true,
            };
            assert!(is_flat, "{name}: {value}");
        }
    }
}

/// The values that the pattern asks for, as they may stand in a row.
fn named_values(text: &str) -> HashSet<String> {
    let parse = |version| Parser::new().with_version(version).parse(text);
    let Ok(pattern) = parse(Version::V21).or_else(|_| parse(Version::V20)) else { return HashSet::new() };
    let mut named = HashSet::new();
    for test in pattern.tests() {
        match test {
            ComparisonExpression::Comparison(test) if !test.negated => {
                if matches!(test.operator.kind, OperatorKind::Equal | OperatorKind::IsSubset | OperatorKind::Like) {
                    named.extend(spellings(&pattern, &test.value));
                }
            }
            ComparisonExpression::In(test) if !test.negated => {
                named.extend(test.values.iter().flat_map(|value| spellings(&pattern, value)));
            }
            _ => {}
        }
    }
    named
}

/// A constant as its text, and as what its quotes hold.
fn spellings(pattern: &Pattern<'_>, literal: &Literal<'_>) -> Vec<String> {
    let written = &pattern.text()[literal.span().range()];
    let decoded = literal.as_str().map(str::to_owned);
    let inner = written.ends_with('\'').then(|| written.get(2..written.len() - 1)).flatten().map(str::to_owned);
    decoded.into_iter().chain(inner).chain([written.to_owned()]).collect()
}
