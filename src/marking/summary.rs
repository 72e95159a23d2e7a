//! All that is needed of an object's markings to decide whether it may be shared.

use super::audience::Audience;
use super::meaning::Meaning;
use crate::object::Tlp;

/// The markings of an object without their names and texts: enough to decide whether it may be
/// shared, in a few bytes.
///
/// [`Effective::summary`](super::Effective::summary) makes it of an object's markings, and each
/// `row::Row` has the one of its indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Summary {
    tlp: Option<Tlp>,
    flags: u8,
}

const UNMARKED: u8 = 1;
const UNKNOWN: u8 = 2;
const UNREADABLE: u8 = 4;
const STATEMENT: u8 = 8;
const OTHER: u8 = 16;
/// Says something about the markings, and nothing about who gets the object.
const CONFLICT: u8 = 32;

impl Summary {
    /// Returns the strictest level. `None` is not [`Tlp::Clear`].
    pub fn tlp(self) -> Option<Tlp> {
        self.tlp
    }

    /// Returns whether something has no marking at all: the object as a whole, though parts of it
    /// may have some.
    pub fn has_unmarked(self) -> bool {
        self.flags & UNMARKED != 0
    }

    /// Returns whether the definition of a marking is not known.
    pub fn has_unknown(self) -> bool {
        self.flags & UNKNOWN != 0
    }

    /// Returns whether markings cannot be read.
    pub fn has_unreadable(self) -> bool {
        self.flags & UNREADABLE != 0
    }

    /// Returns whether there is a statement.
    pub fn has_statement(self) -> bool {
        self.flags & STATEMENT != 0
    }

    /// Returns whether there is a marking of another family, such as PAP.
    pub fn has_other(self) -> bool {
        self.flags & OTHER != 0
    }

    /// Returns whether two definitions of a marking disagree. The strictest one counts.
    pub fn has_conflict(self) -> bool {
        self.flags & CONFLICT != 0
    }

    /// Returns whether the audience may get the object for certain: the verdict
    /// [`Yes`](super::Verdict::Yes).
    pub fn allows(self, audience: Audience) -> bool {
        self.flags & !CONFLICT == 0 && self.tlp.is_none_or(|level| level.allows(audience))
    }

    /// The summary of something without markings.
    #[cfg(feature = "rows")]
    pub(crate) fn unmarked() -> Self {
        Self { tlp: None, flags: UNMARKED }
    }

    /// The summary of two things together: what is allowed with both.
    #[cfg(feature = "rows")]
    pub(crate) fn and(self, other: Self) -> Self {
        Self { tlp: self.tlp.max(other.tlp), flags: self.flags | other.flags }
    }

    /// The summary as a small number.
    #[cfg(feature = "rows")]
    pub(crate) fn to_bits(self) -> u16 {
        u16::from(self.flags) | u16::from(Tlp::to_bits(self.tlp)) << 6
    }

    #[cfg(feature = "rows")]
    pub(crate) fn from_bits(bits: u16) -> Self {
        // OK because six bits are flags, and the others are few.
        Self { tlp: Tlp::from_bits((bits >> 6) as u8), flags: (bits & 0x3f) as u8 }
    }

    pub(super) fn note_unmarked(&mut self, is_unmarked: bool) {
        self.flags |= if is_unmarked { UNMARKED } else { 0 };
    }

    pub(super) fn note_conflict(&mut self, is_conflicting: bool) {
        self.flags |= if is_conflicting { CONFLICT } else { 0 };
    }

    /// The summary before any marking is added. It is not public, because it allows everything.
    pub(super) fn nothing() -> Self {
        Self { tlp: None, flags: 0 }
    }

    /// Adds a marking.
    pub(super) fn add(&mut self, meaning: &Meaning) {
        self.tlp = self.tlp.max(meaning.tlp());
        self.flags |= match meaning {
            Meaning::Tlp(_) => 0,
            Meaning::Statement(_) => STATEMENT,
            Meaning::Other { .. } => OTHER,
            Meaning::Unknown => UNKNOWN,
            Meaning::Unreadable(_) => UNREADABLE,
        };
    }
}
