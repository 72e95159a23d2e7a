//! A feed and a log of each kind, for trying out.

use stixkit::matching::event::FieldMap;

/// A bundle with indicators of each form.
pub(crate) const FEED: &[u8] = include_bytes!("indicators.json");

/// Lines of each kind of log: an object with `map` and `line`.
const LINES: &str = include_str!("../../tests/matching/events.jsonl");

/// The samples: the name of a map, and the lines of a log of this kind.
pub(crate) fn logs() -> Vec<(&'static str, String)> {
    let lines: Vec<serde_json::Value> = LINES.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let log = |map: &&'static str| {
        let own = lines.iter().filter(|line| line["map"] == *map).map(|line| format!("{}\n", line["line"]));
        (*map, own.collect())
    };
    FieldMap::NAMES.iter().map(log).collect()
}
