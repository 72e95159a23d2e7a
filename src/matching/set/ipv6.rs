//! IPv6 addresses and networks.

use hashbrown::HashTable;

use super::hasher::Seeded;

/// Networks from this length on are in the bitmap.
const SITE: u8 = 48;

/// The heads of the chains of addresses and networks.
#[derive(Debug, Default)]
pub(super) struct Ipv6 {
    /// Hashes of the first 48 bits of what has as many or more. Empty as long as there is nothing.
    touched: Vec<u64>,
    networks: HashTable<Network>,
    /// Which lengths of prefixes there are, apart from 128.
    lengths: u128,
}

#[derive(Clone, Copy, Debug)]
struct Network {
    first: u128,
    prefix: u8,
    head: u32,
}

/// Two to the power of the bits in the bitmap.
const BITS: u32 = 20;

impl Ipv6 {
    /// Makes a term the head of the chain of an address or network, unless there is one, which is returned then.
    pub(super) fn insert(&mut self, address: u128, prefix: u8, term: u32, seed: &Seeded) -> Option<u32> {
        let first = address & mask(prefix);
        let hash = seed.wide_number(first, prefix);
        if let Some(network) = self.networks.find(hash, |other| (other.first, other.prefix) == (first, prefix)) {
            return Some(network.head);
        }
        let rehash = |other: &Network| seed.wide_number(other.first, other.prefix);
        self.networks.insert_unique(hash, Network { first, prefix, head: term }, rehash);
        if prefix < 128 {
            self.lengths |= 1 << prefix;
        }
        if prefix >= SITE {
            if self.touched.is_empty() {
                self.touched = vec![0; 1 << (BITS - 6)];
            }
            let (word, bit) = site(first, seed);
            self.touched[word] |= 1 << bit;
        }
        None
    }

    /// Calls `found` with the head and the prefix of all that an address is in, the longest prefix first.
    pub(super) fn find(&self, address: u128, seed: &Seeded, mut found: impl FnMut(u32, u8)) {
        if self.networks.is_empty() {
            return;
        }
        let (word, bit) = site(address, seed);
        let mut lengths = self.lengths;
        if self.touched.get(word).copied().unwrap_or(0) >> bit & 1 == 0 {
            lengths &= (1 << SITE) - 1;
        } else if let Some(head) = self.head(address, 128, seed) {
            found(head, 128);
        }
        while lengths != 0 {
            // OK because one of 128 bits is set.
            let prefix = 127 - lengths.leading_zeros() as u8;
            lengths &= !(1 << prefix);
            if let Some(head) = self.head(address & mask(prefix), prefix, seed) {
                found(head, prefix);
            }
        }
    }

    fn head(&self, first: u128, prefix: u8, seed: &Seeded) -> Option<u32> {
        let is_it = |other: &Network| (other.first, other.prefix) == (first, prefix);
        self.networks.find(seed.wide_number(first, prefix), is_it).map(|network| network.head)
    }

    pub(super) fn heap(&self) -> usize {
        self.touched.capacity() * 8 + self.networks.allocation_size()
    }
}

fn mask(prefix: u8) -> u128 {
    // Shifting out all bits would overflow, and leaves nothing.
    u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0)
}

fn site(address: u128, seed: &Seeded) -> (usize, u32) {
    // OK because 48 bits fit, and then 20 and 6 do.
    let hash = seed.number((address >> 80) as u64) >> (64 - BITS);
    ((hash >> 6) as usize, (hash & 63) as u32)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    #[test]
    fn the_most_specific_network_comes_first() {
        let (mut index, seed) = (Ipv6::default(), Seeded::new());
        let address = |text: &str| text.parse::<Ipv6Addr>().unwrap().to_bits();
        let networks =
            [("::", 0), ("2001:db8::1", 128), ("2001:db8::", 32), ("2001:db8::", 64), ("2001:db8:0:1::", 48)];
        for (term, (text, prefix)) in networks.into_iter().enumerate() {
            assert_eq!(index.insert(address(text), prefix, term as u32, &seed), None);
        }
        let find = |text| {
            let mut found = Vec::new();
            index.find(address(text), &seed, |head, prefix| found.push((head, prefix)));
            found
        };
        assert_eq!(find("2001:db8::1"), [(1, 128), (3, 64), (4, 48), (2, 32), (0, 0)]);
        assert_eq!(find("2001:db8:1::1"), [(2, 32), (0, 0)]);
        assert_eq!(find("fe80::1"), [(0, 0)]);
    }
}
