//! The cases of the corpus: an input, and whether the standard forbids it.

use serde_json::Value;
use stixkit::validate::{Profile, Report};
use stixkit::{FindingKind, Level, Reader};

/// What differs from the level of the case, and why.
const DECIDED: &[(&str, Option<Level>, &str)] = &[
    ("id UUID upper case", Some(Level::Warning), "the standard is silent about the case of UUIDs"),
    ("lang not RFC 5646", None, "`foo` has the form of a tag, and no registry is looked up"),
    ("name_enc not IANA", None, "`foo` has the form of a name, and no registry is looked up"),
    ("protocol foo", None, "IANA's list of protocols is not looked up"),
    (
        "artifact without contributing properties, UUIDv5",
        Some(Level::Warning),
        "it has `hashes`, so version 5 is right",
    ),
    ("extension without extension_type", Some(Level::Warning), "required for new types and top-level properties only"),
    ("dictionary key upper case", Some(Level::Error), "the process has a UUID of version 5, too"),
    ("priority not *_CLASS", Some(Level::Error), "the process has a UUID of version 5, too"),
    ("bundle of 2.1 with spec_version", Some(Level::Advice), "readers of 2.1 do not mind"),
];

/// The worst level of the findings.
fn worst(report: &Report) -> Option<Level> {
    report.findings().iter().map(|finding| finding.level()).max()
}

#[test]
#[ignore = "needs the corpus"]
fn every_case_of_the_corpus_has_its_verdict() {
    let cases =
        std::fs::read_to_string(crate::corpus::folder().join("validation-cases.jsonl")).expect("the cases can be read");
    let (mut count, mut wrong) = (0, Vec::new());
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is an object");
        let (name, level) = (case["name"].as_str().unwrap(), case["level"].as_str().unwrap());
        let is_option = level == "option";
        let profile = match is_option {
            true => Profile::strict().with(FindingKind::DanglingReference),
            false => Profile::strict(),
        };
        let text = case["instance"].to_string();
        let report = Report::read(profile, Reader::from_str(&text)).expect("the limits are kept");
        let found = worst(&report);
        let is_right = match DECIDED.iter().find(|(own, ..)| *own == name) {
            Some((_, Some(Level::Error), _)) => found == Some(Level::Error),
            Some((_, expected, _)) => found < Some(Level::Error) && found >= *expected,
            None if level == "ok" => found < Some(Level::Error),
            None if level == "MUST" => found == Some(Level::Error),
            None => matches!(found, Some(Level::Warning | Level::Advice)),
        };
        if !is_right {
            wrong.push(format!("{name} ({level}): {report}"));
        }
        count += 1;
    }
    assert!(count >= 120 && wrong.is_empty(), "{count} cases, {} wrong: {wrong:#?}", wrong.len());
}
