//! The smallest inputs for each check: one that it finds, and one that it does not.

use std::collections::BTreeSet;

use serde_json::Value;
use stixkit::validate::{CHECKS, Profile, Report};
use stixkit::{FindingKind, Reader};

/// A profile with all kinds.
fn everything() -> Profile {
    CHECKS.iter().fold(Profile::new("everything"), |profile, check| profile.with(check.kind))
}

/// The codes that some profile finds in a text.
fn codes(text: &str) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    for profile in [everything(), Profile::reading()] {
        let report = Report::read(profile, Reader::from_str(text)).expect("the limits are kept");
        assert!(report.findings().iter().all(|finding| !finding.message.is_empty()), "{text}");
        codes.extend(report.findings().iter().map(|finding| finding.code()));
    }
    codes
}

#[test]
fn each_check_finds_its_smallest_input_and_not_its_neighbour() {
    let cases = include_str!("../fixtures/validation/cases.jsonl");
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is an object");
        let text = |name: &str| case[name].as_str().expect("it is text").to_owned();
        let code = text("code");
        let (bad, good) = (codes(&text("bad")), codes(&text("good")));
        if !bad.contains(code.as_str()) || good.contains(code.as_str()) {
            wrong.push(format!("{code}: {bad:?}, {good:?}"));
        }
        let kind = FindingKind::from_code(&code).unwrap_or_else(|| panic!("no code {code}"));
        assert_eq!(kind.code(), code);
        seen.insert(code);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let missing: Vec<_> = CHECKS.iter().map(|check| check.code).filter(|code| !seen.contains(*code)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// Errors of a good input would make its case worthless.
#[test]
fn the_profile_spec_has_no_errors_in_good_inputs() {
    let cases = include_str!("../fixtures/validation/cases.jsonl");
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is an object");
        let text = case["good"].as_str().expect("it is text");
        let report = Report::read(Profile::spec(), Reader::from_str(text)).expect("the limits are kept");
        let is_other = case["code"] == "id-form";
        assert!(report.is_valid() || is_other, "{}: {report}", case["code"]);
    }
}

/// B08, B15, B17, B26, B27, B29, B32: inputs that were accepted without a finding.
#[test]
fn b_cases_are_found() {
    let made = r#""spec_version":"2.1","created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z""#;
    let uuid = "31b940d4-6f7f-459a-80ea-9c1f17b5891b";
    let with = |kind: &str, members: &str| format!(r#"{{"type":"{kind}","id":"{kind}--{uuid}",{made},{members}}}"#);
    let observable = |kind: &str, members: &str| format!(r#"{{"type":"{kind}","id":"{kind}--{uuid}",{members}}}"#);
    let tlp = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
    let old = r#""created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z","labels":["a"]"#;
    let cases = [
        (
            "B08",
            "lang-and-marking",
            with(
                "tool",
                &format!(
                    r#""name":"A","granular_markings":[{{"lang":"en","marking_ref":"{tlp}","selectors":["name"]}}]"#
                ),
            ),
        ),
        ("B15", "empty-list", with("note", r#""content":"a","object_refs":[]"#)),
        ("B15", "empty-list", observable("network-traffic", r#""protocols":[],"src_ref":"ipv4-addr--1""#)),
        ("B15", "empty-list", observable("file", r#""name":"a","hashes":{}"#)),
        (
            "B17",
            "timestamp-order-20",
            format!(
                r#"{{"type":"indicator","id":"indicator--{uuid}",{old},"pattern":"[file:size = 1]","valid_from":"2024-05-02T00:00:00Z","valid_until":"2024-05-01T00:00:00Z"}}"#
            ),
        ),
        (
            "B26",
            "selector",
            with(
                "tool",
                &format!(r#""name":"A","granular_markings":[{{"marking_ref":"{tlp}","selectors":["labels.[7]"]}}]"#),
            ),
        ),
        (
            "B26",
            "selector",
            with("tool", &format!(r#""name":"A","granular_markings":[{{"marking_ref":"{tlp}","selectors":["[0]"]}}]"#)),
        ),
        (
            "B27",
            "reference-target",
            with(
                "relationship",
                &format!(
                    r#""relationship_type":"uses","source_ref":"relationship--{uuid}","target_ref":"tool--{uuid}""#
                ),
            ),
        ),
        (
            "B27",
            "reference-target",
            with(
                "sighting",
                &format!(r#""sighting_of_ref":"indicator--{uuid}","where_sighted_refs":["indicator--{uuid}"]"#),
            ),
        ),
        (
            "B27",
            "reference-target",
            with("tool", &format!(r#""name":"A","object_marking_refs":["indicator--{uuid}"]"#)),
        ),
        ("B29", "value-form", observable("ipv4-addr", r#""value":"foo""#)),
        ("B29", "value-form", observable("artifact", r#""payload_bin":"not base64!""#)),
        ("B29", "hex", observable("file", r#""name":"a","magic_number_hex":"xyz""#)),
        ("B29", "value-form", observable("software", r#""name":"a","cpe":"invalid""#)),
        (
            "B32",
            "header-list",
            observable(
                "network-traffic",
                r#""protocols":["tcp"],"src_ref":"ipv4-addr--1","extensions":{"http-request-ext":{"request_method":"get","request_value":"/","request_header":{"Accept":"text/plain"}}}"#,
            ),
        ),
    ];
    for (name, code, text) in cases {
        assert!(codes(&text).contains(code), "{name} {code}: {text} has {:?}", codes(&text));
    }
}

/// B07: any number of digits and leap seconds are of the standard's form.
#[test]
fn b07_digits_and_leap_seconds_are_not_errors() {
    let text = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created":"2023-11-12T14:16:48.1699798608Z","modified":"2023-11-12T14:16:48.1699798608Z",
        "pattern":"[file:size = 1]","pattern_type":"stix","valid_from":"2016-12-31T23:59:60Z"}"#;
    let report = Report::read(Profile::spec(), Reader::from_str(text)).unwrap();
    assert!(report.is_valid(), "{report}");
}

/// B28: the same version with other content.
#[test]
fn b28_one_version_with_two_contents() {
    let one = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created":"2024-05-01T10:00:00.000Z","modified":"2024-05-01T10:00:00.000Z","pattern":"[file:size = 1]",
        "pattern_type":"stix","valid_from":"2024-05-01T10:00:00Z"}"#;
    let text = format!("[{one},{}]", one.replace("= 1", "= 2"));
    assert!(codes(&text).contains("version-conflict"));
    let reordered = one
        .replace(r#""spec_version":"2.1","#, "")
        .replace(r#""pattern_type":"stix","#, r#""spec_version":"2.1","pattern_type":"stix","#);
    let same = codes(&format!("[{one},{reordered}]"));
    assert!(same.contains("duplicate") && !same.contains("version-conflict"), "{same:?}");
}

#[test]
fn suggestions() {
    let uuid = "31b940d4-6f7f-459a-80ea-9c1f17b5891b";
    let cases = [
        (
            format!(r#"{{"type":"windows-registry-key","id":"windows-registry-key--{uuid}","key":"hklm\\a"}}"#),
            "registry-hive",
            "HKEY_LOCAL_MACHINE\\a",
        ),
        (format!(r#"{{"type":"file","id":"file--{uuid}","hashes":{{"sha256":"00"}}}}"#), "hash-name", "SHA-256"),
        (
            format!(r#"{{"type":"user-account","id":"user-account--{uuid}","account_type":"windows_local"}}"#),
            "vocabulary",
            "windows-local",
        ),
        (
            format!(r#"{{"type":"user-account","id":"user-account--{uuid}","user_id":"a","acount_login":"b"}}"#),
            "unknown-property",
            "account_login",
        ),
        (
            format!(r#"{{"type":"software","id":"software--{uuid}","name":"a","languages":["deu-AT"]}}"#),
            "language",
            "de-AT",
        ),
    ];
    for (text, code, suggestion) in cases {
        let report = Report::read(everything(), Reader::from_str(&text)).unwrap();
        let found = report.findings().iter().find(|finding| finding.code() == code);
        let found = found.unwrap_or_else(|| panic!("{code} is not in {report}"));
        assert_eq!(found.suggestion.as_deref(), Some(suggestion), "{code}");
    }
    let url = format!(r#"{{"type":"url","id":"url--{uuid}","value":"https://example.org/"}}"#);
    let report = Report::read(everything(), Reader::from_str(&url)).unwrap();
    let random = report.findings().iter().find(|finding| finding.code() == "random-id").unwrap();
    let object: stixkit::Object = serde_json::from_str(&url).unwrap();
    assert_eq!(random.suggestion, object.deterministic_id().map(|id| id.to_string()));
}

/// The profile `reading` reports what reading and `Object::check` find, and with their levels.
#[test]
fn reading_is_what_check_finds() {
    let folder = std::fs::read_dir("tests/fixtures/quirks").expect("there are fixtures");
    let files = folder.map(|entry| std::fs::read(entry.expect("it can be read").path()).expect("it can be read"));
    let feed = std::fs::read("tests/fixtures/feed.json").expect("it can be read");
    let mut count = 0;
    for bytes in files.chain([feed]) {
        for item in Reader::from_slice(&bytes) {
            let Some(object) = item.expect("the limits are kept").into_object() else { continue };
            let checked: Vec<_> = object.check().into_iter().map(|own| (own.kind, own.path)).collect();
            let validated = object.validate(&Profile::reading());
            assert_eq!(validated.into_iter().map(|own| (own.kind, own.path)).collect::<Vec<_>>(), checked);
            count += checked.len();
        }
    }
    assert!(count > 0);
}
