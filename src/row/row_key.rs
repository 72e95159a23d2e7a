//! What identifies a row in a table that is kept current.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use uuid::Uuid;

use super::name_uuid::NameUuid;
use super::row_identity::RowIdentity;
use crate::json::push::push_string;

/// What identifies a row in a table that is kept current: feed, id of the object, key and value,
/// and not the version. It is the column `row_id`.
///
/// It is the UUID of version 5 in the namespace [`RowKey::NAMESPACE`] of JSON without blanks (RFC
/// 8785): the list `[source,id,key,value]`, with the value in normal form, and `null` for key and
/// value if the row has none. So whoever has the row's columns can make it too.
///
/// ```
/// use stixkit::row::{Mapper, RowKey};
/// use uuid::Uuid;
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
/// #     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("feed");
/// let key = RowKey::from_row(&mapper.map(&indicator).rows[0]);
/// let name = br#"["feed","indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f","file:size","5"]"#;
/// assert_eq!(key.uuid(), Uuid::new_v5(&RowKey::NAMESPACE, name));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(Uuid);

impl RowKey {
    /// The namespace: itself the UUID of version 5 for the URL
    /// `https://docs.rs/stixkit/row/upserts`.
    pub const NAMESPACE: Uuid = Uuid::from_u128(0x5b25e5e8_9724_5379_ada3_3d10dd0a15c4);

    pub(super) const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The key of rows with this identity.
    pub(super) fn new(identity: &RowIdentity<'_>) -> Self {
        identity.group.stix_id.with_text(|id| Self::with_id_text(identity, id))
    }

    /// The same for who has the text of the object's id.
    pub(super) fn with_id_text(identity: &RowIdentity<'_>, id: &str) -> Self {
        let mut name = NameUuid::new(&Self::NAMESPACE);
        push_json(name.bytes(), identity, id);
        Self(name.finish())
    }

    /// The key as a UUID, for columns of that type.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// The list that a key is made of. It is written for each row of a table, so not through `serde_json`,
/// which looks at one byte after the other.
fn push_json(json: &mut Vec<u8>, identity: &RowIdentity<'_>, id: &str) {
    json.push(b'[');
    push_string(json, identity.group.source);
    json.push(b',');
    push_string(json, id);
    for text in [identity.key, identity.value] {
        json.push(b',');
        match text {
            Some(text) => push_string(json, text),
            None => json.extend_from_slice(b"null"),
        }
    }
    json.push(b']');
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// As 32 hexadecimal digits.
impl Serialize for RowKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.simple())
    }
}

impl<'de> Deserialize<'de> for RowKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Uuid::try_parse(&text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::super::row_identity::Group;
    use super::*;
    use crate::Identifier;

    #[test]
    fn the_list_is_written_as_serde_json_writes_it() {
        let id = Identifier::from("indicator--\"odd\"");
        for source in
            ["", "feed", "a\"b", "back\\slash", "two\nlines and more than sixteen bytes", "\u{7f}\u{e9}\u{2028}"]
        {
            for value in [None, Some(source), Some("plain")] {
                let group = Group { stix_id: &id, modified: None, source };
                let identity = RowIdentity { group, key: Some("file:hashes.'SHA-256'"), value };
                let expected = serde_json::to_vec(&(source, &id, identity.key, value)).unwrap();
                let mut json = Vec::new();
                id.with_text(|id| push_json(&mut json, &identity, id));
                assert_eq!(json, expected);
                assert_eq!(RowKey::new(&identity).uuid(), Uuid::new_v5(&RowKey::NAMESPACE, &expected));
            }
        }
    }
}
