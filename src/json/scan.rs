//! Lexical JSON: what the slow paths need to say where something is, in linear time and without
//! recursion.
//!
//! Nothing here checks that text is JSON; `serde_json` does that. These functions find ends, depths
//! and places, also in text that is broken.

use std::borrow::Cow;

use memchr::memchr2;

/// Deeper levels are counted but not remembered, so that a bomb of brackets costs no memory.
const MAX_TRACKED_DEPTH: usize = 128;

/// A token and the bytes it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Open(u8),
    Close(u8),
    Colon,
    Comma,
    String,
    /// A string that the input ends in.
    OpenString,
    /// A number, a literal, or anything else up to the next delimiter.
    Scalar,
}

/// Splits bytes into tokens. Total: every byte that is not white space belongs to a token.
#[derive(Debug)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = skip_whitespace(self.bytes, self.at);
        let byte = *self.bytes.get(start)?;
        let (kind, end) = match byte {
            b'{' | b'[' => (TokenKind::Open(byte), start + 1),
            b'}' | b']' => (TokenKind::Close(byte), start + 1),
            b':' => (TokenKind::Colon, start + 1),
            b',' => (TokenKind::Comma, start + 1),
            b'"' => match string_end(self.bytes, start) {
                Some(end) => (TokenKind::String, end),
                None => (TokenKind::OpenString, self.bytes.len()),
            },
            _ => {
                let delimiter =
                    |byte: &u8| matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"') || is_whitespace(*byte);
                let len = self.bytes[start..].iter().position(delimiter);
                (TokenKind::Scalar, len.map_or(self.bytes.len(), |len| start + len))
            }
        };
        self.at = end;
        Some(Token { kind, start, end })
    }
}

pub(crate) fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

pub(crate) fn skip_whitespace(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| is_whitespace(*byte)) {
        at += 1;
    }
    at
}

/// The end of the string that opens at `at`, behind its closing quote.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The deepest nesting in `text`: 1 for `[]`, 0 for a scalar.
pub(crate) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in Lexer::new(text.as_bytes(), 0) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The first string in `text` that is longer than `max` bytes as written.
pub(crate) fn long_string(text: &str, max: usize) -> Option<Token> {
    Lexer::new(text.as_bytes(), 0).find(|token| {
        matches!(token.kind, TokenKind::String | TokenKind::OpenString)
            && token.end - token.start > max.saturating_add(2)
    })
}

/// Copies JSON without the white space between its tokens.
pub(crate) fn compact(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let rest = &bytes[at..];
        let stop = rest.iter().position(|byte| *byte == b'"' || is_whitespace(*byte)).unwrap_or(rest.len());
        // OK to slice: only ASCII bytes stop the search.
        out.push_str(&text[at..at + stop]);
        at += stop;
        if bytes.get(at) == Some(&b'"') {
            let end = string_end(bytes, at).unwrap_or(text.len());
            out.push_str(&text[at..end]);
            at = end;
        }
        at = skip_whitespace(bytes, at);
    }
}

/// The end of the JSON value that starts at `at`, in text that is known to be JSON.
pub(crate) fn value_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    for token in Lexer::new(bytes, at) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return token.end;
        }
    }
    bytes.len()
}

/// A string token's text, decoded. `None` where an escape means nothing in UTF-8 (a lone
/// surrogate).
pub(crate) fn decode(quoted: &str) -> Option<Cow<'_, str>> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(quoted).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// Walks over text and knows at each token where in the document it is.
struct Walker<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    stack: Vec<Level>,
    /// Levels that are open beyond those in `stack`.
    untracked: usize,
}

struct Level {
    in_array: bool,
    /// Array: the element's index. Object: whether a value is due (a colon was read).
    index: usize,
    in_value: bool,
    key: Option<(usize, usize)>,
}

impl Level {
    /// Takes note of a token that is directly on this level. Returns whether it is an object's key.
    fn step(&mut self, token: Token) -> bool {
        match token.kind {
            TokenKind::Comma => {
                self.index += 1;
                self.in_value = false;
            }
            TokenKind::Colon => self.in_value = true,
            TokenKind::String if !self.in_array && !self.in_value => {
                self.key = Some((token.start, token.end));
                return true;
            }
            _ => {}
        }
        false
    }
}

impl<'a> Walker<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, lexer: Lexer::new(text.as_bytes(), 0), stack: Vec::new(), untracked: 0 }
    }

    /// The next token, and whether it is an object's key.
    fn step(&mut self) -> Option<(Token, bool)> {
        let token = self.lexer.next()?;
        let mut is_key = false;
        match token.kind {
            TokenKind::Open(_) if self.untracked > 0 || self.stack.len() == MAX_TRACKED_DEPTH => self.untracked += 1,
            TokenKind::Close(_) if self.untracked > 0 => self.untracked -= 1,
            _ if self.untracked > 0 => {}
            TokenKind::Open(byte) => {
                self.stack.push(Level { in_array: byte == b'[', index: 0, in_value: false, key: None });
            }
            TokenKind::Close(_) => {
                self.stack.pop();
            }
            _ => is_key = self.stack.last_mut().is_some_and(|level| level.step(token)),
        }
        Some((token, is_key))
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for level in &self.stack {
            if level.in_array {
                path.push_str(&format!("[{}]", level.index));
            } else if let Some((start, end)) = level.key {
                push_name(&mut path, &self.text[start..end]);
            }
        }
        path
    }
}

/// Appends an object step to a path: `.name`, or `["odd name"]` where the name needs quotes.
fn push_name(path: &mut String, quoted: &str) {
    /// A name of a megabyte is shown by its beginning: a path is for people.
    const MAX_NAME: usize = 64;
    let inner = quoted.trim_matches('"');
    if !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        path.push('.');
        path.push_str(&inner[..inner.len().min(MAX_NAME)]);
    } else {
        let shown: String = inner.chars().take(MAX_NAME).filter(|c| !c.is_control()).collect();
        path.push_str("[\"");
        path.push_str(&shown);
        path.push_str("\"]");
    }
}

/// The path, from `text` as the root, of the innermost value that the byte at `offset` belongs to:
/// `.a[2].b`.
pub(crate) fn path_at(text: &str, offset: usize) -> String {
    let mut walker = Walker::new(text);
    loop {
        let start = skip_whitespace(text.as_bytes(), walker.lexer.at);
        // A bracket that opens at the place belongs to the value it opens, not to what is inside.
        let opens = start == offset && matches!(text.as_bytes().get(start), Some(b'{' | b'['));
        // A delimiter right behind half a number (`1.}`) is where that number is at fault.
        let cuts =
            start == offset && start > 0 && matches!(text.as_bytes()[start - 1], b'.' | b'-' | b'+' | b'e' | b'E');
        if start > offset || opens || cuts || walker.step().is_none() {
            return walker.path();
        }
    }
}

/// The first `max` keys that repeat an earlier key of the same object: path and offset of each
/// repetition.
pub(crate) fn duplicate_keys(text: &str, max: usize) -> Vec<(String, usize)> {
    let mut walker = Walker::new(text);
    let mut found = Vec::new();
    let mut seen: Vec<std::collections::HashSet<Cow<'_, str>>> = Vec::new();
    while let Some((token, is_key)) = walker.step() {
        seen.resize_with(walker.stack.len(), Default::default);
        if is_key {
            let quoted = &text[token.start..token.end];
            let name = decode(quoted).unwrap_or(Cow::Borrowed(quoted));
            if !seen.last_mut().is_none_or(|names| names.insert(name)) {
                found.push((walker.path(), token.start));
                if found.len() == max {
                    break;
                }
            }
        }
    }
    found
}

/// The string value of the key `name` at the top of the object that `text` starts with, also where
/// the object is broken further on. Stops at the first token that is out of place.
pub(crate) fn top_level_string<'a>(text: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut depth = 0_usize;
    let mut key: Option<Cow<'a, str>> = None;
    let mut previous = TokenKind::Comma;
    for token in Lexer::new(text.as_bytes(), 0) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return None;
                }
            }
            TokenKind::String if depth == 1 => {
                let string = decode(&text[token.start..token.end]);
                match previous {
                    TokenKind::Colon if key.as_deref() == Some(name) => return string,
                    TokenKind::Colon => {}
                    _ => key = string,
                }
            }
            TokenKind::OpenString => return None,
            _ => {}
        }
        previous = token.kind;
    }
    None
}

/// Whether all bytes of the text satisfy the condition. Unlike `Iterator::all` it never stops
/// early, which lets the compiler look at many bytes at once.
#[cfg(feature = "rows")]
pub(crate) fn all_bytes(text: &str, is_so: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is_so(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_found_with_strings_in_mind() {
        assert_eq!(string_end(br#""a\"b" x"#, 0), Some(6));
        assert_eq!(string_end(br#""a\"#, 0), None);
        assert_eq!(depth(r#"{"a":[["]]"]]}"#), 3);
        assert_eq!(depth("1"), 0);
    }

    #[test]
    fn compacting_leaves_strings_alone() {
        let mut out = String::new();
        compact(" { \"a b\" : [ 1 ,\n\t\"c  \\\" d\" ] }\r\n", &mut out);
        assert_eq!(out, r#"{"a b":[1,"c  \" d"]}"#);
    }

    #[test]
    fn paths_name_the_innermost_value() {
        let text = r#"{"a":1,"b":[true,{"c d":"x"}],"e":{}}"#;
        let path = |needle: &str| path_at(text, text.find(needle).unwrap());
        assert_eq!(path("1"), ".a");
        assert_eq!(path("true"), ".b[0]");
        assert_eq!(path("\"x\""), ".b[1][\"c d\"]");
        assert_eq!(path("{}"), ".e");
        assert_eq!(path_at(text, 0), "");
    }

    #[test]
    fn duplicate_keys_are_found_at_every_level() {
        let text = r#"{"a":1,"b":{"c":1,"\u0063":2},"a":[{"a":1}]}"#;
        assert_eq!(duplicate_keys(text, 9), [(".b[\"\\u0063\"]".to_owned(), 18), (".a".to_owned(), 30)]);
        assert_eq!(duplicate_keys(text, 1).len(), 1);
    }

    #[test]
    fn a_key_is_found_in_broken_text() {
        let text = r#"{"x":{"id":"no"},"id":"yes","name":"cut"#;
        assert_eq!(top_level_string(text, "id").as_deref(), Some("yes"));
        assert_eq!(top_level_string(text, "name"), None);
    }

    #[test]
    fn deep_nesting_costs_no_memory() {
        let text = "[".repeat(1_000_000);
        assert_eq!(depth(&text), 1_000_000);
        assert!(path_at(&text, 999_999).len() <= 3 * MAX_TRACKED_DEPTH);
        assert!(duplicate_keys(&text, 5).is_empty());
    }
}
