use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::object::property::part::part_properties;
use crate::vocab::WindowsRegistryDatatype;
use crate::{Identifier, Properties, Timestamp};

/// A key of the Windows registry and the values under it (STIX 2.1 section 6.17). At least one
/// property is required. In STIX 2.0 its reference is a name local to the observed data.
///
/// ```
/// use stixkit::object::WindowsRegistryKey;
/// use stixkit::vocab::WindowsRegistryDatatype;
///
/// let key: WindowsRegistryKey = serde_json::from_str(r#"{
///     "type": "windows-registry-key",
///     "spec_version": "2.1",
///     "id": "windows-registry-key--588463fb-7466-532c-a8a2-b735cfa73a8a",
///     "key": "HKEY_LOCAL_MACHINE\\Software\\Example\\Run",
///     "values": [
///         {"name": "Updater", "data": "C:\\Temp\\updater.exe", "data_type": "REG_SZ"}
///     ]
/// }"#)?;
/// assert_eq!(key.values[0].data.as_deref(), Some(r"C:\Temp\updater.exe"));
/// assert_eq!(key.values[0].data_type, Some(WindowsRegistryDatatype::Sz));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct WindowsRegistryKey {
    /// The common properties.
    pub common: Common,
    /// The path of the key, with the hive's name in full: `HKEY_LOCAL_MACHINE\…`. Required in STIX
    /// 2.0.
    pub key: Option<String>,
    /// The values under the key.
    pub values: Vec<WindowsRegistryValue>,
    /// When the key was last changed. Not in STIX 2.0, whose `modified` is read into
    /// [`common`](Self::common): see [`effective_modified_time`](Self::effective_modified_time).
    pub modified_time: Option<Timestamp>,
    /// The user account that made the key.
    pub creator_user_ref: Option<Identifier>,
    /// How many keys there are under it.
    pub number_of_subkeys: Option<u64>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(WindowsRegistryKey, "windows-registry-key" {
    key: String [required_20], values, modified_time [since_21], creator_user_ref, number_of_subkeys,
} identified by { key, values });

impl WindowsRegistryKey {
    /// When the key was last changed: `modified_time`, else the common property `modified`, which
    /// is STIX 2.0's name for it.
    pub fn effective_modified_time(&self) -> Option<&Timestamp> {
        self.modified_time.as_ref().or(self.common.modified_20())
    }
}

/// One value under a [`WindowsRegistryKey`] (STIX 2.1 section 6.17). At least one property is
/// required.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsRegistryValue {
    /// The name. Empty for the key's default value. Required in STIX 2.0.
    pub name: Option<String>,
    /// The data as text, whatever its type.
    pub data: Option<String>,
    /// The type of the data.
    pub data_type: Option<WindowsRegistryDatatype>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsRegistryValue { name [required_20], data, data_type } not empty);
