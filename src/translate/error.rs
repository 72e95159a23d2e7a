//! Errors: why there is no query for a pattern, and where in its text.

use std::fmt;

use super::fidelity::Fidelity;
use super::note::{Note, NoteKind};
use crate::pattern::{Pattern, Span};

/// The reason why a pattern was not translated, or why a field map cannot be used.
///
/// `{}` prints one line: the problem and how to fix it. `{:#}` also prints the place in the pattern, if there is one.
///
/// ```
/// use stixkit::pattern::Pattern;
/// use stixkit::translate::{ErrorKind, Target};
///
/// let pattern = Pattern::parse("[file:name = 'a.exe' OR mutex:name = 'b']")?;
/// let error = pattern.translate(&Target::named("kql:defender").unwrap()).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Policy { .. }));
/// assert_eq!(&pattern.text()[error.span().unwrap().range()], "mutex:name = 'b'");
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The policy forbids a translation of this fidelity. The span is that of the first difference.
    Policy {
        /// The fidelity that the translation would have.
        fidelity: Fidelity,
    },
    /// Nothing of the pattern can be asked for in the target.
    Nothing,
    /// The pattern is about several observations, and the target does not state by which scope they belong together, or
    /// the map does not know the scope.
    JoinKey,
    /// The pattern is too large for one query.
    TooLarge,
    /// A field map cannot be used.
    Map,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, detail: detail.into(), span: None, pattern: String::new() }))
    }

    pub(super) fn at(kind: ErrorKind, span: Span, pattern: &Pattern<'_>, detail: impl Into<String>) -> Self {
        let pattern = pattern.text().to_owned();
        Self(Box::new(Inner { kind, detail: detail.into(), span: Some(span), pattern }))
    }

    /// Returns the error for what a policy forbids.
    pub(super) fn policy(fidelity: Fidelity, notes: &[Note], pattern: &Pattern<'_>) -> Self {
        // What makes the difference comes first: a note about more hits explains no loss.
        let explains = |note: &&Note| match fidelity {
            Fidelity::Narrower | Fidelity::Different => {
                matches!(note.fidelity, Fidelity::Narrower | Fidelity::Different)
            }
            _ => note.fidelity != Fidelity::Exact,
        };
        let note = notes.iter().find(explains);
        let detail = note.map(|note| note.kind.to_string()).unwrap_or_default();
        Self::at(ErrorKind::Policy { fidelity }, note.map(|note| note.span).unwrap_or_default(), pattern, detail)
    }

    /// Returns the error for a pattern of which nothing can be translated.
    pub(super) fn nothing(notes: &[Note], pattern: &Pattern<'_>) -> Self {
        let note = notes.iter().find(|note| note.fidelity != Fidelity::Exact);
        let kind = note.map_or_else(|| NoteKind::NoOperator("the pattern".into()), |note| note.kind.clone());
        let span = note.map_or(pattern.expression().span(), |note| note.span);
        Self::at(ErrorKind::Nothing, span, pattern, kind.to_string())
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the place in the text of the pattern, or `None` if the error is not about a pattern.
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, detail, span, pattern } = &*self.0;
        match kind {
            ErrorKind::Policy { fidelity } => {
                write!(f, "the query would be {fidelity} than the pattern: {detail}; allow it with another policy")?;
            }
            ErrorKind::Nothing => {
                write!(f, "nothing of the pattern can be asked for: {detail}; choose another target")?
            }
            ErrorKind::JoinKey => write!(f, "the pattern is about several observations: {detail}")?,
            ErrorKind::TooLarge => write!(f, "the pattern is too large for one query: {detail}")?,
            ErrorKind::Map => write!(f, "the field map cannot be used: {detail}")?,
        }
        if f.alternate()
            && let Some(span) = span
        {
            let excerpt = span.excerpt(pattern);
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
