//! What can go wrong, and where.

use std::fmt;

/// A place in the input: where the bytes are, and where a person finds them.
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
    /// The position behind `bytes` that start here.
    pub(crate) fn behind(self, bytes: &[u8]) -> Self {
        let len = bytes.len() as u64;
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let column = match memchr::memrchr(b'\n', bytes) {
            Some(newline) => len - newline as u64,
            None => self.column + len,
        };
        Self { offset: self.offset + len, line: self.line + lines, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} (byte {})", self.line, self.column, self.offset)
    }
}

/// An error of this crate's core: what, where, and what the cause was.
///
/// Patterns have an error of their own, [`pattern::Error`](crate::pattern::Error).
///
/// ```
/// use stixkit::{Timestamp, error::ErrorKind};
///
/// let error = Timestamp::parse("2025-15-08T00:00:00Z").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Timestamp);
/// assert!(error.to_string().contains("2025-15-08T00:00:00Z"));
/// ```
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    detail: String,
    path: String,
    position: Option<Position>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input could not be read on: the file system or the network failed. What was read before is good.
    Io,
    /// The input passed [`Limits::total_bytes`](crate::reader::Limits::total_bytes) or
    /// [`Limits::objects`](crate::reader::Limits::objects). Raise the limit if the source is trusted.
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
    /// A new version of an object that has none: a revoked one, an observable, a marking definition.
    NoVersions,
    /// A [`FieldMap`](crate::feed::FieldMap) that cannot be used: it has no field for the value, or names a column
    /// that the feed does not have. Correct the map.
    FieldMap,
    /// The output could not be written: the file system or the network failed. What was written is not whole.
    Output,
    /// A record does not fit the table that it was to be written to: it has other columns, or a value that its column
    /// does not take.
    Record,
}

impl ErrorKind {
    fn message(self) -> &'static str {
        match self {
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
            Self::FieldMap => "the field map cannot be used",
            Self::Output => "the output could not be written",
            Self::Record => "the record does not fit the table",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, detail: String::new(), path: String::new(), position: None, source: None }))
    }

    pub(crate) fn io(error: std::io::Error) -> Self {
        let mut new = Self::new(ErrorKind::Io);
        new.0.source = Some(Box::new(error));
        new
    }

    #[cfg(any(feature = "arrow", feature = "csv"))]
    pub(crate) fn output(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut new = Self::new(ErrorKind::Output);
        new.0.source = Some(error.into());
        new
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
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

    /// The JSON path of the fault, for example `$.objects[3].valid_from`; empty where there is none.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The place of the fault in the input, where there is one.
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// The reason alone, without the place.
    pub fn reason(&self) -> String {
        if self.0.detail.is_empty() {
            self.0.kind.message().to_owned()
        } else {
            format!("{}: {}", self.0.kind.message(), self.0.detail)
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.message())?;
        if !self.0.detail.is_empty() {
            write!(f, ": {}", self.0.detail)?;
        }
        if !self.0.path.is_empty() {
            write!(f, ", at {}", self.0.path)?;
        }
        match self.0.position {
            Some(position) => write!(f, ", {position}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The cast drops the `Send + Sync` that the trait's signature does not carry.
        self.0.source.as_deref().map(|source| source as _)
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
        let error = Error::io(std::io::Error::other("cable cut"));
        assert_eq!(error.to_string(), "the input could not be read");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "cable cut");
    }
}
