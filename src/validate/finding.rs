//! One finding of a validation.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Position;
use crate::finding::{FindingKind, Level};

/// A departure from the standard, with the object that it is in.
///
/// `{}` prints one line with the code, the message and the place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of the problem.
    pub kind: FindingKind,
    /// The section of STIX 2.1 that the finding is about, for example `7.2.3`. Empty if the
    /// standard does not discuss the problem.
    pub section: &'static str,
    /// The path from the object: `.created`, or `` for the object as a whole. The path of an item
    /// that could not be read, or of a container, is from the document: `$.objects[3]`.
    pub path: String,
    /// The problem and what to do about it, in a sentence.
    pub message: String,
    /// The value to write instead, if one is obvious.
    pub suggestion: Option<String>,
    /// The number of the item in the input, from 0. `None` in findings about a container.
    pub index: Option<u64>,
    /// The identifier of the object.
    pub id: Option<String>,
    /// The place of the property in the input, if a reader knows it: of its name, or of the element
    /// of a list. If the property is absent, the place of the nearest part around it.
    pub position: Option<Position>,
}

impl Finding {
    pub(super) fn new(kind: FindingKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        let (path, message) = (path.into(), message.into());
        Self { kind, section: kind.section(), path, message, suggestion: None, index: None, id: None, position: None }
    }

    /// Returns the stable name of the kind, for example `reference-target`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns how serious the finding is.
    pub fn level(&self) -> Level {
        self.kind.level()
    }
}

impl Level {
    /// Returns the level as it is written in reports: `error`, `warning` or `advice`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{}:{}: ", position.line, position.column)?;
        }
        write!(f, "{}[{}]: {}", self.level().as_str(), self.code(), self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, " Suggestion: `{suggestion}`.")?;
        }
        let id = self.id.as_deref().unwrap_or_default();
        if !(id.is_empty() && self.path.is_empty()) {
            // A path from the root of the input does not go on from the object.
            let between = if !id.is_empty() && self.path.starts_with('$') { ", " } else { "" };
            write!(f, " ({id}{between}{})", self.path)?;
        }
        Ok(())
    }
}

/// A map with `index`, `id`, `code`, `level`, `section`, `path`, `message`, and if they are known
/// `suggestion`, `line` and `column`.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write_members(&mut map)?;
        map.end()
    }
}

impl Finding {
    fn write_members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("index", &self.index)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("level", self.level().as_str())?;
        map.serialize_entry("section", self.section)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("message", &self.message)?;
        if let Some(suggestion) = &self.suggestion {
            map.serialize_entry("suggestion", suggestion)?;
        }
        if let Some(position) = self.position {
            map.serialize_entry("line", &position.line)?;
            map.serialize_entry("column", &position.column)?;
        }
        Ok(())
    }

    /// The finding as one line of JSON, with the name of the file that it is in.
    ///
    /// The line is an object: `file`, and the members that the finding serializes to.
    pub fn to_json_line(&self, file: &str) -> String {
        struct Line<'a>(&'a Finding, &'a str);

        impl Serialize for Line<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("file", self.1)?;
                self.0.write_members(&mut map)?;
                map.end()
            }
        }

        // OK because strings and numbers always serialize.
        serde_json::to_string(&Line(self, file)).unwrap_or_default()
    }
}
