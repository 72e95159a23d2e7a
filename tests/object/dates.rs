//! Times: a date that cannot be read costs no object, and what is made here has times that others
//! can read.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stixkit::object::{Custom, Identity, Indicator, ObjectType, ObservedData, Report, Tool};
use stixkit::reader::{Accepted, Item, Reader};
use stixkit::vocab::PatternType;
use stixkit::{FindingKind, Identifier, Json, Kind, Level, Object, Timestamp};

use super::construction::least;

/// The one object, which is written back as it was sent.
#[track_caller]
fn read(json: &Value) -> Accepted {
    let text = json.to_string();
    let mut items: Vec<_> = Reader::from_str(&text).map(|item| item.expect("the input can be read on")).collect();
    assert_eq!(items.len(), 1);
    let Some(Item::Object(accepted)) = items.pop() else { panic!("{text}") };
    let written = serde_json::to_string(&accepted.object).unwrap();
    assert_eq!(Json::new(&written).unwrap(), Json::new(&text).unwrap());
    accepted
}

/// The names of the timestamps that the standard requires of an object.
fn required_times(object: &Value) -> Vec<String> {
    let members = object.as_object().unwrap().iter();
    members.filter(|(_, value)| is_time(value)).map(|(name, _)| name.clone()).collect()
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok())
}

/// The values of the case, and other things that feeds have for a time.
fn odd_times() -> Vec<Value> {
    vec![
        json!("2025-15-08T00:00:00Z"),
        json!("2024-05-01 10:00:00"),
        json!("2024-05-01T10:00:00"),
        json!("2024-05-01"),
        json!("0000-00-00T00:00:00Z"),
        json!("yesterday"),
        json!(""),
        json!(1714557600),
        json!(1714557600.5),
        json!({"$date": "2024-05-01T10:00:00Z"}),
        json!(["2024-05-01T10:00:00Z"]),
        json!(true),
    ]
}

#[test]
fn c05_a_date_that_cannot_be_read_costs_no_object() {
    let mut seen = Vec::new();
    for object in least() {
        let good = serde_json::to_value(&object).unwrap();
        for name in required_times(&good) {
            for odd in odd_times() {
                let mut bad = good.clone();
                bad[&name] = odd.clone();
                let accepted = read(&bad);
                let place = format!("$.{name}");
                let found: Vec<_> = accepted
                    .findings
                    .iter()
                    .map(|finding| (finding.kind, finding.kind.level(), finding.path.starts_with(&place)))
                    .collect();
                assert_eq!(found, [(FindingKind::SetAside, Level::Error, true)], "{bad}");
                assert!(accepted.is_salvaged());
                // Those who read with serde have no findings of a reader.
                let mut found = accepted.object.check();
                found.retain(|finding| finding.kind.level() == Level::Error);
                let found: Vec<_> = found.iter().map(|finding| (finding.kind, &*finding.path)).collect();
                assert_eq!(found, [(FindingKind::TimestampForm, &*format!(".{name}"))], "{bad}");
                assert_eq!(accepted.object.custom().names().collect::<Vec<_>>(), [name.as_str()], "{bad}");
            }
            seen.push(name);
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["created", "first_observed", "last_observed", "modified", "published", "valid_from"]);
}

#[test]
fn c05_a_date_that_is_absent_costs_no_object() {
    for object in least() {
        for version in ["2.0", "2.1"] {
            let mut good = serde_json::to_value(&object).unwrap();
            for name in required_times(&good) {
                good["spec_version"] = version.into();
                let path = format!(".{name}");
                for (absent, expected) in [(None, FindingKind::Missing), (Some(Value::Null), FindingKind::Null)] {
                    let mut bad = good.clone();
                    bad.as_object_mut().unwrap().remove(&name);
                    bad.as_object_mut().unwrap().extend(absent.map(|null| (name.clone(), null)));
                    let accepted = read(&bad);
                    assert_eq!(accepted.findings, [], "{bad}");
                    let is_new = accepted.object.check().iter().any(|finding| finding.path == ".spec_version");
                    let found = accepted.object.check().into_iter().filter(|finding| finding.path == path);
                    let found: Vec<_> = found.map(|finding| (finding.kind, finding.kind.level())).collect();
                    // Of a type that STIX 2.0 lacks, the version is the one thing that is wrong.
                    if expected == FindingKind::Null || !is_new {
                        assert_eq!(found, [(expected, Level::Error)], "{bad}");
                    }
                }
            }
        }
    }
}

#[test]
fn c05_other_times_take_the_place_of_one_that_cannot_be_read() {
    let (good, other) = ("2024-05-01T10:00:00Z", "2024-04-01T10:00:00Z");
    type Effective = fn(&Object) -> Option<Timestamp>;
    let valid_from: Effective =
        |object| Indicator::effective_valid_from(object.try_into().unwrap()).map(Cow::into_owned);
    let published: Effective = |object| Report::effective_published(object.try_into().unwrap()).cloned();
    let first: Effective = |object| ObservedData::effective_first_observed(object.try_into().unwrap()).cloned();
    let last: Effective = |object| ObservedData::effective_last_observed(object.try_into().unwrap()).cloned();
    let indicator = json!({"type": "indicator", "id": "indicator--1", "pattern": "[file:size = 5]"});
    let report = json!({"type": "report", "id": "report--1", "name": "The year"});
    let observed = json!({"type": "observed-data", "id": "observed-data--1", "number_observed": 1});
    for (object, name, instead, effective) in [
        (&indicator, "valid_from", "created", valid_from),
        (&report, "published", "created", published),
        (&observed, "first_observed", "last_observed", first),
        (&observed, "last_observed", "first_observed", last),
    ] {
        for (own, second, expected) in [
            (json!(good), json!(other), Some(good)),
            (json!(good), json!("never"), Some(good)),
            (json!("never"), json!(good), Some(good)),
            (json!(null), json!(good), Some(good)),
            (json!("never"), json!("never"), None),
            (json!(null), json!(null), None),
        ] {
            let mut object = object.clone();
            object[name] = own;
            object[instead] = second;
            let accepted = read(&object);
            assert_eq!(effective(&accepted.object).map(|time| time.to_string()).as_deref(), expected, "{object}");
        }
    }
}

/// An instant with all digits that a clock can have.
fn clock() -> DateTime<Utc> {
    DateTime::from_timestamp(1_714_557_600, 123_456_789).unwrap()
}

/// The fraction digits of every timestamp in an object.
fn fraction_digits(object: &Object) -> Vec<usize> {
    let value = serde_json::to_value(object).unwrap();
    let times = value.as_object().unwrap().values().filter(|value| is_time(value));
    let digits = |time: &Value| time.as_str().unwrap().split_once('.').map_or(0, |(_, fraction)| fraction.len() - 1);
    times.map(digits).collect()
}

#[test]
fn what_is_made_by_the_clock_has_milliseconds() {
    let now = clock();
    let tool = Tool::new(now, "VNC");
    let made: [(Object, usize); 5] = [
        (tool.new_version(now).unwrap().into(), 2),
        (Identity::new(now, "Example CERT").into(), 2),
        (Indicator::new(now, "[file:size = 5]", PatternType::Stix, now).into(), 3),
        (ObservedData::new(now, now, now, 1, [Identifier::random(Kind::File)]).into(), 4),
        (Custom::new(now, "x-sensor").into(), 2),
    ];
    for (object, count) in made {
        assert_eq!(fraction_digits(&object), vec![3; count], "{object:?}");
        assert_eq!(object.check(), [], "{object:?}");
        let newer = object.new_version(now + chrono::TimeDelta::nanoseconds(1_000_001)).unwrap();
        assert_eq!(fraction_digits(&newer), vec![3; count], "{newer:?}");
        assert_eq!(fraction_digits(&newer.revoke(now).unwrap()), vec![3; count], "{newer:?}");
    }
    let mut later = tool.clone();
    later.common.modified = Some(Timestamp::now());
    assert!(later.common.modified > tool.common.modified);
    assert_eq!(fraction_digits(&later.into()), [3, 3]);
}

#[test]
fn what_is_read_keeps_its_digits() {
    let precise: Timestamp = "2024-05-01T10:00:00.123456789Z".parse().unwrap();
    let tool = Tool::new(precise.clone(), "VNC");
    assert_eq!(fraction_digits(&tool.clone().into()), [9, 9]);
    let newer = tool.new_version("2024-05-01T10:00:00.1234567891Z".parse::<Timestamp>().unwrap()).unwrap();
    assert_eq!(newer.common.created, Some(precise.clone()));
    assert_eq!(newer.common.created.unwrap().to_string(), precise.to_string());
}

#[test]
fn c05_an_object_without_an_id_is_rejected() {
    for object in least() {
        let mut bad = serde_json::to_value(&object).unwrap();
        bad.as_object_mut().unwrap().remove("id");
        let items: Vec<_> = Reader::from_str(&bad.to_string()).collect();
        assert!(matches!(items[..], [Ok(Item::Rejected(_))]), "{bad}");
    }
}
