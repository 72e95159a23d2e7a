//! Keeping a table current.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;
use stixkit::object::Indicator;
use stixkit::row::{Action, Mapper, Row, RowChange, RowKey, State, Upserts};
use stixkit::{Object, Timestamp};

fn day(number: i64) -> DateTime<Utc> {
    "2024-05-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(number)
}

fn mapper(now: i64) -> Mapper {
    Mapper::new(day(now)).with_source("feed")
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
}

fn version(id: u8, modified: i64, values: &[u8]) -> Version {
    Version { id, modified: Some(modified), from: 0, until: None, revoked: false, values: values.to_vec() }
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
            "revoked": self.revoked,
        });
        object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        serde_json::from_value(object).unwrap()
    }
}

/// A table as a sink would keep it. Every change has to fit what is there.
#[derive(Debug, Default, PartialEq)]
struct Table(BTreeMap<RowKey, (Row<'static>, State)>);

impl Table {
    fn apply(&mut self, changes: Vec<RowChange<'static>>) {
        for RowChange { action, key, source, stix_id, row, .. } in changes {
            let own = self.0.get(&key);
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
    let (mapper, indicator) = (mapper(now), version.indicator());
    upserts.apply(mapper.map(&indicator)).into_iter().map(RowChange::into_owned).collect()
}

/// The actions with the last number of their address, `?` where there is no row.
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
    assert_eq!(actions(&upserts.expire(day(14))), [""; 0]);
    assert_eq!(actions(&upserts.expire(day(15))), ["expire ?"]);
    assert_eq!(actions(&upserts.expire(day(15))), [""; 0]);
    assert_eq!(actions(&upserts.expire(day(25))), ["activate ?"]);
    assert_eq!(actions(&upserts.expire(day(5))), [""; 0]);
    let over = upserts.expire(day(35));
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
    assert_eq!(actions(&upserts.expire(day(19))), [""; 0]);
    let mut upserts: Upserts = serde_json::from_str(&serde_json::to_string(&upserts).unwrap()).unwrap();
    assert_eq!(actions(&upserts.expire(day(19))), [""; 0]);
    assert_eq!(actions(&upserts.expire(DateTime::<Utc>::MAX_UTC)), ["expire ?"]);
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
    assert!(upserts.end_full("feed").is_empty());
    assert!(upserts.end_full("feed").is_empty());

    // Reading failed, and began anew.
    upserts.begin_full("feed");
    apply(&mut upserts, &version(2, 2, &[2, 3]), 10);
    upserts.begin_full("feed");
    // An older version of it is there as well.
    apply(&mut upserts, &version(1, 0, &[7]), 10);
    assert_eq!(actions(&upserts.end_full("feed")), ["delete ?", "delete ?"]);
    assert_eq!(upserts.len(), 2);
    // What was forgotten is new.
    assert_eq!(actions(&apply(&mut upserts, &version(2, 1, &[2]), 10)), ["insert 2"]);
    upserts.begin_full("feed");
    assert_eq!(upserts.end_full("feed").len(), 2);
    assert_eq!(upserts.len(), 1);
    assert!(upserts.end_full("unknown").is_empty());
}

#[test]
fn pruning_forgets_what_has_long_been_over() {
    let mut upserts = Upserts::new();
    apply(&mut upserts, &version(1, 1, &[1]).until(15), 20);
    apply(&mut upserts, &version(2, 18, &[2]).revoked(), 20);
    apply(&mut upserts, &version(3, 1, &[3]).until(30), 20);
    assert_eq!(upserts.prune(day(15)).len(), 0);
    assert_eq!(upserts.prune(day(16)).len(), 1);
    assert_eq!(upserts.prune(day(19)).len(), 1);
    assert_eq!(upserts.prune(day(99)).len(), 0);
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
    assert!(upserts.expire(DateTime::<Utc>::MAX_UTC).is_empty());
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
    upserts.end_full("empty");
    let saved = serde_json::to_string(&upserts).unwrap();
    let key = RowKey::from_row(&mapper(10).map(&version(1, 1, &[1]).indicator()).rows[0]).uuid().simple().to_string();
    let expected = json!([1, {"empty": [], "feed": [["indicator--d81f86b9-975b-4c0b-875e-810c5ad45a01",
        "2024-05-02T00:00:00.000Z", "active", "2024-05-01T00:00:00.000Z", "2024-05-16T00:00:00.000Z", [key]]]}]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&saved).unwrap(), expected);
    let read = |text: &str| serde_json::from_str::<Upserts>(text).map_err(|error| error.to_string());
    assert_eq!(read(&saved), Ok(upserts));
    assert_eq!(read("[1,{}]"), Ok(Upserts::new()));
    assert!(read("[2,{}]").unwrap_err().starts_with("a state of format 2; this is format 1"));
    assert!(read(&saved.replace("active", "odd")).unwrap_err().starts_with("no such state"));
    assert!(read(&saved.replace(&key, "5")).is_err());
}

/// The table from scratch: of every indicator the version that counts, at this day.
fn naive(seen: &[Version], now: i64) -> Table {
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
        for row in mapper(now).map(&version.indicator()).into_owned().rows {
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
        proptest::collection::vec(1..6_u8, 0..4),
    )
        .prop_map(|(id, modified, from, until, revoked, values)| {
            let until = until.map(|days| from + days);
            Step::Version(Version { id, modified, from, until, revoked, values })
        });
    prop_oneof![
        12 => version,
        2 => Just(Step::Day),
        2 => Just(Step::Expire),
        1 => Just(Step::Reload),
        1 => proptest::collection::vec(0..4_u8, 0..4).prop_map(Step::Full),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_is_what_it_would_be_from_scratch(steps in proptest::collection::vec(step(), 0..40)) {
        let (mut upserts, mut table) = (Upserts::new(), Table::default());
        let (mut seen, mut now) = (Vec::<Version>::new(), 5);
        for step in steps {
            match step {
                Step::Version(version) => {
                    table.apply(apply(&mut upserts, &version, now));
                    seen.push(version);
                }
                Step::Day => now += 3,
                Step::Expire => {
                    table.apply(upserts.expire(day(now)));
                    prop_assert_eq!(without_states(naive(&seen, now)), without_states(Table(table.0.clone())));
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
                        table.apply(apply(&mut upserts, version, now));
                    }
                    table.apply(upserts.end_full("feed"));
                }
            }
        }
        table.apply(upserts.expire(day(now)));
        prop_assert_eq!(without_states(naive(&seen, now)), without_states(Table(table.0.clone())));
        let ids: HashSet<u8> = seen.iter().map(|version| version.id).collect();
        prop_assert_eq!(upserts.len(), ids.len());

        // Once more, in any order, changes nothing. What has no versions is the exception: the last
        // counts.
        let versioned = seen.iter().filter(|version| version.modified.is_some()).rev();
        for version in versioned {
            prop_assert!(apply(&mut upserts, version, now).is_empty());
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
