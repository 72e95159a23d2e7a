//! JSON that is written piece by piece, where there is much of it.

use super::cursor::is_plain;

/// Adds a text between quotes, as `serde_json` writes it. Most text has nothing to escape, and to
/// see that for many bytes at once takes a fraction of the time of looking at each.
#[inline]
pub(crate) fn push_string(json: &mut Vec<u8>, text: &str) {
    if is_plain(text) {
        json.reserve(text.len() + 2);
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
    } else {
        // OK because a vector takes every write, and strings have a JSON form.
        serde_json::to_writer(json, text).unwrap_or_default();
    }
}

/// Adds texts as a list of strings.
pub(crate) fn push_list<T: AsRef<str>>(json: &mut Vec<u8>, texts: &[T]) {
    json.push(b'[');
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        push_string(json, text.as_ref());
    }
    json.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_as_serde_json_writes_them() {
        for byte in 0..=u8::MAX {
            for len in [0, 1, 7, 15, 16, 17, 33] {
                let mut text = "-".repeat(len);
                text.insert(len / 2, char::from(byte));
                let mut json = b"[".to_vec();
                push_string(&mut json, &text);
                assert_eq!(json[1..], serde_json::to_vec(&text).unwrap());
            }
        }
    }
}
