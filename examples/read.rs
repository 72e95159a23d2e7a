//! Reads STIX objects one at a time, and goes on after one that does not read.
//!
//! `cargo run --example read [FILE]`

use std::io::Write;

use stixkit::reader::{Item, Reader};

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let bytes = std::env::args_os().nth(1).map_or(Ok(SAMPLE.to_vec()), std::fs::read)?;
    // For a file that does not fit in memory, use `Reader::open`.
    for item in Reader::from_slice(&bytes) {
        match item? {
            Item::Object(accepted) => writeln!(out, "{} {}", accepted.object.type_name(), accepted.object.id())?,
            Item::Rejected(rejected) => eprintln!("{}: {}", rejected.position, rejected.error),
        }
    }
    Ok(())
}
