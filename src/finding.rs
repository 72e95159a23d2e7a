//! Findings: what is odd about data that was read all the same.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Position;
use crate::json::text::serialize_name;

/// Something that the standard does not allow, or that most readers would trip over, in data that was kept.
///
/// Findings never stop a reader. Those that only the input shows come from [`Reader`](crate::Reader); those that an
/// object shows come from [`Object::check`](crate::Object::check).
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
    /// Where: a JSON path, from the document (`$.objects[3].created`) in findings of a reader, from the object
    /// (`.created`) in findings of a check.
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
    /// A value has a shape that its property does not take. It was set aside among the custom properties.
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
    /// An identifier's UUID has upper-case letters. RFC 9562 reads them and writes lower case; software that compares
    /// identifiers as text takes it for another one.
    IdCase,
    /// An identifier's prefix is not the object's type.
    IdPrefix,
    /// The identifier of an observable is a UUID of version 5 and does not follow from its properties: they were changed
    /// after it was made, or it was made by another rule. See [`Object::deterministic_id`](crate::Object::deterministic_id).
    StaleId,
    /// The identifier of an observable is random, though one follows from its properties. The standard recommends that
    /// one, so that two producers use the same.
    RandomId,
    /// A timestamp is RFC 3339, but not of the form `YYYY-MM-DDTHH:mm:ss.sssZ`: it has an offset, or letters in lower
    /// case. Or the standard requires it, and it cannot be read at all.
    TimestampForm,
    /// A timestamp has more than six fraction digits. The standard allows any number, but the reference Python library
    /// (`stix2`) and the TAXII servers OpenTAXII and medallion read six at most. A check reports the first one of an
    /// object. Times that this crate makes have [three](crate::Timestamp#times-that-are-made-here).
    TimestampPrecision,
    /// A timestamp lies before 1970 or after 2199: a placeholder rather than a time.
    TimestampRange,
    /// `modified` is earlier than `created`, `valid_until` not later than `valid_from`, the last time of something earlier
    /// than the first.
    TimestampOrder,
    /// The version of the standard that the object follows requires a property that is absent.
    Missing,
    /// A property of one version of the standard on an object of the other.
    OtherVersion,
    /// A property that neither the standard defines nor the prefix `x_` marks as custom.
    UnknownProperty,
    /// A property's name holds something else than `a-z`, `0-9` and `_`, or has not 3 to 250 characters.
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
    /// Properties do not go together: an artifact with both bytes and a URL, a latitude without a longitude.
    Combination,
    /// An extension is neither predefined nor named by the identifier of its definition.
    UnknownExtension,
}

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
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
            | Self::UnknownExtension => Level::Warning,
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
