use crate::Properties;
use crate::object::common::Common;
use crate::object::kill_chain_phase::KillChainPhase;
use crate::object::property::list::properties;

/// A way in which adversaries go about an attack, for example spear phishing (STIX 2.1 section
/// 4.1). The techniques of ATT&CK are attack patterns; `external_references` carry their numbers.
///
/// ```
/// use stixkit::object::AttackPattern;
///
/// let technique: AttackPattern = serde_json::from_str(r#"{
///     "type": "attack-pattern",
///     "spec_version": "2.1",
///     "id": "attack-pattern--e2554b61-2b48-4776-936d-f674f46d8a2f",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "external_references": [{"source_name": "mitre-attack", "external_id": "T1566.001"}],
///     "name": "Invoice with a macro",
///     "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}]
/// }"#)?;
/// assert_eq!(technique.common.external_references[0].external_id.as_deref(), Some("T1566.001"));
/// assert_eq!(technique.kill_chain_phases[0].phase_name, "initial-access");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct AttackPattern {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it: how it works, what it is for.
    pub description: Option<String>,
    /// Other names for it. Not in STIX 2.0.
    pub aliases: Vec<String>,
    /// The phases of kill chains in which it is used.
    pub kill_chain_phases: Vec<KillChainPhase>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(AttackPattern, "attack-pattern" {
    name: String, description, aliases [since_21], kill_chain_phases,
});
