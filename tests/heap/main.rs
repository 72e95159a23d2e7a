//! What the heap has to hold, whatever the input is.
//!
//! This is a program of its own, because its allocator counts for all that runs in it, and it has
//! one test, because tests run side by side.

use std::alloc::System;
use std::hint::black_box;

use cap::Cap;
use chrono::DateTime;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use stixkit::object::Indicator;
use stixkit::row::{Mapper, RowChange, Upserts};

/// The outer layer knows the peak, the inner one counts.
#[global_allocator]
static HEAP: Cap<&StatsAlloc<System>> = Cap::new(&INSTRUMENTED_SYSTEM, usize::MAX);

#[test]
fn the_heap_is_bounded() {
    // First, while nothing else has raised the peak.
    #[cfg(feature = "parallel")]
    parallel_reading_holds_a_few_parts();
    rows_are_linear_in_the_values_of_a_pattern();
    changes_by_time_take_no_memory();
}

/// What it has allocated that is still there, and all that it has allocated.
fn measured<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let (held, before) = (HEAP.allocated(), INSTRUMENTED_SYSTEM.stats());
    let result = black_box(work());
    let allocated = INSTRUMENTED_SYSTEM.stats().bytes_allocated - before.bytes_allocated;
    (result, HEAP.allocated().saturating_sub(held), allocated)
}

fn mapper() -> Mapper {
    Mapper::new(DateTime::UNIX_EPOCH).with_source("a feed")
}

fn indicator(number: usize, pattern: &str, description: usize) -> Indicator {
    let object = serde_json::json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--d81f86b9-975b-4c0b-875e-{number:012}"),
        "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "pattern": pattern,
        "description": "d".repeat(description), "pattern_type": "stix", "valid_from": "1969-05-01T10:00:00Z",
        "valid_until": "1999-05-01T10:00:00Z",
    });
    serde_json::from_value(object).unwrap()
}

fn or_pattern(size: usize) -> String {
    let tests: Vec<_> = (0..size).map(|number| format!("domain-name:value = 'h{number}.example.com'")).collect();
    format!("[{}]", tests.join(" OR "))
}

fn in_pattern(size: usize) -> String {
    let values: Vec<_> = (0..size).map(|number| format!("'{number:x}'")).collect();
    format!("[a:b IN ({})]", values.join(","))
}

/// Twice as many values take at most 2.2 times the memory, to own rows and changes as well.
fn rows_are_linear_in_the_values_of_a_pattern() {
    for (pattern, per_value) in [(or_pattern as fn(usize) -> String, 1_500), (in_pattern, 1_500)] {
        for description in [0, 100_000] {
            let mut last: Option<[usize; 4]> = None;
            for size in [1_000, 2_000, 4_000] {
                let (indicator, mapper) = (indicator(1, &pattern(size), description), mapper());
                let (outcome, held, allocated) = measured(|| mapper.map(&indicator));
                let (owned, own_held, own_allocated) = measured(|| outcome.clone().into_owned());
                assert_eq!(owned.rows.len(), size);
                let most = size * per_value + 2 * (pattern(size).len() + description) + 10_000;
                assert!(own_held <= most, "{size} rows hold {own_held} bytes, at most {most}");
                drop(owned);
                let mut upserts = Upserts::new().with_values(true);
                let own =
                    |changes: Vec<RowChange<'_>>| changes.into_iter().map(RowChange::into_owned).collect::<Vec<_>>();
                let (changes, changed, _) = measured(|| own(upserts.apply(outcome)));
                assert_eq!(changes.len(), size);
                let now = [held, allocated, own_held + own_allocated, changed];
                if let Some(last) = last {
                    for (now, last) in now.into_iter().zip(last) {
                        assert!(now as f64 <= 2.2 * last as f64, "{size} values: {now} bytes after {last}");
                    }
                }
                last = Some(now);
            }
        }
    }
}

fn changes_by_time_take_no_memory() {
    let (mut upserts, mapper) = (Upserts::new(), mapper());
    upserts.begin_full("a feed");
    for number in 0..2_000 {
        upserts.apply(mapper.map(&indicator(number, &or_pattern(3), 0)));
    }
    let now: stixkit::Timestamp = "2000-01-01T00:00:00Z".parse().unwrap();
    let (count, _, allocated) = measured(|| upserts.expire(now).count());
    assert_eq!(count, 6_000);
    assert!(allocated <= 100, "{allocated} bytes");
    upserts.begin_full("a feed");
    let (count, _, allocated) = measured(|| upserts.end_full("a feed", 0).unwrap().count());
    assert_eq!(count, 6_000);
    // The tree that shrinks makes new nodes now and then.
    assert!(allocated <= 10_000, "{allocated} bytes");
}

/// Twice the input takes no more memory.
#[cfg(feature = "parallel")]
fn parallel_reading_holds_a_few_parts() {
    use stixkit::Error;
    use stixkit::reader::{Item, Parallel};

    let feed = |count: usize| {
        let object =
            |number| format!(r#"{{"type":"url","id":"url--{number}","value":"http://h{number}.example.com/"}}"#);
        format!("[{}]", (0..count).map(object).collect::<Vec<_>>().join(",")).into_bytes()
    };
    let peaks = [20_000, 40_000].map(|count| {
        let bytes = feed(count);
        let held = HEAP.allocated();
        let mut read = 0;
        let parallel = Parallel::new().with_threads(3).with_part_bytes(20_000);
        parallel
            .map(
                &bytes,
                |items: Vec<Item>| items.len(),
                |len| {
                    read += len;
                    Ok::<_, Error>(())
                },
            )
            .unwrap();
        assert_eq!(read, count);
        // Making the feed may have raised the peak further than reading it.
        (HEAP.max_allocated() - held, bytes.len())
    });
    for (peak, len) in peaks {
        assert!(peak < 2 * len + 4_000_000, "{peak} bytes for {len}");
    }
}
