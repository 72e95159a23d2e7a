//! Reports: order, counts, formats, limits.

use serde_json::Value;
use stixkit::validate::{Checker, Profile, Report, write_sarif};
use stixkit::{Bundle, FindingKind, Level, Object, Reader};

const FEED: &str = r#"{"type": "bundle", "objects": [
    {"type": "identity", "spec_version": "2.1", "id": "identity--31b940d4-6f7f-459a-80ea-9c1f17b5891b", "name": ""},
    {"type": "report"},
    {"type": "url", "id": "url--9cbbaa77-f3b9-4f42-9be9-5aa4d2a3a3c6", "value": "a b"}
]}"#;

fn report(profile: Profile) -> Report {
    Report::read(profile, Reader::from_str(FEED)).expect("the limits are kept")
}

#[test]
fn findings_have_their_place() {
    let report = report(Profile::strict());
    let places: Vec<_> = report
        .findings()
        .iter()
        .map(|own| (own.code(), own.index, own.path.as_str(), own.position.map(|at| (at.line, at.column))))
        .collect();
    assert_eq!(
        places,
        [
            ("empty", Some(0), ".name", Some((2, 105))),
            ("missing", Some(0), ".created", Some((2, 5))),
            ("missing", Some(0), ".modified", Some((2, 5))),
            ("unreadable", Some(1), "$.objects[1]", Some((3, 5))),
            ("random-id", Some(2), ".id", Some((4, 21))),
            ("url", Some(2), ".value", Some((4, 72))),
            ("bundle-id", None, "$.id", None),
        ]
    );
    assert_eq!((report.items(), report.count(Level::Error), report.count(Level::Warning)), (3, 5, 2));
    assert_eq!(report.groups()[&FindingKind::Missing].len(), 2);
    assert_eq!(report.left_out(), 0);
}

#[test]
fn a_report_is_json() {
    let json: Value = serde_json::to_value(report(Profile::spec())).unwrap();
    assert_eq!((&json["profile"], &json["errors"], &json["items"]), (&"spec".into(), &5.into(), &3.into()));
    assert_eq!(json["counts"]["missing"], 2);
    let url = &json["findings"][3];
    assert_eq!((&url["code"], &url["section"], &url["line"]), (&"url".into(), &"6.15".into(), &4.into()));
    let line: Value =
        serde_json::from_str(&report(Profile::spec()).findings()[0].to_json_line("a \"b\".json")).unwrap();
    assert_eq!((&line["file"], &line["level"], &line["index"]), (&"a \"b\".json".into(), &"error".into(), &0.into()));
}

#[test]
fn a_report_is_sarif() {
    let (one, two) = (report(Profile::spec()), report(Profile::strict()));
    let mut out = Vec::new();
    write_sarif(&mut out, [("dir\\a b.json", &one), ("c.json", &two)]).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), one.findings().len() + two.findings().len());
    let place = &results[0]["locations"][0];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "dir/a%20b.json");
    assert_eq!(place["physicalLocation"]["region"]["startLine"], 2);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let has_rule = |result: &Value| rules.iter().any(|rule| rule["id"] == result["ruleId"]);
    assert!(results.iter().all(has_rule));
}

#[test]
fn a_bundle_and_a_stream_have_the_same_findings() {
    let bundle = Bundle::from_slice(FEED.as_bytes()).unwrap();
    let mut of_bundle: Vec<_> =
        bundle.check(&Profile::strict()).findings().iter().map(|own| (own.code(), own.path.clone())).collect();
    let streamed = Report::read(Profile::strict(), Reader::from_reader(FEED.as_bytes())).unwrap();
    let mut of_stream: Vec<_> = streamed.findings().iter().map(|own| (own.code(), own.path.clone())).collect();
    of_bundle.sort();
    of_stream.sort();
    assert_eq!(of_bundle, of_stream);
}

#[test]
fn references_are_an_option() {
    let text = r#"[{"type": "malware", "spec_version": "2.1", "id": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e", "created": "2024-05-01T10:00:00.000Z",
        "modified": "2024-05-01T10:00:00.000Z", "name": "A", "is_family": true,
        "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]}]"#;
    let codes = |profile| -> Vec<_> {
        let report = Report::read(profile, Reader::from_str(text)).unwrap();
        report.findings().iter().map(|own| own.code()).collect()
    };
    assert!(codes(Profile::strict()).is_empty());
    assert_eq!(codes(Profile::interop()), ["unresolved-creator"]);
    assert_eq!(codes(Profile::strict().with(FindingKind::DanglingReference)), ["dangling-reference"; 2]);
}

#[test]
fn what_an_object_can_have_is_limited() {
    let labels = vec!["\"\""; 5_000].join(",");
    let text = format!(
        r#"{{"type":"identity","id":"identity--31b940d4-6f7f-459a-80ea-9c1f17b5891b","name":"A","labels":[{labels}]}}"#
    );
    let object: Object = serde_json::from_str(&text).unwrap();
    let findings = object.validate(&Profile::strict());
    assert_eq!(findings.len(), 1_001);
    assert_eq!(findings.last().map(|own| own.kind), Some(FindingKind::More));
}

#[test]
fn many_objects_are_checked_in_linear_memory_and_never_stop() {
    let mut checker = Checker::new(Profile::interop().with(FindingKind::DanglingReference));
    let object: Object = serde_json::from_str(
        r#"{"type":"note","id":"note--31b940d4-6f7f-459a-80ea-9c1f17b5891b","content":"a","object_refs":["url--1"]}"#,
    )
    .unwrap();
    for _ in 0..1_000 {
        checker.check(&object);
    }
    assert_eq!(checker.count(), 1_000);
    assert_eq!(checker.finish().len(), 1);
}
