use std::collections::BTreeSet;

use serde_json::Value;

use super::{FEED, MISSING, run};

#[test]
fn the_sample_has_one_of_each_kind() {
    let ended = run("check", &["--format", "jsonl"], 1);
    let codes: BTreeSet<_> =
        ended.objects().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect();
    let known: BTreeSet<_> = stixkit::validate::CHECKS.iter().map(|check| check.code.to_owned()).collect();
    assert_eq!(codes, known);
    for finding in ended.objects() {
        let names = ["file", "index", "id", "code", "level", "section", "path", "message"];
        assert!(names.iter().all(|name| finding.get(name).is_some()), "{finding}");
    }
}

#[test]
fn formats_and_exit_codes() {
    let text = run("check", &["--profile", "reading", FEED], 1);
    assert!(text.lines().iter().all(|line| line.starts_with(FEED)), "{}", text.text());
    let sarif = run("check", &["--format", "sarif"], 1);
    let log: Value = serde_json::from_str(sarif.text()).expect("it is JSON");
    assert_eq!(log["version"], "2.1.0");
    run("check", &[MISSING], 2);
    run("check", &["--profile", "lenient", FEED], 2);
    run("check", &["--format", "xml", FEED], 2);
}
