//! The parser as its callers see it: version, limits, entry points.

use std::borrow::Cow;

use super::ast::{Comparison, Path, Span};
use super::descent::Descent;
use super::equality;
use super::error::{Error, ErrorKind};
use super::{Pattern, Version};

/// Parses patterns under a version of the language and limits.
///
/// The limits bound what a hostile pattern can cost. Whatever they are, parsing takes time linear in the length of
/// the text, and the stack it needs is bounded.
///
/// ```
/// use stixkit::pattern::{ErrorKind, Parser, Version};
///
/// let parser = Parser::new().version(Version::V20).max_depth(2);
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
    /// The deepest nesting that can be allowed. It keeps parsing, cloning and comparing within a fraction of a thread's
    /// smallest usual stack of 2 MiB.
    pub const DEEPEST: u32 = 128;

    /// A parser for STIX 2.1 with the default limits.
    pub const fn new() -> Self {
        Self { version: Version::V21, max_length: 1 << 20, max_depth: 64, max_nodes: 1 << 18 }
    }

    /// Sets the version of the language. Default: [`Version::V21`].
    pub const fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Sets the longest text in bytes. Default: 1 MiB, since the longest pattern in public reports has 57 kB and a
    /// list of ten thousand SHA-256 hashes 1 MB.
    pub const fn max_length(mut self, bytes: usize) -> Self {
        self.max_length = bytes;
        self
    }

    /// Sets how deep parentheses may nest, up to [`DEEPEST`](Self::DEEPEST); what is above counts as that. Default:
    /// 64, since public reports reach 5.
    pub const fn max_depth(mut self, depth: u32) -> Self {
        self.max_depth = if depth > Self::DEEPEST { Self::DEEPEST } else { depth };
        self
    }

    /// Sets how many parts the tree may have: observations, tests, path steps, values in sets, qualifiers, groups and
    /// lists. Default: 262,144. A part takes 150 bytes at most, so the tree stays below 40 MiB; a list of ten thousand
    /// hashes has 30,000 parts.
    pub const fn max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Parses a pattern. The result borrows from the text; see [`Pattern::into_owned`].
    ///
    /// # Errors
    ///
    /// [`Error`] with the first fault in the text, or the limit that it breaks.
    pub fn parse<'a>(&self, text: &'a str) -> Result<Pattern<'a>, Error> {
        let (expression, comments) = self.descent(text)?.pattern()?;
        Ok(Pattern { text: Cow::Borrowed(text), expression, version: self.version, comments })
    }

    /// The only test of a pattern of the form `[type:name = 'value']`; see [`Pattern::equality`].
    ///
    /// `None` for all other texts, also for those that break a limit.
    pub fn equality<'a>(&self, text: &'a str) -> Option<Comparison<'a>> {
        if text.len() > self.max_length {
            return None;
        }
        // The observation is a part, too.
        equality::only(text).filter(|test| equality::parts(test) < self.max_nodes)
    }

    /// How many tests of so many parts each the limits let through in a pattern of this length; `None` where they do not let it
    /// through at all.
    #[cfg(feature = "rows")]
    pub(crate) fn most_of(&self, parts: usize, length: usize) -> Option<usize> {
        (length <= self.max_length).then_some(self.max_nodes / parts)
    }

    /// Parses an object path on its own, such as `file:hashes.'SHA-256'`.
    ///
    /// # Errors
    ///
    /// [`Error`] with the first fault in the text, or the limit that it breaks.
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
            // The error carries enough to recognise the text by, not a copy of what was too long to look at.
            let excerpt = (0..=128).rev().find_map(|length| text.get(..length)).unwrap_or_default();
            let kind = ErrorKind::TooLong { length: text.len(), limit: self.max_length };
            return Err(Error::new(kind, Span::new(0, excerpt.len()), excerpt));
        }
        Descent::new(text, self.version, self.max_depth, self.max_nodes)
    }
}
