//! Custom feeds. What the reader makes of each file of `fixtures/feeds` stands beside it in a
//! `.golden` file, a line an item; `STIXKIT_BLESS=1` writes them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use stixkit::error::ErrorKind;
use stixkit::feed::{
    BadLine, BadLineReason, Encoding, Entry, FeedItem, FeedNote, FeedReader, Field, FieldMap, Fields, Format, Header,
    ValueType,
};
use stixkit::object::{Indicator, KillChainPhase, Tlp, Vulnerability};
use stixkit::pattern::Pattern;
use stixkit::row::{Class, Mapper, State, normalize};
use stixkit::{Level, Object};

use crate::golden::{assert_lines, json, now};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds")
}

fn bytes(file: &str) -> Vec<u8> {
    fs::read(directory().join(file)).unwrap()
}

/// The map of a file.
fn map(name: &str) -> FieldMap {
    serde_json::from_slice(&bytes(&format!("{name}.map.json"))).unwrap()
}

fn read(map: FieldMap, feed: &[u8]) -> Vec<FeedItem> {
    let mut items = Vec::new();
    for item in FeedReader::new(map, feed).unwrap() {
        match item {
            Ok(item) => items.push(item),
            // A feed of bad lines alone ends with an error.
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::FieldMap, "{error}");
                assert!(matches!(&items[..], [FeedItem::Bad(_), ..]), "{error}");
                assert!(!items.iter().any(|item| matches!(item, FeedItem::Entry(_))), "{error}");
            }
        }
    }
    items
}

fn entries(items: Vec<FeedItem>) -> Vec<Entry> {
    let entry = |item| match item {
        FeedItem::Entry(entry) => Some(entry),
        FeedItem::Bad(_) => None,
    };
    items.into_iter().filter_map(entry).collect()
}

fn bad_lines(items: Vec<FeedItem>) -> Vec<BadLine> {
    let bad = |item| match item {
        FeedItem::Entry(_) => None,
        FeedItem::Bad(bad) => Some(bad),
    };
    items.into_iter().filter_map(bad).collect()
}

fn list() -> FieldMap {
    FieldMap::new(Format::List)
}

/// JSON lines with the value in `v`.
fn json_lines() -> FieldMap {
    let mut map = FieldMap::new(Format::JsonLines);
    map.fields.value.push("v".into());
    map
}

/// A line for each item: what it became and all that it says.
fn shown(item: &FeedItem) -> String {
    let entry = match item {
        // The parser's words are not for this crate to say.
        FeedItem::Bad(BadLine { line, reason: BadLineReason::Json(_), text, .. }) => {
            return format!("{line} !json {text}");
        }
        FeedItem::Bad(bad) => return format!("{} !{} {bad}", bad.line, bad.reason.code()),
        FeedItem::Entry(entry) => entry,
    };
    let mut line = format!("{} {} {}", entry.line, entry.value_type, entry.value);
    let time = |time: &Option<stixkit::Timestamp>| time.as_ref().map(ToString::to_string);
    let joined = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("+"));
    let phase = |phase: &KillChainPhase| format!("{}/{}", phase.kill_chain_name, phase.phase_name);
    let phases: Vec<_> = entry.context.kill_chain.iter().map(phase).collect();
    let has_own_pattern = matches!(
        entry.value_type,
        ValueType::Endpoint
            | ValueType::Other
            | ValueType::Range
            | ValueType::Subdomains
            | ValueType::Asn
            | ValueType::Composite
            | ValueType::Wallet
            | ValueType::Pattern
    );
    for (name, text) in [
        ("written", Some(entry.written.clone()).filter(|written| *written != entry.value)),
        ("pattern", entry.pattern.clone().filter(|_| has_own_pattern)),
        ("name", entry.context.name.clone()),
        ("description", entry.context.description.clone()),
        ("confidence", entry.context.confidence.map(|confidence| confidence.to_string())),
        ("valid_from", time(&entry.valid_from)),
        ("valid_until", time(&entry.valid_until)),
        ("modified", time(&entry.modified)),
        ("tags", joined(&entry.context.tags)),
        ("source", entry.context.source.clone()),
        ("tlp", entry.context.tlp.map(|tlp| tlp.to_string())),
        ("references", joined(&entry.context.references)),
        ("revoked", entry.revoked.map(|is_revoked| is_revoked.to_string())),
        ("indicator_types", joined(&entry.context.indicator_types)),
        ("malware", joined(&entry.context.malware)),
        ("actors", joined(&entry.context.actors)),
        ("kill_chain", joined(&phases)),
        ("severity", entry.context.severity.map(|severity| severity.to_string())),
        ("aside", joined(&entry.set_aside.iter().map(ToString::to_string).collect::<Vec<_>>())),
    ] {
        if let Some(text) = text {
            line.push_str(&format!(" | {name} {text}"));
        }
    }
    line.replace('\n', "\\n")
}

/// Compares what a feed becomes with its golden file, and looks at every object and row of it.
#[track_caller]
fn assert_feed(file: &str, map: &FieldMap) {
    let items = read(map.clone(), &bytes(file));
    let lines: Vec<_> = items.iter().map(shown).collect();
    assert_lines(&format!("../feeds/{file}.golden"), &lines);
    for entry in entries(items) {
        assert_object(&entry);
    }
}

/// What holds for every entry: its object is valid, always the same, and its rows say what it says.
fn assert_object(entry: &Entry) {
    let object = entry.to_object("feed", now().instant());
    let faults: Vec<_> = object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error).collect();
    assert!(faults.is_empty(), "{entry:?}: {faults:?}");
    assert_eq!(object, entry.to_object("feed", now().instant()));
    let text = json(&object);
    assert_eq!(serde_json::from_str::<Object>(&text).unwrap(), object);
    let Object::Indicator(indicator) = &object else {
        assert_eq!(entry.value_type, ValueType::Cve);
        return;
    };
    let pattern = Pattern::parse(&indicator.pattern).unwrap();
    assert!(pattern.check().iter().all(|finding| finding.kind.is_about_names()), "{}", indicator.pattern);
    let mapper = Mapper::new(now().instant()).with_source("feed");
    let outcome = mapper.map(indicator);
    let rows = &outcome.rows;
    let may_lack = matches!(entry.value_type, ValueType::Subdomains | ValueType::Pattern);
    assert!(
        (outcome.reason.is_none() || may_lack)
            && rows.iter().all(|row| row.context.confidence == entry.context.confidence)
    );
    assert!(rows.iter().all(|row| row.tlp == entry.context.tlp && row.context.labels == entry.context.tags));
    let Some(observable) = rows[0].observable.as_ref() else {
        assert!(matches!(entry.value_type, ValueType::Subdomains | ValueType::Pattern));
        return;
    };
    match entry.value_type {
        ValueType::Endpoint => {
            let port = rows[1].observable.as_ref().unwrap();
            assert_eq!((outcome.class, rows.len(), rows[0].relation.standalone), (Class::AllOf, 2, false));
            assert!(entry.value.contains(&*observable.norm) && entry.value.ends_with(&format!(":{}", port.norm)));
        }
        ValueType::Composite => assert!(rows.len() == 2 && rows.iter().all(|row| !row.relation.standalone)),
        ValueType::Range => {
            assert!(outcome.class == Class::AnyOf && rows.iter().all(|row| row.relation.standalone));
        }
        ValueType::Subdomains => assert_eq!(format!(".{}", observable.norm), entry.value),
        ValueType::Pattern => {}
        _ => {
            assert_eq!((outcome.class, rows.len(), rows[0].relation.standalone), (Class::Atomic, 1, true));
            // A URL keeps its fragment, which its normal form has not.
            let is_normal = entry.value_type != ValueType::Url;
            let norm = if is_normal { Cow::Borrowed(&*entry.value) } else { normalize(observable.kind, &entry.value) };
            assert_eq!((&*observable.value, &observable.norm), (&*entry.value, &norm));
            assert!(observable.well_formed || entry.value_type == ValueType::Other, "{entry:?}");
        }
    }
}

#[test]
fn b18_a_network_with_host_bits_and_a_short_prefix_is_a_bad_line() {
    for line in ["198.51.100.1/0", "11.0.0.0/7", "::1/0"] {
        let items = read(list(), line.as_bytes());
        assert!(matches!(&items[..], [FeedItem::Bad(_)]), "{items:?}");
    }
}

#[test]
fn a_list() {
    assert_feed("list.txt", &list());
}

#[test]
fn a_document_with_items_by_their_number() {
    assert_feed("document.json", &map("document"));
}

#[test]
fn a_document_of_bare_values() {
    let mut map = FieldMap::new(Format::Json);
    map.fields.value.push("".into());
    assert_feed("values.json", &map);
}

/// What real feeds do: times that are none, words for types, JSON of the wrong shape, broken lines.
#[test]
fn quirks() {
    assert_feed("quirks.jsonl", &map("quirks"));
}

#[cfg(feature = "csv")]
#[test]
fn csv_with_names_in_a_comment() {
    assert_feed("threats.csv", &map("threats"));
}

#[cfg(feature = "csv")]
#[test]
fn csv_without_names() {
    assert_feed("columns.csv", &map("columns"));
}

#[cfg(feature = "csv")]
#[test]
fn csv_with_names_in_the_first_record() {
    let mut map = FieldMap::new(Format::Csv);
    map.fields.value.push(" Indicator".into());
    map.fields.value_type.push("TYPE".into());
    let feed = b"\xef\xbb\xbftype,indicator\r\nhostname,a.example.org\nipv4,\nwhat,a\ntype,indicator\nip,192.0.2.1\nip,\"\xff\"\n";
    let lines: Vec<_> = read(map.clone(), feed).iter().map(shown).collect();
    let expected = [
        "2 domain a.example.org",
        "3 !empty line 3, column 2 ` Indicator`: there is no value: ipv4,",
        "4 !unknown_type line 4, column 1 `TYPE`, type: no known type: what: what,a",
        "6 ipv4 192.0.2.1",
        "7 !encoding line 7: not UTF-8: ip,\"\u{fffd}\"",
    ];
    assert_eq!(lines, expected);
    let error = FeedReader::new(map, &b"a,b\n1,2\n"[..]).unwrap().next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FieldMap);
    assert_eq!(error.to_string(), "the field map cannot be used: there is no column ` Indicator`, but `a`, `b`");
}

#[cfg(not(feature = "csv"))]
#[test]
fn csv_needs_its_feature() {
    let error = FeedReader::new(map("columns"), &b""[..]).unwrap_err();
    assert_eq!(error.to_string(), "the field map cannot be used: `format`: CSV is read with the feature `csv`");
}

#[test]
fn a_feed_that_cannot_be_read_says_so() {
    let error = FeedReader::new(list(), &b"\xff\xfe1\x002\0"[..]).unwrap_err();
    assert_eq!((error.kind(), error.detail()), (ErrorKind::Encoding, "UTF-16; convert it to UTF-8"));
    let error = FeedReader::new(FieldMap::new(Format::Json), &b""[..]).unwrap_err();
    assert_eq!((error.kind(), error.detail()), (ErrorKind::FieldMap, "`fields`: there is no field `value`"));

    struct Cut;

    impl std::io::Read for Cut {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("cable cut"))
        }
    }

    let mut reader = FeedReader::new(list(), std::io::Read::chain(&b"::1"[..], Cut)).unwrap();
    assert_eq!(reader.next().unwrap().unwrap_err().kind(), ErrorKind::Io);
    assert!(reader.next().is_none());
}

#[test]
fn b33_compressed_feeds_are_named() {
    for (bytes, name) in [(&b"PK\x03\x04\x14\0"[..], "a zip file"), (b"BZh91AY&SY", "a bzip2 file")] {
        let error = FeedReader::new(list(), bytes).unwrap_err();
        assert!(error.kind() == ErrorKind::Encoding && error.detail().starts_with(name), "{error}");
    }
    #[cfg(not(feature = "gzip"))]
    assert!(FeedReader::new(list(), &b"\x1f\x8b\x08\0"[..]).unwrap_err().detail().contains("feature `gzip`"));
}

#[cfg(feature = "gzip")]
#[test]
fn b33_gzip_is_decompressed() {
    use std::io::Write;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&bytes("list.txt")).unwrap();
    let compressed = encoder.finish().unwrap();
    let shown = |feed: &[u8]| read(list(), feed).iter().map(shown).collect::<Vec<_>>();
    assert_eq!(shown(&compressed), shown(&bytes("list.txt")));
}

#[test]
fn b34_lines_may_end_in_cr() {
    let with_cr = |file: &str| {
        let mut bytes = bytes(file);
        let mut after = 0;
        bytes.retain(|byte| std::mem::replace(&mut after, *byte) != b'\r' || *byte != b'\n');
        bytes.iter().map(|byte| if *byte == b'\n' { b'\r' } else { *byte }).collect::<Vec<_>>()
    };
    let values = |map: FieldMap, feed: &[u8]| {
        let items = read(map, feed);
        items.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(values(list(), b"198.51.100.1\r198.51.100.2\r"), values(list(), b"198.51.100.1\n198.51.100.2\n"));
    assert_eq!(values(list(), &with_cr("list.txt")), values(list(), &bytes("list.txt")));
    assert_eq!(values(map("document"), &with_cr("document.json")), values(map("document"), &bytes("document.json")));
    let lines = b"{\"v\":\"198.51.100.1\"}\r{\"v\":\"a b\"}\r";
    assert_eq!(values(json_lines(), lines).len(), 2);
    #[cfg(feature = "csv")]
    for name in ["columns", "threats"] {
        let file = format!("{name}.csv");
        assert_eq!(values(map(name), &with_cr(&file)), values(map(name), &bytes(&file)), "{name}");
    }
}

#[test]
fn a_type_may_be_said_for_all_values() {
    let mut map = list();
    map.fields.value_type.push(Field::constant("domain"));
    map.fields.tags.push(Field::constant("phishing, blocklist").with_separator(","));
    map.fields.confidence.push(Field::constant("80"));
    let items = read(map, b"invoice.zip\nintranet # a name\n192.0.2.1\n");
    let [FeedItem::Entry(zip), FeedItem::Entry(intranet), FeedItem::Bad(bad)] = &items[..] else { panic!("{items:?}") };
    assert_eq!(
        (zip.value_type, &*zip.context.tags.join("+"), zip.context.confidence),
        (ValueType::Domain, "phishing+blocklist", Some(80))
    );
    assert_eq!((&*intranet.value, intranet.context.description.as_deref()), ("intranet", Some("a name")));
    assert_eq!(bad.reason, BadLineReason::NotOfType("domain".into()));
}

#[test]
fn a_header_of_a_list_is_passed_once_and_only_in_front() {
    for header in ["ip", "\"Domain\"", "IoC", "ip_address", "hash"] {
        assert_eq!(read(list(), format!("# c\n{header}\n192.0.2.1").as_bytes()).len(), 1, "{header}");
    }
    assert_eq!(bad_lines(read(list(), b"192.0.2.1\nip\n")).len(), 1);
    assert_eq!(bad_lines(read(list(), b"threats\n192.0.2.1\n")).len(), 1);
    let mut without = list();
    without.header = Header::None;
    assert_eq!(bad_lines(read(without, b"ip\n192.0.2.1\n")).len(), 1);
}

#[test]
fn comments_are_what_the_map_says() {
    let mut map = list();
    map.comments = vec!["!".into()];
    let items = read(map, b"! c\n192.0.2.1 ! seen\n# no comment\n192.0.2.1#x\n");
    assert!(matches!(&items[0], FeedItem::Entry(entry) if entry.context.description.as_deref() == Some("seen")));
    assert_eq!(bad_lines(items).len(), 2);
}

#[test]
fn long_lines_are_passed_without_keeping_them() {
    let feed = format!("192.0.2.1\n{}\n192.0.2.2\n", "x".repeat(3 << 20));
    let items = read(list(), feed.as_bytes());
    let [FeedItem::Entry(_), FeedItem::Bad(bad), FeedItem::Entry(last)] = &items[..] else { panic!() };
    assert_eq!((&bad.reason, bad.text.len(), last.line), (&BadLineReason::TooLong, 200, 3));
    let reader = FeedReader::new(list(), &b"192.0.2.1\n"[..]).unwrap().with_max_item_bytes(5);
    assert!(matches!(
        reader.map(Result::unwrap).next(),
        Some(FeedItem::Bad(BadLine { reason: BadLineReason::TooLong, .. }))
    ));
    // What a pattern cannot hold is told as well.
    let url = format!("{{\"v\": \"http://example.org/{}\"}}", "\\\\".repeat(600_000));
    let reader = FeedReader::new(json_lines(), url.as_bytes()).unwrap().with_max_item_bytes(1 << 22);
    assert!(matches!(
        reader.map(Result::unwrap).next(),
        Some(FeedItem::Bad(BadLine { reason: BadLineReason::Pattern(_), .. }))
    ));
}

#[test]
fn r01_an_error_page_is_no_empty_feed() {
    let map = |items: &str| -> FieldMap {
        serde_json::from_value(serde_json::json!({"format": "json", "items": items, "fields": {"value": "ioc"}}))
            .unwrap()
    };
    let end =
        |map: FieldMap, feed: &str| FeedReader::new(map, feed.as_bytes()).unwrap().last().map(|last| last.map(|_| ()));
    let error = |map: FieldMap, feed: &str| {
        let error = end(map, feed).unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldMap);
        error.detail().to_owned()
    };
    let feed = r#"{"query_status": "ok", "data": [{"ioc": "198.51.100.7"}]}"#;
    assert!(matches!(end(map("data"), feed), Some(Ok(()))));
    assert!(end(map("data"), r#"{"query_status": "ok", "data": []}"#).is_none());
    let astray = "the items path `data` leads to no list or object, line 1";
    let told = format!("{astray}; the document has `query_status`");
    assert_eq!(error(map("data"), r#"{"query_status": "unknown_auth_key"}"#), told);
    assert_eq!(error(map("data"), r#"{"data": "none"}"#), astray);
    let deeper = "the items path `data.items` leads to no list or object, line 1; the document has `ioc`";
    assert_eq!(error(map("data.items"), feed), deeper);
    // Entries that do not fit, and one that does.
    let other = r#"{"data": [{"ip": "198.51.100.7"}, {"ip": "198.51.100.8"}]}"#;
    assert!(error(map("data"), other).starts_with("none of the 2 entries fits; the first: line 1 `ioc`: "));
    let mixed = r#"{"data": [{"ip": "198.51.100.7"}, {"ioc": "198.51.100.8"}]}"#;
    assert!(matches!(end(map("data"), mixed), Some(Ok(()))));
    assert!(error(list(), "moved here\nsee there\n").starts_with("none of the 2 entries fits"));
    assert!(end(list(), "# nothing today\n").is_none());
}

#[test]
fn a_bad_line_is_safe_to_show() {
    let bad = bad_lines(read(list(), b"\x1b[31mred\x07 text\n"));
    assert_eq!(bad[0].text, "\u{1b}[31mred\u{7} text");
    assert_eq!(bad[0].to_string(), "line 1: more than one value:  [31mred  text".replace(":  [", ": ["));
}

mod objects {
    //! What entries become.

    use super::*;

    fn full() -> Entry {
        let mut entry = Entry::detect("hxxp://login[.]example[.]org/?a='b'").unwrap();
        entry.context.name = Some("Gate".into());
        entry.context.description = Some("Of Poison Ivy".into());
        entry.context.confidence = Some(70);
        entry.valid_from = Some("2024-05-01T10:00:00.000Z".parse().unwrap());
        entry.valid_until = Some("2024-07-01T00:00:00.000Z".parse().unwrap());
        entry.modified = Some("2024-05-02T10:00:00.000Z".parse().unwrap());
        entry.context.tags = vec!["c2".into(), "ivy".into()];
        entry.context.source = Some("Example CERT".into());
        entry.context.tlp = Some(stixkit::object::Tlp::AmberStrict);
        entry.context.references.push("https://example.org/17".into());
        entry
    }

    #[test]
    fn an_indicator_with_everything() {
        let expected = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--9d468892-0591-57a6-9c12-e5f1e9958738","created_by_ref":"identity--b1c29473-27ef-5aa0-9a24-30651b65dd1c","created":"2024-05-01T10:00:00.000Z","modified":"2024-05-02T10:00:00.000Z","labels":["c2","ivy"],"confidence":70,"external_references":[{"source_name":"Example CERT","url":"https://example.org/17"}],"object_marking_refs":["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],"name":"Gate","description":"Of Poison Ivy","pattern":"[url:value = 'http://login.example.org/?a=\\'b\\'']","pattern_type":"stix","valid_from":"2024-05-01T10:00:00.000Z","valid_until":"2024-07-01T00:00:00.000Z"}"#;
        let entry = full();
        assert_object(&entry);
        let indicator = entry.to_indicator("feed", now().instant()).unwrap();
        let provider = entry.provider(now().instant()).unwrap();
        assert_eq!(json(&indicator), expected);
        let mut mapper = Mapper::new(now().instant());
        mapper.learn(&provider.into());
        assert_eq!(mapper.map(&indicator).rows[0].context.provider.as_deref(), Some("Example CERT"));
    }

    /// The identifiers as any other program makes them: `uuid5(namespace, '["source","pattern"]')`.
    #[test]
    fn identifiers_follow_from_source_and_pattern() {
        let id = |value: &str, source: &str| {
            let object = Entry::detect(value).unwrap().to_object(source, now().instant());
            object.id().to_string()
        };
        assert_eq!(id("198.51.100.7", "blocklist"), "indicator--6f94b64d-a74e-5912-8447-5ac9b90bebdc");
        assert_eq!(id("198[.]51[.]100[.]7", "blocklist"), id("198.51.100.7", "blocklist"));
        assert_eq!(id("EXAMPLE.org.", "a"), id("example.org", "a"));
        assert_ne!(id("example.org", "a"), id("example.org", "b"));
        assert_eq!(id("cve-2014-0160", "blocklist"), "vulnerability--92bfb037-3273-5195-b879-8b685a125b08");
        assert_eq!(id("http://example.org/ü'\"\\", "blocklist"), "indicator--7b83391d-5c85-5396-9e5d-c7e1edc7f874");
    }

    #[test]
    fn a_weakness_becomes_a_vulnerability() {
        let mut entry = Entry::detect("cve-2014-0160").unwrap();
        entry.context.tags = vec!["ssl".into()];
        entry.context.references.push("VU#720951".into());
        assert_object(&entry);
        let pattern = entry.to_indicator("feed", now().instant()).unwrap().pattern;
        assert!(pattern.starts_with("[vulnerability:name = 'CVE-"), "{pattern}");
        let Object::Vulnerability(weakness) = entry.to_object("feed", now().instant()) else { panic!() };
        let Vulnerability { common, name, .. } = *weakness;
        assert_eq!((&*name, &common.labels[..]), ("CVE-2014-0160", &["ssl".to_owned()][..]));
        let references: Vec<_> =
            common.external_references.iter().map(|own| (&*own.source_name, own.external_id.as_deref())).collect();
        assert_eq!(references, [("cve", Some("CVE-2014-0160")), ("feed", Some("VU#720951"))]);
    }

    #[test]
    fn validity_is_in_order_whatever_the_feed_leaves_out() {
        let state = |from: Option<&str>, until: Option<&str>| {
            let mut entry = Entry::detect("198.51.100.7").unwrap();
            entry.valid_from = from.map(|time| time.parse::<stixkit::Timestamp>().unwrap());
            entry.valid_until = until.map(|time| time.parse::<stixkit::Timestamp>().unwrap());
            assert_object(&entry);
            let indicator: Indicator = entry.to_indicator("feed", now().instant()).unwrap();
            Mapper::new(now().instant()).map(&indicator).rows[0].validity.state
        };
        assert_eq!(state(None, None), State::Active);
        assert_eq!(state(None, Some("2024-07-01T00:00:00Z")), State::Active);
        assert_eq!(state(None, Some("2024-06-01T00:00:00Z")), State::Expired);
        assert_eq!(state(None, Some("2020-01-01T00:00:00Z")), State::Expired);
        assert_eq!(state(None, Some("0001-01-01T00:00:00Z")), State::Expired);
        assert_eq!(state(Some("2024-07-01T00:00:00Z"), None), State::Pending);
        assert_eq!(state(Some("2016-12-31T23:59:59.999Z"), None), State::Active);
    }

    /// Times of the reading have milliseconds, those of the feed their own digits.
    #[test]
    fn times_of_a_clock_have_milliseconds() {
        let now: chrono::DateTime<chrono::Utc> = "2024-05-01T10:00:00.123456789Z".parse().unwrap();
        let precise = Some("2024-04-01T10:00:00.123456789Z".parse::<stixkit::Timestamp>().unwrap());
        for (valid_from, valid_until, expected) in [
            (None, None, "2024-05-01T10:00:00.123Z"),
            (precise.clone(), None, "2024-04-01T10:00:00.123456789Z"),
            (None, precise, "2024-04-01T10:00:00.122456789Z"),
        ] {
            let mut entry = Entry::detect("198.51.100.7").unwrap();
            (entry.valid_from, entry.valid_until) = (valid_from, valid_until);
            entry.context.source = Some("Example CERT".into());
            let indicator = entry.to_indicator("feed", now).unwrap();
            assert_eq!(indicator.common.modified.unwrap().to_string(), "2024-05-01T10:00:00.123Z");
            assert_eq!(indicator.valid_from.unwrap().to_string(), expected);
            let provider = entry.provider(now).unwrap();
            assert_eq!(provider.common.created.unwrap().to_string(), "2024-05-01T10:00:00.123Z");
        }
        let Object::Vulnerability(weakness) = Entry::detect("cve-2014-0160").unwrap().to_object("feed", now) else {
            panic!()
        };
        assert_eq!(weakness.common.modified.unwrap().to_string(), "2024-05-01T10:00:00.123Z");
    }

    #[test]
    fn without_a_time_of_its_own_a_reading_is_a_version() {
        let entry = Entry::detect("198.51.100.7").unwrap();
        let at = |time: &str| entry.to_indicator("feed", time.parse::<stixkit::Timestamp>().unwrap()).unwrap().common;
        let (first, second) = (at("2024-05-01T00:00:00Z"), at("2024-05-02T00:00:00Z"));
        assert_eq!(first.id, second.id);
        assert!(first.version() < second.version());
        let mut dated = entry.clone();
        dated.modified = Some("2024-04-01T00:00:00Z".parse().unwrap());
        let at = |time: &str| {
            dated.to_indicator("feed", time.parse::<stixkit::Timestamp>().unwrap()).unwrap().common.modified
        };
        assert_eq!(at("2024-05-01T00:00:00Z"), at("2024-05-02T00:00:00Z"));
    }
}

mod complaints {
    //! What users of other tools complained of.

    use super::*;

    fn typed(value: &str, word: &str) -> Entry {
        let mut map = json_lines();
        map.fields.value_type.push("t".into());
        let line = serde_json::json!({"v": value, "t": word}).to_string();
        let [FeedItem::Entry(entry)] = &read(map, line.as_bytes())[..] else { panic!("{value} {word}") };
        entry.clone()
    }

    /// OpenCTI connectors 5428, 5580: hashes under another spelling of their name were lost.
    /// OpenCTI connectors 3423: all but SHA-256 were.
    #[test]
    fn hashes_have_many_names() {
        let digits = "0123456789abcdef".repeat(8);
        for (len, names, path) in [
            (32, &["MD5", "md5", "md5_hash", "FileHash-MD5", "file:hashes.MD5"][..], "MD5"),
            (40, &["SHA-1", "sha1", "sha_1", "SHA1 hash", "file:hashes.'SHA-1'"], "'SHA-1'"),
            (64, &["SHA-256", "SHA256", "sha_256", "FileHash-SHA256", "file:hashes.sha256"], "'SHA-256'"),
            (128, &["SHA-512", "sha512", "hash"], "'SHA-512'"),
        ] {
            for name in names {
                let entry = typed(&digits[..len], name);
                assert_eq!(entry.pattern, Some(format!("[file:hashes.{path} = '{}']", &digits[..len])), "{name}");
            }
        }
    }

    /// misp2sentinel 21: a network stood in the column for addresses.
    #[test]
    fn a_network_is_no_address() {
        assert_eq!(typed("198.51.100.0/24", "ip-dst").value_type, ValueType::Cidr);
        assert_eq!(typed("198.51.100.7/32", "ip-dst").value_type, ValueType::Ipv4);
    }

    /// misp2sentinel 28, OpenCTI connectors 2092: the end was lost, or there had to be one.
    #[test]
    fn an_end_is_neither_lost_nor_made_up() {
        let mut entry = typed("198.51.100.7", "ip");
        assert_eq!(entry.to_indicator("feed", now().instant()).unwrap().valid_until, None);
        entry.valid_until = Some(now());
        assert_eq!(entry.to_indicator("feed", now().instant()).unwrap().valid_until, Some(now()));
    }

    /// misp-stix 95: what means something in a pattern was not escaped.
    #[test]
    fn values_do_not_break_out_of_the_pattern() {
        let entry = typed("a' OR file:name LIKE '%\\", "filename");
        assert_object(&entry);
        assert_eq!(entry.pattern.as_deref(), Some(r"[file:name = 'a\' OR file:name LIKE \'%\\']"));
    }
}

/// Makes a value harmless in one of the ways that are in use.
fn defanged(value: &str, way: usize) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, value),
    };
    let split = rest.find('/').unwrap_or(rest.len());
    let dot = ["[.]", "(.)", "[dot]", "{.}", "\\."][way % 5];
    let rest = format!("{}{}", rest[..split].replace('.', dot).replace('@', "[at]"), &rest[split..]);
    match scheme {
        Some(scheme) => {
            format!("{}{}{rest}", scheme.replace("http", ["hxxp", "hXXp"][way % 2]), ["://", "[://]"][way % 2])
        }
        None => rest,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_made_harmless_is_what_it_was(
        value in prop_oneof![
            "[a-z0-9]{1,9}\\.[a-z]{2,8}\\.(org|net|example)",
            "[1-9][0-9]?\\.[0-9]\\.1[0-9]{2}\\.[0-9]",
            "[1-9][0-9]?\\.[0-9]\\.1[0-9]{2}\\.0/(8|24)",
            "https?://[a-z]{1,9}\\.example\\.org(:80)?(/[a-z./?=&%-]{0,20})?",
            "[a-z.]{0,8}[a-z]@[a-z]{1,9}\\.example\\.org",
        ],
        way in 0_usize..10,
    ) {
        let plain = Entry::detect(&value).unwrap();
        let undone = Entry::detect(&defanged(&value, way)).unwrap();
        prop_assert_eq!((plain.value, plain.value_type, plain.pattern), (undone.value, undone.value_type, undone.pattern));
    }

    #[test]
    fn text_goes_through_the_pattern_unchanged(text in "\\PC{1,40}", way in 0..3_usize) {
        let mut map = json_lines();
        map.empty.clear();
        map.fields.value_type.push(Field::constant(["file:name", "mutex", "x-own:'odd name'"][way]));
        let line = serde_json::json!({"v": text}).to_string();
        for entry in entries(read(map, line.as_bytes())) {
            assert_eq!(entry.value, text.trim());
            assert_object(&entry);
        }
    }

    #[test]
    fn whatever_is_told_makes_a_valid_object(text in "[0-9a-zA-Z.:/@\\[\\]()#' _-]{1,30}") {
        if let Ok(entry) = Entry::detect(&text) {
            assert_object(&entry);
            // What it became is told again, as the same.
            if entry.value_type == ValueType::Asn {
                return Ok(());
            }
            let again = Entry::detect(&entry.value).unwrap_or_else(|reason| panic!("{}: {reason}", entry.value));
            prop_assert_eq!((again.value_type, again.pattern), (entry.value_type, entry.pattern));
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "[\\[\\]{}\":, \\\\\n\r#;a\u{e9}1.]{0,200}".prop_map(String::into_bytes),
        ],
        max in 1_usize..60,
    ) {
        for format in [Format::List, Format::Csv, Format::Json, Format::JsonLines] {
            for items in [&[][..], &["*"], &["a", "*"]] {
                let mut map = FieldMap::new(format);
                if format != Format::List {
                    map.fields.value.push(1.into());
                }
                map.header = Header::None;
                if format == Format::Json {
                    map.items = items.iter().map(|&name| name.to_owned()).collect();
                }
                let Ok(reader) = FeedReader::new(map, &bytes[..]) else { continue };
                let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
                let mut last = 0;
                for item in reader.with_max_item_bytes(max) {
                    let line = match item {
                        Ok(FeedItem::Entry(entry)) => entry.line,
                        Ok(FeedItem::Bad(bad)) => bad.line,
                        Err(error) => {
                            prop_assert_eq!(error.kind(), ErrorKind::FieldMap);
                            continue;
                        }
                    };
                    prop_assert!(last <= line && line <= lines);
                    last = line;
                }
            }
        }
    }
}

#[test]
fn reasons_have_codes_of_their_own() {
    let reasons = [
        BadLineReason::Empty,
        BadLineReason::UnknownForm,
        BadLineReason::MayBeFileName,
        BadLineReason::SeveralValues,
        BadLineReason::NotOfType(String::new()),
        BadLineReason::UnknownType(String::new()),
        BadLineReason::NoScheme,
        BadLineReason::Time,
        BadLineReason::Confidence,
        BadLineReason::Tlp,
        BadLineReason::Severity,
        BadLineReason::Flag,
        BadLineReason::NothingInside,
        BadLineReason::EndBeforeStart,
        BadLineReason::Columns { expected: 1, found: 2 },
        BadLineReason::UnclosedQuote,
        BadLineReason::Shape,
        BadLineReason::Json(String::new()),
        BadLineReason::Encoding,
        BadLineReason::TooLong,
    ];
    let codes: HashSet<_> = reasons.iter().map(BadLineReason::code).collect();
    assert_eq!(codes.len(), reasons.len());
}

mod cases;
mod loaded;
mod maps;
mod write;
