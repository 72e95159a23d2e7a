//! The types of the standard: their names, and what they are for.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::error::{Error, ErrorKind};

/// The length of the longest name: `extension-definition`, `windows-registry-key`.
pub(crate) const MAX_NAME: usize = 20;

/// What a type is for.
///
/// ```
/// use stixkit::Kind;
/// use stixkit::object::Category;
///
/// assert_eq!(Kind::Malware.category(), Category::Domain);
/// assert_eq!(Kind::Ipv4Addr.category(), Category::Observable);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Category {
    /// An analyst's view: threat actors, malware, indicators … (STIX 2.1 section 4).
    Domain,
    /// A fact about a system or network: files, addresses … (STIX 2.1 section 6).
    Observable,
    /// A link between objects (STIX 2.1 section 5).
    Relationship,
    /// A statement about other objects: markings, translations, definitions of extensions (STIX 2.1
    /// section 7).
    Meta,
    /// A container of objects: the bundle (STIX 2.1 section 8).
    Container,
}

/// The registry of types. It passes one row for each type, by category, to the macro `$callback`,
/// so that every list of all types comes from here: [`Kind`], [`Object`](crate::Object), and the
/// traits that all types have.
macro_rules! each_kind {
    ($callback:ident) => {
        $callback! {
            Domain {
                /// A way in which adversaries act: [`AttackPattern`](crate::object::AttackPattern).
                AttackPattern = "attack-pattern",
                /// A set of actions over time with one aim: [`Campaign`](crate::object::Campaign).
                Campaign = "campaign",
                /// What to do against something: [`CourseOfAction`](crate::object::CourseOfAction).
                CourseOfAction = "course-of-action",
                /// Objects that share a context: [`Grouping`](crate::object::Grouping).
                Grouping = "grouping",
                /// A person, an organization or a group: [`Identity`](crate::object::Identity).
                Identity = "identity",
                /// A security incident: [`Incident`](crate::object::Incident).
                Incident = "incident",
                /// A pattern to detect something with: [`Indicator`](crate::object::Indicator).
                Indicator = "indicator",
                /// Systems that support an operation:
                /// [`Infrastructure`](crate::object::Infrastructure).
                Infrastructure = "infrastructure",
                /// Activity and resources that seem to have one actor behind them:
                /// [`IntrusionSet`](crate::object::IntrusionSet).
                IntrusionSet = "intrusion-set",
                /// A place: [`Location`](crate::object::Location).
                Location = "location",
                /// Hostile code: [`Malware`](crate::object::Malware).
                Malware = "malware",
                /// The result of an analysis of malware:
                /// [`MalwareAnalysis`](crate::object::MalwareAnalysis).
                MalwareAnalysis = "malware-analysis",
                /// An analyst's text on other objects: [`Note`](crate::object::Note).
                Note = "note",
                /// What was seen on systems and networks:
                /// [`ObservedData`](crate::object::ObservedData).
                ObservedData = "observed-data",
                /// How right somebody takes an object to be: [`Opinion`](crate::object::Opinion).
                Opinion = "opinion",
                /// A publication and what it is about: [`Report`](crate::object::Report).
                Report = "report",
                /// A person or group that acts with hostile intent:
                /// [`ThreatActor`](crate::object::ThreatActor).
                ThreatActor = "threat-actor",
                /// Legitimate software that adversaries use: [`Tool`](crate::object::Tool).
                Tool = "tool",
                /// A weakness in software or hardware:
                /// [`Vulnerability`](crate::object::Vulnerability).
                Vulnerability = "vulnerability",
            }
            Observable {
                /// Bytes, or where to get them: [`Artifact`](crate::object::Artifact).
                Artifact = "artifact",
                /// An autonomous system: [`AutonomousSystem`](crate::object::AutonomousSystem).
                AutonomousSystem = "autonomous-system",
                /// A directory of a file system: [`Directory`](crate::object::Directory).
                Directory = "directory",
                /// A domain name: [`DomainName`](crate::object::DomainName).
                DomainName = "domain-name",
                /// An e-mail address: [`EmailAddr`](crate::object::EmailAddr).
                EmailAddr = "email-addr",
                /// An e-mail message: [`EmailMessage`](crate::object::EmailMessage).
                EmailMessage = "email-message",
                /// A file: [`File`](crate::object::File).
                File = "file",
                /// IPv4 addresses: [`Ipv4Addr`](crate::object::Ipv4Addr).
                Ipv4Addr = "ipv4-addr",
                /// IPv6 addresses: [`Ipv6Addr`](crate::object::Ipv6Addr).
                Ipv6Addr = "ipv6-addr",
                /// A MAC address: [`MacAddr`](crate::object::MacAddr).
                MacAddr = "mac-addr",
                /// A mutual exclusion object: [`Mutex`](crate::object::Mutex).
                Mutex = "mutex",
                /// Network traffic: [`NetworkTraffic`](crate::object::NetworkTraffic).
                NetworkTraffic = "network-traffic",
                /// A running program: [`Process`](crate::object::Process).
                Process = "process",
                /// A software product: [`Software`](crate::object::Software).
                Software = "software",
                /// A URL: [`Url`](crate::object::Url).
                Url = "url",
                /// A user account: [`UserAccount`](crate::object::UserAccount).
                UserAccount = "user-account",
                /// A key of the Windows registry:
                /// [`WindowsRegistryKey`](crate::object::WindowsRegistryKey).
                WindowsRegistryKey = "windows-registry-key",
                /// An X.509 certificate: [`X509Certificate`](crate::object::X509Certificate).
                X509Certificate = "x509-certificate",
            }
            Relationship {
                /// A link between two objects: [`Relationship`](crate::object::Relationship).
                Relationship = "relationship",
                /// A belief that something was seen: [`Sighting`](crate::object::Sighting).
                Sighting = "sighting",
            }
            Meta {
                /// A rule on how data may be used:
                /// [`MarkingDefinition`](crate::object::MarkingDefinition).
                MarkingDefinition = "marking-definition",
                /// Translations of other objects' text:
                /// [`LanguageContent`](crate::object::LanguageContent).
                LanguageContent = "language-content",
                /// The definition of an extension:
                /// [`ExtensionDefinition`](crate::object::ExtensionDefinition).
                ExtensionDefinition = "extension-definition",
            }
        }
    };
}
pub(crate) use each_kind;

macro_rules! kinds {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        /// A type of the standard.
        ///
        /// ```
        /// use stixkit::Kind;
        ///
        /// assert_eq!("malware".parse::<Kind>()?, Kind::Malware);
        /// assert_eq!(Kind::Malware.to_string(), "malware");
        /// assert!("malwear".parse::<Kind>().is_err());
        /// # Ok::<(), stixkit::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $( $( $(#[$meta])* $Type, )+ )+
            /// A collection of objects. It is a container and not an object: see
            /// [`Bundle`](crate::Bundle).
            Bundle,
        }

        impl Kind {
            /// All types of the standard.
            pub const ALL: &'static [Self] = &[ $( $(Self::$Type,)+ )+ Self::Bundle ];

            /// The name as it is written in `type`.
            pub const fn name(self) -> &'static str {
                match self {
                    $( $( Self::$Type => $name, )+ )+
                    Self::Bundle => "bundle",
                }
            }

            /// What the type is for.
            pub const fn category(self) -> Category {
                match self {
                    $( $( Self::$Type )|+ => Category::$Category, )+
                    Self::Bundle => Category::Container,
                }
            }
        }
    };
}

each_kind!(kinds);

/// The types in the order of their names' lengths, and where each length starts. Every identifier
/// of every object is looked up here, and comparing forty names shows in profiles.
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

impl Kind {
    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let (start, end) = (BY_LEN.1.get(name.len())?, BY_LEN.1.get(name.len() + 1)?);
        BY_LEN.0[usize::from(*start)..usize::from(*end)].iter().copied().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    /// Returns an error of kind [`ErrorKind::UnknownName`] if the standard has no such type.
    /// [`from_name`](Kind::from_name) returns an option.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::from_name(name).ok_or_else(|| Error::new(ErrorKind::UnknownName).with_detail(format!("type {name:?}")))
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_kinds_are_one_to_one() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
        }
        for name in ["x-mitre-tactic", "", "indicatos", "windows-registry-keys-x"] {
            assert_eq!(Kind::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn every_category_has_its_types() {
        for (category, count) in [
            (Category::Domain, 19),
            (Category::Observable, 18),
            (Category::Relationship, 2),
            (Category::Meta, 3),
            (Category::Container, 1),
        ] {
            assert_eq!(Kind::ALL.iter().filter(|kind| kind.category() == category).count(), count, "{category:?}");
        }
    }
}
