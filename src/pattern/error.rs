//! Errors: why a text is not a pattern, and where.

use std::{fmt, io};

use super::excerpt::Excerpt;
use super::kind::ErrorKind;
use super::message::Message;
use super::span::Span;

/// The reason why a text is not a pattern, and the place in the text.
///
/// This is the error of patterns alone. [`crate::Error`] is that of reading objects; it has a JSON
/// path and a position in the input instead of a [`Span`].
///
/// `{}` prints one line: the problem and how to fix it. `{:#}` also prints the place, the line of
/// the pattern and a marker under the fault:
///
/// ```
/// use stixkit::pattern::{ErrorKind, Pattern};
///
/// let error = Pattern::parse("[file:hashes.SHA-256 = 'ab']").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnquotedProperty);
/// assert_eq!(&error.pattern()[error.span().range()], "SHA-256");
/// assert_eq!(
///     format!("{error:#}"),
///     "\
/// the property name `SHA-256` has a hyphen; put it in single quotes: 'SHA-256'
///  --> line 1, column 14
///   |
/// 1 | [file:hashes.SHA-256 = 'ab']
///   |              ^^^^^^^",
/// );
/// ```
///
/// It converts to [`io::Error`] of kind [`InvalidData`](io::ErrorKind::InvalidData), for functions
/// that read and parse.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    span: Span,
    pattern: String,
}

impl Error {
    #[cold]
    pub(super) fn new(kind: ErrorKind, span: Span, pattern: &str) -> Self {
        Self(Box::new(Inner { kind, span, pattern: pattern.to_owned() }))
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the text that was parsed, or only its first bytes if the kind is
    /// [`ErrorKind::TooLong`].
    pub fn pattern(&self) -> &str {
        &self.0.pattern
    }

    /// Returns the place of the fault in [`pattern`](Self::pattern). It is empty if something is
    /// missing at the end.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// Returns the line and column of the start of the span, both counted from 1, the column in
    /// characters.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let error = Pattern::parse("[file:name = 'ä' OR\n file:name = x]").unwrap_err();
    /// assert_eq!(error.line_column(), (2, 14));
    /// ```
    pub fn line_column(&self) -> (usize, usize) {
        self.excerpt().line_column()
    }

    fn excerpt(&self) -> Excerpt<'_> {
        self.0.span.excerpt(&self.0.pattern)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, span, pattern } = &*self.0;
        write!(f, "{}", Message { kind: *kind, span: *span, pattern })?;
        if f.alternate() {
            let excerpt = self.excerpt();
            // The arrow points from above the bar.
            let margin = excerpt.line_column().0.to_string().len();
            write!(f, "\n{:margin$}--> {excerpt}", "")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What `main` prints if it returns an error.
        write!(f, "{self}")
    }
}

impl From<Error> for io::Error {
    /// Converts to an error of kind [`InvalidData`](io::ErrorKind::InvalidData).
    fn from(error: Error) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, range: std::ops::Range<usize>) -> Error {
        Error::new(ErrorKind::UnexpectedCharacter, range.into(), text)
    }

    #[test]
    fn is_one_word_wide() {
        // A `Result` with this error is as wide as its value, and the parser returns one for each
        // token.
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn is_shared_between_threads() {
        fn check<T: Send + Sync + std::error::Error + 'static>() {}
        check::<Error>();
    }

    #[test]
    fn control_characters_are_not_printed() {
        let shown = error("\u{1b}[2J\u{202e}\r", 0..8).to_string();
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{shown:?}");
    }

    #[test]
    fn text_in_messages_is_cut() {
        let text = "x".repeat(1000);
        assert!(error(&text, 0..1000).to_string().len() < 150);
    }

    #[test]
    fn converts_to_an_io_error_and_back() {
        let fault = error("~", 0..1);
        let converted = io::Error::from(fault.clone());
        assert_eq!(converted.kind(), io::ErrorKind::InvalidData);
        assert_eq!(converted.to_string(), fault.to_string());
        assert_eq!(converted.downcast::<Error>().unwrap(), fault);
    }

    #[test]
    fn kinds_have_names() {
        for (kind, name) in [
            (ErrorKind::Empty, "empty pattern"),
            (ErrorKind::TooDeep { limit: 64 }, "nesting too deep"),
            (ErrorKind::UnclosedBracket { opened: Span::new(0, 1) }, "unclosed bracket"),
            (ErrorKind::KeywordCase { keyword: "AND" }, "keyword in the wrong case"),
        ] {
            assert_eq!(kind.to_string(), name);
        }
    }
}
