//! How severe an indicator is.

use crate::object::IndicatorParts;
use crate::row::severity;

/// How severe the indicator is, 0 to 5, as Microsoft Sentinel's extension `sentinel-ext` says it.
pub(super) fn severity(indicator: &IndicatorParts<'_>) -> Option<u8> {
    severity::severity(indicator.common)
}
