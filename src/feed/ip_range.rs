//! Ranges of addresses, and networks with a mask instead of a length.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::row::address::Network;

/// A network of the range with a shorter prefix is a slip rather than what is meant.
const SHORTEST_PREFIX: u32 = 8;

/// The first and the last address of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IpRange {
    first: u128,
    last: u128,
    pub(super) is_ipv4: bool,
}

impl IpRange {
    /// `198.51.100.1-198.51.100.9`, also with blanks around the hyphen.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-')?;
        let (first, last) = (first.trim(), last.trim());
        if let (Ok(first), Ok(last)) = (first.parse::<Ipv4Addr>(), last.parse::<Ipv4Addr>()) {
            let (first, last) = (u128::from(first.to_bits()), u128::from(last.to_bits()));
            return Self::new(first, last, true);
        }
        let (first, last) = (first.parse::<Ipv6Addr>().ok()?, last.parse::<Ipv6Addr>().ok()?);
        Self::new(first.to_bits(), last.to_bits(), false)
    }

    fn new(first: u128, last: u128, is_ipv4: bool) -> Option<Self> {
        let range = Self { first, last, is_ipv4 };
        let is_slip = || range.blocks().iter().any(|(_, prefix)| *prefix < SHORTEST_PREFIX);
        (first <= last && !is_slip()).then_some(range)
    }

    /// The fewest networks that cover the range and nothing else: at most 62 of IPv4, and 254 of
    /// IPv6.
    fn blocks(&self) -> Vec<(u128, u32)> {
        let bits: u32 = if self.is_ipv4 { 32 } else { 128 };
        let (mut next, mut blocks) = (self.first, Vec::new());
        loop {
            let aligned = next.trailing_zeros().min(bits);
            // How many bits the addresses that are left fill.
            let left = self.last - next;
            let fits = left.checked_add(1).map_or(bits, |count| 127 - count.leading_zeros());
            let size = aligned.min(fits);
            blocks.push((next, bits - size));
            let end = 1_u128.checked_shl(size).and_then(|size| next.checked_add(size));
            match end.filter(|end| *end <= self.last) {
                Some(end) => next = end,
                None => return blocks,
            }
        }
    }

    /// The networks and addresses, as rows have them.
    pub(super) fn networks(&self) -> Vec<String> {
        let text = |(first, prefix): (u128, u32)| match (self.is_ipv4, prefix) {
            (true, 32) | (false, 128) => self.address(first),
            _ => format!("{}/{prefix}", self.address(first)),
        };
        self.blocks().into_iter().map(text).collect()
    }

    fn address(&self, bits: u128) -> String {
        // OK because an address of version 4 has 32 bits.
        if self.is_ipv4 { Ipv4Addr::from_bits(bits as u32).to_string() } else { Ipv6Addr::from_bits(bits).to_string() }
    }
}

impl std::fmt::Display for IpRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.address(self.first), self.address(self.last))
    }
}

/// `198.51.100.0/255.255.255.0`, also with a blank, as a network with a length. A mask with zeros
/// between ones is none, nor is a wildcard mask, `0.0.0.255`.
pub(super) fn with_length(text: &str) -> Option<String> {
    let (address, mask) = text.split_once(['/', ' '])?;
    let mask: Ipv4Addr = mask.trim_start().parse().ok()?;
    let length = mask.to_bits().leading_ones();
    let is_mask = mask.to_bits().count_ones() == length;
    let text = format!("{}/{length}", address.trim_end());
    (is_mask && Network::parse(&text).is_some()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_are_networks() {
        for (text, networks) in [
            ("198.51.100.1-198.51.100.1", "198.51.100.1"),
            ("198.51.100.0-198.51.100.255", "198.51.100.0/24"),
            ("198.51.100.1 - 198.51.100.4", "198.51.100.1,198.51.100.2/31,198.51.100.4"),
            ("10.0.0.0-10.255.255.255", "10.0.0.0/8"),
            ("2001:db8::-2001:db8::ffff", "2001:db8::/112"),
        ] {
            assert_eq!(IpRange::parse(text).unwrap().networks().join(","), networks, "{text}");
        }
        let most = IpRange::new(0x0aff_0001, 0x0bff_fffe, true).unwrap();
        assert!(most.networks().len() <= 62);
        for text in [
            "",
            "-",
            "198.51.100.9-198.51.100.1",
            "0.0.0.0-255.255.255.255",
            "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "198.51.100.1-::1",
            "198.51.100.1-9",
            "::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            assert_eq!(IpRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn masks_are_lengths() {
        for (text, expected) in [
            ("198.51.100.0/255.255.255.0", Some("198.51.100.0/24")),
            ("198.51.100.7 255.255.255.255", Some("198.51.100.7/32")),
            ("198.51.100.0/0.0.0.255", None),
            ("198.51.100.0/255.0.255.0", None),
            ("198.51.100.1/0.0.0.0", None),
            ("198.51.100.0/24", None),
        ] {
            assert_eq!(with_length(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn networks_cover_the_range_and_nothing_else(first in 0_u32.., len in 0_u32..5_000_000) {
            let last = first.saturating_add(len);
            if let Some(range) = IpRange::new(first.into(), last.into(), true) {
                let mut next = u128::from(first);
                for (start, prefix) in range.blocks() {
                    prop_assert_eq!(start, next);
                    next += 1 << (32 - prefix);
                }
                prop_assert_eq!(next, u128::from(last) + 1);
            }
        }
    }
}
