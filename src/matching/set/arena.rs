//! Bytes of values, one after the other.

use super::tight::extend_tight;

/// Values of this length and longer ones have their length before them.
const LONG: u16 = u16::MAX;

/// Values by their place and length. Nothing is taken out of it.
#[derive(Debug, Default)]
pub(super) struct Arena(Vec<u8>);

/// A value in an [`Arena`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: u32,
    pub(super) len: u16,
}

impl Arena {
    /// Adds a value, or returns `None` if the arena is full.
    pub(super) fn push(&mut self, value: &[u8]) -> Option<Piece> {
        let start = u32::try_from(self.0.len()).ok()?;
        // The end has to be a place, too.
        u32::try_from(self.0.len() + value.len() + 4).ok()?;
        let len = u16::try_from(value.len()).ok().filter(|len| *len < LONG);
        if len.is_none() {
            extend_tight(&mut self.0, &u32::try_from(value.len()).ok()?.to_le_bytes());
        }
        extend_tight(&mut self.0, value);
        Some(Piece { start, len: len.unwrap_or(LONG) })
    }

    #[inline]
    pub(super) fn get(&self, piece: Piece) -> &[u8] {
        let rest = &self.0[piece.start as usize..];
        if piece.len < LONG {
            return &rest[..usize::from(piece.len)];
        }
        let (len, rest) = rest.split_first_chunk().map_or((0, rest), |(len, rest)| (u32::from_le_bytes(*len), rest));
        &rest[..len as usize]
    }

    pub(super) fn heap(&self) -> usize {
        self.0.capacity()
    }

    pub(super) fn reserve(&mut self, bytes: usize) {
        self.0.reserve_exact(bytes);
    }

    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_all_lengths_come_back() {
        let mut arena = Arena::default();
        let values: Vec<Vec<u8>> =
            [0, 1, 65_534, 65_535, 65_536, 100_000, 3].iter().map(|len| vec![*len as u8; *len as usize]).collect();
        let pieces: Vec<_> = values.iter().map(|value| arena.push(value).unwrap()).collect();
        for (value, piece) in values.iter().zip(pieces) {
            assert_eq!(arena.get(piece), value);
        }
    }
}
