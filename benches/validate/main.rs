//! Measures a validation beside reading the same input, and prints one table.
//!
//! ```text
//! cargo bench --bench validate
//! STIXKIT_PYTHON=venv/bin/python cargo bench --bench validate    # with the reference validator in Python
//! ```
//!
//! Times are the best of interleaved rounds. `figure` is the time of the work named first:
//! `Bundle::check` with a profile, or reading and checking a stream. `beside` is the time to read
//! the bundle, and `ratio` the first divided by the second. `must` is what the project holds itself
//! to. The last line is about 1,000 objects: the reference validator (`stix2-validator`), if the
//! interpreter has it, beside the strict profile.
//!
//! With `--test` it runs once over a hundredth of the data, and its figures mean nothing.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use stixkit::validate::{Checker, Profile};
use stixkit::{Bundle, Reader};

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size, is_test};

#[path = "../generate/mod.rs"]
mod generate;

/// Prints the seconds that the reference validator takes for the bundle on its input.
const REFERENCE: &str = "
import json, sys, time
from stix2validator import ValidationOptions, validate_instance
objects = json.load(sys.stdin)
options = ValidationOptions(version='2.1')
start = time.perf_counter()
for one in objects:
    validate_instance(one, options)
print(time.perf_counter() - start)
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("validate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| work | figure | beside | ratio | must |\n|---|--:|--:|--:|--:|")?;
    let mut attack = Vec::new();
    generate::attack(bench_size(ATTACK_OBJECTS), KeyOrder::TypeFirst, Layout::Compact, &mut attack)?;
    let bundle = table(&mut out, "ATT&CK", &attack, "1.50")?;
    let mut feed = Vec::new();
    generate::feed(bench_size(FEED_INDICATORS), KeyOrder::TypeFirst, Layout::Compact, &mut feed)?;
    table(&mut out, "feed of 50,000", &feed, "1.00")?;
    reference(&mut out, &bundle)
}

/// Prints the lines of an input and returns its bundle.
fn table(out: &mut impl Write, name: &str, bytes: &[u8], must: &str) -> io::Result<Bundle> {
    // OK because it was generated.
    let bundle = Bundle::from_slice(bytes).unwrap_or_default();
    let profiles = [Profile::strict(), Profile::spec(), Profile::interop(), Profile::reading()];
    let (mut read, mut stream, mut best) = (f64::MAX, f64::MAX, [f64::MAX; 4]);
    for _ in 0..if is_test() { 1 } else { 15 } {
        read = read.min(once(|| Bundle::from_slice(bytes).is_ok()));
        for (best, profile) in best.iter_mut().zip(&profiles) {
            *best = best.min(once(|| bundle.check(profile)));
        }
        stream = stream.min(once(|| stream_findings(bytes)));
    }
    for (profile, time) in profiles.iter().zip(best) {
        let must = if profile.name() == "strict" { must } else { "" };
        line(out, &format!("{name}: check, `{}` / read", profile.name()), time, read, must)?;
    }
    line(out, &format!("{name}: read and check a stream, `strict` / read"), stream, read, "")?;
    let findings = bundle.check(&profiles[0]).findings().len();
    writeln!(out, "| {name}: {} objects, {findings} findings | | | | |", bundle.objects().len())?;
    Ok(bundle)
}

fn stream_findings(bytes: &[u8]) -> u64 {
    let mut count = 0;
    // OK because what was generated is within the limits.
    let _ = Checker::new(Profile::strict()).read(Reader::from_reader(bytes), |_| count += 1);
    count
}

fn line(out: &mut impl Write, what: &str, a: f64, b: f64, must: &str) -> io::Result<()> {
    writeln!(out, "| {what} | {:.1} ms | {:.1} ms | {:.2} | {must} |", a * 1e3, b * 1e3, a / b)?;
    out.flush()
}

fn once<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let result = black_box(work());
    let seconds = start.elapsed().as_secs_f64();
    drop(result);
    seconds
}

/// The reference validator on 1,000 objects, if it is there.
fn reference(out: &mut impl Write, bundle: &Bundle) -> io::Result<()> {
    let objects = &bundle.objects()[..bundle.objects().len().min(if is_test() { 10 } else { 1000 })];
    let own = Bundle::new(objects.iter().cloned());
    let ours = (0..10).map(|_| once(|| own.check(&Profile::strict()))).fold(f64::MAX, f64::min);
    match run_reference(objects) {
        Ok(theirs) => {
            let what = format!("{} objects: stix2-validator / check, `strict`", objects.len());
            line(out, &what, theirs, ours, "")
        }
        Err(why) => {
            writeln!(out, "| {} objects: stix2-validator left out, {why} | | {:.2} ms | | |", objects.len(), ours * 1e3)
        }
    }
}

fn run_reference(objects: &[stixkit::Object]) -> Result<f64, String> {
    let python = std::env::var_os("STIXKIT_PYTHON").unwrap_or_else(|| "python3".into());
    let mut child = Command::new(&python)
        .args(["-c", REFERENCE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{python:?}: {error}"))?;
    let input = serde_json::to_vec(objects).map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().ok_or("there is no pipe")?;
    // A program without the package ends before it reads.
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let _ = writer.join();
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| format!("{python:?} does not have it"))
}
