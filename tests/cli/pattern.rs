use serde_json::{Value, json};

use super::{command, run, run_with};

const NONE: [&str; 0] = [];

/// The cases of the tests are lines that the program reads; those with an error are not patterns.
#[test]
fn every_line_gets_an_answer() {
    let mut input = String::new();
    for file in ["accepted", "refused", "odd-cases"] {
        let file = format!("tests/fixtures/patterns/{file}.jsonl");
        input += &std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let cases: Vec<Value> = input.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect();
    // The last line has no newline.
    let bad = ["no JSON", "", r#"{"pattern":1}"#, r#"{"pattern":"[file:size = 1]","version":"1.0"}"#];
    input += &bad.join("\n");

    let ended = run_with(command("pattern", &NONE), input.as_bytes(), 0);
    let answers = ended.objects();
    assert_eq!(answers.len(), cases.len() + bad.len());
    let (answers, of_bad) = answers.split_at(cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        let is_good = case.get("error").is_none();
        assert_eq!(answer["ok"], is_good, "{case}: {answer}");
        if is_good {
            assert_eq!(answer["canonical"], case["canonical"], "{case}");
            assert!(answer["findings"].is_array(), "{answer}");
        } else {
            assert_eq!(answer["kind"], case["error"], "{case}");
            assert_eq!(answer["span"], case["span"], "{case}");
            assert!(answer["message"].is_string(), "{answer}");
        }
    }
    for answer in of_bad {
        let found = (&answer["ok"], &answer["kind"], &answer["span"]);
        assert_eq!(found, (&json!(false), &json!("InvalidInput"), &Value::Null));
    }
}

#[test]
fn a_pretty_pattern_is_a_tree_with_markers() {
    let ended = run("pattern", &["--pretty", "[file:name = 'a' OR file:size == 1]"], 0);
    assert!(ended.lines().iter().any(|line| line.starts_with("├─ file:name")), "no tree: {}", ended.text());
    assert!(ended.lines().iter().any(|line| line.ends_with("^^")), "no marker: {}", ended.text());
}

#[test]
fn a_fault_is_marked() {
    let ended = run("pattern", &["--pretty", "[file:size"], 2);
    assert!(ended.lines().iter().any(|line| line.ends_with('^')), "{}", ended.text());
}

#[test]
fn a_pattern_of_stix_20_comes_from_the_standard_input() {
    run_with(command("pattern", &["--pretty", "--version", "2.0", "-"]), b"[file:EXISTS = 1]\n", 0);
}

#[test]
fn an_unknown_option_is_refused() {
    run("pattern", &["--no-such-option"], 2);
}
