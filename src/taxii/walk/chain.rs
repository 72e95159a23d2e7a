//! A chain of requests with one start, and where its next page is.

use chrono::{DateTime, Utc};

use super::super::request::Part;
use super::super::version::Version;
use super::cursor::Cursor;
use super::ranges::Ranges;
use crate::Timestamp;

/// The chain of requests that a walk is in.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) cursor: Cursor,
    /// The start that all requests of the chain have: a `next` or a range is valid for this start
    /// alone.
    pub(super) from: Option<DateTime<Utc>>,
    /// The last date of the chain's pages so far.
    pub(super) last: Option<Timestamp>,
    pub(super) ranges: Ranges,
    /// How many objects there were on the chain's pages.
    pub(super) objects: u64,
    /// How many pages had a `next`, and what the first of these was, if it can be an offset.
    nexts: u64,
    step: Option<u64>,
}

impl Chain {
    pub(super) fn new(from: Option<DateTime<Utc>>) -> Self {
        Self { cursor: Cursor::Start, from, last: None, ranges: Ranges::default(), objects: 0, nexts: 0, step: None }
    }

    /// Begins another chain, with this start.
    pub(super) fn restart_at(&mut self, from: Option<DateTime<Utc>>) {
        self.cursor = Cursor::Start;
        self.from = from;
        self.last = None;
        self.ranges.restart();
        self.objects = 0;
        (self.nexts, self.step) = (0, None);
    }

    /// Counts a page with this many objects.
    pub(super) fn count_page(&mut self, objects: u64) {
        self.objects += objects;
    }

    /// Continues where the page's `next` leads. It can be an offset if it is a number of objects
    /// that came: a page's number is less than two after the first page.
    pub(super) fn follow(&mut self, next: &str) {
        self.nexts += 1;
        if self.nexts == 1 {
            self.step = next.parse().ok().filter(|step| (2..=self.objects).contains(step));
        }
        self.cursor = Cursor::Next(next.to_owned());
    }

    /// Returns the offset after all pages so far, if each `next` is one. Servers that add objects
    /// to each page do not count them.
    pub(super) fn offset(&self) -> Option<u64> {
        self.step.map(|step| step.saturating_mul(self.nexts))
    }

    /// Continues with a `next` from an earlier walk, whose requests had this start.
    pub(super) fn resume_at(&mut self, next: String, from: Option<DateTime<Utc>>) {
        self.cursor = Cursor::Next(next);
        self.from = from;
    }

    pub(super) fn is_done(&self) -> bool {
        self.cursor == Cursor::Done
    }

    /// Gives up the way to the next page, for this reason.
    pub(super) fn block(&mut self, why: impl Into<String>) {
        self.cursor = Cursor::stuck(why);
    }

    /// Returns the part to ask for; `None` if the next request is not one for a part.
    pub(super) fn part(&self, version: Version, limit: u32) -> Option<Part> {
        match (&self.cursor, version) {
            (Cursor::Start, Version::V21) => Some(Part::First { limit }),
            (Cursor::Start, Version::V20) => Some(self.ranges.part(0, limit)),
            (Cursor::Next(next), _) => Some(Part::Next { limit, next: next.clone() }),
            (Cursor::Range(start), _) => Some(self.ranges.part(*start, limit)),
            (Cursor::Manifest | Cursor::TiesInManifest | Cursor::Ties | Cursor::Stuck(_) | Cursor::Done, _) => None,
        }
    }

    /// Returns the place that was asked for last, in TAXII 2.0.
    pub(super) fn asked_place(&self) -> u64 {
        match self.cursor {
            Cursor::Range(start) => start,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn each_cursor_is_asked_for_in_its_own_way() {
        let range = |start| Some(Part::Range { start, limit: 5, blank: false });
        for (cursor, version, part, place) in [
            (Cursor::Start, Version::V21, Some(Part::First { limit: 5 }), 0),
            (Cursor::Start, Version::V20, range(0), 0),
            (Cursor::Next("a".into()), Version::V21, Some(Part::Next { limit: 5, next: "a".into() }), 0),
            (Cursor::Range(7), Version::V20, range(7), 7),
            (Cursor::Manifest, Version::V21, None, 0),
            (Cursor::stuck("b"), Version::V21, None, 0),
            (Cursor::Done, Version::V21, None, 0),
        ] {
            let chain = Chain { cursor, ..Chain::new(None) };
            assert_eq!((chain.part(version, 5), chain.asked_place()), (part, place), "{chain:?}");
            assert_eq!(chain.is_done(), chain.cursor == Cursor::Done);
        }
    }

    #[test]
    fn an_offset_counts_the_pages() {
        for (objects, nexts, offset) in [
            (10, &["10", "20", "30"][..], Some(30)),
            (11, &["10", "20"], Some(20)),
            (10, &["11"], None),
            (10, &["1", "2"], None),
            (10, &["a"], None),
            (10, &[], None),
        ] {
            let mut chain = Chain::new(None);
            for next in nexts {
                chain.count_page(objects);
                chain.follow(next);
                assert_eq!(chain.cursor.next(), Some(*next));
            }
            assert_eq!(chain.offset(), offset, "{objects} {nexts:?}");
            chain.restart_at(None);
            assert_eq!(chain.offset(), None);
        }
    }

    #[test]
    fn a_restart_forgets_the_chain_and_keeps_the_servers_ways() {
        let mut chain = Chain::new(None);
        chain.block("a");
        chain.last = Some(time("2024-01-01T00:00:01Z"));
        (chain.ranges.blank, chain.ranges.rereads) = (true, true);
        let from = Some(time("2024-01-01T00:00:00Z").instant());
        chain.restart_at(from);
        assert_eq!((&chain.cursor, chain.from, &chain.last), (&Cursor::Start, from, &None));
        assert!(chain.ranges.blank && chain.ranges.rereads);
        chain.resume_at("n".into(), None);
        assert_eq!((chain.cursor.next(), chain.from), (Some("n"), None));
    }
}
