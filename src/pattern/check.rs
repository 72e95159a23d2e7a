//! Checking patterns against the spec's text and the object model.

use std::collections::BTreeSet;

use super::ast::{Bound, ComparisonExpression, List, ObservationExpression, Path, Qualifier, Seconds, Spelling, Step};
use super::finding::{Finding, FindingKind};
use super::literal::{Integer, Literal};
use super::names;
use super::pattern::Pattern;
use super::seen_qualifiers::SeenQualifiers;
use super::span::Span;
use super::tree_walk::{Event, Node, TreeWalk};
use super::version::Version;
use crate::object::property::definition::Shape;

impl Pattern<'_> {
    /// Returns where the pattern departs from the spec's text or can never match, in order of
    /// place.
    ///
    /// Names and values are compared with the object model of the crate, versions 2.0 and 2.1 taken
    /// together. Custom types and properties (`x-…`, `x_…`) may hold anything, and a reference may
    /// lead to any observable.
    ///
    /// ```
    /// use stixkit::pattern::{FindingKind, Pattern};
    ///
    /// let pattern = Pattern::parse("[ipv4-addr:value == '198.51.100.7' AND url:value = 'a']")?;
    /// let kinds: Vec<_> = pattern.check().iter().map(|finding| finding.kind).collect();
    /// assert_eq!(kinds, [FindingKind::UnsatisfiableAnd, FindingKind::AlternativeOperator]);
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn check(&self) -> Vec<Finding> {
        let mut checker = Checker { version: self.version(), findings: Vec::new(), types: Vec::new() };
        for span in self.comments() {
            checker.find(FindingKind::Comment, *span);
        }
        for event in TreeWalk::new(Node::Observation(self.expression())) {
            match event {
                Event::Leave(Node::Observation(node)) => checker.observation(node),
                Event::Leave(Node::Comparison(node)) => checker.comparison(node),
                Event::Enter(_) | Event::Between(_) => {}
            }
        }
        checker.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
        checker.findings
    }
}

struct Checker<'t> {
    version: Version,
    findings: Vec<Finding>,
    /// The object types that can pass each comparison expression that was left and whose parent was
    /// not. `None` after a finding, so that one contradiction is not reported again on the way up.
    types: Vec<Option<BTreeSet<&'t str>>>,
}

impl<'t> Checker<'t> {
    fn find(&mut self, kind: FindingKind, span: Span) {
        self.findings.push(Finding { kind, span });
    }

    fn observation(&mut self, expression: &'t ObservationExpression<'_>) {
        match expression {
            ObservationExpression::Observation(node) => {
                self.types.clear();
                self.qualifiers(&node.qualifiers);
            }
            ObservationExpression::Group(node) => self.qualifiers(&node.qualifiers),
            ObservationExpression::And(_) | ObservationExpression::Or(_) | ObservationExpression::FollowedBy(_) => {}
        }
    }

    fn qualifiers(&mut self, qualifiers: &[Qualifier<'_>]) {
        let mut seen = SeenQualifiers::default();
        for qualifier in qualifiers {
            if seen.is_repeated(qualifier) && self.version != Version::V20 {
                self.find(FindingKind::DuplicateQualifier, qualifier.span());
            }
            self.qualifier(qualifier);
        }
    }

    fn qualifier(&mut self, qualifier: &Qualifier<'_>) {
        match qualifier {
            Qualifier::StartStop(node) => {
                if let (Some(start), Some(stop)) = (self.bound(&node.start), self.bound(&node.stop))
                    && stop <= start
                {
                    self.find(FindingKind::EmptyWindow, node.span);
                }
            }
            Qualifier::Within(node) => {
                match &node.seconds {
                    Seconds::Integer(number) => self.integer(number),
                    Seconds::Float(number) => self.number(number.text(), number.span),
                }
                if node.seconds.value() == 0.0 {
                    self.find(FindingKind::ZeroWithin, node.span);
                }
            }
            Qualifier::Repeats(node) => {
                self.integer(&node.times);
                if node.times.value() == Some(0) {
                    self.find(FindingKind::ZeroRepeats, node.span);
                }
            }
        }
    }

    fn bound(&mut self, bound: &Bound<'_>) -> Option<chrono::DateTime<chrono::Utc>> {
        let instant = bound.instant();
        if instant.is_none() {
            self.find(FindingKind::BoundNotTimestamp, bound.span());
        }
        instant
    }

    fn comparison(&mut self, expression: &'t ComparisonExpression<'_>) {
        match expression {
            ComparisonExpression::Comparison(node) => {
                if node.operator.spelling == Spelling::Alternative {
                    self.find(FindingKind::AlternativeOperator, node.operator.span);
                }
                let shape = self.path(&node.path);
                self.literal(&node.value, shape);
            }
            ComparisonExpression::In(node) => {
                if node.values.is_empty() {
                    self.find(FindingKind::EmptySet, node.span);
                }
                let shape = self.path(&node.path);
                node.values.iter().for_each(|value| self.literal(value, shape));
            }
            ComparisonExpression::Exists(node) => {
                self.path(&node.path);
            }
            ComparisonExpression::Group(_) => {}
            ComparisonExpression::And(list) => self.and(list),
            ComparisonExpression::Or(list) => self.or(list),
        }
    }

    fn or(&mut self, list: &List<ComparisonExpression<'_>>) {
        let all = self.operands(list).and_then(|operands| {
            operands.into_iter().reduce(|mut all, mut operand| {
                // Moving the smaller set keeps a long list of different types from taking quadratic
                // time.
                if all.len() < operand.len() {
                    std::mem::swap(&mut all, &mut operand);
                }
                all.extend(operand);
                all
            })
        });
        self.types.push(all);
    }

    fn and(&mut self, list: &List<ComparisonExpression<'_>>) {
        let common = self.operands(list).and_then(|operands| {
            operands.into_iter().reduce(|mut common, operand| {
                common.retain(|object_type| operand.contains(object_type));
                common
            })
        });
        let unsatisfiable = common.as_ref().is_some_and(BTreeSet::is_empty);
        if unsatisfiable {
            self.find(FindingKind::UnsatisfiableAnd, list.span);
        }
        self.types.push(common.filter(|_| !unsatisfiable));
    }

    /// Takes the types of the operands, unless one of them is unknown.
    fn operands(&mut self, list: &List<ComparisonExpression<'_>>) -> Option<Vec<BTreeSet<&'t str>>> {
        let first = self.types.len().saturating_sub(list.operands.len());
        self.types.drain(first..).collect()
    }

    /// Checks a path, and returns the shape of the property that it leads to.
    fn path(&mut self, path: &'t Path<'_>) -> Option<Shape> {
        self.types.push(Some(BTreeSet::from([&*path.object_type])));
        for step in &path.steps {
            if let Step::Index(index) = step
                && index.plus
            {
                self.find(FindingKind::NumberSpelling, index.span);
            }
        }
        let findings = &mut self.findings;
        names::follow(path, self.version, |kind, step| {
            let object_type = || Span::new(path.span.start, path.span.start + path.object_type.len());
            findings.push(Finding { kind, span: step.map_or_else(object_type, Step::span) });
        })
    }

    fn literal(&mut self, literal: &Literal<'_>, shape: Option<Shape>) {
        if let Some(expected) = shape.and_then(|shape| names::expected(shape, literal)) {
            self.find(FindingKind::WrongLiteral { expected }, literal.span());
        }
        match literal {
            Literal::Integer(number) => self.integer(number),
            Literal::Float(number) => self.number(number.text(), number.span),
            Literal::String(_) | Literal::Boolean(_) | Literal::Timestamp(_) | Literal::Hex(_) | Literal::Binary(_) => {
            }
        }
    }

    fn integer(&mut self, number: &Integer<'_>) {
        self.number(number.text(), number.span);
    }

    fn number(&mut self, text: &str, span: Span) {
        let digits = text.trim_start_matches('-').as_bytes();
        if matches!(digits, [b'+' | b'.', ..] | [b'0', b'0'..=b'9', ..]) {
            self.find(FindingKind::NumberSpelling, span);
        }
    }
}
