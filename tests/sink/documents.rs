//! What several of the sinks that write documents and lookups have in common: ECS, OCSF, Splunk.

mod complaints;

use proptest::prelude::*;
use serde_json::{Value, json};
use stixkit::object::Indicator;
use stixkit::row::Row;
use stixkit::sink::splunk::{Collection, Lookup};
use stixkit::sink::{ecs, ocsf};

use crate::row::{indicator, indicator_with, mapper};

pub(super) fn ecs_of(row: &Row<'_>, indicator: &Indicator) -> Value {
    serde_json::to_value(ecs::Document::new(row, indicator, &ecs::Options::new())).unwrap()
}

pub(super) fn ocsf_of(row: &Row<'_>, indicator: &Indicator) -> Value {
    serde_json::to_value(ocsf::Osint::new(row, indicator)).unwrap()
}

/// Both documents of the only row.
pub(super) fn documents(test: &str, more: Value) -> (Value, Value) {
    let (indicator, mapper) = (indicator_with(&format!("[{test}]"), more), mapper());
    let rows = mapper.map(&indicator).rows;
    assert_eq!(rows.len(), 1, "{test}");
    (ecs_of(&rows[0], &indicator), ocsf_of(&rows[0], &indicator))
}

pub(super) fn ecs_indicator(test: &str) -> Value {
    documents(test, json!({})).0["threat"]["indicator"].clone()
}

/// Collection and JSON of the only row's lookup.
pub(super) fn lookup(test: &str, more: Value) -> Option<(&'static str, Value)> {
    let (indicator, mapper) = (indicator_with(&format!("[{test}]"), more), mapper());
    let rows = mapper.map(&indicator).rows;
    assert_eq!(rows.len(), 1, "{test}");
    let lookup = Lookup::from_row(&rows[0])?;
    assert_eq!(Collection::from_row(&rows[0]), Some(lookup.collection()));
    Some((lookup.collection().as_str(), serde_json::to_value(&lookup).unwrap()))
}

/// The fields of `threat.indicator` that detection rules match.
pub(super) const MATCHED: &[&str] = &["ip", "port", "email", "as", "file", "url", "registry", "x509"];

pub(super) fn is_matched(ecs: &Value) -> bool {
    MATCHED.iter().any(|field| ecs["threat"]["indicator"].get(field).is_some())
}

/// Whether the document has a field with the value that a rule may match, be it for searching.
pub(super) fn is_found(ecs: &Value) -> bool {
    is_matched(ecs) || ecs.get("related").is_some() || ecs["stix"]["row"].get("network").is_some()
}

#[test]
fn confidence() {
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
fn levels_and_versions() {
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
fn kill_chains() {
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
fn an_identity_that_is_not_known_has_no_name() {
    let (ecs, ocsf) = documents("file:name = 'a'", json!({"created_by_ref": "identity--x"}));
    assert_eq!(ecs["threat"]["indicator"]["provider"], "identity--x");
    assert_eq!((&ocsf["creator"], &ocsf["vendor_name"]), (&json!({"uid": "identity--x"}), &json!("feed")));
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
fn c05_an_indicator_without_readable_times_has_documents() {
    let odd = "2025-15-08T00:00:00Z";
    let (ecs, ocsf) = documents("file:name = 'a'", json!({"valid_from": odd}));
    assert_eq!(ecs["@timestamp"], crate::row::FROM);
    assert_eq!(ecs["threat"]["indicator"]["first_seen"], crate::row::FROM);
    assert_eq!(ocsf["created_time"], json!(1_714_557_600_000_i64));
    let none = json!({"valid_from": odd, "created": odd, "modified": odd});
    let (ecs, ocsf) = documents("file:name = 'a'", none);
    assert_eq!((ecs.get("@timestamp"), ecs["threat"]["indicator"].get("first_seen")), (None, None));
    assert_eq!(ocsf.get("created_time"), None);
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
    assert_eq!((ocsf.get("file"), &ocsf["signatures"]), (None, &json!([{"algorithm_id": 0, "digest": hash}])));
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_stands_alone_is_matched(pattern in crate::row::a_pattern()) {
        let (own, mapper, options) = (indicator(&pattern), mapper(), ecs::Options::new());
        let outcome = mapper.map(&own);
        let documents = ecs::Document::all(&outcome, &own, &options).zip(ocsf::Osint::all(&outcome, &own));
        prop_assert_eq!(documents.count(), outcome.rows.len());
        let documents = ecs::Document::all(&outcome, &own, &options).zip(ocsf::Osint::all(&outcome, &own));
        for (row, (ecs, ocsf)) in outcome.rows.iter().zip(documents) {
            prop_assert_eq!(&ecs, &ecs::Document::new(row, &own, &options));
            prop_assert_eq!(&ocsf, &ocsf::Osint::new(row, &own));
            let (ecs, ocsf) = (ecs_of(row, &own), ocsf_of(row, &own));
            prop_assert!(row.relation.standalone || !is_found(&ecs));
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

/// Bytes of all documents of an indicator: ECS as a bulk body, OCSF, Splunk.
fn sizes(own: &Indicator) -> [usize; 3] {
    let mapper = mapper();
    let (ecs_options, ocsf_options) = (ecs::Options::new(), ocsf::Options::new(crate::golden::now().instant()));
    let outcome = mapper.map(own);
    let mut body = Vec::new();
    for document in ecs::Document::all(&outcome, own, &ecs_options) {
        document.write_bulk(&mut body).unwrap();
    }
    let line = |text: serde_json::Result<String>| text.unwrap().len() + 1;
    let events = ocsf::Event::all(&outcome, own, &ocsf_options).map(|event| line(serde_json::to_string(&event))).sum();
    let lookups = outcome.rows.iter().filter_map(Lookup::from_row);
    [body.len(), events, lookups.map(|lookup| line(serde_json::to_string(&lookup))).sum()]
}

fn addresses(count: u32) -> String {
    let list: Vec<_> =
        (0..count).map(|number| format!("'{}'", std::net::Ipv4Addr::from(0x0a00_0000 + number))).collect();
    format!("[ipv4-addr:value IN ({})]", list.join(", "))
}

#[test]
fn c02_output_is_linear_in_the_indicator() {
    let pattern = addresses(20_000);
    assert!(pattern.len() > 250_000);
    let own = indicator(&pattern);
    let sizes_of_all = sizes(&own);
    assert!(sizes_of_all.iter().all(|size| (500_000..20_000_000).contains(size)), "{sizes_of_all:?}");
    // Other text that all rows share.
    let text = "x".repeat(300_000);
    let list: Vec<_> = (0..20_000).map(|number| format!("label-{number}")).collect();
    let more = json!({"description": text, "name": text, "labels": list});
    let sizes_of_all = sizes(&indicator_with(&addresses(2000), more));
    assert!(sizes_of_all.iter().all(|size| *size < 20_000_000), "{sizes_of_all:?}");
}

#[test]
fn c02_the_first_document_has_the_whole_pattern() {
    let (own, mapper, options) = (indicator(&addresses(500)), mapper(), ecs::Options::new());
    let outcome = mapper.map(&own);
    let patterns: Vec<_> =
        ecs::Document::all(&outcome, &own, &options).map(|document| document.stix.pattern.is_some()).collect();
    assert_eq!((patterns.len(), patterns[0]), (500, true));
    assert!(!patterns[1..].contains(&true));
    let patterns = ocsf::Osint::all(&outcome, &own).filter_map(|osint| osint.detection_pattern);
    assert_eq!(patterns.collect::<Vec<_>>(), [own.pattern.as_str()]);
    // A short pattern is in all of them.
    let own = indicator(&addresses(5));
    let outcome = mapper.map(&own);
    assert!(ecs::Document::all(&outcome, &own, &options).all(|document| document.stix.pattern.is_some()));
}
