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
//! assert_eq!(rejected, ["not JSON: expected value, at $.objects[1].name, line 3, column 45 (byte 167)"]);
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # One bad object never costs its neighbours
//!
//! An object that does not read as its type is read property by property: what fits is taken, what does not is kept as
//! JSON among the custom properties, with a [`Finding`]. Where that is not enough (a required property is missing, it is
//! not JSON at all) the item is [`Rejected`], with its place, the reason and the text as it was sent, and the reader
//! goes on with the next object. After text that is not JSON it looks for the brackets that close the object and for
//! the start of the next one, and takes what comes first.
//!
//! # Input safety
//!
//! No input makes the reader panic. Time is linear in the size of the input, and memory is bounded by [`Limits`]:
//! nesting, strings, objects, their number and the whole. Nothing recurses on the input.

mod limits;
mod recover;
mod source;

pub use limits::Limits;
pub use source::{Growth, Slice, Source, Stream};

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, ErrorKind, Position};
use crate::finding::{Finding, FindingKind};
use crate::json::{Json, Properties};
use crate::object::Object;
use crate::object::read::{Nothing, Parsed, Salvage, message, salvage, value_end};
use crate::scan;

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
    /// The item as it was sent. Of an object over [`Limits::object_bytes`] the first 4,096 bytes.
    pub raw: Vec<u8>,
}

impl Rejected {
    /// The item as it was sent, where that is JSON.
    pub fn json(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.raw).ok()?;
        (value_end(text).ok()? == text.len()).then_some(text)
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
    /// [`ErrorKind::Io`] when the file cannot be opened.
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
            done: false,
        }
    }

    /// Sets the limits. Call it before the first item is read.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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

/// What comes next in the window.
enum Peek {
    Byte(u8),
    NotText,
    End,
}

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

    fn advance(&mut self) -> Result<Option<Item>, Error> {
        self.consume(self.last)?;
        self.last = 0;
        loop {
            let byte = match self.peek()? {
                Peek::Byte(byte) => Some(byte),
                Peek::NotText => None,
                Peek::End => return Ok(self.end()),
            };
            let item = match self.stack.last() {
                None => self.step_at_top(byte)?,
                Some(Frame::Members { .. }) => {
                    self.read_member(byte)?;
                    None
                }
                Some(Frame::List { next, comma_due, .. }) => self.step_in_list(byte, *next, *comma_due)?,
            };
            if item.is_some() {
                if self.index == self.limits.objects {
                    let detail = format!("more than {} objects", self.limits.objects);
                    return Err(Error::new(ErrorKind::InputTooLarge)
                        .with_detail(detail)
                        .at("$", self.source.position(0)));
                }
                self.index += 1;
                if let Some(Frame::List { next, comma_due, .. }) = self.stack.last_mut() {
                    *next += 1;
                    *comma_due = !std::mem::take(&mut self.lost_end);
                }
                return Ok(item);
            }
        }
    }

    /// One step between documents.
    fn step_at_top(&mut self, byte: Option<u8>) -> Result<Option<Item>, Error> {
        match byte {
            // Commas between documents say nothing; the other is the separator of RFC 7464.
            Some(b',' | b'\x1e') => self.consume(1)?,
            Some(b'[') => self.open_list(1, false)?,
            Some(b'{') if self.is_container()? => self.open_container()?,
            _ => return self.read_element(),
        }
        Ok(None)
    }

    /// One step in a list, in front of its element number `next`.
    fn step_in_list(&mut self, byte: Option<u8>, next: u64, comma_due: bool) -> Result<Option<Item>, Error> {
        match byte {
            Some(b',') => {
                if !comma_due {
                    let detail = if next == 0 { "a comma before the first element" } else { "a comma too many" };
                    self.note(FindingKind::Container, 0, detail);
                }
                self.set_comma_due(false);
                self.consume(1)?;
            }
            Some(b']') => {
                if !comma_due && next > 0 {
                    self.note(FindingKind::Container, 0, "a comma before the end of a list");
                }
                self.close(1)?;
            }
            Some(b'}') => self.stray_brace()?,
            _ => {
                if comma_due {
                    self.note(FindingKind::Container, 0, "a comma is missing between two elements");
                    self.set_comma_due(false);
                }
                if byte != Some(b'[') || self.stack.len() == MAX_CONTAINERS {
                    return self.read_element();
                }
                self.open_list(1, false)?;
            }
        }
        Ok(None)
    }

    fn set_comma_due(&mut self, due: bool) {
        if let Some(Frame::List { comma_due, .. } | Frame::Members { comma_due }) = self.stack.last_mut() {
            *comma_due = due;
        }
    }

    /// Moves the window to the next byte that is not white space.
    fn peek(&mut self) -> Result<Peek, Error> {
        loop {
            let text = self.source.text().as_bytes();
            let mut at = scan::skip_whitespace(text, 0);
            if self.source.consumed() == 0 && text.starts_with("\u{feff}".as_bytes()) {
                at = 3;
            }
            let byte = text.get(at).copied();
            if at > 0 {
                self.consume(at)?;
            }
            if let Some(byte) = byte {
                return Ok(Peek::Byte(byte));
            }
            match self.grow()? {
                Growth::More => {}
                Growth::End => return Ok(Peek::End),
                Growth::Invalid => return Ok(Peek::NotText),
            }
        }
    }

    fn grow(&mut self) -> Result<Growth, Error> {
        self.source.grow().map_err(Error::io)
    }

    fn consume(&mut self, len: usize) -> Result<(), Error> {
        if len == 0 {
            return Ok(());
        }
        self.source.consume(len);
        if self.source.consumed() > self.limits.total_bytes {
            let detail = format!("more than {} bytes", self.limits.total_bytes);
            return Err(Error::new(ErrorKind::InputTooLarge).with_detail(detail).at("$", self.source.position(0)));
        }
        Ok(())
    }

    /// The path of an element of the innermost list: the next one, or one that many before.
    fn path_of(&self, before: u64) -> String {
        let mut path = String::from("$");
        for (at, frame) in self.stack.iter().enumerate() {
            if let Frame::List { next, is_member, .. } = frame {
                let before = if at + 1 == self.stack.len() { before } else { 0 };
                path.push_str(if *is_member { ".objects[" } else { "[" });
                path.push_str(&next.saturating_sub(before).to_string());
                path.push(']');
            }
        }
        path
    }

    fn note(&mut self, kind: FindingKind, offset: usize, detail: &str) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding::new(kind, self.path_of(0), detail).at(self.source.position(offset)));
        }
    }

    fn end(&mut self) -> Option<Item> {
        if !self.stack.is_empty() {
            self.note(FindingKind::Unfinished, 0, "the input ends before its lists and bundles do");
        }
        self.stack.clear();
        None
    }

    fn open_list(&mut self, len: usize, is_member: bool) -> Result<(), Error> {
        self.stack.push(Frame::List { next: 0, comma_due: false, is_member });
        self.consume(len)
    }

    fn open_container(&mut self) -> Result<(), Error> {
        self.container = Properties::new();
        self.members = 0;
        self.stack.push(Frame::Members { comma_due: false });
        self.consume(1)
    }

    fn close(&mut self, len: usize) -> Result<(), Error> {
        self.stack.pop();
        match self.stack.last_mut() {
            Some(Frame::List { next, comma_due, .. }) => {
                *next += 1;
                *comma_due = true;
            }
            Some(Frame::Members { comma_due }) => *comma_due = true,
            None => {}
        }
        self.consume(len)
    }

    /// A `}` where a list goes on: one too many, or the list lacks its end.
    fn stray_brace(&mut self) -> Result<(), Error> {
        let is_last = loop {
            let text = self.source.text().as_bytes();
            let next = text.get(scan::skip_whitespace(text, 1)).copied();
            match next {
                Some(byte) => break byte != b',' && byte != b']',
                None if self.grow()? == Growth::More => {}
                None => break true,
            }
        };
        let inside = matches!(self.stack[..], [.., Frame::Members { .. }, Frame::List { .. }]);
        if is_last && inside {
            self.note(FindingKind::Container, 0, "the list of objects lacks its `]`");
            return self.close(0);
        }
        self.note(FindingKind::Container, 0, "a `}` too many");
        self.consume(1)
    }

    /// Whether the object that the window starts with is a bundle or an envelope. Its first members tell: `type` or
    /// `id`, or else a list of `objects`.
    fn is_container(&mut self) -> Result<bool, Error> {
        loop {
            if let Some(answer) = container_by_members(self.source.text()) {
                return Ok(answer);
            }
            if self.source.text().len() > self.limits.object_bytes || self.grow()? != Growth::More {
                return Ok(false);
            }
        }
    }

    /// Reads a member of a bundle or envelope, or goes into its list of objects.
    fn read_member(&mut self, byte: Option<u8>) -> Result<(), Error> {
        let Some(Frame::Members { comma_due }) = self.stack.last_mut() else { return Ok(()) };
        match byte {
            Some(b'}') => return self.close(1),
            Some(b',') if std::mem::replace(comma_due, false) => return self.consume(1),
            Some(b'"') => {}
            _ => return self.lost_in_members(),
        }
        if std::mem::replace(comma_due, false) {
            self.note(FindingKind::Container, 0, "a comma is missing between two members");
        }
        loop {
            match member(self.source.text()) {
                Member::Objects { len } => return self.open_list(len, true),
                Member::Other { len } => {
                    self.keep_member(len);
                    self.set_comma_due(true);
                    return self.consume(len);
                }
                Member::Incomplete => {
                    if self.source.text().len() > self.limits.object_bytes || self.grow()? != Growth::More {
                        return self.lost_in_members();
                    }
                }
                Member::Broken => return self.lost_in_members(),
            }
        }
    }

    /// Keeps the member that the window starts with.
    fn keep_member(&mut self, len: usize) {
        // `None` where the key is no text: a lone surrogate.
        let member = split_member(&self.source.text()[..len])
            .and_then(|(name, value)| Some((name.into_owned(), Json::new(value).ok()?)));
        match member {
            Some((name, value)) if self.members < MAX_MEMBERS && len <= MAX_MEMBER_BYTES => {
                self.members += 1;
                if self.container.get(&name).is_some() {
                    self.note(FindingKind::RepeatedKey, 0, "a member is repeated; the last one counts");
                }
                self.container.insert(&name, &value);
            }
            _ => self.note(FindingKind::More, 0, "a member of a bundle that is not kept"),
        }
    }

    /// A bundle's members are broken: goes on with the first object that starts behind.
    fn lost_in_members(&mut self) -> Result<(), Error> {
        self.note(FindingKind::Container, 0, "the members of a bundle are not JSON; going on with the next object");
        match self.find_object_start()? {
            true => self.open_list(0, true),
            false => Ok(()),
        }
    }

    /// Moves the window to the next bytes that start an object, or to the end of the input.
    fn find_object_start(&mut self) -> Result<bool, Error> {
        loop {
            let bytes = self.source.bytes();
            let len = bytes.len();
            if let Some(start) = recover::object_start(&bytes, 0) {
                drop(bytes);
                self.consume(start)?;
                return Ok(true);
            }
            drop(bytes);
            if len > self.limits.object_bytes {
                self.consume(len / 2)?;
            }
            if !self.source.grow_bytes().map_err(Error::io)? {
                self.consume(self.source.bytes().len())?;
                return Ok(false);
            }
        }
    }

    /// The window as far as an object may reach: one byte more than the limit, so that reaching it shows.
    fn window(&self) -> &str {
        let text = self.source.text();
        match self.limits.object_bytes.checked_add(1) {
            Some(max) if max < text.len() => &text[..text.floor_char_boundary(max)],
            _ => text,
        }
    }

    /// Reads the element that the window starts with. `None` where it turns out to be a bundle, which is then open.
    fn read_element(&mut self) -> Result<Option<Item>, Error> {
        loop {
            let mut values = serde_json::Deserializer::from_str(self.window()).into_iter::<Parsed<'_>>();
            match values.next() {
                Some(Ok(Parsed { object, context })) => {
                    let len = values.byte_offset();
                    let (repeated_key, depth) = (context.repeated_key, context.depth);
                    if self.stack.is_empty() || self.is_followed(len)? {
                        return self.accept(object, len, repeated_key, depth, Vec::new()).map(Some);
                    }
                    return self.swallowed(len, object, repeated_key, depth).map(Some);
                }
                Some(Err(error)) if error.is_eof() && self.window().len() == self.source.text().len() => {
                    if self.grow()? != Growth::More {
                        break;
                    }
                }
                _ => break,
            }
        }
        self.read_slowly()
    }

    /// Whether anything stands behind the element: the end of the list, if nothing else.
    fn is_followed(&mut self, len: usize) -> Result<bool, Error> {
        loop {
            let text = self.source.text().as_bytes();
            if scan::skip_whitespace(text, len) < text.len() {
                return Ok(true);
            }
            match self.grow()? {
                Growth::More => {}
                Growth::Invalid => return Ok(true),
                Growth::End => return Ok(false),
            }
        }
    }

    /// An object that reaches the end of the input, in a list that should have an end of its own: either the input was
    /// cut, or the object lost a bracket and swallowed all that follows.
    fn swallowed(&mut self, len: usize, object: Object, repeated_key: bool, depth: usize) -> Result<Item, Error> {
        match recover::object_start(&self.source.text().as_bytes()[..len], 1) {
            Some(end) => {
                let fault = Fault::new(ErrorKind::Syntax, 0, "a bracket is missing: it swallows the objects behind it");
                self.reject_bytes(end, fault, true)
            }
            None => self.accept(object, len, repeated_key, depth, Vec::new()),
        }
    }

    /// Takes an object that was read, if it keeps the limits.
    fn accept(
        &mut self,
        object: Object,
        len: usize,
        repeated_key: bool,
        depth: usize,
        mut findings: Vec<Finding>,
    ) -> Result<Item, Error> {
        let text = &self.source.text()[..len];
        if let Some(fault) = self.over_limit(text, depth) {
            return self.reject_text(len, fault);
        }
        if repeated_key {
            let path = self.path_of(0);
            for (place, offset) in scan::duplicate_keys(text, MAX_FINDINGS) {
                let detail = "the key is repeated; the last one counts";
                let finding = Finding::new(FindingKind::RepeatedKey, format!("{path}{place}"), detail);
                findings.push(finding.at(self.source.position(offset)));
            }
        }
        if findings.len() > MAX_FINDINGS {
            let more = format!("{} more findings", findings.len() - MAX_FINDINGS);
            findings.truncate(MAX_FINDINGS);
            findings.push(Finding::new(FindingKind::More, self.path_of(0), more).at(self.source.position(0)));
        }
        self.last = len;
        Ok(Item::Object(Accepted { object, index: self.index, offset: self.source.consumed(), findings }))
    }

    /// `depth` is an upper bound.
    fn over_limit(&self, text: &str, depth: usize) -> Option<Fault> {
        let limits = &self.limits;
        if text.len() > limits.object_bytes {
            return Some(Fault::new(ErrorKind::ObjectTooLarge, 0, format!("{} bytes", limits.object_bytes)));
        }
        if depth > limits.depth {
            let mut depth = 0_usize;
            for token in scan::Lexer::new(text.as_bytes(), 0) {
                match token.kind {
                    scan::TokenKind::Open(_) => depth += 1,
                    scan::TokenKind::Close(_) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth > limits.depth {
                    return Some(Fault::new(ErrorKind::TooDeep, token.start, format!("{} levels", limits.depth)));
                }
            }
        }
        if text.len() > limits.string_bytes {
            let token = scan::long_string(text, limits.string_bytes)?;
            return Some(Fault::new(ErrorKind::StringTooLong, token.start, format!("{} bytes", limits.string_bytes)));
        }
        None
    }

    /// Reads an element that the fast path refused: finds out where it ends, then takes what can be had of it.
    fn read_slowly(&mut self) -> Result<Option<Item>, Error> {
        let len = loop {
            let (window, text_len) = (self.window(), self.source.text().len());
            match value_end(window) {
                // A number may go on in what is not read yet.
                Ok(len) if len == text_len && !window.ends_with(['}', ']', '"']) => match self.grow()? {
                    Growth::More => {}
                    _ => break len,
                },
                Ok(len) => break len,
                Err(error) if error.is_eof() && window.len() < text_len => return self.reject_oversize().map(Some),
                Err(error) if error.is_eof() => match self.grow()? {
                    Growth::More => {}
                    Growth::Invalid => return self.reject_encoding().map(Some),
                    Growth::End => {
                        let fault = Fault::new(ErrorKind::UnexpectedEnd, text_len, message(&error));
                        return self.reject_broken(fault, 0).map(Some);
                    }
                },
                Err(error) => {
                    let offset = scan::offset_of(window, error.line(), error.column());
                    return self
                        .reject_broken(Fault::new(ErrorKind::Syntax, offset, message(&error)), offset)
                        .map(Some);
                }
            }
        };
        let room = self.stack.len() < MAX_CONTAINERS;
        let text = &self.source.text()[..len];
        if let Some(fault) = self.over_limit(text, usize::MAX) {
            return self.reject_text(len, fault).map(Some);
        }
        let item = match salvage(text) {
            Salvage::Object(parsed) => {
                let Parsed { object, context } = *parsed;
                let path = self.path_of(0);
                let findings = context.misfits.iter().map(|misfit| {
                    let offset = place_of(text, misfit.value.get(), &misfit.error);
                    let detail = format!("`{}` was set aside: {}", misfit.name, message(&misfit.error));
                    let place = format!("{path}{}", scan::path_at(text, offset));
                    Finding::new(FindingKind::SetAside, place, detail).at(self.source.position(offset))
                });
                let (findings, repeated_key) = (findings.collect(), context.repeated_key);
                self.accept(object, len, repeated_key, 0, findings)?
            }
            Salvage::Bundle if room => {
                self.open_container()?;
                return Ok(None);
            }
            Salvage::Bundle => {
                let detail = format!("{MAX_CONTAINERS} levels");
                self.reject_text(len, Fault::new(ErrorKind::ContainersTooDeep, 0, detail))?
            }
            Salvage::Nothing(Nothing { kind, detail, value, error }) => {
                let offset = match (value, error) {
                    (Some(value), Some(error)) => place_of(text, value.get(), &error),
                    (None, Some(error)) if kind == ErrorKind::Syntax => {
                        scan::offset_of(text, error.line(), error.column())
                    }
                    _ => 0,
                };
                self.reject_text(len, Fault::new(kind, offset, detail))?
            }
        };
        Ok(Some(item))
    }

    /// Rejects an element that is not JSON; `resync` is from where the next object's start may be hidden.
    fn reject_broken(&mut self, fault: Fault, resync: usize) -> Result<Item, Error> {
        let in_list = !self.stack.is_empty();
        loop {
            let bytes = self.source.bytes();
            if let Some(end) = recover::element_end(&bytes, resync, in_list) {
                // In front of a comma or a bracket the list goes on as if the element had been good.
                let lost_end = in_list && !matches!(bytes[end], b',' | b']' | b'}');
                drop(bytes);
                return self.reject_bytes(end, fault, lost_end);
            }
            let (len, tail) = (bytes.len(), open_tail(&bytes, &self.stack));
            drop(bytes);
            if len > self.limits.object_bytes {
                return self.reject_oversize();
            }
            if !self.source.grow_bytes().map_err(Error::io)? {
                return self.reject_bytes(tail, fault, false);
            }
        }
    }

    fn reject_encoding(&mut self) -> Result<Item, Error> {
        let offset = self.source.text().len();
        let bytes = self.source.bytes();
        let detail = match *bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] if self.source.consumed() == 0 => "UTF-16; convert the input to UTF-8",
            _ => "invalid bytes",
        };
        drop(bytes);
        self.reject_broken(Fault::new(ErrorKind::Encoding, offset, detail), offset)
    }

    /// Rejects an object over the limit, and passes what is left of it without keeping it.
    fn reject_oversize(&mut self) -> Result<Item, Error> {
        let fault = Fault::new(ErrorKind::ObjectTooLarge, 0, format!("{} bytes", self.limits.object_bytes));
        // It may be a small object that lost its end.
        let bytes = self.source.bytes();
        let swallowed = if self.stack.is_empty() { None } else { recover::object_start(&bytes, 1) };
        drop(bytes);
        if let Some(end) = swallowed {
            let fault = Fault::new(ErrorKind::Syntax, 0, "a bracket is missing: it swallows the objects behind it");
            return self.reject_bytes(end, fault, true);
        }
        let rejected = self.rejected(OVERSIZE_RAW, fault);
        let mut skipper = Skipper::default();
        loop {
            let bytes = self.source.bytes();
            let (end, len) = (skipper.end(&bytes), bytes.len());
            drop(bytes);
            self.consume(end.unwrap_or(len))?;
            if end.is_some() || !self.source.grow_bytes().map_err(Error::io)? {
                break;
            }
        }
        Ok(Item::Rejected(rejected))
    }

    fn reject_text(&mut self, len: usize, fault: Fault) -> Result<Item, Error> {
        self.reject_bytes(len, fault, false)
    }

    /// Rejects the element that ends at `end`. Where it lost its end, what follows is the next element already.
    fn reject_bytes(&mut self, end: usize, fault: Fault, lost_end: bool) -> Result<Item, Error> {
        let bytes = self.source.bytes();
        let mut raw = bytes[..end].trim_ascii_end();
        if lost_end {
            raw = raw.strip_suffix(b",").unwrap_or(raw).trim_ascii_end();
        }
        let len = raw.len();
        drop(bytes);
        let rejected = self.rejected(len, fault);
        self.lost_end = lost_end;
        if lost_end {
            self.consume(end)?;
        } else {
            self.last = len.max(1);
        }
        Ok(Item::Rejected(rejected))
    }

    fn rejected(&self, len: usize, fault: Fault) -> Rejected {
        let bytes = self.source.bytes();
        let raw = bytes[..len.min(bytes.len())].to_vec();
        drop(bytes);
        let text = String::from_utf8_lossy(&raw);
        let path = format!("{}{}", self.path_of(0), scan::path_at(&text, fault.offset));
        let position = self.source.position(fault.offset);
        let id = scan::top_level_string(&text, "id").map(|id| id.chars().take(256).collect());
        let error = Error::new(fault.kind).with_detail(fault.detail).at(path, position);
        Rejected { index: self.index, position: self.source.position(0), id, error, raw }
    }
}

/// What is wrong with an element, and where in it.
struct Fault {
    kind: ErrorKind,
    offset: usize,
    detail: String,
}

impl Fault {
    fn new(kind: ErrorKind, offset: usize, detail: impl Into<String>) -> Self {
        Self { kind, offset, detail: detail.into() }
    }
}

/// Where in `text` a parser's error about the part `value` is.
fn place_of(text: &str, value: &str, error: &serde_json::Error) -> usize {
    let start = (value.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let fault = scan::offset_of(value, error.line(), error.column());
    // The parser stands behind what it read: its last byte names the value.
    start + fault.min(value.len().saturating_sub(1))
}

/// Whether an object is a bundle or an envelope; `None` where it takes more text to tell.
fn container_by_members(text: &str) -> Option<bool> {
    let mut depth = 0_usize;
    let mut key = "";
    let mut previous = scan::TokenKind::Comma;
    let mut only_envelope = true;
    for token in scan::Lexer::new(text.as_bytes(), 0) {
        let value = &text[token.start..token.end];
        match token.kind {
            scan::TokenKind::Open(bracket) => {
                if depth == 1 && previous == scan::TokenKind::Colon && key == "\"objects\"" && bracket == b'[' {
                    return Some(true);
                }
                depth += 1;
            }
            scan::TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(only_envelope);
                }
            }
            scan::TokenKind::String if depth == 1 && previous == scan::TokenKind::Colon => match key {
                "\"type\"" => return Some(value == "\"bundle\""),
                "\"id\"" if value.contains("--") => return Some(value.starts_with("\"bundle--")),
                _ => {}
            },
            scan::TokenKind::String if depth == 1 => {
                key = value;
                only_envelope &= matches!(key, "\"more\"" | "\"next\"" | "\"objects\"");
            }
            scan::TokenKind::OpenString => return None,
            _ => {}
        }
        previous = token.kind;
    }
    None
}

enum Member {
    /// `"objects": [`, of this length.
    Objects {
        len: usize,
    },
    /// Any other member, of this length.
    Other {
        len: usize,
    },
    Incomplete,
    Broken,
}

fn member(text: &str) -> Member {
    let bytes = text.as_bytes();
    let Some(key_end) = scan::string_end(bytes, 0) else { return Member::Incomplete };
    let colon = scan::skip_whitespace(bytes, key_end);
    let start = scan::skip_whitespace(bytes, colon + 1);
    match (bytes.get(colon), bytes.get(start)) {
        (None, _) | (Some(b':'), None) => Member::Incomplete,
        (Some(b':'), Some(b'[')) if &text[..key_end] == "\"objects\"" => Member::Objects { len: start + 1 },
        (Some(b':'), Some(_)) => match value_end(&text[start..]) {
            // A number may go on in what is not read yet; a member never ends the text, a bracket or comma follows.
            Ok(len) if start + len == text.len() => Member::Incomplete,
            Ok(len) => Member::Other { len: start + len },
            Err(error) if error.is_eof() => Member::Incomplete,
            Err(_) => Member::Broken,
        },
        _ => Member::Broken,
    }
}

fn split_member(text: &str) -> Option<(std::borrow::Cow<'_, str>, &str)> {
    let key_end = scan::string_end(text.as_bytes(), 0)?;
    let colon = scan::skip_whitespace(text.as_bytes(), key_end);
    Some((scan::decode(&text[..key_end])?, text[colon + 1..].trim()))
}

/// Where the last element ends in bytes that end with the brackets of the containers that are open: in front of them.
fn open_tail(bytes: &[u8], stack: &[Frame]) -> usize {
    let mut tail = bytes.trim_ascii_end();
    for frame in stack {
        let bracket: &[u8] = if matches!(frame, Frame::List { .. }) { b"]" } else { b"}" };
        match tail.strip_suffix(bracket) {
            Some(shorter) => tail = shorter.trim_ascii_end(),
            None => return bytes.len(),
        }
    }
    tail.len()
}

/// Counts brackets over text that comes in pieces and is not kept.
#[derive(Default)]
struct Skipper {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Skipper {
    /// Where the value ends in this piece.
    fn end(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, byte) in piece.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
