//! Tables of chains by the hash of their value.

use hashbrown::HashTable;

use super::filter::Filter;

/// The first terms of chains by the hash of their value. The hash is kept, so that a miss looks at nothing else and a
/// table that grows does not look at values.
#[derive(Debug, Default)]
pub(super) struct Table {
    heads: HashTable<Slot>,
    filter: Filter,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    head: u32,
}

impl Table {
    /// Rules out most of the hashes that are not there, for [`Filter::has`].
    #[inline]
    pub(super) fn word(&self, hash: u32) -> u64 {
        self.filter.word(hash)
    }

    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.heads.find(spread(hash), |slot| slot.hash == hash && is_it(slot.head)).map(|slot| slot.head)
    }

    /// Adds the head of a chain that is not there yet.
    pub(super) fn insert(&mut self, hash: u32, head: u32) {
        self.heads.insert_unique(spread(hash), Slot { hash, head }, |slot| spread(slot.hash));
        if self.filter.is_full() {
            self.refill(2 * self.heads.len());
        } else {
            self.filter.insert(hash);
        }
    }

    fn refill(&mut self, hashes: usize) {
        let Self { heads, filter } = self;
        filter.resize(hashes);
        heads.iter().for_each(|slot| filter.insert(slot.hash));
    }

    pub(super) fn reserve(&mut self, chains: usize) {
        self.heads.reserve(chains, |slot| spread(slot.hash));
        self.refill(self.heads.len() + chains);
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub(super) fn heap(&self) -> usize {
        self.heads.allocation_size() + self.filter.heap()
    }
}

/// The table looks at the first and the last bits.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
