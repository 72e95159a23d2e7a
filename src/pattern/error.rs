//! Why a text is not a pattern, and where.

use std::fmt;

use super::ast::Span;
use super::excerpt::{Excerpt, visible};

/// Why a text is not a pattern, and where.
///
/// `{}` prints one line: what is wrong and what to do about it. `{:#}` prints that line with the place, the line of
/// the pattern and a marker under the fault:
///
/// ```
/// use stixkit::pattern::{ErrorKind, Pattern};
///
/// let error = Pattern::parse("[file:hashes.SHA-256 = 'ab']").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnquotedProperty);
/// assert_eq!(&error.pattern()[error.span().range()], "SHA-256");
/// assert_eq!(
///     format!("{error:#}"),
///     "\
/// the property name `SHA-256` has a hyphen; put it in single quotes: 'SHA-256'
///  --> line 1, column 14
///   |
/// 1 | [file:hashes.SHA-256 = 'ab']
///   |              ^^^^^^^",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    span: Span,
    pattern: String,
}

impl Error {
    #[cold]
    pub(super) fn new(kind: ErrorKind, span: Span, pattern: &str) -> Self {
        Self(Box::new(Inner { kind, span, pattern: pattern.to_owned() }))
    }

    /// What is wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The text that was parsed; only its first bytes where the kind is [`ErrorKind::TooLong`].
    pub fn pattern(&self) -> &str {
        &self.0.pattern
    }

    /// Where it is wrong, as a place in [`pattern`](Self::pattern). Empty where something is missing at the end.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// Line and column where the span starts, both counted from 1, the column in characters.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let error = Pattern::parse("[file:name = 'ä' OR\n file:name = x]").unwrap_err();
    /// assert_eq!(error.line_column(), (2, 14));
    /// ```
    pub fn line_column(&self) -> (usize, usize) {
        self.excerpt().line_column()
    }

    fn excerpt(&self) -> Excerpt<'_> {
        self.0.span.excerpt(&self.0.pattern)
    }

    /// The part of the text that the span covers, quoted, without control characters, and cut where it is long.
    fn found(&self) -> Found<'_> {
        Found(&self.0.pattern[self.0.span.range()])
    }

    /// The number before the span, in seconds, if the span is on a unit that everybody knows or has none.
    fn seconds(&self) -> Option<f64> {
        let before = self.0.pattern[..self.0.span.start].trim_end();
        let digits = before.rfind(|character: char| !matches!(character, '0'..='9' | '.')).map_or(0, |last| last + 1);
        let number: f64 = before.get(digits..)?.parse().ok()?;
        let factor = match self.0.pattern[self.0.span.range()].to_ascii_uppercase().as_str() {
            "" | "S" | "SEC" | "SECS" | "SECOND" => 1.0,
            "MIN" | "MINS" | "MINUTE" | "MINUTES" => 60.0,
            "H" | "HR" | "HRS" | "HOUR" | "HOURS" => 3_600.0,
            "D" | "DAY" | "DAYS" => 86_400.0,
            "WEEK" | "WEEKS" => 604_800.0,
            _ => return None,
        };
        // Hides the error of 0.1 and its like. A number with an exponent would be no help.
        let seconds = (number * factor * 1e3).round() / 1e3;
        (seconds < 1e15).then_some(seconds)
    }
}

/// Whether the character is a quote in print, or an accent that passes for one, and nothing in the language.
pub(super) fn is_smart_quote(character: char) -> bool {
    matches!(character, '‘' | '’' | '‚' | '‛' | '“' | '”' | '„' | '‟' | '`' | '´' | '′' | '＇')
}

struct Found<'a>(&'a str);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        if self.0.is_empty() {
            return f.write_str("the end of the pattern");
        }
        f.write_str("`")?;
        for character in self.0.chars().take(LONGEST) {
            fmt::Write::write_char(f, visible(character))?;
        }
        if self.0.chars().nth(LONGEST).is_some() {
            f.write_str("…")?;
        }
        f.write_str("`")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("span", &self.0.span)
            .field("pattern", &self.0.pattern)
            .finish()
    }
}

impl std::error::Error for Error {}

/// What is wrong with a text that is not a pattern.
///
/// Each kind shows the smallest text that causes it; `·` marks the place.
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
    /// Something else where only `AND`, `OR`, `FOLLOWEDBY`, a qualifier or the end may follow: `[a:b = 1] ·c`.
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
    /// Something else than a string after `LIKE`, `MATCHES`, `ISSUBSET` or `ISSUPERSET`: `[a:b LIKE ·1]`.
    ExpectedString,
    /// No `(` after `IN`: `[a:b IN ·1]`.
    ExpectedSet,
    /// A boolean after an operator that orders: `[a:b < ·true]`.
    UnorderedBoolean,
    /// No quote at the end of a string: `[a:b = ·'c]`.
    UnterminatedString,
    /// A text goes on right after the quote that ends it: `[a:b = 'it'·s']`.
    UnescapedQuote,
    /// A backslash before anything but a quote or a backslash: `[a:b = 'C:·\d']`.
    InvalidEscape,
    /// A string in double quotes: `[a:b = ·"c"]`.
    DoubleQuote,
    /// A typographic quote or an accent for a quote: `[a:b = ·‘c’]`.
    SmartQuote,
    /// A number of another form, such as one with an exponent or a leading zero: `[a:b = ·01]`.
    InvalidNumber,
    /// A whole number that does not fit into 64 bits, or a number with a fraction that is too large for a float:
    /// `[a:b = ·9223372036854775808]`.
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
    /// No string after `START` or `STOP` in a pattern of STIX 2.0: `[a:b = 1] START ·t'2014-01-13T07:03:17Z'`.
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ErrorKind::*;

        let found = self.found();
        match self.kind() {
            Empty => f.write_str("the pattern is empty; write at least one comparison in square brackets"),
            TooLong { length, limit } => write!(
                f,
                "the pattern has {length} bytes and the limit is {limit}; raise `max_length` if you trust the source"
            ),
            TooDeep { limit } => write!(
                f,
                "parentheses nest deeper than {limit}; remove some, or raise `max_depth` if you trust the source"
            ),
            TooManyNodes { limit } => {
                write!(f, "the pattern has more than {limit} parts; raise `max_nodes` if you trust the source")
            }
            MissingOpenBracket => {
                write!(f, "a comparison starts at {found} without `[`; put square brackets around it")
            }
            ExpectedObservation => write!(f, "expected an observation, found {found}; start it with `[`"),
            UnclosedBracket { opened } => {
                write!(f, "expected `]`, found {found}; close the bracket that opens at byte {}", opened.start)
            }
            UnclosedGroup { opened } => {
                write!(f, "expected `)`, found {found}; close the parenthesis that opens at byte {}", opened.start)
            }
            UnclosedSet { opened } => {
                write!(f, "expected `,` or `)`, found {found}; close the set that opens at byte {}", opened.start)
            }
            UnexpectedClose => write!(f, "{found} closes nothing; remove it"),
            ExpectedEnd => write!(
                f,
                "expected `AND`, `OR`, `FOLLOWEDBY`, a qualifier or the end, found {found}; combine or remove it"
            ),
            ExpectedComparison => {
                write!(f, "expected a comparison, found {found}; write one such as file:name = 'a.exe'")
            }
            MisplacedNot => f.write_str(
                "`NOT` may only stand before an operator or `EXISTS`; write file:size NOT = 5 or NOT EXISTS file:size",
            ),
            ExpectedConnective => write!(
                f,
                "expected `AND`, `OR` or a closing bracket, found {found}; join comparisons with `AND` or `OR`"
            ),
            ExpectedPath => write!(f, "expected an object path, found {found}; write one such as file:size"),
            ExpectedPathEnd => write!(f, "expected the end of the path, found {found}; remove it"),
            ExpectedColon => {
                write!(f, "expected `:`, found {found}; put a colon between object type and property, as in file:size")
            }
            ExpectedProperty => write!(
                f,
                "expected a property name, found {found}; write letters, digits and underscores, or put it in quotes"
            ),
            UnquotedProperty => write!(
                f,
                "the property name {found} has a hyphen; put it in single quotes: {}",
                Quoted(&self.0.pattern[self.0.span.range()])
            ),
            ReservedWord => write!(
                f,
                "{found} is a keyword; put it in single quotes if it is a property name, and rename an object type"
            ),
            ExpectedIndex => write!(f, "expected an index, found {found}; write a number or `*`"),
            NegativeIndex => write!(f, "the index {found} is negative; count from 0, or write `*` for any element"),
            UnclosedIndex { opened } => {
                write!(f, "expected `]`, found {found}; close the index that opens at byte {}", opened.start)
            }
            ExpectedOperator => {
                write!(f, "expected an operator, found {found}; write one such as `=`, `!=`, `IN` or `LIKE`")
            }
            ExistsIn20 => f.write_str("STIX 2.0 has no `EXISTS`; parse the pattern as version 2.1"),
            ExpectedLiteral => write!(f, "expected a value, found {found}; put text in single quotes"),
            ExpectedString => write!(f, "expected a string, found {found}; this operator takes text in single quotes"),
            ExpectedSet => write!(f, "expected `(`, found {found}; put the values of `IN` in parentheses: ('a', 'b')"),
            UnorderedBoolean => write!(f, "booleans have no order; compare {found} with `=` or `!=`"),
            UnterminatedString => {
                let rest = &self.0.pattern[self.0.span.start..];
                f.write_str("the string that starts here does not end; ")?;
                match rest.chars().find(|character| is_smart_quote(*character)) {
                    Some(quote) => {
                        write!(f, "`{quote}` is not a quote of the language, end it with the single quote '")
                    }
                    None if rest.contains(r"\'") => f.write_str(r"\' is a quote inside it, so write a backslash as \\"),
                    None => f.write_str("add a single quote"),
                }
            }
            UnescapedQuote => write!(f, r"the string ends before {found}; write a quote inside a string as \'"),
            InvalidEscape => write!(f, r"{found} is no escape sequence; write a backslash as \\ and a quote as \'"),
            DoubleQuote => f.write_str("text is in double quotes; use single quotes"),
            SmartQuote => write!(f, "{found} is not a quote of the language; use the single quote '"),
            InvalidNumber => write!(
                f,
                "{found} is not a number of the language; write it without leading zeros or exponent, and text in quotes"
            ),
            NumberOutOfRange => {
                write!(f, "the number {found} does not fit into 64 bits; put it in single quotes if it is text")
            }
            InvalidTimestamp => {
                write!(f, "{found} is not a timestamp; write it as t'2014-01-13T07:03:17Z', with `T` and `Z`")
            }
            NoSuchDate => write!(f, "the calendar has no such day: {found}; correct the date"),
            InvalidHex => write!(f, "{found} is not hexadecimal; write two digits for each byte, as in h'ff00'"),
            InvalidBinary => {
                write!(f, "{found} is not Base64; write at least four symbols, padded with `=`, as in b'AA=='")
            }
            ExpectedDuration => write!(f, "expected a number of seconds, found {found}; write WITHIN 300 SECONDS"),
            ExpectedSeconds => {
                write!(f, "expected `SECONDS`, found {found}; `WITHIN` counts in SECONDS only, so ")?;
                match self.seconds() {
                    Some(seconds) => write!(f, "write WITHIN {seconds} SECONDS"),
                    None => f.write_str("convert the number"),
                }
            }
            ExpectedCount => write!(f, "expected a whole number, found {found}; write REPEATS 5 TIMES"),
            ExpectedTimes => write!(f, "expected `TIMES`, found {found}; write REPEATS 5 TIMES"),
            NegativeNumber => write!(f, "{found} is negative; write a number above 0"),
            ExpectedTimestamp => write!(
                f,
                "expected a timestamp, found {found}; write it as t'2014-01-13T07:03:17Z'{}",
                if self.0.pattern[self.0.span.start..].starts_with('\'') {
                    ", or parse the pattern as version 2.0"
                } else {
                    ""
                }
            ),
            ExpectedTimestampString => write!(
                f,
                "expected a string, found {found}; STIX 2.0 writes START '2014-01-13T07:03:17Z', \
                 or parse the pattern as version 2.1"
            ),
            ExpectedStop => write!(f, "expected `STOP`, found {found}; `START` and `STOP` go together"),
            KeywordCase { keyword } => {
                write!(f, "{found} is not a keyword; keywords depend on case, so write {keyword}")
            }
            UnterminatedComment => f.write_str("the comment that starts here does not end; add `*/`"),
            UnexpectedCharacter => {
                let character = self.0.pattern[self.0.span.start..].chars().next().unwrap_or_default();
                write!(f, "{found}")?;
                if !character.is_ascii() {
                    write!(f, " (U+{:04X})", u32::from(character))?;
                }
                let advice = match character {
                    '&' => "write `AND`",
                    '|' => "write `OR`",
                    '!' => "write `NOT` or `!=`",
                    '\u{feff}' => "remove the byte order mark",
                    _ => "remove it, or put it in single quotes if it is text",
                };
                write!(f, " has no meaning here; {advice}")
            }
        }?;
        if f.alternate() {
            let excerpt = self.excerpt();
            // The arrow points from above the bar.
            let margin = excerpt.line_column().0.to_string().len();
            write!(f, "\n{:margin$}--> {excerpt}", "")?;
        }
        Ok(())
    }
}

/// A name as a string of the language, cut like [`Found`].
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Found(self.0).to_string();
        write!(f, "'{}'", text.trim_matches('`'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, range: std::ops::Range<usize>) -> Error {
        Error::new(ErrorKind::UnexpectedCharacter, range.into(), text)
    }

    #[test]
    fn is_one_word_wide() {
        // A `Result` with this error is as wide as its value, and the parser returns one for each token.
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn is_shared_between_threads() {
        fn check<T: Send + Sync + std::error::Error + 'static>() {}
        check::<Error>();
    }

    #[test]
    fn control_characters_are_not_printed() {
        let shown = error("\u{1b}[2J\u{202e}\r", 0..8).to_string();
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{shown:?}");
    }

    #[test]
    fn text_in_messages_is_cut() {
        let text = "x".repeat(1000);
        assert!(error(&text, 0..1000).to_string().len() < 150);
    }
}
