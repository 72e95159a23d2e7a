//! Dropping a tree without recursion, however deep it was built by hand.

use super::ast::{ComparisonExpression, List, ObservationExpression};
use super::span::Span;

/// An expression that holds others of its own type.
trait Nested: Sized {
    /// Moves the parts out.
    fn take_parts(&mut self, parts: &mut Vec<Self>);

    /// Whether there are none.
    fn is_leaf(&self) -> bool;

    /// Whether the parts have no parts, as in nearly all patterns, so that they may be dropped
    /// where they are.
    fn is_shallow(&self) -> bool;
}

fn drop_parts<T: Nested>(expression: &mut T) {
    if expression.is_shallow() {
        return;
    }
    let mut parts = Vec::new();
    expression.take_parts(&mut parts);
    while let Some(mut part) = parts.pop() {
        part.take_parts(&mut parts);
        // Here it is dropped with nothing left in it.
    }
}

/// Takes the place of the expression that is moved out of a group.
fn nothing<T>() -> Box<List<T>> {
    Box::new(List { span: Span::default(), operands: Vec::new() })
}

impl Nested for ObservationExpression<'_> {
    fn take_parts(&mut self, parts: &mut Vec<Self>) {
        match self {
            Self::Observation(_) => {}
            Self::Group(group) => {
                if !group.inner.is_leaf() {
                    parts.push(std::mem::replace(&mut group.inner, Self::And(nothing())));
                }
            }
            Self::And(list) | Self::Or(list) | Self::FollowedBy(list) => parts.append(&mut list.operands),
        }
    }

    fn is_leaf(&self) -> bool {
        match self {
            Self::Observation(_) => true,
            Self::Group(_) => false,
            Self::And(list) | Self::Or(list) | Self::FollowedBy(list) => list.operands.is_empty(),
        }
    }

    fn is_shallow(&self) -> bool {
        match self {
            Self::Observation(_) => true,
            Self::Group(group) => group.inner.is_leaf(),
            Self::And(list) | Self::Or(list) | Self::FollowedBy(list) => list.operands.iter().all(Self::is_leaf),
        }
    }
}

impl Nested for ComparisonExpression<'_> {
    fn take_parts(&mut self, parts: &mut Vec<Self>) {
        match self {
            Self::Comparison(_) | Self::In(_) | Self::Exists(_) => {}
            Self::Group(group) => {
                if !group.inner.is_leaf() {
                    parts.push(std::mem::replace(&mut group.inner, Self::And(nothing())));
                }
            }
            Self::And(list) | Self::Or(list) => parts.append(&mut list.operands),
        }
    }

    fn is_leaf(&self) -> bool {
        match self {
            Self::Comparison(_) | Self::In(_) | Self::Exists(_) => true,
            Self::Group(_) => false,
            Self::And(list) | Self::Or(list) => list.operands.is_empty(),
        }
    }

    fn is_shallow(&self) -> bool {
        match self {
            Self::Comparison(_) | Self::In(_) | Self::Exists(_) => true,
            Self::Group(group) => group.inner.is_leaf(),
            Self::And(list) | Self::Or(list) => list.operands.iter().all(Self::is_leaf),
        }
    }
}

impl Drop for ObservationExpression<'_> {
    fn drop(&mut self) {
        drop_parts(self);
    }
}

impl Drop for ComparisonExpression<'_> {
    fn drop(&mut self) {
        drop_parts(self);
    }
}
