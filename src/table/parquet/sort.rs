//! The order of the rows in a row group.

use std::cmp::Ordering;

use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use parquet::file::metadata::SortingColumn;

use crate::table::column::{Column, ColumnKind};

/// The rows of a row group that is to be sorted, until it is whole.
#[derive(Default)]
pub(super) struct Sorter {
    columns: Vec<SortingColumn>,
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Sorter {
    /// `None` if the columns are not all columns of text, in ascending order, with nulls first.
    pub(super) fn new(columns: &[SortingColumn], of_table: &[Column]) -> Option<Self> {
        let is_text = |column: &SortingColumn| {
            let kind = usize::try_from(column.column_idx).ok().and_then(|place| of_table.get(place))?.kind;
            Some(matches!(kind, ColumnKind::Text | ColumnKind::Category))
        };
        let is_sortable =
            |column: &SortingColumn| is_text(column) == Some(true) && !column.descending && column.nulls_first;
        let columns = columns.to_vec();
        columns.iter().all(is_sortable).then(|| Self { columns, ..Self::default() })
    }

    /// Whether rows have another order than that in which they come.
    pub(super) fn is_needed(&self) -> bool {
        !self.columns.is_empty()
    }

    pub(super) fn push(&mut self, batch: RecordBatch) {
        self.bytes += batch.get_array_memory_size();
        self.batches.push(batch);
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows in their order, in batches of at most so many. Equal ones stay as they came.
    pub(super) fn finish(
        &mut self,
        schema: &SchemaRef,
        rows: usize,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, ArrowError>> + use<>, ArrowError> {
        self.bytes = 0;
        let all = concat_batches(schema, &std::mem::take(&mut self.batches))?;
        let texts: Vec<_> = self.columns.iter().filter_map(|column| Texts::new(&all, column)).collect();
        let compare =
            |a: &u32, b: &u32| texts.iter().map(|texts| texts.get(*a).cmp(&texts.get(*b))).find(|order| order.is_ne());
        // OK because a row group has fewer rows than 32 bits count.
        let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
        order.sort_by(|a, b| compare(a, b).unwrap_or(Ordering::Equal));
        let starts = (0..order.len()).step_by(rows.max(1));
        let order = UInt32Array::from(order);
        Ok(starts.map(move |start| take_record_batch(&all, &order.slice(start, rows.min(order.len() - start)))))
    }
}

/// A column of texts.
enum Texts {
    Plain(StringArray),
    Category(DictionaryArray<Int32Type>, StringArray),
}

impl Texts {
    fn new(batch: &RecordBatch, column: &SortingColumn) -> Option<Self> {
        let array = batch.columns().get(usize::try_from(column.column_idx).ok()?)?.as_any();
        if let Some(texts) = array.downcast_ref::<StringArray>() {
            return Some(Self::Plain(texts.clone()));
        }
        let array = array.downcast_ref::<DictionaryArray<Int32Type>>()?;
        Some(Self::Category(array.clone(), array.values().as_any().downcast_ref::<StringArray>()?.clone()))
    }

    fn get(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        match self {
            Self::Plain(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Self::Category(keys, texts) => keys.key(row).map(|key| texts.value(key)),
        }
    }
}
