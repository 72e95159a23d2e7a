//! One comparison of a pattern with one value.

use std::cmp::Ordering;

use super::bytes::{with_bytes, with_text};
use super::like::Like;
use super::normal::nfc;
use super::operand::Operand;
use super::pcre::Regex;
use super::step::Encoding;
use crate::object::PropertyValue;
use crate::pattern::ast::OperatorKind;
use crate::row::address::{Block, Network};

/// What a value has to be.
#[derive(Debug)]
pub(super) enum Condition {
    /// `EXISTS`: anything.
    Present,
    Equal(Operand),
    NotEqual(Operand),
    /// `<`, `<=`, `>`, `>=`
    Order(OperatorKind, Operand),
    In(Box<[Operand]>),
    Like(Like),
    Matches(Regex),
    Subset(Block),
    Superset(Block),
    /// No value can be compared with the constant.
    Incomparable,
}

/// What a comparison says of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Fails,
    /// The types cannot be compared, and the comparison fails for that reason.
    Incompatible,
    /// The types cannot be compared, and the comparison holds for that reason, which is so for `!=`.
    Differs,
}

impl Verdict {
    fn new(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Holds,
            Some(false) => Self::Fails,
            None => Self::Incompatible,
        }
    }

    pub(super) fn is_true(self) -> bool {
        matches!(self, Self::Holds | Self::Differs)
    }
}

impl Condition {
    pub(super) fn verdict(&self, value: &PropertyValue<'_>, encoding: Encoding) -> Verdict {
        Verdict::new(match self {
            Self::Present => Some(true),
            Self::Equal(operand) => operand.order(value, encoding).map(Ordering::is_eq),
            Self::NotEqual(operand) => match operand.order(value, encoding) {
                Some(order) => Some(order.is_ne()),
                None => return Verdict::Differs,
            },
            Self::Order(operator, operand) => operand.order(value, encoding).map(|order| match operator {
                OperatorKind::Less => order.is_lt(),
                OperatorKind::LessOrEqual => order.is_le(),
                OperatorKind::Greater => order.is_gt(),
                _ => order.is_ge(),
            }),
            Self::In(operands) if operands.is_empty() => Some(false),
            Self::In(operands) => {
                if operands.iter().any(|operand| operand.equals(value, encoding)) {
                    Some(true)
                } else {
                    operands.iter().any(|operand| operand.order(value, encoding).is_some()).then_some(false)
                }
            }
            Self::Like(like) if encoding == Encoding::Text => with_text(value, |text| like.is_match(text)),
            Self::Like(like) => {
                let is_like = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(|text| like.is_match(text));
                with_bytes(value, encoding, is_like).flatten()
            }
            Self::Matches(Regex::Text(regex)) => with_text(value, |text| regex.is_match(&nfc(text))),
            Self::Matches(Regex::Bytes(regex)) => with_bytes(value, encoding, |bytes| regex.is_match(bytes)),
            Self::Subset(outer) => block(value).map(|inner| outer.contains(inner)),
            Self::Superset(inner) => block(value).map(|outer| outer.contains(*inner)),
            Self::Incomparable => None,
        })
    }
}

/// The addresses that a value stands for, if it is an address or a network.
fn block(value: &PropertyValue<'_>) -> Option<Block> {
    with_text(value, |text| Network::parse(text).map(|network| network.block())).flatten()
}
