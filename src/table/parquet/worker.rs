//! A thread that encodes some of the columns.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::ArrowColumnWriter;
use parquet::errors::ParquetError;

use super::share::{Encoded, Share};

/// What there is to do.
pub(super) enum Task {
    Open(Vec<(usize, ArrowColumnWriter)>),
    Encode(RecordBatch),
    Close,
}

/// What was done: each task but the opening of a row group has its report.
pub(super) enum Report {
    /// So many bytes are encoded in the row group.
    Bytes(usize),
    Columns(Vec<Encoded>),
}

/// A thread that encodes some of the columns. It ends when this is dropped.
pub(super) struct Worker {
    tasks: SyncSender<Task>,
    reports: Receiver<Result<Report, ParquetError>>,
    due: usize,
}

impl Worker {
    /// `None` where no thread can be had.
    pub(super) fn start(schema: SchemaRef) -> Option<Self> {
        // One task may wait, so that neither side does. Reports cannot pile up: the sender of tasks
        // takes them.
        let (tasks, queue) = sync_channel(1);
        let (done, reports) = channel();
        let work = move || work(Share::new(schema), &queue, &done);
        thread::Builder::new().name("stixkit-parquet".to_owned()).spawn(work).ok()?;
        Some(Self { tasks, reports, due: 0 })
    }

    pub(super) fn send(&mut self, task: Task) -> Result<(), ParquetError> {
        let is_reported = !matches!(task, Task::Open(_));
        if self.tasks.send(task).is_err() {
            // It ends early after an error alone, which is on its way.
            return Err(self.reports.iter().find_map(Result::err).unwrap_or_else(lost));
        }
        self.due += usize::from(is_reported);
        Ok(())
    }

    /// Waits until all that was sent is done.
    pub(super) fn settle(&mut self) -> Result<Vec<Report>, ParquetError> {
        let due = std::mem::take(&mut self.due);
        (0..due).map(|_| self.reports.recv().unwrap_or_else(|_| Err(lost()))).collect()
    }
}

fn work(mut share: Share, queue: &Receiver<Task>, done: &Sender<Result<Report, ParquetError>>) {
    for task in queue {
        let report = match task {
            Task::Open(columns) => {
                share.open(columns);
                continue;
            }
            Task::Encode(batch) => share.encode(&batch).map(Report::Bytes),
            Task::Close => share.close().map(Report::Columns),
        };
        let is_over = report.is_err();
        // If the writer was dropped, there is nothing more to do.
        if done.send(report).is_err() || is_over {
            return;
        }
    }
}

pub(super) fn lost() -> ParquetError {
    ParquetError::General("the encoder is gone after an error".to_owned())
}
