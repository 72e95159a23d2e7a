//! Documents against the schema and against the rules that match them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use stixkit::object::{Indicator, Object};
use stixkit::row::{Outcome, RowKey, SplitMode};
use stixkit::sink::ecs;

use super::documents::{documents, ecs_indicator, ecs_of, is_found, is_matched};
use crate::golden::{feed, now};
use crate::row::{indicator, indicator_with, mapper};

/// The fields of ECS 8.17 that documents may have, with their types. `/` stands for what is the same
/// in several fields.
const ECS: &[(&str, &str)] = &[
    ("", "@timestamp:date tags:keyword ecs.version:keyword"),
    ("event.", "kind:keyword category:keyword type:keyword module:keyword dataset:keyword"),
    ("related.", "ip:ip hosts:keyword hash:keyword user:keyword"),
    ("threat.", "feed.name:keyword framework:keyword group.name:keyword software.name:keyword tactic.id:keyword"),
    ("threat.", "tactic.name:keyword technique.id:keyword technique.subtechnique.id:keyword"),
    ("threat.indicator.", "confidence:keyword description:keyword email.address:keyword first_seen:date id:keyword"),
    ("threat.indicator.", "ip:ip last_seen:date marking.tlp:keyword marking.tlp_version:keyword modified_at:date"),
    ("threat.indicator.", "name:keyword port:long provider:keyword reference:keyword scanner_stats:long type:keyword"),
    ("threat.indicator.", "sightings:long as.number:long as.organization.name:keyword"),
    (
        "threat.indicator.file.",
        "accessed:date attributes:keyword created:date ctime:date directory:keyword name:keyword",
    ),
    ("threat.indicator.file.", "extension:keyword mime_type:keyword mtime:date path:keyword size:long type:keyword"),
    ("threat.indicator.file.hash.", "cdhash:keyword md5:keyword sha1:keyword sha256:keyword sha384:keyword"),
    ("threat.indicator.file.hash.", "sha512:keyword ssdeep:keyword tlsh:keyword"),
    ("threat.indicator.file.pe.", "architecture:keyword imphash:keyword pehash:keyword original_file_name:keyword"),
    ("threat.indicator.registry.", "data.bytes:keyword data.strings:wildcard data.type:keyword hive:keyword"),
    ("threat.indicator.registry.", "key:keyword path:keyword value:keyword"),
    ("threat.indicator.url.", "domain:keyword extension:keyword fragment:keyword full:wildcard original:wildcard"),
    ("threat.indicator.url.", "password:keyword path:wildcard port:long query:keyword registered_domain:keyword"),
    ("threat.indicator.url.", "scheme:keyword subdomain:keyword top_level_domain:keyword username:keyword"),
    ("threat.indicator.x509.", "serial_number:keyword"),
    ("threat.indicator.x509.issuer.", "common_name:keyword country:keyword distinguished_name:keyword"),
    ("threat.indicator.x509.issuer.", "locality:keyword organization:keyword organizational_unit:keyword"),
    ("threat.indicator.x509.issuer.", "state_or_province:keyword"),
    ("threat.indicator.x509.subject.", "common_name:keyword country:keyword distinguished_name:keyword"),
    ("threat.indicator.x509.subject.", "locality:keyword organization:keyword organizational_unit:keyword"),
    ("threat.indicator.x509.subject.", "state_or_province:keyword"),
];

fn ecs_type(path: &str) -> Option<&'static str> {
    ECS.iter().find_map(|(prefix, fields)| {
        let own = path.strip_prefix(prefix)?;
        fields.split(' ').find_map(|field| field.split_once(':').filter(|(name, _)| *name == own).map(|(_, kind)| kind))
    })
}

/// Paths of the fields, with their values.
fn fields<'v>(value: &'v Value, path: &str, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                fields(value, &format!("{path}{dot}{name}"), found);
            }
        }
        value => found.push((path.to_owned(), value)),
    }
}

fn mapped(template: &Value) -> Vec<(String, String)> {
    fn walk(properties: &Map<String, Value>, path: &str, found: &mut Vec<(String, String)>) {
        for (name, field) in properties {
            let path = format!("{path}{name}");
            match (field["properties"].as_object(), field["type"].as_str()) {
                (Some(inner), None) => walk(inner, &format!("{path}."), found),
                (None, Some(kind)) => found.push((path, kind.to_owned())),
                _ => panic!("{path}"),
            }
        }
    }
    let mut found = Vec::new();
    walk(template["template"]["mappings"]["properties"].as_object().unwrap(), "", &mut found);
    found
}

fn template() -> Value {
    serde_json::from_str(&ecs::index_template(&ecs::Options::new())).unwrap()
}

/// The documents of the golden feed, written at its instant.
fn golden() -> Vec<Value> {
    let (bundle, mapper) = feed(SplitMode::Split);
    let options = ecs::Options::new().with_timestamp(now().instant());
    let mut all = Vec::new();
    for object in bundle.objects() {
        if let Object::Indicator(indicator) = object {
            let outcome = mapper.map(indicator);
            all.extend(
                ecs::Document::all(&outcome, indicator, &options)
                    .map(|document| serde_json::to_value(document).unwrap()),
            );
        }
    }
    all
}

#[test]
fn r17_documents_have_no_field_that_ecs_has_not() {
    for document in golden() {
        let mut found = Vec::new();
        fields(&document, "", &mut found);
        for (path, _) in found.iter().filter(|(path, _)| !path.starts_with("stix.")) {
            assert!(ecs_type(path).is_some(), "{path}");
        }
    }
    for name in ["'SHA3-256'", "'SHA3-512'", "VHASH"] {
        let (ecs, _) = documents(&format!("file:hashes.{name} = 'ab'"), json!({}));
        assert!(!is_matched(&ecs), "{name}");
        assert_eq!(ecs["stix"]["row"]["value"], "ab");
    }
}

#[test]
fn r09_the_template_has_every_field_with_the_schemas_type() {
    let mapped = mapped(&template());
    for (path, kind) in mapped.iter().filter(|(path, _)| !path.starts_with("stix.")) {
        assert_eq!(ecs_type(path), Some(&**kind), "{path}");
    }
    let mapped: BTreeSet<_> = mapped.into_iter().map(|(path, _)| path).collect();
    for document in golden() {
        let mut found = Vec::new();
        fields(&document, "", &mut found);
        for (path, _) in found {
            assert!(mapped.contains(&path), "{path}");
        }
    }
    assert_eq!(template()["index_patterns"], json!(["logs-ti_stixkit*"]));
}

/// The filter that Elastic's indicator-match rules share, and the field that a rule is about.
fn selects(document: &Value, field: &str) -> bool {
    let module = document["event"]["module"].as_str().unwrap_or_default();
    // 30 days before the golden instant; times in this form sort as text.
    let is_recent = document["@timestamp"].as_str().is_some_and(|time| time >= "2024-05-02T00:00:00");
    (module == "threatintel" || module.starts_with("ti_")) && is_recent && value(document, field).is_some()
}

fn value<'d>(document: &'d Value, field: &str) -> Option<&'d Value> {
    field.split('.').try_fold(document, |value, name| value.get(name))
}

#[test]
fn r09_the_filters_of_elastics_rules_select_the_documents() {
    let golden = golden();
    for field in [
        "threat.indicator.ip",
        "threat.indicator.port",
        "threat.indicator.file.hash.md5",
        "threat.indicator.file.hash.sha1",
        "threat.indicator.file.hash.sha256",
        "threat.indicator.file.pe.imphash",
        "threat.indicator.url.full",
        "threat.indicator.url.original",
        "threat.indicator.url.domain",
        "threat.indicator.registry.path",
        "threat.indicator.email.address",
    ] {
        let selected: Vec<_> = golden.iter().filter(|document| selects(document, field)).collect();
        assert!(!selected.is_empty(), "{field}");
        let row = |document: &&Value| document["stix"]["row"].clone();
        for row in selected.iter().map(row) {
            assert_eq!(row["standalone"], true, "{field}: {row}");
            assert!(matches!(row["state"].as_str(), Some("active" | "pending")), "{field}: {row}");
        }
    }
    // Whatever a row that is a part or over has, no rule finds.
    let others = golden.iter().filter(|document| {
        let row = &document["stix"]["row"];
        row["standalone"] == false || !matches!(row["state"].as_str(), Some("active" | "pending"))
    });
    let mut count = 0;
    for document in others {
        assert!(!is_found(document), "{document}");
        count += 1;
    }
    assert!(count > 10, "{count}");
}

#[test]
fn r09_old_indicators_are_selected_if_the_time_of_writing_is_set() {
    let own = indicator_with("[ipv4-addr:value = '192.0.2.1']", json!({"created": "2019-01-01T00:00:00Z"}));
    let (mapper, rule) = (mapper(), "threat.indicator.ip");
    let outcome = mapper.map(&own);
    let document =
        |options: &ecs::Options| serde_json::to_value(ecs::Document::new(&outcome.rows[0], &own, options)).unwrap();
    let options = ecs::Options::new();
    assert_eq!(document(&options)["@timestamp"], "2019-01-01T00:00:00Z");
    let options = options.with_timestamp(now().instant());
    assert!(selects(&document(&options), rule));
    assert_eq!(document(&options)["stix"]["created"], "2019-01-01T00:00:00Z");
    let other = document(&options.clone().with_module("own").with_dataset("own.values"));
    assert_eq!((&other["event"]["module"], &other["event"]["dataset"]), (&json!("own"), &json!("own.values")));
    assert!(!selects(&other, rule));
}

#[test]
fn r05_the_strongest_hash_of_a_file_is_matched_and_the_others_are_not() {
    let (sha256, sha1, md5) = ("b0".repeat(32), "f9".repeat(20), "37".repeat(16));
    let own = indicator(&format!(
        "[file:hashes.'SHA-256' = '{sha256}' AND file:hashes.'SHA-1' = '{sha1}' AND file:hashes.MD5 = '{md5}']"
    ));
    let mapper = mapper();
    let outcome = mapper.map(&own);
    let documents: Vec<_> = outcome.rows.iter().map(|row| ecs_of(row, &own)).collect();
    assert_eq!(documents.len(), 3);
    for document in documents {
        if document["stix"]["row"]["key"] == "file:hashes.'SHA-256'" {
            assert_eq!(document["threat"]["indicator"]["file"]["hash"], json!({"sha256": sha256}));
        } else {
            assert!(!is_found(&document));
            assert_eq!(document["tags"], json!(["stix:part"]));
        }
    }
}

#[test]
fn a_part_is_in_no_field_but_those_of_the_row() {
    let own = indicator("[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'a.example']");
    let mapper = mapper();
    for row in &mapper.map(&own).rows {
        let mut document = ecs_of(row, &own);
        document["stix"]["row"].take();
        document["stix"]["pattern"].take();
        let text = document.to_string();
        assert!(!text.contains("192.0.2.1") && !text.contains("a.example"), "{text}");
    }
    // A name that only repeats the value counts as the value.
    assert_eq!(ecs_indicator("ipv4-addr:value = '192.0.2.1'")["name"], "192.0.2.1");
}

fn bulk(indicator: &Indicator, outcome: &Outcome<'_>) -> Vec<Value> {
    let (options, mut body) = (ecs::Options::new(), Vec::new());
    for document in ecs::Document::all(outcome, indicator, &options) {
        document.write_bulk(&mut body).unwrap();
    }
    String::from_utf8(body).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn r09_bulk_bodies_have_ids_that_versions_share() {
    let pattern = "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]";
    let mapper = mapper();
    let one = indicator(pattern);
    let two = indicator_with(pattern, json!({"modified": "2024-05-05T00:00:00Z", "revoked": true}));
    let (rows, newer) = (mapper.map(&one), mapper.map(&two));
    let (first, second) = (bulk(&one, &rows), bulk(&two, &newer));
    assert_eq!((first.len(), second.len()), (4, 4));
    for place in [0, 2] {
        let id = RowKey::from_row(&rows.rows[place / 2]).to_string();
        assert_eq!(first[place], json!({"index": {"_id": id}}));
        assert_eq!(second[place], first[place]);
        assert_eq!(first[place + 1]["stix"]["row"]["row_id"], *id);
        assert!(is_matched(&first[place + 1]) && !is_found(&second[place + 1]));
    }
    assert_ne!(first[0], first[2]);
}
