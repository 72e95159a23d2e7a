//! IPv4 addresses and networks.

use hashbrown::HashTable;

use super::hasher::Seeded;

/// A bit for each network of 256 addresses.
const WORDS: usize = 1 << 18;

/// The heads of the chains of addresses and networks.
#[derive(Debug, Default)]
pub(super) struct Ipv4 {
    /// Which /24 have an address of the set or touch a network of it. Empty as long as there are none.
    touched: Vec<u64>,
    addresses: HashTable<(u32, u32)>,
    networks: HashTable<Network>,
    /// Which lengths of prefixes there are.
    lengths: u64,
}

#[derive(Clone, Copy, Debug)]
struct Network {
    first: u32,
    prefix: u8,
    head: u32,
}

impl Ipv4 {
    /// Makes a term the head of the chain of an address or network, unless there is one, which is returned then.
    pub(super) fn insert(&mut self, address: u32, prefix: u8, term: u32, seed: &Seeded) -> Option<u32> {
        let head = if prefix >= 32 {
            let hash = hash_address(address, seed);
            match self.addresses.find(hash, |(other, _)| *other == address) {
                Some((_, head)) => Some(*head),
                None => {
                    self.addresses.insert_unique(hash, (address, term), |(address, _)| hash_address(*address, seed));
                    None
                }
            }
        } else {
            let first = address & mask(prefix);
            let hash = hash_network(first, prefix, seed);
            match self.networks.find(hash, |other| (other.first, other.prefix) == (first, prefix)) {
                Some(network) => Some(network.head),
                None => {
                    let rehash = |other: &Network| hash_network(other.first, other.prefix, seed);
                    self.networks.insert_unique(hash, Network { first, prefix, head: term }, rehash);
                    self.lengths |= 1 << prefix;
                    None
                }
            }
        };
        if head.is_none() {
            self.touch(address, prefix);
        }
        head
    }

    fn touch(&mut self, address: u32, prefix: u8) {
        if self.touched.is_empty() {
            self.touched = vec![0; WORDS];
        }
        let (first, last) = (address & mask(prefix), address | !mask(prefix));
        let (first, last) = ((first >> 8) as usize, (last >> 8) as usize);
        for word in first >> 6..=last >> 6 {
            let from = if word == first >> 6 { u64::MAX << (first & 63) } else { u64::MAX };
            let to = if word == last >> 6 { u64::MAX >> (63 - (last & 63)) } else { u64::MAX };
            self.touched[word] |= from & to;
        }
    }

    /// Rules out most of the addresses that are in no network, for [`has`](Self::has).
    #[inline]
    pub(super) fn word(&self, address: u32) -> u64 {
        self.touched.get((address >> 14) as usize).copied().unwrap_or(0)
    }

    /// Whether an address may be in something, by its word.
    #[inline]
    pub(super) fn has(word: u64, address: u32) -> bool {
        word >> (address >> 8 & 63) & 1 == 1
    }

    /// Calls `found` with the head and the prefix of all that an address is in, the longest prefix first.
    #[inline]
    pub(super) fn find(&self, address: u32, seed: &Seeded, mut found: impl FnMut(u32, u8)) {
        let head = self.addresses.find(hash_address(address, seed), |(other, _)| *other == address);
        if let Some((_, head)) = head {
            found(*head, 32);
        }
        let mut lengths = self.lengths;
        while lengths != 0 {
            // OK because one of 64 bits is set.
            let prefix = 63 - lengths.leading_zeros() as u8;
            lengths &= !(1 << prefix);
            let first = address & mask(prefix);
            let hash = hash_network(first, prefix, seed);
            if let Some(network) = self.networks.find(hash, |other| (other.first, other.prefix) == (first, prefix)) {
                found(network.head, prefix);
            }
        }
    }

    pub(super) fn reserve(&mut self, addresses: usize, seed: &Seeded) {
        self.addresses.reserve(addresses, |(address, _)| hash_address(*address, seed));
    }

    pub(super) fn heap(&self) -> usize {
        self.touched.capacity() * 8 + self.addresses.allocation_size() + self.networks.allocation_size()
    }
}

fn mask(prefix: u8) -> u32 {
    // Shifting out all bits would overflow, and leaves nothing.
    u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0)
}

fn hash_address(address: u32, seed: &Seeded) -> u64 {
    seed.number(address.into())
}

fn hash_network(first: u32, prefix: u8, seed: &Seeded) -> u64 {
    seed.number(u64::from(first) | u64::from(prefix) << 32)
}

/// Parses an address in the only spelling that it has.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<u32> {
    if text.len() < 7 || text.len() > 15 {
        return None;
    }
    let (mut address, mut part, mut digits, mut dots) = (0_u32, 0_u32, 0, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                // A zero at the start would be octal to some.
                if digits > 0 && part == 0 {
                    return None;
                }
                part = part * 10 + u32::from(byte - b'0');
                digits += 1;
                if part > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 => {
                address = address << 8 | part;
                (part, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0).then_some(address << 8 | part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_the_standard_library_does() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "198.51.100.7",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.04",
            "256.1.1.1",
            "1..2.3",
            ".1.2.3.4",
            "1.2.3.4.",
            "1.2.3.4 ",
            "1111.2.3.4",
            "0.0.0.00",
            "",
            "1.2.3.a",
        ] {
            let expected = text.parse::<std::net::Ipv4Addr>().ok().map(u32::from);
            assert_eq!(parse(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_most_specific_network_comes_first() {
        let (mut index, seed) = (Ipv4::default(), Seeded::new());
        let address = |text: &str| parse(text.as_bytes()).unwrap();
        for (term, (text, prefix)) in
            [("0.0.0.0", 0), ("198.51.100.7", 32), ("198.51.0.0", 16), ("198.51.100.0", 25), ("198.51.100.0", 23)]
                .into_iter()
                .enumerate()
        {
            assert_eq!(index.insert(address(text), prefix, term as u32, &seed), None);
        }
        let find = |text| {
            let mut found = Vec::new();
            index.find(address(text), &seed, |head, prefix| found.push((head, prefix)));
            found
        };
        assert_eq!(find("198.51.100.7"), [(1, 32), (3, 25), (4, 23), (2, 16), (0, 0)]);
        assert_eq!(find("198.51.101.255"), [(4, 23), (2, 16), (0, 0)]);
        assert_eq!(find("203.0.113.1"), [(0, 0)]);
        assert_eq!(index.insert(address("198.51.0.1"), 16, 9, &seed), Some(2));
    }
}
