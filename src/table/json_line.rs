//! Records as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::record::{Cells, Record};

/// A record as one flat JSON object, without the columns that have no value.
#[derive(Clone, Copy, Debug)]
pub struct JsonLine<'r, R>(pub &'r R);

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
