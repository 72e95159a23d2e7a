use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Properties, Timestamp};

/// Attacks that belong together: over some time, against certain targets, with one aim (STIX 2.1
/// section 4.2).
///
/// ```
/// use stixkit::object::Campaign;
///
/// let campaign: Campaign = serde_json::from_str(r#"{
///     "type": "campaign",
///     "spec_version": "2.1",
///     "id": "campaign--5a9d7ef8-e9c7-4046-9045-d621e84bea59",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Paper Lantern",
///     "aliases": ["EX-24-03"],
///     "first_seen": "2024-03-11T00:00:00Z",
///     "objective": "Take over the mail accounts of example.org"
/// }"#)?;
/// assert_eq!(campaign.aliases, ["EX-24-03"]);
/// assert_eq!(campaign.last_seen, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Campaign {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen, not earlier than `first_seen`. Absent does not mean that it
    /// continues.
    pub last_seen: Option<Timestamp>,
    /// What the attackers want to reach with it.
    pub objective: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Campaign, "campaign" {
    name: String, description, aliases, first_seen, last_seen, objective,
});
