//! What a reader returns for each line.

use super::bad_line::BadLine;
use super::entry::Entry;

/// One line of a feed, or one item.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a line is read or it is not")]
#[expect(clippy::large_enum_variant, reason = "nearly all items are entries")]
pub enum FeedItem {
    /// The line has a value.
    Entry(Entry),
    /// The line has no value that can be recognized.
    Bad(BadLine),
}
