//! How severe an indicator is.

use crate::Properties;
use crate::object::Common;

/// How severe the indicator with these properties is, 0 to 5, as Microsoft Sentinel's extension
/// `sentinel-ext` says it.
pub(crate) fn severity(common: &Common) -> Option<u8> {
    if common.extensions.is_empty() {
        return None;
    }
    let extension: Properties = common.extensions.other().parse("sentinel-ext")?.ok()?;
    let severity: u8 = extension.parse("severity")?.ok()?;
    (severity <= 5).then_some(severity)
}
