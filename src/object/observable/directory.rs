use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties, Timestamp};

/// A directory of a file system (STIX 2.1 section 6.3). In STIX 2.0 its references are names local
/// to the observed data.
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::object::Directory;
///
/// let directory: Directory = serde_json::from_str(r#"{
///     "type": "directory",
///     "spec_version": "2.1",
///     "id": "directory--592b897c-a71c-5816-8391-006787964587",
///     "path": "/tmp/.cache",
///     "mtime": "2024-05-01T10:00:00Z"
/// }"#)?;
/// assert_eq!(directory.path, "/tmp/.cache");
/// assert_eq!(directory.effective_mtime(), Timestamp::parse("2024-05-01T10:00:00Z").ok().as_ref());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Directory {
    /// The common properties.
    pub common: Common,
    /// The path as it was observed.
    pub path: String,
    /// The character set that the path was observed in, a name of the IANA's list. Absent means
    /// Unicode.
    pub path_enc: Option<String>,
    /// When the directory was created. Not in STIX 2.0, whose `created` is read into
    /// [`common`](Self::common): see [`effective_ctime`](Self::effective_ctime).
    pub ctime: Option<Timestamp>,
    /// When it was last changed. Not in STIX 2.0, whose `modified` is read into
    /// [`common`](Self::common): see [`effective_mtime`](Self::effective_mtime).
    pub mtime: Option<Timestamp>,
    /// When it was last accessed. Not in STIX 2.0: see [`effective_atime`](Self::effective_atime).
    pub atime: Option<Timestamp>,
    /// The files and directories in it.
    pub contains_refs: Vec<Identifier>,
    /// When the directory was last accessed. STIX 2.0 only.
    pub accessed: Option<Timestamp>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Directory, "directory" {
    path: String, path_enc, ctime [since_21], mtime [since_21], atime [since_21], contains_refs, accessed [until_20],
} identified by { path });

impl Directory {
    /// When the directory was created: `ctime`, else the common property `created`, which is STIX
    /// 2.0's name for it.
    pub fn effective_ctime(&self) -> Option<&Timestamp> {
        self.ctime.as_ref().or(self.common.created_20())
    }

    /// When the directory was last changed: `mtime`, else the common property `modified`, which is
    /// STIX 2.0's name for it.
    pub fn effective_mtime(&self) -> Option<&Timestamp> {
        self.mtime.as_ref().or(self.common.modified_20())
    }

    /// When the directory was last accessed: `atime`, else `accessed`, which is STIX 2.0's name for
    /// it.
    pub fn effective_atime(&self) -> Option<&Timestamp> {
        self.atime.as_ref().or(self.accessed.as_ref())
    }
}
