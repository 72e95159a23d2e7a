//! The reader: where it is in its input, and how it is set up.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::frame::{Frame, KeptMembers};
use super::limits::Limits;
use super::source::{Slice, Source, Stream};
use super::view_place::ViewPlace;
use crate::error::{Error, Position};
use crate::finding::Finding;
use crate::json::Properties;

/// Reads objects one by one. See the [module](super) for what it takes and what it does with what
/// is broken.
///
/// It is an iterator over `Result<Item, Error>`: an `Err` means that the input itself cannot be
/// read on, and nothing follows it.
///
/// ```
/// use stixkit::reader::{Item, Reader};
///
/// let lines = "{\"type\": \"url\", \"id\": \"url--1\", \"value\": \"https://example.org/\"}\n{\"type\": 5}\n";
/// let (mut ids, mut rejected) = (Vec::new(), Vec::new());
/// for item in Reader::from_str(lines) {
///     match item? {
///         Item::Object(accepted) => ids.push(accepted.object.id().to_string()),
///         Item::Rejected(item) => rejected.push(item.position.line),
///     }
/// }
/// assert_eq!((ids, rejected), (vec!["url--1".to_owned()], vec![2]));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<S> {
    pub(super) source: S,
    pub(super) limits: Limits,
    /// Length of the last item, which is consumed when the next is asked for.
    pub(super) last: usize,
    pub(super) stack: Vec<Frame>,
    pub(super) index: u64,
    pub(super) container: KeptMembers,
    pub(super) findings: Vec<Finding>,
    /// The last element lost its end: the comma after it went with it.
    pub(super) lost_end: bool,
    /// An object at the top is a container, whatever its members are.
    pub(super) is_envelope: bool,
    pub(super) at: Option<At>,
    pub(super) done: bool,
    /// The place for the indicators of [`next_view`](Self::next_view), if it was called.
    pub(super) views: Option<Box<ViewPlace>>,
}

/// Where the caller says that the objects are.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub(super) path: Vec<String>,
    /// Whether the current document has anything there.
    pub(super) is_found: bool,
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
    /// With the feature `gzip`, a stream of gzip is decompressed.
    pub fn from_reader(reader: R) -> Self {
        Self::new(Stream::new(reader))
    }
}

impl Reader<Stream<File>> {
    /// Reads objects from a file. With the feature `gzip`, a gzip file is decompressed, whatever
    /// its name is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io) when the file cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        match File::open(path) {
            Ok(file) => Ok(Self::from_reader(file)),
            Err(error) => Err(Error::from(error).with_detail(path.display().to_string())),
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
            container: KeptMembers::default(),
            views: None,
            findings: Vec::new(),
            lost_end: false,
            is_envelope: false,
            at: None,
            done: false,
        }
    }

    /// Sets the limits. Call it before the first item is read.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads only the objects at a path of member names, `data.items` or `$.data.items`, in each
    /// document, and steps over everything else. At the path may be a bundle, an envelope, a list
    /// or map of objects, or one object.
    ///
    /// Without it, containers below an object that is neither STIX nor a container are looked for:
    /// see the [module](super#containers-and-what-is-around-them). With it nothing is guessed, and
    /// a document that has nothing at the path is one of the [`findings`](Self::findings).
    ///
    /// ```
    /// use stixkit::Reader;
    ///
    /// let text = r#"{"ignored": {"type": "url", "id": "url--1", "value": "a"},
    ///     "data": {"items": [{"type": "url", "id": "url--2", "value": "b"}]}}"#;
    /// let mut reader = Reader::from_str(text).at("data.items");
    /// let object = reader.next().unwrap()?.into_object().unwrap();
    /// assert_eq!(object.id().to_string(), "url--2");
    /// assert!(reader.next().is_none() && reader.findings().is_empty());
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        let names = path.strip_prefix('$').unwrap_or(path).split('.').filter(|name| !name.is_empty());
        let path: Vec<String> = names.map(str::to_owned).collect();
        self.at = (!path.is_empty()).then_some(At { path, is_found: false });
        self
    }

    /// Takes every object at the top level for an envelope, whatever its members are.
    #[cfg(feature = "taxii")]
    pub(crate) fn with_envelopes_only(mut self) -> Self {
        self.is_envelope = true;
        self
    }

    /// The members of the bundle or envelope that the reader is in or was in last, without
    /// `objects`: `type` and `id`, or `more` and `next`. Members after the objects are there when
    /// the last object has been read.
    pub fn container(&self) -> &Properties {
        &self.container.properties
    }

    /// What is odd about the containers: commas, brackets, repeated members, an end that came too
    /// early. The first 64.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl<S: Source> Reader<S> {
    /// The text of the item that was returned last, as it was sent; empty where it was not UTF-8.
    pub fn raw(&self) -> &str {
        self.source.text().get(..self.last).unwrap_or_default()
    }

    /// Where the item starts that was returned last. Not for one that lost its end: see
    /// [`Rejected::position`](super::Rejected::position).
    pub fn position(&self) -> Position {
        self.source.position(0)
    }

    /// The JSON path of the item that was returned last, in its document: `$.objects[3]`.
    pub fn path(&self) -> String {
        self.path_of(1)
    }

    /// Bytes of the input up to the end of the last item; decompressed ones if it is compressed.
    pub fn bytes_read(&self) -> u64 {
        self.source.consumed() + self.last as u64
    }
}
