//! Tables as Arrow record batches (feature `arrow`).

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, TimeUnit};

use super::layout::{Layout, misfit, wrong_kind};
use super::table::{Column, ColumnKind, Record};
use crate::error::Error;

mod column;
mod stream;

pub use stream::StreamWriter;

use column::{Builder, Refusal};

#[doc(no_inline)]
pub use arrow_array::RecordBatch;
#[doc(no_inline)]
pub use arrow_schema::{Schema, SchemaRef};

const UTC: &str = "UTC";

/// The schema of a table: the same for every batch and every file of it.
pub fn schema<R: Record>() -> SchemaRef {
    Arc::new(Schema::new(R::COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        ColumnKind::Text | ColumnKind::Json => DataType::Utf8,
        ColumnKind::Category => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Real => DataType::Float64,
        ColumnKind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        ColumnKind::List => DataType::List(item()),
    };
    Field::new(column.name, kind, true)
}

/// The items of a list. Name and nullability are those that other programs give a list of texts, so that tables can be
/// put together.
fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8, true))
}

/// Makes record batches of records.
#[derive(Debug)]
pub struct RecordBatches {
    layout: Layout,
    schema: SchemaRef,
    columns: Vec<Builder>,
    rows: usize,
    bytes: usize,
    max_rows: usize,
}

impl RecordBatches {
    /// How many rows a batch has at most, unless [`max_rows`](Self::max_rows) says otherwise.
    pub const DEFAULT_MAX_ROWS: usize = 8192;

    /// How many bytes of text end a batch before it has all its rows: 32 MiB.
    pub const MAX_TEXT_BYTES: usize = 32 << 20;

    /// Makes batches of the table `R`.
    pub fn new<R: Record>() -> Self {
        Self {
            layout: Layout::of::<R>(),
            schema: schema::<R>(),
            columns: R::COLUMNS.iter().map(|column| Builder::new(column.kind)).collect(),
            rows: 0,
            bytes: 0,
            max_rows: Self::DEFAULT_MAX_ROWS,
        }
    }

    /// Sets how many rows a batch has at most; 0 is taken as 1.
    #[must_use]
    pub fn max_rows(mut self, rows: usize) -> Self {
        self.max_rows = rows.clamp(1, i32::MAX as usize);
        self
    }

    /// The schema of all batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Takes a record, and gives a batch when that is full.
    pub fn push<R: Record>(&mut self, record: &R) -> Result<Option<RecordBatch>, Error> {
        let Self { layout, columns, bytes, .. } = self;
        let before = *bytes;
        let pushed = layout.each(record, |number, column, cell| match columns[number].push(cell) {
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
        if self.rows < self.max_rows && self.bytes < Self::MAX_TEXT_BYTES { Ok(None) } else { self.finish() }
    }

    /// The records since the last batch; `None` where there are none. More records may follow.
    pub fn finish(&mut self) -> Result<Option<RecordBatch>, Error> {
        if self.rows == 0 {
            return Ok(None);
        }
        (self.rows, self.bytes) = (0, 0);
        let columns = self.columns.iter_mut().map(Builder::finish).collect::<Result<Vec<_>, _>>();
        let batch = columns.and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns));
        batch.map(Some).map_err(Error::output)
    }
}
