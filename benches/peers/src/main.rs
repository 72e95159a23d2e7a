//! Reads the same feeds and parses the same patterns with stixkit and with its peers, and prints two
//! tables for `benches/README.md`.
//!
//! ```text
//! cargo run --release
//! cargo run --release -- --feed FILE     writes the feed, for the script `others.py`
//! ```
//!
//! The rounds alternate, and the best of each peer counts, so that what else the machine does hits
//! none alone. Every peer gets the whole input in memory and makes what it makes of it; the column
//! `makes` says what that is, because it is not the same.
//!
//! Exits with 1 if stixkit parses patterns less than four times as fast as the faster of the
//! others, or reads a feed less than twelve times as fast as rstix.

#[path = "../../generate/mod.rs"]
mod generate;

use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::time::Instant;

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout};
use rstix::model::ParseOptions;
use serde::de::IgnoredAny;
use stixkit::reader::Parallel;
use stixkit::{Bundle, Object};

const PATTERN_ROUNDS: usize = 15;
const READ_ROUNDS: usize = 5;

/// How many times as fast as the faster peer patterns have to be parsed.
const PATTERNS_MUST: f64 = 4.0;
/// How many times as fast as rstix feeds have to be read.
const READING_MUST: f64 = 12.0;

/// A program that is measured.
struct Peer<T: ?Sized> {
    name: &'static str,
    makes: &'static str,
    /// Reads the input, and returns why it refuses it.
    refuses: fn(&T) -> Option<String>,
    /// Of the fastest round.
    seconds: f64,
    refused: usize,
    reason: Option<String>,
}

impl<T: ?Sized> Peer<T> {
    fn new(name: &'static str, makes: &'static str, refuses: fn(&T) -> Option<String>) -> Self {
        Self { name, makes, refuses, seconds: f64::MAX, refused: 0, reason: None }
    }

    fn round<'i>(&mut self, inputs: impl Iterator<Item = &'i T>)
    where
        T: 'i,
    {
        let start = Instant::now();
        let reasons = inputs.filter_map(|input| (self.refuses)(black_box(input)));
        (self.refused, self.reason) = reasons.fold((0, None), |(count, _), reason| (count + 1, Some(reason)));
        self.seconds = self.seconds.min(start.elapsed().as_secs_f64());
    }
}

/// Why a peer refuses its input. What it makes is dropped.
fn reason<T, E: std::fmt::Display>(result: Result<T, E>) -> Option<String> {
    black_box(result).err().map(|error| error.to_string())
}

fn main() -> io::Result<ExitCode> {
    let feed = feed()?;
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--feed") {
        let path = arguments.next().ok_or_else(|| io::Error::other("expected a path after --feed"))?;
        std::fs::write(path, feed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = io::stdout().lock();
    describe(&mut out)?;
    let mut attack = Vec::new();
    generate::attack(ATTACK_OBJECTS, KeyOrder::TypeFirst, Layout::Compact, &mut attack)?;
    let is_fast = read(&mut out, "feed", &feed)? & read(&mut out, "ATT&CK", &attack)? & parse(&mut out, &feed)?;
    Ok(if is_fast { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn feed() -> io::Result<Vec<u8>> {
    let mut feed = Vec::new();
    generate::feed(FEED_INDICATORS, KeyOrder::TypeFirst, Layout::Compact, &mut feed)?;
    Ok(feed)
}

/// The machine, the compiler and the versions of the peers.
fn describe(out: &mut impl Write) -> io::Result<()> {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = Command::new("rustc").arg("-V").output().map(|output| output.stdout).unwrap_or_default();
    writeln!(out, "{model}, {cores} cores; {}", String::from_utf8_lossy(&compiler).trim())?;
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let package = lock.split("[[package]]").find(|package| package.contains(&format!("\nname = \"{name}\"\n")))?;
        package.lines().find_map(|line| line.strip_prefix("version = \""))?.strip_suffix('"').map(str::to_owned)
    };
    let names = ["stixkit", "serde_json", "sonic-rs", "rstix", "stix-rust", "stix-pattern", "stixflayer"];
    let versions = names.map(|name| format!("{name} {}", version(name).unwrap_or_default()));
    writeln!(out, "{}\n", versions.join(", "))
}

/// Reads an input. Returns whether it is fast enough.
fn read(out: &mut impl Write, name: &str, input: &[u8]) -> io::Result<bool> {
    let text = std::str::from_utf8(input).map_err(io::Error::other)?;
    let mut peers = [
        Peer::new("stixkit", "typed objects, findings", |text: &str| reason(Bundle::from_slice(text.as_bytes()))),
        Peer::new("stixkit, all cores", "the same", |text| reason(Parallel::new().bundle(text.as_bytes()))),
        Peer::new("`serde_json::IgnoredAny`", "nothing", |text| reason(serde_json::from_str::<IgnoredAny>(text))),
        Peer::new("`serde_json::Value`", "JSON", |text| reason(serde_json::from_str::<serde_json::Value>(text))),
        Peer::new("`sonic_rs::Value`", "JSON", |text| reason(sonic_rs::from_str::<sonic_rs::Value>(text))),
        Peer::new("stix-rust", "JSON by object", |text| reason(stix::model::Bundle::from_json_str(text))),
        Peer::new("rstix", "typed objects; parsed patterns", |text| {
            let options = ParseOptions::new().allow_custom(true).exempt_predefined_tlp_marking_refs(true);
            reason(rstix::model::Bundle::parse_with_options(text, &options))
        }),
        Peer::new("stixflayer", "typed objects, validated", |text| {
            reason(stixflayer::bundles::Bundle::from_json(text))
        }),
    ];
    for _ in 0..READ_ROUNDS {
        peers.iter_mut().for_each(|peer| peer.round(std::iter::once(text)));
    }
    let own = peers[0].seconds;
    let megabytes = text.len() as f64 / 1e6;
    writeln!(out, "Reading {name}, {megabytes:.1} MB, best of {READ_ROUNDS} rounds:\n")?;
    writeln!(out, "| reader | makes | MB/s | times stixkit's time |\n|---|---|--:|--:|")?;
    for Peer { name, makes, seconds, refused, .. } in &peers {
        let refused = if *refused > 0 { " (until it refuses it)" } else { "" };
        writeln!(out, "| {name} | {makes} | {:.0} | {:.2}{refused} |", megabytes / seconds, seconds / own)?;
    }
    writeln!(out)?;
    for Peer { name, reason, .. } in &peers {
        if let Some(reason) = reason {
            writeln!(out, "{name} refuses it: {}\n", reason.chars().take(200).collect::<String>())?;
        }
    }
    let rstix = peers.iter().find(|peer| peer.name == "rstix" && peer.refused == 0);
    let reached = rstix.map_or(READING_MUST, |rstix| rstix.seconds / own);
    if reached < READING_MUST {
        writeln!(out, "stixkit must be {READING_MUST} times as fast as rstix, and is {reached:.2} times\n")?;
    }
    Ok(reached >= READING_MUST)
}

/// Parses the patterns of a feed. Each parser makes a tree of each pattern and drops it; of rstix
/// that is `parse_ast`, which leaves out its check of types. Returns whether it is fast enough.
fn parse(out: &mut impl Write, feed: &[u8]) -> io::Result<bool> {
    let patterns = patterns(feed)?;
    let mut own = [
        Peer::new("stixkit", "a tree that borrows", |text: &str| reason(stixkit::pattern::Pattern::parse(text))),
        Peer::new("stixkit, `str::parse`", "a tree that owns its text", |text| {
            reason(text.parse::<stixkit::pattern::Pattern<'static>>())
        }),
    ];
    let mut others = [
        Peer::new("stix-pattern", "a tree", |text: &str| reason(stix_pattern::parse(text))),
        Peer::new("rstix", "a tree", |text| reason(rstix::pattern::parse_ast(text))),
    ];
    for _ in 0..PATTERN_ROUNDS {
        own.iter_mut().chain(&mut others).for_each(|peer| peer.round(patterns.iter().map(String::as_str)));
    }
    let best = others.iter().map(|peer| peer.seconds).fold(f64::MAX, f64::min);
    let bytes: usize = patterns.iter().map(String::len).sum();
    writeln!(out, "Parsing {} patterns, {bytes} bytes, best of {PATTERN_ROUNDS} rounds:\n", patterns.len())?;
    writeln!(out, "| parser | makes | patterns/s | refused | times the faster peer |\n|---|---|--:|--:|--:|")?;
    for Peer { name, makes, seconds, refused, .. } in own.iter().chain(&others) {
        let speed = patterns.len() as f64 / seconds;
        writeln!(out, "| {name} | {makes} | {speed:.0} | {refused} | {:.2} |", best / seconds)?;
    }
    let reached = best / own[0].seconds;
    if reached < PATTERNS_MUST {
        writeln!(out, "\nstixkit must be {PATTERNS_MUST} times as fast as the faster peer, and is {reached:.2} times")?;
    }
    Ok(reached >= PATTERNS_MUST)
}

fn patterns(feed: &[u8]) -> io::Result<Vec<String>> {
    let bundle = Bundle::from_slice(feed).map_err(io::Error::other)?;
    let pattern = |object: &Object| match object {
        Object::Indicator(indicator) => Some(indicator.pattern.clone()),
        _ => None,
    };
    Ok(bundle.objects().iter().filter_map(pattern).collect())
}
