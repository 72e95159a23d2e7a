//! Why a line is bad.

use std::fmt;

use crate::pattern;

/// Why a line of a feed makes no entry.
///
/// `{}` prints a sentence, [`code`](Self::code) is for tables.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadLineReason {
    /// There is no value: the column or the property is empty or absent.
    Empty,
    /// The value has none of the known forms, and the feed does not say what it is.
    UnknownForm,
    /// The value may be a domain, or the name of a file: `invoice.zip`. Say in the map which type
    /// it is.
    MayBeFileName,
    /// More than one word stands where a value should.
    SeveralValues,
    /// The feed says that the value is of this type, and it has not the form.
    NotOfType(String),
    /// The feed's word for the type is not known. [`FieldMap::types`](super::FieldMap::types) can
    /// say what it means.
    UnknownType(String),
    /// A URL without a scheme. [`Field::scheme`](super::Field::scheme) can say which one is
    /// meant.
    NoScheme,
    /// No pattern can hold the value.
    Pattern(pattern::Error),
    /// Not a time, or not in the form that the map names.
    Time,
    /// Neither a number from 0 to 100 (or to the map's [`scale`](super::Field::scale)) nor a word
    /// of STIX's scale.
    Confidence,
    /// Not a level of the Traffic Light Protocol.
    Tlp,
    /// Neither a number from 0 to 5 (or to the map's [`scale`](super::Field::scale)) nor a word for
    /// a severity.
    Severity,
    /// Neither `true`, `yes` or `1` nor `false`, `no` or `0`.
    Flag,
    /// None of the paths of [`FieldMap::inside`](super::FieldMap::inside) leads to a list.
    NothingInside,
    /// `valid_until` is not later than `valid_from`.
    EndBeforeStart,
    /// The line has more columns than the header, so that nobody knows which is which.
    Columns {
        /// How many the header has.
        expected: usize,
        /// How many the line has.
        found: usize,
    },
    /// A quote opens, and no quote closes.
    UnclosedQuote,
    /// The JSON there is a list or an object, and not text or a number.
    Shape,
    /// Not JSON, in the parser's words.
    Json(String),
    /// Not UTF-8.
    Encoding,
    /// Longer than [`FeedReader::with_max_item_bytes`](super::FeedReader::with_max_item_bytes).
    TooLong,
}

impl BadLineReason {
    /// Returns the reason in lower case, with underscores.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownForm => "unknown_form",
            Self::MayBeFileName => "may_be_file_name",
            Self::SeveralValues => "several_values",
            Self::NotOfType(_) => "not_of_type",
            Self::UnknownType(_) => "unknown_type",
            Self::NoScheme => "no_scheme",
            Self::Pattern(_) => "pattern",
            Self::Time => "time",
            Self::Confidence => "confidence",
            Self::Tlp => "tlp",
            Self::Severity => "severity",
            Self::Flag => "flag",
            Self::NothingInside => "nothing_inside",
            Self::EndBeforeStart => "end_before_start",
            Self::Columns { .. } => "columns",
            Self::UnclosedQuote => "unclosed_quote",
            Self::Shape => "shape",
            Self::Json(_) => "json",
            Self::Encoding => "encoding",
            Self::TooLong => "too_long",
        }
    }
}

impl fmt::Display for BadLineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no value",
            Self::UnknownForm => "the value has no known form",
            Self::MayBeFileName => "a file may have this name, and a domain too: the map has to say the type",
            Self::SeveralValues => "more than one value",
            Self::NotOfType(name) => return write!(f, "the value has not the form of its type, {name}"),
            Self::UnknownType(word) => return write!(f, "no known type: {word}"),
            Self::NoScheme => "a URL without a scheme",
            Self::Pattern(_) => "no pattern can hold the value",
            Self::Time => "not a time",
            Self::Confidence => "not a confidence from 0 to 100",
            Self::Tlp => "not a level of the Traffic Light Protocol",
            Self::Severity => "not a severity",
            Self::Flag => "neither true nor false",
            Self::NothingInside => "the paths in `inside` lead to no list",
            Self::EndBeforeStart => "it ends before it begins",
            Self::Columns { expected, found } => return write!(f, "{found} columns under a header of {expected}"),
            Self::UnclosedQuote => "a quote that does not close",
            Self::Shape => "a list or an object where text was expected",
            Self::Json(error) => return write!(f, "not JSON: {error}"),
            Self::Encoding => "not UTF-8",
            Self::TooLong => "longer than the limit",
        })
    }
}

impl std::error::Error for BadLineReason {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pattern(error) => Some(error),
            _ => None,
        }
    }
}
