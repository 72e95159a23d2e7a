//! What else finds indicators in logs, over the same indicators and events.

use std::collections::HashSet;
use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::Command;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::generate::{Log, LogEvent};

/// What a program without a library does: all values of the patterns in one set, and all strings of
/// a line looked up.
pub(crate) struct Naive(HashSet<String>);

impl Naive {
    pub(crate) fn new(patterns: &[String]) -> Self {
        Self(values(patterns).map(|(_, value)| value.to_owned()).collect())
    }

    /// Returns how many strings of a line are in the set.
    pub(crate) fn hits(&self, line: &str) -> usize {
        serde_json::from_str(line).map_or(0, |value| self.count(&value))
    }

    fn count(&self, value: &Value) -> usize {
        match value {
            Value::String(text) => usize::from(self.0.contains(text)),
            Value::Array(list) => list.iter().map(|value| self.count(value)).sum(),
            Value::Object(members) => members.values().map(|value| self.count(value)).sum(),
            _ => 0,
        }
    }
}

/// Reads a line and keeps nothing.
pub(crate) fn skip(line: &str) -> usize {
    usize::from(black_box(serde_json::from_str::<IgnoredAny>(line)).is_ok())
}

/// The values that patterns compare for equality, each with whether it is a hash.
fn values(patterns: &[String]) -> impl Iterator<Item = (bool, &str)> {
    patterns.iter().flat_map(|pattern| {
        let is_hash = pattern.starts_with("[file:hashes");
        pattern.split(" = '").skip(1).filter_map(move |rest| Some((is_hash, rest.split_once('\'')?.0)))
    })
}

/// Seconds of the join of DuckDB, with lines as JSON and with fields, and the hits of each. `None`
/// if there is no `python3`, or `STIXKIT_PYTHON`, that has it.
pub(crate) fn duckdb(patterns: &[String], events: &[LogEvent], lines: &[(Log, String)]) -> Option<String> {
    let python = std::env::var("STIXKIT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = std::env::temp_dir().join(format!("stixkit-matching-{}", std::process::id()));
    let output = write(&folder, patterns, events, lines)
        .and_then(|()| Command::new(python).args(["-c", include_str!("duckdb.py")]).arg(&folder).output());
    // What is left in the folder for temporary files is not worth an error.
    let _ = std::fs::remove_dir_all(&folder);
    let output = output.ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

fn write(folder: &Path, patterns: &[String], events: &[LogEvent], lines: &[(Log, String)]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name| File::create(folder.join(name)).map(BufWriter::new);
    let mut out = file("values.csv")?;
    for (_, value) in values(patterns) {
        writeln!(out, "{value}")?;
    }
    out.flush()?;
    let mut out = file("fields.csv")?;
    for (number, event) in events.iter().enumerate() {
        for (name, text) in &event.fields {
            let text = match *name {
                "uri" => format!("http://{}{text}", event.get("host")),
                "SHA1" | "MD5" | "SHA256" => text.to_ascii_lowercase(),
                _ => text.clone(),
            };
            writeln!(out, "{number}\t{text}")?;
        }
    }
    out.flush()?;
    let mut out = file("lines.json")?;
    for (_, line) in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}
