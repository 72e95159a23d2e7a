use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A network of the internet with a routing policy of its own, an AS (STIX 2.1 section 6.2).
/// Addresses point to the systems they belong to.
///
/// ```
/// use stixkit::object::AutonomousSystem;
///
/// let system: AutonomousSystem = serde_json::from_str(r#"{
///     "type": "autonomous-system",
///     "spec_version": "2.1",
///     "id": "autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446",
///     "number": 64500,
///     "name": "Example Carrier",
///     "rir": "RIPE"
/// }"#)?;
/// assert_eq!(system.number, 64500);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct AutonomousSystem {
    /// The common properties.
    pub common: Common,
    /// The number, without the letters `AS`.
    pub number: u64,
    /// The name.
    pub name: Option<String>,
    /// The regional registry that gave out the number, for example `RIPE`.
    pub rir: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(AutonomousSystem, "autonomous-system" {
    number: u64, name, rir,
} identified by { number });
