//! Bytes, and lines of them.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use memchr::{memchr, memchr_iter};

/// The size of the buffer. Longer lines are put together from several.
const BUFFER: usize = 64 * 1024;

/// An input that counts its lines and bytes.
#[derive(Debug)]
pub(super) struct Input<R> {
    reader: BufReader<Chain<Cursor<Vec<u8>>, R>>,
    /// The line that the next byte stands on, from 1.
    pub(super) line: u64,
    pub(super) bytes: u64,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is whole.
    Whole,
    /// Only its beginning was kept.
    TooLong,
}

impl<R: Read> Input<R> {
    /// Steps over a byte order mark. `Ok(None)` for UTF-16.
    pub(super) fn open(mut reader: R) -> io::Result<Option<Self>> {
        let mut start = Vec::new();
        reader.by_ref().take(3).read_to_end(&mut start)?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Ok(None);
        }
        let bytes = if start == [0xef, 0xbb, 0xbf] { std::mem::take(&mut start).len() as u64 } else { 0 };
        Ok(Some(Self { reader: BufReader::with_capacity(BUFFER, Cursor::new(start).chain(reader)), line: 1, bytes }))
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
        Ok(self.reader.buffer())
    }

    /// Consumes bytes of what `fill` gave.
    pub(super) fn consume(&mut self, len: usize) {
        self.line += memchr_iter(b'\n', &self.reader.buffer()[..len]).count() as u64;
        self.bytes += len as u64;
        self.reader.consume(len);
    }

    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.fill()?.first().copied())
    }

    /// Reads a line without its end, of which at most `max` bytes are kept; `None` at the end.
    pub(super) fn read_line(&mut self, line: &mut Vec<u8>, max: usize) -> io::Result<Option<Line>> {
        line.clear();
        let mut outcome = None;
        loop {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                break;
            }
            let end = memchr(b'\n', chunk);
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
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], max: usize) -> Vec<(u64, Line, String)> {
        let mut input = Input::open(bytes).unwrap().unwrap();
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
        assert!(Input::open(&b"\xff\xfea\0"[..]).unwrap().is_none());
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
