//! The forms that patterns come in, one test each.

use serde_json::json;
use stixkit::pattern::Pattern;
use stixkit::row::{Class, RelationKind, Unmapped, ValueKind};

use super::{indicator_with, mapper, maps, maps_to_context, maps_to_nothing, outcome, row, shown};

#[test]
fn one_comparison() {
    maps(
        "[url:value = 'http://example.org/']",
        Class::Atomic,
        RelationKind::Single,
        &["+url:value http://example.org/"],
    );
    maps("(([ (file:size == 5) ]))", Class::Atomic, RelationKind::Single, &["+file:size 5"]);
}

#[test]
fn or_in_one_observation() {
    let pattern = "[domain-name:value = 'a.example.org' OR ipv4-addr:value = '192.0.2.1']";
    let rows = ["+domain-name:value a.example.org", "+ipv4-addr:value 192.0.2.1"];
    maps(pattern, Class::AnyOf, RelationKind::AnyOf, &rows);
}

#[test]
fn or_of_observations() {
    let pattern = "([file:name = 'a'] OR [file:name = 'b']) OR [file:name = 'c']";
    maps(pattern, Class::AnyOf, RelationKind::AnyOf, &["+file:name a", "+file:name b", "+file:name c"]);
}

#[test]
fn in_list() {
    maps("[file:name IN ('a', 'b')]", Class::AnyOf, RelationKind::AnyOf, &["+file:name a", "+file:name b"]);
    maps("[file:name IN ('a')]", Class::Atomic, RelationKind::Single, &["+file:name a"]);
    maps_to_nothing("[file:name IN ()]", &Unmapped::EmptyList);
}

#[test]
fn type_and_value() {
    let pattern = "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']";
    maps(pattern, Class::Atomic, RelationKind::Single, &["+network-traffic:dst_ref.value 192.0.2.1"]);
    maps_to_nothing("[network-traffic:dst_ref.type = 'ipv4-addr']", &Unmapped::TypeOnly);
}

#[test]
fn and_of_one_type() {
    let pattern = "[file:name = 'n' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']";
    let rows = ["file:name n", "*file:hashes.MD5 d41d8cd98f00b204e9800998ecf8427e"];
    maps(pattern, Class::AllOf, RelationKind::AllOf, &rows);
}

#[test]
fn c03_the_primary_value_follows_a_fixed_order() {
    // The name keeps the hashes from implying the others.
    let order = [
        ("file:hashes.'SHA-512'", "'a'"),
        ("file:hashes.'SHA-256'", "'a'"),
        ("file:hashes.'SHA3-256'", "'a'"),
        ("file:hashes.'SHA-1'", "'a'"),
        ("file:hashes.MD5", "'d41d8cd98f00b204e9800998ecf8427e'"),
        ("file:hashes.SSDEEP", "'3:a:b'"),
        ("url:value", "'http://example.org/'"),
        ("domain-name:value", "'example.org'"),
        ("ipv4-addr:value", "'192.0.2.1'"),
        ("email-addr:value", "'a@example.org'"),
        ("windows-registry-key:key", "'HKLM'"),
        ("mutex:name", "'m'"),
        ("process:command_line", "'c'"),
        ("file:name", "'n'"),
        ("user-account:account_login", "'u'"),
        ("network-traffic:dst_port", "8443"),
        ("email-message:subject", "'Request Help'"),
        ("file:size", "5"),
        ("network-traffic:protocols[*]", "'tcp'"),
    ];
    for (place, (key, value)) in order.iter().enumerate() {
        // From the least to the best, so that the order of the pattern does not decide.
        let tests: Vec<_> = order[place..].iter().rev().map(|(key, value)| format!("{key} = {value}")).collect();
        if let [_, _, ..] = tests[..] {
            let outcome = outcome(&format!("[{}]", tests.join(" AND ")));
            let primary: Vec<_> = outcome.rows.iter().filter(|row| row.relation.primary).collect();
            let [primary] = primary[..] else { panic!("one is primary") };
            let observable = primary.observable.as_ref().unwrap();
            assert_eq!((&*observable.key, &*observable.value), (*key, value.trim_matches('\'')));
        }
    }
}

#[test]
fn c03_circumstances_come_last() {
    for (pattern, primary) in [
        ("[network-traffic:dst_port = 8443 AND network-traffic:protocols[*] = 'tcp']", "8443"),
        ("[email-message:is_multipart = 'false' AND email-message:subject = 'Request Help']", "Request Help"),
        (
            "[network-traffic:extensions.'http-request-ext'.request_method = 'get' \
              AND network-traffic:extensions.'http-request-ext'.request_value = '/action2/']",
            "/action2/",
        ),
        ("[user-account:account_type = 'unix' AND user-account:user_id = '7']", "7"),
    ] {
        let outcome = outcome(pattern);
        let primary_row = outcome.rows.iter().find(|row| row.relation.primary).unwrap();
        assert_eq!(primary_row.observable.as_ref().unwrap().value, primary, "{pattern}");
    }
}

#[test]
fn r05_the_strongest_hash_of_a_file_stands_alone() {
    let (md5, sha1, sha256) = ("3".repeat(32), "f".repeat(40), "b".repeat(64));
    let pattern = format!(
        "[file:hashes.'SHA-256' = '{sha256}' AND file:hashes.'SHA-1' = '{sha1}' AND file:hashes.MD5 = '{md5}']"
    );
    let rows = [
        format!("+file:hashes.'SHA-256' {sha256}"),
        format!("file:hashes.'SHA-1' {sha1}"),
        format!("file:hashes.MD5 {md5}"),
    ];
    maps(&pattern, Class::AllOf, RelationKind::AllOf, &rows.each_ref().map(String::as_str));
}

#[test]
fn c04_only_addresses_of_a_message_are_addresses() {
    for (pattern, kind) in [
        ("[email-message:x_link_refs[*].value = 'http://evil.example/a']", ValueKind::Url),
        ("[email-message:body_ref.value = 'a@evil.example']", ValueKind::Email),
        ("[email-message:from_ref.value = 'evil.example']", ValueKind::Email),
        ("[email-message:bcc_refs[*].value = 'a@evil.example']", ValueKind::Email),
    ] {
        assert_eq!(row(pattern).observable.unwrap().kind, kind, "{pattern}");
    }
}

#[test]
fn c08_common_spellings_have_a_type() {
    for (path, value, kind) in [
        ("domain_name:value", "Evil.example", ValueKind::Domain),
        ("domain:value", "Evil.example", ValueKind::Domain),
        ("ip:value", "192.0.2.1", ValueKind::Ipv4),
        ("ip:value", "2001:db8::1", ValueKind::Ipv6),
        ("ipv4addr:value", "192.0.2.0/24", ValueKind::Cidr),
        ("file:path", "/tmp/a", ValueKind::Path),
        ("file:file_name", "a", ValueKind::Name),
        ("email:value", "a@evil.example", ValueKind::Email),
        ("emailaddr:value", "a@evil.example", ValueKind::Email),
        ("uri:value", "http://evil.example/", ValueKind::Url),
        ("win-registry-key:key", "HKLM", ValueKind::RegistryKey),
        ("email:subject", "Hello", ValueKind::Text),
        ("domain-name:resolves_to_refs[*].value", "192.0.2.1", ValueKind::Ipv4),
    ] {
        let row = row(&format!("[{path} = '{value}']"));
        assert!(row.relation.standalone);
        assert_eq!(row.observable.unwrap().kind, kind, "{path}");
    }
    maps("[file:name LIKE 'a.exe']", Class::Atomic, RelationKind::Single, &["+file:name a.exe"]);
}

#[test]
fn and_of_several_types_never_matches_and_keeps_its_parts() {
    let outcome = outcome("[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'example.org']");
    assert_eq!((outcome.class, &outcome.reason), (Class::AllOf, &Some(Unmapped::MixedTypes)));
    assert_eq!(shown(&outcome), ["ipv4-addr:value 192.0.2.1", "*domain-name:value example.org"]);
}

#[test]
fn or_under_and() {
    let pattern = "[file:name = 'a' AND (file:size = 1 OR file:size = 2)]";
    maps(pattern, Class::Mixed, RelationKind::Mixed, &["*file:name a", "file:size 1", "file:size 2"]);
}

#[test]
fn and_under_or() {
    let pattern = "[file:name = 'a' OR (file:name = 'b' AND file:size = 2)]";
    maps(pattern, Class::Mixed, RelationKind::Mixed, &["+file:name a", "*file:name b", "file:size 2"]);
}

#[test]
fn networks() {
    for pattern in ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "[ipv4-addr:value = '198.51.100.0/24']"] {
        let row = row(pattern);
        assert!(row.relation.standalone);
        assert_eq!(row.observable.unwrap().kind, ValueKind::Cidr);
    }
    let row = row("[x-host:address ISSUBSET '198.51.100.0/24']");
    assert_eq!(row.observable.unwrap().kind, ValueKind::Cidr);
    maps_to_nothing("[ipv4-addr:value ISSUPERSET '198.51.100.0/24']", &Unmapped::Superset);
    maps_to_nothing("[ipv4-addr:value ISSUBSET 'example']", &Unmapped::NotANetwork);
}

#[test]
fn negation() {
    for pattern in [
        "[file:name != 'a']",
        "[file:name <> 'a']",
        "[file:name NOT = 'a']",
        "[file:name NOT IN ('a', 'b')]",
        "[file:name NOT LIKE 'a']",
        "[ipv4-addr:value NOT ISSUBSET '198.51.100.0/24']",
        "[NOT EXISTS file:name]",
        "[file:size = 1 AND file:name != 'a']",
        "[file:name != 'a' AND file:size = 1]",
    ] {
        maps_to_nothing(pattern, &Unmapped::Negated);
    }
}

#[test]
fn or_with_a_negated_branch_is_mapped_in_part() {
    let outcome = outcome("[file:name = 'a' OR file:name != 'b'] OR [file:size = 1]");
    assert_eq!((outcome.class, &outcome.reason), (Class::AnyOf, &Some(Unmapped::Negated)));
    assert_eq!(shown(&outcome), ["+file:name a", "+file:size 1"]);
    assert!(outcome.rows.iter().all(|row| row.reason == Some(Unmapped::Negated)));
}

#[test]
fn one_branch_of_several_is_not_the_whole() {
    let row = row("[file:name = 'a' OR file:name LIKE 'b%']");
    assert_eq!((row.relation.kind, row.relation.standalone), (RelationKind::AnyOf, true));
    assert!(row.group().is_some());
}

#[test]
fn other_operators() {
    for operator in ["<", "<=", ">", ">="] {
        maps_to_nothing(&format!("[file:size {operator} 5]"), &Unmapped::Range);
    }
    maps_to_nothing("[file:name LIKE 'a%']", &Unmapped::Like);
    maps_to_nothing("[file:name MATCHES '^a']", &Unmapped::Matches);
    maps_to_nothing("[EXISTS file:name]", &Unmapped::Exists);
}

#[test]
fn several_observations() {
    for (operator, relation, reason) in [
        ("AND", RelationKind::SeveralObservations, Unmapped::SeveralObservations),
        ("FOLLOWEDBY", RelationKind::Sequence, Unmapped::Sequence),
    ] {
        let pattern = format!("[file:size = 5] {operator} [file:name = 'b' OR file:name LIKE 'c%']");
        maps_to_context(&pattern, relation, &reason, &["file:size 5", "*file:name b"]);
        maps_to_nothing(&format!("[file:name != 'a'] {operator} [file:name != 'b']"), &reason);
    }
}

#[test]
fn qualifiers() {
    for pattern in [
        "[file:name = 'a'] WITHIN 5 SECONDS",
        "[file:name = 'a'] REPEATS 1 TIMES",
        "[file:name = 'a'] REPEATS 5 TIMES WITHIN 60 SECONDS",
        "[file:name = 'a'] START t'2024-05-01T00:00:00Z' STOP t'2024-06-01T00:00:00Z'",
    ] {
        maps_to_context(pattern, RelationKind::Qualified, &Unmapped::Qualifier, &["*file:name a"]);
    }
    let pattern = "([file:name = 'a'] OR [file:name = 'b']) WITHIN 5 SECONDS";
    maps_to_context(pattern, RelationKind::Qualified, &Unmapped::Qualifier, &["*file:name a", "file:name b"]);
}

#[test]
fn a_window_in_the_form_of_stix_2_0() {
    let pattern = "[file:name = 'a'] START '2024-05-01T00:00:00Z' STOP '2024-06-01T00:00:00Z'";
    let old = indicator_with(pattern, json!({"spec_version": null, "pattern_type": null, "labels": ["benign"]}));
    assert_eq!(mapper().map(&old).reason, Some(Unmapped::Qualifier));
    assert_eq!(outcome(pattern).class, Class::Invalid);
}

#[test]
fn other_languages() {
    for language in ["yara", "sigma", "snort", "suricata", "pcre", "x-own"] {
        let rule = indicator_with("[file:name = 'a']", json!({"pattern_type": language}));
        let outcome = mapper().map(&rule).into_owned();
        assert_eq!((outcome.class, &outcome.reason), (Class::Unsupported, &Some(Unmapped::OtherLanguage)));
        assert_eq!((outcome.rows.len(), outcome.rows[0].pattern_type.as_str()), (1, language));
        assert_eq!((&*outcome.rows[0].pattern, &outcome.rows[0].observable), ("[file:name = 'a']", &None));
    }
    for spelling in ["STIX", "stix2"] {
        let own = indicator_with("[file:name = 'a']", json!({"pattern_type": spelling}));
        assert_eq!(mapper().map(&own).class, Class::Atomic);
    }
}

#[test]
fn what_does_not_parse() {
    for pattern in ["", "file:name = 'a'", "[file:name = 'a'", "[file:name = ]", "[file:hashes.SHA-256 = 'a']"] {
        let outcome = outcome(pattern);
        let error = Pattern::parse(pattern).unwrap_err();
        assert_eq!(outcome.class, Class::Invalid);
        assert!(outcome.reason.as_ref().unwrap().to_string().ends_with(&error.to_string()));
        assert_eq!(outcome.reason, Some(Unmapped::InvalidPattern(error)));
        let [row] = &outcome.rows[..] else { panic!("{pattern}") };
        assert_eq!((&*row.pattern, &row.observable), (pattern, &None));
    }
}

#[test]
fn words_in_literals_are_no_operators() {
    maps(
        "[file:name = 'this AND that OR [those]']",
        Class::Atomic,
        RelationKind::Single,
        &["+file:name this AND that OR [those]"],
    );
}
