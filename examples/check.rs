//! Checks files against the standard, and prints what is wrong and what to do about it.
//!
//! `cargo run --example check -- [--profile spec|strict|interop|reading] [--references] [--format text|jsonl|sarif] [FILE]...`
//!
//! Without files, it checks a sample that has one of each kind of problem. `--references` adds
//! references that lead to objects outside of the file. The exit code is 0 if there are no errors, 1 if
//! there are, and 2 if a file cannot be read.

mod usage;

use std::io::Write;
use std::process::ExitCode;

use stixkit::validate::{Checker, Finding, Profile, Report, write_sarif};
use stixkit::{FindingKind, Level, Reader};

const USAGE: &str = "usage: check [--profile spec|strict|interop|reading] [--references]
             [--format text|jsonl|sarif] [FILE]...";

/// One input for each kind of finding, a line of JSON each.
const SAMPLE: &str = include_str!("../tests/fixtures/validation/cases.jsonl");

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Text,
    Jsonl,
    Sarif,
}

struct Options {
    profile: Profile,
    format: Format,
    files: Vec<String>,
}

fn main() -> ExitCode {
    if usage::is_asked(USAGE) {
        return ExitCode::SUCCESS;
    }
    let outcome = options().and_then(|options| check(&options));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, Box<dyn std::error::Error>> {
    use lexopt::prelude::{Long, Value, ValueExt};

    let mut options = Options { profile: Profile::strict(), format: Format::Text, files: Vec::new() };
    let mut has_references = false;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("profile") => {
                let name = parser.value()?.string()?;
                let profile = Profile::from_name(&name);
                options.profile = profile.ok_or("--profile is one of spec, strict, interop, reading")?;
            }
            Long("format") => {
                options.format = match parser.value()?.string()?.as_str() {
                    "text" => Format::Text,
                    "jsonl" => Format::Jsonl,
                    "sarif" => Format::Sarif,
                    _ => return Err("--format is one of text, jsonl, sarif".into()),
                };
            }
            Long("references") => has_references = true,
            Value(file) => options.files.push(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if has_references {
        options.profile = options.profile.with(FindingKind::DanglingReference);
    }
    Ok(options)
}

/// Checks all files and returns whether there are no errors.
fn check(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let outcome = match options.files.is_empty() {
        true => check_sample(options, &mut out),
        false => check_files(options, &mut out),
    };
    out.flush()?;
    outcome
}

fn check_files(options: &Options, out: &mut impl Write) -> Result<bool, Box<dyn std::error::Error>> {
    let mut reports = Vec::new();
    let mut is_valid = true;
    for file in &options.files {
        let reader = Reader::open(file)?;
        if options.format == Format::Sarif {
            reports.push((file.as_str(), Report::read(options.profile.clone(), reader)?));
            continue;
        }
        // Findings are printed as they come, so memory does not grow with them.
        let mut checker = Checker::new(options.profile.clone());
        let mut written = Ok(());
        checker.read(reader, |finding| {
            is_valid &= finding.level() != Level::Error;
            if written.is_ok() {
                written = print(options.format, file, &finding, out);
            }
        })?;
        written?;
    }
    if options.format == Format::Sarif {
        write_sarif(out, reports.iter().map(|(file, report)| (*file, report)))?;
        is_valid = reports.iter().all(|(_, report)| report.is_valid());
    }
    Ok(is_valid)
}

/// Checks one input after the other, and keeps the finding that each is about.
fn check_sample(options: &Options, out: &mut impl Write) -> Result<bool, Box<dyn std::error::Error>> {
    let everything = stixkit::validate::CHECKS.iter();
    let everything = everything.fold(Profile::new("everything"), |profile, check| profile.with(check.kind));
    let mut report = Report::new(everything.clone());
    for line in SAMPLE.lines() {
        let case: serde_json::Value = serde_json::from_str(line)?;
        let (code, text) = (case["code"].as_str().unwrap_or_default(), case["bad"].as_str().unwrap_or_default());
        // Some kinds are what less exact profiles report.
        let found = [&everything, &Profile::reading()].into_iter().find_map(|profile| {
            let found = Report::read(profile.clone(), Reader::from_str(text)).ok()?;
            found.findings().iter().find(|finding| finding.code() == code).cloned()
        });
        found.into_iter().for_each(|finding| report.add(finding));
    }
    match options.format {
        Format::Sarif => write_sarif(out, [("sample.jsonl", &report)])?,
        format => report.findings().iter().try_for_each(|finding| print(format, "sample.jsonl", finding, out))?,
    }
    Ok(report.is_valid())
}

fn print(format: Format, file: &str, finding: &Finding, out: &mut impl Write) -> std::io::Result<()> {
    match format {
        Format::Jsonl => writeln!(out, "{}", finding.to_json_line(file)),
        _ => writeln!(out, "{file}:{finding}"),
    }
}
