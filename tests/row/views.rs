//! Rows of views are the rows of objects, byte for byte: see [`views`].

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use stixkit::Reader;
use stixkit::reader::ItemView;

use super::{FROM, ID};
use crate::checks::views;

/// Files below a folder of the tests.
fn each_file(folder: &Path, each: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_file(&path, each);
        } else {
            each(&path, &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn fixtures() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let (mut files, mut indicators) = (0, 0);
    for folder in ["fixtures", "seeds/read", "seeds/row_map", "regressions/read"] {
        each_file(&tests.join(folder), &mut |_, data| {
            files += 1;
            indicators += views(data);
        });
    }
    assert!(files > 100 && indicators > 200, "{files} files, {indicators} indicators");
}

#[test]
#[ignore = "needs the corpus"]
fn corpus() {
    let mut indicators = 0;
    each_file(&crate::corpus::folder().join("stix"), &mut |_, data| indicators += views(data));
    eprintln!("{indicators} indicators");
    assert!(indicators > 1000);
}

/// Properties of an indicator, each with values of its shape, and odd ones.
const MEMBERS: &[(&str, &[&str])] = &[
    ("type", &[r#""indicator""#, r#""identity""#, r#""\u0069ndicator""#, "null", "5"]),
    ("spec_version", &[r#""2.1""#, r#""2.0""#, r#""3""#, "null", "2.1"]),
    ("created", &[r#""2024-05-01T10:00:00.000Z""#, r#""2024-05-01T12:00:00+02:00""#, r#""2024-05-01""#, "null"]),
    ("modified", &[r#""2024-05-01T10:00:00.123456Z""#, r#""""#, "null", "1714557600"]),
    (
        "valid_from",
        &[r#""2024-05-01T10:00:00Z""#, r#""2024-05-01 10:00:00""#, r#""2024-15-01T10:00:00Z""#, "null", "[]"],
    ),
    ("valid_until", &[r#""2024-05-10T10:00:00Z""#, r#""2024-06-01""#, r#""soon""#, "null", "1717200000", "{}"]),
    ("revoked", &["true", "false", r#""True""#, r#""perhaps""#, "1", "null", "[]"]),
    ("confidence", &["85", "0", "85.0", "101", "-1", r#""85""#, r#""high""#, "null", "1e2"]),
    ("labels", &[r#"["a","b"]"#, "[]", "null", r#""botnet""#, r#"["a",5]"#, r#"["tlp:red","malicious-activity"]"#]),
    ("indicator_types", &[r#"["malicious-activity"]"#, "[]", r#""benign""#, r#"["benign","\u0061"]"#, "{}", "null"]),
    ("pattern_type", &[r#""stix""#, r#""STIX2""#, r#""yara""#, r#"["stix"]"#, "5", "null"]),
    ("pattern_version", &[r#""2.1""#, r#""2.0""#, "2.1", "null"]),
    ("name", &[r#""plain""#, r#""\"quoted\" \ud83d\ude00""#, r#""lone \ud83d""#, "null", "5", r#""""#]),
    ("description", &[r#""plain ünïcode""#, r#""two\nlines""#, "null", "[1]"]),
    ("created_by_ref", &[r#""identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e""#, r#""nobody""#, "null", "5"]),
    (
        "object_marking_refs",
        &[
            r#"["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]"#,
            r#"["marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6"]"#,
            r#""marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da""#,
            r#"["?"]"#,
            "[]",
            "[null]",
            "null",
            "{}",
        ],
    ),
    (
        "granular_markings",
        &[
            r#"[{"marking_ref":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","selectors":["name"]}]"#,
            r#"[{"lang":"de","selectors":["name"],"selectors":["x"]}]"#,
            r#"[{"marking_ref":5}]"#,
            "[]",
            "null",
            r#""x""#,
        ],
    ),
    (
        "kill_chain_phases",
        &[
            r#"[{"kill_chain_name":"mitre-attack","phase_name":"initial\u002daccess"}]"#,
            r#"[{"kill_chain_name":"a","phase_name":"b","x_own":1,"x_own":2}]"#,
            r#"[{"kill_chain_name":"a"}]"#,
            "[]",
            "null",
            "{}",
        ],
    ),
    (
        "external_references",
        &[
            r#"[{"source_name":"a","url":"https://example.org/\u0061"},{"source_name":"b","external_id":"T1"}]"#,
            r#"[{"source_name":"a","hashes":{"MD5":"00","MD5":"11"}}]"#,
            r#"[{"source_name":"a","url":"x","url":"y"}]"#,
            r#"[{"url":"https://example.org/"}]"#,
            r#"[{"source_name":"a","url":5}]"#,
            "[]",
            "null",
            r#""x""#,
        ],
    ),
    (
        "extensions",
        &[
            r#"{"sentinel-ext":{"severity":4}}"#,
            r#"{"sentinel-ext":{"severity":9}}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"pdf-ext":{"version":5}}"#,
            "{}",
            "null",
            "[]",
        ],
    ),
    ("lang", &[r#""en""#, "null", "5"]),
    ("defanged", &["true", "null", r#""no""#]),
    ("x_a", &["1", r#"{"b":[{}, null]}"#, r#""\ud83d""#, "[1, 2]", "[", "tru"]),
    ("x_b", &["null", "{}"]),
    ("own", &["5", "[ ]"]),
];

const PATTERNS: &[&str] = &[
    "[ipv4-addr:value = '192.0.2.1']",
    r"[file:name = 'it\\'s' OR url:value = 'http://example.org/']",
    r#"[file:hashes.'SHA-256' = 'AB' AND file:name = \"x\"]"#,
    "[file:name LIKE '%x']",
    "rule a { condition: true }",
    "",
];

/// A name as it may be written.
fn spelled(name: &str, is_escaped: bool) -> String {
    if !is_escaped {
        return format!("\"{name}\"");
    }
    let (first, rest) = name.split_at(1);
    format!("\"\\u{:04x}{rest}\"", first.as_bytes()[0])
}

fn member() -> impl Strategy<Value = String> {
    let values = prop::sample::select(MEMBERS).prop_flat_map(|(name, values)| {
        // The first values of a property are not odd.
        let value = prop_oneof![3 => prop::sample::select(&values[..1]), 2 => prop::sample::select(values)];
        (Just(name), value, prop::bool::weighted(0.05))
    });
    values.prop_map(|(name, value, is_escaped)| format!("{}:{value}", spelled(name, is_escaped)))
}

fn base() -> impl Strategy<Value = Vec<String>> {
    prop::sample::select(PATTERNS).prop_map(|pattern| {
        vec![
            "\"type\":\"indicator\"".to_owned(),
            format!("\"id\":\"{ID}\""),
            format!("\"pattern\":\"{pattern}\""),
            format!("\"valid_from\":\"{FROM}\""),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn odd_indicators(
        base in base(),
        more in prop::collection::vec(member(), 0..8),
        keeps in prop::collection::vec(prop::bool::weighted(0.95), 4),
        order in any::<Option<u64>>(),
        separator in prop::sample::select(&[",", " , ", ",\n\t"][..]),
    ) {
        let mut members: Vec<_> = base.into_iter().zip(keeps).filter_map(|(member, keep)| keep.then_some(member)).collect();
        members.extend(more);
        if let Some(order) = order {
            members.sort_by_key(|member| member.bytes().fold(order, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            }));
        }
        let object = format!("{{{}}}", members.join(separator));
        let marking = r#"{"type":"marking-definition","id":"marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6","definition_type":"tlp","definition":{"tlp":"?"}}"#;
        views(format!("[{marking},{object},{object}]").as_bytes());
        views(object.as_bytes());
    }
}

#[test]
fn what_most_feeds_send_is_a_view() {
    let members: Vec<_> = MEMBERS.iter().map(|(name, values)| format!("\"{name}\": {}", values[0])).collect();
    let text = format!("{{\"id\": \"{ID}\", \"pattern\": \"{}\", {}}}", PATTERNS[0], members.join(", "));
    assert_eq!(views(text.as_bytes()), 1);
    let mut reader = Reader::from_str(&text);
    let Some(Ok(ItemView::Indicator(view))) = reader.next_view() else { panic!("it is an indicator") };
    assert!(format!("{view:?}").contains("Excerpt"), "nothing about it is odd: {view:?}");
}

#[test]
fn both_ways_of_reading_take_turns() {
    let text = format!("[{}]", [r#"{"type":"indicator","id":"indicator--1","pattern":"[a:b = 1]"}"#; 4].join(","));
    let mut reader = Reader::from_str(&text);
    for index in [0, 2] {
        let Some(Ok(ItemView::Indicator(view))) = reader.next_view() else { panic!("it is an indicator") };
        assert_eq!(view.index(), index);
        let object = reader.next().unwrap().unwrap().into_object().unwrap();
        assert_eq!(object.type_name(), "indicator");
    }
    assert!(reader.next_view().is_none() && reader.next().is_none());
}
