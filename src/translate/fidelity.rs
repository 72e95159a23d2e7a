//! How much of a pattern's meaning a query has.

use std::fmt;

/// How what a query finds relates to what the pattern matches.
///
/// Events are what the [field map](super::FieldMap) makes of the rows of a table: a row has the properties that its
/// columns hold, and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are no other relations of two sets that matter here")]
pub enum Fidelity {
    /// The query finds what the pattern matches.
    Exact,
    /// The query finds all that the pattern matches, and may find more.
    Wider,
    /// All that the query finds matches the pattern, and it may miss events.
    Narrower,
    /// The query may find more and may miss events.
    Different,
}

impl Fidelity {
    /// Returns the fidelity of a query with the faults of both.
    ///
    /// ```
    /// use stixkit::translate::Fidelity;
    ///
    /// assert_eq!(Fidelity::Exact.and(Fidelity::Wider), Fidelity::Wider);
    /// assert_eq!(Fidelity::Narrower.and(Fidelity::Wider), Fidelity::Different);
    /// ```
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact, fidelity) | (fidelity, Self::Exact) => fidelity,
            (Self::Wider, Self::Wider) => Self::Wider,
            (Self::Narrower, Self::Narrower) => Self::Narrower,
            _ => Self::Different,
        }
    }

    /// Returns `exact`, `wider`, `narrower` or `different`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
            Self::Different => "different",
        }
    }
}

impl fmt::Display for Fidelity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
