//! Networks that contain or overlap others.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::owners::{Owner, Owners};
use crate::row::ValueKind;
use crate::row::address::{Block, Network};

/// Listed networks. Two networks are either apart, or one contains the other.
#[derive(Debug, Default)]
pub(super) struct Networks {
    listed: BTreeMap<Key, Owners>,
    /// How many there are of each family and prefix length.
    lengths: BTreeMap<(bool, u8), usize>,
}

/// Whether it is of IPv4, the first address with the bits of IPv4 at the top, and the length of the prefix.
type Key = (bool, u128, u8);

impl Networks {
    pub(super) fn add(&mut self, block: Block, owner: Owner) {
        match self.listed.entry(key(block)) {
            Entry::Occupied(mut known) => known.get_mut().add(owner),
            Entry::Vacant(new) => {
                let (is_ipv4, _, prefix) = *new.key();
                *self.lengths.entry((is_ipv4, prefix)).or_default() += 1;
                new.insert(Owners::One(owner));
            }
        }
    }

    pub(super) fn extend(&mut self, others: Self, offset: u32) {
        for (key, owners) in others.listed {
            match self.listed.entry(key) {
                Entry::Occupied(mut known) => known.get_mut().extend(owners, offset),
                Entry::Vacant(new) => {
                    *self.lengths.entry((key.0, key.2)).or_default() += 1;
                    new.insert(owners.shifted(offset));
                }
            }
        }
    }

    /// The list of a network that contains the block, the smallest one first, or that is inside of it.
    pub(super) fn find(&self, block: Block, kind: ValueKind) -> Option<u32> {
        if self.listed.is_empty() {
            return None;
        }
        let (is_ipv4, first, prefix) = key(block);
        let lengths = self.lengths.range((is_ipv4, 0)..=(is_ipv4, prefix)).rev();
        let mut around = lengths.filter_map(|((_, length), _)| {
            let owners = self.listed.get(&(is_ipv4, first & mask(*length), *length));
            owners.and_then(|owners| owners.first(kind))
        });
        around.next().or_else(|| {
            let last = first | !mask(prefix);
            let mut inside = self.listed.range((is_ipv4, first, prefix)..=(is_ipv4, last, u8::MAX));
            inside.next().and_then(|(_, owners)| owners.first(kind))
        })
    }
}

/// IPv4 addresses that are mapped to IPv6 are those of IPv4.
fn key(block: Block) -> Key {
    const MAPPED: u128 = 0xffff;
    match block.parts() {
        (first, prefix, false) if prefix >= 96 && first >> 32 == MAPPED => (true, first << 96, prefix - 96),
        (first, prefix, is_ipv4) => (is_ipv4, first, prefix),
    }
}

/// As many upper bits as a prefix has.
fn mask(prefix: u8) -> u128 {
    // Shifting out all bits would overflow, and leaves nothing.
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

/// The addresses that a text stands for. The zone of an address does not matter.
pub(super) fn block(text: &str) -> Option<Block> {
    let text = match text.split_once('%') {
        Some((address, zone)) if address.contains(':') && !zone.contains('/') => address,
        _ => text,
    };
    Network::parse(text).map(|network| network.block())
}

#[cfg(test)]
mod tests {
    use super::super::kinds::Kinds;
    use super::*;

    #[test]
    fn overlaps() {
        let mut networks = Networks::default();
        for (list, text) in ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "::ffff:198.51.100.0/120"]
            .into_iter()
            .enumerate()
        {
            networks.add(block(text).unwrap(), Owner { list: list as u32, kinds: Kinds::ALL });
        }
        for (text, expected) in [
            ("10.2.3.4", Some(0)),
            ("10.1.3.4", Some(1)),
            ("10.0.0.0/7", Some(0)),
            ("8.0.0.0/6", Some(0)),
            ("0.0.0.0/0", Some(0)),
            ("11.0.0.0", None),
            ("192.0.2.0/24", Some(2)),
            ("192.0.2.7/32", Some(2)),
            ("192.0.2.8", None),
            ("::ffff:192.0.2.7", Some(2)),
            ("198.51.100.9", Some(4)),
            ("2001:db8::1%eth0", Some(3)),
            ("2001:db9::1", None),
            ("::/0", Some(3)),
        ] {
            assert_eq!(networks.find(block(text).unwrap(), ValueKind::Ipv4), expected, "{text}");
        }
    }
}
