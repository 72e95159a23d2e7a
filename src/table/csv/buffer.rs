//! Bytes on their way out of the CSV writer, and how fields are put among them.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use wide::u8x16;

use crate::json::cursor::is_plain;

/// How many bytes are looked at in one go.
const BLOCK: usize = 16;

/// After one huge record the buffer need not stay huge.
const MOST_KEPT: usize = 1 << 20;

/// Bytes with room behind them. What is in the room is of no account, so that it can be written
/// over in whole blocks.
#[derive(Default)]
pub(super) struct Buffer {
    /// The bytes, and the room.
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Gives all bytes away; the buffer is empty then, whatever comes of it.
    pub(super) fn take<R>(&mut self, f: impl FnOnce(&[u8]) -> R) -> R {
        let len = mem::take(&mut self.len);
        let taken = f(&self.bytes[..len]);
        if self.bytes.len() > MOST_KEPT {
            self.bytes = Vec::new();
        }
        taken
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Adds commas, of which there are mostly one or a few: it is quicker to write some blocks than
    /// to look how many.
    #[inline]
    pub(super) fn push_commas(&mut self, count: usize) {
        const FEW: usize = 3 * BLOCK;
        match self.room(FEW).first_chunk_mut() {
            Some(blocks) if count <= FEW => {
                *blocks = [b','; FEW];
                self.len += count;
            }
            _ => self.push_many_commas(count),
        }
    }

    /// Apart from the few, or the compiler makes one call of the two ways.
    #[cold]
    #[inline(never)]
    fn push_many_commas(&mut self, count: usize) {
        self.room(count)[..count].fill(b',');
        self.len += count;
    }

    /// Adds a field of CSV: between quotes, where it has to be.
    pub(super) fn push_field(&mut self, field: &[u8]) {
        // It is copied while it is looked at. Should it need quotes, that was for nothing.
        let room = &mut self.room(field.len())[..field.len()];
        let is_plain = match field.len() {
            BLOCK.. => copy_plain(room, field, |block| has_special(*block)),
            8.. => copy_plain(room, field, |half: &[u8; 8]| has_special(padded(half))),
            4.. => copy_plain(room, field, |quarter: &[u8; 4]| has_special(padded(quarter))),
            _ => {
                room.copy_from_slice(field);
                !field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
            }
        };
        if is_plain {
            self.len += field.len();
        } else {
            self.push_quoted(field);
        }
    }

    /// Adds a list of texts as a field, JSON between quotes, and returns whether it did: not if a
    /// text has something to escape, or if there is none.
    pub(super) fn push_list(&mut self, texts: &[Cow<'_, str>]) -> bool {
        let is_plain = |text: &Cow<'_, str>| is_plain(text);
        if texts.is_empty() || !texts.iter().all(is_plain) {
            return false;
        }
        for (place, text) in texts.iter().enumerate() {
            self.push(if place == 0 { b"\"[\"\"" } else { b"\"\",\"\"" });
            self.push(text.as_bytes());
        }
        self.push(b"\"\"]\"");
        true
    }

    /// Adds the field between quotes, with those in it doubled.
    fn push_quoted(&mut self, field: &[u8]) {
        // If all are quotes; and the last block may be written whole.
        let room = self.room(2 * field.len() + 2 + BLOCK);
        room[0] = b'"';
        let mut end = 1;
        // Each block needs another one behind it. The last ones get it here.
        let mut rest = field;
        while let Some(window) = rest.first_chunk() {
            end = double_quotes(room, end, window, BLOCK);
            rest = &rest[BLOCK..];
        }
        let mut padded = [0; 3 * BLOCK];
        padded[..rest.len()].copy_from_slice(rest);
        let mut padded = &padded[..];
        let mut left = rest.len();
        while let (Some(window), 1..) = (padded.first_chunk(), left) {
            end = double_quotes(room, end, window, left.min(BLOCK));
            padded = &padded[BLOCK..];
            left = left.saturating_sub(BLOCK);
        }
        room[end] = b'"';
        self.len += end + 1;
    }

    /// At least so many bytes behind the last one.
    #[inline]
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        if self.bytes.len() - self.len < bytes {
            self.grow(bytes);
        }
        &mut self.bytes[self.len..]
    }

    #[cold]
    fn grow(&mut self, bytes: usize) {
        let least = self.len + bytes;
        self.bytes.resize(least.max(2 * self.bytes.len()), 0);
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer").field("len", &self.len).finish_non_exhaustive()
    }
}

/// Writes the first `len` bytes of the block that `window` starts with, the quotes twice, and gives
/// the end of it all.
///
/// JSON has a quote every few bytes, so that time goes by them. Where they are is found before any
/// is written, and up to each of them a whole block is copied, of which what comes next overwrites
/// the rest.
fn double_quotes(out: &mut [u8], mut end: usize, window: &[u8; 2 * BLOCK], len: usize) -> usize {
    let (block, _) = window.split_first_chunk().unwrap_or((&[0; BLOCK], &[]));
    let mut quotes = u8x16::new(*block).simd_eq(u8x16::splat(b'"')).to_bitmask();
    let mut start = 0;
    loop {
        out[end..end + BLOCK].copy_from_slice(&window[start..start + BLOCK]);
        if quotes == 0 {
            return end + len - start;
        }
        let behind = quotes.trailing_zeros() as usize + 1;
        end += behind - start;
        out[end] = b'"';
        end += 1;
        start = behind;
        quotes &= quotes - 1;
    }
}

/// Copies a field of at least `N` bytes, until one of its blocks is special; whether none is.
#[inline]
fn copy_plain<const N: usize>(out: &mut [u8], field: &[u8], is_special: impl Fn(&[u8; N]) -> bool) -> bool {
    for (block, out) in field.as_chunks::<N>().0.iter().zip(out.as_chunks_mut::<N>().0) {
        *out = *block;
        if is_special(block) {
            return false;
        }
    }
    // The last block may go over bytes again that the one before has.
    match (field.last_chunk(), out.last_chunk_mut()) {
        (Some(block), Some(out)) => {
            *out = *block;
            !is_special(block)
        }
        _ => true,
    }
}

fn padded<const N: usize>(part: &[u8; N]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..N].copy_from_slice(part);
    block
}

/// Whether there is a byte for whose sake a field goes between quotes.
fn has_special(block: [u8; BLOCK]) -> bool {
    let block = u8x16::new(block);
    let is = |byte| block.simd_eq(u8x16::splat(byte));
    (is(b',') | is(b'"') | is(b'\n') | is(b'\r')).to_bitmask() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_any_length_and_with_quotes_anywhere() {
        let mut buffer = Buffer::default();
        for len in 0..70 {
            for quotes in [0, 1, 2, 3, 5, 8, 1 << 15, 0x5555_5555_5555_5555, u64::MAX] {
                let field: String = (0..len)
                    .map(|n| if quotes >> (n % 64) & 1 == 1 { '"' } else { char::from(b'a' + (n % 26) as u8) })
                    .collect();
                let expected = match field.contains('"') {
                    true => format!("\"{}\"", field.replace('"', "\"\"")),
                    false => field.clone(),
                };
                buffer.push_field(field.as_bytes());
                buffer.take(|bytes| assert_eq!(std::str::from_utf8(bytes), Ok(&*expected)));
            }
        }
    }

    #[test]
    fn lists_are_json_between_quotes() {
        for (texts, expected) in [
            (&["a"][..], Some(r#""[""a""]""#)),
            (&["a, b", "", "\u{e9}"], Some("\"[\"\"a, b\"\",\"\"\"\",\"\"\u{e9}\"\"]\"")),
            (&["a\"b"], None),
            (&["a", "b\\"], None),
            (&[], None),
        ] {
            let mut buffer = Buffer::default();
            let texts: Vec<Cow<'_, str>> = texts.iter().map(|text| Cow::Borrowed(*text)).collect();
            assert_eq!(buffer.push_list(&texts), expected.is_some());
            buffer.take(|bytes| assert_eq!(bytes, expected.unwrap_or_default().as_bytes()));
        }
    }

    #[test]
    fn a_huge_field_is_not_remembered() {
        let mut buffer = Buffer::default();
        buffer.push_field(&[b'"'; MOST_KEPT]);
        buffer.take(|bytes| assert_eq!(bytes.len(), 2 * MOST_KEPT + 2));
        assert_eq!(buffer.bytes.capacity(), 0);
    }

    #[test]
    fn only_what_needs_it_is_quoted() {
        let mut buffer = Buffer::default();
        for len in 0..50 {
            for place in 0..=len {
                for special in [',', '\n', '\r', 'x', '\'', ';', '\t', 'é', '\u{2028}'] {
                    let mut field = "-".repeat(len);
                    field.insert(place, special);
                    let expected = if ",\n\r".contains(special) { format!("\"{field}\"") } else { field.clone() };
                    buffer.push_field(field.as_bytes());
                    buffer.take(|bytes| assert_eq!(std::str::from_utf8(bytes), Ok(&*expected)));
                }
            }
        }
    }
}
