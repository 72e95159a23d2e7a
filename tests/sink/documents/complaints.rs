//! What users of other tools complained of.

use serde_json::{Value, json};
use stixkit::sink::splunk::{Collection, Lookup};

use super::{documents, ecs_indicator, ecs_of, is_found, is_matched, lookup, ocsf_of};
use crate::row::{indicator, indicator_with, mapper};

/// Azure-Sentinel 12065, 12429: rules looked at `ipv4-addr` alone, though feeds send `network-traffic`.
#[test]
fn addresses_at_the_ends_of_traffic_are_addresses() {
    for test in ["ipv4-addr:value = '192.0.2.1'", "network-traffic:dst_ref.value = '192.0.2.1'"] {
        let (ecs, ocsf) = documents(test, json!({}));
        assert_eq!(ecs["threat"]["indicator"]["ip"], "192.0.2.1");
        assert_eq!(ecs["threat"]["indicator"]["type"], "ipv4-addr");
        assert_eq!((&ocsf["type_id"], &ocsf["value"]), (&json!(1), &json!("192.0.2.1")));
        assert_eq!(lookup(test, json!({})).unwrap().1["ip"], "192.0.2.1");
    }
}

/// misp2sentinel 21: a network in a column of addresses. Elastic's pipelines drop the prefix.
#[test]
fn a_network_is_not_its_first_address() {
    for test in ["ipv4-addr:value ISSUBSET '198.51.100.7/24'", "network-traffic:src_ref.value = '198.51.100.7/24'"] {
        let (ecs, ocsf) = documents(test, json!({}));
        assert!(!is_matched(&ecs));
        assert_eq!((&ecs["related"], &ecs["stix"]["row"]["network"]), (&Value::Null, &json!("198.51.100.0/24")));
        assert_eq!((&ocsf["value"], &ocsf["subnet"]), (&json!("198.51.100.0/24"), &json!("198.51.100.0/24")));
        assert_eq!(lookup(test, json!({})).unwrap().1["ip"], "198.51.100.0/24");
    }
    assert_eq!(ecs_indicator("ipv4-addr:value = '198.51.100.7/32'")["ip"], "198.51.100.7");
}

/// detection-rules 3439: a URL was matched by its host's address.
#[test]
fn a_url_is_not_its_host() {
    let test = "url:value = 'http://192.0.2.1/a'";
    let indicator = ecs_indicator(test);
    assert_eq!((indicator.get("ip"), &indicator["url"]["domain"]), (None, &json!("192.0.2.1")));
    assert_eq!(indicator["type"], "url");
    let (collection, row) = lookup(test, json!({})).unwrap();
    assert_eq!((collection, row.get("ip")), ("http_intel", None));
}

/// Elastic integrations 20260: markings and related objects were dropped.
#[test]
fn markings_and_related_objects_are_there() {
    let target = "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b";
    let actor = "threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let amber = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
    let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [amber]}));
    let mut mapper = mapper();
    for (number, target) in [target, actor].into_iter().enumerate() {
        let link = json!({"type": "relationship", "id": format!("relationship--{number}"),
            "relationship_type": "indicates", "source_ref": crate::row::ID, "target_ref": target});
        mapper.learn(&serde_json::from_value(link).unwrap());
    }
    mapper.learn(&serde_json::from_value(json!({"type": "malware", "id": target, "name": "Poison Ivy"})).unwrap());
    mapper.learn(&serde_json::from_value(json!({"type": "threat-actor", "id": actor, "name": "Bobcat"})).unwrap());
    let outcome = mapper.map(&own);
    let ecs = ecs_of(&outcome.rows[0], &own);
    assert_eq!(ecs["threat"]["indicator"]["marking"], json!({"tlp": "AMBER", "tlp_version": "1.0"}));
    assert_eq!(ecs["threat"]["software"]["name"], "Poison Ivy");
    assert_eq!(ecs["threat"]["group"]["name"], "Bobcat");
    let ocsf = ocsf_of(&outcome.rows[0], &own);
    assert_eq!((&ocsf["tlp"], &ocsf["threat_actor"]), (&json!("AMBER"), &json!({"name": "Bobcat"})));
    assert_eq!(ocsf["malware"], json!([{"name": "Poison Ivy", "classification_ids": [0]}]));
}

/// Elastic's integration looks at `revoked` only if there is no `valid_until`.
#[test]
fn a_revoked_indicator_does_not_stay_alive() {
    let more = json!({"revoked": true, "valid_until": "2099-01-01T00:00:00Z", "modified": "2024-05-02T00:00:00Z"});
    let test = "ipv4-addr:value = '192.0.2.1'";
    let (ecs, ocsf) = documents(test, more.clone());
    assert!(!is_found(&ecs) && ecs["tags"] == json!(["stix:revoked"]));
    let stix = &ecs["stix"];
    assert_eq!((&stix["revoked"], &stix["ioc_expiration_reason"]), (&json!(true), &json!("revoked")));
    assert_eq!(stix["ioc_expiration_date"], "2024-05-02T00:00:00Z");
    assert_eq!(ocsf["expiration_time"], 1_714_608_000_000_i64);
    assert_eq!(lookup(test, more), None);
}

/// Azure-Sentinel 12066, misp2sentinel 28, OpenCTI connectors 2092: indicators without end were dropped, or got one.
#[test]
fn an_indicator_without_end_has_none() {
    let (ecs, ocsf) = documents("file:name = 'a'", json!({}));
    assert!(is_matched(&ecs) && ecs["stix"].get("ioc_expiration_date").is_none());
    assert_eq!(ocsf.get("expiration_time"), None);
}

/// OpenCTI 5428, 5580: hashes by names that were spelled otherwise were lost. Connectors 3423: only SHA-256 was sent.
#[test]
fn hashes_are_known_by_any_spelling() {
    for (name, field, id) in
        [("md5", "md5", 1), ("SHA1", "sha1", 2), ("'sha-256'", "sha256", 3), ("SHA512", "sha512", 4)]
    {
        let (ecs, ocsf) = documents(&format!("file:hashes.{name} = 'AB'"), json!({}));
        assert_eq!(ecs["threat"]["indicator"]["file"]["hash"], json!({field: "ab"}));
        assert_eq!(ecs["related"]["hash"], json!(["ab"]));
        assert_eq!(ocsf["signatures"][0]["digest"]["algorithm_id"], id);
        let row = lookup(&format!("file:hashes.{name} = 'AB'"), json!({})).unwrap().1;
        assert_eq!(row["file_hash"], "ab");
    }
}

/// Azure-Sentinel 12075 and what Elastic's, XSOAR's and MISP's imports make of it: `AND` is lost, so each part is an
/// indicator.
#[test]
fn a_part_of_a_pattern_is_no_indicator() {
    let own = indicator("[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443]");
    let mapper = mapper();
    let outcome = mapper.map(&own);
    for (row, comparison) in
        outcome.rows.iter().zip(["network-traffic:dst_ref.value = '192.0.2.1'", "network-traffic:dst_port = '443'"])
    {
        let ecs = ecs_of(row, &own);
        assert!(!is_found(&ecs));
        assert_eq!(ecs["tags"], json!(["stix:part"]));
        let ocsf = ocsf_of(row, &own);
        assert_eq!((&ocsf["type_id"], &ocsf["type"]), (&json!(99), &json!("STIX Comparison")));
        assert_eq!(ocsf["value"], comparison);
        assert_eq!(Lookup::from_row(row), None);
    }
}

/// misp-stix 80: rules in other languages. They are carried, and are no value.
#[test]
fn rules_of_other_languages_are_carried() {
    for (language, id) in [("pcre", 2), ("sigma", 3), ("snort", 4), ("suricata", 5), ("yara", 6), ("x-own", 99)] {
        let own = indicator_with("alert tcp any any", json!({"pattern_type": language}));
        let mapper = mapper();
        let outcome = mapper.map(&own);
        let (ecs, ocsf) = (ecs_of(&outcome.rows[0], &own), ocsf_of(&outcome.rows[0], &own));
        assert_eq!((&ecs["stix"]["pattern"], &ecs["tags"]), (&json!("alert tcp any any"), &json!(["stix:pattern"])));
        assert_eq!((&ocsf["detection_pattern_type_id"], &ocsf["type_id"]), (&json!(id), &json!(0)));
        assert_eq!(Lookup::from_row(&outcome.rows[0]), None);
    }
}

/// misp-stix 95 and Elastic's unescaping of whole documents: quotes and backslashes.
#[test]
fn metacharacters_in_values_stay() {
    let test = r"file:name = '\\\\a\\b AND \'c\''";
    assert_eq!(ecs_indicator(test)["file"]["name"], r"\\a\b AND 'c'");
    let own = indicator(&format!("[{test} AND file:size = 1]"));
    let mapper = mapper();
    let outcome = mapper.map(&own);
    assert_eq!(ocsf_of(&outcome.rows[0], &own)["value"], test);
}

/// AmnestyTech/investigations 38: a domain that is an address. It stays what the feed says.
#[test]
fn a_domain_that_is_an_address_stays_a_domain() {
    let (ecs, ocsf) = documents("domain-name:value = '192.0.2.1'", json!({}));
    let indicator = &ecs["threat"]["indicator"];
    assert_eq!((&indicator["type"], indicator.get("ip")), (&json!("domain-name"), None));
    assert_eq!((&indicator["url"]["domain"], &ocsf["type_id"]), (&json!("192.0.2.1"), &json!(2)));
}

/// azure-docs 111056: TLP unknown though it was marked, or known though it was not.
#[test]
fn no_marking_is_no_level() {
    let (ecs, ocsf) = documents("file:name = 'a'", json!({}));
    assert_eq!((ecs["threat"]["indicator"].get("marking"), ocsf.get("tlp")), (None, None));
}

/// OpenCTI 5293, 5584: addresses in messages and traffic were discarded, and so were alternatives.
#[test]
fn alternatives_are_a_document_each() {
    let own =
        indicator("[email-message:from_ref.value = 'a@b.example' OR email-message:to_refs[*].value = 'c@d.example']");
    let mapper = mapper();
    let outcome = mapper.map(&own);
    let [from, to] = &outcome.rows[..] else { panic!("there are two") };
    assert_eq!(ecs_of(from, &own)["threat"]["indicator"]["email"]["address"], "a@b.example");
    assert_eq!(ecs_of(to, &own)["threat"]["indicator"]["email"]["address"], "c@d.example");
    assert_eq!(ocsf_of(from, &own)["email"], json!({"from": "a@b.example"}));
    assert_eq!(ocsf_of(to, &own)["email"], json!({"to": ["c@d.example"]}));
    assert_eq!((Collection::from_row(from), Collection::from_row(to)), (Some(Collection::Email), None));
}
