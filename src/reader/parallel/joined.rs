//! Results in the order of the input, whichever is there first.

use std::collections::BTreeMap;

/// Results of numbered parts.
pub(super) struct Joined<T> {
    /// How many there will be, and how many the caller has.
    sent: u64,
    delivered: u64,
    results: BTreeMap<u64, T>,
}

impl<T> Joined<T> {
    pub(super) fn new() -> Self {
        Self { sent: 0, delivered: 0, results: BTreeMap::new() }
    }

    /// Numbers the next part that a result is made of.
    pub(super) fn next_number(&mut self) -> u64 {
        self.sent += 1;
        self.sent - 1
    }

    /// Keeps the result of a part.
    pub(super) fn put(&mut self, number: u64, result: T) {
        self.results.insert(number, result);
    }

    /// How many results are made or wait for one before them.
    pub(super) fn open(&self) -> u64 {
        self.sent - self.delivered
    }

    /// Takes the next result, if it is there.
    pub(super) fn next(&mut self) -> Option<T> {
        let result = self.results.remove(&self.delivered)?;
        self.delivered += 1;
        Some(result)
    }
}
