//! Measures custom feeds: lists, CSV and JSON lines of 100 MB to rows, beside the `csv` crate's bare reading and
//! `IgnoredAny` over the same bytes; and a list of a million addresses that is read hourly.
//!
//! ```text
//! cargo bench --bench measure_feeds --features csv
//! cargo bench --bench measure_feeds --features csv -- list      # parts: list, csv, json, hourly
//! ```
//!
//! Times are the best of interleaved rounds. With `--test` it runs over a hundredth of the data, to show that it works;
//! its figures mean nothing then.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::Instant;

use cap::Cap;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::IgnoredAny;
use stixkit::feed::{FeedItem, FeedReader, FieldMap, Fields, Format};
use stixkit::row::{Action, Mapper, Upserts};

#[global_allocator]
static HEAP: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

type Failure = Box<dyn std::error::Error>;

/// Makes a feed.
type Part = fn() -> Feed;

/// The bytes of a feed.
const MEGABYTES: usize = 100;
const ADDRESSES: usize = 1_000_000;
const HOURS: usize = 24;

fn is_test() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

fn is_asked(name: &str) -> bool {
    let mut names = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    names.peek().is_none() || names.any(|own| own == name)
}

fn sized(full: usize) -> usize {
    if is_test() { full / 100 } else { full }
}

fn now() -> DateTime<Utc> {
    "2024-06-01T00:00:00Z".parse().unwrap_or_default()
}

fn main() -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let feeds: [(&str, Part); 3] = [("list", list), ("csv", csv_feed), ("json", json_lines)];
    if feeds.iter().any(|(name, _)| is_asked(name)) {
        writeln!(out, "| feed of {} MB to rows | s | reference | s | ratio |", sized(MEGABYTES * 100) / 100)?;
        writeln!(out, "|---|--:|---|--:|--:|")?;
    }
    for (_, feed) in feeds.iter().filter(|(name, _)| is_asked(name)) {
        feed().measure(&mut out)?;
    }
    if is_asked("hourly") {
        hourly(&mut out)?;
    }
    Ok(())
}

/// A feed, its map, and what its reading is compared with.
struct Feed {
    name: &'static str,
    text: String,
    map: FieldMap,
    reference: &'static str,
    bare: fn(&str) -> Result<u64, Failure>,
}

impl Feed {
    fn measure(&self, out: &mut impl io::Write) -> Result<(), Failure> {
        let rounds = if is_test() { 1 } else { 5 };
        let (mut own, mut bare, mut counted) = (f64::INFINITY, f64::INFINITY, (0, 0));
        for _ in 0..rounds {
            let start = Instant::now();
            counted.0 = (self.bare)(black_box(&self.text))?;
            bare = bare.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            counted.1 = rows(self.map.clone(), black_box(self.text.as_bytes()))?;
            own = own.min(start.elapsed().as_secs_f64());
        }
        assert_eq!(counted.0, counted.1, "{}: a row an item", self.name);
        let (name, reference, rows) = (self.name, self.reference, counted.1);
        writeln!(out, "| {name}, {rows} rows | {own:.3} | {reference} | {bare:.3} | {:.2} |", own / bare)?;
        Ok(())
    }
}

/// Reads a feed to rows, and counts these.
fn rows(map: FieldMap, feed: &[u8]) -> Result<u64, Failure> {
    let now = now();
    let mapper = Mapper::new(now).with_source("feed");
    let mut rows = 0;
    for item in FeedReader::new(map, feed)? {
        if let FeedItem::Entry(entry) = item?
            && let Some(indicator) = entry.to_indicator("feed", now)
        {
            rows += black_box(mapper.map(&indicator)).rows.len() as u64;
        }
    }
    Ok(rows)
}

/// Text up to the size of a feed, from a line for each number.
fn text(head: &str, line: impl Fn(usize, &mut String)) -> String {
    let size = sized(MEGABYTES * 1_000_000);
    let mut text = String::with_capacity(size + 1024);
    text.push_str(head);
    let mut number = 0;
    while text.len() < size {
        line(number, &mut text);
        number += 1;
    }
    text
}

/// An address of the network 10.0.0.0/8.
fn address(number: usize) -> std::net::Ipv4Addr {
    std::net::Ipv4Addr::from_bits(0x0a00_0000 | (number as u32 & 0x00ff_ffff))
}

fn list() -> Feed {
    Feed {
        name: "list of addresses",
        text: text("", |number, text| _ = writeln!(text, "{}", address(number))),
        map: FieldMap::new(Format::List),
        reference: "csv crate",
        bare: |text| bare_csv(text, false),
    }
}

fn csv_feed() -> Feed {
    let head = "first_seen,ioc,type,tags,confidence,reference\n";
    let line = |number: usize, text: &mut String| {
        _ = writeln!(
            text,
            "\"2024-05-20 09:58:07\",\"host-{number}.example.org\",\"domain\",\"bot,c2\",\"75\",\"https://example.net/{number}/\""
        );
    };
    let fields = Fields::default()
        .with_value("ioc")
        .with_value_type("type")
        .with_valid_from("first_seen")
        .with_confidence("confidence")
        .with_references("reference")
        .with_tags(stixkit::feed::Field::from("tags").with_separator(","));
    Feed {
        name: "CSV of six columns",
        text: text(head, line),
        map: FieldMap::new(Format::Csv).with_fields(fields),
        reference: "csv crate",
        bare: |text| bare_csv(text, true),
    }
}

fn json_lines() -> Feed {
    let line = |number: usize, text: &mut String| {
        _ = writeln!(
            text,
            r#"{{"id":"{number}","ioc":"https://host-{number}.example.org/gate","ioc_type":"url","first_seen":"2024-05-20 09:58:07","confidence":75,"tags":["bot","c2"],"reporter":"alice"}}"#
        );
    };
    let fields = Fields::default()
        .with_value("ioc")
        .with_value_type("ioc_type")
        .with_valid_from("first_seen")
        .with_confidence("confidence")
        .with_tags("tags");
    Feed {
        name: "JSON lines of seven properties",
        text: text("", line),
        map: FieldMap::new(Format::JsonLines).with_fields(fields),
        reference: "IgnoredAny",
        bare: |text| {
            let mut count = 0;
            for item in serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>() {
                item?;
                count += 1;
            }
            Ok(count)
        },
    }
}

fn bare_csv(text: &str, has_headers: bool) -> Result<u64, Failure> {
    let mut reader = csv::ReaderBuilder::new().has_headers(has_headers).from_reader(text.as_bytes());
    let (mut record, mut count) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    Ok(count)
}

/// A list of a million addresses each hour of a day. One in a hundred is replaced.
fn hourly(out: &mut impl io::Write) -> Result<(), Failure> {
    let count = sized(ADDRESSES);
    let changed = count / 100;
    let mut upserts = Upserts::new();
    let before = HEAP.allocated();
    writeln!(out, "| hour | inserts | updates | deletes | s | heap, MB |\n|--:|--:|--:|--:|--:|--:|")?;
    for hour in 0..HOURS {
        let mut feed = String::with_capacity(count * 16);
        (0..count).for_each(|place| _ = writeln!(feed, "{}", address(place + hour * changed)));
        let start = Instant::now();
        let at = now() + TimeDelta::hours(hour as i64);
        let mapper = Mapper::new(at).with_source("feed");
        let (mut inserts, mut updates, mut deletes) = (0, 0, 0);
        upserts.begin_full("feed");
        let mut reader = FeedReader::new(FieldMap::new(Format::List), feed.as_bytes())?;
        for item in reader.by_ref() {
            let FeedItem::Entry(entry) = item? else { continue };
            let Some(indicator) = entry.to_indicator("feed", at) else { continue };
            for change in upserts.apply_unstated(mapper.map(&indicator), entry.unstated_times()) {
                inserts += usize::from(change.action == Action::Insert);
                updates += usize::from(change.action == Action::Update);
            }
        }
        deletes += upserts.end_full("feed", reader.counts().bad)?.count();
        let seconds = start.elapsed().as_secs_f64();
        drop(feed);
        let heap = HEAP.allocated().saturating_sub(before) as f64 / 1e6;
        writeln!(out, "| {hour} | {inserts} | {updates} | {deletes} | {seconds:.2} | {heap:.0} |")?;
        let expected = if hour == 0 { (count, 0, 0) } else { (changed, 0, changed) };
        assert_eq!((inserts, updates, deletes), expected, "exactly what has changed");
    }
    Ok(())
}
