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

/// A part of the line, or of the text that was decoded from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) is_decoded: bool,
}

impl Slice {
    pub(super) fn of<'a>(self, line: &'a str, decoded: &'a str) -> &'a str {
        let source = if self.is_decoded { decoded } else { line };
        // OK because slices are made of places between characters that are there.
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The slice of a part of its text.
    pub(super) fn part(self, start: usize, end: usize) -> Self {
        // OK because lines are shorter than 4 GiB.
        Self { start: self.start + start as u32, end: self.start + end as u32, ..self }
    }
}
