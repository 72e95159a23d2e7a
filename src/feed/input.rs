//! Bytes, and lines of them.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use memchr::{memchr, memchr_iter, memchr2};

use crate::error::{Error, ErrorKind};
use crate::reader::decoded::Decoded;
use crate::reader::magic::{LONGEST_MAGIC, foreign_format};

/// The size of the buffer. Longer lines are put together from several.
const BUFFER: usize = 64 * 1024;

/// At least so many bytes are there at once, if the input has them: enough to see what it is.
const START: usize = 64;

/// An input that counts its lines and bytes.
pub(super) struct Input<R> {
    reader: BufReader<Chain<Cursor<Vec<u8>>, Rest<R>>>,
    /// The line that the next byte stands on, from 1.
    pub(super) line: u64,
    /// Bytes consumed, decompressed ones if the input is compressed.
    pub(super) bytes: u64,
    ends: LineEnds,
    /// The last byte that was consumed.
    last: u8,
    /// Lines that are not UTF-8 are read as Windows-1252.
    pub(super) is_windows_1252: bool,
    /// One was.
    pub(super) was_windows_1252: bool,
}

/// What follows the first bytes of an input: the error after them, if there was one, and the
/// others.
struct Rest<R> {
    failure: Option<io::Error>,
    reader: Decoded<R>,
}

impl<R: Read> Read for Rest<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.reader.read(buffer),
        }
    }
}

/// What ends the lines of an input: the first line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnds {
    /// Not known yet. So many bytes of the input were looked at, and whether the last one is a CR.
    Unknown { seen: u64, after_cr: bool },
    /// LF or CRLF. A CR elsewhere is a part of its line.
    Lf,
    /// CR, as on old Macs. In a mixture, LF and CRLF end a line as well.
    Cr,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is whole.
    Whole,
    /// Only its beginning was kept.
    TooLong,
}

impl<R> Input<R> {
    /// Whether lines end in CR alone.
    pub(super) fn has_cr_ends(&self) -> bool {
        self.ends == LineEnds::Cr
    }
}

impl<R: Read> Input<R> {
    /// Steps over a byte order mark, and refuses what is not text.
    pub(super) fn open(reader: R) -> Result<Self, Error> {
        const MARK: &[u8] = &[0xef, 0xbb, 0xbf];
        let mut reader = Decoded::new(reader);
        let mut start = Vec::new();
        let result = reader.by_ref().take(START.max(LONGEST_MAGIC) as u64).read_to_end(&mut start);
        if let Some(format) = foreign_format(&start) {
            return Err(Error::new(ErrorKind::Encoding).with_detail(format));
        }
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(Error::new(ErrorKind::Encoding).with_detail("UTF-16; convert it to UTF-8"));
        }
        let rest = Rest { failure: result.err(), reader };
        let bytes = if start.starts_with(MARK) { start.drain(..MARK.len()).len() as u64 } else { 0 };
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER, Cursor::new(start).chain(rest)),
            line: 1,
            bytes,
            ends: LineEnds::Unknown { seen: bytes, after_cr: false },
            last: 0,
            is_windows_1252: false,
            was_windows_1252: false,
        })
    }

    /// What has been read and not consumed, and at least a byte of it; nothing at the end.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        loop {
            // The borrow checker does not see that the first borrow ends where the loop goes on.
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        if let LineEnds::Unknown { seen, after_cr } = self.ends {
            self.look_for_line_end(seen, after_cr);
        }
        Ok(self.reader.buffer())
    }

    /// Looks at the bytes that are new since the last time.
    fn look_for_line_end(&mut self, seen: u64, after_cr: bool) {
        let buffer = self.reader.buffer();
        // OK because what was looked at is in the buffer or consumed.
        let fresh = &buffer[(seen - self.bytes) as usize..];
        let first = if after_cr { fresh.first().map(|_| 0) } else { memchr2(b'\r', b'\n', fresh) };
        let was_unknown = after_cr && !fresh.is_empty();
        self.ends = match first.map(|place| (fresh[place], fresh.get(place + 1))) {
            Some((b'\n', _)) => LineEnds::Lf,
            Some(_) if after_cr => LineEnds::Cr,
            Some((_, Some(b'\n'))) => LineEnds::Lf,
            Some((_, Some(_))) => LineEnds::Cr,
            other => LineEnds::Unknown {
                seen: self.bytes + buffer.len() as u64,
                after_cr: other.is_some() || (after_cr && fresh.is_empty()),
            },
        };
        // That CR is consumed, or there would be nothing new.
        self.line += u64::from(was_unknown && self.ends == LineEnds::Cr);
    }

    /// Consumes bytes of what `fill` gave.
    pub(super) fn consume(&mut self, len: usize) {
        let bytes = &self.reader.buffer()[..len];
        self.line += match self.ends {
            LineEnds::Cr => {
                let before = std::iter::once(&self.last).chain(bytes);
                let is_end = |(before, byte): &(&u8, &u8)| **byte == b'\r' || (**byte == b'\n' && **before != b'\r');
                before.zip(bytes).filter(is_end).count() as u64
            }
            _ => memchr_iter(b'\n', bytes).count() as u64,
        };
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.bytes += len as u64;
        self.reader.consume(len);
    }

    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.fill()?.first().copied())
    }

    /// Reads a line without its end, of which at most `max` bytes are kept; `None` at the end.
    pub(super) fn read_line(&mut self, line: &mut Vec<u8>, max: usize) -> io::Result<Option<Line>> {
        line.clear();
        // Of a CRLF among lines that end in CR.
        if self.last == b'\r' && self.ends == LineEnds::Cr && self.peek()? == Some(b'\n') {
            self.consume(1);
        }
        let mut outcome = None;
        loop {
            self.fill()?;
            if self.ends == LineEnds::Cr && self.last == b'\r' && outcome.is_some() {
                // It was not known when the CR was consumed.
                break;
            }
            let chunk = self.reader.buffer();
            if chunk.is_empty() {
                break;
            }
            let end = match self.ends {
                LineEnds::Cr => memchr2(b'\r', b'\n', chunk),
                _ => memchr(b'\n', chunk),
            };
            let content = &chunk[..end.unwrap_or(chunk.len())];
            let kept = content.len().min(max - line.len());
            line.extend_from_slice(&content[..kept]);
            if kept < content.len() {
                outcome = Some(Line::TooLong);
            }
            let len = content.len() + usize::from(end.is_some());
            self.consume(len);
            outcome = outcome.or(Some(Line::Whole));
            if end.is_some() {
                break;
            }
        }
        if line.last() == Some(&b'\r') && outcome == Some(Line::Whole) {
            line.pop();
        }
        self.decode(line);
        Ok(outcome)
    }

    /// Turns text that is not UTF-8 into it, if that is wanted.
    pub(super) fn decode(&mut self, text: &mut Vec<u8>) {
        if self.is_windows_1252 && std::str::from_utf8(text).is_err() {
            self.was_windows_1252 = true;
            *text = text.iter().map(|byte| windows_1252(*byte)).collect::<String>().into_bytes();
        }
    }
}

/// The character of a byte in Windows-1252. The five that it does not define are control
/// characters, as the Encoding Standard has it.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}',
        '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}',
        '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}',
        '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], max: usize) -> Vec<(u64, Line, String)> {
        let mut input = Input::open(bytes).unwrap();
        let (mut line, mut all) = (Vec::new(), Vec::new());
        loop {
            let number = input.line;
            let Some(outcome) = input.read_line(&mut line, max).unwrap() else { break };
            all.push((number, outcome, String::from_utf8_lossy(&line).into_owned()));
        }
        assert_eq!(input.bytes, bytes.len() as u64);
        all
    }

    #[test]
    fn ends_and_marks() {
        let whole = |number, text: &str| (number, Line::Whole, text.to_owned());
        assert_eq!(lines(b"\xef\xbb\xbfa\r\n\r\nb", 9), [whole(1, "a"), whole(2, ""), whole(3, "b")]);
        assert_eq!(lines(b"a\n", 9), [whole(1, "a")]);
        assert_eq!(lines(b"", 9), []);
        assert_eq!(lines(b"\xef\xbb\xbf", 9), []);
        assert_eq!(lines(b"\n", 9), [whole(1, "")]);
        for (bytes, name) in [(&b"\xff\xfea\0"[..], "UTF-16"), (b"\x28\xb5\x2f\xfd", "Zstandard")] {
            let error = Input::open(bytes).err().unwrap();
            assert!(error.kind() == ErrorKind::Encoding && error.detail().contains(name), "{error}");
        }
    }

    /// Hands out pieces of a size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = buffer.len().min(self.1);
            self.0.read(&mut buffer[..len])
        }
    }

    #[test]
    fn b34_lines_may_end_in_cr() {
        for (text, expected) in [
            ("a\rb\r\rc", "1 a,2 b,3 ,4 c"),
            ("a\r", "1 a"),
            ("\ra\r", "1 ,2 a"),
            ("a\rb\nc\r\nd\r", "1 a,2 b,3 c,4 d"),
            ("a\r\nb\rc\nd", "1 a,2 b\rc,3 d"),
            ("a\nb\rc\r\nd", "1 a,2 b\rc,3 d"),
            ("\r\na\r\n", "1 ,2 a"),
        ] {
            for size in 1..=text.len() {
                let mut input = Input::open(Pieces(text.as_bytes(), size)).unwrap();
                let (mut line, mut all) = (Vec::new(), Vec::new());
                loop {
                    let number = input.line;
                    if input.read_line(&mut line, 100).unwrap().is_none() {
                        break;
                    }
                    all.push(format!("{number} {}", String::from_utf8_lossy(&line)));
                }
                assert_eq!(all.join(","), expected, "{text:?} in pieces of {size}");
            }
        }
        let long = format!("{}\rb\r", "a".repeat(3 * BUFFER));
        assert_eq!(lines(long.as_bytes(), 100).len(), 2);
    }

    #[test]
    fn a_long_line_is_cut_and_passed() {
        let text = format!("{}\nb\n", "a".repeat(3 * BUFFER));
        let [(1, Line::TooLong, start), (2, Line::Whole, next)] = &lines(text.as_bytes(), 100)[..] else { panic!() };
        assert_eq!((start.len(), &**next), (100, "b"));
        let [(1, Line::Whole, start), _] = &lines(text.as_bytes(), 3 * BUFFER)[..] else { panic!() };
        assert_eq!(start.len(), 3 * BUFFER);
    }
}
