use crate::Properties;
use crate::object::property::part::part_properties;

/// The ICMP message that traffic carried: the extension `icmp-ext` of network traffic (STIX 2.1
/// section 6.12).
///
/// ```
/// use stixkit::object::IcmpExt;
///
/// let echo: IcmpExt = serde_json::from_str(r#"{"icmp_type_hex": "08", "icmp_code_hex": "00"}"#)?;
/// assert_eq!(echo.icmp_type_hex, "08");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IcmpExt {
    /// The message's type, one byte in hexadecimal: `08` is a request for an echo.
    pub icmp_type_hex: String,
    /// The code that refines the type, one byte in hexadecimal.
    pub icmp_code_hex: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(IcmpExt { icmp_type_hex: String, icmp_code_hex: String });
