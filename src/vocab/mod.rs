//! Vocabularies (STIX 2.1 section 10): enumerations that never refuse a value.
//!
//! A value of the standard reads as its variant, anything else as `Other` with the text as written, so reading
//! never fails and writing gives back what was read.
//!
//! ```
//! use stixkit::vocab::IndicatorType;
//!
//! assert_eq!(IndicatorType::from("benign"), IndicatorType::Benign);
//! assert_eq!(IndicatorType::from("Benign").as_str(), "Benign");
//! assert!(!IndicatorType::from("Benign").is_standard());
//! ```
//!
//! Most vocabularies are open: the standard asks for its own values and allows others. Those that it calls enumerations
//! are closed. They read just as leniently, and [`Object::check`](crate::Object::check) lists a value that the standard
//! does not have. Each vocabulary knows which it is:
//!
//! ```
//! use stixkit::vocab::{MalwareType, OpinionValue};
//!
//! assert_eq!((MalwareType::NAME, MalwareType::IS_CLOSED), ("malware-type-ov", false));
//! assert_eq!((OpinionValue::NAME, OpinionValue::IS_CLOSED), ("opinion-enum", true));
//! assert_eq!(OpinionValue::STANDARD.first(), Some(&"strongly-disagree"));
//! assert_eq!(OpinionValue::from("maybe").as_str(), "maybe");
//! ```
//!
//! # All vocabularies
//!
//! With what each is about; the closed ones are marked.
//!
//! - Indicators: [`IndicatorType`] (what one points at), [`PatternType`] (the language of its pattern).
//! - Parties and places: [`IdentityClass`] (person, group, organization), [`IndustrySector`], [`Region`].
//! - Adversaries: [`ThreatActorType`], [`ThreatActorRole`], [`ThreatActorSophistication`] (skill),
//!   [`AttackResourceLevel`] (means), [`AttackMotivation`] (reasons).
//! - What adversaries use: [`InfrastructureType`], [`ToolType`].
//! - Malware: [`MalwareType`], [`MalwareCapability`], [`MalwareResult`] (what an analysis found),
//!   [`ImplementationLanguage`], [`ProcessorArchitecture`].
//! - Reports and assessments: [`ReportType`], [`GroupingContext`], [`OpinionValue`] (closed).
//! - Relationships: [`RelationshipType`] (the verbs).
//! - Observables: [`HashAlgorithm`], [`AccountType`], [`EncryptionAlgorithm`] (closed), [`SocketAddressFamily`]
//!   (closed), [`SocketType`] (closed).
//! - Observables of Windows: [`WindowsPebinaryType`], [`WindowsIntegrityLevel`] (closed), [`WindowsRegistryDatatype`]
//!   (closed), [`WindowsServiceStartType`] (closed), [`WindowsServiceType`] (closed), [`WindowsServiceStatus`]
//!   (closed).
//! - The standard itself: [`SpecVersion`], [`ExtensionType`] (closed).
//!
//! Two are not from section 10 and go by the name of their property: `RelationshipType` and `SpecVersion`.

mod identity;
mod indicator;
mod malware;
mod meta;
mod observable;
mod relationship;
mod report;
mod threat;
mod windows;

pub use identity::{IdentityClass, IndustrySector, Region};
pub use indicator::{IndicatorType, PatternType};
pub use malware::{ImplementationLanguage, MalwareCapability, MalwareResult, MalwareType, ProcessorArchitecture};
pub use meta::{ExtensionType, SpecVersion};
pub use observable::{AccountType, EncryptionAlgorithm, HashAlgorithm, SocketAddressFamily, SocketType};
pub use relationship::RelationshipType;
pub use report::{GroupingContext, OpinionValue, ReportType};
pub use threat::{
    AttackMotivation, AttackResourceLevel, InfrastructureType, ThreatActorRole, ThreatActorSophistication,
    ThreatActorType, ToolType,
};
pub use windows::{
    WindowsIntegrityLevel, WindowsPebinaryType, WindowsRegistryDatatype, WindowsServiceStartType, WindowsServiceStatus,
    WindowsServiceType,
};

/// What code sees that treats all vocabularies alike.
pub(crate) trait Vocabulary {
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

            /// Whether the standard allows no other values. [`Object::check`](crate::Object::check) lists them then.
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
        impl $crate::vocab::Vocabulary for $Name {
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
                deserializer.deserialize_str($crate::object::property::value::TextVisitor::new())
            }
        }

        $crate::object::property::value::vocabulary_value!($Name);

        #[cfg(any(test, feature = "arbitrary"))]
        impl $crate::object::generate::Generate for $Name {
            fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                if $crate::object::generate::chance(u, 1, 8)? {
                    return Ok(Self::from(<String as $crate::object::generate::Generate>::generate(u)?.as_str()));
                }
                u.choose(Self::STANDARD).map(|text| Self::from(*text))
            }
        }
        #[cfg(any(test, feature = "arbitrary"))]
        $crate::object::generate::arbitrary!($Name);
    };
    ( $(#[$meta:meta])* closed $Name:ident $($rest:tt)+ ) => {
        $crate::vocab::vocabulary! { @write true $(#[$meta])* $Name $($rest)+ }
    };
    ( $(#[$meta:meta])* $Name:ident $($rest:tt)+ ) => {
        $crate::vocab::vocabulary! { @write false $(#[$meta])* $Name $($rest)+ }
    };
}
use vocabulary;
