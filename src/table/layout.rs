//! What a format that has columns holds a record to.

use super::cell::Cell;
use super::column::Column;
#[cfg(feature = "csv")]
use super::column::ColumnKind;
use super::record::{Cells, Record};
use crate::error::{Error, ErrorKind};

/// The columns of a table that is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    columns: &'static [Column],
    /// How many columns every record has a value in.
    required: usize,
    /// The columns of the last record: the same, and mostly at the same place in memory, which is
    /// quick to see. The compiler may put a constant at several places.
    seen: &'static [Column],
}

impl Layout {
    pub(super) fn new<R: Record>() -> Self {
        let required = R::COLUMNS.iter().filter(|column| column.is_required).count();
        Self { columns: R::COLUMNS, required, seen: R::COLUMNS }
    }

    pub(super) const fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// Gives the cells of a record that have a value to `take`, with their columns and the numbers
    /// of these. Whether a cell is of its column's kind is left to `take`. After an error some are
    /// given already.
    pub(super) fn each<R: Record>(
        &mut self,
        record: &R,
        mut take: impl FnMut(usize, &'static Column, &Cell<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !std::ptr::eq(R::COLUMNS, self.seen) {
            if R::COLUMNS != self.columns {
                return Err(misfit(format!("the table {:?} has other columns", R::TABLE)));
            }
            self.seen = R::COLUMNS;
        }
        let (columns, mut failed, mut filled) = (self.columns, None, 0_usize);
        let mut take = |number: usize, cell: &Cell<'_>| {
            // What is behind the columns is counted below.
            if let (Some(column), None) = (columns.get(number), &failed) {
                filled += usize::from(column.is_required);
                failed = take(number, column, cell).err();
            }
        };
        let mut cells = Cells::new(&mut take);
        record.cells(&mut cells);
        let shown = cells.shown();
        match (failed, columns.get(shown)) {
            (Some(error), _) => Err(error),
            (None, Some(column)) => Err(misfit(format!("the column {:?} has no cell", column.name))),
            (None, None) if shown > columns.len() => Err(misfit(format!("{:?} has more cells than columns", R::TABLE))),
            (None, None) if filled < self.required => Err(without_required(record)),
            (None, None) => Ok(()),
        }
    }
}

/// The error about a record that lacks a value that each has.
#[cold]
fn without_required<R: Record>(record: &R) -> Error {
    let mut has_value = vec![false; R::COLUMNS.len()];
    record.cells(&mut Cells::new(&mut |number, _| {
        if let Some(has_value) = has_value.get_mut(number) {
            *has_value = true;
        }
    }));
    let missing = R::COLUMNS.iter().zip(has_value).find(|(column, has_value)| column.is_required && !has_value);
    misfit(format!("the column {:?} needs a value", missing.map_or("", |(column, _)| column.name)))
}

/// The error about a cell that is not of its column's kind.
#[cold]
pub(super) fn wrong_kind(column: &Column, cell: &Cell<'_>) -> Error {
    misfit(format!("the column {:?} takes no {cell:?}", column.name))
}

/// The error about a record that a table cannot take.
#[cold]
pub(crate) fn misfit(detail: String) -> Error {
    Error::new(ErrorKind::Record).with_detail(detail)
}

#[cfg(feature = "csv")]
impl Cell<'_> {
    pub(super) fn is_of(&self, kind: ColumnKind) -> bool {
        match self {
            Self::Null => true,
            Self::Text(_) => matches!(kind, ColumnKind::Text | ColumnKind::Category),
            Self::Boolean(_) => kind == ColumnKind::Boolean,
            Self::Integer(_) => kind == ColumnKind::Integer,
            Self::Real(_) => kind == ColumnKind::Real,
            Self::Time(_) => kind == ColumnKind::Time,
            Self::List(_) => kind == ColumnKind::List,
            Self::Json(_) => kind == ColumnKind::Json,
        }
    }
}
