//! Objects by themselves against a set.

use std::collections::BTreeSet;

use stixkit::{Object, Timestamp};

use super::{number, set};

#[test]
fn properties_of_objects_are_looked_up() {
    let set = set([
        "[ipv4-addr:value = '198.51.100.0/24']",
        "[file:hashes.'SHA-256' = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']",
        "[file:name = 'a.exe' AND file:size > 5]",
        "[file:size > 5]",
        "[windows-registry-key:values[*].name = 'Run' AND windows-registry-key:values[1].data LIKE '%evil.exe%']",
        "[windows-registry-key:values[0].data LIKE '%evil.exe%']",
        "[x-thing:'odd name' = 'odd value']",
        "[network-traffic:dst_ref.value = '198.51.100.7']",
        "[user-account:is_disabled = true AND user-account:user_id = '1001']",
    ]);
    for (json, expected) in [
        (r#"{"type": "ipv4-addr", "value": "198.51.100.7"}"#, &[0, 7][..]),
        (
            r#"{"type": "file", "hashes": {"SHA-256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}"#,
            &[1],
        ),
        (r#"{"type": "file", "name": "a.exe", "size": 9}"#, &[2, 3]),
        (r#"{"type": "file", "name": "a.exe", "size": 5}"#, &[]),
        (
            r#"{"type": "windows-registry-key", "key": "HKLM\\A",
                "values": [{"name": "Run"}, {"name": "x", "data": "c:\\evil.exe"}]}"#,
            &[4],
        ),
        (r#"{"type": "x-thing", "odd name": "odd value", "it's": ["a", null, {"b": 1.5}]}"#, &[6]),
        // What a reference leads to is another object. An address counts wherever it is, so the
        // first has two hits.
        (r#"{"type": "network-traffic", "dst_ref": "target--0", "protocols": ["tcp"]}"#, &[]),
        (r#"{"type": "user-account", "user_id": "1001", "is_disabled": true}"#, &[8]),
    ] {
        let mut properties: serde_json::Value = serde_json::from_str(json).unwrap();
        let id = format!("{}--b4d29b62-2053-47c4-bab4-bbce39e5ed67", properties["type"].as_str().unwrap());
        properties["id"] = id.into();
        properties["spec_version"] = "2.1".into();
        let object: Object = serde_json::from_value(properties).unwrap();
        let mut found = BTreeSet::new();
        let scanned = set.scanner().object(&object, None, |hit| {
            found.insert(number(&hit));
        });
        assert_eq!(found, expected.iter().copied().collect(), "{json}");
        assert!(scanned.hits >= found.len());
        // It was not valid yet.
        let before = Timestamp::parse("2024-04-01T00:00:00Z").unwrap();
        assert_eq!(set.scanner().object(&object, Some(before), |_| {}).hits, 0, "{json}");
    }
}
