use std::borrow::Cow;

use crate::object::common::Common;
use crate::object::common::labels_or;
use crate::object::property::list::properties;
use crate::vocab::{
    AttackMotivation, AttackResourceLevel, ThreatActorRole, ThreatActorSophistication, ThreatActorType,
};
use crate::{Properties, Timestamp};

/// A person, a group or an organization that is taken to act with hostile intent (STIX 2.1 section
/// 4.17).
///
/// ```
/// use stixkit::object::ThreatActor;
/// use stixkit::vocab::{AttackMotivation, ThreatActorType};
///
/// let actor: ThreatActor = serde_json::from_str(r#"{
///     "type": "threat-actor",
///     "spec_version": "2.1",
///     "id": "threat-actor--4d5d8f35-8edc-4004-b72f-2b89f1491ef5",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Example Spider",
///     "threat_actor_types": ["crime-syndicate"],
///     "aliases": ["EX-17"],
///     "first_seen": "2024-01-15T00:00:00Z",
///     "roles": ["malware-author", "infrastructure-operator"],
///     "sophistication": "advanced",
///     "resource_level": "team",
///     "primary_motivation": "personal-gain"
/// }"#)?;
/// assert_eq!(*actor.effective_threat_actor_types(), [ThreatActorType::CrimeSyndicate]);
/// assert_eq!(actor.primary_motivation, Some(AttackMotivation::PersonalGain));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct ThreatActor {
    /// The common properties.
    pub common: Common,
    /// The name that it goes by.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What kind of actor it is. STIX 2.0 has this in `labels`: see
    /// [`effective_threat_actor_types`](Self::effective_threat_actor_types).
    pub threat_actor_types: Vec<ThreatActorType>,
    /// Other names that it is believed to use.
    pub aliases: Vec<String>,
    /// When it was first seen. Not in STIX 2.0.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen, not before `first_seen`. Not in STIX 2.0.
    pub last_seen: Option<Timestamp>,
    /// The parts that it plays in attacks.
    pub roles: Vec<ThreatActorRole>,
    /// What it wants to reach, in free text.
    pub goals: Vec<String>,
    /// The skill that it must have for its attacks.
    pub sophistication: Option<ThreatActorSophistication>,
    /// The means that it commands.
    pub resource_level: Option<AttackResourceLevel>,
    /// Its main reason to act.
    pub primary_motivation: Option<AttackMotivation>,
    /// Its other reasons.
    pub secondary_motivations: Vec<AttackMotivation>,
    /// The reasons of its members as persons, which may differ from those of the whole.
    pub personal_motivations: Vec<AttackMotivation>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(ThreatActor, "threat-actor" {
    name: String, description, threat_actor_types [since_21, labels_20], aliases, first_seen [since_21],
    last_seen [since_21], roles, goals, sophistication, resource_level, primary_motivation, secondary_motivations,
    personal_motivations,
});

impl ThreatActor {
    /// What kind of actor it is: `threat_actor_types`, or where there are none in STIX 2.0 the
    /// labels.
    pub fn effective_threat_actor_types(&self) -> Cow<'_, [ThreatActorType]> {
        labels_or(&self.threat_actor_types, &self.common)
    }
}
