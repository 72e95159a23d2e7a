//! The parser's public interface: version, limits, entry points.

use std::borrow::Cow;
use std::str::FromStr;

use super::ast::{Comparison, Path};
use super::descent::Descent;
use super::equality;
use super::error::Error;
use super::kind::ErrorKind;
use super::pattern::Pattern;
use super::span::Span;
use super::version::Version;

/// A parser with a version of the language and limits.
///
/// The limits bound what a hostile pattern can cost. Regardless of them, parsing takes time linear
/// in the length of the text, and a bounded amount of stack.
///
/// ```
/// use stixkit::pattern::{ErrorKind, Parser, Version};
///
/// let parser = Parser::new().with_version(Version::V20).with_max_depth(2);
/// assert!(parser.parse("[a:b = 1] START '2016-06-01T00:00:00Z' STOP '2016-07-01T00:00:00Z'").is_ok());
///
/// let error = parser.parse("((([a:b = 1])))").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooDeep { limit: 2 });
/// ```
#[derive(Clone, Debug)]
pub struct Parser {
    version: Version,
    max_length: usize,
    max_depth: u32,
    max_nodes: usize,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    /// The deepest nesting that can be allowed. It keeps parsing, cloning and comparing within a
    /// fraction of a thread's smallest usual stack of 2 MiB.
    pub const DEEPEST: u32 = 128;

    /// A parser for STIX 2.1 with the default limits.
    pub const fn new() -> Self {
        Self { version: Version::V21, max_length: 1 << 20, max_depth: 64, max_nodes: 1 << 18 }
    }

    /// Sets the version of the language. Default: [`Version::V21`].
    pub const fn with_version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Sets the maximum length of the text in bytes. Default: 1 MiB, since the longest pattern in
    /// public reports has 57 kB and a list of ten thousand SHA-256 hashes 1 MB.
    pub const fn with_max_length(mut self, bytes: usize) -> Self {
        self.max_length = bytes;
        self
    }

    /// Sets how deep parentheses may nest. Values above [`DEEPEST`](Self::DEEPEST) are reduced to
    /// it. Default: 64, since public reports reach 5.
    pub const fn with_max_depth(mut self, depth: u32) -> Self {
        self.max_depth = if depth > Self::DEEPEST { Self::DEEPEST } else { depth };
        self
    }

    /// Sets how many parts the tree may have: observations, tests, path steps, values in sets,
    /// qualifiers, groups and lists. Default: 262,144. A part takes at most 150 bytes, so the tree
    /// stays below 40 MiB; a list of ten thousand hashes has 30,000 parts.
    pub const fn with_max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Returns the version of the language.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the maximum length of the text in bytes.
    pub const fn max_length(&self) -> usize {
        self.max_length
    }

    /// Returns how deep parentheses may nest.
    pub const fn max_depth(&self) -> u32 {
        self.max_depth
    }

    /// Returns how many parts the tree may have.
    pub const fn max_nodes(&self) -> usize {
        self.max_nodes
    }

    /// Parses a pattern. The result borrows from the text; see [`Pattern::into_owned`].
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] with the first fault in the text, or with the limit that it breaks.
    pub fn parse<'a>(&self, text: &'a str) -> Result<Pattern<'a>, Error> {
        let (expression, comments) = self.descent(text)?.pattern()?;
        Ok(Pattern { text: Cow::Borrowed(text), expression, version: self.version, comments })
    }

    /// Returns the only test of a pattern of the form `[type:name = 'value']`; see
    /// [`Pattern::equality`].
    ///
    /// Returns `None` for all other texts, including those that break a limit.
    pub fn equality<'a>(&self, text: &'a str) -> Option<Comparison<'a>> {
        if text.len() > self.max_length {
            return None;
        }
        // The observation is a part, too.
        equality::only_test(text).filter(|test| equality::count_parts(test) < self.max_nodes)
    }

    /// Returns how many tests of so many parts each the limits allow in a pattern of this length,
    /// or `None` if the pattern is too long.
    #[cfg(feature = "rows")]
    pub(crate) fn most_of(&self, parts: usize, length: usize) -> Option<usize> {
        (length <= self.max_length).then_some(self.max_nodes / parts)
    }

    /// Parses an object path on its own, such as `file:hashes.'SHA-256'`.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] with the first fault in the text, or with the limit that it breaks.
    ///
    /// ```
    /// use stixkit::pattern::Parser;
    ///
    /// let path = Parser::new().parse_path("file:hashes.'SHA-256'")?;
    /// assert_eq!(path.object_type, "file");
    /// assert_eq!(path.steps[1].property(), Some("SHA-256"));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn parse_path<'a>(&self, text: &'a str) -> Result<Path<'a>, Error> {
        self.descent(text)?.whole_path()
    }

    fn descent<'a>(&self, text: &'a str) -> Result<Descent<'a>, Error> {
        if text.len() > self.max_length {
            // The error carries enough to recognise the text by, not a copy of what was too long to
            // look at.
            let excerpt = (0..=128).rev().find_map(|length| text.get(..length)).unwrap_or_default();
            let kind = ErrorKind::TooLong { length: text.len(), limit: self.max_length };
            return Err(Error::new(kind, Span::new(0, excerpt.len()), excerpt));
        }
        Descent::new(text, self.version, self.max_depth, self.max_nodes)
    }
}

impl<'a> Pattern<'a> {
    /// Parses a pattern of STIX 2.1 with the default limits. [`Parser`] has other versions and
    /// limits.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] with the first fault in the text, or with the limit that it breaks.
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

    /// Returns the only test of a pattern of the form `[type:name = 'value']`, as most patterns of
    /// feeds are, with one small allocation and in a fraction of the time that
    /// [`parse`](Self::parse) takes.
    ///
    /// Returns `None` for all other texts. They may be faulty, or equalities in another form, for
    /// example with an escape sequence, a comment, an index or another kind of constant. The test
    /// is equal to the one in the parsed pattern.
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
}

impl FromStr for Pattern<'static> {
    type Err = Error;

    /// Parses a pattern of STIX 2.1 into one that borrows nothing.
    fn from_str(text: &str) -> Result<Self, Error> {
        Pattern::parse(text).map(Pattern::into_owned)
    }
}
