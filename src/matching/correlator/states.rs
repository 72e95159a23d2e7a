//! What is kept for all patterns and partitions.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::correlation::State;

/// The states of pairs of a pattern and a partition. The pair that was used longest ago makes room.
#[derive(Debug, Default)]
pub(super) struct States {
    slots: HashMap<Key, Slot>,
    by_use: BTreeMap<u64, Key>,
    uses: u64,
    /// The number of observations.
    total: usize,
}

/// The number of a pattern and the name of a partition.
pub(super) type Key = (u32, Arc<str>);

#[derive(Debug)]
struct Slot {
    state: State,
    len: usize,
    used: u64,
    dropped: u64,
}

impl States {
    /// Calls `change` with the state of a pair, which is made if it is not there, and with the number of observations
    /// that were dropped from it before.
    pub(super) fn update<T>(
        &mut self,
        key: Key,
        empty: impl FnOnce() -> State,
        change: impl FnOnce(&mut State, &mut u64) -> T,
    ) -> T {
        self.uses += 1;
        let slot = self.slots.entry(key.clone());
        let slot = slot.or_insert_with(|| Slot { state: empty(), len: 0, used: 0, dropped: 0 });
        let result = change(&mut slot.state, &mut slot.dropped);
        // A pair takes memory even if it keeps nothing.
        let len = slot.state.len() + 1;
        self.total = (self.total + len).saturating_sub(slot.len);
        slot.len = len;
        self.by_use.remove(&slot.used);
        slot.used = self.uses;
        self.by_use.insert(self.uses, key);
        result
    }

    /// Makes room until there are no more than so many observations. Returns how many were dropped.
    pub(super) fn limit(&mut self, total: usize) -> u64 {
        let mut dropped = 0;
        while self.total > total
            && let Some((_, key)) = self.by_use.pop_first()
        {
            dropped += self.remove(&key).map_or(0, |state| state.len() as u64);
        }
        dropped
    }

    /// Forgets the pairs that were used longest ago as long as they are over.
    pub(super) fn forget(&mut self, is_over: impl Fn(u32, &State) -> bool) {
        while let Some((_, key)) = self.by_use.first_key_value()
            && self.slots.get(key).is_none_or(|slot| is_over(key.0, &slot.state))
            && let Some((_, key)) = self.by_use.pop_first()
        {
            self.remove(&key);
        }
    }

    /// Forgets all partitions of a pattern.
    pub(super) fn remove_pattern(&mut self, pattern: u32) {
        let keys: Vec<Key> = self.slots.keys().filter(|key| key.0 == pattern).cloned().collect();
        for key in keys {
            self.remove(&key);
        }
    }

    /// The number of observations, and one for each pair.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    fn remove(&mut self, key: &Key) -> Option<State> {
        let slot = self.slots.remove(key)?;
        self.by_use.remove(&slot.used);
        self.total = self.total.saturating_sub(slot.len);
        Some(slot.state)
    }
}
