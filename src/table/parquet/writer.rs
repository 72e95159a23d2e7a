//! The writer of Parquet files.

use std::fmt;
use std::io::{self, Write};

use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::encode::{Encoder, Group, Limits};
use super::properties::properties;
use super::sort::Sorter;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::table::arrow::RecordBatches;
use crate::table::arrow::schema::TABLE;
use crate::table::layout::misfit;
use crate::table::record::Record;

/// So many rows are encoded at a time. They are near when that is done, and only the last of them
/// are waited for at the end: with four times as many it takes a tenth longer.
const BATCH_ROWS: usize = 2048;

/// Writes records as a Parquet file.
///
/// Where the machine has more than one processor, columns are encoded and compressed on two threads
/// of the writer's own, from the first full batch on; see
/// [`with_single_thread`](Self::with_single_thread). The file is written where the writer is, and
/// has the same bytes either way.
///
/// A file needs its end: call [`finish`](Self::finish). A writer that is only dropped leaves none.
pub struct ParquetWriter<W: Write + Send> {
    batches: RecordBatches,
    encoder: Encoder,
    out: SerializedFileWriter<W>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// A writer of records of the table `R`. It does its own buffering.
    ///
    /// `R` says which table it is. Records with the same columns are written whatever lifetimes
    /// they have, so that a writer may outlive what it wrote.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails.
    pub fn new<R: Record>(out: W) -> Result<Self, Error> {
        Self::with_properties::<R>(out, properties::<R>().build())
    }

    /// A writer with properties of your own: another compression, say, or other row groups. If they
    /// have sorting columns, row groups are sorted by these: see
    /// [`sorted_properties`](super::sorted_properties).
    ///
    /// ```
    /// use stixkit::row::Row;
    /// use stixkit::table::parquet::{ParquetWriter, properties};
    ///
    /// let properties = properties::<Row>().set_max_row_group_row_count(Some(1_000_000)).build();
    /// let writer = ParquetWriter::with_properties::<Row>(Vec::new(), properties)?;
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Output`] when `out` fails, or when the properties ask for what the crate
    ///   `parquet` was built without.
    /// - [`ErrorKind::Record`] when a sorting column is not one of text, or does not ask for
    ///   ascending order with nulls first.
    pub fn with_properties<R: Record>(out: W, properties: WriterProperties) -> Result<Self, Error> {
        let mut batches = RecordBatches::new::<R>().with_max_rows(BATCH_ROWS);
        let schema = batches.schema().clone();
        let limits = Limits {
            rows: properties.max_row_group_row_count().unwrap_or(usize::MAX),
            bytes: properties.max_row_group_bytes().unwrap_or(usize::MAX),
        };
        let sorting = properties.sorting_columns().cloned().unwrap_or_default();
        let sorter = Sorter::new(&sorting, R::COLUMNS).ok_or_else(|| {
            misfit("rows are sorted by columns of text, ascending and nulls first, or not at all".to_owned())
        })?;
        if sorter.is_needed() {
            // Rows that are together in memory need not be put together.
            batches = batches.with_max_rows(limits.rows).with_max_text_bytes(limits.bytes);
        }
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(output)?;
        let (mut out, factory) = writer.into_serialized_writer().map_err(output)?;
        out.append_key_value_metadata(KeyValue::new(TABLE.to_owned(), R::TABLE.to_owned()));
        Ok(Self { batches, encoder: Encoder::new(factory, schema, limits, sorter), out })
    }

    /// Adds entries to the key-value metadata of the file, which has the table's name as
    /// `stixkit.table` in any case.
    ///
    /// ```
    /// use stixkit::row::{Mapper, Row};
    /// use stixkit::table::parquet::ParquetWriter;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
    /// let writer = ParquetWriter::new::<Row>(Vec::new())?.with_metadata(mapper.metadata());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_metadata<K: Into<String>>(mut self, entries: impl IntoIterator<Item = (K, String)>) -> Self {
        for (key, value) in entries {
            self.out.append_key_value_metadata(KeyValue::new(key.into(), value));
        }
        self
    }

    /// Encodes in the thread that writes. It takes about twice the time of mapping and batching
    /// alone, and a batch less memory.
    #[must_use]
    pub fn with_single_thread(mut self) -> Self {
        self.encoder = self.encoder.with_single_thread();
        self
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Record`] when the record has other columns than the table, or a cell that is
    ///   not of its column's kind, or longer than 2 GiB. Nothing of it is written, and the writer
    ///   goes on.
    /// - [`ErrorKind::Output`] when `out` fails. There will be no file.
    pub fn write<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        let Some(batch) = self.batches.push(record)? else { return Ok(()) };
        let groups = self.encoder.push(batch).map_err(output)?;
        append(&mut self.out, groups)
    }

    /// Writes what remains and the file's end, and gives back what it was written to. A table
    /// without records is a file with columns and without rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] when `out` fails. There is no file then.
    pub fn finish(mut self) -> Result<W, Error> {
        let last = self.batches.finish()?;
        let groups = self.encoder.finish(last).map_err(output)?;
        append(&mut self.out, groups)?;
        self.out.into_inner().map_err(output)
    }
}

fn append<W: Write + Send>(out: &mut SerializedFileWriter<W>, groups: Vec<Group>) -> Result<(), Error> {
    for columns in groups {
        let mut group = out.next_row_group().map_err(output)?;
        for column in columns {
            column.append_to_row_group(&mut group).map_err(output)?;
        }
        group.close().map_err(output)?;
    }
    Ok(())
}

impl<W: Write + Send> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("batches", &self.batches).finish_non_exhaustive()
    }
}

/// The error with its cause first: what failed is mostly the output.
fn output(error: ParquetError) -> Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => Error::output(*error),
            Err(source) => Error::output(source),
        },
        error => Error::output(error),
    }
}
