use super::address_text::Ipv6Text;
use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties};

/// An IPv6 address, or a block of addresses in CIDR notation (STIX 2.1 section 6.9). In STIX 2.0
/// its references are names local to the observed data.
///
/// ```
/// use stixkit::object::Ipv6Addr;
///
/// let address: Ipv6Addr = serde_json::from_str(r#"{
///     "type": "ipv6-addr",
///     "spec_version": "2.1",
///     "id": "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26",
///     "value": "2001:db8::1",
///     "belongs_to_refs": ["autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"]
/// }"#)?;
/// assert_eq!(address.value, "2001:db8::1");
/// assert!(address.resolves_to_refs.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Ipv6Addr {
    /// The common properties.
    pub common: Common,
    /// The address, or the block, for example `2001:db8::/32`.
    pub value: String,
    /// The MAC addresses that it resolves to.
    pub resolves_to_refs: Vec<Identifier>,
    /// The autonomous systems that it belongs to.
    pub belongs_to_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Ipv6Addr, "ipv6-addr" { value: Ipv6Text, resolves_to_refs, belongs_to_refs } identified by { value });
