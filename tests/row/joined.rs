//! What stands beside the indicators of a feed: malware and actors, and bare observables.

use serde_json::json;
use stixkit::Object;
use stixkit::row::{Class, Mapper, RelationKind, RowKind, State, ValueKind};

fn object(value: serde_json::Value) -> Object {
    serde_json::from_value(value).unwrap()
}

fn mapper() -> Mapper {
    Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>().unwrap()).with_source("feed")
}

#[test]
fn c08_malware_and_actors_are_joined_through_relationships_of_both_directions() {
    let indicator = "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
    let (malware, actor, other) = (
        "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29",
        "malware--9c4638ec-f1de-4ddb-abf4-1b760417654e",
    );
    let link = |kind: &str, target: &str, revoked: bool| {
        json!({"type": "relationship", "id": format!("relationship--{kind}-{target}"), "relationship_type": kind,
            "source_ref": indicator, "target_ref": target, "revoked": revoked})
    };
    let feed = [
        link("indicates", malware, false),
        link("indicates", malware, false),
        json!({"type": "relationship", "id": "relationship--the-wrong-way-round", "relationship_type": "indicates",
            "source_ref": actor, "target_ref": indicator}),
        link("indicates", other, true),
        link("uses", other, false),
        link("indicates", "malware--00000000-0000-4000-8000-000000000000", false),
        json!({"type": "malware", "id": malware, "modified": "2024-01-01T00:00:00Z", "name": "Old name"}),
        json!({"type": "malware", "id": malware, "modified": "2024-02-01T00:00:00Z", "name": "Poison Ivy"}),
        json!({"type": "malware", "id": other, "name": "Cryptolocker"}),
        json!({"type": "intrusion-set", "id": actor, "name": "Bobcat"}),
    ];
    let mut mapper = mapper();
    feed.into_iter().for_each(|value| mapper.learn(&object(value)));
    let Object::Indicator(indicator) = object(json!({"type": "indicator", "id": indicator, "labels": ["benign"],
        "pattern": "[file:name = 'a' OR file:name = 'b']", "valid_from": "2024-05-01T10:00:00Z"}))
    else {
        panic!("it is an indicator")
    };
    let rows = mapper.map(&indicator).rows;
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(
            (&row.context.malware[..], &row.context.actors[..]),
            (&["Poison Ivy".into()][..], &["Bobcat".into()][..])
        );
        let json = serde_json::to_value(&row).unwrap();
        assert_eq!((&json["malware"], &json["actors"]), (&json!(["Poison Ivy"]), &json!(["Bobcat"])));
    }
}

#[test]
fn bare_observables_are_rows_of_their_own_kind() {
    for (value, rows) in [
        (
            json!({"type": "ipv4-addr", "value": "198.51.100.0/24"}),
            &[("ipv4-addr:value", "198.51.100.0/24", ValueKind::Cidr)][..],
        ),
        (
            json!({"type": "domain-name", "value": "Example.org."}),
            &[("domain-name:value", "example.org", ValueKind::Domain)],
        ),
        (
            json!({"type": "autonomous-system", "number": 64500, "name": "A"}),
            &[("autonomous-system:number", "64500", ValueKind::Asn)],
        ),
        (
            json!({"type": "file", "name": "a.exe", "hashes": {"MD5": "D41D8CD98F00B204E9800998ECF8427E", "sha256": "it's"}}),
            &[
                ("file:hashes.MD5", "d41d8cd98f00b204e9800998ecf8427e", ValueKind::Hash),
                ("file:hashes.'SHA-256'", "it's", ValueKind::Hash),
                ("file:name", "a.exe", ValueKind::Name),
            ],
        ),
        (json!({"type": "mutex", "name": "a\\b"}), &[("mutex:name", "a\\b", ValueKind::Name)]),
        (
            json!({"type": "windows-registry-key", "key": "HKLM\\A"}),
            &[("windows-registry-key:key", "HKEY_LOCAL_MACHINE\\A", ValueKind::RegistryKey)],
        ),
        (json!({"type": "process", "pid": 5}), &[]),
    ] {
        let mut value = value;
        value["id"] = format!("{}--28bb3599-77cd-5a82-a950-b5bc3caf07c4", value["type"].as_str().unwrap()).into();
        let (mapper, object) = (mapper(), object(value));
        let Some(outcome) = mapper.map_observable(&object) else {
            assert!(rows.is_empty());
            continue;
        };
        let found: Vec<_> = outcome
            .rows
            .iter()
            .map(|row| {
                let observable = row.observable.as_ref().unwrap();
                (&*observable.key, &*observable.norm, observable.kind)
            })
            .collect();
        assert_eq!(found, rows);
        for row in &outcome.rows {
            assert_eq!(
                (row.kind, row.validity.state, &row.validity.from),
                (RowKind::Observable, State::Observed, &None)
            );
            assert_eq!(row.relation.kind == RelationKind::Single, rows.len() == 1);
            let pattern = stixkit::pattern::Pattern::parse(&row.pattern).unwrap();
            assert!(
                pattern.check().iter().all(|finding| row.pattern.contains("sha") || !finding.kind.is_about_names())
            );
        }
        assert_eq!(outcome.class == Class::Atomic, rows.len() == 1);
    }
    let identity = object(json!({"type": "identity", "id": "identity--1", "name": "A"}));
    assert_eq!(mapper().map_observable(&identity), None);
}
