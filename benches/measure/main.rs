//! Measures what the project promises, each figure beside its reference in the same run, and prints
//! one table.
//!
//! ```text
//! cargo bench --bench measure                            # all but the tables
//! cargo bench --bench measure --features csv,parquet     # all
//! cargo bench --bench measure -- rows                    # one part: read, rows, parallel, patterns, lookups or heap
//! cargo bench --profile untuned --bench measure          # built as `cargo build --release` builds most programs
//! ```
//!
//! Times are the best of many interleaved rounds: the machine's other work disturbs both sides of a
//! ratio alike, and the best round least. The heap is counted by another program, `measure_heap`,
//! since counting slows every allocation down; this one starts it through cargo and adds its lines.
//!
//! Each line is a piece of work. `figure` is the time of the work named first, `beside` the time of
//! the work after the slash in the same run: `IgnoredAny` skips the bytes with `serde_json` and
//! makes nothing of them, `Value` makes JSON of them, `rows of views` makes core rows and drops
//! them. `ratio` is the first divided by the second, `must` what the project holds itself to, `aim`
//! what it would like; a line without them has no goal. `bytes` are in memory, `stream` comes
//! through `Read`. Tables are written to nowhere.
//!
//! With `--test` it runs once over a hundredth of the data, to show that it works; its figures mean
//! nothing then.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use chrono::DateTime;
use serde::de::IgnoredAny;
use stixkit::object::Indicator;
use stixkit::pattern::Pattern;
use stixkit::reader::{IndicatorView, ItemView, Source};
#[cfg(any(feature = "csv", feature = "parquet"))]
use stixkit::row::Row;
use stixkit::row::{Mapper, Outcome};
#[cfg(feature = "csv")]
use stixkit::sink::sentinel::{self, ThreatIntelIndicators, ThreatIntelligenceIndicator};
use stixkit::table::JsonLine;
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
#[cfg(feature = "parquet")]
use stixkit::table::parquet::{ParquetWriter, properties, sorted_properties};
use stixkit::{Bundle, Error, Identifier, Object, Reader};

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size, is_test};

#[path = "../generate/mod.rs"]
mod generate;
#[cfg(feature = "parallel")]
mod parallel;

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
        let is_attack = name == "ATT&CK";
        let most = match (is_attack, is_untuned()) {
            (true, false) => "2.5",
            (true, true) | (false, false) => "2.7",
            (false, true) => "3.0",
        };
        let most_streamed = match (is_attack, is_untuned()) {
            (true, _) => "",
            (false, false) => "2.95",
            (false, true) => "3.2",
        };
        let aim = if is_untuned() { "2.6" } else { "2.3" };
        let first = Read::measure(&generate(KeyOrder::TypeFirst));
        let sorted = Read::measure(&generate(KeyOrder::Alphabetical));
        let mut line = |what: &str, a: f64, b: f64, must: &str, aim: &str| {
            row(&mut out, &format!("{name}: {what}"), a, b, must, aim)
        };
        line("typed read / IgnoredAny", first.typed, first.skip, most, aim)?;
        line("typed read / serde_json::Value", first.typed, first.value, "0.75", "0.5")?;
        line("keys sorted: typed read / IgnoredAny", sorted.typed, sorted.skip, "", "")?;
        line("keys sorted: typed read / serde_json::Value", sorted.typed, sorted.value, "0.75", "0.5")?;
        line("typed read, keys sorted / type first", sorted.typed, first.typed, "1.3", "1.1")?;
        line("streaming read / IgnoredAny", first.stream, first.skip, most_streamed, "")?;
        line("write / serde_json::Value", first.write, first.write_value, "1.0", "0.6")?;
    }
    if is_asked("rows") {
        rows(&mut out, &feed(KeyOrder::TypeFirst))?;
    }
    #[cfg(feature = "parallel")]
    if is_asked("parallel") {
        parallel::measure(&mut out, &feed(KeyOrder::TypeFirst))?;
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
    if is_asked("lookups") {
        let nanoseconds = lookup(bench_size(500_000)) * 1e9;
        writeln!(out, "| `get` of each identifier in a bundle of 500,000 | {nanoseconds:.0} ns | | | 500 | 300 |")?;
    }
    heap(&mut out)
}

/// Whether this was built as programs without a profile of their own are.
fn is_untuned() -> bool {
    std::env::current_exe().is_ok_and(|path| path.components().any(|part| part.as_os_str() == "untuned"))
}

/// Seconds that a lookup takes, of identifiers in an order that has nothing to do with that of the
/// objects.
fn lookup(size: usize) -> f64 {
    let id = |number: usize| {
        let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("url--{:08x}-{:04x}-4000-8000-{number:012x}", mixed >> 32, mixed >> 16 & 0xffff)
    };
    let lines = (0..size).map(|number| format!("{{\"type\":\"url\",\"id\":\"{}\",\"value\":\"a\"}}\n", id(number)));
    let bundle = Bundle::from_slice(lines.collect::<String>().as_bytes()).unwrap_or_default();
    let mut ids: Vec<Identifier> = bundle.objects().iter().map(|object| object.id().clone()).collect();
    ids.sort_unstable();
    // The first lookup makes the index.
    _ = bundle.get(&ids[0]);
    let found = best(rounds(), || ids.iter().filter(|id| bundle.get(id).is_some()).count());
    found / ids.len() as f64
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

/// A way from the bytes of a feed to rows, or on to a table that is written to nowhere.
struct Work<'b> {
    what: &'static str,
    /// What its time may be, divided by that of skipping the bytes, and what it should be.
    goals: [&'static str; 2],
    /// What the time of a table may be, divided by that of its rows alone.
    must_of_rows: Option<&'static str>,
    run: Box<dyn Fn() -> bool + 'b>,
}

impl<'b> Work<'b> {
    fn rows(what: &'static str, goals: [&'static str; 2], run: impl Fn() -> bool + 'b) -> Self {
        Self { what, goals, must_of_rows: None, run: Box::new(run) }
    }

    fn table(
        what: &'static str,
        goals: [&'static str; 2],
        of_rows: &'static str,
        run: impl Fn() -> Result<(), Error> + 'b,
    ) -> Self {
        Self { what, goals, must_of_rows: Some(of_rows), run: Box::new(move || run().is_ok()) }
    }
}

/// The rows of views in place come first: the tables are compared with them.
fn works(bytes: &[u8]) -> Vec<Work<'_>> {
    vec![
        Work::rows("bytes to rows of views", ["2.6", "2.2"], move || count_views(Reader::from_slice(bytes)) > 0),
        Work::rows("stream to rows of views", ["2.8", "2.2"], move || count_views(Reader::from_reader(bytes)) > 0),
        Work::rows("bytes to rows of objects", ["3.9", ""], move || count_objects(Reader::from_slice(bytes)) > 0),
        Work::rows("stream to rows of objects", ["", ""], move || count_objects(Reader::from_reader(bytes)) > 0),
        Work::table("bytes to JSON lines of core rows", ["", ""], "1.5", move || json_lines(bytes)),
        #[cfg(feature = "csv")]
        Work::table("bytes to CSV of core rows", ["4.5", "3.8"], "1.4", move || csv(bytes)),
        #[cfg(feature = "parquet")]
        Work::table("bytes to Parquet of core rows", ["4.8", "3.8"], "1.4", move || parquet(bytes, false)),
        #[cfg(feature = "parquet")]
        Work::table("bytes to Parquet of core rows, sorted", ["", ""], "", move || parquet(bytes, true)),
        #[cfg(feature = "csv")]
        Work::table("bytes to CSV of Sentinel's legacy table", ["6.0", "3.8"], "", move || legacy_csv(bytes)),
        #[cfg(feature = "csv")]
        Work::table("bytes to CSV of Sentinel's table of indicators", ["", ""], "", move || sentinel_csv(bytes)),
    ]
}

fn rows(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let works = works(bytes);
    let (mut skip, mut best) = (f64::MAX, vec![f64::MAX; works.len()]);
    for _ in 0..rounds() {
        skip = skip.min(once(&mut || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()));
        for (best, work) in best.iter_mut().zip(&works) {
            *best = best.min(once(&mut || (work.run)()));
        }
    }
    for (Work { what, goals: [must, aim], .. }, time) in works.iter().zip(&best) {
        row(out, &format!("feed of 50,000: {what} / IgnoredAny"), *time, skip, must, aim)?;
    }
    for (Work { what, must_of_rows, .. }, time) in works.iter().zip(&best) {
        if let Some(must) = must_of_rows {
            row(out, &format!("feed of 50,000: {what} / rows of views"), *time, best[0], must, "")?;
        }
    }
    Ok(())
}

fn mapper() -> Mapper {
    Mapper::new(DateTime::UNIX_EPOCH).with_source("measure")
}

fn count_views(reader: Reader<impl Source>) -> usize {
    let mut count = 0;
    let result = each_view(reader, |_, outcome| {
        count += outcome.rows.len();
        Ok(())
    });
    result.map_or(0, |()| count)
}

fn each_view(
    mut reader: Reader<impl Source>,
    mut each: impl FnMut(&IndicatorView<'_>, &Outcome<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut mapper = mapper();
    while let Some(item) = reader.next_view() {
        match item? {
            ItemView::Indicator(view) => each(&view, &mapper.map_view(&view))?,
            ItemView::Object(accepted) => mapper.learn(&accepted.object),
            ItemView::Rejected(_) => {}
        }
    }
    Ok(())
}

fn count_objects(reader: Reader<impl Source>) -> usize {
    let mut count = 0;
    let result = each_object(reader, |_, outcome| {
        count += outcome.rows.len();
        Ok(())
    });
    result.map_or(0, |()| count)
}

fn each_object(
    reader: Reader<impl Source>,
    mut each: impl FnMut(&Indicator, &Outcome<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut mapper = mapper();
    for item in reader {
        match item?.into_object() {
            Some(Object::Indicator(indicator)) => each(&indicator, &mapper.map(&indicator))?,
            Some(object) => mapper.learn(&object),
            None => {}
        }
    }
    Ok(())
}

/// Lines go through a buffer, as they would to a file.
fn json_lines(bytes: &[u8]) -> Result<(), Error> {
    let mut line = Vec::new();
    each_view(Reader::from_slice(bytes), |_, outcome| {
        for row in &outcome.rows {
            line.clear();
            JsonLine(row).append_to(&mut line);
            black_box(&line);
        }
        Ok(())
    })
}

#[cfg(feature = "csv")]
fn csv(bytes: &[u8]) -> Result<(), Error> {
    let mut writer = CsvWriter::new::<Row<'_>>(io::sink());
    each_view(Reader::from_slice(bytes), |_, outcome| outcome.rows.iter().try_for_each(|row| writer.write(row)))?;
    writer.finish().map(drop)
}

#[cfg(feature = "parquet")]
fn parquet(bytes: &[u8], is_sorted: bool) -> Result<(), Error> {
    let properties = if is_sorted { sorted_properties::<Row<'_>>() } else { properties::<Row<'_>>() };
    let mut writer = ParquetWriter::with_properties::<Row<'_>>(io::sink(), properties.build())?;
    each_view(Reader::from_slice(bytes), |_, outcome| outcome.rows.iter().try_for_each(|row| writer.write(row)))?;
    writer.finish().map(drop)
}

#[cfg(feature = "csv")]
fn legacy_csv(bytes: &[u8]) -> Result<(), Error> {
    let options = sentinel::Options::new();
    let mut writer = CsvWriter::new::<ThreatIntelligenceIndicator<'_>>(io::sink());
    each_view(Reader::from_slice(bytes), |view, outcome| {
        let rows = ThreatIntelligenceIndicator::rows(outcome, view, &options);
        rows.iter().try_for_each(|row| writer.write(row))
    })?;
    writer.finish().map(drop)
}

/// The column `Data` has the whole indicator, so it has to be an object.
#[cfg(feature = "csv")]
fn sentinel_csv(bytes: &[u8]) -> Result<(), Error> {
    let options = sentinel::Options::new();
    let mut writer = CsvWriter::new::<ThreatIntelIndicators<'_>>(io::sink());
    each_object(Reader::from_slice(bytes), |indicator, outcome| {
        ThreatIntelIndicators::rows(outcome, indicator, &options).try_for_each(|row| writer.write(&row))
    })?;
    writer.finish().map(drop)
}
