//! Where columns are encoded: here, or on threads of their own.

use std::cmp::Reverse;
use std::mem;
use std::thread;

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::ArrowColumnWriter;
use parquet::errors::ParquetError;

use super::share::{Encoded, Share};
use super::worker::{Report, Task, Worker, lost};

/// Encoding takes twice the time of what is done to make batches, so with two threads for it none
/// of the three waits much for another.
const WORKERS: usize = 2;

/// What a value costs, whatever its bytes, in bytes of text that take as long.
const BYTES_OF_A_VALUE: usize = 16;

/// Where columns are encoded.
pub(super) enum Stage {
    Here(Here),
    /// To be put on threads with the first batch: a small table is not worth them.
    Pending,
    Apart(Vec<Part>),
    /// It has failed.
    Lost,
}

/// All columns, encoded where the writer is.
pub(super) struct Here {
    share: Share,
    done: Settled,
}

/// A worker, and the columns that are its own.
pub(super) struct Part {
    worker: Worker,
    places: Vec<usize>,
}

/// What is encoded.
#[derive(Default)]
pub(super) struct Settled {
    /// The bytes of the row group in the making.
    pub(super) bytes: usize,
    /// The columns of a row group that was closed, by their places.
    pub(super) columns: Vec<Encoded>,
}

impl Stage {
    pub(super) fn here(schema: SchemaRef) -> Self {
        Self::Here(Here { share: Share::new(schema), done: Settled::default() })
    }

    /// Starts the threads, where there is something to gain. The columns of a batch that is much
    /// like the others tell which thread gets which.
    pub(super) fn start(&mut self, schema: &SchemaRef, batch: Option<&RecordBatch>) {
        if !matches!(self, Self::Pending) {
            return;
        }
        // With one processor a thread costs and gains nothing.
        let has_processors = || thread::available_parallelism().is_ok_and(|processors| processors.get() > 1);
        let parts = batch.filter(|_| has_processors()).and_then(|batch| parts(schema, batch));
        *self = parts.map_or_else(|| Self::here(schema.clone()), Self::Apart);
    }

    /// Begins a row group with these columns.
    pub(super) fn open(&mut self, columns: Vec<ArrowColumnWriter>) -> Result<(), ParquetError> {
        let mut columns: Vec<_> = columns.into_iter().enumerate().collect();
        match self {
            Self::Here(here) => here.share.open(columns),
            Self::Apart(parts) => {
                for part in parts {
                    let own = columns.extract_if(.., |(place, _)| part.places.contains(place)).collect();
                    part.worker.send(Task::Open(own))?;
                }
            }
            Self::Pending | Self::Lost => return Err(lost()),
        }
        Ok(())
    }

    pub(super) fn encode(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        match self {
            Self::Here(here) => {
                here.done.bytes = here.share.encode(batch)?;
                Ok(())
            }
            Self::Apart(parts) => parts.iter_mut().try_for_each(|part| part.worker.send(Task::Encode(batch.clone()))),
            Self::Pending | Self::Lost => Err(lost()),
        }
    }

    /// Ends the row group.
    pub(super) fn close(&mut self) -> Result<(), ParquetError> {
        match self {
            Self::Here(here) => {
                here.done.bytes = 0;
                here.done.columns.extend(here.share.close()?);
                Ok(())
            }
            Self::Apart(parts) => parts.iter_mut().try_for_each(|part| part.worker.send(Task::Close)),
            Self::Pending | Self::Lost => Err(lost()),
        }
    }

    /// Waits until all that was sent is encoded.
    pub(super) fn settle(&mut self) -> Result<Settled, ParquetError> {
        let parts = match self {
            Self::Here(here) => {
                let columns = mem::take(&mut here.done.columns);
                return Ok(Settled { bytes: here.done.bytes, columns });
            }
            Self::Apart(parts) => parts,
            Self::Pending => return Ok(Settled::default()),
            Self::Lost => return Err(lost()),
        };
        let mut settled = Settled::default();
        for part in parts {
            let mut bytes = 0;
            for report in part.worker.settle()? {
                match report {
                    Report::Bytes(own) => bytes = own,
                    Report::Columns(columns) => {
                        bytes = 0;
                        settled.columns.extend(columns);
                    }
                }
            }
            settled.bytes += bytes;
        }
        settled.columns.sort_by_key(|(place, _)| *place);
        Ok(settled)
    }
}

/// Threads with about the same work each; `None` where they cannot be had.
fn parts(schema: &SchemaRef, batch: &RecordBatch) -> Option<Vec<Part>> {
    let cost = |array: &dyn Array| array.get_buffer_memory_size() + BYTES_OF_A_VALUE * array.len();
    let mut columns: Vec<_> = batch.columns().iter().map(|array| cost(&**array)).enumerate().collect();
    columns.sort_by_key(|(_, cost)| Reverse(*cost));
    let mut shares = [const { (0, Vec::new()) }; WORKERS];
    for (place, cost) in columns {
        // OK because there are workers.
        let least = shares.iter_mut().min_by_key(|(total, _)| *total)?;
        least.0 += cost;
        least.1.push(place);
    }
    shares.into_iter().map(|(_, places)| Some(Part { worker: Worker::start(schema.clone())?, places })).collect()
}
