use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::vocab::GroupingContext;
use crate::{Identifier, Properties};

/// Objects that have something in common, which `context` names (STIX 2.1 section 4.4). Unlike a
/// report it need not be finished work: often it collects what an open investigation has found so
/// far. Not in STIX 2.0.
///
/// ```
/// use stixkit::Kind;
/// use stixkit::object::Grouping;
/// use stixkit::vocab::GroupingContext;
///
/// let grouping: Grouping = serde_json::from_str(r#"{
///     "type": "grouping",
///     "spec_version": "2.1",
///     "id": "grouping--6ab7564f-cd0d-4715-ae2f-dffd6213aa37",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Odd logins of the first of May",
///     "context": "suspicious-activity",
///     "object_refs": [
///         "indicator--21e737e8-b334-4657-ac5f-69afe9d19eea",
///         "ipv4-addr--a8fe6488-b87f-55ae-ae9e-2d2764db2977"
///     ]
/// }"#)?;
/// assert_eq!(grouping.context, GroupingContext::SuspiciousActivity);
/// assert_eq!(grouping.object_refs[0].kind(), Some(Kind::Indicator));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Grouping {
    /// The common properties.
    pub common: Common,
    /// A name to show.
    pub name: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// What the objects have in common.
    pub context: GroupingContext,
    /// The objects. Required in STIX 2.1.
    pub object_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Grouping, "grouping" {
    name, description, context: GroupingContext, object_refs: Vec<Identifier> [required],
});
