//! A set of indicators that finds them in events.
//!
//! ```
//! use stixkit::matching::event::FieldMap;
//! use stixkit::matching::set::{How, IndicatorSet};
//! use stixkit::object::Indicator;
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
//!     "pattern": "[domain-name:value = 'Example.org' OR file:name LIKE '%.scr']", "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z", "confidence": 80
//! }"#)?;
//! let mut set = IndicatorSet::new();
//! set.insert(&indicator);
//!
//! let map = FieldMap::zeek();
//! let mut scanner = set.scanner();
//! let line = br#"{"_path": "dns", "ts": 1717200000.5, "query": "c2.example.org"}"#;
//! let scanned = scanner.json(line, &map, |hit| {
//!     assert_eq!((hit.id(), hit.confidence()), (indicator.common.id.clone(), Some(80)));
//!     assert_eq!((hit.field(), hit.value()), (Some("query"), Some("c2.example.org")));
//!     assert_eq!((hit.how(), hit.matched().as_deref()), (How::Subdomain(1), Some("example.org")));
//! })?;
//! assert_eq!(scanned.hits, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`IndicatorSet`] takes indicators or their [rows](crate::row) and changes while a program runs. A [`Scanner`] runs
//! [events](super::event) against it; each thread has its own, and any number of them share a set. A [`Hit`] tells the
//! indicator, what of it was found in which field, and how.
//!
//! | to | call |
//! |---|---|
//! | add indicators | [`insert`](IndicatorSet::insert), [`insert_rows`](IndicatorSet::insert_rows) |
//! | add them, or newer versions of those that are known | [`upsert`](IndicatorSet::upsert), [`upsert_rows`](IndicatorSet::upsert_rows) |
//! | remove one, or all that are no longer valid | [`remove`](IndicatorSet::remove), [`expire`](IndicatorSet::expire) |
//! | give memory back after removals | [`compact`](IndicatorSet::compact) |
//! | scan a line of JSON, or an event | [`Scanner::json`], [`Scanner::event`] |
//! | look up one value | [`lookup`](IndicatorSet::lookup) |
//! | keep it in a file | [`save`](IndicatorSet::save), [`load`](IndicatorSet::load) |
//! | see how large it is | [`stats`](IndicatorSet::stats) |
//!
//! # What is looked up where
//!
//! Values of indicators and of events are brought into one [normal form](crate::row::normalize()), so that the set,
//! rows and logs agree. A value that is an indicator by itself (a [`standalone`](crate::row::Relation::standalone) row)
//! is a hit. Any other leads to a test of the whole pattern over the objects of the event, by the rules of
//! [`Matcher`](super::Matcher).
//!
//! | in a pattern | is looked up as | matches |
//! |---|---|---|
//! | addresses and networks | numbers, by each length of a prefix that the set has; a bitmap of all /24 answers most | the address, addresses in the network; `::ffff:198.51.100.7` also as IPv4 |
//! | domains | the name and each name above it | the name and names below it, unless it is a public suffix: [`Subdomains`] |
//! | URLs | the normal form without the scheme | the URL; without a scheme in the log, any; longer ones: [`Urls`] |
//! | hashes | bytes of the digits | the hash in any case |
//! | addresses of e-mail, MAC addresses, registry keys, vulnerabilities | text | the value at any path |
//! | names, paths, ports, other text and numbers | text, in any case of ASCII letters: [`SetOptions::with_folded_case`] | the value at the same path |
//! | `LIKE`, `MATCHES` | a piece of text of four bytes or more that values need to have | values that pass the test |
//! | `AND` | the operand that is seen most rarely | events that pass the test |
//! | `!=`, `NOT`, `<`, `EXISTS`, `LIKE '%a%'`, times, bytes | not at all: tested for each event with an object of the type | events that pass the test |
//! | several observations, `REPEATS`, `WITHIN` | not at all: [`IndicatorSet::sequences`] | |
//!
//! If a pattern has alternatives, each is looked up in its own way. [`Inserted`] tells for each indicator what is looked
//! up, and what cannot be found for which reason. Empty values, `-`, `null` and `N/A` are never looked up.
//!
//! A hit on an address, domain, URL, hash, e-mail address, MAC address or registry key counts wherever the value is, apart
//! from the end of a connection: `network-traffic:src_ref.value` does not match a destination. A test of a whole pattern
//! sees the objects of the event as they are, and once more with values in normal form.
//!
//! # Which hits are reported
//!
//! The state of an indicator is that at the time of the event, so old logs can be searched with a set of today. Only
//! [active](crate::row::State::Active) indicators are reported, others on [request](Scanner::with_state). If an event has no
//! time, all indicators are reported that may be active. Values on lists of [`suppress`](super::suppress) are counted and
//! not reported; by default these are addresses of private networks and other special addresses.
//!
//! # Memory and time
//!
//! A million indicators take about 125 bytes each. Removed indicators keep their memory until [`compact`](IndicatorSet::compact);
//! insertions with `upsert` call it if half of a set is removed, and `expire` if a quarter is.
//!
//! # Input safety
//!
//! Indicators and events are untrusted. Hash functions have a random seed. An event takes time linear in the length of its
//! values, in the number of equal values of indicators that were found, and in the number of patterns that have to be
//! tested. Of those patterns in which nothing can be looked up, a set has up to
//! [1,000](SetOptions::with_max_always). No more than 256 different pieces of text share four bytes by which they are looked
//! up; others take other bytes, or are such patterns. An event has up to [10,000](Scanner::with_max_hits) hits. A scanner
//! keeps the compiled form of some hundred patterns. See [`IndicatorSet::load`] for snapshots.

mod always;
mod arena;
#[cfg(feature = "arrow")]
mod batch;
mod cover;
mod digest;
mod domain;
mod draft;
mod filter;
mod folded;
mod grams;
mod hasher;
mod hit;
mod hit_record;
mod how;
mod indicator_set;
mod input;
mod inserted;
mod ipv4;
mod ipv6;
mod key;
mod limits;
mod needle;
pub(super) mod objects;
mod options;
mod packed;
mod probe;
mod properties;
mod record;
mod records;
mod residual;
mod scanner;
mod snapshot;
mod snapshot_error;
mod stats;
mod store;
mod table;
mod term;
mod tight;
mod url;
mod values;

#[cfg(feature = "arrow")]
pub use batch::ScannedBatch;
pub use hit::Hit;
pub use how::How;
pub use indicator_set::IndicatorSet;
pub use inserted::{Change, Inserted, SkipReason, Skipped};
pub use limits::Limits;
pub use options::{SetOptions, Subdomains, Urls};
pub use record::Record;
pub use scanner::{Scanned, Scanner};
pub use snapshot_error::{SnapshotError, SnapshotErrorKind};
pub use stats::{Stats, StatsBytes};
