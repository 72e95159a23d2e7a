//! Noise: values that are no reason for an alert, and alerts that repeat.
//!
//! Feeds contain addresses of private networks, resolvers that everybody uses and the domains of large sites. An alert
//! on each visit is the usual reason for switching matching off. [`Suppress`] has lists of such values and names the
//! list that a value is on, so that nothing disappears without a reason. [`Dedupe`] makes one alert and a count of
//! alerts that repeat.
//!
//! ```
//! use stixkit::matching::suppress::{List, ListKind, Suppress};
//! use stixkit::row::ValueKind;
//!
//! let mut suppress = Suppress::special_addresses();
//! suppress.merge(Suppress::misp_warninglist(r#"{
//!     "name": "Resolvers", "type": "cidr", "version": 3, "description": "Public resolvers",
//!     "matching_attributes": ["ip-src", "ip-dst"], "list": ["8.8.8.8", "1.1.1.0/24"]
//! }"#)?)?;
//! suppress.merge(Suppress::plain_list("own.txt", "# what we run\nexample.org\nregex:^build-[0-9]+$\n")?)?;
//! suppress.add(List::new("tools", ListKind::Substring), ["\\Windows\\servicing\\"])?;
//!
//! let list = |kind, value| suppress.check(kind, value).map(|list| list.name());
//! assert_eq!(list(ValueKind::Ipv4, "10.1.2.3"), Some("private addresses"));
//! assert_eq!(list(ValueKind::Ipv4, "8.8.8.8"), Some("Resolvers"));
//! assert_eq!(list(ValueKind::Cidr, "1.1.0.0/16"), Some("Resolvers"));
//! assert_eq!(list(ValueKind::Domain, "WWW.Example.org."), Some("own.txt"));
//! assert_eq!(list(ValueKind::Name, "build-17"), Some("own.txt"));
//! assert_eq!(list(ValueKind::Domain, "example.com"), None);
//! # Ok::<(), stixkit::matching::suppress::Error>(())
//! ```
//!
//! # What an entry covers
//!
//! | kind of list | a value is on the list if |
//! |---|---|
//! | [`Network`](ListKind::Network) | it is an address or a network that an entry contains, that contains an entry, or that is equal to one. `::ffff:10.0.0.1` is `10.0.0.1` |
//! | [`Domain`](ListKind::Domain) | it is an entry or a sub-domain of one. The host of a URL counts if the list [applies to](List::with_kinds) URLs |
//! | [`Exact`](ListKind::Exact) | its [normal form](crate::row::normalize()) is that of an entry. Entries that are addresses or networks work as in `Network` |
//! | [`Substring`](ListKind::Substring) | its normal form contains an entry, in any case of ASCII letters |
//! | [`Regex`](ListKind::Regex) | an entry is found in its normal form |
//! | [`Mixed`](ListKind::Mixed) | by the form of each entry: see [`Suppress::plain_list`] |
//!
//! # What is refused
//!
//! An entry that is not of the kind of its list is refused and told by [`Suppress::refused`], and so is one that would
//! suppress nearly everything: a substring of fewer than three characters, a domain of one label without a dot before
//! it. The other entries of the list are used. A refused entry suppresses nothing, so that the fault leads to an alert
//! too many, never to one too few.
//!
//! # Input safety
//!
//! Lists and values may come from strangers. A check takes time linear in the length of the value, whatever the number
//! of lists and entries; only the regular expressions depend on how many there are, and they are not applied to values
//! of more than 16 KiB. A [`Suppress`] has at most 5,000,000 entries in 10,000 lists, 2 MiB of substrings and 1,000
//! regular expressions; a list that does not fit is an [`Error`], and nothing of it is added.

mod dedupe;
mod draft;
mod entry;
mod error;
mod kinds;
mod list;
mod misp;
mod networks;
mod owners;
mod plain;
mod refused;
mod searches;
mod special;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod suppress;

pub use dedupe::{Dedupe, Repeat, Repeats};
pub use error::{Error, ErrorKind};
pub use list::{List, ListKind};
pub use refused::{RefusalReason, Refused};
pub use special::Special;
pub use suppress::Suppress;
