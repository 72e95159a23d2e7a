//! STIX patterns: text to syntax tree and back (STIX 2.1 part 9; STIX 2.0 part 5).
//!
//! ```
//! use stixkit::pattern::Pattern;
//! use stixkit::pattern::ast::{ComparisonExpression, OperatorKind};
//!
//! let pattern = Pattern::parse("[ipv4-addr:value == '198.51.100.7' OR url:value LIKE '%.example%']")?;
//! for test in pattern.tests() {
//!     if let ComparisonExpression::Comparison(comparison) = test
//!         && comparison.operator.kind == OperatorKind::Equal
//!     {
//!         assert!(comparison.path.is("ipv4-addr", &["value"]));
//!         assert_eq!(comparison.value.as_str(), Some("198.51.100.7"));
//!     }
//! }
//! assert_eq!(
//!     pattern.to_string(),
//!     "[ipv4-addr:value = '198.51.100.7' OR url:value LIKE '%.example%']",
//! );
//! # Ok::<(), stixkit::pattern::Error>(())
//! ```
//!
//! [`Pattern`] is the parsed whole. Its [`expression`](Pattern::expression) is the root of the tree in [`ast`], which
//! is public, so that a translator to another query language needs nothing else. [`Visitor`] walks through a tree,
//! [`Fold`] makes something else of it. [`Parser`] sets the version of the language and the limits.
//!
//! | wanted | call |
//! |---|---|
//! | the pattern of an indicator, unless it is in another language | [`Indicator::parse_pattern`] |
//! | a pattern for values of one's own | [`Pattern::equals`], [`Pattern::any_of`], [`Pattern::hashes`] |
//! | what a pattern looks for | [`Pattern::object_types`], [`Pattern::paths`], [`Pattern::literals`] |
//! | the one value that most patterns look for | [`Pattern::simple_equality`] |
//! | each word of the text, to colour it | [`Pattern::tokens`] |
//!
//! [`Indicator::parse_pattern`]: crate::object::Indicator::parse_pattern
//!
//! # What is accepted
//!
//! What the grammar accepts, including what the spec's text does not mention: `==`, `<>`, a plus sign, a leading zero
//! in `01.5`, comments, `IN ()`, `REPEATS 0 TIMES` and the same qualifier twice. No name is refused that the grammar
//! takes; feeds are full of `file:hashes.SHA256` and types of their own. [`Pattern::check`] reports as findings what
//! the grammar takes and the spec's text does not.
//!
//! Two rules go beyond the grammar: a constant must have a value, so a day has to exist and a number has to fit; and
//! Base64 may hold line breaks, as the spec requires.
//!
//! # Input safety
//!
//! Patterns come from strangers. No text makes this module panic, overflow the stack or take more than linear time.
//!
//! - Length, nesting and size of the tree are limited; see [`Parser`] for the limits and how to set them. A pattern
//!   that breaks one is refused with an error of its own kind.
//! - The parser recurses for parentheses only, [`Parser::DEEPEST`] levels at most. Lists are loops: ten thousand `OR`s
//!   are one node. Walking, folding, printing, dropping, `into_owned`, [`check`](Pattern::check) and
//!   [`same_as`](ast::ObservationExpression::same_as) do not recurse at all. Cloning, `==` and `{:?}` recurse as deep as
//!   the tree, which matters for trees that are built by hand and nest without bound.
//! - The tree takes 150 bytes at most for each of its parts, however short they are in the text.
//! - Messages print text from the pattern cut to a line and without control characters.
//!
//! # What is not done
//!
//! - Patterns are not matched against observed data.
//! - Regular expressions after `MATCHES` and networks after `ISSUBSET` are strings; nothing looks inside.
//! - Names of types and properties are not compared with what STIX defines.

pub mod ast;
mod check;
mod construct;
mod descent;
mod drop;
mod equality;
mod error;
mod excerpt;
mod fold;
mod indicator;
mod lex;
mod literal;
mod names;
mod owned;
mod parse;
mod print;
mod token;
mod visit;

use std::borrow::Cow;
use std::str::FromStr;

use crate::pattern::ast::{Comparison, ObservationExpression};

pub use self::ast::Span;
pub use self::check::{Finding, FindingKind};
pub use self::error::{Error, ErrorKind};
pub use self::excerpt::Excerpt;
pub use self::fold::Fold;
#[cfg(feature = "rows")]
pub(crate) use self::indicator::foreign;
pub use self::indicator::{AnyPattern, Opaque};
pub use self::parse::Parser;
pub use self::token::{Token, TokenKind, Tokens};
pub use self::visit::{Tests, Visitor};

/// A version of the pattern language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// STIX 2.0: `START` and `STOP` take strings; `EXISTS` is an ordinary name.
    V20,
    /// STIX 2.1.
    #[default]
    V21,
}

/// A parsed pattern: its text, its syntax tree and the version that it was parsed as.
///
/// `{}` prints canonical text, which parses to the [same tree](ObservationExpression::same_as). `{:#}` prints the tree
/// with its spellings as they were written. [`text`](Self::text) is the text itself, blanks and comments included.
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
/// A pattern borrows from the text that it was parsed from, so parsing copies no strings. `str::parse` and
/// [`into_owned`](Self::into_owned) give a `Pattern<'static>`, to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern<'a> {
    text: Cow<'a, str>,
    expression: ObservationExpression<'a>,
    version: Version,
    comments: Vec<Span>,
}

impl<'a> Pattern<'a> {
    /// Parses a pattern of STIX 2.1 with the default limits. [`Parser`] has other versions and limits.
    ///
    /// # Errors
    ///
    /// [`Error`] with the first fault in the text, or the limit that it breaks.
    ///
    /// ```
    /// use stixkit::pattern::{ErrorKind, Pattern};
    ///
    /// assert!(Pattern::parse("[file:size > 100]").is_ok());
    ///
    /// let error = Pattern::parse("[file:size > 100").unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::UnclosedBracket { .. }));
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Parser::new().parse(text)
    }

    /// The only test of a pattern of the form `[type:name = 'value']`, as most patterns of feeds are, with one small
    /// allocation and in a fraction of the time that [`parse`](Self::parse) takes.
    ///
    /// `None` for all other texts, and says nothing about them: not whether they are patterns, nor whether they are one
    /// equality in another form, with an escape sequence, a comment, an index, another kind of constant. The test is
    /// the one that the parsed pattern has.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let test = Pattern::equality("[ipv4-addr:value = '198.51.100.7']").unwrap();
    /// assert!(test.path.is("ipv4-addr", &["value"]));
    /// assert_eq!(test.value.as_str(), Some("198.51.100.7"));
    ///
    /// assert_eq!(Pattern::equality("[ipv4-addr:value != '198.51.100.7']"), None);
    /// ```
    pub fn equality(text: &'a str) -> Option<Comparison<'a>> {
        Parser::new().equality(text)
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root of the syntax tree.
    pub fn expression(&self) -> &ObservationExpression<'a> {
        &self.expression
    }

    /// The syntax tree, to be taken apart or changed. [`from_expression`](Pattern::from_expression) is the way back.
    pub fn into_expression(self) -> ObservationExpression<'a> {
        self.expression
    }

    /// The version that the text was parsed as.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where the text has comments, in order. They are no part of the tree.
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

impl FromStr for Pattern<'static> {
    type Err = Error;

    /// Parses a pattern of STIX 2.1 that borrows nothing.
    fn from_str(text: &str) -> Result<Self, Error> {
        Pattern::parse(text).map(Pattern::into_owned)
    }
}
