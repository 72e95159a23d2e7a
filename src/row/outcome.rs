//! What a mapper makes of one indicator.

use super::class::Class;
use super::row::Row;
use super::unmapped::Unmapped;

/// What a mapper makes of an indicator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The rows, in the order of the pattern. At least one; the only one where the pattern has no
    /// value.
    pub rows: Vec<Row<'a>>,
    /// What kind of pattern it is.
    pub class: Class,
    /// Why the rows do not say all that the pattern says, where they do not.
    pub reason: Option<Unmapped>,
}

impl Outcome<'_> {
    /// The same outcome, its rows owning their text.
    pub fn into_owned(self) -> Outcome<'static> {
        Outcome { rows: self.rows.into_iter().map(Row::into_owned).collect(), ..self }
    }

    /// Whether a row has a value.
    pub fn has_observable(&self) -> bool {
        self.rows.iter().any(|row| row.observable.is_some())
    }
}
