//! From the structs of the types to [`Object`] and back.

use std::borrow::Cow;
use std::fmt;

use super::custom::Custom;
use super::object::Object;
use crate::kind::{Kind, each_kind};

macro_rules! conversions {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        $( $( conversion!($Type, super::$Type, Some(Kind::$Type)); )+ )+
    };
}

macro_rules! conversion {
    ($Variant:ident, $Type:ty, $wanted:expr) => {
        impl From<$Type> for Object {
            fn from(object: $Type) -> Self {
                Self::$Variant(Box::new(object))
            }
        }

        impl<'a> TryFrom<&'a Object> for &'a $Type {
            type Error = WrongType;

            fn try_from(object: &'a Object) -> Result<Self, WrongType> {
                match object {
                    Object::$Variant(object) => Ok(object),
                    other => Err(WrongType::new($wanted, other)),
                }
            }
        }

        impl TryFrom<Object> for $Type {
            type Error = WrongType;

            fn try_from(object: Object) -> Result<Self, WrongType> {
                match object {
                    Object::$Variant(object) => Ok(*object),
                    other => Err(WrongType::new($wanted, &other)),
                }
            }
        }
    };
}

each_kind!(conversions);
conversion!(Custom, Custom, None);

/// The error of a conversion from an [`Object`] that is of another type than the target. It names
/// both.
///
/// ```
/// use stixkit::Object;
/// use stixkit::object::{Malware, Url};
///
/// let object = Object::from(Url::new("https://example.org/"));
/// let error = <&Malware>::try_from(&object).unwrap_err();
/// assert_eq!(error.to_string(), "the object is of type url, not malware");
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the object is of type {found}, not {}", .wanted.map_or("a custom one", Kind::name))]
pub struct WrongType {
    /// `None` is a custom type.
    wanted: Option<Kind>,
    found: Cow<'static, str>,
}

impl WrongType {
    #[cold]
    fn new(wanted: Option<Kind>, object: &Object) -> Self {
        // Lists of objects are filtered by these conversions, so the types of the standard are not
        // copied.
        let found = object.kind().map_or_else(|| object.type_name().to_owned().into(), |kind| kind.name().into());
        Self { wanted, found }
    }

    /// The type that the object has.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The type that was asked for; `None` if it was [`Custom`].
    pub fn wanted(&self) -> Option<Kind> {
        self.wanted
    }
}

impl fmt::Debug for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mutex, Url};
    use super::*;

    #[test]
    fn only_the_own_type_converts_back() {
        let object = Object::from(Url::new("https://example.org/"));
        assert_eq!(<&Url>::try_from(&object).unwrap().value, "https://example.org/");
        let error = <&Mutex>::try_from(&object).unwrap_err();
        assert_eq!((error.found(), error.wanted()), ("url", Some(Kind::Mutex)));
        assert_eq!(format!("{error:?}"), "the object is of type url, not mutex");
        let error = Custom::try_from(object.clone()).unwrap_err();
        assert_eq!(error.to_string(), "the object is of type url, not a custom one");
        assert_eq!(Url::try_from(object).unwrap().value, "https://example.org/");
    }
}
