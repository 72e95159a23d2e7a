//! Merging: one row for a value that several feeds have.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::json;
use stixkit::object::Indicator;
use stixkit::row::{Action, Mapper, Merge, Row, State};
use stixkit::{Identifier, Timestamp};

const RED: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
const CLEAR: &str = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";

fn day(day: u32) -> DateTime<Utc> {
    format!("2024-05-{day:02}T00:00:00Z").parse().unwrap()
}

/// An indicator in short: its number, pattern, days of validity, and more properties.
fn indicator(number: u32, pattern: &str, valid: (u32, Option<u32>), more: serde_json::Value) -> Indicator {
    let mut value = json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--d81f86b9-975b-4c0b-875e-{number:012}"),
        "created": "2024-05-01T00:00:00Z", "modified": "2024-05-01T00:00:00Z", "pattern": pattern,
        "pattern_type": "stix", "valid_from": Timestamp::exact(day(valid.0)),
    });
    if let Some(until) = valid.1 {
        value["valid_until"] = json!(Timestamp::exact(day(until)));
    }
    value.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    serde_json::from_value(value).unwrap()
}

fn apply(merge: &mut Merge, source: &str, indicator: &Indicator, now: u32) -> Vec<(Action, Option<String>)> {
    let mapper = Mapper::new(day(now)).with_source(source);
    let changes = merge.apply(&mapper.map(indicator), day(now));
    let norm = |row: &Row<'_>| row.observable.as_ref().map(|observable| observable.norm.to_string());
    changes.iter().map(|change| (change.action, change.row.as_ref().and_then(norm))).collect()
}

#[track_caller]
fn only(merge: &Merge, now: u32) -> Row<'static> {
    let mut rows: Vec<_> = merge.rows(day(now)).collect();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

const IP: &str = "[ipv4-addr:value = '198.51.100.7']";

/// What feeds say about one address, and what comes of it on a day.
#[test]
fn m01_to_m07_rules_of_fields() {
    type Case =
        (&'static str, [((u32, Option<u32>), serde_json::Value); 2], u32, (State, Option<u8>, Option<&'static str>));
    let cases: [Case; 8] = [
        (
            "m01 largest confidence",
            [((1, None), json!({"confidence": 30})), ((1, None), json!({"confidence": 80}))],
            5,
            (State::Active, Some(80), None),
        ),
        (
            "m02 absent is not 0",
            [((1, None), json!({"confidence": 0})), ((1, None), json!({}))],
            5,
            (State::Active, Some(0), None),
        ),
        (
            "m03 a gap is not valid",
            [((1, Some(2)), json!({})), ((4, Some(6)), json!({}))],
            3,
            (State::Pending, None, None),
        ),
        ("m03 after a gap", [((1, Some(2)), json!({})), ((4, Some(6)), json!({}))], 7, (State::Expired, None, None)),
        ("m04 no end is the last", [((1, None), json!({})), ((1, Some(2)), json!({}))], 9, (State::Active, None, None)),
        (
            "m05 one revocation",
            [((1, None), json!({"revoked": true, "confidence": 90})), ((1, None), json!({"confidence": 10}))],
            5,
            (State::Active, Some(10), None),
        ),
        (
            "m06 all revoked",
            [((1, None), json!({"revoked": true})), ((1, None), json!({"revoked": true}))],
            5,
            (State::Revoked, None, None),
        ),
        (
            "m07 strictest level",
            [((1, None), json!({"object_marking_refs": [RED]})), ((1, None), json!({"object_marking_refs": [CLEAR]}))],
            5,
            (State::Active, None, Some("red")),
        ),
    ];
    for (name, [first, second], now, expected) in cases {
        let mut merge = Merge::new("merged");
        apply(&mut merge, "a", &indicator(1, IP, first.0, first.1), now);
        apply(&mut merge, "b", &indicator(2, IP, second.0, second.1), now);
        let row = only(&merge, now);
        let found = (row.validity.state, row.context.confidence, row.tlp.map(|tlp| tlp.as_str()));
        assert_eq!(found, expected, "{name}");
        let key = stixkit::row::RowKey::from_row(&row);
        assert_eq!(merge.provenance(&key).count(), 2, "{name}");
    }
}

#[test]
fn m05_provenance_and_any_revocation() {
    let mut merge = Merge::new("merged").with_any_revocation(true);
    apply(&mut merge, "a", &indicator(1, IP, (1, None), json!({"revoked": true})), 5);
    apply(&mut merge, "b", &indicator(2, IP, (1, None), json!({})), 5);
    assert_eq!(only(&merge, 5).validity.state, State::Revoked);
    let key = stixkit::row::RowKey::from_row(&only(&merge, 5));
    let revoked: Vec<_> = merge.provenance(&key).map(|own| (own.source.to_string(), own.revoked)).collect();
    assert_eq!(revoked, [("a".to_owned(), true), ("b".to_owned(), false)]);
}

/// Which patterns have a value in common.
#[test]
fn m08_to_m14_what_is_one() {
    for (name, first, second, len) in [
        ("m08 a part of an AND", "[ipv4-addr:value = '198.51.100.7' AND ipv4-addr:x_a = 'b']", IP, 3),
        ("m09 values of an OR", "[ipv4-addr:value = '198.51.100.7' OR ipv4-addr:value = '198.51.100.8']", IP, 2),
        (
            "m11 directions",
            "[network-traffic:src_ref.value = '198.51.100.7']",
            "[network-traffic:dst_ref.value = '198.51.100.7']",
            1,
        ),
        (
            "m12 hashes",
            "[file:hashes.'MD5' = 'D41D8CD98F00B204E9800998ECF8427E']",
            "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
            1,
        ),
        ("m13 what is not an address", "[ipv4-addr:value = '1.2.3.010']", "[ipv4-addr:value = '1.2.3.8']", 2),
        ("a file and a mutex", "[file:name = 'a']", "[mutex:name = 'a']", 2),
        ("a network and an address", "[ipv4-addr:value = '198.51.100.0/24']", IP, 2),
        ("one AND in two orders", "[file:name = 'a' AND file:size = 5]", "[file:size = 5 AND file:name = 'a']", 2),
    ] {
        let mut merge = Merge::new("merged");
        apply(&mut merge, "a", &indicator(1, first, (1, None), json!({})), 5);
        apply(&mut merge, "b", &indicator(2, second, (1, None), json!({})), 5);
        assert_eq!(merge.len(), len, "{name}");
    }
}

#[test]
fn m14_a_rule_with_other_line_ends() {
    let mut merge = Merge::new("merged");
    for (number, rule) in ["title: a\r\nid: b", "title: a\nid: b\n"].into_iter().enumerate() {
        let mut rule = indicator(number as u32, rule, (1, None), json!({}));
        rule.pattern_type = Some("sigma".into());
        apply(&mut merge, &format!("{number}"), &rule, 5);
    }
    assert_eq!(merge.len(), 1);
}

#[test]
fn m10_one_version_with_two_contents() {
    let mut merge = Merge::new("merged");
    apply(&mut merge, "a", &indicator(1, IP, (1, None), json!({})), 5);
    let other = indicator(1, "[ipv4-addr:value = '198.51.100.8']", (1, None), json!({}));
    assert_eq!(apply(&mut merge, "a", &other, 5), []);
    assert_eq!(merge.conflicts().len(), 1);
    assert_eq!(only(&merge, 5).observable.as_ref().unwrap().norm, "198.51.100.7");
    // The same from another feed is one more statement.
    apply(&mut merge, "b", &indicator(1, IP, (1, None), json!({})), 5);
    assert_eq!((merge.len(), merge.conflicts().len()), (1, 1));
}

#[test]
fn m16_versions_that_drop_a_value() {
    let mut merge = Merge::new("merged");
    let both = "[ipv4-addr:value IN ('198.51.100.7', '198.51.100.8')]";
    let value = |norm: &str| Some(norm.to_owned());
    assert_eq!(
        apply(&mut merge, "a", &indicator(1, both, (1, None), json!({})), 5),
        [(Action::Insert, value("198.51.100.7")), (Action::Insert, value("198.51.100.8"))]
    );
    assert_eq!(
        apply(&mut merge, "b", &indicator(2, IP, (1, None), json!({})), 5),
        [(Action::Update, value("198.51.100.7"))]
    );
    let newer =
        indicator(1, "[ipv4-addr:value = '198.51.100.9']", (1, None), json!({"modified": "2024-05-02T00:00:00Z"}));
    assert_eq!(
        apply(&mut merge, "a", &newer, 5),
        [(Action::Update, value("198.51.100.7")), (Action::Delete, None), (Action::Insert, value("198.51.100.9"))]
    );
    assert_eq!(apply(&mut merge, "a", &indicator(1, both, (1, None), json!({})), 5), [], "an older version");
    let id = Identifier::from("indicator--d81f86b9-975b-4c0b-875e-000000000002");
    let gone = merge.remove("b", &id, day(5));
    assert_eq!(gone.iter().map(|change| change.action).collect::<Vec<_>>(), [Action::Delete]);
    assert_eq!(merge.len(), 1);
}

#[test]
fn time_alone_changes_states() {
    let mut merge = Merge::new("merged");
    apply(&mut merge, "a", &indicator(1, IP, (3, Some(5)), json!({})), 1);
    apply(&mut merge, "b", &indicator(2, IP, (4, Some(7)), json!({})), 1);
    let mut actions = |now| merge.expire(day(now)).iter().map(|change| change.action).collect::<Vec<_>>();
    assert_eq!(
        [actions(2), actions(3), actions(6), actions(7), actions(8)].concat(),
        [Action::Activate, Action::Expire]
    );
}

#[test]
fn merged_indicators_name_what_they_are_from() {
    let mut merge = Merge::new("merged").with_trusted(["b"]);
    apply(
        &mut merge,
        "a",
        &indicator(1, IP, (1, None), json!({"name": "first", "confidence": 30, "labels": ["x", "y"]})),
        5,
    );
    apply(&mut merge, "b", &indicator(2, IP, (2, None), json!({"name": "second", "labels": ["y", "z"]})), 5);
    let key = stixkit::row::RowKey::from_row(&only(&merge, 5));
    let (made, derived) = merge.indicator(&key, Timestamp::exact(day(5))).unwrap();
    assert_eq!((made.pattern.as_str(), made.name.as_deref(), made.common.confidence), (IP, Some("second"), Some(30)));
    assert_eq!((made.common.labels, derived.len()), (vec!["y".to_owned(), "z".into(), "x".into()], 2));
    assert!(derived.iter().all(|link| link.source_ref == made.common.id));
}

/// Some indicators of some feeds about few values.
fn arrivals() -> impl Strategy<Value = Vec<(String, Indicator)>> {
    let one = (
        0..3_u32,
        0..4_u32,
        prop::sample::select(vec![
            IP,
            "[domain-name:value = 'A.example']",
            "[ipv4-addr:value IN ('198.51.100.7', '198.51.100.8')]",
            "[network-traffic:dst_ref.value = '198.51.100.7']",
            "[file:name = 'a' AND file:size = 5]",
            "[file:size = 5 AND file:name = 'a']",
            "[file:hashes.'x-own' = 'AB']",
            "[file:hashes.x_own = 'ab']",
        ]),
        1..6_u32,
        prop::option::of(6..9_u32),
        any::<bool>(),
        prop::option::of(0..100_u8),
        1..4_u32,
    );
    let one = one.prop_map(|(feed, number, pattern, from, until, revoked, confidence, version)| {
        let mut more = json!({"revoked": revoked, "name": format!("n{number}-{version}"), "labels": [format!("l{confidence:?}")], "modified": format!("2024-05-0{version}T00:00:00Z")});
        if let Some(confidence) = confidence {
            more["confidence"] = confidence.into();
        }
        if version == 2 {
            more["object_marking_refs"] = json!([if revoked { CLEAR } else { RED }]);
        }
        // Contents follow from feed, number and version, as there would be a conflict otherwise.
        (feed, number, version, (pattern, from, until, more))
    });
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let unique: std::collections::BTreeMap<_, _> =
            all.into_iter().map(|(feed, number, version, what)| ((feed, number, version), what)).collect();
        unique
            .into_iter()
            .map(|((feed, number, _), (pattern, from, until, more))| {
                // Each feed has indicators of its own.
                (format!("feed{feed}"), indicator(10 * feed + number, pattern, (from, until), more))
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn m15_the_order_does_not_matter((arrivals, order) in arrivals().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        let run = |all: &[(String, Indicator)]| {
            let mut merge = Merge::new("merged");
            for (source, indicator) in all {
                apply(&mut merge, source, indicator, 5);
            }
            let provenance: Vec<Vec<_>> = merge.keys().map(|key| merge.provenance(&key).collect()).collect();
            (merge.rows(day(5)).collect::<Vec<_>>(), provenance)
        };
        prop_assert_eq!(run(&arrivals), run(&order));
    }
}

/// What is not known to be bad does not become so by merging.
#[test]
fn what_is_unclear_stays_unclear() {
    let mut merge = Merge::new("merged");
    let mut unclear = indicator(1, IP, (1, None), json!({}));
    unclear.valid_from = None;
    unclear.common.created = None;
    apply(&mut merge, "a", &unclear, 5);
    let row = only(&merge, 5);
    assert_eq!((row.validity.state, row.doubts.is_empty()), (State::Unclear, false));
    apply(&mut merge, "b", &indicator(2, IP, (1, None), json!({})), 5);
    let row = only(&merge, 5);
    assert_eq!((row.validity.state, row.doubts.is_empty()), (State::Active, true));
}

/// A feed that has one value thousands of times costs no more than its share.
#[test]
fn m17_statements_about_one_value_have_a_bound() {
    let start = std::time::Instant::now();
    let mut merge = Merge::new("merged");
    let count = Merge::MAX_STATEMENTS as u32 + 500;
    for number in 0..count {
        apply(&mut merge, "a", &indicator(number, IP, (1, None), json!({})), 5);
    }
    assert_eq!((merge.len(), merge.left_out()), (1, 500));
    let key = merge.keys().next().unwrap();
    assert_eq!(merge.provenance(&key).count(), Merge::MAX_STATEMENTS);
    // Those that were left out have nothing to take out.
    let id = |number: u32| Identifier::from(&*format!("indicator--d81f86b9-975b-4c0b-875e-{number:012}"));
    assert_eq!(merge.remove("a", &id(count - 1), day(5)), []);
    assert_eq!(merge.remove("a", &id(0), day(5)).len(), 1);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn m17_many_indicators_take_linear_time() {
    let start = std::time::Instant::now();
    let mut merge = Merge::new("merged");
    for feed in 0..4 {
        let mapper = Mapper::new(day(5)).with_source(format!("feed{feed}"));
        for number in 0..5_000_u32 {
            let pattern = format!("[domain-name:value = 'd{number}.example']");
            let mut own = indicator(number, IP, (1, None), json!({}));
            own.pattern = pattern;
            own.common.id = format!("indicator--d81f86b9-975b-4c0b-875e-{feed:04}{number:08}").as_str().into();
            merge.apply(&mapper.map(&own), day(5));
        }
    }
    assert_eq!(merge.len(), 5_000);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
