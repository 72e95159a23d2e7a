use serde_json::{Value, json};

use super::{command, run, run_with, top};

const NONE: [&str; 0] = [];

/// The cases of the tests are lines that the program reads; those with an error are not patterns.
#[test]
fn every_line_gets_an_answer() {
    let mut input = String::new();
    for file in ["accepted", "refused", "odd-cases"] {
        let file = format!("tests/fixtures/patterns/{file}.jsonl");
        input += &std::fs::read_to_string(top().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
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

#[cfg(feature = "match")]
#[test]
fn patterns_are_matched_line_by_line() {
    let observed = json!([{"type": "observed-data", "number_observed": 2, "first_observed": "2024-05-01T09:00:00Z",
        "last_observed": "2024-05-01T09:00:00Z", "objects": {"0": {"type": "mutex", "name": "a"}}}]);
    let (mut input, mut expected) = (String::new(), Vec::new());
    for (pattern, version, answer) in [
        ("[mutex:name = 'a'] REPEATS 2 TIMES", "2.1", json!({"matches": true})),
        ("[mutex:name = 'b']", "2.0", json!({"matches": false})),
        ("[mutex:name = 'a'] REPEATS 1 TIMES REPEATS 2 TIMES", "2.0", json!({"matches": true})),
        ("[mutex:name = 'a'] REPEATS 1 TIMES REPEATS 2 TIMES", "2.1", json!({"error": "DuplicateQualifier"})),
        ("[mutex:name MATCHES '(?=a)']", "2.1", json!({"error": "UnsupportedRegex"})),
        ("[mutex:name = 'a'", "2.1", json!({"error": "UnclosedBracket"})),
    ] {
        let line = json!({"pattern": pattern, "version": version, "observed_data": observed});
        input += &format!("{line}\n");
        expected.push(answer);
    }
    // Digits beyond 64 bits are exact.
    input +=
        r#"{"pattern":"[x-a:v > 18446744073709551616]","observed_data":{"type":"observed-data","number_observed":1,
        "first_observed":"2024-05-01T09:00:00Z","last_observed":"2024-05-01T09:00:00Z",
        "objects":{"0":{"type":"x-a","v":18446744073709551617}}}}"#
            .replace('\n', "")
            .as_str();
    expected.push(json!({"matches": true}));
    for bad in ["", "no JSON", r#"{"pattern":"[mutex:name = 'a']"}"#] {
        input += &format!("\n{bad}");
        expected.push(json!({"error": "InvalidInput"}));
    }

    let ended = run_with(command("pattern", &["--match"]), input.as_bytes(), 0);
    let answers = ended.objects();
    assert_eq!(answers.len(), expected.len());
    for (answer, expected) in answers.iter().zip(&expected) {
        assert_eq!((answer.get("matches"), answer.get("error")), (expected.get("matches"), expected.get("error")));
        assert_eq!(answer.get("message").is_some(), answer.get("error").is_some(), "{answer}");
    }
}

#[test]
fn matching_and_showing_do_not_go_together() {
    run("pattern", &["--match", "--pretty", "[file:size = 1]"], 2);
}
