//! Events against the schema of OCSF 1.8.

use proptest::prelude::*;
use serde_json::{Value, json};
use stixkit::object::{Indicator, Object};
use stixkit::row::SplitMode;
use stixkit::sink::ocsf;

use super::documents::documents;
use crate::golden::{feed, now};
use crate::row::{indicator, indicator_with, mapper};

/// Objects with their attributes, as `name:type`, `!` after those that are required and `[]` after
/// lists. A type is the name of an object, `int` with the values that are allowed, `long`, `text`,
/// `address` or `subnet`.
const OBJECTS: &[(&str, &str)] = &[
    ("event", "class_uid:int=5021! class_name:text category_uid:int=5! category_name:text activity_id:int=2!"),
    ("event", "activity_name:text type_uid:int=502102! time:long! severity_id:int=0,1,2,3,4,5,6,99! severity:text"),
    ("event", "metadata:metadata! osint:osint[]! message:text"),
    ("metadata", "version:text! product:product! correlation_uid:text profiles:text[] uid:text"),
    ("product", "name:text uid:text vendor_name:text version:text"),
    ("osint", "type_id:int=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,99! type:text value:text! uid:text desc:text"),
    ("osint", "category:text labels:text[] confidence_id:int=0,1,2,3,99 confidence:text severity:text tlp:tlp"),
    ("osint", "severity_id:int=0,1,2,3,4,5,6,99 created_time:long modified_time:long expiration_time:long"),
    ("osint", "uploaded_time:long vendor_name:text creator:user detection_pattern:text detection_pattern_type:text"),
    ("osint", "detection_pattern_type_id:int=0,1,2,3,4,5,6,99 kill_chain:kill_chain_phase[] attacks:attack[]"),
    ("osint", "malware:malware[] threat_actor:threat_actor references:text[] src_url:text subnet:subnet file:file"),
    ("osint", "autonomous_system:autonomous_system signatures:digital_signature[] email:email"),
    ("user", "name:text uid:text"),
    ("kill_chain_phase", "phase_id:int=0,1,2,3,4,5,6,7,99! phase:text"),
    ("attack", "tactic:entity technique:entity sub_technique:entity version:text"),
    ("entity", "name:text uid:text"),
    ("malware", "name:text classification_ids:int=0[]! uid:text"),
    ("threat_actor", "name:text! type_id:int=0"),
    ("autonomous_system", "name:text number:long"),
    ("file", "name:text! type_id:int=0,1,2,3,4,5,6,7,99! hashes:fingerprint[]"),
    ("digital_signature", "algorithm_id:int=0,1,2,3,4,99! algorithm:text digest:fingerprint"),
    ("fingerprint", "algorithm_id:int=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,99! algorithm:text value:text!"),
    ("email", "from:address to:address[]"),
];

/// Objects of which at least one attribute of these has to be there.
const AT_LEAST_ONE: &[(&str, &[&str])] = &[
    ("product", &["name", "uid"]),
    ("user", &["name", "uid"]),
    ("attack", &["tactic", "technique", "sub_technique"]),
    ("entity", &["name", "uid"]),
    ("malware", &["name", "uid"]),
    ("autonomous_system", &["name", "number"]),
    ("email", &["from", "to"]),
];

struct Attribute {
    name: &'static str,
    kind: &'static str,
    is_required: bool,
    is_list: bool,
}

fn attributes(object: &str) -> Vec<Attribute> {
    let texts = OBJECTS.iter().filter(|(name, _)| *name == object).flat_map(|(_, text)| text.split(' '));
    let attributes: Vec<_> = texts
        .map(|text| {
            let (name, kind) = text.split_once(':').unwrap();
            let (kind, is_required) = kind.strip_suffix('!').map_or((kind, false), |kind| (kind, true));
            let (kind, is_list) = kind.strip_suffix("[]").map_or((kind, false), |kind| (kind, true));
            Attribute { name, kind, is_required, is_list }
        })
        .collect();
    assert!(!attributes.is_empty(), "{object}");
    attributes
}

/// What is wrong with an object by the schema.
fn faults(object: &str, value: &Value, path: &str, found: &mut Vec<String>) {
    let Some(map) = value.as_object() else { return found.push(format!("{path} is not an object")) };
    let attributes = attributes(object);
    for name in map.keys().filter(|name| attributes.iter().all(|own| own.name != **name)) {
        found.push(format!("{path}.{name} is unknown"));
    }
    for attribute in &attributes {
        let path = format!("{path}.{}", attribute.name);
        match (map.get(attribute.name), attribute.is_list) {
            (None, _) if attribute.is_required => found.push(format!("{path} is missing")),
            (None, _) => {}
            (Some(value), false) => one(attribute.kind, value, &path, found),
            (Some(Value::Array(list)), true) if !list.is_empty() => {
                list.iter().for_each(|value| one(attribute.kind, value, &path, found));
            }
            (Some(_), true) => found.push(format!("{path} is not a list with values")),
        }
    }
    let sets = AT_LEAST_ONE.iter().filter(|(name, _)| *name == object);
    for (_, set) in sets.filter(|(_, set)| set.iter().all(|name| map.get(*name).is_none())) {
        found.push(format!("{path} has none of {set:?}"));
    }
}

fn one(kind: &str, value: &Value, path: &str, found: &mut Vec<String>) {
    let is_valid = match kind.split_once('=').unwrap_or((kind, "")) {
        ("int", allowed) => value.as_i64().is_some_and(|own| allowed.split(',').any(|one| one == own.to_string())),
        ("long", _) => value.is_i64(),
        ("text", _) => value.is_string(),
        ("tlp", _) => ["CLEAR", "WHITE", "GREEN", "AMBER", "AMBER STRICT", "RED"].iter().any(|level| value == level),
        ("subnet", _) => value.as_str().is_some_and(|text| text.contains('/') && text.len() <= 42),
        ("address", _) => value.as_str().is_some_and(is_email),
        (object, _) => return faults(object, value, path, found),
    };
    if !is_valid {
        found.push(format!("{path} is {value}"));
    }
}

/// `^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$`, in which `+-/` is a range.
fn is_email(text: &str) -> bool {
    let is_user = |letter: char| {
        letter.is_ascii_alphanumeric() || "!#$%&'*=?^_`{|}~.".contains(letter) || ('+'..='/').contains(&letter)
    };
    let is_label = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    text.rsplit_once('@').is_some_and(|(user, host)| {
        let Some((first, last)) = host.split_once('.') else { return false };
        !user.is_empty()
            && user.chars().all(is_user)
            && !first.is_empty()
            && first.chars().all(is_label)
            && !last.is_empty()
            && last.chars().all(|letter| is_label(letter) || letter == '.')
    })
}

/// What is wrong with the events of an indicator.
fn faults_of(indicator: &Indicator, mapper: &stixkit::row::Mapper) -> Vec<String> {
    let options = ocsf::Options::new(now().instant()).with_vendor("Example");
    let outcome = mapper.map(indicator);
    let mut found = Vec::new();
    for event in ocsf::Event::all(&outcome, indicator, &options) {
        faults("event", &serde_json::to_value(event).unwrap(), "event", &mut found);
    }
    found
}

#[test]
fn r08_events_of_the_golden_feed_are_valid() {
    let (bundle, mapper) = feed(SplitMode::Split);
    let mut count = 0;
    for object in bundle.objects() {
        if let Object::Indicator(indicator) = object {
            assert_eq!(faults_of(indicator, &mapper), [""; 0], "{}", indicator.pattern);
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn the_check_finds_faults() {
    let own = indicator("[file:name = 'a']");
    let (mapper, options) = (mapper(), ocsf::Options::new(now().instant()));
    let outcome = mapper.map(&own);
    let event = serde_json::to_value(ocsf::Event::new(&outcome.rows[0], &own, &options)).unwrap();
    for (path, value) in [
        ("/metadata", json!(null)),
        ("/class_uid", json!(5020)),
        ("/time", json!("2024")),
        ("/osint", json!([])),
        ("/osint/0/file", json!({"type_id": 0})),
        ("/osint/0/creator", json!({})),
        ("/osint/0/email", json!({"from": "a@b"})),
        ("/osint/0/own", json!(1)),
    ] {
        let mut event = event.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        let mut found = Vec::new();
        faults("event", &event, "event", &mut found);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
    }
}

#[test]
fn r08_a_hash_makes_no_file() {
    let hash = "d41d8cd98f00b204e9800998ecf8427e";
    let (_, osint) = documents(&format!("file:hashes.MD5 = '{hash}'"), json!({}));
    assert_eq!((&osint["type_id"], &osint["value"], osint.get("file")), (&json!(4), &json!(hash), None));
    let digest = json!({"algorithm_id": 1, "algorithm": "MD5", "value": hash});
    assert_eq!(osint["signatures"], json!([{"algorithm_id": 0, "digest": digest}]));
    let (_, osint) = documents("file:name = 'a.exe'", json!({}));
    assert_eq!(osint["file"], json!({"name": "a.exe", "type_id": 0}));
}

#[test]
fn addresses_without_the_schemas_form_have_no_email() {
    for address in ["a", "a@b", "a b@c.example", "@c.example", "a@.example", "\u{e9}@c.example"] {
        let (_, osint) = documents(&format!("email-message:from_ref.value = '{address}'"), json!({}));
        assert_eq!(osint.get("email"), None, "{address}");
        assert_eq!(osint["value"], *address);
    }
}

#[test]
fn what_is_unclear_or_has_no_end_is_a_comparison() {
    let test = "ipv4-addr:value = '192.0.2.1'";
    for more in [
        json!({"revoked": "perhaps"}),
        json!({"revoked": true, "created": null, "modified": null, "valid_from": "2024-99-01T00:00:00Z"}),
    ] {
        let (_, osint) = documents(test, more);
        assert_eq!((&osint["type_id"], &osint["value"]), (&json!(99), &json!(test)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r08_events_of_any_indicator_are_valid(
        pattern in crate::row::a_pattern(),
        more in prop::sample::select(vec![
            json!({}),
            json!({"name": "", "description": "", "confidence": 0, "labels": ["a", "a"]}),
            json!({"revoked": true, "created": null, "modified": null, "created_by_ref": "identity--x"}),
            json!({"extensions": {"sentinel-ext": {"severity": 5}}, "valid_until": "9999-12-31T23:59:60Z"}),
        ]),
    ) {
        prop_assert_eq!(faults_of(&indicator_with(&pattern, more), &mapper()), Vec::<String>::new());
    }

    #[test]
    fn r08_events_of_any_value_are_valid(
        key in prop::sample::select(vec![
            "email-message:from_ref.value", "email-message:to_refs[*].value", "email-addr:value", "file:name",
            "file:hashes.'SHA-256'", "autonomous-system:number", "ipv4-addr:value", "url:value", "mutex:name",
        ]),
        value in "[a-zA-Z0-9/.@:!+_ é-]{0,20}",
    ) {
        let own = indicator(&format!("[{key} = '{value}']"));
        prop_assert_eq!(faults_of(&own, &mapper()), Vec::<String>::new());
    }
}
