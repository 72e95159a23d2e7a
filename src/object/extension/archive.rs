use crate::object::property::part::part_properties;
use crate::{Identifier, Properties};

/// What is known of a file as an archive: the extension `archive-ext` of a file (STIX 2.1 section
/// 6.7).
///
/// ```
/// use stixkit::object::ArchiveExt;
///
/// let archive: ArchiveExt = serde_json::from_str(r#"{
///     "contains_refs": [
///         "file--997748c6-8c3d-5b42-80cb-f4bd15b27956",
///         "file--962b420f-a1e9-5535-9fe3-3633bea00964"
///     ],
///     "comment": "backup of May"
/// }"#)?;
/// assert_eq!(archive.contains_refs.len(), 2);
/// assert_eq!(archive.comment.as_deref(), Some("backup of May"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ArchiveExt {
    /// The files, and in STIX 2.1 also the directories, that are in the archive. Required in STIX
    /// 2.0 and 2.1.
    pub contains_refs: Vec<Identifier>,
    /// The comment that is stored in the archive.
    pub comment: Option<String>,
    /// The version of the archive's format. STIX 2.0 only.
    pub version: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(ArchiveExt { contains_refs: Vec<Identifier> [required], comment, version [until_20] });
