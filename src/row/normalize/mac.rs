//! MAC addresses.

use std::borrow::Cow;

/// Lower case with colons (STIX 2.1 section 6.10), from two digits each with `:` or `-`, from four
/// each with `.`, from one or two each with `:`, and from twelve digits.
pub(crate) fn normal(address: &str) -> Option<Cow<'_, str>> {
    if is_normal(address) {
        return Some(Cow::Borrowed(address));
    }
    let separator = address.bytes().find(|byte| !byte.is_ascii_hexdigit());
    let digits = match separator {
        None => address.to_owned(),
        Some(b'.') => groups(address, '.', 3, 4..=4)?,
        Some(b'-') => groups(address, '-', 6, 2..=2)?,
        Some(b':') => groups(address, ':', 6, 1..=2)?,
        Some(_) => return None,
    };
    if digits.len() != 12 || !digits.is_ascii() {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let pairs: Vec<&str> = (0..6).map(|pair| &digits[2 * pair..2 * pair + 2]).collect();
    Some(Cow::Owned(pairs.join(":")))
}

/// Whether there are six pairs of digits with `:` or `-`, as nothing else has.
pub(crate) fn is_separated(text: &str) -> bool {
    let Some(separator) = text.as_bytes().get(2).filter(|byte| matches!(byte, b':' | b'-')) else { return false };
    text.len() == 17
        && text.bytes().enumerate().all(|(place, byte)| match place % 3 {
            2 => byte == *separator,
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_normal(text: &str) -> bool {
    is_separated(text) && !text.bytes().any(|byte| byte == b'-' || byte.is_ascii_uppercase())
}

/// The digits of so many groups of such lengths, each group with zeros up to the greatest length.
fn groups(text: &str, separator: char, count: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
    let mut digits = String::new();
    for group in text.split(separator) {
        if !lengths.contains(&group.len()) || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        digits.extend(std::iter::repeat_n('0', lengths.end() - group.len()));
        digits.push_str(group);
        if digits.len() > count * lengths.end() {
            return None;
        }
    }
    (digits.len() == count * lengths.end()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in [
            "00:00:5e:00:53:01",
            "00-00-5E-00-53-01",
            "0000.5E00.5301",
            "00005e005301",
            "0:0:5e:0:53:1",
            "00:00:5E:00:53:1",
        ] {
            assert_eq!(normal(text).as_deref(), Some("00:00:5e:00:53:01"), "{text}");
        }
        for text in
            ["", "00:00:5e:00:53", "00:00:5e:00-53:01", "00005e00530", "0-0-5e-0-53-1", "g0:00:5e:00:53:01", "\u{e9}"]
        {
            assert_eq!(normal(text), None, "{text}");
        }
    }
}
