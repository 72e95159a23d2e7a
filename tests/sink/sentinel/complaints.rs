//! What users of these tables, and of tools that fill them, complained of.

use super::*;

/// Azure-Sentinel 12075: an `AND` left key and value empty, and nothing named its values. They are
/// parts of one row now, unless they are unwanted.
#[test]
fn r02_the_values_of_an_and_are_parts() {
    let own = indicator("[file:name = 'a' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
    let parts = |mode| {
        let rows = rows_of(&mapper().with_split_mode(mode), &own, &Options::new());
        let [row] = &rows[..] else { panic!("it has {} rows", rows.len()) };
        assert_eq!((row.get("ObservableKey"), row.get("ObservableValue")), (None, None));
        let parts = row["AdditionalFields"]["Parts"].as_array().cloned().unwrap_or_default();
        assert_eq!(row["AdditionalFields"]["Relation"].is_string(), !parts.is_empty());
        parts.iter().map(|part| part["ObservableKey"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(parts(SplitMode::Split), ["file:hashes.MD5", "file:name"]);
    assert_eq!(parts(SplitMode::Primary), ["file:hashes.MD5"]);
    assert_eq!(parts(SplitMode::Exact), [""; 0]);
    let tag = "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']";
    let row = rows_of(&mapper().with_split_mode(SplitMode::Exact), &indicator(tag), &Options::new()).remove(0);
    assert_eq!(row["ObservableKey"], "network-traffic:dst_ref.value");
    assert_eq!(row.get("AdditionalFields"), None);
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
    let without_value = legacy_rows("[file:name LIKE 'a%']");
    assert_eq!(without_value[0]["IndicatorId"], version_5(own, "[\"feed\"]"));
    // However many values there are.
    let of_value = version_5(own, "[\"feed\",\"domain-name:value\",\"b.example\"]");
    assert_eq!(legacy_rows("[domain-name:value = 'B.Example.']")[0]["IndicatorId"], of_value);
    let of_value = version_5(own, "[\"feed\",\"file:name\",\"b\"]");
    assert_eq!(legacy_rows("[file:name IN ('a', 'b')]")[1]["IndicatorId"], of_value);
    // Ids that differ, though a UUID in them does not.
    for id in [ID.to_uppercase(), ID.replace("indicator", "malware"), "indicator--\"1".to_owned()] {
        let own = indicator_with("[file:name = 'a']", json!({"id": id}));
        let row = &legacy_of(&mapper(), &own, &Options::new())[0];
        let name = json!(["feed", id, "file:name", "a"]).to_string();
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
    let (md5, sha1, sha256) = ("a".repeat(32), "b".repeat(40), "c".repeat(64));
    let pattern = |operator| {
        format!(
            "[file:hashes.MD5 = '{md5}' {operator} file:hashes.'SHA-1' = '{sha1}' {operator} file:hashes.SHA256 = '{sha256}']"
        )
    };
    let keys: Vec<_> = rows(&pattern("OR")).iter().map(|row| row["ObservableKey"].clone()).collect();
    assert_eq!(keys, ["file:hashes.MD5", "file:hashes.'SHA-1'", "file:hashes.'SHA-256'"]);
    let types: Vec<_> = legacy_rows(&pattern("OR")).iter().map(|row| row["FileHashType"].clone()).collect();
    assert_eq!(types, ["md5", "sha1", "sha256"]);
    // Of one file, the strongest implies the others.
    let one_file = rows(&pattern("AND"));
    let [row] = &one_file[..] else { panic!("it has {} rows", one_file.len()) };
    assert_eq!(row["ObservableKey"], "file:hashes.'SHA-256'");
    let parts = row["AdditionalFields"]["Parts"].as_array().unwrap();
    let keys: Vec<_> = parts.iter().map(|part| &part["ObservableKey"]).collect();
    assert_eq!(keys, ["file:hashes.MD5", "file:hashes.'SHA-1'"]);
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
    legacy_values("[file:name = 'ipv4-addr:value = url:value']", &json!({"FileName": "ipv4-addr:value = url:value"}));
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
