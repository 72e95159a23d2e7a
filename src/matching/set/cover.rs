//! What of a pattern has to be seen in an event before a test of the pattern can succeed.

use std::cmp::Ordering;

use super::needle::{self, Needle};
use crate::matching::normal::nfc;
use crate::matching::pcre;
use crate::pattern::ast::{Comparison, ComparisonExpression, Literal, ObservationExpression, OperatorKind, Path};
use crate::row::classify::{observable, only_observable};
use crate::row::key::{Key, is_type_tag};
use crate::row::rank::rank;
use crate::row::{Observable, ValueKind};

/// If a pattern holds, at least one of its anchors is there.
#[derive(Debug)]
pub(super) enum Anchor<'a> {
    Value(Observable<'a>),
    /// One of these pieces, whichever can be looked up, in a value at a path.
    Text {
        path: String,
        pieces: Vec<Needle>,
        object_type: String,
    },
    /// An object of this type.
    Object(String),
}

/// What each `OR` needs, and of each `AND` the operand that is seen most rarely.
#[derive(Debug)]
pub(super) struct Cover<'a> {
    pub(super) anchors: Vec<Anchor<'a>>,
    /// How common the most common anchor is, as the ranks of values.
    cost: u8,
}

/// More than the ranks of all values of some worth.
const TEXT: u8 = 35;
const SHORT_TEXT: u8 = 38;
const OBJECT: u8 = u8::MAX;

impl<'a> Cover<'a> {
    /// `text` is what the expression was parsed from.
    pub(super) fn new(expression: &ObservationExpression<'a>, text: &'a str) -> Self {
        match expression {
            ObservationExpression::Observation(node) => Self::of_comparison(&node.comparison, text),
            ObservationExpression::Group(node) => Self::new(&node.inner, text),
            ObservationExpression::And(list)
            | ObservationExpression::Or(list)
            | ObservationExpression::FollowedBy(list) => {
                Self::union(list.operands.iter().map(|operand| Self::new(operand, text)))
            }
        }
    }

    fn of_comparison(expression: &ComparisonExpression<'a>, text: &'a str) -> Self {
        match expression {
            ComparisonExpression::Group(node) => Self::of_comparison(&node.inner, text),
            ComparisonExpression::Or(list) => {
                Self::union(list.operands.iter().map(|operand| Self::of_comparison(operand, text)))
            }
            ComparisonExpression::And(list) => {
                let covers = list.operands.iter().map(|operand| Self::of_comparison(operand, text));
                covers.min_by(Self::compare).unwrap_or(Self { anchors: Vec::new(), cost: 0 })
            }
            ComparisonExpression::Comparison(node) => Self::of_test(node, text),
            ComparisonExpression::In(node) if !node.negated && !is_type_tag(&node.path) => {
                Self::union(node.values.iter().map(|value| Self::of_value(&node.path, value, text)))
            }
            ComparisonExpression::In(node) => Self::of_object(&node.path),
            ComparisonExpression::Exists(node) => Self::of_object(&node.path),
        }
    }

    fn of_test(test: &Comparison<'a>, text: &'a str) -> Self {
        let value = test.value.as_str();
        match test.operator.kind {
            _ if test.negated || holds_bytes(&test.path) => Self::of_object(&test.path),
            OperatorKind::Equal if !is_type_tag(&test.path) => Self::of_value(&test.path, &test.value, text),
            OperatorKind::IsSubset => match only_observable(test, text) {
                Some(observable) => Self::of_observable(observable),
                None => Self::of_object(&test.path),
            },
            OperatorKind::Like => Self::of_pieces(&test.path, text, value.map(needle::of_like)),
            OperatorKind::Matches => {
                let expression = value.and_then(|value| pcre::hir(&nfc(value)).ok());
                Self::of_pieces(&test.path, text, expression.as_ref().map(needle::of_regex))
            }
            _ => Self::of_object(&test.path),
        }
    }

    /// A value that is looked up in its normal form. Others, such as times and bytes, can be written in many ways.
    fn of_value(path: &Path<'a>, literal: &Literal<'a>, text: &'a str) -> Self {
        if holds_bytes(path) || !matches!(literal, Literal::String(_) | Literal::Integer(_) | Literal::Boolean(_)) {
            return Self::of_object(path);
        }
        Self::of_observable(observable(path, OperatorKind::Equal, literal, text))
    }

    fn of_observable(observable: Observable<'a>) -> Self {
        Self { cost: rank(&observable), anchors: vec![Anchor::Value(observable)] }
    }

    fn of_pieces(path: &Path<'a>, text: &'a str, pieces: Option<Vec<Needle>>) -> Self {
        let pieces = pieces.unwrap_or_default();
        let Some(best) = pieces.first() else { return Self::of_object(path) };
        let cost = if best.text.len() < super::grams::LONG { SHORT_TEXT } else { TEXT };
        let key = Key::new(path, text);
        let object_type = path.object_type.clone().into_owned();
        Self { anchors: vec![Anchor::Text { path: key.text.into_owned(), pieces, object_type }], cost }
    }

    fn of_object(path: &Path<'a>) -> Self {
        Self { anchors: vec![Anchor::Object(path.object_type.clone().into_owned())], cost: OBJECT }
    }

    fn union(covers: impl Iterator<Item = Self>) -> Self {
        let mut union = Self { anchors: Vec::new(), cost: 0 };
        for cover in covers {
            union.cost = union.cost.max(cover.cost);
            union.anchors.extend(cover.anchors);
        }
        union
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.cost, self.anchors.len()).cmp(&(other.cost, other.anchors.len()))
    }
}

/// Whether the last property of a path holds bytes in some encoding.
pub(super) fn holds_bytes(path: &Path<'_>) -> bool {
    let last = path.steps.iter().rev().find_map(|step| step.property()).unwrap_or_default();
    last.ends_with("_hex") || last.ends_with("_bin")
}

/// Whether values of a kind are equal to others that are written differently, so that only a test decides.
pub(super) fn has_many_spellings(observable: &Observable<'_>) -> bool {
    match observable.kind {
        ValueKind::Timestamp | ValueKind::Binary => true,
        ValueKind::Number => observable.norm.contains(['.', 'e', 'E']),
        _ => observable.key.contains('['),
    }
}
