//! How a feed is written.

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// One value a line, or columns with a [`Delimiter`] between and without quotes.
    List,
    /// Records of columns, with quotes (RFC 4180). Reading it takes the feature `csv`.
    Csv,
    /// A JSON document that holds the items, or several one after the other.
    Json,
    /// One JSON item a line.
    JsonLines,
}

impl Format {
    pub(super) const ALL: [Self; 4] = [Self::List, Self::Csv, Self::Json, Self::JsonLines];

    /// Returns the format as a field map names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }
}

/// Where the names of columns are.
///
/// A [`FieldMap`](super::FieldMap) has it; in JSON its key is `header`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Header {
    /// In the first record. A list may begin with the name of its one column.
    #[default]
    First,
    /// In the last comment before the first record.
    Comment,
    /// Nowhere: columns have numbers.
    None,
}

/// What is between the columns of a line.
///
/// A [`FieldMap`](super::FieldMap) has it; in JSON its key is `delimiter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Delimiter {
    /// The line is one column. Only in a list.
    None,
    /// This character.
    Char(char),
    /// Any number of blanks and tabs, as in a hosts file. Only in a list.
    Whitespace,
}

/// How text that is not UTF-8 is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// It makes the line bad.
    #[default]
    Utf8,
    /// As Windows-1252, which includes Latin-1. Lines that are UTF-8 are read as UTF-8.
    Windows1252,
}
