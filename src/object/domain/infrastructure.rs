use crate::object::common::Common;
use crate::object::kill_chain_phase::KillChainPhase;
use crate::object::property::list::properties;
use crate::vocab::InfrastructureType;
use crate::{Properties, Timestamp};

/// Systems and services that serve a purpose, mostly an attacker's: command and control, hosting, a
/// botnet (STIX 2.1 section 4.8). Relationships lead to the addresses and domains that it consists
/// of. Not in STIX 2.0.
///
/// ```
/// use stixkit::object::Infrastructure;
/// use stixkit::vocab::InfrastructureType;
///
/// let servers: Infrastructure = serde_json::from_str(r#"{
///     "type": "infrastructure",
///     "spec_version": "2.1",
///     "id": "infrastructure--d86c1871-3647-40ba-92f8-bc0579517609",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Servers behind 198.51.100.0/24",
///     "infrastructure_types": ["command-and-control", "exfiltration"],
///     "first_seen": "2024-04-02T08:30:00Z"
/// }"#)?;
/// assert_eq!(servers.infrastructure_types[0], InfrastructureType::CommandAndControl);
/// assert_eq!(servers.last_seen, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Infrastructure {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What it serves for.
    pub infrastructure_types: Vec<InfrastructureType>,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// The phases of kill chains in which it is used.
    pub kill_chain_phases: Vec<KillChainPhase>,
    /// When it was first seen in hostile use.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen in hostile use, not earlier than `first_seen`.
    pub last_seen: Option<Timestamp>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Infrastructure, "infrastructure" {
    name: String, description, infrastructure_types, aliases, kill_chain_phases, first_seen, last_seen,
});
