//! Relationship objects (STIX 2.1 section 5).

use super::common::Common;
use super::property::list::properties;
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
    /// From when the link holds; an estimate where it lies in the future. Not in STIX 2.0.
    pub start_time: Option<Timestamp>,
    /// Until when the link holds, later than `start_time`; an estimate if it lies in the future.
    /// Absent means that the end is not known or not told, or that there is none. Not in STIX 2.0.
    pub stop_time: Option<Timestamp>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Relationship, "relationship" {
    relationship_type: RelationshipType, description, source_ref: Identifier, target_ref: Identifier,
    start_time [since_21], stop_time [since_21],
});

/// A statement that something was seen: an indicator matched, a malware or an actor turned up (STIX
/// 2.1 section 5.2). It states what, by whom and how often; the raw data, where it is shared, is in
/// observed data.
///
/// ```
/// use stixkit::Kind;
/// use stixkit::object::Sighting;
///
/// let sighting: Sighting = serde_json::from_str(r#"{
///     "type": "sighting",
///     "spec_version": "2.1",
///     "id": "sighting--786f6d21-e6e4-4c9c-b70a-5956ff1fd8b3",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "first_seen": "2024-04-30T22:15:00Z",
///     "last_seen": "2024-05-01T06:40:12Z",
///     "count": 17,
///     "sighting_of_ref": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///     "observed_data_refs": ["observed-data--2bbde5e8-c1f7-470f-a9f6-b7d213ad7260"],
///     "where_sighted_refs": ["identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e"]
/// }"#)?;
/// assert_eq!(sighting.sighting_of_ref.kind(), Some(Kind::Indicator));
/// assert_eq!(sighting.count, Some(17));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SRO")]
pub struct Sighting {
    /// The common properties.
    pub common: Common,
    /// More about it. Not in STIX 2.0.
    pub description: Option<String>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen, not before `first_seen`.
    pub last_seen: Option<Timestamp>,
    /// How often it was seen, 0 to 999,999,999. 0 says that it was not seen; absent means that the
    /// number was not said.
    pub count: Option<u64>,
    /// What was seen: an indicator, a malware, a campaign or another domain object.
    pub sighting_of_ref: Identifier,
    /// The observed data that shows it.
    pub observed_data_refs: Vec<Identifier>,
    /// Where it was seen: the identities that saw it, in STIX 2.1 also locations. Absent does not
    /// mean that the producer saw it: for that it lists its own identity.
    pub where_sighted_refs: Vec<Identifier>,
    /// Whether this sums up several sightings. Absent means no.
    pub summary: Option<bool>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Sighting, "sighting" {
    description [since_21], first_seen, last_seen, count, sighting_of_ref: Identifier, observed_data_refs,
    where_sighted_refs, summary,
});
