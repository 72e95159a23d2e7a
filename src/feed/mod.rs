//! Custom feeds: lists, CSV and JSON of addresses, names and hashes, and the STIX indicators that they become.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::feed::{FeedItem, FeedReader, FieldMap, Format};
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
//! A [`FieldMap`] says how a feed is written and what stands where; a [`FeedReader`] goes through it and gives an [`Entry`] for
//! each line that can be told, and a [`BadLine`] with the line's number and the [`BadLineReason`] for each that cannot. An entry
//! becomes a STIX object by [`Entry::to_object`], for the mapper and every sink.
//!
//! # What a bare value is
//!
//! Where the feed does not say, the form tells; the first row that fits counts. **What cannot be told is a bad line, and
//! never a guess.**
//!
//! | form | type | pattern |
//! |---|---|---|
//! | `198.51.100.7`, `2001:db8::1`, also with the full prefix length | [`Ipv4`](ValueType::Ipv4), [`Ipv6`](ValueType::Ipv6) | `ipv4-addr:value`, `ipv6-addr:value` |
//! | `198.51.100.0/24`, `2001:db8::/32` | [`Cidr`](ValueType::Cidr) | the same |
//! | 32, 40, 64 or 128 hexadecimal digits, also behind `sha256:` and the like | [`Md5`](ValueType::Md5) … [`Sha512`](ValueType::Sha512) | `file:hashes.MD5` … |
//! | `CVE-2014-0160` | [`Cve`](ValueType::Cve) | none: it becomes a vulnerability |
//! | `scheme://host…` without blanks | [`Url`](ValueType::Url) | `url:value` |
//! | `user@example.org` | [`Email`](ValueType::Email) | `email-addr:value` |
//! | `198.51.100.7:443`, `[2001:db8::1]:443`, `example.org:443` | [`Endpoint`](ValueType::Endpoint) | `network-traffic:dst_ref.value` and `dst_port`, together |
//! | `example.org`: a last part that is a word | [`Domain`](ValueType::Domain) | `domain-name:value` |
//!
//! Hashes of one length look alike: 32 digits are taken for an MD5, though an import hash has as many. Names whose ending
//! files have too (`setup.exe`, `invoice.zip`) are bad lines unless the feed says that they are domains; those of a
//! country (`example.pl`) are domains. Where the feed says a type, the value has to have its form.
//!
//! What was made harmless is undone: `hxxp`, `[.]`, `(.)`, `[dot]`, `[:]`, `[at]`, `[@]`, `[://]`, and quotes or brackets
//! around the whole. Behind the host of a URL only where the host's dots were written so, for there brackets may be the
//! URL's own. Values are in the form that rows compare with: domains and hashes in lower case, IPv6 as in RFC 5952,
//! networks by their first address. [`Entry::written`] has what the feed has.
//!
//! # Formats
//!
//! - **Lists** have one value a line. Blank lines and comments are passed. A comment may stand behind a value, with a
//!   blank before it, or right behind what cannot have a `#` in it; it becomes the description. One line in front may be
//!   the name of the column.
//! - **CSV** needs the feature `csv`. Columns go by their names or numbers. A record with more columns than the header is
//!   bad, one with fewer lacks the last ones. Blanks between a delimiter and a quote are left out.
//! - **JSON** is one document, or several, with the items in a list, behind a path of names, or as the members of an
//!   object; or one item a line. An item may be an object, a list, or just a text.
//!
//! UTF-8 with or without a byte order mark. A line in another encoding is bad; UTF-16 is refused whole.
//!
//! # Input safety
//!
//! Feeds come from strangers. Memory holds one item, whose size has a limit ([`FeedReader::with_max_item_bytes`]), and of CSV the
//! lines behind a quote that is still open, up to twice that; parsed, an item of tiny parts takes some thirty times its
//! size. Time is linear in the size of the input, and JSON nests no deeper than `serde_json` allows.

mod bad_line;
mod bad_line_reason;
#[cfg(feature = "csv")]
mod csv;
mod declared;
mod detect;
mod entry;
mod field;
mod field_map;
mod field_map_json;
mod field_value;
mod format;
mod input;
mod item;
mod json;
mod lookup;
mod path;
mod reader;
mod refang;
mod to_object;
mod value_type;

pub use bad_line::BadLine;
pub use bad_line_reason::BadLineReason;
pub use entry::{Entry, EntryContext};
pub use field::{Field, Fields, Place};
pub use field_map::FieldMap;
pub use format::{Format, Header};
pub use item::FeedItem;
pub use reader::FeedReader;
pub use to_object::NAMESPACE;
pub use value_type::ValueType;
