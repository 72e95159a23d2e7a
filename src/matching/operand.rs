//! Constants of a pattern, and how values are ordered relative to them (STIX 2.1 section 9.6.1).

use std::cmp::Ordering;

use super::bytes::{latin1, with_bytes, with_text};
use super::instant::nanos;
use super::number::Number;
use super::step::Encoding;
use crate::object::PropertyValue;
use crate::pattern::ast::Literal;
use crate::pattern::parse_timestamp;

/// A constant of a pattern, for properties of one encoding.
#[derive(Debug)]
pub(super) enum Operand {
    Number(Number),
    Boolean(bool),
    Text(Box<str>),
    /// Nanoseconds since 1970.
    Instant(i128),
    Bytes(Box<[u8]>),
    /// Text with characters that are no bytes, for a property that holds bytes.
    Incomparable,
}

impl Operand {
    pub(super) fn new(literal: &Literal<'_>, encoding: Encoding) -> Self {
        match literal {
            Literal::String(text) if encoding == Encoding::Text => Self::Text((*text.value).into()),
            Literal::String(text) => {
                latin1(&text.value).map_or(Self::Incomparable, |bytes| Self::Bytes(bytes.into_owned().into()))
            }
            Literal::Integer(number) => Self::Number(Number::new(number.text())),
            Literal::Float(number) => Self::Number(Number::new(number.text())),
            Literal::Boolean(boolean) => Self::Boolean(boolean.value),
            Literal::Timestamp(time) => Self::Instant(nanos(time.value())),
            Literal::Hex(hex) => Self::Bytes(hex.bytes().collect()),
            Literal::Binary(binary) => Self::Bytes(binary.bytes().collect()),
        }
    }

    /// Returns how a value is ordered relative to the constant, or `None` if they are incompatible.
    pub(super) fn order(&self, value: &PropertyValue<'_>, encoding: Encoding) -> Option<Ordering> {
        match self {
            Self::Number(number) => number.order(value),
            Self::Boolean(own) => match value {
                PropertyValue::Boolean(value) => Some(value.cmp(own)),
                _ => None,
            },
            Self::Text(own) => with_text(value, |text| text.cmp(own)),
            Self::Instant(own) => {
                let instant = with_text(value, |text| parse_timestamp(text).ok()).flatten()?;
                Some(nanos(instant).cmp(own))
            }
            Self::Bytes(own) => with_bytes(value, encoding, |bytes| bytes.cmp(own)),
            Self::Incomparable => None,
        }
    }

    /// Whether a value equals the constant.
    pub(super) fn equals(&self, value: &PropertyValue<'_>, encoding: Encoding) -> bool {
        self.order(value, encoding) == Some(Ordering::Equal)
    }
}
