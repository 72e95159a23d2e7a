//! Which hashes are not in a table, by one word of memory for each.

/// Which hashes are not in a table. It is a Bloom filter whose two bits of a hash are in one word,
/// so that the words for all values of an event can be fetched at the same time, before any table
/// is looked at.
#[derive(Debug, Default)]
pub(super) struct Filter {
    words: Vec<u64>,
    len: usize,
}

/// A word has the bits of so many hashes on average, or of half as many.
const HASHES: usize = 8;

impl Filter {
    /// The word in which the bits of a hash are.
    #[inline]
    pub(super) fn word(&self, hash: u32) -> u64 {
        self.words.get(self.place(hash)).copied().unwrap_or(0)
    }

    /// Whether a hash may be there, by its word.
    #[inline]
    pub(super) fn has(word: u64, hash: u32) -> bool {
        let bits = bits(hash);
        word & bits == bits
    }

    /// Whether one more hash needs more words: [`resize`](Self::resize) it then, and insert all
    /// hashes anew.
    pub(super) fn is_full(&self) -> bool {
        self.len >= HASHES * self.words.len()
    }

    /// Empties the filter and makes room for so many hashes.
    pub(super) fn resize(&mut self, hashes: usize) {
        let words = hashes.div_ceil(HASHES);
        *self = Self { words: vec![0; words], len: 0 };
    }

    pub(super) fn insert(&mut self, hash: u32) {
        let place = self.place(hash);
        if let Some(word) = self.words.get_mut(place) {
            *word |= bits(hash);
            self.len += 1;
        }
    }

    #[inline]
    fn place(&self, hash: u32) -> usize {
        // OK because there are fewer words than hashes, and so less than 2^32.
        ((u64::from(hash) * self.words.len() as u64) >> 32) as usize
    }

    pub(super) fn heap(&self) -> usize {
        self.words.capacity() * 8
    }
}

/// Two bits from the low part of a hash. Its high part is the place.
#[inline]
fn bits(hash: u32) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_inserted_is_there_and_most_else_is_not() {
        let mut filter = Filter::default();
        assert!(!Filter::has(filter.word(7), 7) && filter.is_full());
        let hash = |number: u32| (u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32;
        filter.resize(5000);
        (0..5000).for_each(|number| filter.insert(hash(number)));
        assert!(filter.is_full());
        let count = |range: std::ops::Range<u32>| {
            range.filter(|number| Filter::has(filter.word(hash(*number)), hash(*number))).count()
        };
        assert_eq!(count(0..5000), 5000);
        assert!(count(5000..105_000) < 12_500, "{}", count(5000..105_000));
    }
}
