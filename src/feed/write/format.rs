//! The formats of lists.

/// A format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ListFormat {
    /// One value a line.
    Plain,
    /// CSV (RFC 4180) with a header.
    Csv,
    /// A hosts file that sends names to `0.0.0.0`.
    Hosts,
    /// A DNS response policy zone that answers NXDOMAIN. Names are relative to the zone.
    Rpz,
    /// A dataset of Suricata.
    SuricataDataset(DatasetType),
    /// A reputation list of Suricata.
    SuricataIprep,
    /// A file for Zeek's Intelligence Framework.
    ZeekIntel,
    /// IPv4 addresses and networks, one a line. Programs that load netsets into a set of IPv4 read
    /// `2001:db8::7` as the address 2001, which is 0.0.7.209.
    Netset,
    /// IPv6 addresses and networks, one a line.
    NetsetIpv6,
    /// Addresses and networks of both families, one a line.
    PfTable,
    /// A warning list of MISP, as JSON.
    MispWarninglist(WarninglistType),
}

/// The type of the values in a dataset of Suricata.
///
/// It is a part of [`ListFormat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DatasetType {
    /// Addresses, for a dataset of type `ip`: IPv6, and IPv4 as it is.
    Ip,
    /// MD5 hashes of files, for type `md5`.
    Md5,
    /// SHA-256 hashes of files, for type `sha256`.
    Sha256,
    /// Domains in Base64, for type `string`.
    Domain,
    /// URLs in Base64, for type `string`.
    Url,
}

/// The type of a warning list of MISP.
///
/// It is a part of [`ListFormat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WarninglistType {
    /// Addresses and networks.
    Cidr,
    /// Domains, with the names below them.
    Hostname,
    /// Any values.
    String,
}

impl WarninglistType {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Cidr => "cidr",
            Self::Hostname => "hostname",
            Self::String => "string",
        }
    }

    /// The types of attributes that the list is compared with.
    pub(super) fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Cidr => &["ip-src", "ip-dst", "domain|ip", "ip-src|port", "ip-dst|port"],
            Self::Hostname => &["domain", "hostname", "domain|ip", "hostname|port", "url"],
            Self::String => {
                &["ip-src", "ip-dst", "domain", "hostname", "url", "email", "md5", "sha1", "sha256", "sha512"]
            }
        }
    }
}
