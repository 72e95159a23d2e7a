//! The observations of one pattern in one partition that may still become part of a match.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::seen::Seen;

/// Observations that satisfy some test, the newest of each test.
#[derive(Debug, Default)]
pub(super) struct Store {
    entries: BTreeMap<u64, Entry>,
    /// All entries by when they were last observed.
    by_last: BTreeSet<(i128, u64)>,
    /// The entries of each test.
    tests: HashMap<u32, Supply>,
    /// The latest time at which an observation was first made.
    newest: Option<i128>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) seen: Seen,
    /// The brackets that it satisfies and is kept for.
    pub(super) passed: Vec<u32>,
}

#[derive(Debug, Default)]
struct Supply {
    by_last: BTreeSet<(i128, u64)>,
    occurrences: u128,
}

/// How many observations a store keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Nanoseconds between a first and a last observation that are too far apart.
    pub(super) window: i128,
    /// Observations for each test.
    pub(super) state: usize,
    /// Occurrences for each test that suffice.
    pub(super) demand: u128,
}

impl Store {
    /// Adds an observation and forgets what is too old or not needed. Returns how many were dropped although they might
    /// have been needed, or `None` if the observation itself is too old.
    pub(super) fn push(&mut self, seen: Seen, passed: &[u32], room: Room) -> Option<u64> {
        let newest = self.newest.map_or(seen.first(), |newest| newest.max(seen.first()));
        self.newest = Some(newest);
        self.forget(newest, room.window);
        if is_over(seen.last(), newest, room.window) {
            return None;
        }
        let place = (seen.last(), seen.number);
        for test in passed {
            let supply = self.tests.entry(*test).or_default();
            supply.by_last.insert(place);
            supply.occurrences += u128::from(seen.count);
        }
        self.by_last.insert(place);
        self.entries.insert(seen.number, Entry { seen, passed: passed.to_vec() });
        Some(passed.iter().map(|test| self.limit(*test, room)).sum())
    }

    /// Forgets what is too old to be together with anything that happens from a time on.
    pub(super) fn forget(&mut self, now: i128, window: i128) {
        while let Some((last, number)) = self.by_last.first().copied()
            && is_over(last, now, window)
        {
            self.remove(number);
        }
    }

    pub(super) fn remove(&mut self, number: u64) {
        let Some(entry) = self.entries.remove(&number) else { return };
        self.by_last.remove(&(entry.seen.last(), number));
        for test in entry.passed {
            self.remove_from(test, entry.seen.last(), number, entry.seen.count);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn newest(&self) -> Option<i128> {
        self.newest
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many occurrences satisfy some brackets.
    pub(super) fn supply(&self, brackets: usize) -> u128 {
        self.tests.get(&(brackets as u32)).map_or(0, |supply| supply.occurrences)
    }

    /// When some brackets were last satisfied.
    pub(super) fn last(&self, brackets: usize) -> Option<i128> {
        self.tests.get(&(brackets as u32)).and_then(|supply| supply.by_last.last()).map(|(last, _)| *last)
    }

    /// Forgets the oldest ones of a test that are not needed, and drops those that there is no room for.
    fn limit(&mut self, test: u32, room: Room) -> u64 {
        let mut dropped = 0;
        while let Some(supply) = self.tests.get(&test)
            && let Some((last, number)) = supply.by_last.first().copied()
        {
            let count = self.entries.get(&number).map_or(0, |entry| entry.seen.count);
            let is_needless = supply.occurrences.saturating_sub(u128::from(count)) >= room.demand;
            if !is_needless && supply.by_last.len() <= room.state {
                break;
            }
            dropped += u64::from(!is_needless);
            self.remove_from(test, last, number, count);
            if let Some(entry) = self.entries.get_mut(&number) {
                entry.passed.retain(|passed| *passed != test);
                if entry.passed.is_empty() {
                    self.remove(number);
                }
            }
        }
        dropped
    }

    fn remove_from(&mut self, test: u32, last: i128, number: u64, count: u64) {
        let Some(supply) = self.tests.get_mut(&test) else { return };
        if supply.by_last.remove(&(last, number)) {
            supply.occurrences = supply.occurrences.saturating_sub(u128::from(count));
        }
        if supply.by_last.is_empty() {
            self.tests.remove(&test);
        }
    }
}

/// Whether what was last observed at a time is too far from all that is first observed from another time on.
fn is_over(last: i128, newest: i128, window: i128) -> bool {
    last.saturating_add(window) <= newest
}
