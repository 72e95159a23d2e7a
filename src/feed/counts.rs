//! What a reader has seen.

use std::fmt;

/// How many lines and items a [`FeedReader`](super::FeedReader) has seen.
///
/// In a list of one value a line, `entries`, `bad`, `skipped` and `comments` add up to the lines. A
/// line or item with several values makes as many entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FeedCounts {
    /// Entries that were returned.
    pub entries: u64,
    /// Bad lines that were returned.
    pub bad: u64,
    /// Items that the map's [`conditions`](super::FieldMap::conditions) exclude.
    pub skipped: u64,
    /// Lines without an item: blank lines, comments, and names of columns.
    pub comments: u64,
    /// Fields of entries that were [set aside](super::Entry::set_aside).
    pub set_aside: u64,
}

/// Something odd about a whole feed, which is reported once.
///
/// ```
/// use stixkit::feed::{FeedNote, FeedReader, FieldMap, Format};
///
/// let mut reader = FeedReader::new(FieldMap::new(Format::List), &b"198.51.100.7\r198.51.100.8\r"[..])?;
/// assert_eq!(reader.by_ref().count(), 2);
/// assert!(reader.notes().eq([FeedNote::CrLineEnds]));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FeedNote {
    /// Lines end in CR alone.
    CrLineEnds,
    /// There are lines of NUL characters, as after a crash. They count as blank.
    NulLines,
    /// In JSON lines, items are followed by commas, or the lines of a list are around them.
    JsonCommas,
    /// Text that is not UTF-8 was read as Windows-1252.
    Windows1252,
}

impl FeedNote {
    pub(super) const ALL: [Self; 4] = [Self::CrLineEnds, Self::NulLines, Self::JsonCommas, Self::Windows1252];

    /// Returns the note in lower case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CrLineEnds => "cr_line_ends",
            Self::NulLines => "nul_lines",
            Self::JsonCommas => "json_commas",
            Self::Windows1252 => "windows_1252",
        }
    }
}

impl fmt::Display for FeedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CrLineEnds => "lines end in CR alone",
            Self::NulLines => "lines of NUL characters were taken for blank ones",
            Self::JsonCommas => "the JSON lines have the commas or brackets of a list",
            Self::Windows1252 => "text that is not UTF-8 was read as Windows-1252",
        })
    }
}
