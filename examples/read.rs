//! Reads STIX objects one at a time, and goes on after one that does not read.
//!
//! `cargo run --example read [FILE]`; with `--features gzip`, a FILE in gzip, too

mod usage;

use std::error::Error;
use std::io::{ErrorKind, Write};

use stixkit::reader::{Item, Reader, Source};

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn list<S: Source>(reader: Reader<S>) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for item in reader {
        let result = match item? {
            Item::Object(accepted) => writeln!(out, "{} {}", accepted.object.type_name(), accepted.object.id()),
            Item::Rejected(rejected) => writeln!(std::io::stderr(), "{}: {}", rejected.position, rejected.error),
        };
        match result {
            // Whoever reads the output has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            result => result?,
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    if usage::is_asked("usage: read [FILE]") {
        return Ok(());
    }
    match std::env::args_os().nth(1) {
        Some(file) => list(Reader::open(file)?),
        None => list(Reader::from_slice(SAMPLE)),
    }
}
