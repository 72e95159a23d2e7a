use crate::object::common::Common;
use crate::object::kill_chain_phase::KillChainPhase;
use crate::object::property::list::properties;
use crate::vocab::{IndicatorType, PatternType};
use crate::{Properties, Timestamp};

/// A pattern that detects hostile or suspicious activity, and how long it is good for (STIX 2.1
/// section 4.7).
///
/// ```
/// use stixkit::object::Indicator;
/// use stixkit::vocab::PatternType;
///
/// let indicator: Indicator = serde_json::from_str(r#"{
///     "type": "indicator",
///     "spec_version": "2.1",
///     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "pattern": "[domain-name:value = 'login.example.org']",
///     "pattern_type": "stix",
///     "valid_from": "2024-05-01T10:00:00Z"
/// }"#)?;
/// assert_eq!(*indicator.effective_pattern_type().unwrap(), PatternType::Stix);
/// assert_eq!(indicator.valid_until, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Indicator {
    /// The common properties.
    pub common: Common,
    /// A name to show, often just the address or hash that the pattern looks for.
    pub name: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// What it points at. STIX 2.0 has this in `labels`: see
    /// [`effective_indicator_types`](Self::effective_indicator_types).
    pub indicator_types: Vec<IndicatorType>,
    /// The pattern, in the language that `pattern_type` names.
    pub pattern: String,
    /// The pattern's language. Required in STIX 2.1. Not in STIX 2.0: see
    /// [`effective_pattern_type`](Self::effective_pattern_type).
    pub pattern_type: Option<PatternType>,
    /// The version of the pattern's language. For STIX patterns absent means the object's
    /// `spec_version`. Not in STIX 2.0.
    pub pattern_version: Option<String>,
    /// Start of validity. Required in STIX 2.0 and 2.1. `None` if it is absent or cannot be read:
    /// see [`effective_valid_from`](Self::effective_valid_from).
    pub valid_from: Option<Timestamp>,
    /// Until when, this instant not included; later than `valid_from`. Absent means without end.
    pub valid_until: Option<Timestamp>,
    /// The phases of kill chains that it belongs to.
    pub kill_chain_phases: Vec<KillChainPhase>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Indicator, "indicator" {
    name, description, indicator_types [since_21, labels_20], pattern: String,
    pattern_type: PatternType [since_21, required_21], pattern_version [since_21],
    valid_from: Timestamp [required], valid_until, kill_chain_phases,
});
