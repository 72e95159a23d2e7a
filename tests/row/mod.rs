//! Indicators to rows, through the public interface alone.

mod joined;
mod upserts;

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::json;
use stixkit::object::{Indicator, Tlp};
use stixkit::pattern::Pattern;
use stixkit::pattern::ast::{Comparison, ComparisonExpression, Literal, ObservationExpression, OperatorKind, Path};
use stixkit::row::{
    Class, Counts, Direction, ExpirySource, Mapper, Outcome, RelationKind, Row, SplitMode, State, Unmapped, ValueKind,
};
use stixkit::{Object, Timestamp};

pub(crate) const ID: &str = "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
pub(crate) const FROM: &str = "2024-05-01T10:00:00Z";

/// An indicator of STIX 2.1 with this pattern, `more` properties on top of it.
pub(crate) fn indicator_with(pattern: &str, more: serde_json::Value) -> Indicator {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": ID, "created": FROM, "modified": FROM,
        "pattern": pattern, "pattern_type": "stix", "valid_from": FROM,
    });
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    serde_json::from_value(object).unwrap()
}

pub(crate) fn indicator(pattern: &str) -> Indicator {
    indicator_with(pattern, json!({}))
}

pub(crate) fn mapper() -> Mapper {
    Mapper::new("2024-06-01T00:00:00Z".parse().unwrap()).with_source("feed")
}

fn outcome(pattern: &str) -> Outcome<'static> {
    mapper().map(&indicator(pattern)).into_owned()
}

fn row(pattern: &str) -> Row<'static> {
    let mut rows = outcome(pattern).rows;
    assert_eq!(rows.len(), 1, "{pattern}");
    rows.remove(0)
}

/// Key and value of each row, `+` before those that stand alone and `*` before the primary of the others.
fn shown(outcome: &Outcome<'_>) -> Vec<String> {
    let show = |row: &Row<'_>| {
        let mark = match (row.relation.standalone, row.relation.primary) {
            (true, _) => "+",
            (false, true) => "*",
            (false, false) => "",
        };
        match &row.observable {
            Some(observable) => format!("{mark}{} {}", observable.key, observable.value),
            None => mark.to_owned(),
        }
    };
    outcome.rows.iter().map(show).collect()
}

#[track_caller]
fn maps(pattern: &str, class: Class, relation: RelationKind, rows: &[&str]) {
    let outcome = outcome(pattern);
    assert_eq!((outcome.class, &outcome.reason), (class, &None), "{pattern}");
    assert_eq!(shown(&outcome), rows, "{pattern}");
    assert!(outcome.rows.iter().all(|row| row.relation.kind == relation && row.pattern == pattern), "{pattern}");
}

/// One row with the pattern and the reason, and nothing that could be matched.
#[track_caller]
fn maps_to_nothing(pattern: &str, reason: &Unmapped) {
    let outcome = outcome(pattern);
    assert_eq!((outcome.class, outcome.reason.as_ref()), (Class::Unsupported, Some(reason)), "{pattern}");
    assert!(!outcome.has_observable());
    let [row] = &outcome.rows[..] else { panic!("{pattern}") };
    assert_eq!((&*row.pattern, row.reason.as_ref()), (pattern, Some(reason)));
    assert!(!row.relation.standalone && !row.relation.primary && row.group().is_none());
}

mod forms {
    //! The forms that patterns come in, one test each.

    use super::*;

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
    fn the_primary_value_follows_a_fixed_order() {
        let order = [
            ("file:hashes.MD5", "'d41d8cd98f00b204e9800998ecf8427e'"),
            ("url:value", "'http://example.org/'"),
            ("domain-name:value", "'example.org'"),
            ("ipv4-addr:value", "'192.0.2.1'"),
            ("email-addr:value", "'a@example.org'"),
            ("file:name", "'n'"),
            ("file:size", "5"),
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
        maps_to_nothing("[file:name = 'a'] AND [file:name = 'b']", &Unmapped::SeveralObservations);
        maps_to_nothing("[file:name = 'a'] FOLLOWEDBY [file:name = 'b']", &Unmapped::Sequence);
    }

    #[test]
    fn qualifiers() {
        for pattern in [
            "[file:name = 'a'] WITHIN 5 SECONDS",
            "[file:name = 'a'] REPEATS 1 TIMES",
            "[file:name = 'a'] REPEATS 5 TIMES WITHIN 60 SECONDS",
            "[file:name = 'a'] START t'2024-05-01T00:00:00Z' STOP t'2024-06-01T00:00:00Z'",
            "([file:name = 'a'] OR [file:name = 'b']) WITHIN 5 SECONDS",
        ] {
            maps_to_nothing(pattern, &Unmapped::Qualifier);
        }
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
}

mod values {
    //! Normalisation.

    use super::*;

    /// Key, value, normal form, kind, and whether the form is right.
    #[track_caller]
    fn value(test: &str, key: &str, norm: &str, kind: ValueKind, well_formed: bool) -> String {
        let observable = row(&format!("[{test}]")).observable.unwrap();
        assert_eq!((&*observable.key, &*observable.norm), (key, norm), "{test}");
        assert_eq!((observable.kind, observable.well_formed), (kind, well_formed), "{test}");
        assert_eq!(observable.object_type, key.split(':').next().unwrap());
        observable.value.into_owned()
    }

    #[test]
    fn hash_names_have_one_spelling() {
        let hash = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
        for name in ["'SHA-256'", "SHA256", "sha256", "'sha-256'", "sha_256", "'SHA 256'"] {
            let test = format!("file:hashes.{name} = '{hash}'");
            let key = "file:hashes.'SHA-256'";
            let value = value(&test, key, &hash.to_lowercase(), ValueKind::Hash, true);
            assert_eq!(value, hash);
        }
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        for name in ["MD5", "'MD5'", "md5"] {
            value(&format!("file:hashes.{name} = '{md5}'"), "file:hashes.MD5", md5, ValueKind::Hash, true);
        }
        value(&format!("file:hashes.imphash = '{md5}'"), "file:hashes.IMPHASH", md5, ValueKind::Hash, true);
        value(&format!("file:hashes.x_own = '{md5}'"), "file:hashes.x_own", md5, ValueKind::Hash, true);
        value(&format!("file:hashes.'SHA-1' = '{md5}'"), "file:hashes.'SHA-1'", md5, ValueKind::Hash, false);
    }

    #[test]
    fn numbers_in_strings() {
        value("network-traffic:dst_port = '8443'", "network-traffic:dst_port", "8443", ValueKind::Port, true);
        value("file:size = '1234'", "file:size", "1234", ValueKind::Number, true);
        value("autonomous-system:number = '174'", "autonomous-system:number", "174", ValueKind::Asn, true);
        value("autonomous-system:number = 'AS174'", "autonomous-system:number", "174", ValueKind::Asn, true);
        value("network-traffic:dst_port = 8443", "network-traffic:dst_port", "8443", ValueKind::Port, true);
        value("network-traffic:dst_port = 'https'", "network-traffic:dst_port", "https", ValueKind::Text, false);
    }

    #[test]
    fn addresses() {
        let value4 = |text: &str, norm, kind, well_formed| {
            value(&format!("ipv4-addr:value = '{text}'"), "ipv4-addr:value", norm, kind, well_formed);
        };
        value4("192.0.2.1", "192.0.2.1", ValueKind::Ipv4, true);
        value4("192.0.2.1/32", "192.0.2.1", ValueKind::Ipv4, true);
        value4("192.0.2.9/24", "192.0.2.0/24", ValueKind::Cidr, true);
        value4("2001:DB8::1", "2001:db8::1", ValueKind::Ipv6, false);
        value4("192.0.2.999", "192.0.2.999", ValueKind::Text, false);
        let value6 = |text: &str, norm, kind| {
            value(&format!("ipv6-addr:value = '{text}'"), "ipv6-addr:value", norm, kind, true);
        };
        value6("2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1", ValueKind::Ipv6);
        value6("2001:DB8::/32", "2001:db8::/32", ValueKind::Cidr);
        value6("2001:DB8::1/128", "2001:db8::1", ValueKind::Ipv6);
    }

    #[test]
    fn names_and_urls() {
        let text = value(
            "domain-name:value = 'WWW.Example.ORG.'",
            "domain-name:value",
            "www.example.org",
            ValueKind::Domain,
            true,
        );
        assert_eq!(text, "WWW.Example.ORG.");
        value("domain-name:value = '192.0.2.1'", "domain-name:value", "192.0.2.1", ValueKind::Domain, false);
        let url = "HTTP://Example.org/A%20b?C=D";
        value(&format!("url:value = '{url}'"), "url:value", url, ValueKind::Url, true);
        value("email-addr:value = 'Ab@Example.ORG'", "email-addr:value", "Ab@example.org", ValueKind::Email, true);
        value("mac-addr:value = '00-00-5E-00-53-01'", "mac-addr:value", "00:00:5e:00:53:01", ValueKind::Mac, true);
    }

    #[test]
    fn literals_are_decoded_once() {
        let text = value(r"file:name = 'C:\\new \'x\''", "file:name", r"C:\new 'x'", ValueKind::Name, true);
        assert_eq!(text, r"C:\new 'x'");
        value(r"url:value = 'http://a/\\\\b'", "url:value", r"http://a/\\b", ValueKind::Url, true);
    }

    #[test]
    fn directions() {
        let direction = |test: &str| row(&format!("[{test}]")).observable.unwrap().direction;
        assert_eq!(direction("network-traffic:src_ref.value = '192.0.2.1'"), Some(Direction::Src));
        assert_eq!(direction("network-traffic:dst_port = 22"), Some(Direction::Dst));
        assert_eq!(direction("email-message:from_ref.value = 'a@example.org'"), Some(Direction::Src));
        assert_eq!(direction("email-message:to_refs[*].value = 'a@example.org'"), Some(Direction::Dst));
        assert_eq!(direction("ipv4-addr:value = '192.0.2.1'"), None);
    }
}

mod rules {
    //! R1 to R10.

    use super::*;

    fn mapped(more: serde_json::Value) -> Row<'static> {
        mapper().map(&indicator_with("[ipv4-addr:value = '192.0.2.1']", more)).rows.remove(0).into_owned()
    }

    #[test]
    fn r1_state() {
        assert_eq!(mapped(json!({})).validity.state, State::Active);
        assert_eq!(mapped(json!({"valid_until": "2024-06-01T00:00:00.001Z"})).validity.state, State::Active);
        assert_eq!(mapped(json!({"valid_until": "2024-06-01T00:00:00Z"})).validity.state, State::Expired);
        assert_eq!(mapped(json!({"valid_from": "2024-06-01T00:00:00.001Z"})).validity.state, State::Pending);
    }

    #[test]
    fn r2_expiry() {
        let row = mapped(json!({}));
        assert_eq!((row.validity.until, row.validity.expiry_source), (None, None));
        let row = mapped(json!({"valid_until": "2024-07-01T02:00:00+02:00"}));
        assert_eq!(row.validity.until.unwrap().to_string(), "2024-07-01T02:00:00+02:00");
        assert_eq!(row.validity.expiry_source, Some(ExpirySource::ValidUntil));

        let mapper = mapper().with_default_validity(chrono::TimeDelta::days(10));
        let own = indicator("[ipv4-addr:value = '192.0.2.1']");
        let row = &mapper.map(&own).rows[0];
        assert_eq!(row.validity.until, Some(Timestamp::parse("2024-05-11T10:00:00Z").unwrap()));
        assert_eq!((row.validity.expiry_source, row.validity.state), (Some(ExpirySource::Default), State::Expired));
        let far = Mapper::new(chrono::DateTime::UNIX_EPOCH).with_default_validity(chrono::TimeDelta::MAX);
        assert_eq!(far.map(&own).rows[0].validity.until, None);
    }

    #[test]
    fn r3_revoked_beats_valid_until() {
        let row = mapped(json!({"revoked": true, "valid_until": "2099-01-01T00:00:00Z"}));
        assert_eq!((row.validity.state, row.validity.expiry_source), (State::Revoked, Some(ExpirySource::Revoked)));
        assert!(row.validity.until.is_some());
    }

    #[test]
    fn r4_confidence() {
        assert_eq!(mapped(json!({})).context.confidence, None);
        assert_eq!(mapped(json!({"confidence": 0})).context.confidence, Some(0));
        assert_eq!(mapped(json!({"confidence": 100})).context.confidence, Some(100));
        assert_eq!(mapped(json!({"confidence": 101})).context.confidence, None);
    }

    #[test]
    fn r5_tlp() {
        let tlp = |ids: &[&str]| {
            let ids: Vec<_> = ids.iter().map(|id| format!("marking-definition--{id}")).collect();
            mapped(json!({"object_marking_refs": ids})).tlp
        };
        let (white, green) = ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "34098fce-860f-48ae-8e50-ebd3cc5e41da");
        for (id, level) in [
            (white, Tlp::Clear),
            (green, Tlp::Green),
            ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
            ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
            ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
            ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
            ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
            ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
            ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
            ("826578e1-40ad-459f-bc73-ede076f81f37", Tlp::AmberStrict),
        ] {
            assert_eq!(tlp(&[id]), Some(level));
            assert_eq!(tlp(&[white, id]), Some(level));
            assert_eq!(tlp(&[id, white]), Some(level));
        }
        assert_eq!(tlp(&[]), None);
        assert_eq!(tlp(&["00000000-0000-4000-8000-000000000000"]), None);
        let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
        let row = mapped(json!({"granular_markings": [{"marking_ref": red, "selectors": ["description"]}]}));
        assert_eq!(row.tlp, Some(Tlp::Red));
    }

    #[test]
    fn r5_markings_of_the_feed() {
        let id = "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6";
        let marking: Object = serde_json::from_value(json!({
            "type": "marking-definition", "spec_version": "2.1", "id": id, "created": FROM,
            "definition_type": "tlp", "name": "ours", "definition": {"tlp": "amber"},
        }))
        .unwrap();
        let own = indicator_with("[file:name = 'a']", json!({"object_marking_refs": [id]}));
        let mut mapper = mapper();
        assert_eq!(mapper.map(&own).rows[0].tlp, None);
        mapper.learn(&marking);
        assert_eq!(mapper.map(&own).rows[0].tlp, Some(Tlp::Amber));
    }

    #[test]
    fn r6_indicator_types() {
        let types =
            |row: Row<'_>| row.context.indicator_types.iter().map(|own| own.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(types(mapped(json!({"indicator_types": ["benign", "own"]}))), ["benign", "own"]);
        let labels = json!(["phishing", "malicious-activity"]);
        assert_eq!(types(mapped(json!({"labels": labels}))), [""; 0]);
        let old = mapped(json!({"spec_version": null, "labels": labels}));
        assert_eq!(old.context.labels.as_ref(), ["phishing", "malicious-activity"]);
        assert_eq!(types(old), ["malicious-activity"]);
    }

    #[test]
    fn r7_kill_chains() {
        let phases = json!([
            {"kill_chain_name": "lockheed-martin-cyber-kill-chain", "phase_name": "delivery"},
            {"kill_chain_name": "mitre-attack", "phase_name": "initial-access"},
        ]);
        let row = mapped(json!({"kill_chain_phases": phases}));
        assert_eq!(row.context.kill_chain.len(), 2);
        let expected = json!(["lockheed-martin-cyber-kill-chain:delivery", "mitre-attack:initial-access"]);
        assert_eq!(serde_json::to_value(&row).unwrap()["kill_chain"], expected);
    }

    #[test]
    fn r8_provider() {
        let id = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e";
        let identity = |name: &str, modified: &str| -> Object {
            let object = json!({
                "type": "identity", "spec_version": "2.1", "id": id, "created": FROM, "modified": modified, "name": name,
            });
            serde_json::from_value(object).unwrap()
        };
        let own = indicator_with("[file:name = 'a']", json!({"created_by_ref": id}));
        let mut mapper = mapper();
        assert_eq!(mapper.map(&own).rows[0].context.provider.as_deref(), Some(id));
        mapper.learn(&identity("new", "2024-05-03T00:00:00Z"));
        mapper.learn(&identity("old", "2024-05-02T00:00:00Z"));
        assert_eq!(mapper.map(&own).rows[0].context.provider.as_deref(), Some("new"));
        assert_eq!(mapped(json!({})).context.provider, None);
    }

    #[test]
    fn r9_identity() {
        let outcome = outcome(
            "[file:name IN ('a', 'b', 'a') OR file:'name' = 'a' OR file:hashes.md5 = 'a' OR file:hashes.MD5 = 'a']",
        );
        assert_eq!(shown(&outcome), ["+file:name a", "+file:name b", "+file:hashes.MD5 a"]);
        let identities: HashSet<_> = outcome.rows.iter().map(Row::identity).collect();
        assert_eq!(identities.len(), 3);
        let groups: HashSet<_> = outcome.rows.iter().map(|row| row.group().unwrap().to_string()).collect();
        assert_eq!(groups.into_iter().collect::<Vec<_>>(), [format!("{ID}/{FROM}/feed")]);

        // Another version, another feed, another row.
        let pattern = "[file:name = 'a']";
        let (own, newer) = (indicator(pattern), indicator_with(pattern, json!({"modified": "2024-05-02T00:00:00Z"})));
        let (here, there) = (mapper(), mapper().with_source("other"));
        let (one, two, three) = (here.map(&own), here.map(&newer), there.map(&own));
        assert_ne!(one.rows[0].identity(), two.rows[0].identity());
        assert_ne!(one.rows[0].identity(), three.rows[0].identity());
        assert_eq!(one.rows[0].identity(), here.map(&own).rows[0].identity());
    }

    #[test]
    fn r9_groups_are_told_apart_whatever_their_names() {
        let text = |id: &str, source: &str| {
            let own = indicator_with("[file:name IN ('a', 'b')]", json!({"id": id}));
            mapper().with_source(source).map(&own).rows[0].group().unwrap().to_string()
        };
        assert_eq!(text("indicator--a/b", "50%"), format!("indicator--a%2Fb/{FROM}/50%25"));
    }

    #[test]
    fn r10_every_row_carries_the_pattern() {
        for pattern in ["[file:name = 'a' AND file:size = 1]", "[file:name LIKE 'a%']", "[oops"] {
            let outcome = outcome(pattern);
            assert!(outcome.rows.iter().all(|row| row.pattern == pattern && !row.relation.standalone));
        }
    }
}

mod output {
    use super::*;

    #[test]
    fn modes() {
        let rows = |mode, pattern: &str| {
            let outcome = mapper().with_split_mode(mode).map(&indicator(pattern)).into_owned();
            let relation = outcome.rows[0].relation.kind;
            (shown(&outcome), relation, outcome.reason.map(|reason| reason.code()))
        };
        let list = |rows: &[&str]| rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>();
        let all = "[file:name = 'a' AND file:size = 1]";
        let mixed = "[file:name = 'b' OR (file:name = 'a' AND file:size = 1)]";
        let any = "[file:name = 'a' OR file:size = 1]";
        assert_eq!(rows(SplitMode::Exact, all), (list(&[""]), RelationKind::Single, Some("conjunction")));
        assert_eq!(rows(SplitMode::Primary, all), (list(&["*file:name a"]), RelationKind::AllOf, Some("conjunction")));
        assert_eq!(rows(SplitMode::Exact, mixed), (list(&["+file:name b"]), RelationKind::AnyOf, Some("conjunction")));
        let primary = list(&["+file:name b", "*file:name a"]);
        assert_eq!(rows(SplitMode::Primary, mixed), (primary, RelationKind::Mixed, Some("conjunction")));
        for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
            assert_eq!(rows(mode, any), (list(&["+file:name a", "+file:size 1"]), RelationKind::AnyOf, None));
        }
    }

    #[test]
    fn counts() {
        let mut counts = Counts::default();
        for pattern in [
            "[file:name = 'a']",
            "[file:name = 'a' AND file:size = 1]",
            "[file:name = 'a' OR file:name LIKE 'b']",
            "[file:name LIKE 'b']",
            "[oops",
        ] {
            counts.add(&outcome(pattern));
        }
        assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (2, 1, 1, 1));
        assert_eq!(counts.total(), 5);
    }

    #[test]
    fn json() {
        let more = json!({
            "name": "n", "description": "d", "confidence": 70, "labels": ["l"], "indicator_types": ["benign"],
            "valid_until": "2025-01-01T00:00:00Z", "created_by_ref": "identity--x",
            "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
            "kill_chain_phases": [{"kill_chain_name": "k", "phase_name": "p"}],
        });
        let pattern = "[network-traffic:dst_ref.value = '192.0.2.1' OR network-traffic:dst_port LIKE 'x']";
        let own = indicator_with(pattern, more);
        let text = serde_json::to_string(&mapper().map(&own).rows[0]).unwrap();
        let expected = json!({
            "source": "feed", "kind": "indicator", "stix_id": ID, "modified": FROM, "observable_type": "network-traffic",
            "key": "network-traffic:dst_ref.value", "value": "192.0.2.1", "value_norm": "192.0.2.1",
            "value_kind": "ipv4", "well_formed": true, "direction": "dst", "relation": "any_of",
            "group": format!("{ID}/{FROM}/feed"), "standalone": true, "primary": true, "confidence": 70, "tlp": "green",
            "valid_from": FROM, "valid_until": "2025-01-01T00:00:00Z", "expiry_source": "valid_until",
            "state": "active", "labels": ["l"], "indicator_types": ["benign"], "kill_chain": ["k:p"],
            "provider": "identity--x", "name": "n", "description": "d", "pattern": pattern, "pattern_type": "stix",
            "reason": "like", "reason_text": "LIKE has no single value",
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
        // Those that come from other objects are for `joined`.
        let columns: Vec<_> = Row::COLUMNS.iter().filter(|name| !matches!(**name, "malware" | "actors")).collect();
        assert_eq!(expected.as_object().unwrap().len(), columns.len());
        // In the order of the list.
        let places: Vec<_> = columns.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted());
    }

    #[test]
    fn json_without_values_is_short() {
        let own = indicator("[file:name LIKE 'a']");
        let json = serde_json::to_value(&mapper().map(&own).rows[0]).unwrap();
        let expected = json!({
            "source": "feed", "kind": "indicator", "stix_id": ID, "modified": FROM, "relation": "single", "standalone": false,
            "primary": false, "valid_from": FROM, "state": "active", "pattern": "[file:name LIKE 'a']",
            "pattern_type": "stix", "reason": "like", "reason_text": "LIKE has no single value",
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn the_sample_feed_has_every_form() {
        let feed = include_str!("../fixtures/feed.json");
        let mut mapper = mapper();
        let mut indicators = Vec::new();
        let mut rejected = 0;
        for item in stixkit::Reader::from_str(feed) {
            let item = item.unwrap();
            rejected += u32::from(item.is_rejected());
            match item.into_object() {
                Some(Object::Indicator(indicator)) => indicators.push(indicator),
                Some(object) => mapper.learn(&object),
                None => {}
            }
        }
        let outcomes: Vec<_> = indicators.iter().map(|indicator| mapper.map(indicator)).collect();
        let mut counts = Counts::default();
        outcomes.iter().for_each(|outcome| counts.add(outcome));
        assert_eq!((counts.accepted, counts.partly, counts.unsupported, counts.invalid), (20, 1, 4, 1));
        assert_eq!(rejected, 1);
        let states: HashSet<_> = outcomes.iter().map(|outcome| outcome.rows[0].validity.state).collect();
        assert_eq!(states.len(), 4);
        let levels: HashSet<_> = outcomes.iter().filter_map(|outcome| outcome.rows[0].tlp).collect();
        assert_eq!(levels.len(), 5);
    }
}

mod complaints {
    //! What users of other tools complained of.

    use super::*;

    /// Azure-Sentinel 12075: an `AND` left no value at all.
    #[test]
    fn and_keeps_its_values() {
        let outcome = outcome("[file:name = 'a' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
        assert!(outcome.rows.iter().all(|row| row.observable.is_some()));
    }

    /// Azure-Sentinel 12065, 12429: rules looked at `ipv4-addr` alone, though feeds send `network-traffic`.
    #[test]
    fn addresses_are_known_by_their_kind_wherever_they_stand() {
        for test in [
            "ipv4-addr:value = '192.0.2.1'",
            "network-traffic:src_ref.value = '192.0.2.1'",
            "domain-name:resolves_to_refs[*].value = '192.0.2.1'",
        ] {
            assert_eq!(row(&format!("[{test}]")).observable.unwrap().kind, ValueKind::Ipv4);
        }
    }

    /// Azure-Sentinel 12066, misp2sentinel 28: indicators without end were dropped.
    #[test]
    fn an_indicator_without_end_is_active() {
        assert_eq!(row("[file:name = 'a']").validity.state, State::Active);
    }

    /// misp2sentinel 148, 152, 141: addresses that no column held. 21: a network in the column of addresses.
    #[test]
    fn networks_are_no_addresses() {
        let kind = |value: &str| row(&format!("[ipv4-addr:value = '{value}']")).observable.unwrap().kind;
        assert_eq!(kind("198.51.100.0/24"), ValueKind::Cidr);
        assert_eq!(kind("198.51.100.1/32"), ValueKind::Ipv4);
    }

    /// misp-stix 95: quotes and brackets in values.
    #[test]
    fn metacharacters_in_values_stay() {
        let row = row(r"[file:name = '[a] AND \'b\' OR (c)']");
        assert_eq!(row.observable.unwrap().value, "[a] AND 'b' OR (c)");
    }

    /// detection-rules 3439: a URL was matched by its host's address.
    #[test]
    fn a_url_is_one_value() {
        let row = row("[url:value = 'http://192.0.2.1/a']");
        let observable = row.observable.unwrap();
        assert_eq!((observable.kind, &*observable.norm), (ValueKind::Url, "http://192.0.2.1/a"));
    }

    /// Elastic's ingestion does not know a pattern with blanks or parentheses in front.
    #[test]
    fn blanks_and_parentheses_change_nothing() {
        for pattern in
            ["[ ipv4-addr:value = '192.0.2.1']", "([ipv4-addr:value='192.0.2.1'])", "[(ipv4-addr:value=='192.0.2.1')]"]
        {
            assert_eq!(shown(&outcome(pattern)), ["+ipv4-addr:value 192.0.2.1"]);
        }
    }
}

/// Whether an observation of the one object that has this value and nothing else satisfies the pattern. What one value
/// does not decide (other operators, time, number) is taken to fail.
fn is_satisfied(expression: &ObservationExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ObservationExpression::Observation(node) => node.qualifiers.is_empty() && is_true(&node.comparison, key, value),
        ObservationExpression::Group(node) => node.qualifiers.is_empty() && is_satisfied(&node.inner, key, value),
        ObservationExpression::Or(list) => list.operands.iter().any(|operand| is_satisfied(operand, key, value)),
        ObservationExpression::And(_) | ObservationExpression::FollowedBy(_) => false,
    }
}

fn is_true(expression: &ComparisonExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ComparisonExpression::Group(node) => is_true(&node.inner, key, value),
        ComparisonExpression::And(list) => list.operands.iter().all(|operand| is_true(operand, key, value)),
        ComparisonExpression::Or(list) => list.operands.iter().any(|operand| is_true(operand, key, value)),
        ComparisonExpression::Exists(node) => (node.path.to_string() == key) != node.negated,
        ComparisonExpression::In(node) => match looked_up(&node.path, key, value) {
            Some(own) => node.values.iter().any(|value| text(value) == own) != node.negated,
            None => false,
        },
        ComparisonExpression::Comparison(node) => match looked_up(&node.path, key, value) {
            Some(own) => holds(node, &own).is_some_and(|holds| holds != node.negated),
            None => false,
        },
    }
}

/// What stands at the path. A value behind a reference has an object around it, which has a type.
fn looked_up(path: &Path<'_>, key: &str, value: &str) -> Option<String> {
    let path = path.to_string();
    if path == key {
        return Some(value.to_owned());
    }
    if path == "n:type" && key.starts_with("n:") {
        return Some("n".to_owned());
    }
    let (reference, last) = path.rsplit_once('.')?;
    (last == "type" && key.rsplit_once('.') == Some((reference, "value"))).then(|| {
        let type_name = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
        type_name.to_owned()
    })
}

fn holds(test: &Comparison<'_>, own: &str) -> Option<bool> {
    match test.operator.kind {
        OperatorKind::Equal => Some(text(&test.value) == own),
        OperatorKind::NotEqual => Some(text(&test.value) != own),
        // Networks are compared with themselves alone here.
        OperatorKind::IsSubset => Some(text(&test.value) == own),
        _ => None,
    }
}

fn text(literal: &Literal<'_>) -> String {
    match literal {
        Literal::String(string) => string.value.to_string(),
        other => other.to_string(),
    }
}

/// Keys and values that a pattern tests for, negated ones left out.
fn named<'p>(pattern: &'p Pattern<'_>) -> HashSet<(String, String)> {
    let mut named = HashSet::new();
    for test in pattern.tests() {
        let (path, values): (&Path<'_>, Vec<&'p Literal<'_>>) = match test {
            ComparisonExpression::Comparison(node)
                if !node.negated && matches!(node.operator.kind, OperatorKind::Equal | OperatorKind::IsSubset) =>
            {
                (&node.path, vec![&node.value])
            }
            ComparisonExpression::In(node) if !node.negated => (&node.path, node.values.iter().collect()),
            _ => continue,
        };
        named.extend(values.into_iter().map(|value| (path.to_string(), text(value))));
    }
    named
}

fn a_test() -> impl Strategy<Value = String> {
    let address = prop_oneof![Just("192.0.2.1"), Just("192.0.2.2"), Just("192.0.2.0/24"), Just("2001:db8::1")];
    let comparison = prop_oneof![
        8 => Just("="), 1 => Just("!="), 1 => Just("NOT ="), 1 => Just("NOT !="), 1 => Just(">"), 1 => Just("<=")
    ];
    prop_oneof![
        6 => ("[a-c]", comparison, 0..4).prop_map(|(name, operator, value)| format!("n:{name} {operator} {value}")),
        2 => ("[a-c]", any::<bool>(), proptest::collection::vec(0..4, 0..4)).prop_map(|(name, negated, values)| {
            let values: Vec<_> = values.iter().map(i32::to_string).collect();
            format!("n:{name}{} IN ({})", if negated { " NOT" } else { "" }, values.join(", "))
        }),
        2 => ("[a-b]", address.clone()).prop_map(|(name, value)| format!("n:{name}_ref.value = '{value}'")),
        1 => ("[a-b]", address.clone()).prop_map(|(name, value)| format!("n:{name}_ref.value ISSUBSET '{value}'")),
        1 => ("[a-b]", address).prop_map(|(name, value)| format!("n:{name}_ref.value NOT ISSUBSET '{value}'")),
        3 => ("[a-b]", "[46]").prop_map(|(name, version)| format!("n:{name}_ref.type = 'ipv{version}-addr'")),
        1 => "[nm]".prop_map(|name| format!("n:type = '{name}'")),
        1 => ("[a-c]", any::<bool>()).prop_map(|(name, not)| format!("{}EXISTS n:{name}", if not { "NOT " } else { "" })),
        1 => "[a-c]".prop_map(|name| format!("n:{name} LIKE '%'")),
        1 => "[a-c]".prop_map(|name| format!("n:{name} NOT MATCHES '.'")),
    ]
}

fn a_comparison() -> impl Strategy<Value = String> {
    a_test().prop_recursive(4, 24, 4, |inner| {
        (proptest::collection::vec(inner, 1..4), prop_oneof![Just(" AND "), Just(" OR ")])
            .prop_map(|(operands, operator)| format!("({})", operands.join(operator)))
    })
}

pub(crate) fn a_pattern() -> impl Strategy<Value = String> {
    let observation = a_comparison().prop_map(|comparison| format!("[{comparison}]"));
    observation.prop_recursive(3, 8, 3, |inner| {
        let operator = prop_oneof![8 => Just(" OR "), 1 => Just(" AND "), 1 => Just(" FOLLOWEDBY ")];
        let qualifier = prop_oneof![
            8 => Just(""), 1 => Just(" REPEATS 1 TIMES"), 1 => Just(" WITHIN 5 SECONDS"),
            1 => Just(" START t'2024-05-01T00:00:00Z' STOP t'2024-06-01T00:00:00Z'"),
        ];
        (proptest::collection::vec(inner, 1..4), operator, qualifier)
            .prop_map(|(operands, operator, qualifier)| format!("({}){qualifier}", operands.join(operator)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_standalone_value_satisfies_the_pattern(text in a_pattern()) {
        let outcome = outcome(&text);
        let pattern = Pattern::parse(&text).unwrap();
        let named = named(&pattern);
        prop_assert!(!outcome.rows.is_empty());
        prop_assert_eq!(outcome.has_observable(), !matches!(outcome.class, Class::Unsupported | Class::Invalid));
        for row in &outcome.rows {
            let Some(observable) = &row.observable else {
                prop_assert!(!row.relation.standalone && !row.relation.primary && row.reason.is_some() && outcome.rows.len() == 1);
                continue;
            };
            let (key, value) = (&*observable.key, &*observable.value);
            prop_assert!(named.contains(&(key.to_owned(), value.to_owned())), "{key} = {value} is not looked for");
            prop_assert!(!row.relation.standalone || is_satisfied(pattern.expression(), key, value), "{key} = {value}");
            prop_assert!(row.relation.primary || !row.relation.standalone);
        }
        let identities: HashSet<_> = outcome.rows.iter().map(Row::identity).collect();
        prop_assert_eq!(identities.len(), outcome.rows.len());
    }

    #[test]
    fn without_and_every_value_that_satisfies_the_pattern_has_a_row(text in a_pattern()) {
        let text = text.replace(" AND ", " OR ");
        let outcome = outcome(&text);
        let pattern = Pattern::parse(&text).unwrap();
        let standalone: HashSet<_> = outcome
            .rows
            .iter()
            .filter(|row| row.relation.standalone)
            .filter_map(|row| row.observable.as_ref())
            .map(|observable| (observable.key.to_string(), observable.value.to_string()))
            .collect();
        for (key, value) in named(&pattern).into_iter().filter(|(key, _)| !key.ends_with("type")) {
            let is_one = is_equal_in(pattern.expression(), &key, &value);
            prop_assert_eq!(standalone.contains(&(key.clone(), value.clone())), is_one, "{} = {}", key, value);
        }
    }

    #[test]
    fn any_text_maps(text in "\\PC{0,40}") {
        prop_assert!(!outcome(&text).rows.is_empty());
    }
}

/// Whether one of the branches, all of them joined by `OR`, is this value.
fn is_equal_in(expression: &ObservationExpression<'_>, key: &str, value: &str) -> bool {
    match expression {
        ObservationExpression::Observation(node) if node.qualifiers.is_empty() => node.comparison.tests().any(|test| {
            let pattern = format!("[{test}]");
            named(&Pattern::parse(&pattern).unwrap()).contains(&(key.to_owned(), value.to_owned()))
        }),
        ObservationExpression::Group(node) if node.qualifiers.is_empty() => is_equal_in(&node.inner, key, value),
        ObservationExpression::Or(list) => list.operands.iter().any(|operand| is_equal_in(operand, key, value)),
        _ => false,
    }
}
