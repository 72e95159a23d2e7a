use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// Something to do against an attack, before it or in answer to it (STIX 2.1 section 4.3). The
/// mitigations of ATT&CK are courses of action.
///
/// ```
/// use stixkit::object::CourseOfAction;
///
/// let action: CourseOfAction = serde_json::from_str(r#"{
///     "type": "course-of-action",
///     "spec_version": "2.1",
///     "id": "course-of-action--ce25a091-3e1f-459b-a5e6-5417e85bc697",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Block macros in mail attachments",
///     "description": "Let the mail gateway drop documents that hold macros."
/// }"#)?;
/// assert_eq!(action.name, "Block macros in mail attachments");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct CourseOfAction {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// What to do, in prose.
    pub description: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(CourseOfAction, "course-of-action" { name: String, description });
