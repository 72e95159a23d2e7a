//! Errors: why a line is not an event, and where.

use std::fmt;

/// The reason why a line is not an event.
///
/// ```
/// use stixkit::matching::event::{ErrorKind, FieldMap, Scratch};
///
/// let error = FieldMap::zeek().extract(br#"{"ts": 1714557600.5, "query": }"#, &mut Scratch::new()).unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::Json, 30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}, at byte {offset}")]
pub struct Error {
    kind: ErrorKind,
    /// Lines are shorter, so that the error fits into a word.
    offset: u32,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The line is not JSON.
    Json,
    /// The line is not UTF-8.
    Utf8,
    /// The line is JSON, but not an object.
    NotAnObject,
    /// Lists and objects are nested more than 128 levels deep.
    TooDeep,
    /// The line is longer than 16 MiB.
    TooLong,
    /// More than 4096 values are parts of a URL or of a hash with the name of its algorithm.
    TooManyJoins,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "the line is not JSON",
            Self::Utf8 => "the line is not UTF-8",
            Self::NotAnObject => "the line is not an object, which an event has to be",
            Self::TooDeep => "lists and objects are nested more than 128 levels deep",
            Self::TooLong => "the line is longer than 16 MiB; is the input divided into lines?",
            Self::TooManyJoins => "more than 4096 values are joined to others",
        })
    }
}

impl Error {
    pub(super) fn new(kind: ErrorKind, offset: usize) -> Self {
        Self { kind, offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the number of bytes before the fault.
    pub fn offset(&self) -> usize {
        self.offset as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_word_wide_and_shared_between_threads() {
        fn check<T: Send + Sync + std::error::Error + 'static>() {}
        check::<Error>();
        assert!(size_of::<Error>() <= size_of::<u64>());
    }
}
