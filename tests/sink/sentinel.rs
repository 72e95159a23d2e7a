//! Microsoft Sentinel: tables and upload bodies.

mod uploads;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::object::Indicator;
use stixkit::row::{Mapper, SplitMode};
use stixkit::sink::sentinel::upload::Batches;
use stixkit::sink::sentinel::{
    Options, ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator, ThreatTypes,
};
use stixkit::table::{ColumnKind, JsonLine, Record};

use crate::golden::{self, assert_golden, assert_lines, now};
use crate::row::{FROM, ID, indicator, indicator_with, mapper};

fn golden_options() -> Options {
    Options::new()
        .with_time_generated(now())
        .with_azure_tenant_id("72f988bf-0000-4000-8000-2d7cd011db47")
        .with_workspace_id("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11")
}

fn line(record: &impl Record) -> String {
    golden::json(&JsonLine(record))
}

#[test]
fn indicators_split() {
    let options = golden_options();
    assert_golden("sentinel.jsonl", SplitMode::Split, |indicator, outcome| {
        ThreatIntelIndicators::rows(outcome, indicator, &options).map(|row| line(&row)).collect()
    });
}

#[test]
fn indicators_exact() {
    let options = golden_options();
    assert_golden("sentinel-exact.jsonl", SplitMode::Exact, |indicator, outcome| {
        ThreatIntelIndicators::rows(outcome, indicator, &options).map(|row| line(&row)).collect()
    });
}

#[test]
fn objects() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let options = golden_options();
    let rows = bundle.objects().iter().filter_map(|object| ThreatIntelObjects::new(&mapper, object, &options));
    let lines: Vec<_> = rows.map(|row| line(&row)).collect();
    assert_lines("sentinel-objects.jsonl", &lines);
    let indicators = bundle.objects().iter().filter(|object| matches!(object, Object::Indicator(_))).count();
    assert_eq!(lines.len() + indicators, bundle.objects().len());
}

#[test]
fn legacy() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let mapper = mapper.with_default_validity(chrono::TimeDelta::days(180));
    let options = golden_options();
    let mut lines = Vec::new();
    for object in bundle.objects() {
        if let Object::Indicator(indicator) = object {
            let outcome = mapper.map(indicator);
            lines.extend(ThreatIntelligenceIndicator::rows(&outcome, indicator, &options).iter().map(line));
        }
    }
    assert_lines("sentinel-legacy.jsonl", &lines);
}

#[test]
fn upload_bodies() {
    let (bundle, _) = golden::feed(SplitMode::Split);
    let mut batches = Batches::new("golden", bundle.objects());
    let bodies: Vec<_> = batches.by_ref().collect();
    let lines: Vec<_> = bodies.iter().map(golden::json).collect();
    assert_lines("sentinel-upload.jsonl", &lines);
    assert_eq!(batches.left_out(), 2);
    let sent: usize = bodies.iter().map(|body| body.objects().len()).sum();
    assert_eq!(sent + 2, bundle.objects().len());
}

/// The columns of the project's own list, with the kind that each type is.
fn columns_of<R: Record>() -> Vec<(&'static str, ColumnKind)> {
    let list = include_str!("../fixtures/sentinel_columns.csv");
    let lines = list.lines().skip(1).filter_map(|line| {
        let [table, column, type_name] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let kind = match type_name {
            "string" => ColumnKind::Text,
            "datetime" => ColumnKind::Time,
            "int" => ColumnKind::Integer,
            "real" => ColumnKind::Real,
            "bool" => ColumnKind::Boolean,
            "dynamic" => ColumnKind::Json,
            _ => panic!("{line}"),
        };
        (table == R::TABLE).then_some((column, kind))
    });
    lines.collect()
}

#[track_caller]
fn has_its_columns<R: Record>(count: usize) {
    let own: Vec<_> = R::COLUMNS.iter().map(|column| (column.name, column.kind)).collect();
    assert_eq!(own, columns_of::<R>());
    assert_eq!(own.len(), count);
    let names: HashSet<_> = own.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), count);
}

#[test]
fn the_tables_have_their_columns_and_no_others() {
    has_its_columns::<ThreatIntelIndicators<'_>>(27);
    has_its_columns::<ThreatIntelObjects<'_>>(16);
    has_its_columns::<ThreatIntelligenceIndicator<'_>>(64);
}

#[test]
fn the_golden_files_have_no_other_columns() {
    fn check<R: Record>(lines: &str) {
        let columns: Vec<_> = columns_of::<R>().into_iter().map(|(name, _)| name).collect();
        for line in lines.lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            assert!(row.as_object().unwrap().keys().all(|name| columns.contains(&&**name)), "{line}");
        }
    }
    check::<ThreatIntelIndicators<'_>>(include_str!("../fixtures/golden/sentinel.jsonl"));
    check::<ThreatIntelIndicators<'_>>(include_str!("../fixtures/golden/sentinel-exact.jsonl"));
    check::<ThreatIntelObjects<'_>>(include_str!("../fixtures/golden/sentinel-objects.jsonl"));
    check::<ThreatIntelligenceIndicator<'_>>(include_str!("../fixtures/golden/sentinel-legacy.jsonl"));
}

fn rows_of(mapper: &Mapper, indicator: &Indicator, options: &Options) -> Vec<Value> {
    let outcome = mapper.map(indicator);
    let rows = ThreatIntelIndicators::rows(&outcome, indicator, options);
    rows.map(|row| serde_json::to_value(JsonLine(&row)).unwrap()).collect()
}

fn legacy_of(mapper: &Mapper, indicator: &Indicator, options: &Options) -> Vec<Value> {
    let outcome = mapper.map(indicator);
    let rows = ThreatIntelligenceIndicator::rows(&outcome, indicator, options);
    rows.iter().map(|row| serde_json::to_value(JsonLine(row)).unwrap()).collect()
}

/// The rows of a pattern.
fn rows(pattern: &str) -> Vec<Value> {
    rows_of(&mapper(), &indicator(pattern), &Options::new())
}

fn legacy_rows(pattern: &str) -> Vec<Value> {
    legacy_of(&mapper(), &indicator(pattern), &Options::new())
}

/// Columns of values, in alphabetical order.
fn values(row: &Value) -> BTreeMap<&str, &Value> {
    let of_values = |name: &str| {
        ["Network", "Domain", "Url", "User", "File", "Email"].iter().any(|prefix| name.starts_with(prefix))
    };
    let columns = row.as_object().unwrap().iter().map(|(name, value)| (&**name, value));
    columns.filter(|(name, _)| of_values(name)).collect()
}

/// The columns of values that the only row of a pattern has.
#[track_caller]
fn legacy_values(pattern: &str, expected: &Value) {
    let rows = legacy_rows(pattern);
    let [row] = &rows[..] else { panic!("{pattern} has {} rows", rows.len()) };
    assert_eq!(json!(values(row)), *expected, "{pattern}");
}

fn information(row: &Value) -> Value {
    serde_json::from_str(row["AdditionalInformation"].as_str().unwrap()).unwrap()
}

mod indicators {
    use super::*;

    #[test]
    fn nothing_is_said_that_was_not() {
        let expected = json!({
            "Id": format!("ZmVlZA==---{ID}"), "ObservableKey": "file:name", "ObservableValue": "a",
            "Pattern": "[file:name = 'a']", "Created": FROM, "Modified": FROM, "ValidFrom": FROM, "IsActive": true,
            "Revoked": false, "IsDeleted": false, "SourceSystem": "feed",
            "Data": {"type": "indicator", "spec_version": "2.1", "id": ID, "pattern_type": "stix"},
            "Type": "ThreatIntelIndicators",
        });
        assert_eq!(rows("[file:name = 'a']"), [expected]);
    }

    #[test]
    fn ids_are_taken_apart_as_queries_do() {
        let options = Options::new().with_source_system("Quelle für ---");
        let row = &rows_of(&mapper(), &indicator("[file:name = 'a']"), &options)[0];
        let id = row["Id"].as_str().unwrap();
        assert_eq!(id.split("---").next(), Some("UXVlbGxlIGbDvHIgLS0t"));
        assert_eq!(id.split("--").nth(2), ID.strip_prefix("indicator--"));
        assert_eq!(row["SourceSystem"], "Quelle für ---");
    }

    #[test]
    fn keys_and_values_are_those_of_sentinel() {
        for (test, key, value) in [
            ("ipv4-addr:value = '198.51.100.7/32'", "ipv4-addr:value", "198.51.100.7/32"),
            ("file:hashes.'SHA-256' = 'AB'", "file:hashes.'SHA-256'", "AB"),
            // OpenCTI 5428 and 5580, misp2sentinel's algo_map: spellings of one algorithm.
            ("file:hashes.SHA256 = 'AB'", "file:hashes.'SHA-256'", "AB"),
            ("file:hashes.'md5' = 'AB'", "file:hashes.MD5", "AB"),
            ("network-traffic:dst_port = 443", "network-traffic:dst_port", "443"),
            ("domain-name:value = 'Example.org.'", "domain-name:value", "Example.org."),
            (r"file:name = 'it\'s'", "file:name", "it's"),
        ] {
            let row = &rows(&format!("[{test}]"))[0];
            assert_eq!((&row["ObservableKey"], &row["ObservableValue"]), (&json!(key), &json!(value)));
        }
    }

    #[test]
    fn the_data_are_what_no_column_has() {
        let long = "ä".repeat(1001);
        let more = json!({
            "name": "n", "description": long, "confidence": 70, "labels": ["l"], "revoked": false,
            "valid_until": "2030-01-01T00:00:00Z", "x_note": {"a": "", "b": [{"c": long}]}, "external_references": [],
        });
        let row = &rows_of(&mapper(), &indicator_with("[file:name = 'a']", more), &Options::new())[0];
        let cut = "ä".repeat(1000);
        let expected = json!({
            "type": "indicator", "spec_version": "2.1", "id": ID, "labels": ["l"], "name": "n", "description": cut,
            "pattern_type": "stix", "x_note": {"b": [{"c": cut}]},
        });
        assert_eq!(row["Data"], expected);
        assert_eq!((&row["Tags"], &row["Confidence"]), (&json!("[\"l\"]"), &json!(70)));

        // What a column could not take stays.
        let odd = json!({"confidence": 101, "revoked": "no", "valid_until": "never"});
        let row = &rows_of(&mapper(), &indicator_with("[file:name = 'a']", odd), &Options::new())[0];
        let data = &row["Data"];
        assert_eq!(
            (&data["confidence"], &data["revoked"], &data["valid_until"]),
            (&json!(101), &json!("no"), &json!("never"))
        );
        assert_eq!((row.get("Confidence"), row.get("ValidUntil"), &row["Revoked"]), (None, None, &json!(false)));
    }

    #[test]
    fn the_pattern_is_whole() {
        let pattern = format!("[file:name = '{}']", "a".repeat(2000));
        let row = &rows(&pattern)[0];
        assert_eq!(
            (row["Pattern"].as_str(), row["ObservableValue"].as_str().map(str::len)),
            (Some(&*pattern), Some(2000))
        );
    }

    #[test]
    fn r1_and_r3_decide_what_is_active() {
        let is_active = |more: Value, options: &Options| {
            let row = &rows_of(&mapper(), &indicator_with("[file:name = 'a']", more.clone()), options)[0];
            let legacy = &legacy_of(&mapper(), &indicator_with("[file:name = 'a']", more), options)[0];
            assert_eq!(row["IsActive"], legacy["Active"]);
            row["IsActive"].as_bool().unwrap()
        };
        let options = Options::new();
        assert!(is_active(json!({}), &options));
        assert!(is_active(json!({"valid_until": "2024-06-01T00:00:01Z"}), &options));
        assert!(!is_active(json!({"valid_until": "2024-06-01T00:00:00Z"}), &options));
        assert!(!is_active(json!({"revoked": true, "valid_until": "2099-01-01T00:00:00Z"}), &options));
        let ahead = json!({"valid_from": "2025-01-01T00:00:00Z"});
        assert!(!is_active(ahead.clone(), &options));
        assert!(is_active(ahead, &options.with_pending_as_active(true)));
    }

    #[test]
    fn r2_an_end_that_was_made_up_is_not_in_the_table() {
        let mapper = mapper().with_default_validity(chrono::TimeDelta::days(1));
        let row = &rows_of(&mapper, &indicator("[file:name = 'a']"), &Options::new())[0];
        assert_eq!((row.get("ValidUntil"), &row["IsActive"]), (None, &json!(true)));
    }

    #[test]
    fn r5_levels_are_those_of_tlp_1() {
        let level = |id: Option<&str>| {
            let more = id.map_or(json!({}), |id| json!({"object_marking_refs": [format!("marking-definition--{id}")]}));
            let row = rows_of(&mapper(), &indicator_with("[file:name = 'a']", more.clone()), &Options::new()).remove(0);
            let legacy = legacy_of(&mapper(), &indicator_with("[file:name = 'a']", more), &Options::new()).remove(0);
            (row["AdditionalFields"]["TLPLevel"].clone(), legacy["TrafficLightProtocolLevel"].clone())
        };
        for (id, word) in [
            ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
            ("94868c89-83c2-464b-929b-a1a8aa3c8487", "white"),
            ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
            ("f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
            ("939a9414-2ddd-4d32-a0cd-375ea402b003", "amber"),
            ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
        ] {
            assert_eq!(level(Some(id)), (json!(word), json!(word)));
        }
        // Unknown is not white.
        assert_eq!(level(None), (Value::Null, json!("unknown")));
    }

    #[test]
    fn a_part_is_marked_and_nothing_else_is() {
        let parts = rows("[file:name = 'a' AND file:size = 5]");
        let marks =
            |relation: &str, primary: bool| json!({"Relation": relation, "Standalone": false, "Primary": primary});
        assert_eq!(parts[0]["AdditionalFields"], marks("all_of", true));
        assert_eq!(parts[1]["AdditionalFields"], marks("all_of", false));
        let mixed = rows("[file:name = 'b' OR (file:name = 'a' AND file:size = 5)]");
        assert_eq!((mixed[0].get("AdditionalFields"), &mixed[1]["AdditionalFields"]), (None, &marks("mixed", true)));
        assert!(rows("[file:name IN ('a', 'b')]").iter().all(|row| row.get("AdditionalFields").is_none()));
        assert_eq!(rows("[file:name LIKE 'a%']")[0].get("AdditionalFields"), None);
    }

    #[test]
    fn bare_observables_and_indicators_have_no_row_here() {
        let object: Object = serde_json::from_value(
            json!({"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "192.0.2.1"}),
        )
        .unwrap();
        let (mapper, options, other) = (mapper(), Options::new(), indicator("[file:name = 'a']"));
        let outcome = mapper.map_observable(&object).unwrap();
        assert_eq!(ThreatIntelIndicators::rows(&outcome, &other, &options).count(), 0);
        assert_eq!(ThreatIntelligenceIndicator::rows(&outcome, &other, &options).len(), 0);
        assert!(ThreatIntelObjects::new(&mapper, &object, &options).is_some());
        assert!(ThreatIntelObjects::new(&mapper, &Object::from(other), &options).is_none());
    }
}

mod wide {
    //! The legacy table.

    use super::*;

    #[test]
    fn values_have_their_columns() {
        for (test, expected) in [
            ("ipv4-addr:value = '192.0.2.1/32'", json!({"NetworkIP": "192.0.2.1"})),
            ("ipv6-addr:value = '2001:DB8:0::1'", json!({"NetworkIP": "2001:db8::1"})),
            ("ipv6-addr:value ISSUBSET '2001:DB8::/32'", json!({"NetworkCidrBlock": "2001:db8::/32"})),
            ("ipv4-addr:value = 'localhost'", json!({})),
            ("network-traffic:src_ref.value = '192.0.2.1'", json!({"NetworkSourceIP": "192.0.2.1"})),
            ("network-traffic:dst_ref.value = '192.0.2.1/24'", json!({"NetworkDestinationCidrBlock": "192.0.2.0/24"})),
            ("network-traffic:dst_ref.value = 'Example.org'", json!({"DomainName": "example.org"})),
            ("network-traffic:src_port = '4444'", json!({"NetworkSourcePort": 4444})),
            ("network-traffic:dst_port = 70000", json!({})),
            ("network-traffic:protocols[*] = 'UDP'", json!({"NetworkProtocol": 17})),
            ("network-traffic:protocols[0] = 'ipv6-icmp'", json!({"NetworkProtocol": 58})),
            ("network-traffic:protocols[*] = 'ipv4'", json!({})),
            ("network-traffic:protocols[*] = 'https'", json!({})),
            (
                "network-traffic:extensions.'http-request-ext'.request_header.'user-agent'[0] = 'a'",
                json!({"UserAgent": "a"}),
            ),
            ("domain-name:value = 'Example.org.'", json!({"DomainName": "example.org"})),
            // Traffic with the address is no sign of the domain.
            ("domain-name:resolves_to_refs[*].value = '192.0.2.1'", json!({})),
            ("url:value = 'HTTP://Example.org/A'", json!({"Url": "HTTP://Example.org/A"})),
            ("autonomous-system:number = 'AS64500'", json!({"NetworkSourceAsn": 64500})),
            ("autonomous-system:number = 4200000000", json!({})),
            ("file:hashes.md5 = 'AB'", json!({"FileHashType": "md5", "FileHashValue": "ab"})),
            ("file:hashes.'SHA-512' = 'AB'", json!({"FileHashType": "unknown", "FileHashValue": "ab"})),
            ("file:hashes.ssdeep = '3:A:B'", json!({"FileHashType": "ctph", "FileHashValue": "3:A:B"})),
            ("file:hashes.TLSH = 'T1AB'", json!({"FileHashType": "lsHash", "FileHashValue": "T1AB"})),
            ("file:hashes.AUTHENTIHASH = 'AB'", json!({"FileHashType": "unknown", "FileHashValue": "ab"})),
            ("process:image_ref.hashes.'SHA-1' = 'AB'", json!({"FileHashType": "sha1", "FileHashValue": "ab"})),
            ("x509-certificate:hashes.MD5 = 'AB'", json!({})),
            ("file:size = 2147483647", json!({"FileSize": 2_147_483_647})),
            ("file:size = 2147483648", json!({})),
            ("file:ctime = t'2024-04-01T00:00:00Z'", json!({"FileCreatedDateTime": "2024-04-01T00:00:00Z"})),
            ("file:ctime = 'yesterday'", json!({})),
            ("file:mime_type = 'a/b'", json!({"FileType": "a/b"})),
            ("mutex:name = 'm'", json!({"FileMutexName": "m"})),
            (
                "email-addr:value = 'A@Example.ORG'",
                json!({"EmailSenderAddress": "A@example.org", "EmailSourceDomain": "example.org"}),
            ),
            ("email-message:bcc_refs[1].value = 'a@example.org'", json!({"EmailRecipient": "a@example.org"})),
            ("email-message:content_type = 'text/html; charset=koi8-r'", json!({"EmailEncoding": "koi8-r"})),
            ("email-message:content_type = 'text/html'", json!({})),
            ("email-message:additional_header_fields.'Content-Language'[*] = 'ru'", json!({"EmailLanguage": "ru"})),
            (
                "email-message:additional_header_fields.'X-Originating-IP' = '[192.0.2.1]'",
                json!({"EmailSourceIpAddress": "192.0.2.1"}),
            ),
            ("email-message:additional_header_fields.'Reply-To' = 'a@example.org'", json!({})),
            ("windows-registry-key:key = 'HKLM'", json!({})),
        ] {
            legacy_values(&format!("[{test}]"), &expected);
        }
    }

    #[test]
    fn an_unknown_algorithm_goes_by_its_length() {
        for (digits, type_name) in [(32, "md5"), (40, "sha1"), (64, "sha256"), (33, "unknown")] {
            let row = &legacy_rows(&format!("[file:hashes.own = '{}']", "a".repeat(digits)))[0];
            assert_eq!(row["FileHashType"], type_name);
            // A known one does not.
            let row = &legacy_rows(&format!("[file:hashes.IMPHASH = '{}']", "a".repeat(digits)))[0];
            assert_eq!(row["FileHashType"], "unknown");
        }
    }

    #[test]
    fn what_has_no_column_is_kept_beside() {
        let row = &legacy_rows("[windows-registry-key:key = 'HKLM\\\\A' OR file:size = 5000000000]")[0];
        assert_eq!(values(row).len(), 0);
        let expected = json!([{"key": "windows-registry-key:key", "value": "HKLM\\A"}]);
        assert_eq!(information(row)["observables"], expected);
    }

    #[test]
    fn values_that_belong_together_are_one_row() {
        legacy_values(
            "[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443 \
              AND network-traffic:protocols[*] = 'tcp']",
            &json!({"NetworkDestinationIP": "192.0.2.1", "NetworkDestinationPort": 443, "NetworkProtocol": 6}),
        );
        legacy_values(
            "[domain-name:value = 'example.org' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']",
            &json!({"DomainName": "example.org", "NetworkIP": "192.0.2.1"}),
        );
        legacy_values(
            "[file:name = 'a' AND file:parent_directory_ref.path = '/tmp' AND file:hashes.MD5 = 'AB' AND file:size = 5]",
            &json!({"FileHashType": "md5", "FileHashValue": "ab", "FileName": "a", "FilePath": "/tmp", "FileSize": 5}),
        );
    }

    #[test]
    fn an_address_that_a_domain_resolves_to_is_nothing_without_the_domain() {
        let own = indicator("[domain-name:resolves_to_refs[*].value = '192.0.2.1' AND domain-name:x_size = 5]");
        let row = legacy_of(&mapper().with_split_mode(SplitMode::Primary), &own, &Options::new()).remove(0);
        assert_eq!(values(&row).len(), 0);
    }

    #[test]
    fn values_for_one_column_are_further_rows() {
        let rows = legacy_rows(
            "[file:name = 'a' AND file:hashes.MD5 = 'AB' AND file:hashes.'SHA-256' = 'CD' AND file:name = 'b']",
        );
        let values: Vec<_> = rows.iter().map(|row| json!(values(row))).collect();
        let expected = [
            json!({"FileHashType": "md5", "FileHashValue": "ab", "FileName": "a"}),
            json!({"FileHashType": "sha256", "FileHashValue": "cd", "FileName": "b"}),
        ];
        assert_eq!(values, expected);
        let ids: HashSet<_> = rows.iter().map(|row| row["IndicatorId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 2);
    }

    #[test]
    fn many_values_for_one_column_take_linear_time() {
        let tests: Vec<_> = (0..20_000).map(|number| format!("file:name = '{number}'")).collect();
        let (own, mapper, options) = (indicator(&format!("[{}]", tests.join(" AND "))), mapper(), Options::new());
        let outcome = mapper.map(&own);
        let rows = ThreatIntelligenceIndicator::rows(&outcome, &own, &options);
        assert_eq!(rows.len(), 20_000);
        assert_eq!(serde_json::to_value(JsonLine(&rows[19_999])).unwrap()["FileName"], "19999");
    }

    #[test]
    fn a_part_says_that_it_is_one() {
        let row = &legacy_rows("[file:name = 'a' AND file:size = 5]")[0];
        let information = information(row);
        assert_eq!((&information["relation"], &information["standalone"]), (&json!("all_of"), &json!(false)));
        assert_eq!(information["pattern"], "[file:name = 'a' AND file:size = 5]");
    }

    #[test]
    fn r2_the_origin_of_the_end_is_said() {
        let end = |mapper: &Mapper, more: Value| {
            let row = legacy_of(mapper, &indicator_with("[file:name = 'a']", more), &Options::new()).remove(0);
            (row["ExpirationDateTime"].clone(), information(&row)["expiry_source"].clone())
        };
        let until = json!({"valid_until": "2030-01-01T00:00:00Z"});
        assert_eq!(end(&mapper(), json!({})), (Value::Null, Value::Null));
        assert_eq!(end(&mapper(), until.clone()), (json!("2030-01-01T00:00:00Z"), json!("valid_until")));
        let mapper = mapper().with_default_validity(chrono::TimeDelta::days(50));
        assert_eq!(end(&mapper, json!({})), (json!("2024-06-20T10:00:00.000Z"), json!("default")));
        assert_eq!(end(&mapper, until), (json!("2030-01-01T00:00:00Z"), json!("valid_until")));
        assert_eq!(end(&mapper, json!({"revoked": true})).1, json!("revoked"));
    }

    #[test]
    fn r6_threat_types() {
        let threat_type = |types: ThreatTypes, pattern: &str, more: Value| {
            let options = Options::new().with_threat_types(types);
            legacy_of(&mapper(), &indicator_with(pattern, more), &options)[0]["ThreatType"].clone()
        };
        let (file, url) = ("[file:name = 'a']", "[url:value = 'http://a/']");
        let stix = |more| threat_type(ThreatTypes::Stix, file, more);
        assert_eq!(stix(json!({"indicator_types": ["malicious-activity", "benign"]})), "malicious-activity");
        assert_eq!(stix(json!({})), Value::Null);
        let types = |first: &str, labels: &[&str]| json!({"indicator_types": [first], "labels": labels});
        for (pattern, more, word) in [
            (file, types("anonymization", &["phishing"]), "Proxy"),
            (file, types("malicious-activity", &[]), "Malware"),
            (url, types("malicious-activity", &[]), "MaliciousUrl"),
            ("[mutex:name = 'a']", types("malicious-activity", &[]), "WatchList"),
            (url, types("malicious-activity", &["seen", "Phishing"]), "Phishing"),
            (url, types("malicious-activity", &["command-and-control"]), "C2"),
            (url, types("benign", &["phishing"]), "WatchList"),
            (url, types("compromised", &[]), "WatchList"),
            (url, types("crypto-mining", &[]), "CryptoMining"),
            (url, types("own", &[]), "WatchList"),
            (url, json!({"labels": ["DDoS"]}), "DDoS"),
            (url, json!({}), "WatchList"),
        ] {
            assert_eq!(threat_type(ThreatTypes::Graph, pattern, more.clone()), word, "{more}");
        }
    }

    #[test]
    fn r7_phases_of_the_kill_chain_are_flags() {
        let row = |phases: &[(&str, &str)]| {
            let phases: Vec<_> =
                phases.iter().map(|(chain, phase)| json!({"kill_chain_name": chain, "phase_name": phase})).collect();
            let own = indicator_with("[file:name = 'a']", json!({"kill_chain_phases": phases, "labels": ["l"]}));
            legacy_of(&mapper(), &own, &Options::new()).remove(0)
        };
        let names = ["Reconnaissance", "Weaponization", "Delivery", "Exploitation", "C2", "Actions"];
        let flags = |row: &Value| names.map(|name| row.get(format!("KillChain{name}")).and_then(Value::as_bool));
        let lockheed = "lockheed-martin-cyber-kill-chain";
        for (place, phase) in [
            "reconnaissance",
            "weaponization",
            "delivery",
            "exploitation",
            "command-and-control",
            "actions-on-objectives",
        ]
        .into_iter()
        .enumerate()
        {
            let mut expected = [Some(false); 6];
            expected[place] = Some(true);
            assert_eq!(flags(&row(&[(lockheed, phase)])), expected);
            assert_eq!(flags(&row(&[("Lockheed Martin", &phase.to_uppercase().replace('-', " "))])), expected);
        }
        // It has no column.
        let installed = row(&[(lockheed, "installation")]);
        assert_eq!(flags(&installed), [Some(false); 6]);
        assert_eq!(installed["Tags"], r#"["l","lockheed-martin-cyber-kill-chain:installation"]"#);
        // Phases of ATT&CK are none of these.
        let attack = row(&[("mitre-attack", "reconnaissance")]);
        assert_eq!((flags(&attack), &attack["Tags"]), ([None; 6], &json!("[\"l\"]")));
        assert_eq!(information(&attack)["kill_chain"], json!(["mitre-attack:reconnaissance"]));
    }

    #[test]
    fn severity_is_that_of_the_extension() {
        let severity = |value: Value| {
            let own = indicator_with("[file:name = 'a']", json!({"extensions": {"sentinel-ext": {"severity": value}}}));
            legacy_of(&mapper(), &own, &Options::new())[0]["ThreatSeverity"].clone()
        };
        assert_eq!(severity(json!(5)), 5);
        for odd in [json!(6), json!(-1), json!("4"), json!(2.5)] {
            assert_eq!(severity(odd), Value::Null);
        }
    }

    #[test]
    fn name_and_description_are_one_text() {
        let description = |more: Value| {
            legacy_of(&mapper(), &indicator_with("[file:name = 'a']", more), &Options::new())[0]["Description"].clone()
        };
        assert_eq!(description(json!({"name": "n", "description": "d"})), "n: d");
        assert_eq!(description(json!({"name": "n", "description": "n is bad"})), "n is bad");
        assert_eq!(description(json!({"name": "n"})), "n");
        assert_eq!(description(json!({"description": "d"})), "d");
        assert_eq!(description(json!({})), Value::Null);
    }
}

mod complaints {
    //! What users of these tables, and of tools that fill them, complained of.

    use super::*;

    /// Azure-Sentinel 12075: an `AND` left key and value empty. It does so still in `Exact`, and only there.
    #[test]
    fn and_has_values_unless_they_are_unwanted() {
        let own = indicator("[file:name = 'a' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
        let keys = |mode| {
            let rows = rows_of(&mapper().with_split_mode(mode), &own, &Options::new());
            rows.iter().map(|row| row["ObservableKey"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(keys(SplitMode::Split), ["file:name", "file:hashes.MD5"]);
        assert_eq!(keys(SplitMode::Primary), ["file:hashes.MD5"]);
        assert_eq!(keys(SplitMode::Exact), [Value::Null]);
        let tag = "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']";
        let row = rows_of(&mapper().with_split_mode(SplitMode::Exact), &indicator(tag), &Options::new()).remove(0);
        assert_eq!(row["ObservableKey"], "network-traffic:dst_ref.value");
    }

    /// Azure-Sentinel 12065 and 12429, misp-stix 73: addresses of traffic were nowhere to be found.
    #[test]
    fn addresses_of_traffic_have_columns() {
        let test = "network-traffic:dst_ref.value = '192.0.2.1'";
        assert_eq!(rows(&format!("[{test}]"))[0]["ObservableValue"], "192.0.2.1");
        legacy_values(&format!("[{test}]"), &json!({"NetworkDestinationIP": "192.0.2.1"}));
    }

    /// Azure-Sentinel 12066, misp2sentinel 28: no end made an indicator vanish, or was made up silently.
    #[test]
    fn no_end_is_no_end() {
        let row = &rows("[file:name = 'a']")[0];
        assert_eq!((row.get("ValidUntil"), &row["IsActive"]), (None, &json!(true)));
        let row = &legacy_rows("[file:name = 'a']")[0];
        assert_eq!((row.get("ExpirationDateTime"), &row["Active"]), (None, &json!(true)));
    }

    /// Azure-Sentinel 12067: the newest row by `Id` alone loses all values but one.
    #[test]
    fn rows_are_told_apart_by_id_and_value() {
        let pattern = "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')] OR [url:value = 'http://a/']";
        let rows = rows(pattern);
        let ids: HashSet<_> = rows.iter().map(|row| row["Id"].as_str()).collect();
        let values: HashSet<_> = rows.iter().map(|row| (row["Id"].as_str(), row["ObservableValue"].as_str())).collect();
        assert_eq!((ids.len(), values.len(), rows.len()), (1, 3, 3));
        // The legacy table has no such pair: its ids differ.
        let ids: HashSet<_> =
            legacy_rows(pattern).iter().map(|row| row["IndicatorId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids.len(), 3);
    }

    /// Azure-Sentinel 2112: every version was a duplicate. Ids say which rows are versions of one.
    #[test]
    fn versions_of_a_value_have_one_id() {
        for pattern in ["[file:name = 'a']", "[file:name IN ('a', 'b')]"] {
            let (old, new) =
                (indicator(pattern), indicator_with(pattern, json!({"modified": "2024-05-02T00:00:00Z", "name": "n"})));
            let ids = |own: &Indicator, source: &str| {
                let options = Options::new().with_source_system(source);
                let rows = legacy_of(&mapper(), own, &options);
                rows.iter().map(|row| row["IndicatorId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(ids(&old, "feed"), ids(&new, "feed"));
            assert_ne!(ids(&old, "feed"), ids(&new, "other"));
            assert_eq!(
                rows_of(&mapper(), &old, &Options::new())[0]["Id"],
                rows_of(&mapper(), &new, &Options::new())[0]["Id"]
            );
        }
        // Whoever has to find it again from elsewhere follows the documented rule.
        let version_5 =
            |namespace: &str, name: &str| uuid::Uuid::new_v5(&namespace.parse().unwrap(), name.as_bytes()).to_string();
        let own = ID.strip_prefix("indicator--").unwrap();
        assert_eq!(legacy_rows("[file:name = 'a']")[0]["IndicatorId"], version_5(own, "[\"feed\"]"));
        let of_value = version_5(own, "[\"feed\",\"file:name\",\"b\"]");
        assert_eq!(legacy_rows("[file:name IN ('a', 'b')]")[1]["IndicatorId"], of_value);
        // Ids that differ, though a UUID in them does not.
        for id in [ID.to_uppercase(), ID.replace("indicator", "malware"), "indicator--\"1".to_owned()] {
            let own = indicator_with("[file:name = 'a']", json!({"id": id}));
            let row = &legacy_of(&mapper(), &own, &Options::new())[0];
            let name = json!(["feed", id]).to_string();
            assert_eq!(row["IndicatorId"], version_5("6b1f7d0e-3c52-4b8a-9f6d-2e84c0a75193", &name));
        }
    }

    /// azure-docs 111056: the level was `unknown` though a marking was there.
    #[test]
    fn markings_of_the_feed_are_levels() {
        let id = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
        let marking = json!({"type": "marking-definition", "id": id, "name": "TLP:RED", "created": FROM});
        let mut mapper = mapper();
        mapper.learn(&serde_json::from_value(marking).unwrap());
        let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [id]}));
        let row = &rows_of(&mapper, &own, &Options::new())[0];
        assert_eq!(row["AdditionalFields"], json!({"TLPLevel": "red"}));
        assert_eq!(legacy_of(&mapper, &own, &Options::new())[0]["TrafficLightProtocolLevel"], "red");
    }

    /// misp2sentinel 148, 152, 141: the address stood in the pattern alone. 21: a network in the column of addresses.
    #[test]
    fn networks_and_addresses_have_columns_of_their_own() {
        legacy_values("[ipv4-addr:value = '198.51.100.0/24']", &json!({"NetworkCidrBlock": "198.51.100.0/24"}));
        legacy_values("[ipv4-addr:value = '198.51.100.7']", &json!({"NetworkIP": "198.51.100.7"}));
    }

    /// misp-stix 76, and OpenCTI's connectors 3423: of several hashes one was sent.
    #[test]
    fn every_hash_has_a_row() {
        for operator in ["AND", "OR"] {
            let pattern = format!(
                "[file:hashes.MD5 = 'a' {operator} file:hashes.'SHA-1' = 'b' {operator} file:hashes.SHA256 = 'c']"
            );
            let keys: Vec<_> = rows(&pattern).iter().map(|row| row["ObservableKey"].clone()).collect();
            assert_eq!(keys, ["file:hashes.MD5", "file:hashes.'SHA-1'", "file:hashes.'SHA-256'"]);
            let types: Vec<_> = legacy_rows(&pattern).iter().map(|row| row["FileHashType"].clone()).collect();
            assert_eq!(types, ["md5", "sha1", "sha256"]);
        }
    }

    /// OpenCTI's connectors 2092: no end was set where the indicator has none, which the table wants.
    #[test]
    fn the_caller_chooses_a_default_end() {
        let mapper = mapper().with_default_validity(chrono::TimeDelta::days(365));
        let row = &legacy_of(&mapper, &indicator("[file:name = 'a']"), &Options::new())[0];
        assert_eq!((&row["ExpirationDateTime"], &row["Active"]), (&json!("2025-05-01T10:00:00.000Z"), &json!(true)));
    }

    /// misp2sentinel: the days until the end were chosen by whether the name of a type stood somewhere in the pattern.
    #[test]
    fn words_in_values_decide_nothing() {
        legacy_values(
            "[file:name = 'ipv4-addr:value = url:value']",
            &json!({"FileName": "ipv4-addr:value = url:value"}),
        );
    }

    /// misp-stix 80: rules of other languages.
    #[test]
    fn other_languages_have_a_row_with_their_text() {
        let own = indicator_with("alert tcp any any -> any any", json!({"pattern_type": "snort"}));
        let row = &rows_of(&mapper(), &own, &Options::new())[0];
        assert_eq!((&row["Pattern"], row.get("ObservableKey")), (&json!("alert tcp any any -> any any"), None));
        assert_eq!(row["Data"]["pattern_type"], "snort");
        let information = information(&legacy_of(&mapper(), &own, &Options::new())[0]);
        assert_eq!((&information["pattern_type"], &information["reason"]), (&json!("snort"), &json!("other_language")));
    }

    /// misp-stix 95: quotes and brackets in values.
    #[test]
    fn metacharacters_stay_in_values() {
        let row = &rows(r"[file:name = '[a] AND \'b\' \\']")[0];
        assert_eq!(row["ObservableValue"], r"[a] AND 'b' \");
    }

    /// detection-rules 3439: a URL was matched by its host's address.
    #[test]
    fn a_url_has_no_column_of_addresses() {
        legacy_values("[url:value = 'http://192.0.2.1/a']", &json!({"Url": "http://192.0.2.1/a"}));
    }

    /// Microsoft's own view of the old table: IPv6 in no column, sources as networks, recipients as senders.
    #[test]
    fn values_are_in_no_column_of_another_kind() {
        legacy_values("[ipv6-addr:value = '2001:db8::1']", &json!({"NetworkIP": "2001:db8::1"}));
        legacy_values("[network-traffic:src_ref.value = '192.0.2.1']", &json!({"NetworkSourceIP": "192.0.2.1"}));
        legacy_values("[email-message:to_refs[*].value = 'a@b.org']", &json!({"EmailRecipient": "a@b.org"}));
        let own = indicator_with("[file:name = 'a']", json!({"description": "d"}));
        assert_eq!(legacy_of(&mapper(), &own, &Options::new())[0].get("EmailSubject"), None);
    }
}
