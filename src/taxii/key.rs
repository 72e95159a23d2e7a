//! Keys that identify objects and their versions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use super::resource::ManifestRecord;
use crate::{Identifier, Timestamp};

/// Identifies an object for a walk: by the identifier, and by the version as an instant. Objects
/// without a version are identified by their content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) id: Identifier,
    pub(super) version: KeyVersion,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum KeyVersion {
    /// All digits count, and the spelling does not: servers write versions in other forms than the
    /// objects do.
    Instant(DateTime<Utc>),
    /// A hash of the text. It is cryptographic, because colliding objects would be dropped
    /// silently.
    Content(Uuid),
    /// The version of a record as it was sent, if it is not an instant.
    Text(Box<str>),
}

pub(super) fn content_hash(bytes: &[u8]) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, bytes)
}

impl ManifestRecord {
    /// Returns the keys of a record, one for each version.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let versions = self.versions.iter().map(|text| match Timestamp::parse(text) {
            Ok(version) => KeyVersion::Instant(version.instant()),
            Err(_) => KeyVersion::Text(text.as_str().into()),
        });
        // A record without a version is still one object.
        let none = self.versions.is_empty().then(|| KeyVersion::Text("".into()));
        versions.chain(none).map(|version| Key { id: Identifier::from(self.id.as_str()), version })
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = match &self.version {
            KeyVersion::Instant(instant) => Timestamp::exact(*instant).to_string(),
            KeyVersion::Content(hash) => format!("#{hash}"),
            KeyVersion::Text(text) => format!("={text}"),
        };
        (&self.id, version).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (id, version) = <(String, String)>::deserialize(deserializer)?;
        let version = if let Some(hash) = version.strip_prefix('#') {
            KeyVersion::Content(Uuid::try_parse(hash).map_err(de::Error::custom)?)
        } else if let Some(text) = version.strip_prefix('=') {
            KeyVersion::Text(text.into())
        } else {
            KeyVersion::Instant(Timestamp::parse(&version).map_err(de::Error::custom)?.instant())
        };
        Ok(Self { id: Identifier::from(id.as_str()), version })
    }
}
