//! Changes of a set in random order, against a list.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use stixkit::matching::set::{Change, IndicatorSet, Limits, SetOptions};
use stixkit::object::Indicator;
use stixkit::row::{Mapper, ValueKind};
use stixkit::{Identifier, Timestamp};

use super::indicator;

/// Few values, so that they meet.
const VALUES: &[(&str, ValueKind, &str)] = &[
    ("[ipv4-addr:value = '198.51.100.7']", ValueKind::Ipv4, "198.51.100.7"),
    ("[ipv4-addr:value = '198.51.100.0/24']", ValueKind::Ipv4, "198.51.100.8"),
    ("[ipv6-addr:value = '2001:db8::/32']", ValueKind::Ipv6, "2001:db8::1"),
    ("[domain-name:value = 'a.example.org']", ValueKind::Domain, "a.example.org"),
    ("[domain-name:value = 'example.org' OR url:value = 'http://a/']", ValueKind::Url, "http://a/"),
    ("[url:value = 'https://a/']", ValueKind::Url, "https://a/"),
    ("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", ValueKind::Hash, "D41D8CD98F00B204E9800998ECF8427E"),
    ("[file:name = 'Evil.exe']", ValueKind::Name, "evil.exe"),
    ("[file:name LIKE '%evil%']", ValueKind::Name, "evil.exe"),
    ("[file:name = 'evil.exe' AND file:size > 5]", ValueKind::Name, "evil.exe"),
    ("[file:size > 5]", ValueKind::Name, "evil.exe"),
    ("[file:name = 'a'] AND [file:name = 'b']", ValueKind::Name, "a"),
];

#[derive(Clone, Debug)]
enum Step {
    Insert { number: u8, value: usize, day: u8, is_upsert: bool, source: bool },
    Remove { number: u8 },
    Expire { day: u8 },
    Compact,
    Reload,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let insert = (0..6_u8, 0..VALUES.len(), 1..20_u8, any::<bool>(), any::<bool>());
    let step = prop_oneof![
        8 => insert.prop_map(|(number, value, day, is_upsert, source)| Step::Insert { number, value, day, is_upsert, source }),
        3 => (0..6_u8).prop_map(|number| Step::Remove { number }),
        1 => (1..30_u8).prop_map(|day| Step::Expire { day }),
        1 => Just(Step::Compact),
        1 => Just(Step::Reload),
    ];
    prop::collection::vec(step, 1..60)
}

fn day(day: u8) -> DateTime<Utc> {
    DateTime::from_timestamp(1_714_521_600 + 86_400 * i64::from(day), 0).unwrap()
}

/// Odd numbers have identifiers of another form.
fn id(number: u8) -> Identifier {
    if number % 2 == 1 {
        return Identifier::from(&*format!("indicator--Number-{number}"));
    }
    indicator(number.into(), "").common.id
}

/// An indicator that is valid for ten days from its version on.
fn version(number: u8, value: usize, from: u8) -> Indicator {
    let mut new = indicator(0, VALUES[value].0);
    new.common.id = id(number);
    new.common.modified = Some(Timestamp::from(day(from)));
    new.valid_from = new.common.modified.clone();
    new.valid_until = Some(Timestamp::from(day(from + 10)));
    new
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 4_000 }) })]
    #[test]
    fn a_set_is_a_list_that_is_searched_fast(steps in steps()) {
        let mut set = IndicatorSet::with_options(SetOptions::default().with_max_always(3));
        // By source and number: the day of the version, the value.
        let mut list: BTreeMap<(bool, u8), (u8, usize)> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert { number, value, day: from, is_upsert, source } => {
                    let new = version(number, value, from);
                    let name = if source { "feed" } else { "" };
                    let mapper = Mapper::new(day(0)).with_source(name);
                    let rows = mapper.map(&new).rows;
                    let inserted = if is_upsert { set.upsert_rows(&rows) } else { set.insert_rows(&rows) };
                    let is_refused = !inserted.skipped.is_empty();
                    match list.get(&(source, number)) {
                        Some(_) if !is_upsert => prop_assert_eq!(inserted.change, Change::None),
                        Some((own, _)) if *own >= from => prop_assert_eq!(inserted.change, Change::None),
                        known => {
                            let expected = if known.is_some() { Change::Replaced } else { Change::Added };
                            if is_refused {
                                list.remove(&(source, number));
                            } else {
                                prop_assert_eq!(inserted.change, expected);
                                list.insert((source, number), (from, value));
                            }
                        }
                    }
                }
                Step::Remove { number } => {
                    let was_there = list.remove(&(false, number)).is_some() | list.remove(&(true, number)).is_some();
                    prop_assert_eq!(set.remove(&id(number)), was_there);
                }
                Step::Expire { day: now } => {
                    let before = list.len();
                    list.retain(|_, (from, _)| *from + 10 > now);
                    prop_assert_eq!(set.expire(day(now)), before - list.len());
                }
                Step::Compact => set.compact(),
                Step::Reload => {
                    let mut snapshot = Vec::new();
                    set.save(&mut snapshot).unwrap();
                    set = IndicatorSet::load(&*snapshot, &Limits::default()).unwrap();
                    let mut again = Vec::new();
                    set.save(&mut again).unwrap();
                    prop_assert_eq!(snapshot, again);
                }
            }
            check(&set, &list)?;
        }
    }
}

fn check(set: &IndicatorSet, list: &BTreeMap<(bool, u8), (u8, usize)>) -> Result<(), TestCaseError> {
    prop_assert_eq!(set.len(), list.len());
    let known: BTreeMap<(bool, Identifier), u8> = set
        .iter()
        .map(|record| {
            let modified = record.modified().unwrap();
            let from = (modified - day(0)).num_days() as u8;
            assert_eq!((record.valid_from(), record.valid_until()), (Some(modified), Some(day(from + 10))));
            ((record.source() == "feed", record.id()), from)
        })
        .collect();
    let expected = list.iter().map(|((source, number), (from, _))| ((*source, id(*number)), *from)).collect();
    prop_assert_eq!(known, expected);
    for (value, (_, kind, text)) in VALUES.iter().enumerate() {
        let mut found: Vec<_> = set.lookup(*kind, text).filter(|hit| hit.is_standalone()).map(|hit| (hit.source() == "feed", hit.id())).collect();
        found.sort();
        found.dedup();
        // What the same text finds of other values.
        let finds = |other: usize| match value {
            0 => matches!(other, 0 | 1),
            3 => matches!(other, 3 | 4),
            7..=10 => other == 7,
            11 => false,
            _ => other == value,
        };
        let mut expected: Vec<_> = list
            .iter()
            .filter(|(_, (_, other))| finds(*other))
            .map(|((source, number), _)| (*source, id(*number)))
            .collect();
        expected.sort();
        prop_assert_eq!(&found, &expected, "{}", text);
    }
    prop_assert_eq!(set.sequences().count(), list.values().filter(|(_, value)| *value == 11).count());
    prop_assert_eq!(set.stats().always, list.values().filter(|(_, value)| *value == 10).count());
    Ok(())
}
