//! Measures heap and allocations: the second half of `measure`.
//!
//! ```text
//! cargo bench --bench measure_heap
//! ```
//!
//! With the features `csv` and `parquet` it also streams a gigabyte into tables of these formats.
//!
//! Its allocator counts, which makes it useless for times.
//!
//! With `--test` it reads a hundredth of the data, to show that it works; its figures mean nothing then.

use std::alloc::System;
use std::io::{self, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use cap::Cap;
use chrono::{DateTime, TimeDelta};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use stixkit::object::Indicator;
use stixkit::pattern::Pattern;
use stixkit::row::{Mapper, Merge};
use stixkit::vocab::PatternType;
use stixkit::{Bundle, Identifier, Kind, Reader};
#[cfg(any(feature = "csv", feature = "parquet"))]
use stixkit::{Object, reader::Item, row::Row};
use uuid::Uuid;

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size, is_test};

#[path = "../generate/mod.rs"]
mod generate;

/// The outer layer knows the peak, the inner one counts.
#[global_allocator]
static HEAP: Cap<&StatsAlloc<System>> = Cap::new(&INSTRUMENTED_SYSTEM, usize::MAX);

/// Indicators that make a gigabyte.
const GIGABYTE: usize = 1_400_000;

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("generate") {
        return generate::feed(bench_size(GIGABYTE), KeyOrder::TypeFirst, Layout::Compact, &mut io::stdout().lock());
    }
    let mut out = io::stdout().lock();
    // First, while nothing else has raised the peak.
    let (peak, megabytes) = stream_gigabyte()?;
    let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
    writeln!(
        out,
        "| streaming read of {megabytes:.0} MB: peak heap, buffer included | {:.2} MiB | | | 8 | 1 |",
        mib(peak)
    )?;
    #[cfg(feature = "csv")]
    {
        let mut writer = stixkit::table::csv::CsvWriter::new::<Row<'_>>(io::sink());
        let (peak, rows) = write_gigabyte(|row| writer.write(row))?;
        writer.finish().map_err(io::Error::other)?;
        writeln!(out, "| the same to CSV, {rows} rows: peak heap | {:.2} MiB | | | 8 | |", mib(peak))?;
    }
    #[cfg(feature = "parquet")]
    {
        let writer = stixkit::table::parquet::ParquetWriter::new::<Row<'_>>(io::sink());
        let mut writer = writer.map_err(io::Error::other)?;
        let (peak, rows) = write_gigabyte(|row| writer.write(row))?;
        writer.finish().map_err(io::Error::other)?;
        writeln!(out, "| the same to Parquet, {rows} rows: peak heap | {:.2} MiB | | | 128 | |", mib(peak))?;
    }
    for (name, text) in [
        ("address", "[ipv4-addr:value = '198.51.100.7']".to_owned()),
        ("hash", format!("[file:hashes.'SHA-256' = '{:064x}']", 7)),
    ] {
        let before = INSTRUMENTED_SYSTEM.stats();
        let is_read = Pattern::parse(&text).is_ok();
        let count = INSTRUMENTED_SYSTEM.stats().allocations - before.allocations;
        writeln!(out, "| pattern with one {name}, parse | {count} allocations | | {is_read} | 6 | 3 |")?;
    }
    let mut bytes = Vec::new();
    generate::feed(bench_size(FEED_INDICATORS), KeyOrder::TypeFirst, Layout::Compact, &mut bytes)?;
    typed(&mut out, "feed of 50,000", &bytes)?;
    bytes.clear();
    generate::attack(bench_size(ATTACK_OBJECTS), KeyOrder::TypeFirst, Layout::Compact, &mut bytes)?;
    typed(&mut out, "ATT&CK", &bytes)?;
    drop(bytes);
    // Last, because their peak is the highest.
    merge(&mut out, "10 feeds of 100,000 indicators, the same values", true)?;
    merge(&mut out, "10 feeds of 100,000 indicators, each its own values", false)
}

/// What a merged table keeps of each statement, beside the text of values and the 16 bytes of
/// identifiers.
fn merge(out: &mut impl Write, name: &str, is_shared: bool) -> io::Result<()> {
    let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    let (held, size) = (HEAP.allocated(), bench_size(100_000));
    let (mut merge, mut texts) = (Merge::new("all"), 0);
    for feed in 0..10_u64 {
        let mapper = Mapper::new(now).with_source(format!("feed {feed}"));
        for number in 0..size as u64 {
            let own = if is_shared { 0 } else { feed };
            let value = format!("host-{number:06}.network-{own}.example");
            texts += if is_shared && feed > 0 { 0 } else { value.len() };
            let pattern = format!("[domain-name:value = '{value}']");
            let mut indicator = Indicator::new(now, pattern, PatternType::Stix, now);
            indicator.common.id =
                Identifier::new(Kind::Indicator, Uuid::from_u64_pair(feed << 32 | 0x4000, 1 << 63 | number));
            indicator.common.confidence = Some(50);
            indicator.valid_until = Some((now + TimeDelta::days(90)).into());
            merge.apply(&mapper.map(&indicator), now);
        }
    }
    let count = 10 * size;
    let bytes = (HEAP.allocated() - held).saturating_sub(texts + 16 * count) as f64 / count as f64;
    writeln!(out, "| merged: {name}, bytes / statement | {} values | {count} | {bytes:.1} | 64 | |", merge.len())
}

/// What a typed read keeps, in input sizes, and how often it allocates.
fn typed(out: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    let (held, earlier, stats) = (HEAP.allocated(), HEAP.max_allocated(), INSTRUMENTED_SYSTEM.stats());
    let bundle = Bundle::from_slice(bytes).map_err(io::Error::other)?;
    let count = INSTRUMENTED_SYSTEM.stats().allocations - stats.allocations;
    let peak = HEAP.max_allocated();
    if peak == earlier && !is_test() {
        return Err(io::Error::other(format!("{name}: the peak is an earlier one, so it says nothing")));
    }
    let (peak, size) = ((peak - held) as f64, bytes.len() as f64);
    let (peak_mb, size_mb) = (peak / 1e6, size / 1e6);
    let ratio = peak / size;
    writeln!(
        out,
        "| {name}: typed read, peak heap / input | {peak_mb:.1} MB | {size_mb:.1} MB | {ratio:.2} | 1.6 | 1.2 |"
    )?;
    let objects = bundle.objects().len();
    let each = count as f64 / objects as f64;
    writeln!(out, "| {name}: typed read, allocations / object | {count} | {objects} | {each:.1} | | |")
}

/// Starts the process that writes a gigabyte.
fn generator() -> io::Result<(Child, ChildStdout)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("generate").args(is_test().then_some("--test")).stdout(Stdio::piped());
    let mut writer = command.spawn()?;
    let output = writer.stdout.take().ok_or_else(|| io::Error::other("the generator has no output"))?;
    Ok((writer, output))
}

/// Reads a gigabyte that another process writes and writes its rows; gives the peak of the heap, and counts rows. Each
/// peak is higher than those before it, or it says nothing.
#[cfg(any(feature = "csv", feature = "parquet"))]
fn write_gigabyte(mut write: impl FnMut(&Row<'_>) -> Result<(), stixkit::Error>) -> io::Result<(usize, u64)> {
    let earlier = HEAP.max_allocated();
    let (mut process, output) = generator()?;
    let mut mapper =
        Mapper::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()).with_source("generated");
    let mut rows = 0;
    for item in Reader::from_reader(output) {
        match item.map_err(io::Error::other)? {
            Item::Object(accepted) => match &accepted.object {
                Object::Indicator(indicator) => {
                    for row in &mapper.map(indicator).rows {
                        write(row).map_err(io::Error::other)?;
                        rows += 1;
                    }
                }
                other => mapper.learn(other),
            },
            Item::Rejected(rejected) => return Err(io::Error::other(rejected.error)),
        }
    }
    process.wait()?;
    let peak = HEAP.max_allocated();
    if peak == earlier && !is_test() {
        Err(io::Error::other("the peak is an earlier one, so it says nothing"))
    } else {
        Ok((peak, rows))
    }
}

/// Reads a gigabyte that another process writes; gives the peak of the heap above what was there before.
fn stream_gigabyte() -> io::Result<(usize, f64)> {
    let (mut writer, output) = generator()?;
    let held = HEAP.allocated();
    let mut reader = Reader::from_reader(output);
    for item in reader.by_ref() {
        item.map_err(io::Error::other)?;
    }
    let peak = HEAP.max_allocated().saturating_sub(held);
    let megabytes = reader.bytes_read() as f64 / 1e6;
    writer.wait()?;
    Ok((peak, megabytes))
}
