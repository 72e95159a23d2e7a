//! Custom feeds: lists, CSV and JSON of addresses, names and hashes, and the STIX indicators that they become.
//!
//! ```
//! use stixkit::row::Mapper;
//! use stixkit::feed::{FieldMap, Format, Item, Reader};
//!
//! let list = "\
//! ## Blocklist of Example CERT
//! 198.51.100.7
//! hxxp://login[.]example[.]org/   # seen twice
//! 198.51.100.300
//! ";
//! let now = "2024-05-20T00:00:00Z".parse()?;
//! let mapper = Mapper::new(now).source("blocklist");
//! let (mut values, mut bad) = (Vec::new(), Vec::new());
//! for item in Reader::new(FieldMap::new(Format::List), list.as_bytes())? {
//!     match item? {
//!         Item::Entry(entry) => {
//!             let Some(indicator) = entry.to_indicator("blocklist", now) else { continue };
//!             values.extend(mapper.map(&indicator).into_owned().rows);
//!         }
//!         Item::Bad(line) => bad.push(line.to_string()),
//!     }
//! }
//! assert_eq!(values[0].pattern, "[ipv4-addr:value = '198.51.100.7']");
//! assert_eq!(values[1].observable.as_ref().unwrap().value, "http://login.example.org/");
//! assert_eq!(values[1].description.as_deref(), Some("seen twice"));
//! assert_eq!(bad, ["line 4: the value has no known form: 198.51.100.300"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`FieldMap`] says how a feed is written and what stands where; a [`Reader`] goes through it and gives an [`Entry`] for
//! each line that can be told, and a [`BadLine`] with the line's number and the [`Reason`] for each that cannot. An entry
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
//! Feeds come from strangers. Memory holds one item, whose size has a limit ([`Reader::max_item_bytes`]), and of CSV the
//! lines behind a quote that is still open, up to twice that; parsed, an item of tiny parts takes some thirty times its
//! size. Time is linear in the size of the input, and JSON nests no deeper than `serde_json` allows.

mod detect;
mod field;
mod input;
mod json;
mod lookup;
mod make;
mod map;
mod reader;
mod reason;
mod undo;

#[cfg(feature = "csv")]
mod csv;

use std::fmt;

use crate::Timestamp;
use crate::object::Tlp;

pub use detect::ValueType;
pub use make::NAMESPACE;
pub use map::{Field, FieldMap, Fields, Format, Header, Place};
pub use reader::Reader;
pub use reason::Reason;

/// A line of a feed: a value, and what the feed says about it.
///
/// The fields are those of [`Fields`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The number of its line, from 1. Of an item of several lines the first.
    pub line: u64,
    /// The value, in the form to compare with.
    pub value: String,
    /// The value as the feed has it.
    pub written: String,
    /// What it is.
    pub value_type: ValueType,
    /// The pattern that finds it; `None` for [`ValueType::Cve`].
    pub pattern: Option<String>,
    /// A name to show.
    pub name: Option<String>,
    /// More about it. In a list the comment behind the value.
    pub description: Option<String>,
    /// How sure the producer is, 0 to 100.
    pub confidence: Option<u8>,
    /// From when the value is bad.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// When the line was last changed.
    pub modified: Option<Timestamp>,
    /// What the value has to do with.
    pub tags: Vec<String>,
    /// Who says so.
    pub source: Option<String>,
    /// With whom it may be shared.
    pub tlp: Option<Tlp>,
    /// Where to read more.
    pub reference: Option<String>,
}

impl Entry {
    /// An entry from a bare value alone, by its form.
    ///
    /// ```
    /// use stixkit::feed::{Entry, Reason, ValueType};
    ///
    /// let entry = Entry::detect("198[.]51[.]100[.]7")?;
    /// assert_eq!((entry.value_type, &*entry.value), (ValueType::Ipv4, "198.51.100.7"));
    /// assert_eq!(Entry::detect("invoice.zip"), Err(Reason::MayBeFileName));
    /// # Ok::<(), Reason>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The [`Reason`] why it cannot be told.
    pub fn detect(value: &str) -> Result<Self, Reason> {
        let detected = detect::detect(value, &detect::Declared::Nothing, None)?;
        Ok(Self::new(1, value, detected))
    }

    fn new(line: u64, written: &str, detected: detect::Detected) -> Self {
        let detect::Detected { value, value_type, pattern } = detected;
        Self {
            line,
            value,
            written: written.trim().to_owned(),
            value_type,
            pattern,
            name: None,
            description: None,
            confidence: None,
            valid_from: None,
            valid_until: None,
            modified: None,
            tags: Vec::new(),
            source: None,
            tlp: None,
            reference: None,
        }
    }
}

/// One line of a feed, or one item.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a line is read or it is not")]
pub enum Item {
    /// The line has a value.
    Entry(Entry),
    /// The line has none that could be told.
    Bad(BadLine),
}

/// A line that makes no entry.
///
/// `{}` prints one line for people: the place, the reason, and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadLine {
    /// The number of the line, from 1. Of an item of several lines the first.
    pub line: u64,
    /// The name of the field that is at fault, as in a map, where it is one field.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub reason: Reason,
    /// What stands there: the text of the field, or of the line. Of long text the beginning, of text that is not UTF-8
    /// what is left of it.
    pub text: String,
}

impl BadLine {
    /// Of a line this much is kept.
    const MAX_TEXT: usize = 200;

    fn new(line: u64, field: Option<&'static str>, reason: Reason, text: &[u8]) -> Self {
        let mut text = String::from_utf8_lossy(&text[..text.len().min(Self::MAX_TEXT + 4)]).into_owned();
        while text.len() > Self::MAX_TEXT {
            text.pop();
        }
        Self { line, field, reason, text }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(field) = self.field.filter(|field| *field != "value") {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.reason)?;
        if !self.text.is_empty() {
            // For a terminal: what controls it is shown, not sent.
            let text: String = self.text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
            write!(f, ": {}", text.trim())?;
        }
        Ok(())
    }
}
