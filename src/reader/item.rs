//! What a reader yields: objects, and items that could not be read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::{Error, Position};
use crate::finding::{Finding, FindingKind};
use crate::object::Object;

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

/// What a step of the reader yields.
#[derive(Debug)]
pub(super) enum Step {
    Item(Item),
    /// An indicator, whose excerpt is in the place for it.
    Excerpt,
}

/// An object that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The object.
    pub object: Object,
    /// Which item of the input it is, from 0.
    pub index: u64,
    /// Where it starts, in bytes from the start of the input.
    /// [`Reader::position`](super::Reader::position) has line and column.
    pub offset: u64,
    /// What was odd about it in the input. Empty for most; properties that did not fit are here,
    /// each with its place.
    pub findings: Vec<Finding>,
}

impl Accepted {
    /// Whether some of its properties did not fit and were set aside.
    pub fn is_salvaged(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == FindingKind::SetAside)
    }
}

/// An item that could not be read as an object.
///
/// ```
/// use stixkit::Bundle;
///
/// let bundle: Bundle = r#"[{"type": "identity", "name": "No id"}]"#.parse()?;
/// let rejected = &bundle.rejected()[0];
/// assert_eq!(rejected.error.to_string(), "a required property is missing: `id`, at $[0], line 1, column 2 (byte 1)");
/// assert_eq!(rejected.json(), Some(r#"{"type": "identity", "name": "No id"}"#));
/// assert!(serde_json::to_string(rejected)?.starts_with(r#"{"index":0,"error":{"kind":"missing_property","#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
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
    /// The item as it was sent. Of an object over
    /// [`Limits::object_bytes`](super::Limits::object_bytes) the first 4,096 bytes, or what the
    /// limit allows.
    pub raw: Vec<u8>,
}

impl Rejected {
    /// The item as it was sent, where that is JSON.
    pub fn json(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.raw).ok()?;
        serde_json::from_str::<IgnoredAny>(text).is_ok().then_some(text)
    }
}

impl PartialEq for Rejected {
    /// Compares the places and the texts. The error follows from them.
    fn eq(&self, other: &Self) -> bool {
        (self.index, self.position, &self.raw) == (other.index, other.position, &other.raw)
    }
}

impl Serialize for Rejected {
    /// Writes a map for logs and reports: `index`, `id` if there is one, `error`, and `raw` with
    /// the text, or `raw_base64` if it is not UTF-8.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("index", &self.index)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        map.serialize_entry("error", &self.error)?;
        match std::str::from_utf8(&self.raw) {
            Ok(text) => map.serialize_entry("raw", text)?,
            Err(_) => map.serialize_entry("raw_base64", &STANDARD.encode(&self.raw))?,
        }
        map.end()
    }
}
