//! The kinds of errors.

use std::fmt;

use super::span::Span;

/// The kinds of [`Error`](super::Error).
///
/// `{}` prints a short name in words, such as `unclosed bracket`. The documentation of each kind
/// shows the smallest text that causes it; `·` marks the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No pattern at all, as in the empty text.
    Empty,
    /// The text is longer than [`Parser::max_length`](super::Parser::max_length).
    TooLong {
        /// Length of the text in bytes.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// Parentheses nest deeper than [`Parser::max_depth`](super::Parser::max_depth).
    TooDeep {
        /// The limit.
        limit: u32,
    },
    /// The tree has more parts than [`Parser::max_nodes`](super::Parser::max_nodes).
    TooManyNodes {
        /// The limit.
        limit: usize,
    },

    /// A comparison outside square brackets: `·a:b = 1`.
    MissingOpenBracket,
    /// Neither `[` nor `(` where an observation has to start: `[a:b = 1] AND·`.
    ExpectedObservation,
    /// No `]`: `[a:b = 1·`.
    UnclosedBracket {
        /// The `[` that is still open.
        opened: Span,
    },
    /// No `)`: `([a:b = 1]·`.
    UnclosedGroup {
        /// The `(` that is still open.
        opened: Span,
    },
    /// No `)` after the values of `IN`: `[a:b IN (1·`.
    UnclosedSet {
        /// The `(` that is still open.
        opened: Span,
    },
    /// A `)` or `]` that closes nothing: `[a:b = 1]·]`.
    UnexpectedClose,
    /// Something else where only `AND`, `OR`, `FOLLOWEDBY`, a qualifier or the end may follow:
    /// `[a:b = 1] ·c`.
    ExpectedEnd,

    /// No comparison where one has to start: `[·]`.
    ExpectedComparison,
    /// `NOT` before a comparison, a parenthesis or an observation, or twice: `[·NOT a:b = 1]`.
    MisplacedNot,
    /// Something else where `AND`, `OR` or the closing bracket has to follow: `[a:b = 1 ·a:c = 2]`.
    ExpectedConnective,
    /// No path after `EXISTS`: `[EXISTS ·]`.
    ExpectedPath,
    /// Something after a path that was parsed on its own: `a:b· = 1`. Only
    /// [`Parser::parse_path`](super::Parser::parse_path) causes it.
    ExpectedPathEnd,
    /// No `:` after the object type: `[file·.size = 1]`.
    ExpectedColon,
    /// No property name where one has to follow: `[a: ·= 1]`.
    ExpectedProperty,
    /// A property name with a hyphen and without quotes: `[a:·b-c = 1]`.
    UnquotedProperty,
    /// A keyword where a name has to stand: `[a:·LIKE = 1]`.
    ReservedWord,
    /// Neither a number nor `*` in an index: `[a:b[·x] = 1]`.
    ExpectedIndex,
    /// An index below 0: `[a:b[·-1] = 1]`.
    NegativeIndex,
    /// No `]` after an index: `[a:b[1·= 1]`.
    UnclosedIndex {
        /// The `[` that is still open.
        opened: Span,
    },
    /// No operator after a path: `[a:b ·1]`.
    ExpectedOperator,
    /// `EXISTS` in a pattern of STIX 2.0, which has no such operator: `[·EXISTS a:b]`.
    ExistsIn20,

    /// No constant where one has to follow: `[a:b = ·]`.
    ExpectedLiteral,
    /// Something else than a string after `LIKE`, `MATCHES`, `ISSUBSET` or `ISSUPERSET`:
    /// `[a:b LIKE ·1]`.
    ExpectedString,
    /// No `(` after `IN`: `[a:b IN ·1]`.
    ExpectedSet,
    /// A boolean after an operator that orders: `[a:b < ·true]`.
    UnorderedBoolean,
    /// No quote at the end of a string: `[a:b = ·'c]`.
    UnterminatedString,
    /// A text continues right after the quote that ends it: `[a:b = 'it'·s']`.
    UnescapedQuote,
    /// A backslash before anything but a quote or a backslash: `[a:b = 'C:·\d']`.
    InvalidEscape,
    /// A string in double quotes: `[a:b = ·"c"]`.
    DoubleQuote,
    /// A typographic quote or an accent for a quote: `[a:b = ·‘c’]`.
    SmartQuote,
    /// A number of another form, such as one with an exponent or a leading zero: `[a:b = ·01]`.
    InvalidNumber,
    /// An index that does not fit into 64 bits, or a number with a fraction that is too large for a
    /// float: `[a:b[·18446744073709551616] = 1]`.
    NumberOutOfRange,
    /// A timestamp of another form: `[a:b = ·t'2014-01-13']`.
    InvalidTimestamp,
    /// A day that the calendar does not have: `[a:b = ·t'2014-02-30T00:00:00Z']`.
    NoSuchDate,
    /// An odd number of digits, or something else than digits, in `h'…'`: `[a:b = ·h'0']`.
    InvalidHex,
    /// Something else than padded Base64, or nothing, in `b'…'`: `[a:b = ·b'']`.
    InvalidBinary,

    /// No number of seconds after `WITHIN`: `[a:b = 1] WITHIN ·SECONDS`.
    ExpectedDuration,
    /// No `SECONDS` after the number: `[a:b = 1] WITHIN 5 ·MINUTES`.
    ExpectedSeconds,
    /// No whole number after `REPEATS`: `[a:b = 1] REPEATS ·1.5 TIMES`.
    ExpectedCount,
    /// No `TIMES` after the number: `[a:b = 1] REPEATS 5·`.
    ExpectedTimes,
    /// A number below 0 in a qualifier: `[a:b = 1] WITHIN ·-5 SECONDS`.
    NegativeNumber,
    /// No timestamp after `START` or `STOP`: `[a:b = 1] START ·'2014-01-13T07:03:17Z'`.
    ExpectedTimestamp,
    /// No string after `START` or `STOP` in a pattern of STIX 2.0:
    /// `[a:b = 1] START ·t'2014-01-13T07:03:17Z'`.
    ExpectedTimestampString,
    /// `START` without `STOP`: `[a:b = 1] START t'2014-01-13T07:03:17Z'·`.
    ExpectedStop,

    /// A keyword that is not in capitals, or `true` and `false` that are: `[a:b = 1 ·and a:c = 2]`.
    KeywordCase {
        /// The keyword as it has to be written.
        keyword: &'static str,
    },
    /// No `*/`: `·/* [a:b = 1]`.
    UnterminatedComment,
    /// A character that starts nothing in the language: `[a:b ·~ 1]`.
    UnexpectedCharacter,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty pattern",
            Self::TooLong { .. } => "text too long",
            Self::TooDeep { .. } => "nesting too deep",
            Self::TooManyNodes { .. } => "too many parts",
            Self::MissingOpenBracket => "missing opening bracket",
            Self::ExpectedObservation => "expected an observation",
            Self::UnclosedBracket { .. } => "unclosed bracket",
            Self::UnclosedGroup { .. } => "unclosed parenthesis",
            Self::UnclosedSet { .. } => "unclosed set",
            Self::UnexpectedClose => "unexpected closing bracket",
            Self::ExpectedEnd => "expected the end of the pattern",
            Self::ExpectedComparison => "expected a comparison",
            Self::MisplacedNot => "misplaced `NOT`",
            Self::ExpectedConnective => "expected `AND`, `OR` or a closing bracket",
            Self::ExpectedPath => "expected an object path",
            Self::ExpectedPathEnd => "expected the end of the path",
            Self::ExpectedColon => "expected a colon",
            Self::ExpectedProperty => "expected a property name",
            Self::UnquotedProperty => "property name without quotes",
            Self::ReservedWord => "reserved word",
            Self::ExpectedIndex => "expected an index",
            Self::NegativeIndex => "negative index",
            Self::UnclosedIndex { .. } => "unclosed index",
            Self::ExpectedOperator => "expected an operator",
            Self::ExistsIn20 => "`EXISTS` in STIX 2.0",
            Self::ExpectedLiteral => "expected a constant",
            Self::ExpectedString => "expected a string",
            Self::ExpectedSet => "expected a set",
            Self::UnorderedBoolean => "boolean after an ordering operator",
            Self::UnterminatedString => "unterminated string",
            Self::UnescapedQuote => "unescaped quote",
            Self::InvalidEscape => "invalid escape sequence",
            Self::DoubleQuote => "double quote",
            Self::SmartQuote => "typographic quote",
            Self::InvalidNumber => "invalid number",
            Self::NumberOutOfRange => "number out of range",
            Self::InvalidTimestamp => "invalid timestamp",
            Self::NoSuchDate => "no such date",
            Self::InvalidHex => "invalid hexadecimal",
            Self::InvalidBinary => "invalid Base64",
            Self::ExpectedDuration => "expected a number of seconds",
            Self::ExpectedSeconds => "expected `SECONDS`",
            Self::ExpectedCount => "expected a number of times",
            Self::ExpectedTimes => "expected `TIMES`",
            Self::NegativeNumber => "negative number",
            Self::ExpectedTimestamp => "expected a timestamp",
            Self::ExpectedTimestampString => "expected a timestamp as a string",
            Self::ExpectedStop => "expected `STOP`",
            Self::KeywordCase { .. } => "keyword in the wrong case",
            Self::UnterminatedComment => "unterminated comment",
            Self::UnexpectedCharacter => "unexpected character",
        })
    }
}
