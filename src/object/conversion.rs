//! From the structs of the types to [`Object`] and back.

use super::custom::Custom;
use super::object::Object;
use crate::kind::each_kind;

macro_rules! conversions {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        $( $( conversion!($Type, super::$Type); )+ )+
    };
}

macro_rules! conversion {
    ($Variant:ident, $Type:ty) => {
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
                    _ => Err(WrongType(())),
                }
            }
        }

        impl TryFrom<Object> for $Type {
            type Error = WrongType;

            fn try_from(object: Object) -> Result<Self, WrongType> {
                match object {
                    Object::$Variant(object) => Ok(*object),
                    _ => Err(WrongType(())),
                }
            }
        }
    };
}

each_kind!(conversions);
conversion!(Custom, Custom);

/// The error of a conversion from an [`Object`] that is of another type than the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the object is of another type")]
pub struct WrongType(());

#[cfg(test)]
mod tests {
    use super::super::{Mutex, Url};
    use super::*;

    #[test]
    fn only_the_own_type_converts_back() {
        let object = Object::from(Url::new("https://example.org/"));
        assert_eq!(<&Url>::try_from(&object).unwrap().value, "https://example.org/");
        assert_eq!(<&Mutex>::try_from(&object), Err(WrongType(())));
        assert_eq!(Custom::try_from(object.clone()).unwrap_err().to_string(), "the object is of another type");
        assert_eq!(Url::try_from(object).unwrap().value, "https://example.org/");
    }
}
