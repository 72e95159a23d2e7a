//! The values that a set looks for.

use super::arena::Piece;

/// No term, no record, no pattern.
pub(super) const NONE: u32 = u32::MAX;

/// A value of an indicator. Equal values are a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    /// Where the value is in the arena; an IPv4 address itself.
    pub(super) start: u32,
    /// The length of the value; of an address that of the prefix.
    pub(super) len: u16,
    pub(super) key: u16,
    pub(super) record: u32,
    /// The next term with an equal value.
    pub(super) next: u32,
}

impl Term {
    #[inline]
    pub(super) fn piece(self) -> Piece {
        Piece { start: self.start, len: self.len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        // A set has one or more for each indicator.
        assert_eq!(size_of::<Term>(), 16);
    }
}
