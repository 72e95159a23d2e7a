//! The parser's work: recursive descent with one token of lookahead.
//!
//! Only parentheses recurse, and their depth is limited. Lists of operands are loops.

use std::borrow::Cow;

use super::ast::{
    Bound, Comparison, ComparisonExpression, ComparisonGroup, Exists, In, Index, List, Observation,
    ObservationExpression, ObservationGroup, Operator, OperatorKind, Path, Property, Qualifier, Repeats, Seconds,
    StartStop, Step, Within,
};
use super::equality;
use super::error::Error;
use super::kind::ErrorKind;
use super::lex::{Keyword, Lexer, TokenKind};
use super::literal::{Binary, Boolean, Float, Hex, Integer, Literal, StringLiteral, Timestamp};
use super::span::Span;
use super::version::Version;

pub(super) struct Descent<'a> {
    lexer: Lexer<'a>,
    version: Version,
    max_depth: u32,
    max_nodes: usize,
    depth: u32,
    nodes: usize,
    /// The first test, if it was read before its tokens.
    first: Option<Box<Comparison<'a>>>,
}

impl<'a> Descent<'a> {
    pub(super) fn new(text: &'a str, version: Version, max_depth: u32, max_nodes: usize) -> Result<Self, Error> {
        let mut lexer = Lexer::new(text, version);
        lexer.advance()?;
        Ok(Self { lexer, version, max_depth, max_nodes, depth: 0, nodes: 0, first: None })
    }

    /// The whole text as a pattern: its tree and where its comments are.
    pub(super) fn pattern(mut self) -> Result<(ObservationExpression<'a>, Vec<Span>), Error> {
        if self.lexer.kind == TokenKind::End {
            return self.lexer.fail(ErrorKind::Empty);
        }
        if let Some(expression) = self.only_test() {
            return Ok((expression, self.lexer.comments));
        }
        let expression = self.observations()?;
        match self.lexer.kind {
            TokenKind::End => Ok((expression, self.lexer.comments)),
            TokenKind::CloseBracket | TokenKind::CloseParenthesis => self.lexer.fail(ErrorKind::UnexpectedClose),
            _ => self.lexer.fail_after_observation(),
        }
    }

    /// The whole pattern, if it is one test of the form that needs no tokens, as in most feeds. If
    /// it only starts with one, the test is kept.
    fn only_test(&mut self) -> Option<ObservationExpression<'a>> {
        let (opened, text) = (self.lexer.start, self.lexer.text);
        if self.lexer.kind != TokenKind::OpenBracket {
            return None;
        }
        let (test, is_only) = equality::first_test(text, opened)?;
        // The observation is a part, too.
        if !is_only || equality::count_parts(&test) >= self.max_nodes {
            self.first = Some(test);
            return None;
        }
        Some(ObservationExpression::Observation(Box::new(Observation {
            span: Span::new(opened, text.len()),
            comparison: ComparisonExpression::Comparison(test),
            qualifiers: Vec::new(),
        })))
    }

    /// The whole text as a path.
    pub(super) fn whole_path(mut self) -> Result<Path<'a>, Error> {
        let path = self.path()?;
        match self.lexer.kind {
            TokenKind::End => Ok(path),
            _ => self.lexer.fail(ErrorKind::ExpectedPathEnd),
        }
    }

    #[inline]
    fn advance(&mut self) -> Result<(), Error> {
        self.lexer.advance()
    }

    /// Goes to the next token and returns the place of this one.
    #[inline]
    fn consume(&mut self) -> Result<Span, Error> {
        let span = self.lexer.span();
        self.lexer.advance()?;
        Ok(span)
    }

    fn is_at(&self, keyword: Keyword) -> bool {
        self.lexer.kind == TokenKind::Keyword(keyword)
    }

    fn consume_if(&mut self, keyword: Keyword) -> Result<bool, Error> {
        let found = self.is_at(keyword);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// The span from `start` to the end of the token that was consumed last.
    fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.lexer.previous_end)
    }

    fn count_node(&mut self) -> Result<(), Error> {
        if self.nodes >= self.max_nodes {
            return self.lexer.fail(ErrorKind::TooManyNodes { limit: self.max_nodes });
        }
        self.nodes += 1;
        Ok(())
    }

    /// Consumes an opening parenthesis and goes one level down.
    fn open_group(&mut self) -> Result<Span, Error> {
        if self.depth >= self.max_depth {
            return self.lexer.fail(ErrorKind::TooDeep { limit: self.max_depth });
        }
        self.count_node()?;
        self.depth += 1;
        self.consume()
    }

    /// One operand, or a list of them when `keyword` follows.
    #[inline]
    fn list<T>(
        &mut self,
        keyword: Keyword,
        operand: fn(&mut Self) -> Result<T, Error>,
        node: fn(Box<List<T>>) -> T,
    ) -> Result<T, Error> {
        let start = self.lexer.start;
        let first = operand(self)?;
        if !self.is_at(keyword) {
            return Ok(first);
        }
        self.count_node()?;
        let mut operands = Vec::with_capacity(4);
        operands.push(first);
        while self.consume_if(keyword)? {
            operands.push(operand(self)?);
        }
        Ok(node(Box::new(List { span: self.span_from(start), operands })))
    }

    fn observations(&mut self) -> Result<ObservationExpression<'a>, Error> {
        self.list(Keyword::FollowedBy, Self::observation_or, ObservationExpression::FollowedBy)
    }

    fn observation_or(&mut self) -> Result<ObservationExpression<'a>, Error> {
        self.list(Keyword::Or, Self::observation_and, ObservationExpression::Or)
    }

    fn observation_and(&mut self) -> Result<ObservationExpression<'a>, Error> {
        self.list(Keyword::And, Self::observation, ObservationExpression::And)
    }

    fn observation(&mut self) -> Result<ObservationExpression<'a>, Error> {
        match self.lexer.kind {
            TokenKind::OpenBracket => self.bracketed_observation(),
            TokenKind::OpenParenthesis => self.observation_group(),
            TokenKind::Name | TokenKind::Hyphenated if self.lexer.colon_follows() => {
                self.lexer.fail(ErrorKind::MissingOpenBracket)
            }
            TokenKind::Keyword(Keyword::Exists) => self.lexer.fail(ErrorKind::MissingOpenBracket),
            TokenKind::Keyword(Keyword::Not) => self.lexer.fail(ErrorKind::MisplacedNot),
            _ => self.lexer.fail(ErrorKind::ExpectedObservation),
        }
    }

    fn bracketed_observation(&mut self) -> Result<ObservationExpression<'a>, Error> {
        self.count_node()?;
        let opened = self.consume()?;
        let comparison = self.comparisons()?;
        self.close_comparisons(TokenKind::CloseBracket, ErrorKind::UnclosedBracket { opened })?;
        let qualifiers = self.qualifiers()?;
        Ok(ObservationExpression::Observation(Box::new(Observation {
            span: self.span_from(opened.start),
            comparison,
            qualifiers,
        })))
    }

    fn observation_group(&mut self) -> Result<ObservationExpression<'a>, Error> {
        let opened = self.open_group()?;
        let inner = self.observations()?;
        match self.lexer.kind {
            TokenKind::CloseParenthesis => self.advance()?,
            TokenKind::End | TokenKind::CloseBracket => {
                return self.lexer.fail(ErrorKind::UnclosedGroup { opened });
            }
            _ => return self.lexer.fail_after_observation(),
        }
        self.depth -= 1;
        let qualifiers = self.qualifiers()?;
        Ok(ObservationExpression::Group(Box::new(ObservationGroup {
            span: self.span_from(opened.start),
            inner,
            qualifiers,
        })))
    }

    fn qualifiers(&mut self) -> Result<Vec<Qualifier<'a>>, Error> {
        let mut qualifiers = Vec::new();
        loop {
            let TokenKind::Keyword(keyword) = self.lexer.kind else {
                return Ok(qualifiers);
            };
            qualifiers.push(match keyword {
                Keyword::Start => self.start_stop()?,
                Keyword::Within => self.within()?,
                Keyword::Repeats => self.repeats()?,
                _ => return Ok(qualifiers),
            });
        }
    }

    fn start_stop(&mut self) -> Result<Qualifier<'a>, Error> {
        self.count_node()?;
        let from = self.consume()?.start;
        let start = self.bound()?;
        if !self.consume_if(Keyword::Stop)? {
            return self.lexer.fail_unless_miscased(&["STOP"], ErrorKind::ExpectedStop);
        }
        let stop = self.bound()?;
        Ok(Qualifier::StartStop(Box::new(StartStop { span: self.span_from(from), start, stop })))
    }

    fn bound(&mut self) -> Result<Bound<'a>, Error> {
        match (self.lexer.kind, self.version) {
            (TokenKind::Timestamp, Version::V21) => Ok(Bound::Timestamp(self.timestamp()?)),
            (TokenKind::String { escaped }, Version::V20) => Ok(Bound::String(self.string(escaped)?)),
            (_, Version::V21) => self.lexer.fail(ErrorKind::ExpectedTimestamp),
            (_, Version::V20) => self.lexer.fail(ErrorKind::ExpectedTimestampString),
        }
    }

    fn within(&mut self) -> Result<Qualifier<'a>, Error> {
        self.count_node()?;
        let start = self.consume()?.start;
        let span = self.lexer.span();
        let text = self.lexer.slice();
        let seconds = match self.lexer.kind {
            TokenKind::Integer | TokenKind::Float if text.starts_with('-') => {
                return self.lexer.fail(ErrorKind::NegativeNumber);
            }
            TokenKind::Integer => Seconds::Integer(Integer::parse(span, text)),
            TokenKind::Float => Seconds::Float(self.checked(Float::parse(span, text))?),
            _ => return self.lexer.fail(ErrorKind::ExpectedDuration),
        };
        self.advance()?;
        if !self.consume_if(Keyword::Seconds)? {
            return self.lexer.fail_unless_miscased(&["SECONDS"], ErrorKind::ExpectedSeconds);
        }
        Ok(Qualifier::Within(Box::new(Within { span: self.span_from(start), seconds })))
    }

    fn repeats(&mut self) -> Result<Qualifier<'a>, Error> {
        self.count_node()?;
        let start = self.consume()?.start;
        let text = self.lexer.slice();
        let times = match self.lexer.kind {
            TokenKind::Integer | TokenKind::Float if text.starts_with('-') => {
                return self.lexer.fail(ErrorKind::NegativeNumber);
            }
            TokenKind::Integer => Integer::parse(self.lexer.span(), text),
            _ => return self.lexer.fail(ErrorKind::ExpectedCount),
        };
        self.advance()?;
        if !self.consume_if(Keyword::Times)? {
            return self.lexer.fail_unless_miscased(&["TIMES"], ErrorKind::ExpectedTimes);
        }
        Ok(Qualifier::Repeats(Box::new(Repeats { span: self.span_from(start), times })))
    }

    fn comparisons(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        self.list(Keyword::Or, Self::comparison_and, ComparisonExpression::Or)
    }

    fn comparison_and(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        self.list(Keyword::And, Self::test, ComparisonExpression::And)
    }

    /// Consumes the token that closes a list of comparisons.
    fn close_comparisons(&mut self, close: TokenKind, unclosed: ErrorKind) -> Result<(), Error> {
        match self.lexer.kind {
            kind if kind == close => self.advance(),
            TokenKind::End | TokenKind::CloseBracket | TokenKind::CloseParenthesis | TokenKind::OpenBracket => {
                self.lexer.fail(unclosed)
            }
            // These only follow a closed observation.
            TokenKind::Keyword(Keyword::FollowedBy | Keyword::Start | Keyword::Within | Keyword::Repeats) => {
                self.lexer.fail(unclosed)
            }
            _ => self.lexer.fail_after_value(ErrorKind::ExpectedConnective),
        }
    }

    fn test(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        match self.lexer.kind {
            TokenKind::Name | TokenKind::Hyphenated => self.comparison(),
            TokenKind::OpenParenthesis => self.comparison_group(),
            TokenKind::Keyword(Keyword::Exists) => self.exists(self.lexer.start, false),
            TokenKind::Keyword(Keyword::Not) => self.not_exists(),
            TokenKind::Keyword(_) | TokenKind::Operator(..) if self.lexer.colon_follows() => {
                self.lexer.fail(ErrorKind::ReservedWord)
            }
            _ => self.lexer.fail(ErrorKind::ExpectedComparison),
        }
    }

    fn comparison_group(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        let opened = self.open_group()?;
        let inner = self.comparisons()?;
        self.close_comparisons(TokenKind::CloseParenthesis, ErrorKind::UnclosedGroup { opened })?;
        self.depth -= 1;
        Ok(ComparisonExpression::Group(Box::new(ComparisonGroup { span: self.span_from(opened.start), inner })))
    }

    fn not_exists(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        let not = self.consume()?;
        if self.is_at(Keyword::Exists) {
            return self.exists(not.start, true);
        }
        match self.lexer.slice() {
            "EXISTS" => self.lexer.fail(ErrorKind::ExistsIn20),
            word if word.eq_ignore_ascii_case("EXISTS") => {
                self.lexer.fail(ErrorKind::KeywordCase { keyword: "EXISTS" })
            }
            _ => self.lexer.fail_at(ErrorKind::MisplacedNot, not),
        }
    }

    fn exists(&mut self, start: usize, negated: bool) -> Result<ComparisonExpression<'a>, Error> {
        self.count_node()?;
        self.advance()?;
        let path = self.path()?;
        Ok(ComparisonExpression::Exists(Box::new(Exists { span: self.span_from(start), negated, path })))
    }

    fn comparison(&mut self) -> Result<ComparisonExpression<'a>, Error> {
        // Most tests have the form that needs no tokens. Close to the limit, counting has to find
        // the place.
        let start = self.lexer.start;
        let first = self.first.take().filter(|test| test.span.start == start);
        if let Some(test) = first.or_else(|| equality::test_at(self.lexer.text, start).map(Box::new))
            && equality::count_parts(&test) <= self.max_nodes - self.nodes
        {
            self.nodes += equality::count_parts(&test);
            self.lexer.advance_from(test.span.end)?;
            return Ok(ComparisonExpression::Comparison(test));
        }
        self.count_node()?;
        let path = self.path()?;
        let negated = self.consume_if(Keyword::Not)?;
        match self.lexer.kind {
            TokenKind::Operator(kind, spelling) => {
                let operator = Operator { span: self.consume()?, kind, spelling };
                let value = self.operand(kind)?;
                let span = self.span_from(path.span.start);
                let comparison = Comparison { span, path, negated, operator, value };
                Ok(ComparisonExpression::Comparison(Box::new(comparison)))
            }
            TokenKind::Keyword(Keyword::In) => {
                self.advance()?;
                let values = self.set()?;
                let span = self.span_from(path.span.start);
                Ok(ComparisonExpression::In(Box::new(In { span, path, negated, values })))
            }
            TokenKind::Keyword(Keyword::Not) => self.lexer.fail(ErrorKind::MisplacedNot),
            _ => self.lexer.fail_unless_miscased(
                &["NOT", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"],
                ErrorKind::ExpectedOperator,
            ),
        }
    }

    /// The constant after an operator.
    fn operand(&mut self, operator: OperatorKind) -> Result<Literal<'a>, Error> {
        match self.lexer.kind {
            TokenKind::String { escaped } => Ok(Literal::String(self.string(escaped)?)),
            _ if operator.takes_string() => self.lexer.fail(ErrorKind::ExpectedString),
            TokenKind::Keyword(Keyword::True | Keyword::False) if operator.is_ordering() => {
                self.lexer.fail(ErrorKind::UnorderedBoolean)
            }
            _ => self.literal(),
        }
    }

    fn set(&mut self) -> Result<Vec<Literal<'a>>, Error> {
        if self.lexer.kind != TokenKind::OpenParenthesis {
            return self.lexer.fail(ErrorKind::ExpectedSet);
        }
        let opened = self.consume()?;
        let mut values = Vec::new();
        if self.lexer.kind == TokenKind::CloseParenthesis {
            self.advance()?;
            return Ok(values);
        }
        loop {
            self.count_node()?;
            values.push(self.literal()?);
            match self.lexer.kind {
                TokenKind::Comma => self.advance()?,
                TokenKind::CloseParenthesis => {
                    self.advance()?;
                    return Ok(values);
                }
                _ => return self.lexer.fail_after_value(ErrorKind::UnclosedSet { opened }),
            };
        }
    }

    fn path(&mut self) -> Result<Path<'a>, Error> {
        let object_type = match self.lexer.kind {
            TokenKind::Name | TokenKind::Hyphenated => self.consume()?,
            _ => return self.lexer.fail(ErrorKind::ExpectedPath),
        };
        if self.lexer.kind != TokenKind::Colon {
            return self.lexer.fail_no_colon(object_type);
        }
        self.advance()?;
        let mut steps = Vec::with_capacity(2);
        self.property(&mut steps)?;
        loop {
            match self.lexer.kind {
                TokenKind::Dot => {
                    self.advance()?;
                    self.property(&mut steps)?;
                }
                TokenKind::OpenBracket => self.index(&mut steps)?,
                // `a:b.5` has a number where the dot should be.
                TokenKind::Float if self.lexer.slice().starts_with('.') => {
                    return self.lexer.fail(ErrorKind::ExpectedProperty);
                }
                _ => break,
            }
        }
        Ok(Path {
            span: self.span_from(object_type.start),
            object_type: Cow::Borrowed(&self.lexer.text[object_type.range()]),
            steps,
        })
    }

    fn property(&mut self, steps: &mut Vec<Step<'a>>) -> Result<(), Error> {
        self.count_node()?;
        let span = self.lexer.span();
        let (name, quoted) = match self.lexer.kind {
            TokenKind::Name => (Cow::Borrowed(self.lexer.slice()), false),
            TokenKind::String { escaped } => (self.unquoted(span, escaped), true),
            TokenKind::Hyphenated => return self.lexer.fail(ErrorKind::UnquotedProperty),
            TokenKind::Keyword(_) => return self.lexer.fail(ErrorKind::ReservedWord),
            TokenKind::Operator(kind, _) if kind.takes_string() => {
                return self.lexer.fail(ErrorKind::ReservedWord);
            }
            _ => return self.lexer.fail(ErrorKind::ExpectedProperty),
        };
        steps.push(Step::Property(Property { span, name, quoted }));
        self.advance()
    }

    fn index(&mut self, steps: &mut Vec<Step<'a>>) -> Result<(), Error> {
        self.count_node()?;
        let opened = self.consume()?;
        let text = self.lexer.slice();
        let position = match self.lexer.kind {
            TokenKind::Star => None,
            TokenKind::Integer if text.starts_with('-') => {
                return self.lexer.fail(ErrorKind::NegativeIndex);
            }
            TokenKind::Integer => {
                let number = text.parse().map_err(|_| ErrorKind::NumberOutOfRange);
                Some(self.checked(number)?)
            }
            _ => return self.lexer.fail(ErrorKind::ExpectedIndex),
        };
        self.advance()?;
        if self.lexer.kind != TokenKind::CloseBracket {
            return self.lexer.fail(ErrorKind::UnclosedIndex { opened });
        }
        self.advance()?;
        let span = self.span_from(opened.start);
        steps.push(match position {
            None => Step::AnyIndex(span),
            Some(position) => Step::Index(Index { span, position, plus: text.starts_with('+') }),
        });
        Ok(())
    }

    fn literal(&mut self) -> Result<Literal<'a>, Error> {
        let span = self.lexer.span();
        let text = self.lexer.slice();
        let literal = match self.lexer.kind {
            TokenKind::String { escaped } => return Ok(Literal::String(self.string(escaped)?)),
            TokenKind::Timestamp => return Ok(Literal::Timestamp(self.timestamp()?)),
            TokenKind::Integer => Literal::Integer(Integer::parse(span, text)),
            TokenKind::Float => Literal::Float(self.checked(Float::parse(span, text))?),
            TokenKind::Hex => Literal::Hex(self.checked(Hex::parse(span, prefixed(text)))?),
            TokenKind::Binary => Literal::Binary(self.checked(Binary::parse(span, prefixed(text)))?),
            TokenKind::Keyword(Keyword::True) => Literal::Boolean(Boolean { span, value: true }),
            TokenKind::Keyword(Keyword::False) => Literal::Boolean(Boolean { span, value: false }),
            _ => return self.lexer.fail_unless_miscased(&["true", "false"], ErrorKind::ExpectedLiteral),
        };
        self.advance()?;
        Ok(literal)
    }

    fn timestamp(&mut self) -> Result<Timestamp<'a>, Error> {
        let span = self.lexer.span();
        let timestamp = self.checked(Timestamp::parse(span, prefixed(self.lexer.slice())))?;
        self.advance()?;
        Ok(timestamp)
    }

    fn string(&mut self, escaped: bool) -> Result<StringLiteral<'a>, Error> {
        let span = self.consume()?;
        Ok(StringLiteral { span, value: self.unquoted(span, escaped) })
    }

    /// What a string token means, without its quotes and escape sequences.
    fn unquoted(&self, span: Span, escaped: bool) -> Cow<'a, str> {
        let text = &self.lexer.text[span.start + 1..span.end - 1];
        if !escaped {
            return Cow::Borrowed(text);
        }
        let mut value = String::with_capacity(text.len());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            // The lexer has seen that each backslash is followed by what it stands for.
            value.extend(if character == '\\' { characters.next() } else { Some(character) });
        }
        Cow::Owned(value)
    }

    /// Places a fault in a constant at the token, which is the constant.
    fn checked<T>(&self, constant: Result<T, ErrorKind>) -> Result<T, Error> {
        constant.or_else(|kind| self.lexer.fail(kind))
    }
}

/// The content of a constant such as `h'ff'`, whose first letter and quotes the lexer has seen.
fn prefixed(text: &str) -> &str {
    &text[2..text.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

    fn span(range: std::ops::Range<usize>) -> Span {
        range.into()
    }

    #[test]
    fn every_node_has_its_span() {
        let text = " [ a : 'b' [ 0 ] NOT == 'c' ] WITHIN 5 SECONDS ";
        let pattern = Pattern::parse(text).unwrap();
        let ObservationExpression::Observation(observation) = pattern.expression() else { panic!("{pattern:?}") };
        assert_eq!(observation.span, span(1..46));
        assert_eq!(observation.qualifiers[0].span(), span(30..46));
        let ComparisonExpression::Comparison(comparison) = &observation.comparison else { panic!("{pattern:?}") };
        assert_eq!(comparison.span, span(3..27));
        assert_eq!(comparison.path.span, span(3..16));
        assert_eq!(comparison.path.steps[0].span(), span(7..10));
        assert_eq!(comparison.path.steps[1].span(), span(11..16));
        assert_eq!(comparison.operator.span, span(21..23));
        assert_eq!(comparison.value.span(), span(24..27));
    }

    #[test]
    fn lists_span_their_operands() {
        let pattern = Pattern::parse("( [a:b = 1] OR [a:b = 1 AND (a:c = 2) ] )").unwrap();
        let ObservationExpression::Group(group) = pattern.expression() else { panic!("{pattern:?}") };
        assert_eq!(group.span, span(0..41));
        assert_eq!(group.inner.span(), span(2..39));
        let ObservationExpression::Or(list) = &group.inner else { panic!("{pattern:?}") };
        let ObservationExpression::Observation(second) = &list.operands[1] else { panic!("{pattern:?}") };
        assert_eq!(second.comparison.span(), span(16..37));
    }

    #[test]
    fn a_chain_of_one_operator_is_one_node() {
        for operator in ["AND", "OR", "FOLLOWEDBY"] {
            let text = vec!["[a:b = 1]"; 1000].join(&format!(" {operator} "));
            let pattern = Pattern::parse(&text).unwrap();
            match pattern.expression() {
                ObservationExpression::And(list)
                | ObservationExpression::Or(list)
                | ObservationExpression::FollowedBy(list) => assert_eq!(list.operands.len(), 1000),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn nodes_stay_small() {
        // Guards the memory that a long list of indicators takes; grow them for a reason only.
        let word = size_of::<usize>();
        assert!(size_of::<ObservationExpression<'_>>() <= 2 * word);
        assert!(size_of::<ComparisonExpression<'_>>() <= 2 * word);
        assert!(size_of::<Qualifier<'_>>() <= 2 * word);
        assert!(size_of::<Step<'_>>() <= 6 * word);
        assert!(size_of::<Literal<'_>>() <= 8 * word);
        assert!(size_of::<Comparison<'_>>() <= 22 * word);
    }
}
