//! Findings: what is odd about data that was read all the same.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Position;
use crate::json::text::serialize_name;

/// Something that the standard does not allow, or that most readers would trip over, in data that
/// was kept.
///
/// Findings never stop a reader. Those that only the input shows come from
/// [`Reader`](crate::Reader); those that an object shows come from
/// [`Object::check`](crate::Object::check).
///
/// ```
/// use stixkit::{FindingKind, Object};
///
/// let object: Object = serde_json::from_str(r#"{"type": "url", "id": "url--1", "value": "https://example.org/"}"#)?;
/// let findings = object.check();
/// assert!(findings.iter().any(|finding| finding.kind == FindingKind::IdForm && finding.path == ".id"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of oddity.
    pub kind: FindingKind,
    /// Where: a JSON path, from the document (`$.objects[3].created`) in findings of a reader, from
    /// the object (`.created`) in findings of a check.
    pub path: String,
    /// Where in the input, in findings of a reader.
    pub position: Option<Position>,
    /// What exactly, in words.
    pub detail: String,
}

/// The kinds of [`Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A value has a shape that its property does not take. It was set aside among the custom
    /// properties.
    SetAside,
    /// An object repeats a key; the last one counts.
    RepeatedKey,
    /// A list or bundle has a comma too many or too few, or a bracket too many.
    Container,
    /// The input ends before its lists and bundles do.
    Unfinished,
    /// `objects` of a bundle or envelope is one object or a map of objects. They are read.
    NotAList,
    /// The objects are below a member of an object that is neither STIX nor a container.
    Wrapped,
    /// More findings of one object than are worth listing.
    More,
    /// An identifier is not a lower-case type, `--` and a UUID of RFC 9562: see
    /// [`Identifier::is_canonical`](crate::Identifier::is_canonical).
    IdForm,
    /// An identifier's UUID has upper-case letters. RFC 9562 reads them and writes lower case;
    /// software that compares identifiers as text takes it for another one.
    IdCase,
    /// An identifier's prefix is not the object's type.
    IdPrefix,
    /// The identifier of an observable is a UUID of version 5 and does not follow from its
    /// properties: they were changed after it was made, or it was made by another rule. See
    /// [`Object::deterministic_id`](crate::Object::deterministic_id).
    StaleId,
    /// The identifier of an observable is random, though one follows from its properties. The
    /// standard recommends that one, so that two producers use the same.
    RandomId,
    /// A timestamp is RFC 3339, but not of the form `YYYY-MM-DDTHH:mm:ss.sssZ`: it has an offset,
    /// or letters in lower case. Or the standard requires it, and it cannot be read at all.
    TimestampForm,
    /// A timestamp has more than six fraction digits. The standard allows any number, but the
    /// reference Python library (`stix2`) and the TAXII servers OpenTAXII and medallion read six at
    /// most. A check reports the first one of an object. Times that this crate makes have
    /// [three](crate::Timestamp#times-that-are-made-here).
    TimestampPrecision,
    /// A timestamp lies before 1970 or after 2199: a placeholder rather than a time.
    TimestampRange,
    /// `modified` is earlier than `created`, `valid_until` not later than `valid_from`, the last
    /// time of something earlier than the first.
    TimestampOrder,
    /// The version of the standard that the object follows requires a property that is absent.
    Missing,
    /// A property of one version of the standard on an object of the other.
    OtherVersion,
    /// A property that neither the standard defines nor the prefix `x_` marks as custom.
    UnknownProperty,
    /// A property's name holds something else than `a-z`, `0-9` and `_`, or has not 3 to 250
    /// characters.
    PropertyName,
    /// A value is `null`.
    Null,
    /// A value is an empty string, list or object.
    Empty,
    /// A hash algorithm is not spelled as in the standard's vocabulary.
    HashName,
    /// A number is outside the range of its property.
    Range,
    /// A type that neither the standard defines nor the prefix `x-` marks as custom.
    UnknownType,
    /// `spec_version` is neither `2.0` nor `2.1`.
    SpecVersion,
    /// A value is not among those of a closed vocabulary.
    Enumeration,
    /// Properties do not go together: an artifact with both bytes and a URL, a latitude without a
    /// longitude.
    Combination,
    /// An extension is neither predefined nor named by the identifier of its definition.
    UnknownExtension,
    // The kinds below are found by a validation only: see `validate`.
    /// The item could not be read as an object at all.
    Unreadable,
    /// The identifier of an observable is a UUID of version 5, although no property that one could
    /// follow from is present.
    IdVersion,
    /// The identifier of an object that is not an observable is not random.
    IdNotRandom,
    /// `created` or `modified` does not have the number of fraction digits that the version of the
    /// standard requires.
    TimestampDigits,
    /// The last time of something in STIX 2.0 is earlier than the first.
    TimestampOrder20,
    /// A list or dictionary is empty.
    EmptyList,
    /// A common property that objects of this type do not have.
    ForeignProperty,
    /// A name in `extensions` is neither that of a predefined extension nor the identifier of a
    /// definition.
    ExtensionKey,
    /// An extension by the identifier of its definition lacks `extension_type`.
    ExtensionType,
    /// An extension is not an object, or its `extension_type` is not one of the standard's.
    ExtensionForm,
    /// A property or type has a name that the standard reserves.
    ReservedName,
    /// The name of a type has other characters than `a-z`, `0-9` and `-`, is shorter than 3 or
    /// longer than 250.
    TypeName,
    /// A language tag does not have the form of RFC 5646, or is longer than it has to be.
    Language,
    /// An external identifier does not have the form that its source uses: CVE, CAPEC.
    ExternalId,
    /// A URL is not of the form of RFC 3986.
    Url,
    /// A reference leads to an object of a type that its property does not take.
    ReferenceTarget,
    /// A granular marking has both `lang` and `marking_ref`.
    LangAndMarking,
    /// A selector of a granular marking is not a path, or leads to nothing.
    Selector,
    /// A marking definition is marked with itself.
    MarkingCycle,
    /// A definition of the Traffic Light Protocol has an identifier other than the standard's.
    TlpDefinition,
    /// A definition has the identifier of one level of the Traffic Light Protocol and the content
    /// of another.
    TlpContradiction,
    /// A definition of the Traffic Light Protocol that is well known and not the standard's.
    TlpUnofficial,
    /// A value does not have the form of its property: an address, a name, Base64, CPE.
    ValueForm,
    /// A hexadecimal value has an odd number of digits, or other characters.
    Hex,
    /// A hash does not have the number of digits of its algorithm.
    HashLength,
    /// The hive of a registry key is abbreviated.
    RegistryHive,
    /// `relationship_type` has other characters than `a-z`, `0-9` and `-`.
    RelationshipTypeForm,
    /// A reference between observables in observed data leads to nothing.
    LocalReference,
    /// The values of a header are not lists of strings.
    HeaderList,
    /// The version of an extension definition is not a semantic version.
    SemanticVersion,
    /// A dictionary's key has other characters than letters, digits, `-` and `_`, or is too long.
    DictionaryKey,
    /// A dictionary's key is not in lower case.
    DictionaryKeyCase,
    /// The pattern cannot be parsed.
    PatternSyntax,
    /// The pattern breaks a rule of the language.
    PatternRule,
    /// An object type in the pattern has other characters than `a-z`, `0-9` and `-`.
    PatternTypeForm,
    /// The pattern is written in a way that only some parsers take, or can never match.
    PatternForm,
    /// A type, property or hash algorithm in the pattern is not one of the standard's.
    PatternName,
    /// A value is not among those of an open vocabulary.
    Vocabulary,
    /// The name of a kill chain or of its phase is not in lower case with hyphens.
    KillChainName,
    /// The local name of an observable in observed data is not a number.
    LocalName,
    /// A property that the standard deprecates.
    Deprecated,
    /// The product of an analysis is not in lower case.
    ProductName,
    /// The priority of a Windows process does not end with `_CLASS`.
    ProcessPriority,
    /// The standard does not suggest this relationship between objects of these types.
    RelationshipMatrix,
    /// A country is not a code of ISO 3166-1 with two letters.
    Country,
    /// A media type is not one that IANA could have registered.
    MediaType,
    /// Network traffic without ports.
    Ports,
    /// A header's name has the prefix `X-`, which RFC 6648 deprecates.
    HeaderName,
    /// The name of a socket option has no known prefix.
    SocketOption,
    /// A key of a PDF's document information is not one of the PDF standard's.
    PdfKey,
    /// An external reference has a URL and no hashes of what is there.
    UnhashedUrl,
    /// An indicator lacks a name or a description.
    IndicatorText,
    /// An extension definition lacks a description.
    ExtensionText,
    /// An extension definition does not list the properties that it adds.
    ExtensionProperties,
    /// A custom property instead of an extension.
    CustomProperty,
    /// A custom type instead of an extension.
    CustomType,
    /// A bundle has no identifier, or one that is not a bundle's.
    BundleId,
    /// A bundle that has a `spec_version` contains objects of STIX 2.1.
    BundleVersion,
    /// The same version of an object was there before, with the same content.
    Duplicate,
    /// The same version of an object was there before, with other content.
    VersionConflict,
    /// A definition was there before, with other content.
    DefinitionConflict,
    /// A reference leads to an object that is not in the input.
    DanglingReference,
    /// The identity in `created_by_ref` is not in the input, or there is no `created_by_ref`.
    UnresolvedCreator,
    /// An object is not marked with one of the four levels of version 1 of the Traffic Light
    /// Protocol.
    InteropTlp,
    /// A list repeats an item.
    RepeatedItem,
}

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Advice of the standard that most of the world does not follow.
    Advice,
    /// Allowed, but unusual or discouraged, and often a mistake.
    Warning,
    /// The standard forbids it, or requires what is missing: strict readers refuse the object.
    Error,
}

impl FindingKind {
    /// How bad it is.
    pub fn level(self) -> Level {
        match self {
            Self::More
            | Self::Wrapped
            | Self::StaleId
            | Self::RandomId
            | Self::IdCase
            | Self::TimestampPrecision
            | Self::TimestampRange
            | Self::OtherVersion
            | Self::UnknownProperty
            | Self::Empty
            | Self::HashName
            | Self::UnknownType
            | Self::UnknownExtension
            | Self::ExtensionType
            | Self::TlpUnofficial
            | Self::PatternForm
            | Self::PatternName
            | Self::Vocabulary
            | Self::Deprecated
            | Self::ProductName
            | Self::ProcessPriority
            | Self::Country
            | Self::SocketOption
            | Self::PdfKey
            | Self::ExtensionText
            | Self::ExtensionProperties
            | Self::Duplicate
            | Self::DanglingReference => Level::Warning,
            Self::IdNotRandom
            | Self::DictionaryKeyCase
            | Self::KillChainName
            | Self::LocalName
            | Self::RelationshipMatrix
            | Self::MediaType
            | Self::Ports
            | Self::HeaderName
            | Self::UnhashedUrl
            | Self::IndicatorText
            | Self::CustomProperty
            | Self::CustomType
            | Self::BundleVersion => Level::Advice,
            _ => Level::Error,
        }
    }
}

impl Finding {
    pub(crate) fn new(kind: FindingKind, path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, path: path.into(), position: None, detail: detail.into() }
    }

    pub(crate) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }
}

impl Serialize for Finding {
    /// Writes a map of `kind`, `level`, `path`, `position` (if there is one) and `detail`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("level", &self.kind.level())?;
        map.serialize_entry("path", &self.path)?;
        if let Some(position) = &self.position {
            map.serialize_entry("position", position)?;
        }
        map.serialize_entry("detail", &self.detail)?;
        map.end()
    }
}

impl Serialize for FindingKind {
    /// Writes the name in snake case: `set_aside`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_name(self, serializer)
    }
}

impl Serialize for Level {
    /// Writes the name in lower case: `warning`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_name(self, serializer)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        if !self.path.is_empty() {
            write!(f, ", at {}", self.path)?;
        }
        match self.position {
            Some(position) => write!(f, ", {position}"),
            None => Ok(()),
        }
    }
}
