//! The words of a pattern's text, for syntax highlighting and rewriting.

use std::iter::Peekable;

use super::lex::{self, Lexer};
use super::pattern::Pattern;
use super::span::Span;

/// A word of a pattern's text, with its place.
///
/// [`Pattern::tokens`] has an example; [`Pattern`] is what it is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Token {
    /// The kind of the word.
    pub kind: TokenKind,
    /// The place of the word.
    pub span: Span,
}

/// The kinds of [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// `[`, `]`, `(`, `)`, `:`, `.`, `,` or `*`
    Punctuation,
    /// `=`, `<`, `LIKE` and the other operators between a path and a constant, except `IN`.
    Operator,
    /// A reserved word that is neither operator nor boolean: `AND`, `NOT`, `IN`, `WITHIN`.
    Keyword,
    /// An object type or a property without quotes.
    Name,
    /// `'…'`, be it a constant or a property.
    String,
    /// `5`
    Integer,
    /// `0.5`
    Float,
    /// `true`, `false`
    Boolean,
    /// `t'…'`
    Timestamp,
    /// `h'…'`
    Hex,
    /// `b'…'`
    Binary,
    /// `/* … */`, `// …`
    Comment,
}

/// An iterator over the words of a pattern's text; see [`Pattern::tokens`].
#[derive(Debug)]
pub struct Tokens<'p> {
    lexer: Lexer<'p>,
    comments: Peekable<std::slice::Iter<'p, Span>>,
    /// The token that the comments before it have held up.
    next: Option<Token>,
}

impl<'a> Pattern<'a> {
    /// Returns the words of the text, including comments, with their places. Only blanks lie
    /// between them.
    ///
    /// The tree has the places of its constructs, but not those of each bracket, comma and
    /// connective.
    ///
    /// ```
    /// use stixkit::pattern::{Pattern, TokenKind};
    ///
    /// let pattern = Pattern::parse("[file:size NOT IN (1, 2)] // small")?;
    /// let words: Vec<_> = pattern.tokens().map(|token| &pattern.text()[token.span.range()]).collect();
    /// assert_eq!(
    ///     words,
    ///     ["[", "file", ":", "size", "NOT", "IN", "(", "1", ",", "2", ")", "]", "// small"],
    /// );
    ///
    /// let keywords = pattern.tokens().filter(|token| token.kind == TokenKind::Keyword);
    /// assert!(keywords.map(|token| token.span.range()).eq([11..14, 15..17]));
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn tokens(&self) -> Tokens<'_> {
        let lexer = Lexer::new(self.text(), self.version());
        Tokens { lexer, comments: self.comments().iter().peekable(), next: None }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.next.is_none() {
            // OK because the text was parsed before, so that there is no fault in it.
            self.lexer.advance().ok()?;
            self.next = kind(self.lexer.kind).map(|kind| Token { kind, span: self.lexer.span() });
        }
        let start = self.next.map_or(usize::MAX, |token| token.span.start);
        match self.comments.next_if(|comment| comment.start < start) {
            Some(span) => Some(Token { kind: TokenKind::Comment, span: *span }),
            None => self.next.take(),
        }
    }
}

impl std::iter::FusedIterator for Tokens<'_> {}

fn kind(kind: lex::TokenKind) -> Option<TokenKind> {
    use lex::Keyword;
    use lex::TokenKind as Lexed;

    Some(match kind {
        Lexed::End => return None,
        Lexed::OpenBracket
        | Lexed::CloseBracket
        | Lexed::OpenParenthesis
        | Lexed::CloseParenthesis
        | Lexed::Colon
        | Lexed::Dot
        | Lexed::Comma
        | Lexed::Star => TokenKind::Punctuation,
        Lexed::Operator(..) => TokenKind::Operator,
        Lexed::Keyword(Keyword::True | Keyword::False) => TokenKind::Boolean,
        Lexed::Keyword(_) => TokenKind::Keyword,
        Lexed::Name | Lexed::Hyphenated => TokenKind::Name,
        Lexed::String { .. } => TokenKind::String,
        Lexed::Integer => TokenKind::Integer,
        Lexed::Float => TokenKind::Float,
        Lexed::Timestamp => TokenKind::Timestamp,
        Lexed::Hex => TokenKind::Hex,
        Lexed::Binary => TokenKind::Binary,
    })
}
