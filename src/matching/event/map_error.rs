//! Errors: why a field map cannot be read.

use std::fmt;

use super::reading::Reading;

/// The reason why a field map cannot be read, and the line of the fault.
///
/// ```
/// use stixkit::matching::event::{FieldMap, MapErrorKind};
///
/// let error = FieldMap::parse("src_ip address source\ndst_ip adress destination").unwrap_err();
/// assert_eq!((error.kind(), error.line()), (MapErrorKind::Reading, 2));
/// assert!(error.to_string().contains("`adress`"));
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct MapError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("line {line}: {}", Self::message(*kind, word))]
struct Inner {
    kind: MapErrorKind,
    line: usize,
    word: String,
    source: Option<crate::pattern::Error>,
}

/// The kinds of [`MapError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MapErrorKind {
    /// A name that is not one of a field: it is empty, has an empty part (`a..b`), more than 16 parts, or a quote that is
    /// not closed.
    Name,
    /// A word where a reading is expected.
    Reading,
    /// A place is missing or incomplete, or something is left over after it.
    Place,
    /// A path that is not one of a pattern.
    Path,
    /// A meaning of an outcome that is not one.
    Outcome,
    /// Two fields are joined to something that is neither a URL nor a hash.
    Join,
    /// Values belong to one of several slots, and the map has more than 64 slots in such choices.
    Choice,
    /// There are more than 4000 fields, or more than 60000 names and parts of names.
    TooMany,
}

impl MapError {
    pub(super) fn new(kind: MapErrorKind, line: usize, word: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, line, word: word.into(), source: None }))
    }

    pub(super) fn of_path(line: usize, path: &str, source: crate::pattern::Error) -> Self {
        Self(Box::new(Inner { kind: MapErrorKind::Path, line, word: path.to_owned(), source: Some(source) }))
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> MapErrorKind {
        self.0.kind
    }

    /// Returns the line of the fault. The first is 1.
    pub fn line(&self) -> usize {
        self.0.line
    }
}

impl Inner {
    fn message(kind: MapErrorKind, word: &str) -> String {
        let word: String = word.chars().filter(|character| !character.is_control()).take(60).collect();
        match kind {
            MapErrorKind::Name => format!("`{word}` is not the name of a field; write one such as dns.question.name"),
            MapErrorKind::Reading => {
                let all: Vec<_> = Reading::ALL.iter().map(|(name, _)| *name).collect();
                format!("`{word}` is not a way to read a value; write one of {}", all.join(", "))
            }
            MapErrorKind::Place => {
                format!("`{word}` is not a place; write a slot and, unless the reading implies it, a path")
            }
            MapErrorKind::Path => format!("`{word}` is not a path of a pattern; write one such as file:name"),
            MapErrorKind::Outcome => {
                format!("`{word}` is not a meaning of an outcome; write success=…, failure=… or denied=…")
            }
            MapErrorKind::Join => format!("`{word}` joins two fields; only url and hash can be read from two"),
            MapErrorKind::Choice => format!("`{word}` is one slot too many to choose from; 64 are possible"),
            MapErrorKind::TooMany => "there are too many fields; split the map".to_owned(),
        }
    }
}

impl fmt::Debug for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
