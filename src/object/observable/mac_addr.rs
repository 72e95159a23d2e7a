use crate::Properties;
use crate::object::common::Common;
use crate::object::property::list::properties;

/// A MAC address, the hardware address of a network interface (STIX 2.1 section 6.10).
///
/// ```
/// use stixkit::object::MacAddr;
///
/// let address: MacAddr = serde_json::from_str(r#"{
///     "type": "mac-addr",
///     "spec_version": "2.1",
///     "id": "mac-addr--b8df4b62-1e4e-5ead-bd24-dddefc6d5e4e",
///     "value": "00:00:5e:00:53:af"
/// }"#)?;
/// assert_eq!(address.value, "00:00:5e:00:53:af");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct MacAddr {
    /// The common properties.
    pub common: Common,
    /// The address: bytes of two hexadecimal digits each, in lower case and separated by colons.
    pub value: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(MacAddr, "mac-addr" { value: String } identified by { value });
