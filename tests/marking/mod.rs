//! Who may get an object.

mod limits;
mod properties;

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::marking::{Audience, Effective, Markings, Notice, Verdict};

/// Each line has an object, or the properties that it has beyond those of a plain indicator, the
/// definitions that are known, and questions with their answers.
const CASES: &str = include_str!("cases.jsonl");

pub(crate) fn object(properties: &Value) -> Object {
    let mut object = json!({"type": "indicator", "spec_version": "2.1",
        "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "created": "2024-05-01T10:00:00.000Z",
        "modified": "2024-05-01T10:00:00.000Z", "pattern": "[ipv4-addr:value = '192.0.2.1']", "pattern_type": "stix",
        "valid_from": "2024-05-01T10:00:00Z"});
    if properties.get("type").is_some() {
        object = json!({});
    }
    for (name, value) in properties.as_object().unwrap() {
        object[name] = value.clone();
    }
    serde_json::from_value(object).unwrap()
}

fn objects(list: &Value) -> Vec<Object> {
    list.as_array().into_iter().flatten().map(|object| serde_json::from_value(object.clone()).unwrap()).collect()
}

fn audience(name: &Value) -> Audience {
    Audience::ALL.into_iter().find(|audience| audience.as_str() == name).unwrap()
}

fn verdict(verdict: &Verdict) -> String {
    verdict.reason().map_or("yes".into(), |reason| format!("{}: {}", verdict.as_str(), reason.code()))
}

fn level(markings: &Effective) -> Value {
    markings.tlp().map_or(Value::Null, |level| level.as_str().into())
}

fn notices(markings: &Effective) -> Value {
    let text = |notice: &Notice| match notice {
        Notice::SelectsNothing(selector) => format!("selects-nothing {selector}"),
        Notice::Conflict(id) => format!("conflict {id}"),
        Notice::Contradiction(id) => format!("contradiction {id}"),
        other => format!("{other:?}"),
    };
    markings.notices().map(text).collect()
}

fn redacted(markings: &Markings, object: &Object, audience: Audience, expected: &Value) -> Value {
    let redacted = match markings.redact(object, audience) {
        Ok(redacted) => serde_json::to_value(&redacted.object).unwrap(),
        Err(reason) => return reason.code().into(),
    };
    for name in expected["gone"].as_array().into_iter().flatten() {
        assert_eq!(redacted.get(name.as_str().unwrap()), None, "{redacted}");
    }
    for (name, value) in expected["has"].as_object().into_iter().flatten() {
        assert_eq!(redacted.get(name), Some(value), "{redacted}");
    }
    expected.clone()
}

fn answer(markings: &Markings, object: &Object, others: &[Object], check: &Value) -> Value {
    let of = markings.of(object);
    let selector = check["selector"].as_str().unwrap_or_default();
    match check["ask"].as_str().unwrap() {
        "tlp" => level(&of),
        "at" => level(&markings.at(object, selector)),
        "within" => level(&markings.within(object, selector)),
        "closure" => level(&markings.closure(others.iter().chain([object]))),
        "share" => verdict(&markings.may_share(object, audience(&check["audience"]))).into(),
        "redact" => redacted(markings, object, audience(&check["audience"]), &check["expect"]),
        "unknown" => of.unknown().map(ToString::to_string).collect(),
        "statements" => of.statements().collect(),
        "others" => of.others().map(|(family, text)| format!("{family} {text}")).collect(),
        "notices" => notices(&of),
        "languages" => {
            let at = markings.at(object, selector);
            at.languages().map(|(selector, language)| format!("{selector} {language}")).collect()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn cases_1_to_40_and_more() {
    let mut seen = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (object, others) = (object(&case["object"]), objects(&case["others"]));
        let markings = Markings::from_objects(&objects(&case["definitions"]));
        for check in case["checks"].as_array().unwrap() {
            let answer = answer(&markings, &object, &others, check);
            assert_eq!(answer, check["expect"], "case {}, {}: {check}", case["case"], case["about"]);
        }
        seen.push(case["case"].clone());
    }
    assert!((1..=40).all(|number| seen.contains(&number.into())));
}
