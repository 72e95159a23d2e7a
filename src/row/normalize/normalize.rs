//! The normal form of a value of any kind.

use std::borrow::Cow;

use super::trimmed::trimmed;
use super::{domain, email, hash, mac, number, registry_key, serial, url, weakness};
use crate::row::address::Network;
use crate::row::value_kind::ValueKind;

/// Returns the normal form of a value: the one that the column `value` of rows has. What a log
/// contains and what a row contains are equal after it.
///
/// | kind | normal form |
/// |---|---|
/// | all | without white space around it |
/// | `Ipv4`, `Ipv6`, `Cidr` | as `std::net` prints it (RFC 5952); a network by its first address, without the prefix length of a single address |
/// | `Domain` | lower case, A-labels (UTS 46), without the final dot |
/// | `Url` | scheme and host in lower case, host as a domain; without the port that the scheme implies and without the fragment; an empty path is `/`, dot segments are resolved, escapes of unreserved characters are undone and others are in upper case |
/// | `Email` | host as a domain; the part before the `@` as written |
/// | `Mac` | lower case with colons |
/// | `Hash` | hexadecimal digits in lower case; fuzzy hashes as written |
/// | `Serial` | hexadecimal digits in lower case, without separators and leading zero bytes |
/// | `RegistryKey` | the hive by its long name, `HKEY_LOCAL_MACHINE\…`; the rest as written |
/// | `Cve` | upper case with hyphens |
/// | `Asn` | decimal digits, without `AS` |
/// | `Port`, `Number` | without leading zeros |
/// | `Boolean` | lower case |
///
/// A value that is not of its kind (a defanged URL, a network with host bits and a prefix length
/// below 8) is returned as it was sent, without the white space around it; a name that is not a
/// domain, `*.Example.org`, in lower case. So are values of all other kinds. The function is
/// idempotent and takes time linear in the text. Plain domains and URLs in lower-case ASCII are
/// borrowed, after a single pass over their bytes.
///
/// ```
/// use stixkit::row::{ValueKind, normalize};
///
/// assert_eq!(normalize(ValueKind::Domain, "Bücher.Example."), "xn--bcher-kva.example");
/// assert_eq!(normalize(ValueKind::Url, "HTTP://Example.org:80/%7Ea#top"), "http://example.org/~a");
/// assert_eq!(normalize(ValueKind::Ipv6, "2001:DB8:0:0::1/128"), "2001:db8::1");
/// assert_eq!(normalize(ValueKind::RegistryKey, r"HKLM\Software\Evil"), r"HKEY_LOCAL_MACHINE\Software\Evil");
/// assert_eq!(normalize(ValueKind::Url, "hxxp://example[.]org"), "hxxp://example[.]org");
/// ```
pub fn normalize(kind: ValueKind, value: &str) -> Cow<'_, str> {
    let text = trimmed(value);
    let normal = match kind {
        ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr => {
            Network::parse(text).and_then(|network| network.normal()).map(Cow::Owned)
        }
        ValueKind::Domain => return domain::normal_or_lower(text),
        ValueKind::Url => url::normal(text),
        ValueKind::Email => email::normal(text),
        ValueKind::Mac => mac::normal(text),
        ValueKind::Hash => hash::normal(text),
        ValueKind::Serial => serial::normal(text),
        ValueKind::RegistryKey => registry_key::normal(text),
        ValueKind::Cve => weakness::normal(text),
        ValueKind::Asn => number::asn(text),
        ValueKind::Port => number::whole(text, u64::from(u16::MAX)),
        ValueKind::Number => number::any(text),
        ValueKind::Boolean => number::boolean(text),
        ValueKind::Timestamp | ValueKind::Binary | ValueKind::Path | ValueKind::Name | ValueKind::Text => None,
    };
    normal.unwrap_or(Cow::Borrowed(text))
}
