//! Addresses with a meaning of their own, which identify no host on the internet.

use super::draft::Draft;
use super::list::{List, ListKind};
use super::suppress::Suppress;

/// A range of addresses that is set aside for a purpose (RFC 6890). Feeds contain them by mistake, and every network
/// has them.
///
/// `{}` prints the name that its list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Special {
    /// Addresses within an organization: RFC 1918, unique local addresses (RFC 4193), and the site-local addresses
    /// before them.
    Private,
    /// The host itself: `127.0.0.0/8` and `::1`.
    Loopback,
    /// Addresses of one link (RFC 3927, RFC 4291).
    LinkLocal,
    /// Groups of hosts (RFC 5771, RFC 4291).
    Multicast,
    /// Addresses for examples: RFC 5737, RFC 3849, RFC 9637.
    Documentation,
    /// Addresses that providers share out among customers (RFC 6598).
    Shared,
    /// No address, `0.0.0.0/8` and `::`.
    Unspecified,
    /// Addresses for benchmarks (RFC 2544, RFC 5180), protocols (RFC 6890), discarding (RFC 6666) and translation
    /// within a network (RFC 8215), and those that are reserved or broadcast.
    Reserved,
}

impl Special {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Private,
        Self::Loopback,
        Self::LinkLocal,
        Self::Multicast,
        Self::Documentation,
        Self::Shared,
        Self::Unspecified,
        Self::Reserved,
    ];

    /// Returns the name of its list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private addresses",
            Self::Loopback => "loopback addresses",
            Self::LinkLocal => "link-local addresses",
            Self::Multicast => "multicast addresses",
            Self::Documentation => "documentation addresses",
            Self::Shared => "shared addresses",
            Self::Unspecified => "unspecified addresses",
            Self::Reserved => "reserved addresses",
        }
    }

    const fn networks(self) -> &'static [&'static str] {
        match self {
            Self::Private => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"],
            Self::Loopback => &["127.0.0.0/8", "::1"],
            Self::LinkLocal => &["169.254.0.0/16", "fe80::/10"],
            Self::Multicast => &["224.0.0.0/4", "ff00::/8"],
            Self::Documentation => &["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"],
            Self::Shared => &["100.64.0.0/10"],
            Self::Unspecified => &["0.0.0.0/8", "::"],
            Self::Reserved => {
                &["192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "100::/64", "2001:2::/48", "64:ff9b:1::/48"]
            }
        }
    }
}

impl std::fmt::Display for Special {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Suppress {
    /// Returns lists of all addresses that are set aside for a purpose, one for each [`Special`]: private, loopback,
    /// link-local, multicast, documentation, shared, unspecified and reserved ones, of both families. Addresses of IPv4
    /// that are mapped to IPv6 count as those of IPv4.
    ///
    /// ```
    /// use stixkit::matching::suppress::Suppress;
    /// use stixkit::row::ValueKind;
    ///
    /// let suppress = Suppress::special_addresses();
    /// let list = |value| suppress.check(ValueKind::Ipv4, value).map(|list| list.name());
    /// assert_eq!(list("192.168.7.1"), Some("private addresses"));
    /// assert_eq!(list("::ffff:127.0.0.1"), Some("loopback addresses"));
    /// assert_eq!(list("fe80::1%eth0"), Some("link-local addresses"));
    /// assert_eq!(list("9.9.9.9"), None);
    /// ```
    pub fn special_addresses() -> Self {
        Self::special(Special::ALL)
    }

    /// Returns lists of some addresses that are set aside for a purpose.
    ///
    /// ```
    /// use stixkit::matching::suppress::{Special, Suppress};
    /// use stixkit::row::ValueKind;
    ///
    /// let suppress = Suppress::special(Special::ALL.into_iter().filter(|special| *special != Special::Documentation));
    /// assert!(suppress.check(ValueKind::Ipv4, "198.51.100.7").is_none());
    /// assert!(suppress.check(ValueKind::Ipv4, "10.0.0.1").is_some());
    /// ```
    pub fn special(specials: impl IntoIterator<Item = Special>) -> Self {
        let mut all = Self::new();
        for special in specials {
            let mut draft = Draft::new(List::new(special.as_str(), ListKind::Network));
            for (place, network) in special.networks().iter().enumerate() {
                // OK because a few networks are below all limits.
                let _ = draft.entry(place + 1, network);
            }
            let _ = Self::of(draft).and_then(|list| all.merge(list));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::ValueKind;

    #[test]
    fn every_network_is_used() {
        let suppress = Suppress::special_addresses();
        assert!(suppress.refused().is_empty());
        for (special, list) in Special::ALL.into_iter().zip(suppress.lists()) {
            assert_eq!((list.name(), list.entries()), (special.as_str(), special.networks().len()));
            for network in special.networks() {
                assert_eq!(
                    suppress.check(ValueKind::Cidr, network).map(List::name),
                    Some(special.as_str()),
                    "{network}"
                );
            }
        }
    }
}
