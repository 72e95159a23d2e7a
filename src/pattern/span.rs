//! Places in the text of a pattern.

use std::ops::Range;

/// A range of bytes in the text of a pattern.
///
/// Both ends lie on character boundaries of the text that was parsed. A node that was built by hand
/// has the empty span at 0. [`Span::excerpt`] shows the line of the text that a span is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// Creates a span from `start` up to, but not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Returns the span as a range, to index the text with.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("[file:size > 100]")?;
    /// let path = pattern.paths().next().unwrap();
    /// assert_eq!(&pattern.text()[path.span.range()], "file:size");
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the length in bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte, as at the end of the text.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}
