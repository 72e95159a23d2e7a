//! How much room there is on a line, and how much of it text takes.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthChar;

/// The columns of the terminal that the output goes to; `COLUMNS` decides if it is set. 80 if there
/// is neither.
pub(crate) fn columns() -> usize {
    let number = |text: &str| text.parse().ok().filter(|columns| *columns > 0);
    let set = std::env::var("COLUMNS").ok().and_then(|columns| number(&columns));
    let own = || io::stdout().is_terminal().then(terminal_size).flatten();
    set.or_else(|| own().and_then(|size| number(size.split_ascii_whitespace().nth(1)?))).unwrap_or(80)
}

/// The rows and columns of the terminal, by the program that Unix has for it: a crate that asks the
/// system takes longer to build than all of this example. Windows has no such program.
fn terminal_size() -> Option<String> {
    let terminal = File::open("/dev/tty").ok()?;
    let size = Command::new("stty").arg("size").stdin(terminal).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(size.stdout).ok()
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
