//! Record batches against a set: what is found is what the same events as JSON have.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Int32Array, ListArray, RecordBatch, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray, UInt16Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use stixkit::Object;
use stixkit::matching::event::{FieldMap, Scratch};
use stixkit::matching::set::IndicatorSet;
use stixkit::matching::suppress::Suppress;

fn set(patterns: &[&str]) -> IndicatorSet {
    // The samples have addresses for documentation.
    let mut set = IndicatorSet::new().with_suppress(Suppress::new());
    for (number, pattern) in patterns.iter().enumerate() {
        let json = serde_json::json!({
            "type": "indicator", "spec_version": "2.1", "id": format!("indicator--00000000-0000-4000-8000-{number:012}"),
            "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
            "valid_from": "2024-05-01T10:00:00Z", "valid_until": "2024-06-01T00:00:00Z",
            "pattern_type": "stix", "pattern": pattern,
        });
        let Ok(Object::Indicator(indicator)) = serde_json::from_value(json) else { panic!("{pattern}") };
        assert!(set.insert(&indicator).skipped.is_empty(), "{pattern}");
    }
    set
}

const PATTERNS: &[&str] = &[
    "[ipv4-addr:value = '198.51.100.7']",
    "[ipv6-addr:value ISSUBSET '2001:db8::/32']",
    "[domain-name:value = 'c2.example']",
    "[url:value = 'http://pay.example/a']",
    "[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_port = 8443]",
    "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
];

const MAP: &str = "time when
    src.ip address client, traffic network-traffic:src_ref.value src
    dst.ip address server, traffic network-traffic:dst_ref.value dst
    dst.port port traffic network-traffic:dst_port dst
    name host name
    urls url url[]
    answers.data host answer[]
    md5 md5 file";

/// The rows and the indicators of hits.
type Found = Vec<(i64, String)>;

fn of_lines(set: &IndicatorSet, map: &FieldMap, lines: &[&str]) -> Found {
    let (mut scanner, mut scratch, mut found) = (set.scanner(), Scratch::new(), Vec::new());
    for (row, line) in lines.iter().enumerate() {
        let event = map.extract(line.as_bytes(), &mut scratch).unwrap();
        scanner.event(&event, |hit| found.push((row as i64, hit.id().to_string())));
    }
    found.sort();
    found
}

fn of_batch(set: &IndicatorSet, map: &FieldMap, batch: &RecordBatch) -> Found {
    let scanned = set.scan_batch(batch, map).unwrap();
    assert_eq!((scanned.dropped, scanned.refused.len()), (0, 0));
    let mut found = Vec::new();
    for hits in &scanned.hits {
        let rows = hits.column_by_name("row").unwrap().as_primitive::<Int64Type>();
        let indicators = hits.column_by_name("indicator").unwrap().as_string::<i32>();
        found.extend((0..hits.num_rows()).map(|hit| (rows.value(hit), indicators.value(hit).to_owned())));
    }
    found.sort();
    found
}

fn strukt(parts: Vec<(&str, ArrayRef)>) -> ArrayRef {
    let parts =
        parts.into_iter().map(|(name, array)| (Arc::new(Field::new(name, array.data_type().clone(), true)), array));
    Arc::new(StructArray::from(parts.collect::<Vec<_>>()))
}

/// Four events with columns of all forms.
fn batch() -> RecordBatch {
    let mut sources = StringDictionaryBuilder::<Int8Type>::new();
    sources.extend([Some("198.51.100.7"), None, Some("198.51.100.8"), Some("198.51.100.7")]);
    let mut urls = ListBuilder::new(StringBuilder::new());
    urls.append_value([Some("http://other.example/"), Some("HTTP://PAY.example:80/a")]);
    urls.append_null();
    urls.append_value([None::<&str>]);
    urls.append_value([Some("http://pay.example/a")]);
    let answers = strukt(vec![(
        "data",
        Arc::new(StringArray::from(vec!["c2.example", "2001:db8::1", "x.example", "a.c2.example"])),
    )]);
    let element = Arc::new(Field::new("item", answers.data_type().clone(), true));
    let answers = ListArray::new(element, OffsetBuffer::from_lengths([2, 0, 1, 1]), answers, None);
    // Within validity, but for the last.
    let times = [1_714_557_600_500, 1_714_557_601_000, 1_714_557_602_000, 1_717_200_000_000];
    RecordBatch::try_from_iter([
        ("when", Arc::new(TimestampMillisecondArray::from(times.to_vec()).with_timezone("UTC")) as ArrayRef),
        ("src", strukt(vec![("ip", Arc::new(sources.finish())), ("unknown", Arc::new(Int32Array::from(vec![1; 4])))])),
        (
            "dst",
            strukt(vec![
                ("ip", Arc::new(StringViewArray::from(vec![Some("203.0.113.9"), Some("203.0.113.9"), None, None]))),
                ("port", Arc::new(UInt16Array::from(vec![Some(8443), Some(443), Some(8443), None]))),
            ]),
        ),
        ("name", Arc::new(StringArray::from(vec![None, Some("WWW.c2.EXAMPLE."), Some("-"), None]))),
        ("urls", Arc::new(urls.finish())),
        ("answers", Arc::new(answers)),
        ("md5", Arc::new(StringArray::from(vec![None, None, Some("D41D8CD98F00B204E9800998ECF8427E"), None]))),
        ("raw", Arc::new(BinaryArray::from_vec(vec![b"\xff"; 4]))),
    ])
    .unwrap()
}

const LINES: &[&str] = &[
    r#"{"when": "2024-05-01T10:00:00.5Z", "src": {"ip": "198.51.100.7"}, "dst": {"ip": "203.0.113.9", "port": 8443},
        "urls": ["http://other.example/", "HTTP://PAY.example:80/a"],
        "answers": [{"data": "c2.example"}, {"data": "2001:db8::1"}]}"#,
    r#"{"when": "2024-05-01T10:00:01Z", "dst": {"ip": "203.0.113.9", "port": 443}, "name": "WWW.c2.EXAMPLE.",
        "urls": null, "answers": []}"#,
    r#"{"when": "2024-05-01T10:00:02Z", "src": {"ip": "198.51.100.8"}, "dst": {"ip": null, "port": 8443}, "name": "-",
        "urls": [null], "answers": [{"data": "x.example"}], "md5": "D41D8CD98F00B204E9800998ECF8427E"}"#,
    r#"{"when": "2024-06-01T00:00:00Z", "src": {"ip": "198.51.100.7"}, "urls": ["http://pay.example/a"],
        "answers": [{"data": "a.c2.example"}]}"#,
];

#[test]
fn columns_of_all_forms_are_found_as_in_json() {
    let (set, map) = (set(PATTERNS), FieldMap::parse(MAP).unwrap());
    let found = of_batch(&set, &map, &batch());
    assert_eq!(found, of_lines(&set, &map, LINES));
    let rows: Vec<i64> = found.iter().map(|(row, _)| *row).collect();
    // The last event is after the end of all indicators.
    assert_eq!(rows, [0, 0, 0, 0, 0, 1, 2]);
}

#[test]
fn a_slice_of_a_batch_has_its_own_rows() {
    let (set, map) = (set(PATTERNS), FieldMap::parse(MAP).unwrap());
    let found = of_batch(&set, &map, &batch().slice(1, 2));
    assert_eq!(found, of_lines(&set, &map, &LINES[1..3]));
}

#[test]
fn a_field_of_the_map_without_text_is_an_error() {
    let map = FieldMap::parse(MAP).unwrap().with("raw text raw file:name").unwrap();
    let error = set(PATTERNS).scan_batch(&batch(), &map).unwrap_err();
    assert!(error.to_string().contains("\"raw\"") && error.to_string().contains("Binary"), "{error}");
}

#[test]
fn a_row_that_is_too_long_costs_no_other() {
    let long = "a".repeat((16 << 20) + 1);
    let names = StringArray::from(vec!["c2.example", &long, "c2.example"]);
    let batch = RecordBatch::try_from_iter([("name", Arc::new(names) as ArrayRef)]).unwrap();
    let scanned = set(PATTERNS).scan_batch(&batch, &FieldMap::parse(MAP).unwrap()).unwrap();
    assert_eq!(scanned.refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1]);
    let rows = scanned.hits[0].column_by_name("row").unwrap().as_primitive::<Int64Type>();
    assert_eq!(rows.values().to_vec(), [0, 2]);
}

#[test]
fn a_batch_without_known_columns_has_no_hits() {
    let batch = RecordBatch::try_from_iter([("other", Arc::new(StringArray::from(vec!["c2.example"])) as ArrayRef)]);
    let scanned = set(PATTERNS).scan_batch(&batch.unwrap(), &FieldMap::parse(MAP).unwrap()).unwrap();
    assert!(scanned.hits.is_empty());
}
