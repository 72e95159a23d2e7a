use crate::Properties;
use crate::object::property::part::part_properties;
use crate::vocab::WindowsIntegrityLevel;

/// What only Windows knows of a process: the extension `windows-process-ext` of a process (STIX 2.1
/// section 6.13). At least one property is required.
///
/// ```
/// use stixkit::object::WindowsProcessExt;
/// use stixkit::vocab::WindowsIntegrityLevel;
///
/// let process: WindowsProcessExt = serde_json::from_str(r#"{
///     "aslr_enabled": true,
///     "dep_enabled": true,
///     "priority": "HIGH_PRIORITY_CLASS",
///     "owner_sid": "S-1-5-21-1000000001-1000000002-1000000003-1001",
///     "integrity_level": "high"
/// }"#)?;
/// assert_eq!(process.aslr_enabled, Some(true));
/// assert_eq!(process.integrity_level, Some(WindowsIntegrityLevel::High));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsProcessExt {
    /// Whether the process is loaded at random addresses (address space layout randomization).
    pub aslr_enabled: Option<bool>,
    /// Whether data cannot be executed (data execution prevention).
    pub dep_enabled: Option<bool>,
    /// The priority class by its Windows name, for example `HIGH_PRIORITY_CLASS`.
    pub priority: Option<String>,
    /// The Windows security identifier (SID) of the owner.
    pub owner_sid: Option<String>,
    /// The title of the main window.
    pub window_title: Option<String>,
    /// What the process was given at its start: the fields of the Windows structure `STARTUPINFO`
    /// by name.
    pub startup_info: Properties,
    /// How far Windows trusts the process. Not in STIX 2.0.
    pub integrity_level: Option<WindowsIntegrityLevel>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsProcessExt {
    aslr_enabled, dep_enabled, priority, owner_sid, window_title, startup_info, integrity_level [since_21],
} not empty);
