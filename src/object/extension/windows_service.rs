use crate::object::property::part::part_properties;
use crate::vocab::{WindowsServiceStartType, WindowsServiceStatus, WindowsServiceType};
use crate::{Identifier, Properties};

/// The Windows service that a process is: the extension `windows-service-ext` of a process (STIX
/// 2.1 section 6.13). At least one property is required.
///
/// ```
/// use stixkit::object::WindowsServiceExt;
/// use stixkit::vocab::WindowsServiceStartType;
///
/// let service: WindowsServiceExt = serde_json::from_str(r#"{
///     "service_name": "examplesvc",
///     "display_name": "Example Update Service",
///     "start_type": "SERVICE_AUTO_START",
///     "service_type": "SERVICE_WIN32_OWN_PROCESS",
///     "service_status": "SERVICE_RUNNING"
/// }"#)?;
/// assert_eq!(service.service_name.as_deref(), Some("examplesvc"));
/// assert_eq!(service.start_type, Some(WindowsServiceStartType::AutoStart));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsServiceExt {
    /// The name by which Windows knows the service. Required in STIX 2.0.
    pub service_name: Option<String>,
    /// What the service says that it does.
    pub descriptions: Vec<String>,
    /// The name that users see.
    pub display_name: Option<String>,
    /// The load order group that the service belongs to.
    pub group_name: Option<String>,
    /// When the service is started.
    pub start_type: Option<WindowsServiceStartType>,
    /// The libraries that the service loads, files.
    pub service_dll_refs: Vec<Identifier>,
    /// What kind of service it is.
    pub service_type: Option<WindowsServiceType>,
    /// Whether the service runs, is stopped, or is on the way to one of these.
    pub service_status: Option<WindowsServiceStatus>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsServiceExt {
    service_name [required_20], descriptions, display_name, group_name, start_type, service_dll_refs, service_type,
    service_status,
} not empty);
