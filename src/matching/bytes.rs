//! Text and bytes as patterns compare them.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::step::Encoding;
use crate::json::scan;
use crate::object::PropertyValue;

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Calls `f` with the text of a value, or returns `None` if it has none.
pub(super) fn with_text<R>(value: &PropertyValue<'_>, f: impl FnOnce(&str) -> R) -> Option<R> {
    match value {
        PropertyValue::Text(Cow::Borrowed(text)) if is_undecodable(text) => None,
        PropertyValue::Text(text) => Some(f(text)),
        PropertyValue::Id(id) => Some(id.with_text(f)),
        PropertyValue::Time(time) => Some(time.with_text(f)),
        _ => None,
    }
}

/// Whether text that was not copied is that of a JSON string with a lone surrogate, which the view of a value returns as
/// JSON. A string that decodes is copied if it has an escape, and has no quotes if it has none.
fn is_undecodable(text: &str) -> bool {
    text.starts_with('"') && text.contains('\\') && scan::decode(text).is_none()
}

/// Calls `f` with the bytes of a value, or returns `None` if it has none: the content of a property that holds bytes,
/// or the characters of a text if each fits into a byte.
pub(super) fn with_bytes<R>(value: &PropertyValue<'_>, encoding: Encoding, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    with_text(value, |text| match encoding {
        Encoding::Text => latin1(text).map(|bytes| f(&bytes)),
        Encoding::Hex => unhex(text).map(|bytes| f(&bytes)),
        Encoding::Base64 => {
            let compact: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n' | b' ' | b'\t')).collect();
            BASE64.decode(compact).ok().map(|bytes| f(&bytes))
        }
    })
    .flatten()
}

/// A byte for each character, or `None` if one does not fit.
pub(super) fn latin1(text: &str) -> Option<Cow<'_, [u8]>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<Vec<_>>>().map(Cow::Owned)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        // OK because two digits fit into a byte.
        [high, low] => Some((digit(*high)? << 4 | digit(*low)?) as u8),
        _ => None,
    });
    pairs.collect()
}
