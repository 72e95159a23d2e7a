//! Suppression lists, by tables and compared with a plain scan of all entries.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Instant;

use proptest::prelude::*;
use stixkit::matching::suppress::{ErrorKind, List, ListKind, RefusalReason, Special, Suppress};
use stixkit::row::ValueKind;

fn name(suppress: &Suppress, kind: ValueKind, value: &str) -> Option<String> {
    suppress.check(kind, value).map(|list| list.name().to_owned())
}

fn warninglist(kind: &str, attributes: &[&str], entries: &[&str]) -> Suppress {
    let json = serde_json::json!({"name": kind, "type": kind, "version": 20240501, "description": "a list",
        "matching_attributes": attributes, "list": entries});
    Suppress::misp_warninglist(json.to_string()).unwrap()
}

#[test]
fn warning_lists_of_each_type() {
    use ValueKind::{Cidr, Domain, Email, Hash, Ipv4, Ipv6, Name, Path, Text, Url};
    let addresses = ["ip-src", "ip-dst", "domain|ip"];
    let names = ["hostname", "domain", "URL"];
    for (kind, attributes, entry, value_kind, value, expected) in [
        ("cidr", &addresses[..], "198.51.100.0/24", Ipv4, "198.51.100.7", true),
        ("cidr", &addresses, "198.51.100.0/24", Ipv6, "::ffff:198.51.100.7", true),
        ("cidr", &addresses, "198.51.100.0/24", Cidr, "198.51.100.64/26", true),
        ("cidr", &addresses, "198.51.100.64/26", Cidr, "198.51.100.0/24", true),
        ("cidr", &addresses, "198.51.100.64/26", Cidr, "198.51.100.128/25", false),
        ("cidr", &addresses, "198.51.100.7", Ipv4, "198.51.100.7", true),
        ("cidr", &addresses, "198.51.100.0/24", Url, "http://198.51.100.7/", false),
        ("cidr", &["ip-dst", "url"], "198.51.100.0/24", Url, "http://198.51.100.7:8080/a", true),
        ("cidr", &["url"], "2001:db8::/32", Url, "http://[2001:db8::1]/", true),
        ("cidr", &["url"], "2001:db8::/32", Ipv6, "2001:db8::1", false),
        ("hostname", &names, "example.org", Domain, "example.org", true),
        ("hostname", &names, ".example.org", Domain, "a.b.EXAMPLE.org.", true),
        ("hostname", &names, "example.org", Domain, "badexample.org", false),
        ("hostname", &names, "a.example.org", Domain, "example.org", false),
        ("hostname", &names, "xn--bcher-kva.example", Domain, "www.B\u{fc}cher.example", true),
        ("hostname", &names, "example.org", Url, "https://user@www.example.org:8443/?a", true),
        ("hostname", &["domain"], "example.org", Url, "https://www.example.org/", false),
        ("hostname", &names, "example.org", Email, "a@example.org", false),
        ("hostname", &["md5"], "example.org", Domain, "example.org", false),
        ("string", &names, "Example.org", Domain, "example.org", true),
        ("string", &names, "example.org", Domain, "www.example.org", false),
        (
            "string",
            &["md5", "sha256"],
            "D41D8CD98F00B204E9800998ECF8427E",
            Hash,
            "d41d8cd98f00b204e9800998ecf8427e",
            true,
        ),
        ("string", &["filename|sha256"], "setup.exe", Name, "setup.exe", true),
        ("string", &["filename"], "setup.exe", Name, "SETUP.EXE", false),
        ("string", &["filename"], "setup.exe", Domain, "setup.exe", false),
        ("string", &addresses, "8.8.8.8", Ipv4, "8.8.8.8", true),
        ("string", &addresses, "8.8.8.8", Cidr, "8.8.8.0/24", true),
        ("substring", &["filename"], "\\winsxs\\", Path, "C:\\Windows\\WinSxS\\a.dll", true),
        ("substring", &["filename"], "\\winsxs\\", Text, "C:\\Windows\\WinSxS\\a.dll", false),
        ("regex", &["email-src"], "/^(abuse|noc)@/i", Email, "NOC@example.org", true),
        ("regex", &["email-src"], "/^(abuse|noc)@/i", Email, "nocturne@example.org", false),
        ("regex", &["phone-number"], "/((?:\\+|00)1)?55501([0-9]{2})/g", Text, "+15550142", true),
        ("string", &["size-in-bytes"], "abc", Text, "abc", false),
    ] {
        let suppress = warninglist(kind, attributes, &[entry]);
        assert!(suppress.refused().is_empty(), "{:?}", suppress.refused());
        let list = suppress.check(value_kind, value);
        assert_eq!(list.is_some(), expected, "{kind} {attributes:?} {entry}: {value_kind} {value}");
        if let Some(list) = list {
            assert_eq!((list.name(), list.kind().to_string(), list.version()), (kind, kind.into(), Some(20_240_501)));
        }
    }
}

#[test]
fn a_warning_list_without_type_and_attributes_is_for_everything() {
    let suppress = Suppress::misp_warninglist(r#"{"name": "all", "list": ["8.8.8.8", "Abc"]}"#).unwrap();
    for (kind, value) in [(ValueKind::Ipv4, "8.8.8.8"), (ValueKind::Name, "Abc"), (ValueKind::Domain, "ABC")] {
        assert_eq!(name(&suppress, kind, value).as_deref(), Some("all"), "{value}");
    }
    assert!(suppress.check(ValueKind::Name, "abc").is_none());
}

#[test]
fn what_is_no_warning_list_is_refused_with_a_reason() {
    let limit = format!(r#"{{"name": "many", "type": "regex", "list": [{}]}}"#, vec![r#""abc""#; 1001].join(","));
    for (json, kind, message) in [
        ("{", ErrorKind::Json, "the warning list is not JSON"),
        ("[]", ErrorKind::Layout, "the warning list has no `name`: it needs a `name`, and a `list` of text"),
        (
            r#"{"name": "a"}"#,
            ErrorKind::Layout,
            "the warning list has no `list`: it needs a `name`, and a `list` of text",
        ),
        (
            r#"{"name": "a\u0007", "type": 5, "list": []}"#,
            ErrorKind::ListType,
            "the list `a\u{fffd}` has the type `5`; known are cidr, hostname, string, substring and regex",
        ),
        (
            &limit,
            ErrorKind::Limit,
            "the list `many`, entry 1001: more than 1000 regular expressions; use fewer or shorter lists",
        ),
    ] {
        let error = Suppress::misp_warninglist(json).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (kind, message.to_owned()));
    }
    let error = Suppress::misp_warninglist("{\n]").unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("line 2 column 1"), "{source}");
}

#[test]
fn refused_entries_are_told() {
    let suppress = warninglist("substring", &["filename"], &["77", "abc", "é7", "  "]);
    let told: Vec<_> =
        suppress.refused().iter().map(|refused| (refused.line, &*refused.entry, refused.reason)).collect();
    assert_eq!(told, [(1, "77", RefusalReason::TooShort), (3, "é7", RefusalReason::TooShort)]);
    assert_eq!((suppress.lists()[0].entries(), suppress.lists()[0].refused()), (1, 2));
    assert!(suppress.check(ValueKind::Name, "x77x").is_none());

    let json = r#"{"name": "odd", "list": [1, null, "a", {"b": 2}]}"#;
    let suppress = Suppress::misp_warninglist(json).unwrap();
    assert!(suppress.refused().iter().all(|refused| refused.reason == RefusalReason::NotText));
    assert_eq!(suppress.refused()[2].to_string(), r#"odd, entry 4: `{"b":2}` is not text"#);

    let text = format!("\u{feff}# a\n\n10.0.0.0/33\nregex:(\r\nhostname:com\nregex:.*\n{}\n", "x".repeat(5000));
    let suppress = Suppress::plain_list("own.txt", &text).unwrap();
    let told: Vec<_> = suppress.refused().iter().map(|refused| (refused.line, refused.reason)).collect();
    let expected = [
        (4, RefusalReason::Regex),
        (5, RefusalReason::OneLabel),
        (6, RefusalReason::MatchesAll),
        (7, RefusalReason::TooLong),
    ];
    assert_eq!(told, expected);
    assert!(suppress.refused()[3].to_string().len() < 200);
    // It is not a network, so it is a text that no address is equal to.
    assert!(suppress.check(ValueKind::Cidr, "10.0.0.0/8").is_none());
}

#[test]
fn special_addresses() {
    let suppress = Suppress::special_addresses();
    for (value, expected) in [
        ("10.0.0.1", Some(Special::Private)),
        ("172.31.255.255", Some(Special::Private)),
        ("172.32.0.0", None),
        ("192.168.0.0/16", Some(Special::Private)),
        ("192.0.0.0/8", Some(Special::Private)),
        ("fd00::1", Some(Special::Private)),
        ("127.1.2.3", Some(Special::Loopback)),
        ("::1", Some(Special::Loopback)),
        ("::2", None),
        ("169.254.1.1", Some(Special::LinkLocal)),
        ("fe80::1%eth0", Some(Special::LinkLocal)),
        ("224.0.0.251", Some(Special::Multicast)),
        ("ff02::fb", Some(Special::Multicast)),
        ("198.51.100.7", Some(Special::Documentation)),
        ("2001:DB8::1", Some(Special::Documentation)),
        ("100.64.0.1", Some(Special::Shared)),
        ("100.128.0.0", None),
        ("0.0.0.0", Some(Special::Unspecified)),
        ("::", Some(Special::Unspecified)),
        ("255.255.255.255", Some(Special::Reserved)),
        ("198.18.0.1", Some(Special::Reserved)),
        ("::ffff:10.0.0.1", Some(Special::Private)),
        ("::ffff:a00:1", Some(Special::Private)),
        ("::ffff:8.8.8.8", None),
        ("64:ff9b::a00:1", None),
        ("8.8.8.8", None),
        ("2606:4700::1111", None),
        ("10.0.0.0/33", None),
        ("x", None),
        ("", None),
    ] {
        for kind in [ValueKind::Ipv4, ValueKind::Ipv6, ValueKind::Cidr] {
            let found = suppress.check(kind, value).map(List::name);
            // The networks of a block are in order: the first one is of whichever list comes first.
            match value {
                "192.0.0.0/8" => assert!(found.is_some()),
                _ => assert_eq!(found, expected.map(Special::as_str), "{value}"),
            }
        }
        assert!(suppress.check(ValueKind::Text, value).is_none());
    }
}

#[test]
fn lists_keep_their_order_and_names_when_sets_are_merged() {
    let mut suppress = Suppress::new();
    for (place, kind) in ["cidr", "hostname", "string", "substring", "regex"].into_iter().cycle().take(60).enumerate() {
        let entry = match kind {
            "cidr" => format!("10.{place}.0.0/16"),
            "hostname" => format!("n{place}.example"),
            kind => format!("{kind}-{place}-"),
        };
        let json =
            serde_json::json!({"name": format!("list {place}"), "type": kind, "list": [entry, "shared-entry.example"]});
        suppress.merge(Suppress::misp_warninglist(json.to_string()).unwrap()).unwrap();
    }
    assert_eq!(suppress.lists().len(), 60);
    for place in 0..60 {
        let (kind, value) = match place % 5 {
            0 => (ValueKind::Ipv4, format!("10.{place}.1.1")),
            1 => (ValueKind::Domain, format!("www.n{place}.example")),
            2 => (ValueKind::Text, format!("string-{place}-")),
            3 => (ValueKind::Text, format!("a substring-{place}-b")),
            _ => (ValueKind::Text, format!("a regex-{place}-b")),
        };
        assert_eq!(name(&suppress, kind, &value), Some(format!("list {place}")), "{value}");
    }
    assert_eq!(name(&suppress, ValueKind::Domain, "shared-entry.example").as_deref(), Some("list 1"));
    assert_eq!(name(&suppress, ValueKind::Text, "shared-entry.example").as_deref(), Some("list 2"));
    // 12 lists of networks refuse the name that they share.
    assert_eq!(suppress.refused().len(), 12);
}

#[test]
fn nothing_is_added_by_a_list_that_does_not_fit() {
    let mut suppress = Suppress::new();
    let expressions = |from: usize, count: usize| (from..from + count).map(|place| format!("^expression-{place}$"));
    suppress.add(List::new("a", ListKind::Regex), expressions(0, 600)).unwrap();
    let error = suppress.add(List::new("b", ListKind::Regex), expressions(600, 600)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!((suppress.lists().len(), name(&suppress, ValueKind::Text, "expression-700")), (1, None));
    suppress.add(List::new("c", ListKind::Regex), expressions(600, 400)).unwrap();
    assert_eq!(name(&suppress, ValueKind::Text, "expression-700").as_deref(), Some("c"));
    assert_eq!(name(&suppress, ValueKind::Text, "expression-7").as_deref(), Some("a"));

    let large = (0..10_000).map(|place| format!("{place:0250}"));
    assert_eq!(suppress.add(List::new("d", ListKind::Substring), large).unwrap_err().kind(), ErrorKind::Limit);
    // Each is small enough, and all together are not.
    let huge = (0..500).map(|place| format!("{place}\\w{{50}}"));
    assert!(suppress.add(List::new("e", ListKind::Regex), huge).is_err() || suppress.lists().len() == 3);
}

#[test]
fn hostile_lists_and_values_take_little_time() {
    let start = Instant::now();
    let mut text = String::new();
    for place in 0..50_000 {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "n{place}.example.org\n10.{}.{}.0/24\nstring:v{place}", place % 256, place / 256);
    }
    for length in 3..250 {
        let _ = writeln!(text, "substring:{}", "a".repeat(length));
    }
    let suppress = Suppress::plain_list("hostile", &text).unwrap();
    assert!(suppress.refused().is_empty());
    let dots = "a.".repeat(1 << 17);
    let same = "ab".repeat(1 << 17);
    for kind in [ValueKind::Domain, ValueKind::Text, ValueKind::Url, ValueKind::Ipv4, ValueKind::Hash] {
        for value in [&dots, &same, &format!("http://{dots}/"), &"b".repeat(1 << 18)] {
            assert!(suppress.check(kind, value).is_none());
        }
    }
    for place in 0..50_000 {
        assert!(suppress.check(ValueKind::Domain, &format!("a.b.n{place}.example.org")).is_some());
    }
    let time = start.elapsed();
    assert!(time.as_secs() < 60, "{time:?}");
}

/// Whether an entry covers a value, found out without an index.
fn covers(entry: &str, kind: ListKind, value_kind: ValueKind, value: &str) -> bool {
    let network = |text: &str| {
        let (address, prefix) = text.split_once('/').unwrap_or((text, "32"));
        match (address.parse().ok()?, prefix.parse::<u32>().ok()?) {
            (IpAddr::V4(address), prefix) => Some((u64::from(address.to_bits()), prefix)),
            _ => None,
        }
    };
    match (kind, value_kind) {
        (ListKind::Network, ValueKind::Ipv4 | ValueKind::Cidr) => match (network(entry), network(value)) {
            (Some((a, m)), Some((b, n))) => a >> (32 - m.min(n)) == b >> (32 - m.min(n)),
            _ => false,
        },
        (ListKind::Domain, ValueKind::Domain) => value == entry || value.ends_with(&format!(".{entry}")),
        (ListKind::Exact, ValueKind::Domain | ValueKind::Text) => value == entry,
        (ListKind::Substring, _) => value.contains(entry),
        (ListKind::Regex, _) => value.starts_with(entry.trim_start_matches('^')),
        _ => false,
    }
}

fn an_entry() -> impl Strategy<Value = (ListKind, String)> {
    prop_oneof![
        (0..4_u8, 8..33_u8).prop_map(|(a, prefix)| (ListKind::Network, format!("10.{a}.{a}.0/{prefix}"))),
        "[ab](\\.[ab]){1,3}".prop_map(|name| (ListKind::Domain, name)),
        "[ab](\\.[ab]){1,3}".prop_map(|name| (ListKind::Exact, name)),
        "[ab.]{3,4}".prop_map(|text| (ListKind::Substring, text)),
        "\\^[ab]{2,3}".prop_map(|text| (ListKind::Regex, text)),
    ]
}

proptest! {
    #[test]
    fn a_check_finds_what_a_scan_of_all_entries_finds(
        lists in prop::collection::vec(prop::collection::vec(an_entry(), 0..6), 0..5),
        values in prop::collection::vec(prop_oneof![
            "[ab](\\.[ab]){0,4}".prop_map(|value| (ValueKind::Domain, value)),
            "[ab.]{1,6}".prop_map(|value| (ValueKind::Text, value)),
            (0..4_u8, 0..4_u8).prop_map(|(a, b)| (ValueKind::Ipv4, format!("10.{a}.{b}.1"))),
            (0..4_u8, 8..32_u8).prop_map(|(a, prefix)| (ValueKind::Cidr, format!("10.{a}.0.0/{prefix}"))),
        ], 0..20),
    ) {
        let mut suppress = Suppress::new();
        let mut all: Vec<(ListKind, String)> = Vec::new();
        for entries in lists {
            for (kind, entry) in entries {
                suppress.add(List::new(format!("{kind} {entry}"), kind), [&entry]).unwrap();
                all.push((kind, entry));
            }
        }
        for (kind, value) in values {
            // The form of a domain has no dot at its end.
            let value = if kind == ValueKind::Domain { value.trim_end_matches('.').to_owned() } else { value };
            let found = suppress.check(kind, &value);
            let expected = all.iter().any(|(list, entry)| covers(entry, *list, kind, &value));
            prop_assert_eq!(found.is_some(), expected, "{} {} {:?}", kind, value, all);
            if let Some(list) = found {
                let entry = list.name().split_once(' ').unwrap().1;
                prop_assert!(covers(entry, list.kind(), kind, &value), "{} {} {:?}", kind, value, list);
            }
        }
    }
}
