use std::convert::Infallible;

use stixkit::pattern::ast::{
    Bound, ComparisonExpression, Literal, ObservationExpression, Path, Qualifier, Seconds, Span, Step, Value,
};
use stixkit::pattern::{Error, Parser, Pattern, Version, Visitor};

/// Any text: parsing never panics, printing loses nothing, all places are places in the text.
pub(crate) fn pattern_parse(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    for version in [Version::V20, Version::V21] {
        let parser = Parser::new().with_version(version);
        match parser.parse(text) {
            Ok(pattern) => parsed(&parser, &pattern, text),
            Err(error) => refused(&error, text),
        }
        let small = parser.clone().with_max_length(256).with_max_depth(2).with_max_nodes(12);
        match small.parse(text) {
            Ok(pattern) => assert_eq!(parser.parse(text), Ok(pattern)),
            Err(error) if text.len() > 256 => assert!(text.starts_with(error.pattern())),
            Err(error) => refused(&error, text),
        }
        match parser.parse_path(text) {
            Ok(path) => {
                Places::new(text).path(&path);
                let printed = path.to_string();
                let again = parser.parse_path(&printed).unwrap_or_else(|error| panic!("{error:#}"));
                assert!(path.same_as(&again), "{printed}");
            }
            Err(error) => refused(&error, text),
        }
    }
    let value = Pattern::equals("file:name", text).unwrap_or_else(|error| panic!("{error:#}"));
    let values = value.tests().filter_map(|test| match test {
        ComparisonExpression::Comparison(comparison) => comparison.value.as_str(),
        _ => None,
    });
    assert!(values.eq([text]), "{value}");
}

fn parsed(parser: &Parser, pattern: &Pattern<'_>, text: &str) {
    let expression = pattern.expression();
    assert_eq!(pattern.text(), text);
    let mut places = Places::new(text);
    let Ok(()) = expression.visit(&mut places);
    for span in pattern.comments() {
        places.within(*span);
    }
    for finding in pattern.check() {
        places.within(finding.span);
        assert!(!finding.to_string().is_empty());
    }

    let mut end = 0;
    for token in pattern.tokens() {
        places.within(token.span);
        assert!(text[end..token.span.start].trim().is_empty(), "only blanks lie between tokens");
        end = token.span.end;
    }
    assert!(text[end..].trim().is_empty(), "the tokens are all there");

    for (form, printed) in [("{}", pattern.to_string()), ("{:#}", format!("{pattern:#}"))] {
        let again = parser.parse(&printed).unwrap_or_else(|error| panic!("{form}: {error:#}"));
        assert!(expression.same_as(again.expression()), "{form}: {printed}");
        assert!(again.expression().same_as(expression), "{form}: {printed}");
        let once_more = if form == "{}" { again.to_string() } else { format!("{again:#}") };
        assert_eq!(printed, once_more, "{form}");
        assert_eq!(again.to_string(), pattern.to_string(), "{form}");
    }
    assert_eq!(pattern.clone().into_owned(), *pattern);
    assert_eq!(pattern.tests().count(), pattern.paths().count());
    assert!(!pattern.is_simple_equality() || pattern.literals().count() == 1);
    for literal in pattern.literals() {
        let is_same_text = literal.as_str().is_none_or(|text| literal.value() == Value::String(text));
        assert!(is_same_text, "{literal:?}");
    }
    assert!(pattern.object_types().len() <= pattern.tests().count());
}

fn refused(error: &Error, text: &str) {
    assert_eq!(error.pattern(), text);
    assert!(text.get(error.span().range()).is_some(), "{:?} is no place in the text", error.span());
    let (line, column) = error.line_column();
    assert!(line >= 1 && column >= 1);
    for message in [error.to_string(), format!("{error:#}")] {
        let is_clean = message.chars().all(|character| character == '\n' || !character.is_control());
        assert!(is_clean && !message.is_empty(), "{message:?}");
    }
}

/// Checks that each place lies in the one around it, on character boundaries, and that what is there fits.
struct Places<'t> {
    text: &'t str,
    inside: Vec<Span>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, inside: vec![Span::new(0, text.len())] }
    }

    #[track_caller]
    fn within(&self, span: Span) {
        assert!(self.text.get(span.range()).is_some(), "{span:?} is no place in the text");
        let outer = self.inside[self.inside.len() - 1];
        assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} is not inside {outer:?}");
    }

    #[track_caller]
    fn enter(&mut self, span: Span) {
        self.within(span);
        assert!(!span.is_empty());
        self.inside.push(span);
    }

    fn leave(&mut self) {
        self.inside.pop();
    }

    fn path(&mut self, path: &Path<'_>) {
        self.enter(path.span);
        let mut end = path.span.start;
        for step in &path.steps {
            let span = step.span();
            self.within(span);
            assert!(span.start >= end, "the steps of a path follow each other");
            end = span.end;
            if let Step::Property(property) = step {
                let written = &self.text[span.range()];
                assert_eq!(property.quoted, written.starts_with('\''), "{written}");
            }
        }
        assert_eq!(end, path.span.end);
        self.leave();
    }

    fn literal(&self, literal: &Literal<'_>) {
        let span = literal.span();
        self.within(span);
        let written = &self.text[span.range()];
        let fits = match literal {
            Literal::String(_) => written.starts_with('\'') && written.ends_with('\''),
            Literal::Timestamp(_) => written.starts_with("t'"),
            Literal::Hex(_) => written.starts_with("h'"),
            Literal::Binary(_) => written.starts_with("b'"),
            Literal::Boolean(_) => written.eq_ignore_ascii_case("true") || written.eq_ignore_ascii_case("false"),
            Literal::Integer(number) => written == number.text(),
            Literal::Float(number) => written == number.text(),
        };
        assert!(fits, "{literal:?} at `{written}`");
    }

    fn qualifiers(&mut self, qualifiers: &[Qualifier<'_>]) {
        for qualifier in qualifiers {
            self.enter(qualifier.span());
            match qualifier {
                Qualifier::StartStop(window) => {
                    for bound in [&window.start, &window.stop] {
                        self.within(bound.span());
                        bound.instant();
                        assert_eq!(
                            matches!(bound, Bound::Timestamp(_)),
                            self.text[bound.span().range()].starts_with('t')
                        );
                    }
                }
                Qualifier::Within(within) => {
                    self.within(within.seconds.span());
                    assert!(within.seconds.value() >= 0.0);
                    if let Seconds::Integer(number) = &within.seconds {
                        assert!(!number.text().starts_with('-'));
                    }
                }
                Qualifier::Repeats(repeats) => {
                    self.within(repeats.times.span);
                    assert!(!repeats.times.text().starts_with('-'));
                }
            }
            self.leave();
        }
    }
}

impl<'t, 'a> Visitor<'t, 'a> for Places<'_> {
    type Error = Infallible;

    fn enter_observation(&mut self, expression: &'t ObservationExpression<'a>) -> Result<(), Infallible> {
        self.enter(expression.span());
        match expression {
            ObservationExpression::Observation(node) => self.qualifiers(&node.qualifiers),
            ObservationExpression::Group(node) => self.qualifiers(&node.qualifiers),
            ObservationExpression::And(list)
            | ObservationExpression::Or(list)
            | ObservationExpression::FollowedBy(list) => assert!(list.operands.len() >= 2),
        }
        Ok(())
    }

    fn leave_observation(&mut self, _: &'t ObservationExpression<'a>) -> Result<(), Infallible> {
        self.leave();
        Ok(())
    }

    fn enter_comparison(&mut self, expression: &'t ComparisonExpression<'a>) -> Result<(), Infallible> {
        self.enter(expression.span());
        if let Some(path) = expression.path() {
            self.path(path);
        }
        match expression {
            ComparisonExpression::Comparison(node) => {
                self.within(node.operator.span);
                self.literal(&node.value);
            }
            ComparisonExpression::In(node) => node.values.iter().for_each(|value| self.literal(value)),
            ComparisonExpression::And(list) | ComparisonExpression::Or(list) => assert!(list.operands.len() >= 2),
            ComparisonExpression::Exists(_) | ComparisonExpression::Group(_) => {}
        }
        Ok(())
    }

    fn leave_comparison(&mut self, _: &'t ComparisonExpression<'a>) -> Result<(), Infallible> {
        self.leave();
        Ok(())
    }
}
