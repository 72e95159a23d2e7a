use crate::Properties;
use crate::object::hashes::Hashes;
use crate::object::property::part::part_properties;

/// What the NTFS file system keeps about a file: the extension `ntfs-ext` of a file (STIX 2.1
/// section 6.7). At least one property is required.
///
/// ```
/// use stixkit::object::NtfsExt;
///
/// let ntfs: NtfsExt = serde_json::from_str(r#"{
///     "sid": "S-1-5-21-1000000001-1000000002-1000000003-1001",
///     "alternate_data_streams": [{"name": "Zone.Identifier", "size": 26}]
/// }"#)?;
/// assert_eq!(ntfs.alternate_data_streams[0].name, "Zone.Identifier");
/// assert_eq!(ntfs.alternate_data_streams[0].size, Some(26));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NtfsExt {
    /// The Windows security identifier (SID) assigned to the file, for example `S-1-5-18`.
    pub sid: Option<String>,
    /// The file's data streams beside the main one.
    pub alternate_data_streams: Vec<AlternateDataStream>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(NtfsExt { sid, alternate_data_streams } not empty);

/// A named data stream of an NTFS file (STIX 2.1 section 6.7).
///
/// [`NtfsExt`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AlternateDataStream {
    /// The stream's name.
    pub name: String,
    /// Hashes of the stream's data.
    pub hashes: Hashes,
    /// The stream's size in bytes.
    pub size: Option<u64>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(AlternateDataStream { name: String, hashes, size });
