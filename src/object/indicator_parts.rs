//! The parts of an indicator, wherever they are kept.

use super::common::Common;
use super::domain::Indicator;
use super::kill_chain_phase::KillChainPhase;
use crate::vocab::{IndicatorType, PatternType};
use crate::{Identifier, Properties, Timestamp};

/// The parts of an indicator that decide what it means, borrowed from an [`Indicator`] or from a
/// view of a reader.
///
/// It converts from a reference to either, so that a function that takes
/// `impl Into<IndicatorParts<'_>>`, as those of the sinks do, can be called with both:
///
/// ```
/// use stixkit::object::{Indicator, IndicatorParts};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator: Indicator = serde_json::from_str(text)?;
///
/// fn parts<'a>(indicator: impl Into<IndicatorParts<'a>>) -> IndicatorParts<'a> {
///     indicator.into()
/// }
/// assert_eq!(parts(&indicator).pattern(), "[file:size = 5]");
/// # Ok::<(), serde_json::Error>(())
/// ```
// One type, so that each rule is written once for both.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "rows"), allow(dead_code, reason = "rows need all of them"))]
pub struct IndicatorParts<'o> {
    pub(crate) common: &'o Common,
    /// `None` if no property that is defined was set aside.
    pub(crate) custom: Option<&'o Properties>,
    pub(crate) name: Option<&'o str>,
    pub(crate) description: Option<&'o str>,
    pub(crate) indicator_types: &'o [IndicatorType],
    pub(crate) pattern: &'o str,
    pub(crate) pattern_type: Option<&'o PatternType>,
    pub(crate) pattern_version: Option<&'o str>,
    pub(crate) valid_from: Option<&'o Timestamp>,
    pub(crate) valid_until: Option<&'o Timestamp>,
    pub(crate) kill_chain_phases: &'o [KillChainPhase],
}

impl<'o> IndicatorParts<'o> {
    /// Returns the identifier.
    pub fn id(&self) -> &'o Identifier {
        &self.common.id
    }

    /// Returns the pattern.
    pub fn pattern(&self) -> &'o str {
        self.pattern
    }
}

impl<'o> From<&'o Box<Indicator>> for IndicatorParts<'o> {
    fn from(indicator: &'o Box<Indicator>) -> Self {
        Self::from(&**indicator)
    }
}

impl<'o> From<&'o Indicator> for IndicatorParts<'o> {
    fn from(indicator: &'o Indicator) -> Self {
        Self {
            common: &indicator.common,
            custom: Some(&indicator.custom),
            name: indicator.name.as_deref(),
            description: indicator.description.as_deref(),
            indicator_types: &indicator.indicator_types,
            pattern: &indicator.pattern,
            pattern_type: indicator.pattern_type.as_ref(),
            pattern_version: indicator.pattern_version.as_deref(),
            valid_from: indicator.valid_from.as_ref(),
            valid_until: indicator.valid_until.as_ref(),
            kill_chain_phases: &indicator.kill_chain_phases,
        }
    }
}
