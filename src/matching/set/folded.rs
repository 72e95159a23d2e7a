//! Patterns whose values are in normal form, for events whose values are.

use std::borrow::Cow;

use crate::pattern::Pattern;
use crate::pattern::ast::{ComparisonExpression, Literal, ObservationExpression, OperatorKind, Path};
use crate::row::ValueKind;
use crate::row::classify::observable;
use crate::row::key::is_type_tag;

/// The pattern with the values of its equalities in normal form. `None` if they are.
pub(super) fn with_normal_values(pattern: &Pattern<'_>) -> Option<Pattern<'static>> {
    let text = pattern.text();
    let mut expression = pattern.expression().clone();
    let mut is_changed = false;
    of_observation(&mut expression, text, &mut is_changed);
    is_changed.then(|| Pattern::from_expression(&expression).ok())?
}

// It recurses as deep as the parser lets patterns nest.
fn of_observation(expression: &mut ObservationExpression<'_>, text: &str, is_changed: &mut bool) {
    match expression {
        ObservationExpression::Observation(node) => of_comparison(&mut node.comparison, text, is_changed),
        ObservationExpression::Group(node) => of_observation(&mut node.inner, text, is_changed),
        ObservationExpression::And(list)
        | ObservationExpression::Or(list)
        | ObservationExpression::FollowedBy(list) => {
            list.operands.iter_mut().for_each(|operand| of_observation(operand, text, is_changed));
        }
    }
}

fn of_comparison(expression: &mut ComparisonExpression<'_>, text: &str, is_changed: &mut bool) {
    match expression {
        ComparisonExpression::Group(node) => of_comparison(&mut node.inner, text, is_changed),
        ComparisonExpression::And(list) | ComparisonExpression::Or(list) => {
            list.operands.iter_mut().for_each(|operand| of_comparison(operand, text, is_changed));
        }
        ComparisonExpression::Comparison(node)
            if matches!(node.operator.kind, OperatorKind::Equal | OperatorKind::NotEqual) =>
        {
            of_value(&node.path, &mut node.value, text, is_changed);
        }
        ComparisonExpression::In(node) => {
            node.values.iter_mut().for_each(|value| of_value(&node.path, value, text, is_changed));
        }
        ComparisonExpression::Comparison(_) | ComparisonExpression::Exists(_) => {}
    }
}

fn of_value(path: &Path<'_>, value: &mut Literal<'_>, text: &str, is_changed: &mut bool) {
    if is_type_tag(path) {
        return;
    }
    let Literal::String(string) = value else { return };
    let written = Literal::String(string.clone());
    let found = observable(path, OperatorKind::Equal, &written, text);
    if has_normal_form(found.kind) && found.norm != found.value {
        string.value = Cow::Owned(found.norm.into_owned());
        *is_changed = true;
    }
}

/// Whether a kind has a normal form that is the same value to all who read it.
pub(super) fn has_normal_form(kind: ValueKind) -> bool {
    !matches!(
        kind,
        ValueKind::Timestamp
            | ValueKind::Binary
            | ValueKind::Path
            | ValueKind::Name
            | ValueKind::Text
            | ValueKind::Number
    )
}
