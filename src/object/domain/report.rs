use std::borrow::Cow;

use crate::object::common::Common;
use crate::object::common::labels_or;
use crate::object::property::list::properties;
use crate::vocab::ReportType;
use crate::{Identifier, Properties, Timestamp};

/// A publication on one or more threats, and the objects that it is about (STIX 2.1 section 4.16).
///
/// ```
/// use stixkit::object::Report;
/// use stixkit::vocab::ReportType;
///
/// let report: Report = serde_json::from_str(r#"{
///     "type": "report",
///     "spec_version": "2.1",
///     "id": "report--9c972620-70d9-474c-9c56-26a55f3f5b94",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Example loader returns",
///     "report_types": ["malware"],
///     "published": "2024-05-02T08:00:00Z",
///     "object_refs": [
///         "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
///         "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f"
///     ]
/// }"#)?;
/// assert_eq!(*report.effective_report_types(), [ReportType::Malware]);
/// assert_eq!(report.object_refs.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Report {
    /// The common properties.
    pub common: Common,
    /// The title.
    pub name: String,
    /// More about it: what it covers, its main points.
    pub description: Option<String>,
    /// What it is mainly about. STIX 2.0 has this in `labels`: see
    /// [`effective_report_types`](Self::effective_report_types).
    pub report_types: Vec<ReportType>,
    /// When it was officially published. It may differ from `created`, for example where the report
    /// was shared internally before. Required in STIX 2.0 and 2.1. `None` if it is absent or cannot
    /// be read: see [`effective_published`](Self::effective_published).
    pub published: Option<Timestamp>,
    /// The objects that it speaks of. Required in STIX 2.0 and 2.1.
    pub object_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Report, "report" {
    name: String, description, report_types [since_21, labels_20], published: Timestamp [required],
    object_refs: Vec<Identifier> [required],
});

impl Report {
    /// What the report is mainly about: `report_types`, or where there are none in STIX 2.0 the
    /// labels.
    pub fn effective_report_types(&self) -> Cow<'_, [ReportType]> {
        labels_or(&self.report_types, &self.common)
    }

    /// Returns the time of publication: `published`, or `created` if `published` is absent or
    /// cannot be read. `None` if `created` cannot be read either.
    pub fn effective_published(&self) -> Option<&Timestamp> {
        self.published.as_ref().or(self.common.created.as_ref())
    }
}
