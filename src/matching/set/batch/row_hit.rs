//! Hits with the rows that they were found in.

use crate::matching::set::hit::Hit;
use crate::table::{Cells, Column, ColumnKind, Record};

/// A hit, and the row of the batch that it was found in.
pub(super) struct RowHit<'h> {
    pub(super) row: usize,
    pub(super) hit: Hit<'h>,
}

impl Record for RowHit<'_> {
    const TABLE: &'static str = Hit::TABLE;

    const COLUMNS: &'static [Column] = &{
        let mut columns =
            [Column::new("row", ColumnKind::Integer).with_required(true); 1 + <Hit<'static> as Record>::COLUMNS.len()];
        let mut place = 0;
        while place < <Hit<'static> as Record>::COLUMNS.len() {
            columns[1 + place] = <Hit<'static> as Record>::COLUMNS[place];
            place += 1;
        }
        columns
    };

    fn cells(&self, cells: &mut Cells<'_>) {
        // OK because batches have fewer rows.
        cells.show(self.row as i64);
        self.hit.cells(cells);
    }
}
