//! Checkpoints: how far a poll has come, to keep between two runs of a program.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::version::Version;
use super::walk::Position;
use crate::Timestamp;

/// The number of the serialized form. Older versions of the crate refuse later forms.
const FORM: u32 = 1;

/// How far a poll has come: where the next one starts, and which objects from there are already
/// known.
///
/// It is plain data without secrets, for one collection and one filter. It serializes with serde;
/// its form has a number, and later versions of this crate read the forms of earlier ones.
///
/// It contains the keys of the objects that were added at the last instant, since the next poll
/// requests that instant again: some kilobytes, or more if many objects came at once.
#[derive(Clone, PartialEq)]
pub struct Checkpoint {
    pub(super) version: Version,
    pub(super) root: String,
    pub(super) collection: String,
    pub(super) is_manifest: bool,
    pub(super) filter: Uuid,
    pub(super) is_complete: bool,
    pub(super) position: Position,
}

impl Checkpoint {
    /// Returns the URL of the API root.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Returns the collection.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// Returns when the last object before this checkpoint was added, as the server wrote it.
    /// `None` if there was none, or if the server's dates cannot be relied on.
    pub fn last_added(&self) -> Option<&Timestamp> {
        self.position.anchor.as_ref()
    }

    /// Returns how many objects are remembered, because the next poll brings them again. The size
    /// of the serialized form grows with them: about a hundred bytes each.
    pub fn remembered(&self) -> usize {
        self.position.border.len()
    }

    /// Whether the poll came to its end.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns why the server's dates cannot be relied on, if they cannot. The next poll then
    /// covers the whole collection.
    pub fn unreliable(&self) -> Option<&str> {
        self.position.unreliable.as_deref()
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("root", &self.root)
            .field("collection", &self.collection)
            .field("last_added", &self.position.anchor)
            .field("border", &self.position.border.len())
            .field("is_complete", &self.is_complete)
            .field("unreliable", &self.position.unreliable)
            .finish_non_exhaustive()
    }
}

impl Serialize for Checkpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let position = &self.position;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("form", &FORM)?;
        map.serialize_entry("taxii", if self.version == Version::V20 { "2.0" } else { "2.1" })?;
        map.serialize_entry("api_root", &self.root)?;
        map.serialize_entry("collection", &self.collection)?;
        map.serialize_entry("resource", if self.is_manifest { "manifest" } else { "objects" })?;
        map.serialize_entry("filter", &self.filter.to_string())?;
        map.serialize_entry("complete", &self.is_complete)?;
        map.serialize_entry("verified", &position.is_verified)?;
        if position.is_coarse {
            map.serialize_entry("coarse", &true)?;
        }
        if position.largest > 0 {
            map.serialize_entry("largest_page", &position.largest)?;
        }
        if position.has_next {
            map.serialize_entry("has_next", &true)?;
        }
        if let Some(limit) = &position.max_limit {
            map.serialize_entry("max_limit", limit)?;
        }
        if let Some(why) = &position.unreliable {
            map.serialize_entry("unreliable", why)?;
        }
        if let Some(last) = &position.anchor {
            map.serialize_entry("last_added", last)?;
        }
        map.serialize_entry("border", &position.border)?;
        if let Some(next) = &position.next {
            map.serialize_entry("next", next)?;
            map.serialize_entry("limit", &position.limit)?;
            if let Some(from) = &position.from {
                map.serialize_entry("from", from)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Checkpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Draft::default())?.finish()
    }
}

/// The members of a checkpoint, as far as they have been read.
#[derive(Default)]
struct Draft {
    form: Option<u32>,
    version: Option<String>,
    root: Option<String>,
    collection: Option<String>,
    resource: Option<String>,
    filter: Option<String>,
    is_complete: bool,
    position: Position,
}

impl Draft {
    fn read_member<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let position = &mut self.position;
        match name {
            "form" => self.form = Some(map.next_value()?),
            "taxii" => self.version = Some(map.next_value()?),
            "api_root" => self.root = Some(map.next_value()?),
            "collection" => self.collection = Some(map.next_value()?),
            "resource" => self.resource = Some(map.next_value()?),
            "filter" => self.filter = Some(map.next_value()?),
            "complete" => self.is_complete = map.next_value()?,
            "verified" => position.is_verified = map.next_value()?,
            "unreliable" => position.unreliable = Some(map.next_value()?),
            "largest_page" => position.largest = map.next_value()?,
            "has_next" => position.has_next = map.next_value()?,
            "coarse" => position.is_coarse = map.next_value()?,
            "max_limit" => position.max_limit = Some(map.next_value()?),
            "last_added" => position.anchor = Some(map.next_value()?),
            "border" => position.border = map.next_value()?,
            "next" => position.next = Some(map.next_value()?),
            "limit" => position.limit = map.next_value()?,
            "from" => position.from = Some(map.next_value()?),
            _ => _ = map.next_value::<de::IgnoredAny>()?,
        }
        Ok(())
    }

    fn finish<E: de::Error>(self) -> Result<Checkpoint, E> {
        if self.form != Some(FORM) {
            return Err(E::custom("a checkpoint of another form"));
        }
        let missing = E::missing_field;
        let filter = self.filter.ok_or_else(|| missing("filter"))?;
        Ok(Checkpoint {
            version: match self.version.as_deref() {
                Some("2.1") => Version::V21,
                Some("2.0") => Version::V20,
                _ => return Err(missing("taxii")),
            },
            root: self.root.ok_or_else(|| missing("api_root"))?,
            collection: self.collection.ok_or_else(|| missing("collection"))?,
            is_manifest: match self.resource.as_deref() {
                Some("manifest") => true,
                Some("objects") => false,
                _ => return Err(missing("resource")),
            },
            filter: Uuid::try_parse(&filter).map_err(E::custom)?,
            is_complete: self.is_complete,
            position: self.position,
        })
    }
}

impl<'de> Visitor<'de> for Draft {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a checkpoint")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.read_member(&name, &mut map)?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::{Key, KeyVersion};
    use super::*;
    use crate::Identifier;

    #[test]
    fn what_is_written_reads_the_same() {
        let key = |id: &str, version| Key { id: Identifier::from(id), version };
        let time = |text: &str| Timestamp::parse(text).unwrap();
        let checkpoint = Checkpoint {
            version: Version::V21,
            root: "https://a.example/r/".into(),
            collection: "c".into(),
            is_manifest: false,
            filter: Uuid::nil(),
            is_complete: false,
            position: Position {
                anchor: Some(time("2024-01-01T00:00:00.123456789Z")),
                border: vec![
                    key("x-a--1", KeyVersion::Instant(time("2024-01-01T00:00:00.000000001Z").instant())),
                    key("", KeyVersion::Content(Uuid::max())),
                    key("x-a--2", KeyVersion::Text("#v".into())),
                ],
                is_verified: true,
                unreliable: None,
                next: Some("a=".into()),
                limit: 5,
                max_limit: Some(100),
                largest: 7,
                has_next: true,
                is_coarse: true,
                from: Some(time("2023-01-01T00:00:00.000Z")),
            },
        };
        let text = serde_json::to_string(&checkpoint).unwrap();
        assert!(text.contains(r#""last_added":"2024-01-01T00:00:00.123456789Z""#), "{text}");
        assert_eq!(serde_json::from_str::<Checkpoint>(&text).unwrap(), checkpoint);
        let later = text.replace("\"form\":1", "\"form\":2");
        assert!(serde_json::from_str::<Checkpoint>(&later).unwrap_err().to_string().contains("another form"));
    }
}
