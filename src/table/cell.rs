//! The value of a column in one record.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::{Json, Timestamp};

/// The value of a column in one record. Every column may be without one.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// No value.
    #[default]
    Null,
    /// For [`ColumnKind::Text`](super::ColumnKind::Text) and
    /// [`ColumnKind::Category`](super::ColumnKind::Category).
    Text(Cow<'a, str>),
    /// For [`ColumnKind::Boolean`](super::ColumnKind::Boolean).
    Boolean(bool),
    /// For [`ColumnKind::Integer`](super::ColumnKind::Integer).
    Integer(i64),
    /// For [`ColumnKind::Real`](super::ColumnKind::Real).
    Real(f64),
    /// For [`ColumnKind::Time`](super::ColumnKind::Time).
    Time(Cow<'a, Timestamp>),
    /// For [`ColumnKind::List`](super::ColumnKind::List).
    List(Vec<Cow<'a, str>>),
    /// For [`ColumnKind::Json`](super::ColumnKind::Json).
    Json(Json<'a>),
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Time(time) => time.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
            Self::Json(json) => json.serialize(serializer),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Cell<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u8> for Cell<'_> {
    fn from(value: u8) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl<'a> From<&'a Timestamp> for Cell<'a> {
    fn from(time: &'a Timestamp) -> Self {
        Self::Time(Cow::Borrowed(time))
    }
}

impl<'a> From<Json<'a>> for Cell<'a> {
    fn from(json: Json<'a>) -> Self {
        Self::Json(json)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        match value {
            Some(value) => value.into(),
            None => Self::Null,
        }
    }
}

impl<'a> Cell<'a> {
    /// Whether there may be something to drop.
    #[inline]
    pub(super) fn may_own(&self) -> bool {
        match self {
            Self::Null | Self::Boolean(_) | Self::Integer(_) | Self::Real(_) => false,
            Self::Text(text) => matches!(text, Cow::Owned(_)),
            Self::Time(time) => matches!(time, Cow::Owned(_)),
            Self::List(_) | Self::Json(_) => true,
        }
    }

    /// A list of texts; an empty one is no value.
    pub fn list(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Self {
        let list: Vec<_> = texts.into_iter().collect();
        if list.is_empty() { Self::Null } else { Self::List(list) }
    }
}
