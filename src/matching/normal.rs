//! Unicode's normal form C, in which `LIKE` and `MATCHES` compare.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The text in normal form C, copied only if it is in another form.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if unicode_normalization::is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
