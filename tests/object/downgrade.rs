//! From STIX 2.1 to 2.0: the cases of `fixtures/downgrade.json`, and what comes back of what was upgraded.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;
use stixkit::error::ErrorKind;
use stixkit::object::{ChangeKind, ObservedData};
use stixkit::{Bundle, FindingKind, Json, Level, Object};

use super::object;

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const RED: &str = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";

/// Name, objects of 2.1, and what they become.
fn read_cases() -> Vec<(String, Vec<Object>, Value)> {
    let text = include_str!("../fixtures/downgrade.json");
    let cases: Vec<HashMap<String, Box<RawValue>>> = serde_json::from_str(text).unwrap();
    let cases = cases.iter().map(|case| {
        let part = |name: &str| case[name].get();
        (
            part("name").to_owned(),
            serde_json::from_str(part("from")).unwrap(),
            serde_json::from_str(part("to")).unwrap(),
        )
    });
    cases.collect()
}

fn errors(object: &Object) -> Vec<String> {
    let findings = object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error);
    findings.map(|finding| finding.to_string()).collect()
}

#[test]
fn b25_cases() {
    let cases = read_cases();
    assert_eq!(cases.len(), 16);
    for (name, from, to) in cases {
        for object in &from {
            assert_eq!(errors(object), [""; 0], "{name}");
        }
        let downgrade = Bundle::new(from).downgrade();
        assert_eq!(serde_json::to_value(downgrade.bundle.objects()).unwrap(), to, "{name}");
        assert!(downgrade.refused.is_empty(), "{name}: {:?}", downgrade.refused);
        for object in downgrade.bundle.objects() {
            assert_eq!(errors(object), [""; 0], "{name}");
            assert_eq!(object.downgrade().unwrap(), *object, "{name}");
        }
    }
}

/// An object of 2.1 with these members.
fn new(type_name: &str, members: &str) -> String {
    format!(
        r#"{{"type":"{type_name}","spec_version":"2.1","id":"{type_name}--{UUID}",
        "created":"2016-04-06T20:03:48.000Z","modified":"2016-04-06T20:03:48.000Z",{members}}}"#
    )
}

#[test]
fn b25_what_has_no_place_is_refused() {
    let indicator = r#""valid_from":"2016-04-06T20:03:48Z""#;
    let url = "url--7a67ad68-c296-5b45-877a-901c4725ccff";
    for (type_name, members, reason) in [
        ("indicator", format!(r#"{indicator},"pattern_type":"sigma","pattern":"a""#), "sigma"),
        ("indicator", format!(r#"{indicator},"pattern_type":"stix","pattern":"[EXISTS file:name]""#), "EXISTS"),
        ("url", r#""value":"https://example.org/""#.into(), "observed data"),
        (
            "relationship",
            format!(r#""relationship_type":"uses","source_ref":"tool--{UUID}","target_ref":"{url}""#),
            url,
        ),
        ("sighting", format!(r#""sighting_of_ref":"{url}""#), url),
        ("report", format!(r#""name":"a","published":"2016-04-06T20:03:48Z","object_refs":["{url}"]"#), "nothing else"),
        (
            "observed-data",
            format!(
                r#""first_observed":"2016-04-06T20:03:48Z","last_observed":"2016-04-06T20:03:48Z","number_observed":1,
                "object_refs":["{url}"]"#
            ),
            "not there",
        ),
    ] {
        let error = object(&new(type_name, &members)).downgrade().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoPlace);
        assert!(error.to_string().contains(reason), "{error}");
    }
    let odd = new("tool", r#""name":"a""#).replace("2.1", "3.0");
    assert_eq!(object(&odd).downgrade().unwrap_err().kind(), ErrorKind::NoPlace);
}

fn observed(members: &str) -> String {
    let times = r#""first_observed":"2016-04-06T20:03:48Z","last_observed":"2016-04-06T20:03:48Z","number_observed":1"#;
    new("observed-data", &format!("{times},{members}"))
}

/// The observed data of a bundle that is downgraded.
fn downgraded(objects: &[&str]) -> (ObservedData, Vec<ChangeKind>) {
    let downgrade = Bundle::from_slice(format!("[{}]", objects.join(",")).as_bytes()).unwrap().downgrade();
    let observed = downgrade.bundle.of_type::<ObservedData>().next().expect("there is observed data").clone();
    (observed, downgrade.changes.iter().map(|change| change.kind).collect())
}

#[test]
fn b25_markings_of_observables_become_granular_ones() {
    let url = "url--7a67ad68-c296-5b45-877a-901c4725ccff";
    let observable =
        |markings: &str| format!(r#"{{"type":"url","id":"{url}","value":"https://example.org/"{markings}}}"#);
    let of = |marking: &str| format!(r#","object_marking_refs":["{marking}"]"#);
    for (own, inner, selectors) in [
        (of(GREEN), of(GREEN), &[][..]),
        (of(GREEN), of(RED), &[(RED, "objects.0")]),
        (of(RED), of(GREEN), &[]),
        (String::new(), of(GREEN), &[(GREEN, "objects.0")]),
        (
            String::new(),
            format!(r#","granular_markings":[{{"marking_ref":"{RED}","selectors":["value"]}}]"#),
            &[(RED, "objects.0.value")],
        ),
        (
            format!(
                r#","granular_markings":[{{"marking_ref":"{RED}","selectors":["object_refs.[0]","number_observed"]}}]"#
            ),
            of(RED),
            &[(RED, "objects.0"), (RED, "number_observed")],
        ),
        (
            format!(r#","granular_markings":[{{"marking_ref":"{RED}","selectors":["object_refs"]}}]"#),
            String::new(),
            &[(RED, "objects")],
        ),
    ] {
        let (old, _) = downgraded(&[&observed(&format!(r#""object_refs":["{url}"]{own}"#)), &observable(&inner)]);
        let found = old.common.granular_markings.iter().flat_map(|granular| {
            let marking = granular.marking_ref.as_ref().unwrap().to_string();
            granular.selectors.iter().map(move |selector| (marking.clone(), selector.clone()))
        });
        let found: Vec<_> = found.collect();
        let selectors: Vec<_> = selectors.iter().map(|(id, path)| ((*id).to_owned(), (*path).to_owned())).collect();
        assert_eq!(found, selectors, "{own} {inner}");
        let old = Object::from(old);
        assert!(selectors.iter().all(|(_, selector)| old.select(selector).is_some()), "{selectors:?}");
    }
}

#[test]
fn b25_references_lead_into_the_dictionary_or_are_kept() {
    let file = format!(
        r#"{{"type":"file","id":"file--{UUID}","name":"a","parent_directory_ref":"directory--{UUID}","content_ref":"artifact--{UUID}",
        "contains_refs":["url--{UUID}","directory--{UUID}"],"x_case_ref":"identity--{UUID}"}}"#
    );
    let directory = format!(r#"{{"type":"directory","id":"directory--{UUID}","path":"/"}}"#);
    let refs = format!(r#""object_refs":["file--{UUID}","relationship--{UUID}"]"#);
    let (old, changes) = downgraded(&[&file, &directory, &observed(&refs)]);
    let written = serde_json::to_value(&old).unwrap();
    assert_eq!(
        written["objects"],
        serde_json::json!({
            "0": {"type": "file", "name": "a", "parent_directory_ref": "1", "x_content_ref": format!("artifact--{UUID}"),
                "contains_refs": ["1"], "x_contains_refs": [format!("url--{UUID}")], "x_case_ref": format!("identity--{UUID}")},
            "1": {"type": "directory", "path": "/"},
        })
    );
    assert_eq!(written["x_object_refs"], serde_json::json!([format!("relationship--{UUID}")]));
    assert_eq!(changes.iter().filter(|kind| **kind == ChangeKind::Dropped).count(), 2);
}

#[test]
fn b25_an_observable_that_others_differ_from_is_not_lost() {
    let url = |more: &str| format!(r#"{{"type":"url","id":"url--{UUID}","value":"https://example.org/"{more}}}"#);
    let bundle =
        format!("[{},{},{}]", url(r#","x_seen":1"#), url(""), observed(&format!(r#""object_refs":["url--{UUID}"]"#)));
    let downgrade = Bundle::from_slice(bundle.as_bytes()).unwrap().downgrade();
    assert_eq!((downgrade.bundle.objects().len(), downgrade.refused.len()), (1, 1));
}

/// Each observed-data object would contain all observables, which are in a chain.
#[test]
fn b25_copies_are_bounded() {
    let (count, text) = (200, "a".repeat(10_000));
    let mut objects: Vec<String> = (0..count)
        .map(|at: u32| {
            let next = (at + 1) % count;
            format!(
                r#"{{"type":"directory","id":"directory--8e2e2d2b-17d4-4cbf-938f-{at:012}","path":"{text}",
                "contains_refs":["directory--8e2e2d2b-17d4-4cbf-938f-{next:012}"]}}"#
            )
        })
        .collect();
    let refs = r#""object_refs":["directory--8e2e2d2b-17d4-4cbf-938f-000000000000"]"#;
    objects.extend((0..100).map(|at| observed(refs).replace(UUID, &format!("8e2e2d2b-17d4-4cbf-938f-{at:012}"))));
    let bundle = Bundle::from_slice(format!("[{}]", objects.join(",")).as_bytes()).unwrap().downgrade();
    assert!((16..40).contains(&bundle.bundle.objects().len()), "{}", bundle.bundle.objects().len());
    assert_eq!(bundle.bundle.objects().len() + bundle.refused.len(), 100);
}

/// The cases of the upgrade, and what of them does not come back as it was.
#[test]
fn b25_what_was_upgraded_comes_back() {
    let different = [
        "types that are there already stay",
        "objects of STIX 2.1 and observables at the top stay",
        "renamed and dropped properties of observables",
        "a process has a random identifier, and its names move",
        "equal observables become one, and what is no observable is kept",
        "an observable keeps an identifier of its own if no other follows from its properties",
    ];
    let text = include_str!("../fixtures/upgrade.json");
    let cases: Vec<HashMap<String, Box<RawValue>>> = serde_json::from_str(text).unwrap();
    let mut found = Vec::new();
    for case in &cases {
        let objects: Vec<Object> = serde_json::from_str(case["from"].get()).unwrap();
        let old = Bundle::new(objects.clone()).upgrade().downgrade().bundle;
        let text = |objects: &[Object]| Json::new(&serde_json::to_string(objects).unwrap()).unwrap();
        if text(old.objects()) != text(&objects) {
            let name: String = serde_json::from_str(case["name"].get()).unwrap();
            found.push(name);
        }
    }
    assert_eq!(found, different);
}

#[test]
fn b25_hashes_of_20_are_no_findings() {
    let file = format!(r#"{{"type":"file","id":"file--{UUID}","hashes":{{"SSDEEP":"3:a:b"}}}}"#);
    let (old, _) = downgraded(&[&file, &observed(&format!(r#""object_refs":["file--{UUID}"]"#))]);
    assert!(Object::from(old).check().iter().all(|finding| finding.kind != FindingKind::HashName));
}
