//! Finding the end of a JSON value in a stream of bytes.

use std::io::{self, Read};

use super::input::Input;

/// How a value was passed.
#[derive(Debug)]
pub(super) struct Scanned {
    /// Its brackets and quotes are closed.
    pub(super) is_whole: bool,
    pub(super) is_too_long: bool,
}

/// Passes a value, of which at most `max` bytes are kept. It ends where its brackets are closed,
/// whatever is between them; at the end of a line in which a string should have been closed; or at
/// the end of the input.
pub(super) fn scan<R: Read>(input: &mut Input<R>, text: &mut Vec<u8>, max: usize) -> io::Result<Scanned> {
    let mut scanner = Scanner::new();
    let mut is_too_long = false;
    loop {
        let chunk = input.fill()?;
        if chunk.is_empty() {
            return Ok(Scanned { is_whole: scanner.is_in_scalar(), is_too_long });
        }
        let end = scanner.find_end(chunk);
        let len = end.map_or(chunk.len(), |(len, _)| len);
        let kept = len.min(max - text.len());
        text.extend_from_slice(&chunk[..kept]);
        is_too_long |= kept < len;
        input.consume(len);
        if let Some((_, is_whole)) = end {
            return Ok(Scanned { is_whole, is_too_long });
        }
    }
}

/// Where in a value the scan is.
#[derive(Debug)]
struct Scanner {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Nothing of the value was seen.
    is_first: bool,
    /// The bracket that has to close the whole.
    close: u8,
}

/// What a byte means for the end of the value.
enum Step {
    Inside,
    /// The byte is the last one of the value. Whether the value is whole.
    EndsAfter(bool),
    /// The byte does not belong to the value. Whether the value is whole.
    EndsBefore(bool),
}

impl Scanner {
    fn new() -> Self {
        Self { depth: 0, in_string: false, is_escaped: false, is_first: true, close: b'}' }
    }

    /// Whether the input may end here: only a number or a literal has no end of its own.
    fn is_in_scalar(&self) -> bool {
        self.depth == 0 && !self.in_string && !self.is_first
    }

    /// Returns how many bytes of the chunk belong to the value, and whether the value is whole;
    /// `None` if all do and it goes on.
    fn find_end(&mut self, chunk: &[u8]) -> Option<(usize, bool)> {
        for (place, &byte) in chunk.iter().enumerate() {
            let step = if self.in_string { self.step_in_string(byte) } else { self.step_outside(byte) };
            self.is_first = false;
            match step {
                Step::Inside => {}
                Step::EndsAfter(is_whole) => return Some((place + 1, is_whole)),
                Step::EndsBefore(is_whole) => return Some((place, is_whole)),
            }
        }
        None
    }

    fn step_in_string(&mut self, byte: u8) -> Step {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => {
                self.in_string = false;
                if self.depth == 0 {
                    return Step::EndsAfter(true);
                }
            }
            b'\n' | b'\r' => return Step::EndsBefore(false),
            _ => {}
        }
        Step::Inside
    }

    fn step_outside(&mut self, byte: u8) -> Step {
        let may_open = self.depth > 0 || self.is_first;
        match byte {
            b'"' if may_open => self.in_string = true,
            b'{' | b'[' if may_open => {
                if self.depth == 0 && byte == b'[' {
                    self.close = b']';
                }
                self.depth += 1;
            }
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                if self.depth == 0 {
                    return Step::EndsAfter(byte == self.close);
                }
            }
            b'{' | b'[' | b'}' | b']' | b',' | b':' | b'"' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                return Step::EndsBefore(!self.is_first);
            }
            _ => {}
        }
        Step::Inside
    }
}

/// Whether a value begins with the byte.
pub(super) fn is_start(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n') || byte.is_ascii_digit()
}

/// The next byte that is not a blank.
pub(super) fn skip_blanks<R: Read>(input: &mut Input<R>) -> io::Result<Option<u8>> {
    loop {
        let chunk = input.fill()?;
        let blanks = chunk.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        match blanks {
            Some(place) => {
                input.consume(place);
                return input.peek();
            }
            None if chunk.is_empty() => return Ok(None),
            None => {
                let len = chunk.len();
                input.consume(len);
            }
        }
    }
}

/// Goes at least a byte on, to the next object or list, or to the end of the one that is open.
pub(super) fn skip_to_object<R: Read>(input: &mut Input<R>) -> io::Result<()> {
    input.consume(1);
    loop {
        let chunk = input.fill()?;
        if chunk.is_empty() {
            return Ok(());
        }
        let place = chunk.iter().position(|byte| matches!(byte, b'{' | b'[' | b']' | b'}'));
        let len = place.unwrap_or(chunk.len());
        input.consume(len);
        if place.is_some() {
            return Ok(());
        }
    }
}
