//! Lines that make no entry.

use std::fmt;

use super::bad_line_reason::BadLineReason;

/// A line that makes no entry.
///
/// `{}` prints one line for people: the place, the reason, and the text.
///
/// [`FeedReader`](super::FeedReader) returns them between the entries; see its example.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadLine {
    /// The number of the line, from 1. For an item of several lines, the number of the first.
    pub line: u64,
    /// The name of the field that is at fault, as in a map; `None` if it is not a single field.
    pub field: Option<&'static str>,
    /// The number of the column that the field is in, from 1, if it is in one.
    pub column: Option<usize>,
    /// The name of that column, or the path of the property, if it is in one.
    pub name: Option<String>,
    /// What is wrong.
    pub reason: BadLineReason,
    /// The text of the field, or of the line. Long text is cut; text that is not UTF-8 is converted
    /// with replacement characters.
    pub text: String,
}

impl BadLine {
    /// Of a line this much is kept.
    const MAX_TEXT: usize = 200;

    pub(super) fn new(line: u64, field: Option<&'static str>, reason: BadLineReason, text: &[u8]) -> Self {
        let mut text = String::from_utf8_lossy(&text[..text.len().min(Self::MAX_TEXT + 4)]).into_owned();
        while text.len() > Self::MAX_TEXT {
            text.pop();
        }
        Self { line, field, column: None, name: None, reason, text }
    }

    /// The same with its place.
    pub(super) fn at(self, column: Option<usize>, name: Option<&str>) -> Self {
        Self { column, name: name.map(str::to_owned), ..self }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        if let Some(name) = self.name.as_deref().filter(|name| !name.is_empty()) {
            write!(f, " `{}`", printable(name))?;
        }
        if let Some(field) = self.field.filter(|field| *field != "value") {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.reason)?;
        if !self.text.is_empty() {
            write!(f, ": {}", printable(&self.text).trim())?;
        }
        Ok(())
    }
}

/// For a terminal: characters that control it become blanks.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
