//! The exact output of every sink for the indicators of `fixtures/golden/feed.json`, which have
//! every path and every form of pattern that the rules of mapping know. `STIXKIT_BLESS=1` writes
//! the files; what changed is to be read then.

use std::fs;
use std::path::Path;

use stixkit::object::{Indicator, Object};
use stixkit::row::{Mapper, Outcome, SplitMode};
use stixkit::{Bundle, Timestamp};

pub(crate) const NOW: &str = "2024-06-01T00:00:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// The feed, and a mapper that has learnt from it.
pub(crate) fn feed(mode: SplitMode) -> (Bundle, Mapper) {
    let bundle = Bundle::from_slice(include_bytes!("fixtures/golden/feed.json")).unwrap();
    assert_eq!(bundle.rejected().len() + bundle.findings().len(), 0);
    let mut mapper = Mapper::new(now().instant()).with_source("golden").with_split_mode(mode);
    bundle.objects().iter().for_each(|object| mapper.learn(object));
    (bundle, mapper)
}

/// Runs a sink over the indicators and compares the lines that it gives with a file.
#[track_caller]
pub(crate) fn assert_golden(
    file: &str,
    mode: SplitMode,
    mut sink: impl FnMut(&Indicator, &Outcome<'_>) -> Vec<String>,
) {
    let (bundle, mapper) = feed(mode);
    let mut lines = Vec::new();
    for object in bundle.objects() {
        if let Object::Indicator(indicator) = object {
            lines.extend(sink(indicator, &mapper.map(indicator)));
        }
    }
    assert_lines(file, &lines);
}

/// Compares lines with a file.
#[track_caller]
pub(crate) fn assert_lines(file: &str, lines: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden").join(file);
    let actual: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if std::env::var_os("STIXKIT_BLESS").is_some() {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (number, (own, golden)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(own, golden, "{file}, line {}", number + 1);
    }
    assert_eq!(actual.lines().count(), expected.lines().count(), "{file}");
}

pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn core_rows() {
    assert_golden("core.jsonl", SplitMode::Split, |_, outcome| outcome.rows.iter().map(json).collect());
}

#[test]
fn core_rows_exact() {
    assert_golden("core-exact.jsonl", SplitMode::Exact, |_, outcome| outcome.rows.iter().map(json).collect());
}
