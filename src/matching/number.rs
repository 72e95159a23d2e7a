//! Numbers of any size, compared by value.

use std::cmp::Ordering;

use crate::object::PropertyValue;

/// A number in a pattern.
///
/// Two numbers are compared exactly if one of them is whole, whatever their size: no float comes between an integer and
/// an integer. Two numbers with fractions are compared as the floats that STIX takes them for, so that the digits that
/// a program prints after the seventeenth do not matter.
#[derive(Debug)]
pub(super) struct Number {
    integer: Option<i64>,
    float: f64,
    decimal: Decimal,
}

impl Number {
    /// Takes a number in the form of JSON or of patterns.
    pub(super) fn new(text: &str) -> Self {
        let text = text.strip_prefix('+').unwrap_or(text);
        Self {
            integer: text.parse().ok(),
            // OK because it is a number. One that is too large for a float is whole, and the float is not used.
            float: text.parse().unwrap_or_default(),
            decimal: Decimal::parse(text),
        }
    }

    /// Returns how a value is ordered relative to this number, or `None` if it is not a number.
    pub(super) fn order(&self, value: &PropertyValue<'_>) -> Option<Ordering> {
        Some(match value {
            PropertyValue::Integer(value) => match self.integer {
                Some(own) => value.cmp(&own.into()),
                None => self.order_decimal(&value.to_string()),
            },
            PropertyValue::Float(value) => {
                if value.fract() != 0.0 && !self.decimal.is_whole() {
                    return value.partial_cmp(&self.float);
                }
                self.order_decimal(&value.to_string())
            }
            PropertyValue::Number(text) => self.order_decimal(text),
            _ => return None,
        })
    }

    fn order_decimal(&self, text: &str) -> Ordering {
        Decimal::parse(text).cmp(&self.decimal)
    }
}

/// A decimal number: `0.DIGITS` times ten to the power of the exponent. No digits mean 0.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    /// Without zeros at either end.
    digits: Box<str>,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Self {
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        let zeros = all.len() - digits.len();
        let digits: Box<str> = digits.trim_end_matches('0').into();
        if digits.is_empty() {
            return Self { is_negative: false, digits, exponent: 0 };
        }
        // Beyond 64 bits every power is too large or too small for all other numbers.
        let power = power.parse().unwrap_or(if power.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let exponent = power.clamp(i64::MIN / 4, i64::MAX / 4) + (whole.len() as i64 - zeros as i64);
        Self { is_negative, digits, exponent }
    }

    fn is_whole(&self) -> bool {
        self.digits.len() as i64 <= self.exponent || self.digits.is_empty()
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        let by_size = self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        by_sign.then(if self.is_negative { by_size.reverse() } else { by_size })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn order(value: &str, number: &str) -> Option<Ordering> {
        Number::new(number).order(&Json::new(value).unwrap().view())
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let huge = format!("1{}", "0".repeat(400));
        for (value, number, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("1.0", "+1", Ordering::Equal),
            ("-0", "0.0", Ordering::Equal),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("18446744073709551615", "18446744073709551616", Ordering::Less),
            ("18446744073709551616", "18446744073709551616", Ordering::Equal),
            ("18446744073709551617", "18446744073709551616", Ordering::Greater),
            ("-18446744073709551617", "-18446744073709551616", Ordering::Less),
            ("-5", "3", Ordering::Less),
            ("1e20", "100000000000000000000", Ordering::Equal),
            ("1e400", &huge, Ordering::Equal),
            ("1e401", &huge, Ordering::Greater),
            ("1e99999999999999999999", &huge, Ordering::Greater),
            ("-1e99999999999999999999", &huge, Ordering::Less),
            ("0.1", ".10", Ordering::Equal),
            ("0.1", "0.1000000000000000055511151231257827", Ordering::Equal),
            ("0.99999999999", "1", Ordering::Less),
            ("-1.5", "-1.25", Ordering::Less),
            ("7.5", "7", Ordering::Greater),
        ] {
            assert_eq!(order(value, number), Some(expected), "{value} {number}");
        }
    }

    #[test]
    fn nothing_else_is_a_number() {
        for value in ["\"1\"", "true", "null", "[1]", "{}"] {
            assert_eq!(order(value, "1"), None, "{value}");
        }
    }
}
