//! Phases of kill chains.

use super::property::part::part_properties;
use crate::Properties;

/// A phase of a kill chain (STIX 2.1 section 2.11).
///
/// ```
/// use stixkit::object::KillChainPhase;
///
/// let phase = KillChainPhase::new("mitre-attack", "initial-access");
/// assert_eq!(phase.phase_name, "initial-access");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KillChainPhase {
    /// The kill chain, for example `lockheed-martin-cyber-kill-chain` or `mitre-attack`.
    pub kill_chain_name: String,
    /// The phase in it.
    pub phase_name: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(KillChainPhase { kill_chain_name: String, phase_name: String });
