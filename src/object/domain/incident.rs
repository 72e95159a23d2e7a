use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A security incident (STIX 2.1 section 4.6). STIX 2.1 gives it a name and a description and
/// leaves the rest to extensions. Not in STIX 2.0.
///
/// ```
/// use stixkit::object::Incident;
///
/// let incident: Incident = serde_json::from_str(r#"{
///     "type": "incident",
///     "spec_version": "2.1",
///     "id": "incident--a2cea842-c6ab-4c16-b451-4ec41772ae58",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Mail server of example.org taken over",
///     "description": "Noticed when the server began to send spam."
/// }"#)?;
/// assert_eq!(incident.name, "Mail server of example.org taken over");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Incident {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Incident, "incident" { name: String, description });
