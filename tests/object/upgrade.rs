//! From STIX 2.0 to 2.1: the cases of `fixtures/upgrade.json`. An identifier that is random ends in `--*` there.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;
use stixkit::object::{ChangeKind, ObservedData};
use stixkit::{Bundle, FindingKind, Identifier, Level, Object};

use super::object;

/// Replaces random UUIDs, which are those of version 4 that the input has not, by `*`.
fn mask(value: &mut Value, input: &str) {
    match value {
        Value::String(text) => {
            if let Some((prefix, uuid)) = text.split_once("--")
                && uuid.len() == 36
                && uuid.as_bytes()[14] == b'4'
                && !input.contains(uuid)
            {
                *text = format!("{prefix}--*");
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| mask(element, input)),
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, input)),
        _ => {}
    }
}

/// Name, objects of 2.0 as they stand in the file, and what they become.
fn read_cases() -> Vec<(String, String, Value)> {
    let text = include_str!("../fixtures/upgrade.json");
    let cases: Vec<HashMap<String, Box<RawValue>>> = serde_json::from_str(text).unwrap();
    let cases = cases.iter().map(|case| {
        let part = |name: &str| case[name].get();
        (part("name").to_owned(), part("from").to_owned(), serde_json::from_str(part("to")).unwrap())
    });
    cases.collect()
}

fn read(objects: &str) -> Vec<Object> {
    serde_json::from_str(objects).unwrap()
}

#[test]
fn cases() {
    for (name, from, to) in read_cases() {
        let upgraded: Vec<Object> = read(&from).into_iter().flat_map(Object::upgrade).collect();
        let mut upgraded = serde_json::to_value(&upgraded).unwrap();
        mask(&mut upgraded, &from);
        assert_eq!(upgraded, to, "{name}");
    }
    assert_eq!(read_cases().len(), 17);
}

#[test]
fn upgrading_twice_is_upgrading_once() {
    for (name, from, _) in read_cases() {
        for object in read(&from) {
            let once = object.upgrade();
            let twice: Vec<Object> = once.iter().cloned().flat_map(Object::upgrade).collect();
            assert_eq!(twice, once, "{name}");
        }
    }
}

#[test]
fn a_bundle_loses_its_version_and_its_repeated_observables() {
    let observed = |id: u32| {
        format!(
            r#"{{"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448c{id}",
            "created": "2016-04-06T19:58:16.000Z", "modified": "2016-04-06T19:58:16.000Z",
            "first_observed": "2015-12-21T19:00:00Z", "last_observed": "2015-12-21T19:00:00Z", "number_observed": 1,
            "objects": {{"0": {{"type": "ipv4-addr", "value": "198.51.100.3"}},
                "1": {{"type": "domain-name", "value": "{id}.example.org", "resolves_to_refs": ["0"]}}}}}}"#
        )
    };
    let text = format!(
        r#"{{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "spec_version": "2.0",
        "objects": [{}, {}]}}"#,
        observed(1),
        observed(2)
    );
    let bundle = Bundle::from_slice(text.as_bytes()).unwrap().upgrade();
    let types: Vec<_> = bundle.objects().iter().map(Object::type_name).collect();
    assert_eq!(types, ["ipv4-addr", "domain-name", "observed-data", "domain-name", "observed-data"]);
    assert_eq!(bundle.members().get("spec_version"), None);
    for object in bundle.objects() {
        let errors = object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error);
        assert_eq!(errors.count(), 0, "{object:?}");
        for reference in object.references() {
            assert!(bundle.get(&reference.target).is_some(), "{reference:?}");
        }
    }
}

/// A property that leads to another and back is no way to keep the crate busy.
#[test]
fn a_long_chain_of_references_takes_linear_time() {
    let count = 20_000;
    let files: Vec<String> = (0..count)
        .map(|at| {
            let next = (at + 1) % count;
            let extension = format!(r#"{{"archive-ext": {{"contains_refs": ["{next}"]}}}}"#);
            format!(r#""{at}": {{"type": "file", "name": "{at}", "extensions": {extension}}}"#)
        })
        .collect();
    let head = r#""type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
        "first_observed": "2015-12-21T19:00:00Z", "last_observed": "2015-12-21T19:00:00Z", "number_observed": 1"#;
    let text = format!("{{{head}, \"objects\": {{{}}}}}", files.join(","));
    assert_eq!(object(&text).upgrade().len(), count + 1);
}

const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
const AMBER: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
const RED: &str = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
const STATEMENT: &str = "marking-definition--d81f86b9-975b-4c0b-875e-810c5ad45a4f";

/// Observed data of STIX 2.0 with these observables and more members, whose id ends in this digit.
fn observed(digit: u32, objects: &str, more: &str) -> String {
    format!(
        r#"{{"type":"observed-data","id":"observed-data--b67d30ff-02ac-498a-92f9-32f845f448c{digit}",
        "created":"2016-04-06T19:58:16.000Z","modified":"2016-04-06T19:58:16.000Z",
        "first_observed":"2015-12-21T19:00:00Z","last_observed":"2015-12-21T19:00:00Z","number_observed":1,
        "objects":{{{objects}}}{more}}}"#
    )
}

fn markings(object: &Object) -> Vec<String> {
    object.common().object_marking_refs.iter().map(ToString::to_string).collect()
}

/// The observed-data object after its observables.
fn last(objects: &[Object]) -> &ObservedData {
    objects.last().and_then(|object| object.try_into().ok()).expect("it is observed data")
}

/// Markings of the object, granular ones by marking and selectors, those of the observables 0 and 1, and the selectors
/// afterwards.
#[test]
fn b05_markings_of_observed_data_are_those_of_its_observables() {
    let url =
        r#""0":{"type":"ipv4-addr","value":"198.51.100.3"},"1":{"type":"url","value":"http://example.com/secret"}"#;
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], [&'a [&'a str]; 2], &'a [&'a str]);
    let cases: [Case<'_>; 9] = [
        (&[RED], &[], [&[RED], &[RED]], &[]),
        (&[], &[(RED, "objects.1.value")], [&[], &[RED]], &["object_refs.[1]"]),
        (&[GREEN], &[(RED, "objects.1.value")], [&[GREEN], &[RED]], &["object_refs.[1]"]),
        (&[RED], &[(GREEN, "objects.1")], [&[RED], &[RED]], &["object_refs.[1]"]),
        (&[STATEMENT], &[(GREEN, "objects.1")], [&[STATEMENT], &[GREEN, STATEMENT]], &["object_refs.[1]"]),
        (&[], &[(AMBER, "objects")], [&[AMBER], &[AMBER]], &["object_refs"]),
        (&[], &[(AMBER, "objects.7.value")], [&[AMBER], &[AMBER]], &["object_refs"]),
        (&[], &[(AMBER, "objects.10.value")], [&[AMBER], &[AMBER]], &["object_refs"]),
        (&[], &[(RED, "number_observed")], [&[], &[]], &["number_observed"]),
    ];
    for (object_markings, granular, expected, selectors) in cases {
        let granular: Vec<_> = granular
            .iter()
            .map(|(marking, selector)| format!(r#"{{"marking_ref":"{marking}","selectors":["{selector}"]}}"#))
            .collect();
        let more =
            format!(r#","object_marking_refs":{object_markings:?},"granular_markings":[{}]"#, granular.join(","));
        let upgraded = object(&observed(1, url, &more)).upgrade();
        assert_eq!([markings(&upgraded[0]), markings(&upgraded[1])], expected, "{more}");
        let own = last(&upgraded);
        let selected: Vec<&String> = own.common.granular_markings.iter().flat_map(|own| &own.selectors).collect();
        assert_eq!(selected, selectors, "{more}");
        assert_eq!(markings(upgraded.last().unwrap()), object_markings);
        for selector in selected {
            assert!(upgraded.last().unwrap().select(selector).is_some(), "{selector}");
        }
    }
}

#[test]
fn b05_names_with_dots_are_selected() {
    let objects =
        r#""a":{"type":"url","value":"https://a.example/"},"a.b":{"type":"url","value":"https://b.example/"}"#;
    let granular = format!(r#","granular_markings":[{{"marking_ref":"{RED}","selectors":["objects.a.b.value"]}}]"#);
    let upgraded = object(&observed(1, objects, &granular)).upgrade();
    assert_eq!([markings(&upgraded[0]), markings(&upgraded[1])], [vec![], vec![RED.to_owned()]]);
}

#[test]
fn b05_a_shared_observable_has_the_strictest_marking() {
    let url = r#""0":{"type":"url","value":"http://example.com/secret"}"#;
    let other = r#""0":{"type":"url","value":"http://example.com/secret","x_seen":2}"#;
    let marked = |marking: &str| format!(r#","object_marking_refs":["{marking}"]"#);
    let vendor = format!(r#"{{"type":"marking-definition","id":"{STATEMENT}","definition":{{"tlp":"red"}}}}"#);
    for (first, second, objects, expected) in [
        (GREEN, RED, [url, url], vec![vec![RED]]),
        (RED, GREEN, [url, url], vec![vec![RED]]),
        (GREEN, GREEN, [url, url], vec![vec![GREEN]]),
        (RED, GREEN, [url, other], vec![vec![RED], vec![RED]]),
        (GREEN, RED, [url, other], vec![vec![RED], vec![RED]]),
        // What is known of it is in the bundle.
        (STATEMENT, GREEN, [url, url], vec![vec![STATEMENT]]),
    ] {
        let bundle = format!(
            "[{vendor},{},{}]",
            observed(1, objects[0], &marked(first)),
            observed(2, objects[1], &marked(second))
        );
        let bundle = Bundle::from_slice(bundle.as_bytes()).unwrap().upgrade();
        let urls: Vec<_> = bundle.objects().iter().filter(|object| object.type_name() == "url").map(markings).collect();
        assert_eq!(urls, expected, "{first} {second}");
    }
}

/// Copies of many markings for many observables would be more than the input.
#[test]
fn too_many_markings_are_not_copied() {
    let refs = |count: u32| -> String {
        let refs: Vec<_> =
            (0..count).map(|at| format!("\"marking-definition--d81f86b9-975b-4c0b-875e-{at:012}\"")).collect();
        format!(r#","object_marking_refs":[{}]"#, refs.join(","))
    };
    let url = r#""0":{"type":"url","value":"http://example.com/"}"#;
    for (count, types) in [(64, vec!["url", "observed-data"]), (65, vec!["observed-data"])] {
        let upgraded = object(&observed(1, url, &refs(count))).upgrade_with_changes();
        let found: Vec<_> = upgraded.objects.iter().map(Object::type_name).collect();
        assert_eq!(found, types, "{count}");
        assert_eq!(last(&upgraded.objects).objects.len(), usize::from(count > 64));
        assert_eq!(upgraded.changes.len(), usize::from(count > 64), "{:?}", upgraded.changes);
    }
}

#[test]
fn b09_nested_hashes_are_spelled_as_in_21() {
    let hashes = r#"{"ssdeep":"3:a:b"}"#;
    let file = format!(
        r#""0":{{"type":"file","name":"a.exe","hashes":{hashes},"extensions":{{
        "windows-pebinary-ext":{{"pe_type":"exe","file_header_hashes":{hashes},"optional_header":{{"hashes":{hashes}}},
            "sections":[{{"name":".text","hashes":{hashes}}}]}},
        "ntfs-ext":{{"alternate_data_streams":[{{"name":"s","hashes":{hashes}}}]}}}}}},
        "1":{{"type":"x509-certificate","hashes":{hashes}}},"2":{{"type":"artifact","url":"https://example.org/","hashes":{hashes}}}"#
    );
    let references =
        format!(r#","external_references":[{{"source_name":"a","url":"https://example.org/","hashes":{hashes}}}]"#);
    let upgraded = object(&observed(1, &file, &references)).upgrade();
    let written = serde_json::to_string(&upgraded).unwrap();
    assert_eq!((written.matches("\"SSDEEP\"").count(), written.matches("\"ssdeep\"").count()), (8, 0), "{written}");
    for object in &upgraded {
        assert!(object.check().iter().all(|finding| finding.kind != FindingKind::HashName));
        assert_eq!(object.deterministic_id().unwrap_or_else(|| object.id().clone()), *object.id());
    }
}

#[test]
fn b09_no_hash_is_lost_to_another() {
    for (hashes, expected, changes) in [
        (r#"{"md5":"aa","MD5":"bb"}"#, r#"{"md5":"aa","MD5":"bb"}"#, 0),
        (r#"{"md5":"aa","MD5":"AA"}"#, r#"{"MD5":"AA"}"#, 1),
        (r#"{"md5":"aa","Md5":"bb"}"#, r#"{"MD5":"aa","Md5":"bb"}"#, 0),
        (r#"{"sha256":"aa","x":"bb"}"#, r#"{"SHA-256":"aa","x":"bb"}"#, 0),
    ] {
        let upgraded =
            object(&observed(1, &format!(r#""0":{{"type":"file","hashes":{hashes}}}"#), "")).upgrade_with_changes();
        let own = upgraded.objects[0].property("hashes").unwrap();
        assert_eq!(serde_json::to_string(&own).unwrap(), expected);
        assert_eq!(upgraded.changes.len(), changes);
    }
}

#[test]
fn b10_values_of_header_fields_are_lists() {
    let fields = r#"{"X-Mailer":"Mutt","Received":["a","b"],"X-Odd":7}"#;
    let message = format!(r#""0":{{"type":"email-message","is_multipart":false,"additional_header_fields":{fields}}}"#);
    let upgraded = object(&observed(1, &message, "")).upgrade();
    let own = upgraded[0].property("additional_header_fields").unwrap();
    assert_eq!(serde_json::to_string(&own).unwrap(), r#"{"X-Mailer":["Mutt"],"Received":["a","b"],"X-Odd":7}"#);
}

#[test]
fn b11_local_names_in_custom_extensions_are_replaced() {
    let id = "url--7a67ad68-c296-5b45-877a-901c4725ccff";
    let deep = format!("{}{}{}", r#"{"a":["#.repeat(40), r#"{"b_ref":"1"}"#, "]}".repeat(40));
    let objects = format!(
        r#""0":{{"type":"file","name":"a","x_meta":{{"list_refs":["1","2",["1"]],"plain":"1"}},"extensions":{{
            "x-vendor-ext":{{"parent_ref":"1","list_refs":["1"],"deep":{deep}}},
            "windows-pebinary-ext":{{"pe_type":"exe","sections":[{{"name":"s","x_at_ref":"1"}}]}}}}}},
        "1":{{"type":"url","value":"https://example.org/"}},
        "3":{{"type":"process","pid":1,"environment_variables":{{"HOME_ref":"1"}}}}"#
    );
    let upgraded = object(&observed(1, &objects, "")).upgrade();
    let written = serde_json::to_string(&upgraded[0]).unwrap();
    assert_eq!(written.matches(id).count(), 6, "{written}");
    assert!(written.contains(r#""plain":"1""#) && written.contains(r#""2""#), "{written}");
    assert!(serde_json::to_string(&upgraded[2]).unwrap().contains(r#"{"HOME_ref":"1"}"#));
}

#[test]
fn b12_names_are_replaced_once() {
    let (first, second) = ("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "198.51.100.9");
    let objects = format!(
        r#""ip":{{"type":"ipv4-addr","value":"198.51.100.3"}},"{first}":{{"type":"ipv4-addr","value":"{second}"}},
        "t":{{"type":"network-traffic","src_ref":"ip","dst_ref":"{first}","protocols":["tcp"],"x_ref":"ip"}}"#
    );
    let upgraded = object(&observed(1, &objects, "")).upgrade();
    let ids: Vec<_> = upgraded.iter().map(Object::id).collect();
    assert_eq!((upgraded.len(), ids[0].to_string().as_str()), (4, first));
    assert_ne!(ids[0], ids[1]);
    for observable in &upgraded[..3] {
        assert_eq!(observable.deterministic_id().as_ref(), Some(observable.id()));
    }
    let Object::NetworkTraffic(traffic) = &upgraded[2] else { panic!("it is traffic") };
    assert_eq!((traffic.src_ref.as_ref(), traffic.dst_ref.as_ref()), (Some(ids[0]), Some(ids[1])));
    assert_eq!(traffic.custom.parse::<String>("x_ref").unwrap().unwrap(), first);
    let references: Vec<Identifier> = last(&upgraded).object_refs.clone();
    assert_eq!(references.iter().collect::<Vec<_>>(), ids[..3]);
}

/// What an upgrade reports: kind and place, for observables.
#[test]
fn changes_are_told() {
    use ChangeKind::{Dangling, Kept, Marking, Merged, RandomId};
    let granular = format!(r#","granular_markings":[{{"marking_ref":"{RED}","selectors":["objects.0"]}}]"#);
    for (objects, more, expected) in [
        (r#""0":{"type":"url","value":"u"}"#, "", vec![]),
        (r#""0":{"type":"process","pid":1}"#, "", vec![(RandomId, ".objects.0")]),
        (r#""0":{"type":"process","name":"a"}"#, "", vec![(Kept, ".objects.0.name"), (RandomId, ".objects.0")]),
        (r#""0":{"type":"url"}"#, "", vec![(Kept, ".objects")]),
        (
            r#""0":{"type":"file","name":"a","extensions":{"archive-ext":{"contains_refs":["9"],"version":"1"}}}"#,
            "",
            vec![(Kept, ".objects.0.extensions.archive-ext.version"), (Dangling, ".objects.0")],
        ),
        (r#""0":{"type":"url","value":"u"},"1":{"type":"url","value":"u"}"#, "", vec![(Merged, ".objects.1")]),
        (r#""0":{"type":"url","value":"u"}"#, &granular, vec![(Marking, ".granular_markings[0]")]),
    ] {
        let upgraded = object(&observed(1, objects, more)).upgrade_with_changes();
        let changes: Vec<_> = upgraded.changes.iter().map(|change| (change.kind, change.path.as_str())).collect();
        assert_eq!(changes, expected, "{objects}");
        assert!(upgraded.changes.iter().all(|change| change.id == *upgraded.objects.last().unwrap().id()));
    }
}

#[test]
fn selectors_of_labels_lead_to_where_these_went() {
    let selected = |type_name: &str, selector: &str| -> Vec<String> {
        let text = format!(
            r#"{{"type":"{type_name}","id":"{type_name}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","name":"A",
            "labels":["own","remote-access","own too"],"granular_markings":[{{"marking_ref":"{RED}","selectors":["{selector}"]}}]}}"#
        );
        object(&text).upgrade()[0].common().granular_markings[0].selectors.clone()
    };
    for (type_name, selector, expected) in [
        ("tool", "labels.[0]", &["labels.[0]"][..]),
        ("tool", "labels.[1]", &["tool_types.[0]"]),
        ("tool", "labels.[2]", &["labels.[1]"]),
        ("tool", "labels", &["labels", "tool_types"]),
        ("tool", "name", &["name"]),
        ("identity", "labels.[1]", &["roles.[1]"]),
        ("campaign", "labels.[1]", &["labels.[1]"]),
    ] {
        assert_eq!(selected(type_name, selector), expected, "{type_name} {selector}");
    }
}
