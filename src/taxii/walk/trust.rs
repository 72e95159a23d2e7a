//! Whether the server's dates of addition can be relied on.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::super::page::Page;
use super::chain::Chain;
use super::instant::before;
use super::proof::Proof;
use crate::Timestamp;

/// Whether the dates that a server sends can be relied on.
///
/// A [`Walk`](super::Walk) finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// Nothing contradicts the dates so far, and too few objects came in their order: by chance, as
    /// many could.
    Unverified,
    /// Objects came in the order of their dates: so many that it cannot be chance, or as the
    /// standard requires of a server without `next`.
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
    /// Whether dates are in order by the second alone: some servers drop trailing zeros, and sort
    /// dates as texts, in which `00.5Z` is behind `00.51Z`.
    is_coarse: bool,
    /// How many digits the fractions of dates had so far, in headers and in records.
    digits: [Option<usize>; 2],
    /// The first and the last date of the last page.
    span: Option<(Timestamp, Timestamp)>,
    /// Whether the records of the last page have the dates of its headers.
    has_same_records: bool,
    proof: Proof,
    /// Whether a chain started at a date without proof: objects may have been passed over.
    is_provisional: bool,
}

impl Trust {
    pub(super) fn new() -> Self {
        Self {
            dates: Dates::Unverified,
            base: None,
            last: None,
            is_coarse: false,
            digits: [None; 2],
            span: None,
            has_same_records: false,
            proof: Proof::default(),
            is_provisional: false,
        }
    }

    /// Trust that an earlier walk came to.
    pub(super) fn resumed(anchor: Option<Timestamp>, is_verified: bool, is_coarse: bool) -> Self {
        let dates = if is_verified { Dates::Verified } else { Dates::Unverified };
        let proof = if is_verified { Proof::complete() } else { Proof::default() };
        Self { dates, base: anchor.clone(), last: anchor, is_coarse, proof, ..Self::new() }
    }

    pub(super) fn is_coarse(&self) -> bool {
        self.is_coarse
    }

    /// Returns the last date before the walk.
    pub(super) fn base(&self) -> Option<&Timestamp> {
        self.base.as_ref()
    }

    /// Returns the instant after which everything that is not in front of `last` comes again, and
    /// everything of the `overlap` before it.
    pub(super) fn before(&self, last: DateTime<Utc>, overlap: Duration) -> Option<DateTime<Utc>> {
        before(if self.is_coarse { last.trunc_subsecs(0) } else { last }, overlap)
    }

    /// Returns the instant up to which objects can be forgotten once the walk has come to `last`.
    /// In the order of texts the first instant of a second is behind all others, so it may come
    /// again one second later.
    pub(super) fn horizon(&self, last: DateTime<Utc>, overlap: Duration) -> Option<DateTime<Utc>> {
        let more = if self.is_coarse { Duration::from_secs(1) } else { Duration::ZERO };
        self.before(last, overlap.saturating_add(more))
    }

    /// Returns the last instant that cannot be told from this one by the order of dates.
    pub(super) fn end_of(&self, last: DateTime<Utc>) -> DateTime<Utc> {
        let end = last.trunc_subsecs(0).checked_add_signed(TimeDelta::microseconds(999_999));
        end.filter(|_| self.is_coarse).unwrap_or(last)
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

    /// Returns the last date that a restart can rely on: one of before the walk, unless the walk's
    /// own dates `are_relied_on`.
    pub(super) fn anchor(&self, are_relied_on: bool) -> Option<&Timestamp> {
        if are_relied_on { self.last.as_ref() } else { self.base.as_ref() }
    }

    /// Whether enough objects came in the order of their dates to prove it.
    pub(super) fn is_proven(&self) -> bool {
        self.proof.is_enough()
    }

    /// Returns the first and the last date of the last page.
    pub(super) fn span(&self) -> Option<&(Timestamp, Timestamp)> {
        self.span.as_ref()
    }

    /// Notes whether the walk continues at a date without proof.
    pub(super) fn set_provisional(&mut self, is_provisional: bool) {
        self.is_provisional = is_provisional;
    }

    /// Whether the walk came to its place by dates that nothing proves.
    pub(super) fn is_provisional(&self) -> bool {
        self.is_provisional && !self.is_verified()
    }

    /// Notes what the last page proves: it had `count` objects, of which `page` has the new ones.
    pub(super) fn prove_page(&mut self, page: &Page, count: u64) {
        let Some((first, last)) = &self.span else { return };
        let is_coarse = self.is_coarse;
        let unit = |date: &Timestamp| if is_coarse { date.instant().trunc_subsecs(0) } else { date.instant() };
        self.proof.add_page((first, last), (count, page.count()), |later, before| unit(later) > unit(before));
        if self.has_same_records {
            self.proof.add_order(page.records.iter().filter_map(|record| record.date_added.as_ref()));
        }
        self.verify_if_proven();
    }

    /// Notes that of the `count` objects of a page the last `again` ones came again from this date
    /// on.
    pub(super) fn prove_overlap(&mut self, from: &Timestamp, count: u64, again: u64) {
        self.proof.add_overlap(from, count, again);
        self.verify_if_proven();
    }

    fn verify_if_proven(&mut self) {
        if self.is_proven() {
            self.verify();
        }
    }

    /// Relies on the order of dates. Dates that contradicted each other before stay unreliable.
    pub(super) fn verify(&mut self) {
        if self.dates == Dates::Unverified {
            self.dates = Dates::Verified;
        }
    }

    /// Notes a contradiction. The first one counts.
    pub(super) fn distrust(&mut self, why: &'static str) {
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
        self.count_digits(page);
        (self.span, self.has_same_records) = (None, false);
        let span = DateSpan::from_records(page);
        let DateSpan { mut first, mut last } = DateSpan::from_page(page, span.as_ref())?;
        self.expect_order(&first, &last, "the first date of a page is after its last one");
        if first > last {
            std::mem::swap(&mut first, &mut last);
        }
        if let Some(from) = chain.from.map(|from| Timestamp::exact(from.trunc_subsecs(6))) {
            self.expect_order(&from, &first, "objects from before the start that was asked for");
        }
        match chain.last.replace(last.clone()) {
            Some(before) if first < before && !chain.ranges.rereads => {
                self.expect_order(&before, &first, "the dates go backwards from page to page");
            }
            Some(_) => {}
            None => self.proof.begin_chain(),
        }
        if let Some(span) = span {
            self.check_records(page, &span, &last);
        }
        self.span = Some((first, last.clone()));
        Some(last)
    }

    /// Notes a contradiction if dates are not in this order: or, if they are of the same second,
    /// that they are in order by the second alone.
    fn expect_order(&mut self, first: &Timestamp, second: &Timestamp, contradiction: &'static str) {
        if first <= second {
            return;
        }
        if first.instant().trunc_subsecs(0) <= second.instant() {
            self.is_coarse = true;
        } else {
            self.distrust(contradiction);
        }
    }

    /// Looks whether the fractions of dates have varying digits, or a number that only fractions
    /// without trailing zeros have.
    fn count_digits(&mut self, page: &Page) {
        let headers = [&page.headers.added_first, &page.headers.added_last].into_iter().flatten();
        let records = page.records.iter().filter_map(|record| record.date_added.as_ref());
        for (date, before) in headers.map(|date| (date, 0)).chain(records.map(|date| (date, 1))) {
            let digits = date.with_bytes(fraction_digits);
            let before = self.digits[before].replace(digits);
            self.is_coarse |= digits % 3 != 0 || before.is_some_and(|before| before != digits);
        }
    }

    /// Checks the dates of records. A manifest shows its order by itself if its dates are those of
    /// the headers, which may be rounded to milliseconds.
    fn check_records(&mut self, page: &Page, span: &DateSpan, last: &Timestamp) {
        let mut previous: Option<&Timestamp> = None;
        for date in page.records.iter().filter_map(|record| record.date_added.as_ref()) {
            if let Some(previous) = previous {
                self.expect_order(previous, date, "the dates go backwards in a page");
            }
            previous = Some(date);
        }
        let is_same = (span.last.instant() - last.instant()).abs() < TimeDelta::milliseconds(1);
        self.has_same_records = is_same;
    }
}

/// Counts the digits behind the point.
fn fraction_digits(text: &[u8]) -> usize {
    let fraction = text.iter().position(|byte| *byte == b'.').map_or(&b""[..], |point| &text[point + 1..]);
    fraction.iter().take_while(|byte| byte.is_ascii_digit()).count()
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
            (&[0], Some(3), Some(1), None, Some(3), unreliable("the first date of a page is after its last one")),
            (&[0], Some(1), Some(3), Some(1), Some(3), Dates::Unverified),
            (&[0], Some(1), Some(3), Some(2), Some(3), unreliable("objects from before the start that was asked for")),
            (&[1, 2, 2], None, None, None, Some(2), Dates::Unverified),
            (&[2, 2], None, None, None, Some(2), Dates::Unverified),
            (&[1, 2], Some(1), Some(2), None, Some(2), Dates::Unverified),
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
            (&[(1, 2), (3, 4)][..], false, Dates::Unverified),
            (&[(1, 2), (2, 3), (3, 4), (5, 6), (7, 8)], false, Dates::Verified),
            (&[(1, 3), (2, 4)], false, BACKWARDS),
            (&[(1, 3), (2, 4)], true, Dates::Unverified),
            // A contradiction is not forgotten, and a later one does not replace it.
            (&[(1, 3), (2, 4), (4, 5), (9, 6)], false, BACKWARDS),
        ] {
            let (mut trust, mut chain) = (Trust::new(), Chain::new(None));
            chain.ranges.rereads = rereads;
            for (first, last) in pages {
                let page = page(&[0; 8], Some(*first), Some(*last));
                trust.check_page(&page, &mut chain);
                trust.prove_page(&page, page.count());
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
    fn dates_of_one_second_in_the_order_of_their_texts_are_coarse() {
        for (dates, is_coarse) in [
            (&["00.100000Z", "00.200000Z", "01.000000Z"][..], false),
            (&["00.100Z", "00.200Z", "01.000Z"], false),
            (&["00Z", "01Z"], false),
            (&["00.51Z", "00.52Z"], true),
            (&["00.123456Z", "00.124Z"], true),
            (&["00.200000Z", "00.100000Z", "01.000000Z"], true),
        ] {
            let mut page = page(&vec![0; dates.len()], None, None);
            for (record, date) in page.records.iter_mut().zip(dates) {
                record.date_added = Some(Timestamp::parse(&format!("2024-01-01T00:00:{date}")).unwrap());
            }
            let mut trust = Trust::new();
            trust.check_page(&page, &mut Chain::new(None));
            assert_eq!((trust.is_coarse, trust.objection()), (is_coarse, None), "{dates:?}");
        }
        let half = Timestamp::parse("2024-01-01T00:00:07.5Z").unwrap().instant();
        let mut trust = Trust::new();
        let micro = Duration::from_micros(1);
        let shown = |trust: &Trust| {
            let before = trust.before(half, micro).unwrap();
            (Timestamp::exact(before).to_string(), Timestamp::exact(trust.end_of(half)).to_string())
        };
        assert_eq!(shown(&trust), ("2024-01-01T00:00:07.499999Z".into(), "2024-01-01T00:00:07.500Z".into()));
        trust.is_coarse = true;
        assert_eq!(shown(&trust), ("2024-01-01T00:00:06.999999Z".into(), "2024-01-01T00:00:07.999999Z".into()));
    }

    #[test]
    fn the_anchor_is_the_last_date_once_dates_are_relied_on() {
        let mut trust = Trust::resumed(Some(time(5)), false, false);
        assert!(trust.advance(time(7)) && !trust.advance(time(7)) && !trust.advance(time(6)));
        for (are_relied_on, anchor) in [(false, 5), (true, 7)] {
            assert_eq!((trust.last(), trust.anchor(are_relied_on)), (Some(&time(7)), Some(&time(anchor))));
        }
        trust.distrust("a");
        trust.verify();
        assert_eq!(trust.objection(), Some("a"));
        let trust = Trust::resumed(None, true, false);
        assert!(trust.is_verified() && trust.is_proven());
    }
}
