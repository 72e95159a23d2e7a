//! Characters that deceive the reader of a pattern.

/// Replaces characters that are invisible, move the cursor or change the direction of the line.
pub(super) fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}

/// Whether the character is a quote in print, or an accent that passes for one, but not a quote of
/// the language.
pub(super) fn is_smart_quote(character: char) -> bool {
    matches!(character, '‘' | '’' | '‚' | '‛' | '“' | '”' | '„' | '‟' | '`' | '´' | '′' | '＇')
}
