//! Hashes as bytes.

/// The longest hash in bytes.
pub(super) const LONGEST: usize = 64;

/// The bytes of hexadecimal digits, of which there may be up to 128.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<([u8; LONGEST], usize)> {
    if text.is_empty() || !text.len().is_multiple_of(2) || text.len() > 2 * LONGEST {
        return None;
    }
    let mut digest = [0; LONGEST];
    let mut all = 0;
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        all |= high | low;
        *byte = high << 4 | low & 15;
    }
    (all < 16).then_some((digest, text.len() / 2))
}

/// The value of each digit, and more than 15 for other bytes.
const DIGITS: [u8; 256] = {
    let mut digits = [255; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

pub(super) fn print(digest: &[u8]) -> String {
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_back_in_lower_case() {
        for text in ["d41d8cd98f00b204e9800998ecf8427e", "AB", "0f"] {
            let (digest, len) = parse(text.as_bytes()).unwrap();
            assert_eq!(print(&digest[..len]), text.to_ascii_lowercase());
        }
        for text in ["", "a", "ag", "a\u{e9}a", &"ab".repeat(65)] {
            assert_eq!(parse(text.as_bytes()), None);
        }
    }
}
