//! Whether the server's dates of addition can be relied on.

use chrono::{SubsecRound, TimeDelta};

use super::super::page::Page;
use super::chain::Chain;
use crate::Timestamp;

/// Whether the dates that a server sends can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// Nothing confirms or contradicts the dates yet: there was at most one page.
    Unverified,
    /// Pages came in the order of their dates.
    Verified,
    /// The dates contradict each other, the order of pages, or the request, for this reason.
    Unreliable(&'static str),
}

/// What a walk knows of the server's dates, and how far it has come by them.
#[derive(Debug)]
pub(super) struct Trust {
    dates: Dates,
    /// The last date that was relied on before this walk.
    base: Option<Timestamp>,
    /// The last date, as the server wrote it.
    last: Option<Timestamp>,
}

impl Trust {
    pub(super) fn new() -> Self {
        Self { dates: Dates::Unverified, base: None, last: None }
    }

    /// Trust that an earlier walk came to.
    pub(super) fn resumed(anchor: Option<Timestamp>, is_verified: bool) -> Self {
        let dates = if is_verified { Dates::Verified } else { Dates::Unverified };
        Self { dates, base: anchor.clone(), last: anchor }
    }

    pub(super) fn dates(&self) -> Dates {
        self.dates
    }

    pub(super) fn last(&self) -> Option<&Timestamp> {
        self.last.as_ref()
    }

    pub(super) fn is_verified(&self) -> bool {
        self.dates == Dates::Verified
    }

    /// Returns why the dates are unreliable, if they are.
    pub(super) fn objection(&self) -> Option<&'static str> {
        match self.dates {
            Dates::Unreliable(why) => Some(why),
            Dates::Unverified | Dates::Verified => None,
        }
    }

    /// Returns the last date that a restart can rely on.
    pub(super) fn anchor(&self) -> Option<&Timestamp> {
        if self.is_verified() { self.last.as_ref() } else { self.base.as_ref() }
    }

    /// Notes that dates came in order. Dates that contradicted each other before stay unreliable.
    pub(super) fn verify(&mut self) {
        if self.dates == Dates::Unverified {
            self.dates = Dates::Verified;
        }
    }

    /// Notes a contradiction. The first one counts.
    fn distrust(&mut self, why: &'static str) {
        if self.objection().is_none() {
            self.dates = Dates::Unreliable(why);
        }
    }

    /// Moves the last date forward. Returns whether it moved.
    pub(super) fn advance(&mut self, last: Timestamp) -> bool {
        let is_later = self.last.as_ref().is_none_or(|before| *before < last);
        if is_later {
            self.last = Some(last);
        }
        is_later
    }

    /// Checks the dates of a page against each other and against the chain. Returns the last one.
    pub(super) fn check_page(&mut self, page: &Page, chain: &mut Chain) -> Option<Timestamp> {
        if !page.headers.unreadable_dates.is_empty() {
            self.distrust("a date header is no timestamp");
        }
        let span = DateSpan::from_records(page);
        let DateSpan { first, last } = DateSpan::from_page(page, span.as_ref())?;
        if first > last {
            self.distrust("the first date of a page is after its last one");
        } else if chain.from.is_some_and(|from| first.instant() < from.trunc_subsecs(6)) {
            self.distrust("objects from before the start that was asked for");
        }
        match chain.last.replace(last.clone()) {
            Some(before) if first < before && !chain.ranges.rereads => {
                self.distrust("the dates go backwards from page to page");
            }
            Some(_) => self.verify(),
            None => {}
        }
        if let Some(span) = span {
            self.check_records(page, &span, &last);
        }
        Some(last)
    }

    /// Checks the dates of records. A manifest shows its order by itself if its dates are those of
    /// the headers, which may be rounded to milliseconds.
    fn check_records(&mut self, page: &Page, span: &DateSpan, last: &Timestamp) {
        let is_sorted = page.records.iter().filter_map(|record| record.date_added.as_ref()).is_sorted();
        let is_same = (span.last.instant() - last.instant()).abs() < TimeDelta::milliseconds(1);
        if !is_sorted {
            self.distrust("the dates go backwards in a page");
        } else if span.first < span.last && is_same {
            self.verify();
        }
    }
}

/// The first date of a page and the last one.
#[derive(Clone)]
struct DateSpan {
    first: Timestamp,
    last: Timestamp,
}

impl DateSpan {
    /// Returns the earliest and the latest date of the records.
    fn from_records(page: &Page) -> Option<Self> {
        let dates = page.records.iter().filter_map(|record| record.date_added.as_ref());
        let (first, last) = dates.clone().min().zip(dates.max())?;
        Some(Self { first: first.clone(), last: last.clone() })
    }

    /// Returns the dates of the headers, or else those of the records. `None` if the page is empty
    /// or has no dates.
    fn from_page(page: &Page, records: Option<&Self>) -> Option<Self> {
        if page.is_empty() {
            return None;
        }
        match (&page.headers.added_first, &page.headers.added_last) {
            (Some(first), Some(last)) => Some(Self { first: first.clone(), last: last.clone() }),
            (None, Some(last)) => Some(Self { first: last.clone(), last: last.clone() }),
            (_, None) => records.cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::resource::ManifestRecord;
    use super::*;

    const BACKWARDS: Dates = Dates::Unreliable("the dates go backwards from page to page");

    fn time(second: u32) -> Timestamp {
        Timestamp::parse(&format!("2024-01-01T00:00:{second:02}Z")).unwrap()
    }

    /// A page of records with these seconds, and with these two in the headers.
    fn page(records: &[u32], first: Option<u32>, last: Option<u32>) -> Page {
        let mut page = Page::default();
        page.records = vec![ManifestRecord::default(); records.len()];
        for (record, second) in page.records.iter_mut().zip(records) {
            record.date_added = (*second > 0).then(|| time(*second));
        }
        page.headers.added_first = first.map(time);
        page.headers.added_last = last.map(time);
        page
    }

    #[test]
    fn one_page_is_checked_by_itself() {
        let unreliable = Dates::Unreliable;
        for (records, first, last, from, expected, dates) in [
            // A second of 0 is a record without a date.
            (&[0][..], Some(1), Some(3), None, Some(3), Dates::Unverified),
            (&[0], None, Some(3), None, Some(3), Dates::Unverified),
            (&[0], Some(1), None, None, None, Dates::Unverified),
            (&[], Some(3), Some(1), None, None, Dates::Unverified),
            (&[0], Some(3), Some(1), None, Some(1), unreliable("the first date of a page is after its last one")),
            (&[0], Some(1), Some(3), Some(1), Some(3), Dates::Unverified),
            (&[0], Some(1), Some(3), Some(2), Some(3), unreliable("objects from before the start that was asked for")),
            (&[1, 2, 2], None, None, None, Some(2), Dates::Verified),
            (&[2, 2], None, None, None, Some(2), Dates::Unverified),
            (&[1, 2], Some(1), Some(2), None, Some(2), Dates::Verified),
            (&[1, 2], Some(1), Some(5), None, Some(5), Dates::Unverified),
            (&[2, 1], None, None, None, Some(2), unreliable("the dates go backwards in a page")),
        ] {
            let (mut trust, mut chain) = (Trust::new(), Chain::new(from.map(|second| time(second).instant())));
            let checked = trust.check_page(&page(records, first, last), &mut chain);
            assert_eq!((checked, trust.dates()), (expected.map(time), dates), "{records:?} {first:?} {last:?}");
        }
        let mut unreadable = Page::default();
        unreadable.headers.unreadable_dates.push("undefined".into());
        let mut trust = Trust::new();
        assert_eq!(trust.check_page(&unreadable, &mut Chain::new(None)), None);
        assert_eq!(trust.objection(), Some("a date header is no timestamp"));
    }

    #[test]
    fn pages_are_checked_against_the_page_before() {
        for (pages, rereads, dates) in [
            (&[(1, 2), (2, 3)][..], false, Dates::Verified),
            (&[(1, 3), (2, 4)], false, BACKWARDS),
            (&[(1, 3), (2, 4)], true, Dates::Verified),
            // A contradiction is not forgotten, and a later one does not replace it.
            (&[(1, 3), (2, 4), (4, 5), (9, 6)], false, BACKWARDS),
        ] {
            let (mut trust, mut chain) = (Trust::new(), Chain::new(None));
            chain.ranges.rereads = rereads;
            for (first, last) in pages {
                trust.check_page(&page(&[0], Some(*first), Some(*last)), &mut chain);
            }
            assert_eq!(trust.dates(), dates, "{pages:?}");
        }
        let (mut trust, mut chain) = (Trust::new(), Chain::new(None));
        trust.check_page(&page(&[0], Some(5), Some(6)), &mut chain);
        chain.restart_at(None);
        trust.check_page(&page(&[0], Some(1), Some(2)), &mut chain);
        assert_eq!(trust.dates(), Dates::Unverified, "another chain has its own order");
    }

    #[test]
    fn the_anchor_is_the_last_date_once_the_order_was_seen() {
        let mut trust = Trust::resumed(Some(time(5)), false);
        assert!(trust.advance(time(7)) && !trust.advance(time(7)) && !trust.advance(time(6)));
        assert_eq!((trust.last(), trust.anchor()), (Some(&time(7)), Some(&time(5))));
        trust.verify();
        assert_eq!(trust.anchor(), Some(&time(7)));
        trust.distrust("a");
        trust.verify();
        assert_eq!((trust.anchor(), trust.objection()), (Some(&time(5)), Some("a")));
        assert!(Trust::resumed(None, true).is_verified());
    }
}
