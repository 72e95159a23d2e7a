//! Sets and events that somebody made to take long. Each takes milliseconds, and the bounds are those of a slow machine.

use std::time::{Duration, Instant};

use stixkit::matching::event::{Event, Place, Rule, Value};
use stixkit::matching::set::{IndicatorSet, SkipReason};
use stixkit::row::ValueKind;

use super::{Rules, indicator, set};

/// A build without optimization takes thirty times as long.
fn bound(milliseconds: u64) -> Duration {
    Duration::from_millis(if cfg!(debug_assertions) { 60 * milliseconds } else { 4 * milliseconds })
}

#[track_caller]
fn within(milliseconds: u64, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    assert!(took < bound(milliseconds), "{took:?} instead of {milliseconds} ms");
}

fn rule(path: &str, kind: ValueKind) -> Rule {
    Rule::new("field", Place::new("slot[]", path).unwrap()).with_kind(kind)
}

#[test]
fn many_equal_values() {
    let mut set = IndicatorSet::new();
    let all: Vec<_> = (0..10_000).map(|number| indicator(number, "[domain-name:value = 'example.org']")).collect();
    within(60, || {
        for indicator in &all {
            set.insert(indicator);
        }
    });
    let rule = rule("domain-name:value", ValueKind::Domain);
    let values = [Value::new(&rule, "a.example.org")];
    within(60, || {
        let scanned = set.scanner().event(&Event::new(&values), |_| {});
        assert_eq!(scanned.hits, 10_000);
    });
    within(30, || assert!(all.iter().all(|indicator| set.remove(&indicator.common.id))));
    within(60, || {
        for indicator in &all {
            set.upsert(indicator);
        }
        for indicator in &all {
            set.upsert(indicator);
        }
    });
}

#[test]
fn an_indicator_that_changes_all_the_time() {
    let mut set = IndicatorSet::new();
    let mut one = indicator(0, "[domain-name:value = 'example.org']");
    within(100, || {
        for second in 0..20_000 {
            let time = chrono::DateTime::from_timestamp(1_714_521_600 + second, 0).unwrap();
            one.common.modified = Some(stixkit::Timestamp::from(time));
            set.upsert(&one);
        }
    });
    assert_eq!(set.len(), 1);
    assert!(set.stats().terms < 10_000, "{:?}", set.stats());
}

#[test]
fn many_pieces_of_text_with_one_gram() {
    let mut set = IndicatorSet::new();
    let mut always = 0;
    within(200, || {
        for number in 0..10_000_u128 {
            // Seven bytes leave no choice of grams.
            let inserted = set.insert(&indicator(number, &format!("[file:name LIKE '%aaaa{:03}%']", number % 1000)));
            always += usize::from(inserted.always);
        }
    });
    assert!(always > 0);
    let long = "a".repeat(65_536);
    let rules = Rules::new();
    let values = rules.values(&[("image", &long)]);
    // A thousand patterns that are tested for each event read 64 KiB each.
    within(300, || {
        set.scanner().event(&Event::new(&values), |_| {});
    });
    let mut same = IndicatorSet::new();
    for number in 0..10_000 {
        let inserted = same.insert(&indicator(number, "[file:name LIKE '%aaaaaaa%' AND file:size = 5]"));
        assert!(inserted.skipped.is_empty());
    }
    within(600, || {
        same.scanner().event(&Event::new(&values), |_| {});
    });
}

#[test]
fn more_patterns_than_are_tested_for_each_event() {
    let mut set = IndicatorSet::new();
    let mut refused = 0;
    for number in 0..1_200 {
        let inserted = set.insert(&indicator(number, &format!("[file:size > {number}]")));
        refused +=
            usize::from(inserted.skipped.first().is_some_and(|skipped| skipped.reason == SkipReason::TooManyAlways));
    }
    assert_eq!((set.len(), refused), (1000, 200));
    let rules = Rules::new();
    let values = rules.values(&[("image.size", "5000")]);
    within(20, || assert_eq!(set.scanner().event(&Event::new(&values), |_| {}).hits, 1000));
}

#[test]
fn long_fields() {
    let set = set([
        "[domain-name:value = 'example.org']",
        "[url:value = 'http://example.org/']",
        "[file:name LIKE '%evil%']",
        "[file:name = 'evil']",
        "[url:value MATCHES '^http.*evil.*php$']",
    ]);
    for (kind, path, text) in [
        (ValueKind::Domain, "domain-name:value", "a.".repeat(32_768)),
        (ValueKind::Url, "url:value", format!("http://example.org/{}", "a/".repeat(32_768))),
        (ValueKind::Url, "url:value", "/".repeat(65_536)),
        (ValueKind::Name, "file:name", "evi".repeat(22_000)),
        (ValueKind::Hash, "file:hashes.MD5", "ab".repeat(32_768)),
        (ValueKind::Ipv6, "ipv6-addr:value", ":".repeat(65_536)),
        (ValueKind::Path, "file:path", "\u{e9}".repeat(32_768)),
    ] {
        let rule = rule(path, kind);
        let values = [Value::new(&rule, &text)];
        within(20, || {
            set.scanner().event(&Event::new(&values), |_| {});
        });
    }
}

#[test]
fn many_names_in_a_line() {
    let names: Vec<String> = (0..5_000).map(|number| format!("n{number}.a.b.c.example.org")).collect();
    let set = set([
        "[domain-name:value = 'example.org']",
        "[domain-name:value = 'x' AND domain-name:value = 'n1.a.b.c.example.org']",
    ]);
    let rule = rule("domain-name:value", ValueKind::Domain);
    let values: Vec<_> =
        names.iter().enumerate().map(|(at, name)| Value::new(&rule, name).with_instance(at as u32)).collect();
    within(60, || {
        assert_eq!(set.scanner().event(&Event::new(&values), |_| {}).hits, 5_000);
    });
    let scanned = set.scanner().with_max_hits(10).event(&Event::new(&values), |_| {});
    assert_eq!((scanned.hits, scanned.dropped), (10, 4_990));
}

#[test]
fn a_pattern_of_many_values() {
    let values: Vec<String> = (0..5_000).map(|number| format!("file:name = 'n{number}'")).collect();
    let mut set = IndicatorSet::new();
    within(200, || {
        let inserted = set.insert(&indicator(0, &format!("[{} OR file:size > 5]", values.join(" OR "))));
        assert_eq!((inserted.values, inserted.anchors, inserted.always), (5_000, 0, true));
    });
}
