//! The objects that a walk has already returned.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::super::key::{Key, KeyVersion};
use super::super::page::Page;
use super::super::resource::ManifestRecord;
use crate::{Identifier, Timestamp};

/// Up to this many keys without a verified order are exported.
const MAX_EXPORTED: usize = 100_000;

/// The keys of the objects that a restart would bring again.
#[derive(Debug)]
pub(super) struct Seen {
    marks: HashMap<Key, Mark>,
    /// Counts the starts of chains, from 1.
    round: u32,
    memory: Memory,
    /// How many marks were left when they were pruned last.
    kept: usize,
    /// Whether some marks have no date.
    undated: bool,
}

/// An object that was returned.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The object was added at this instant or before. `None` if it is unknown.
    date: Option<DateTime<Utc>>,
    /// The round in which it came last.
    round: u32,
}

/// How much of what a walk returned is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Memory {
    /// Everything.
    Whole,
    /// Everything that can come again, as long as the dates are right.
    Pruned,
    /// Not everything that a restart would bring again: there was too much of it.
    Overflown,
}

/// What became of the objects of a page.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sorted {
    /// How many are new.
    pub(super) fresh: u64,
    /// How many are known and came for the first time in this round.
    pub(super) again: u64,
    /// The last object or record of the page.
    pub(super) last_key: Option<Key>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self { marks: HashMap::new(), round: 1, memory: Memory::Whole, kept: 0, undated: false }
    }

    /// The objects that an earlier walk returned, added at `anchor` or before.
    pub(super) fn resumed(border: Vec<Key>, anchor: Option<DateTime<Utc>>) -> Self {
        let mark = Mark { date: anchor, round: 0 };
        let marks: HashMap<_, _> = border.into_iter().map(|key| (key, mark)).collect();
        Self { kept: marks.len(), undated: anchor.is_none(), marks, ..Self::new() }
    }

    /// Notes that another chain starts, in which objects may come again.
    pub(super) fn begin_round(&mut self) {
        self.round += 1;
    }

    /// Whether more objects than may be remembered came at the last instant.
    pub(super) fn is_overflown(&self) -> bool {
        self.memory == Memory::Overflown
    }

    /// Returns the identifiers of the records that are not known.
    pub(super) fn unknown<'r>(&self, records: impl Iterator<Item = &'r ManifestRecord>) -> Vec<Identifier> {
        // The version of an object without one is its content, for which a manifest has another
        // word.
        let is_content = |key: &&Key| matches!(key.version, KeyVersion::Content(_));
        let unversioned: HashSet<&Identifier> = self.marks.keys().filter(is_content).map(|key| &key.id).collect();
        let is_unknown = |key: &Key| !self.marks.contains_key(key) && !unversioned.contains(&key.id);
        records.flat_map(ManifestRecord::keys).filter(is_unknown).map(|key| key.id).collect()
    }

    pub(super) fn contains(&self, key: &Key) -> bool {
        self.marks.contains_key(key)
    }

    /// Returns how many objects are remembered.
    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether everything that was returned is still known.
    pub(super) fn is_whole(&self) -> bool {
        self.memory == Memory::Whole
    }

    /// Whether everything that a restart brings again would be recognized. A restart goes back to
    /// the last date if the dates are verified, otherwise to the start of the walk.
    pub(super) fn can_restart(&self, is_verified: bool) -> bool {
        match self.memory {
            Memory::Whole => true,
            Memory::Pruned => is_verified,
            Memory::Overflown => false,
        }
    }

    /// Drops known objects from a page, and remembers the others as added at `last` or before.
    pub(super) fn drop_known(&mut self, page: &mut Page, last: Option<DateTime<Utc>>) -> Sorted {
        let mut sorted = Sorted::default();
        let mut objects = std::mem::take(&mut page.objects);
        let before = objects.len() + page.records.len();
        objects.retain(|object| {
            let key = page.key(object);
            sorted.last_key = Some(key.clone());
            self.is_new(key, last, &mut sorted)
        });
        page.records.retain(|record| {
            let date = record.date_added.as_ref().map(Timestamp::instant).or(last);
            sorted.last_key = record.keys().next();
            // No short circuit: every version has to be remembered.
            record.keys().fold(false, |any, key| self.is_new(key, date, &mut sorted) | any)
        });
        page.objects = objects;
        page.duplicates = (before - page.len()) as u64;
        self.undated |= last.is_none() && sorted.fresh > 0;
        sorted
    }

    /// Returns whether a key is new, and remembers it.
    fn is_new(&mut self, key: Key, date: Option<DateTime<Utc>>, sorted: &mut Sorted) -> bool {
        let round = self.round;
        if let Some(mark) = self.marks.get_mut(&key) {
            sorted.again += u64::from(mark.round < round);
            mark.round = round;
            return false;
        }
        self.marks.insert(key, Mark { date, round });
        sorted.fresh += 1;
        true
    }

    /// Dates the marks that have no date: they came before the page whose last date is `instant`.
    pub(super) fn date_undated(&mut self, instant: DateTime<Utc>) {
        if std::mem::take(&mut self.undated) {
            self.marks.values_mut().for_each(|mark| mark.date = mark.date.or(Some(instant)));
        }
    }

    /// Forgets what was added before `horizon`, which no restart goes back to. What overflowed was
    /// added before it, too.
    pub(super) fn prune(&mut self, horizon: Option<DateTime<Utc>>) {
        if self.is_overflown() {
            self.memory = Memory::Pruned;
        }
        // Going through all marks for every page would take quadratic time if a large overlap keeps
        // many.
        if self.marks.len() < 2 * self.kept {
            return;
        }
        let Some(horizon) = horizon else { return };
        let len = self.marks.len();
        // At the horizon itself, too: some servers mean "at or after" by "after".
        self.marks.retain(|_, mark| mark.date.is_none_or(|date| date >= horizon));
        if self.marks.len() < len {
            self.memory = Memory::Pruned;
        }
        self.kept = self.marks.len();
    }

    /// Forgets everything if it is more than `max` objects.
    pub(super) fn enforce_bound(&mut self, max: usize) {
        if self.marks.len() > max {
            self.marks.clear();
            self.kept = 0;
            self.memory = Memory::Overflown;
        }
    }

    /// Returns the keys of what comes again from `horizon` on, in order. None if there are too many
    /// to keep, unless the order of dates is verified.
    pub(super) fn border(&self, horizon: Option<DateTime<Utc>>, is_verified: bool) -> Vec<Key> {
        let is_due = |mark: &Mark| match (mark.date, horizon) {
            (Some(date), Some(horizon)) => date >= horizon,
            _ => true,
        };
        let due = self.marks.iter().filter(|(_, mark)| is_due(mark));
        let mut border: Vec<_> = due.map(|(key, _)| key.clone()).collect();
        if border.len() > MAX_EXPORTED && !is_verified {
            border.clear();
        }
        border.sort();
        border
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(second: u32) -> DateTime<Utc> {
        Timestamp::parse(&format!("2024-01-01T00:00:{second:02}Z")).unwrap().instant()
    }

    fn key(id: &str) -> Key {
        Key { id: Identifier::from(id), version: KeyVersion::Text("v".into()) }
    }

    fn record(id: &str) -> ManifestRecord {
        ManifestRecord { id: id.to_owned(), versions: vec!["v".to_owned()], ..ManifestRecord::default() }
    }

    /// A page of records without dates: `page("a b")`.
    fn page(ids: &str) -> Page {
        let mut page = Page::default();
        page.records = ids.split_whitespace().map(record).collect();
        page
    }

    fn ids(page: &Page) -> String {
        page.records.iter().map(|record| record.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn border(seen: &Seen, horizon: Option<u32>) -> String {
        let keys = seen.border(horizon.map(time), true);
        keys.iter().map(|key| key.id.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_known_is_dropped_and_counted_once_a_round() {
        let mut seen = Seen::new();
        for (begins, ids_in, ids_out, fresh, again) in [
            (false, "a b", "a b", 2, 0),
            (false, "b c", "c", 1, 0),
            (true, "a b", "", 0, 2),
            (false, "a b d", "d", 1, 0),
            (false, "e e", "e", 1, 0),
        ] {
            if begins {
                seen.begin_round();
            }
            let mut page = page(ids_in);
            let sorted = seen.drop_known(&mut page, Some(time(1)));
            assert_eq!((sorted.fresh, sorted.again), (fresh, again), "{ids_in}");
            let last = ids_in.split_whitespace().last();
            assert_eq!(sorted.last_key.map(|key| key.id.to_string()).as_deref(), last);
            assert_eq!(ids(&page), ids_out);
            assert_eq!(page.duplicates as usize, ids_in.split_whitespace().count() - page.len());
        }
    }

    #[test]
    fn a_record_is_new_if_one_of_its_versions_is() {
        let mut seen = Seen::new();
        let mut versions = page("a");
        versions.records[0].versions = vec!["v".into(), "w".into(), "x".into()];
        assert_eq!(seen.drop_known(&mut page("a"), None).fresh, 1);
        assert_eq!(seen.drop_known(&mut versions, None).fresh, 2);
        assert_eq!(versions.len(), 1);
        assert_eq!(seen.drop_known(&mut versions, None).fresh, 0);
        assert!(versions.is_empty());
    }

    #[test]
    fn what_cannot_come_again_is_forgotten() {
        let mut seen = Seen::new();
        seen.drop_known(&mut page("a"), Some(time(1)));
        seen.drop_known(&mut page("b"), Some(time(2)));
        seen.drop_known(&mut page("c"), None);
        assert!(seen.can_restart(true) && seen.can_restart(false));
        assert_eq!((border(&seen, None), border(&seen, Some(2))), ("a b c".into(), "b c".into()));
        seen.prune(None);
        seen.prune(Some(time(1)));
        assert!(seen.can_restart(false), "at the horizon nothing is forgotten");
        seen.drop_known(&mut page("d e f"), Some(time(3)));
        seen.prune(Some(time(2)));
        assert_eq!(border(&seen, None), "b c d e f");
        assert!(seen.can_restart(true) && !seen.can_restart(false));
        // An undated mark is dated by the next page.
        seen.date_undated(time(3));
        assert_eq!(border(&seen, Some(4)), "");
    }

    #[test]
    fn marks_are_not_gone_through_before_there_are_twice_as_many() {
        let mut seen = Seen::resumed(vec![key("a"), key("b")], Some(time(1)));
        seen.drop_known(&mut page("c"), Some(time(1)));
        seen.prune(Some(time(9)));
        assert_eq!(border(&seen, None), "a b c");
        seen.drop_known(&mut page("d"), Some(time(1)));
        seen.prune(Some(time(9)));
        assert_eq!(border(&seen, None), "");
    }

    #[test]
    fn too_much_is_forgotten_and_rules_out_a_restart_until_the_date_moves() {
        let mut seen = Seen::new();
        seen.drop_known(&mut page("a b"), Some(time(1)));
        seen.enforce_bound(2);
        assert!(!seen.is_overflown());
        seen.drop_known(&mut page("c"), Some(time(1)));
        seen.enforce_bound(2);
        assert!(seen.is_overflown() && !seen.can_restart(true));
        assert_eq!(border(&seen, None), "");
        seen.prune(Some(time(2)));
        assert!(seen.can_restart(true), "a restart does not go back to what was forgotten");
        assert!(!seen.can_restart(false), "a restart at the start would bring it again");
    }

    #[test]
    fn a_resumed_walk_recognizes_the_border() {
        let mut seen = Seen::resumed(vec![key("b"), key("a")], None);
        let mut page = page("a b c");
        let sorted = seen.drop_known(&mut page, Some(time(1)));
        assert_eq!((sorted.fresh, sorted.again), (1, 2));
        assert_eq!(ids(&page), "c");
        seen.date_undated(time(1));
        assert_eq!(border(&seen, Some(2)), "");
        assert_eq!(border(&seen, Some(1)), "a b c");
    }

    #[test]
    fn a_large_border_is_exported_only_with_a_verified_order() {
        let keys = |count: usize| (0..count).map(|at| key(&at.to_string())).collect();
        for (count, is_verified, expected) in [
            (MAX_EXPORTED, false, MAX_EXPORTED),
            (MAX_EXPORTED + 1, false, 0),
            (MAX_EXPORTED + 1, true, MAX_EXPORTED + 1),
        ] {
            assert_eq!(Seen::resumed(keys(count), None).border(None, is_verified).len(), expected);
        }
    }
}
