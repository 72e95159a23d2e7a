//! Which pieces of text a text has in it.
//!
//! Every piece of seven bytes or more has four bytes that start at a multiple of four, wherever it
//! is in a text. So each piece is listed under four of its grams of four bytes, and of a text only
//! every fourth gram is looked up, most of them, with the byte after them, in a filter. Shorter
//! pieces, which are few, are listed under their first gram, and then all grams are looked up.

use hashbrown::HashTable;

use super::hasher::Seeded;
use super::term::NONE;

const STRIDE: usize = 4;
const GRAM: usize = 4;

/// Pieces of text have this length or a greater one.
pub(super) const SHORTEST: usize = GRAM;

/// From this length on, four grams start at consecutive places.
pub(super) const LONG: usize = GRAM + STRIDE - 1;

/// The most pieces under one gram, for new patterns. A text can have the same gram everywhere.
pub(super) const MOST: u32 = 256;

/// The most pieces under one gram at all: patterns of many pieces, and other orders of insertion,
/// exceed the former.
pub(super) const MOST_EVER: u32 = 16 * MOST;

/// The most places that are tried for the four grams of a piece.
const TRIED: usize = 64;

/// Words of the filter: 64 KiB, so that it stays in the cache.
const WORDS: usize = 1 << 13;

/// Pieces of text by their grams. ASCII letters are compared without regard to case.
#[derive(Debug, Default)]
pub(super) struct Grams {
    /// A Bloom filter of grams and the bytes after them. Empty as long as there are no pieces.
    seen: Vec<u64>,
    /// Whether there are grams without a byte after them.
    has_bare: bool,
    grams: HashTable<Gram>,
    postings: Vec<Posting>,
    short: usize,
    starts: HashTable<Gram>,
    ends: HashTable<Gram>,
}

#[derive(Clone, Copy, Debug)]
struct Gram {
    gram: u32,
    count: u32,
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Posting {
    term: u32,
    /// Where the gram is in the piece.
    offset: u16,
    /// How many bytes of the piece follow the gram, up to four, and which, as in a gram.
    len: u8,
    after: u32,
    next: u32,
}

/// Where in a text a piece has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
}

impl Grams {
    /// Where the grams of a piece should start, or `None` if it is too short or too many others
    /// have the same ones.
    pub(super) fn start(&self, piece: &[u8], place: Place, most_allowed: u32, seed: &Seeded) -> Option<usize> {
        let last = piece.len().checked_sub(GRAM)?;
        let count = |table: &HashTable<Gram>, at: usize| {
            let gram = gram_at(piece, at);
            table.find(seed.number(gram.into()), |other| other.gram == gram).map_or(0, |gram| gram.count)
        };
        let (most, start) = match place {
            Place::Start => (count(&self.starts, 0), 0),
            Place::End => (count(&self.ends, last), last),
            Place::Anywhere if piece.len() < LONG => (count(&self.grams, 0), 0),
            Place::Anywhere => {
                // All four have a byte after them if the piece is longer than they are.
                let last = piece.len().saturating_sub(LONG + 1).min(TRIED);
                let most_of =
                    |start: usize| (start..start + STRIDE).map(|at| count(&self.grams, at)).max().unwrap_or(0);
                (0..=last).map(|start| (most_of(start), start)).min()?
            }
        };
        (most < most_allowed).then_some(start)
    }

    /// Lists a piece under its grams from a place on, which [`start`](Self::start) returned.
    pub(super) fn insert(&mut self, piece: &[u8], place: Place, start: usize, term: u32, seed: &Seeded) {
        match place {
            Place::Start => self.post(Table::Starts, piece, start, term, seed),
            Place::End => self.post(Table::Ends, piece, start, term, seed),
            Place::Anywhere if piece.len() < LONG => {
                self.short += 1;
                self.post(Table::Anywhere, piece, start, term, seed);
            }
            Place::Anywhere => {
                for at in start..start + STRIDE {
                    self.post(Table::Anywhere, piece, at, term, seed);
                }
            }
        }
    }

    fn post(&mut self, table: Table, piece: &[u8], at: usize, term: u32, seed: &Seeded) {
        let gram = gram_at(piece, at);
        // OK because only the first places are tried, and at the ends the place does not matter.
        let offset = at as u16;
        let following = Following::new(piece, at);
        let (len, after) = (following.len, following.bytes);
        let hash = seed.number(gram.into());
        let next = self.postings.len() as u32;
        let Self { grams, starts, ends, postings, seen, has_bare, .. } = self;
        let grams = match table {
            Table::Anywhere => grams,
            Table::Starts => starts,
            Table::Ends => ends,
        };
        match grams.find_mut(hash, |other| other.gram == gram) {
            Some(known) => {
                postings.push(Posting { term, offset, len, after, next: known.first });
                known.count += 1;
                known.first = next;
            }
            None => {
                postings.push(Posting { term, offset, len, after, next: NONE });
                let new = Gram { gram, count: 1, first: next };
                grams.insert_unique(hash, new, |other| seed.number(other.gram.into()));
            }
        }
        if seen.is_empty() {
            *seen = vec![0; WORDS];
        }
        *has_bare |= len == 0;
        let (word, bits) = slot(gram, following.first());
        seen[word] |= bits;
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Calls `found` with the terms whose piece may be in a text, and where it would start.
    #[inline]
    pub(super) fn find(&self, text: &[u8], seed: &Seeded, mut found: impl FnMut(u32, usize)) {
        let Ok(seen) = <&[u64; WORDS]>::try_from(&*self.seen) else { return };
        let Some(last) = text.last_chunk() else { return };
        if self.short > 0 {
            for (at, gram) in text.windows(GRAM).enumerate() {
                self.look_at(seen, gram_at(gram, 0), text, at, seed, &mut found);
            }
        } else {
            for (at, gram) in text.as_chunks().0.iter().enumerate() {
                self.look_at(seen, fold(*gram), text, STRIDE * at, seed, &mut found);
            }
        }
        if !self.starts.is_empty() && self.may_have(seen, gram_at(text, 0), text, 0) {
            let following = Following::new(text, 0);
            self.postings(&self.starts, gram_at(text, 0), following, seed, &mut |term, _| found(term, 0));
        }
        let at = text.len() - GRAM;
        if !self.ends.is_empty() && self.may_have(seen, fold(*last), text, at) {
            let following = Following::new(text, at);
            self.postings(&self.ends, fold(*last), following, seed, &mut |term, _| found(term, usize::MAX));
        }
    }

    #[inline]
    fn look_at(
        &self,
        seen: &[u64; WORDS],
        gram: u32,
        text: &[u8],
        at: usize,
        seed: &Seeded,
        found: &mut impl FnMut(u32, usize),
    ) {
        if self.may_have(seen, gram, text, at) {
            let following = Following::new(text, at);
            self.postings(&self.grams, gram, following, seed, &mut |term, offset| {
                if let Some(start) = at.checked_sub(offset) {
                    found(term, start);
                }
            });
        }
    }

    /// Whether the gram at a place in a text may be one of a piece.
    #[inline]
    fn may_have(&self, seen: &[u64; WORDS], gram: u32, text: &[u8], at: usize) -> bool {
        text.get(at + GRAM).is_some_and(|after| has(seen, gram, Some(after | 0x20)))
            || (self.has_bare && has(seen, gram, None))
    }

    /// Calls `found` with the pieces of a gram that go on as a text does.
    fn postings(
        &self,
        table: &HashTable<Gram>,
        gram: u32,
        following: Following,
        seed: &Seeded,
        found: &mut dyn FnMut(u32, usize),
    ) {
        let Some(known) = table.find(seed.number(gram.into()), |other| other.gram == gram) else { return };
        let mut next = known.first;
        while let Some(posting) = self.postings.get(next as usize) {
            if following.starts_with(posting.len, posting.after) {
                found(posting.term, posting.offset.into());
            }
            next = posting.next;
        }
    }

    pub(super) fn heap(&self) -> usize {
        let tables = [&self.grams, &self.starts, &self.ends].map(HashTable::allocation_size);
        self.seen.capacity() * 8 + self.postings.capacity() * size_of::<Posting>() + tables.iter().sum::<usize>()
    }
}

#[derive(Clone, Copy)]
enum Table {
    Anywhere,
    Starts,
    Ends,
}

/// Up to four bytes after a gram, as in a gram. Those that are not there are blanks.
#[derive(Clone, Copy)]
struct Following {
    len: u8,
    bytes: u32,
}

impl Following {
    #[inline]
    fn new(text: &[u8], at: usize) -> Self {
        let rest = text.get(at + GRAM..).unwrap_or_default();
        if let Some(bytes) = rest.first_chunk() {
            return Self { len: GRAM as u8, bytes: fold(*bytes) };
        }
        let mut bytes = [0; GRAM];
        bytes[..rest.len()].copy_from_slice(rest);
        // OK because there are fewer than four.
        Self { len: rest.len() as u8, bytes: fold(bytes) }
    }

    fn first(self) -> Option<u8> {
        (self.len > 0).then_some(self.bytes.to_le_bytes()[0])
    }

    #[inline]
    fn starts_with(self, len: u8, bytes: u32) -> bool {
        let others = u32::MAX.checked_shl(8 * u32::from(len)).unwrap_or(0);
        (self.bytes ^ bytes) & !others == 0
    }
}

/// Four bytes, with letters in lower case. Other bytes change, too, which only makes more grams
/// equal.
#[inline]
fn gram_at(text: &[u8], at: usize) -> u32 {
    text.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |gram| fold(*gram))
}

#[inline]
fn fold(gram: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(gram) | 0x2020_2020
}

#[inline]
fn has(seen: &[u64; WORDS], gram: u32, after: Option<u8>) -> bool {
    let (word, bits) = slot(gram, after);
    seen[word] & bits == bits
}

/// The word of a gram and the byte after it, and two bits in it.
#[inline]
fn slot(gram: u32, after: Option<u8>) -> (usize, u64) {
    // No byte of a gram is zero.
    let both = u64::from(gram) | u64::from(after.unwrap_or(0)) << 32;
    let hash = both.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 39;
    ((hash >> 12) as usize % WORDS, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
}
