//! Columns of a row group in the making.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use parquet::errors::ParquetError;

/// A column that needs only be written, and which one it is.
pub(super) type Encoded = (usize, ArrowColumnChunk);

/// Encodes and compresses some of the columns of a table, or all of them.
pub(super) struct Share {
    schema: SchemaRef,
    /// None between two row groups.
    columns: Vec<(usize, ArrowColumnWriter)>,
}

impl Share {
    pub(super) fn new(schema: SchemaRef) -> Self {
        Self { schema, columns: Vec::new() }
    }

    /// Begins a row group.
    pub(super) fn open(&mut self, columns: Vec<(usize, ArrowColumnWriter)>) {
        self.columns = columns;
    }

    /// Takes its columns of a batch, and returns the bytes that those of the row group have.
    pub(super) fn encode(&mut self, batch: &RecordBatch) -> Result<usize, ParquetError> {
        for (place, column) in &mut self.columns {
            for leaf in compute_leaves(self.schema.field(*place), batch.column(*place))? {
                column.write(&leaf)?;
            }
        }
        Ok(self.columns.iter().map(|(_, column)| column.get_estimated_total_bytes()).sum())
    }

    /// Ends the row group.
    pub(super) fn close(&mut self) -> Result<Vec<Encoded>, ParquetError> {
        let columns = std::mem::take(&mut self.columns).into_iter();
        columns.map(|(place, column)| Ok((place, column.close()?))).collect()
    }
}
