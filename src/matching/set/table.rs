//! Tables of chains by the hash of their value.

use hashbrown::HashTable;

/// The first terms of chains by the hash of their value. The hash is kept, so that a miss looks at nothing else and a
/// table that grows does not look at values.
#[derive(Debug, Default)]
pub(super) struct Table(HashTable<Slot>);

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    head: u32,
}

impl Table {
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.0.find(spread(hash), |slot| slot.hash == hash && is_it(slot.head)).map(|slot| slot.head)
    }

    /// Adds the head of a chain that is not there yet.
    pub(super) fn insert(&mut self, hash: u32, head: u32) {
        self.0.insert_unique(spread(hash), Slot { hash, head }, |slot| spread(slot.hash));
    }

    pub(super) fn reserve(&mut self, chains: usize) {
        self.0.reserve(chains, |slot| spread(slot.hash));
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn heap(&self) -> usize {
        self.0.allocation_size()
    }
}

/// The table looks at the first and the last bits.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
