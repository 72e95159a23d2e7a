//! The conditions of Microsoft's detection rules over the tables of Sentinel, as SQL: each fires on
//! the indicators that it should fire on, and on no other. And the documented Kusto queries, which
//! find them, too.
//!
//! ```text
//! pip install duckdb duckdb-kql pytz
//! cargo test --all-features --test it -- --ignored reference::sentinel_rules
//! ```

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use stixkit::Identifier;
use stixkit::object::Indicator;
use stixkit::row::{EndedRow, Mapper};
use stixkit::sink::sentinel::{Options, ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator};
use stixkit::table::{ColumnKind, JsonLine, Record};

use super::python;

const NOW: &str = "2024-06-01T00:00:00Z";
const MD5: [&str; 4] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "0cc175b9c0f1b6a831c399e269772661",
    "92eb5ffee6ae2fec3ad71c777531578f",
    "4a8a08f09d37b73795649038408b5f33",
];
const SHA1: [&str; 2] = ["da39a3ee5e6b4b0d3255bfef95601890afd80709", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"];
const SHA256: [&str; 3] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
];

/// A version of an indicator: its pattern, and more properties. The feed no longer has an indicator
/// whose last version is `None`.
type Version = Option<(String, Value)>;

/// The versions of an indicator, and the values in logs that it should be found by.
struct Case {
    versions: Vec<Version>,
    hits: Vec<String>,
}

fn versions(versions: Vec<Version>, hits: &[&str]) -> Case {
    Case { versions, hits: hits.iter().map(|&hit| hit.to_owned()).collect() }
}

fn one(pattern: impl Into<String>, more: Value, hits: &[&str]) -> Case {
    versions(vec![Some((pattern.into(), more))], hits)
}

fn cases() -> Vec<Case> {
    let none = || json!({});
    let ip = |last: u8| format!("[ipv4-addr:value = '203.0.113.{last}']");
    let until = |time: &str| json!({"valid_until": time});
    let hash = |key: &str, value: &str| format!("file:hashes.{key} = '{value}'");
    vec![
        one(ip(1), none(), &["203.0.113.1"]),
        one(ip(2), until("2024-09-01T00:00:00Z"), &["203.0.113.2"]),
        one(ip(3), until("2024-05-31T00:00:00Z"), &[]),
        one(ip(4), json!({"revoked": true}), &[]),
        one(ip(5), json!({"revoked": "True"}), &[]),
        one(ip(6), json!({"valid_from": "2024-07-01T00:00:00Z"}), &[]),
        one("[ipv4-addr:value = '203.0.113.7/32']", none(), &["203.0.113.7"]),
        one("[ipv4-addr:value IN ('203.0.113.8', '203.0.113.9')]", none(), &["203.0.113.8", "203.0.113.9"]),
        one(
            "[ipv4-addr:value = '203.0.113.10' OR domain-name:value = 'd10.example']",
            none(),
            &["203.0.113.10", "d10.example"],
        ),
        one("[network-traffic:dst_ref.value = '203.0.113.11' AND network-traffic:dst_port = 443]", none(), &[]),
        one(
            "[domain-name:value = 'd12.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.12']",
            none(),
            &[],
        ),
        one("[ipv4-addr:value = '203.0.113.13'] FOLLOWEDBY [domain-name:value = 'd13.example']", none(), &[]),
        one("[ipv4-addr:value = '203.0.113.14'] REPEATS 5 TIMES", none(), &[]),
        one("[network-traffic:dst_ref.value = '203.0.113.15']", none(), &["203.0.113.15"]),
        one(
            "[network-traffic:src_ref.type = 'ipv4-addr' AND network-traffic:src_ref.value = '203.0.113.16']",
            none(),
            &["203.0.113.16"],
        ),
        one("[ipv6-addr:value = '2001:db8::17']", none(), &["2001:db8::17"]),
        one("[ipv6-addr:value = '2001:DB8:0:0::18']", none(), &["2001:db8::18"]),
        one("[ipv4-addr:value = '198.51.100.0/24']", none(), &[]),
        one("[domain-name:value = 'd19.example']", none(), &["d19.example"]),
        one("[domain-name:value = 'D20.Example.']", none(), &["d20.example"]),
        one("[domain-name:value = 'bücher.example']", none(), &["xn--bcher-kva.example"]),
        one("[domain-name:value = 'd22.example']", until("2024-05-01T12:00:00Z"), &[]),
        versions(
            vec![
                Some(("[domain-name:value = 'd23.example']".into(), none())),
                Some(("[domain-name:value = 'd23.example']".into(), json!({"revoked": true}))),
            ],
            &[],
        ),
        versions(
            vec![
                Some(("[domain-name:value IN ('d24.example', 'd25.example')]".into(), none())),
                Some(("[domain-name:value = 'd25.example']".into(), none())),
            ],
            &["d25.example"],
        ),
        versions(
            vec![
                Some((ip(25), none())),
                Some(("[ipv4-addr:value = '203.0.113.25' AND domain-name:value = 'd26.example']".into(), none())),
            ],
            &[],
        ),
        versions(vec![Some((ip(26), none())), Some((ip(26), json!({"name": "n"})))], &["203.0.113.26"]),
        // The end comes nearer with the revocation.
        versions(
            vec![
                Some((ip(27), until("2025-01-01T00:00:00Z"))),
                Some((ip(27), json!({"revoked": true, "valid_until": "2024-05-30T00:00:00Z"}))),
            ],
            &[],
        ),
        one("[url:value = 'http://u28.example/a']", none(), &["http://u28.example/a"]),
        one("[url:value = 'https://u29.example/?b']", until("2024-09-01T00:00:00Z"), &["https://u29.example/?b"]),
        one("[url:value = 'http://u30.example/']", until("2024-05-30T00:00:00Z"), &[]),
        one("[url:value = 'http://u31.example/' AND file:name = 'a']", none(), &[]),
        one(format!("[{}]", hash("'SHA-256'", SHA256[0])), none(), &[SHA256[0]]),
        one(format!("[{}]", hash("SHA256", &SHA256[1].to_uppercase())), none(), &[SHA256[1]]),
        // Of one content: the strongest.
        one(
            format!("[{} AND {} AND {}]", hash("MD5", MD5[0]), hash("'SHA-1'", SHA1[0]), hash("'SHA-256'", SHA256[2])),
            none(),
            &[SHA256[2]],
        ),
        one(format!("[{} OR {}]", hash("'SHA-1'", SHA1[1]), hash("MD5", MD5[1])), none(), &[SHA1[1], MD5[1]]),
        one(format!("[file:name = 'a' AND {}]", hash("MD5", MD5[2])), none(), &[]),
        versions(vec![Some((format!("[{}]", hash("MD5", MD5[3])), none())), None], &[]),
        one("[email-addr:value = 'm38@mail.example']", none(), &["m38@mail.example"]),
        one("[email-addr:value = 'm39@MAIL.example']", none(), &["m39@mail.example"]),
        one(ip(40), json!({"revoked": "perhaps"}), &[]),
    ]
}

fn id(number: usize) -> String {
    format!("indicator--00000000-0000-4000-8000-{number:012}")
}

fn indicator(number: usize, version: usize, pattern: &str, more: &Value) -> Indicator {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": id(number), "created": "2024-02-01T10:00:00Z",
        "modified": format!("2024-05-{:02}T10:00:00Z", 10 + version), "pattern": pattern, "pattern_type": "stix",
        "valid_from": "2024-02-01T10:00:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    serde_json::from_value(object).unwrap()
}

/// The rows of both tables, as they grow.
#[derive(Default)]
struct Tables {
    today: Vec<Value>,
    legacy: Vec<Value>,
}

impl Tables {
    fn add<R: Record>(table: &mut Vec<Value>, rows: impl IntoIterator<Item = R>) {
        table.extend(rows.into_iter().map(|row| serde_json::to_value(JsonLine(&row)).unwrap()));
    }

    /// Writes a version of an indicator, and tombstones of what older versions had.
    fn write(&mut self, number: usize, versions: &[Version], time: DateTime<Utc>) {
        let options = Options::new().with_time_generated(time).with_default_validity(TimeDelta::days(30));
        let mapper = Mapper::new(time).with_source("feed");
        let read = |(version, content): (usize, &Version)| {
            content.as_ref().map(|(pattern, more)| indicator(number, version, pattern, more))
        };
        let indicators: Vec<_> = versions.iter().enumerate().map(read).collect();
        let Some((newest, older)) = indicators.split_last() else { return };
        let older: Vec<_> = older.iter().flatten().map(|indicator| mapper.map(indicator)).collect();
        let older: Vec<_> = older.iter().flat_map(|outcome| &outcome.rows).map(EndedRow::from_row).collect();
        let outcome = newest.as_ref().map(|indicator| (indicator, mapper.map(indicator)));
        let current = outcome.as_ref().map(|(_, outcome)| outcome);
        Self::add(&mut self.today, ThreatIntelIndicators::ended(&older, current, &options));
        Self::add(&mut self.legacy, ThreatIntelligenceIndicator::ended(&older, current, &options));
        if let Some((indicator, outcome)) = &outcome {
            Self::add(&mut self.today, ThreatIntelIndicators::rows(outcome, indicator, &options));
            Self::add(&mut self.legacy, ThreatIntelligenceIndicator::rows(outcome, *indicator, &options));
        }
    }
}

fn table<R: Record>(rows: &[Value]) -> Value {
    let sql_type = |kind| match kind {
        ColumnKind::Boolean => "BOOLEAN",
        ColumnKind::Integer => "BIGINT",
        ColumnKind::Real => "DOUBLE",
        ColumnKind::Time => "TIMESTAMPTZ",
        ColumnKind::Json => "JSON",
        _ => "VARCHAR",
    };
    let columns: Vec<_> = R::COLUMNS.iter().map(|column| json!([column.name, sql_type(column.kind)])).collect();
    json!({"columns": columns, "rows": rows})
}

/// Everything that a pattern names, and more, in the spellings of logs.
fn logs() -> Value {
    let mut addresses: Vec<_> = (1..=50).map(|last| format!("203.0.113.{last}")).collect();
    addresses.extend(["198.51.100.5", "443", "2001:db8::17", "2001:DB8::17", "2001:db8::18"].map(str::to_owned));
    addresses.push("2001:DB8::18".to_owned());
    let mut domains: Vec<_> = (1..=50).map(|number| format!("D{number}.example")).collect();
    domains.push("xn--bcher-kva.example".to_owned());
    let mut urls: Vec<_> = domains.iter().map(|domain| format!("https://{domain}/x")).collect();
    urls.extend(
        ["http://u28.example/a", "https://u29.example/?b", "http://u30.example/", "http://u31.example/"]
            .map(str::to_owned),
    );
    let hashes = MD5.iter().chain(&SHA1).chain(&SHA256);
    let hashes: Vec<_> = hashes.flat_map(|hash| [(*hash).to_owned(), hash.to_uppercase()]).collect();
    let mails: Vec<_> = (30..=40).map(|number| format!("M{number}@Mail.example")).collect();
    json!({"address": addresses, "domain": domains, "url": urls, "hash": hashes, "email": mails})
}

/// What a rule should find: values of one kind, in lower case, and their indicators.
fn expected(rule: &str, cases: &[Case]) -> BTreeSet<(String, String)> {
    let is_hash = |hit: &str| !hit.contains(['.', ':']);
    let is_email = |hit: &str| hit.contains('@');
    let is_url = |hit: &str| hit.contains("://");
    let is_address = |hit: &str| hit.starts_with("203.") || hit.starts_with("2001:");
    let is_domain = |hit: &str| !(is_hash(hit) || is_email(hit) || is_url(hit) || is_address(hit));
    let is_found = |hit: &str| match rule.trim_start_matches("old: ") {
        "address in network sessions" | "address of sign-ins" => is_address(hit),
        "address in firewall logs" => hit.starts_with("203."),
        "domain in DNS queries" | "domain of requested URLs" => is_domain(hit),
        "URL in proxy logs" => is_url(hit),
        "hash of files on devices" | "hash in firewall logs" => is_hash(hit),
        "address of e-mail" => is_email(hit),
        _ => panic!("{rule}"),
    };
    let shown = |hit: &str| match rule {
        "domain of requested URLs" => format!("https://{hit}/x"),
        _ => hit.to_owned(),
    };
    let hits = cases.iter().enumerate().flat_map(|(number, case)| case.hits.iter().map(move |hit| (hit, id(number))));
    hits.filter(|(hit, _)| is_found(hit)).map(|(hit, id)| (shown(hit), id)).collect()
}

/// Both tables after all versions of the cases were written to them.
fn written(cases: &[Case], now: DateTime<Utc>) -> Tables {
    let mut tables = Tables::default();
    for (number, case) in cases.iter().enumerate() {
        for newest in 1..=case.versions.len() {
            // The first version came days ago.
            let time = now - TimeDelta::days(5) + TimeDelta::days(newest as i64);
            tables.write(number, &case.versions[..newest], time);
        }
    }
    tables
}

/// Malware that an indicator indicates, and malware that the feed no longer has.
fn objects(now: DateTime<Utc>) -> Vec<Value> {
    let (alive, gone) =
        ("malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc", "malware--92a78814-b191-47ca-909c-1ccfe3777414");
    let link = |number: u8, target| {
        json!({"type": "relationship", "id": format!("relationship--44298a74-ba52-4f0c-87a3-1824e67d7fa{number}"),
            "relationship_type": "indicates", "source_ref": id(0), "target_ref": target})
    };
    let name = |id, name| json!({"type": "malware", "id": id, "name": name, "is_family": false});
    let mapper = Mapper::new(now).with_source("feed");
    let (early, late) = [now - TimeDelta::days(1), now].map(|time| Options::new().with_time_generated(time)).into();
    let mut rows = Vec::new();
    for object in [name(alive, "Old name"), name(gone, "Gone"), link(1, alive), link(2, gone)] {
        let object = serde_json::from_value(object).unwrap();
        Tables::add(&mut rows, ThreatIntelObjects::new(&mapper, &object, &early));
    }
    let renamed = serde_json::from_value(name(alive, "Poison Ivy")).unwrap();
    Tables::add(&mut rows, ThreatIntelObjects::new(&mapper, &renamed, &late));
    Tables::add(&mut rows, ThreatIntelObjects::ended(&mapper, &Identifier::from(gone), &late));
    rows
}

#[test]
#[ignore = "needs the Python packages duckdb and duckdb-kql"]
fn the_documented_queries_of_sentinel_find_active_values_alone() {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let mut cases = cases();
    let values: Vec<_> = (0..500).map(|number| format!("'10.0.{}.{}'", number / 250, number % 250)).collect();
    let long = format!("[ipv4-addr:value IN ({})]", values.join(", "));
    let place = cases.len();
    cases.push(one(long.clone(), json!({"name": "many"}), &[]));
    let tables = written(&cases, now);
    let row = tables.today.iter().find(|row| row["Id"].as_str().unwrap().ends_with(&id(place))).unwrap();
    let input = json!({
        "now": NOW,
        "tables": {
            "ThreatIntelIndicators": table::<ThreatIntelIndicators<'_>>(&tables.today),
            "ThreatIntelligenceIndicator": table::<ThreatIntelligenceIndicator<'_>>(&tables.legacy),
            "ThreatIntelObjects": table::<ThreatIntelObjects<'_>>(&objects(now)),
        },
        "logs": logs(),
        "parameters": {"the_id": row["Id"]},
    });
    let python = python::with("duckdb", None).and_then(|_| python::with("duckdb-kql", None));
    let python = python.unwrap_or_else(|missing| panic!("{missing}"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sink/sentinel");
    let sources = ["mod.rs", "legacy/record.rs", "indicators.rs", "objects.rs"].map(|file| folder.join(file));
    let output = python::run(&python, "sentinel_queries.py", &sources, input.to_string());
    let found: Vec<Vec<Vec<String>>> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [today, legacy, whole, malware] = &found[..] else { panic!("{} queries", found.len()) };
    let expected = expected("address in network sessions", &cases);
    let pairs = |rows: &[Vec<String>], column: usize| -> BTreeSet<_> {
        let id = |text: &str| text.rsplit("---").next().unwrap().to_owned();
        rows.iter().map(|row| (row[column].clone(), id(&row[column + 1]))).collect()
    };
    assert_eq!((pairs(today, 1), pairs(legacy, 1)), (expected.clone(), expected));
    assert_eq!((whole.len(), &whole[0][1]), (1, &long));
    assert!(whole[0][2].contains("many"), "{whole:?}");
    assert_eq!(malware, &[[id(0), "Poison Ivy".to_owned()]]);
}

#[test]
#[ignore = "needs the Python package duckdb"]
fn r03_r04_rules_of_sentinel_fire_on_active_values_and_on_nothing_else() {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let cases = cases();
    assert_eq!(cases.len(), 40);
    let tables = written(&cases, now);
    let input = json!({
        "now": NOW,
        "tables": {
            "ThreatIntelIndicators": table::<ThreatIntelIndicators<'_>>(&tables.today),
            "ThreatIntelligenceIndicator": table::<ThreatIntelligenceIndicator<'_>>(&tables.legacy),
        },
        "logs": logs(),
    });
    let python = python::with("duckdb", None).unwrap_or_else(|missing| panic!("{missing}"));
    let output = python::run(&python, "sentinel_rules.py", &[], input.to_string());
    let mut count = 0;
    for line in output.lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        let rule = answer["rule"].as_str().unwrap();
        let found = answer["found"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let found: BTreeSet<_> = found.map(|pair| (text(&pair[0]).to_lowercase(), text(&pair[1]))).collect();
        let expected = expected(rule, &cases);
        assert!(!expected.is_empty(), "{rule}");
        assert_eq!(found, expected, "{rule}");
        count += 1;
    }
    assert_eq!(count, 15);
}
