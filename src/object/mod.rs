//! STIX objects: one documented struct per type, and [`Object`] over all of them.
//!
//! | | |
//! |---|---|
//! | domain objects | [`AttackPattern`] [`Campaign`] [`CourseOfAction`] [`Grouping`] [`Identity`] [`Incident`] [`Indicator`] [`Infrastructure`] [`IntrusionSet`] [`Location`] [`Malware`] [`MalwareAnalysis`] [`Note`] [`ObservedData`] [`Opinion`] [`Report`] [`ThreatActor`] [`Tool`] [`Vulnerability`] |
//! | observables | [`Artifact`] [`AutonomousSystem`] [`Directory`] [`DomainName`] [`EmailAddr`] [`EmailMessage`] [`File`] [`Ipv4Addr`] [`Ipv6Addr`] [`MacAddr`] [`Mutex`] [`NetworkTraffic`] [`Process`] [`Software`] [`Url`] [`UserAccount`] [`WindowsRegistryKey`] [`X509Certificate`] |
//! | relationships | [`Relationship`] [`Sighting`] |
//! | about others | [`MarkingDefinition`] [`LanguageContent`] [`ExtensionDefinition`] |
//! | predefined [`Extensions`] | [`ArchiveExt`] [`NtfsExt`] [`PdfExt`] [`RasterImageExt`] [`WindowsPebinaryExt`] [`HttpRequestExt`] [`IcmpExt`] [`SocketExt`] [`TcpExt`] [`WindowsProcessExt`] [`WindowsServiceExt`] [`UnixAccountExt`] |
//! | any other type | [`Custom`] |
//!
//! Every struct holds [`Common`] properties in `common`, those of its own type as plain fields, and in `custom` what
//! the crate does not define, in document order.
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
//!
//! # Reading
//!
//! Reading is lenient and loses nothing. Required in a struct is only what STIX 2.0 and 2.1 both require, and without which
//! the object says nothing. Where a type cannot say what was sent (`null`, an empty list, a property of the wrong shape), the
//! JSON stays in `custom` under the property's own name. [`Object::check`] compares with the standard afterwards.
//!
//! # Making
//!
//! `new` of a type takes what the standard requires, makes the identifier, and the versions' times from the `now` that it
//! is given; everything else is a public field. Observables have the identifiers that follow from their properties: see
//! [`ObservableType::identify`]. [`Object::new_version`] and [`Object::revoke`] keep the rules for versions.
//!
//! ```
//! use stixkit::Timestamp;
//! use stixkit::object::{File, Malware, ObservableType};
//! use stixkit::vocab::{HashAlgorithm, MalwareType};
//!
//! let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
//! let mut file = File::new();
//! file.hashes.insert(HashAlgorithm::Md5, "d41d8cd98f00b204e9800998ecf8427e");
//! file.identify();
//! let mut malware = Malware::new(now, "Poison Ivy", true);
//! malware.malware_types = vec![MalwareType::RemoteAccessTrojan];
//! malware.sample_refs = vec![file.common.id.clone()];
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! Writing is by `serde_json` and always in the same order: the common properties, those of the type in the standard's order,
//! the custom ones.
//!
//! # Names, paths, references
//!
//! [`Object::property`] and [`Object::select`] reach any property by its name or path, typed or not, and
//! [`Object::references`] lists what an object points at.
//!
//! # STIX 2.0
//!
//! Objects of STIX 2.0 read into the same structs and are written back as they were. What 2.0 has in `labels` or under other
//! names is behind methods called `effective_…`; observed data holds its observables in [`Observables`]; fields that only 2.0
//! has say so. [`Object::upgrade`] turns an object into one of 2.1.

pub(crate) mod check;
pub(crate) mod common;
#[cfg(any(test, feature = "arbitrary"))]
pub(crate) mod generate;
pub(crate) mod property;
pub(crate) mod read;

mod custom;
mod domain;
mod extension;
mod identify;
mod meta;
mod object_type;
mod observable;
mod observables;
mod reference;
mod relationship;
mod upgrade;
mod version;

pub use common::{Common, ExternalReference, GranularMarking, Hashes, KillChainPhase};
pub use custom::Custom;
pub use domain::*;
pub use extension::*;
pub use meta::{ExtensionDefinition, LanguageContent, MarkingDefinition, Tlp};
pub use object_type::{ObjectType, ObservableType};
pub use observable::*;
pub use observables::Observables;
pub use property::view::{PropertyList, PropertyMap, PropertyValue};
pub use reference::Reference;
pub use relationship::{Relationship, Sighting};

use std::borrow::Cow;
use std::fmt;

use common::CommonReader;
use property::fields::{Context, Fields};
use property::list::{ReadObject, Ruled};
use property::value::Shape;
use property::view::ViewMap;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::json::cursor::Fault;
use crate::{Identifier, Properties};

/// The length of the longest name: `extension-definition`, `windows-registry-key`.
pub(crate) const MAX_NAME: usize = 20;

/// What a type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Category {
    /// An analyst's view: threat actors, malware, indicators … (STIX 2.1 section 4).
    Domain,
    /// A fact about a system or network: files, addresses … (STIX 2.1 section 6).
    Observable,
    /// A link between objects (STIX 2.1 section 5).
    Relationship,
    /// What says something about other objects: markings, translations, definitions of extensions (STIX 2.1 section 7).
    Meta,
    /// A container of objects: the bundle (STIX 2.1 section 8).
    Container,
}

/// The registry: a row a type.
macro_rules! registry {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        registry!(@flat
            [$( $( ($Category, $(#[$meta])* $Type = $name) )+ )+]
        );
    };
    (@flat [$( ($Category:ident, $(#[$meta:meta])* $Type:ident = $name:literal) )+]) => {
        /// A type of the standard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $( $(#[$meta])* $Type, )+
            /// A collection of objects. It is a container and not an object: see [`Bundle`](crate::Bundle).
            Bundle,
        }

        impl Kind {
            /// All types of the standard.
            pub const ALL: &'static [Self] = &[ $(Self::$Type,)+ Self::Bundle ];

            /// The name as it stands in `type`.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$Type => $name, )+
                    Self::Bundle => "bundle",
                }
            }

            /// What the type is for.
            pub const fn category(self) -> Category {
                match self {
                    $( Self::$Type => Category::$Category, )+
                    Self::Bundle => Category::Container,
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

            /// The names of the properties that the type adds to [`Common::PROPERTIES`], in the standard's order.
            pub const fn properties(self) -> &'static [&'static str] {
                match self {
                    $( Self::$Type => <$Type as ObjectType>::PROPERTIES, )+
                    Self::Bundle => &["objects"],
                }
            }

            /// What the versions of the standard say of the properties.
            pub(crate) fn rules(self) -> &'static [Ruled] {
                match self {
                    $( Self::$Type => <$Type as ReadObject>::RULES, )+
                    Self::Bundle => &[],
                }
            }

            /// What the properties that the type adds hold.
            pub(crate) fn shapes(self) -> &'static [(&'static str, Shape)] {
                match self {
                    $( Self::$Type => <$Type as ReadObject>::SHAPES, )+
                    Self::Bundle => &[],
                }
            }

            /// The properties that the identifiers of an observable follow from.
            pub(crate) fn identified_by(self) -> &'static [&'static str] {
                match self {
                    $( Self::$Type => <$Type as ReadObject>::IDENTIFIED_BY, )+
                    Self::Bundle => &[],
                }
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
                    $( Self::$Type(_) => Some(Kind::$Type), )+
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

            /// The value of a property, by its name in JSON: a common one, one of the type's, or a custom one. `None`
            /// where it is absent.
            ///
            /// ```
            /// use stixkit::Object;
            /// use stixkit::object::PropertyValue;
            ///
            /// let object: Object = serde_json::from_str(
            ///     r#"{"type": "url", "id": "url--1", "value": "https://example.org/", "x_seen": 3}"#,
            /// )?;
            /// assert_eq!(object.property("value").unwrap().as_str(), Some("https://example.org/"));
            /// assert_eq!(object.property("x_seen"), Some(PropertyValue::Integer(3)));
            /// assert_eq!(object.property("defanged"), None);
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            pub fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
                match self {
                    $( Self::$Type(object) => object.property(name), )+
                    Self::Custom(object) => object.property(name),
                }
            }

            fn as_map(&self) -> &dyn ViewMap {
                match self {
                    $( Self::$Type(object) => &**object, )+
                    Self::Custom(object) => &**object,
                }
            }

            /// Whether the property is there and not among the custom ones.
            fn is_present(&self, name: &str) -> bool {
                match self {
                    $( Self::$Type(object) => object.is_present(name), )+
                    Self::Custom(object) => object.common.is_present(name),
                }
            }

            /// Shows each identifier in it, its own included, to change it. Not those in custom properties.
            fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
                match self {
                    $( Self::$Type(object) => object.each_id(change), )+
                    Self::Custom(object) => object.common.each_id(change),
                }
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

            /// Writes the object, with or without its `id`.
            fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$Type(object) => object.write(serializer, with_id), )+
                    Self::Custom(object) => object.write(serializer, with_id),
                }
            }
        }

        conversions!($($Type,)+ Custom);

        #[cfg(any(test, feature = "arbitrary"))]
        impl Object {
            /// An object of this type from random bytes; of a bundle's there is none, and a custom one is made.
            fn generate(kind: Kind, u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                match kind {
                    $( Kind::$Type => Ok(Self::from(<$Type as generate::Generate>::generate(u)?)), )+
                    Kind::Bundle => Ok(Self::from(<Custom as generate::Generate>::generate(u)?)),
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
    Domain {
        /// A way in which adversaries act: [`struct@AttackPattern`].
        AttackPattern = "attack-pattern",
        /// A set of actions over time with one aim: [`struct@Campaign`].
        Campaign = "campaign",
        /// What to do against something: [`struct@CourseOfAction`].
        CourseOfAction = "course-of-action",
        /// Objects that share a context: [`struct@Grouping`].
        Grouping = "grouping",
        /// A person, an organization or a group: [`struct@Identity`].
        Identity = "identity",
        /// A security incident: [`struct@Incident`].
        Incident = "incident",
        /// A pattern to detect something with: [`struct@Indicator`].
        Indicator = "indicator",
        /// Systems that support an operation: [`struct@Infrastructure`].
        Infrastructure = "infrastructure",
        /// Activity and resources that seem to have one actor behind them: [`struct@IntrusionSet`].
        IntrusionSet = "intrusion-set",
        /// A place: [`struct@Location`].
        Location = "location",
        /// Hostile code: [`struct@Malware`].
        Malware = "malware",
        /// The result of an analysis of malware: [`struct@MalwareAnalysis`].
        MalwareAnalysis = "malware-analysis",
        /// An analyst's text on other objects: [`struct@Note`].
        Note = "note",
        /// What was seen on systems and networks: [`struct@ObservedData`].
        ObservedData = "observed-data",
        /// How right somebody takes an object to be: [`struct@Opinion`].
        Opinion = "opinion",
        /// A publication and what it is about: [`struct@Report`].
        Report = "report",
        /// A person or group that acts with hostile intent: [`struct@ThreatActor`].
        ThreatActor = "threat-actor",
        /// Legitimate software that adversaries use: [`struct@Tool`].
        Tool = "tool",
        /// A weakness in software or hardware: [`struct@Vulnerability`].
        Vulnerability = "vulnerability",
    }
    Observable {
        /// Bytes, or where to get them: [`struct@Artifact`].
        Artifact = "artifact",
        /// An autonomous system: [`struct@AutonomousSystem`].
        AutonomousSystem = "autonomous-system",
        /// A directory of a file system: [`struct@Directory`].
        Directory = "directory",
        /// A domain name: [`struct@DomainName`].
        DomainName = "domain-name",
        /// An e-mail address: [`struct@EmailAddr`].
        EmailAddr = "email-addr",
        /// An e-mail message: [`struct@EmailMessage`].
        EmailMessage = "email-message",
        /// A file: [`struct@File`].
        File = "file",
        /// IPv4 addresses: [`struct@Ipv4Addr`].
        Ipv4Addr = "ipv4-addr",
        /// IPv6 addresses: [`struct@Ipv6Addr`].
        Ipv6Addr = "ipv6-addr",
        /// A MAC address: [`struct@MacAddr`].
        MacAddr = "mac-addr",
        /// A mutual exclusion object: [`struct@Mutex`].
        Mutex = "mutex",
        /// Network traffic: [`struct@NetworkTraffic`].
        NetworkTraffic = "network-traffic",
        /// A running program: [`struct@Process`].
        Process = "process",
        /// A software product: [`struct@Software`].
        Software = "software",
        /// A URL: [`struct@Url`].
        Url = "url",
        /// A user account: [`struct@UserAccount`].
        UserAccount = "user-account",
        /// A key of the Windows registry: [`struct@WindowsRegistryKey`].
        WindowsRegistryKey = "windows-registry-key",
        /// An X.509 certificate: [`struct@X509Certificate`].
        X509Certificate = "x509-certificate",
    }
    Relationship {
        /// A link between two objects: [`struct@Relationship`].
        Relationship = "relationship",
        /// A belief that something was seen: [`struct@Sighting`].
        Sighting = "sighting",
    }
    Meta {
        /// A rule on how data may be used: [`struct@MarkingDefinition`].
        MarkingDefinition = "marking-definition",
        /// Translations of other objects' text: [`struct@LanguageContent`].
        LanguageContent = "language-content",
        /// The definition of an extension: [`struct@ExtensionDefinition`].
        ExtensionDefinition = "extension-definition",
    }
}

/// The property of some type, or of all, that has this name.
fn standard_name(name: &str) -> Option<&'static str> {
    let of_types = Kind::ALL.iter().flat_map(|kind| kind.properties());
    ["type"].iter().chain(Common::PROPERTIES).chain(of_types).find(|own| **own == name).copied()
}

/// The names of the properties that are there, in the order in which they are written.
fn names_of<T: ObjectType>(object: &T) -> Vec<Cow<'_, str>> {
    let standard = ["type"].iter().chain(Common::PROPERTIES).chain(T::PROPERTIES).copied();
    let own = standard.filter(|name| object.property(name).is_some());
    let mut names: Vec<_> = own.map(Cow::Borrowed).collect();
    for name in object.custom().names() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
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

impl Object {
    /// The names of the properties that the object's type adds to [`Common::PROPERTIES`].
    pub fn properties(&self) -> &'static [&'static str] {
        match self {
            Self::Custom(_) => &[],
            _ => self.kind().map_or(&[], Kind::properties),
        }
    }

    /// Follows a path into the object: names with dots between them, indexes of lists in brackets, as in the selectors of
    /// granular markings (STIX 2.1 section 7.2.3.1): `external_references.[0].url`. The dot in front of a bracket may be
    /// left out, and a name may stand in single quotes, as in patterns: `extensions.'pdf-ext'.version`.
    ///
    /// `None` where there is nothing, and where the path is none.
    pub fn select(&self, path: &str) -> Option<PropertyValue<'_>> {
        self.view().select(path)
    }

    /// The object as a map of its properties.
    pub fn view(&self) -> PropertyValue<'_> {
        PropertyValue::of_map(self.as_map())
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, true)
    }
}

impl<'de> Deserialize<'de> for Object {
    /// Reads one object. The source must be JSON. For whole feeds [`Reader`](crate::Reader) is faster, and keeps going
    /// after an object that does not read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        property::list::deserialize_object(deserializer)
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
