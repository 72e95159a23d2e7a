//! What can go wrong, and where.

use std::error::Error as StdError;
use std::ops::Deref;
use std::sync::Arc;
use std::{fmt, io};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::text::serialize_name;

/// A place in the input: where the bytes are, and where a person finds them.
///
/// [`Rejected`](crate::reader::Rejected) has one for each object that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Bytes before this place, from the start of the input (a byte order mark counts).
    pub offset: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in the line, from 1, counted in bytes.
    pub column: u64,
}

impl Position {
    /// Returns the position after `bytes` that start here.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        let len = bytes.len() as u64;
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let column = match memchr::memrchr(b'\n', bytes) {
            Some(newline) => len - newline as u64,
            None => self.column + len,
        };
        Self { offset: self.offset + len, line: self.line + lines, column }
    }
}

impl Serialize for Position {
    /// Writes a map of `offset`, `line` and `column`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("offset", &self.offset)?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("column", &self.column)?;
        map.end()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} (byte {})", self.line, self.column, self.offset)
    }
}

/// An error of this crate's core: what, where, and what the cause was.
///
/// Patterns have an error of their own, [`pattern::Error`](crate::pattern::Error), and so has the
/// client of TAXII servers, `taxii::Error` (feature `taxii`): both know other places, and other
/// things to do next.
///
/// ```
/// use stixkit::{Timestamp, error::ErrorKind};
///
/// let error = Timestamp::parse("2025-15-08T00:00:00Z").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Timestamp);
/// assert!(error.to_string().contains("2025-15-08T00:00:00Z"));
/// ```
///
/// `{:?}` prints what `{}` prints, and all causes after it, since this is what a `main` that
/// returns an error shows: `the input could not be read: permission denied`.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Clone, thiserror::Error)]
#[error("{}{}", Self::reason(kind, detail), Self::place(path, *position))]
struct Inner {
    kind: ErrorKind,
    detail: String,
    path: String,
    position: Option<Position>,
    source: Option<Cause>,
}

/// The cause of an error. It is shared, so that errors can be cloned, and no error itself, so that
/// `source` returns the cause and not a wrapper.
#[derive(Clone)]
struct Cause(Arc<dyn StdError + Send + Sync>);

impl Deref for Cause {
    type Target = dyn StdError + Send + Sync;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_chain(self, f)
    }
}

/// Writes an error and its causes in one line, for the `Debug` of errors.
pub(crate) fn debug_chain(error: &(dyn StdError + 'static), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

impl Inner {
    fn reason(kind: &ErrorKind, detail: &str) -> String {
        if detail.is_empty() { kind.to_string() } else { format!("{kind}: {detail}") }
    }

    fn place(path: &str, position: Option<Position>) -> String {
        let path = if path.is_empty() { String::new() } else { format!(", at {path}") };
        let position = position.map_or_else(String::new, |position| format!(", {position}"));
        path + &position
    }
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input could not be read on: the file system or the network failed. What was read before
    /// is good.
    Io,
    /// The input passed [`Limits::total_bytes`](crate::reader::Limits::total_bytes) or
    /// [`Limits::objects`](crate::reader::Limits::objects). Raise the limit if the source is
    /// trusted.
    InputTooLarge,
    /// Not JSON: `{"a":1,,"b":2}`.
    Syntax,
    /// The input ends inside a value: `{"type":"ind`.
    UnexpectedEnd,
    /// Not UTF-8.
    Encoding,
    /// A list of objects holds something else: `"objects": [5]`.
    NotAnObject,
    /// A required property is absent: an object without `id`, an indicator without `pattern`.
    MissingProperty,
    /// A property holds a value that its type does not take: `"pattern": 5`.
    InvalidProperty,
    /// Deeper nesting than [`Limits::depth`](crate::reader::Limits::depth).
    TooDeep,
    /// A string longer than [`Limits::string_bytes`](crate::reader::Limits::string_bytes).
    StringTooLong,
    /// An object larger than [`Limits::object_bytes`](crate::reader::Limits::object_bytes).
    ObjectTooLarge,
    /// Bundles within lists within bundles, deeper than any producer has a reason for.
    ContainersTooDeep,
    /// Text that is not an RFC 3339 timestamp, or names a day that does not exist.
    Timestamp,
    /// A new version of an object that has none: a revoked one, one without `created`, an
    /// observable, a marking definition.
    NoVersions,
    /// An object that has no place in STIX 2.0, such as an indicator whose pattern is not a STIX
    /// pattern.
    NoPlace,
    /// A [`FieldMap`](crate::feed::FieldMap) that cannot be used: it has no field for the value,
    /// names a column or a path that the feed does not have, or fits none of its entries. Correct
    /// the map, or see what the server sent.
    FieldMap,
    /// A full feed of which some entries could not be read, so that what it no longer has is not
    /// known.
    NotWhole,
    /// The output could not be written: the file system or the network failed. What was written is
    /// not whole.
    Output,
    /// A record does not fit the table that it was to be written to: it has other columns, or a
    /// value that its column does not take.
    Record,
    /// A text names none of the values that there are: `"malwear".parse::<Kind>()`.
    UnknownName,
}

impl Serialize for ErrorKind {
    /// Writes the name in snake case: `missing_property`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_name(self, serializer)
    }
}

impl fmt::Display for ErrorKind {
    /// Writes the kind in words: `a required property is missing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Io => "the input could not be read",
            Self::InputTooLarge => "the input is larger than the limit",
            Self::Syntax => "not JSON",
            Self::UnexpectedEnd => "the input ends inside a value",
            Self::Encoding => "not UTF-8",
            Self::NotAnObject => "an object was expected",
            Self::MissingProperty => "a required property is missing",
            Self::InvalidProperty => "a property has the wrong form",
            Self::TooDeep => "nested deeper than the limit",
            Self::StringTooLong => "a string is longer than the limit",
            Self::ObjectTooLarge => "the object is larger than the limit",
            Self::ContainersTooDeep => "bundles are nested deeper than the limit",
            Self::Timestamp => "not an RFC 3339 timestamp",
            Self::NoVersions => "the object takes no new version",
            Self::NoPlace => "the object has no place in STIX 2.0",
            Self::FieldMap => "the field map cannot be used",
            Self::NotWhole => "the feed was not read whole",
            Self::Output => "the output could not be written",
            Self::Record => "the record does not fit the table",
            Self::UnknownName => "no such name",
        })
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, detail: String::new(), path: String::new(), position: None, source: None }))
    }

    #[cfg(any(feature = "arrow", feature = "csv"))]
    pub(crate) fn output(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut new = Self::new(ErrorKind::Output);
        new.0.source = Some(Cause(Arc::from(error.into())));
        new
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Changes the place of an error that has one.
    #[cfg(feature = "parallel")]
    pub(crate) fn change_place(&mut self, change: impl FnOnce(&mut String, &mut Position)) {
        let Inner { path, position, .. } = &mut *self.0;
        if let Some(position) = position {
            change(path, position);
        }
    }

    pub(crate) fn at(mut self, path: impl Into<String>, position: Position) -> Self {
        self.0.path = path.into();
        self.0.position = Some(position);
        self
    }

    /// What went wrong, as a kind to match on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What exactly: the parser's own words, a property's name, a limit. May be empty.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The JSON path of the fault, for example `$.objects[3].valid_from`; empty where there is
    /// none.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The place of the fault in the input, where there is one.
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// The reason alone, without the place.
    pub fn reason(&self) -> String {
        Inner::reason(&self.0.kind, &self.0.detail)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_chain(self, f)
    }
}

impl Serialize for Error {
    /// Writes a map for logs and reports: `kind`, `message`, `path` and `position`, of which the
    /// last two may be absent.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.kind())?;
        map.serialize_entry("message", &self.reason())?;
        if !self.path().is_empty() {
            map.serialize_entry("path", self.path())?;
        }
        if let Some(position) = &self.position() {
            map.serialize_entry("position", position)?;
        }
        map.end()
    }
}

impl From<io::Error> for Error {
    /// Returns an error of kind [`ErrorKind::Io`], or the [`Error`] that was converted into
    /// `error`.
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|error| {
            let mut new = Self::new(ErrorKind::Io);
            new.0.source = Some(Cause(Arc::new(error)));
            new
        })
    }
}

impl From<Error> for io::Error {
    /// Returns an I/O error of the kind of the I/O error that was the cause, or else
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input was cut, and
    /// [`InvalidData`](io::ErrorKind::InvalidData) for all other kinds. The error itself is kept
    /// inside.
    fn from(error: Error) -> Self {
        let cause = error.0.source.as_ref().and_then(|source| source.downcast_ref::<Self>());
        let kind = match (error.kind(), cause) {
            (_, Some(cause)) => cause.kind(),
            (ErrorKind::UnexpectedEnd, None) => io::ErrorKind::UnexpectedEof,
            (ErrorKind::Io | ErrorKind::Output, None) => io::ErrorKind::Other,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn display_names_the_place_and_not_the_source() {
        let position = Position { offset: 7, line: 2, column: 3 };
        let error = Error::new(ErrorKind::Syntax).with_detail("expected `,`").at("$.objects[0]", position);
        assert_eq!(error.to_string(), "not JSON: expected `,`, at $.objects[0], line 2, column 3 (byte 7)");
        let error = Error::from(io::Error::other("cable cut"));
        assert_eq!(error.to_string(), "the input could not be read");
        let source = StdError::source(&error).unwrap();
        assert_eq!(source.to_string(), "cable cut");
        assert!(source.is::<io::Error>(), "it is the cause, not a wrapper");
        assert_eq!(format!("{:?}", error.clone()), "the input could not be read: cable cut");
    }

    #[test]
    fn errors_are_written_for_logs() {
        let position = Position { offset: 7, line: 2, column: 3 };
        let error = Error::new(ErrorKind::MissingProperty).with_detail("`id`").at("$.objects[0]", position);
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"kind":"missing_property","message":"a required property is missing: `id`","path":"$.objects[0]","position":{"offset":7,"line":2,"column":3}}"#
        );
        assert_eq!(
            serde_json::to_string(&Error::new(ErrorKind::Io)).unwrap(),
            r#"{"kind":"io","message":"the input could not be read"}"#
        );
    }

    #[test]
    fn io_errors_convert_both_ways() {
        let cut = Error::from(io::Error::new(io::ErrorKind::ConnectionReset, "cable cut"));
        assert_eq!(cut.kind(), ErrorKind::Io);
        let back = io::Error::from(cut);
        assert_eq!(back.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(Error::from(back).kind(), ErrorKind::Io);

        for (kind, expected) in [
            (ErrorKind::UnexpectedEnd, io::ErrorKind::UnexpectedEof),
            (ErrorKind::Syntax, io::ErrorKind::InvalidData),
            (ErrorKind::Output, io::ErrorKind::Other),
        ] {
            let error = io::Error::from(Error::new(kind).with_detail("here"));
            assert_eq!(error.kind(), expected, "{kind}");
            let back = Error::from(error);
            assert_eq!((back.kind(), back.detail()), (kind, "here"));
        }
    }
}
