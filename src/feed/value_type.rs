//! What the value of an entry is.

use std::fmt;

/// What the value of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// One IPv4 address.
    Ipv4,
    /// One IPv6 address.
    Ipv6,
    /// A network of either family.
    Cidr,
    /// The addresses from one to another, `198.51.100.1-198.51.100.9`.
    Range,
    /// An address or a name with a port, `198.51.100.7:443`: the destination of traffic.
    Endpoint,
    /// A domain or host name.
    Domain,
    /// The names below a domain, `*.example.org`; or these and the domain itself, `.example.org`.
    Subdomains,
    /// A URL.
    Url,
    /// An e-mail address.
    Email,
    /// An MD5 hash.
    Md5,
    /// A SHA-1 hash.
    Sha1,
    /// A SHA-256 hash.
    Sha256,
    /// A SHA-512 hash.
    Sha512,
    /// The number of a weakness, `CVE-2014-0160`.
    Cve,
    /// The number of an autonomous system. The value has only digits.
    Asn,
    /// The address of a Bitcoin, Ethereum or Monero wallet. The object type `cryptocurrency-wallet`
    /// is not in the standard, but other platforms have it, too.
    Wallet,
    /// Two values that belong together, `example.org|198.51.100.7`.
    Composite,
    /// A STIX pattern.
    Pattern,
    /// Something else, which the feed's own type says.
    Other,
}

impl ValueType {
    /// Returns the type in lower case, as a field map may name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Cidr => "cidr",
            Self::Range => "range",
            Self::Endpoint => "ip:port",
            Self::Domain => "domain",
            Self::Subdomains => "subdomains",
            Self::Url => "url",
            Self::Email => "email",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Cve => "cve",
            Self::Asn => "asn",
            Self::Wallet => "wallet",
            Self::Composite => "composite",
            Self::Pattern => "pattern",
            Self::Other => "other",
        }
    }

    /// The hash of this many hexadecimal digits.
    pub(super) fn from_digits(digits: usize) -> Option<Self> {
        Some(match digits {
            32 => Self::Md5,
            40 => Self::Sha1,
            64 => Self::Sha256,
            128 => Self::Sha512,
            _ => return None,
        })
    }

    /// The path that a pattern compares with the value; `None` where it is not a single comparison.
    pub(super) fn path(self, is_ipv4: bool) -> Option<&'static str> {
        Some(match self {
            Self::Ipv4 => "ipv4-addr:value",
            Self::Ipv6 => "ipv6-addr:value",
            Self::Cidr if is_ipv4 => "ipv4-addr:value",
            Self::Cidr => "ipv6-addr:value",
            Self::Domain => "domain-name:value",
            Self::Url => "url:value",
            Self::Email => "email-addr:value",
            Self::Md5 => "file:hashes.MD5",
            Self::Sha1 => "file:hashes.'SHA-1'",
            Self::Sha256 => "file:hashes.'SHA-256'",
            Self::Sha512 => "file:hashes.'SHA-512'",
            Self::Cve => "vulnerability:name",
            Self::Wallet => "cryptocurrency-wallet:value",
            Self::Endpoint
            | Self::Range
            | Self::Subdomains
            | Self::Asn
            | Self::Composite
            | Self::Pattern
            | Self::Other => return None,
        })
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
