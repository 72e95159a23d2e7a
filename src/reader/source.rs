//! Where bytes come from: a slice that is there, or a stream that is read in pieces.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use super::decoded::Decoded;
use crate::error::Position;

mod sealed {
    pub trait Sealed {}
}
use sealed::Sealed;

impl Sealed for Slice<'_> {}

impl<R> Sealed for Stream<R> {}

/// What [`Source::grow`] could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a reader has to act on each")]
pub enum Growth {
    /// There is more text than before.
    More,
    /// The input ends after the text.
    End,
    /// Bytes that are not UTF-8 follow the text.
    Invalid,
}

/// A window on the input that moves forward. It is text, checked to be UTF-8 once for all, so that
/// the parser need not check each string; what is not UTF-8 is reached through
/// [`bytes`](Self::bytes).
///
/// Implemented by [`Slice`] and [`Stream`]; others cannot implement it.
pub trait Source: Sealed {
    /// The text that was read and not consumed.
    fn text(&self) -> &str;

    /// Makes the text longer, by at least as much again where the input has it.
    fn grow(&mut self) -> io::Result<Growth>;

    /// All bytes that were read and not consumed, the text being their beginning.
    fn bytes(&self) -> Cow<'_, [u8]>;

    /// Makes `bytes` longer whether or not they are UTF-8; `false` at the end of the input.
    fn grow_bytes(&mut self) -> io::Result<bool>;

    /// Consumes `len` of the `bytes`.
    fn consume(&mut self, len: usize);

    /// Bytes consumed so far.
    fn consumed(&self) -> u64;

    /// The position of one of the `bytes`. Lines are counted here and not while reading, which
    /// needs no lines.
    fn position(&self, offset: usize) -> Position;
}

/// A place up to which lines were counted: its offset in a buffer, and its position in the input.
/// It only moves forward, so that all counting together goes over the input once.
#[derive(Clone, Debug)]
struct Counted(Cell<(usize, Position)>);

impl Counted {
    fn new() -> Self {
        Self(Cell::new((0, Position { offset: 0, line: 1, column: 1 })))
    }

    /// Moves to the offset `to` in `buffer`.
    fn advance(&self, buffer: &[u8], to: usize) -> Position {
        let (at, position) = self.0.get();
        let position = position.after(&buffer[at..to]);
        self.0.set((to, position));
        position
    }
}

/// A whole input in memory. Objects are read in place.
///
/// [`Reader`](super::Reader) makes it from bytes; see its example.
#[derive(Clone)]
pub struct Slice<'a> {
    /// Where `bytes` starts with UTF-8.
    text: &'a str,
    bytes: &'a [u8],
    /// All of it, consumed or not.
    whole: &'a [u8],
    counted: Counted,
}

impl<'a> Slice<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { text: valid_start(bytes).0, bytes, whole: bytes, counted: Counted::new() }
    }

    pub(super) fn from_text(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), whole: text.as_bytes(), counted: Counted::new() }
    }

    /// The same input from `skipped` bytes of the text on. Lines and columns count from there.
    #[cfg(feature = "parallel")]
    pub(super) fn starting_after(&self, skipped: usize) -> Self {
        let text = self.text.get(skipped..).unwrap_or_default();
        let bytes = self.bytes.get(skipped..).unwrap_or_default();
        let start = self.whole.len() - bytes.len();
        let position = Position { offset: start as u64, line: 1, column: 1 };
        Self { text, bytes, whole: self.whole, counted: Counted(Cell::new((start, position))) }
    }
}

impl Source for Slice<'_> {
    #[inline]
    fn text(&self) -> &str {
        self.text
    }

    fn grow(&mut self) -> io::Result<Growth> {
        Ok(if self.text.len() == self.bytes.len() { Growth::End } else { Growth::Invalid })
    }

    fn bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.bytes)
    }

    fn grow_bytes(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    #[inline]
    fn consume(&mut self, len: usize) {
        self.bytes = &self.bytes[len..];
        if len <= self.text.len() {
            self.text = &self.text[len..];
        } else {
            self.text = valid_start(self.bytes).0;
        }
    }

    #[inline]
    fn consumed(&self) -> u64 {
        (self.whole.len() - self.bytes.len()) as u64
    }

    fn position(&self, offset: usize) -> Position {
        let start = self.whole.len() - self.bytes.len();
        self.counted.advance(self.whole, start).after(&self.bytes[..offset])
    }
}

impl fmt::Debug for Slice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slice").field("len", &self.bytes.len()).finish()
    }
}

/// The text that bytes start with, and whether what follows it may still become text with more
/// bytes after it.
fn valid_start(bytes: &[u8]) -> (&str, bool) {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => {
            // OK because the error says how far it is valid.
            let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            (text, error.error_len().is_none())
        }
    }
}

/// Bytes to read at a time. Objects that lie across the end of what was read are parsed twice, so
/// it is a good deal larger than they are.
const CHUNK: usize = 128 * 1024;

/// An input that is read in pieces: memory holds one object and a buffer, whatever the input's
/// size.
///
/// [`Reader`](super::Reader) makes it from a file or any other `Read`; see its example.
pub struct Stream<R> {
    reader: Decoded<R>,
    /// UTF-8 that was read; up to `start` it is consumed.
    text: String,
    start: usize,
    /// What was read after `text` and is not UTF-8, or not yet: the first bytes of a character.
    rest: Vec<u8>,
    at_end: bool,
    /// Why the last read stopped early; told once what came before it is used up.
    failure: Option<io::Error>,
    counted: Counted,
    /// Bytes consumed and dropped from `text`.
    dropped: u64,
}

impl<R: Read> Stream<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader: Decoded::new(reader),
            text: String::new(),
            start: 0,
            rest: Vec::new(),
            at_end: false,
            failure: None,
            counted: Counted::new(),
            dropped: 0,
        }
    }

    /// Reads up to `len` bytes more into `rest`.
    fn read(&mut self, len: usize) -> io::Result<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let before = self.rest.len();
        match self.reader.by_ref().take(len as u64).read_to_end(&mut self.rest) {
            Ok(read) => self.at_end = read == 0,
            Err(failure) if self.rest.len() > before => self.failure = Some(failure),
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    fn drop_consumed(&mut self) {
        let position = self.counted.advance(self.text.as_bytes(), self.start);
        self.counted.0.set((0, position));
        self.dropped += self.start as u64;
        self.text.drain(..self.start);
        self.start = 0;
        // After one huge object the buffer need not stay huge.
        if self.text.capacity() > 8 * CHUNK && self.text.len() < CHUNK {
            self.text.shrink_to(2 * CHUNK);
        }
    }

    /// Moves what is UTF-8 from `rest` to `text`; whether the remainder may still become UTF-8.
    fn take_valid(&mut self) -> bool {
        let (valid, may_continue) = valid_start(&self.rest);
        let len = valid.len();
        self.text.push_str(valid);
        if len == self.rest.len() {
            self.rest.clear();
        } else {
            self.rest.drain(..len);
        }
        may_continue && !self.at_end
    }
}

impl<R: Read> Source for Stream<R> {
    #[inline]
    fn text(&self) -> &str {
        &self.text[self.start..]
    }

    fn grow(&mut self) -> io::Result<Growth> {
        self.drop_consumed();
        let before = self.text.len();
        loop {
            let may_continue = self.take_valid();
            if self.text.len() > before {
                return Ok(Growth::More);
            }
            if !self.rest.is_empty() && !may_continue {
                // More bytes would not change that. Reading them all the same would fill the memory
                // with a stream of objects that are not UTF-8.
                return Ok(Growth::Invalid);
            }
            if self.at_end {
                return Ok(Growth::End);
            }
            self.read(CHUNK.max(before))?;
        }
    }

    fn bytes(&self) -> Cow<'_, [u8]> {
        if self.rest.is_empty() {
            Cow::Borrowed(self.text().as_bytes())
        } else {
            Cow::Owned([self.text().as_bytes(), &self.rest].concat())
        }
    }

    fn grow_bytes(&mut self) -> io::Result<bool> {
        self.read(CHUNK.max(self.text.len() - self.start + self.rest.len()))?;
        Ok(!self.at_end)
    }

    #[inline]
    fn consume(&mut self, len: usize) {
        let in_text = self.text.len() - self.start;
        if len <= in_text {
            self.start += len;
        } else {
            self.start = self.text.len();
            self.drop_consumed();
            let position = self.position(len - in_text);
            self.counted.0.set((0, position));
            self.dropped += (len - in_text) as u64;
            self.rest.drain(..len - in_text);
            self.take_valid();
        }
    }

    #[inline]
    fn consumed(&self) -> u64 {
        self.dropped + self.start as u64
    }

    fn position(&self, offset: usize) -> Position {
        let start = self.counted.advance(self.text.as_bytes(), self.start);
        let text = self.text().as_bytes();
        if offset <= text.len() {
            start.after(&text[..offset])
        } else {
            start.after(text).after(&self.rest[..offset - text.len()])
        }
    }
}

impl<R> fmt::Debug for Stream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("buffered", &(self.text.len() - self.start + self.rest.len())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of `piece`.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(self.0.len()).min(buffer.len());
            buffer[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    #[test]
    fn a_stream_and_a_slice_show_the_same_text() {
        let bytes = "aé€😀z".repeat(40_000).into_bytes();
        let mut stream = Stream::new(Pieces(&bytes, 7));
        let mut slice = Slice::new(&bytes);
        let mut total = 0;
        loop {
            let growth = stream.grow().unwrap();
            let len = stream.text().len();
            assert_eq!(stream.text(), &slice.text()[..len]);
            stream.consume(len);
            slice.consume(len);
            total += len;
            if growth == Growth::End {
                break;
            }
        }
        assert_eq!(total, bytes.len());
    }

    #[test]
    fn a_stream_of_invalid_bytes_is_not_hoarded() {
        let bytes = b"{\"a\":\"\xff\"}\n".repeat(200_000);
        let mut stream = Stream::new(&bytes[..]);
        for _ in 0..200_000 {
            while stream.grow().unwrap() != Growth::Invalid {}
            assert_eq!(stream.text(), "{\"a\":\"");
            assert!(stream.rest.len() <= 3 * CHUNK);
            if stream.rest.len() < 4 {
                stream.grow_bytes().unwrap();
            }
            stream.consume(10);
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_reached_and_passed() {
        let bytes = b"ab\xff\xfecd\xe2\x82";
        let mut stream = Stream::new(&bytes[..]);
        assert_eq!(stream.grow().unwrap(), Growth::More);
        let mut slice = Slice::new(bytes);
        for source in [&mut stream as &mut dyn Source, &mut slice] {
            assert_eq!(source.text(), "ab");
            assert_eq!(source.grow().unwrap(), Growth::Invalid);
            assert_eq!(*source.bytes(), bytes[..]);
            source.consume(4);
            assert_eq!(source.text(), "cd");
            source.consume(2);
            assert_eq!(source.grow().unwrap(), Growth::Invalid);
            source.consume(2);
            assert_eq!(source.grow().unwrap(), Growth::End);
        }
    }
}
