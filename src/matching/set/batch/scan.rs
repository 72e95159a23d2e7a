//! Running the rows of a batch against a set.

use arrow_array::RecordBatch;

use super::column::Column;
use super::row_hit::RowHit;
use crate::error::Error;
use crate::matching::event::{self, FieldMap, Scratch};
use crate::matching::set::indicator_set::IndicatorSet;
use crate::matching::set::scanner::Scanner;
use crate::table::arrow::RecordBatches;

/// What was found in a record batch.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ScannedBatch {
    /// The hits in the order of the rows: the columns of the table `hits` (see [`Hit`](super::super::Hit)) after `row`,
    /// which counts the rows of the batch from 0. One batch, or more if their texts are longer than 32 MiB, or none.
    pub hits: Vec<RecordBatch>,
    /// The number of hits that were dropped, because a row had more of them than
    /// [`Scanner::with_max_hits`] allows.
    pub dropped: usize,
    /// The rows that were not looked at, and why.
    pub refused: Vec<(usize, event::Error)>,
}

impl IndicatorSet {
    /// Runs the rows of a record batch against the set (feature `arrow`).
    ///
    /// Columns are the fields of the map: by their names, or for columns of structs by the names of both with a dot
    /// between them. Lists are as in JSON. Columns that the map does not know do not matter.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{RecordBatch, StringArray};
    /// use stixkit::matching::event::FieldMap;
    /// use stixkit::matching::set::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&serde_json::from_str(r#"{"type": "indicator", "spec_version": "2.1",
    ///     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "created": "2024-05-01T10:00:00Z",
    ///     "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z",
    ///     "pattern": "[domain-name:value = 'c2.example']"}"#)?);
    /// let log = RecordBatch::try_from_iter([
    ///     ("ts", Arc::new(StringArray::from(vec!["2024-05-02T00:00:00Z"; 2])) as _),
    ///     ("query", Arc::new(StringArray::from(vec!["www.example", "c2.example"])) as _),
    /// ])?;
    /// let scanned = set.scan_batch(&log, &FieldMap::zeek())?;
    /// assert_eq!((scanned.hits[0].num_rows(), scanned.dropped, scanned.refused.len()), (1, 0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a column that is a field of the map has a type without a text, such as binary.
    pub fn scan_batch(&self, batch: &RecordBatch, map: &FieldMap) -> Result<ScannedBatch, Error> {
        self.scanner().batch(batch, map)
    }
}

impl Scanner<'_> {
    /// Runs the rows of a record batch against the set, as [`IndicatorSet::scan_batch`] does, with the options of the
    /// scanner.
    ///
    /// # Errors
    ///
    /// As for [`IndicatorSet::scan_batch`].
    pub fn batch(&mut self, batch: &RecordBatch, map: &FieldMap) -> Result<ScannedBatch, Error> {
        let columns = Column::all(batch, map)?;
        let mut hits = RecordBatches::new::<RowHit<'_>>().with_max_rows(usize::MAX);
        let mut scanned = ScannedBatch::default();
        let (mut scratch, mut text) = (Scratch::new(), String::new());
        let mut refusal = None;
        for row in 0..batch.num_rows() {
            let mut fields = map.fields(&mut scratch);
            columns.iter().for_each(|column| column.add(row, 0, &mut text, &mut fields));
            let event = match fields.finish() {
                Ok(event) => event,
                Err(error) => {
                    scanned.refused.push((row, error));
                    continue;
                }
            };
            let found = self.event(&event, |hit| match hits.push(&RowHit { row, hit }) {
                Ok(full) => scanned.hits.extend(full),
                Err(error) => refusal = Some(error),
            });
            scanned.dropped += found.dropped;
            if let Some(error) = refusal.take() {
                return Err(error);
            }
        }
        scanned.hits.extend(hits.finish()?);
        Ok(scanned)
    }
}
