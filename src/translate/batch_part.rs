//! One query of a batch: many constants of one column.

use std::collections::HashMap;

use super::column::{Column, ColumnKind};
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
    /// A part of the value.
    Part,
}

impl<'b> BatchPart<'b> {
    /// Whether it looks up whole texts, addresses or numbers.
    pub(super) fn is_of_whole_values(&self) -> bool {
        matches!(self.column.kind, ColumnKind::Text | ColumnKind::Ip | ColumnKind::Integer)
            && matches!(self.key, BatchKey::Plain | BatchKey::Lower)
    }

    /// The constants, each once, with the identifiers of their indicators, in the order in which
    /// they come.
    pub(super) fn by_constant(&self) -> Vec<(&'b Constant, Vec<&'b str>)> {
        let mut places = HashMap::<_, usize>::new();
        let mut found: Vec<(&Constant, Vec<&str>)> = Vec::new();
        for (constant, id) in self.values {
            let place = *places.entry(constant.to_string()).or_insert(found.len());
            match found.get_mut(place) {
                Some((_, ids)) if ids.contains(id) => {}
                Some((_, ids)) => ids.push(id),
                None => found.push((constant, vec![id])),
            }
        }
        found
    }
}
