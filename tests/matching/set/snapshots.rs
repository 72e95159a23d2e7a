//! Snapshots: the bytes of this version, and bytes that are not one.

use std::fs;
use std::path::Path;

use stixkit::matching::set::{IndicatorSet, Limits, SetOptions, SnapshotErrorKind, Subdomains, Urls};
use stixkit::row::Mapper;

use super::{indicator, time};

/// Sets by the names of their files, which fuzzing starts from.
const SETS: &[(&str, &[&str])] = &[
    ("empty", &[]),
    ("ipv4", &["[ipv4-addr:value = '198.51.100.7']", "[ipv4-addr:value = '198.51.100.7']"]),
    ("ipv4-networks", &["[ipv4-addr:value = '198.51.100.0/24']", "[ipv4-addr:value ISSUBSET '0.0.0.0/0']"]),
    ("ipv6", &["[ipv6-addr:value = '2001:db8::1']", "[ipv6-addr:value ISSUBSET '2001:db8::/32']"]),
    ("domains", &["[domain-name:value = 'example.org']", "[domain-name:value = 'org']"]),
    ("urls", &["[url:value = 'http://example.org/a']", "[url:value = 'https://example.org/a']"]),
    ("hashes", &["[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", "[file:hashes.SSDEEP = '3:a:b']"]),
    ("names", &["[file:name = 'Evil.exe']", "[mutex:name = 'evil']"]),
    ("like", &["[file:name LIKE '%evil%']", "[file:name LIKE 'evil%.exe']", "[file:name LIKE '%.exe']"]),
    ("matches", &["[url:value MATCHES '^http.*evilevil']"]),
    ("and", &["[file:name = 'evil.exe' AND file:size = 5]"]),
    ("always", &["[file:size > 5]", "[file:name != 'a' OR process:pid > 1]"]),
    ("several", &["[file:name = 'a'] AND [file:name = 'b']"]),
    ("directions", &["[network-traffic:src_ref.value = '198.51.100.7']", "[network-traffic:dst_port = 443]"]),
    ("any-of", &["[file:name IN ('a', 'b', 'c') OR url:value = 'http://a/']"]),
    ("mixed", &["[file:name = 'a' OR (file:name = 'b' AND file:size > 5)]"]),
];

fn set_of(patterns: &[&str]) -> IndicatorSet {
    let options = SetOptions::default().with_urls(Urls::Prefixes).with_subdomains(Subdomains::Never);
    let mut set = IndicatorSet::with_options(options);
    let mapper = Mapper::new(time("2024-05-02T00:00:00Z")).with_source("feed");
    for (at, pattern) in patterns.iter().enumerate() {
        let mut new = indicator(at as u128, pattern);
        if at == 1 {
            new.common.id = "indicator--Other".into();
        }
        set.insert_rows(&mapper.map(&new).rows);
    }
    set
}

fn saved(set: &IndicatorSet) -> Vec<u8> {
    let mut snapshot = Vec::new();
    set.save(&mut snapshot).unwrap();
    snapshot
}

#[test]
fn snapshots_of_this_version_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds/snapshot");
    for (name, patterns) in SETS {
        let own = saved(&set_of(patterns));
        let path = folder.join(name);
        if std::env::var_os("STIXKIT_BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &own).unwrap();
        }
        let known = fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(own == known, "{name} is written in another way; a new version of the form is due");
        let set = IndicatorSet::load(&*known, &Limits::default()).unwrap();
        assert_eq!((set.len(), set.options().urls()), (patterns.len(), Urls::Prefixes), "{name}");
        assert_eq!(saved(&set), known);
    }
}

#[test]
fn damage_is_told() {
    let whole = saved(&set_of(&["[file:name = 'Evil.exe']", "[file:name LIKE '%evil%']", "[file:size > 5]"]));
    let kind = |bytes: &[u8], limits: &Limits| IndicatorSet::load(bytes, limits).map(|_| ()).unwrap_err().kind();
    let limits = Limits::default();
    assert_eq!(kind(b"not a snapshot", &limits), SnapshotErrorKind::NotASnapshot);
    for length in 0..whole.len() {
        let kind = kind(&whole[..length], &limits);
        assert!(matches!(kind, SnapshotErrorKind::Io | SnapshotErrorKind::Corrupt), "{length}: {kind:?}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        assert!(IndicatorSet::load(&*damaged, &limits).is_err(), "byte {at}");
    }
    let mut other = whole.clone();
    other[8] = 9;
    assert_eq!(kind(&other, &limits), SnapshotErrorKind::OtherVersion);
    for limits in [limits.clone().with_max_bytes(100), limits.clone().with_max_records(2), limits.with_max_always(0)] {
        assert_eq!(kind(&whole, &limits), SnapshotErrorKind::TooLarge, "{limits:?}");
    }
}
