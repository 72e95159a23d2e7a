//! The table of indicators.

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
        ("ipv4-addr:value = '198.51.100.7/32'", "ipv4-addr:value", "198.51.100.7"),
        ("file:hashes.'SHA-256' = 'AB'", "file:hashes.'SHA-256'", "ab"),
        // OpenCTI 5428 and 5580, misp2sentinel's algo_map: spellings of one algorithm.
        ("file:hashes.SHA256 = 'AB'", "file:hashes.'SHA-256'", "ab"),
        ("file:hashes.'md5' = 'AB'", "file:hashes.MD5", "ab"),
        ("network-traffic:dst_port = 443", "network-traffic:dst_port", "443"),
        ("domain-name:value = 'Example.org.'", "domain-name:value", "example.org"),
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
    assert_eq!((row["Pattern"].as_str(), row["ObservableValue"].as_str().map(str::len)), (Some(&*pattern), Some(2000)));
}

#[test]
fn state_and_revocation_decide_what_is_active() {
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
fn c05_a_start_that_cannot_be_read_is_in_the_data_and_created_in_its_column() {
    let odd = "2025-15-08T00:00:00Z";
    let row = |more: Value| rows_of(&mapper(), &indicator_with("[file:name = 'a']", more), &Options::new()).remove(0);
    let known = row(json!({"valid_from": odd}));
    assert_eq!((&known["ValidFrom"], &known["IsActive"]), (&json!(crate::row::FROM), &json!(true)));
    assert_eq!(known["Data"]["valid_from"], odd);
    let unknown = row(json!({"valid_from": odd, "created": odd}));
    assert_eq!((unknown.get("ValidFrom"), &unknown["IsActive"]), (None, &json!(false)));
    assert_eq!((&unknown["Data"]["valid_from"], &unknown["Data"]["created"]), (&json!(odd), &json!(odd)));
    let legacy = legacy_of(
        &mapper(),
        &indicator_with("[file:name = 'a']", json!({"valid_from": odd, "created": odd})),
        &Options::new(),
    );
    assert_eq!(legacy[0]["Active"], json!(false));
}

#[test]
fn levels_are_those_of_tlp_1() {
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
fn r02_parts_are_listed_and_are_never_values() {
    let part = |key: &str, value: &str| json!({"ObservableKey": key, "ObservableValue": value});
    let parts = json!([part("file:name", "a"), part("file:size", "5")]);
    let all = rows("[file:name = 'a' AND file:size = 5]");
    let [row] = &all[..] else { panic!("it has {} rows", all.len()) };
    assert_eq!(row["AdditionalFields"], json!({"Relation": "all_of", "Parts": parts}));
    assert_eq!((row.get("ObservableKey"), row.get("ObservableValue")), (None, None));
    let mixed = rows("[file:name = 'b' OR (file:name = 'a' AND file:size = 5)]");
    assert_eq!((mixed.len(), &mixed[0]["ObservableValue"], mixed[0].get("AdditionalFields")), (2, &json!("b"), None));
    assert_eq!(mixed[1]["AdditionalFields"], json!({"Relation": "mixed", "Parts": parts}));
    assert_eq!(mixed[1].get("ObservableValue"), None);
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
