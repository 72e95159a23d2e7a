//! Records as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cell::Cell;
use super::record::{Cells, Record};
use crate::json::push::{push_list, push_string};

/// A record as one flat JSON object, without the columns that have no value.
///
/// It serializes with any format of `serde`. For many lines, [`append_to`](Self::append_to) is
/// faster.
#[derive(Clone, Copy, Debug)]
pub struct JsonLine<'r, R>(pub &'r R);

impl<R: Record> JsonLine<'_, R> {
    /// Adds the object to some bytes, without a line feed: the same bytes as those of
    /// `serde_json::to_writer`, in less time.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::table::JsonLine;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let mut lines = Vec::new();
    /// for row in &mapper.map(&indicator).rows {
    ///     JsonLine(row).append_to(&mut lines);
    ///     lines.push(b'\n');
    /// }
    /// assert_eq!(String::from_utf8(lines)?.lines().count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn append_to(&self, json: &mut Vec<u8>) {
        let start = json.len();
        json.push(b'{');
        self.0.cells(&mut Cells::new(&mut |number, cell| {
            let Some(column) = R::COLUMNS.get(number) else { return };
            if json.len() > start + 1 {
                json.push(b',');
            }
            push_string(json, column.name);
            json.push(b':');
            push_cell(json, cell);
        }));
        json.push(b'}');
    }
}

fn push_cell(json: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) => push_string(json, text),
        Cell::Boolean(value) => json.extend_from_slice(if *value { b"true" } else { b"false" }),
        Cell::Time(time) => time.with_bytes(|text| {
            json.push(b'"');
            json.extend_from_slice(text);
            json.push(b'"');
        }),
        Cell::List(list) => push_list(json, list),
        Cell::Json(value) => json.extend_from_slice(value.as_json().as_bytes()),
        // OK because a vector takes every write, and numbers have a JSON form.
        Cell::Null | Cell::Integer(_) | Cell::Real(_) => serde_json::to_writer(json, cell).unwrap_or_default(),
    }
}

impl<R: Record> Serialize for JsonLine<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut result = Ok(());
        self.0.cells(&mut Cells::new(&mut |number, cell| {
            if let (Some(column), Ok(())) = (R::COLUMNS.get(number), &result) {
                result = map.serialize_entry(column.name, cell);
            }
        }));
        result?;
        map.end()
    }
}
