//! One query of a batch: many constants of one column.

use super::column::Column;
use super::field_map::Table;
use super::tree::Constant;

/// Constants for the equality of one column, each with the identifier of its indicator.
#[derive(Clone, Debug)]
pub(super) struct BatchPart<'b> {
    pub(super) table: &'b Table,
    pub(super) column: &'b Column,
    pub(super) values: &'b [(Constant, &'b str)],
}
