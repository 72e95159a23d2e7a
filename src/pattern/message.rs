//! The messages of errors: what is wrong, and what to do about it.

use std::borrow::Cow;
use std::fmt;

use super::characters::{is_smart_quote, visible};
use super::kind::ErrorKind;
use super::span::Span;

/// The message for a fault in a text, printed as one line.
pub(super) struct Message<'e> {
    pub(super) kind: ErrorKind,
    pub(super) span: Span,
    pub(super) pattern: &'e str,
}

/// The forms that messages have. `found` stands for the part of the text that the span covers.
enum Form {
    /// `{0}`
    Plain(Cow<'static, str>),
    /// `expected {0}, found {found}; {1}`
    Expected(&'static str, Cow<'static, str>),
    /// `{0}{found}{1}`
    Around(&'static str, Cow<'static, str>),
}

fn plain(text: impl Into<Cow<'static, str>>) -> Form {
    Form::Plain(text.into())
}

fn expected(what: &'static str, advice: impl Into<Cow<'static, str>>) -> Form {
    Form::Expected(what, advice.into())
}

fn around(before: &'static str, after: impl Into<Cow<'static, str>>) -> Form {
    Form::Around(before, after.into())
}

fn unclosed(what: &'static str, construct: &str, opened: Span) -> Form {
    expected(what, format!("close the {construct} that opens at byte {}", opened.start))
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Found(self.covered());
        match self.form() {
            Form::Plain(text) => f.write_str(&text),
            Form::Expected(what, advice) => write!(f, "expected {what}, found {found}; {advice}"),
            Form::Around(before, after) => write!(f, "{before}{found}{after}"),
        }
    }
}

impl<'e> Message<'e> {
    /// The table of messages, one row for each kind. Rows whose text depends on the fault call a
    /// method below.
    fn form(&self) -> Form {
        use ErrorKind::*;

        match self.kind {
            Empty => plain("the pattern is empty; write at least one comparison in square brackets"),
            TooLong { length, limit } => plain(format!(
                "the pattern has {length} bytes and the limit is {limit}; raise `max_length` if you trust the source"
            )),
            TooDeep { limit } => plain(format!(
                "parentheses nest deeper than {limit}; remove some, or raise `max_depth` if you trust the source"
            )),
            TooManyNodes { limit } => {
                plain(format!("the pattern has more than {limit} parts; raise `max_nodes` if you trust the source"))
            }

            MissingOpenBracket => around("a comparison starts at ", " without `[`; put square brackets around it"),
            ExpectedObservation => expected("an observation", "start it with `[`"),
            UnclosedBracket { opened } => unclosed("`]`", "bracket", opened),
            UnclosedGroup { opened } => unclosed("`)`", "parenthesis", opened),
            UnclosedSet { opened } => unclosed("`,` or `)`", "set", opened),
            UnexpectedClose => around("", " closes nothing; remove it"),
            ExpectedEnd => expected("`AND`, `OR`, `FOLLOWEDBY`, a qualifier or the end", "combine or remove it"),

            ExpectedComparison => expected("a comparison", "write one such as file:name = 'a.exe'"),
            MisplacedNot => plain(
                "`NOT` may only stand before an operator or `EXISTS`; write file:size NOT = 5 or NOT EXISTS file:size",
            ),
            ExpectedConnective => expected("`AND`, `OR` or a closing bracket", "join comparisons with `AND` or `OR`"),
            ExpectedPath => expected("an object path", "write one such as file:size"),
            ExpectedPathEnd => expected("the end of the path", "remove it"),
            ExpectedColon => expected("`:`", "put a colon between object type and property, as in file:size"),
            ExpectedProperty => {
                expected("a property name", "write letters, digits and underscores, or put it in quotes")
            }
            UnquotedProperty => around("the property name ", self.quotes_for_hyphen()),
            ReservedWord => {
                around("", " is a keyword; put it in single quotes if it is a property name, and rename an object type")
            }
            ExpectedIndex => expected("an index", "write a number or `*`"),
            NegativeIndex => around("the index ", " is negative; count from 0, or write `*` for any element"),
            UnclosedIndex { opened } => unclosed("`]`", "index", opened),
            ExpectedOperator => expected("an operator", "write one such as `=`, `!=`, `IN` or `LIKE`"),
            ExistsIn20 => plain("STIX 2.0 has no `EXISTS`; parse the pattern as version 2.1"),

            ExpectedLiteral => expected("a value", "put text in single quotes"),
            ExpectedString => expected("a string", "this operator takes text in single quotes"),
            ExpectedSet => expected("`(`", "put the values of `IN` in parentheses: ('a', 'b')"),
            UnorderedBoolean => around("booleans have no order; compare ", " with `=` or `!=`"),
            UnterminatedString => plain(self.end_of_string()),
            UnescapedQuote => around("the string ends before ", r"; write a quote inside a string as \'"),
            InvalidEscape => around("", r" is no escape sequence; write a backslash as \\ and a quote as \'"),
            DoubleQuote => plain("text is in double quotes; use single quotes"),
            SmartQuote => around("", " is not a quote of the language; use the single quote '"),
            InvalidNumber => around(
                "",
                " is not a number of the language; write it without leading zeros or exponent, and text in quotes",
            ),
            NumberOutOfRange => around("the number ", " does not fit into 64 bits; write a smaller one"),
            InvalidTimestamp => {
                around("", " is not a timestamp; write it as t'2014-01-13T07:03:17Z', with `T` and `Z`")
            }
            NoSuchDate => around("the calendar has no such day: ", "; correct the date"),
            InvalidHex => around("", " is not hexadecimal; write two digits for each byte, as in h'ff00'"),
            InvalidBinary => around("", " is not Base64; write at least four symbols, padded with `=`, as in b'AA=='"),

            ExpectedDuration => expected("a number of seconds", "write WITHIN 300 SECONDS"),
            ExpectedSeconds => expected("`SECONDS`", self.converted_to_seconds()),
            ExpectedCount => expected("a whole number", "write REPEATS 5 TIMES"),
            ExpectedTimes => expected("`TIMES`", "write REPEATS 5 TIMES"),
            NegativeNumber => around("", " is negative; write a number above 0"),
            ExpectedTimestamp => expected("a timestamp", self.form_of_timestamp()),
            ExpectedTimestampString => expected(
                "a string",
                "STIX 2.0 writes START '2014-01-13T07:03:17Z', or parse the pattern as version 2.1",
            ),
            ExpectedStop => expected("`STOP`", "`START` and `STOP` go together"),

            KeywordCase { keyword } => {
                around("", format!(" is not a keyword; keywords depend on case, so write {keyword}"))
            }
            UnterminatedComment => plain("the comment that starts here does not end; add `*/`"),
            UnexpectedCharacter => around("", self.meaning_of_character()),
        }
    }

    /// The part of the text that the span covers.
    fn covered(&self) -> &'e str {
        &self.pattern[self.span.range()]
    }

    /// The text from the start of the span.
    fn rest(&self) -> &'e str {
        &self.pattern[self.span.start..]
    }

    fn quotes_for_hyphen(&self) -> String {
        let name = Found(self.covered()).to_string();
        format!(" has a hyphen; put it in single quotes: '{}'", name.trim_matches('`'))
    }

    fn end_of_string(&self) -> String {
        let rest = self.rest();
        let advice = match rest.chars().find(|character| is_smart_quote(*character)) {
            Some(quote) => {
                Cow::from(format!("`{quote}` is not a quote of the language, end it with the single quote '"))
            }
            None if rest.contains(r"\'") => r"\' is a quote inside it, so write a backslash as \\".into(),
            None => "add a single quote".into(),
        };
        format!("the string that starts here does not end; {advice}")
    }

    fn converted_to_seconds(&self) -> String {
        let advice = match self.seconds() {
            Some(seconds) => Cow::from(format!("write WITHIN {seconds} SECONDS")),
            None => "convert the number".into(),
        };
        format!("`WITHIN` counts in SECONDS only, so {advice}")
    }

    /// The number before the span, in seconds, if the span is on a well-known unit or is empty.
    fn seconds(&self) -> Option<f64> {
        let before = self.pattern[..self.span.start].trim_end();
        let digits = before.rfind(|character: char| !matches!(character, '0'..='9' | '.')).map_or(0, |last| last + 1);
        let number: f64 = before.get(digits..)?.parse().ok()?;
        let factor = match self.covered().to_ascii_uppercase().as_str() {
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

    fn form_of_timestamp(&self) -> &'static str {
        match self.rest().starts_with('\'') {
            true => "write it as t'2014-01-13T07:03:17Z', or parse the pattern as version 2.0",
            false => "write it as t'2014-01-13T07:03:17Z'",
        }
    }

    fn meaning_of_character(&self) -> String {
        let character = self.rest().chars().next().unwrap_or_default();
        let code = match character.is_ascii() {
            true => String::new(),
            false => format!(" (U+{:04X})", u32::from(character)),
        };
        let advice = match character {
            '&' => "write `AND`",
            '|' => "write `OR`",
            '!' => "write `NOT` or `!=`",
            '\u{feff}' => "remove the byte order mark",
            _ => "remove it, or put it in single quotes if it is text",
        };
        format!("{code} has no meaning here; {advice}")
    }
}

/// A part of the text in backquotes, without control characters, and cut if it is long.
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
