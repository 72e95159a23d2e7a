//! Markings of single properties.

use super::property::part::part_properties;
use crate::{Identifier, Properties};

/// A marking of some of an object's properties (STIX 2.1 section 7.2.3). Exactly one of `lang` and
/// `marking_ref` is there.
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::object::{GranularMarking, Identity, Tlp};
///
/// let mut marking = GranularMarking::new(["description".to_owned()]);
/// marking.marking_ref = Some(Tlp::Amber.marking_id());
/// let mut identity = Identity::new(Timestamp::now(), "Example CERT");
/// identity.description = Some("On call at night.".into());
/// identity.common.granular_markings.push(marking);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GranularMarking {
    /// The language of the selected text, an RFC 5646 tag. Not in STIX 2.0.
    pub lang: Option<String>,
    /// The marking definition. Required in STIX 2.0.
    pub marking_ref: Option<Identifier>,
    /// The properties that are marked, as paths: `description`, `labels.[0]`.
    pub selectors: Vec<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(GranularMarking { lang [since_21], marking_ref [required_20], selectors: Vec<String> [required] } one of { lang, marking_ref });
