//! Text from strangers, cut to what is kept or shown.

/// The start of a text, of at most 256 bytes.
pub(super) fn cut(text: &str) -> &str {
    const LONGEST: usize = 256;
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Text in one line: cut after so many characters, and without control characters.
pub(super) fn shown(text: &str, most: usize) -> String {
    let upsets = |character: char| {
        character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown: String =
        text.chars().take(most).map(|character| if upsets(character) { '\u{fffd}' } else { character }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}
