//! What rows say of their indicator: validity, context, identity.

use std::collections::HashSet;

use serde_json::json;
use stixkit::object::Tlp;
use stixkit::row::{ExpirySource, Mapper, Row, State};
use stixkit::{Object, Timestamp};

use super::{FROM, ID, indicator, indicator_with, mapper, outcome, shown};

fn mapped(more: serde_json::Value) -> Row<'static> {
    mapper().map(&indicator_with("[ipv4-addr:value = '192.0.2.1']", more)).rows.remove(0).into_owned()
}

#[test]
fn state() {
    assert_eq!(mapped(json!({})).validity.state, State::Active);
    assert_eq!(mapped(json!({"valid_until": "2024-06-01T00:00:00.001Z"})).validity.state, State::Active);
    assert_eq!(mapped(json!({"valid_until": "2024-06-01T00:00:00Z"})).validity.state, State::Expired);
    assert_eq!(mapped(json!({"valid_from": "2024-06-01T00:00:00.001Z"})).validity.state, State::Pending);
}

/// A date that cannot be read costs neither the indicator nor its rows: `created` takes its place.
#[test]
fn c05_validity_starts_with_created_if_valid_from_cannot_be_read() {
    let (later, odd) = ("2024-06-01T00:00:00.001Z", "2024-06-31T00:00:00Z");
    let (active, pending) = ((State::Active, Some(FROM)), (State::Pending, Some(later)));
    for (valid_from, created, more, expected) in [
        (json!("2025-15-08T00:00:00Z"), json!(FROM), json!({}), active),
        (json!("2024-05-01 10:00:00"), json!(later), json!({}), (State::Active, Some("2024-05-01T10:00:00.000Z"))),
        (json!(null), json!(FROM), json!({}), active),
        (json!(1714557600), json!(later), json!({}), (State::Active, Some("2024-05-01T10:00:00.000Z"))),
        (json!("in May"), json!(later), json!({}), pending),
        (json!(later), json!(odd), json!({}), pending),
        (json!(FROM), json!(odd), json!({}), active),
        // Nothing tells when the validity starts.
        (json!(odd), json!(null), json!({}), (State::Unclear, None)),
        (json!(null), json!(odd), json!({}), (State::Unclear, None)),
        (json!(null), json!(odd), json!({"valid_until": FROM}), (State::Expired, None)),
        (json!(null), json!(odd), json!({"revoked": true}), (State::Revoked, None)),
        (json!(odd), json!(FROM), json!({"valid_until": FROM}), (State::Expired, Some(FROM))),
    ] {
        let mut object = more.clone();
        object["valid_from"] = valid_from.clone();
        object["created"] = created.clone();
        let validity = mapped(object).validity;
        let from = validity.from.as_ref().map(ToString::to_string);
        assert_eq!((validity.state, from.as_deref()), expected, "{valid_from} {created} {more}");
    }

    let mapper = mapper().with_default_validity(chrono::TimeDelta::days(40));
    let until =
        |more| mapper.map(&indicator_with("[ipv4-addr:value = '192.0.2.1']", more)).rows[0].validity.until.clone();
    assert_eq!(until(json!({"valid_from": odd})), Some("2024-06-10T10:00:00Z".parse().unwrap()));
    assert_eq!(until(json!({"valid_from": odd, "created": odd})), None);
}

#[test]
fn expiry() {
    let row = mapped(json!({}));
    assert_eq!((row.validity.until, row.validity.expiry_source), (None, None));
    let row = mapped(json!({"valid_until": "2024-07-01T02:00:00+02:00"}));
    assert_eq!(row.validity.until.unwrap().to_string(), "2024-07-01T02:00:00+02:00");
    assert_eq!(row.validity.expiry_source, Some(ExpirySource::ValidUntil));

    let mapper = mapper().with_default_validity(chrono::TimeDelta::days(10));
    let own = indicator("[ipv4-addr:value = '192.0.2.1']");
    let row = &mapper.map(&own).rows[0];
    assert_eq!(row.validity.until, Some(Timestamp::parse("2024-05-11T10:00:00Z").unwrap()));
    assert_eq!((row.validity.expiry_source, row.validity.state), (Some(ExpirySource::Default), State::Expired));
    let far = Mapper::new(chrono::DateTime::UNIX_EPOCH).with_default_validity(chrono::TimeDelta::MAX);
    assert_eq!(far.map(&own).rows[0].validity.until, None);
}

#[test]
fn revoked_beats_valid_until() {
    let row = mapped(json!({"revoked": true, "valid_until": "2099-01-01T00:00:00Z"}));
    assert_eq!((row.validity.state, row.validity.expiry_source), (State::Revoked, Some(ExpirySource::Revoked)));
    assert!(row.validity.until.is_some());
}

#[test]
fn confidence() {
    assert_eq!(mapped(json!({})).context.confidence, None);
    assert_eq!(mapped(json!({"confidence": 0})).context.confidence, Some(0));
    assert_eq!(mapped(json!({"confidence": 100})).context.confidence, Some(100));
    assert_eq!(mapped(json!({"confidence": 101})).context.confidence, None);
}

#[test]
fn tlp() {
    let tlp = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| format!("marking-definition--{id}")).collect();
        mapped(json!({"object_marking_refs": ids})).tlp
    };
    let (white, green) = ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "34098fce-860f-48ae-8e50-ebd3cc5e41da");
    for (id, level) in [
        (white, Tlp::Clear),
        (green, Tlp::Green),
        ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
        ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
        ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
        ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
        ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
        ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
        ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
        ("826578e1-40ad-459f-bc73-ede076f81f37", Tlp::AmberStrict),
    ] {
        assert_eq!(tlp(&[id]), Some(level));
        assert_eq!(tlp(&[white, id]), Some(level));
        assert_eq!(tlp(&[id, white]), Some(level));
    }
    assert_eq!(tlp(&[]), None);
    assert_eq!(tlp(&["00000000-0000-4000-8000-000000000000"]), None);
    let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    let row = mapped(json!({"granular_markings": [{"marking_ref": red, "selectors": ["description"]}]}));
    assert_eq!(row.tlp, Some(Tlp::Red));
}

#[test]
fn markings_of_the_feed() {
    let id = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
    let marking: Object = serde_json::from_value(json!({
        "type": "marking-definition", "spec_version": "2.1", "id": id, "created": FROM,
        "definition_type": "tlp", "name": "ours", "definition": {"tlp": "amber"},
    }))
    .unwrap();
    let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [id]}));
    let mut mapper = mapper();
    assert_eq!(mapper.map(&own).rows[0].tlp, None);
    mapper.learn(&marking);
    assert_eq!(mapper.map(&own).rows[0].tlp, Some(Tlp::Amber));
}

#[test]
fn indicator_types() {
    let types =
        |row: Row<'_>| row.context.indicator_types.iter().map(|own| own.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(types(mapped(json!({"indicator_types": ["benign", "own"]}))), ["benign", "own"]);
    let labels = json!(["phishing", "malicious-activity"]);
    assert_eq!(types(mapped(json!({"labels": labels}))), [""; 0]);
    let old = mapped(json!({"spec_version": null, "labels": labels}));
    assert_eq!(old.context.labels.as_ref(), ["phishing", "malicious-activity"]);
    assert_eq!(types(old), ["malicious-activity"]);
}

#[test]
fn kill_chains() {
    let phases = json!([
        {"kill_chain_name": "lockheed-martin-cyber-kill-chain", "phase_name": "delivery"},
        {"kill_chain_name": "mitre-attack", "phase_name": "initial-access"},
    ]);
    let row = mapped(json!({"kill_chain_phases": phases}));
    assert_eq!(row.context.kill_chain.len(), 2);
    let expected = json!(["lockheed-martin-cyber-kill-chain:delivery", "mitre-attack:initial-access"]);
    assert_eq!(serde_json::to_value(&row).unwrap()["kill_chain"], expected);
}

#[test]
fn provider() {
    let id = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e";
    let identity = |name: &str, modified: &str| -> Object {
        let object = json!({
            "type": "identity", "spec_version": "2.1", "id": id, "created": FROM, "modified": modified, "name": name,
        });
        serde_json::from_value(object).unwrap()
    };
    let own = indicator_with("[file:name = 'a']", json!({"created_by_ref": id}));
    let mut mapper = mapper();
    assert_eq!(mapper.map(&own).rows[0].context.provider.as_deref(), Some(id));
    mapper.learn(&identity("new", "2024-05-03T00:00:00Z"));
    mapper.learn(&identity("old", "2024-05-02T00:00:00Z"));
    assert_eq!(mapper.map(&own).rows[0].context.provider.as_deref(), Some("new"));
    assert_eq!(mapped(json!({})).context.provider, None);
}

#[test]
fn identity() {
    let outcome = outcome(
        "[file:name IN ('a', 'b', 'a') OR file:'name' = 'a' OR file:hashes.md5 = 'a' OR file:hashes.MD5 = 'a']",
    );
    assert_eq!(shown(&outcome), ["+file:name a", "+file:name b", "+file:hashes.MD5 a"]);
    let identities: HashSet<_> = outcome.rows.iter().map(Row::identity).collect();
    assert_eq!(identities.len(), 3);
    let groups: HashSet<_> = outcome.rows.iter().map(|row| row.group().unwrap().to_string()).collect();
    assert_eq!(groups.into_iter().collect::<Vec<_>>(), [format!("{ID}/{FROM}/feed")]);

    // Another version, another feed, another row.
    let pattern = "[file:name = 'a']";
    let (own, newer) = (indicator(pattern), indicator_with(pattern, json!({"modified": "2024-05-02T00:00:00Z"})));
    let (here, there) = (mapper(), mapper().with_source("other"));
    let (one, two, three) = (here.map(&own), here.map(&newer), there.map(&own));
    assert_ne!(one.rows[0].identity(), two.rows[0].identity());
    assert_ne!(one.rows[0].identity(), three.rows[0].identity());
    assert_eq!(one.rows[0].identity(), here.map(&own).rows[0].identity());
}

#[test]
fn groups_are_told_apart_whatever_their_names() {
    let text = |id: &str, source: &str| {
        let own = indicator_with("[file:name IN ('a', 'b')]", json!({"id": id}));
        mapper().with_source(source).map(&own).rows[0].group().unwrap().to_string()
    };
    assert_eq!(text("indicator--a/b", "50%"), format!("indicator--a%2Fb/{FROM}/50%25"));
}

#[test]
fn every_row_carries_the_pattern() {
    for pattern in ["[file:name = 'a' AND file:size = 1]", "[file:name LIKE 'a%']", "[oops"] {
        let outcome = outcome(pattern);
        assert!(outcome.rows.iter().all(|row| row.pattern == pattern && !row.relation.standalone));
    }
}
