//! Tables as Arrow record batches (feature `arrow`), for data frames and query engines in the same process.
//!
//! ```
//! use stixkit::table::arrow::RecordBatches;
//! use stixkit::row::{Mapper, Row};
//! # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
//! # let indicator = serde_json::from_str(text)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).source("example");
//! let mut batches = RecordBatches::new::<Row>().max_rows(1000);
//! for row in &mapper.map(&indicator).rows {
//!     if let Some(batch) = batches.push(row)? {
//!         println!("{} rows", batch.num_rows());
//!     }
//! }
//! let last = batches.finish()?.expect("there was a row");
//! assert_eq!((last.num_rows(), last.schema()), (1, batches.schema().clone()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The schema follows from the table alone, never from the records: it is the same for every batch, also for one that
//! has no value in some column. Every column may be null.
//!
//! | column | type |
//! |---|---|
//! | text | `Utf8` |
//! | category | `Dictionary(Int32, Utf8)`, each batch with a dictionary of its own |
//! | boolean | `Boolean` |
//! | integer | `Int64` |
//! | real | `Float64` |
//! | time | `Timestamp(Microsecond, "UTC")` |
//! | list | `List(Utf8)` |
//! | JSON | `Utf8`, the JSON text |
//!
//! Of a time the instant remains, cut to the microsecond: offsets, further digits and the spelling are lost, and a leap
//! second is the first second of the next minute. All else is as in the record.
//!
//! The arrays are those of the crates `arrow-array` and `arrow-schema`, version 60: what takes them has to use the same.
//! For others there are the files of `table::parquet`, which have these types, and whose documentation has queries that
//! join rows with logs.
//!
//! Memory holds the batch in the making: at most [`RecordBatches::MAX_TEXT_BYTES`] of text and the record that passed
//! it, whatever the number of rows.

use std::mem;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, TimeUnit};

use super::layout::{Layout, misfit, wrong_kind};
use super::{Column, ColumnKind, Record};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

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
///
/// Records are of one table; which one says [`new`](Self::new). They may differ in their lifetimes, so that this may
/// outlive what it took.
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
        let layout = Layout::of::<R>();
        Self {
            layout,
            schema: schema::<R>(),
            columns: layout.columns().iter().map(|column| Builder::new(column.kind)).collect(),
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

    /// Takes a record, and gives the batch when that is full.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Record`] when the record has other columns than the table, or a cell that is not of its column's kind,
    /// or longer than 2 GiB. Nothing of it is taken, and what was taken before stays.
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
        if self.rows < self.max_rows && self.bytes < Self::MAX_TEXT_BYTES { Ok(None) } else { self.finish() }
    }

    /// The records since the last batch; `None` where there are none. More records may follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Record`] when Arrow does not take the batch. This cannot happen with batches that are made here.
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
