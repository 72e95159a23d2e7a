use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties, Timestamp};

/// Traffic from a source to a destination, whether or not it made up a connection (STIX 2.1 section
/// 6.12). At least one of the two ends is there.
///
/// ```
/// use stixkit::object::NetworkTraffic;
///
/// let traffic: NetworkTraffic = serde_json::from_str(r#"{
///     "type": "network-traffic",
///     "spec_version": "2.1",
///     "id": "network-traffic--b3474fd7-8083-5269-9c1c-6182d771c1cb",
///     "start": "2024-05-01T10:00:00Z",
///     "end": "2024-05-01T10:00:04Z",
///     "is_active": false,
///     "src_ref": "ipv4-addr--e7dc2238-6343-555f-b389-2a43ddcd64d2",
///     "dst_ref": "domain-name--ef7e4b05-fd6a-59b8-9156-0e15164e997b",
///     "src_port": 49152,
///     "dst_port": 443,
///     "protocols": ["ipv4", "tcp", "https"]
/// }"#)?;
/// assert_eq!(traffic.dst_port, Some(443));
/// assert_eq!(traffic.protocols, ["ipv4", "tcp", "https"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct NetworkTraffic {
    /// The common properties.
    pub common: Common,
    /// When the traffic began.
    pub start: Option<Timestamp>,
    /// When the traffic ended, not before `start`. Absent where `is_active` is `true`.
    pub end: Option<Timestamp>,
    /// Whether the traffic continues. It is `false` where `end` is there.
    pub is_active: Option<bool>,
    /// Where the traffic comes from: an IP or MAC address, or a domain name. Required in STIX 2.0
    /// and 2.1 where there is no `dst_ref`.
    pub src_ref: Option<Identifier>,
    /// Where the traffic goes: an IP or MAC address, or a domain name. Required in STIX 2.0 and 2.1
    /// where there is no `src_ref`.
    pub dst_ref: Option<Identifier>,
    /// The port at the source.
    pub src_port: Option<u16>,
    /// The port at the destination.
    pub dst_port: Option<u16>,
    /// The protocols that were seen, from the outermost to the innermost, in lower case: `ipv4`,
    /// `tcp`, `http`. Required in STIX 2.0 and 2.1.
    pub protocols: Vec<String>,
    /// The bytes that went from the source to the destination.
    pub src_byte_count: Option<u64>,
    /// The bytes that went from the destination to the source.
    pub dst_byte_count: Option<u64>,
    /// The number of packets from the source to the destination.
    pub src_packets: Option<u64>,
    /// The number of packets from the destination to the source.
    pub dst_packets: Option<u64>,
    /// Flow data by the name of the IPFIX element, for example `minimumIpTotalLength`; numbers and
    /// strings.
    pub ipfix: Properties,
    /// What the source sent, an artifact.
    pub src_payload_ref: Option<Identifier>,
    /// What the destination sent, an artifact.
    pub dst_payload_ref: Option<Identifier>,
    /// The traffic that this one carries inside.
    pub encapsulates_refs: Vec<Identifier>,
    /// The traffic that carries this one inside.
    pub encapsulated_by_ref: Option<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(NetworkTraffic, "network-traffic" {
    start, end, is_active, src_ref, dst_ref, src_port, dst_port, protocols: Vec<String> [required], src_byte_count,
    dst_byte_count, src_packets, dst_packets, ipfix, src_payload_ref, dst_payload_ref, encapsulates_refs,
    encapsulated_by_ref,
} identified by { start, end, src_ref, dst_ref, src_port, dst_port, protocols, extensions });
