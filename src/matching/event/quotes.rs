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
        let mut block = Self { quotes: 0, backslashes: 0, controls: 0 };
        let (parts, _) = bytes.as_chunks::<16>();
        for (place, part) in parts.iter().enumerate() {
            let part = u8x16::new(*part);
            let bits = |equal: u8x16| u64::from(equal.to_bitmask()) << (16 * place);
            block.quotes |= bits(part.simd_eq(quote));
            block.backslashes |= bits(part.simd_eq(backslash));
            block.controls |= bits(part.min(last_control).simd_eq(part));
        }
        block
    }
}

/// What goes on from one block to the next.
#[derive(Default)]
struct Carry {
    /// Whether the first byte is escaped.
    is_escaped: bool,
    /// Whether the first byte is in a string.
    is_in_string: bool,
}

/// Collects the places of quotes that are not escaped. Between the first and the second, the third and the fourth and so
/// on there are strings, if the line is JSON.
///
/// Strings that are not valid (control characters, escapes that JSON does not have) are errors here. Backslashes outside
/// of strings are taken for escapes, too; whoever looks at what is between the strings refuses them.
pub(super) fn find(bytes: &[u8], places: &mut Vec<u32>) -> Result<(), Error> {
    places.clear();
    let mut carry = Carry::default();
    let (blocks, rest) = bytes.as_chunks::<64>();
    for (place, block) in blocks.iter().enumerate() {
        collect(bytes, 64 * place, &Block::new(block), &mut carry, places)?;
    }
    if !rest.is_empty() {
        let mut block = [b' '; 64];
        block[..rest.len()].copy_from_slice(rest);
        collect(bytes, bytes.len() - rest.len(), &Block::new(&block), &mut carry, places)?;
    }
    if carry.is_escaped {
        return Err(Error::new(ErrorKind::Json, bytes.len()));
    }
    Ok(())
}

#[inline]
fn collect(bytes: &[u8], start: usize, block: &Block, carry: &mut Carry, places: &mut Vec<u32>) -> Result<(), Error> {
    let escaped = escaped(block.backslashes, &mut carry.is_escaped);
    let quotes = block.quotes & !escaped;
    if escaped != 0 {
        check_escapes(bytes, start, escaped)?;
    }
    if block.controls != 0 {
        let strings = prefix_xor(quotes) ^ if carry.is_in_string { u64::MAX } else { 0 };
        let faults = block.controls & strings;
        if faults != 0 {
            return Err(Error::new(ErrorKind::Json, start + faults.trailing_zeros() as usize));
        }
    }
    carry.is_in_string ^= quotes.count_ones() % 2 == 1;
    let mut bits = quotes;
    while bits != 0 {
        // OK because lines are shorter than 4 GiB.
        places.push(start as u32 + bits.trailing_zeros());
        bits &= bits - 1;
    }
    Ok(())
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
            let mut places = Vec::new();
            let found = find(line.as_bytes(), &mut places).ok().map(|()| places);
            proptest::prop_assert_eq!(found, simple(line.as_bytes()));
        }
    }
}
