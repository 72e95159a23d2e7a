use super::address_text::Ipv4Text;
use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties};

/// An IPv4 address, or a block of addresses in CIDR notation (STIX 2.1 section 6.8). In STIX 2.0
/// its references are names local to the observed data.
///
/// ```
/// use stixkit::object::Ipv4Addr;
///
/// let address: Ipv4Addr = serde_json::from_str(r#"{
///     "type": "ipv4-addr",
///     "spec_version": "2.1",
///     "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
///     "value": "198.51.100.3",
///     "belongs_to_refs": ["autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"]
/// }"#)?;
/// assert_eq!(address.value, "198.51.100.3");
/// assert!(address.resolves_to_refs.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Ipv4Addr {
    /// The common properties.
    pub common: Common,
    /// The address, or the block, for example `198.51.100.0/24`.
    pub value: String,
    /// The MAC addresses that it resolves to.
    pub resolves_to_refs: Vec<Identifier>,
    /// The autonomous systems that it belongs to.
    pub belongs_to_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Ipv4Addr, "ipv4-addr" { value: Ipv4Text, resolves_to_refs, belongs_to_refs } identified by { value });
