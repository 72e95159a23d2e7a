//! Shows that nothing is superlinear: measures the time of one element at 1, 10 and 100 thousand.
//!
//! ```text
//! cargo bench --bench scale
//! ```
//!
//! Exits with 1 if an element of ten times as many takes more than 1.5 times as long. Tables that
//! outgrow the caches of a processor on the way may take 2.5 times as long, in the mean of the two
//! decades, because each cache is outgrown in one of them. Times are the best of some rounds, and
//! rounds go on for a while if a figure is too high, because other work of the machine can only make
//! it higher.
//!
//! A word after `--` selects the works whose names contain it.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use stixkit::object::Indicator;
use stixkit::pattern::Parser;
use stixkit::reader::{Item, Reader};
use stixkit::row::{Mapper, Merge, Upserts};
use stixkit::{Bundle, Identifier, Object};

use generate::{KeyOrder, Layout, is_test};

#[path = "../generate/mod.rs"]
mod generate;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// How much longer an element may take at ten times the size.
const MAX: f64 = 1.5;
const MAX_BEYOND_CACHES: f64 = 2.5;

/// The least and largest number of rounds.
const FEWEST_ROUNDS: usize = 3;
const MOST_ROUNDS: usize = 12;

type Run = Box<dyn FnMut() -> usize>;

struct Work {
    name: &'static str,
    max: f64,
    /// Makes the input of a size. What that returns is measured; it returns how many elements it went
    /// through.
    prepare: fn(usize) -> Run,
}

const WORKS: [Work; 19] = [
    Work { name: "reading: objects of a feed", max: MAX, prepare: read_feed },
    Work { name: "reading: broken objects", max: MAX, prepare: read_broken },
    Work { name: "reading: custom properties of an object", max: MAX, prepare: read_properties },
    Work { name: "reading: repeated keys of an object", max: MAX_BEYOND_CACHES, prepare: read_repeated },
    Work { name: "mapping: indicators of a feed", max: MAX, prepare: map_feed },
    Work { name: "mapping: values of one pattern with `OR`", max: MAX_BEYOND_CACHES, prepare: map_or },
    Work { name: "mapping: values of one pattern with `IN`", max: MAX_BEYOND_CACHES, prepare: map_in },
    Work { name: "owning: rows of one pattern", max: MAX_BEYOND_CACHES, prepare: own_rows },
    Work { name: "learning: identities and what is indicated", max: MAX_BEYOND_CACHES, prepare: learn },
    Work { name: "upserts: indicators", max: MAX_BEYOND_CACHES, prepare: upsert },
    Work { name: "upserts: expiry and the end of a full feed", max: MAX_BEYOND_CACHES, prepare: expire },
    Work { name: "merging: indicators of ten feeds", max: MAX_BEYOND_CACHES, prepare: merge },
    Work { name: "lookups: `get` of every identifier", max: MAX_BEYOND_CACHES, prepare: get },
    Work { name: "lookups: `push` and `get` in turns", max: MAX_BEYOND_CACHES, prepare: push_and_get },
    Work { name: "lookups: versions of one object", max: MAX_BEYOND_CACHES, prepare: versions },
    Work { name: "identifying: observables", max: MAX_BEYOND_CACHES, prepare: identify },
    Work { name: "patterns: comparisons with `OR`", max: MAX_BEYOND_CACHES, prepare: parse_or },
    Work { name: "patterns: observations with `FOLLOWEDBY`", max: MAX_BEYOND_CACHES, prepare: parse_sequence },
    Work { name: "fingerprints: parsed comparisons with `OR`", max: MAX_BEYOND_CACHES, prepare: fingerprint },
];

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    writeln!(out, "| work | 1,000 | 10,000 | 100,000 | a decade | at most |\n|---|--:|--:|--:|--:|--:|")?;
    let mut is_linear = true;
    let word = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for Work { name, max, prepare } in WORKS.into_iter().filter(|work| work.name.contains(&word)) {
        let times = measure(max, prepare);
        let growth = growth(times, max);
        let [first, second, third] = times.map(|seconds| seconds * 1e9);
        let verdict = if growth > max { " **superlinear**" } else { "" };
        writeln!(out, "| {name} | {first:.0} ns | {second:.0} ns | {third:.0} ns | {growth:.2}{verdict} | {max} |")?;
        is_linear &= growth <= max;
    }
    Ok(if is_linear { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Seconds of an element at each size.
fn measure(max: f64, prepare: fn(usize) -> Run) -> [f64; 3] {
    let mut best = [f64::MAX; 3];
    let most = if is_test() { MOST_ROUNDS } else { 2 * MOST_ROUNDS };
    let mut runs = SIZES.map(prepare);
    for round in 1..=most {
        for (run, best) in runs.iter_mut().zip(&mut best) {
            // Each size has the same number of elements in a round.
            let start = Instant::now();
            let mut elements = 0;
            while elements < SIZES[2] / if is_test() { 4 } else { 1 } {
                elements += black_box(run()).max(1);
            }
            *best = best.min(start.elapsed().as_secs_f64() / elements as f64);
        }
        if round >= FEWEST_ROUNDS && growth(best, max) <= max {
            break;
        }
    }
    best
}

/// The larger growth of the two decades, or the mean if caches are outgrown.
fn growth([first, second, third]: [f64; 3], max: f64) -> f64 {
    if max == MAX_BEYOND_CACHES { (third / first).sqrt() } else { (second / first).max(third / second) }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
}

/// A parser that takes a pattern of any length.
fn parser() -> Parser {
    Parser::new().with_max_length(usize::MAX).with_max_nodes(usize::MAX)
}

fn mapper() -> Mapper {
    Mapper::new(now()).with_source("scale").with_parser(parser())
}

fn feed(size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // OK because a vector takes every write.
    generate::feed(size, KeyOrder::TypeFirst, Layout::Compact, &mut bytes).unwrap_or_default();
    bytes
}

/// The objects of a text that this file makes.
fn objects(text: &str) -> Vec<Object> {
    Reader::from_str(text).filter_map(|item| item.ok()?.into_object()).collect()
}

/// One text for each number, joined.
fn texts(size: usize, separator: &str, text: impl Fn(usize) -> String) -> String {
    (0..size).map(text).collect::<Vec<_>>().join(separator)
}

fn uuid(number: usize) -> String {
    // Not in order, as those of real objects are not.
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{:08x}-{:04x}-4000-8000-{number:012x}", mixed >> 32, mixed >> 16 & 0xffff)
}

const TIMES: &str = r#""created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z""#;

fn read_feed(size: usize) -> Run {
    let bytes = feed(size);
    Box::new(move || {
        Reader::from_slice(&bytes).filter(|item| item.as_ref().is_ok_and(|item| !item.is_rejected())).count()
    })
}

fn read_broken(size: usize) -> Run {
    let broken = |number| format!(r#"{{"type":"url","id":"url--{}","value":"a","x":oops}}"#, uuid(number));
    let text = format!("[{}]", texts(size, ",", broken));
    Box::new(move || Reader::from_str(&text).filter(|item| item.as_ref().is_ok_and(Item::is_rejected)).count())
}

fn read_properties(size: usize) -> Run {
    let properties = texts(size, ",", |number| format!(r#""x_{number}":{number}"#));
    let text = format!(r#"{{"type":"x-a","id":"x-a--1",{properties}}}"#);
    Box::new(move || objects(&text).len() * size)
}

fn read_repeated(size: usize) -> Run {
    let properties = texts(size, ",", |number| format!(r#""x_{}":{number}"#, number / 2));
    let text = format!(r#"{{"type":"x-a","id":"x-a--1",{properties}}}"#);
    Box::new(move || objects(&text).len() * size)
}

fn indicators(size: usize) -> Vec<Indicator> {
    let indicator = |item: Result<Item, _>| match item.ok()?.into_object()? {
        Object::Indicator(indicator) => Some(*indicator),
        _ => None,
    };
    Reader::from_slice(&feed(size)).filter_map(indicator).collect()
}

fn map_feed(size: usize) -> Run {
    let (indicators, mapper) = (indicators(size), mapper());
    Box::new(move || indicators.iter().map(|indicator| mapper.map(indicator).rows.len()).sum())
}

fn one_indicator(pattern: &str) -> Indicator {
    let text = format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{}",{TIMES},"pattern":{pattern:?},
            "pattern_type":"stix","valid_from":"2024-05-01T10:00:00Z"}}"#,
        uuid(1),
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("an indicator of the bench: {error}"))
}

fn or_pattern(size: usize) -> String {
    let test = |number| format!("domain-name:value = 'h{number}.example.com'");
    format!("[{}]", texts(size, " OR ", test))
}

fn in_pattern(size: usize) -> String {
    format!("[x-a:b IN ({})]", texts(size, ",", |number| format!("'{number:x}'")))
}

fn map_pattern(pattern: &str) -> Run {
    let (indicator, mapper) = (one_indicator(pattern), mapper());
    Box::new(move || mapper.map(&indicator).rows.len())
}

fn map_or(size: usize) -> Run {
    map_pattern(&or_pattern(size))
}

fn map_in(size: usize) -> Run {
    map_pattern(&in_pattern(size))
}

fn own_rows(size: usize) -> Run {
    let (indicator, mapper) = (one_indicator(&or_pattern(size)), mapper());
    Box::new(move || mapper.map(&indicator).into_owned().rows.len())
}

/// Malware, indicators' relationships to it, and identities.
fn learn(size: usize) -> Run {
    let text = texts(size / 3, "\n", |number| {
        let (first, second) = (uuid(number), uuid(number + size));
        format!(
            r#"{{"type":"identity","id":"identity--{first}",{TIMES},"name":"I{number}"}}
            {{"type":"malware","id":"malware--{first}",{TIMES},"name":"M{number}","is_family":true}}
            {{"type":"relationship","id":"relationship--{first}",{TIMES},"relationship_type":"indicates",
              "source_ref":"indicator--{second}","target_ref":"malware--{first}"}}"#
        )
    });
    let objects = objects(&text);
    Box::new(move || {
        let mut mapper = mapper();
        objects.iter().for_each(|object| mapper.learn(object));
        black_box(&mapper);
        objects.len()
    })
}

fn upsert(size: usize) -> Run {
    let (indicators, mapper) = (indicators(size), mapper());
    Box::new(move || {
        let mut upserts = Upserts::new();
        indicators.iter().map(|indicator| upserts.apply(mapper.map(indicator)).len()).sum()
    })
}

fn expire(size: usize) -> Run {
    let (indicators, mapper) = (indicators(size), mapper());
    let mut applied = Upserts::new();
    applied.begin_full("scale");
    for indicator in &indicators {
        applied.apply(mapper.map(indicator));
    }
    Box::new(move || {
        let mut upserts = applied.clone();
        let expired = upserts.expire(now() + TimeDelta::days(10_000)).count();
        upserts.begin_full("scale");
        expired + upserts.end_full("scale", 0).map_or(0, Iterator::count)
    })
}

/// Each value in all ten feeds.
fn merge(size: usize) -> Run {
    let indicators = indicators(size / 10);
    let mappers: Vec<Mapper> = (0..10).map(|feed| mapper().with_source(format!("feed {feed}"))).collect();
    Box::new(move || {
        let mut merge = Merge::new("all");
        for mapper in &mappers {
            indicators.iter().for_each(|indicator| drop(merge.apply(&mapper.map(indicator), now())));
        }
        black_box(&merge);
        mappers.len() * indicators.len()
    })
}

fn urls(size: usize) -> String {
    texts(size, "\n", |number| format!(r#"{{"type":"url","id":"url--{}","value":"a"}}"#, uuid(number)))
}

/// In turns in so many bundles that all sizes have the same memory, because a small table in the
/// nearest cache says nothing about a large one.
fn get(size: usize) -> Run {
    let all = objects(&urls(SIZES[2]));
    let bundles: Vec<Bundle> = all.chunks(size).map(|part| Bundle::new(part.iter().cloned())).collect();
    let ids: Vec<Vec<Identifier>> =
        all.chunks(size).map(|part| part.iter().map(|object| object.id().clone()).collect()).collect();
    bundles.iter().for_each(|bundle| _ = bundle.get(all[0].id()));
    Box::new(move || {
        let found =
            |place: usize| bundles.iter().zip(&ids).filter(|(bundle, ids)| bundle.get(&ids[place]).is_some()).count();
        (0..size).map(found).sum()
    })
}

fn push_and_get(size: usize) -> Run {
    let objects = objects(&urls(size));
    Box::new(move || {
        let mut bundle = Bundle::default();
        let push_and_get = |object: &Object| {
            bundle.push(object.clone());
            bundle.get(object.id()).is_some()
        };
        objects.iter().map(push_and_get).filter(|is_there| *is_there).count()
    })
}

/// From the newest to the oldest.
fn versions(size: usize) -> Run {
    let text = texts(size, "\n", |number| {
        let modified = now() - TimeDelta::seconds(number as i64);
        let modified = modified.format("%Y-%m-%dT%H:%M:%S.000Z");
        format!(r#"{{"type":"identity","id":"identity--{}","name":"a","modified":"{modified}"}}"#, uuid(1))
    });
    let objects = objects(&text);
    Box::new(move || {
        let mut bundle = Bundle::default();
        for object in &objects {
            bundle.push(object.clone());
            bundle.get(object.id());
        }
        bundle.versions(objects[0].id()).count()
    })
}

fn identify(size: usize) -> Run {
    let objects = objects(&urls(size));
    Box::new(move || {
        black_box(Bundle::new(objects.iter().cloned()).identify());
        objects.len()
    })
}

fn fingerprint(size: usize) -> Run {
    let pattern = or_pattern(size);
    Box::new(move || {
        parser().parse(&pattern).map_or(0, |pattern| {
            black_box(pattern.fingerprint());
            size
        })
    })
}

fn parse(pattern: String) -> Run {
    Box::new(move || parser().parse(&pattern).map_or(0, |pattern| pattern.tests().count()))
}

fn parse_or(size: usize) -> Run {
    parse(or_pattern(size))
}

fn parse_sequence(size: usize) -> Run {
    let test = |number| format!("[url:value = 'http://h{number}.example.com/']");
    parse(texts(size, " FOLLOWEDBY ", test))
}
