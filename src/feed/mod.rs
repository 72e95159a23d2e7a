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
//! let now = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(now).with_source("blocklist");
//! let (mut values, mut bad) = (Vec::new(), Vec::new());
//! for item in FeedReader::new(FieldMap::new(Format::List), list.as_bytes())? {
//!     match item? {
//!         FeedItem::Entry(entry) => {
//!             let Some(indicator) = entry.to_indicator("blocklist", now) else { continue };
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
//! - A [`FieldMap`] describes how a feed is written and where its fields are.
//! - A [`FeedReader`] returns an [`Entry`] for each line that can be recognized, and a [`BadLine`]
//!   with the number of the line and the [`BadLineReason`] for each line that cannot.
//! - [`Entry::to_object`] makes a STIX object of an entry, for the mapper and every sink.
//!
//! # What a bare value is
//!
//! If the feed does not say what a value is, its form decides; the first row that fits counts. **A
//! value that cannot be recognized is a bad line, and never a guess.**
//!
//! | form | type | pattern |
//! |---|---|---|
//! | `198.51.100.7`, `2001:db8::1`, also with the full prefix length | [`Ipv4`](ValueType::Ipv4), [`Ipv6`](ValueType::Ipv6) | `ipv4-addr:value`, `ipv6-addr:value` |
//! | `198.51.100.0/24`, `2001:db8::/32` | [`Cidr`](ValueType::Cidr) | `ipv4-addr:value`, `ipv6-addr:value` |
//! | 32, 40, 64 or 128 hexadecimal digits, also after `sha256:` and similar prefixes | [`Md5`](ValueType::Md5) … [`Sha512`](ValueType::Sha512) | `file:hashes.MD5` … |
//! | `CVE-2014-0160` | [`Cve`](ValueType::Cve) | `vulnerability:name` |
//! | `scheme://host…` without spaces | [`Url`](ValueType::Url) | `url:value` |
//! | `user@example.org` | [`Email`](ValueType::Email) | `email-addr:value` |
//! | `198.51.100.7:443`, `[2001:db8::1]:443`, `example.org:443` | [`Endpoint`](ValueType::Endpoint) | `network-traffic:dst_ref.value` and `dst_port`, together |
//! | `example.org`: the last label is a word | [`Domain`](ValueType::Domain) | `domain-name:value` |
//!
//! Hashes of one length look alike: 32 digits are taken for an MD5 hash, although an import hash
//! has as many. Names with the ending of a file (`setup.exe`, `invoice.zip`) are bad lines unless
//! the feed says that they are domains; names with the ending of a country (`example.pl`) are
//! domains. If the feed names a type, the value has to be well formed for it.
//!
//! Values are refanged: `hxxp`, `[.]`, `(.)`, `[dot]`, `[:]`, `[at]`, `[@]`, `[://]`, and quotes or
//! brackets around the whole value. After the host of a URL, this is done only if the dots of the
//! host were defanged too, because brackets there may belong to the URL. Values are in the form
//! that rows compare with: domains and hashes in lower case, IPv6 addresses as in RFC 5952,
//! networks by their first address. [`Entry::written`] has the value as the feed has it.
//!
//! # Formats
//!
//! - **Lists** have one value a line. Blank lines and comments are skipped. A comment may follow a
//!   value, after a space, or immediately if the value cannot contain a `#`; it becomes the
//!   description. The first line may be the name of the column.
//! - **CSV** needs the feature `csv`. Columns are found by their names or numbers. A record with
//!   more columns than the header is a bad line; if it has fewer, the last ones are absent. Spaces
//!   between a delimiter and a quote are ignored.
//! - **JSON** is one document, or several, with the items in a list, at a path of names, or as the
//!   members of an object; or one item a line. An item may be an object, a list, or a text.
//!
//! The encoding is UTF-8, with or without a byte order mark. A line in another encoding is a bad
//! line; a feed in UTF-16 or UTF-32 is an error. With the feature `gzip`, a gzip file is
//! decompressed in constant memory; other compressed files are errors that name the format.
//!
//! Lines end in LF or CRLF. If the first one ends in a CR alone, as on old Macs, lines end in CR;
//! otherwise a CR inside a line is a part of it.
//!
//! # Input safety
//!
//! Feed contents are untrusted. There is no limit on the size of a feed, compressed or not. Memory holds one item, whose size is limited
//! ([`FeedReader::with_max_item_bytes`]), and for CSV up to twice that of lines after a quote that
//! is still open; once parsed, a JSON item of tiny parts takes about thirty times its size. Time is
//! linear in the size of the input, and JSON nests no deeper than `serde_json` allows.

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
