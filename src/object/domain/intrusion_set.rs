use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::vocab::{AttackMotivation, AttackResourceLevel};
use crate::{Properties, Timestamp};

/// Behaviour and means of attack that seem to come from one organization, whether or not it is
/// known (STIX 2.1 section 4.9). The groups of ATT&CK, and most of what is called an APT, are
/// intrusion sets.
///
/// ```
/// use stixkit::object::IntrusionSet;
/// use stixkit::vocab::{AttackMotivation, AttackResourceLevel};
///
/// let group: IntrusionSet = serde_json::from_str(r#"{
///     "type": "intrusion-set",
///     "spec_version": "2.1",
///     "id": "intrusion-set--e6a951a4-7d87-4ff9-9a4d-fb2704053c35",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Grey Heron",
///     "aliases": ["EX-7"],
///     "goals": ["designs of wind turbines"],
///     "resource_level": "organization",
///     "primary_motivation": "organizational-gain"
/// }"#)?;
/// assert_eq!(group.resource_level, Some(AttackResourceLevel::Organization));
/// assert_eq!(group.primary_motivation, Some(AttackMotivation::OrganizationalGain));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct IntrusionSet {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Other names for it. Each vendor tends to have its own.
    pub aliases: Vec<String>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen, not earlier than `first_seen`.
    pub last_seen: Option<Timestamp>,
    /// What it is after, in free form.
    pub goals: Vec<String>,
    /// The means that it commands, from one person's to a state's.
    pub resource_level: Option<AttackResourceLevel>,
    /// What drives it most.
    pub primary_motivation: Option<AttackMotivation>,
    /// What else drives it.
    pub secondary_motivations: Vec<AttackMotivation>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(IntrusionSet, "intrusion-set" {
    name: String, description, aliases, first_seen, last_seen, goals, resource_level, primary_motivation,
    secondary_motivations,
});
