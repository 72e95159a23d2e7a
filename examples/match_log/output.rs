//! Hits as lines of JSON.

use std::io::{self, Write};

use serde::Serialize;
use stixkit::matching::set::Hit;
use stixkit::{Identifier, Timestamp};

/// What a line of a log is, for those that it hits.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) log: &'p str,
    pub(crate) line: u64,
    pub(crate) time: Option<&'p Timestamp>,
}

#[derive(Serialize)]
struct Line<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'l Timestamp>,
    log: &'l str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(flatten)]
    indicator: Indicator<'l>,
}

#[derive(Serialize)]
struct Indicator<'l> {
    indicator: Identifier,
    source: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched: Option<String>,
    how: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tlp: Option<&'static str>,
    standalone: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    derived: bool,
}

/// Writes a hit.
pub(crate) fn write(out: &mut impl Write, place: Place<'_>, hit: &Hit<'_>) -> io::Result<()> {
    let line = Line {
        time: place.time,
        log: place.log,
        line: place.line,
        field: hit.field(),
        value: hit.value(),
        direction: hit.direction().map(|direction| direction.as_str()),
        outcome: hit.outcome().map(|outcome| outcome.as_str()),
        indicator: Indicator {
            indicator: hit.id(),
            source: hit.source(),
            path: hit.path(),
            matched: hit.matched(),
            how: hit.how().to_string(),
            state: hit.state().map(|state| state.as_str()),
            confidence: hit.confidence(),
            tlp: hit.tlp().map(|tlp| tlp.as_str()),
            standalone: hit.is_standalone(),
            derived: hit.is_derived(),
        },
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
