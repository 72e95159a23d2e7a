//! What a value is.

use std::fmt;

/// What a value is, so that a sink need not look at its key.
///
/// The address kinds, [`Mac`](Self::Mac), [`Cve`](Self::Cve) and the number kinds are decided by
/// the value: what does not parse as one is [`Text`](Self::Text) or a [`Name`](Self::Name). The
/// others are what the key says. Either way [`well_formed`](super::Observable::well_formed) reports
/// whether the value has the form that the key promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// One IPv4 address.
    Ipv4,
    /// One IPv6 address.
    Ipv6,
    /// A network of either family, `198.51.100.0/24`. Never a single address: `192.0.2.1/32` is
    /// [`Ipv4`](Self::Ipv4).
    Cidr,
    /// A domain or host name.
    Domain,
    /// A URL.
    Url,
    /// An e-mail address.
    Email,
    /// A MAC address.
    Mac,
    /// A hash. The key names the algorithm.
    Hash,
    /// A TCP or UDP port.
    Port,
    /// The number of an autonomous system.
    Asn,
    /// Any other number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A timestamp.
    Timestamp,
    /// Bytes, in hexadecimal or Base64 as the pattern has them.
    Binary,
    /// A path of a file system.
    Path,
    /// A name: of a file, a mutex, a program.
    Name,
    /// A key of the Windows registry.
    RegistryKey,
    /// The serial number of a certificate.
    Serial,
    /// The number of a vulnerability, `CVE-2014-0160`.
    Cve,
    /// Any other text.
    Text,
}

impl ValueKind {
    pub(crate) const ALL: [Self; 20] = [
        Self::Ipv4,
        Self::Ipv6,
        Self::Cidr,
        Self::Domain,
        Self::Url,
        Self::Email,
        Self::Mac,
        Self::Hash,
        Self::Port,
        Self::Asn,
        Self::Number,
        Self::Boolean,
        Self::Timestamp,
        Self::Binary,
        Self::Path,
        Self::Name,
        Self::RegistryKey,
        Self::Serial,
        Self::Cve,
        Self::Text,
    ];

    /// Returns the kind as it is in the column `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Cidr => "cidr",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Email => "email",
            Self::Mac => "mac",
            Self::Hash => "hash",
            Self::Port => "port",
            Self::Asn => "asn",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::Binary => "binary",
            Self::Path => "path",
            Self::Name => "name",
            Self::RegistryKey => "registry_key",
            Self::Serial => "serial",
            Self::Cve => "cve",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
