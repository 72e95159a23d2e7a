//! Errors: why a pattern cannot be matched, and where in its text.

use std::fmt;

use super::text::shown;
use crate::pattern::Span;

/// The reason why a pattern cannot be compiled for matching, or why a match was given up.
///
/// `{}` prints one line: the problem and how to fix it. `{:#}` also prints the place in the pattern, if there is one.
///
/// ```
/// use stixkit::matching::{ErrorKind, Matcher};
/// use stixkit::pattern::Pattern;
///
/// let pattern = Pattern::parse("[file:name MATCHES '^(?!setup).*']")?;
/// let error = Matcher::new(&pattern).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnsupportedRegex { feature: "look-around" });
/// assert_eq!(&pattern.text()[error.span().unwrap().range()], "(?!");
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(thiserror::Error)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    detail: String,
    span: Option<Span>,
    pattern: String,
}

/// The kinds of [`Error`].
///
/// `{}` prints a short name in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A regular expression after `MATCHES` that is not one: `[a:b MATCHES '(·']`.
    Regex,
    /// A regular expression with a feature of PCRE that cannot be searched for in linear time, or that means something
    /// else to the crate `regex`: `[a:b MATCHES '·(?=c)']`.
    UnsupportedRegex {
        /// What the expression needs, such as `look-around`.
        feature: &'static str,
    },
    /// A regular expression that takes too much memory once it is compiled: `[a:b MATCHES '·\\w{99}{99}']`. The limit is
    /// 1 MiB, or less if the pattern has more than 64 of them.
    RegexTooLarge,
    /// Neither an address nor a network after `ISSUBSET` or `ISSUPERSET`: `[a:b ISSUBSET ·'198.51.100.0/33']`.
    Network,
    /// A qualifier that one expression has twice, which STIX 2.1 does not allow:
    /// `[a:b = 1] REPEATS 2 TIMES ·REPEATS 2 TIMES`. Put parentheses around the expression with the first one.
    DuplicateQualifier,
    /// A bound of STIX 2.0 that is not a timestamp: `[a:b = 1] START ·'yesterday' STOP '2016-06-01T00:00:00Z'`.
    Bound,
    /// The search was given up after [`Options::steps`](super::Options::steps) steps: nothing is known. Raise the limit
    /// if you trust the pattern and the data, or give fewer observations at a time.
    TooComplex,
    /// A pattern that one object alone cannot match or fail to match, because it is about several observations or
    /// about times. Only [`Matcher::matches_object`](super::Matcher::matches_object) causes it.
    NeedsObservations,
    /// A pattern that a single observation matches or fails to match. Only a
    /// [`Correlator`](super::correlator::Correlator) refuses it.
    OneObservation,
    /// A pattern without a `WITHIN` around all of it, for a [`Correlator`](super::correlator::Correlator) without a
    /// [horizon](super::correlator::Options::with_horizon): its observations would have to be kept forever.
    NoHorizon,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Regex => "invalid regular expression",
            Self::UnsupportedRegex { .. } => "unsupported regular expression",
            Self::RegexTooLarge => "regular expression too large",
            Self::Network => "invalid network",
            Self::DuplicateQualifier => "duplicate qualifier",
            Self::Bound => "bound that is not a timestamp",
            Self::TooComplex => "too complex",
            Self::NeedsObservations => "pattern about observations",
            Self::OneObservation => "pattern about one observation",
            Self::NoHorizon => "pattern without an end",
        })
    }
}

impl Error {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, detail: String::new(), span: None, pattern: String::new() }))
    }

    pub(super) fn at(kind: ErrorKind, span: Span, pattern: &str) -> Self {
        Self(Box::new(Inner { kind, detail: String::new(), span: Some(span), pattern: pattern.to_owned() }))
    }

    pub(super) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the place of the fault in the text of the pattern, or `None` if the fault has no place.
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The message for a kind, with the text at the place of the fault.
    fn message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, detail, span, pattern } = &*self.0;
        let place = format!("`{}`", shown(span.map_or("", |span| &pattern[span.range()]), 40));
        match kind {
            ErrorKind::Regex => write!(f, "{place} is not a regular expression: {detail}"),
            ErrorKind::UnsupportedRegex { feature } => write!(
                f,
                "the regular expression needs {feature} at {place}, which is not supported; write it without, or split \
                 it into several tests"
            ),
            ErrorKind::RegexTooLarge => write!(f, "the regular expression {place} takes too much memory; simplify it"),
            ErrorKind::Network => {
                write!(f, "{place} is neither an address nor a network; write one such as '198.51.100.0/24'")
            }
            ErrorKind::DuplicateQualifier => write!(
                f,
                "{place} repeats a qualifier of the same expression; put parentheses around the expression with the \
                 first one"
            ),
            ErrorKind::Bound => write!(f, "{place} is not a timestamp; write it as '2014-01-13T07:03:17Z'"),
            ErrorKind::TooComplex => write!(
                f,
                "the search took too many steps and was given up; raise the limit, or give fewer observations at a time"
            ),
            ErrorKind::NeedsObservations => {
                write!(f, "the pattern is about several observations or their times; match it against observed data")
            }
            ErrorKind::OneObservation => {
                write!(f, "pattern {detail} is about one observation; match each observation with `Matcher` instead")
            }
            ErrorKind::NoHorizon => write!(
                f,
                "pattern {detail} has no WITHIN around all of it, so that its observations would have to be kept \
                 forever; set a horizon"
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(f)?;
        if f.alternate()
            && let Some(span) = self.0.span
        {
            let excerpt = span.excerpt(&self.0.pattern);
            // The arrow points from above the bar.
            let margin = excerpt.line_column().0.to_string().len();
            write!(f, "\n{:margin$}--> {excerpt}", "")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
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

    #[test]
    fn text_in_messages_is_one_short_line() {
        let text = format!("\u{1b}\n\u{202e}{}", "x".repeat(1000));
        let message = Error::at(ErrorKind::Network, Span::new(0, text.len()), &text).to_string();
        assert!(message.len() < 200 && !message.contains(['\u{1b}', '\n', '\u{202e}']), "{message}");
    }
}
