//! Patterns, compiled to tests and a plan.

use std::collections::HashMap;

use super::bytes::latin1;
use super::condition::Condition;
use super::error::{Error, ErrorKind};
use super::instant::{Interval, duration, nanos};
use super::like::Like;
use super::normal::nfc;
use super::operand::Operand;
use super::pcre;
use super::plan::{Alternative, Leaf, Origin, Place, Plan};
use super::step::{Encoding, Path};
use super::test::{Brackets, Expression, Test};
use crate::pattern::ast::{
    Comparison, ComparisonExpression, List, Observation, ObservationExpression, OperatorKind, Qualifier, StartStop,
};
use crate::pattern::seen_qualifiers::SeenQualifiers;
use crate::pattern::{Pattern, Span, Version};
use crate::row::address::{Block, Network};

/// The memory of one regular expression, and of all in a pattern.
const MAX_REGEX: usize = 1 << 20;
const MAX_REGEXES: usize = 64 * MAX_REGEX;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) brackets: Vec<Brackets>,
    pub(super) plan: Plan,
    /// The brackets in written order, with their places.
    pub(super) places: Vec<(usize, Place)>,
}

impl Compiled {
    pub(super) fn new(pattern: &Pattern<'_>) -> Result<Self, Error> {
        let regexes = pattern.tests().filter(|test| is_matches(test)).count();
        let mut compiler = Compiler {
            text: pattern.text(),
            version: pattern.version(),
            regex_limit: (MAX_REGEXES / regexes.max(1)).min(MAX_REGEX),
            offset: 0,
            known: HashMap::new(),
            brackets: Vec::new(),
            places: Vec::new(),
        };
        let plan = compiler.observations(pattern.expression(), Interval::ALWAYS)?;
        Ok(Self { brackets: compiler.brackets, plan, places: compiler.places })
    }
}

fn is_matches(test: &ComparisonExpression<'_>) -> bool {
    matches!(test, ComparisonExpression::Comparison(node) if node.operator.kind == OperatorKind::Matches)
}

struct Compiler<'p> {
    text: &'p str,
    version: Version,
    regex_limit: usize,
    /// Where the brackets that are being compiled start.
    offset: usize,
    /// The brackets by what they contain.
    known: HashMap<&'p str, usize>,
    brackets: Vec<Brackets>,
    places: Vec<(usize, Place)>,
}

// It recurses for parentheses only, which the parser limits.
impl Compiler<'_> {
    fn observations(&mut self, expression: &ObservationExpression<'_>, window: Interval) -> Result<Plan, Error> {
        match expression {
            ObservationExpression::Observation(node) => {
                let window = self.window(&node.qualifiers, window)?;
                let leaf = self.leaf(node, window)?;
                Ok(qualified(leaf, &node.qualifiers))
            }
            ObservationExpression::Group(node) => {
                let window = self.window(&node.qualifiers, window)?;
                let inner = self.observations(&node.inner, window)?;
                Ok(qualified(inner, &node.qualifiers))
            }
            ObservationExpression::And(list) => Ok(Plan::all(self.operands(list, window)?)),
            ObservationExpression::Or(list) => Ok(Plan::any(self.operands(list, window)?)),
            ObservationExpression::FollowedBy(list) => Ok(Plan::sequence(self.operands(list, window)?)),
        }
    }

    fn operands(&mut self, list: &List<ObservationExpression<'_>>, window: Interval) -> Result<Vec<Plan>, Error> {
        list.operands.iter().map(|operand| self.observations(operand, window)).collect()
    }

    /// The part of a window that the qualifiers leave. The window holds for all observations of an expression, so it
    /// does not matter where among the qualifiers it stands.
    fn window(&self, qualifiers: &[Qualifier<'_>], mut window: Interval) -> Result<Interval, Error> {
        let mut seen = SeenQualifiers::default();
        for qualifier in qualifiers {
            if seen.is_repeated(qualifier) && self.version != Version::V20 {
                return Err(self.error(ErrorKind::DuplicateQualifier, qualifier.span()));
            }
            if let Qualifier::StartStop(bounds) = qualifier {
                window = window.and(self.bounds(bounds)?);
            }
        }
        Ok(window)
    }

    fn bounds(&self, bounds: &StartStop<'_>) -> Result<Interval, Error> {
        let [start, stop] = [&bounds.start, &bounds.stop]
            .map(|bound| bound.instant().map(nanos).ok_or_else(|| self.error(ErrorKind::Bound, bound.span())));
        Ok(Interval::half_open(start?, stop?))
    }

    fn leaf(&mut self, node: &Observation<'_>, window: Interval) -> Result<Plan, Error> {
        let inner = node.comparison.span();
        let text = &self.text[inner.range()];
        self.offset = inner.start;
        let brackets = match self.known.get(text) {
            Some(known) => *known,
            None => {
                let brackets = Brackets::new(self.comparisons(&node.comparison)?);
                self.known.insert(text, self.brackets.len());
                self.brackets.push(brackets);
                self.brackets.len() - 1
            }
        };
        let place = Place { span: node.span, inner: inner.start };
        self.places.push((brackets, place));
        if window.is_empty() {
            return Ok(Plan::Never);
        }
        let origins = vec![Origin { places: vec![place], demand: 1 }];
        Ok(Plan::Leaf(Leaf { alternatives: vec![Alternative { brackets, window }], origins }))
    }

    fn comparisons(&self, expression: &ComparisonExpression<'_>) -> Result<Expression, Error> {
        let operands = |list: &List<ComparisonExpression<'_>>| {
            list.operands.iter().map(|operand| self.comparisons(operand)).collect::<Result<Box<[_]>, _>>()
        };
        let (path, condition, negated) = match expression {
            ComparisonExpression::Group(node) => return self.comparisons(&node.inner),
            ComparisonExpression::And(list) => return operands(list).map(Expression::All),
            ComparisonExpression::Or(list) => return operands(list).map(Expression::Any),
            ComparisonExpression::Comparison(node) => {
                let path = Path::new(&node.path, self.offset);
                let condition = self.condition(node, path.encoding)?;
                (path, condition, node.negated)
            }
            ComparisonExpression::In(node) => {
                let path = Path::new(&node.path, self.offset);
                let operands = node.values.iter().map(|value| Operand::new(value, path.encoding)).collect();
                (path, Condition::In(operands), node.negated)
            }
            ComparisonExpression::Exists(node) => {
                (Path::new(&node.path, self.offset), Condition::Present, node.negated)
            }
        };
        let span = expression.span();
        let span = Span::new(span.start - self.offset, span.end - self.offset);
        Ok(Expression::Test(Test { span, path, condition, negated }))
    }

    fn condition(&self, node: &Comparison<'_>, encoding: Encoding) -> Result<Condition, Error> {
        let operand = || Operand::new(&node.value, encoding);
        Ok(match node.operator.kind {
            OperatorKind::Equal => Condition::Equal(operand()),
            OperatorKind::NotEqual => Condition::NotEqual(operand()),
            operator if operator.is_ordering() => Condition::Order(operator, operand()),
            OperatorKind::Like => Condition::Like(Like::new(node.value.as_str().unwrap_or_default())),
            OperatorKind::Matches => self.regex(node, encoding)?,
            OperatorKind::IsSubset => Condition::Subset(self.block(node)?),
            _ => Condition::Superset(self.block(node)?),
        })
    }

    fn block(&self, node: &Comparison<'_>) -> Result<Block, Error> {
        let network = Network::parse(node.value.as_str().unwrap_or_default());
        let network = network.ok_or_else(|| self.error(ErrorKind::Network, node.value.span()))?;
        Ok(network.block())
    }

    fn regex(&self, node: &Comparison<'_>, encoding: Encoding) -> Result<Condition, Error> {
        let value = node.value.as_str().unwrap_or_default();
        let of_bytes = encoding != Encoding::Text;
        if of_bytes && latin1(value).is_none() {
            return Ok(Condition::Incomparable);
        }
        let normal = if of_bytes { value.into() } else { nfc(value) };
        match pcre::compile(&normal, of_bytes, self.regex_limit) {
            Ok(regex) => Ok(Condition::Matches(regex)),
            Err(fault) => {
                let whole = node.value.span();
                // Places are those in the normal form.
                let is_normal = normal == value;
                let span = if is_normal { within_literal(self.text, whole, &fault.place) } else { whole };
                Err(self.error(fault.kind, span).with_detail(fault.detail))
            }
        }
    }

    fn error(&self, kind: ErrorKind, span: Span) -> Error {
        Error::at(kind, span, self.text)
    }
}

/// Applies the qualifiers in their order, but for the windows.
fn qualified(plan: Plan, qualifiers: &[Qualifier<'_>]) -> Plan {
    qualifiers.iter().fold(plan, |plan, qualifier| match qualifier {
        Qualifier::StartStop(_) => plan,
        Qualifier::Within(node) => plan.within(duration(&node.seconds)),
        Qualifier::Repeats(node) => {
            // More than 64 bits are more than all observations there are.
            let times = node.times.value().map_or(u64::MAX, |times| times.unsigned_abs());
            plan.repeated(times)
        }
    })
}

/// The place in the pattern of a range of a string's value: between the quotes, where some characters are escaped.
fn within_literal(pattern: &str, literal: Span, place: &std::ops::Range<usize>) -> Span {
    let mut written = literal.start + 1;
    let mut value = 0;
    let mut at = |wanted: usize| {
        while value < wanted && written + 1 < literal.end {
            let is_escape = pattern.as_bytes()[written] == b'\\';
            written += usize::from(is_escape);
            written += 1;
            value += 1;
        }
        written
    };
    let start = at(place.start);
    Span::new(start, at(place.end))
}
