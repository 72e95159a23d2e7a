//! Tables as Parquet files (feature `parquet`).

use std::fmt;
use std::io::{self, Write};

use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use super::arrow::RecordBatches;
use super::table::{ColumnKind, Record};
use crate::error::Error;

/// Writes records to a Parquet file.
pub struct ParquetWriter<W: Write + Send> {
    batches: RecordBatches,
    out: ArrowWriter<W>,
}

/// The properties that files are written with.
pub fn properties<R: Record>() -> WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(122_880))
        .set_max_row_group_bytes(Some(64 << 20))
        .set_data_page_size_limit(std::env::var("PAGE").map_or(64, |n| n.parse().unwrap_or(1)) << 10)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in R::COLUMNS {
        let path = ColumnPath::from(column.name);
        properties = match column.kind {
            ColumnKind::Text | ColumnKind::Json => properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_statistics_enabled(path, EnabledStatistics::None),
            ColumnKind::Time | ColumnKind::Real => properties.set_column_dictionary_enabled(path, false),
            ColumnKind::Category | ColumnKind::List => {
                properties.set_column_statistics_enabled(path, EnabledStatistics::None)
            }
            ColumnKind::Boolean | ColumnKind::Integer => properties,
        };
    }
    properties
}

impl<W: Write + Send> ParquetWriter<W> {
    /// A writer of records of the table `R`.
    pub fn new<R: Record>(out: W) -> Result<Self, Error> {
        Self::with_properties::<R>(out, properties::<R>().build())
    }

    /// The same with other properties.
    pub fn with_properties<R: Record>(out: W, properties: WriterProperties) -> Result<Self, Error> {
        let batches =
            RecordBatches::new::<R>().max_rows(std::env::var("ROWS").map_or(8192, |n| n.parse().unwrap_or(1)));
        let out = ArrowWriter::try_new(out, batches.schema().clone(), Some(properties)).map_err(output)?;
        Ok(Self { batches, out })
    }

    /// Writes a record.
    pub fn write<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        match self.batches.push(record)? {
            Some(batch) => self.out.write(&batch).map_err(output),
            None => Ok(()),
        }
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> Result<W, Error> {
        if let Some(batch) = self.batches.finish()? {
            self.out.write(&batch).map_err(output)?;
        }
        self.out.into_inner().map_err(output)
    }
}

impl<W: Write + Send> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("batches", &self.batches).finish_non_exhaustive()
    }
}

fn output(error: ParquetError) -> Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => Error::output(*error),
            Err(source) => Error::output(source),
        },
        error => Error::output(error),
    }
}
