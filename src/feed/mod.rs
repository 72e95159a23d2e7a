//! Reads lists, CSV and JSON of addresses, names and hashes, and makes STIX indicators of them.
//!
//! ```
//! use stixkit::feed::{FeedItem, FeedReader, FieldMap, Format};
//! use stixkit::row::Mapper;
//!
//! let list = "\
//! ## Blocklist of Example CERT
//! 198.51.100.7
//! hxxp://login[.]example[.]org/   # seen twice
//! 198.51.100.300
//! ";
//! let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(&now).with_source("blocklist");
//! let (mut values, mut bad) = (Vec::new(), Vec::new());
//! for item in FeedReader::new(FieldMap::new(Format::List), list.as_bytes())? {
//!     match item? {
//!         FeedItem::Entry(entry) => {
//!             let Some(indicator) = entry.to_indicator("blocklist", &now) else { continue };
//!             values.extend(mapper.map(&indicator).into_owned().rows);
//!         }
//!         FeedItem::Bad(line) => bad.push(line.to_string()),
//!     }
//! }
//! assert_eq!(values[0].pattern, "[ipv4-addr:value = '198.51.100.7']");
//! assert_eq!(values[1].observable.as_ref().unwrap().value, "http://login.example.org/");
//! assert_eq!(values[1].context.description.as_deref(), Some("seen twice"));
//! assert_eq!(bad, ["line 4: the value has no known form: 198.51.100.300"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - A [`FieldMap`] describes how a feed is written and where its fields are. There are [ready
//!   maps](FieldMap::named) for feeds that many use; [`FieldMap::recognize`] finds the one that
//!   fits a file.
//! - A [`FeedReader`] returns an [`Entry`] for each value that can be recognized, and a [`BadLine`]
//!   with line, column and [`BadLineReason`] for each one that cannot. [`FeedReader::counts`] has
//!   the numbers of all lines, [`FeedReader::notes`] what is odd about the feed as a whole.
//! - [`Entry::to_object`] makes a STIX object of an entry, and [`Entry::to_indicator`] the
//!   indicator for the mapper and every sink.
//! - [`write`](mod@write) goes the other way: rows to the lists that firewalls, resolvers and
//!   sensors load.
//!
//! # Strict and lenient
//!
//! A value that cannot be recognized, or is not of the type that the feed states, is a bad line.
//! **A field that is not needed for the value costs nothing but itself**: it is [set
//! aside](Entry::set_aside), unless the map says that it is [strict](Field::is_strict). Where that
//! could say too much, the entry fails closed: a level of the Traffic Light Protocol that cannot be
//! read is `red`, and if the end of validity or a revocation cannot be read, the rows of the entry
//! are [unclear](crate::row::State::Unclear). If the validity ends before it starts, the start is
//! set aside.
//!
//! A feed does not become empty silently: a path that leads nowhere, a web page, a missing column,
//! a condition on a property that no item has, and a feed whose entries are all bad are
//! [errors](FeedReader) that name what was found instead. Pass the count of bad lines to
//! [`Upserts::end_full`](crate::row::Upserts::end_full), which then deletes nothing.
//!
//! # What a bare value is
//!
//! If the feed does not say what a value is, its form decides; the first row that fits counts. **A
//! value that cannot be recognized is a bad line, and never a guess.**
//!
//! | form | type | pattern |
//! |---|---|---|
//! | `198.51.100.7`, `2001:db8::1`, also with the full prefix length | [`Ipv4`](ValueType::Ipv4), [`Ipv6`](ValueType::Ipv6) | `ipv4-addr:value`, `ipv6-addr:value` |
//! | `198.51.100.0/24`, `198.51.100.0/255.255.255.0`, `2001:db8::/32` | [`Cidr`](ValueType::Cidr) | `ipv4-addr:value`, `ipv6-addr:value` |
//! | 32, 40, 64 or 128 hexadecimal digits, also after `sha256:` and similar prefixes | [`Md5`](ValueType::Md5) … [`Sha512`](ValueType::Sha512) | `file:hashes.MD5` … |
//! | `CVE-2014-0160` | [`Cve`](ValueType::Cve) | `vulnerability:name` |
//! | `scheme://host…` without spaces, if the scheme is known | [`Url`](ValueType::Url) | `url:value` |
//! | `user@example.org` | [`Email`](ValueType::Email) | `email-addr:value` |
//! | `198.51.100.7:443`, `[2001:db8::1]:443`, `example.org:443` | [`Endpoint`](ValueType::Endpoint) | `network-traffic:dst_ref.value` and `dst_port`, together |
//! | `example.org`: the last label is a word | [`Domain`](ValueType::Domain) | `domain-name:value` |
//! | `198.51.100.1-198.51.100.9` | [`Range`](ValueType::Range) | an alternative for each network in it |
//! | `*.example.org`; `.example.org`, <code>&#124;&#124;example.org^</code> | [`Subdomains`](ValueType::Subdomains) | `domain-name:value LIKE`, the latter two also `=` |
//! | `AS64500` | [`Asn`](ValueType::Asn) | `autonomous-system:number` |
//! | addresses of Bitcoin, Ethereum (with mixed case) and Monero with a right checksum | [`Wallet`](ValueType::Wallet) | `cryptocurrency-wallet:value` |
//!
//! A field map or a column can name these types, and others that have no form of their own: `ja3`,
//! `ja3s` and `jarm` (`network-traffic:x_ja3` …, properties that the standard does not define),
//! `certificate-sha1`, `user-agent`, `filename`, `mutex`, `stix-pattern`, pairs as MISP has them
//! (`domain|ip`, `filename|sha256`, `ip-dst|port`), or the path of any property. Values of
//! properties that are whole numbers are numbers in the pattern.
//!
//! Hashes of one length look alike: 32 digits are taken for an MD5 hash, although an import hash
//! has as many. Names with the ending of a file (`setup.exe`, `invoice.zip`) are bad lines unless
//! the feed says that they are domains; names with the ending of a country (`example.pl`) are
//! domains. A range or network that covers more than a 256th of all addresses and has bits of a
//! host is a slip and a bad line.
//!
//! Values are refanged: `hxxp` and its relatives (also `meow`, `xxp`, `http[s]`, `hxxp:\\`), `[.]`,
//! `(.)`, `[dot]`, `_dot_`, `\.`, `[:]`, `[at]`, `[@]`, `[://]`, and quotes or brackets around the
//! whole value. Dots of other scripts and characters without a width are mapped as UTS 46 has it.
//! After the host of a URL, this is done only if the dots of the host were defanged too, because
//! brackets there may belong to the URL. Values are in the form that rows compare with: domains and
//! hashes in lower case, IPv6 addresses as in RFC 5952, networks by their first address.
//! [`Entry::written`] has the value as the feed has it.
//!
//! # Formats
//!
//! - **Lists** have one value a line, or columns with a character or blanks between. Blank lines
//!   and comments are skipped. A comment may follow a value, after a space, or immediately if the
//!   value cannot contain a `#`; it becomes the description. The first line may be the name of the
//!   column.
//! - **CSV** needs the feature `csv`. Columns are found by their names or numbers. A record with
//!   more columns than the header is a bad line; if it has fewer, the last ones are absent. Spaces
//!   between a delimiter and a quote are ignored.
//! - **JSON** is one document, or several, with the items in a list, at a path of names, or as the
//!   members of an object; or one item a line. An item may be an object, a list, or a text. Values
//!   may be in lists inside an item, and take fields from what they are part of.
//!
//! The encoding is UTF-8, with or without a byte order mark. A line in another encoding is a bad
//! line, unless the map says that it is Windows-1252; a feed in UTF-16 or UTF-32 is an error. With
//! the feature `gzip`, a gzip file is decompressed in constant memory; other compressed files are
//! errors that name the format.
//!
//! Lines end in LF or CRLF. If the first one ends in a CR alone, as on old Macs, lines end in CR;
//! otherwise a CR inside a line is a part of it.
//!
//! # Input safety
//!
//! Feed contents are untrusted. There is no limit on the size of a feed, compressed or not. Memory
//! holds one item, whose size is limited ([`FeedReader::with_max_item_bytes`]), and for CSV up to
//! twice that of lines after a quote that is still open; once parsed, a JSON item of tiny parts
//! takes about thirty times its size. With [`FieldMap::inside`], an item may be 64 times as large.
//! Of a field that several entries share, each has at most 4 KiB from a parent, and all of one item
//! have 64 KiB together; what is longer is set aside. Time is linear in the size of the input, and
//! JSON nests no deeper than `serde_json` allows.

mod bad_line;
mod bad_line_reason;
mod condition;
mod counts;
#[cfg(feature = "csv")]
mod csv;
mod declared;
mod delimited;
mod detect;
mod digest;
mod entry;
mod field;
mod field_map;
mod field_map_json;
mod field_value;
mod format;
mod input;
mod ip_range;
mod item;
mod json;
mod json_scan;
mod lookup;
mod map_fault;
mod named_map;
mod path;
mod plan;
mod reader;
mod refang;
mod to_object;
mod value_type;
mod wallet;
pub mod write;

pub use bad_line::BadLine;
pub use bad_line_reason::BadLineReason;
pub use condition::{Condition, Test};
pub use counts::{FeedCounts, FeedNote};
pub use entry::{Entry, EntryContext, SetAside};
pub use field::{Field, Fields, Place};
pub use field_map::{Conditions, FieldMap};
pub use format::{Delimiter, Encoding, Format, Header};
pub use item::FeedItem;
pub use named_map::NamedMap;
pub use reader::FeedReader;
pub use to_object::NAMESPACE;
pub use value_type::ValueType;
