//! Whether objects come again from a date on as they do if a server goes by its dates.

use std::collections::HashSet;

use super::super::key::Key;
use super::super::page::Page;
use crate::Timestamp;

/// What the next page is asked for, beside its objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// For nothing else.
    #[default]
    None,
    /// It is the beginning of the last page, to see its last date. Afterwards a page has this
    /// limit.
    Beginning { limit: u32 },
    /// It starts at a date of the last page: the objects from there on come again.
    Overlap { must_come: bool },
    /// It is to show everything at once, as the dates remained without proof.
    Whole,
}

/// How the last page fits to one that starts at one of its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlap {
    /// So many of its objects came again, all from its end.
    Fits(u64),
    /// It is unknown: the page has no room for all, or none has to come.
    Unknown,
    /// Others came again than those from its end.
    Contradicts,
}

/// The last page, as long as the order of dates is not proven.
#[derive(Debug, Default)]
pub(super) struct Probe {
    pub(super) step: Step,
    /// The objects of the page, in its order.
    keys: Vec<Key>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Probe {
    /// Keeps a page.
    pub(super) fn keep(&mut self, keys: Vec<Key>, span: Option<&(Timestamp, Timestamp)>) {
        self.keys = keys;
        (self.first, self.last) = span.cloned().unzip();
    }

    pub(super) fn len(&self) -> u64 {
        self.keys.len() as u64
    }

    /// Returns the last date of the page.
    pub(super) fn last(&self) -> Option<&Timestamp> {
        self.last.as_ref()
    }

    /// Whether the page has several dates, so that its beginning may end with an earlier one.
    pub(super) fn has_several_dates(&self) -> bool {
        self.keys.len() > 1 && self.first < self.last
    }

    /// Returns the date at which the next page starts, given the last date of the page's
    /// beginning: this one, unless nothing would be in front of it.
    pub(super) fn start<'t>(&'t self, beginning: Option<&'t Timestamp>) -> Option<&'t Timestamp> {
        beginning.filter(|date| Some(*date) > self.first.as_ref() && Some(*date) <= self.last()).or(self.last())
    }

    /// Compares the kept page with one that starts at one of its dates. In front of its objects
    /// there may be others of that date, which came on earlier pages: those that `came`.
    pub(super) fn compare(&self, page: &Page, must_come: bool, came: impl Fn(&Key) -> bool) -> Overlap {
        let known: HashSet<&Key> = self.keys.iter().collect();
        let keys = page_keys(page);
        let again: HashSet<&Key> = keys.iter().filter(|key| known.contains(key)).collect();
        let is_again = |key: &&Key| again.contains(*key);
        let from_end = self.keys.iter().rev().take_while(is_again).count();
        match from_end {
            0 if again.is_empty() && !must_come => Overlap::Unknown,
            _ if from_end > 0 && self.keys.iter().filter(is_again).count() == from_end => {
                Overlap::Fits(from_end as u64)
            }
            // The page may be shorter than what comes again.
            _ if !keys.is_empty() && keys.iter().all(came) && self.is_run(&again) => Overlap::Unknown,
            _ => Overlap::Contradicts,
        }
    }

    /// Whether these objects came one after the other.
    fn is_run(&self, keys: &HashSet<&Key>) -> bool {
        let is_in = |key: &&Key| keys.contains(*key);
        let run = self.keys.iter().skip_while(|key| !is_in(key)).take_while(is_in).count();
        run == self.keys.iter().filter(is_in).count()
    }
}

/// Returns the keys of the objects and records of a page, one for each.
pub(super) fn page_keys(page: &Page) -> Vec<Key> {
    let objects = page.objects.iter().map(|object| page.key(object));
    let records = page.records.iter().filter_map(|record| record.keys().next());
    objects.chain(records).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::resource::ManifestRecord;
    use super::*;

    fn page(ids: &str) -> Page {
        let mut page = Page::default();
        let record = |id: &str| ManifestRecord { id: id.to_owned(), ..ManifestRecord::default() };
        page.records = ids.split_whitespace().map(record).collect();
        page
    }

    fn time(second: u32) -> Timestamp {
        Timestamp::parse(&format!("2024-01-01T00:00:{second:02}Z")).unwrap()
    }

    #[test]
    fn what_comes_again_is_the_end_of_the_page() {
        use Overlap::{Contradicts, Fits, Unknown};
        for (came, must_come, expected) in [
            ("d", true, Fits(1)),
            ("d e f", true, Fits(1)),
            ("c d e", true, Fits(2)),
            ("d c e", true, Fits(2)),
            ("e d", true, Fits(1)),
            ("a b c d", true, Fits(4)),
            ("b d", true, Contradicts),
            ("b d e", true, Contradicts),
            ("c e", false, Contradicts),
            ("e f", true, Contradicts),
            ("", true, Contradicts),
            ("e f", false, Unknown),
            ("b c", true, Unknown),
            ("a c", true, Contradicts),
            ("y z", true, Unknown),
            ("y z a b", true, Unknown),
            ("y z d", true, Fits(1)),
            ("y e", true, Contradicts),
            ("y b e", true, Contradicts),
        ] {
            let mut probe = Probe::default();
            probe.keep(page_keys(&page("a b c d")), None);
            let has_come = |key: &Key| ["a", "b", "c", "d", "y", "z"].iter().any(|id| key.id.is(id));
            assert_eq!(probe.compare(&page(came), must_come, has_come), expected, "{came:?} {must_come}");
        }
    }

    #[test]
    fn a_page_starts_at_a_date_that_leaves_something_in_front_of_it() {
        for (first, last, beginning, expected) in [
            (1, 5, Some(3), 3),
            (1, 5, Some(5), 5),
            (1, 5, Some(1), 5),
            (1, 5, Some(6), 5),
            (1, 5, None, 5),
            (5, 5, Some(5), 5),
        ] {
            let mut probe = Probe::default();
            probe.keep(page_keys(&page("a b")), Some(&(time(first), time(last))));
            assert_eq!(
                probe.start(beginning.map(time).as_ref()),
                Some(&time(expected)),
                "{first} {last} {beginning:?}"
            );
            assert_eq!((probe.has_several_dates(), probe.len()), (first < last, 2));
        }
        assert_eq!(Probe::default().start(Some(&time(1))), None);
    }
}
