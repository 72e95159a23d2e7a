use serde_json::Value;

use super::{MISSING, run};

const PROGRAM: &str = "hunt";
const NONE: [&str; 0] = [];

#[test]
fn without_arguments_the_sample_is_hunted() {
    let ended = run(PROGRAM, &NONE, 0);
    assert_eq!(ended.count("refused"), 0, "{}", ended.err);
    assert!(ended.text().contains("// line 2 (exact), in DeviceNetworkEvents\n"), "{}", ended.text());
}

#[test]
fn the_same_report_is_hunted_everywhere() {
    for target in [
        "kql:defender",
        "kql:sentinel",
        "kql:asim",
        "sql:duckdb",
        "sql:trino:ocsf",
        "eql:ecs",
        "esql:ecs",
        "lucene:ecs",
        "spl:cim",
        "sigma",
    ] {
        let ended = run(PROGRAM, &["--target", target, "--format", "jsonl", "--policy", "any"], 0);
        let lines = ended.objects();
        assert_eq!(lines.len() as u64 + ended.count("refused"), ended.count("patterns"), "{target}");
        assert!(lines.len() >= 5, "{target}: {}", ended.err);
        for line in lines {
            let names: Vec<_> = line.as_object().unwrap().keys().collect();
            assert_eq!(names, ["fidelity", "id", "notes", "pattern", "queries"], "{target}");
            assert!(line["queries"].as_array().is_some_and(|queries| !queries.is_empty()), "{line}");
        }
    }
}

#[test]
fn a_batch_has_lookups_and_the_other_patterns() {
    let ended = run(PROGRAM, &["--batch", "--format", "jsonl"], 0);
    let lookups = ended.objects().iter().filter(|line| line["id"] == Value::Null).count() as u64;
    assert_eq!(lookups, ended.count("lookups"));
    assert!(lookups > 5, "{}", ended.text());
}

#[test]
fn bad_arguments_are_told() {
    for arguments in [&["--target", "kql"][..], &["--policy", "none"], &["--scope"], &["--nothing"], &[MISSING]] {
        let ended = run(PROGRAM, arguments, 2);
        assert!(ended.err.starts_with("hunt: "), "{}", ended.err);
    }
}

#[test]
fn reasons_are_counted() {
    let ended = run(PROGRAM, &["--target", "kql:asim", "--policy", "exact", "--reasons"], 0);
    let lines = ended.text().lines().map(|line| line.trim_start().split_once("  ").unwrap());
    let counted: u64 = lines.map(|(count, _)| count.parse::<u64>().unwrap()).sum();
    assert!(counted > 0 && counted == ended.count("refused"), "{}", ended.text());
}
