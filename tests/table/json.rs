//! Tables as JSON lines.

use proptest::prelude::*;
use stixkit::table::{JsonLine, Record};

use super::sample::{Sample, samples};

/// The line, appended to some bytes and taken off them.
fn appended(record: &impl Record) -> String {
    let mut lines = b"before".to_vec();
    JsonLine(record).append_to(&mut lines);
    String::from_utf8(lines.split_off("before".len())).unwrap()
}

#[test]
fn rows_are_appended_as_they_are_serialized() {
    let mapper = crate::row::mapper();
    for pattern in
        ["[file:name = 'it\\'s \"a\"' OR url:value = 'http://example.org/\u{e9}']", "[file:name LIKE 'a%']", "["]
    {
        for row in mapper.map(&crate::row::indicator(pattern)).rows {
            assert_eq!(appended(&row), serde_json::to_string(&row).unwrap());
        }
    }
}

#[test]
fn a_record_without_values_is_an_empty_object() {
    assert_eq!(appended(&Sample::empty()), "{}");
}

proptest! {
    #[test]
    fn records_are_appended_as_they_are_serialized(records in samples()) {
        for record in &records {
            prop_assert_eq!(appended(record), serde_json::to_string(&JsonLine(record)).unwrap());
        }
    }
}
