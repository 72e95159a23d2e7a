//! What changes in a table of rows.

use std::fmt;
use std::sync::Arc;

use super::ended_row::EndedRow;
use super::row::Row;
use super::row_key::RowKey;
use crate::Identifier;

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// A row that was not there; it is in force, or will be.
    Insert,
    /// A newer version of a row; it is in force, or will be. The row may have been revoked or
    /// expired before.
    Update,
    /// The row is pending no more: `valid_from` has come.
    Activate,
    /// The row is no longer active: `valid_until` has come.
    Expire,
    /// The row is not active any more: the producer revoked it.
    Revoke,
    /// The row is gone: the newest version has another pattern, or the feed has no such
    /// indicator any more.
    Delete,
}

impl Action {
    /// The action in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Activate => "activate",
            Self::Expire => "expire",
            Self::Revoke => "revoke",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A change of a table.
///
/// [`Upserts`](super::Upserts) returns them; see its example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RowChange<'a> {
    /// What happens.
    pub action: Action,
    /// To which row.
    pub key: RowKey,
    /// The feed of the row.
    pub source: Arc<str>,
    /// The id of the object that the row is from.
    pub stix_id: Identifier,
    /// The row as it is from now on. `None` where only its state changes, by time alone, and where
    /// it is gone.
    pub row: Option<Row<'a>>,
    /// The row that ends, or that time alone activates, as far as the state
    /// [keeps values](super::Upserts::with_values): for [`Action::Delete`], and for
    /// [`Action::Activate`] and [`Action::Expire`] without a `row`. An `Update` has it if the value
    /// was an indicator by itself and is only a part of one from now on.
    ///
    /// It is sufficient for a tombstone. A sink that lets pending rows wait maps the indicator
    /// again for the first row.
    pub kept: Option<EndedRow<'static>>,
}

impl RowChange<'_> {
    /// The same change, its row owning its text.
    pub fn into_owned(self) -> RowChange<'static> {
        RowChange { row: self.row.map(Row::into_owned), ..self }
    }
}
