//! A second opinion on JSON text, written to be plain and not to be fast.

/// The deepest nesting of JSON text.
pub(crate) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut inside, mut escaped) = (false, false);
    for byte in json.bytes() {
        match (inside, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => inside = !inside,
            (false, _, b'{' | b'[') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, _, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The length of the longest string of JSON text, as written and without its quotes.
pub(crate) fn longest_string(json: &str) -> usize {
    let (mut longest, mut len) = (0, 0);
    let (mut inside, mut escaped) = (false, false);
    for byte in json.bytes() {
        match (inside, escaped, byte) {
            (false, _, b'"') => (inside, len) = (true, 0),
            (false, ..) => {}
            (true, false, b'"') => {
                inside = false;
                longest = longest.max(len);
            }
            (true, was_escaped, _) => {
                escaped = !was_escaped && byte == b'\\';
                len += 1;
            }
        }
    }
    longest
}
