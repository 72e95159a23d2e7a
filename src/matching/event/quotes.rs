//! The places of all quotes in a line that are not escaped, found 64 bytes at a time.

use wide::u8x16;

use super::error::{Error, ErrorKind};

/// Bits of a block of 64 bytes, the first byte in the lowest bit.
struct Block {
    quotes: u64,
    backslashes: u64,
    controls: u64,
}

impl Block {
    #[inline]
    fn new(bytes: &[u8; 64]) -> Self {
        let (quote, backslash, last_control) = (u8x16::splat(b'"'), u8x16::splat(b'\\'), u8x16::splat(0x1f));
        let (parts, _) = bytes.as_chunks::<16>();
        let is_backslash = |part: u8x16| part.simd_eq(backslash);
        let is_control = |part: u8x16| part.min(last_control).simd_eq(part);
        let quotes = bits(parts, |part| part.simd_eq(quote));
        // Most blocks have none of the others.
        let has_others = |part: &[u8; 16]| is_backslash(u8x16::new(*part)) | is_control(u8x16::new(*part));
        let others = parts.iter().fold(u8x16::splat(0), |all, part| all | has_others(part));
        if others.to_bitmask() == 0 {
            return Self { quotes, backslashes: 0, controls: 0 };
        }
        Self { quotes, backslashes: bits(parts, is_backslash), controls: bits(parts, is_control) }
    }
}

/// The bits of the bytes that something is true of.
#[inline(always)]
fn bits(parts: &[[u8; 16]], is_it: impl Fn(u8x16) -> u8x16) -> u64 {
    let bits = |part: &[u8; 16]| u64::from(is_it(u8x16::new(*part)).to_bitmask());
    parts.iter().rev().fold(0, |all, part| all << 16 | bits(part))
}

/// What goes on from one block to the next.
#[derive(Default)]
struct Carry {
    /// Whether the first byte is escaped.
    is_escaped: bool,
    /// Whether the first byte is in a string.
    is_in_string: bool,
}

/// The quotes and backslashes of a line.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    /// The places of quotes that are not escaped. Between the first and the second, the third and the fourth and so on
    /// there are strings, if the line is JSON.
    pub(super) places: Vec<u32>,
    /// Which bytes are backslashes, 64 at a time. Empty if none is.
    backslashes: Vec<u64>,
}

impl Quotes {
    /// Finds the quotes of a line.
    ///
    /// Strings that are not valid (control characters, escapes that JSON does not have) are errors here. Backslashes
    /// outside of strings are taken for escapes, too; whoever looks at what is between the strings refuses them.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.places.clear();
        self.backslashes.clear();
        let mut carry = Carry::default();
        let (blocks, rest) = bytes.as_chunks::<64>();
        for (place, block) in blocks.iter().enumerate() {
            self.collect(bytes, 64 * place, &Block::new(block), &mut carry)?;
        }
        if !rest.is_empty() {
            let mut block = [b' '; 64];
            block[..rest.len()].copy_from_slice(rest);
            self.collect(bytes, bytes.len() - rest.len(), &Block::new(&block), &mut carry)?;
        }
        if carry.is_escaped {
            return Err(Error::new(ErrorKind::Json, bytes.len()));
        }
        Ok(())
    }

    #[inline(always)]
    fn collect(&mut self, bytes: &[u8], start: usize, block: &Block, carry: &mut Carry) -> Result<(), Error> {
        let mut quotes = block.quotes;
        if block.backslashes != 0 || carry.is_escaped {
            let escaped = escaped(block.backslashes, &mut carry.is_escaped);
            quotes &= !escaped;
            self.backslashes.resize(start / 64, 0);
            self.backslashes.push(block.backslashes);
            check_escapes(bytes, start, escaped)?;
        }
        if block.controls != 0 {
            let strings = prefix_xor(quotes) ^ if carry.is_in_string { u64::MAX } else { 0 };
            let faults = block.controls & strings;
            if faults != 0 {
                return Err(Error::new(ErrorKind::Json, start + faults.trailing_zeros() as usize));
            }
        }
        let count = quotes.count_ones() as usize;
        carry.is_in_string ^= count % 2 == 1;
        // Eight at a time, so that the number of quotes decides nothing for most blocks.
        let end = self.places.len() + count;
        while quotes != 0 {
            let mut eight = [0; 8];
            for place in &mut eight {
                // OK because lines are shorter than 4 GiB.
                *place = start as u32 + quotes.trailing_zeros();
                quotes &= quotes.wrapping_sub(1);
            }
            self.places.extend_from_slice(&eight);
        }
        self.places.truncate(end);
        Ok(())
    }

    /// Whether there is a backslash in a part of the line.
    #[inline]
    pub(super) fn has_backslash(&self, start: usize, end: usize) -> bool {
        if self.backslashes.is_empty() || start == end {
            return false;
        }
        let (first, last) = (start / 64, (end - 1) / 64);
        let block = |place: usize| self.backslashes.get(place).copied().unwrap_or_default();
        let after = u64::MAX << (start % 64);
        let before = u64::MAX >> (63 - (end - 1) % 64);
        if first == last {
            return block(first) & after & before != 0;
        }
        block(first) & after != 0 || block(last) & before != 0 || (first + 1..last).any(|place| block(place) != 0)
    }
}

/// The bits of bytes with an odd number of backslashes before them.
#[inline]
fn escaped(backslashes: u64, carry: &mut bool) -> u64 {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    let first = u64::from(*carry);
    if backslashes == 0 {
        *carry = false;
        return first;
    }
    // Runs of backslashes that begin at an odd place are moved by one with the carry of a subtraction, so that every
    // other bit of a run is that of a backslash that escapes.
    let begins = backslashes & !first;
    let moved = ((begins << 1) | ODD).wrapping_sub(begins) ^ ODD;
    let escapes = moved & backslashes;
    *carry = escapes >> 63 == 1;
    moved ^ (backslashes | first)
}

/// Whether JSON has these escapes. The bits are those of the bytes after the backslashes.
#[inline]
fn check_escapes(bytes: &[u8], start: usize, mut escaped: u64) -> Result<(), Error> {
    while escaped != 0 {
        let at = start + escaped.trailing_zeros() as usize;
        escaped &= escaped - 1;
        let is_valid = match bytes.get(at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
            Some(b'u') => bytes.get(at + 1..at + 5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            _ => false,
        };
        if !is_valid {
            return Err(Error::new(ErrorKind::Json, at.min(bytes.len())));
        }
    }
    Ok(())
}

/// Each bit is the sum of all bits up to it: set from each quote up to the next.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(bytes: &[u8]) -> Option<Vec<u32>> {
        let (mut places, mut at, mut is_in_string) = (Vec::new(), 0, false);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => {
                    let digits = || bytes.get(at + 2..at + 6).is_some_and(|all| all.iter().all(u8::is_ascii_hexdigit));
                    match bytes.get(at + 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        b'u' if digits() => {}
                        _ => return None,
                    }
                    at += 1;
                }
                b'"' => {
                    places.push(at as u32);
                    is_in_string = !is_in_string;
                }
                0..0x20 if is_in_string => return None,
                _ => {}
            }
            at += 1;
        }
        Some(places)
    }

    proptest::proptest! {
        #[test]
        fn quotes_are_those_of_a_simple_search(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "\"", "\\", "\\\\", "\\\"", "\\u00e9", "\\n", "x", "\n", "é", "0123456789abcdefghijklmnopqrstuv",
                ]),
                0..60,
            )
        ) {
            let line = parts.concat();
            let mut quotes = Quotes::default();
            let is_valid = quotes.find(line.as_bytes()).is_ok();
            let expected = simple(line.as_bytes());
            proptest::prop_assert_eq!(is_valid, expected.is_some());
            let Some(expected) = expected else { return Ok(()) };
            proptest::prop_assert_eq!(&quotes.places, &expected);
            for pair in expected.windows(2) {
                let (start, end) = (pair[0] as usize + 1, pair[1] as usize);
                proptest::prop_assert_eq!(quotes.has_backslash(start, end), line[start..end].contains('\\'));
            }
        }
    }
}
