//! The parts of an indicator, wherever they are kept.

use super::common::Common;
use super::domain::Indicator;
use super::kill_chain_phase::KillChainPhase;
use crate::vocab::{IndicatorType, PatternType};
use crate::{Properties, Timestamp};

/// The parts of an indicator that decide what it means, borrowed from an [`Indicator`] or from an
/// excerpt of its text: one type, so that each rule is written once for both.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "rows"), allow(dead_code, reason = "rows need all of them"))]
pub(crate) struct IndicatorParts<'o> {
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
