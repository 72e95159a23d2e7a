//! What the grammar accepts and the spec's text does not.

use std::collections::BTreeSet;
use std::fmt;

use super::ast::{
    Bound, ComparisonExpression, Integer, List, Literal, ObservationExpression, Path, Qualifier, Seconds, Span,
    Spelling, Step,
};
use super::visit::{Event, Node, Walk};
use super::{Pattern, Version, names};
use crate::object::property::definition::Shape;

/// Something in a pattern that departs from the spec's text or can never match, and where.
///
/// `{}` prints one line that says what it is and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where it is in the pattern's text.
    pub span: Span,
}

/// What a [`Finding`] is about.
///
/// Each kind shows the smallest pattern that causes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A comment, which only the grammar has: `[a:b = 1] // c`.
    Comment,
    /// `==` for `=` or `<>` for `!=`: `[a:b == 1]`.
    AlternativeOperator,
    /// A number with a plus sign, a leading zero or nothing before the point: `[a:b = .5]`.
    NumberSpelling,
    /// `IN` without values, which nothing matches: `[a:b IN ()]`.
    EmptySet,
    /// `AND` inside brackets over tests that no single object can pass: `[a:b = 1 AND c:d = 1]` (section 9.6).
    UnsatisfiableAnd,
    /// The same qualifier twice on one expression, which STIX 2.1 forbids: `[a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES`
    /// (section 9.5.1).
    DuplicateQualifier,
    /// `REPEATS 0 TIMES`: `[a:b = 1] REPEATS 0 TIMES` (section 9.5.1).
    ZeroRepeats,
    /// `WITHIN 0 SECONDS`: `[a:b = 1] WITHIN 0 SECONDS` (section 9.5.1).
    ZeroWithin,
    /// A `STOP` that is not after its `START`, which nothing matches:
    /// `[a:b = 1] START t'2014-01-13T00:00:00Z' STOP t'2014-01-13T00:00:00Z'` (section 9.5.1).
    EmptyWindow,
    /// A string after `START` or `STOP` that is no timestamp, in STIX 2.0: `[a:b = 1] START 'c' STOP 'd'`.
    BoundNotTimestamp,
    /// An object type that is neither one of the standard's observables nor custom, which means `x-` in front:
    /// `[ipv4:value = '198.51.100.7']`.
    UnknownType {
        /// The type that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A property that the object or the part of it has not, and that is not custom, which means `x_` in front:
    /// `[file:filename = 'a']`.
    UnknownProperty {
        /// The property that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A hash algorithm that is not spelled as in the standard's vocabulary, or not in it:
    /// `[file:hashes.SHA256 = 'ab']`.
    UnknownHash {
        /// The standard's name for it.
        nearest: Option<&'static str>,
    },
    /// A constant that the property never equals, being of another type: `[file:size = '5']`.
    WrongLiteral {
        /// What the property holds.
        expected: &'static str,
    },
    /// A list without an index: `[network-traffic:protocols = 'tcp']`.
    MissingIndex,
    /// An index where there is no list: `[file:name[0] = 'a']`.
    NeedlessIndex,
}

impl FindingKind {
    /// Whether it is about the names and values of the object model, and not about the language. Feeds invent names often
    /// and mostly mean something by it.
    pub fn is_about_names(self) -> bool {
        matches!(
            self,
            Self::UnknownType { .. }
                | Self::UnknownProperty { .. }
                | Self::UnknownHash { .. }
                | Self::WrongLiteral { .. }
                | Self::MissingIndex
                | Self::NeedlessIndex
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FindingKind::Comment => "the spec has no comments; remove it",
            FindingKind::AlternativeOperator => "the spec does not have this spelling; write `=` or `!=`",
            FindingKind::NumberSpelling => "the spec does not have this spelling of a number; write it as in 1 or 0.5",
            FindingKind::EmptySet => "a set without values matches nothing; add a value",
            FindingKind::UnsatisfiableAnd => {
                "no single object has all these types, so this matches nothing; use one pair of brackets for each"
            }
            FindingKind::DuplicateQualifier => {
                "the expression has this qualifier already; remove one or put parentheses between"
            }
            FindingKind::ZeroRepeats => "`REPEATS` needs a number above 0",
            FindingKind::ZeroWithin => "`WITHIN` needs a number above 0",
            FindingKind::EmptyWindow => "`STOP` is not after `START`, so this matches nothing; swap or correct them",
            FindingKind::BoundNotTimestamp => "this is not a timestamp; write it as '2014-01-13T07:03:17Z'",
            FindingKind::UnknownType { nearest: Some(name) } => return write!(f, "no such object type; `{name}`?"),
            FindingKind::UnknownType { nearest: None } => {
                "the standard has no such observable; a custom type starts with `x-`"
            }
            FindingKind::UnknownProperty { nearest: Some(name) } => return write!(f, "no such property; `{name}`?"),
            FindingKind::UnknownProperty { nearest: None } => {
                "the standard has no such property here; a custom one starts with `x_`"
            }
            FindingKind::UnknownHash { nearest: Some(name) } => return write!(f, "the standard's name is `{name}`"),
            FindingKind::UnknownHash { nearest: None } => "the standard's vocabulary has no such hash algorithm",
            FindingKind::WrongLiteral { expected } => {
                return write!(f, "the property never equals this; write {expected}");
            }
            FindingKind::MissingIndex => "this is a list; write `[*]` behind it for any of its elements",
            FindingKind::NeedlessIndex => "this is no list; remove the index",
        })
    }
}

impl Pattern<'_> {
    /// What in the pattern departs from the spec's text or can never match, in order of place.
    ///
    /// Names and values are compared with the object model of the crate, versions 2.0 and 2.1 taken together. Custom types
    /// and properties (`x-…`, `x_…`) may hold anything, and what a reference leads to may be any observable.
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
        let mut check = Check { version: self.version(), findings: Vec::new(), types: Vec::new() };
        for span in self.comments() {
            check.find(FindingKind::Comment, *span);
        }
        for event in Walk::new(Node::Observation(self.expression())) {
            match event {
                Event::Leave(Node::Observation(node)) => check.observation(node),
                Event::Leave(Node::Comparison(node)) => check.comparison(node),
                Event::Enter(_) | Event::Between(_) => {}
            }
        }
        check.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
        check.findings
    }
}

struct Check<'t> {
    version: Version,
    findings: Vec<Finding>,
    /// The object types that can pass each comparison expression that was left and whose parent was not. `None` after
    /// a finding, so that one contradiction is not reported again on the way up.
    types: Vec<Option<BTreeSet<&'t str>>>,
}

impl<'t> Check<'t> {
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
        let mut seen = [false; 3];
        for qualifier in qualifiers {
            let seen = &mut seen[match qualifier {
                Qualifier::StartStop(_) => 0,
                Qualifier::Within(_) => 1,
                Qualifier::Repeats(_) => 2,
            }];
            if std::mem::replace(seen, true) && self.version != Version::V20 {
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
                if node.times.value() == 0 {
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
            ComparisonExpression::Or(list) => {
                let operands = self.operands(list);
                self.types.push(operands.and_then(|operands| {
                    operands.into_iter().reduce(|mut all, mut operand| {
                        // Moving the smaller set keeps a long list of different types from taking quadratic time.
                        if all.len() < operand.len() {
                            std::mem::swap(&mut all, &mut operand);
                        }
                        all.extend(operand);
                        all
                    })
                }));
            }
        }
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

    /// Checks a path, and tells what it leads to.
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
