//! Addresses of cryptocurrency wallets.

use super::digest::{keccak256, sha256};
use crate::json::scan::all_bytes;

/// The longest address: an integrated one of Monero.
const LONGEST: usize = 106;

/// The address in the form to compare with, if it is one of Bitcoin, Ethereum or Monero and its
/// checksum is right. An address of Ethereum in one case has no checksum; it counts only if
/// `is_declared`.
pub(super) fn wallet(text: &str, is_declared: bool) -> Option<String> {
    if !text.is_ascii() || !(26..=LONGEST).contains(&text.len()) {
        return None;
    }
    let is_lower_bech32 = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("bc1"));
    match text.as_bytes() {
        _ if is_lower_bech32 => is_bech32(text).then(|| text.to_ascii_lowercase()),
        [b'1' | b'3', ..] if text.len() <= 35 => is_base58_check(text).then(|| text.to_owned()),
        [b'0', b'x' | b'X', digits @ ..] if digits.len() == 40 => ethereum(&text[2..], is_declared),
        [b'4' | b'8', ..] if matches!(text.len(), 95 | LONGEST) => is_monero(text).then(|| text.to_owned()),
        _ => None,
    }
}

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The bytes of a number in base 58, the most significant first.
fn base58(text: &str, bytes: usize) -> Option<Vec<u8>> {
    let mut number = vec![0_u8; bytes];
    for letter in text.bytes() {
        let mut carry = BASE58.iter().position(|own| *own == letter)?;
        for byte in number.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(number)
}

/// A version, 20 bytes, and the first bytes of their digest. A zero at the start is a `1`.
fn is_base58_check(text: &str) -> bool {
    let Some(bytes) = base58(text, 25) else { return false };
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let ones = text.bytes().take_while(|byte| *byte == b'1').count();
    let (payload, checksum) = bytes.split_at(21);
    matches!(payload[0], 0 | 5) && zeros == ones && sha256(&sha256(payload))[..4] == *checksum
}

/// A witness program of the main network (BIP 173 and BIP 350).
fn is_bech32(text: &str) -> bool {
    const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
    let is_mixed =
        text.bytes().any(|byte| byte.is_ascii_lowercase()) && text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.to_ascii_lowercase();
    let data: Option<Vec<u8>> = lower.as_bytes()[3..]
        .iter()
        .map(|letter| LETTERS.iter().position(|own| own == letter).map(|place| place as u8))
        .collect();
    let Some(data) = data.filter(|data| !is_mixed && data.len() > 6) else { return false };
    // `bc`, in the form that the checksum takes it.
    let checksum = [3, 3, 0, 2, 3].iter().chain(&data).fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let sum = (sum & 0x01ff_ffff) << 5 ^ u32::from(*value);
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(sum, |sum, bit| sum ^ GENERATOR[bit])
    });
    let (version, program) = (data[0], data.len() - 7);
    let (bytes, left) = (program * 5 / 8, program * 5 % 8);
    match version {
        0 => checksum == 1 && matches!(bytes, 20 | 32) && left < 5,
        1..=16 => checksum == 0x2bc8_30a3 && (2..=40).contains(&bytes) && left < 5,
        _ => false,
    }
}

/// Forty digits; the case of the letters among them is the checksum (EIP-55).
fn ethereum(digits: &str, is_declared: bool) -> Option<String> {
    if !all_bytes(digits, |byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    let digest = keccak256(lower.as_bytes());
    let is_upper = |place: usize| digest[place / 2] >> (4 * (1 - place % 2)) & 0xf >= 8;
    let is_right = digits
        .bytes()
        .enumerate()
        .all(|(place, byte)| byte.is_ascii_digit() || byte.is_ascii_uppercase() == is_upper(place));
    let is_one_case = digits == lower || digits == digits.to_ascii_uppercase();
    (is_right || (is_one_case && is_declared)).then(|| format!("0x{lower}"))
}

/// Blocks of eight bytes in eleven digits; the last block is shorter.
fn is_monero(text: &str) -> bool {
    let mut bytes = Vec::new();
    for block in text.as_bytes().chunks(11) {
        // The last block of both lengths has seven digits.
        let size = if block.len() == 11 { 8 } else { 5 };
        // OK because the text is ASCII.
        match base58(std::str::from_utf8(block).unwrap_or_default(), size) {
            Some(decoded) => bytes.extend(decoded),
            None => return false,
        }
    }
    let Some(split) = bytes.len().checked_sub(4) else { return false };
    let (payload, checksum) = bytes.split_at(split);
    matches!(payload.first(), Some(18 | 19 | 42)) && keccak256(payload)[..4] == *checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of made-up keys, by another implementation.
    const ADDRESSES: [&str; 10] = [
        "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu",
        "31nM1WuowNDzocNxPPW9NQWJEtwWpjfcLj",
        "1111111111111111111114oLvT2",
        "bc1qqypqxpq9qcrsszg2pvxq6rs0zqg3yyc5fcj4z3",
        "bc1qqypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusqyp0mu0",
        "bc1pqypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusqwk0jyn",
        "0xa0A1A2a3A4A5a6a7a8a9AaaBaCADAeAfb0B1b2b3",
        "41fKjWJQySv2LxFSMtsQ5k3gsHPkECmXt52nKM8ZY8z26NhMJWtsWSA7icPFuECstJ94XRDHZYFLSAQSTAftscna8JuzEJT",
        "82VU4sxFZsL2LxFSMtsQ5k3gsHPkECmXt52nKM8ZY8z26NhMJWtsWSA7icPFuECstJ94XRDHZYFLSAQSTAftscna8Fo6y6t",
        "4BMzkK7uaiS2LxFSMtsQ5k3gsHPkECmXt52nKM8ZY8z26NhMJWtsWSA7icPFuECstJ94XRDHZYFLSAQSTAftscnaBkMV84ECzEi9DCKTnD",
    ];

    #[test]
    fn addresses_with_their_checksums() {
        for text in ADDRESSES {
            let is_ethereum = text.starts_with("0x");
            let expected = if is_ethereum { text.to_lowercase() } else { text.to_owned() };
            assert_eq!(wallet(text, false), Some(expected), "{text}");
        }
        assert_eq!(wallet(&ADDRESSES[3].to_uppercase(), false).as_deref(), Some(ADDRESSES[3]));
        let one_case = ADDRESSES[6].to_lowercase();
        assert_eq!((wallet(&one_case, false), wallet(&one_case, true)), (None, Some(one_case.clone())));
    }

    #[test]
    fn a_wrong_letter_makes_no_address() {
        for text in ADDRESSES {
            for place in 1..text.len() {
                let mut letters = text.as_bytes().to_vec();
                letters[place] = match letters[place] {
                    b'2' => b'3',
                    b'c' => b'd',
                    b'C' => b'D',
                    other if other.is_ascii_alphabetic() => b'c',
                    _ => b'2',
                };
                let wrong = String::from_utf8(letters).unwrap();
                assert_eq!(wallet(&wrong, false), None, "{wrong}");
            }
        }
        for text in
            ["", "1", "bc1", "0x", &"1".repeat(30), &"4".repeat(95), "bc1qqypQxpq9qcrsszg2pvxq6rs0zqg3yyc5fcj4z3"]
        {
            assert_eq!(wallet(text, true), None, "{text}");
        }
    }
}
