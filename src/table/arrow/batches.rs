//! Records collected into record batches.

use std::mem;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::column_builder::{ColumnBuilder, Refusal};
use super::schema::schema;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::table::layout::{Layout, misfit, wrong_kind};
use crate::table::record::Record;

/// Makes record batches of records.
///
/// Records are of one table; which one says [`new`](Self::new). They may differ in their lifetimes,
/// so that this may outlive what it took.
#[derive(Debug)]
pub struct RecordBatches {
    layout: Layout,
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
    bytes: usize,
    max_rows: usize,
    max_bytes: usize,
}

impl RecordBatches {
    /// How many rows a batch has at most, unless [`with_max_rows`](Self::with_max_rows) says
    /// otherwise.
    pub const DEFAULT_MAX_ROWS: usize = 8192;

    /// How many bytes of text end a batch before it has all its rows: 32 MiB.
    pub const MAX_TEXT_BYTES: usize = 32 << 20;

    /// Makes batches of the table `R`.
    pub fn new<R: Record>() -> Self {
        let layout = Layout::new::<R>();
        Self {
            layout,
            schema: schema::<R>(),
            columns: layout.columns().iter().map(|column| ColumnBuilder::new(column.kind)).collect(),
            rows: 0,
            bytes: 0,
            max_rows: Self::DEFAULT_MAX_ROWS,
            max_bytes: Self::MAX_TEXT_BYTES,
        }
    }

    /// Sets how many rows a batch has at most; 0 is taken as 1.
    #[must_use]
    pub fn with_max_rows(mut self, rows: usize) -> Self {
        self.max_rows = rows.clamp(1, i32::MAX as usize);
        self
    }

    /// Sets how many bytes of text end a batch.
    #[cfg(feature = "parquet")]
    #[must_use]
    pub(in crate::table) fn with_max_text_bytes(mut self, bytes: usize) -> Self {
        // More than half of what Arrow counts would leave no room for a huge record.
        self.max_bytes = bytes.min(i32::MAX as usize / 2);
        self
    }

    /// The schema of all batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Takes a record, and gives the batch when that is full.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Record`] when the record has other columns than the table, or a cell that is
    /// not of its column's kind, or longer than 2 GiB. Nothing of it is taken, and what was taken
    /// before stays.
    pub fn push<R: Record>(&mut self, record: &R) -> Result<Option<RecordBatch>, Error> {
        let Self { layout, columns, rows, bytes, .. } = self;
        let before = *bytes;
        let pushed = layout.each(record, |number, column, cell| match columns[number].push(*rows, cell) {
            Ok(more) => {
                *bytes += more;
                Ok(())
            }
            Err(Refusal::Kind) => Err(wrong_kind(column, cell)),
            Err(Refusal::Full) => Err(misfit(format!("the texts in the column {:?} are too long", column.name))),
        });
        if let Err(error) = pushed {
            self.columns.iter_mut().for_each(|column| column.truncate(self.rows));
            self.bytes = before;
            return Err(error);
        }
        self.rows += 1;
        if self.rows < self.max_rows && self.bytes < self.max_bytes { Ok(None) } else { self.finish() }
    }

    /// The records since the last batch; `None` where there are none. More records may follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Record`] when Arrow does not take the batch. This cannot happen with batches
    /// that are made here.
    pub fn finish(&mut self) -> Result<Option<RecordBatch>, Error> {
        if self.rows == 0 {
            return Ok(None);
        }
        let rows = mem::take(&mut self.rows);
        self.bytes = 0;
        let columns = self.columns.iter_mut().map(|column| column.finish(rows)).collect::<Result<Vec<_>, _>>();
        let batch = columns.and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns));
        batch.map(Some).map_err(|error| misfit(error.to_string()))
    }
}
