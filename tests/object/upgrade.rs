//! From STIX 2.0 to 2.1: the cases of `fixtures/upgrade.json`. An identifier that is random ends in `--*` there.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;
use stixkit::{Bundle, Level, Object};

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
