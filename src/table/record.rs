//! Records, and what they show their cells to.

use std::fmt;
use std::mem;

use super::cell::Cell;
use super::column::Column;

/// A record of a table.
///
/// ```
/// use stixkit::table::{Cells, Column, ColumnKind, JsonLine, Record};
///
/// struct Hit<'a> {
///     value: &'a str,
///     count: Option<i64>,
/// }
///
/// impl Record for Hit<'_> {
///     const TABLE: &'static str = "hits";
///     const COLUMNS: &'static [Column] =
///         &[Column::new("value", ColumnKind::Text), Column::new("count", ColumnKind::Integer)];
///
///     fn cells(&self, cells: &mut Cells<'_>) {
///         cells.show(self.value);
///         cells.show(self.count);
///     }
/// }
/// let json = serde_json::to_string(&JsonLine(&Hit { value: "198.51.100.7", count: None }))?;
/// assert_eq!(json, r#"{"value":"198.51.100.7"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Record {
    /// The name of the table.
    const TABLE: &'static str;

    /// The columns in order.
    const COLUMNS: &'static [Column];

    /// The columns of text by which records are sorted if a format is asked to sort them. Parquet's
    /// `sorted_properties` ask for it. By default there are none.
    const SORTED_BY: &'static [&'static str] = &[];

    /// Shows the cells in the order of the columns, each once, each of its column's kind or
    /// [`Cell::Null`].
    fn cells(&self, cells: &mut Cells<'_>);
}

/// What a record shows its cells to, one after the other.
///
/// ```
/// # use stixkit::table::{Cell, Cells, Column, ColumnKind, Record};
/// # struct Hit;
/// # impl Record for Hit {
/// #     const TABLE: &'static str = "hits";
/// #     const COLUMNS: &'static [Column] =
/// #         &[Column::new("value", ColumnKind::Text), Column::new("count", ColumnKind::Integer)];
/// #     fn cells(&self, cells: &mut Cells<'_>) {
/// #         cells.show(Cell::Null);
/// #         cells.show(2_i64);
/// #     }
/// # }
/// # let hit = Hit;
/// let mut seen = Vec::new();
/// hit.cells(&mut Cells::new(&mut |column, cell| seen.push((column, format!("{cell:?}")))));
/// assert_eq!(seen, [(1, "Integer(2)".to_owned())]);
/// ```
pub struct Cells<'t> {
    shown: usize,
    take: &'t mut dyn FnMut(usize, &Cell<'_>),
}

impl<'t> Cells<'t> {
    /// Gives the cells that have a value to `take`, with the numbers of their columns, from 0 on.
    pub fn new(take: &'t mut dyn FnMut(usize, &Cell<'_>)) -> Self {
        Self { shown: 0, take }
    }

    /// Shows the next column's cell.
    // In a wide table most cells have no value: to see that here, where the cell is made, saves
    // making it.
    #[inline]
    pub fn show<'a>(&mut self, cell: impl Into<Cell<'a>>) {
        let cell = cell.into();
        // Mostly known where the cell is made, and forgotten once it was shown: then there would be
        // much to look at to drop it.
        let owns = cell.may_own();
        if !matches!(cell, Cell::Null) {
            (self.take)(self.shown, &cell);
        }
        self.shown += 1;
        if !owns {
            mem::forget(cell);
        }
    }

    /// Shows the next column's cell, which was made before.
    #[inline]
    pub fn show_ref(&mut self, cell: Option<&Cell<'_>>) {
        match cell {
            None | Some(Cell::Null) => {}
            Some(cell) => (self.take)(self.shown, cell),
        }
        self.shown += 1;
    }

    /// How many cells were shown, those without a value included.
    pub fn shown(&self) -> usize {
        self.shown
    }
}

impl fmt::Debug for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cells").field("shown", &self.shown).finish_non_exhaustive()
    }
}
