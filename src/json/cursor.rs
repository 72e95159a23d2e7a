//! The JSON parser under the object model: it pulls values out of text, one after the other.
//!
//! Typed reading needs little of JSON (names, strings, lists, a few numbers) and has to step over
//! the rest, and it needs to know exactly where a value did not fit, so as to set aside that value
//! and go on. Doing this on the text itself is faster than through a general deserializer, and
//! simpler than going over the text again for the place of an error.
//!
//! It accepts what RFC 8259 defines and nothing else; a fuzz target compares it with `serde_json`.

use std::borrow::Cow;

use wide::u8x16;

use super::scan;
use super::scan::is_whitespace;

/// Why a value could not be read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not JSON.
    Syntax { at: usize, expected: &'static str },
    /// The text ends inside a value.
    End { at: usize },
    /// JSON, but not what the property takes. The value starts here.
    Unfit { at: usize, expected: &'static str },
    /// A required property is absent.
    Missing { name: &'static str },
    /// Nested deeper than allowed.
    TooDeep { at: usize },
    /// The object is a bundle.
    Bundle,
    /// The object's type is not the one that its identifier promised.
    OtherType,
}

impl Fault {
    /// What was expected and what is there, in words.
    pub(crate) fn describe(self, text: &str) -> String {
        match self {
            Self::Syntax { expected, .. } => format!("expected {expected}"),
            Self::End { .. } => "a value does not end".to_owned(),
            // At its closing brace, a struct lacks a property.
            Self::Unfit { at, expected } if text.as_bytes().get(at) == Some(&b'}') => {
                format!("`{expected}` is missing")
            }
            Self::Unfit { at, expected } => format!("expected {expected}, found {}", describe_value(text, at)),
            Self::Missing { name } => format!("`{name}`"),
            Self::TooDeep { .. } => "too deep".to_owned(),
            Self::Bundle => "a bundle is not an object".to_owned(),
            Self::OtherType => "the prefix of the id is not the type".to_owned(),
        }
    }

    /// The same with the path of the place, for errors that cannot hold a place of their own.
    pub(crate) fn explain(self, text: &str) -> String {
        let (what, path) = (self.describe(text), scan::path_at(text, self.at()));
        if path.is_empty() { what } else { format!("{what}, at ${path}") }
    }

    /// Where the fault is; a missing property is missing from the object, which starts at 0.
    pub(crate) fn at(self) -> usize {
        match self {
            Self::Syntax { at, .. } | Self::End { at } | Self::Unfit { at, .. } | Self::TooDeep { at } => at,
            Self::Missing { .. } | Self::Bundle | Self::OtherType => 0,
        }
    }
}

fn describe_value(text: &str, at: usize) -> String {
    /// Of a long value the beginning tells which it is.
    const SHOWN: usize = 40;
    let rest = text.get(at..).unwrap_or_default();
    match rest.as_bytes().first() {
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'"') => {
            let end = scan::string_end(rest.as_bytes(), 0).unwrap_or(rest.len());
            let shown: String = rest[..end].chars().take(SHOWN).collect();
            if shown.len() < end { format!("{shown}…") } else { shown }
        }
        _ => {
            let end = rest.find([',', '}', ']', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
            rest[..end].chars().take(SHOWN).collect()
        }
    }
}

/// What a name says that is written like this between its quotes; `None` where a lone surrogate
/// says nothing.
pub(crate) fn decode_name(written: &str) -> Option<Cow<'_, str>> {
    if !written.contains('\\') {
        return Some(Cow::Borrowed(written));
    }
    let quoted = format!("\"{written}\"");
    let decoded = Cursor::new(&quoted, 0).string("a name").ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

/// A value as text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    /// Whether white space stands between its tokens.
    pub(crate) spaced: bool,
}

/// A place in text, moving forward.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// Containers that are open around the cursor.
    depth: usize,
    max_depth: usize,
}

/// Deeper nesting than this is never followed: one bit a level tells lists from objects.
pub(crate) const MAX_DEPTH: usize = 128;

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str, max_depth: usize) -> Self {
        Self { text, at: 0, depth: 0, max_depth: max_depth.min(MAX_DEPTH) }
    }

    /// A cursor in front of a value that was stepped over before, at the same depth as this one.
    pub(crate) fn at_value(&self, value: &'a str) -> Self {
        Self { at: self.offset_of(value), ..self.clone() }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Where a part of the text is in it.
    pub(crate) fn offset_of(&self, part: &'a str) -> usize {
        // OK because `part` is a part of the text: this turns places in it into places in the
        // whole.
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    pub(crate) fn go_back(&mut self, at: usize, depth: usize) {
        self.at = at;
        self.depth = depth;
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Skips white space and shows the next byte, 0 at the end.
    #[inline]
    pub(crate) fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(byte) if is_whitespace(*byte) => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    /// Text that is not what it should be at this place.
    #[cold]
    fn syntax(&self, expected: &'static str) -> Fault {
        if self.at >= self.text.len() { Fault::End { at: self.at } } else { Fault::Syntax { at: self.at, expected } }
    }

    /// A value that is not what its property takes; where it is no value at all, it is not JSON.
    #[cold]
    pub(crate) fn unfit(&mut self, expected: &'static str) -> Fault {
        match self.peek() {
            b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => Fault::Unfit { at: self.at, expected },
            _ => self.syntax("a value"),
        }
    }

    #[inline]
    pub(crate) fn open(&mut self, bracket: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != bracket {
            return Err(self.unfit(expected));
        }
        if self.depth == self.max_depth {
            return Err(Fault::TooDeep { at: self.at });
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// The name of the next member where it follows in compact text, as most feeds send it, with
    /// the cursor in front of its value. `None` for everything else: then
    /// [`next_name`](Self::next_name) tells.
    ///
    /// It returns what fits into registers. A caller that takes a result out of memory as soon as
    /// it was put there waits for it, which for names was a fifth of the reading time.
    #[inline]
    pub(crate) fn next_plain_name(&mut self, is_first: bool) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        // No comma precedes the first.
        let quote = self.at + usize::from(!is_first);
        if bytes.get(quote) != Some(&b'"') || (!is_first && bytes[self.at] != b',') {
            return None;
        }
        let start = quote + 1;
        let end = plain_end(bytes, start);
        if !bytes.get(end..)?.starts_with(b"\":") {
            return None;
        }
        self.at = end + 2;
        self.text.get(start..end)
    }

    /// Steps over this text if it is next: the name of a member in compact text, `,"name":`.
    #[inline]
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let is_next = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()));
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// The name of the next member as it is written between its quotes, with the cursor in front of
    /// its value; `None` after the closing brace.
    pub(crate) fn next_name(&mut self, is_first: bool) -> Result<Option<&'a str>, Fault> {
        match self.peek() {
            b'}' => {
                self.at += 1;
                self.depth -= 1;
                return Ok(None);
            }
            b',' if !is_first => {
                self.at += 1;
                self.peek();
            }
            _ if !is_first => return Err(self.syntax("`,` or `}`")),
            _ => {}
        }
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return Err(self.syntax("a name in double quotes"));
        }
        let start = self.at + 1;
        self.skip_string()?;
        // OK to slice: both ends are quotes.
        let name = &self.text[start..self.at - 1];
        if self.peek() != b':' {
            return Err(self.syntax("`:`"));
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// The fault of the name just read, which has no UTF-8 form.
    #[cold]
    pub(crate) fn undecodable_name(&self) -> Fault {
        Fault::Unfit { at: self.at.saturating_sub(1), expected: "a name without lone surrogates" }
    }

    /// Whether another element follows in a list, with the cursor in front of it.
    #[inline]
    pub(crate) fn next_element(&mut self, is_first: bool) -> Result<bool, Fault> {
        match self.peek() {
            b']' => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            b',' if !is_first => {
                self.at += 1;
                Ok(true)
            }
            _ if is_first => Ok(true),
            _ => Err(self.syntax("`,` or `]`")),
        }
    }

    /// A string without escapes; `None` for everything else, with the cursor where it was. Returned
    /// in registers, like [`next_plain_name`](Self::next_plain_name).
    #[inline]
    pub(crate) fn plain_string(&mut self) -> Option<&'a str> {
        if self.peek() != b'"' {
            return None;
        }
        let (bytes, start) = (self.text.as_bytes(), self.at + 1);
        let end = plain_end(bytes, start);
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// Parses a string that has one of these lengths. It does not search for the string's end, so
    /// `parse` must refuse every byte that JSON would escape. Returns `None` for everything else,
    /// with the cursor where it was.
    #[inline]
    pub(crate) fn string_with_len<T, const N: usize>(
        &mut self,
        lens: [usize; N],
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        if self.peek() != b'"' {
            return None;
        }
        let rest = &self.text.as_bytes()[self.at + 1..];
        let len = lens.into_iter().find(|len| rest.get(*len) == Some(&b'"'))?;
        let value = parse(&rest[..len])?;
        self.at += len + 2;
        Some(value)
    }

    /// Parses a string of `LEN` bytes after a beginning that is known, which includes the quote.
    /// `parse` must refuse every byte that JSON would escape. Returns `None` for everything else,
    /// with the cursor where it was.
    #[inline]
    pub(crate) fn string_after<T, const LEN: usize>(
        &mut self,
        beginning: &str,
        parse: impl Fn(&[u8; LEN]) -> Option<T>,
    ) -> Option<T> {
        self.peek();
        let rest = self.text.as_bytes().get(self.at..)?.strip_prefix(beginning.as_bytes())?;
        let (string, rest) = rest.split_first_chunk()?;
        if rest.first() != Some(&b'"') {
            return None;
        }
        let value = parse(string)?;
        self.at += beginning.len() + LEN + 1;
        Some(value)
    }

    /// A string, decoded. One with a lone surrogate is unfit: it has no UTF-8 form.
    pub(crate) fn string(&mut self, expected: &'static str) -> Result<Cow<'a, str>, Fault> {
        if self.peek() != b'"' {
            return Err(self.unfit(expected));
        }
        let start = self.at;
        let end = plain_end(self.text.as_bytes(), start + 1);
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&self.text[start + 1..end]));
        }
        self.at = end;
        self.escaped_string(start).map(Cow::Owned)
    }

    /// The rest of a string that holds escapes, from the first of them on.
    fn escaped_string(&mut self, start: usize) -> Result<String, Fault> {
        let bytes = self.text.as_bytes();
        let mut string = String::with_capacity(2 * (self.at - start) + 64);
        let mut plain = start + 1;
        let mut has_lone_surrogate = false;
        loop {
            // OK to slice: both ends are ASCII.
            string.push_str(&self.text[plain..self.at]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    string.shrink_to_fit();
                    return if has_lone_surrogate {
                        Err(Fault::Unfit { at: start, expected: "text without lone surrogates" })
                    } else {
                        Ok(string)
                    };
                }
                Some(b'\\') => match self.escape()? {
                    Some(decoded) => string.push(decoded),
                    None => has_lone_surrogate = true,
                },
                _ => return Err(self.syntax("a string without control characters")),
            }
            plain = self.at;
            self.at = plain_end(bytes, self.at);
        }
    }

    /// Decodes an escape, two where they are a surrogate pair; `None` for a lone surrogate.
    fn escape(&mut self) -> Result<Option<char>, Fault> {
        let unit = self.escaped_unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return Ok(char::from_u32(unit));
        }
        let (behind_high, rest) = (self.at, self.text.as_bytes().get(self.at..).unwrap_or_default());
        if rest.starts_with(b"\\u") {
            let low = self.escaped_unit()?;
            if (0xdc00..0xe000).contains(&low) {
                return Ok(char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)));
            }
            self.at = behind_high;
        }
        Ok(None)
    }

    /// Steps over one escape and gives its UTF-16 code unit.
    fn escaped_unit(&mut self) -> Result<u32, Fault> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        let unit = match bytes.get(self.at) {
            Some(byte @ (b'"' | b'\\' | b'/')) => u32::from(*byte),
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => 0x0a,
            Some(b'r') => 0x0d,
            Some(b't') => 0x09,
            Some(b'u') => {
                let mut unit = 0;
                for _ in 0..4 {
                    self.at += 1;
                    let digit = bytes.get(self.at).and_then(|byte| char::from(*byte).to_digit(16));
                    unit = unit << 4 | digit.ok_or_else(|| self.syntax("four hexadecimal digits"))?;
                }
                unit
            }
            _ => return Err(self.syntax("an escape that JSON knows")),
        };
        self.at += 1;
        Ok(unit)
    }

    #[inline]
    pub(crate) fn null(&mut self) -> Result<bool, Fault> {
        if self.peek() != b'n' {
            return Ok(false);
        }
        self.literal("null").map(|()| true)
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            b't' => self.literal("true").map(|()| true),
            b'f' => self.literal("false").map(|()| false),
            _ => Err(self.unfit("true or false")),
        }
    }

    /// The text of a number.
    pub(crate) fn number(&mut self, expected: &'static str) -> Result<&'a str, Fault> {
        if !matches!(self.peek(), b'-' | b'0'..=b'9') {
            return Err(self.unfit(expected));
        }
        let start = self.at;
        self.skip_number()?;
        Ok(&self.text[start..self.at])
    }

    /// Steps over a value and returns its text.
    #[inline]
    pub(crate) fn raw(&mut self) -> Result<Raw<'a>, Fault> {
        self.peek();
        let start = self.at;
        let spaced = self.skip_value()?;
        Ok(Raw { text: &self.text[start..self.at], spaced })
    }

    /// Steps over a value. Returns whether there is white space between its tokens.
    fn skip_value(&mut self) -> Result<bool, Fault> {
        let outer = self.depth;
        // One bit for each level, the innermost lowest: whether it is an object.
        let mut objects = 0_u128;
        let mut spaced = false;
        loop {
            // The cursor is in front of a value.
            match self.peek() {
                b'"' => self.skip_string()?,
                bracket @ (b'{' | b'[') => {
                    self.open(bracket, "a value")?;
                    let is_object = bracket == b'{';
                    objects = objects << 1 | u128::from(is_object);
                    spaced |= self.at_whitespace();
                    if self.peek() != if is_object { b'}' } else { b']' } {
                        spaced |= is_object && self.skip_name()?;
                        continue;
                    }
                    self.close(&mut objects);
                }
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                b'-' | b'0'..=b'9' => self.skip_number()?,
                _ => return Err(self.syntax("a value")),
            }
            // After a value: what ends here is closed, until a comma leads on to the next value.
            loop {
                if self.depth == outer {
                    return Ok(spaced);
                }
                spaced |= self.at_whitespace();
                match (self.peek(), objects & 1 == 1) {
                    (b',', is_object) => {
                        self.at += 1;
                        spaced |= self.at_whitespace();
                        spaced |= is_object && self.skip_name()?;
                        break;
                    }
                    (b'}', true) | (b']', false) => self.close(&mut objects),
                    (_, true) => return Err(self.syntax("`,` or `}`")),
                    (_, false) => return Err(self.syntax("`,` or `]`")),
                }
            }
        }
    }

    fn close(&mut self, objects: &mut u128) {
        self.at += 1;
        self.depth -= 1;
        *objects >>= 1;
    }

    fn at_whitespace(&self) -> bool {
        self.text.as_bytes().get(self.at).is_some_and(|byte| is_whitespace(*byte))
    }

    /// Steps over a name and its colon; tells whether white space stands around.
    fn skip_name(&mut self) -> Result<bool, Fault> {
        if self.peek() != b'"' {
            return Err(self.syntax("a name in double quotes"));
        }
        self.skip_string()?;
        let mut spaced = self.at_whitespace();
        if self.peek() != b':' {
            return Err(self.syntax("`:`"));
        }
        self.at += 1;
        spaced |= self.at_whitespace();
        Ok(spaced)
    }

    fn skip_string(&mut self) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            self.at = plain_end(bytes, self.at);
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.escaped_unit()?;
                }
                _ => return Err(self.syntax("a string without control characters")),
            }
        }
    }

    fn literal(&mut self, literal: &'static str) -> Result<(), Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let same = rest.iter().zip(literal.as_bytes()).take_while(|(a, b)| a == b).count();
        self.at += same;
        if same < literal.len() {
            return Err(self.syntax(match literal {
                "true" => "`true`",
                "false" => "`false`",
                _ => "`null`",
            }));
        }
        Ok(())
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    fn skip_number(&mut self) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        match bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.skip_digits()?,
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        match bytes.get(self.at) {
            Some(b'0'..=b'9') => Err(self.syntax("no digit behind a leading zero")),
            _ => Ok(()),
        }
    }

    fn skip_digits(&mut self) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.syntax("a digit")) } else { Ok(()) }
    }
}

/// How many bytes are looked at in one go.
const BLOCK: usize = 16;

/// A bit for each byte that cannot stand for itself in a string: a quote, a backslash or a control
/// character.
#[inline]
fn specials(block: [u8; BLOCK]) -> u32 {
    let block = u8x16::from(block);
    let is_control = block.min(u8x16::splat(0x1f)).simd_eq(block);
    (block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\')) | is_control).to_bitmask()
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// The first place from `at` on that holds a special byte, or the end.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let found = specials(*block);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| is_special(*byte)).map_or(bytes.len(), |found| at + found)
}

/// A block of several parts.
#[inline]
fn block_of<const LEN: usize, const COUNT: usize>(parts: [[u8; LEN]; COUNT]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    for (place, part) in block.chunks_exact_mut(LEN).zip(parts) {
        place.copy_from_slice(&part);
    }
    block
}

/// Whether text is the same between the quotes of a string.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The last block may go over bytes again that the one before has. Less than a block is made
    // one.
    if let Some(last) = bytes.last_chunk() {
        bytes.as_chunks().0.iter().chain([last]).all(|block| specials(*block) == 0)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        specials(block_of([*first, *last])) == 0
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        specials(block_of([*first, *last, *first, *last])) == 0
    } else {
        !bytes.iter().any(|byte| is_special(*byte))
    }
}

/// Where the JSON value ends that `text` starts with.
pub(crate) fn value_end(text: &str, max_depth: usize) -> Result<usize, Fault> {
    let mut cursor = Cursor::new(text, max_depth);
    cursor.raw()?;
    Ok(cursor.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fault in `text`, or where its value ends.
    fn skip(text: &str) -> Result<usize, Fault> {
        value_end(text, MAX_DEPTH)
    }

    #[test]
    fn values_end_where_they_end() {
        for (text, end) in [
            ("1,", 1),
            ("-0.5e+10 ", 8),
            ("true]", 4),
            (r#""a\"\u00e9\\",1"#, 13),
            (r#" {"a" : [1, {"b":{}} , []], "c":"}"} x"#, 36),
            ("[[],[[]]]]", 9),
        ] {
            assert_eq!(skip(text), Ok(end), "{text}");
        }
    }

    #[test]
    fn faults_are_where_they_are() {
        let syntax = |at, expected| Err(Fault::Syntax { at, expected });
        assert_eq!(skip("{\"a\":1,}"), syntax(7, "a name in double quotes"));
        assert_eq!(skip("{\"a\":1,,"), syntax(7, "a name in double quotes"));
        assert_eq!(skip("[1 2]"), syntax(3, "`,` or `]`"));
        assert_eq!(skip("[1,]"), syntax(3, "a value"));
        assert_eq!(skip("{\"a\" 1}"), syntax(5, "`:`"));
        assert_eq!(skip("[NaN]"), syntax(1, "a value"));
        assert_eq!(skip("[nul]"), syntax(4, "`null`"));
        assert_eq!(skip("[01]"), syntax(2, "no digit behind a leading zero"));
        assert_eq!(skip("[-]"), syntax(2, "a digit"));
        assert_eq!(skip("\"a\\q\""), syntax(3, "an escape that JSON knows"));
        assert_eq!(skip("\"a\\u12\""), syntax(6, "four hexadecimal digits"));
        assert_eq!(skip("\"a\nb\""), syntax(2, "a string without control characters"));
        assert_eq!(skip("{\"a\":[1}"), syntax(7, "`,` or `]`"));
        assert_eq!(skip("{\"a\":[1"), Err(Fault::End { at: 7 }));
        assert_eq!(skip("\"abc"), Err(Fault::End { at: 4 }));
        assert_eq!(skip(&"[".repeat(200)), Err(Fault::TooDeep { at: MAX_DEPTH }));
    }

    #[test]
    fn strings_are_decoded() {
        let string = |text: &str| Cursor::new(text, 9).string("a string").map(Cow::into_owned);
        assert_eq!(string(r#""plain é""#).unwrap(), "plain é");
        assert_eq!(string(r#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00 é""#).unwrap(), "\"\\/\u{8}\u{c}\n\r\té€😀 é");
        let unfit = Fault::Unfit { at: 0, expected: "text without lone surrogates" };
        for lone in [r#""\ud800""#, r#""\ud800\u0041""#, r#""\udc00\ud800""#, r#""\ud800\n""#] {
            assert_eq!(string(lone), Err(unfit), "{lone}");
            assert_eq!(skip(lone), Ok(lone.len()));
        }
    }

    #[test]
    fn plain_text_ends_at_the_first_byte_that_is_not() {
        for len in 0..200 {
            for special in ["\"", "\\", "\n", "\u{1f}"] {
                let text = format!("{}{special}{}", "aé\u{7f}".repeat(len).get(..len).unwrap_or("a"), "\"".repeat(9));
                let expected = text.find(['"', '\\', '\n', '\u{1f}']);
                assert_eq!(Some(plain_end(text.as_bytes(), 0)), expected, "{text:?}");
            }
        }
        assert_eq!(plain_end(b"abc", 1), 3);
        for len in 0..50 {
            for place in 0..=len {
                for special in ["\"", "\\", "\n", "\0", " ", "'", "\u{7f}", "é"] {
                    let text = "x".repeat(place) + special + &"y".repeat(len - place);
                    assert_eq!(
                        is_plain(&text),
                        format!("\"{text}\"") == serde_json::to_string(&text).unwrap(),
                        "{text:?}"
                    );
                }
            }
        }
        assert!(is_plain(""));
        assert_eq!(plain_end(b"", 0), 0);
    }

    #[test]
    fn spaces_between_tokens_are_seen() {
        for text in [
            "[ ]",
            "[1 ]",
            "[1, 2]",
            "{ \"a\":1}",
            "{\"a\" :1}",
            "{\"a\": 1}",
            "{\"a\":1 }",
            "[{},\n{}]",
            "{\"a\":1, \"b\":2}",
        ] {
            assert!(Cursor::new(text, 9).raw().unwrap().spaced, "{text}");
        }
        for text in ["[]", " 1", "[\"a b\"]", "{\"a b\":{\"c\":[1,\" \"]}}", " {\"a\":[]}"] {
            assert!(!Cursor::new(text, 9).raw().unwrap().spaced, "{text}");
        }
    }
}
