//! The order of the rows in a row group.

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
        let batches = std::mem::take(&mut self.batches);
        let all = match &batches[..] {
            [all] => all.clone(),
            batches => concat_batches(schema, batches)?,
        };
        let texts: Vec<_> = self.columns.iter().filter_map(|column| Texts::new(&all, column)).collect();
        let order = order(&texts, all.num_rows());
        let starts = (0..order.len()).step_by(rows.max(1));
        let order = UInt32Array::from(order);
        Ok(starts.map(move |start| take_record_batch(&all, &order.slice(start, rows.min(order.len() - start)))))
    }
}

/// The rows in the order of these columns. Nearly all rows are told apart by their keys, which are
/// next to each other in memory, and the texts are not.
fn order(texts: &[Texts], rows: usize) -> Vec<u32> {
    let mut keys = vec![SortKey::default(); rows];
    texts.iter().for_each(|texts| texts.add_to(&mut keys));
    // OK because a row group has fewer rows than 32 bits count.
    let mut order: Vec<_> = keys.into_iter().zip(0_u32..).map(|(key, row)| (key.bits, row)).collect();
    let texts_of =
        |a: u32, b: u32| texts.iter().map(|texts| texts.get(a).cmp(&texts.get(b))).find(|order| order.is_ne());
    order.sort_unstable_by(|(key_a, a), (key_b, b)| {
        // Rows that are equal stay as they came.
        key_a.cmp(key_b).then_with(|| texts_of(*a, *b).unwrap_or_else(|| a.cmp(b)))
    });
    order.into_iter().map(|(_, row)| row).collect()
}

/// As much of what a row is sorted by as fits into a number.
#[derive(Clone, Copy, Default)]
struct SortKey {
    bits: u128,
    /// Bytes of it that are in use, from the upper ones on.
    used: usize,
}

impl SortKey {
    /// Adds bytes after those that were added before.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().take(size_of::<u128>() - self.used) {
            self.used += 1;
            self.bits |= u128::from(*byte) << (u128::BITS as usize - 8 * self.used);
        }
    }

    /// Takes nothing more, since it has only the beginning of a text.
    fn fill(&mut self) {
        self.used = size_of::<u128>();
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

    /// Adds each row's text, or where it is among the others, to the row's key. No value comes
    /// before all texts.
    fn add_to(&self, keys: &mut [SortKey]) {
        match self {
            Self::Plain(texts) => {
                for (key, text) in keys.iter_mut().zip(texts) {
                    key.add(&[u8::from(text.is_some())]);
                    key.add(text.unwrap_or_default().as_bytes());
                    key.fill();
                }
            }
            Self::Category(numbers, texts) => {
                let ranks = ranks(texts);
                for (key, number) in keys.iter_mut().zip(numbers.keys()) {
                    let rank = number.and_then(|number| ranks.get(number as usize)).map_or(0, |rank| rank + 1);
                    key.add(&rank.to_be_bytes());
                }
            }
        }
    }

    fn get(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        match self {
            Self::Plain(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Self::Category(keys, texts) => keys.key(row).map(|key| texts.value(key)),
        }
    }
}

/// The place of each text among all of them in their order. Equal texts share one.
fn ranks(texts: &StringArray) -> Vec<u32> {
    let mut sorted: Vec<&str> = texts.iter().map(Option::unwrap_or_default).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |text: Option<&str>| sorted.partition_point(|other| *other < text.unwrap_or_default());
    // OK because a dictionary has fewer texts than 32 bits count.
    texts.iter().map(|text| rank(text) as u32).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    /// A column whose dictionary has its texts as they come, some of them twice.
    fn categories(texts: &[Option<&str>]) -> Texts {
        let keys = texts.iter().enumerate().map(|(place, text)| text.map(|_| place as i32)).collect();
        let values: StringArray = texts.iter().map(|text| Some(text.unwrap_or_default())).collect();
        Texts::Category(DictionaryArray::new(keys, Arc::new(values.clone())), values)
    }

    fn plain(texts: &[Option<&str>]) -> Texts {
        Texts::Plain(texts.iter().copied().collect())
    }

    type Column = Vec<Option<String>>;

    fn columns() -> impl Strategy<Value = (Column, Column)> {
        // Long beginnings in common, and beginnings of each other.
        let cell = ("[ab]{0,2}", "(http://w)?[a\0]{0,6}[ab\u{e9}]{0,9}");
        let row = (prop::option::of(cell.0), prop::option::of(cell.1));
        prop::collection::vec(row, 0..50).prop_map(|rows| rows.into_iter().unzip())
    }

    proptest! {
        #[test]
        fn rows_are_in_the_order_of_their_texts_and_else_as_they_came((first, second) in columns()) {
            let first: Vec<_> = first.iter().map(Option::as_deref).collect();
            let second: Vec<_> = second.iter().map(Option::as_deref).collect();
            let rows = || (0..first.len() as u32).collect::<Vec<_>>();
            let mut expected = rows();
            expected.sort_by_key(|row| (first[*row as usize], second[*row as usize]));
            prop_assert_eq!(order(&[categories(&first), plain(&second)], first.len()), expected);
            let mut expected = rows();
            expected.sort_by_key(|row| (second[*row as usize], first[*row as usize]));
            prop_assert_eq!(order(&[plain(&second), categories(&first)], first.len()), expected);
        }
    }
}
