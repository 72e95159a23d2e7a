//! How much room there is on a line, and how much of it text takes.

use std::io::{self, IsTerminal};

use terminal_size::{Width, terminal_size_of};
use unicode_width::UnicodeWidthChar;

/// The columns of the terminal that the output goes to; `COLUMNS` decides if it is set. 80 if there
/// is neither.
pub(crate) fn columns() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let own = || io::stdout().is_terminal().then(|| terminal_size_of(io::stdout())).flatten();
    set.or_else(|| own().map(|(Width(columns), _)| usize::from(columns)).filter(|columns| *columns > 0)).unwrap_or(80)
}

/// The columns that text takes, up to one more than `most`.
pub(crate) fn width(text: &str, most: usize) -> usize {
    let mut sum = 0;
    for character in text.chars() {
        sum += width_of(character);
        if sum > most {
            return most + 1;
        }
    }
    sum
}

/// The text in exactly this many columns: cut with an ellipsis or filled with blanks, and without
/// characters that would upset the terminal.
pub(crate) fn fitted(text: &str, columns: usize) -> String {
    let is_cut = width(text, columns) > columns;
    let room = if is_cut { columns.saturating_sub(1) } else { columns };
    let (mut shown, mut sum) = (String::with_capacity(columns), 0);
    for character in text.chars() {
        sum += width_of(character);
        if sum > room {
            sum -= width_of(character);
            break;
        }
        shown.push(if is_upsetting(character) { ' ' } else { character });
    }
    if is_cut && columns > 0 {
        shown.push('…');
        sum += 1;
    }
    shown.extend(std::iter::repeat_n(' ', columns - sum));
    shown
}

fn width_of(character: char) -> usize {
    if is_upsetting(character) { 1 } else { character.width().unwrap_or(1) }
}

/// Whether it controls the terminal, or turns the direction of the line.
fn is_upsetting(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
