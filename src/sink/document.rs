//! What the sinks share that write nested documents: structs that leave out what they lack, and what a row tells them all.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use chrono::Timelike;
use serde::Serialize;

use crate::object::Indicator;
use crate::row::{Observable, Row, RowKind, State};
use crate::vocab::IndicatorType;
use crate::{Properties, Timestamp};

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

present!(&'static str, String, Cow<'_, str>, u8, Timestamp);

/// Writes a struct as a JSON object of its parts, in this order; `field as "name"` where the name differs. To leave a
/// field out of the list does not compile.
macro_rules! parts {
    ($Type:ty { $( $field:ident $(as $name:literal)? ),+ $(,)? }) => {
        impl crate::sink::document::Part for $Type {
            fn is_absent(&self) -> bool {
                let Self { $($field),+ } = self;
                $( crate::sink::document::Part::is_absent($field) )&&+
            }
        }

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { $($field),+ } = self;
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                $(
                    let name = crate::sink::document::parts!(@name $field $(as $name)?);
                    crate::sink::document::write(&mut map, name, $field)?;
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

/// The value that may be matched on its own, as far as the pattern and the producer go: of an indicator, not a part of an
/// `AND`, and neither revoked nor expired. One that is not yet valid counts: the caller may leave such rows out.
pub(super) fn matchable<'r>(row: &'r Row<'_>) -> Option<&'r Observable<'r>> {
    if row.kind != RowKind::Indicator || !row.standalone || is_over(row) {
        return None;
    }
    row.observable.as_ref().filter(|observable| !observable.norm.is_empty())
}

/// Whether the indicator was revoked or has expired.
pub(super) fn is_over(row: &Row<'_>) -> bool {
    matches!(row.state, State::Revoked | State::Expired)
}

/// When the indicator ceases to be good: when it was revoked, if it was (rule R3), or else `valid_until`.
pub(super) fn end(row: &Row<'_>) -> Option<Timestamp> {
    if row.state != State::Revoked {
        return row.valid_until.as_ref().map(standard);
    }
    // The version that revokes says when.
    let revoked = row.modified.as_ref().or(row.valid_from.as_ref());
    revoked.into_iter().chain(&row.valid_until).min().map(standard)
}

/// The instant in the standard's form, whatever way it was written, and without leap seconds: what schemas take.
pub(super) fn standard(time: &Timestamp) -> Timestamp {
    if time.is_standard() {
        return time.clone();
    }
    let instant = time.instant();
    // A leap second is a second with more than a second's nanoseconds.
    let nanosecond = instant.nanosecond().min(999_999_999);
    Timestamp::from(instant.with_nanosecond(nanosecond).unwrap_or(instant))
}

/// Name and description in one text, for schemas that have room for one.
pub(super) fn summary<'r>(row: &'r Row<'_>) -> Option<Cow<'r, str>> {
    match (filled(row.name.as_deref()), filled(row.description.as_deref())) {
        // Many a feed begins the description with the name.
        (Some(name), Some(description)) if !description.starts_with(name) => {
            Some(Cow::Owned(format!("{name}: {description}")))
        }
        (name, description) => description.or(name).map(Cow::Borrowed),
    }
}

/// The text, unless there is none in it.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The URLs of the indicator's external references.
pub(super) fn references(indicator: &Indicator) -> impl Iterator<Item = &str> {
    indicator.common.external_references.iter().filter_map(|reference| filled(reference.url.as_deref()))
}

/// Labels first, then these indicator types, each once.
pub(super) fn labels<'r>(row: &'r Row<'_>, types: &'r [IndicatorType]) -> Vec<Cow<'r, str>> {
    let types = types.iter().map(IndicatorType::as_str);
    unique(row.labels.iter().map(String::as_str).chain(types)).into_iter().map(Cow::Borrowed).collect()
}

/// Each item once, in order.
pub(super) fn unique<T: Clone + Eq + Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(item.clone())).collect()
}

/// A document for each row of an indicator: what they share is made once, since an indicator may have very many rows.
pub(super) fn each<'r, 'i, D: Clone>(
    rows: &'r [Row<'i>],
    about: impl FnOnce(&'r Row<'i>) -> D,
    mut set: impl FnMut(&mut D, &'r Row<'i>),
) -> impl Iterator<Item = D> {
    let mut shared = rows.first().map(about);
    rows.iter().enumerate().filter_map(move |(place, row)| {
        let mut document = if place + 1 < rows.len() { shared.clone() } else { shared.take() }?;
        set(&mut document, row);
        Some(document)
    })
}

/// How severe the indicator is, 0 to 5, as Microsoft Sentinel's extension `sentinel-ext` says it.
pub(super) fn severity(indicator: &Indicator) -> Option<u8> {
    let extension: Properties = indicator.common.extensions.other().parse("sentinel-ext")?.ok()?;
    let severity: u8 = extension.parse("severity")?.ok()?;
    (severity <= 5).then_some(severity)
}
