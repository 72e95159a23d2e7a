//! Times in the forms that logs have.

use chrono::{DateTime, TimeDelta};

use crate::Timestamp;
use crate::lenient_time;

/// Reads a time: RFC 3339, also with a blank for the `T`, with a zone such as `+0200` or without one (UTC), and seconds,
/// milliseconds, microseconds or nanoseconds since 1970, which their size tells apart.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let bytes = text.as_bytes();
    // Only a date has a hyphen after its year.
    let time = match bytes.get(4) {
        Some(b'-') => Timestamp::parse_standard(bytes).or_else(|| parse_local(bytes)),
        _ => since_1970(text),
    };
    time.or_else(|| lenient_time::parse(text))
}

/// `YYYY-MM-DD hh:mm:ss`, a fraction, and a zone or none.
fn parse_local(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_first_chunk::<19>()?;
    let is_number = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, zone) = match rest {
        [b'.' | b',', digits @ ..] => digits.split_at(is_number(digits)),
        _ => (&[][..], rest),
    };
    let offset = match zone {
        b"" | b"Z" | b"z" | b" UTC" | b" Z" => 0,
        [sign @ (b'+' | b'-'), h1, h0, b':', m1, m0] | [sign @ (b'+' | b'-'), h1, h0, m1, m0] => {
            let minutes = 60 * i64::from(pair(*h1, *h0)?) + i64::from(pair(*m1, *m0)?);
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let mut standard = [0; 30];
    standard[..19].copy_from_slice(date);
    if date[10] == b' ' {
        standard[10] = b'T';
    }
    // Digits after the ninth are less than a nanosecond.
    let fraction = &fraction[..fraction.len().min(9)];
    let mut end = 19;
    if !fraction.is_empty() {
        standard[19] = b'.';
        standard[20..20 + fraction.len()].copy_from_slice(fraction);
        end = 20 + fraction.len();
    }
    standard[end] = b'Z';
    let time = Timestamp::parse_standard(&standard[..=end])?;
    if offset == 0 {
        return Some(time);
    }
    Some(Timestamp::exact(time.instant().checked_sub_signed(TimeDelta::minutes(offset))?))
}

fn pair(high: u8, low: u8) -> Option<u32> {
    Some(10 * char::from(high).to_digit(10)? + char::from(low).to_digit(10)?)
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let (whole, fraction) = match bytes.iter().position(|byte| *byte == b'.') {
        Some(point) => (&bytes[..point], &bytes[point + 1..]),
        None => (bytes, &[][..]),
    };
    if whole.is_empty() || whole.len() > 19 {
        return None;
    }
    // OK because 19 digits fit.
    let number = with_digits(0, whole)?;
    // Seconds reach to the year 5138 with eleven digits, and milliseconds begin in 1973 with twelve.
    let digits_of_unit = match whole.len() {
        0..=11 => 0,
        12..=14 => 3,
        15..=17 => 6,
        _ => 9,
    };
    let scale = 10_u64.pow(digits_of_unit);
    let room = 9 - digits_of_unit as usize;
    let (kept, smaller) = fraction.split_at(fraction.len().min(room));
    if !smaller.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let rest = with_digits(number % scale, kept)? * 10_u64.pow((room - kept.len()) as u32);
    // OK because both are within their ranges: a number has at most 19 digits, and the rest at most nine.
    let instant = DateTime::from_timestamp(i64::try_from(number / scale).ok()?, u32::try_from(rest).ok()?)?;
    lenient_time::standard(instant)
}

/// A number with digits after it, or `None` if some are not digits.
fn with_digits(number: u64, digits: &[u8]) -> Option<u64> {
    let next = |sum: u64, digit: &u8| digit.is_ascii_digit().then(|| 10 * sum + u64::from(digit - b'0'));
    digits.iter().try_fold(number, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_many_forms() {
        for (text, expected) in [
            ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
            ("2024-05-01T10:00:00.123456+0000", "2024-05-01T10:00:00.123456Z"),
            ("2024-05-01T12:00:00.5+02:00", "2024-05-01T10:00:00.500Z"),
            ("2024-05-01T09:30:00-0030", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01 10:00:00.123", "2024-05-01T10:00:00.123Z"),
            ("2024-05-01 10:00:00,123", "2024-05-01T10:00:00.123Z"),
            ("2024-05-01 10:00:00 UTC", "2024-05-01T10:00:00Z"),
            ("2024-05-01T10:00:00.1234567Z", "2024-05-01T10:00:00.1234567Z"),
            ("2024-05-01T10:00:00.1234567891Z", "2024-05-01T10:00:00.123456789Z"),
            ("1714557600", "2024-05-01T10:00:00.000Z"),
            ("1714557600.123456", "2024-05-01T10:00:00.123456Z"),
            ("1714557600123", "2024-05-01T10:00:00.123Z"),
            ("1714557600123.4", "2024-05-01T10:00:00.123400Z"),
            ("1714557600123456", "2024-05-01T10:00:00.123456Z"),
            ("1714557600123456789", "2024-05-01T10:00:00.123456789Z"),
            ("0.5", "1970-01-01T00:00:00.500Z"),
        ] {
            assert_eq!(parse(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "-",
            "now",
            "2024-13-01T10:00:00Z",
            "1.7e9",
            "1714557600.x",
            "01/05/2024 10:00:00",
            ".5",
            "99999999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
