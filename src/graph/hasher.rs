//! A hasher for identifiers.
//!
//! A graph looks up an identifier for each reference, and the hasher of the standard library takes
//! a third of the time of building it. This one mixes words with multiplications to 128 bits. It
//! begins with random numbers of that hasher, so that a feed cannot be written to collide.

use std::hash::{BuildHasher, Hasher, RandomState};

/// The random numbers of one map.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdHash {
    seed: u64,
    factor: u64,
}

impl Default for IdHash {
    fn default() -> Self {
        let random = RandomState::new();
        Self { seed: random.hash_one(0), factor: random.hash_one(1) | 1 }
    }
}

impl BuildHasher for IdHash {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher { state: self.seed, factor: self.factor }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct IdHasher {
    state: u64,
    factor: u64,
}

impl IdHasher {
    #[inline]
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        // OK because both halves are meant.
        self.state = (product as u64) ^ (product >> 64) as u64 ^ word.rotate_left(32);
    }
}

impl Hasher for IdHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.mix(number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        let product = u128::from(self.state) * u128::from(self.factor);
        (product as u64) ^ (product >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Identifier, Kind};

    #[test]
    fn hashes_of_neighbours_differ() {
        let hash = IdHash::default();
        let id = |at: u128| Identifier::new(Kind::Malware, uuid::Uuid::from_u128(at));
        // The bits that a map of this size looks at.
        let low: HashSet<u64> = (0..4096).map(|at| hash.hash_one(id(at)) & 0xfff).collect();
        let high: HashSet<u64> = (0..4096).map(|at| hash.hash_one(id(at << 64)) & 0xfff).collect();
        // 4,096 random numbers below 4,096 are 2,589 different ones.
        assert!(low.len() > 2_400 && high.len() > 2_400, "{} {}", low.len(), high.len());
        assert_eq!(hash.hash_one(id(7)), hash.hash_one(id(7)));
        let texts: HashSet<u64> = (0..1000).map(|at| hash.hash_one(Identifier::from(&*format!("x--{at}")))).collect();
        assert_eq!(texts.len(), 1000);
    }
}
