//! One pass over a line of JSON.

use super::entry::Slice;
use super::error::{Error, ErrorKind};
use super::names::{NO_LEVEL, Names, Target};
use super::number::number_end;
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
    line: &str,
    quotes: &[u32],
    frames: &mut Vec<Frame>,
    names: &Names,
    collector: &mut Collector<'_>,
) -> Result<(), Error> {
    frames.clear();
    let mut scanner = Scanner {
        bytes: line.as_bytes(),
        line,
        at: 0,
        quotes: quotes.iter(),
        frames,
        names,
        element: Element::default(),
        elements: 0,
        name: String::new(),
    };
    scanner.skip_whitespace();
    if scanner.peek() != b'{' {
        return Err(scanner.not_an_object());
    }
    scanner.line(collector)
}

struct Scanner<'s> {
    bytes: &'s [u8],
    line: &'s str,
    at: usize,
    /// The quotes from `at` on.
    quotes: std::slice::Iter<'s, u32>,
    frames: &'s mut Vec<Frame>,
    names: &'s Names,
    element: Element,
    /// The number of elements so far.
    elements: u32,
    /// A name with escapes, decoded.
    name: String,
}

impl Scanner<'_> {
    /// The next byte, or 0 at the end. A 0 in the line is not one of JSON either.
    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// The next byte that is not white space.
    #[inline]
    fn next_byte(&mut self) -> u8 {
        let byte = self.peek();
        if byte > b' ' {
            return byte;
        }
        self.skip_whitespace();
        self.peek()
    }

    fn fault(&self) -> Error {
        Error::new(ErrorKind::Json, self.at)
    }

    #[cold]
    fn not_an_object(&self) -> Error {
        // OK to let `serde_json` look at it again: it is not a line of a log.
        let kind = match serde_json::from_str::<serde::de::IgnoredAny>(self.line) {
            Ok(_) => ErrorKind::NotAnObject,
            Err(_) => ErrorKind::Json,
        };
        Error::new(kind, self.at)
    }

    /// Goes over the object at the top and what comes after it.
    fn line(&mut self, collector: &mut Collector<'_>) -> Result<(), Error> {
        let mut target = Target { level: self.names.root(), ..Target::NONE };
        loop {
            let is_open = self.value(target, collector)?;
            match self.next_target(is_open)? {
                Some(next) => target = next,
                None => return Ok(()),
            }
        }
    }

    /// Goes over a value that is not a list or object, or over the bracket that opens one. Returns whether it is one.
    #[inline]
    fn value(&mut self, target: Target, collector: &mut Collector<'_>) -> Result<bool, Error> {
        let start = self.at;
        let form = match self.peek() {
            b'"' => {
                let (start, end) = self.string()?;
                if target.has_actions() {
                    self.take_string(target, start, end, collector);
                }
                return Ok(false);
            }
            b'{' | b'[' => {
                self.open(target)?;
                return Ok(true);
            }
            b'-' | b'0'..=b'9' => {
                self.at = number_end(self.bytes, start).ok_or_else(|| self.fault())?;
                Some(Form::Number)
            }
            b't' => self.word("true", Some(Form::Boolean))?,
            b'f' => self.word("false", Some(Form::Boolean))?,
            b'n' => self.word("null", None)?,
            _ => return Err(self.fault()),
        };
        if let Some(form) = form.filter(|_| target.has_actions()) {
            collector.take(target, in_line(start, self.at), form, self.element);
        }
        Ok(false)
    }

    fn word(&mut self, word: &str, form: Option<Form>) -> Result<Option<Form>, Error> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.fault());
        }
        self.at += word.len();
        Ok(form)
    }

    /// Goes over the string that starts here and returns where its content is.
    #[inline]
    fn string(&mut self) -> Result<(usize, usize), Error> {
        // OK because `at` is at a quote: all quotes before it were those of strings.
        let (Some(open), Some(close)) = (self.quotes.next(), self.quotes.next()) else { return Err(self.fault()) };
        self.at = *close as usize + 1;
        Ok((*open as usize + 1, *close as usize))
    }

    fn take_string(&mut self, target: Target, start: usize, end: usize, collector: &mut Collector<'_>) {
        let text = &self.line[start..end];
        let slice = if memchr::memchr(b'\\', text.as_bytes()).is_none() {
            in_line(start, end)
        } else {
            let decoded = &mut collector.found.decoded;
            let start = decoded.len();
            unescape(text, decoded);
            // OK because what is decoded is not longer than the line.
            Slice { start: start as u32, end: decoded.len() as u32, is_decoded: true }
        };
        collector.take(target, slice, Form::Text, self.element);
    }

    fn open(&mut self, target: Target) -> Result<(), Error> {
        if self.frames.len() == MAX_DEPTH {
            return Err(Error::new(ErrorKind::TooDeep, self.at));
        }
        let is_list = self.peek() == b'[';
        self.at += 1;
        self.frames.push(Frame { target, is_list, element: self.element });
        Ok(())
    }

    /// Goes on to the next value and returns what it leads to, or `None` at the end of the line.
    #[inline]
    fn next_target(&mut self, mut is_first: bool) -> Result<Option<Target>, Error> {
        loop {
            let byte = self.next_byte();
            let Some(frame) = self.frames.last().copied() else {
                return if self.at == self.bytes.len() { Ok(None) } else { Err(self.fault()) };
            };
            match (byte, is_first) {
                (b'}', _) if !frame.is_list => self.close(frame),
                (b']', _) if frame.is_list => self.close(frame),
                (b',', false) => {
                    self.at += 1;
                    self.next_byte();
                    return self.member(frame).map(Some);
                }
                (_, true) => return self.member(frame).map(Some),
                _ => return Err(self.fault()),
            }
            is_first = false;
        }
    }

    fn close(&mut self, frame: Frame) {
        self.at += 1;
        self.frames.pop();
        self.element = frame.element;
    }

    /// Goes to the value of an element or member, and returns what it leads to.
    #[inline]
    fn member(&mut self, frame: Frame) -> Result<Target, Error> {
        if frame.is_list {
            self.elements += 1;
            let outermost = if frame.element.outermost == 0 { self.elements } else { frame.element.outermost };
            self.element = Element { outermost, innermost: self.elements };
            return Ok(frame.target);
        }
        if self.peek() != b'"' {
            return Err(self.fault());
        }
        let (start, end) = self.string()?;
        if self.next_byte() != b':' {
            return Err(self.fault());
        }
        self.at += 1;
        self.next_byte();
        Ok(match frame.target.level {
            NO_LEVEL => Target::NONE,
            level => self.find(level, start, end),
        })
    }

    #[inline]
    fn find(&mut self, level: u32, start: usize, end: usize) -> Target {
        let name = &self.bytes[start..end];
        let target = self.names.find(level, name);
        if target == Target::NONE && memchr::memchr(b'\\', name).is_some() {
            self.name.clear();
            unescape(&self.line[start..end], &mut self.name);
            return self.names.find(level, self.name.as_bytes());
        }
        target
    }
}

fn in_line(start: usize, end: usize) -> Slice {
    // OK because lines are shorter than 4 GiB.
    Slice { start: start as u32, end: end as u32, is_decoded: false }
}
