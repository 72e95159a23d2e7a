//! Reads a feed with all cores, prints the rows of its indicators as JSON lines, and how long that
//! took with one thread and with all.
//!
//! `cargo run --release --features parallel --example parallel [FILE]`

mod usage;

use std::error::Error;
use std::io::{ErrorKind, Write};
use std::time::Instant;

use chrono::DateTime;
use stixkit::reader::{ItemView, Parallel};
use stixkit::row::Mapper;

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

/// The lines of the rows of a part, or why they cannot be written.
type Lines = serde_json::Result<Vec<u8>>;

fn add(mapper: &Mapper, lines: &mut Lines, item: &ItemView<'_>) {
    let (Ok(written), ItemView::Indicator(view)) = (&mut *lines, item) else { return };
    for row in &mapper.map_view(view).rows {
        if let Err(error) = serde_json::to_writer(&mut *written, row) {
            *lines = Err(error);
            return;
        }
        written.push(b'\n');
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if usage::is_asked("usage: parallel [FILE]") {
        return Ok(());
    }
    let bytes = match std::env::args_os().nth(1) {
        Some(file) => std::fs::read(file)?,
        None => SAMPLE.to_vec(),
    };
    let mapper = Mapper::new(DateTime::UNIX_EPOCH).with_source("example");
    let all = Parallel::new();
    let mut output = Vec::new();
    for (name, parallel) in [("one thread", all.with_threads(1)), ("all threads", all)] {
        output.clear();
        let start = Instant::now();
        parallel.fold(
            &bytes,
            || Ok(Vec::new()),
            |lines, item| add(&mapper, lines, &item),
            |lines: Lines| -> Result<(), Box<dyn Error>> {
                output.append(&mut lines?);
                Ok(())
            },
        )?;
        let megabytes = bytes.len() as f64 / 1e6;
        let seconds = start.elapsed().as_secs_f64();
        writeln!(std::io::stderr(), "{name}: {megabytes:.1} MB in {seconds:.3} s")?;
    }
    match std::io::stdout().lock().write_all(&output) {
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
