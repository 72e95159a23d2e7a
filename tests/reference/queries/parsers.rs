//! Parsers of the languages: queries have no fault, and a literal is read back as the text that it
//! is for.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::Literal;
use stixkit::translate::{FieldMap, Language, Policy, Target, translate_many};

use super::super::python;
use super::events::{Events, Mixer};
use super::maps::map;
use super::questions::{combinations, intervals, joints, tests};
use crate::translate::HOSTILE;

const OWN_MAP: &str = r#"{"tables": [{"table": "t", "objects": [{"type": "file", "columns": {"name": "c"}}]}]}"#;
const FUZZED: usize = 10_000;
/// So many queries of a target are parsed, of all kinds.
const PARSED: usize = 600;
const LENGTHS: [usize; 5] = [1, 3, 8, 20, 60];
/// What has a meaning somewhere is frequent.
const LETTERS: &str =
    "''''\\\\\\\\\"\"\"`$@;()[]{}|/*-#%_?!&<>=,.: \n\r\t\u{0}\u{1}\u{7f}\u{a0}\u{2028}abnrtuxUNhL019éß😀\u{feff}";

/// Runs `query_parsers.py`.
fn parsed(package: &str, mut input: Value, queries: &[String]) -> Vec<Value> {
    let python = python::with(package, None).unwrap_or_else(|missing| panic!("{missing}"));
    input["queries"] = json!(queries);
    let output = python::run(&python, "query_parsers.py", &[], input.to_string());
    let answers: Vec<_> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), queries.len());
    answers
}

/// Queries of all kinds for a target, on tables instead of functions.
pub(super) fn queries(name: &str, tables: &[Events]) -> BTreeSet<String> {
    let target = Target::named(name).unwrap().with_policy(Policy::AllowAny).with_scope("host");
    let mut mixer = Mixer(3);
    let comparisons = tests(tables, &mut mixer);
    let mut texts: Vec<_> = comparisons.iter().map(|(_, test)| format!("[{test}]")).collect();
    texts.extend(combinations(&comparisons, 100, &mut mixer));
    texts.extend(intervals(&comparisons, 10, &mut mixer));
    texts.extend(joints(tables, 36, &mut mixer));
    let patterns: Vec<_> = texts.iter().map(|text| Pattern::parse(text).unwrap()).collect();
    let mut found = BTreeSet::new();
    for pattern in &patterns {
        found.extend(pattern.translate(&target).into_iter().flat_map(|own| own.queries).map(|query| query.text));
    }
    let batch = translate_many(patterns.iter().map(|pattern| ("indicator--1", pattern)), &target);
    found.extend(batch.queries.into_iter().map(|query| query.text));
    if name.starts_with("kql") {
        found.extend(stixkit::translate::stored_indicators(&target).into_iter().map(|query| query.text));
    }
    let step = found.len().div_ceil(PARSED);
    found.into_iter().step_by(step.max(1)).collect()
}

pub(super) fn report(all: &[String]) {
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all[..all.len().min(30)].join("\n"));
}

/// It has no dialect of DataFusion, which runs all of its queries itself, and of Postgres it lacks
/// the operator for addresses in a network, in whose place it reads `=`.
#[test]
#[ignore = "needs the Python package sqlglot"]
fn t1_sqlglot_parses_queries_of_each_dialect() {
    let mut wrong = Vec::new();
    for (dialect, names) in [
        ("duckdb", ["sql:duckdb", "sql:duckdb:ocsf"]),
        ("clickhouse", ["sql:clickhouse", "sql:clickhouse:ocsf"]),
        ("spark", ["sql:spark", "sql:spark:ocsf"]),
        ("trino", ["sql:trino", "sql:trino:ocsf"]),
        ("postgres", ["sql:postgres", "sql:postgres:ocsf"]),
    ] {
        for name in names {
            let events = Events::all(&map(name), &mut Mixer(3));
            let texts: Vec<_> = queries(name, &events).into_iter().collect();
            eprintln!("{name}: {} queries", texts.len());
            assert!(texts.len() > 100, "{name}");
            let known: Vec<_> =
                texts.iter().map(|text| text.replace(" AS inet) <<= inet '", " AS inet) = inet '")).collect();
            for (answer, query) in parsed("sqlglot", json!({"dialect": dialect}), &known).iter().zip(&texts) {
                if !answer.is_array() {
                    wrong.push(format!("{name}: {answer}: {query}"));
                }
            }
        }
    }
    report(&wrong);
}

/// Texts that are hostile, and made-up ones.
pub(super) fn values() -> Vec<String> {
    let letters: Vec<char> = LETTERS.chars().collect();
    let mut mixer = Mixer(1);
    let mut made_up = || {
        let most = *mixer.one(&LENGTHS);
        let length = 1 + mixer.below(most);
        (0..length).map(|_| *mixer.one(&letters)).collect::<String>()
    };
    let made_up: Vec<_> = (0..FUZZED).map(|_| made_up()).collect();
    let hostile = HOSTILE.iter().chain(&["'", ""]).map(|text| (*text).to_owned());
    hostile.chain(made_up).collect()
}

/// Values with their queries, without those that the language cannot express.
pub(super) fn equalities(language: Language) -> (Vec<String>, Vec<String>) {
    let target = Target::new(language, FieldMap::from_json(OWN_MAP).unwrap()).with_policy(Policy::AllowAny);
    let query = |value: String| {
        let text = format!("[file:name = {}]", Literal::from(value.as_str()));
        let translation = Pattern::parse(&text).unwrap().translate(&target);
        match translation {
            Ok(own) => Some((value, own.queries[0].text.clone())),
            Err(error) => {
                assert!(value.contains('\0'), "{error}");
                None
            }
        }
    };
    values().into_iter().filter_map(query).unzip()
}

#[track_caller]
pub(super) fn read_back(what: &str, values: &[String], answers: &[Value]) {
    assert!(values.len() > FUZZED / 2 && values.len() == answers.len(), "{what}: {}", values.len());
    let pairs = values.iter().zip(answers);
    let wrong: Vec<_> = pairs
        .filter(|(value, answer)| **answer != json!([value]))
        .map(|(value, answer)| format!("{what}: {value:?} is read as {answer}"))
        .collect();
    eprintln!("{what}: {} values", values.len());
    report(&wrong);
}

#[test]
#[ignore = "needs the Python packages duckdb, datafusion and chdb"]
fn t2_and_t20_engines_read_back_every_text() {
    for (package, engine, language) in [
        ("duckdb", "duckdb", Language::DuckDb),
        ("datafusion", "datafusion", Language::DataFusion),
        ("chdb", "clickhouse", Language::ClickHouse),
    ] {
        let (values, queries) = equalities(language);
        let literal = |query: &String| query.split_once(" WHERE ").unwrap().1.split_once(" = ").unwrap().1.to_owned();
        let literals: Vec<_> = queries.iter().map(literal).collect();
        read_back(engine, &values, &parsed(package, json!({"engine": engine}), &literals));
    }
}

/// It takes the place of engines that cannot be installed from a registry.
#[test]
#[ignore = "needs the Python package sqlglot"]
fn t2_and_t20_sqlglot_reads_back_every_text() {
    for (dialect, language) in
        [("trino", Language::Trino), ("spark", Language::Spark), ("postgres", Language::Postgres)]
    {
        let (values, queries) = equalities(language);
        read_back(dialect, &values, &parsed("sqlglot", json!({"dialect": dialect}), &queries));
    }
}
