//! The table of before 2025.

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
        ("domain-name:resolves_to_refs[*].value = '192.0.2.1'", json!({"NetworkIP": "192.0.2.1"})),
        ("url:value = 'HTTP://Example.org/A'", json!({"Url": "http://example.org/A"})),
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
fn r02_values_that_belong_together_are_one_row_without_a_value() {
    for (pattern, parts) in [
        ("[network-traffic:dst_ref.value = '8.8.8.8' AND network-traffic:dst_port = 4444]", &["8.8.8.8", "4444"][..]),
        (
            "[domain-name:value = 'www.google.com' AND domain-name:resolves_to_refs[*].value = '198.51.100.66']",
            &["www.google.com", "198.51.100.66"],
        ),
        ("[file:size = 5] AND [file:name = 'a' OR file:name = 'b']", &["a", "5", "b"]),
        ("[file:name = 'a'] WITHIN 5 SECONDS", &["a"]),
    ] {
        legacy_values(pattern, &json!({}));
        let information = information(&legacy_rows(pattern)[0]);
        let observables = information["observables"].as_array().unwrap();
        let values: Vec<_> = observables.iter().map(|observable| observable["value"].as_str().unwrap()).collect();
        assert_eq!((&values[..], information["relation"].is_string()), (parts, true), "{pattern}");
        assert_eq!(information["pattern"], pattern);
    }
}

#[test]
fn r05_a_hash_that_implies_the_others_has_its_columns() {
    let (md5, sha1) = ("a".repeat(32), "b".repeat(40));
    let pattern = format!("[file:hashes.MD5 = '{md5}' AND file:hashes.'SHA-1' = '{sha1}' AND file:size = 5]");
    legacy_values(&pattern, &json!({"FileHashType": "sha1", "FileHashValue": sha1}));
    let others = json!([{"key": "file:hashes.MD5", "value": md5}, {"key": "file:size", "value": "5"}]);
    assert_eq!(information(&legacy_rows(&pattern)[0])["observables"], others);
}

#[test]
fn values_that_stand_alone_have_rows_beside_the_parts() {
    let rows = legacy_rows("[file:name = 'a' OR (file:name = 'b' AND file:size = 5)]");
    let values: Vec<_> = rows.iter().map(|row| json!(values(row))).collect();
    assert_eq!(values, [json!({"FileName": "a"}), json!({})]);
    let parts = json!([{"key": "file:name", "value": "b"}, {"key": "file:size", "value": "5"}]);
    assert_eq!(information(&rows[1])["observables"], parts);
    let ids: HashSet<_> = rows.iter().map(|row| row["IndicatorId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn many_parts_take_linear_time() {
    let tests: Vec<_> = (0..20_000).map(|number| format!("file:name = '{number}'")).collect();
    let (own, mapper, options) = (indicator(&format!("[{}]", tests.join(" AND "))), mapper(), Options::new());
    let outcome = mapper.map(&own);
    let rows = ThreatIntelligenceIndicator::rows(&outcome, &own, &options);
    assert_eq!(rows.len(), 1);
    let row = serde_json::to_value(JsonLine(&rows[0])).unwrap();
    assert_eq!(information(&row)["observables"].as_array().unwrap().len(), 20_000);
}

#[test]
fn the_origin_of_the_end_is_said() {
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
fn threat_types() {
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
fn phases_of_the_kill_chain_are_flags() {
    let row = |phases: &[(&str, &str)]| {
        let phases: Vec<_> =
            phases.iter().map(|(chain, phase)| json!({"kill_chain_name": chain, "phase_name": phase})).collect();
        let own = indicator_with("[file:name = 'a']", json!({"kill_chain_phases": phases, "labels": ["l"]}));
        legacy_of(&mapper(), &own, &Options::new()).remove(0)
    };
    let names = ["Reconnaissance", "Weaponization", "Delivery", "Exploitation", "C2", "Actions"];
    let flags = |row: &Value| names.map(|name| row.get(format!("KillChain{name}")).and_then(Value::as_bool));
    let lockheed = "lockheed-martin-cyber-kill-chain";
    for (place, phase) in
        ["reconnaissance", "weaponization", "delivery", "exploitation", "command-and-control", "actions-on-objectives"]
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
