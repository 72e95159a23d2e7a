//! Hashes.

use std::borrow::Cow;

use crate::json::scan::all_bytes;

/// The digits of TLSH of version 4, after the letter and the number of the version.
const TLSH_DIGITS: usize = 70;

/// Hexadecimal digits in lower case. Fuzzy hashes in Base64 tell upper from lower case.
pub(crate) fn normal(hash: &str) -> Option<Cow<'_, str>> {
    let digits = match hash.strip_prefix(['T', 't']).and_then(|rest| rest.strip_prefix('1')) {
        Some(digits) if digits.len() == TLSH_DIGITS => digits,
        _ => hash,
    };
    if !is_hex(digits) {
        return None;
    }
    let is_lower = all_bytes(hash, |byte| !byte.is_ascii_uppercase());
    Some(if is_lower { Cow::Borrowed(hash) } else { Cow::Owned(hash.to_ascii_lowercase()) })
}

/// Whether there are hexadecimal digits, and nothing else.
pub(crate) fn is_hex(text: &str) -> bool {
    !text.is_empty() && all_bytes(text, |byte| byte.is_ascii_hexdigit())
}
