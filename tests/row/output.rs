//! Modes, counts, and rows as JSON.

use std::collections::HashSet;

use serde_json::json;
use stixkit::Object;
use stixkit::row::{Counts, RelationKind, Row, SplitMode};

use super::{FROM, ID, indicator, indicator_with, mapper, outcome, shown};

#[test]
fn modes() {
    let rows = |mode, pattern: &str| {
        let outcome = mapper().with_split_mode(mode).map(&indicator(pattern)).into_owned();
        let relation = outcome.rows[0].relation.kind;
        (shown(&outcome), relation, outcome.reason.map(|reason| reason.code()))
    };
    let list = |rows: &[&str]| rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>();
    let all = "[file:name = 'a' AND file:size = 1]";
    let mixed = "[file:name = 'b' OR (file:name = 'a' AND file:size = 1)]";
    let any = "[file:name = 'a' OR file:size = 1]";
    assert_eq!(rows(SplitMode::Exact, all), (list(&[""]), RelationKind::Single, Some("conjunction")));
    assert_eq!(rows(SplitMode::Primary, all), (list(&["*file:name a"]), RelationKind::AllOf, Some("conjunction")));
    assert_eq!(rows(SplitMode::Exact, mixed), (list(&["+file:name b"]), RelationKind::AnyOf, Some("conjunction")));
    let primary = list(&["+file:name b", "*file:name a"]);
    assert_eq!(rows(SplitMode::Primary, mixed), (primary, RelationKind::Mixed, Some("conjunction")));
    for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
        assert_eq!(rows(mode, any), (list(&["+file:name a", "+file:size 1"]), RelationKind::AnyOf, None));
    }
}

#[test]
fn counts() {
    let mut counts = Counts::default();
    for pattern in [
        "[file:name = 'a']",
        "[file:name = 'a' AND file:size = 1]",
        "[file:name = 'a' OR file:name LIKE 'b%']",
        "[file:name LIKE 'b%']",
        "[oops",
    ] {
        counts.add(&outcome(pattern));
    }
    assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (2, 1, 1, 1));
    assert_eq!(counts.total(), 5);
}

#[test]
fn json() {
    let more = json!({
        "name": "n", "description": "d", "confidence": 70, "labels": ["l"], "indicator_types": ["benign"],
        "valid_until": "2025-01-01T00:00:00Z", "created_by_ref": "identity--x",
        "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
        "kill_chain_phases": [{"kill_chain_name": "k", "phase_name": "p"}],
    });
    let pattern = "[network-traffic:dst_ref.value = '192.0.2.1' OR network-traffic:dst_port LIKE 'x%']";
    let own = indicator_with(pattern, more);
    let text = serde_json::to_string(&mapper().map(&own).rows[0]).unwrap();
    let expected = json!({
        "source": "feed", "kind": "indicator", "stix_id": ID, "modified": FROM, "observable_type": "network-traffic",
        "key": "network-traffic:dst_ref.value", "value": "192.0.2.1", "value_norm": "192.0.2.1",
        "value_kind": "ipv4", "well_formed": true, "direction": "dst", "relation": "any_of",
        "group": format!("{ID}/{FROM}/feed"), "standalone": true, "primary": true, "confidence": 70, "tlp": "green",
        "valid_from": FROM, "valid_until": "2025-01-01T00:00:00Z", "expiry_source": "valid_until",
        "state": "active", "labels": ["l"], "indicator_types": ["benign"], "kill_chain": ["k:p"],
        "provider": "identity--x", "name": "n", "description": "d", "pattern": pattern, "pattern_type": "stix",
        "reason": "like", "reason_text": "LIKE has no single value",
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    // Those that come from other objects are for `joined`, those of odd ones for `doubts`.
    let columns: Vec<_> =
        Row::COLUMNS.iter().filter(|name| !matches!(**name, "malware" | "actors" | "doubts")).collect();
    assert_eq!(expected.as_object().unwrap().len(), columns.len());
    // In the order of the list.
    let places: Vec<_> = columns.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted());
}

#[test]
fn json_without_values_is_short() {
    let own = indicator("[file:name LIKE 'a%']");
    let json = serde_json::to_value(&mapper().map(&own).rows[0]).unwrap();
    let expected = json!({
        "source": "feed", "kind": "indicator", "stix_id": ID, "modified": FROM, "relation": "single", "standalone": false,
        "primary": false, "valid_from": FROM, "state": "active", "pattern": "[file:name LIKE 'a%']",
        "pattern_type": "stix", "reason": "like", "reason_text": "LIKE has no single value",
    });
    assert_eq!(json, expected);
}

#[test]
fn the_sample_feed_has_every_form() {
    let feed = include_str!("../fixtures/feed.json");
    let mut mapper = mapper();
    let mut indicators = Vec::new();
    let mut rejected = 0;
    for item in stixkit::Reader::from_str(feed) {
        let item = item.unwrap();
        rejected += u32::from(item.is_rejected());
        match item.into_object() {
            Some(Object::Indicator(indicator)) => indicators.push(indicator),
            Some(object) => mapper.learn(&object),
            None => {}
        }
    }
    let outcomes: Vec<_> = indicators.iter().map(|indicator| mapper.map(indicator)).collect();
    let mut counts = Counts::default();
    outcomes.iter().for_each(|outcome| counts.add(outcome));
    assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (20, 1, 4, 1));
    assert_eq!(rejected, 1);
    let states: HashSet<_> = outcomes.iter().map(|outcome| outcome.rows[0].validity.state).collect();
    assert_eq!(states.len(), 4);
    let levels: HashSet<_> = outcomes.iter().filter_map(|outcome| outcome.rows[0].tlp).collect();
    assert_eq!(levels.len(), 5);
}
