use crate::object::common::Common;
use crate::object::hashes::Hashes;
use crate::object::property::list::properties;
use crate::{Identifier, Properties, Timestamp};

/// A file: its name, hashes, size, times and place (STIX 2.1 section 6.7). It has a name or a hash,
/// or both; what only some formats and file systems know is in the extensions, for example
/// [`ArchiveExt`](crate::object::ArchiveExt).
///
/// ```
/// use stixkit::object::File;
/// use stixkit::vocab::HashAlgorithm;
///
/// let file: File = serde_json::from_str(r#"{
///     "type": "file",
///     "spec_version": "2.1",
///     "id": "file--84afe946-3dc5-5c8e-918d-5f0b4f104ab5",
///     "hashes": {"MD5": "1c1b8ee5a13532608eea264e4fb36267"},
///     "size": 48128,
///     "name": "invoice.exe",
///     "mtime": "2024-05-01T10:00:00Z",
///     "parent_directory_ref": "directory--f77f86f0-ce5a-5a34-8586-b6956fb8ceca"
/// }"#)?;
/// assert_eq!(file.hashes.get(&HashAlgorithm::Md5), Some("1c1b8ee5a13532608eea264e4fb36267"));
/// assert_eq!(file.size, Some(48128));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct File {
    /// The common properties.
    pub common: Common,
    /// Hashes of the content. Required where there is no `name`.
    pub hashes: Hashes,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The name, without the path. Required where there are no `hashes`.
    pub name: Option<String>,
    /// The character set in which the name was found, as IANA registers it, for example
    /// `windows-1252`.
    pub name_enc: Option<String>,
    /// The bytes that mark the file's format, hexadecimal.
    pub magic_number_hex: Option<String>,
    /// The media type, for example `application/pdf`.
    pub mime_type: Option<String>,
    /// When the file was created. Not in STIX 2.0, which has it in `created`; that is a common
    /// property and is read there: see [`effective_ctime`](Self::effective_ctime).
    pub ctime: Option<Timestamp>,
    /// When the file was last written to. Not in STIX 2.0, which has it in `modified`; that is a
    /// common property and is read there: see [`effective_mtime`](Self::effective_mtime).
    pub mtime: Option<Timestamp>,
    /// When the file was last accessed. Not in STIX 2.0, which has it in
    /// [`accessed`](Self::accessed): see [`effective_atime`](Self::effective_atime).
    pub atime: Option<Timestamp>,
    /// The directory that the file is in.
    pub parent_directory_ref: Option<Identifier>,
    /// Observables that are inside the file: other files, addresses, domain names.
    pub contains_refs: Vec<Identifier>,
    /// The content, an artifact.
    pub content_ref: Option<Identifier>,
    /// When the file was last accessed. STIX 2.0 only.
    pub accessed: Option<Timestamp>,
    /// Whether the file is encrypted. STIX 2.0 only.
    pub is_encrypted: Option<bool>,
    /// How the file is encrypted, for example `AES128-CBC`; the values are other ones than those
    /// that STIX 2.1 has for artifacts. STIX 2.0 only.
    pub encryption_algorithm: Option<String>,
    /// The key or password that decrypts the file. STIX 2.0 only.
    pub decryption_key: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(File, "file" {
    hashes, size, name, name_enc, magic_number_hex, mime_type, ctime [since_21], mtime [since_21], atime [since_21],
    parent_directory_ref, contains_refs, content_ref, accessed [until_20], is_encrypted [until_20],
    encryption_algorithm [until_20], decryption_key [until_20],
} identified by { hashes, name, extensions, parent_directory_ref });

impl File {
    /// When the file was created: `ctime`, else the common property `created`, where STIX 2.0 has
    /// it.
    pub fn effective_ctime(&self) -> Option<&Timestamp> {
        self.ctime.as_ref().or(self.common.created_20())
    }

    /// When the file was last written to: `mtime`, else the common property `modified`, where STIX
    /// 2.0 has it.
    pub fn effective_mtime(&self) -> Option<&Timestamp> {
        self.mtime.as_ref().or(self.common.modified_20())
    }

    /// When the file was last accessed: `atime`, else `accessed`, where STIX 2.0 has it.
    pub fn effective_atime(&self) -> Option<&Timestamp> {
        self.atime.as_ref().or(self.accessed.as_ref())
    }
}
