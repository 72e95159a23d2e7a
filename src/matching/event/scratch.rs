//! Memory that is used for one line after the other.

use super::entry::{Entry, Slice};
use super::event::Event;
use super::names::Target;
use super::outcome::EventOutcome;
use super::rule::Rule;
use crate::Timestamp;

/// Memory that is used for one line after the other, so that reading events does not allocate.
///
/// Use one for each thread. It grows to the longest line that was read with it.
///
/// ```
/// use stixkit::matching::event::{FieldMap, Scratch};
///
/// let map = FieldMap::zeek();
/// let mut scratch = Scratch::new();
/// for line in [r#"{"query": "a.example"}"#, r#"{"query": "b.example"}"#] {
///     assert_eq!(map.extract(line.as_bytes(), &mut scratch)?.values().count(), 1);
/// }
/// # Ok::<(), stixkit::matching::event::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) quotes: Vec<u32>,
    pub(super) frames: Vec<Frame>,
    pub(super) found: Found,
}

/// A list or object that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// List: what its elements lead to. Object: the level of its names, in `target.level`.
    pub(super) target: Target,
    pub(super) is_list: bool,
    /// The element around it.
    pub(super) element: Element,
}

/// Which element of lists a value is in. 0 means that it is in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element {
    pub(super) outermost: u32,
    pub(super) innermost: u32,
}

/// What was found in a line.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    /// Text that is not in the line as it is.
    pub(super) decoded: String,
    pub(super) parts: Vec<Part>,
    pub(super) header: Header,
}

/// What is true of the event as a whole.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) time: Option<(u32, Timestamp)>,
    pub(super) outcome: Option<EventOutcome>,
}

/// One of the two parts of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) join: u32,
    pub(super) element: Element,
    pub(super) is_second: bool,
    /// The number of parts before it.
    pub(super) order: u32,
    pub(super) slice: Slice,
}

impl Scratch {
    /// Creates an empty scratch.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Found {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.decoded.clear();
        self.parts.clear();
        self.header = Header::default();
    }

    /// The event of what was found.
    pub(super) fn event<'a>(&'a self, rules: &'a [Rule], line: &'a str) -> Event<'a> {
        Event::from_entries(rules, &self.entries, line, &self.decoded)
            .with_time(self.header.time.as_ref().map(|(_, time)| time.clone()))
            .with_outcome(self.header.outcome)
    }
}
