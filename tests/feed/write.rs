//! Lists that devices load.

use stixkit::feed::write::{DatasetType, ListCounts, ListFormat, ListWriter, Options, WarninglistType};
use stixkit::object::Tlp;

use super::*;

/// Values of many types, some of which no list takes.
const FEED: &str = r#"
{"v": "login.example.org", "n": "Gate, \"one\"", "c": 80, "tlp": "green"}
{"v": "LOGIN.example.org"}
{"v": "198.51.100.7"}
{"v": "198.51.100.0/24", "c": 0}
{"v": "2001:db8::7"}
{"v": "http://login.example.org/a,b?c=\"d\""}
{"v": "ftp://files.example.net/a"}
{"v": "someone@example.org"}
{"v": "d41d8cd98f00b204e9800998ecf8427e"}
{"v": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
{"v": "198.51.100.9:443"}
{"v": "red.example.org", "tlp": "red"}
{"v": "old.example.org", "u": "2024-05-01"}
{"v": "back.example.org", "r": true}
{"v": "soon.example.org", "f": "2030-01-01"}
{"v": ".tree.example.org"}
{"v": "a\tb.exe", "t": "filename"}
{"v": "CVE-2024-0001"}
"#;

pub(crate) fn written(format: ListFormat, options: Options) -> (String, ListCounts) {
    let map: FieldMap = serde_json::from_str(
        r#"{"format": "jsonl", "fields": {"value": "v", "type": "t", "name": "n", "confidence": "c", "tlp": "tlp",
            "valid_from": "f", "valid_until": "u", "revoked": "r"}}"#,
    )
    .unwrap();
    let mapper = Mapper::new(now().instant()).with_source("feed");
    let mut writer = ListWriter::new(format, options, Vec::new()).unwrap();
    for entry in entries(read(map, FEED.as_bytes())) {
        let indicator = entry.to_indicator("feed", now().instant()).unwrap();
        mapper.map(&indicator).rows.iter().for_each(|row| writer.write(row).unwrap());
    }
    let (out, counts) = writer.finish().unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

fn options() -> Options {
    Options::new(now().instant(), Tlp::Green).with_name("Example list")
}

pub(crate) const FORMATS: [(&str, ListFormat); 16] = [
    ("plain.txt", ListFormat::Plain),
    ("csv.csv", ListFormat::Csv),
    ("hosts.txt", ListFormat::Hosts),
    ("rpz.zone", ListFormat::Rpz),
    ("ip.lst", ListFormat::SuricataDataset(DatasetType::Ip)),
    ("md5.lst", ListFormat::SuricataDataset(DatasetType::Md5)),
    ("sha256.lst", ListFormat::SuricataDataset(DatasetType::Sha256)),
    ("domain.lst", ListFormat::SuricataDataset(DatasetType::Domain)),
    ("url.lst", ListFormat::SuricataDataset(DatasetType::Url)),
    ("iprep.list", ListFormat::SuricataIprep),
    ("zeek.intel", ListFormat::ZeekIntel),
    ("netset.netset", ListFormat::Netset),
    ("netset6.netset", ListFormat::NetsetIpv6),
    ("pf.txt", ListFormat::PfTable),
    ("cidr.json", ListFormat::MispWarninglist(WarninglistType::Cidr)),
    ("string.json", ListFormat::MispWarninglist(WarninglistType::String)),
];

#[test]
fn every_format_is_as_its_golden_file() {
    for (file, format) in FORMATS {
        let (text, counts) = written(format, options());
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.push(format!("{counts:?}"));
        assert_lines(&format!("../feeds/write/{file}.golden"), &lines);
    }
}

#[test]
fn a_list_has_only_what_may_be_matched_and_shared() {
    let (text, counts) = written(ListFormat::Plain, options());
    for value in ["red.example.org", "old.example.org", "back.example.org", "soon.example.org", "198.51.100.9", "443"] {
        assert!(!text.lines().any(|line| line == value), "{value}");
    }
    assert_eq!((counts.not_active, counts.too_strict, counts.repeated), (3, 1, 1));
    let (text, _) = written(ListFormat::Plain, Options::new(now().instant(), Tlp::Red));
    assert!(text.contains("red.example.org\n"));
    let (text, counts) = written(ListFormat::Plain, options().with_unmarked(false));
    assert_eq!((text.as_str(), counts.written), ("login.example.org\n", 1));
}

#[test]
fn a_category_is_one_that_suricata_takes() {
    for (category, written_as) in [(0, 1), (7, 7), (59, 59), (60, 59)] {
        let (text, _) = written(ListFormat::SuricataIprep, options().with_category(category));
        assert!(text.starts_with(&format!("198.51.100.7,{written_as},127\n")), "{text}");
    }
}

#[test]
fn what_was_written_reads_back() {
    for format in [ListFormat::Plain, ListFormat::Netset, ListFormat::NetsetIpv6, ListFormat::PfTable] {
        let (text, counts) = written(format, options());
        let mut map = list();
        map.header = Header::None;
        let items = read(map, text.as_bytes());
        assert_eq!(entries(items).len() as u64, counts.written);
    }
    let (text, counts) = written(ListFormat::Hosts, options());
    assert_eq!(entries(read(FieldMap::named("hosts").unwrap(), text.as_bytes())).len() as u64, counts.written);
    let (text, counts) = written(ListFormat::MispWarninglist(WarninglistType::Cidr), options());
    let found = entries(read(FieldMap::named("misp-warninglist").unwrap(), text.as_bytes()));
    assert_eq!(found.len() as u64, counts.written);
    // Values that are not bad do not come back as such.
    assert!(found.iter().all(|entry| entry.revoked == Some(true)));
}

#[test]
fn a_writer_tells_when_it_fails() {
    struct Full;

    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let error = ListWriter::new(ListFormat::Hosts, options(), Full).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a name holds, a value is one line.
    #[test]
    fn a_value_is_a_line(name in "\\PC{0,20}", value in "[\\x00-\\x7f]{1,20}") {
        let mapper = Mapper::new(now().instant()).with_source("feed");
        let pattern = Pattern::equals("file:name", value.as_str()).unwrap();
        let mut indicator = Entry::detect("198.51.100.7").unwrap().to_indicator("feed", now().instant()).unwrap();
        indicator.pattern = pattern.to_string();
        indicator.name = Some(name);
        for (file, format) in FORMATS {
            let mut writer = ListWriter::new(format, options(), Vec::new()).unwrap();
            mapper.map(&indicator).rows.iter().for_each(|row| writer.write(row).unwrap());
            let counts = writer.counts();
            let (out, _) = writer.finish().unwrap();
            let text = String::from_utf8(out).unwrap();
            let (empty, _) = ListWriter::new(format, options(), Vec::new()).unwrap().finish().unwrap();
            let heads = String::from_utf8(empty).unwrap().lines().count() as u64;
            prop_assert!(text.lines().count() as u64 == heads + counts.written, "{}: {:?}", file, text);
        }
    }
}
