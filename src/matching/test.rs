//! Tests of one object: comparisons with paths, and their combinations.

use std::ops::ControlFlow;

use super::condition::{Condition, Verdict};
use super::root::Root;
use super::step::Path;
use crate::object::PropertyValue;
use crate::pattern::Span;

/// A single test: a path, and a condition on the values that it leads to.
#[derive(Debug)]
pub(super) struct Test {
    /// Relative to the start of what the brackets contain.
    pub(super) span: Span,
    pub(super) path: Path,
    pub(super) condition: Condition,
    /// Whether no value may fulfil the condition.
    pub(super) negated: bool,
}

/// What became of a test, from the farthest to the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// There is no object of the type that the path starts with.
    NoObject,
    /// The path leads nowhere in all objects of the type, for example because a property is missing or a
    /// reference leads to an object that is not part of the observation. Then every test fails but
    /// `NOT EXISTS`.
    Absent,
    /// The path leads to values of types that cannot be compared with the constant, for example a
    /// number and a string.
    Incompatible,
    /// The path leads to values that can be compared, and the test is false.
    False,
    /// The test is true for an object.
    True,
}

impl Test {
    pub(super) fn outcome<'v, R: Root<'v>>(&self, root: &R) -> Outcome {
        if root.object_type() != &*self.path.object_type {
            return Outcome::NoObject;
        }
        let (mut is_present, mut is_hit, mut is_comparable) = (false, false, false);
        self.path.select(root, &mut |value| {
            is_present = true;
            let verdict = self.condition.verdict(&value, self.path.encoding);
            is_comparable |= matches!(verdict, Verdict::Holds | Verdict::Fails);
            is_hit |= verdict.is_true();
            if is_hit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match (&self.condition, is_present) {
            (Condition::Present, true) if self.negated => Outcome::False,
            (Condition::Present, false) if self.negated => Outcome::True,
            (_, false) => Outcome::Absent,
            (_, true) if is_hit != self.negated => Outcome::True,
            (_, true) if is_comparable => Outcome::False,
            (_, true) => Outcome::Incompatible,
        }
    }

    /// Calls `found` with the values that make the test true, if it is true of the object.
    fn hits<'v, R: Root<'v>>(&self, root: &R, found: &mut dyn FnMut(Span, PropertyValue<'v>)) {
        if self.negated || self.outcome(root) != Outcome::True {
            return;
        }
        self.path.select(root, &mut |value| {
            if self.condition.verdict(&value, self.path.encoding).is_true() {
                found(self.path.span, value);
            }
            ControlFlow::Continue(())
        });
    }
}

/// What brackets contain.
#[derive(Debug)]
pub(super) enum Expression {
    Test(Test),
    All(Box<[Self]>),
    Any(Box<[Self]>),
}

impl Expression {
    /// Whether the expression holds for one object.
    pub(super) fn holds<'v, R: Root<'v>>(&self, root: &R) -> bool {
        match self {
            Self::Test(test) => test.outcome(root) == Outcome::True,
            Self::All(parts) => parts.iter().all(|part| part.holds(root)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(root)),
        }
    }

    /// Calls `found` with the values that make tests true, and with the places of their paths.
    pub(super) fn hits<'v, R: Root<'v>>(&self, root: &R, found: &mut dyn FnMut(Span, PropertyValue<'v>)) {
        self.each_test(&mut |test| test.hits(root, found));
    }

    /// Calls `visit` with each test in written order.
    pub(super) fn each_test<'t>(&'t self, visit: &mut dyn FnMut(&'t Test)) {
        match self {
            Self::Test(test) => visit(test),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_test(visit)),
        }
    }
}

/// The brackets of an observation, compiled. Brackets with the same text are one.
#[derive(Debug)]
pub(super) struct Brackets {
    pub(super) expression: Expression,
    /// The types of objects that it may hold for, sorted.
    types: Box<[Box<str>]>,
}

impl Brackets {
    pub(super) fn new(expression: Expression) -> Self {
        let mut types: Vec<Box<str>> = Vec::new();
        expression.each_test(&mut |test| types.push(test.path.object_type.clone()));
        types.sort_unstable();
        types.dedup();
        Self { expression, types: types.into() }
    }

    /// The types of objects that the brackets may hold for.
    pub(super) fn types(&self) -> &[Box<str>] {
        &self.types
    }

    pub(super) fn holds<'v, R: Root<'v>>(&self, root: &R) -> bool {
        let object_type = root.object_type();
        self.types.binary_search_by(|own| (**own).cmp(object_type)).is_ok() && self.expression.holds(root)
    }
}
