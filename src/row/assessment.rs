//! What the producer says about an indicator, as far as it can be read.

use std::borrow::Cow;

use super::doubt::{Doubt, Doubts};
use crate::object::Effective;
use crate::object::indicator_parts::IndicatorParts;
use crate::vocab::{IndicatorType, PatternType, SpecVersion};

/// Properties of an indicator that its rows repeat.
pub(super) struct Assessment<'a> {
    pub(super) confidence: Option<u8>,
    pub(super) labels: Cow<'a, [String]>,
    pub(super) indicator_types: Cow<'a, [IndicatorType]>,
    pub(super) pattern_type: Cow<'a, PatternType>,
}

impl<'a> Assessment<'a> {
    /// Notes each property that cannot be read as a doubt.
    pub(super) fn new(indicator: &IndicatorParts<'a>, effective: Effective<'a>, doubts: &mut Doubts) -> Self {
        let labels = doubts.or_note(effective.labels(), Doubt::Labels);
        Self {
            confidence: doubts.or_note(effective.confidence(), Doubt::Confidence),
            indicator_types: indicator_types(indicator, effective, &labels, doubts),
            labels,
            pattern_type: effective.pattern_type(indicator.pattern_type).unwrap_or_else(|_| {
                doubts.add(Doubt::PatternType);
                Cow::Owned(PatternType::Stix)
            }),
        }
    }
}

/// The indicator's types. Those of STIX 2.0 are in its labels, which have other words too.
fn indicator_types<'a>(
    indicator: &IndicatorParts<'a>,
    effective: Effective<'a>,
    labels: &Cow<'a, [String]>,
    doubts: &mut Doubts,
) -> Cow<'a, [IndicatorType]> {
    let own = effective.own_indicator_types(indicator.indicator_types);
    let is_21 = indicator.common.spec_version == Some(SpecVersion::V21);
    if is_21 || own.as_ref().map_or(true, |own| !own.is_empty()) {
        return doubts.or_note(own, Doubt::IndicatorTypes);
    }
    let is_type = |label: &&str| IndicatorType::STANDARD.contains(label);
    labels.iter().map(String::as_str).filter(is_type).map(IndicatorType::from).collect()
}
