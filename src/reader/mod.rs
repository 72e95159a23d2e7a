//! From bytes to objects, one at a time.
//!
//! [`Reader`] takes whatever feeds send: a bundle with its keys in any order, a TAXII envelope, a list of objects, one
//! object, or any sequence of these, on lines of their own (NDJSON) or not. It reads a slice in place, and a stream
//! with the memory of one object and a buffer.
//!
//! ```
//! use stixkit::reader::{Item, Reader};
//!
//! let feed = r#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
//!     {"type": "x-a", "id": "x-a--1"},
//!     {"type": "x-a", "id": "x-a--2", "name": oops},
//!     {"type": "x-a", "id": "x-a--3"}
//! ]}"#;
//! let (mut read, mut rejected) = (Vec::new(), Vec::new());
//! for item in Reader::from_str(feed) {
//!     match item? {
//!         Item::Object(accepted) => read.push(accepted.object.id().to_string()),
//!         Item::Rejected(bad) => rejected.push(bad.error.to_string()),
//!     }
//! }
//! assert_eq!(read, ["x-a--1", "x-a--3"]);
//! assert_eq!(rejected, ["not JSON: expected a value, at $.objects[1].name, line 3, column 45 (byte 167)"]);
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # One bad object never costs its neighbours
//!
//! A value that does not fit its property is set aside: it is kept as JSON among the custom properties, with a
//! [`Finding`], and the rest of the object is read. Where that is not enough (a required property is missing, it is not
//! JSON at all) the item is [`Rejected`], with its place, the reason and the text as it was sent, and the reader goes on
//! with the next object. After text that is not JSON it looks for the brackets that close the object and for the start
//! of the next one, and takes what comes first.
//!
//! # Input safety
//!
//! No input makes the reader panic. Time is linear in the size of the input, and memory is bounded by [`Limits`]:
//! nesting, strings, objects, their number and the whole. Nothing recurses on the input.

mod bundle;
mod containers;
mod element;
mod limits;
mod recover;
mod source;

pub use bundle::Bundle;
pub use limits::Limits;
pub use source::{Growth, Slice, Source, Stream};

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::de::IgnoredAny;

use crate::error::{Error, Position};
use crate::finding::{Finding, FindingKind};
use crate::json::Properties;
use crate::object::Object;

/// Bundles in lists in bundles: as deep as containers may nest.
const MAX_CONTAINERS: usize = 16;

/// Findings kept for one object, and for the containers of a whole input.
const MAX_FINDINGS: usize = 64;

/// Members of a bundle that are kept, and how large they may be: enough for whatever is said there, and no way to fill
/// the memory.
const MAX_MEMBERS: usize = 64;
const MAX_MEMBER_BYTES: usize = 64 * 1024;

/// Of an object over the limit this much is kept, to tell which it was.
const OVERSIZE_RAW: usize = 4096;

/// Reads objects one by one. See the [module](self) for what it takes and what it does with what is broken.
///
/// It is an iterator over `Result<Item, Error>`: an `Err` means that the input itself cannot be read on, and nothing
/// follows it.
#[derive(Debug)]
pub struct Reader<S> {
    source: S,
    limits: Limits,
    /// Length of the last item, which is consumed when the next is asked for.
    last: usize,
    stack: Vec<Frame>,
    index: u64,
    container: Properties,
    /// How many of the container's members were kept.
    members: usize,
    findings: Vec<Finding>,
    /// The last element lost its end: the comma behind it went with it.
    lost_end: bool,
    /// An object at the top is a container, whatever its members are.
    is_envelope: bool,
    done: bool,
}

/// A container that is open.
#[derive(Debug)]
enum Frame {
    /// A list of objects: the index of the next element, and whether a comma is due before it.
    List { next: u64, comma_due: bool, is_member: bool },
    /// A bundle or an envelope, between its members.
    Members { comma_due: bool },
}

/// One item of a feed.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "an item is read or it is not")]
pub enum Item {
    /// An object was read.
    Object(Accepted),
    /// An item could not be read as an object.
    Rejected(Rejected),
}

impl Item {
    /// Whether it could not be read.
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected(_))
    }

    /// The object, where it was read.
    pub fn into_object(self) -> Option<Object> {
        match self {
            Self::Object(accepted) => Some(accepted.object),
            Self::Rejected(_) => None,
        }
    }
}

/// An object that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The object.
    pub object: Object,
    /// Which item of the input it is, from 0.
    pub index: u64,
    /// Where it starts, in bytes from the start of the input. [`Reader::position`] has line and column.
    pub offset: u64,
    /// What was odd about it in the input. Empty for most; properties that did not fit are here, each with its place.
    pub findings: Vec<Finding>,
}

impl Accepted {
    /// Whether some of its properties did not fit and were set aside.
    pub fn is_salvaged(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == FindingKind::SetAside)
    }
}

/// An item that could not be read as an object.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rejected {
    /// Which item of the input it is, from 0.
    pub index: u64,
    /// Where it starts.
    pub position: Position,
    /// Its `id`, where one was seen.
    pub id: Option<String>,
    /// Why it was rejected, and where exactly the fault is.
    pub error: Error,
    /// The item as it was sent. Of an object over [`Limits::object_bytes`] the first 4,096 bytes, or what
    /// the limit allows.
    pub raw: Vec<u8>,
}

impl Rejected {
    /// The item as it was sent, where that is JSON.
    pub fn json(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.raw).ok()?;
        serde_json::from_str::<IgnoredAny>(text).is_ok().then_some(text)
    }
}

impl<'a> Reader<Slice<'a>> {
    /// Reads objects from bytes in memory.
    pub fn from_slice(bytes: &'a [u8]) -> Self {
        Self::new(Slice::new(bytes))
    }

    /// Reads objects from text in memory.
    #[expect(clippy::should_implement_trait, reason = "the trait's method could not borrow from its argument")]
    pub fn from_str(text: &'a str) -> Self {
        Self::new(Slice::from_text(text))
    }
}

impl<R: Read> Reader<Stream<R>> {
    /// Reads objects from a stream. It has its own buffer, so there is no use in a `BufReader`.
    pub fn from_reader(reader: R) -> Self {
        Self::new(Stream::new(reader))
    }
}

impl Reader<Stream<File>> {
    /// Reads objects from a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io) when the file cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        match File::open(path) {
            Ok(file) => Ok(Self::from_reader(file)),
            Err(error) => Err(Error::io(error).with_detail(path.display().to_string())),
        }
    }
}

impl<S> Reader<S> {
    fn new(source: S) -> Self {
        Self {
            source,
            limits: Limits::default(),
            last: 0,
            stack: Vec::new(),
            index: 0,
            container: Properties::new(),
            members: 0,
            findings: Vec::new(),
            lost_end: false,
            is_envelope: false,
            done: false,
        }
    }

    /// Sets the limits. Call it before the first item is read.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes every object at the top for an envelope: what is known to be one need not look like one.
    #[cfg(feature = "taxii")]
    pub(crate) fn envelope(mut self) -> Self {
        self.is_envelope = true;
        self
    }

    /// The members of the bundle or envelope that the reader is in or was in last, without `objects`: `type` and `id`,
    /// or `more` and `next`. Members behind the objects are there when the last object has been read.
    pub fn container(&self) -> &Properties {
        &self.container
    }

    /// What is odd about the containers: commas, brackets, repeated members, an end that came too early. The first 64.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl<S: Source> Iterator for Reader<S> {
    type Item = Result<Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.advance();
        self.done = !matches!(item, Ok(Some(_)));
        item.transpose()
    }
}

impl<S: Source> std::iter::FusedIterator for Reader<S> {}

impl<S: Source> Reader<S> {
    /// The text of the item that was returned last, as it was sent; empty where it was not UTF-8.
    pub fn raw(&self) -> &str {
        self.source.text().get(..self.last).unwrap_or_default()
    }

    /// Where the item starts that was returned last. Not for one that lost its end: see [`Rejected::position`].
    pub fn position(&self) -> Position {
        self.source.position(0)
    }

    /// The JSON path of the item that was returned last, in its document: `$.objects[3]`.
    pub fn path(&self) -> String {
        self.path_of(1)
    }

    /// Bytes of the input behind the last item.
    pub fn bytes_read(&self) -> u64 {
        self.source.consumed() + self.last as u64
    }
}
