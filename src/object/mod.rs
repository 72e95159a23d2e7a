//! STIX objects: one documented struct per type, and [`Object`] over all of them.
//!
//! Every struct holds [`Common`] properties in `common`, those of its own type as plain fields, and in `custom` what
//! the crate does not define, in document order. Objects of STIX 2.0 and 2.1 read into the same structs: required in a
//! struct is only what both versions require.
//!
//! Reading is lenient and loses nothing. Where a type cannot say what was sent (`null`, an empty list, a property of
//! the wrong shape), the JSON stays in `custom` under the property's own name. Writing gives the standard's order: the
//! common properties, those of the type, the custom ones.
//!
//! ```
//! use stixkit::{Kind, Object};
//!
//! let object: Object = serde_json::from_str(r#"{
//!     "type": "identity",
//!     "spec_version": "2.1",
//!     "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "name": "Example CERT",
//!     "x_country": "LU"
//! }"#)?;
//! assert_eq!(object.kind(), Some(Kind::Identity));
//! let Object::Identity(identity) = &object else { panic!("it is an identity") };
//! assert_eq!(identity.name, "Example CERT");
//! assert_eq!(identity.custom.parse::<String>("x_country").transpose()?, Some("LU".to_owned()));
//! # Ok::<(), serde_json::Error>(())
//! ```

pub(crate) mod check;
pub(crate) mod common;
pub(crate) mod properties;
pub(crate) mod read;

mod custom;
mod domain;
mod meta;
mod relationship;

pub use common::{Common, ExternalReference, GranularMarking, Hashes, KillChainPhase};
pub use custom::Custom;
pub use domain::{Identity, Indicator};
pub use meta::{MarkingDefinition, Tlp};
pub use relationship::Relationship;

use std::fmt;

use common::CommonReader;
use properties::{Context, Fields, ObjectType};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::cursor::Fault;
use crate::{Identifier, Properties};

/// The length of the longest name: `extension-definition`, `windows-registry-key`.
pub(crate) const MAX_NAME: usize = 20;

/// The registry: a row a type. Typed rows make a variant of [`Object`]; names alone are known to [`Kind`] and their
/// objects read as [`Custom`].
macro_rules! registry {
    (
        typed { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ }
        named { $( $(#[$named_meta:meta])* $Named:ident = $named:literal, )+ }
    ) => {
        /// A type of the standard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $( $(#[$meta])* $Type, )+
            $( $(#[$named_meta])* $Named, )+
        }

        impl Kind {
            /// All types of the standard.
            pub const ALL: &'static [Self] = &[ $(Self::$Type,)+ $(Self::$Named,)+ ];

            /// The name as it stands in `type`.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$Type => $name, )+
                    $( Self::$Named => $named, )+
                }
            }

            /// The type with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                /// The types in the order of their names' lengths, and where each length starts. Every identifier
                /// of every object comes by here, and going through forty names shows in profiles.
                static BY_LEN: ([Kind; Kind::ALL.len()], [u8; MAX_NAME + 2]) = {
                    let mut kinds = [Kind::ALL[0]; Kind::ALL.len()];
                    let mut starts = [0; MAX_NAME + 2];
                    let (mut len, mut count) = (0, 0);
                    while len <= MAX_NAME {
                        starts[len] = count as u8;
                        let mut at = 0;
                        while at < Kind::ALL.len() {
                            if Kind::ALL[at].name().len() == len {
                                kinds[count] = Kind::ALL[at];
                                count += 1;
                            }
                            at += 1;
                        }
                        len += 1;
                    }
                    starts[MAX_NAME + 1] = count as u8;
                    (kinds, starts)
                };
                let (start, end) = (BY_LEN.1.get(name.len())?, BY_LEN.1.get(name.len() + 1)?);
                BY_LEN.0[usize::from(*start)..usize::from(*end)].iter().copied().find(|kind| kind.name() == name)
            }

            /// Whether [`Object`] has a variant for it.
            fn is_typed(self) -> bool {
                matches!(self, $( Self::$Type )|+)
            }
        }

        /// Any STIX object.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Object {
            $( $(#[$meta])* $Type(Box<$Type>), )+
            /// An object of any other type.
            Custom(Box<Custom>),
        }

        impl Object {
            /// The type, where it is one of the standard's.
            pub fn kind(&self) -> Option<Kind> {
                match self {
                    $( Self::$Type(_) => Some(<$Type as ObjectType>::KIND), )+
                    Self::Custom(object) => Kind::from_name(&object.type_name),
                }
            }

            /// The common properties.
            pub fn common(&self) -> &Common {
                match self {
                    $( Self::$Type(object) => &object.common, )+
                    Self::Custom(object) => &object.common,
                }
            }

            /// The common properties, to change them.
            pub fn common_mut(&mut self) -> &mut Common {
                match self {
                    $( Self::$Type(object) => &mut object.common, )+
                    Self::Custom(object) => &mut object.common,
                }
            }

            /// What the object's type does not define or could not hold.
            pub fn custom(&self) -> &Properties {
                match self {
                    $( Self::$Type(object) => &object.custom, )+
                    Self::Custom(object) => &object.custom,
                }
            }

            /// What the object's type does not define or could not hold, to change it.
            pub fn custom_mut(&mut self) -> &mut Properties {
                match self {
                    $( Self::$Type(object) => &mut object.custom, )+
                    Self::Custom(object) => &mut object.custom,
                }
            }

            /// The names of the properties that the object's type adds to [`Common::PROPERTIES`].
            pub fn properties(&self) -> &'static [&'static str] {
                match self {
                    $( Self::$Type(_) => <$Type as ObjectType>::PROPERTIES, )+
                    Self::Custom(_) => &[],
                }
            }

            /// Those of `names` that are properties with a value.
            fn present_of(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
                names.iter().copied().filter(|name| match self {
                    $( Self::$Type(object) => object.is_present(name), )+
                    Self::Custom(object) => object.common.is_present(name),
                })
            }

            fn check_properties(&self, findings: &mut check::Findings) {
                match self {
                    $( Self::$Type(object) => object.check_properties(findings), )+
                    Self::Custom(object) => object.common.check_properties(findings),
                }
            }

            fn read<'de>(
                kind: Option<Kind>,
                common: &mut CommonReader<'de>,
                fields: &mut Fields<'_, 'de>,
                context: &mut Context,
            ) -> Result<Self, Fault> {
                match kind {
                    $( Some(Kind::$Type) => Ok(Self::$Type($Type::read(common, fields, context)?)), )+
                    _ => Ok(Self::Custom(Custom::read(common, fields, context)?)),
                }
            }
        }

        /// The property of some type, or of all, that has this name.
        fn standard_name(name: &str) -> Option<&'static str> {
            let lists = [&["type"], Common::PROPERTIES, $( <$Type as ObjectType>::PROPERTIES ),+];
            lists.into_iter().flatten().find(|own| **own == name).copied()
        }

        conversions!($($Type,)+ Custom);

        impl Serialize for Object {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$Type(object) => object.serialize(serializer), )+
                    Self::Custom(object) => object.serialize(serializer),
                }
            }
        }
    };
}

/// Into [`Object`] and back.
macro_rules! conversions {
    ($($Type:ident),+) => {
        $(
            impl From<$Type> for Object {
                fn from(object: $Type) -> Self {
                    Self::$Type(Box::new(object))
                }
            }

            impl<'a> TryFrom<&'a Object> for &'a $Type {
                type Error = WrongType;

                fn try_from(object: &'a Object) -> Result<Self, WrongType> {
                    match object {
                        Object::$Type(object) => Ok(object),
                        _ => Err(WrongType(())),
                    }
                }
            }

            impl TryFrom<Object> for $Type {
                type Error = WrongType;

                fn try_from(object: Object) -> Result<Self, WrongType> {
                    match object {
                        Object::$Type(object) => Ok(*object),
                        _ => Err(WrongType(())),
                    }
                }
            }
        )+
    };
}

/// An [`Object`] is of another type than the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongType(());

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object is of another type")
    }
}

impl std::error::Error for WrongType {}

registry! {
    typed {
        /// A person, an organization or a group: [`struct@Identity`].
        Identity = "identity",
        /// A pattern to detect something with: [`struct@Indicator`].
        Indicator = "indicator",
        /// A link between two objects: [`struct@Relationship`].
        Relationship = "relationship",
        /// A rule on how data may be used: [`struct@MarkingDefinition`].
        MarkingDefinition = "marking-definition",
    }
    named {
        /// A way in which adversaries act.
        AttackPattern = "attack-pattern",
        /// A set of actions over time with one aim.
        Campaign = "campaign",
        /// What to do against something.
        CourseOfAction = "course-of-action",
        /// Objects that share a context.
        Grouping = "grouping",
        /// A security incident.
        Incident = "incident",
        /// Systems that support an operation.
        Infrastructure = "infrastructure",
        /// Activity and resources that seem to have one actor behind them.
        IntrusionSet = "intrusion-set",
        /// A place.
        Location = "location",
        /// Hostile code.
        Malware = "malware",
        /// The result of an analysis of malware.
        MalwareAnalysis = "malware-analysis",
        /// An analyst's text on other objects.
        Note = "note",
        /// What was seen on systems and networks.
        ObservedData = "observed-data",
        /// How right somebody takes an object to be.
        Opinion = "opinion",
        /// A publication and what it is about.
        Report = "report",
        /// A person or group that acts with hostile intent.
        ThreatActor = "threat-actor",
        /// Legitimate software that adversaries use.
        Tool = "tool",
        /// A weakness in software or hardware.
        Vulnerability = "vulnerability",
        /// Bytes, or where to get them.
        Artifact = "artifact",
        /// An autonomous system.
        AutonomousSystem = "autonomous-system",
        /// A directory of a file system.
        Directory = "directory",
        /// A domain name.
        DomainName = "domain-name",
        /// An e-mail address.
        EmailAddr = "email-addr",
        /// An e-mail message.
        EmailMessage = "email-message",
        /// A file.
        File = "file",
        /// IPv4 addresses.
        Ipv4Addr = "ipv4-addr",
        /// IPv6 addresses.
        Ipv6Addr = "ipv6-addr",
        /// A MAC address.
        MacAddr = "mac-addr",
        /// A mutual exclusion object.
        Mutex = "mutex",
        /// Network traffic.
        NetworkTraffic = "network-traffic",
        /// A running program.
        Process = "process",
        /// A software product.
        Software = "software",
        /// A URL.
        Url = "url",
        /// A user account.
        UserAccount = "user-account",
        /// A key of the Windows registry.
        WindowsRegistryKey = "windows-registry-key",
        /// An X.509 certificate.
        X509Certificate = "x509-certificate",
        /// A belief that something was seen.
        Sighting = "sighting",
        /// Translations of other objects' text.
        LanguageContent = "language-content",
        /// The definition of an extension.
        ExtensionDefinition = "extension-definition",
        /// A collection of objects. It is a container and not an object: see [`Bundle`](crate::Bundle).
        Bundle = "bundle",
    }
}

impl Object {
    /// The object's identifier.
    pub fn id(&self) -> &Identifier {
        &self.common().id
    }

    /// The name of the object's type as written, also of a custom one.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Custom(object) => &object.type_name,
            // OK because every other variant stands in the registry.
            _ => self.kind().map_or("", Kind::name),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    /// Reads one object. The source must be JSON. For whole feeds [`Reader`](crate::Reader) is faster, and keeps going
    /// after an object that does not read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        properties::deserialize_object(deserializer)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        assert!(size_of::<Object>() <= 24);
    }

    #[test]
    fn what_a_type_cannot_say_is_kept_and_written_back() {
        let text = r#"{"type":"identity","id":"identity--1","name":"A","revoked":null,"labels":[],"roles":null,
            "extensions":{},"external_references":[{"source_name":"a","hashes":null,"url":null}],"sectors":["x"]}"#;
        let parsed = read::parse(text, 100).unwrap();
        assert!(parsed.misfits.is_empty() && !parsed.repeated_key);
        let written = serde_json::to_string(&parsed.object).unwrap();
        assert_eq!(crate::Json::new(&written).unwrap(), crate::Json::new(text).unwrap());
        let text = r#"{"type":"identity","id":"identity--1","name":"A","extensions":null}"#;
        let parsed = read::parse(text, 100).unwrap();
        assert!(parsed.misfits.is_empty());
        assert_eq!(serde_json::to_string(&parsed.object).unwrap(), text);
    }

    #[test]
    fn names_and_kinds_are_one_to_one() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(Kind::from_name("x-mitre-tactic"), None);
    }
}
