//! One column of a batch in the making.
//!
//! Arrow has builders of its own. These here take back what they took of a record that turns out not to fit, and tell
//! that a column is full before it is.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, ListArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer};
use arrow_schema::ArrowError;

use super::{UTC, item};
use crate::row::table::{Cell, ColumnKind};

#[derive(Debug)]
pub(super) struct Builder {
    nulls: NullBufferBuilder,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Texts(Texts),
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

/// A column has more bytes than Arrow can count in it.
#[derive(Debug)]
pub(super) struct Full;

impl Builder {
    pub(super) fn new(kind: ColumnKind) -> Self {
        let values = match kind {
            ColumnKind::Text | ColumnKind::Json => Values::Texts(Texts::new()),
            ColumnKind::Category => Values::Categories(Categories::new()),
            ColumnKind::Boolean => Values::Booleans(BooleanBufferBuilder::new(0)),
            ColumnKind::Integer => Values::Integers(Vec::new()),
            ColumnKind::Real => Values::Reals(Vec::new()),
            ColumnKind::Time => Values::Times(Vec::new()),
            ColumnKind::List => Values::Lists { offsets: vec![0], items: Texts::new() },
        };
        Self { nulls: NullBufferBuilder::new(0), values }
    }

    /// Takes a cell, which must be of the column's kind, and gives the bytes of text that it needs.
    pub(super) fn push(&mut self, cell: &Cell<'_>) -> Result<usize, Full> {
        let mut bytes = 0;
        match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) => bytes = texts.push(text)?,
            (Values::Texts(texts), Cell::Json(json)) => bytes = texts.push(json.as_json())?,
            (Values::Texts(texts), _) => bytes = texts.push("")?,
            (Values::Categories(categories), Cell::Text(text)) => bytes = categories.push(text)?,
            (Values::Categories(categories), _) => categories.keys.push(0),
            (Values::Booleans(values), cell) => values.append(matches!(cell, Cell::Boolean(true))),
            (Values::Integers(values), Cell::Integer(value)) => values.push(*value),
            (Values::Reals(values), Cell::Real(value)) => values.push(*value),
            // The part of a microsecond is cut off towards the past.
            (Values::Times(values), Cell::Time(time)) => values.push(time.instant().timestamp_micros()),
            (Values::Integers(values) | Values::Times(values), _) => values.push(0),
            (Values::Reals(values), _) => values.push(0.0),
            (Values::Lists { offsets, items }, cell) => {
                if let Cell::List(list) = cell {
                    for item in list {
                        bytes += items.push(item)?;
                    }
                }
                offsets.push(items.len()?);
            }
        }
        self.nulls.append(!matches!(cell, Cell::Null));
        Ok(bytes)
    }

    /// Forgets what follows the first `rows`. Of a dictionary the values stay.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.nulls.truncate(rows);
        match &mut self.values {
            Values::Texts(texts) => texts.truncate(rows),
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

    /// The array of what was taken; the column is empty then.
    pub(super) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let nulls = self.nulls.finish();
        Ok(match &mut self.values {
            Values::Texts(texts) => Arc::new(texts.finish(nulls)?),
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

    fn push(&mut self, text: &str) -> Result<usize, Full> {
        let end = i32::try_from(self.bytes.len() + text.len()).map_err(|_| Full)?;
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.push(end);
        Ok(text.len())
    }

    fn len(&self) -> Result<i32, Full> {
        i32::try_from(self.offsets.len() - 1).map_err(|_| Full)
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
    /// The numbers of the values behind the first [`LOOKED_AT`](Self::LOOKED_AT).
    known: HashMap<Box<str>, i32>,
}

impl Categories {
    /// So many values are looked at one after the other, which is faster than to hash: many a column has no more.
    const LOOKED_AT: usize = 8;

    fn new() -> Self {
        Self { keys: Vec::new(), values: Texts::new(), known: HashMap::new() }
    }

    fn push(&mut self, text: &str) -> Result<usize, Full> {
        let ends = self.values.offsets.iter().zip(&self.values.offsets[1..]).take(Self::LOOKED_AT);
        let is_it = |(start, end): (&i32, &i32)| self.values.bytes[*start as usize..*end as usize] == *text.as_bytes();
        let known = ends.into_iter().position(is_it).map(|key| key as i32);
        if let Some(key) = known.or_else(|| self.known.get(text).copied()) {
            self.keys.push(key);
            return Ok(0);
        }
        let key = self.values.len()?;
        let bytes = self.values.push(text)?;
        if key as usize >= Self::LOOKED_AT {
            self.known.insert(text.into(), key);
        }
        self.keys.push(key);
        Ok(bytes)
    }

    fn finish(&mut self, nulls: Option<NullBuffer>) -> Result<DictionaryArray<Int32Type>, ArrowError> {
        self.known.clear();
        let keys = PrimitiveArray::<Int32Type>::try_new(renewed(&mut self.keys).into(), nulls)?;
        DictionaryArray::try_new(keys, Arc::new(self.values.finish(None)?))
    }
}

/// Takes what a list has, and leaves it empty, with room for as much again and a bit more: batches are much alike.
fn renewed<T>(list: &mut Vec<T>) -> Vec<T> {
    let room = list.len() + list.len() / 8;
    mem::replace(list, Vec::with_capacity(room))
}

fn renewed_offsets(offsets: &mut Vec<i32>) -> OffsetBuffer<i32> {
    let full = renewed(offsets);
    offsets.push(0);
    // OK because offsets begin with 0 and never fall.
    OffsetBuffer::new(full.into())
}
