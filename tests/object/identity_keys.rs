//! By what objects of several producers are the same thing.

use serde_json::{Value, json};
use stixkit::Object;

fn object(type_name: &str, more: &Value) -> Object {
    let mut value = json!({
        "type": type_name, "spec_version": "2.1", "id": format!("{type_name}--d81f86b9-975b-4c0b-875e-810c5ad45a4f"),
        "created": "2024-05-01T00:00:00Z", "modified": "2024-05-01T00:00:00Z",
    });
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(value).unwrap()
}

fn keys(type_name: &str, more: &Value) -> Vec<String> {
    object(type_name, more).identity_keys().iter().map(ToString::to_string).collect()
}

fn ids(list: &[(&str, &str)]) -> Value {
    list.iter().map(|(source, id)| json!({"source_name": source, "external_id": id})).collect()
}

#[test]
fn keys_of_each_type() {
    for (type_name, more, expected) in [
        ("malware", json!({"name": " Emotet "}), &["malware name emotet"][..]),
        (
            "malware",
            json!({"name": "X", "x_mitre_aliases": ["X", "Y"], "external_references": ids(&[("mitre-attack", "S0367")])}),
            &["malware name x", "malware name y", "malware attack S0367"],
        ),
        ("malware", json!({"name": " ", "x_mitre_aliases": 5}), &[]),
        ("tool", json!({"name": "PsExec", "x_opencti_aliases": ["psexec"]}), &["tool name psexec"]),
        ("threat-actor", json!({"name": "A", "aliases": ["É"]}), &["threat-actor name a", "threat-actor name é"]),
        ("infrastructure", json!({"name": "A"}), &["infrastructure name a"]),
        (
            "intrusion-set",
            json!({"name": "APT28", "aliases": ["Fancy Bear"], "external_references": ids(&[("mitre-attack", "G0007"), ("x", "G0008")])}),
            &["intrusion-set name apt28", "intrusion-set name fancy bear", "intrusion-set attack G0007"],
        ),
        (
            "attack-pattern",
            json!({"name": "a", "external_references": ids(&[("mitre-ics-attack", "t1059.001"), ("capec", "CAPEC-1"), ("capec", "CAPEC-2")])}),
            &["attack-pattern attack T1059.001"],
        ),
        (
            "attack-pattern",
            json!({"name": "a", "external_references": ids(&[("capec", "CAPEC-66")])}),
            &["attack-pattern capec CAPEC-66"],
        ),
        (
            "attack-pattern",
            json!({"name": "two", "external_references": ids(&[("mitre-attack", "T1059"), ("mitre-attack", "T1060")])}),
            &[],
        ),
        (
            "attack-pattern",
            json!({"name": "no technique", "external_references": ids(&[("mitre-attack", "T10"), ("mitre-attack", "S0001")])}),
            &[],
        ),
        (
            "course-of-action",
            json!({"name": "a", "external_references": ids(&[("mitre-attack", "M1040")])}),
            &["course-of-action attack M1040"],
        ),
        (
            "vulnerability",
            json!({"name": "cve-2024-99999", "external_references": ids(&[("CVE", "CVE-2024-99999")])}),
            &["vulnerability cve CVE-2024-99999"],
        ),
        (
            "vulnerability",
            json!({"name": "two", "external_references": ids(&[("cve", "CVE-2024-1111"), ("cve", "CVE-2024-2222")])}),
            &[],
        ),
        ("vulnerability", json!({"name": "CVE-2020-1"}), &[]),
        (
            "identity",
            json!({"name": "Example CERT", "identity_class": "organization"}),
            &["identity name-and-class example cert (organization)"],
        ),
        ("identity", json!({"name": "Example CERT"}), &[]),
        ("location", json!({"country": "lu", "region": "western-europe"}), &["location country LU"]),
        ("location", json!({"country": "lu", "city": "Luxembourg"}), &[]),
        ("location", json!({"latitude": 0.0, "longitude": 0.0}), &[]),
        (
            "ipv4-addr",
            json!({"value": "198.51.100.3"}),
            &["ipv4-addr deterministic-id ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"],
        ),
        ("x-thing", json!({"name": "a"}), &[]),
        ("report", json!({"name": "a", "published": "2024-05-01T00:00:00Z", "object_refs": []}), &[]),
    ] {
        assert_eq!(keys(type_name, &more), expected, "{type_name} {more}");
    }
}

/// Where similarity by weights errs: what is one thing has a key in common, and what is not has none.
#[test]
fn pairs_that_similarity_gets_wrong() {
    let three = ids(&[("a", "1"), ("a", "2"), ("a", "3")]);
    for (type_name, first, second, expected) in [
        ("malware", json!({"name": "EMOTET"}), json!({"name": "Emotet"}), true),
        ("malware", json!({"name": "Emotet", "aliases": ["Geodo"]}), json!({"name": "Geodo"}), true),
        ("malware", json!({"name": "Emotet"}), json!({"name": "Geodo"}), false),
        ("vulnerability", json!({"name": "CVE-2020-0001"}), json!({"name": "CVE-2020-0002"}), false),
        (
            "vulnerability",
            json!({"name": "a", "external_references": three}),
            json!({"name": "b", "external_references": three}),
            false,
        ),
        ("location", json!({"latitude": 0.0, "longitude": 0.0}), json!({"latitude": 0.0, "longitude": 180.0}), false),
        ("url", json!({"value": "https://example.org/"}), json!({"value": "https://example.org/"}), true),
    ] {
        let (first, second) = (keys(type_name, &first), keys(type_name, &second));
        assert_eq!(first.iter().any(|key| second.contains(key)), expected, "{first:?} {second:?}");
    }
    // A type is a part of the key.
    assert_ne!(keys("malware", &json!({"name": "a"})), keys("tool", &json!({"name": "a"})));
}
