//! Hits as lines of JSON.

use std::io::{self, Write};

use serde::Serialize;
use stixkit::Timestamp;
use stixkit::matching::set::Hit;
use stixkit::table::JsonLine;

/// What a line of a log is, for those that it hits.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Place<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'p Timestamp>,
    pub(crate) log: &'p str,
    pub(crate) line: u64,
}

#[derive(Serialize)]
struct Line<'l> {
    #[serde(flatten)]
    place: Place<'l>,
    #[serde(flatten)]
    hit: JsonLine<'l, Hit<'l>>,
}

/// Writes a hit.
pub(crate) fn write(out: &mut impl Write, place: Place<'_>, hit: &Hit<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { place, hit: JsonLine(hit) })?;
    out.write_all(b"\n")
}
