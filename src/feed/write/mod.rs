//! Writes rows as the lists that firewalls, resolvers and sensors load.
//!
//! ```
//! use stixkit::feed::Entry;
//! use stixkit::feed::write::{ListFormat, ListWriter, Options};
//! use stixkit::object::Tlp;
//! use stixkit::row::Mapper;
//!
//! let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(&now);
//! let mut writer = ListWriter::new(ListFormat::Rpz, Options::new(&now, Tlp::Green), Vec::new())?;
//! for value in ["login.example.org", "198.51.100.0/24", "someone@example.org"] {
//!     let indicator = Entry::detect(value)?.to_indicator("feed", &now).unwrap();
//!     for row in &mapper.map(&indicator).rows {
//!         writer.write(row)?;
//!     }
//! }
//! let (zone, counts) = writer.finish()?;
//! let zone = String::from_utf8(zone)?;
//! assert!(zone.ends_with("login.example.org CNAME .\n24.0.100.51.198.rpz-ip CNAME .\n"));
//! assert_eq!((counts.written, counts.other_type), (2, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **A list has only values that may be matched on their own**: rows that are standalone, active
//! and well formed, and may go to its [`Audience`](crate::marking::Audience). [`ListCounts`] has
//! the number of the others, by the reason. A value is written once, whatever number of rows have
//! it.
//!
//! | format | takes | loaded by |
//! |---|---|---|
//! | [`Plain`](ListFormat::Plain) | values of all types, one a line | anything |
//! | [`Csv`](ListFormat::Csv) | values of all types, with type, name, confidence, times and source | spreadsheets, SIEMs |
//! | [`Netset`](ListFormat::Netset) | IPv4 addresses and networks | FireHOL, ipset |
//! | [`NetsetIpv6`](ListFormat::NetsetIpv6) | IPv6 addresses and networks | ipset |
//! | [`PfTable`](ListFormat::PfTable) | addresses and networks | pfSense and OPNsense (URL table), `pfctl` |
//! | [`Hosts`](ListFormat::Hosts) | domains | hosts files, Pi-hole, AdGuard Home |
//! | [`Rpz`](ListFormat::Rpz) | domains, addresses and networks | BIND, Unbound, Knot Resolver, PowerDNS Recursor |
//! | [`SuricataDataset`](ListFormat::SuricataDataset) | one type | Suricata, `dataset:isset` |
//! | [`SuricataIprep`](ListFormat::SuricataIprep) | addresses and networks | Suricata, `iprep` |
//! | [`ZeekIntel`](ListFormat::ZeekIntel) | addresses, networks, domains, URLs, e-mail addresses, hashes, file names | Zeek's Intelligence Framework |
//! | [`MispWarninglist`](ListFormat::MispWarninglist) | one type | MISP |
//!
//! # Limits
//!
//! Memory grows by about a hundred bytes for each value, because each is written once. A name that
//! is too long for a zone, a value with characters that a format cannot hold, and a URL of a scheme
//! other than `http` and `https` for Zeek are left out and counted. Text that spreadsheets take for
//! formulas is written as it is.

mod counts;
mod format;
mod options;
mod rpz;
mod writer;

pub use counts::ListCounts;
pub use format::{DatasetType, ListFormat, WarninglistType};
pub use options::Options;
pub use writer::ListWriter;
