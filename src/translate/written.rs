//! How texts and lists are written in most languages.

/// Appends items with something between them.
pub(super) fn separated<T>(
    items: impl IntoIterator<Item = T>,
    separator: &str,
    out: &mut String,
    mut item: impl FnMut(T, &mut String),
) {
    for (index, own) in items.into_iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        item(own, out);
    }
}

/// Appends a text between quotes, with a backslash before the quote and itself, and line breaks and
/// tabs as letters. `other` appends each other character, escaped or not.
pub(super) fn quoted(text: &str, quote: char, out: &mut String, other: impl Fn(char, &mut String)) {
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            own if own == quote => {
                out.push('\\');
                out.push(own);
            }
            own => other(own, out),
        }
    }
    out.push(quote);
}

/// Whether a character has to be escaped where control characters, and those that end a line for
/// some, must not stand for themselves.
pub(super) fn ends_lines(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
