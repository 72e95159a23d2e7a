//! After an object that is not JSON: where does the next one begin?
//!
//! Two answers are looked for side by side, and the first in the text is taken.
//!
//! 1. The brackets of the broken object close. Right after a fault such as a doubled comma, but not
//!    where a quote was lost: from there on strings and structure are mistaken for each other.
//! 2. The bytes `{"key":` begin an object with a `type` and an `id`. Inside a JSON string the
//!    quotes would be escaped, so these bytes are structure, whatever came before; and what STIX
//!    nests in an object has no `id` of its own, except as the value of a key.
//!
//! Both walk forward in step, so the time is linear in what is given up, however much follows.

use memchr::memchr;

use crate::json::scan::{Lexer, Token, TokenKind, is_whitespace, skip_whitespace, string_end};

/// The tokens from `at` on.
fn tokens(bytes: &[u8], at: usize) -> impl Iterator<Item = Token> + '_ {
    let tokens = Lexer::new(bytes, at);
    #[cfg(test)]
    let tokens = tokens.inspect(|token| tests::LEXED.set(tests::LEXED.get() + token.end - token.start));
    tokens
}

/// The first offset after a broken element, which starts at 0. `fault` is where the parser gave up.
/// `None` where the bytes end first. Unless `is_all`, more bytes may come: then `None` too where
/// they might change the answer.
pub(super) fn element_end(bytes: &[u8], fault: usize, in_list: bool, is_all: bool) -> Option<usize> {
    let mut brackets = Brackets { tokens: tokens(bytes, 0), depth: 0, in_list, at: 0 };
    let mut starts = Starts { bytes, at: last_string_start(bytes, fault).max(1), is_all, is_undecided: false };
    loop {
        let (found, end) = match brackets.step() {
            Step::Ended(end) => (starts.next_before(end), Some(end)),
            Step::On(at) => (starts.next_before(at), None),
            // The brackets are of no more help; an object may still start in what is left.
            Step::OutOfBytes => return starts.next_before(bytes.len()),
        };
        if starts.is_undecided {
            return None;
        }
        if let Some(end) = found.or(end) {
            return Some(end);
        }
    }
}

/// Where an object with type and id starts in `bytes`, from `from` on. `is_all` as for
/// [`element_end`].
pub(super) fn object_start(bytes: &[u8], from: usize, is_all: bool) -> Option<usize> {
    Starts { bytes, at: from.max(1), is_all, is_undecided: false }.next_before(bytes.len())
}

/// The start of the last string that begins before `fault`: a string that lost its end may have
/// swallowed the start of the next object.
fn last_string_start(bytes: &[u8], fault: usize) -> usize {
    tokens(bytes, 0)
        .take_while(|token| token.start < fault)
        .filter(|token| matches!(token.kind, TokenKind::String | TokenKind::OpenString))
        .last()
        .map_or(fault.min(bytes.len()), |token| token.start)
}

enum Step {
    Ended(usize),
    On(usize),
    OutOfBytes,
}

struct Brackets<T> {
    tokens: T,
    depth: usize,
    in_list: bool,
    at: usize,
}

impl<T: Iterator<Item = Token>> Brackets<T> {
    fn step(&mut self) -> Step {
        let Some(token) = self.tokens.next() else { return Step::OutOfBytes };
        self.at = token.end;
        match token.kind {
            TokenKind::Open(_) => self.depth += 1,
            TokenKind::Close(_) | TokenKind::Comma if self.depth == 0 && self.in_list => {
                return Step::Ended(token.start);
            }
            TokenKind::Close(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && !self.in_list {
                    return Step::Ended(token.end);
                }
            }
            TokenKind::OpenString => return Step::OutOfBytes,
            _ => {}
        }
        Step::On(token.end)
    }
}

struct Starts<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether no bytes follow.
    is_all: bool,
    /// Whether it takes more bytes to tell.
    is_undecided: bool,
}

impl Starts<'_> {
    /// The next start in front of `limit`.
    fn next_before(&mut self, limit: usize) -> Option<usize> {
        while self.at < limit {
            let Some(start) = memchr(b'{', &self.bytes[self.at..limit]).map(|found| self.at + found) else {
                self.at = limit;
                return None;
            };
            self.at = start + 1;
            if is_value_of_key(self.bytes, start) {
                continue;
            }
            let look = match is_key_start(self.bytes, start) {
                Some(false) => continue,
                Some(true) => look_into(self.bytes, start),
                None => Look::OutOfBytes(start + 1),
            };
            match look {
                Look::Object => return Some(start),
                // It was lexed in step, so nothing that starts inside it is a start of its own.
                Look::Other(end) => self.at = end.max(self.at),
                Look::OutOfBytes(end) if self.is_all => self.at = end.max(self.at),
                Look::OutOfBytes(_) => {
                    self.is_undecided = true;
                    return None;
                }
            }
        }
        None
    }
}

/// `{`, a string, `:`. `None` where the bytes end before.
fn is_key_start(bytes: &[u8], start: usize) -> Option<bool> {
    let quote = skip_whitespace(bytes, start + 1);
    if *bytes.get(quote)? != b'"' {
        return Some(false);
    }
    let end = string_end(bytes, quote)?;
    bytes.get(skip_whitespace(bytes, end)).map(|byte| *byte == b':')
}

/// Whether a colon is in front. Not at the start of a line: there it ends a record of an NDJSON
/// file.
fn is_value_of_key(bytes: &[u8], start: usize) -> bool {
    let before = bytes[..start].iter().rposition(|byte| !is_whitespace(*byte));
    before.is_some_and(|before| bytes[before] == b':') && !matches!(bytes[start - 1], b'\n' | b'\r')
}

enum Look {
    /// It has a `type` and an `id`, both strings.
    Object,
    /// It ends without, or is broken before: where.
    Other(usize),
    /// The bytes end before it does: from where to look on if none follow.
    OutOfBytes(usize),
}

fn look_into(bytes: &[u8], start: usize) -> Look {
    let (mut has_type, mut has_id) = (false, false);
    let mut depth = 0_usize;
    let mut previous = TokenKind::Comma;
    let mut key: &[u8] = &[];
    let mut last_string = start + 1;
    for token in tokens(bytes, start) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Look::Other(token.end);
                }
            }
            TokenKind::String => {
                // Two values without a comma, or text behind a string: a quote is missing here too.
                if matches!(previous, TokenKind::String | TokenKind::Scalar) {
                    return Look::Other(last_string);
                }
                last_string = token.end - 1;
                match (depth, previous) {
                    (1, TokenKind::Colon) => {
                        has_type |= key == b"\"type\"";
                        has_id |= key == b"\"id\"";
                    }
                    (1, _) => key = &bytes[token.start..token.end],
                    _ => {}
                }
            }
            TokenKind::Scalar if previous == TokenKind::String => return Look::Other(last_string),
            TokenKind::OpenString => return Look::OutOfBytes(token.start),
            _ => {}
        }
        if has_type && has_id {
            return Look::Object;
        }
        previous = token.kind;
    }
    Look::OutOfBytes(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        /// How many bytes the tokens had.
        pub(super) static LEXED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    const NEXT: &str = r#"{"type":"identity","id":"identity--1","name":"next"}"#;

    /// Where the element ends, as what follows it.
    fn rest(broken: &str) -> String {
        let text = format!("{broken},{NEXT},{NEXT}]");
        let fault = serde_json::from_str::<Vec<serde_json::Value>>(&format!("[{text}"))
            .expect_err("the case is broken")
            .column()
            .saturating_sub(2);
        let end = element_end(text.as_bytes(), fault, true, true).expect("there is a next object");
        text[end..].to_owned()
    }

    #[test]
    fn brackets_lead_on_where_no_quote_is_lost() {
        for broken in [
            r#"{"type":"a","id":"b",,"name":"c"}"#,
            r#"{"type":"a","id":"b","name":"c",}"#,
            r#"{"type":"a","x":[{"id":1,,"type":"b"},{"y":2}],"id":"b"}"#,
            r#"{"type":"a","id":"b","name":NaN}"#,
            r#"{"type":"a","id":"b" "name":"c"}"#,
            r#"{"type":"a","id":"b","name" "c"}"#,
            r#"{"type":"a","id":"b","name":"\q"}"#,
            r#"{'type':'a','id':'b'}"#,
            "undefined",
        ] {
            assert_eq!(rest(broken), format!(",{NEXT},{NEXT}]"), "{broken}");
        }
    }

    #[test]
    fn an_object_start_leads_on_where_a_quote_or_a_bracket_is_lost() {
        for broken in [
            r#"{"type":"a","id":"b","name":"c,"pattern":"[d = 'e']","x":"f"}"#,
            r#"{"type":"a","id":"b","name":"c"#,
            r#"{"type":"a","id":"b","name":"#,
            r#"{"type":"a","id":"b","x":{"y":1}"#,
            r#"{"type":"a","id":"b","x":["y"}"#,
        ] {
            assert_eq!(rest(broken), format!("{NEXT},{NEXT}]"), "{broken}");
        }
    }

    #[test]
    fn text_after_a_string_is_a_lost_quote() {
        for text in
            [format!(r#" {{"x":"a" b {NEXT}"#), format!(r#" {{"x":"a" "b" {NEXT}"#), format!(r#" {{"x":1 "b" {NEXT}"#)]
        {
            assert_eq!(object_start(text.as_bytes(), 0, true), text.find(NEXT), "{text}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for unit in ["{\"a\":", "{\"a\":{\"b\":", ",{\"type\":\"", "{\"a\":[1,", "\",{\"a\":", "{\"type\":\"x\","] {
            let text = unit.repeat(2_000_000 / unit.len());
            LEXED.set(0);
            element_end(text.as_bytes(), 5, true, true);
            object_start(text.as_bytes(), 0, true);
            // The text up to the fault, the brackets, and the starts of objects, in both functions.
            assert!(LEXED.get() <= 4 * text.len(), "{unit}: {} bytes of {}", LEXED.get(), text.len());
        }
    }
}
