//! Where the values of an event are in the text that they were read from.

use super::value::Form;

/// A value as a place in text, so that the list of them can be used for one line after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The index of the rule.
    pub(super) rule: u32,
    pub(super) instance: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) form: Form,
    /// Whether the place is in the decoded text, not in the line.
    pub(super) is_decoded: bool,
}
