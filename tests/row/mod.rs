//! Indicators to rows, through the public interface alone.

mod complaints;
mod doubts;
mod first_edition;
mod forms;
mod indicator;
mod joined;
mod merge;
mod normal;
mod output;
mod satisfied;
mod upserts;
mod values;
mod views;

use serde_json::json;
use stixkit::object::Indicator;
use stixkit::row::{Class, Mapper, Outcome, RelationKind, Row, Unmapped};

pub(crate) use satisfied::a_pattern;

pub(crate) const ID: &str = "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f";

pub(crate) const FROM: &str = "2024-05-01T10:00:00Z";

/// An indicator of STIX 2.1 with this pattern, `more` properties on top of it.
pub(crate) fn indicator_with(pattern: &str, more: serde_json::Value) -> Indicator {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": ID, "created": FROM, "modified": FROM,
        "pattern": pattern, "pattern_type": "stix", "valid_from": FROM,
    });
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    serde_json::from_value(object).unwrap()
}

pub(crate) fn indicator(pattern: &str) -> Indicator {
    indicator_with(pattern, json!({}))
}

pub(crate) fn mapper() -> Mapper {
    Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>().unwrap()).with_source("feed")
}

pub(super) fn outcome(pattern: &str) -> Outcome<'static> {
    mapper().map(&indicator(pattern)).into_owned()
}

pub(super) fn row(pattern: &str) -> Row<'static> {
    let mut rows = outcome(pattern).rows;
    assert_eq!(rows.len(), 1, "{pattern}");
    rows.remove(0)
}

/// Key and value of each row, `+` before those that stand alone and `*` before the primary of the
/// others.
pub(super) fn shown(outcome: &Outcome<'_>) -> Vec<String> {
    let show = |row: &Row<'_>| {
        let mark = match (row.relation.standalone, row.relation.primary) {
            (true, _) => "+",
            (false, true) => "*",
            (false, false) => "",
        };
        match &row.observable {
            Some(observable) => format!("{mark}{} {}", observable.key, observable.value),
            None => mark.to_owned(),
        }
    };
    outcome.rows.iter().map(show).collect()
}

#[track_caller]
pub(super) fn maps(pattern: &str, class: Class, relation: RelationKind, rows: &[&str]) {
    let outcome = outcome(pattern);
    assert_eq!((outcome.class, &outcome.reason), (class, &None), "{pattern}");
    assert_eq!(shown(&outcome), rows, "{pattern}");
    assert!(outcome.rows.iter().all(|row| row.relation.kind == relation && row.pattern == pattern), "{pattern}");
}

/// One row with the pattern and the reason, and nothing that could be matched.
#[track_caller]
pub(super) fn maps_to_nothing(pattern: &str, reason: &Unmapped) {
    let outcome = outcome(pattern);
    assert_eq!((outcome.class, outcome.reason.as_ref()), (Class::Unsupported, Some(reason)), "{pattern}");
    assert!(!outcome.has_observable());
    let [row] = &outcome.rows[..] else { panic!("{pattern}") };
    assert_eq!((&*row.pattern, row.reason.as_ref()), (pattern, Some(reason)));
    assert!(!row.relation.standalone && !row.relation.primary && row.group().is_none());
}

/// Rows with values of which none may be matched.
#[track_caller]
pub(super) fn maps_to_context(pattern: &str, relation: RelationKind, reason: &Unmapped, rows: &[&str]) {
    let outcome = outcome(pattern);
    assert_eq!((outcome.class, outcome.reason.as_ref()), (Class::Unsupported, Some(reason)), "{pattern}");
    assert_eq!(shown(&outcome), rows, "{pattern}");
    assert!(outcome.rows.iter().all(|row| row.relation.kind == relation && row.reason.as_ref() == Some(reason)));
}
