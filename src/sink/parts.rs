//! Structs that are written as JSON objects without their absent parts.

use std::borrow::Cow;

use serde::Serialize;

use crate::Timestamp;

/// A part of a document: what is absent is not written.
pub(super) trait Part {
    fn is_absent(&self) -> bool;
}

impl<T> Part for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Part for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// What a schema requires is always there.
macro_rules! present {
    ($($Type:ty),+) => {$(
        impl Part for $Type {
            fn is_absent(&self) -> bool {
                false
            }
        }
    )+};
}

present!(&'static str, String, Cow<'_, str>, u8, u32, i64, Timestamp);

/// Writes a struct as a JSON object of its parts, in this order; `field as "name"` where the name
/// differs. To leave a field out of the list does not compile.
macro_rules! parts {
    ($Type:ty { $( $field:ident $(as $name:literal)? ),+ $(,)? }) => {
        impl crate::sink::parts::Part for $Type {
            fn is_absent(&self) -> bool {
                let Self { $($field),+ } = self;
                $( crate::sink::parts::Part::is_absent($field) )&&+
            }
        }

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { $($field),+ } = self;
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                $(
                    let name = crate::sink::parts::parts!(@name $field $(as $name)?);
                    crate::sink::parts::write(&mut map, name, $field)?;
                )+
                serde::ser::SerializeMap::end(map)
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident as $name:literal) => { $name };
}

pub(super) use parts;

pub(super) fn write<M, T>(map: &mut M, name: &'static str, part: &T) -> Result<(), M::Error>
where
    M: serde::ser::SerializeMap,
    T: Part + Serialize,
{
    if part.is_absent() { Ok(()) } else { map.serialize_entry(name, part) }
}
