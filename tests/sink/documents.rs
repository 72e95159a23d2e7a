//! The sinks that write nested documents and lookups: ECS, OCSF, Splunk.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::row::{Mapper, Outcome, Row, SplitMode};
use stixkit::sink::splunk::{self, Collection, Lookup};
use stixkit::sink::{ecs, ocsf};
use stixkit::table::Record;

use crate::golden::{assert_golden, json as text};
use crate::row::{indicator, indicator_with, mapper};

fn ecs_of(row: &Row<'_>, indicator: &Indicator) -> Value {
    serde_json::to_value(ecs::Document::new(row, indicator)).unwrap()
}

fn ocsf_of(row: &Row<'_>, indicator: &Indicator) -> Value {
    serde_json::to_value(ocsf::Osint::new(row, indicator)).unwrap()
}

/// Both documents of the only row.
fn documents(test: &str, more: Value) -> (Value, Value) {
    let (indicator, mapper) = (indicator_with(&format!("[{test}]"), more), mapper());
    let rows = mapper.map(&indicator).rows;
    assert_eq!(rows.len(), 1, "{test}");
    (ecs_of(&rows[0], &indicator), ocsf_of(&rows[0], &indicator))
}

fn ecs_indicator(test: &str) -> Value {
    documents(test, json!({})).0["threat"]["indicator"].clone()
}

/// Collection and JSON of the only row's lookup.
fn lookup(test: &str, more: Value) -> Option<(&'static str, Value)> {
    let (indicator, mapper) = (indicator_with(&format!("[{test}]"), more), mapper());
    let rows = mapper.map(&indicator).rows;
    assert_eq!(rows.len(), 1, "{test}");
    let lookup = Lookup::from_row(&rows[0])?;
    assert_eq!(Collection::from_row(&rows[0]), Some(lookup.collection()));
    Some((lookup.collection().as_str(), serde_json::to_value(&lookup).unwrap()))
}

/// The fields of `threat.indicator` that detection rules match.
const MATCHED: &[&str] = &["ip", "port", "email", "as", "file", "url", "registry", "x509"];

fn is_matched(ecs: &Value) -> bool {
    MATCHED.iter().any(|field| ecs["threat"]["indicator"].get(field).is_some())
}

#[test]
fn golden_ecs() {
    let lines = |indicator: &Indicator, outcome: &Outcome<'_>| {
        ecs::Document::all(outcome, indicator).map(|document| text(&document)).collect()
    };
    assert_golden("ecs.jsonl", SplitMode::Split, lines);
}

#[test]
fn golden_ocsf() {
    let lines = |indicator: &Indicator, outcome: &Outcome<'_>| {
        ocsf::Osint::all(outcome, indicator).map(|osint| text(&osint)).collect()
    };
    assert_golden("ocsf.jsonl", SplitMode::Split, lines);
}

#[test]
fn golden_splunk() {
    let line = |row: &Row<'_>| {
        let lookup = Lookup::from_row(row)?;
        Some(format!(r#"{{"collection":"{}","row":{}}}"#, lookup.collection(), text(&lookup)))
    };
    assert_golden("splunk.jsonl", SplitMode::Split, |_, outcome| outcome.rows.iter().filter_map(line).collect());
}

mod complaints {
    //! What users of other tools complained of.

    use super::*;

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
        for test in ["ipv4-addr:value ISSUBSET '198.51.100.7/24'", "network-traffic:src_ref.value = '198.51.100.7/24'"]
        {
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

    /// Elastic's integration looks at `revoked` only where there is no `valid_until` (rule R3).
    #[test]
    fn a_revoked_indicator_does_not_stay_alive() {
        let more = json!({"revoked": true, "valid_until": "2099-01-01T00:00:00Z", "modified": "2024-05-02T00:00:00Z"});
        let test = "ipv4-addr:value = '192.0.2.1'";
        let (ecs, ocsf) = documents(test, more.clone());
        assert!(!is_matched(&ecs) && ecs["tags"] == json!(["stix:revoked"]));
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
            assert_eq!(ocsf["file"]["hashes"][0]["algorithm_id"], id);
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
            assert!(!is_matched(&ecs));
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
            assert_eq!(
                (&ecs["stix"]["pattern"], &ecs["tags"]),
                (&json!("alert tcp any any"), &json!(["stix:pattern"]))
            );
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
        let own = indicator(
            "[email-message:from_ref.value = 'a@b.example' OR email-message:to_refs[*].value = 'c@d.example']",
        );
        let mapper = mapper();
        let outcome = mapper.map(&own);
        let [from, to] = &outcome.rows[..] else { panic!("there are two") };
        assert_eq!(ecs_of(from, &own)["threat"]["indicator"]["email"]["address"], "a@b.example");
        assert_eq!(ecs_of(to, &own)["threat"]["indicator"]["email"]["address"], "c@d.example");
        assert_eq!(ocsf_of(from, &own)["email"], json!({"from": "a@b.example"}));
        assert_eq!(ocsf_of(to, &own)["email"], json!({"to": ["c@d.example"]}));
        assert_eq!((Collection::from_row(from), Collection::from_row(to)), (Some(Collection::Email), None));
    }
}

mod rules {
    use super::*;

    #[test]
    fn r4_confidence() {
        for (confidence, word, id, weight) in [
            (json!(null), "Not Specified", 0, 60),
            (json!(0), "None", 99, 1),
            (json!(1), "Low", 1, 1),
            (json!(29), "Low", 1, 29),
            (json!(30), "Medium", 2, 30),
            (json!(69), "Medium", 2, 69),
            (json!(70), "High", 3, 70),
            (json!(100), "High", 3, 100),
        ] {
            let more = json!({"confidence": confidence});
            let (ecs, ocsf) = documents("file:name = 'a'", more.clone());
            assert_eq!((&ecs["threat"]["indicator"]["confidence"], &ocsf["confidence_id"]), (&json!(word), &json!(id)));
            assert_eq!(lookup("file:name = 'a'", more).unwrap().1["weight"], weight);
        }
    }

    #[test]
    fn r5_levels_and_versions() {
        let levels = |ids: &[&str]| {
            let ids: Vec<_> = ids.iter().map(|id| format!("marking-definition--{id}")).collect();
            let (ecs, ocsf) = documents("file:name = 'a'", json!({"object_marking_refs": ids}));
            let marking = &ecs["threat"]["indicator"]["marking"];
            [&marking["tlp"], &marking["tlp_version"], &ocsf["tlp"]].map(|text| text.as_str().unwrap().to_owned())
        };
        let (white, clear) = ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "94868c89-83c2-464b-929b-a1a8aa3c8487");
        assert_eq!(levels(&[white]), ["WHITE", "1.0", "CLEAR"]);
        assert_eq!(levels(&[clear]), ["CLEAR", "2.0", "CLEAR"]);
        assert_eq!(levels(&[clear, white]), ["CLEAR", "2.0", "CLEAR"]);
        assert_eq!(levels(&[clear, "34098fce-860f-48ae-8e50-ebd3cc5e41da"]), ["GREEN", "1.0", "GREEN"]);
        assert_eq!(levels(&["939a9414-2ddd-4d32-a0cd-375ea402b003"]), ["AMBER+STRICT", "2.0", "AMBER STRICT"]);
        assert_eq!(levels(&["826578e1-40ad-459f-bc73-ede076f81f37"]), ["AMBER+STRICT", "2.0", "AMBER STRICT"]);
        assert_eq!(levels(&["e828b379-4e03-4974-9ac4-e53a884c97c1"]), ["RED", "2.0", "RED"]);
    }

    #[test]
    fn r5_a_level_of_the_feeds_own_marking_has_no_version() {
        let id = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
        let mut mapper = mapper();
        let marking =
            json!({"type": "marking-definition", "id": id, "definition_type": "tlp", "definition": {"tlp": "white"}});
        mapper.learn(&serde_json::from_value(marking).unwrap());
        let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [id]}));
        let outcome = mapper.map(&own);
        let ecs = ecs_of(&outcome.rows[0], &own);
        assert_eq!(ecs["threat"]["indicator"]["marking"], json!({"tlp": "CLEAR"}));
    }

    #[test]
    fn r7_kill_chains() {
        let phase = |chain: &str, phase: &str| json!({"kill_chain_name": chain, "phase_name": phase});
        let chain = "lockheed-martin-cyber-kill-chain";
        let phases = [
            phase(chain, "installation"),
            phase("Lockheed Martin", "Command & Control"),
            phase("mitre-attack", "initial-access"),
            phase("mitre-attack", "initial-access"),
            phase("own", "delivery"),
        ];
        let references = json!([
            {"source_name": "mitre-attack", "external_id": "T1059.001"},
            {"source_name": "mitre-attack", "external_id": "T1059.003", "url": "https://attack.example/"},
            {"source_name": "mitre-attack", "external_id": "S0013"},
            {"source_name": "capec", "external_id": "T1566"},
        ]);
        let (ecs, ocsf) =
            documents("file:name = 'a'", json!({"kill_chain_phases": phases, "external_references": references}));
        assert_eq!(ecs["threat"]["framework"], "MITRE ATT&CK");
        assert_eq!(ecs["threat"]["tactic"], json!({"id": ["TA0001"], "name": ["Initial Access"]}));
        let subtechniques = json!({"id": ["T1059.001", "T1059.003"]});
        assert_eq!(ecs["threat"]["technique"], json!({"id": ["T1059"], "subtechnique": subtechniques}));
        assert_eq!(ecs["threat"]["indicator"]["reference"], "https://attack.example/");
        let phases = json!([{"phase_id": 5, "phase": "Installation"}, {"phase_id": 6, "phase": "Command & Control"}]);
        assert_eq!(ocsf["kill_chain"], phases);
        assert_eq!(ocsf["attacks"].as_array().unwrap().len(), 3);
        assert_eq!(ocsf["attacks"][1], json!({"technique": {"uid": "T1059"}, "sub_technique": {"uid": "T1059.001"}}));
        assert_eq!(
            (&ocsf["references"], &ocsf["src_url"]),
            (&json!(["https://attack.example/"]), &json!("https://attack.example/"))
        );
    }

    #[test]
    fn r8_an_identity_that_is_not_known_has_no_name() {
        let (ecs, ocsf) = documents("file:name = 'a'", json!({"created_by_ref": "identity--x"}));
        assert_eq!(ecs["threat"]["indicator"]["provider"], "identity--x");
        assert_eq!((&ocsf["creator"], &ocsf["vendor_name"]), (&json!({"uid": "identity--x"}), &json!("feed")));
    }
}

#[test]
fn times_are_in_the_form_that_schemas_take() {
    let more = json!({"created": "2024-05-01T12:00:00+02:00", "valid_from": "2016-12-31T23:59:60.5Z",
        "valid_until": "2099-01-01t00:00:00z"});
    let (ecs, ocsf) = documents("file:name = 'a'", more);
    assert_eq!(ecs["@timestamp"], "2024-05-01T10:00:00.000Z");
    assert_eq!(ecs["threat"]["indicator"]["first_seen"], "2016-12-31T23:59:59.999999999Z");
    assert_eq!(ecs["stix"]["ioc_expiration_date"], "2099-01-01T00:00:00.000Z");
    assert_eq!(
        (&ocsf["created_time"], &ocsf["expiration_time"]),
        (&json!(1_714_557_600_000_i64), &json!(4_070_908_800_000_i64))
    );
    // An indicator of no version.
    let ecs = documents("file:name = 'a'", json!({"created": null, "modified": null})).0;
    assert_eq!(ecs["@timestamp"], crate::row::FROM);
}

#[test]
fn urls_have_parts() {
    let url = |url: &str| ecs_indicator(&format!("url:value = '{url}'"))["url"].clone();
    let whole = "HTTPS://u:p@Login.Example.org.:8443/a/b.PHP?x=1#f";
    assert_eq!(
        url(whole),
        json!({"full": whole, "original": whole, "scheme": "https", "domain": "login.example.org", "port": 8443,
            "path": "/a/b.PHP", "query": "x=1", "fragment": "f", "extension": "PHP", "username": "u", "password": "p"})
    );
    assert_eq!(url("example.org/a"), json!({"full": "example.org/a", "original": "example.org/a"}));
    // A question mark without a query is not the same as none.
    assert_eq!(url("http://a/?")["query"], "");
}

#[test]
fn hosts_of_urls_are_related() {
    let related = |url: &str| documents(&format!("url:value = '{url}'"), json!({})).0["related"].clone();
    assert_eq!(related("http://Example.org/"), json!({"hosts": ["example.org"]}));
    assert_eq!(related("http://[2001:DB8::1]/"), json!({"ip": ["2001:db8::1"]}));
    assert_eq!(related("http://0x7f.1/"), json!({"ip": ["127.0.0.1"]}));
    assert_eq!(related("http://B\u{fc}cher.example/"), json!({"hosts": ["xn--bcher-kva.example"]}));
    // Browsers ignore surplus slashes.
    assert_eq!(related("http:///a"), json!({"hosts": ["a"]}));
    assert_eq!(related("file:///a"), Value::Null);
}

#[test]
fn registry_keys_have_the_short_name_of_the_hive() {
    let registry = |key: &str| ecs_indicator(&format!("windows-registry-key:key = '{key}'"))["registry"].clone();
    let short = json!({"hive": "HKLM", "key": r"Software\Evil", "path": r"HKLM\Software\Evil"});
    assert_eq!(registry(r"HKEY_LOCAL_MACHINE\\Software\\Evil"), short);
    assert_eq!(registry(r"hklm\\Software\\Evil"), short);
    assert_eq!(registry("HKEY_USERS"), json!({"hive": "HKU", "path": "HKU"}));
    assert_eq!(registry(r"SYSTEM\\Evil"), json!({"path": r"SYSTEM\Evil"}));
}

#[test]
fn values_without_the_form_that_a_type_requires_are_left_out() {
    for test in [
        "ipv4-addr:value = '192.0.2.999'",
        "network-traffic:dst_port = 'https'",
        "network-traffic:dst_port = 70000",
        "file:size = '18446744073709551615'",
        "file:size = 'big'",
        "file:ctime = 'yesterday'",
        "autonomous-system:number = 'AS'",
    ] {
        let (ecs, _) = documents(test, json!({}));
        assert!(!is_matched(&ecs), "{test}");
        assert!(test.contains(ecs["stix"]["row"]["value"].as_str().unwrap()));
    }
    assert_eq!(
        ecs_indicator("file:ctime = '2024-04-01T02:00:00+02:00'")["file"]["created"],
        "2024-04-01T00:00:00.000Z"
    );
}

#[test]
fn hashes_by_names_of_strangers_make_no_fields() {
    let (ecs, ocsf) = documents("file:hashes.'x-own' = 'AB'", json!({}));
    assert!(!is_matched(&ecs));
    assert_eq!(ecs["related"]["hash"], json!(["ab"]));
    let hash = json!({"algorithm_id": 99, "algorithm": "x-own", "value": "ab"});
    assert_eq!(ocsf["file"], json!({"type_id": 0, "hashes": [hash]}));
}

#[test]
fn pending_indicators_are_marked_and_left_to_the_caller() {
    let more = json!({"valid_from": "2025-01-01T00:00:00Z"});
    let (ecs, _) = documents("file:name = 'a'", more.clone());
    assert!(is_matched(&ecs) && ecs["tags"] == json!(["stix:pending"]));
    assert!(lookup("file:name = 'a'", more).is_some());
}

#[test]
fn expired_indicators_are_no_longer_matched() {
    let more = json!({"valid_until": "2024-05-31T00:00:00Z"});
    let (ecs, ocsf) = documents("file:name = 'a'", more.clone());
    assert!(!is_matched(&ecs) && ecs["tags"] == json!(["stix:expired"]));
    assert_eq!((&ocsf["value"], &ocsf["expiration_time"]), (&json!("a"), &json!(1_717_113_600_000_i64)));
    assert_eq!(lookup("file:name = 'a'", more), None);
}

#[test]
fn labels_and_types_are_tags_once() {
    let more = json!({"labels": ["phishing", "benign"], "indicator_types": ["benign", "anonymization"]});
    let (ecs, ocsf) = documents("file:name = 'a'", more);
    assert_eq!(ecs["tags"], json!(["phishing", "benign", "anonymization"]));
    assert_eq!(
        (&ocsf["category"], &ocsf["labels"]),
        (&json!("benign"), &json!(["phishing", "benign", "anonymization"]))
    );
    let ocsf = documents("file:name = 'a'", json!({"labels": ["l"], "indicator_types": ["benign", "anonymization"]})).1;
    assert_eq!((&ocsf["category"], &ocsf["labels"]), (&json!("benign"), &json!(["l", "anonymization"])));
}

#[test]
fn severity_is_what_sentinels_extension_says() {
    let severity = |value: Value| {
        let more = json!({"extensions": {"sentinel-ext": {"severity": value}}});
        let ocsf = documents("file:name = 'a'", more).1;
        ocsf.get("severity_id").map(|id| (id.as_u64().unwrap(), ocsf["severity"].as_str().unwrap().to_owned()))
    };
    assert_eq!(severity(json!(0)), Some((1, "Informational".into())));
    assert_eq!(severity(json!(3)), Some((3, "Medium".into())));
    assert_eq!(severity(json!(5)), Some((5, "Critical".into())));
    for odd in [json!(6), json!(-1), json!("4"), json!(null), json!(1.5)] {
        assert_eq!(severity(odd), None);
    }
}

#[test]
fn name_and_description_are_one_text() {
    let text = |name: &str, description: &str| {
        let more = json!({"name": name, "description": description});
        (documents("file:name = 'a'", more.clone()).1["desc"].clone(), lookup("file:name = 'a'", more).unwrap().1)
    };
    let (desc, row) = text("n", "one\r\ntwo\u{85}three\n");
    assert_eq!((&desc, &row["description"]), (&json!("n: one\r\ntwo\u{85}three\n"), &json!("n: one two three")));
    assert_eq!(text("Evil", "Evil things").0, "Evil things");
    assert_eq!(text("n", "").0, "n");
    assert_eq!(text("", "d").0, "d");
    assert_eq!(text("", "").0, Value::Null);
}

#[test]
fn wildcards_make_no_lookup() {
    for test in ["file:name = '*'", "url:value = 'http://example.org/*'", "domain-name:value = '*.example.org'"] {
        assert_eq!(lookup(test, json!({})), None, "{test}");
    }
    assert_eq!(lookup("file:name = ''", json!({})), None);
}

#[test]
fn bare_observables_make_no_lookup() {
    let object =
        json!({"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "192.0.2.1"});
    let (object, mapper) = (serde_json::from_value(object).unwrap(), mapper());
    assert_eq!(Lookup::from_row(&mapper.map_observable(&object).unwrap().rows[0]), None);
}

#[test]
fn one_name_is_text_and_several_are_a_list() {
    let own = indicator("[file:name = 'a']");
    let mapper = mapper();
    let outcome = mapper.map(&own);
    let mut document = ecs::Document::new(&outcome.rows[0], &own);
    let json = |document: &ecs::Document<'_>| serde_json::to_value(document).unwrap()["threat"].clone();
    assert_eq!(json(&document).get("software"), None);
    document.threat.software.name.push("a".into());
    assert_eq!(json(&document)["software"], json!({"name": "a"}));
    document.threat.software.name.push("b".into());
    assert_eq!(json(&document)["software"], json!({"name": ["a", "b"]}));
}

/// The headers that Splunk documents for the local lookup files.
#[test]
fn lookups_have_the_columns_that_splunk_names() {
    fn header<R: Record>() -> String {
        R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
    }
    assert_eq!(header::<splunk::IpIntel<'_>>(), "description,ip,weight");
    assert_eq!(header::<splunk::DomainIntel<'_>>(), "description,domain,weight");
    assert_eq!(header::<splunk::FileIntel<'_>>(), "description,file_hash,file_name,weight");
    assert_eq!(header::<splunk::EmailIntel<'_>>(), "description,src_user,subject,weight");
    assert_eq!(header::<splunk::HttpIntel<'_>>(), "description,http_referrer,http_user_agent,url,weight");
    let registry = "description,registry_path,registry_value_name,registry_value_text,weight";
    assert_eq!(header::<splunk::RegistryIntel<'_>>(), registry);
    assert_eq!(header::<splunk::ProcessIntel<'_>>(), "description,process,process_file_name,weight");
    assert_eq!(header::<splunk::UserIntel<'_>>(), "description,user,weight");
    let certificate = "certificate_issuer,certificate_subject,certificate_issuer_organization,\
        certificate_subject_organization,certificate_serial,certificate_issuer_unit,certificate_subject_unit,\
        description,weight";
    assert_eq!(header::<splunk::CertificateIntel<'_>>(), certificate);
    let files: HashSet<_> = Collection::ALL.into_iter().map(Collection::lookup).collect();
    assert_eq!(files.len(), Collection::ALL.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_stands_alone_is_matched(pattern in crate::row::a_pattern()) {
        let (own, mapper) = (indicator(&pattern), mapper());
        let outcome = mapper.map(&own);
        let documents = ecs::Document::all(&outcome, &own).zip(ocsf::Osint::all(&outcome, &own));
        prop_assert_eq!(documents.count(), outcome.rows.len());
        let documents = ecs::Document::all(&outcome, &own).zip(ocsf::Osint::all(&outcome, &own));
        for (row, (ecs, ocsf)) in outcome.rows.iter().zip(documents) {
            prop_assert_eq!(&ecs, &ecs::Document::new(row, &own));
            prop_assert_eq!(&ocsf, &ocsf::Osint::new(row, &own));
            let (ecs, ocsf) = (ecs_of(row, &own), ocsf_of(row, &own));
            prop_assert!(row.relation.standalone || !is_matched(&ecs));
            prop_assert!(row.relation.standalone || Lookup::from_row(row).is_none());
            let is_value = row.observable.as_ref().is_some_and(|observable| ocsf["value"] == *observable.norm);
            prop_assert!(row.relation.standalone || !is_value);
        }
    }

    #[test]
    fn any_value_is_written(
        key in prop::sample::select(vec![
            "url:value", "windows-registry-key:key", "x509-certificate:issuer", "x509-certificate:serial_number",
            "file:ctime", "file:size", "network-traffic:dst_ref.value", "domain-name:value", "software:cpe",
            "email-message:additional_header_fields.'X-Originating-IP'", "file:hashes.'SHA-256'",
        ]),
        value in "(https?://)?[a-zA-Z0-9/\\\\:@\\[\\]?#.=,+\"* é\u{0}-\u{1f}-]{0,30}",
    ) {
        let value = value.replace('\\', "\\\\").replace('\'', "\\'");
        let own = indicator(&format!("[{key} = '{value}']"));
        let mapper = mapper();
        for row in mapper.map(&own).rows {
            prop_assert!(row.observable.is_some());
            prop_assert_eq!(&ecs_of(&row, &own)["threat"]["indicator"]["id"], &json!([crate::row::ID]));
            prop_assert!(!ocsf_of(&row, &own)["value"].is_null());
            prop_assert_eq!(Lookup::from_row(&row).map(|lookup| lookup.collection()), Collection::from_row(&row));
        }
    }
}

#[test]
fn a_mapper_is_no_clock() {
    let own = indicator("[file:name = 'a']");
    let one = Mapper::new("2024-06-01T00:00:00Z".parse().unwrap());
    let rows = (one.map(&own), one.map(&own));
    assert_eq!(text(&ecs::Document::new(&rows.0.rows[0], &own)), text(&ecs::Document::new(&rows.1.rows[0], &own)));
}
