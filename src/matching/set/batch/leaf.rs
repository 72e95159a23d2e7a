//! Arrays without arrays in them, whose values become texts.

use std::fmt::{Display, Write};

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit};

/// Writes the value at a place of an array into a text.
pub(super) type Print = fn(&dyn Array, usize, &mut String);

/// Returns what writes the values of a type, or `None` for types that logs do not have.
pub(super) fn printer(data_type: &DataType) -> Option<Print> {
    Some(match data_type {
        DataType::Utf8 => |array, place, text| text.push_str(array.as_string::<i32>().value(place)),
        DataType::LargeUtf8 => |array, place, text| text.push_str(array.as_string::<i64>().value(place)),
        DataType::Utf8View => |array, place, text| text.push_str(array.as_string_view().value(place)),
        DataType::Boolean => {
            |array, place, text| text.push_str(if array.as_boolean().value(place) { "true" } else { "false" })
        }
        DataType::Int8 => number::<Int8Type>,
        DataType::Int16 => number::<Int16Type>,
        DataType::Int32 => number::<Int32Type>,
        DataType::Int64 => number::<Int64Type>,
        DataType::UInt8 => number::<UInt8Type>,
        DataType::UInt16 => number::<UInt16Type>,
        DataType::UInt32 => number::<UInt32Type>,
        DataType::UInt64 => number::<UInt64Type>,
        DataType::Float32 => number::<Float32Type>,
        DataType::Float64 => number::<Float64Type>,
        DataType::Timestamp(TimeUnit::Second, _) => time::<TimestampSecondType>,
        DataType::Timestamp(TimeUnit::Millisecond, _) => time::<TimestampMillisecondType>,
        DataType::Timestamp(TimeUnit::Microsecond, _) => time::<TimestampMicrosecondType>,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => time::<TimestampNanosecondType>,
        _ => return None,
    })
}

fn number<T: ArrowPrimitiveType<Native: Display>>(array: &dyn Array, place: usize, text: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(text, "{}", array.as_primitive::<T>().value(place));
}

/// The instant in UTC, which is what Arrow stores, whatever the zone that it is shown in.
fn time<T: ArrowTimestampType>(array: &dyn Array, place: usize, text: &mut String) {
    if let Some(time) = as_datetime::<T>(array.as_primitive::<T>().value(place)) {
        let _ = write!(text, "{}Z", time.format("%Y-%m-%dT%H:%M:%S%.f"));
    }
}
