//! Record batches one after the other, as other programs read them.

use std::fmt;
use std::io::Write;

use super::batches::RecordBatches;
use crate::error::Error;
use crate::table::record::Record;

/// Writes records as an Arrow IPC stream, which pyarrow, DuckDB, Polars and DataFusion read as it
/// comes in.
///
/// Memory holds one batch. Call [`finish`](Self::finish) at the end: what waits for a full batch is
/// written there.
///
/// ```
/// use stixkit::table::arrow::StreamWriter;
/// use stixkit::row::{Mapper, Row};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
/// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
/// let mut writer = StreamWriter::new::<Row>(Vec::new())?;
/// for row in &mapper.map(&indicator).rows {
///     writer.write(row)?;
/// }
/// assert!(!writer.finish()?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StreamWriter<W: Write> {
    batches: RecordBatches,
    out: arrow_ipc::writer::StreamWriter<W>,
}

impl<W: Write> StreamWriter<W> {
    /// A writer of records of the table `R`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) when the schema, which comes first,
    /// cannot be written.
    pub fn new<R: Record>(out: W) -> Result<Self, Error> {
        let batches = RecordBatches::new::<R>();
        let out = arrow_ipc::writer::StreamWriter::try_new(out, batches.schema()).map_err(Error::output)?;
        Ok(Self { batches, out })
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) when a full batch cannot be written,
    /// and [`ErrorKind::Record`](crate::error::ErrorKind::Record) when the record is not one of the
    /// table.
    pub fn write<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        match self.batches.push(record)? {
            Some(batch) => self.out.write(&batch).map_err(Error::output),
            None => Ok(()),
        }
    }

    /// Writes what is left and the end of the stream, and gives the output back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) when it cannot be written.
    pub fn finish(mut self) -> Result<W, Error> {
        if let Some(batch) = self.batches.finish()? {
            self.out.write(&batch).map_err(Error::output)?;
        }
        self.out.finish().map_err(Error::output)?;
        self.out.into_inner().map_err(Error::output)
    }
}

impl<W: Write> fmt::Debug for StreamWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWriter").field("batches", &self.batches).finish_non_exhaustive()
    }
}
