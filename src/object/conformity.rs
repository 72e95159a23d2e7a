//! Indicators in which a check certainly finds nothing.
//!
//! Most indicators of most feeds are like that, and to know it from the parts that a view has takes
//! a fraction of the time of making an object and checking it. Everything else is left to
//! [`Object::check`](super::Object::check); a property test compares the two.

use chrono::Datelike;

use super::external_reference::ExternalReference;
use super::indicator_parts::IndicatorParts;
use super::kill_chain_phase::KillChainPhase;
use super::property::findings::MAX_READABLE_DIGITS;
use crate::kind::Kind;
use crate::vocab::SpecVersion;
use crate::{Identifier, Timestamp};

/// Whether a check certainly finds nothing in an indicator with these parts, apart from its custom
/// properties, for which [`is_plain_custom`] decides, and its granular markings and extensions.
pub(crate) fn conforms(parts: &IndicatorParts<'_>) -> bool {
    let common = parts.common;
    let is_text = |text: Option<&str>| text != Some("");
    common.spec_version == Some(SpecVersion::V21)
        && parts.pattern_type.is_some()
        && common.id.kind() == Some(Kind::Indicator)
        && common.id.is_canonical()
        && common.created_by_ref.as_ref().is_none_or(Identifier::is_canonical)
        && common.object_marking_refs.iter().all(Identifier::is_canonical)
        && common.confidence.is_none_or(|confidence| confidence <= 100)
        && are_times_plain(parts)
        && !parts.pattern.is_empty()
        && [parts.name, parts.description, parts.pattern_version].into_iter().all(is_text)
        && common.labels.iter().all(|label| !label.is_empty())
        && common.external_references.iter().all(is_plain_reference)
        && parts.kill_chain_phases.iter().all(is_plain_phase)
}

fn are_times_plain(parts: &IndicatorParts<'_>) -> bool {
    let (Some(created), Some(modified)) = (&parts.common.created, &parts.common.modified) else { return false };
    let Some(from) = parts.valid_from else { return false };
    [created, modified, from].into_iter().chain(parts.valid_until).all(is_plain_time)
        && created <= modified
        && parts.valid_until.is_none_or(|until| from < until)
}

fn is_plain_time(time: &Timestamp) -> bool {
    time.is_standard() && time.fraction_digits() <= MAX_READABLE_DIGITS && (1970..2200).contains(&time.instant().year())
}

fn is_plain_reference(reference: &ExternalReference) -> bool {
    let ExternalReference { source_name, description, url, hashes, external_id, custom } = reference;
    let mut texts = [description, url, external_id].into_iter().flatten().peekable();
    texts.peek().is_some()
        && texts.all(|text| !text.is_empty())
        && !source_name.is_empty()
        && hashes.is_empty()
        && custom.is_empty()
}

fn is_plain_phase(phase: &KillChainPhase) -> bool {
    !phase.kill_chain_name.is_empty() && !phase.phase_name.is_empty() && phase.custom.is_empty()
}

/// Whether a check certainly finds nothing in a custom property, whose name is written without
/// escapes.
pub(crate) fn is_plain_custom(name: &str, json: &str) -> bool {
    let is_named = name.starts_with("x_")
        && (3..=250).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let is_empty = match json.as_bytes() {
        [b'[' | b'{', inner @ ..] => matches!(inner.trim_ascii_start(), [b']' | b'}', ..]),
        json => matches!(json, b"null" | b"\"\""),
    };
    is_named && !is_empty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_properties() {
        for (name, json, expected) in [
            ("x_a", "1", true),
            ("x_a", "[ 1]", true),
            ("x_a", "\" \"", true),
            ("x_", "1", false),
            ("a_x", "1", false),
            ("x_A", "1", false),
            ("x_a", "null", false),
            ("x_a", "\"\"", false),
            ("x_a", "[]", false),
            ("x_a", "{ \n}", false),
        ] {
            assert_eq!(is_plain_custom(name, json), expected, "{name} {json}");
        }
    }
}
