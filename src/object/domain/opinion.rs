use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::vocab::OpinionValue;
use crate::{Identifier, Properties};

/// How right somebody takes other objects to be (STIX 2.1 section 4.15). Consumers of a feed use it
/// to tell the producer and each other, for example that an indicator is a false positive. Not in
/// STIX 2.0.
///
/// ```
/// use stixkit::object::Opinion;
/// use stixkit::vocab::OpinionValue;
///
/// let opinion: Opinion = serde_json::from_str(r#"{
///     "type": "opinion",
///     "spec_version": "2.1",
///     "id": "opinion--03be95e8-889f-496f-9100-617039810652",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "explanation": "The address belongs to a content delivery network.",
///     "opinion": "strongly-disagree",
///     "object_refs": ["indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f"]
/// }"#)?;
/// assert_eq!(opinion.opinion, OpinionValue::StronglyDisagree);
/// assert!(opinion.authors.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Opinion {
    /// The common properties.
    pub common: Common,
    /// Why the author thinks so.
    pub explanation: Option<String>,
    /// The names of those whose opinion it is.
    pub authors: Vec<String>,
    /// The opinion, one of five steps from strong disagreement to strong agreement.
    pub opinion: OpinionValue,
    /// The objects that it is about. Required in STIX 2.1.
    pub object_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Opinion, "opinion" {
    explanation, authors, opinion: OpinionValue, object_refs: Vec<Identifier> [required],
});
