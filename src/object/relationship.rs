//! Relationship objects (STIX 2.1 section 5).

use super::Common;
use super::properties::properties;
use crate::vocab::RelationshipType;
use crate::{Identifier, Properties, Timestamp};

/// A link from one object to another (STIX 2.1 section 5.1).
///
/// ```
/// use stixkit::object::Relationship;
/// use stixkit::vocab::RelationshipType;
///
/// let link: Relationship = serde_json::from_str(r#"{
///     "type": "relationship",
///     "spec_version": "2.1",
///     "id": "relationship--44298a74-ba52-4f0c-87a3-1824e67d7fad",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "relationship_type": "indicates",
///     "source_ref": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///     "target_ref": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b"
/// }"#)?;
/// assert_eq!(link.relationship_type, RelationshipType::Indicates);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SRO")]
pub struct Relationship {
    /// The common properties.
    pub common: Common,
    /// What the link means, a verb: `indicates`, `uses`, `targets` …
    pub relationship_type: RelationshipType,
    /// More about it.
    pub description: Option<String>,
    /// The object that the link starts from.
    pub source_ref: Identifier,
    /// The object that it leads to.
    pub target_ref: Identifier,
    /// From when the link holds. Not in STIX 2.0.
    pub start_time: Option<Timestamp>,
    /// Until when the link holds. Not in STIX 2.0.
    pub stop_time: Option<Timestamp>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Relationship, "relationship" {
    relationship_type, description, source_ref, target_ref, start_time, stop_time,
});
