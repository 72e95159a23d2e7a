//! What an unexpected token most likely means, so that the error can say how to correct it.
//!
//! These methods only choose the kind and the place of an error. The parser calls them when a text
//! is not a pattern.

use super::error::Error;
use super::kind::ErrorKind;
use super::lex::{Lexer, TokenKind};
use super::span::Span;

impl Lexer<'_> {
    /// Fails at the token.
    #[cold]
    pub(super) fn fail<T>(&self, kind: ErrorKind) -> Result<T, Error> {
        self.fail_at(kind, self.span())
    }

    #[cold]
    pub(super) fn fail_at<T>(&self, kind: ErrorKind, span: Span) -> Result<T, Error> {
        Err(self.error(kind, span))
    }

    /// Fails with a hint if the token is one of the keywords in the wrong case, and with `kind`
    /// otherwise.
    #[cold]
    pub(super) fn fail_unless_miscased<T>(&self, keywords: &[&'static str], kind: ErrorKind) -> Result<T, Error> {
        self.fail(match keywords.iter().find(|keyword| self.is_miscased(keyword)) {
            Some(keyword) => ErrorKind::KeywordCase { keyword },
            None => kind,
        })
    }

    /// Fails at a token that cannot follow an observation.
    #[cold]
    pub(super) fn fail_after_observation<T>(&self) -> Result<T, Error> {
        self.fail_unless_miscased(&["AND", "OR", "FOLLOWEDBY", "START", "WITHIN", "REPEATS"], ErrorKind::ExpectedEnd)
    }

    /// Fails at a token that cannot follow a test or value, or in the value if its end was misread.
    #[cold]
    pub(super) fn fail_after_value<T>(&self, kind: ErrorKind) -> Result<T, Error> {
        match self.fault_in_value() {
            Some((kind, span)) => self.fail_at(kind, span),
            None => self.fail_unless_miscased(&["AND", "OR"], kind),
        }
    }

    /// Fails where a colon has to follow an object type.
    #[cold]
    pub(super) fn fail_no_colon<T>(&self, object_type: Span) -> Result<T, Error> {
        if !matches!(self.kind, TokenKind::Name | TokenKind::Hyphenated) {
            return self.fail(ErrorKind::ExpectedColon);
        }
        let kind = match &self.text[object_type.range()] {
            "EXISTS" => ErrorKind::ExistsIn20,
            word if word.eq_ignore_ascii_case("EXISTS") => ErrorKind::KeywordCase { keyword: "EXISTS" },
            word if word.eq_ignore_ascii_case("NOT") => ErrorKind::KeywordCase { keyword: "NOT" },
            _ => return self.fail(ErrorKind::ExpectedColon),
        };
        self.fail_at(kind, object_type)
    }

    /// Whether a colon comes next after the token, so that the token was meant as an object type.
    #[cold]
    pub(super) fn colon_follows(&self) -> bool {
        self.text[self.span().end..].trim_start().starts_with(':')
    }

    /// Whether the token is this keyword in the wrong case.
    fn is_miscased(&self, keyword: &str) -> bool {
        let found = self.slice();
        keyword.eq_ignore_ascii_case(found) && keyword != found
    }

    /// The fault in the value before the token, if the text after the value shows that it was to go
    /// on.
    fn fault_in_value(&self) -> Option<(ErrorKind, Span)> {
        let end = self.previous_end;
        let (before, after) = self.text.split_at(end);
        let next = after.chars().next().filter(|next| !matches!(next, '[' | ']' | '(' | ')' | ','))?;
        if end == self.start && before.ends_with('\'') {
            return Some((ErrorKind::UnescapedQuote, Span::new(end, end + next.len_utf8())));
        }
        if continues_number(next) {
            return number_across(before, after).map(|span| (ErrorKind::InvalidNumber, span));
        }
        // Quotes come in pairs, so one before this place has ended a string too early, as in
        // `'so' it's`.
        let is_connective = ["AND", "OR"].iter().any(|word| self.is_miscased(word));
        let is_in_string = before.ends_with('\'') && !is_connective && has_odd_quotes(after);
        is_in_string.then(|| (ErrorKind::UnescapedQuote, self.span()))
    }
}

/// Whether people write the character in numbers, be it in the language or not.
fn continues_number(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '+' | '-')
}

/// The place of the number that two parts of the text make together, unless it is a word.
fn number_across(before: &str, after: &str) -> Option<Span> {
    let start = before.trim_end_matches(continues_number).len();
    let length = after.len() - after.trim_start_matches(continues_number).len();
    let is_number = before[start..].starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_');
    is_number.then(|| Span::new(start, before.len() + length))
}

fn has_odd_quotes(text: &str) -> bool {
    let quotes = text.bytes().filter(|byte| *byte == b'\'').count() - text.matches(r"\'").count();
    quotes % 2 == 1
}
