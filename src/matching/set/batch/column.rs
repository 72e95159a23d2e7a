//! Columns of a batch that are fields of a map.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::leaf::{Print, printer};
use crate::error::Error;
use crate::matching::event::{FieldMap, Fields};
use crate::table::layout::misfit;

/// A column, or a part of one, that has values of a field.
pub(super) struct Column {
    /// With the names of the structs that it is in, and dots between them.
    name: String,
    array: ArrayRef,
    content: Content,
}

enum Content {
    Values(Print),
    /// The values are in a dictionary. For each place of the column, the place in it.
    Keys(Vec<usize>, ArrayRef, Print),
    Struct(Vec<Column>),
    /// The lists of all rows are one column.
    List(Box<Column>),
}

impl Column {
    /// The columns of a batch that a map knows.
    pub(super) fn all(batch: &RecordBatch, map: &FieldMap) -> Result<Vec<Self>, Error> {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, array)| Self::new(field.name().clone(), array, map));
        columns.filter_map(Result::transpose).collect()
    }

    fn new(name: String, array: &ArrayRef, map: &FieldMap) -> Result<Option<Self>, Error> {
        if !map.knows(&name) {
            return Ok(None);
        }
        let content = match array.data_type() {
            DataType::Struct(fields) => {
                let parts = fields.iter().zip(array.as_struct().columns());
                let parts = parts.map(|(field, part)| Self::new(format!("{name}.{}", field.name()), part, map));
                Content::Struct(parts.filter_map(Result::transpose).collect::<Result<_, _>>()?)
            }
            DataType::List(_) => match Self::new(name.clone(), array.as_list::<i32>().values(), map)? {
                Some(elements) => Content::List(Box::new(elements)),
                None => return Ok(None),
            },
            DataType::LargeList(_) => match Self::new(name.clone(), array.as_list::<i64>().values(), map)? {
                Some(elements) => Content::List(Box::new(elements)),
                None => return Ok(None),
            },
            DataType::Null => return Ok(None),
            data_type => {
                let value_type = match data_type {
                    DataType::Dictionary(_, value_type) => value_type,
                    other => other,
                };
                let Some(print) = printer(value_type) else {
                    return Err(misfit(format!(
                        "the column {name:?} is a field of the map and has the type {data_type}, which has no text; \
                         cast it, or leave the field out of the map"
                    )));
                };
                match array.as_any_dictionary_opt() {
                    Some(dictionary) => Content::Keys(dictionary.normalized_keys(), dictionary.values().clone(), print),
                    None => Content::Values(print),
                }
            }
        };
        Ok(Some(Self { name, array: array.clone(), content }))
    }

    /// Adds the values at a place of the column to an event. `text` is used for each of them.
    pub(super) fn add(&self, place: usize, element: u32, text: &mut String, fields: &mut Fields<'_>) {
        if self.array.is_null(place) {
            return;
        }
        let (values, place, print) = match &self.content {
            Content::Values(print) => (&self.array, place, print),
            Content::Keys(places, values, print) => match places.get(place) {
                Some(place) if values.is_valid(*place) => (values, *place, print),
                _ => return,
            },
            Content::Struct(parts) => return parts.iter().for_each(|part| part.add(place, element, text, fields)),
            Content::List(elements) => return self.add_elements(elements, place, text, fields),
        };
        text.clear();
        print(values, place, text);
        fields.add_to(element, &self.name, text);
    }

    fn add_elements(&self, elements: &Self, place: usize, text: &mut String, fields: &mut Fields<'_>) {
        let (start, end) = match self.array.data_type() {
            DataType::List(_) => {
                let offsets = self.array.as_list::<i32>().value_offsets();
                (offsets[place] as usize, offsets[place + 1] as usize)
            }
            _ => {
                let offsets = self.array.as_list::<i64>().value_offsets();
                (offsets[place] as usize, offsets[place + 1] as usize)
            }
        };
        for (element, place) in (1..).zip(start..end) {
            elements.add(place, element, text, fields);
        }
    }
}
