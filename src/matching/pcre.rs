//! Regular expressions of `MATCHES`: PCRE's language for the crate `regex`.
//!
//! The standard names PCRE. What both languages have is compiled as it is. What only looks the same is rewritten, and
//! what PCRE alone has is refused by name, since a regular expression with another meaning would be a wrong verdict.

use std::ops::Range;

use regex_syntax::ast::{self, Ast, Visitor};

use super::error::ErrorKind;

/// A compiled expression.
#[derive(Debug)]
pub(super) enum Regex {
    Text(regex::Regex),
    /// For properties that hold bytes.
    Bytes(regex::bytes::Regex),
}

/// Why an expression was refused, and where in it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ErrorKind,
    pub(super) detail: String,
    pub(super) place: Range<usize>,
}

/// Compiles an expression of at most `limit` bytes of memory, to search text or bytes.
pub(super) fn compile(pcre: &str, of_bytes: bool, limit: usize) -> Result<Regex, Fault> {
    let translated = Translation::new(pcre, of_bytes)?;
    let text = translated.with_ends()?;
    let built = if of_bytes {
        let mut builder = regex::bytes::RegexBuilder::new(&text);
        builder.unicode(false).dot_matches_new_line(true).size_limit(limit).dfa_size_limit(limit);
        builder.build().map(Regex::Bytes)
    } else {
        let mut builder = regex::RegexBuilder::new(&text);
        builder.dot_matches_new_line(true).size_limit(limit).dfa_size_limit(limit);
        builder.build().map(Regex::Text)
    };
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Fault::new(ErrorKind::RegexTooLarge, "", 0..pcre.len()),
        // Parsing has succeeded, so it is about the meaning: a property of characters in an expression for bytes.
        error => {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default();
            Fault::new(ErrorKind::Regex, last.strip_prefix("error: ").unwrap_or(last), 0..pcre.len())
        }
    })
}

/// The structure of an expression for text.
pub(super) fn hir(pcre: &str) -> Result<regex_syntax::hir::Hir, Fault> {
    let text = Translation::new(pcre, false)?.with_ends()?;
    let mut parser = regex_syntax::ParserBuilder::new();
    let parsed = parser.dot_matches_new_line(true).build().parse(&text);
    parsed.map_err(|error| Fault::new(ErrorKind::Regex, error.to_string(), 0..pcre.len()))
}

impl Fault {
    fn new(kind: ErrorKind, detail: impl Into<String>, place: Range<usize>) -> Self {
        Self { kind, detail: detail.into(), place }
    }

    fn unsupported(feature: &'static str, place: Range<usize>) -> Self {
        Self::new(ErrorKind::UnsupportedRegex { feature }, "", place)
    }
}

/// An expression in the spelling of the crate `regex`.
struct Translation<'p> {
    pcre: &'p str,
    text: String,
    /// For each byte of `text`, where it comes from.
    origins: Vec<usize>,
}

/// What PCRE alone has, by how it starts.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("(?R)", "recursion"),
    ("(?0)", "recursion"),
    ("(?&", "recursion"),
    ("(?P>", "recursion"),
    ("(?P=", "back-references"),
    (r"\k", "back-references"),
    (r"\g", "back-references"),
    ("(?>", "atomic groups"),
    ("(?|", "branch resets"),
    ("(?(", "conditions"),
    ("(*", "verbs"),
    (r"\K", r"`\K`"),
    (r"\G", r"`\G`"),
    (r"\R", r"`\R`"),
    (r"\X", r"`\X`"),
    (r"\C", r"`\C`"),
    (r"\Q", "quoting with `\\Q`"),
    (r"\c", "control characters"),
    (r"\0", "octal numbers"),
];

impl<'p> Translation<'p> {
    fn new(pcre: &'p str, of_bytes: bool) -> Result<Self, Fault> {
        let mut new = Self { pcre, text: String::with_capacity(pcre.len()), origins: Vec::with_capacity(pcre.len()) };
        let mut at = 0;
        while at < pcre.len() {
            at = match pcre.as_bytes()[at] {
                b'[' => new.class(at, of_bytes)?,
                _ => new.token(at, of_bytes)?,
            };
        }
        Ok(new)
    }

    /// Adds text that comes from one place.
    fn push(&mut self, text: &str, origin: usize) {
        self.text.push_str(text);
        self.origins.resize(self.text.len(), origin);
    }

    /// Adds the next character, or the two of an escape sequence. Returns the place after it.
    fn copy(&mut self, at: usize, of_bytes: bool) -> usize {
        let mut characters = self.pcre[at..].chars();
        let Some(first) = characters.next() else { return self.pcre.len() };
        let end = at + first.len_utf8();
        match (first, characters.next()) {
            // They are letters to PCRE, and places to the crate.
            ('\\', Some(next @ ('<' | '>'))) => {
                self.push(next.encode_utf8(&mut [0; 4]), at);
                end + 1
            }
            ('\\', Some('e')) => {
                self.push(r"\x1B", at);
                end + 1
            }
            ('\\', Some(next)) if next.is_ascii() => {
                self.push("\\", at);
                self.push(next.encode_utf8(&mut [0; 4]), end);
                end + 1
            }
            // A character outside of ASCII means itself, escaped or not.
            ('\\', Some(_)) => end,
            // A text that is compared with bytes has one byte for each character.
            (first, _) if of_bytes && !first.is_ascii() => {
                self.push(&format!(r"\x{:02X}", u32::from(first)), at);
                end
            }
            (first, _) => {
                self.push(first.encode_utf8(&mut [0; 4]), at);
                end
            }
        }
    }

    /// Adds what is not a class. Returns the place after it.
    fn token(&mut self, at: usize, of_bytes: bool) -> Result<usize, Fault> {
        let rest = &self.pcre[at..];
        if let Some((start, feature)) = UNSUPPORTED.iter().find(|(start, _)| rest.starts_with(start)) {
            return Err(Fault::unsupported(feature, at..at + start.len()));
        }
        if rest.starts_with("(?#") {
            return match rest.find(')') {
                Some(end) => Ok(at + end + 1),
                None => Err(Fault::new(ErrorKind::Regex, "unclosed comment", at..self.pcre.len())),
            };
        }
        if rest.starts_with(r"\Z") {
            self.push(END, at);
            return Ok(at + 2);
        }
        if let Some(length) = braced_escape(rest) {
            for (offset, character) in rest[..length].char_indices() {
                self.push(character.encode_utf8(&mut [0; 4]), at + offset);
            }
            return Ok(at + length);
        }
        if rest.starts_with('{') && !is_count(rest) {
            self.push(r"\{", at);
            return Ok(at + 1);
        }
        Ok(self.copy(at, of_bytes))
    }

    /// Adds a class in brackets. PCRE has no classes in classes and no operators on them.
    fn class(&mut self, start: usize, of_bytes: bool) -> Result<usize, Fault> {
        self.push("[", start);
        let mut at = start + 1;
        if self.pcre[at..].starts_with('^') {
            self.push("^", at);
            at += 1;
        }
        let first = at;
        loop {
            let rest = &self.pcre[at..];
            let Some(byte) = rest.bytes().next() else {
                return Err(Fault::new(ErrorKind::Regex, "unclosed character class", start..self.pcre.len()));
            };
            at = match byte {
                b']' if at > first => {
                    self.push("]", at);
                    return Ok(at + 1);
                }
                b'[' if named_class(rest).is_some() => {
                    let name = named_class(rest).unwrap_or_default();
                    for (offset, _) in name.char_indices() {
                        self.push(&name[offset..=offset], at + offset);
                    }
                    at + name.len()
                }
                b']' | b'[' | b'&' | b'~' => {
                    self.push("\\", at);
                    self.copy(at, of_bytes)
                }
                b'-' if self.pcre[..at].ends_with('-') => {
                    self.push("\\", at);
                    self.copy(at, of_bytes)
                }
                b'\\' if rest.starts_with(r"\b") => {
                    self.push(r"\x08", at);
                    at + 2
                }
                _ => self.copy(at, of_bytes),
            };
        }
    }

    /// The place in the original of a place in the translation.
    fn origin(&self, span: &ast::Span) -> Range<usize> {
        let origin = |at: usize| self.origins.get(at).copied().unwrap_or(self.pcre.len());
        let start = origin(span.start.offset);
        start..origin(span.end.offset).max(start)
    }

    /// The text with each `$` in the meaning of PCRE: at the end, or before a line break there.
    fn with_ends(&self) -> Result<String, Fault> {
        let parsed = ast::parse::Parser::new().parse(&self.text).map_err(|error| {
            let place = self.origin(error.span());
            match error.kind() {
                ast::ErrorKind::UnsupportedLookAround => Fault::unsupported("look-around", place),
                ast::ErrorKind::UnsupportedBackreference => Fault::unsupported("back-references", place),
                kind => Fault::new(ErrorKind::Regex, kind.to_string(), place),
            }
        })?;
        let ends = ast::visit(&parsed, Ends::default())
            .map_err(|possessive| Fault::unsupported("possessive quantifiers", self.origin(&possessive)))?;
        let mut text = self.text.clone();
        for at in ends.into_iter().rev() {
            text.replace_range(at..=at, END);
        }
        Ok(text)
    }
}

/// What `$` is to PCRE.
const END: &str = r"(?:\n?\z)";

/// Whether `{` starts the number of repetitions.
fn is_count(rest: &str) -> bool {
    let Some((count, _)) = rest[1..].split_once('}') else { return false };
    let (least, most) = count.split_once(',').unwrap_or((count, ""));
    !least.is_empty() && [least, most].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The length of an escape sequence with an argument in braces, such as `\p{Greek}`.
fn braced_escape(rest: &str) -> Option<usize> {
    let argument = [r"\p{", r"\P{", r"\x{"].iter().find_map(|start| rest.strip_prefix(start))?;
    argument.find('}').map(|end| 3 + end + 1)
}

/// The text of a class such as `[:alpha:]` at the start.
fn named_class(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix("[:")?;
    let length = name.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'^').count();
    name[length..].starts_with(":]").then(|| &rest[..length + 4])
}

/// Finds each `$` that is not one of several lines. An error is the place of a possessive quantifier.
#[derive(Default)]
struct Ends {
    /// Whether `$` is the end of any line, in each group that is open.
    multi_line: Vec<bool>,
    current: bool,
    found: Vec<usize>,
}

impl Ends {
    fn set(&mut self, flags: &ast::Flags) {
        self.current = flags.flag_state(ast::Flag::MultiLine).unwrap_or(self.current);
    }
}

impl Visitor for Ends {
    type Output = Vec<usize>;
    type Err = ast::Span;

    fn finish(self) -> Result<Vec<usize>, ast::Span> {
        Ok(self.found)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), ast::Span> {
        match ast {
            Ast::Flags(flags) => self.set(&flags.flags),
            Ast::Group(group) => {
                self.multi_line.push(self.current);
                if let Some(flags) = group.flags() {
                    self.set(flags);
                }
            }
            Ast::Assertion(assertion) if assertion.kind == ast::AssertionKind::EndLine && !self.current => {
                self.found.push(assertion.span.start.offset);
            }
            Ast::Repetition(outer)
                if outer.op.kind == ast::RepetitionKind::OneOrMore && matches!(*outer.ast, Ast::Repetition(_)) =>
            {
                return Err(outer.op.span);
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), ast::Span> {
        if let Ast::Group(_) = ast {
            self.current = self.multi_line.pop().unwrap_or_default();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_match(pcre: &str, text: &str) -> bool {
        match compile(pcre, false, 1 << 20) {
            Ok(Regex::Text(regex)) => regex.is_match(text),
            other => panic!("{pcre}: {other:?}"),
        }
    }

    #[test]
    fn meanings_are_those_of_pcre() {
        for (pcre, text, expected) in [
            ("a$", "a\n", true),
            ("a$", "a\n\n", false),
            ("a$", "ab", false),
            ("(?m)a$", "a\nb", true),
            ("(?m:a$)|b$", "a\nc", true),
            ("(?m:a)|b$", "b\nc", false),
            (r"a\Z", "a\n", true),
            (r"a\z", "a\n", false),
            ("^b", "a\nb", false),
            ("a.b", "a\nb", true),
            ("[^[]x", "ax", true),
            ("[[]x", "[x", true),
            ("[]a]x", "]x", true),
            ("[a&&b]x", "&x", true),
            ("[a~~b]x", "~x", true),
            ("[+--]x", ",x", true),
            ("[[:digit:]_]x", "7x", true),
            (r"[\]\\]x", "\\x", true),
            (r"[\b]", "\u{8}", true),
            (r"\<a\>", "<a>", true),
            ("a{b", "a{b", true),
            ("{}", "{}", true),
            ("a{2}b", "aab", true),
            ("a(?# of all)b", "ab", true),
            (r"\é", "é", true),
            (r"^\p{Greek}\x{e9}$", "αé", true),
            ("(?i)CMD", "cmd", true),
        ] {
            assert_eq!(is_match(pcre, text), expected, "{pcre} {text:?}");
        }
    }

    #[test]
    fn what_pcre_alone_has_is_refused_by_name() {
        for (pcre, feature, place) in [
            ("a(?=b)", "look-around", 1..4),
            ("(?<!a)b", "look-around", 0..4),
            (r"(a)\1", "back-references", 3..5),
            ("(?P<n>a)(?P=n)", "back-references", 8..12),
            (r"(?<n>a)\k<n>", "back-references", 7..9),
            ("a++b", "possessive quantifiers", 2..3),
            ("a*+b", "possessive quantifiers", 2..3),
            ("(?>a)", "atomic groups", 0..3),
            ("(?R)", "recursion", 0..4),
            ("[[]a(?=b)", "look-around", 4..7),
        ] {
            let fault = compile(pcre, false, 1 << 20).unwrap_err();
            assert_eq!((fault.kind, fault.place), (ErrorKind::UnsupportedRegex { feature }, place), "{pcre}");
        }
    }

    #[test]
    fn faults_have_places() {
        for (pcre, kind, place) in [
            ("a(", ErrorKind::Regex, 1..2),
            ("[a", ErrorKind::Regex, 0..2),
            ("[z-a]", ErrorKind::Regex, 1..4),
            ("*", ErrorKind::Regex, 0..0),
            (r"(\w{99}){99}", ErrorKind::RegexTooLarge, 0..12),
        ] {
            let fault = compile(pcre, false, 1 << 20).unwrap_err();
            assert_eq!((fault.kind, fault.place), (kind, place), "{pcre}: {}", fault.detail);
        }
    }

    #[test]
    fn bytes_are_compared_with_characters_of_one_byte() {
        let Ok(Regex::Bytes(regex)) = compile("^MZ.é$", true, 1 << 20) else { panic!("it compiles") };
        assert!(regex.is_match(b"MZ\xff\xe9"));
        assert!(!regex.is_match("MZxé".as_bytes()));
        assert_eq!(compile(r"\p{Greek}", true, 1 << 20).unwrap_err().kind, ErrorKind::Regex);
    }
}
