//! Hashing with a seed of its own for each set, since feeds are untrusted.

use std::hash::{BuildHasher, Hasher as _, RandomState};

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;

/// A hash function that nobody outside can predict.
#[derive(Clone, Debug)]
pub(super) struct Seeded(SeedableRandomState);

impl Seeded {
    pub(super) fn new() -> Self {
        // The standard library's hasher is seeded by the operating system.
        let seed = RandomState::new().hash_one(0_u8);
        Self(SeedableRandomState::with_seed(seed, SharedSeed::global_random()))
    }

    #[inline]
    pub(super) fn bytes(&self, bytes: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(bytes);
        hasher.finish()
    }

    /// As [`bytes`](Self::bytes) of the same text with its ASCII letters in lower case.
    pub(super) fn lower(&self, bytes: &[u8]) -> u64 {
        const SHORT: usize = 256;
        if !bytes.iter().any(u8::is_ascii_uppercase) {
            return self.bytes(bytes);
        }
        if bytes.len() > SHORT {
            return self.bytes(&bytes.to_ascii_lowercase());
        }
        let mut buffer = [0; SHORT];
        let buffer = &mut buffer[..bytes.len()];
        buffer.copy_from_slice(bytes);
        buffer.make_ascii_lowercase();
        self.bytes(buffer)
    }

    #[inline]
    pub(super) fn number(&self, number: u64) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write_u64(number);
        hasher.finish()
    }

    #[inline]
    pub(super) fn wide_number(&self, number: u128, other: u8) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write_u128(number);
        hasher.write_u8(other);
        hasher.finish()
    }
}
