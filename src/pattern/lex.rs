//! Tokens.
//!
//! The longest match wins, so `IN-x` is a name and `1OR` is two tokens. The parser asks for one
//! token at a time; a fault in the text becomes an error only when the parser gets there.
//!
//! The token lives in fields of the lexer and is not handed around: copying what was written a
//! moment ago in smaller pieces stalls a processor, and took a third of the time to parse a short
//! pattern. For the same reason the lexer keeps the length of the token beside its start, so that
//! its span is computed and not copied.

use memchr::{memchr, memchr2, memmem};

use super::ast::{OperatorKind, Spelling};
use super::characters::is_smart_quote;
use super::error::Error;
use super::kind::ErrorKind;
use super::span::Span;
use super::version::Version;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    End,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    Colon,
    Dot,
    Comma,
    Star,
    Operator(OperatorKind, Spelling),
    Keyword(Keyword),
    /// A name without a hyphen, which any name may be.
    Name,
    /// A name with a hyphen, which only an object type may be.
    Hyphenated,
    String {
        escaped: bool,
    },
    Integer,
    Float,
    Timestamp,
    Hex,
    Binary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    FollowedBy,
    In,
    Exists,
    Start,
    Stop,
    Within,
    Seconds,
    Repeats,
    Times,
    True,
    False,
    /// Reserved by the grammar and used nowhere.
    Last,
}

/// Whether a name without a hyphen is reserved in some version, so that it has to be quoted as a
/// property name.
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(word(name.as_bytes(), Version::V21), TokenKind::Keyword(_) | TokenKind::Operator(..))
}

/// Whether the name can be written without quotes, reserved or not.
pub(super) fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|&byte| starts_name(byte)) && bytes.iter().all(|&byte| continues_name(byte))
}

pub(super) fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Of a name without a hyphen.
#[inline]
pub(super) fn continues_name(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize;
            byte += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}

fn word(name: &[u8], version: Version) -> TokenKind {
    use TokenKind::{Keyword as Reserved, Operator};

    // Most names are properties in lower case, and no keyword but `true` and `false` is.
    if !name[0].is_ascii_uppercase() && name[0] != b't' && name[0] != b'f' {
        return TokenKind::Name;
    }
    match name {
        b"AND" => Reserved(Keyword::And),
        b"OR" => Reserved(Keyword::Or),
        b"NOT" => Reserved(Keyword::Not),
        b"FOLLOWEDBY" => Reserved(Keyword::FollowedBy),
        b"IN" => Reserved(Keyword::In),
        b"EXISTS" if version != Version::V20 => Reserved(Keyword::Exists),
        b"START" => Reserved(Keyword::Start),
        b"STOP" => Reserved(Keyword::Stop),
        b"WITHIN" => Reserved(Keyword::Within),
        b"SECONDS" => Reserved(Keyword::Seconds),
        b"REPEATS" => Reserved(Keyword::Repeats),
        b"TIMES" => Reserved(Keyword::Times),
        b"true" => Reserved(Keyword::True),
        b"false" => Reserved(Keyword::False),
        b"LAST" => Reserved(Keyword::Last),
        b"LIKE" => Operator(OperatorKind::Like, Spelling::Standard),
        b"MATCHES" => Operator(OperatorKind::Matches, Spelling::Standard),
        b"ISSUBSET" => Operator(OperatorKind::IsSubset, Spelling::Standard),
        b"ISSUPERSET" => Operator(OperatorKind::IsSuperset, Spelling::Standard),
        _ => TokenKind::Name,
    }
}

#[derive(Debug)]
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) comments: Vec<Span>,
    version: Version,
    /// The token to look at.
    pub(super) kind: TokenKind,
    /// Where that token starts.
    pub(super) start: usize,
    /// How long it is.
    length: usize,
    /// Where it ends.
    position: usize,
    /// Where the token before it ends.
    pub(super) previous_end: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer that looks at no token yet; [`advance`](Self::advance) goes to the first.
    pub(super) fn new(text: &'a str, version: Version) -> Self {
        Self {
            text,
            comments: Vec::new(),
            version,
            kind: TokenKind::End,
            start: 0,
            length: 0,
            position: 0,
            previous_end: 0,
        }
    }

    #[inline]
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.start + self.length)
    }

    /// The text of the token.
    #[inline]
    pub(super) fn slice(&self) -> &'a str {
        &self.text[self.span().range()]
    }

    #[cold]
    pub(super) fn error(&self, kind: ErrorKind, span: Span) -> Error {
        Error::new(kind, span, self.text)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.position + ahead).copied()
    }

    #[inline]
    pub(super) fn advance(&mut self) -> Result<(), Error> {
        self.previous_end = self.position;
        if self.peek(0) == Some(b' ') {
            self.position += 1;
        }
        if let Some(b'\t'..=b' ' | b'/' | 0x80..) = self.peek(0) {
            self.skip_blanks()?;
        }
        self.start = self.position;
        match self.peek(0) {
            Some(b'[') => self.set_token(1, TokenKind::OpenBracket),
            Some(b']') => self.set_token(1, TokenKind::CloseBracket),
            Some(b'(') => self.set_token(1, TokenKind::OpenParenthesis),
            Some(b')') => self.set_token(1, TokenKind::CloseParenthesis),
            Some(b':') => self.set_token(1, TokenKind::Colon),
            Some(b',') => self.set_token(1, TokenKind::Comma),
            Some(b'*') => self.set_token(1, TokenKind::Star),
            Some(b'\'') => self.string()?,
            Some(b'=' | b'!' | b'<' | b'>') => self.operator()?,
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number()?,
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => self.name()?,
            None => self.kind = TokenKind::End,
            Some(_) => return Err(self.unexpected()),
        }
        self.length = self.position - self.start;
        Ok(())
    }

    /// Goes to the first token after this place, up to which the text has been read.
    pub(super) fn advance_from(&mut self, position: usize) -> Result<(), Error> {
        self.position = position;
        self.advance()
    }

    fn set_token(&mut self, length: usize, kind: TokenKind) {
        self.position += length;
        self.kind = kind;
    }

    /// Skips blanks and comments, and keeps the places of the comments.
    fn skip_blanks(&mut self) -> Result<(), Error> {
        loop {
            let length = match self.peek(0) {
                Some(b' ' | b'\t'..=b'\r') => 1,
                Some(b'/') => self.comment()?,
                Some(0x80..) => self.wide_blank(),
                _ => 0,
            };
            if length == 0 {
                return Ok(());
            }
            self.position += length;
        }
    }

    /// Returns the length of the comment at the position, or 0 if there is none, and keeps its
    /// place.
    fn comment(&mut self) -> Result<usize, Error> {
        let start = self.position;
        let rest = &self.text.as_bytes()[start..];
        let length = match self.peek(1) {
            Some(b'/') => memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()),
            Some(b'*') => match memmem::find(&rest[2..], b"*/") {
                Some(end) => end + 4,
                None => return Err(self.error(ErrorKind::UnterminatedComment, Span::new(start, start + 2))),
            },
            _ => return Ok(0),
        };
        self.comments.push(Span::new(start, start + length));
        Ok(length)
    }

    /// Returns the length of the blank outside of ASCII at the position, or 0 if there is none.
    fn wide_blank(&self) -> usize {
        let character = self.text[self.position..].chars().next();
        character.filter(|character| character.is_whitespace()).map_or(0, char::len_utf8)
    }

    fn operator(&mut self) -> Result<(), Error> {
        use OperatorKind::*;
        use Spelling::*;

        let (length, kind, spelling) = match (self.peek(0), self.peek(1)) {
            (Some(b'='), Some(b'=')) => (2, Equal, Alternative),
            (Some(b'='), _) => (1, Equal, Standard),
            (Some(b'!'), Some(b'=')) => (2, NotEqual, Standard),
            (Some(b'<'), Some(b'>')) => (2, NotEqual, Alternative),
            (Some(b'<'), Some(b'=')) => (2, LessOrEqual, Standard),
            (Some(b'<'), _) => (1, Less, Standard),
            (Some(b'>'), Some(b'=')) => (2, GreaterOrEqual, Standard),
            (Some(b'>'), _) => (1, Greater, Standard),
            _ => return Err(self.unexpected()),
        };
        self.set_token(length, TokenKind::Operator(kind, spelling));
        Ok(())
    }

    fn name(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        let start = self.position;
        let mut end = start + 1;
        while bytes.get(end).is_some_and(|&byte| continues_name(byte)) {
            end += 1;
        }
        let hyphen = bytes.get(end) == Some(&b'-');
        if hyphen {
            while bytes.get(end).is_some_and(|&byte| byte == b'-' || continues_name(byte)) {
                end += 1;
            }
        }
        self.position = end;
        let name = &bytes[start..end];
        if bytes.get(end) == Some(&b'\'') {
            match name {
                b"t" => return self.quoted(start, TokenKind::Timestamp),
                b"h" => return self.quoted(start, TokenKind::Hex),
                b"b" => return self.quoted(start, TokenKind::Binary),
                _ => {}
            }
        }
        self.kind = if hyphen { TokenKind::Hyphenated } else { word(name, self.version) };
        Ok(())
    }

    /// The rest of a constant that starts with a letter and a quote. There are no escape sequences
    /// inside.
    fn quoted(&mut self, start: usize, kind: TokenKind) -> Result<(), Error> {
        let content = self.position + 1;
        match memchr(b'\'', &self.text.as_bytes()[content..]) {
            Some(length) => {
                self.position = content + length + 1;
                self.kind = kind;
                Ok(())
            }
            // The end of `'can't'` looks like the start of a timestamp.
            None if self.text[..start].ends_with('\'') => {
                Err(self.error(ErrorKind::UnescapedQuote, Span::new(start, start + 1)))
            }
            None => Err(self.error(ErrorKind::UnterminatedString, Span::new(start, content))),
        }
    }

    fn string(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        let start = self.position;
        let mut position = start + 1;
        let mut escaped = false;
        while let Some(length) = memchr2(b'\'', b'\\', &bytes[position..]) {
            position += length;
            if bytes[position] == b'\'' {
                self.position = position + 1;
                self.kind = TokenKind::String { escaped };
                return Ok(());
            }
            escaped = true;
            match self.text[position + 1..].chars().next() {
                Some('\'' | '\\') => position += 2,
                Some(other) => {
                    let span = Span::new(position, position + 1 + other.len_utf8());
                    return Err(self.error(ErrorKind::InvalidEscape, span));
                }
                None => break,
            }
        }
        // The quote that was to end `'it''` starts another string.
        let kind = match self.text[..start].ends_with('\'') {
            true => ErrorKind::UnescapedQuote,
            false => ErrorKind::UnterminatedString,
        };
        Err(self.error(kind, Span::new(start, start + 1)))
    }

    fn number(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        let start = self.position;
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = start + usize::from(matches!(bytes[start], b'+' | b'-'));
        let whole_length = digits(whole);
        let point = whole + whole_length;
        if bytes.get(point) == Some(&b'.') {
            let fraction_length = digits(point + 1);
            if fraction_length > 0 {
                self.set_token(point + 1 + fraction_length - start, TokenKind::Float);
                return Ok(());
            }
            if point == start {
                self.set_token(1, TokenKind::Dot);
                return Ok(());
            }
        }
        match whole_length {
            0 => Err(self.unexpected()),
            2.. if bytes[whole] == b'0' => Err(self.error(ErrorKind::InvalidNumber, Span::new(start, point))),
            _ => {
                self.set_token(point - start, TokenKind::Integer);
                Ok(())
            }
        }
    }

    /// The error for a character that starts no token.
    #[cold]
    fn unexpected(&self) -> Error {
        let start = self.position;
        // A token starts on a character boundary and not at the end, so that there is a character.
        let character = self.text[start..].chars().next().unwrap_or_default();
        let kind = match character {
            '"' => ErrorKind::DoubleQuote,
            _ if is_smart_quote(character) => ErrorKind::SmartQuote,
            _ if self.text[..start].ends_with('\'') => ErrorKind::UnescapedQuote,
            _ => ErrorKind::UnexpectedCharacter,
        };
        self.error(kind, Span::new(start, start + character.len_utf8()))
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;

    /// The tokens of a text with their texts, up to the end or the first fault.
    fn tokens(text: &str) -> (Vec<(TokenKind, &str)>, Option<ErrorKind>) {
        let mut lexer = Lexer::new(text, Version::V21);
        let mut tokens = Vec::new();
        loop {
            match lexer.advance() {
                Err(error) => return (tokens, Some(error.kind())),
                Ok(()) if lexer.kind == End => return (tokens, None),
                Ok(()) => tokens.push((lexer.kind, lexer.slice())),
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[(TokenKind, &str)]) {
        assert_eq!(tokens(text), (expected.to_vec(), None));
    }

    #[test]
    fn the_longest_match_wins() {
        check("IN-x", &[(Hyphenated, "IN-x")]);
        check("INx", &[(Name, "INx")]);
        check("1OR", &[(Integer, "1"), (Keyword(super::Keyword::Or), "OR")]);
        check("1.5.5", &[(Float, "1.5"), (Float, ".5")]);
        check("1.x", &[(Integer, "1"), (Dot, "."), (Name, "x")]);
        check("+1-1", &[(Integer, "+1"), (Integer, "-1")]);
        check("01.5", &[(Float, "01.5")]);
        check("t'x'", &[(Timestamp, "t'x'")]);
        check("tt''", &[(Name, "tt"), (String { escaped: false }, "''")]);
    }

    #[test]
    fn operators() {
        use OperatorKind::*;
        use Spelling::*;
        let equal = |spelling| Operator(Equal, spelling);
        check("===", &[(equal(Alternative), "=="), (equal(Standard), "=")]);
        check(
            "<><=<",
            &[
                (Operator(NotEqual, Alternative), "<>"),
                (Operator(LessOrEqual, Standard), "<="),
                (Operator(Less, Standard), "<"),
            ],
        );
    }

    #[test]
    fn blanks_are_those_of_unicode() {
        check("\u{b}\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{3000}a", &[(Name, "a")]);
        assert_eq!(tokens("\u{200b}").1, Some(ErrorKind::UnexpectedCharacter));
    }

    #[test]
    fn comments_are_skipped_and_kept() {
        let mut lexer = Lexer::new("/**/ a // b\r/*c*/", Version::V21);
        while lexer.advance().is_ok() && lexer.kind != End {}
        assert_eq!(lexer.comments, [Span::new(0, 4), Span::new(7, 11), Span::new(12, 17)]);
        assert_eq!(tokens("/*/").1, Some(ErrorKind::UnterminatedComment));
        assert_eq!(tokens("/").1, Some(ErrorKind::UnexpectedCharacter));
    }
}
