//! What users of other tools complained of.

use stixkit::row::{State, ValueKind};

use super::{outcome, row, shown};

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
