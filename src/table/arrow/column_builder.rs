//! One column of a batch in the making.
//!
//! Arrow has builders of its own. These here take back what they took of a record that turns out
//! not to fit, and tell that a column is full before it is.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, ListArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer};
use arrow_schema::ArrowError;

use super::schema::{UTC, item};
use crate::table::cell::Cell;
use crate::table::column::ColumnKind;

#[derive(Debug)]
pub(super) struct ColumnBuilder {
    /// The rows that were taken.
    rows: usize,
    /// Which of them have no value. Rows with a value at the end are left out, and added in one go:
    /// most columns have one in nearly every row, or in nearly none.
    nulls: NullBufferBuilder,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Texts {
        texts: Texts,
        is_json: bool,
    },
    Categories(Categories),
    Booleans(BooleanBufferBuilder),
    Integers(Vec<i64>),
    Reals(Vec<f64>),
    /// Microseconds.
    Times(Vec<i64>),
    Lists {
        /// Where each list begins in the items, and where the last ends.
        offsets: Vec<i32>,
        items: Texts,
    },
}

/// Why a column does not take a cell.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is of another kind.
    Kind,
    /// The column would have more bytes of text, or items of lists, than Arrow can count in it.
    Full,
}

use Refusal::Full;

impl ColumnBuilder {
    pub(super) fn new(kind: ColumnKind) -> Self {
        let values = match kind {
            ColumnKind::Text => Values::Texts { texts: Texts::new(), is_json: false },
            ColumnKind::Json => Values::Texts { texts: Texts::new(), is_json: true },
            ColumnKind::Category => Values::Categories(Categories::new()),
            ColumnKind::Boolean => Values::Booleans(BooleanBufferBuilder::new(0)),
            ColumnKind::Integer => Values::Integers(Vec::new()),
            ColumnKind::Real => Values::Reals(Vec::new()),
            ColumnKind::Time => Values::Times(Vec::new()),
            ColumnKind::List => Values::Lists { offsets: vec![0], items: Texts::new() },
        };
        Self { rows: 0, nulls: NullBufferBuilder::new(0), values }
    }

    /// Takes a cell of the row with this number, before which there may be some without a value,
    /// and gives the bytes of text that it needs. After a refusal the column may have taken some of
    /// it.
    pub(super) fn push(&mut self, row: usize, cell: &Cell<'_>) -> Result<usize, Refusal> {
        self.fill(row);
        self.rows += 1;
        match (&mut self.values, cell) {
            (Values::Texts { texts, is_json: false }, Cell::Text(text)) => return texts.push(text),
            (Values::Texts { texts, is_json: true }, Cell::Json(json)) => return texts.push(json.as_json()),
            (Values::Categories(categories), Cell::Text(text)) => return categories.push(text),
            (Values::Booleans(values), Cell::Boolean(value)) => values.append(*value),
            (Values::Integers(values), Cell::Integer(value)) => values.push(*value),
            (Values::Reals(values), Cell::Real(value)) => values.push(*value),
            // The part of a microsecond is cut off towards the past.
            (Values::Times(values), Cell::Time(time)) => values.push(time.instant().timestamp_micros()),
            (Values::Lists { offsets, items }, Cell::List(list)) => {
                let mut bytes = 0;
                for item in list {
                    bytes += items.push(item)?;
                }
                offsets.push(items.len()?);
                return Ok(bytes);
            }
            _ => return Err(Refusal::Kind),
        }
        Ok(0)
    }

    /// Adds rows without a value, until there are so many.
    #[inline]
    fn fill(&mut self, rows: usize) {
        if self.rows < rows {
            self.add_nulls(rows);
        }
    }

    fn add_nulls(&mut self, rows: usize) {
        self.note_values();
        self.nulls.append_n_nulls(rows - self.nulls.len());
        self.rows = rows;
        match &mut self.values {
            Values::Texts { texts, .. } => repeat_last(&mut texts.offsets, rows + 1),
            Values::Categories(categories) => categories.keys.resize(rows, 0),
            Values::Booleans(values) => values.resize(rows),
            Values::Integers(values) | Values::Times(values) => values.resize(rows, 0),
            Values::Reals(values) => values.resize(rows, 0.0),
            Values::Lists { offsets, .. } => repeat_last(offsets, rows + 1),
        }
    }

    /// Notes that the rows at the end have a value.
    fn note_values(&mut self) {
        let count = self.rows - self.nulls.len();
        if count > 0 {
            self.nulls.append_n_non_nulls(count);
        }
    }

    /// Forgets what follows the first `rows`. Of a dictionary the values stay.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.note_values();
        self.nulls.truncate(rows);
        self.rows = self.rows.min(rows);
        match &mut self.values {
            Values::Texts { texts, .. } => texts.truncate(rows),
            Values::Categories(categories) => categories.keys.truncate(rows),
            Values::Booleans(values) => values.truncate(rows),
            Values::Integers(values) | Values::Times(values) => values.truncate(rows),
            Values::Reals(values) => values.truncate(rows),
            Values::Lists { offsets, items } => {
                offsets.truncate(rows + 1);
                items.truncate(offsets.last().map_or(0, |end| *end as usize));
            }
        }
    }

    /// The array of so many rows, as many as were taken; the column is empty then.
    pub(super) fn finish(&mut self, rows: usize) -> Result<ArrayRef, ArrowError> {
        self.fill(rows);
        self.note_values();
        let nulls = self.nulls.finish();
        self.rows = 0;
        Ok(match &mut self.values {
            Values::Texts { texts, .. } => Arc::new(texts.finish(nulls)?),
            Values::Categories(categories) => Arc::new(categories.finish(nulls)?),
            Values::Booleans(values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Values::Integers(values) => Arc::new(PrimitiveArray::<Int64Type>::try_new(renewed(values).into(), nulls)?),
            Values::Reals(values) => Arc::new(PrimitiveArray::<Float64Type>::try_new(renewed(values).into(), nulls)?),
            Values::Times(values) => {
                let array = PrimitiveArray::<TimestampMicrosecondType>::try_new(renewed(values).into(), nulls)?;
                Arc::new(array.with_timezone(UTC))
            }
            Values::Lists { offsets, items } => {
                let offsets = renewed_offsets(offsets);
                Arc::new(ListArray::try_new(item(), offsets, Arc::new(items.finish(None)?), nulls)?)
            }
        })
    }
}

#[derive(Debug)]
struct Texts {
    /// Where each text begins, and where the last ends.
    offsets: Vec<i32>,
    bytes: Vec<u8>,
}

impl Texts {
    fn new() -> Self {
        Self { offsets: vec![0], bytes: Vec::new() }
    }

    fn push(&mut self, text: &str) -> Result<usize, Refusal> {
        let end = i32::try_from(self.bytes.len() + text.len()).map_err(|_| Full)?;
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.push(end);
        Ok(text.len())
    }

    fn len(&self) -> Result<i32, Refusal> {
        i32::try_from(self.offsets.len() - 1).map_err(|_| Full)
    }

    fn get(&self, number: i32) -> Option<&[u8]> {
        let start = *self.offsets.get(number as usize)? as usize;
        let end = *self.offsets.get(number as usize + 1)? as usize;
        self.bytes.get(start..end)
    }

    fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        self.bytes.truncate(self.offsets.last().map_or(0, |end| *end as usize));
    }

    fn finish(&mut self, nulls: Option<NullBuffer>) -> Result<StringArray, ArrowError> {
        let offsets = renewed_offsets(&mut self.offsets);
        StringArray::try_new(offsets, Buffer::from_vec(renewed(&mut self.bytes)), nulls)
    }
}

/// Texts of which there are few: each once, and a number for each row.
#[derive(Debug)]
struct Categories {
    keys: Vec<i32>,
    values: Texts,
    numbers: HashMap<Box<str>, i32>,
    /// The number of the last value, which many columns repeat.
    last: i32,
    /// Numbers of values that were there lately, to hash less. Each value has one place, which it
    /// may share.
    recent: Box<[i32; 64]>,
}

impl Categories {
    fn new() -> Self {
        Self { keys: Vec::new(), values: Texts::new(), numbers: HashMap::new(), last: 0, recent: Box::new([0; 64]) }
    }

    fn push(&mut self, text: &str) -> Result<usize, Refusal> {
        let bytes = text.as_bytes();
        if self.values.get(self.last) == Some(bytes) {
            self.keys.push(self.last);
            return Ok(0);
        }
        let place = bytes.len()
            + 3 * byte(bytes, 3)
            + 5 * byte(bytes, bytes.len() / 2)
            + 7 * byte(bytes, bytes.len().wrapping_sub(1));
        let recent = &mut self.recent[place % 64];
        if self.values.get(*recent) == Some(bytes) {
            self.last = *recent;
            self.keys.push(*recent);
            return Ok(0);
        }
        let (number, more) = match self.numbers.get(text) {
            Some(number) => (*number, 0),
            None => {
                let number = self.values.len()?;
                let more = self.values.push(text)?;
                self.numbers.insert(text.into(), number);
                (number, more)
            }
        };
        *recent = number;
        self.last = number;
        self.keys.push(number);
        Ok(more)
    }

    fn finish(&mut self, nulls: Option<NullBuffer>) -> Result<DictionaryArray<Int32Type>, ArrowError> {
        self.numbers.clear();
        let keys = PrimitiveArray::<Int32Type>::try_new(renewed(&mut self.keys).into(), nulls)?;
        DictionaryArray::try_new(keys, Arc::new(self.values.finish(None)?))
    }
}

/// One of the bytes as a number; 0 behind the end.
fn byte(bytes: &[u8], place: usize) -> usize {
    bytes.get(place).map_or(0, |byte| usize::from(*byte))
}

/// Takes what a list has, and leaves it empty, with room for as much again and a bit more: batches
/// are much alike.
fn renewed<T>(list: &mut Vec<T>) -> Vec<T> {
    let room = list.len() + list.len() / 8;
    mem::replace(list, Vec::with_capacity(room))
}

/// An empty text or list ends where the one before it does.
fn repeat_last(offsets: &mut Vec<i32>, len: usize) {
    offsets.resize(len, offsets.last().copied().unwrap_or_default());
}

fn renewed_offsets(offsets: &mut Vec<i32>) -> OffsetBuffer<i32> {
    let full = renewed(offsets);
    offsets.push(0);
    // OK because offsets begin with 0 and never fall.
    OffsetBuffer::new(full.into())
}
