//! From record batches to the encoded columns of row groups: here, or on a thread of its own.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;

use super::sort::Sorter;

/// A row group that needs only be written.
pub(super) type Group = Vec<ArrowColumnChunk>;

/// Where a row group ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// Encodes and compresses batches, and holds the row group in the making.
pub(super) struct Encoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    limits: Limits,
    /// The number of the row group.
    number: usize,
    columns: Vec<ArrowColumnWriter>,
    rows: usize,
    sorter: Box<Sorter>,
}

/// So many sorted rows are encoded at a time.
const SORTED_ROWS: usize = 2048;

impl Encoder {
    pub(super) fn new(factory: ArrowRowGroupWriterFactory, schema: SchemaRef, limits: Limits, sorter: Sorter) -> Self {
        Self { factory, schema, limits, number: 0, columns: Vec::new(), rows: 0, sorter: Box::new(sorter) }
    }

    /// Takes a batch, and gives the row groups that are full to `done`.
    fn push(&mut self, mut batch: RecordBatch, mut done: impl FnMut(Group)) -> Result<(), ParquetError> {
        while batch.num_rows() > 0 {
            let fitting = batch.num_rows().min(self.limits.rows.saturating_sub(self.rows).max(1));
            let own = batch.slice(0, fitting);
            self.rows += fitting;
            if self.sorter.is_needed() {
                self.sorter.push(own);
            } else {
                self.encode(&own)?;
            }
            batch = batch.slice(fitting, batch.num_rows() - fitting);
            if self.rows >= self.limits.rows || self.bytes() >= self.limits.bytes {
                done(self.close()?);
            }
        }
        Ok(())
    }

    /// What the row group in the making takes.
    fn bytes(&self) -> usize {
        let encoded = self.columns.iter().map(ArrowColumnWriter::get_estimated_total_bytes).sum::<usize>();
        encoded.max(self.sorter.bytes())
    }

    fn encode(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            self.columns = self.factory.create_column_writers(self.number)?;
        }
        let mut columns = self.columns.iter_mut();
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            for (leaf, column) in compute_leaves(field, array)?.iter().zip(&mut columns) {
                column.write(leaf)?;
            }
        }
        Ok(())
    }

    /// The row group so far; without columns where it has no rows.
    fn close(&mut self) -> Result<Group, ParquetError> {
        if self.sorter.is_needed() && self.rows > 0 {
            for batch in self.sorter.finish(&self.schema, SORTED_ROWS)? {
                self.encode(&batch?)?;
            }
        }
        self.number += 1;
        self.rows = 0;
        std::mem::take(&mut self.columns).into_iter().map(ArrowColumnWriter::close).collect()
    }
}

/// An encoder on a thread of its own.
pub(super) struct Worker {
    batches: SyncSender<RecordBatch>,
    groups: Receiver<Result<Group, ParquetError>>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Gives the encoder back where no thread can be had.
    fn start(encoder: Encoder) -> Result<Self, Encoder> {
        // One batch may wait, so that neither side does. Row groups cannot pile up: the encoder
        // finishes none without a batch, and whoever sends one takes the groups first.
        let (batches, queue) = sync_channel(1);
        let (done, groups) = channel();
        // The encoder goes by this way, so that it comes back if the thread does not start.
        let (hand, handed) = sync_channel(1);
        let thread = thread::Builder::new().name("stixkit-parquet".to_owned()).spawn(move || {
            if let Ok(encoder) = handed.recv() {
                work(encoder, &queue, &done);
            }
        });
        match thread {
            Ok(thread) => match hand.send(encoder) {
                Ok(()) => Ok(Self { batches, groups, thread }),
                Err(unsent) => Err(unsent.0),
            },
            Err(_) => Err(encoder),
        }
    }
}

fn work(mut encoder: Encoder, queue: &Receiver<RecordBatch>, done: &Sender<Result<Group, ParquetError>>) {
    // Nobody listens where the writer was dropped: then there is nothing more to do either.
    let send = |group| _ = done.send(group);
    for batch in queue {
        if let Err(error) = encoder.push(batch, |group| send(Ok(group))) {
            return send(Err(error));
        }
    }
    send(encoder.close());
}

/// The encoder, wherever it works.
pub(super) enum Stage {
    Here(Box<Encoder>),
    /// To be put on a thread with the first batch: a small table is not worth one.
    Pending(Box<Encoder>),
    Apart(Worker),
    /// It has failed.
    Lost,
}

impl Stage {
    /// The same, without a thread.
    pub(super) fn here(self) -> Self {
        match self {
            Self::Pending(encoder) => Self::Here(encoder),
            other => other,
        }
    }

    /// Takes a batch, and gives the row groups that are done.
    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<Vec<Group>, ParquetError> {
        if let Self::Pending(_) = self
            && let Self::Pending(encoder) = std::mem::replace(self, Self::Lost)
        {
            // With one processor a thread costs and gains nothing.
            let is_worth_it = thread::available_parallelism().is_ok_and(|processors| processors.get() > 1);
            let started = if is_worth_it { Worker::start(*encoder) } else { Err(*encoder) };
            *self = match started {
                Ok(worker) => Self::Apart(worker),
                Err(encoder) => Self::Here(Box::new(encoder)),
            };
        }
        match self {
            Self::Here(encoder) | Self::Pending(encoder) => {
                let mut groups = Vec::new();
                encoder.push(batch, |group| groups.push(group))?;
                Ok(groups)
            }
            Self::Apart(worker) => {
                let groups = worker.groups.try_iter().collect::<Result<Vec<_>, _>>()?;
                match worker.batches.send(batch) {
                    Ok(()) => Ok(groups),
                    // It ends early after an error alone, which is on its way.
                    Err(_) => Err(worker.groups.iter().find_map(Result::err).unwrap_or_else(lost)),
                }
            }
            Self::Lost => Err(lost()),
        }
    }

    /// Takes the last batch, and gives the row groups that remain.
    pub(super) fn finish(self, batch: Option<RecordBatch>) -> Result<Vec<Group>, ParquetError> {
        let mut groups = Vec::new();
        match self {
            Self::Here(mut encoder) | Self::Pending(mut encoder) => {
                if let Some(batch) = batch {
                    encoder.push(batch, |group| groups.push(group))?;
                }
                groups.push(encoder.close()?);
            }
            Self::Apart(Worker { batches, groups: done, thread }) => {
                if let Some(batch) = batch {
                    // Where it cannot be sent, the reason comes with the row groups.
                    let _ = batches.send(batch);
                }
                drop(batches);
                groups = done.iter().collect::<Result<_, _>>()?;
                thread.join().map_err(|_| lost())?;
            }
            Self::Lost => return Err(lost()),
        }
        groups.retain(|group| !group.is_empty());
        Ok(groups)
    }
}

fn lost() -> ParquetError {
    ParquetError::General("the encoder is gone after an error".to_owned())
}
