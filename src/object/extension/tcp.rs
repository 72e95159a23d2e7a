use crate::Properties;
use crate::object::property::part::part_properties;

/// The TCP flags that were seen in traffic: the extension `tcp-ext` of network traffic (STIX 2.1
/// section 6.12). At least one property is required.
///
/// ```
/// use stixkit::object::TcpExt;
///
/// let tcp: TcpExt = serde_json::from_str(r#"{"src_flags_hex": "02", "dst_flags_hex": "12"}"#)?;
/// assert_eq!(tcp.src_flags_hex.as_deref(), Some("02"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TcpExt {
    /// The flags of the source, those of all packets together, hexadecimal: `02` is SYN.
    pub src_flags_hex: Option<String>,
    /// The flags of the destination, those of all packets together, hexadecimal: `12` is SYN and
    /// ACK.
    pub dst_flags_hex: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(TcpExt { src_flags_hex, dst_flags_hex } not empty);
