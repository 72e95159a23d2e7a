//! Parses the same patterns with stixkit and with its peers, and prints a table.
//!
//! ```text
//! cargo run --release
//! ```
//!
//! The patterns are those of the generated feed that the benches of the crate read: four in five are one comparison,
//! the others a few joined by `OR` or `AND`, some of several observations. Each parser makes a tree of each pattern and
//! drops it; of rstix that is `parse_ast`, which leaves out its check of types. The rounds alternate, and the best of
//! each parser counts, so that what else the machine does hits none alone.
//!
//! Exits with 1 where stixkit is not at least three times as fast as the faster of the others.

#[path = "../../generate/mod.rs"]
mod generate;

use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use stixkit::{Bundle, Object};

const PATTERNS: usize = 50_000;
const ROUNDS: usize = 15;
const MUST: f64 = 3.0;

/// A parser, and whether it takes a pattern.
struct Peer {
    name: &'static str,
    parses: fn(&str) -> bool,
    /// Of the fastest round.
    seconds: f64,
    refused: usize,
}

impl Peer {
    fn new(name: &'static str, parses: fn(&str) -> bool) -> Self {
        Self { name, parses, seconds: f64::MAX, refused: 0 }
    }

    fn round(&mut self, patterns: &[String]) {
        let start = Instant::now();
        self.refused = patterns.iter().filter(|pattern| !(self.parses)(black_box(pattern))).count();
        self.seconds = self.seconds.min(start.elapsed().as_secs_f64());
    }
}

fn main() -> io::Result<ExitCode> {
    let patterns = patterns()?;
    let mut own = [
        Peer::new("stixkit", |text| black_box(stixkit::pattern::Pattern::parse(text)).is_ok()),
        Peer::new("stixkit, borrowing nothing", |text| {
            black_box(text.parse::<stixkit::pattern::Pattern<'static>>()).is_ok()
        }),
    ];
    let mut others = [
        Peer::new("stix-pattern 0.2", |text| black_box(stix_pattern::parse(text)).is_ok()),
        Peer::new("rstix 0.23", |text| black_box(rstix::pattern::parse_ast(text)).is_ok()),
    ];
    for _ in 0..ROUNDS {
        own.iter_mut().chain(&mut others).for_each(|peer| peer.round(&patterns));
    }

    let best = others.iter().map(|peer| peer.seconds).fold(f64::MAX, f64::min);
    let mut out = io::stdout().lock();
    let bytes: usize = patterns.iter().map(String::len).sum();
    writeln!(out, "{} patterns, {bytes} bytes, best of {ROUNDS} rounds\n", patterns.len())?;
    writeln!(out, "| parser | patterns/s | refused | times the faster peer |\n|---|--:|--:|--:|")?;
    for Peer { name, seconds, refused, .. } in own.iter().chain(&others) {
        let speed = patterns.len() as f64 / seconds;
        writeln!(out, "| {name} | {speed:.0} | {refused} | {:.2} |", best / seconds)?;
    }
    let reached = best / own[0].seconds;
    if reached < MUST {
        writeln!(out, "\nstixkit must be {MUST} times as fast as the faster peer, and is {reached:.2} times")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn patterns() -> io::Result<Vec<String>> {
    let mut feed = Vec::new();
    generate::feed(PATTERNS, generate::KeyOrder::TypeFirst, generate::Layout::Compact, &mut feed)?;
    let bundle = Bundle::from_slice(&feed).map_err(io::Error::other)?;
    let pattern = |object: &Object| match object {
        Object::Indicator(indicator) => Some(indicator.pattern.clone()),
        _ => None,
    };
    Ok(bundle.objects().iter().filter_map(pattern).collect())
}
