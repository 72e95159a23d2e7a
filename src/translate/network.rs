//! Networks of addresses, and as regular expressions.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::regex::{Node, Regex};
use super::tree::Network;

impl Network {
    /// Reads an address, or a network with its prefix. Bits of a host are ignored.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let full = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => full,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= full)?
            }
            Some(_) => return None,
        };
        let first = match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
        };
        Some(Self { first, prefix })
    }

    pub(super) fn is_single(&self) -> bool {
        self.prefix == if self.first.is_ipv4() { 32 } else { 128 }
    }

    /// Returns an expression for the addresses of a network of version 4, for languages without a test for networks.
    pub(super) fn to_regex(self) -> Option<Regex> {
        let IpAddr::V4(first) = self.first else { return None };
        let mut nodes = vec![Node::Start];
        for (index, octet) in (0u8..).zip(first.octets()) {
            if index > 0 {
                nodes.push(Node::Literal('.'));
            }
            let fixed = self.prefix.saturating_sub(8 * index).min(8);
            let last = octet | 0xff_u8.checked_shr(u32::from(fixed)).unwrap_or(0);
            let choices = (octet..=last).map(|octet| octet.to_string().chars().map(Node::Literal).collect());
            nodes.push(Node::Group(choices.collect()));
        }
        nodes.push(Node::End);
        Some(Regex { ignore_case: false, alternatives: vec![nodes] })
    }
}
