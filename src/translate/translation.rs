//! What a translation returns.

use super::batch_part::BatchPart;
use super::fidelity::Fidelity;
use super::note::Note;

/// The queries for a pattern, and how they differ from it: what
/// [`Pattern::translate`](crate::pattern::Pattern::translate) returns for a
/// [`Target`](super::Target).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Translation {
    /// The queries. An event matches if one of them finds it.
    pub queries: Vec<Query>,
    /// What all notes together do to the fidelity.
    pub fidelity: Fidelity,
    /// The differences, in the order of their places. A note whose own fidelity is
    /// [`Fidelity::Exact`] states a condition under which the query is exact.
    pub notes: Vec<Note>,
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The table or index that the query reads, or several of them with commas for a join.
    pub table: Box<str>,
    /// The text of the query.
    pub text: String,
    /// For a lookup whose language has no column to name an indicator in: the values that it looks
    /// up, each with the identifier of its indicator. Otherwise empty.
    pub indicators: Vec<(Box<str>, Box<str>)>,
}

impl Query {
    pub(super) fn new(table: impl Into<Box<str>>, text: String) -> Self {
        Self { table: table.into(), text, indicators: Vec::new() }
    }

    /// Adds the values of a lookup, each with the identifier of its indicator.
    pub(super) fn with_indicators(mut self, part: &BatchPart<'_>) -> Self {
        self.indicators = part.values.iter().map(|(value, id)| (value.to_string().into(), (*id).into())).collect();
        self
    }
}
