//! Measures a set of a million indicators, and prints a table.
//!
//! ```text
//! cargo bench --bench matching --features match
//! ```
//!
//! `cargo bench … -- 100000` takes another number of indicators. With `--test` it runs once over a
//! hundredth of the data, to show that it works; its figures mean nothing then.
//!
//! Times are the best of several rounds, for one thread: of the processor where Linux tells them,
//! otherwise of the clock. Those of two threads are of the clock, and mean nothing unless two cores
//! are idle. The heap is what the allocator hands out. The join of DuckDB is left out if there is
//! no Python with the package `duckdb`; `STIXKIT_PYTHON` names one.

use std::alloc::System;
use std::hint::black_box;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::Instant;

use cap::Cap;
use stixkit::Identifier;
use stixkit::matching::IndicatorSet;
use stixkit::matching::event::{Event, FieldMap, Place, Rule, Value};
use stixkit::matching::set::Limits;
use stixkit::object::Indicator;
use stixkit::row::{Direction, ValueKind};

use generate::{Log, LogEvent, Population, pattern};

mod correlate;
mod generate;
mod peers;

#[global_allocator]
pub(crate) static HEAP: Cap<System> = Cap::new(System, usize::MAX);

const EVENTS: usize = 200_000;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let is_test = std::env::args().any(|argument| argument == "--test");
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let (count, events, rounds) = if is_test { (count / 100, EVENTS / 100, 1) } else { (count, EVENTS, 7) };
    writeln!(out, "| work | figure | must |\n|---|--:|--:|")?;

    let patterns: Vec<String> = (0..count).map(pattern).collect();
    let before = HEAP.allocated();
    let (seconds, set) = build(&patterns);
    let heap = (HEAP.allocated() - before) as f64 / count as f64;
    writeln!(out, "| build of {count} indicators from patterns | {seconds:.2} s | 1.5 s |")?;
    writeln!(out, "| heap for an indicator | {heap:.1} B | 130 B |")?;
    let bytes = set.stats().bytes;
    for (name, bytes) in [
        ("records", bytes.records),
        ("terms", bytes.terms),
        ("values", bytes.values),
        ("tables", bytes.tables),
        ("text", bytes.text),
        ("patterns", bytes.patterns),
    ] {
        writeln!(out, "| … {name} | {:.1} B | |", bytes as f64 / count as f64)?;
    }

    let population = Population::new(count);
    let events: Vec<LogEvent> = (0..events).map(|number| population.event(number)).collect();
    let rules = Rules::new();
    let lists: Vec<Vec<Value<'_>>> = events.iter().map(|event| rules.values(event)).collect();
    let fields = lists.iter().map(Vec::len).sum::<usize>() as f64 / lists.len() as f64;
    let (seconds, hits) = best(rounds, || scan(&set, &lists));
    let rate = lists.len() as f64 / seconds;
    writeln!(
        out,
        "| events from fields, {fields:.1} values each, {hits} hits | {:.2} M/s, {:.0} ns | 0.9 M/s |",
        rate / 1e6,
        1e9 / rate
    )?;
    out.flush()?;
    let of_many = seconds;
    let lines: Vec<(Log, String)> = events.iter().map(|event| (event.log, event.line())).collect();
    let bytes = lines.iter().map(|(_, line)| line.len()).sum::<usize>() / lines.len();
    let (seconds, hits) = best(rounds, || scan_lines(&set, &lines));
    let speed = |seconds: f64| {
        let rate = lines.len() as f64 / seconds;
        format!("{:.3} M/s, {:.0} ns", rate / 1e6, 1e9 / rate)
    };
    writeln!(out, "| events from lines of {bytes} B, {hits} hits | {} | 0.5 M/s |", speed(seconds))?;
    out.flush()?;
    writeln!(
        out,
        "| two threads on one set, lines | {:.2} times one | 1.8 times |",
        two_threads(rounds, &set, &lines)
    )?;
    let (seconds, _) = best(rounds, || lines.iter().map(|(_, line)| peers::skip(line)).sum::<usize>());
    writeln!(out, "| serde_json::IgnoredAny, lines | {} | |", speed(seconds))?;
    let naive = peers::Naive::new(&patterns);
    let (seconds, hits) = best(rounds.min(2), || lines.iter().map(|(_, line)| naive.hits(line)).sum::<usize>());
    writeln!(out, "| serde_json::Value and a HashSet, lines, {hits} hits | {} | |", speed(seconds))?;
    drop(naive);
    match peers::duckdb(&patterns, &events, &lines) {
        Some(rows) => write!(out, "{rows}")?,
        None => writeln!(out, "| DuckDB | is not installed | |")?,
    }
    drop(lines);
    correlate::measure(&mut out, events.len())?;
    out.flush()?;
    for fewer in [count / 1000, count / 100, count / 10] {
        let (_, set) = build(&patterns[..fewer]);
        let (seconds, hits) = best(rounds, || scan(&set, &lists));
        let ratio = of_many / seconds;
        writeln!(
            out,
            "| … of {fewer} indicators, {hits} hits | {:.0} ns, {ratio:.2} times faster | 1.6 times |",
            1e9 * seconds / lists.len() as f64
        )?;
    }
    snapshots(&mut out, &set)?;
    updates(&mut out, set, &patterns)
}

fn build(patterns: &[String]) -> (f64, IndicatorSet) {
    let mut set = IndicatorSet::new();
    let mut indicator = indicator();
    let mut seconds = 0.0;
    for (number, patterns) in patterns.chunks(1000).enumerate() {
        let start = seconds_now();
        for (at, pattern) in patterns.iter().enumerate() {
            set_pattern(&mut indicator, 1000 * number + at, pattern);
            set.insert(&indicator);
        }
        seconds += seconds_now() - start;
    }
    (seconds, set)
}

fn snapshots(out: &mut impl Write, set: &IndicatorSet) -> io::Result<()> {
    let mut snapshot = Vec::new();
    let (save, result) = best(3, || {
        snapshot.clear();
        set.save(&mut snapshot)
    });
    result.map_err(io::Error::other)?;
    let (load, result) = best(3, || IndicatorSet::load(&*snapshot, &Limits::default()).map(|set| set.len()));
    let count = result.map_err(io::Error::other)?;
    let megabytes = snapshot.len() as f64 / 1e6;
    writeln!(out, "| snapshot of {megabytes:.0} MB, save | {save:.2} s | |")?;
    writeln!(out, "| load of {count} indicators | {load:.2} s | 0.5 s |")
}

fn updates(out: &mut impl Write, mut set: IndicatorSet, patterns: &[String]) -> io::Result<()> {
    let count = (patterns.len() / 10).max(1);
    let mut indicator = indicator();
    let new: Vec<String> = (patterns.len()..patterns.len() + count).map(pattern).collect();
    let start = seconds_now();
    for (at, pattern) in new.iter().enumerate() {
        set_pattern(&mut indicator, patterns.len() + at, pattern);
        set.insert(&indicator);
    }
    let insert = (seconds_now() - start) / count as f64;
    let ids: Vec<Identifier> = (0..count).map(id).collect();
    let start = seconds_now();
    for id in &ids {
        set.remove(id);
    }
    let remove = (seconds_now() - start) / count as f64;
    let start = seconds_now();
    set.compact();
    let compact = seconds_now() - start;
    let amortized = remove + compact / (set.len() as f64 / 3.0);
    writeln!(out, "| insertion into the full set | {:.2} µs | 2 µs |", insert * 1e6)?;
    writeln!(out, "| removal | {:.2} µs | 2 µs |", remove * 1e6)?;
    writeln!(out, "| compaction | {compact:.2} s | |")?;
    writeln!(out, "| removal, with a compaction when a quarter is gone | {:.2} µs | 2 µs |", amortized * 1e6)
}

fn scan(set: &IndicatorSet, lists: &[Vec<Value<'_>>]) -> usize {
    let mut scanner = set.scanner();
    let mut hits = 0;
    for values in lists {
        scanner.event(&Event::new(values), |hit| hits += usize::from(black_box(hit).value().is_some()));
    }
    hits
}

fn scan_lines(set: &IndicatorSet, lines: &[(Log, String)]) -> usize {
    static MAPS: LazyLock<[FieldMap; 2]> = LazyLock::new(|| [FieldMap::zeek(), FieldMap::sysmon()]);
    let mut scanner = set.scanner();
    let mut hits = 0;
    for (log, line) in lines {
        let scanned = scanner.json(line.as_bytes(), &MAPS[usize::from(*log == Log::Sysmon)], |hit| {
            black_box(hit);
        });
        hits += scanned.map_or(0, |scanned| scanned.hits);
    }
    hits
}

/// How many times as many lines two threads scan in the same time as one, at best.
fn two_threads(rounds: usize, set: &IndicatorSet, lines: &[(Log, String)]) -> f64 {
    let work = || black_box(scan_lines(set, lines));
    let seconds = |both: bool| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            if both {
                scope.spawn(work);
            }
            work();
        });
        start.elapsed().as_secs_f64()
    };
    let least = |both| (0..rounds).map(|_| seconds(both)).fold(f64::INFINITY, f64::min);
    2.0 * least(false) / least(true)
}

/// Seconds that the thread has worked.
pub(crate) fn seconds_now() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let clock = START.elapsed().as_secs_f64();
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    times.split(' ').next().and_then(|time| time.parse::<f64>().ok()).map_or(clock, |nanos| nanos / 1e9)
}

/// The seconds of the fastest round, and the result.
fn best<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut once = || {
        let start = seconds_now();
        let result = black_box(work());
        ((seconds_now() - start), result)
    };
    let first = once();
    (1..rounds).fold(first, |best, _| {
        let next = once();
        if next.0 < best.0 { next } else { best }
    })
}

fn indicator() -> Indicator {
    let text = r#"{"type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
        "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "confidence": 80,
        "pattern": "", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z"}"#;
    // OK because the text is fixed.
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn id(number: usize) -> Identifier {
    let mut random = generate::Random::new(number as u64 + 0x1d);
    random.next();
    let bytes = u128::from(random.next()) << 64 | u128::from(random.next());
    Identifier::new(stixkit::Kind::Indicator, uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid())
}

fn set_pattern(indicator: &mut Indicator, number: usize, pattern: &str) {
    indicator.common.id = id(number);
    indicator.pattern.clear();
    indicator.pattern.push_str(pattern);
}

/// Rules for the fields of the generated events.
struct Rules(Vec<(&'static str, Rule)>);

impl Rules {
    fn new() -> Self {
        let rule = |field: &'static str, slot: &str, path: &str, kind| {
            let place = Place::new(slot, path).unwrap_or_else(|error| panic!("{error}"));
            (field, Rule::new(field, place).with_kind(kind))
        };
        let end = |field, slot: &str, direction| {
            let (field, rule) = rule(field, slot, "ipv4-addr:value", ValueKind::Ipv4);
            (field, rule.with_direction(direction))
        };
        Self(vec![
            end("id.orig_h", "source", Direction::Src),
            end("id.resp_h", "destination", Direction::Dst),
            rule("query", "query", "domain-name:value", ValueKind::Domain),
            rule("answers", "answers[]", "ipv4-addr:value", ValueKind::Ipv4),
            rule("host", "host", "domain-name:value", ValueKind::Domain),
            rule("url", "url", "url:value", ValueKind::Url),
            rule("Image", "image", "file:path", ValueKind::Path),
            rule("Image.name", "image", "file:name", ValueKind::Name),
            rule("CommandLine", "process", "process:command_line", ValueKind::Text),
            rule("SHA1", "image", "file:hashes.'SHA-1'", ValueKind::Hash),
            rule("MD5", "image", "file:hashes.MD5", ValueKind::Hash),
            rule("SHA256", "image", "file:hashes.'SHA-256'", ValueKind::Hash),
            rule("ParentImage", "parent", "file:path", ValueKind::Path),
            rule("ParentImage.name", "parent", "file:name", ValueKind::Name),
            end("DestinationIp", "destination", Direction::Dst),
        ])
    }

    fn get(&self, field: &str) -> &Rule {
        // OK because all fields of the generator have rules.
        self.0.iter().find(|(name, _)| *name == field).map(|(_, rule)| rule).unwrap_or_else(|| panic!("{field}"))
    }

    fn values<'v>(&'v self, event: &'v LogEvent) -> Vec<Value<'v>> {
        let mut values = Vec::new();
        for (name, text) in &event.fields {
            match *name {
                "uri" => {
                    // What reads lines joins the two; here it is kept for as long as the bench
                    // runs.
                    let url: &'static str = Box::leak(format!("http://{}{text}", event.get("host")).into_boxed_str());
                    values.push(Value::new(self.get("url"), url));
                }
                "Image" | "ParentImage" => {
                    values.push(Value::new(self.get(name), text));
                    let base = text.rsplit('\\').next().unwrap_or(text);
                    let rule = if *name == "Image" { "Image.name" } else { "ParentImage.name" };
                    values.push(Value::new(self.get(rule), base));
                }
                name => values.push(Value::new(self.get(name), text)),
            }
        }
        values
    }
}
