//! Where the indicators that are views are kept.

use crate::finding::Finding;
use crate::object::Indicator;
use crate::object::indicator_excerpt::IndicatorExcerpt;

/// The place for the indicator that a reader returned last.
#[derive(Debug, Default)]
pub(super) struct ViewPlace {
    pub(super) excerpt: IndicatorExcerpt,
    pub(super) odd: Option<OddIndicator>,
}

/// An indicator that was read as an object.
#[derive(Debug)]
pub(super) struct OddIndicator {
    pub(super) indicator: Box<Indicator>,
    pub(super) findings: Vec<Finding>,
}
