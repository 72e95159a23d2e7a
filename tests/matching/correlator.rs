//! Patterns of several observations over streams.

use std::cell::Cell;
use std::fmt::Write as _;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stixkit::Json;
use stixkit::matching::correlator::{Alert, Correlator, Options};
use stixkit::matching::event::{Event, Form, Place, Rule, Value};
use stixkit::matching::{ErrorKind, Instants, Matcher, Observations};
use stixkit::pattern::Pattern;
use stixkit::row::ValueKind;

use crate::checks;

fn correlator(patterns: &[&str], options: Options) -> Correlator {
    let matchers = patterns.iter().map(|pattern| Matcher::new(&Pattern::parse(pattern).unwrap()).unwrap());
    Correlator::new(matchers, options).unwrap()
}

fn hour() -> Options {
    Options::default().with_horizon(TimeDelta::hours(1))
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

/// An observation of mutexes on a host at a second.
fn push(correlator: &mut Correlator, second: i64, names: &str, host: &str) -> Vec<Alert> {
    push_json(correlator, &json(second, second, 1, names, host))
}

fn push_json(correlator: &mut Correlator, json: &str) -> Vec<Alert> {
    correlator.push(&Observations::from_json(&Json::new(json).unwrap()))
}

fn json(first: i64, last: i64, count: u64, names: &str, host: &str) -> String {
    let mut objects = format!(r#""host": {{"type": "x-host", "name": "{host}"}}"#);
    for (place, name) in names.chars().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(objects, r#", "{place}": {{"type": "mutex", "name": "{name}"}}"#);
    }
    let time = |second| at(second).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    format!(
        r#"{{"id": "observed-data--{first}{names}", "number_observed": {count}, "first_observed": "{}",
            "last_observed": "{}", "objects": {{{objects}}}}}"#,
        time(first),
        time(last),
    )
}

/// The numbers of the observations of alerts.
fn numbers(alerts: &[Alert]) -> Vec<Vec<u64>> {
    alerts.iter().map(|alert| alert.parts.iter().map(|part| part.number).collect()).collect()
}

#[test]
fn streams_agree_with_a_matcher_over_all_of_them() {
    let cases = if cfg!(debug_assertions) { 400 } else { 40_000 };
    let (holds, fails) = (Cell::new(0_u32), Cell::new(0_u32));
    let config = Config {
        cases,
        max_global_rejects: 20 * cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let bytes = prop::collection::vec(any::<u8>(), 90);
    TestRunner::new(config)
        .run(&bytes, |bytes| {
            match checks::correlates(&bytes) {
                Some(true) => holds.set(holds.get() + 1),
                Some(false) => fails.set(fails.get() + 1),
                None => return Err(TestCaseError::reject("not for a correlator")),
            }
            Ok(())
        })
        .unwrap();
    assert!(holds.get() > cases / 5 && fails.get() > cases / 5, "{holds:?} {fails:?}");
}

#[test]
fn streams_in_order() {
    for (pattern, stream, expected) in [
        ("[mutex:name = 'a'] AND [mutex:name = 'b']", "a b", "01"),
        ("[mutex:name = 'a'] AND [mutex:name = 'b']", "a a b b", "02 13"),
        ("[mutex:name = 'a'] REPEATS 3 TIMES", "a x a a a", "023"),
        ("[mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b']", "b a a b", "23"),
        ("[mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b'] FOLLOWEDBY [mutex:name = 'c']", "a b a c", "013"),
        ("[mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'a']", "a a a a", "01 23"),
        ("[mutex:name = 'a'] FOLLOWEDBY ([mutex:name = 'b'] OR [mutex:name = 'c'])", "ab c", "01"),
        ("([mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b']) WITHIN 2 SECONDS", "a x b a b", "34"),
        ("([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 2 SECONDS", "a x b a", "32"),
        ("([mutex:name = 'a'] REPEATS 3 TIMES) WITHIN 4 SECONDS", "a x a x a a", "245"),
        ("[mutex:name = 'a'] OR ([mutex:name = 'b'] AND [mutex:name = 'c'])", "b a c", "1 02"),
        ("[mutex:name = 'a'] REPEATS 2 TIMES FOLLOWEDBY [mutex:name = 'b']", "a b a b", "023"),
        ("[mutex:name = 'a'] AND [mutex:name = 'b']", "ab", ""),
        ("[mutex:name = 'a'] AND [mutex:name = 'b']", "ab b", "01"),
    ] {
        let mut correlator = correlator(&[pattern], hour());
        let mut alerts = Vec::new();
        for (second, names) in stream.split(' ').enumerate() {
            alerts.extend(push(&mut correlator, second as i64, names, "h"));
        }
        let numbers =
            numbers(&alerts).into_iter().map(|numbers| numbers.iter().map(u64::to_string).collect::<String>());
        assert_eq!(numbers.collect::<Vec<_>>().join(" "), expected, "{pattern} {stream}");
        assert!(correlator.counts().is_complete());
    }
}

#[test]
fn an_alert_names_its_observations() {
    let pattern = "([mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b'] REPEATS 2 TIMES) WITHIN 60 SECONDS";
    let mut correlator = correlator(&[pattern], Options::default());
    assert!(!correlator.is_narrowed(0));
    assert!(push(&mut correlator, 10, "a", "h").is_empty());
    let alerts = push_json(&mut correlator, &json(20, 30, 5, "b", "h"));
    let [alert] = &alerts[..] else { panic!("{alerts:?}") };
    assert_eq!((alert.pattern, &*alert.partition, alert.dropped), (0, "", 0));
    assert_eq!((alert.first, alert.last), (at(10), at(30)));
    let parts: Vec<_> = alert
        .parts
        .iter()
        .map(|part| (&pattern[part.span.range()], part.number, part.id.as_deref().unwrap(), part.count, part.first))
        .collect();
    let expected = [
        ("[mutex:name = 'a']", 0, "observed-data--10a", 1, at(10)),
        ("[mutex:name = 'b'] REPEATS 2 TIMES", 1, "observed-data--20b", 2, at(20)),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn partitions_keep_strangers_apart() {
    let pattern = "[mutex:name = 'a'] AND [mutex:name = 'b']";
    let options = hour().with_partition_by("x-host:name").unwrap();
    let mut correlator = correlator(&[pattern], options);
    assert!(push(&mut correlator, 0, "a", "one").is_empty());
    assert!(push(&mut correlator, 1, "b", "two").is_empty());
    let alerts = push(&mut correlator, 2, "b", "one");
    assert_eq!((numbers(&alerts), &*alerts[0].partition), (vec![vec![0, 2]], "one"));
    // A partition that the caller names.
    let json = Json::new(&self::json(3, 3, 1, "a", "one")).unwrap();
    assert_eq!(numbers(&correlator.push_in("two", &Observations::from_json(&json))), [[3, 1]]);
    // Long names that begin alike are different.
    let long = "x".repeat(1000);
    assert!(push(&mut correlator, 4, "a", &long).is_empty());
    assert!(push(&mut correlator, 5, "b", &format!("{long}y")).is_empty());
    let alerts = push(&mut correlator, 6, "b", &long);
    assert_eq!(numbers(&alerts), [[4, 6]]);
    assert!(alerts[0].partition.len() < 300);
}

#[test]
fn late_observations_wait_for_their_turn() {
    let pattern = "[mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b'] FOLLOWEDBY [mutex:name = 'c']";
    let options = hour().with_lateness(TimeDelta::seconds(10));
    let mut correlator = correlator(&[pattern], options);
    for (second, name) in [(5, "c"), (3, "b"), (1, "a")] {
        assert!(push(&mut correlator, second, name, "h").is_empty());
    }
    assert_eq!(correlator.kept(), 3);
    assert!(correlator.advance(at(14)).is_empty());
    assert_eq!(numbers(&correlator.advance(at(15))), [[2, 1, 0]]);
    assert!(correlator.counts().is_complete());

    // Later than that it is used if it still fits, and counted.
    push(&mut correlator, 30, "a", "h");
    push(&mut correlator, 32, "c", "h");
    assert!(correlator.advance(at(45)).is_empty());
    assert_eq!(numbers(&push(&mut correlator, 31, "b", "h")), [[3, 5, 4]]);
    assert_eq!((correlator.counts().late, correlator.dropped()), (1, 0));
}

#[test]
fn a_wrong_clock_does_not_stop_the_others() {
    let mut correlator = correlator(&["[mutex:name = 'a'] AND [mutex:name = 'b']"], hour());
    correlator.advance(at(0));
    assert!(push(&mut correlator, 200_000_000, "a", "h").is_empty());
    assert_eq!((correlator.counts().ahead, correlator.dropped()), (1, 1));
    push(&mut correlator, 1, "a", "h");
    assert_eq!(numbers(&push(&mut correlator, 2, "b", "h")), [[1, 2]]);
    assert_eq!(correlator.counts().late, 0);
}

#[test]
fn what_is_over_is_forgotten() {
    let options = Options::default().with_partition_by("x-host:name").unwrap();
    let patterns = ["([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 60 SECONDS"];
    let mut correlator = correlator(&patterns, options);
    for host in 0..100 {
        push(&mut correlator, 0, "a", &host.to_string());
    }
    assert_eq!(correlator.kept(), 200);
    correlator.advance(at(59));
    assert_eq!(correlator.kept(), 200);
    correlator.advance(at(60));
    assert_eq!((correlator.kept(), correlator.dropped()), (0, 0));
    assert!(push(&mut correlator, 60, "b", "7").is_empty());
}

#[test]
fn what_is_dropped_is_counted_and_marked() {
    let pattern = "([mutex:name = 'a'] FOLLOWEDBY ([mutex:name = 'b'] REPEATS 2 TIMES)) WITHIN 600 SECONDS";
    let mut small = correlator(&[pattern], Options::default().with_state(2));
    for second in 0..5 {
        assert!(push(&mut small, second, "a", "h").is_empty());
    }
    assert_eq!((small.counts().dropped, small.dropped()), (3, 3));
    push(&mut small, 6, "b", "h");
    let alerts = push(&mut small, 7, "b", "h");
    assert_eq!(alerts[0].dropped, 3);
    assert!(!small.counts().is_complete());

    let options = hour().with_total(10).with_partition_by("x-host:name").unwrap();
    let mut many = correlator(&["[mutex:name = 'a'] AND [mutex:name = 'b']"], options);
    for host in 0..20 {
        push(&mut many, 0, "a", &host.to_string());
    }
    assert_eq!((many.kept(), many.counts().evicted), (10, 15));
    assert_eq!(push(&mut many, 1, "b", "19").len(), 1);
    assert!(push(&mut many, 1, "b", "0").is_empty());

    // A search that takes too long is no verdict.
    let mut short = correlator(&["[mutex:name = 'a'] AND [mutex:name = 'b']"], hour().with_steps(1));
    push(&mut short, 0, "a", "h");
    assert!(push(&mut short, 1, "b", "h").is_empty());
    assert_eq!(short.counts().undecided, 1);
}

#[test]
fn patterns_come_and_go() {
    let mut correlator = correlator(&["[mutex:name = 'a'] AND [mutex:name = 'b']"], hour());
    push(&mut correlator, 0, "a", "h");
    let other = Pattern::parse("[mutex:name = 'b'] REPEATS 2 TIMES").unwrap();
    assert_eq!(correlator.insert(Matcher::new(&other).unwrap()).unwrap(), 1);
    assert!(correlator.is_narrowed(1) && !correlator.is_narrowed(2));
    assert!(correlator.remove(0) && !correlator.remove(0) && !correlator.remove(7));
    assert_eq!(correlator.kept(), 0);
    push(&mut correlator, 1, "b", "h");
    let alerts = push(&mut correlator, 2, "b", "h");
    assert_eq!((alerts[0].pattern, numbers(&alerts)), (1, vec![vec![1, 2]]));
}

#[test]
fn patterns_that_are_not_for_a_correlator() {
    for (pattern, options, kind, message) in [
        (
            "[mutex:name = 'a'] OR [mutex:name = 'b']",
            hour(),
            ErrorKind::OneObservation,
            "pattern 1 is about one observation; match each observation with `Matcher` instead",
        ),
        (
            "([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 5 SECONDS AND [mutex:name = 'c']",
            Options::default(),
            ErrorKind::NoHorizon,
            "pattern 1 has no WITHIN around all of it, so that its observations would have to be kept forever; set a \
             horizon",
        ),
    ] {
        let good = "([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 5 SECONDS";
        let matchers = [good, pattern].map(|pattern| Matcher::new(&Pattern::parse(pattern).unwrap()).unwrap());
        let error = Correlator::new(matchers, options).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (kind, message.to_owned()));
    }
}

#[test]
fn the_instants_of_the_matcher_count() {
    let pattern = Pattern::parse("([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 5 SECONDS").unwrap();
    for (instants, expected) in [(Instants::Interval, 1), (Instants::FirstObserved, 0)] {
        let options = stixkit::matching::Options::default().with_instants(instants);
        let matcher = Matcher::with_options(&pattern, options).unwrap();
        let mut correlator = Correlator::new([matcher], Options::default()).unwrap();
        push_json(&mut correlator, &json(0, 100, 1, "a", "h"));
        assert_eq!(push(&mut correlator, 50, "b", "h").len(), expected, "{instants:?}");
    }
}

#[test]
fn events_are_observations() {
    let place = |slot: &str, path: &str| Place::new(slot, path).unwrap();
    let name = Rule::new("name", place("file", "file:name")).with_kind(ValueKind::Name);
    let parent = Rule::new("parent", place("parent", "file:name")).with_kind(ValueKind::Name);
    let size = Rule::new("size", place("file", "file:size"));
    let host = Rule::new("host", place("host", "x-host:name"));
    let pattern = "[file:name = 'a' AND file:size > 5] FOLLOWEDBY [file:name = 'b']";
    let mut correlator = correlator(&[pattern], hour().with_partition_by("x-host:name").unwrap());
    let event = |second: i64, values: &[Value<'_>], correlator: &mut Correlator| {
        let time = stixkit::Timestamp::exact(at(second));
        correlator.push_event(&Event::new(values).with_time(time), None).len()
    };
    let value = |rule, text| Value::new(rule, text);
    let number = |rule, text| Value::new(rule, text).with_form(Form::Number);
    // Two objects do not make one.
    assert_eq!(event(0, &[value(&parent, "a"), number(&size, "6"), value(&host, "h")], &mut correlator), 0);
    assert_eq!(event(1, &[value(&name, "b"), value(&host, "h")], &mut correlator), 0);
    assert_eq!(event(2, &[value(&name, "a"), number(&size, "6"), value(&host, "h")], &mut correlator), 0);
    assert_eq!(event(3, &[value(&name, "b"), value(&host, "other")], &mut correlator), 0);
    assert_eq!(event(4, &[value(&name, "b"), value(&host, "h")], &mut correlator), 1);
    let values = [value(&name, "b")];
    assert!(correlator.push_event(&Event::new(&values), None).is_empty());
    assert_eq!((correlator.counts().untimed, correlator.counts().pushed, correlator.dropped()), (1, 6, 1));
}

/// A stream of some length, and the time it takes.
fn time(pattern: &str, count: i64, names: &dyn Fn(i64) -> &'static str) -> (std::time::Duration, usize, usize) {
    let mut correlator = correlator(&[pattern], hour().with_lateness(TimeDelta::seconds(3)));
    let (mut alerts, mut most) = (0, 0);
    let start = Instant::now();
    for second in 0..count {
        // Neighbours change places.
        alerts += push(&mut correlator, second ^ 1, names(second), "h").len();
        most = most.max(correlator.kept());
    }
    (start.elapsed(), alerts, most)
}

#[test]
fn long_streams_take_linear_time_and_bounded_memory() {
    let count = if cfg!(debug_assertions) { 1_000 } else { 100_000 };
    for (pattern, most) in [
        ("[mutex:name = 'a'] AND [mutex:name = 'z']", 10),
        ("[mutex:name = 'a'] REPEATS 50 TIMES", 60),
        ("[mutex:name = 'a'] FOLLOWEDBY [mutex:name = 'b'] FOLLOWEDBY [mutex:name = 'z']", 10),
        ("([mutex:name = 'a'] REPEATS 5 TIMES FOLLOWEDBY [mutex:name = 'b']) WITHIN 30 SECONDS", 60),
        ("[mutex:name = 'z'] REPEATS 2 TIMES FOLLOWEDBY [mutex:name = 'b']", 2_100),
    ] {
        let names = |second: i64| if second % 7 == 3 { "b" } else { "a" };
        let (once, _, _) = time(pattern, count, &names);
        let (twice, alerts, kept) = time(pattern, 2 * count, &names);
        eprintln!("{pattern}: {count} in {once:?}, twice as many in {twice:?}, {alerts} alerts, {kept} kept");
        assert!(kept <= most, "{pattern}: {kept}");
        assert!(twice < 4 * once + std::time::Duration::from_millis(500), "{pattern}: {once:?} {twice:?}");
    }
}

#[test]
fn hostile_streams_are_bounded() {
    let pattern = "([mutex:name = 'a'] AND [mutex:name = 'b']) REPEATS 1000000 TIMES";
    let mut correlator = correlator(&[pattern, "[mutex:name = 'a'] REPEATS 9223372036854775807 TIMES"], hour());
    for second in 0..2_000 {
        let json = json(second, second + 5, u64::MAX >> (second % 64), "ab", "h");
        push_json(&mut correlator, &json);
    }
    assert!(correlator.kept() < 5_000, "{}", correlator.kept());
    correlator.advance(DateTime::<Utc>::MAX_UTC);
    assert_eq!(correlator.kept(), 0);
}
