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
    /// Whether both spellings were tried since objects came last.
    is_respelled: bool,
    /// Whether the server refused one of the spellings.
    has_refused: bool,
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
    /// How many of them the server may not have counted: some add the definitions of extensions to
    /// the objects of a range.
    pub(super) uncounted: u64,
    /// How many objects there are in total, according to the server.
    pub(super) total: Option<u64>,
    /// Whether the server claims to have sent a range that is none.
    pub(super) is_odd: bool,
    /// Whether the status says that this is all there is: any status but 206.
    pub(super) is_whole: bool,
}

/// What follows a refusal of a range.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refused {
    /// Another request: in the other spelling, or for an earlier place.
    Again(Cursor),
    /// There are no more pages.
    End,
    /// It is an error.
    Error,
}

impl Ranges {
    /// Forgets the count, as another request starts.
    pub(super) fn restart(&mut self) {
        self.total = None;
        self.is_respelled = false;
    }

    pub(super) fn part(&self, start: u64, limit: u32) -> Part {
        Part::Range { start, limit, blank: self.blank }
    }

    /// Returns the place after a page.
    pub(super) fn after_page(&mut self, page: RangePage) -> Cursor {
        let total = page.total.or(self.total);
        let removed = self.total.zip(page.total).map_or(0, |(before, now)| before.saturating_sub(now));
        self.total = total;
        if page.is_odd && !self.has_refused && !std::mem::replace(&mut self.is_respelled, true) {
            // It may not have understood the spelling. What it sent is dropped if it comes again.
            self.blank = !self.blank;
            return Cursor::at(page.asked);
        }
        self.is_respelled &= page.count == 0;
        let first = match page.range {
            Some(range) => range.first,
            None if page.is_whole && total.is_none_or(|total| page.count >= total) => return Cursor::Done,
            None => page.asked,
        };
        // Objects that were removed before this place moved the others forward, past the end of the
        // page.
        self.rereads |= removed > 0;
        // An object that comes again is dropped; one that is passed over is lost.
        let counted = page.count.checked_sub(page.uncounted).filter(|counted| *counted > 0).unwrap_or(page.count);
        let next = if removed > 0 { first.saturating_sub(removed) } else { first.saturating_add(counted) };
        match total {
            Some(total) if next >= total => Cursor::Done,
            None if page.count == 0 => Cursor::Done,
            _ => Cursor::Range(next),
        }
    }

    /// Decides what follows a 416 to a range that starts at this place.
    pub(super) fn after_refusal(&mut self, place: u64, headers: &HeaderMap) -> Refused {
        let range = headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
        let now = range.and_then(ContentRange::parse_total);
        let removed = self.total.zip(now).map_or(0, |(before, now)| before.saturating_sub(now));
        self.total = now.or(self.total);
        let total = self.total;
        match total {
            Some(_) if removed > 0 && place > 0 => {
                self.rereads = true;
                Refused::Again(Cursor::Range(place.saturating_sub(removed)))
            }
            Some(total) if place >= total => Refused::End,
            _ if self.respell() => Refused::Again(Cursor::at(place)),
            None if place > 0 => Refused::End,
            _ => Refused::Error,
        }
    }

    /// Changes the spelling. Returns whether that is of use: not if both were tried.
    pub(super) fn respell(&mut self) -> bool {
        let is_first = !std::mem::replace(&mut self.is_respelled, true);
        self.blank ^= is_first;
        self.has_refused |= is_first;
        is_first
    }
}

impl RangePage {
    /// Whether the page starts after the place that was asked for, so that objects were left out.
    pub(super) fn has_gap(&self) -> bool {
        self.range.is_some_and(|range| range.first > self.asked)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn page(asked: u64, range: &str, count: u64) -> RangePage {
        let parsed = ContentRange::parse(range);
        let total = ContentRange::parse_total(range);
        let is_odd = !range.is_empty() && parsed.is_none();
        RangePage { asked, range: parsed, total, is_odd, count, uncounted: 0, is_whole: false }
    }

    fn whole(page: RangePage) -> RangePage {
        RangePage { is_whole: true, ..page }
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
            (whole(page(10, "", 10)), Cursor::Done),
            (page(u64::MAX, "", 10), Cursor::Range(u64::MAX)),
        ] {
            assert_eq!(Ranges::default().after_page(page), expected, "{page:?}");
        }
    }

    #[test]
    fn a_range_that_is_none_is_asked_for_in_the_other_spelling() {
        let mut ranges = Ranges::default();
        let odd = whole(page(0, "items 200-100/500", 100));
        assert_eq!((ranges.after_page(odd), ranges.blank), (Cursor::Start, true));
        assert_eq!((ranges.after_page(odd), ranges.blank), (Cursor::Range(100), true));
        let rest = RangePage { asked: 100, count: 400, ..odd };
        assert_eq!(ranges.after_page(rest), Cursor::at(100), "objects came in between");
        assert_eq!(ranges.after_page(RangePage { total: None, ..rest }), Cursor::Done);
    }

    #[test]
    fn a_spelling_is_kept_if_the_other_one_was_refused() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.after_refusal(0, &HeaderMap::new()), Refused::Again(Cursor::Start));
        assert_eq!(ranges.after_page(whole(page(0, "items 0-49/500", 49))), Cursor::Range(49));
        assert_eq!(ranges.after_page(whole(page(98, "items 98-49/500", 49))), Cursor::Range(147));
        assert!(ranges.blank);
    }

    #[test]
    fn objects_that_may_not_be_counted_are_asked_for_again() {
        for (count, uncounted, expected) in [
            (50, 1, Cursor::Range(49)),
            (50, 0, Cursor::Range(50)),
            (2, 2, Cursor::Range(2)),
            (500, 1, Cursor::Range(499)),
            (500, 0, Cursor::Done),
        ] {
            let page = RangePage { uncounted, ..page(0, "items 0-49/500", count) };
            assert_eq!(Ranges::default().after_page(page), expected, "{count} {uncounted}");
        }
    }

    #[test]
    fn a_whole_result_has_as_many_objects_as_there_are() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.after_page(page(0, "items 0-4/10", 5)), Cursor::Range(5));
        assert_eq!(ranges.after_page(whole(page(5, "", 2))), Cursor::Range(7));
        assert_eq!(ranges.after_page(whole(page(7, "", 10))), Cursor::Done);
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
    fn gaps_are_recognized() {
        for (page, has_gap) in [
            (page(0, "items 0-9/20", 10), false),
            (page(5, "items 6-9/20", 4), true),
            (page(5, "items 4-9/20", 6), false),
            (page(5, "", 6), false),
            (whole(page(5, "items 6-9/20", 4)), true),
        ] {
            assert_eq!(page.has_gap(), has_gap, "{page:?}");
        }
    }

    #[test]
    fn a_refused_range_is_the_end_if_that_is_known() {
        for (place, known, total, first, second) in [
            (10, None, "items */10", Refused::End, Refused::End),
            (10, Some(10), "", Refused::End, Refused::End),
            (10, None, "items */11", Refused::Again(Cursor::Range(10)), Refused::Error),
            (10, Some(20), "", Refused::Again(Cursor::Range(10)), Refused::Error),
            (10, None, "", Refused::Again(Cursor::Range(10)), Refused::End),
            (10, None, "nonsense", Refused::Again(Cursor::Range(10)), Refused::End),
            (0, None, "items */0", Refused::End, Refused::End),
            (0, None, "items */1", Refused::Again(Cursor::Start), Refused::Error),
            (0, None, "", Refused::Again(Cursor::Start), Refused::Error),
            // Some were removed, so others are now in front of this place.
            (10, Some(30), "items */9", Refused::Again(Cursor::Range(0)), Refused::End),
        ] {
            let mut headers = HeaderMap::new();
            if !total.is_empty() {
                headers.insert(CONTENT_RANGE, HeaderValue::from_static(total));
            }
            let mut ranges = Ranges { total: known, ..Ranges::default() };
            assert_eq!(ranges.after_refusal(place, &headers), first, "{place} {known:?} {total}");
            assert_eq!(ranges.after_refusal(place, &headers), second, "{place} {known:?} {total}, again");
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
