//! The bounds of addresses and networks, as text that sorts as addresses do.

use std::fmt;

use super::address::Network;

/// The first and the last address of a network, or the same address twice, as text that sorts as
/// addresses do: the columns `ip_from` and `ip_to`.
///
/// A bound is the 16 bytes of the address as 32 hexadecimal digits in lower case. An IPv4 address
/// is written as the IPv6 address that it is mapped to (RFC 4291, section 2.5.5.2), so that both
/// families share one order. An address is in a network if its text is `BETWEEN` the two bounds, in
/// any engine that compares text byte by byte.
///
/// ```
/// use stixkit::row::IpRange;
///
/// let network = IpRange::parse("198.51.100.0/24").unwrap();
/// assert_eq!(network.first(), "00000000000000000000ffffc6336400");
/// assert_eq!(network.last(), "00000000000000000000ffffc63364ff");
/// let address = IpRange::parse("198.51.100.7").unwrap();
/// assert_eq!(address.first(), address.last());
/// assert!(network.first() <= address.first() && address.first() <= network.last());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpRange {
    first: [u8; DIGITS],
    last: [u8; DIGITS],
}

const DIGITS: usize = 32;

impl IpRange {
    /// Returns the bounds of an address or a network of either family.
    ///
    /// Returns `None` if the text is neither, and for an IPv6 network that includes all mapped IPv4
    /// addresses, such as `::/0`: by the order of the text, every IPv4 address would be in it.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = Network::parse(text)?.bounds()?;
        Some(Self { first: digits(first), last: digits(last) })
    }

    /// Returns the bound of the first address.
    pub fn first(&self) -> &str {
        text(&self.first)
    }

    /// Returns the bound of the last address, which belongs to the network.
    pub fn last(&self) -> &str {
        text(&self.last)
    }
}

impl fmt::Debug for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IpRange").field("first", &self.first()).field("last", &self.last()).finish()
    }
}

fn digits(address: u128) -> [u8; DIGITS] {
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(address.to_be_bytes()) {
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 15);
    }
    digits
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

fn text(digits: &[u8; DIGITS]) -> &str {
    // OK because all of them are ASCII.
    std::str::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        let of = |text: &str| IpRange::parse(text).map(|range| (range.first().to_owned(), range.last().to_owned()));
        for (text, first, last) in [
            ("0.0.0.0", "00000000000000000000ffff00000000", "00000000000000000000ffff00000000"),
            ("0.0.0.0/0", "00000000000000000000ffff00000000", "00000000000000000000ffffffffffff"),
            ("198.51.100.0/25", "00000000000000000000ffffc6336400", "00000000000000000000ffffc633647f"),
            ("198.51.100.9/25", "00000000000000000000ffffc6336400", "00000000000000000000ffffc633647f"),
            ("192.0.2.1/32", "00000000000000000000ffffc0000201", "00000000000000000000ffffc0000201"),
            ("2001:db8::1", "20010db8000000000000000000000001", "20010db8000000000000000000000001"),
            ("2001:db8::/32", "20010db8000000000000000000000000", "20010db8ffffffffffffffffffffffff"),
            ("::ffff:192.0.2.1", "00000000000000000000ffffc0000201", "00000000000000000000ffffc0000201"),
            ("::ffff:192.0.2.0/120", "00000000000000000000ffffc0000200", "00000000000000000000ffffc00002ff"),
            ("8000::/1", "80000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"),
        ] {
            assert_eq!(of(text), Some((first.to_owned(), last.to_owned())), "{text}");
        }
        for text in ["::/0", "::/1", "::/80", "::ffff:0:0/96", "198.51.100.1/0", "example.org", "fe80::1%eth0", ""] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
