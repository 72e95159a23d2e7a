//! Serial numbers of certificates.

use std::borrow::Cow;

use super::hash::is_hex;

/// Hexadecimal digits in lower case, in pairs without separators. A serial number is an integer, so
/// zero bytes at its start do not count.
pub(crate) fn normal(serial: &str) -> Option<Cow<'_, str>> {
    let bare = serial.strip_prefix("0x").or_else(|| serial.strip_prefix("0X")).unwrap_or(serial);
    let mut digits = String::with_capacity(bare.len());
    match bare.bytes().find(|byte| !byte.is_ascii_hexdigit()) {
        None => digits.push_str(bare),
        Some(separator @ (b':' | b' ' | b'-')) => {
            for group in bare.split(char::from(separator)) {
                // `0:f` is two bytes, `0:fff` could be anything.
                match group.len() {
                    1 => digits.push('0'),
                    len if len == 0 || len % 2 == 1 => return None,
                    _ => {}
                }
                digits.push_str(group);
            }
        }
        Some(_) => return None,
    }
    if !is_hex(&digits) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    let normal = match significant.len() {
        0 => "00".to_owned(),
        len if len % 2 == 1 => format!("0{}", significant.to_ascii_lowercase()),
        _ => significant.to_ascii_lowercase(),
    };
    Some(if normal == serial { Cow::Borrowed(serial) } else { Cow::Owned(normal) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials() {
        for serial in
            ["36:F7:d4:32", "36f7d432", "0x36F7D432", "00:36:f7:d4:32", "36 f7 d4 32", "36-F7-D4-32", "0036F7D432"]
        {
            assert_eq!(normal(serial).as_deref(), Some("36f7d432"), "{serial}");
        }
        assert_eq!(normal("3:f").as_deref(), Some("030f"));
        assert_eq!(normal("abc").as_deref(), Some("0abc"));
        assert_eq!(normal("0").as_deref(), Some("00"));
        for serial in ["", "0x", "36:", "36:f7-d4", "36.f7", "3:6f7", "serial", ":", "\u{e9}"] {
            assert_eq!(normal(serial), None, "{serial}");
        }
    }
}
