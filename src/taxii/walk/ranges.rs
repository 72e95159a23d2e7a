//! Pagination by places, as in TAXII 2.0.

use http::HeaderMap;
use http::header::CONTENT_RANGE;

use super::super::page::ContentRange;
use super::super::request::Part;
use super::cursor::Cursor;

/// What a walk knows about ranges.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// Whether ranges are written with a blank, `items 0-99`, because the server refused
    /// `items=0-99`.
    pub(super) blank: bool,
    /// How many objects there were according to the last page.
    total: Option<u64>,
    /// Whether objects were removed during the walk, so that pages overlap.
    pub(super) rereads: bool,
}

/// What matters of a page for the place of the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct RangePage {
    /// The place that was asked for.
    pub(super) asked: u64,
    /// The range that the server claims to have sent.
    pub(super) range: Option<ContentRange>,
    /// How many objects there were.
    pub(super) count: u64,
    /// Whether the status says that this is all there is: any status but 206.
    pub(super) is_whole: bool,
}

impl Ranges {
    /// Forgets the count, as another request starts.
    pub(super) fn restart(&mut self) {
        self.total = None;
    }

    pub(super) fn part(&self, start: u64, limit: u32) -> Part {
        Part::Range { start, limit, blank: self.blank }
    }

    /// Returns the place after a page.
    pub(super) fn after_page(&mut self, page: RangePage) -> Cursor {
        let Some(first) = page.first() else { return Cursor::Done };
        let total = page.range.and_then(|range| range.total);
        let removed = self.total.zip(total).map_or(0, |(before, now)| before.saturating_sub(now));
        self.total = total;
        // Objects that were removed before this place moved the others forward, past the end of the
        // page.
        self.rereads |= removed > 0;
        let next = if removed > 0 { first.saturating_sub(removed) } else { first.saturating_add(page.count) };
        match total {
            Some(total) if next >= total => Cursor::Done,
            None if page.count == 0 => Cursor::Done,
            _ => Cursor::Range(next),
        }
    }
}

impl RangePage {
    /// Returns the place of the first object; `None` if the page is the whole result.
    fn first(&self) -> Option<u64> {
        match self.range {
            None if self.is_whole => None,
            range => Some(range.map_or(self.asked, |range| range.first)),
        }
    }

    /// Whether the page is the whole result.
    pub(super) fn is_all(&self) -> bool {
        self.first().is_none()
    }

    /// Whether the page starts after the place that was asked for, so that objects were left out.
    pub(super) fn has_gap(&self) -> bool {
        self.first().is_some_and(|first| first > self.asked)
    }
}

/// Whether a 416 means that the walk is over, and not that the server rejects the range.
pub(super) fn is_past_the_end(cursor: &Cursor, headers: &HeaderMap) -> bool {
    let range = headers.get(CONTENT_RANGE);
    let total = range.and_then(|range| range.to_str().ok()?.rsplit_once('/')?.1.trim().parse::<u64>().ok());
    match (cursor, total) {
        (Cursor::Range(start), Some(total)) => total <= *start,
        (Cursor::Range(_), None) => true,
        (_, total) => total.is_none_or(|total| total == 0),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn page(asked: u64, range: &str, count: u64) -> RangePage {
        RangePage { asked, range: ContentRange::parse(range), count, is_whole: false }
    }

    #[test]
    fn the_next_place_is_after_the_objects_that_came() {
        for (page, expected) in [
            (page(0, "items 0-9/20", 10), Cursor::Range(10)),
            (page(10, "items 10-19/20", 10), Cursor::Done),
            // Fewer came than the range claims.
            (page(0, "items 0-9/20", 4), Cursor::Range(4)),
            // The server started earlier than it was asked to.
            (page(5, "items 0-9/20", 10), Cursor::Range(10)),
            (page(0, "items 0-9/*", 10), Cursor::Range(10)),
            (page(10, "items 10-19/*", 0), Cursor::Done),
            (page(10, "", 10), Cursor::Range(20)),
            (page(10, "", 0), Cursor::Done),
            (RangePage { is_whole: true, ..page(10, "", 10) }, Cursor::Done),
            (page(u64::MAX, "", 10), Cursor::Range(u64::MAX)),
        ] {
            assert_eq!(Ranges::default().after_page(page), expected, "{page:?}");
        }
    }

    #[test]
    fn removed_objects_are_read_over() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.after_page(page(0, "items 0-9/30", 10)), Cursor::Range(10));
        assert!(!ranges.rereads);
        assert_eq!(ranges.after_page(page(10, "items 10-19/27", 10)), Cursor::Range(7));
        assert!(ranges.rereads);
        assert_eq!(ranges.after_page(page(7, "items 7-16/27", 10)), Cursor::Range(17));
        // More than before is no reason to go back, nor is a count of another request.
        assert_eq!(ranges.after_page(page(17, "items 17-26/40", 10)), Cursor::Range(27));
        ranges.restart();
        assert_eq!(ranges.after_page(page(0, "items 0-9/20", 10)), Cursor::Range(10));
    }

    #[test]
    fn gaps_and_whole_results_are_recognized() {
        for (page, is_all, has_gap) in [
            (page(0, "items 0-9/20", 10), false, false),
            (page(5, "items 6-9/20", 4), false, true),
            (page(5, "items 4-9/20", 6), false, false),
            (page(5, "", 6), false, false),
            (RangePage { is_whole: true, ..page(5, "", 6) }, true, false),
            (RangePage { is_whole: true, ..page(5, "items 6-9/20", 4) }, false, true),
        ] {
            assert_eq!((page.is_all(), page.has_gap()), (is_all, has_gap), "{page:?}");
        }
    }

    #[test]
    fn a_range_past_the_end_is_the_end() {
        for (cursor, range, expected) in [
            (Cursor::Range(10), Some("items */10"), true),
            (Cursor::Range(10), Some("items */11"), false),
            (Cursor::Range(10), None, true),
            (Cursor::Range(10), Some("nonsense"), true),
            (Cursor::Start, Some("items */0"), true),
            (Cursor::Start, Some("items */1"), false),
            (Cursor::Start, None, true),
        ] {
            let mut headers = HeaderMap::new();
            range.map(|range| headers.insert(CONTENT_RANGE, HeaderValue::from_static(range)));
            assert_eq!(is_past_the_end(&cursor, &headers), expected, "{cursor:?} {range:?}");
        }
    }

    #[test]
    fn a_part_is_written_in_the_form_that_the_server_takes() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.part(5, 10), Part::Range { start: 5, limit: 10, blank: false });
        ranges.blank = true;
        assert_eq!(ranges.part(0, 1), Part::Range { start: 0, limit: 1, blank: true });
    }
}
