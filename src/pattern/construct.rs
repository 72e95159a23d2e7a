//! Building patterns from values, with quotes and escape sequences where they are needed.

use super::ast::{
    Comparison, ComparisonExpression, List, Observation, ObservationExpression, OperatorKind, Path, Property, Step,
};
use super::error::Error;
use super::literal::Literal;
use super::parse::Parser;
use super::pattern::Pattern;
use super::span::Span;

impl Pattern<'static> {
    /// Builds the STIX 2.1 pattern for a tree that was changed or built by hand.
    ///
    /// The tree is printed and parsed again, so that its text, spans and structure fit together.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the tree has no text in the language, such as a list without
    /// operands or an object type with a blank, or if it breaks a limit.
    ///
    /// ```
    /// use stixkit::pattern::{Pattern, ast::ObservationExpression};
    ///
    /// let pattern = Pattern::parse("[file:size = 1] AND [url:value = 'a']")?;
    /// let mut expression = pattern.into_expression();
    /// if let ObservationExpression::And(list) = &mut expression {
    ///     list.operands.reverse();
    /// }
    /// let reversed = Pattern::from_expression(&expression)?;
    /// assert_eq!(reversed.text(), "[url:value = 'a'] AND [file:size = 1]");
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn from_expression(expression: &ObservationExpression<'_>) -> Result<Self, Error> {
        expression.to_string().parse()
    }

    /// Builds the pattern for one path that equals one value, with quotes and backslashes escaped.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the path is not valid or the value is longer than a pattern may be.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::equals("file:name", r"C:\it's")?;
    /// assert_eq!(pattern.text(), r"[file:name = 'C:\\it\'s']");
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn equals<'v>(path: &str, value: impl Into<Literal<'v>>) -> Result<Self, Error> {
        Self::any_of(path, [value])
    }

    /// Builds the pattern for one path that equals one of several values, such as those of a block
    /// list.
    ///
    /// The values are joined with `OR` in one pair of brackets. `IN` would mean the same, but far
    /// fewer programs understand it.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the path is not valid, if there is no value, or if there are more
    /// than a pattern may have: ten thousand SHA-256 hashes fit.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::any_of("ipv4-addr:value", ["198.51.100.7", "203.0.113.9"])?;
    /// assert_eq!(
    ///     pattern.text(),
    ///     "[ipv4-addr:value = '198.51.100.7' OR ipv4-addr:value = '203.0.113.9']",
    /// );
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn any_of<'v, V: Into<Literal<'v>>>(path: &str, values: impl IntoIterator<Item = V>) -> Result<Self, Error> {
        let path = Parser::new().parse_path(path)?;
        Self::one_observation(values.into_iter().map(|value| equality(path.clone(), value.into())).collect())
    }

    /// Builds the pattern for a file that has one of these hashes, given as pairs of algorithm and
    /// value.
    ///
    /// Use the algorithm names of STIX: `MD5`, `SHA-1`, `SHA-256`, `SSDEEP` and so on. Names and
    /// values are neither checked nor normalized.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if there is no hash or if there are more than a pattern may have.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    ///
    /// let pattern = Pattern::hashes([
    ///     ("MD5", "d41d8cd98f00b204e9800998ecf8427e"),
    ///     ("SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    /// ])?;
    /// assert_eq!(
    ///     pattern.text(),
    ///     "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e' \
    ///     OR file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']",
    /// );
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn hashes<'v>(hashes: impl IntoIterator<Item = (&'v str, &'v str)>) -> Result<Self, Error> {
        let property =
            |name: &'v str| Step::Property(Property { span: Span::default(), name: name.into(), quoted: false });
        let path = |algorithm| Path {
            span: Span::default(),
            object_type: "file".into(),
            steps: vec![property("hashes"), property(algorithm)],
        };
        let test = |(algorithm, value): (&'v str, &'v str)| equality(path(algorithm), value.into());
        Self::one_observation(hashes.into_iter().map(test).collect())
    }

    /// `[… OR …]`
    fn one_observation(mut tests: Vec<ComparisonExpression<'_>>) -> Result<Self, Error> {
        let comparison = match tests.pop() {
            Some(only) if tests.is_empty() => only,
            last => {
                tests.extend(last);
                ComparisonExpression::Or(Box::new(List { span: Span::default(), operands: tests }))
            }
        };
        Self::from_expression(&ObservationExpression::Observation(Box::new(Observation {
            span: Span::default(),
            comparison,
            qualifiers: Vec::new(),
        })))
    }
}

fn equality<'v>(path: Path<'v>, value: Literal<'v>) -> ComparisonExpression<'v> {
    let operator = OperatorKind::Equal.into();
    ComparisonExpression::Comparison(Box::new(Comparison {
        span: Span::default(),
        path,
        negated: false,
        operator,
        value,
    }))
}
