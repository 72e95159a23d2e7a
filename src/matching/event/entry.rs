//! Where the values of an event are in the text that they were read from.

use super::value::Form;

/// A value as a place in text, so that the list of them can be used for one line after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The index of the rule.
    pub(super) rule: u32,
    pub(super) instance: u32,
    pub(super) slice: Slice,
    pub(super) form: Form,
}

/// A part of the text of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) source: Source,
}

/// Which text a slice is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The line.
    Line,
    /// What was decoded from the line.
    Decoded,
    /// What was made of values, for example URLs of a host and a path.
    Made,
}

/// The texts of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts<'a> {
    pub(super) line: &'a str,
    pub(super) decoded: &'a str,
    pub(super) made: &'a str,
}

impl<'a> Texts<'a> {
    #[inline]
    pub(super) fn get(self, slice: Slice) -> &'a str {
        let source = match slice.source {
            Source::Line => self.line,
            Source::Decoded => self.decoded,
            Source::Made => self.made,
        };
        // OK because slices are made of places between characters that are there.
        source.get(slice.start as usize..slice.end as usize).unwrap_or_default()
    }
}

impl Slice {
    pub(super) fn new(start: usize, end: usize, source: Source) -> Self {
        // OK because the limits of lines and of joined values keep all text below 4 GiB.
        Self { start: start as u32, end: end as u32, source }
    }

    /// The slice of a part of its text.
    #[inline]
    pub(super) fn part(self, start: usize, end: usize) -> Self {
        Self { start: self.start + start as u32, end: self.start + end as u32, source: self.source }
    }
}
