//! Reads STIX files and writes every item back, to show that nothing is lost.
//!
//! ```text
//! roundtrip [--emit] FILE...
//! ```
//!
//! Prints one line of JSON a file: `file`, the counts `items`, `typed`, `custom`, `salvaged`, `rejected` and
//! `findings`, `equal` (every item, written back, means the same JSON as what was sent; a rejected one through its raw
//! text, where that is JSON), and `problems`, each with `index`, `offset`, `line`, `column`, `path`, `id` and `reason`.
//! With `--emit` the items' own JSON comes before, one a line. It streams: memory does not grow with the file. With the
//! feature `gzip`, files may be compressed.
//!
//! Exits with 0, or with 2 when a file could not be read.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use lexopt::prelude::{Long, Short, Value};
use serde_json::json;
use stixkit::reader::{Item, Reader};
use stixkit::{Error, Finding, Json, Object};

/// Problems beyond these are counted and not listed, so that a file of nothing but problems needs no memory.
const MAX_PROBLEMS: usize = 10_000;

#[path = "feed_to_rows/help.rs"]
mod help;

const USAGE: &str = "usage: roundtrip [--emit] FILE...\n       roundtrip --help|--version";

struct Options {
    emit: bool,
    files: Vec<OsString>,
}

impl Options {
    /// `None` if the program was asked about itself, and has answered.
    fn parse(mut args: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self { emit: false, files: Vec::new() };
        while let Some(arg) = args.next()? {
            match arg {
                Long("help") | Short('h') => {
                    help::print_help("roundtrip", USAGE);
                    return Ok(None);
                }
                Long("version") => {
                    help::print_version("roundtrip");
                    return Ok(None);
                }
                Long("emit") => options.emit = true,
                Value(file) => options.files.push(file),
                _ => return Err(arg.unexpected()),
            }
        }
        if options.files.is_empty() { Err("which file?".into()) } else { Ok(Some(options)) }
    }
}

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("roundtrip: {error}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for file in &options.files {
        match round_trip(file, options.emit, &mut out) {
            Ok(()) => {}
            // Whoever reads the output has seen enough.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return code,
            Err(failure) => {
                tell(format_args!("roundtrip: {}: {failure}", file.to_string_lossy()));
                code = ExitCode::from(2);
            }
        }
    }
    match out.flush() {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(_) => ExitCode::from(2),
    }
}

/// A line on the standard error. If nobody reads it, there is nobody to tell.
fn tell(line: std::fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}

enum Failure {
    Input(Error),
    Output(io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {source}"),
                None => write!(f, "{error}"),
            },
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[derive(Default)]
struct Report {
    items: u64,
    typed: u64,
    custom: u64,
    salvaged: u64,
    rejected: u64,
    findings: u64,
    unequal: u64,
    problems: Vec<serde_json::Value>,
    omitted: u64,
}

impl Report {
    fn add(&mut self, problem: serde_json::Value) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.omitted += 1;
        }
    }

    fn add_finding(&mut self, finding: &Finding, index: Option<u64>, id: Option<String>) {
        self.findings += 1;
        let place = finding.position.unwrap_or_default();
        self.add(json!({
            "index": index, "offset": place.offset, "line": place.line, "column": place.column,
            "path": finding.path, "id": id, "reason": finding.detail,
        }));
    }
}

fn round_trip(file: &OsStr, emit: bool, out: &mut impl Write) -> Result<(), Failure> {
    let mut reader = Reader::open(file)?;
    let mut report = Report::default();
    while let Some(item) = reader.next() {
        report.items += 1;
        match item? {
            Item::Object(accepted) => {
                match accepted.object {
                    Object::Custom(_) => report.custom += 1,
                    _ => report.typed += 1,
                }
                report.salvaged += u64::from(accepted.is_salvaged());
                let id = accepted.object.id().to_string();
                let checked = accepted.object.check().into_iter().map(|mut finding| {
                    finding.path.insert_str(0, &reader.path());
                    finding.position = Some(reader.position());
                    finding
                });
                for finding in accepted.findings.into_iter().chain(checked) {
                    report.add_finding(&finding, Some(accepted.index), Some(id.clone()));
                }
                let written = serde_json::to_string(&accepted.object).map_err(io::Error::from)?;
                let is_equal =
                    Json::new(reader.raw()).is_ok_and(|sent| Json::new(&written).is_ok_and(|own| own == sent));
                if !is_equal {
                    report.unequal += 1;
                    let place = reader.position();
                    report.add(json!({
                        "index": accepted.index, "offset": place.offset, "line": place.line, "column": place.column,
                        "path": reader.path(), "id": id, "reason": "not written back as it was sent",
                    }));
                }
                if emit {
                    writeln!(out, "{written}")?;
                }
            }
            Item::Rejected(rejected) => {
                report.rejected += 1;
                let place = rejected.error.position().unwrap_or(rejected.position);
                report.add(json!({
                    "index": rejected.index, "offset": place.offset, "line": place.line, "column": place.column,
                    "path": rejected.error.path(), "id": rejected.id, "reason": rejected.error.reason(),
                }));
                if let Some(Ok(json)) = rejected.json().filter(|_| emit).map(Json::new) {
                    writeln!(out, "{json}")?;
                }
            }
        }
    }
    for finding in reader.findings() {
        report.add_finding(finding, None, None);
    }
    let mut line = json!({
        "file": file.to_string_lossy(), "items": report.items, "typed": report.typed, "custom": report.custom,
        "salvaged": report.salvaged, "rejected": report.rejected, "findings": report.findings,
        "equal": report.unequal == 0, "problems": report.problems,
    });
    if report.omitted > 0 {
        line["problems_omitted"] = report.omitted.into();
    }
    writeln!(out, "{line}")?;
    Ok(())
}
