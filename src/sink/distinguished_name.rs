//! The attributes in the name of a certificate's issuer or subject.

use std::borrow::Cow;

/// The attributes of a distinguished name, in order: their types in upper case, and their values
/// without escapes. Takes the form of RFC 4514 (`CN=Example, O=Example`) and the one with slashes
/// (`/O=Example/CN=Example`).
pub(super) fn distinguished_name(name: &str) -> Vec<(String, Cow<'_, str>)> {
    let (name, separators) = match name.strip_prefix('/') {
        Some(rest) => (rest, &['/'][..]),
        None => (name, &[',', ';', '+'][..]),
    };
    let mut attributes: Vec<(String, usize, usize)> = Vec::new();
    for (start, end) in segments(name, separators) {
        match name[start..end].split_once('=') {
            Some((kind, value)) if is_type(kind.trim()) => {
                attributes.push((kind.trim().to_ascii_uppercase(), end - value.len(), end));
            }
            // After a separator that is not escaped: `O=Example, Inc.`.
            _ => attributes.last_mut().into_iter().for_each(|(.., last)| *last = end),
        }
    }
    attributes.into_iter().map(|(kind, start, end)| (kind, plain(name[start..end].trim()))).collect()
}

/// Returns start and end of the segments between separators that are neither quoted nor escaped.
fn segments(name: &str, separators: &[char]) -> Vec<(usize, usize)> {
    let mut segments = Vec::new();
    let (mut start, mut is_quoted, mut is_escaped) = (0, false, false);
    for (place, letter) in name.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if !is_quoted && separators.contains(&letter) => {
                segments.push((start, place));
                start = place + letter.len_utf8();
            }
            _ => {}
        }
    }
    segments.push((start, name.len()));
    segments
}

/// Whether it is the name or the number of an attribute's type.
fn is_type(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// The value without quotes and backslashes.
fn plain(value: &str) -> Cow<'_, str> {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut letters = inner.chars();
    let mut plain = String::with_capacity(inner.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next()),
            letter => plain.push(letter),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_distinguished_name() {
        let parts = |name| {
            let parts = distinguished_name(name);
            parts.iter().map(|(kind, value)| format!("{kind}:{value}")).collect::<Vec<_>>().join("|")
        };
        assert_eq!(parts("CN=Evil CA, O=Evil"), "CN:Evil CA|O:Evil");
        assert_eq!(parts("cn = a;OU= b +OU=c"), "CN:a|OU:b|OU:c");
        assert_eq!(parts("/C=US/O=Example, Inc./CN=www.example.org"), "C:US|O:Example, Inc.|CN:www.example.org");
        assert_eq!(parts("C=US, O=Example, Inc., CN=a"), "C:US|O:Example, Inc.|CN:a");
        assert_eq!(parts(r#"O="Example, Inc.",CN=a\, b\\"#), r"O:Example, Inc.|CN:a, b\");
        assert_eq!(parts("CN=https://a?b=c, x y=z"), "CN:https://a?b=c, x y=z");
        assert_eq!(parts("CN="), "CN:");
        for odd in ["", "x", "/", ",", "\\", "\"", "é", "/é", "é=ü"] {
            assert_eq!(parts(odd), "", "{odd}");
        }
        assert_eq!(parts("CN=a\\"), "CN:a");
    }
}
