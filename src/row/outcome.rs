//! What a mapper makes of one indicator.

use super::class::Class;
use super::row::Row;
use super::unmapped::Unmapped;

/// What a mapper makes of an indicator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The rows, in the order of the pattern. At least one; the only one where the pattern has no
    /// value. There are none if the outcome [is withheld](Self::is_withheld).
    pub rows: Vec<Row<'a>>,
    /// What kind of pattern it is.
    pub class: Class,
    /// Why the rows do not say all that the pattern says, where they do not.
    pub reason: Option<Unmapped>,
    /// What is known of an indicator whose rows may not go to the mapper's audience.
    pub(super) withheld: Option<Box<Row<'a>>>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(rows: Vec<Row<'a>>, class: Class, reason: Option<Unmapped>) -> Self {
        Self { rows, class, reason, withheld: None }
    }

    /// Takes the rows away, and remembers whose they are.
    pub(super) fn withhold(mut self) -> Self {
        self.withheld = self.rows.drain(..).next().map(Box::new);
        self
    }

    /// The rows, or else the first of those that are withheld.
    pub(super) fn known_rows(&self) -> &[Row<'a>] {
        self.withheld.as_deref().map_or(&self.rows, std::slice::from_ref)
    }

    /// Returns whether there are no rows because the mapper's audience may not get the indicator: see
    /// [`Mapper::with_limit`](super::Mapper::with_limit).
    pub fn is_withheld(&self) -> bool {
        self.withheld.is_some()
    }
}

impl Outcome<'_> {
    /// The same outcome, its rows owning their text.
    pub fn into_owned(self) -> Outcome<'static> {
        Outcome {
            rows: self.rows.into_iter().map(Row::into_owned).collect(),
            withheld: self.withheld.map(|row| Box::new(row.into_owned())),
            class: self.class,
            reason: self.reason,
        }
    }

    /// Whether a row has a value.
    pub fn has_observable(&self) -> bool {
        self.rows.iter().any(|row| row.observable.is_some())
    }
}

/// The outcome that has this row alone, for sinks that take outcomes: see
/// [`Merge`](super::Merge#into-sinks).
impl<'a> From<Row<'a>> for Outcome<'a> {
    fn from(row: Row<'a>) -> Self {
        let class = match &row.reason {
            None if row.relation.standalone => Class::Atomic,
            Some(Unmapped::InvalidPattern(_)) => Class::Invalid,
            _ => Class::Unsupported,
        };
        let reason = row.reason.clone();
        Self::new(vec![row], class, reason)
    }
}
