//! One query of a batch: many constants of one column.

use super::column::Column;
use super::field_map::Table;
use super::tree::Constant;

/// Constants for the equality of one column, each with the identifier of its indicator.
#[derive(Clone, Debug)]
pub(super) struct BatchPart<'b> {
    pub(super) table: &'b Table,
    pub(super) column: &'b Column,
    pub(super) key: BatchKey,
    pub(super) values: &'b [(Constant, &'b str)],
}

/// What of a column is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BatchKey {
    /// The value.
    Plain,
    /// The value in lower case; constants are, too.
    Lower,
    /// The host of a URL, or the value, in lower case.
    Host,
}
