//! Keeping a table current.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;
use stixkit::error::ErrorKind;
use stixkit::feed::Entry;
use stixkit::object::Indicator;
use stixkit::row::{Action, EndedRow, Mapper, Row, RowChange, RowKey, State, Upserts};
use stixkit::{Object, Timestamp};

use super::indicator_with;

fn day(number: i64) -> DateTime<Utc> {
    "2024-05-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(number)
}

fn mapper(now: i64) -> Mapper {
    Mapper::new(day(now)).with_source("feed")
}

fn named(now: i64, name: Option<i64>) -> Mapper {
    let mut mapper = mapper(now);
    name.iter().for_each(|name| mapper.learn(&provider(*name)));
    mapper
}

const PROVIDER: &str = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e";

/// The identity that indicators refer to; its names are numbers, and newer ones are larger.
fn provider(name: i64) -> Object {
    let time = Timestamp::from(day(name));
    let object = json!({"type": "identity", "id": PROVIDER, "created": time, "modified": time, "name": name.to_string(),
        "identity_class": "organization"});
    serde_json::from_value(object).unwrap()
}

/// A version of an indicator; days for times, addresses by their last number.
#[derive(Clone, Debug)]
struct Version {
    id: u8,
    modified: Option<i64>,
    from: i64,
    until: Option<i64>,
    revoked: bool,
    values: Vec<u8>,
    /// What the indicator says besides, as its confidence.
    says: u8,
}

fn version(id: u8, modified: i64, values: &[u8]) -> Version {
    Version { id, modified: Some(modified), from: 0, until: None, revoked: false, values: values.to_vec(), says: 0 }
}

impl Version {
    fn until(self, day: i64) -> Self {
        Self { until: Some(day), ..self }
    }

    fn revoked(self) -> Self {
        Self { revoked: true, ..self }
    }

    fn indicator(&self) -> Indicator {
        let list: Vec<_> = self.values.iter().map(|value| format!("'192.0.2.{value}'")).collect();
        let time = |number| Timestamp::from(day(number));
        let modified = self.modified.map(time);
        let mut object = json!({
            "type": "indicator", "id": format!("indicator--d81f86b9-975b-4c0b-875e-810c5ad45a{:02}", self.id),
            "created": modified, "modified": modified, "valid_from": time(self.from), "valid_until": self.until.map(time),
            "pattern": format!("[ipv4-addr:value IN ({})]", list.join(", ")), "labels": ["benign"],
            "revoked": self.revoked, "confidence": self.says, "created_by_ref": PROVIDER,
        });
        object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        serde_json::from_value(object).unwrap()
    }
}

/// A table as a sink would keep it. Every change has to fit what is there.
#[derive(Debug, Default, PartialEq)]
struct Table(BTreeMap<RowKey, (Row<'static>, State)>);

impl Table {
    fn apply(&mut self, changes: impl IntoIterator<Item = RowChange<'static>>) {
        for RowChange { action, key, source, stix_id, row, kept, .. } in changes {
            let own = self.0.get(&key);
            if let Some(kept) = kept {
                // What is kept is what the table has.
                assert_eq!(kept, EndedRow::from_row(&own.unwrap().0).into_owned(), "{action}");
            }
            assert_eq!(own.is_none(), action == Action::Insert || (own.is_none() && row.is_some()), "{action} {key}");
            assert!(own.is_none_or(|(own, _)| own.source == *source && *own.stix_id == stix_id));
            match (action, row) {
                (Action::Insert | Action::Update, Some(row)) => {
                    assert!(matches!(row.validity.state, State::Active | State::Pending | State::Observed));
                    assert_eq!(action == Action::Insert, own.is_none());
                    self.put(key, row);
                }
                (Action::Expire, Some(row)) => {
                    assert_eq!(row.validity.state, State::Expired);
                    self.put(key, row);
                }
                (Action::Revoke, Some(row)) => {
                    assert_eq!(row.validity.state, State::Revoked);
                    self.put(key, row);
                }
                (Action::Expire, None) => self.0.get_mut(&key).unwrap().1 = State::Expired,
                (Action::Activate, None) => self.0.get_mut(&key).unwrap().1 = State::Active,
                (Action::Delete, None) => drop(self.0.remove(&key).unwrap()),
                (action, row) => panic!("{action} {row:?}"),
            }
        }
    }

    fn put(&mut self, key: RowKey, row: Row<'static>) {
        assert_eq!(key, RowKey::from_row(&row));
        let state = row.validity.state;
        self.0.insert(key, (row, state));
    }

    /// Values and states, in the order of the values.
    fn shown(&self) -> Vec<String> {
        let show = |(row, state): &(Row<'_>, State)| format!("{} {state}", row.observable.as_ref().unwrap().value);
        let mut shown: Vec<_> = self.0.values().map(show).collect();
        shown.sort();
        shown
    }
}

fn apply(upserts: &mut Upserts, version: &Version, now: i64) -> Vec<RowChange<'static>> {
    apply_named(upserts, version, now, None)
}

/// With the provider's name, if it is known.
fn apply_named(upserts: &mut Upserts, version: &Version, now: i64, name: Option<i64>) -> Vec<RowChange<'static>> {
    let (mapper, indicator) = (named(now, name), version.indicator());
    upserts.apply(mapper.map(&indicator)).into_iter().map(RowChange::into_owned).collect()
}

/// The actions with the last number of their address, `?` where there is no row.
fn expire(upserts: &mut Upserts, now: DateTime<Utc>) -> Vec<RowChange<'static>> {
    upserts.expire(now).collect()
}

fn end_full(upserts: &mut Upserts, source: &str) -> Vec<RowChange<'static>> {
    upserts.end_full(source, 0).unwrap().collect()
}

fn actions(changes: &[RowChange<'_>]) -> Vec<String> {
    let show = |change: &RowChange<'_>| {
        let value =
            change.row.as_ref().and_then(|row| row.observable.as_ref()).map(|own| own.value.replace("192.0.2.", ""));
        format!("{} {}", change.action, value.as_deref().unwrap_or("?"))
    };
    changes.iter().map(show).collect()
}

#[test]
fn versions_in_order() {
    let mut upserts = Upserts::new();
    assert_eq!(actions(&apply(&mut upserts, &version(1, 1, &[1, 2]), 10)), ["insert 1", "insert 2"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 2, &[1, 2]), 10)), ["update 1", "update 2"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 3, &[2, 3]), 10)), ["delete ?", "update 2", "insert 3"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 4, &[2]).until(9), 10)), ["delete ?", "expire 2"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 5, &[2]).until(19), 10)), ["update 2"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 6, &[2]).revoked(), 10)), ["revoke 2"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 7, &[2]), 10)), ["update 2"]);
    assert_eq!((upserts.len(), upserts.is_empty()), (1, false));
}

#[test]
fn an_older_version_undoes_nothing() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 5, &[2, 3]).revoked(), 10);
    for old in [version(1, 4, &[1, 2]), version(1, 4, &[2, 3]).revoked(), version(1, 5, &[2, 3])] {
        assert!(apply(&mut upserts, &old, 10).is_empty());
    }
}

#[test]
fn of_equal_versions_the_revoked_one_counts_and_else_the_first() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 5, &[1]), 10);
    assert!(apply(&mut upserts, &version(1, 5, &[2]), 10).is_empty());
    assert_eq!(actions(&apply(&mut upserts, &version(1, 5, &[1]).revoked(), 10)), ["revoke 1"]);
    assert!(apply(&mut upserts, &version(1, 5, &[1]).revoked(), 10).is_empty());
}

#[test]
fn versions_are_instants() {
    let mut upserts = Upserts::new();
    let mapper = mapper(10);
    let mut indicator = version(1, 5, &[1]).indicator();
    upserts.apply(mapper.map(&indicator));
    indicator.common.modified = Some("2024-05-06T02:00:00+02:00".parse().unwrap());
    assert!(upserts.apply(mapper.map(&indicator)).is_empty());
    indicator.common.modified = Some("2024-05-06T00:00:00.000000001Z".parse().unwrap());
    assert_eq!(upserts.apply(mapper.map(&indicator)).len(), 1);
    // Also when they were saved in between.
    let mut upserts: Upserts = serde_json::from_str(&serde_json::to_string(&upserts).unwrap()).unwrap();
    assert!(upserts.apply(mapper.map(&indicator)).is_empty());
}

#[test]
fn time_goes_by() {
    let mut upserts = Upserts::new();
    let pending = Version { from: 20, ..version(2, 1, &[2]).until(30) };
    apply(&mut upserts, &version(1, 1, &[1]).until(15), 10);
    apply(&mut upserts, &pending, 10);
    apply(&mut upserts, &version(3, 1, &[3]), 10);
    apply(&mut upserts, &version(4, 1, &[4]).until(15).revoked(), 10);
    assert_eq!(actions(&expire(&mut upserts, day(14))), [""; 0]);
    assert_eq!(actions(&expire(&mut upserts, day(15))), ["expire ?"]);
    assert_eq!(actions(&expire(&mut upserts, day(15))), [""; 0]);
    assert_eq!(actions(&expire(&mut upserts, day(25))), ["activate ?"]);
    assert_eq!(actions(&expire(&mut upserts, day(5))), [""; 0]);
    let over = expire(&mut upserts, day(35));
    assert_eq!(actions(&over), ["expire ?"]);
    assert_eq!((&over[0].stix_id, &*over[0].source), (&pending.indicator().common.id, "feed"));
}

/// An indicator whose start cannot be read does not become active by the passing of time.
#[test]
fn c05_an_unknown_start_never_comes() {
    let mut upserts = Upserts::new();
    let mut indicator = version(1, 0, &[1]).until(20).indicator();
    (indicator.valid_from, indicator.common.created) = (None, None);
    let state = mapper(1).map(&indicator).rows[0].validity.state;
    assert_eq!(state, State::Unclear);
    assert_eq!(upserts.apply(mapper(1).map(&indicator))[0].action, Action::Insert);
    assert_eq!(actions(&expire(&mut upserts, day(19))), [""; 0]);
    let mut upserts: Upserts = serde_json::from_str(&serde_json::to_string(&upserts).unwrap()).unwrap();
    assert_eq!(actions(&expire(&mut upserts, day(19))), [""; 0]);
    assert_eq!(actions(&expire(&mut upserts, DateTime::<Utc>::MAX_UTC)), ["expire ?"]);
}

#[test]
fn a_full_feed_forgets_what_it_no_longer_has() {
    let mut upserts = Upserts::new();
    let other = Mapper::new(day(10)).with_source("other");
    let elsewhere = version(9, 1, &[9]).indicator();
    upserts.apply(other.map(&elsewhere));
    upserts.begin_full("feed");
    apply(&mut upserts, &version(1, 1, &[1]), 10);
    apply(&mut upserts, &version(2, 2, &[2, 3]), 10);
    assert!(end_full(&mut upserts, "feed").is_empty());
    assert!(end_full(&mut upserts, "feed").is_empty());

    // Reading failed, and began anew.
    upserts.begin_full("feed");
    apply(&mut upserts, &version(2, 2, &[2, 3]), 10);
    upserts.begin_full("feed");
    // An older version of it is there as well.
    apply(&mut upserts, &version(1, 0, &[7]), 10);
    assert_eq!(actions(&end_full(&mut upserts, "feed")), ["delete ?", "delete ?"]);
    assert_eq!(upserts.len(), 2);
    // What was forgotten is new.
    assert_eq!(actions(&apply(&mut upserts, &version(2, 1, &[2]), 10)), ["insert 2"]);
    upserts.begin_full("feed");
    assert_eq!(end_full(&mut upserts, "feed").len(), 2);
    assert_eq!(upserts.len(), 1);
    assert!(end_full(&mut upserts, "unknown").is_empty());
}

/// What an iterator had not come to when it was dropped is reported the next time.
#[test]
fn changes_that_nobody_took_are_reported_again() {
    let mut upserts = Upserts::new();
    upserts.begin_full("feed");
    for id in 1..=4 {
        apply(&mut upserts, &version(id, 1, &[id]).until(15), 10);
    }
    assert_eq!(end_full(&mut upserts, "feed"), []);
    assert_eq!(upserts.expire(day(15)).take(1).count(), 1);
    assert_eq!(upserts.expire(day(15)).take(1).count(), 1);
    assert_eq!(expire(&mut upserts, day(15)).len(), 2);
    assert_eq!(upserts.prune(day(16)).take(1).count(), 1);
    upserts.begin_full("feed");
    assert_eq!(upserts.end_full("feed", 0).unwrap().take(1).count(), 1);
    assert_eq!((upserts.len(), end_full(&mut upserts, "feed").len()), (2, 0));
    upserts.begin_full("feed");
    assert_eq!((end_full(&mut upserts, "feed").len(), upserts.len()), (2, 0));
}

#[test]
fn pruning_forgets_what_has_long_been_over() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]).until(15), 20);
    apply(&mut upserts, &version(2, 18, &[2]).revoked(), 20);
    apply(&mut upserts, &version(3, 1, &[3]).until(30), 20);
    assert_eq!(upserts.prune(day(15)).count(), 0);
    assert_eq!(upserts.prune(day(16)).count(), 1);
    assert_eq!(upserts.prune(day(19)).count(), 1);
    assert_eq!(upserts.prune(day(99)).count(), 0);
    assert_eq!(upserts.len(), 1);
}

/// Azure-Sentinel 12067: the newest row of each id hid the other values; 2112: the same row again
/// and again.
#[test]
fn an_indicator_of_several_values_keeps_them_all_and_each_once() {
    let (mut upserts, mut table) = (Upserts::new(), Table::default());
    for _ in 0..3 {
        table.apply(apply(&mut upserts, &version(1, 1, &[1, 2, 3]), 10));
    }
    assert_eq!(table.shown(), ["192.0.2.1 active", "192.0.2.2 active", "192.0.2.3 active"]);
}

/// Rule R9: a changed pattern left the old rows behind. Rule R3: `valid_until` hid a revocation.
#[test]
fn a_changed_pattern_and_a_revocation_leave_nothing_behind() {
    let (mut upserts, mut table) = (Upserts::new(), Table::default());
    for version in
        [version(1, 1, &[1, 2]).until(90), version(1, 2, &[2, 3]).until(90).revoked(), version(2, 1, &[2]).until(90)]
    {
        table.apply(apply(&mut upserts, &version, 10));
    }
    assert_eq!(table.shown(), ["192.0.2.2 active", "192.0.2.2 revoked", "192.0.2.3 revoked"]);
}

/// Azure-Sentinel 12066: what has no `valid_until` was dropped.
#[test]
fn an_indicator_without_end_never_expires() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]), 10);
    assert!(expire(&mut upserts, DateTime::<Utc>::MAX_UTC).is_empty());
}

#[test]
fn an_indicator_without_values_has_a_row_too() {
    let mut upserts = Upserts::new();
    let mut indicator = version(1, 1, &[1]).indicator();
    let mapper = mapper(10);
    indicator.pattern = "[file:name LIKE 'a%']".into();
    let row = upserts.apply(mapper.map(&indicator)).remove(0);
    assert_eq!((row.action, row.row.unwrap().observable), (Action::Insert, None));
    let name = br#"["feed","indicator--d81f86b9-975b-4c0b-875e-810c5ad45a01",null,null]"#;
    assert_eq!(row.key.uuid(), uuid::Uuid::new_v5(&RowKey::NAMESPACE, name));
}

#[test]
fn what_has_no_versions_is_replaced() {
    let mut upserts = Upserts::new();
    let mapper = mapper(10);
    let file = |hashes: serde_json::Value| -> Object {
        let id = "file--28bb3599-77cd-5a82-a950-b5bc3caf07c4";
        serde_json::from_value(json!({"type": "file", "id": id, "hashes": hashes})).unwrap()
    };
    let (one, two) = (file(json!({"MD5": "a"})), file(json!({"MD5": "a", "SHA-1": "b"})));
    let mut count = |object: &Object| {
        let changes = upserts.apply(mapper.map_observable(object).unwrap());
        changes.iter().map(|change| change.action.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(count(&one), "insert");
    assert_eq!(count(&one), "");
    assert_eq!(count(&two), "update insert");
    assert_eq!(count(&two), "");
    assert_eq!(count(&one), "delete update");
    let without = Version { modified: None, ..version(1, 0, &[1]) };
    let with = version(1, 0, &[1, 2]);
    assert_eq!(apply(&mut upserts, &without, 10).len(), 1);
    assert!(apply(&mut upserts, &without, 10).is_empty());
    assert_eq!(apply(&mut upserts, &with, 10).len(), 2);
    assert!(apply(&mut upserts, &without, 10).is_empty());
}

#[test]
fn the_state_is_compact_and_has_a_format() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]).until(15), 10);
    upserts.begin_full("empty");
    end_full(&mut upserts, "empty");
    let saved = serde_json::to_string(&upserts).unwrap();
    let key = RowKey::from_row(&mapper(10).map(&version(1, 1, &[1]).indicator()).rows[0]).uuid().simple().to_string();
    let expected = json!([3, {"empty": [], "feed": [["indicator--d81f86b9-975b-4c0b-875e-810c5ad45a01",
        "2024-05-02T00:00:00.000Z", "active", "2024-05-01T00:00:00.000Z", "2024-05-16T00:00:00.000Z", [key],
        CONTENTS, null]]}, false]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&saved).unwrap(), expected);
    let read = |text: &str| serde_json::from_str::<Upserts>(text).map_err(|error| error.to_string());
    assert_eq!(read(&saved), Ok(upserts));
    assert_eq!(read("[1,{}]"), Ok(Upserts::new()));
    assert_eq!(read("[2,{},false]"), Ok(Upserts::new()));
    assert_eq!(read("[3,{},false]"), Ok(Upserts::new()));
    assert!(read("[4,{}]").unwrap_err().starts_with("a state of format 4; this is format 3"));
    assert!(read("[3]").is_err() && read("[]").is_err() && read("{}").is_err());
    assert!(read(&saved.replace("active", "odd")).unwrap_err().starts_with("no such state"));
    assert!(read(&saved.replace(&key, "5")).is_err());
}

/// The digests of contents are kept, so they are the same in every release.
const CONTENTS: &str = "652743977fd53d000e5a7ad52541c413";

/// Every property that a row has, apart from what is compared by itself.
#[test]
fn r07_a_change_of_any_property_is_an_update() {
    let mut upserts = Upserts::new();
    let mut actions = |more: &serde_json::Value| {
        let mut object = json!({"created": null, "modified": null});
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let own = indicator_with("[ipv4-addr:value = '192.0.2.1']", object);
        actions_only(&upserts.apply(mapper(10).map(&own)))
    };
    assert_eq!(actions(&json!({})), [Action::Insert]);
    for more in [
        json!({"name": "n"}),
        json!({"description": "d"}),
        json!({"confidence": 50}),
        json!({"labels": ["l"]}),
        json!({"indicator_types": ["benign"]}),
        json!({"kill_chain_phases": [{"kill_chain_name": "k", "phase_name": "p"}]}),
        json!({"created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e"}),
        json!({"external_references": [{"source_name": "s", "url": "https://example.org/"}]}),
        json!({"extensions": {"sentinel-ext": {"severity": 3}}}),
        json!({"object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}),
        json!({"valid_until": "2034-01-01T00:00:00Z"}),
    ] {
        assert_eq!(actions(&more), [Action::Update], "{more}");
        assert_eq!(actions(&more), [], "{more}");
    }
}

/// Contents of the second format were made of fewer properties.
#[test]
fn a_state_of_the_second_format_changes_nothing() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]), 10);
    let saved = serde_json::to_string(&upserts).unwrap();
    let old = saved.replacen("[3,", "[2,", 1).replace(CONTENTS, &"1".repeat(32));
    let mut upserts: Upserts = serde_json::from_str(&old).unwrap();
    assert!(apply(&mut upserts, &version(1, 1, &[1]), 10).is_empty());
    assert_eq!(serde_json::to_string(&upserts).unwrap(), saved);
}

#[test]
fn a_state_of_the_first_format_is_read() {
    let key = RowKey::from_row(&mapper(10).map(&version(1, 1, &[1]).indicator()).rows[0]).uuid().simple().to_string();
    let old = json!([1, {"feed": [["indicator--d81f86b9-975b-4c0b-875e-810c5ad45a01",
        "2024-05-02T00:00:00.000Z", "active", "2024-05-01T00:00:00.000Z", null, [key]]]}]);
    let mut upserts: Upserts = serde_json::from_value(old).unwrap();
    // An older version does not take the place of contents that are unknown.
    assert!(apply_named(&mut upserts, &version(1, 0, &[3]), 10, Some(7)).is_empty());
    assert!(apply(&mut upserts, &version(1, 1, &[1]), 10).is_empty());
    assert_eq!(actions(&apply_named(&mut upserts, &version(1, 1, &[1]), 10, Some(1))), ["update 1"]);
    assert_eq!(actions(&apply(&mut upserts, &version(1, 2, &[2]), 10)), ["delete ?", "insert 2"]);
}

/// A list without times, read every hour.
struct Hourly {
    upserts: Upserts,
    validity: Option<TimeDelta>,
}

impl Hourly {
    fn new() -> Self {
        Self { upserts: Upserts::new(), validity: None }
    }

    fn read(&mut self, list: &[Entry], hour: i64) -> Vec<RowChange<'static>> {
        let now = day(0) + TimeDelta::hours(hour);
        let mut mapper = Mapper::new(now).with_source("list");
        if let Some(validity) = self.validity {
            mapper = mapper.with_default_validity(validity);
        }
        self.upserts.begin_full("list");
        let mut changes = Vec::new();
        for entry in list {
            let indicator = entry.to_indicator("list", now).unwrap();
            let applied = self.upserts.apply_unstated(mapper.map(&indicator), entry.unstated_times());
            changes.extend(applied.into_iter().map(RowChange::into_owned));
        }
        changes.extend(self.upserts.end_full("list", 0).unwrap());
        changes.extend(self.upserts.expire(now));
        changes
    }
}

fn addresses(count: usize) -> Vec<Entry> {
    (0..count).map(|number| Entry::detect(&format!("198.51.{}.{}", number / 250, number % 250)).unwrap()).collect()
}

#[test]
fn r07_a_list_without_times_is_compared_by_contents() {
    let mut hourly = Hourly::new();
    let mut list = addresses(1000);
    assert_eq!(hourly.read(&list, 0).len(), 1000);
    for hour in 1..24 {
        assert_eq!(hourly.read(&list, hour).len(), 0, "hour {hour}");
    }
    // The state may be kept in between.
    hourly.upserts = serde_json::from_str(&serde_json::to_string(&hourly.upserts).unwrap()).unwrap();
    assert_eq!(hourly.read(&list, 24).len(), 0);

    list[0].context.description = Some("seen twice".to_owned());
    let changes = hourly.read(&list, 25);
    let [change] = &changes[..] else { panic!("{changes:?}") };
    let row = change.row.as_ref().unwrap();
    assert_eq!(change.action, Action::Update);
    assert_eq!(row.validity.from, Some(Timestamp::from(day(0))), "first seen stays");
    assert_eq!(row.modified, Some(Timestamp::from(day(0) + TimeDelta::hours(25))));
    assert_eq!(hourly.upserts.valid_from("list", &change.stix_id), Some(Timestamp::from(day(0))));
    assert_eq!(hourly.read(&list, 26).len(), 0);
    // What the list no longer has is gone, and new if it comes again.
    assert_eq!(actions_only(&hourly.read(&list[1..], 27)), [Action::Delete]);
    assert_eq!(actions_only(&hourly.read(&list, 28)), [Action::Insert]);
    assert_eq!(
        hourly.upserts.valid_from("list", &change.stix_id),
        Some(Timestamp::from(day(0) + TimeDelta::hours(28)))
    );
}

fn actions_only(changes: &[RowChange<'_>]) -> Vec<Action> {
    changes.iter().map(|change| change.action).collect()
}

#[test]
fn a_state_with_versions_of_a_list_without_times_is_not_stuck() {
    let mut hourly = Hourly::new();
    let mut list = addresses(1);
    // Applied as if the time of reading were a version.
    let indicator = list[0].to_indicator("list", day(0)).unwrap();
    hourly.upserts.apply(Mapper::new(day(0)).with_source("list").map(&indicator));
    assert_eq!(hourly.read(&list, 1).len(), 0);
    list[0].context.confidence = Some(50);
    assert_eq!(actions_only(&hourly.read(&list, 2)), [Action::Update]);
    // From now on the feed states a time.
    list[0].modified = Some(Timestamp::from(day(1)));
    assert_eq!(actions_only(&hourly.read(&list, 30)), [Action::Update]);
    assert_eq!(hourly.read(&list, 31).len(), 0);
}

#[test]
fn r07_an_end_by_default_moves_on_while_the_value_is_listed() {
    let mut hourly = Hourly { validity: Some(TimeDelta::hours(100)), ..Hourly::new() };
    let list = addresses(1);
    let updates: Vec<_> = (0..300).filter(|hour| !hourly.read(&list, *hour).is_empty()).collect();
    assert_eq!(updates, [0, 50, 100, 150, 200, 250]);
    // Nobody reads it any more.
    assert!(expire(&mut hourly.upserts, day(0) + TimeDelta::hours(349)).is_empty());
    assert_eq!(actions_only(&expire(&mut hourly.upserts, day(0) + TimeDelta::hours(350))), [Action::Expire]);
}

#[test]
fn a_feed_that_states_some_times_keeps_to_them() {
    let mut hourly = Hourly::new();
    let mut list = addresses(1);
    // An end that is over: the start is made from it.
    list[0].valid_until = Some(Timestamp::from(day(0) + TimeDelta::hours(5)));
    assert_eq!(actions_only(&hourly.read(&list, 0)), [Action::Insert]);
    assert_eq!(actions_only(&hourly.read(&list, 5)), [Action::Expire]);
    assert_eq!(hourly.read(&list, 6).len(), 0);
    list[0].valid_until = Some(Timestamp::from(day(0) + TimeDelta::hours(9)));
    assert_eq!(actions_only(&hourly.read(&list, 7)), [Action::Update]);
    // A start of its own.
    list[0].valid_from = Some(Timestamp::from(day(0) - TimeDelta::hours(9)));
    let changes = hourly.read(&list, 8);
    assert_eq!(changes[0].row.as_ref().unwrap().validity.from, list[0].valid_from);
    assert_eq!(hourly.read(&list, 8).len(), 0);
}

#[test]
fn r14_names_that_are_learnt_later_update_the_rows_concerned() {
    let link = |target: &str| -> Object {
        serde_json::from_value(
            json!({"type": "relationship", "id": "relationship--44298a74-ba52-4f0c-87a3-1824e67d7fad",
            "spec_version": "2.1", "created": "2024-05-01T00:00:00Z", "modified": "2024-05-01T00:00:00Z",
            "relationship_type": "indicates", "source_ref": version(1, 1, &[1]).indicator().common.id,
            "target_ref": target}),
        )
        .unwrap()
    };
    let named = |id: &str, kind: &str, name: &str| -> Object {
        serde_json::from_value(json!({"type": kind, "id": id, "spec_version": "2.1", "created": "2024-05-01T00:00:00Z",
            "modified": "2024-05-01T00:00:00Z", "name": name, "is_family": false}))
        .unwrap()
    };
    let malware = "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b";
    let actor = "threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let later = [
        // Concerned by the one identity: both.
        (provider(1), 2),
        (provider(1), 0),
        // Without a name it says nothing new to the table, but it concerns the indicator.
        (link(malware), 1),
        (named(malware, "malware", "Emotet"), 1),
        (named(malware, "malware", "Emotet"), 0),
        (named(actor, "threat-actor", "Sandworm"), 0),
        (link(actor), 1),
    ];
    let indicators = [version(1, 1, &[1]).indicator(), version(2, 1, &[2]).indicator()];
    let (mut mapper, mut upserts) = (mapper(10), Upserts::new());
    for indicator in &indicators {
        assert_eq!(upserts.apply(mapper.map(indicator)).len(), 1);
    }
    let mut last = None;
    for (object, concerned) in &later {
        let changed: BTreeSet<_> = mapper.learn_change(object).into_iter().cloned().collect();
        let dependent: Vec<_> = indicators.iter().filter(|one| mapper.depends_on(one, &changed)).collect();
        assert_eq!(dependent.len(), *concerned, "{object:?}");
        for indicator in dependent {
            for change in upserts.apply(mapper.map(indicator)) {
                assert_eq!(change.action, Action::Update);
                last = change.into_owned().row;
            }
        }
        // No other row would change.
        assert!(indicators.iter().all(|indicator| upserts.apply(mapper.map(indicator)).is_empty()));
    }
    let context = last.unwrap().context;
    assert_eq!(
        (context.provider.as_deref(), &*context.malware, &*context.actors),
        (Some("1"), &["Emotet".into()][..], &["Sandworm".into()][..])
    );
}

#[test]
fn r14_of_equal_versions_the_first_counts_whatever_was_learnt() {
    let mut upserts = Upserts::new();
    let other = Version { says: 5, ..version(1, 5, &[1]) };
    apply(&mut upserts, &version(1, 5, &[1]), 10);
    assert!(apply_named(&mut upserts, &other, 10, Some(1)).is_empty());
    assert_eq!(actions(&apply_named(&mut upserts, &version(1, 5, &[1]), 10, Some(1))), ["update 1"]);
    assert!(apply_named(&mut upserts, &other, 10, Some(1)).is_empty());
    assert!(apply_named(&mut upserts, &version(1, 4, &[1]), 10, Some(2)).is_empty());
}

#[test]
fn r03_what_ends_or_begins_by_time_has_its_value() {
    let mut upserts = Upserts::new().with_values(true);
    let pending = Version { from: 20, ..version(2, 1, &[3]).until(30) };
    apply(&mut upserts, &version(1, 1, &[1, 2]).until(90), 10);
    apply(&mut upserts, &pending, 10);
    // Kept across runs.
    let saved = serde_json::to_string(&upserts).unwrap();
    let mut upserts: Upserts = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&upserts).unwrap(), saved);
    let kept = |changes: &[RowChange<'_>]| -> Vec<String> {
        let show = |change: &RowChange<'_>| {
            let EndedRow { source, stix_id, key, value, norm, standalone, until, .. } = change.kept.clone()?;
            assert_eq!((&*source, &*stix_id), ("feed", &change.stix_id));
            assert_eq!(value, norm);
            Some(format!("{} {} {} {standalone} {}", change.action, key?, value?, until?))
        };
        changes.iter().filter_map(show).collect()
    };
    let dropped = apply(&mut upserts, &version(1, 2, &[2]).until(90), 10);
    assert_eq!(kept(&dropped), ["delete ipv4-addr:value 192.0.2.1 true 2024-07-30T00:00:00.000Z"]);
    let revoked = apply(&mut upserts, &version(1, 3, &[2]).until(90).revoked(), 10);
    assert_eq!((actions(&revoked), kept(&revoked).len()), (vec!["revoke 2".to_owned()], 0));
    assert_eq!(
        kept(&expire(&mut upserts, day(25))),
        ["activate ipv4-addr:value 192.0.2.3 true 2024-05-31T00:00:00.000Z"]
    );
    assert_eq!(
        kept(&expire(&mut upserts, day(30))),
        ["expire ipv4-addr:value 192.0.2.3 true 2024-05-31T00:00:00.000Z"]
    );
    upserts.begin_full("feed");
    assert_eq!(end_full(&mut upserts, "feed").iter().filter(|change| change.kept.is_some()).count(), 2);
    // Without values nothing is kept.
    let mut without = Upserts::new();
    apply(&mut without, &version(1, 1, &[1]), 10);
    assert_eq!(kept(&apply(&mut without, &version(1, 2, &[2]), 10)), [""; 0]);
}

/// A table that only grows has a row of its own for a value that is matched alone, which has to end.
#[test]
fn r03_a_value_that_becomes_a_part_ends_the_row_that_it_was_alone() {
    let mut upserts = Upserts::new().with_values(true);
    let mapper = mapper(10);
    let mut indicator = version(1, 1, &[1]).indicator();
    upserts.apply(mapper.map(&indicator));
    indicator.common.modified = Some(Timestamp::from(day(2)));
    indicator.pattern = "[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443]".into();
    assert!(
        upserts
            .apply(mapper.map(&indicator))
            .iter()
            .any(|change| change.kept.as_ref().is_some_and(|kept| kept.standalone))
    );
    indicator.common.modified = Some(Timestamp::from(day(3)));
    indicator.pattern = "[network-traffic:dst_ref.value = '192.0.2.1']".into();
    upserts.apply(mapper.map(&indicator));
    indicator.common.modified = Some(Timestamp::from(day(4)));
    indicator.pattern = "[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443]".into();
    let changes = upserts.apply(mapper.map(&indicator));
    let update = changes.iter().find(|change| change.action == Action::Update).unwrap();
    assert_eq!(update.kept.as_ref().and_then(|kept| kept.value.as_deref()), Some("192.0.2.1"));
    assert!(!update.row.as_ref().unwrap().relation.standalone);
}

#[test]
fn r01_a_feed_that_was_not_read_whole_deletes_nothing() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]), 10);
    upserts.begin_full("feed");
    let error = upserts.end_full("feed", 3).map(Iterator::count).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotWhole);
    assert!(error.to_string().contains("3 entries of `feed`"), "{error}");
    assert_eq!(upserts.len(), 1);
    assert!(end_full(&mut upserts, "feed").is_empty());
    upserts.begin_full("feed");
    assert_eq!(end_full(&mut upserts, "feed").len(), 1);
    assert!(upserts.is_empty());
}

/// The table from scratch: of every indicator the version that counts, at this day.
fn naive(seen: &[Version], now: i64, name: Option<i64>) -> Table {
    let mut newest: BTreeMap<u8, &Version> = BTreeMap::new();
    for version in seen {
        let rank = |version: &Version| (version.modified, version.revoked);
        let is_newer = newest.get(&version.id).is_none_or(|known| match (known.modified, version.modified) {
            (None, None) => true,
            _ => rank(known) < rank(version),
        });
        if is_newer {
            newest.insert(version.id, version);
        }
    }
    let mut table = Table::default();
    for version in newest.values() {
        for row in named(now, name).map(&version.indicator()).into_owned().rows {
            table.put(RowKey::from_row(&row), row);
        }
    }
    table
}

/// The same, for rows that were made at different days: their states are beside them.
fn without_states(table: Table) -> BTreeMap<RowKey, (Row<'static>, State)> {
    let plain = |(key, (mut row, state)): (RowKey, (Row<'static>, State))| {
        row.validity.state = state;
        (key, (row, state))
    };
    table.0.into_iter().map(plain).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Version(Version),
    Day,
    Expire,
    Reload,
    /// The provider has a new name, and all that is known is mapped again.
    Name,
    /// The feed is sent whole and has these only.
    Full(Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    let version = (
        0..4_u8,
        proptest::option::weighted(0.95, 0..6_i64),
        0..12_i64,
        proptest::option::of(1..20_i64),
        proptest::bool::weighted(0.2),
        (proptest::collection::vec(1..6_u8, 0..4), 0..3_u8),
    )
        .prop_map(|(id, modified, from, until, revoked, (values, says))| {
            let until = until.map(|days| from + days);
            Step::Version(Version { id, modified, from, until, revoked, values, says })
        });
    prop_oneof![
        12 => version,
        2 => Just(Step::Day),
        2 => Just(Step::Expire),
        1 => Just(Step::Reload),
        1 => Just(Step::Name),
        1 => proptest::collection::vec(0..4_u8, 0..4).prop_map(Step::Full),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_is_what_it_would_be_from_scratch(
        keeps_values in any::<bool>(),
        steps in proptest::collection::vec(step(), 0..40),
    ) {
        let (mut upserts, mut table) = (Upserts::new().with_values(keeps_values), Table::default());
        let (mut seen, mut now, mut name) = (Vec::<Version>::new(), 5, None);
        for step in steps {
            match step {
                Step::Version(version) => {
                    table.apply(apply_named(&mut upserts, &version, now, name));
                    seen.push(version);
                }
                Step::Day => now += 3,
                Step::Name => {
                    name = Some(name.unwrap_or(0) + 1);
                    for version in &seen {
                        table.apply(apply_named(&mut upserts, version, now, name));
                    }
                }
                Step::Expire => {
                    let changes = expire(&mut upserts, day(now));
                    prop_assert!(changes.iter().all(|change| change.kept.is_some() == keeps_values));
                    table.apply(changes);
                    prop_assert_eq!(without_states(naive(&seen, now, name)), without_states(Table(table.0.clone())));
                }
                Step::Reload => {
                    let saved = serde_json::to_string(&upserts).unwrap();
                    let read: Upserts = serde_json::from_str(&saved).unwrap();
                    prop_assert_eq!(&read, &upserts);
                    upserts = read;
                }
                Step::Full(ids) => {
                    seen.retain(|version| ids.contains(&version.id));
                    upserts.begin_full("feed");
                    for version in &seen {
                        table.apply(apply_named(&mut upserts, version, now, name));
                    }
                    table.apply(upserts.end_full("feed", 0).unwrap());
                }
            }
        }
        table.apply(upserts.expire(day(now)));
        prop_assert_eq!(without_states(naive(&seen, now, name)), without_states(Table(table.0.clone())));
        let ids: HashSet<u8> = seen.iter().map(|version| version.id).collect();
        prop_assert_eq!(upserts.len(), ids.len());

        // Once more, in any order, changes nothing. What has no versions is the exception: the last
        // counts.
        let versioned = seen.iter().filter(|version| version.modified.is_some()).rev();
        for version in versioned {
            prop_assert!(apply_named(&mut upserts, version, now, name).is_empty());
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(
        versions in proptest::collection::vec((0..3_u8, any::<bool>(), proptest::collection::vec(1..6_u8, 0..4)), 1..12)
            .prop_map(|list| list.into_iter().enumerate().map(|(place, (id, revoked, values))| {
                Version { revoked, ..version(id, place as i64, &values) }
            }).collect::<Vec<_>>()),
        seed in any::<u64>(),
    ) {
        let mut shuffled = versions.clone();
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, (seed.rotate_left(place as u32 * 7) % (place as u64 + 1)) as usize);
        }
        let result = |versions: &[Version]| {
            let (mut upserts, mut table) = (Upserts::new(), Table::default());
            versions.iter().for_each(|version| table.apply(apply(&mut upserts, version, 5)));
            (upserts, table)
        };
        prop_assert_eq!(result(&versions), result(&shuffled));
    }
}
