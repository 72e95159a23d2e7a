//! Translates the patterns of indicators into queries for the place where the logs are.
//!
//! ```text
//! hunt [--target NAME] [--map FILE] [--policy exact|wider|any] [--scope NAME] [--format text|jsonl] [--batch] [--reasons]
//!      [FILE...]
//! ```
//!
//! Files are bundles or other files with STIX objects, or lists of patterns with one in each line
//! (`.txt`). Without files it translates an embedded sample. `--target` is the name of a ready
//! target (default: `kql:microsoft`), which `--help` lists; `--map` is a field map of your own for
//! the language of the target. `--policy` states what may be lost: nothing (`exact`), nothing but
//! precision (`wider`, the default) or `any`. `--scope` is what several observations have in
//! common, such as `host`. `--batch` looks up the values of all indicators at once. `--reasons`
//! prints a table instead of queries: why patterns are refused, each reason with the number of
//! patterns, the most frequent ones first.
//!
//! Queries are printed with comments that name indicator and fidelity, or as lines of JSON: `id`,
//! `pattern`, `fidelity`, `queries` with `table`, `text` and, for lookups in languages that cannot
//! name an indicator, `indicators` (pairs of a value and an identifier), `notes`. Notes, patterns
//! that are refused, and a summary as JSON (`patterns`, `exact`, `wider`, `narrower`, `different`,
//! `refused`) are printed to the standard error. Exits with 0, or with 2 if an input cannot be
//! read.

#[path = "feed_to_rows/help.rs"]
mod help;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::pattern::{AnyPattern, Pattern};
use stixkit::reader::{Item, Reader};
use stixkit::translate::{Fidelity, FieldMap, Language, Policy, Query, Target, Translation, translate_many};

const USAGE: &str = "usage: hunt [--target NAME] [--map FILE] [--policy exact|wider|any] [--scope NAME]
    [--format text|jsonl] [--batch] [--reasons] [FILE...]
       hunt --help|--version";

/// Indicators of one incident.
const SAMPLE: &str = include_str!("../tests/fixtures/patterns/hunt.txt");

struct Options {
    target: Target,
    is_json: bool,
    is_batch: bool,
    is_about_reasons: bool,
    files: Vec<OsString>,
}

#[derive(Default)]
struct Summary {
    patterns: u64,
    by_fidelity: [u64; 4],
    refused: u64,
    /// Why patterns are refused, with the number of patterns.
    reasons: BTreeMap<String, u64>,
}

fn main() -> ExitCode {
    let options = match options(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hunt: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut code = ExitCode::SUCCESS;
    let mut patterns = Vec::new();
    if options.files.is_empty() {
        lines(SAMPLE, &mut patterns);
    }
    for file in &options.files {
        if let Err(message) = read(Path::new(file), &mut patterns) {
            eprintln!("hunt: {}: {message}", file.display());
            code = ExitCode::from(2);
        }
    }
    let mut out = io::stdout().lock();
    // A reader that has seen enough is not a fault.
    match print(&options, &patterns, &mut out) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("hunt: {error}");
            ExitCode::from(2)
        }
        _ => code,
    }
}

fn options(args: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
    let mut args = args;
    let (mut name, mut map, mut policy) = ("kql:microsoft".to_owned(), None, Policy::default());
    let (mut scope, mut is_json, mut is_batch, mut is_about_reasons, mut files) =
        (None, false, false, false, Vec::new());
    while let Some(arg) = args.next() {
        let mut value = || {
            let value = args.next().ok_or(format!("{} has no value", arg.display()))?;
            value.into_string().map_err(|value| format!("{} is not text", value.display()))
        };
        match arg.to_str() {
            Some("--target") => name = value()?,
            Some("--map") => map = Some(value()?),
            Some("--policy") => policy = policy_of(&value()?)?,
            Some("--scope") => scope = Some(value()?),
            Some("--format") => match &*value()? {
                "text" => is_json = false,
                "jsonl" => is_json = true,
                other => return Err(format!("--format is text or jsonl, not {other}")),
            },
            Some("--batch") => is_batch = true,
            Some("--reasons") => is_about_reasons = true,
            Some("--help" | "-h") => {
                let names: Vec<_> =
                    Target::names().map(|(name, purpose)| format!("    {name:21} {purpose}\n")).collect();
                help::print_help("hunt", &format!("{USAGE}\n\ntargets:\n{}", names.concat()));
                return Ok(None);
            }
            Some("--version") => {
                help::print_version("hunt");
                return Ok(None);
            }
            Some(option) if option.starts_with("--") => return Err(format!("there is no option {option}")),
            _ => files.push(arg),
        }
    }
    let mut target = Target::named(&name).ok_or(format!("there is no target {name}; --help lists them"))?;
    if let Some(file) = map {
        let json = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        let map = FieldMap::from_json(&json).map_err(|error| format!("{file}: {error}"))?;
        target = Target::new(target.language(), map);
    }
    target = target.with_policy(policy);
    if let Some(scope) = scope {
        target = target.with_scope(scope);
    }
    Ok(Some(Options { target, is_json, is_batch, is_about_reasons, files }))
}

fn policy_of(word: &str) -> Result<Policy, String> {
    match word {
        "exact" => Ok(Policy::ExactOnly),
        "wider" => Ok(Policy::AllowWider),
        "any" => Ok(Policy::AllowAny),
        other => Err(format!("--policy is exact, wider or any, not {other}")),
    }
}

/// Appends identifiers and patterns of a file.
fn read(file: &Path, into: &mut Vec<(String, String)>) -> Result<(), String> {
    if file.extension().is_some_and(|extension| extension == "txt") {
        lines(&std::fs::read_to_string(file).map_err(|error| error.to_string())?, into);
        return Ok(());
    }
    for item in Reader::open(file).map_err(|error| error.to_string())? {
        match item.map_err(|error| error.to_string())? {
            Item::Object(entry) => {
                if let Object::Indicator(indicator) = &entry.object {
                    match indicator.parse_pattern() {
                        Ok(AnyPattern::Stix(pattern)) => {
                            into.push((indicator.common.id.to_string(), pattern.text().to_owned()));
                        }
                        Ok(_) => eprintln!("hunt: {}: its pattern is in another language", indicator.common.id),
                        Err(error) => eprintln!("hunt: {}: {error}", indicator.common.id),
                    }
                }
            }
            _ => eprintln!("hunt: {}: an object cannot be read", file.display()),
        }
    }
    Ok(())
}

fn lines(text: &str, into: &mut Vec<(String, String)>) {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    into.extend(lines.map(|(line, number)| (format!("line {number}"), line.to_owned())));
}

fn print(options: &Options, patterns: &[(String, String)], out: &mut impl Write) -> io::Result<()> {
    let mut summary = Summary::default();
    let mut parsed = Vec::new();
    for (id, text) in patterns {
        summary.patterns += 1;
        match Pattern::parse(text) {
            Ok(pattern) => parsed.push((id, pattern)),
            Err(error) => {
                summary.refused += 1;
                count(&mut summary.reasons, "it is not a pattern".to_owned());
                eprintln!("hunt: {id}: {error:#}");
            }
        }
    }
    if options.is_about_reasons {
        parsed.iter().for_each(|(_, pattern)| reason(pattern, options, &mut summary));
        return table(&summary, out);
    }
    let batch = if options.is_batch {
        translate_many(parsed.iter().map(|(id, pattern)| (id.as_str(), pattern)), &options.target)
    } else {
        translate_many([], &options.target)
    };
    let others = if options.is_batch { batch.others } else { (0..parsed.len()).collect() };
    for query in &batch.queries {
        if options.is_json {
            writeln!(out, "{}", json!({"queries": [query_json(query)]}))?;
        } else {
            let text = comment(options, &format!("lookup in {}", query.table));
            writeln!(out, "{text}\n{}\n", query.text)?;
        }
    }
    for (id, pattern) in others.iter().filter_map(|index| parsed.get(*index)) {
        match pattern.translate(&options.target) {
            Ok(translation) => {
                summary.by_fidelity[place(translation.fidelity)] += 1;
                one(options, id, pattern, &translation, out)?;
            }
            Err(error) => {
                summary.refused += 1;
                eprintln!("hunt: {id}: {error:#}");
            }
        }
    }
    out.flush()?;
    print_summary(&summary, batch.queries.len());
    Ok(())
}

fn count(reasons: &mut BTreeMap<String, u64>, reason: String) {
    *reasons.entry(reason).or_default() += 1;
}

/// Counts a pattern by its fidelity, or by the reason why it is refused.
fn reason(pattern: &Pattern<'_>, options: &Options, summary: &mut Summary) {
    match pattern.translate(&options.target) {
        Ok(translation) => summary.by_fidelity[place(translation.fidelity)] += 1,
        Err(error) => {
            summary.refused += 1;
            count(&mut summary.reasons, error.to_string());
        }
    }
}

fn table(summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    let mut reasons: Vec<_> = summary.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons {
        // A reason contains paths of the pattern.
        writeln!(out, "{count:7}  {}", reason.escape_debug())?;
    }
    out.flush()?;
    print_summary(summary, 0);
    Ok(())
}

fn print_summary(summary: &Summary, lookups: usize) {
    let [exact, wider, narrower, different] = summary.by_fidelity;
    let line = json!({"patterns": summary.patterns, "exact": exact, "wider": wider, "narrower": narrower,
        "different": different, "refused": summary.refused, "lookups": lookups});
    eprintln!("{line}");
}

fn one(
    options: &Options,
    id: &str,
    pattern: &Pattern<'_>,
    translation: &Translation,
    out: &mut impl Write,
) -> io::Result<()> {
    let notes: Vec<_> =
        translation.notes.iter().map(|note| (&pattern.text()[note.span.range()], note.kind.to_string())).collect();
    for (place, note) in &notes {
        eprintln!("hunt: {id}: {note}: {}", place.escape_debug());
    }
    if options.is_json {
        let notes: Vec<Value> = notes.iter().map(|(at, note)| json!({"at": at, "note": note})).collect();
        let queries: Vec<Value> = translation.queries.iter().map(query_json).collect();
        let line = json!({"id": id, "pattern": pattern.text(), "fidelity": translation.fidelity.as_str(),
            "queries": queries, "notes": notes});
        return writeln!(out, "{line}");
    }
    for query in &translation.queries {
        // The identifier is text of the feed, too, and must not end the comment.
        let text = format!("{} ({}), in {}", id.escape_debug(), translation.fidelity, query.table);
        writeln!(out, "{}\n{}\n", comment(options, &text), query.text)?;
    }
    Ok(())
}

/// A comment of the language. The query string of Lucene has none, so the line is not part of it.
fn comment(options: &Options, text: &str) -> String {
    match options.target.language() {
        Language::Kql | Language::Eql | Language::Esql => format!("// {text}"),
        Language::Spl => format!("``` {} ```", text.replace('`', "'")),
        Language::Lucene | Language::Sigma | Language::SigmaCased => format!("# {text}"),
        _ => format!("-- {text}"),
    }
}

fn query_json(query: &Query) -> Value {
    let mut json = json!({"table": query.table, "text": query.text});
    if !query.indicators.is_empty() {
        json["indicators"] = query.indicators.iter().map(|(value, id)| json!([value, id])).collect();
    }
    json
}

fn place(fidelity: Fidelity) -> usize {
    match fidelity {
        Fidelity::Exact => 0,
        Fidelity::Wider => 1,
        Fidelity::Narrower => 2,
        Fidelity::Different => 3,
    }
}
