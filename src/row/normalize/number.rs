//! Numbers, and `true` and `false`.

use std::borrow::Cow;

use crate::json::scan::all_bytes;

/// A whole decimal number without sign and at most `max`: without leading zeros.
pub(crate) fn whole(text: &str, max: u64) -> Option<Cow<'_, str>> {
    let fits = is_decimal(text) && text.parse().is_ok_and(|value: u64| value <= max);
    fits.then(|| Cow::Borrowed(without_zeros(text)))
}

/// The number of an autonomous system: with or without `AS` or `ASN`, also as two numbers of 16
/// bits (RFC 5396).
pub(crate) fn asn(text: &str) -> Option<Cow<'_, str>> {
    let is_prefix = |prefix: &&str| text.get(..prefix.len()).is_some_and(|own| own.eq_ignore_ascii_case(prefix));
    let prefix = ["ASN", "AS"].into_iter().find(is_prefix).unwrap_or_default();
    let digits = text[prefix.len()..].trim_start();
    match digits.split_once('.') {
        None => whole(digits, u64::from(u32::MAX)),
        Some((high, low)) => {
            let half = |text: &str| text.parse::<u16>().ok().filter(|_| is_decimal(text)).map(u32::from);
            Some(Cow::Owned((half(high)? << 16 | half(low)?).to_string()))
        }
    }
}

/// Any number: whole ones of any length without leading zeros and plus sign, others as the shortest
/// text of the nearest double.
pub(crate) fn any(text: &str) -> Option<Cow<'_, str>> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    if is_decimal(digits) {
        let digits = without_zeros(digits);
        return Some(match sign {
            "-" if digits == "0" => Cow::Borrowed(digits),
            "-" => Cow::Owned(format!("-{digits}")),
            _ => Cow::Borrowed(digits),
        });
    }
    let (whole, fraction) = digits.split_once('.')?;
    let is_number = is_decimal(fraction) && (whole.is_empty() || is_decimal(whole));
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite() && is_number)?;
    // There is no `-0`.
    Some(Cow::Owned((value + 0.0).to_string()))
}

pub(crate) fn boolean(text: &str) -> Option<Cow<'_, str>> {
    ["true", "false"].into_iter().find(|name| text.eq_ignore_ascii_case(name)).map(Cow::Borrowed)
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty() && all_bytes(text, |byte| byte.is_ascii_digit())
}

fn without_zeros(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => &digits[digits.len() - 1..],
        digits => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("80", Some("80")),
            ("+080", Some("80")),
            ("-007", Some("-7")),
            ("-0", Some("0")),
            ("000", Some("0")),
            ("18446744073709551616", Some("18446744073709551616")),
            ("01.50", Some("1.5")),
            ("-0.0", Some("0")),
            (".5", Some("0.5")),
            ("5.0", Some("5")),
            ("", None),
            ("-", None),
            ("1e5", None),
            ("1.", None),
            ("inf", None),
            ("1.2.3", None),
        ] {
            assert_eq!(any(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn autonomous_systems() {
        for (text, expected) in [
            ("174", Some("174")),
            ("AS174", Some("174")),
            ("asn 0174", Some("174")),
            ("AS1.10", Some("65546")),
            ("4294967295", Some("4294967295")),
            ("4294967296", None),
            ("AS", None),
            ("AS-174", None),
            ("1.65536", None),
            ("\u{e9}", None),
        ] {
            assert_eq!(asn(text).as_deref(), expected, "{text}");
        }
    }
}
