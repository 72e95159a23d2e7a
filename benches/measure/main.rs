//! Measures what the project promises, each figure beside its reference in the same run, and prints one table.
//!
//! ```text
//! cargo bench --bench measure                            # all but the tables
//! cargo bench --bench measure --features csv,parquet     # all
//! cargo bench --bench measure -- rows                    # one part: read, rows, patterns or heap
//! ```
//!
//! Times are the best of many interleaved rounds: the machine's other work disturbs both sides of a ratio alike, and
//! the best round least. The heap is counted by another program, `measure_heap`, since counting slows every allocation
//! down; this one starts it through cargo and adds its lines.
//!
//! With `--test` it runs once over a hundredth of the data, to show that it works; its figures mean nothing then.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use chrono::DateTime;
use serde::de::IgnoredAny;
use stixkit::object::Indicator;
use stixkit::pattern::Pattern;
use stixkit::reader::{ItemView, Source};
#[cfg(any(feature = "csv", feature = "parquet"))]
use stixkit::row::Row;
use stixkit::row::{Mapper, Outcome};
#[cfg(feature = "csv")]
use stixkit::sink::sentinel::{self, ThreatIntelligenceIndicator};
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::table::parquet::ParquetWriter;
use stixkit::{Bundle, Error, Object, Reader};

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size, is_test};

#[path = "../generate/mod.rs"]
mod generate;

/// Whether to measure what is called so: all, unless the command line has names.
fn is_asked(name: &str) -> bool {
    let mut names = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    names.peek().is_none() || names.any(|own| own == name)
}

fn rounds() -> usize {
    if is_test() { 1 } else { 25 }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("measure: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| work | figure | beside | ratio | must | aim |\n|---|--:|--:|--:|--:|--:|")?;
    for (name, generate) in [("ATT&CK", attack as fn(KeyOrder) -> Vec<u8>), ("feed of 50,000", feed)] {
        if !is_asked("read") {
            break;
        }
        let most = if name == "ATT&CK" { "3.0" } else { "3.5" };
        let first = Read::measure(&generate(KeyOrder::TypeFirst));
        let sorted = Read::measure(&generate(KeyOrder::Alphabetical));
        let mut line = |what: &str, a: f64, b: f64, must: &str, aim: &str| {
            row(&mut out, &format!("{name}: {what}"), a, b, must, aim)
        };
        line("typed read / IgnoredAny", first.typed, first.skip, most, "2.0")?;
        line("typed read / serde_json::Value", first.typed, first.value, "0.75", "0.5")?;
        line("keys sorted: typed read / IgnoredAny", sorted.typed, sorted.skip, "", "")?;
        line("keys sorted: typed read / serde_json::Value", sorted.typed, sorted.value, "0.75", "0.5")?;
        line("typed read, keys sorted / type first", sorted.typed, first.typed, "1.3", "1.1")?;
        line("streaming read / IgnoredAny", first.stream, first.skip, "", "")?;
        line("write / serde_json::Value", first.write, first.write_value, "1.0", "0.6")?;
    }
    if is_asked("rows") {
        let rows = Rows::measure(&feed(KeyOrder::TypeFirst));
        for (what, time, must, aim) in rows.lines() {
            row(&mut out, &format!("feed of 50,000: {what} / IgnoredAny"), time, rows.skip, must, aim)?;
        }
    }
    #[cfg(feature = "parallel")]
    if is_asked("parallel") {
        let [bundle, rows, skip] = on_two_threads(&feed(KeyOrder::TypeFirst));
        row(&mut out, "feed of 50,000, two threads: `Bundle` / IgnoredAny", bundle, skip, "1.7", "1.5")?;
        row(&mut out, "feed of 50,000, two threads: bytes to rows / IgnoredAny", rows, skip, "1.5", "1.2")?;
    }
    for (name, text) in [
        ("address", "[ipv4-addr:value = '198.51.100.7']".to_owned()),
        ("hash", format!("[file:hashes.'SHA-256' = '{:064x}']", 7)),
    ] {
        if !is_asked("patterns") {
            break;
        }
        let nanoseconds =
            best(80 * rounds(), || (0..100).filter(|_| Pattern::parse(black_box(&text)).is_ok()).count()) * 1e7;
        writeln!(out, "| pattern with one {name}, parse | {nanoseconds:.0} ns | | | 400 | 200 |")?;
    }
    heap(&mut out)
}

fn row(out: &mut impl Write, what: &str, a: f64, b: f64, must: &str, aim: &str) -> io::Result<()> {
    writeln!(out, "| {what} | {:.1} ms | {:.1} ms | {:.2} | {must} | {aim} |", a * 1e3, b * 1e3, a / b)?;
    out.flush()
}

/// The lines of `measure_heap`.
fn heap(out: &mut impl Write) -> io::Result<()> {
    let Some(cargo) = std::env::var_os("CARGO") else {
        return writeln!(out, "\nThe heap was not measured: run this through `cargo bench`.");
    };
    if is_test() || !is_asked("heap") {
        return Ok(());
    }
    let arguments = ["bench", "--quiet", "--bench", "measure_heap"];
    let heap = Command::new(cargo).args(arguments).stderr(Stdio::inherit()).output()?;
    out.write_all(&heap.stdout)?;
    if heap.status.success() { Ok(()) } else { Err(io::Error::other("measure_heap failed")) }
}

fn attack(order: KeyOrder) -> Vec<u8> {
    let mut bytes = Vec::new();
    // OK because a vector takes every write.
    generate::attack(bench_size(ATTACK_OBJECTS), order, Layout::Compact, &mut bytes).unwrap_or_default();
    bytes
}

fn feed(order: KeyOrder) -> Vec<u8> {
    let mut bytes = Vec::new();
    generate::feed(bench_size(FEED_INDICATORS), order, Layout::Compact, &mut bytes).unwrap_or_default();
    bytes
}

/// Seconds of the fastest of `rounds`; what the work returns is dropped outside of the time.
fn best<T>(rounds: usize, mut work: impl FnMut() -> T) -> f64 {
    (0..rounds).map(|_| once(&mut work)).fold(f64::MAX, f64::min)
}

fn once<T>(work: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    let result = black_box(work());
    let seconds = start.elapsed().as_secs_f64();
    drop(result);
    seconds
}

/// Seconds that reading and writing take.
struct Read {
    skip: f64,
    value: f64,
    typed: f64,
    stream: f64,
    write: f64,
    write_value: f64,
}

impl Read {
    fn measure(bytes: &[u8]) -> Self {
        let mut best = [f64::MAX; 4];
        for _ in 0..rounds() {
            let times = [
                once(&mut || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()),
                once(&mut || Bundle::from_slice(bytes).unwrap_or_default()),
                once(&mut || Reader::from_reader(bytes).filter(|item| item.is_ok()).count()),
                once(&mut || serde_json::from_slice::<serde_json::Value>(bytes).unwrap_or_default()),
            ];
            for (best, time) in best.iter_mut().zip(times) {
                *best = best.min(time);
            }
        }
        let [skip, typed, stream, value] = best;
        let bundle = Bundle::from_slice(bytes).unwrap_or_default();
        let json: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
        let mut out = Vec::with_capacity(2 * bytes.len());
        let (mut write, mut write_value) = (f64::MAX, f64::MAX);
        for _ in 0..rounds() {
            out.clear();
            write = write.min(once(&mut || serde_json::to_writer(&mut out, &bundle).is_ok()));
            out.clear();
            write_value = write_value.min(once(&mut || serde_json::to_writer(&mut out, &json).is_ok()));
        }
        Self { skip, value, typed, stream, write, write_value }
    }
}

/// Seconds from bytes to rows, and on to tables that are written to nowhere.
struct Rows {
    skip: f64,
    in_place: f64,
    streamed: f64,
    objects: f64,
    #[cfg(feature = "csv")]
    csv: f64,
    #[cfg(feature = "parquet")]
    parquet: f64,
    #[cfg(feature = "csv")]
    legacy: f64,
}

impl Rows {
    fn measure(bytes: &[u8]) -> Self {
        let mut best = [f64::MAX; 7];
        for _ in 0..rounds() {
            let times = [
                once(&mut || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()),
                once(&mut || count_views(Reader::from_slice(bytes))),
                once(&mut || count_views(Reader::from_reader(bytes))),
                once(&mut || count_objects(bytes)),
                #[cfg(feature = "csv")]
                once(&mut || csv(bytes).is_ok()),
                #[cfg(feature = "parquet")]
                once(&mut || parquet(bytes).is_ok()),
                #[cfg(feature = "csv")]
                once(&mut || legacy_csv(bytes).is_ok()),
            ];
            for (best, time) in best.iter_mut().zip(times) {
                *best = best.min(time);
            }
        }
        let mut best = best.into_iter();
        let mut next = || best.next().unwrap_or(f64::NAN);
        Self {
            skip: next(),
            in_place: next(),
            streamed: next(),
            objects: next(),
            #[cfg(feature = "csv")]
            csv: next(),
            #[cfg(feature = "parquet")]
            parquet: next(),
            #[cfg(feature = "csv")]
            legacy: next(),
        }
    }

    /// What was measured, in seconds, with the ratio that it must have and the one that it should
    /// have.
    fn lines(&self) -> Vec<(&'static str, f64, &'static str, &'static str)> {
        vec![
            ("bytes to rows of views", self.in_place, "2.6", "2.2"),
            ("stream to rows of views", self.streamed, "2.8", "2.2"),
            ("bytes to rows of objects", self.objects, "3.9", ""),
            #[cfg(feature = "csv")]
            ("bytes to CSV of core rows", self.csv, "4.5", "3.8"),
            #[cfg(feature = "parquet")]
            ("bytes to Parquet of core rows", self.parquet, "4.8", "3.8"),
            #[cfg(feature = "csv")]
            ("bytes to CSV of Sentinel's legacy table", self.legacy, "6.0", "3.8"),
        ]
    }
}

fn mapper() -> Mapper {
    Mapper::new(DateTime::UNIX_EPOCH).with_source("measure")
}

fn count_views(reader: Reader<impl Source>) -> usize {
    let mut count = 0;
    let result = each_view(reader, |outcome| {
        count += outcome.rows.len();
        Ok(())
    });
    result.map_or(0, |()| count)
}

fn each_view(
    mut reader: Reader<impl Source>,
    mut each: impl FnMut(&Outcome<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut mapper = mapper();
    while let Some(item) = reader.next_view() {
        match item? {
            ItemView::Indicator(view) => each(&mapper.map_view(&view))?,
            ItemView::Object(accepted) => mapper.learn(&accepted.object),
            ItemView::Rejected(_) => {}
        }
    }
    Ok(())
}

fn count_objects(bytes: &[u8]) -> usize {
    let mut count = 0;
    let result = each_object(bytes, |_, outcome| {
        count += outcome.rows.len();
        Ok(())
    });
    result.map_or(0, |()| count)
}

fn each_object(bytes: &[u8], mut each: impl FnMut(&Indicator, &Outcome<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let mut mapper = mapper();
    for item in Reader::from_slice(bytes) {
        match item?.into_object() {
            Some(Object::Indicator(indicator)) => each(&indicator, &mapper.map(&indicator))?,
            Some(object) => mapper.learn(&object),
            None => {}
        }
    }
    Ok(())
}

#[cfg(feature = "csv")]
fn csv(bytes: &[u8]) -> Result<(), Error> {
    let mut writer = CsvWriter::new::<Row<'_>>(io::sink());
    each_view(Reader::from_slice(bytes), |outcome| outcome.rows.iter().try_for_each(|row| writer.write(row)))?;
    writer.finish().map(drop)
}

#[cfg(feature = "parquet")]
fn parquet(bytes: &[u8]) -> Result<(), Error> {
    let mut writer = ParquetWriter::new::<Row<'_>>(io::sink())?;
    each_view(Reader::from_slice(bytes), |outcome| outcome.rows.iter().try_for_each(|row| writer.write(row)))?;
    writer.finish().map(drop)
}

#[cfg(feature = "csv")]
fn legacy_csv(bytes: &[u8]) -> Result<(), Error> {
    let options = sentinel::Options::new();
    let mut writer = CsvWriter::new::<ThreatIntelligenceIndicator<'_>>(io::sink());
    each_object(bytes, |indicator, outcome| {
        let rows = ThreatIntelligenceIndicator::rows(outcome, indicator, &options);
        rows.iter().try_for_each(|row| writer.write(row))
    })?;
    writer.finish().map(drop)
}

/// Seconds that two threads take for a bundle and for rows, and one to skip the bytes.
#[cfg(feature = "parallel")]
fn on_two_threads(bytes: &[u8]) -> [f64; 3] {
    let parallel = stixkit::reader::Parallel::new().with_threads(2);
    let mapper = Mapper::new(DateTime::UNIX_EPOCH).with_source("measure");
    let add = |rows: &mut usize, item: ItemView<'_>| match item {
        ItemView::Indicator(view) => *rows += mapper.map_view(&view).rows.len(),
        ItemView::Object(_) | ItemView::Rejected(_) => {}
    };
    let mut best = [f64::MAX; 3];
    for _ in 0..rounds() {
        let times = [
            once(&mut || parallel.bundle(bytes).unwrap_or_default()),
            once(&mut || {
                let mut count = 0;
                let counted = parallel.fold(
                    bytes,
                    || 0,
                    add,
                    |rows| {
                        count += rows;
                        Ok::<_, Error>(())
                    },
                );
                counted.map(|_| count).unwrap_or_default()
            }),
            once(&mut || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()),
        ];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time);
        }
    }
    best
}
