//! A parsed pattern as a whole.

use std::borrow::Cow;

use super::ast::ObservationExpression;
use super::span::Span;
use super::version::Version;

/// A parsed pattern: its text, its syntax tree and the version that it was parsed as.
///
/// `{}` prints canonical text, which parses to the [same tree](ObservationExpression::same_as).
/// `{:#}` prints the tree with its spellings as they were written. [`text`](Self::text) returns the
/// original text, including blanks and comments.
///
/// ```
/// use stixkit::pattern::Pattern;
///
/// let pattern = Pattern::parse("[ file:'size'==+1 ]")?;
/// assert_eq!(format!("{pattern}"), "[file:size = 1]");
/// assert_eq!(format!("{pattern:#}"), "[file:'size' == +1]");
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
///
/// A pattern borrows from the text that it was parsed from, so parsing copies no strings.
/// `str::parse` and [`into_owned`](Self::into_owned) return a `Pattern<'static>`, which can outlive
/// the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) expression: ObservationExpression<'a>,
    pub(super) version: Version,
    pub(super) comments: Vec<Span>,
}

impl<'a> Pattern<'a> {
    /// Returns the text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the root of the syntax tree.
    pub fn expression(&self) -> &ObservationExpression<'a> {
        &self.expression
    }

    /// Returns the syntax tree by value, to take apart or change.
    /// [`from_expression`](Pattern::from_expression) makes a pattern of it again.
    pub fn into_expression(self) -> ObservationExpression<'a> {
        self.expression
    }

    /// Returns the version that the text was parsed as.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the places of the comments in the text, in order. Comments are not part of the tree.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[a:b = 1 /* one */] // end")?;
    /// assert_eq!(pattern.comments().len(), 2);
    /// assert_eq!(&pattern.text()[pattern.comments()[0].range()], "/* one */");
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }
}
