//! Addresses and networks of both families.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::value_kind::ValueKind;

/// The shortest prefix of a network that may be given by any of its addresses. `198.51.100.1/0` is
/// hardly meant to be the whole internet.
const SHORTEST_MASKED: u8 = 8;

/// The network of IPv4 addresses that are mapped to IPv6: `::ffff:0:0/96`.
const FIRST_MAPPED: u128 = 0xffff << 32;
const MAPPED_PREFIX: u8 = 96;

/// An address or a network. One with host bits and a prefix shorter than [`SHORTEST_MASKED`] is
/// neither.
#[derive(Debug)]
pub(crate) struct Network<'t> {
    text: &'t str,
    address: Address,
    /// Length of the prefix; the full length for one address.
    prefix: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl<'t> Network<'t> {
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        // A group has four digits at most, so what follows the first tells the families apart, and
        // most names from both.
        let separator = text.bytes().take(5).find(|byte| !byte.is_ascii_hexdigit())?;
        if !matches!(separator, b'.' | b':') {
            return None;
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = match separator {
            b'.' => Address::V4(address.parse().ok()?),
            _ => Address::V6(address.parse().ok()?),
        };
        let full = address.bits();
        let prefix = match prefix {
            None => full,
            // Parsing alone would let a plus sign through.
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= full)?
            }
            Some(_) => return None,
        };
        let network = Self { text, address, prefix };
        let is_slip = prefix < SHORTEST_MASKED && network.first() != address;
        (!is_slip).then_some(network)
    }

    /// The addresses that it covers, without the bits of a host.
    #[cfg(feature = "match")]
    pub(crate) fn block(&self) -> Block {
        let (bits, is_ipv4) = match self.address {
            Address::V4(address) => (u128::from(address.to_bits()) << 96, true),
            Address::V6(address) => (address.to_bits(), false),
        };
        Block { first: bits & mask(self.prefix), prefix: self.prefix, is_ipv4 }
    }

    pub(crate) fn is_ipv4(&self) -> bool {
        matches!(self.address, Address::V4(_))
    }

    pub(crate) fn kind(&self) -> ValueKind {
        match self.address {
            _ if self.prefix < self.address.bits() => ValueKind::Cidr,
            Address::V4(_) => ValueKind::Ipv4,
            Address::V6(_) => ValueKind::Ipv6,
        }
    }

    /// The address, or the network's first one.
    fn first(&self) -> Address {
        let host_bits = u32::from(self.address.bits() - self.prefix);
        match self.address {
            // Shifting out all bits would overflow, and leaves nothing.
            Address::V4(address) => {
                let mask = u32::MAX.checked_shl(host_bits).unwrap_or(0);
                Address::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
            }
            Address::V6(address) => {
                let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
                Address::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
        }
    }

    /// The first and the last address, IPv4 addresses as mapped ones. `None` for an IPv6 network
    /// that includes all of those.
    pub(super) fn bounds(&self) -> Option<(u128, u128)> {
        let first = match self.first() {
            Address::V4(first) => first.to_ipv6_mapped().to_bits(),
            Address::V6(first) => first.to_bits(),
        };
        let host_bits = u32::from(self.address.bits() - self.prefix);
        let last = first | u128::MAX.checked_shl(host_bits).map_or(u128::MAX, |network| !network);
        let includes_mapped = self.prefix <= MAPPED_PREFIX && first <= FIRST_MAPPED && FIRST_MAPPED <= last;
        (self.is_ipv4() || !includes_mapped).then_some((first, last))
    }

    /// The address as RFC 5952 has it, or the network's first address and the prefix; `None` if
    /// `text` is that.
    pub(crate) fn normal(&self) -> Option<String> {
        let first = self.first();
        let host_bits = self.address.bits() - self.prefix;
        if host_bits == 0 && self.is_ipv4() && !self.text.contains('/') {
            // The parser takes the one form that the printer has.
            return None;
        }
        let mut normal = match first {
            Address::V4(address) => address.to_string(),
            Address::V6(address) => address.to_string(),
        };
        if host_bits > 0 {
            normal = format!("{normal}/{}", self.prefix);
        }
        (normal != self.text).then_some(normal)
    }
}

/// The addresses of one family that start with the same bits.
#[cfg(feature = "match")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// An address of version 4 fills the upper bits.
    first: u128,
    prefix: u8,
    is_ipv4: bool,
}

#[cfg(feature = "match")]
impl Block {
    /// The first address, of which one of version 4 fills the upper bits, the length of the prefix,
    /// and whether it is of version 4.
    pub(crate) fn parts(self) -> (u128, u8, bool) {
        (self.first, self.prefix, self.is_ipv4)
    }

    /// Whether all addresses of the other block are in this one.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.is_ipv4 == other.is_ipv4 && self.prefix <= other.prefix && other.first & mask(self.prefix) == self.first
    }
}

/// The upper bits.
#[cfg(feature = "match")]
fn mask(prefix: u8) -> u128 {
    // Shifting out all bits would overflow, and leaves nothing.
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

impl Address {
    fn bits(self) -> u8 {
        match self {
            Self::V4(_) => 32,
            Self::V6(_) => 128,
        }
    }
}
