//! Matching, by cases in this folder, by the corpus, and by an oracle.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stixkit::matching::{Error, ErrorKind, Instants, Matcher, Observations, Options, Outcome, SkipReason};
use stixkit::pattern::{Parser, Version};
use stixkit::{Bundle, Json, Object, Properties};

use crate::checks;

#[cfg(feature = "arrow")]
mod batch;
mod correlator;
mod event;
mod hostile;
mod oracle;
mod set;
mod suppress;

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

fn cases(file: &str) -> Vec<Value> {
    lines(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matching").join(file))
}

fn version(case: &Value) -> Version {
    if case["version"] == "2.0" { Version::V20 } else { Version::V21 }
}

/// Compiles the pattern of a case.
fn matcher(case: &Value) -> Result<Matcher, Error> {
    let text = case["pattern"].as_str().unwrap_or_else(|| panic!("no pattern in {case}"));
    let pattern = Parser::new().with_version(version(case)).parse(text).unwrap_or_else(|error| panic!("{error:#}"));
    Matcher::new(&pattern)
}

fn is_match(matcher: &Matcher, observed: &Value) -> Result<bool, ErrorKind> {
    let json = Json::new(&observed.to_string()).unwrap();
    matcher.is_match(&Observations::from_json(&json)).map_err(|error| error.kind())
}

/// Observed data of a case: lists of a first and a last second, a number observed, and objects.
fn observed(list: &Value) -> Value {
    let observed_data = |first: &Value, last: &Value, count: &Value, objects: &Value| {
        let time = |second: &Value| format!("2020-01-01T00:00:{:06.3}Z", second.as_f64().unwrap());
        json!({
            "type": "observed-data",
            "first_observed": time(first),
            "last_observed": time(last),
            "number_observed": count,
            "objects": objects,
        })
    };
    let list = list.as_array().expect("it is a list");
    list.iter().map(|item| observed_data(&item[0], &item[1], &item[2], &item[3])).collect()
}

/// The objects of a case, observed once, with all the digits of their numbers.
fn observed_once(objects: &str) -> String {
    format!(
        r#"{{"type":"observed-data","id":"observed-data--1","created":"2020-01-01T00:00:00Z",
        "modified":"2020-01-01T00:00:00Z","first_observed":"2020-01-01T00:00:00Z",
        "last_observed":"2020-01-01T00:00:00Z","number_observed":1,"objects":{objects}}}"#
    )
}

/// Runs the cases of a file, each of which has a verdict.
fn run_all(file: &str) {
    let mut report = String::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matching").join(file);
    for line in fs::read_to_string(path).unwrap().lines() {
        let case: Properties = serde_json::from_str(line).unwrap();
        let text = |name: &str| case.parse::<Value>(name).transpose().unwrap().unwrap_or_default();
        let observed_data = match case.get("objects") {
            Some(objects) => observed_once(objects.as_json()),
            None => observed(&text("observed")).to_string(),
        };
        let json = Json::new(&observed_data).unwrap();
        let matcher = matcher(&json!({"pattern": text("pattern"), "version": text("version")}));
        let matcher = matcher.unwrap_or_else(|error| panic!("{error:#}"));
        let verdict = matcher.is_match(&Observations::from_json(&json));
        if verdict.as_ref().ok() != text("matches").as_bool().as_ref() {
            let _ = writeln!(report, "{}: {} is {verdict:?}", text("name"), text("pattern"));
        }
        if case.get("objects").is_some() {
            let object: Object = serde_json::from_str(&observed_data).unwrap();
            let typed = matcher.is_match(&Observations::new([&object])).ok();
            assert_eq!(typed, verdict.ok(), "{}: objects are not as JSON", text("name"));
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn tests_of_objects() {
    run_all("objects.jsonl");
}

#[test]
fn observations_and_qualifiers() {
    run_all("observations.jsonl");
}

#[test]
fn what_is_refused_has_a_kind_and_a_place() {
    let mut report = String::new();
    for case in cases("refused.jsonl") {
        let error = matcher(&case).expect_err(&case["pattern"].to_string());
        let mut kind = format!("{:?}", error.kind());
        kind.truncate(kind.find(' ').unwrap_or(kind.len()));
        let span = error.span().map(|span| json!([span.start, span.end]));
        let feature = match error.kind() {
            ErrorKind::UnsupportedRegex { feature } => json!(feature),
            _ => Value::Null,
        };
        if json!(kind) != case["error"] || span.as_ref() != Some(&case["span"]) || feature != case["feature"] {
            let _ = writeln!(report, "{}: {kind} {feature} at {span:?}: {error:#}", case["pattern"]);
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// What the corpus has another verdict on, with the reason.
const EXCEPTIONS: &[(&str, ErrorKind)] = &[
    // The grammar of STIX 2.1 does not allow a qualifier twice, and such a pattern must not match: it is refused.
    ("t0644", ErrorKind::DuplicateQualifier),
    ("t0648", ErrorKind::DuplicateQualifier),
];

fn run_corpus(file: &str) {
    let root = crate::corpus::folder();
    let mut report = String::new();
    for case in lines(&root.join("patterns").join(file)) {
        let exception = EXCEPTIONS.iter().find(|(id, _)| case["id"] == *id).map(|(_, kind)| *kind);
        let verdict = match matcher(&case) {
            Ok(matcher) => is_match(&matcher, &case["observed_data"]),
            Err(error) => Err(error.kind()),
        };
        let is_expected = match (verdict, case["spec"].as_bool()) {
            (Ok(verdict), Some(spec)) => verdict == spec,
            // The standard does not say.
            (Ok(_), None) => true,
            (Err(kind), _) => exception == Some(kind),
        };
        if !is_expected {
            let _ = writeln!(report, "{}: {} is {verdict:?}: {}", case["id"], case["pattern"], case["note"]);
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_match() {
    run_corpus("match.jsonl");
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_match_with_reasons() {
    run_corpus("match_dev.jsonl");
}

fn parse(pattern: &str) -> Matcher {
    matcher(&json!({"pattern": pattern})).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Two observed-data objects of STIX 2.1 that share an observable, one of which is listed and not given.
const BUNDLE: &str = r#"{"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--1",
     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
     "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
     "number_observed": 3, "object_refs": ["network-traffic--1", "ipv4-addr--1", "ipv4-addr--9"]},
    {"type": "network-traffic", "spec_version": "2.1", "id": "network-traffic--1",
     "protocols": ["tcp"], "src_ref": "ipv4-addr--9", "dst_ref": "ipv4-addr--1", "dst_port": 443},
    {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--1", "value": "198.51.100.7"},
    {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--2", "value": "198.51.100.8"},
    {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--2",
     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
     "first_observed": "2024-05-01T08:00:00Z", "last_observed": "2024-05-01T08:00:00Z",
     "number_observed": 1, "object_refs": ["network-traffic--1"]}
]}"#;

fn bundle() -> Bundle {
    Bundle::from_slice(BUNDLE.as_bytes()).unwrap()
}

#[test]
fn objects_and_json_are_the_same_observations() {
    let bundle = bundle();
    let json = Json::new(BUNDLE).unwrap();
    for observations in [Observations::new(bundle.objects()), Observations::from_json(&json)] {
        assert_eq!(observations.len(), 2);
        for (pattern, expected) in [
            ("[ipv4-addr:value = '198.51.100.7'] REPEATS 3 TIMES", true),
            ("[ipv4-addr:value = '198.51.100.7'] REPEATS 4 TIMES", false),
            // It was not observed.
            ("[ipv4-addr:value = '198.51.100.8']", false),
            ("[network-traffic:dst_ref.value = '198.51.100.7'] REPEATS 3 TIMES", true),
            // In the other observation the reference leads nowhere.
            ("[network-traffic:dst_ref.value = '198.51.100.7'] REPEATS 4 TIMES", false),
            ("[network-traffic:dst_port = 443] REPEATS 4 TIMES", true),
            ("[EXISTS network-traffic:src_ref AND NOT EXISTS network-traffic:src_ref.value]", true),
            ("[network-traffic:dst_port = 443] FOLLOWEDBY [ipv4-addr:value LIKE '%.7']", true),
        ] {
            assert_eq!(parse(pattern).is_match(&observations).ok(), Some(expected), "{pattern}");
        }
    }
}

#[test]
fn bindings_name_what_satisfies_each_part() {
    let bundle = bundle();
    let observations = Observations::new(bundle.objects());
    let text = "[network-traffic:dst_port = 443] FOLLOWEDBY ([url:value = 'a'] OR [ipv4-addr:value IN ('198.51.100.7')] \
                REPEATS 2 TIMES)";
    let binding = parse(text).matches(&observations).unwrap().unwrap();
    let bound: Vec<_> = binding
        .iter()
        .map(|bound| {
            let values: Vec<_> =
                bound.values.iter().map(|(span, value)| (&text[span.range()], format!("{value:?}"))).collect();
            (&text[bound.span.range()], bound.observation.id().unwrap(), bound.count, bound.objects[0].name(), values)
        })
        .collect();
    assert_eq!(bound.len(), 2);
    assert_eq!((bound[0].0, bound[0].2), ("[network-traffic:dst_port = 443]", 1));
    assert_eq!(
        (bound[1].0, bound[1].1, bound[1].2, bound[1].3),
        ("[ipv4-addr:value IN ('198.51.100.7')] REPEATS 2 TIMES", "observed-data--1", 2, "ipv4-addr--1")
    );
    assert_eq!(bound[1].4[0].0, "ipv4-addr:value");
    assert!(bound[1].4[0].1.contains("198.51.100.7"));
    assert!(matches!(binding.iter().last().unwrap().objects[0].object(), Some(Object::Ipv4Addr(_))));
}

#[test]
fn the_newest_version_counts_once() {
    let observed = |modified: &str, name: &str| {
        json!({"type": "observed-data", "id": "observed-data--1", "modified": modified, "number_observed": 1,
            "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
            "objects": {"0": {"type": "mutex", "name": name}}})
    };
    let list = json!([
        observed("2020-01-02T00:00:00Z", "b"),
        observed("2020-01-01T00:00:00Z", "a"),
        observed("2020-01-02T00:00:00.000Z", "b")
    ]);
    for (pattern, expected) in
        [("[mutex:name = 'b']", true), ("[mutex:name = 'b'] REPEATS 2 TIMES", false), ("[mutex:name = 'a']", false)]
    {
        assert_eq!(is_match(&parse(pattern), &list), Ok(expected), "{pattern}");
    }
}

#[test]
fn observed_data_that_is_not_clear_is_skipped_with_the_reason() {
    let observed = |id: &str, first: &str, last: &str, count: Value| {
        json!({"type": "observed-data", "id": id, "first_observed": first, "last_observed": last,
            "number_observed": count, "objects": {"0": {"type": "mutex", "name": "a"}}})
    };
    let list = json!([
        observed("a", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", json!(0)),
        observed("b", "2020-01-01T00:00:01Z", "2020-01-01T00:00:00Z", json!(1)),
        observed("c", "yesterday", "2020-01-01T00:00:00Z", json!(1)),
        observed("d", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", json!(1.5)),
        {"type": "observed-data"},
        [{"type": "bundle", "objects": [observed("e", "2020-01-01T00:00:00+01:00", "2020-01-01T00:00:00Z", json!(2.0))]}],
    ]);
    let json = Json::new(&list.to_string()).unwrap();
    let observations = Observations::from_json(&json);
    let skipped: Vec<_> =
        observations.skipped().iter().map(|skipped| (skipped.id.as_deref(), skipped.reason)).collect();
    assert_eq!(
        skipped,
        [
            (Some("a"), SkipReason::Count),
            (Some("b"), SkipReason::Reversed),
            (Some("c"), SkipReason::Times),
            (Some("d"), SkipReason::Count),
            (None, SkipReason::Times),
        ]
    );
    assert_eq!(observations.len(), 1);
    assert_eq!(parse("[mutex:name = 'a'] REPEATS 2 TIMES").is_match(&observations).ok(), Some(true));
}

#[test]
fn instants_are_an_option() {
    let mutex = |name: &str| json!({"0": {"type": "mutex", "name": name}});
    let list = json!([[0, 9, 1, mutex("a")], [5, 9, 1, mutex("b")]]);
    let json = Json::new(&observed(&list).to_string()).unwrap();
    let observations = Observations::from_json(&json);
    let pattern = Parser::new().parse("([mutex:name = 'a'] AND [mutex:name = 'b']) WITHIN 5 SECONDS").unwrap();
    for (instants, expected) in [(Instants::Interval, true), (Instants::FirstObserved, false)] {
        let matcher = Matcher::with_options(&pattern, Options::default().with_instants(instants)).unwrap();
        assert_eq!(matcher.is_match(&observations).ok(), Some(expected), "{instants:?}");
    }
}

#[test]
fn objects_alone() {
    let object: Object = serde_json::from_str(
        r#"{"type": "file", "id": "file--1", "name": "a", "size": 5, "parent_directory_ref": "directory--1"}"#,
    )
    .unwrap();
    for (pattern, expected) in [
        ("[file:size = 5]", Ok(true)),
        ("[file:size = 6] OR [file:name = 'a']", Ok(true)),
        ("[file:size = 6]", Ok(false)),
        ("[directory:path = 'a']", Ok(false)),
        ("[EXISTS file:parent_directory_ref]", Ok(true)),
        ("[EXISTS file:parent_directory_ref.path]", Ok(false)),
        ("[file:size = 5] WITHIN 5 SECONDS", Ok(true)),
        ("[file:size = 5] AND [file:size = 5]", Err(ErrorKind::NeedsObservations)),
        ("[file:size = 5] REPEATS 2 TIMES", Err(ErrorKind::NeedsObservations)),
        (
            "[file:size = 5] START t'2020-01-01T00:00:00Z' STOP t'2020-01-02T00:00:00Z'",
            Err(ErrorKind::NeedsObservations),
        ),
    ] {
        assert_eq!(parse(pattern).matches_object(&object).map_err(|error| error.kind()), expected, "{pattern}");
    }
}

#[test]
fn explanations_list_each_test() {
    let text =
        "[file:name = 'a' AND file:size NOT > 'x'] AND [file:name = 'a' OR url:value = 'b' OR file:mime_type != 'c']";
    let list = json!([{"type": "observed-data", "first_observed": "2020-01-01T00:00:00Z", "number_observed": 7,
        "last_observed": "2020-01-01T00:00:00Z", "objects": {"0": {"type": "file", "name": "a", "size": 5}}}]);
    let json = Json::new(&list.to_string()).unwrap();
    let explanation = parse(text).explain(&Observations::from_json(&json));
    let tests: Vec<_> = explanation.tests.iter().map(|test| (&text[test.span.range()], test.outcome)).collect();
    assert_eq!(
        tests,
        [
            ("file:name = 'a'", Outcome::True),
            ("file:size NOT > 'x'", Outcome::True),
            ("file:name = 'a'", Outcome::True),
            ("url:value = 'b'", Outcome::NoObject),
            ("file:mime_type != 'c'", Outcome::Absent),
        ]
    );
    let satisfied: Vec<_> = explanation.observations.iter().map(|observation| observation.satisfied_by).collect();
    assert_eq!(satisfied, [7, 7]);
}

#[test]
fn matchers_are_shared_between_threads() {
    fn check<T: Send + Sync>(_: &T) {}
    check(&parse("[a:b MATCHES 'c']"));
}

#[test]
fn seeds_decide_something() {
    let seeds = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds/match")).unwrap();
    let verdicts: Vec<_> =
        seeds.filter_map(|seed| checks::agrees_with_the_oracle(&fs::read(seed.unwrap().path()).unwrap())).collect();
    assert!(verdicts.contains(&true) && verdicts.contains(&false), "{verdicts:?}");
}
