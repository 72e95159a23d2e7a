//! Normal forms: equal and unequal pairs, and what holds for every value.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use proptest::prelude::*;
use stixkit::row::{Mapper, ValueKind, normalize};

use super::{indicator, mapper, outcome, row, shown};
use crate::pattern::{corpus, lines, text};

const KINDS: [ValueKind; 20] = [
    ValueKind::Ipv4,
    ValueKind::Ipv6,
    ValueKind::Cidr,
    ValueKind::Domain,
    ValueKind::Url,
    ValueKind::Email,
    ValueKind::Mac,
    ValueKind::Hash,
    ValueKind::Port,
    ValueKind::Asn,
    ValueKind::Number,
    ValueKind::Boolean,
    ValueKind::Timestamp,
    ValueKind::Binary,
    ValueKind::Path,
    ValueKind::Name,
    ValueKind::RegistryKey,
    ValueKind::Serial,
    ValueKind::Cve,
    ValueKind::Text,
];

/// Kind and both values of each line of a file in `normal/`.
fn pairs(file: &str) -> Vec<(ValueKind, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/row/normal").join(file);
    let pair = |case: &serde_json::Value| {
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == text(case, "kind")).expect("it is a kind");
        let value = |index: usize| case["values"][index].as_str().expect("it is a string").to_owned();
        (kind, value(0), value(1))
    };
    lines(&path).iter().map(pair).collect()
}

#[test]
fn r15_spellings_of_one_value_become_equal() {
    let pairs = pairs("equal.jsonl");
    for (kind, a, b) in &pairs {
        assert_ne!(a, b);
        assert_eq!(normalize(*kind, a), normalize(*kind, b), "{kind}: {a:?} and {b:?}");
    }
    assert!(pairs.len() >= 200, "only {}", pairs.len());
}

#[test]
fn different_values_stay_different() {
    let pairs = pairs("unequal.jsonl");
    for (kind, a, b) in &pairs {
        assert_ne!(normalize(*kind, a), normalize(*kind, b), "{kind}: {a:?} and {b:?}");
    }
    assert!(pairs.len() >= 100, "only {}", pairs.len());
}

/// Values that are likely to go wrong: those of the tables, pieces of them put together, and any text.
fn value() -> impl Strategy<Value = String> {
    let known: Vec<String> =
        ["equal.jsonl", "unequal.jsonl"].iter().flat_map(|file| pairs(file)).flat_map(|(_, a, b)| [a, b]).collect();
    let piece = prop::sample::select(vec![
        "http:",
        "https://",
        "//",
        "/",
        ".",
        "..",
        ":",
        "@",
        "%",
        "%2",
        "%41",
        "%25",
        "2e",
        "?",
        "#",
        "xn--",
        "a",
        "B",
        "-",
        "_",
        "\u{fc}",
        "\u{3002}",
        "\u{df}",
        "\u{ad}",
        "0",
        "80",
        "127",
        "::",
        "[",
        "]",
        "/32",
        "/7",
        "0x",
        "AS",
        "HKLM",
        "\\",
        "Computer\\",
        " ",
        "\t",
        "CVE-2014-",
        "file:",
        "tcp://",
        "mailto:",
        "T1",
        "+",
        "\u{130}",
        "\u{ff05}",
        "\u{661}",
    ]);
    prop_oneof![
        1 => prop::sample::select(known.clone()),
        3 => prop::collection::vec(piece.prop_map(str::to_owned), 0..8).prop_map(|pieces| pieces.concat()),
        2 => (prop::sample::select(known), ".{0,4}").prop_map(|(known, more)| known + &more),
        1 => ".{0,24}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn normal_forms_are_their_own_normal_forms(value in value()) {
        for kind in KINDS {
            let normal = normalize(kind, &value);
            prop_assert_eq!(&*normalize(kind, &normal), &*normal, "{} {:?}", kind, value);
        }
    }

    #[test]
    fn rows_have_the_normal_form_of_their_kind(value in value(), key in 0..KEYS.len()) {
        let pattern = stixkit::pattern::Pattern::equals(KEYS[key], &*value).unwrap().to_string();
        let indicator = indicator(&pattern);
        let mapper = mapper();
        let outcome = mapper.map(&indicator);
        if let Some(observable) = outcome.rows[0].observable.as_ref() {
            prop_assert_eq!(&*observable.value, &*value);
            prop_assert_eq!(&*observable.norm, &*normalize(observable.kind, &value), "{}", pattern);
        }
    }
}

const KEYS: [&str; 16] = [
    "ipv4-addr:value",
    "ipv6-addr:value",
    "domain-name:value",
    "url:value",
    "email-addr:value",
    "mac-addr:value",
    "file:hashes.MD5",
    "file:hashes.SSDEEP",
    "network-traffic:dst_port",
    "network-traffic:dst_ref.value",
    "autonomous-system:number",
    "file:size",
    "file:name",
    "windows-registry-key:key",
    "x509-certificate:serial_number",
    "vulnerability:name",
];

#[test]
fn r15_rows_have_one_normal_form() {
    for (test, norm, kind) in [
        ("domain-name:value = 'b\u{fc}cher.example'", "xn--bcher-kva.example", ValueKind::Domain),
        ("url:value = 'HTTP://Evil.Example.com/A'", "http://evil.example.com/A", ValueKind::Url),
        (r"windows-registry-key:key = 'HKLM\\Software\\X'", r"HKEY_LOCAL_MACHINE\Software\X", ValueKind::RegistryKey),
        ("x509-certificate:serial_number = '36:F7:d4:32'", "36f7d432", ValueKind::Serial),
        ("x509-certificate:serial_number = h'36F7D432'", "36f7d432", ValueKind::Serial),
        ("domain-name:value = 'dot.example.'", "dot.example", ValueKind::Domain),
        ("ipv4-addr:value = '198.18.0.3/32'", "198.18.0.3", ValueKind::Ipv4),
        ("vulnerability:name = 'cve-2014-0160'", "CVE-2014-0160", ValueKind::Cve),
        ("vulnerability:external_references[*].external_id = 'cve-2014-0160'", "CVE-2014-0160", ValueKind::Cve),
        ("autonomous-system:number = 'AS1.10'", "65546", ValueKind::Asn),
    ] {
        let observable = row(&format!("[{test}]")).observable.unwrap();
        assert_eq!((&*observable.norm, observable.kind, observable.well_formed), (norm, kind, true), "{test}");
    }
}

#[test]
fn c08_blanks_around_a_value_do_not_count() {
    for (test, norm) in [
        ("ipv4-addr:value = '192.0.2.1 '", "192.0.2.1"),
        (r"domain-name:value = ' example.org'", "example.org"),
        ("file:name = ' a.exe '", "a.exe"),
        ("url:value = ' http://example.org/ '", "http://example.org/"),
        ("file:hashes.MD5 = 'D41D8CD98F00B204E9800998ECF8427E '", "d41d8cd98f00b204e9800998ecf8427e"),
    ] {
        let observable = row(&format!("[{test}]")).observable.unwrap();
        assert_eq!(&*observable.norm, norm, "{test}");
        assert!(observable.well_formed && test.contains(&*observable.value), "{test}");
    }
}

#[test]
fn b13_two_spellings_of_one_value_make_one_row() {
    const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
    for (pattern, rows) in [
        (
            format!("[file:hashes.'MD5' = '{MD5}' OR file:hashes.'MD5' = '{}']", MD5.to_uppercase()),
            vec![format!("+file:hashes.MD5 {MD5}")],
        ),
        (
            "[ipv4-addr:value IN ('198.51.100.1/32','198.51.100.1')]".into(),
            vec!["+ipv4-addr:value 198.51.100.1/32".into()],
        ),
        (
            "[domain-name:value = 'Example.com' OR domain-name:value = 'example.COM']".into(),
            vec!["+domain-name:value Example.com".into()],
        ),
        (
            "[domain-name:value = 'Example.com' AND domain-name:value = 'example.COM']".into(),
            vec!["+domain-name:value Example.com".into()],
        ),
        (
            "[url:value = 'http://a'] OR [url:value = 'http://A/#b'] OR [url:value = 'http://a/c']".into(),
            vec!["+url:value http://a".into(), "+url:value http://a/c".into()],
        ),
        ("[file:name = 'A' OR file:name = 'a']".into(), vec!["+file:name A".into(), "+file:name a".into()]),
    ] {
        assert_eq!(shown(&outcome(&pattern)), rows, "{pattern}");
    }
    // As many as are told apart by hashing.
    let values: Vec<_> = (0..20).map(|number| format!("'{}.Example.com'", number % 10)).collect();
    let values =
        values.iter().enumerate().map(|(at, value)| if at < 10 { value.clone() } else { value.to_lowercase() });
    let pattern = format!("[domain-name:value IN ({})]", values.collect::<Vec<_>>().join(","));
    assert_eq!(outcome(&pattern).rows.len(), 10);
}

#[test]
fn b18_a_network_with_host_bits_and_a_short_prefix_is_not_well_formed() {
    for value in ["198.51.100.9/0", "198.51.100.1/7", "11.0.0.0/7"] {
        let observable = row(&format!("[ipv4-addr:value = '{value}']")).observable.unwrap();
        let found = (&*observable.norm, observable.kind, observable.well_formed);
        assert_eq!(found, (value, ValueKind::Text, false));
        assert!(!outcome(&format!("[ipv4-addr:value ISSUBSET '{value}']")).has_observable());
    }
    for (value, norm) in [("0.0.0.0/0", "0.0.0.0/0"), ("10.0.0.0/7", "10.0.0.0/7"), ("10.1.1.1/8", "10.0.0.0/8")] {
        let observable = row(&format!("[ipv4-addr:value = '{value}']")).observable.unwrap();
        assert_eq!((&*observable.norm, observable.kind, observable.well_formed), (norm, ValueKind::Cidr, true));
    }
}

#[test]
fn b19_defanged_urls_and_those_without_a_scheme_are_not_well_formed() {
    for value in [
        "hxxp://example[.]com/a",
        "hxxp://example.com/a",
        "hXXps://example.com/a",
        "http://example[.]com/a",
        "http://example(.)com/a",
        "http[:]//example.com/a",
        "example.com/a",
        "example.com:80/a",
        "//example.com/a",
        "www.example.com",
        "http://",
        "",
    ] {
        let observable = row(&format!("[url:value = '{value}']")).observable.unwrap();
        let found = (&*observable.norm, observable.kind, observable.well_formed);
        assert_eq!(found, (value, ValueKind::Url, false));
    }
}

/// Keys and values of rows are the same for two spellings, whatever the version of the indicator.
#[test]
fn spellings_have_one_row_key() {
    let key = |value: &str| {
        let indicator = indicator(&format!("[domain-name:value = '{value}']"));
        let mapper: Mapper = mapper();
        stixkit::row::RowKey::from_row(&mapper.map(&indicator).rows[0])
    };
    assert_eq!(key("Example.org."), key("example.org"));
    assert_ne!(key("example.com"), key("example.org"));
}

/// How often the normal form of a real value is another text, by kind. Sets out what a change of a normal form does.
#[test]
#[ignore = "needs the corpus"]
fn corpus_values_and_their_normal_forms() {
    let mut changed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rows, mut ill_formed) = (0, 0);
    for case in corpus("valid.jsonl").iter().chain(&corpus("match.jsonl")) {
        let indicator = indicator(text(case, "pattern"));
        let mapper = mapper();
        let outcome = mapper.map(&indicator);
        let identities: HashSet<_> = outcome.rows.iter().map(stixkit::row::Row::identity).collect();
        assert_eq!(identities.len(), outcome.rows.len(), "{}", indicator.pattern);
        for observable in outcome.rows.iter().filter_map(|row| row.observable.as_ref()) {
            rows += 1;
            ill_formed += usize::from(!observable.well_formed);
            if observable.kind != ValueKind::Binary {
                assert_eq!(observable.norm, normalize(observable.kind, &observable.value), "{}", indicator.pattern);
            }
            if observable.norm != observable.value {
                *changed.entry(observable.kind.as_str()).or_default() += 1;
            }
        }
    }
    let changed: Vec<_> = changed.into_iter().collect();
    let expected = [("cidr", 25), ("ipv4", 12), ("ipv6", 6), ("registry_key", 30), ("serial", 4), ("url", 1)];
    assert_eq!((rows, ill_formed, &changed[..]), (2490, 23, &expected[..]), "look at the values, and write the counts");
}
