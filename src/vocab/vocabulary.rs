//! The trait that all vocabularies have, and the macro that writes them.

use serde::Serialize;

#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::{Generate, chance};

/// A value of some vocabulary, for code that handles all vocabularies alike.
pub(crate) trait Vocabulary: Serialize + for<'a> From<&'a str> {
    /// The standard's name of the vocabulary, or of the property where it has none.
    const NAME: &'static str;
    /// The standard's values, in its order.
    const STANDARD: &'static [&'static str];
    /// Whether the standard allows no other values.
    const IS_CLOSED: bool;

    /// The value as it is written.
    fn as_str(&self) -> &str;

    /// Whether the standard lists the value.
    fn is_standard(&self) -> bool;
}

/// Writes one vocabulary: the enumeration with `Other`, its texts, and reading and writing.
///
/// ```text
/// vocabulary! {
///     /// What it is about.
///     closed Name "the-standards-name" {       // without `closed`, it is an open one
///         /// What the value means.
///         Value = "value",
///     }
/// }
/// ```
macro_rules! vocabulary {
    (
        @write $is_closed:literal
        $(#[$meta:meta])*
        $Name:ident $name:literal {
            $( $(#[$value_meta:meta])* $Value:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$value_meta])* $Value, )+
            /// A value that the standard does not list, as written.
            Other(Box<str>),
        }

        impl $Name {
            /// The standard's name of the vocabulary, or of the property where it has none.
            pub const NAME: &'static str = $name;

            /// The standard's values, in its order.
            pub const STANDARD: &'static [&'static str] = &[$($text),+];

            /// Whether the standard allows no other values. [`Object::check`](crate::Object::check)
            /// lists them then.
            pub const IS_CLOSED: bool = $is_closed;

            /// The value as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$Value => $text, )+
                    Self::Other(text) => text,
                }
            }

            /// Whether the standard lists the value.
            pub fn is_standard(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        // The type's own items come first: none of these refers to itself.
        impl $crate::vocab::vocabulary::Vocabulary for $Name {
            const NAME: &'static str = Self::NAME;
            const STANDARD: &'static [&'static str] = Self::STANDARD;
            const IS_CLOSED: bool = Self::IS_CLOSED;

            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn is_standard(&self) -> bool {
                self.is_standard()
            }
        }

        impl From<&str> for $Name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$Value, )+
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl From<String> for $Name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = std::convert::Infallible;

            /// Never fails: text that the standard does not list is `Other`.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $Name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $Name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $Name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::json::text::TextVisitor::new())
            }
        }

        #[cfg(any(test, feature = "arbitrary"))]
        $crate::generate::arbitrary!($Name);
    };
    ( $(#[$meta:meta])* closed $Name:ident $($rest:tt)+ ) => {
        $crate::vocab::vocabulary::vocabulary! { @write true $(#[$meta])* $Name $($rest)+ }
    };
    ( $(#[$meta:meta])* $Name:ident $($rest:tt)+ ) => {
        $crate::vocab::vocabulary::vocabulary! { @write false $(#[$meta])* $Name $($rest)+ }
    };
}
pub(super) use vocabulary;

#[cfg(any(test, feature = "arbitrary"))]
impl<V: Vocabulary> Generate for V {
    fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        if chance(u, 1, 8)? {
            return Ok(Self::from(String::generate(u)?.as_str()));
        }
        u.choose(Self::STANDARD).map(|text| Self::from(*text))
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro writes public types")]
mod tests {
    use crate::vocab::vocabulary::Vocabulary;

    vocabulary! {
        /// A vocabulary with two values.
        closed Color "color-enum" {
            /// Red.
            Red = "red",
            /// Green.
            DarkGreen = "dark-green",
        }
    }

    #[test]
    fn any_text_is_a_value() {
        for (text, value, is_standard) in [
            ("red", Color::Red, true),
            ("dark-green", Color::DarkGreen, true),
            ("Red", Color::Other("Red".into()), false),
            ("", Color::Other("".into()), false),
        ] {
            assert_eq!((Color::from(text), value.as_str(), value.is_standard()), (value.clone(), text, is_standard));
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Color>(&json).unwrap(), value);
            assert_eq!((text.parse().as_ref(), &Color::from(text.to_owned())), (Ok(&value), &value));
            assert_eq!((value.as_ref(), value.to_string().as_str()), (text, text));
        }
        assert!(serde_json::from_str::<Color>("1").is_err());
    }

    #[test]
    fn the_trait_has_what_the_type_has() {
        assert_eq!((<Color as Vocabulary>::NAME, <Color as Vocabulary>::IS_CLOSED), ("color-enum", true));
        assert_eq!(<Color as Vocabulary>::STANDARD, ["red", "dark-green"]);
        assert_eq!(Vocabulary::as_str(&Color::DarkGreen), "dark-green");
    }
}
