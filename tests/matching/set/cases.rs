//! What a set finds, case by case.

use std::collections::BTreeSet;

use stixkit::Timestamp;
use stixkit::matching::event::{Event, EventOutcome};
use stixkit::matching::set::{Change, How, IndicatorSet, SetOptions, SkipReason, Subdomains, Urls};
use stixkit::object::Tlp;
use stixkit::row::{Mapper, State, ValueKind};

use super::{Rules, hits, indicator, lookup, number, set, time};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

#[test]
fn values_are_found_in_any_spelling() {
    let set = set([
        "[ipv4-addr:value = '198.51.100.7']",
        "[ipv6-addr:value = '2001:DB8::1']",
        "[domain-name:value = 'Login.Example.org']",
        "[url:value = 'HTTP://Example.org:80/%7Ea#x']",
        &format!("[file:hashes.MD5 = '{}']", MD5.to_uppercase()),
        "[file:name = 'Evil.exe']",
        "[email-addr:value = 'someone@Example.org']",
        r"[windows-registry-key:key = 'HKLM\\Software\\Evil']",
        "[mac-addr:value = '00-00-5E-00-53-01']",
        "[file:hashes.SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C']",
        "[network-traffic:dst_port = 4444]",
    ]);
    for (number, kind, value) in [
        (0, ValueKind::Ipv4, " 198.51.100.7"),
        (0, ValueKind::Ipv6, "::ffff:198.51.100.7"),
        (1, ValueKind::Ipv6, "2001:db8:0::1"),
        (2, ValueKind::Domain, "LOGIN.example.org."),
        (3, ValueKind::Url, "http://example.org/~a"),
        (3, ValueKind::Url, "example.org/~a"),
        (3, ValueKind::Url, "//EXAMPLE.org/~a"),
        (4, ValueKind::Hash, MD5),
        (5, ValueKind::Name, "EVIL.EXE"),
        (6, ValueKind::Email, "someone@EXAMPLE.org"),
        (7, ValueKind::RegistryKey, r"\REGISTRY\MACHINE\software\evil"),
        (8, ValueKind::Mac, "0000.5e00.5301"),
        (9, ValueKind::Hash, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"),
        (10, ValueKind::Port, "4444"),
    ] {
        assert_eq!(lookup(&set, kind, value), [(number, How::Exact)], "{value}");
    }
    for (kind, value) in [
        (ValueKind::Ipv4, "198.51.100.8"),
        (ValueKind::Ipv4, "198.51.100.07"),
        (ValueKind::Url, "https://example.org/~a"),
        (ValueKind::Hash, &MD5[1..]),
        (ValueKind::Domain, "xlogin.example.org"),
        (ValueKind::Domain, "example.org"),
        (ValueKind::Name, "evil.ex"),
        (ValueKind::Path, "evil.exe"),
    ] {
        assert_eq!(lookup(&set, kind, value), [], "{value}");
    }
}

#[test]
fn networks_and_names_below_come_most_specific_first() {
    let set = set([
        "[ipv4-addr:value ISSUBSET '198.51.0.0/16']",
        "[ipv4-addr:value = '198.51.100.0/24']",
        "[ipv4-addr:value = '198.51.100.7']",
        "[ipv6-addr:value ISSUBSET '2001:db8::/32']",
        "[domain-name:value = 'example.org']",
        "[domain-name:value = 'a.example.org']",
        "[domain-name:value = 'org']",
    ]);
    let networks = [(2, How::Exact), (1, How::Network(24)), (0, How::Network(16))];
    assert_eq!(lookup(&set, ValueKind::Ipv4, "198.51.100.7"), networks);
    assert_eq!(lookup(&set, ValueKind::Ipv6, "2001:db8:1::"), [(3, How::Network(32))]);
    let names = [(5, How::Subdomain(2)), (4, How::Subdomain(3))];
    assert_eq!(lookup(&set, ValueKind::Domain, "x.y.a.example.org"), names);
    // A name of one label is a public suffix.
    assert_eq!(lookup(&set, ValueKind::Domain, "other.org"), []);
    assert_eq!(lookup(&set, ValueKind::Domain, "ORG"), [(6, How::Exact)]);
    let names = vec!["a"; 100].join(".") + ".example.org";
    assert_eq!(lookup(&set, ValueKind::Domain, &names), [(5, How::Subdomain(99)), (4, How::Subdomain(100))]);
}

#[cfg(feature = "psl")]
#[test]
fn names_below_a_public_suffix_are_strangers() {
    let set = set(["[domain-name:value = 'co.uk']", "[domain-name:value = 'example.co.uk']"]);
    assert_eq!(lookup(&set, ValueKind::Domain, "co.uk"), [(0, How::Exact)]);
    assert_eq!(lookup(&set, ValueKind::Domain, "other.co.uk"), []);
    assert_eq!(lookup(&set, ValueKind::Domain, "www.example.co.uk"), [(1, How::Subdomain(1))]);
}

#[test]
fn options_change_what_is_found() {
    let with = |options: SetOptions, pattern: &str| {
        let mut set = IndicatorSet::with_options(options);
        set.insert(&indicator(0, pattern));
        set
    };
    let never = with(SetOptions::default().with_subdomains(Subdomains::Never), "[domain-name:value = 'example.org']");
    assert_eq!(lookup(&never, ValueKind::Domain, "a.example.org"), []);
    let prefixes = with(SetOptions::default().with_urls(Urls::Prefixes), "[url:value = 'http://example.org/a']");
    for (url, how) in [
        ("http://example.org/a", Some(How::Exact)),
        ("http://example.org/a/b", Some(How::UrlPrefix)),
        ("http://example.org/a?b", Some(How::UrlPrefix)),
        ("http://example.org/ab", None),
        ("https://example.org/a/b", None),
    ] {
        assert_eq!(lookup(&prefixes, ValueKind::Url, url), how.map(|how| (0, how)).into_iter().collect::<Vec<_>>());
    }
    let exact = with(SetOptions::default().with_folded_case(false), "[file:name = 'Evil.exe']");
    assert_eq!(lookup(&exact, ValueKind::Name, "evil.exe"), []);
    let derives = with(SetOptions::default().with_derived(true), "[url:value = 'http://c2.example.org/a']");
    let hit = derives.lookup(ValueKind::Domain, "c2.example.org").next().unwrap();
    assert!(hit.is_derived());
}

#[test]
fn words_for_no_value_are_never_found() {
    let mut set = IndicatorSet::new();
    for (at, value) in ["", "-", "null", "N/A"].into_iter().enumerate() {
        let inserted = set.insert(&indicator(at as u128, &format!("[file:name = '{value}']")));
        assert_eq!(inserted.skipped[0].reason, SkipReason::Placeholder);
        assert_eq!(inserted.change, Change::None);
        assert_eq!(lookup(&set, ValueKind::Name, value), []);
    }
    assert!(set.is_empty());
}

#[test]
fn events_are_compared_by_path_where_it_matters() {
    let (rules, set) = (
        Rules::new(),
        set([
            "[mutex:name = 'evil']",
            "[file:name = 'evil']",
            "[network-traffic:src_ref.value = '198.51.100.7']",
            "[network-traffic:dst_port = 4444]",
            "[user-account:user_id = 'evil']",
            "[ipv4-addr:value = '198.51.100.7']",
        ]),
    );
    let is = |fields: &[(&str, &str)], expected: &[u128]| {
        assert_eq!(hits(&set, &rules.values(fields), None), expected.iter().copied().collect(), "{fields:?}");
    };
    is(&[("image", "evil")], &[1]);
    is(&[("user", "EVIL")], &[4]);
    is(&[("src", "198.51.100.7")], &[2, 5]);
    is(&[("dst", "198.51.100.7")], &[5]);
    is(&[("port", "4444")], &[3]);
    is(&[("command", "evil")], &[]);
    is(&[("image", "-"), ("user", "null")], &[]);
}

#[test]
fn patterns_are_tested_as_a_whole() {
    let name_and_hash = format!("[file:name = 'a.exe' AND file:hashes.MD5 = '{MD5}']");
    let patterns = [
        name_and_hash.as_str(),
        "[file:name LIKE '%mimikatz%']",
        "[file:name LIKE '%.scr']",
        "[url:value MATCHES '^https?://[a-z]+\\\\.evil\\\\.example/']",
        "[process:command_line LIKE 'powershell%-enc%']",
        "[file:size > 1000]",
        "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port != 443]",
        "[file:name = 'b.exe' OR (file:name = 'c.exe' AND file:size = 5)]",
        "[domain-name:value = 'example.org'] START t'2024-06-01T00:00:00Z' STOP t'2024-07-01T00:00:00Z'",
        "[NOT EXISTS file:hashes.MD5 AND file:name = 'd.exe']",
        "[file:name LIKE '%abcd%']",
    ];
    let (rules, set) = (Rules::new(), set(patterns));
    let is_at = |at: Option<&str>, fields: &[(&str, &str)], expected: &[u128]| {
        assert_eq!(hits(&set, &rules.values(fields), at), expected.iter().copied().collect(), "{fields:?}");
    };
    let is = |fields: &[(&str, &str)], expected: &[u128]| is_at(None, fields, expected);
    let upper = MD5.to_uppercase();
    is(&[("image", "a.exe"), ("image.md5", &upper)], &[0]);
    // The hash is that of another file.
    is(&[("image", "a.exe"), ("parent.md5", MD5)], &[]);
    is(&[("image", "xmimikatz64.exe")], &[1]);
    is(&[("image", "MIMIKATZ.exe")], &[]);
    is(&[("image", "a.scr")], &[2]);
    is(&[("image", "a.scr.txt")], &[]);
    is(&[("url", "http://www.evil.example/x")], &[3]);
    is(&[("url", "http://www1.evil.example/x")], &[]);
    is(&[("command", "powershell.exe -enc AAAA")], &[4]);
    is(&[("image.size", "1001")], &[5]);
    is(&[("image.size", "1000")], &[]);
    is(&[("dst", "198.51.100.7"), ("port", "8443")], &[6]);
    is(&[("dst", "198.51.100.7"), ("port", "443")], &[]);
    is(&[("src", "198.51.100.7"), ("port", "8443")], &[]);
    is(&[("image", "b.exe")], &[7]);
    is(&[("image", "c.exe")], &[]);
    is(&[("image", "c.exe"), ("image.size", "5")], &[7]);
    is(&[("image", "d.exe")], &[9]);
    is(&[("image", "d.exe"), ("image.md5", MD5)], &[]);
    for (start, is_found) in [("", true), ("x", true), ("xx", true), ("xxx", true), ("xxxx", true)] {
        let name = format!("{start}abcd.txt");
        is(&[("image", &name)], if is_found { &[10] } else { &[] });
    }
    is_at(None, &[("query", "example.org")], &[]);
    is_at(Some("2024-06-15T00:00:00Z"), &[("query", "example.org")], &[8]);
    is_at(Some("2024-07-01T00:00:00Z"), &[("query", "example.org")], &[]);
}

#[test]
fn the_state_is_that_at_the_time_of_the_event() {
    let mut expiring = indicator(0, "[domain-name:value = 'example.org']");
    expiring.valid_until = Some(Timestamp::parse("2024-06-01T00:00:00Z").unwrap());
    let mut revoked = indicator(1, "[domain-name:value = 'example.org']");
    revoked.common.revoked = Some(true);
    let mut set = IndicatorSet::new();
    set.insert(&expiring);
    set.insert(&revoked);
    let rules = Rules::new();
    let values = rules.values(&[("query", "example.org")]);
    let states = |at: Option<&str>| {
        let event = Event::new(&values).with_time(at.map(|at| Timestamp::parse(at).unwrap()));
        let mut states = Vec::new();
        let mut scanner =
            set.scanner().with_state(State::Pending).with_state(State::Expired).with_state(State::Revoked);
        scanner.event(&event, |hit| states.push((number(&hit), hit.state())));
        states.sort_by_key(|(number, _)| *number);
        states
    };
    let both = |state| vec![(0, state), (1, Some(State::Revoked))];
    assert_eq!(states(Some("2024-04-01T00:00:00Z")), both(Some(State::Pending)));
    assert_eq!(states(Some("2024-05-01T00:00:00Z")), both(Some(State::Active)));
    assert_eq!(states(Some("2024-05-31T23:59:59.999999999Z")), both(Some(State::Active)));
    assert_eq!(states(Some("2024-06-01T00:00:00Z")), both(Some(State::Expired)));
    assert_eq!(states(None), both(None));
    assert_eq!(hits(&set, &values, Some("2024-05-02T00:00:00Z")), BTreeSet::from([0]));
    assert_eq!(hits(&set, &values, Some("2024-06-02T00:00:00Z")), BTreeSet::new());
    assert_eq!(set.iter().next().unwrap().state_at(time("2024-06-01T00:00:00Z")), State::Expired);
}

#[test]
fn what_is_unclear_is_reported_on_request_only() {
    let unclear: stixkit::object::Indicator = serde_json::from_str(
        r#"{"type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
            "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "valid_until": "soon",
            "pattern": "[domain-name:value = 'example.org']", "pattern_type": "stix",
            "valid_from": "2024-05-01T10:00:00Z"}"#,
    )
    .unwrap();
    let mut set = IndicatorSet::new();
    assert_eq!(set.insert(&unclear).change, Change::Added);
    let rules = Rules::new();
    let values = rules.values(&[("query", "example.org")]);
    assert!(hits(&set, &values, None).is_empty() && hits(&set, &values, Some("2024-06-01T00:00:00Z")).is_empty());
    let mut states = Vec::new();
    set.scanner().with_state(State::Unclear).event(&Event::new(&values), |hit| states.push(hit.state()));
    assert_eq!(states, [Some(State::Unclear)]);
}

#[test]
fn a_hit_knows_the_indicator_and_the_value() {
    let mut own = indicator(0, "[ipv4-addr:value = '198.51.100.0/24']");
    own.common.confidence = Some(80);
    own.common.object_marking_refs = vec!["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82".into()];
    let mapper = Mapper::new(time("2024-05-02T00:00:00Z")).with_source("feed");
    let mut set = super::empty();
    set.insert_rows(&mapper.map(&own).rows);
    let rules = Rules::new();
    let values = rules.values(&[("dst", "198.51.100.7")]);
    let event = Event::new(&values).with_outcome(EventOutcome::Denied);
    let mut count = 0;
    let scanned = set.scanner().event(&event, |hit| {
        count += 1;
        assert_eq!((hit.source(), hit.confidence(), hit.tlp()), ("feed", Some(80), Some(Tlp::Amber)));
        assert_eq!((hit.path(), hit.matched().as_deref()), (Some("ipv4-addr:value"), Some("198.51.100.0/24")));
        assert_eq!((hit.value(), hit.field(), hit.slot()), (Some("198.51.100.7"), Some("dst"), Some("dst")));
        assert_eq!((hit.how(), hit.outcome()), (How::Network(24), Some(EventOutcome::Denied)));
        assert_eq!(hit.direction(), Some(stixkit::row::Direction::Dst));
        assert!(hit.is_standalone() && !hit.is_derived());
    });
    assert_eq!((count, scanned.hits, scanned.dropped), (1, 1, 0));
}

#[test]
fn versions_replace_each_other() {
    let version = |pattern: &str, modified: &str| {
        let mut new = indicator(0, pattern);
        new.common.modified = Some(Timestamp::parse(modified).unwrap());
        new
    };
    let old = version("[domain-name:value = 'old.example']", "2024-05-01T00:00:00Z");
    let new = version("[domain-name:value = 'new.example']", "2024-05-02T00:00:00Z");
    let mut set = IndicatorSet::new();
    assert_eq!(set.insert(&old).change, Change::Added);
    assert_eq!(set.insert(&new).change, Change::None);
    assert_eq!(set.upsert(&old).change, Change::None);
    assert_eq!(set.upsert(&new).change, Change::Replaced);
    assert_eq!(set.upsert(&old).change, Change::None);
    assert_eq!((set.len(), lookup(&set, ValueKind::Domain, "old.example")), (1, vec![]));
    assert_eq!(lookup(&set, ValueKind::Domain, "new.example"), [(0, How::Exact)]);
    // Another feed has the same indicator.
    let mapper = Mapper::new(time("2024-05-02T00:00:00Z")).with_source("feed");
    assert_eq!(set.upsert_rows(&mapper.map(&old).rows).change, Change::Added);
    assert_eq!(set.len(), 2);
    assert!(set.remove(&new.common.id) && !set.remove(&new.common.id));
    assert!(set.is_empty() && set.lookup(ValueKind::Domain, "new.example").next().is_none());
    assert_eq!((set.stats().indicators, set.stats().removed), (0, 3));
    set.compact();
    assert_eq!((set.stats().terms, set.stats().removed), (0, 0));
}

#[test]
fn what_cannot_be_found_is_said() {
    let mut set = IndicatorSet::with_options(SetOptions::default().with_max_always(1));
    let mut insert = |number, pattern: &str| set.insert(&indicator(number, pattern));
    assert!(insert(0, "[file:size > 5]").always);
    let refused = insert(1, "[file:size > 6 OR file:name = 'a']");
    assert_eq!((refused.values, refused.always, refused.skipped[0].reason), (1, false, SkipReason::TooManyAlways));
    let several = insert(2, "[file:name = 'a'] AND [file:name = 'b']");
    assert!(several.several && several.skipped.is_empty());
    let kind = |inserted: stixkit::matching::set::Inserted| inserted.skipped[0].reason;
    assert!(matches!(kind(insert(3, "[file:name MATCHES '(']")), SkipReason::Unmatchable(_)));
    assert!(matches!(kind(insert(4, "[file:name ISSUBSET 'x']")), SkipReason::Unmatchable(_)));
    assert_eq!(kind(insert(5, "[file:name")), SkipReason::InvalidPattern);
    let empty = "[file:name = 'a'] START t'2024-05-01T00:00:00Z' STOP t'2024-05-01T00:00:00Z'";
    assert_eq!(kind(insert(6, empty)), SkipReason::NeverHolds);
    let mut yara = indicator(7, "rule a { condition: true }");
    yara.pattern_type = Some(stixkit::vocab::PatternType::Yara);
    assert_eq!(kind(set.insert(&yara)), SkipReason::OtherLanguage);
    assert_eq!(kind(set.insert_rows(&[])), SkipReason::NoIndicator);
    assert_eq!(set.sequences().map(|record| record.pattern().unwrap().len()).collect::<Vec<_>>(), [39]);
    assert_eq!(set.len(), 3);
}

#[test]
fn values_on_lists_are_counted() {
    let mut set = IndicatorSet::new();
    set.insert(&indicator(0, "[ipv4-addr:value = '10.0.0.0/8']"));
    set.insert(&indicator(1, "[ipv4-addr:value = '8.0.0.0/6']"));
    set.insert(&indicator(2, "[ipv4-addr:value = '9.1.2.3']"));
    let rules = Rules::new();
    for (address, reported, suppressed) in [("10.1.2.3", 0, 2), ("9.1.2.3", 1, 1)] {
        let values = rules.values(&[("dst", address)]);
        let event = Event::new(&values);
        let scanned = set.scanner().event(&event, |hit| assert!(hit.suppressed().is_none()));
        assert_eq!((scanned.hits, scanned.suppressed), (reported, suppressed), "{address}");
        let mut lists = Vec::new();
        let scanned = set.scanner().with_suppressed(true).event(&event, |hit| {
            lists.extend(hit.suppressed().map(|list| list.name().to_owned()));
        });
        assert_eq!((scanned.hits, lists.len()), (reported + suppressed, suppressed));
    }
}

#[test]
fn lines_of_json_are_read_and_scanned() {
    use stixkit::matching::event::FieldMap;

    let set = set(["[domain-name:value = 'example.org']", "[url:value = 'http://example.org/a']"]);
    let (map, mut scanner, mut found) = (FieldMap::zeek(), set.scanner(), Vec::new());
    for line in [
        r#"{"_path": "dns", "ts": 1717200000.5, "query": "www.Example.org"}"#,
        r#"{"_path": "http", "ts": 1717200000.5, "host": "example.org", "uri": "/a"}"#,
    ] {
        scanner.json(line.as_bytes(), &map, |hit| found.push((number(&hit), hit.how(), hit.state()))).unwrap();
    }
    let state = Some(State::Active);
    assert_eq!(found[0], (0, How::Subdomain(1), state));
    assert!(found.contains(&(1, How::Exact, state)) && found.contains(&(0, How::Exact, state)), "{found:?}");
    assert!(scanner.json(b"[]", &map, |_| {}).is_err());
}

/// Fields with several values where an object has one: what patterns of two tests find in them.
#[test]
fn several_values_at_one_path_are_several_objects() {
    let rules = Rules::new();
    let traffic =
        |address: &str| format!("[network-traffic:dst_ref.value = '{address}' AND network-traffic:dst_port = 443]");
    let file = |name: &str, sum: u32| format!("[file:name = '{name}' AND file:hashes.MD5 = '{sum:032x}']");
    let patterns =
        [traffic("198.51.100.1"), traffic("198.51.100.2"), file("a.exe", 1), file("b.exe", 2), file("a.exe", 2)];
    let set = set(patterns.iter().map(String::as_str));
    let all = |fields: &[(&str, &str)]| hits(&set, &rules.values(fields), None).into_iter().collect::<Vec<_>>();
    // One port for all addresses.
    assert_eq!(all(&[("dst", "198.51.100.1"), ("dst", "198.51.100.2"), ("port", "443")]), [0, 1]);
    // The second port belongs to the second address.
    let ports = [("dst", "198.51.100.1"), ("dst", "198.51.100.2"), ("port", "80"), ("port", "443")];
    assert_eq!(all(&ports), [1]);
    // The second hash belongs to the second name, and a third name has none.
    let (first, second) = (format!("{:032x}", 1), format!("{:032x}", 2));
    let two = [("image", "a.exe"), ("image", "b.exe"), ("image.md5", &*first), ("image.md5", &*second)];
    assert_eq!(all(&two), [2, 3]);
    assert_eq!(all(&[("image", "x.exe"), ("image", "y.exe"), ("image", "b.exe"), ("image.md5", &*second)]), [3]);
    assert_eq!(all(&[&two[..], &[("image", "a.exe")]].concat()), [2, 3]);
}

#[test]
fn many_values_at_one_path_are_not_multiplied() {
    let set = set(["[network-traffic:dst_port = 1 AND network-traffic:src_ref.value = '198.51.100.1']"]);
    let rules = Rules::new();
    let addresses: Vec<String> = (0..50_000).map(|at| format!("203.{}.{}.1", at / 256, at % 256)).collect();
    let mut fields = vec![("src", "198.51.100.1"), ("port", "1")];
    fields.extend(addresses.iter().map(|address| ("dst", address.as_str())));
    assert_eq!(hits(&set, &rules.values(&fields), None).len(), 1);
}
