//! Observations that no test tells apart.

use std::collections::HashMap;

use super::instant::Interval;

/// Observations that pass the same tests and have the same times.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) times: Interval,
    /// How many there are, by their numbers observed.
    pub(super) capacity: u64,
    /// The places of the observed-data objects.
    pub(super) members: Vec<u32>,
    /// The brackets that hold for each of them, in order.
    passed: Box<[u32]>,
}

impl Class {
    pub(super) fn passed(&self) -> &[u32] {
        &self.passed
    }
}

/// Groups observations into classes, in order of time.
#[derive(Debug, Default)]
pub(super) struct Classes {
    list: Vec<Class>,
    known: HashMap<(Box<[u32]>, Interval), usize>,
}

impl Classes {
    pub(super) fn add(&mut self, place: usize, passed: Vec<u32>, times: Interval, count: u64) {
        let key = (passed.into_boxed_slice(), times);
        let class = match self.known.get(&key) {
            Some(known) => &mut self.list[*known],
            None => {
                self.known.insert(key.clone(), self.list.len());
                self.list.push(Class { times, capacity: 0, members: Vec::new(), passed: key.0 });
                let last = self.list.len() - 1;
                &mut self.list[last]
            }
        };
        class.capacity = class.capacity.saturating_add(count);
        class.members.push(place as u32);
    }

    pub(super) fn finish(mut self) -> Vec<Class> {
        self.list.sort_by_key(|class| (class.times.first(), class.times.last()));
        self.list
    }
}
