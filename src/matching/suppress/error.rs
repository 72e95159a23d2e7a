//! Errors: why a whole list cannot be used.

use std::fmt;

use crate::matching::text::shown;

/// The reason why a list cannot be used. Single entries that cannot are in
/// [`Suppress::refused`](super::Suppress::refused).
///
/// ```
/// use stixkit::matching::suppress::{ErrorKind, Suppress};
///
/// let error = Suppress::misp_warninglist(r#"{"name": "A", "type": "domain", "list": []}"#).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ListType);
/// assert_eq!(
///     error.to_string(),
///     "the list `A` has the type `domain`; known are cidr, hostname, string, substring and regex",
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
enum Inner {
    #[error("the warning list is not JSON")]
    Json(#[source] serde_json::Error),
    #[error("the warning list has no `{0}`: it needs a `name`, and a `list` of text")]
    Layout(&'static str),
    #[error("the list `{list}` has the type `{found}`; known are cidr, hostname, string, substring and regex")]
    ListType { list: String, found: String },
    #[error("the list `{list}`, entry {line}: more than {most} {what}; use fewer or shorter lists")]
    Limit { list: String, line: usize, most: usize, what: &'static str },
}

/// The kinds of [`Error`].
///
/// `{}` prints a short name in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A warning list that is not JSON. The source of the error has the line and the column.
    Json,
    /// A warning list without a `name`, or without a `list` that is one.
    Layout,
    /// A warning list of an unknown `type`.
    ListType,
    /// More entries than a [`Suppress`](super::Suppress) can have, in number or in size. Nothing was added.
    Limit,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "invalid JSON",
            Self::Layout => "not a warning list",
            Self::ListType => "unknown type of list",
            Self::Limit => "too many entries",
        })
    }
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Inner::Json(_) => ErrorKind::Json,
            Inner::Layout(_) => ErrorKind::Layout,
            Inner::ListType { .. } => ErrorKind::ListType,
            Inner::Limit { .. } => ErrorKind::Limit,
        }
    }

    pub(super) fn json(error: serde_json::Error) -> Self {
        Self(Box::new(Inner::Json(error)))
    }

    pub(super) fn layout(missing: &'static str) -> Self {
        Self(Box::new(Inner::Layout(missing)))
    }

    pub(super) fn list_type(list: &str, found: &str) -> Self {
        Self(Box::new(Inner::ListType { list: shown(list, 80), found: shown(found, 80) }))
    }

    pub(super) fn limit(list: &str, line: usize, most: usize, what: &'static str) -> Self {
        Self(Box::new(Inner::Limit { list: shown(list, 80), line, most, what }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_word_wide_and_shared_between_threads() {
        fn check<T: Send + Sync + std::error::Error + 'static>() {}
        check::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
