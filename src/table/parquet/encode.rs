//! From record batches to the encoded columns of row groups.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory};
use parquet::errors::ParquetError;

use super::sort::Sorter;
use super::stage::Stage;

/// A row group that needs only be written.
pub(super) type Group = Vec<ArrowColumnChunk>;

/// Where a row group ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// So many sorted rows are encoded at a time.
const SORTED_ROWS: usize = 2048;

/// Makes row groups of batches.
pub(super) struct Encoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    limits: Limits,
    sorter: Box<Sorter>,
    stage: Stage,
    /// The number of the row group.
    number: usize,
    /// Its rows.
    rows: usize,
    /// Whether there are columns for it.
    is_open: bool,
}

impl Encoder {
    pub(super) fn new(factory: ArrowRowGroupWriterFactory, schema: SchemaRef, limits: Limits, sorter: Sorter) -> Self {
        let (sorter, stage) = (Box::new(sorter), Stage::Pending);
        Self { factory, schema, limits, sorter, stage, number: 0, rows: 0, is_open: false }
    }

    /// The same, without threads.
    pub(super) fn with_single_thread(mut self) -> Self {
        self.stage = Stage::here(self.schema.clone());
        self
    }

    /// Takes a batch and returns the row groups that are done. After an error there are no more.
    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<Vec<Group>, ParquetError> {
        self.stage.start(&self.schema, Some(&batch));
        let mut groups = Vec::new();
        let pushed = self.push_to(batch, &mut groups);
        self.or_lost(pushed)?;
        Ok(groups)
    }

    /// Takes the last batch and returns the row groups that remain.
    pub(super) fn finish(mut self, batch: Option<RecordBatch>) -> Result<Vec<Group>, ParquetError> {
        // Rows that are to be sorted come in one batch.
        let large = batch.as_ref().filter(|batch| batch.num_rows() > SORTED_ROWS);
        self.stage.start(&self.schema, large);
        let mut groups = Vec::new();
        if let Some(batch) = batch {
            self.push_to(batch, &mut groups)?;
        }
        self.close()?;
        self.settle(&mut groups)?;
        Ok(groups)
    }

    fn or_lost<T>(&mut self, result: Result<T, ParquetError>) -> Result<T, ParquetError> {
        if result.is_err() {
            self.stage = Stage::Lost;
        }
        result
    }

    fn push_to(&mut self, mut batch: RecordBatch, groups: &mut Vec<Group>) -> Result<(), ParquetError> {
        while batch.num_rows() > 0 {
            // What a batch has added to the row group is known when it is encoded. That is waited
            // for here, so that the next batch is made meanwhile.
            if self.settle(groups)? >= self.limits.bytes {
                self.close()?;
                self.settle(groups)?;
            }
            let fitting = batch.num_rows().min(self.limits.rows.saturating_sub(self.rows).max(1));
            let own = batch.slice(0, fitting);
            self.rows += fitting;
            if self.sorter.is_needed() {
                self.sorter.push(own);
            } else {
                self.encode(&own)?;
            }
            batch = batch.slice(fitting, batch.num_rows() - fitting);
            if self.rows >= self.limits.rows || self.sorter.bytes() >= self.limits.bytes {
                self.close()?;
            }
        }
        Ok(())
    }

    fn encode(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if !self.is_open {
            self.stage.open(self.factory.create_column_writers(self.number)?)?;
            self.is_open = true;
        }
        self.stage.encode(batch)
    }

    /// Ends the row group, unless it has no rows.
    fn close(&mut self) -> Result<(), ParquetError> {
        if self.sorter.is_needed() && self.rows > 0 {
            for batch in self.sorter.finish(&self.schema, SORTED_ROWS)? {
                self.encode(&batch?)?;
            }
        }
        self.number += 1;
        self.rows = 0;
        if std::mem::take(&mut self.is_open) { self.stage.close() } else { Ok(()) }
    }

    /// Waits for what is being encoded, adds the row group that is done, and returns the bytes of
    /// the one in the making.
    fn settle(&mut self, groups: &mut Vec<Group>) -> Result<usize, ParquetError> {
        let settled = self.stage.settle()?;
        if !settled.columns.is_empty() {
            groups.push(settled.columns.into_iter().map(|(_, column)| column).collect());
        }
        Ok(settled.bytes)
    }
}
