//! The syntax of numbers in JSON.

/// Whether text is a number in the syntax of JSON.
pub(super) fn is_number(text: &str) -> bool {
    number_end(text.as_bytes(), 0) == Some(text.len())
}

/// The end of the number that starts at a place, or `None` if it is not one.
#[inline]
pub(super) fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    match bytes.get(at)? {
        b'0' => at += 1,
        b'1'..=b'9' => at = digits_end(bytes, at),
        _ => return None,
    }
    if bytes.get(at) == Some(&b'.') {
        at = some_digits_end(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = some_digits_end(bytes, at)?;
    }
    Some(at)
}

#[inline]
fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let count = leading_digits(u64::from_le_bytes(*eight));
        at += count;
        if count < 8 {
            return at;
        }
    }
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// How many of eight bytes are digits, up to the first that is not.
#[inline]
fn leading_digits(bytes: u64) -> usize {
    let all = |byte: u8| u64::from_le_bytes([byte; 8]);
    // Digits become the numbers from 0 to 9. Adding sets the high bit of those from 10 on; it
    // carries only into bytes after one that is not a digit.
    let numbers = bytes ^ all(b'0');
    let others = (numbers.wrapping_add(all(0x76)) | numbers) & all(0x80);
    others.trailing_zeros() as usize / 8
}

fn some_digits_end(bytes: &[u8], at: usize) -> Option<usize> {
    let end = digits_end(bytes, at);
    (end > at).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_json() {
        for text in ["0", "-0", "10", "-1.50", "1e5", "1E+5", "0.1e-07", "123456789012345678901234567890"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "01", "+1", ".5", "1.", "1e", "1e+", "1 ", "0x1", "NaN", "1,5", "- 1"] {
            assert!(!is_number(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn digits_are_counted(bytes in proptest::collection::vec(proptest::sample::select(b"0123456789/:;\x80\xff\x00 a".to_vec()), 0..30)) {
            let expected = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            proptest::prop_assert_eq!(digits_end(&bytes, 0), expected);
        }
    }
}
