//! Long texts, which only one row of an indicator has.

/// Longer texts are in the first row of an indicator only, so that an indicator with many values
/// and a long pattern does not grow with the product of the two.
const MOST_BYTES: usize = 4096;

/// Whether a text is short enough for all rows.
pub(super) const fn is_short(text: &str) -> bool {
    text.len() <= MOST_BYTES
}

/// Returns the text in the first row, and in the others if it is short.
pub(super) fn once(is_first: bool, text: &str) -> Option<&str> {
    (is_first || is_short(text)).then_some(text)
}
