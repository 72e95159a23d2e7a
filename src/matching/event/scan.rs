//! One pass over a line of JSON.

use super::entry::{Slice, Source};
use super::error::{Error, ErrorKind};
use super::names::{NO_LEVEL, Names, Target};
use super::number::number_end;
use super::quotes::Quotes;
use super::read::Collector;
use super::scratch::{Element, Frame};
use super::unescape::unescape;
use super::value::Form;

/// Deeper lines are refused.
const MAX_DEPTH: usize = 128;

/// Goes over a line and hands the values that are known to the collector.
///
/// Every byte is checked, so that a line that is not JSON is an error wherever the fault is.
pub(super) fn scan(
    quotes: &Quotes,
    frames: &mut Vec<Frame>,
    names: &Names,
    collector: &mut Collector<'_>,
) -> Result<(), Error> {
    let line = collector.line;
    let mut cursor = Cursor { bytes: line.as_bytes(), at: 0, quotes: quotes.places.iter() };
    if cursor.next_byte() != b'{' {
        return Err(not_an_object(line, cursor.at));
    }
    frames.clear();
    // The object or list around the next value, of which `frames` has those around it.
    let mut frame = Frame { target: Target::NONE, is_list: false, element: Element::default() };
    let mut element = Element::default();
    let mut elements = 0;
    let mut target = Target { level: names.root(), ..Target::NONE };
    loop {
        let start = cursor.at;
        let mut is_first = false;
        match cursor.peek() {
            b'"' => {
                let (start, end) = cursor.string()?;
                if target.has_actions() {
                    take_string(target, start, end, element, quotes, collector);
                }
            }
            byte @ (b'{' | b'[') => {
                if frames.len() == MAX_DEPTH {
                    return Err(Error::new(ErrorKind::TooDeep, start));
                }
                frames.push(frame);
                frame = Frame { target, is_list: byte == b'[', element };
                cursor.at += 1;
                is_first = true;
            }
            _ => {
                let form = cursor.scalar()?;
                if target.has_actions()
                    && let Some(form) = form
                {
                    collector.take(target, Slice::new(start, cursor.at, Source::Line), form, element);
                }
            }
        }
        // On to the next value, and out of what ends before it.
        let is_simple = !is_first && !frame.is_list && cursor.is_at_comma_and_quote() && !frames.is_empty();
        if is_simple {
            cursor.at += 1;
        }
        loop {
            if is_simple {
                break;
            }
            if frames.is_empty() {
                cursor.next_byte();
                return if cursor.at == cursor.bytes.len() { Ok(()) } else { Err(cursor.fault()) };
            }
            match cursor.next_byte() {
                b'}' if !frame.is_list => {}
                b']' if frame.is_list => {}
                b',' if !is_first => {
                    cursor.at += 1;
                    cursor.next_byte();
                    break;
                }
                _ if is_first => break,
                _ => return Err(cursor.fault()),
            }
            cursor.at += 1;
            is_first = false;
            element = frame.element;
            // OK because there is one.
            frame = frames.pop().unwrap_or(frame);
        }
        if frame.is_list {
            elements += 1;
            let outermost = if frame.element.outermost == 0 { elements } else { frame.element.outermost };
            element = Element { outermost, innermost: elements };
            target = frame.target;
        } else {
            let (start, end) = cursor.name()?;
            target = match frame.target.level {
                NO_LEVEL => Target::NONE,
                level if quotes.has_backslash(start, end) => find_escaped(names, level, &line[start..end]),
                level => names.find(level, &cursor.bytes[start..end]),
            };
        }
    }
}

/// Where the scan is.
struct Cursor<'s> {
    bytes: &'s [u8],
    at: usize,
    /// The quotes from `at` on.
    quotes: std::slice::Iter<'s, u32>,
}

// The methods are inlined so that the cursor stays in registers.
impl Cursor<'_> {
    /// The next byte, or 0 at the end. A 0 in the line is not one of JSON either.
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    /// The next byte that is not white space.
    #[inline(always)]
    fn next_byte(&mut self) -> u8 {
        let byte = self.peek();
        if byte > b' ' {
            return byte;
        }
        self.at += space(&self.bytes[self.at..]);
        self.peek()
    }

    /// Whether another member of an object follows here, without white space.
    #[inline(always)]
    fn is_at_comma_and_quote(&self) -> bool {
        self.bytes.get(self.at..self.at + 2) == Some(b",\"")
    }

    #[inline(always)]
    fn fault(&self) -> Error {
        Error::new(ErrorKind::Json, self.at)
    }

    /// Goes over the string that starts here and returns where its content is.
    #[inline(always)]
    fn string(&mut self) -> Result<(usize, usize), Error> {
        // OK because `at` is at a quote: all quotes before it were those of strings.
        let (Some(open), Some(close)) = (self.quotes.next(), self.quotes.next()) else { return Err(self.fault()) };
        self.at = *close as usize + 1;
        Ok((*open as usize + 1, *close as usize))
    }

    /// Goes over a name and the colon after it, and returns where the name is.
    #[inline(always)]
    fn name(&mut self) -> Result<(usize, usize), Error> {
        if self.peek() != b'"' {
            return Err(self.fault());
        }
        let name = self.string()?;
        if self.next_byte() != b':' {
            return Err(self.fault());
        }
        self.at += 1;
        self.next_byte();
        Ok(name)
    }

    /// Goes over a number or a word. Returns `None` for `null`.
    #[inline(always)]
    fn scalar(&mut self) -> Result<Option<Form>, Error> {
        let rest = &self.bytes[self.at..];
        let (len, form) = match rest {
            [b'-' | b'0'..=b'9', ..] => match number_end(rest, 0) {
                Some(len) => (len, Some(Form::Number)),
                None => return Err(self.fault()),
            },
            [b't', b'r', b'u', b'e', ..] => (4, Some(Form::Boolean)),
            [b'f', b'a', b'l', b's', b'e', ..] => (5, Some(Form::Boolean)),
            [b'n', b'u', b'l', b'l', ..] => (4, None),
            _ => return Err(self.fault()),
        };
        self.at += len;
        Ok(form)
    }
}

/// How many bytes of white space text starts with. Few logs have any.
#[inline(never)]
fn space(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

#[cold]
fn not_an_object(line: &str, at: usize) -> Error {
    // OK to let `serde_json` look at it again: it is not a line of a log.
    let kind = match serde_json::from_str::<serde::de::IgnoredAny>(line) {
        Ok(_) => ErrorKind::NotAnObject,
        Err(_) => ErrorKind::Json,
    };
    Error::new(kind, at)
}

fn take_string(
    target: Target,
    start: usize,
    end: usize,
    element: Element,
    quotes: &Quotes,
    collector: &mut Collector<'_>,
) {
    let slice = if quotes.has_backslash(start, end) {
        let decoded = &mut collector.found.decoded;
        let decoded_start = decoded.len();
        unescape(&collector.line[start..end], decoded);
        Slice::new(decoded_start, decoded.len(), Source::Decoded)
    } else {
        Slice::new(start, end, Source::Line)
    };
    collector.take(target, slice, Form::Text, element);
}

/// Finds a name with escapes.
#[cold]
fn find_escaped(names: &Names, level: u32, name: &str) -> Target {
    let mut decoded = String::new();
    unescape(name, &mut decoded);
    names.find(level, decoded.as_bytes())
}
