//! The value of `type`.

use std::fmt;

use serde::{Serialize, Serializer};

use super::property::context::Context;
use super::property::definition::Shape;
use super::property::traits::Value;
use super::property::value::read_text;
use super::property::view::PropertyValue;
use crate::json::cursor::{Cursor, Fault};
use crate::kind::Kind;

/// The value of `type`, without allocation for the standard's types.
#[derive(Clone, Debug)]
pub(crate) enum TypeName {
    Standard(Kind),
    Other(String),
}

impl TypeName {
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Standard(kind) => Some(*kind),
            Self::Other(_) => None,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Standard(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for TypeName {
    fn from(name: &str) -> Self {
        Kind::from_name(name).map_or_else(|| Self::Other(name.to_owned()), Self::Standard)
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Value for TypeName {
    const SHAPE: Shape = Shape::Text;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        read_text(cursor)
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Text(self.as_str().into())
    }
}
