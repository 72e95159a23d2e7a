//! All values of a set, and the tables in which they are looked up.

use super::arena::Arena;
use super::digest;
use super::grams::{Grams, MOST, MOST_EVER, Place};
use super::hasher::Seeded;
use super::ipv4::Ipv4;
use super::ipv6::Ipv6;
use super::key::Form;
use super::table::Table;
use super::term::{NONE, Term};
use super::tight::push_tight;
use super::url;

/// All values of a set, and the tables in which they are looked up. One table for each form keeps those that are used
/// in the cache.
#[derive(Debug)]
pub(super) struct Values {
    terms: Vec<Term>,
    arena: Arena,
    /// The first terms of chains, for each form that is looked up by hash.
    tables: [Table; 7],
    ipv4: Ipv4,
    ipv6: Ipv6,
    grams: Grams,
    /// Those pieces that can be in a hash or an address.
    hex_grams: Grams,
    folds_case: bool,
}

impl Values {
    pub(super) fn new(folds_case: bool) -> Self {
        Self {
            terms: Vec::new(),
            arena: Arena::default(),
            tables: Default::default(),
            ipv4: Ipv4::default(),
            ipv6: Ipv6::default(),
            grams: Grams::default(),
            hex_grams: Grams::default(),
            folds_case,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    #[inline]
    pub(super) fn term(&self, number: u32) -> Term {
        self.terms[number as usize]
    }

    /// The numbers and terms of a chain.
    pub(super) fn chain(&self, head: u32) -> impl Iterator<Item = (u32, Term)> {
        let first = (head, self.terms.get(head as usize).copied());
        std::iter::successors(Some(first), |(_, term)| {
            let next = (*term)?.next;
            Some((next, self.terms.get(next as usize).copied()))
        })
        .map_while(|(number, term)| Some((number, term?)))
    }

    /// The bytes of a value as they were added.
    pub(super) fn bytes(&self, term: Term, form: Form) -> ValueBytes<'_> {
        match form {
            Form::Ipv4 => {
                let mut bytes = [0; 17];
                bytes[..4].copy_from_slice(&term.start.to_be_bytes());
                bytes[4] = term.len as u8;
                ValueBytes::Short(bytes, 5)
            }
            _ => ValueBytes::Long(self.arena.get(term.piece())),
        }
    }

    /// Adds a value of a record that fits, and makes it a part of the chain of equal ones. `is_dead` tells which records
    /// were removed. Returns `false` if there is no room.
    pub(super) fn add(
        &mut self,
        form: Form,
        mut term: Term,
        value: &[u8],
        seed: &Seeded,
        is_dead: impl Fn(u32) -> bool,
    ) -> bool {
        let Ok(number) = u32::try_from(self.terms.len()) else { return false };
        if number == NONE {
            return false;
        }
        let head = match form {
            Form::Ipv4 => {
                let Some((address, [prefix])) = value.split_first_chunk::<4>() else { return false };
                (term.start, term.len) = (u32::from_be_bytes(*address), u16::from(*prefix));
                self.ipv4.insert(term.start, *prefix, number, seed)
            }
            Form::Ipv6 => {
                let Some((address, [prefix])) = value.split_first_chunk::<16>() else { return false };
                let address = u128::from_be_bytes(*address);
                let head = self.ipv6.insert(address, *prefix, number, seed);
                let known = head.map(|head| self.terms[head as usize].piece());
                let Some(piece) = known.or_else(|| self.arena.push(value)) else { return false };
                (term.start, term.len) = (piece.start, piece.len);
                head
            }
            _ => {
                let hash = self.hash(form, value, seed);
                let head = self.head(form, value, hash);
                let same =
                    head.map(|head| self.terms[head as usize].piece()).filter(|piece| self.arena.get(*piece) == value);
                let Some(piece) = same.or_else(|| self.arena.push(value)) else { return false };
                (term.start, term.len) = (piece.start, piece.len);
                if head.is_none() {
                    if place(form).is_some_and(|place| self.grams.start(value, place, MOST_EVER, seed).is_none()) {
                        return false;
                    }
                    self.list(form, value, hash, number, seed);
                }
                head
            }
        };
        if let Some(head) = head {
            let mut next = self.terms[head as usize].next;
            while let Some(other) = self.terms.get(next as usize).filter(|other| is_dead(other.record)) {
                next = other.next;
            }
            term.next = next;
            self.terms[head as usize].next = number;
        }
        push_tight(&mut self.terms, term);
        true
    }

    /// Makes a term that is about to be added the first of its chain.
    fn list(&mut self, form: Form, value: &[u8], hash: u32, number: u32, seed: &Seeded) {
        if let Some(place) = place(form)
            && let Some(start) = self.grams.start(value, place, MOST_EVER, seed)
        {
            self.grams.insert(value, place, start, number, seed);
            if value.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))
                && let Some(start) = self.hex_grams.start(value, place, u32::MAX, seed)
            {
                // OK because there are no more pieces than in the other.
                self.hex_grams.insert(value, place, start, number, seed);
            }
        }
        if let Some(table) = table_of(form) {
            self.tables[table].insert(hash, number);
        }
    }

    /// Whether a piece of text can be listed.
    pub(super) fn has_room_for(&self, form: Form, piece: &[u8], seed: &Seeded) -> bool {
        let Some(place) = place(form) else { return true };
        self.head(form, piece, self.hash(form, piece, seed)).is_some()
            || self.grams.start(piece, place, MOST, seed).is_some()
    }

    #[inline]
    pub(super) fn hash(&self, form: Form, value: &[u8], seed: &Seeded) -> u32 {
        hash_of(form, value, self.folds_case, seed)
    }

    /// The first term whose value is equal.
    #[inline]
    pub(super) fn head(&self, form: Form, value: &[u8], hash: u32) -> Option<u32> {
        let table = &self.tables[table_of(form)?];
        let is_same = |number: u32| {
            let other = self.arena.get(self.terms[number as usize].piece());
            match form {
                Form::Url => url::tail(other) == url::tail(value),
                Form::Text if self.folds_case => other.eq_ignore_ascii_case(value),
                _ => other == value,
            }
        };
        table.find(hash, is_same)
    }

    /// Rules out most of the values that are not there, for `Filter::has`.
    #[inline]
    pub(super) fn word(&self, form: Form, hash: u32) -> u64 {
        table_of(form).map_or(0, |table| self.tables[table].word(hash))
    }

    /// Whether there is no value of a form.
    #[inline]
    pub(super) fn lacks(&self, form: Form) -> bool {
        table_of(form).is_some_and(|table| self.tables[table].is_empty())
    }

    #[inline]
    pub(super) fn ipv4(&self) -> &Ipv4 {
        &self.ipv4
    }

    #[inline]
    pub(super) fn ipv6(&self) -> &Ipv6 {
        &self.ipv6
    }

    #[inline]
    pub(super) fn has_needles(&self, is_hex: bool) -> bool {
        !if is_hex { &self.hex_grams } else { &self.grams }.is_empty()
    }

    /// Calls `found` with the heads of the chains of all pieces that are in a text, in NFC, each once or more often.
    /// `is_hex` is whether the text is a hash or an address.
    #[inline]
    pub(super) fn find_needles(&self, text: &[u8], is_hex: bool, seed: &Seeded, mut found: impl FnMut(u32)) {
        let grams = if is_hex { &self.hex_grams } else { &self.grams };
        grams.find(text, seed, |number, start| {
            let piece = self.arena.get(self.terms[number as usize].piece());
            let start = if start == usize::MAX { text.len().checked_sub(piece.len()) } else { Some(start) };
            let place = start.and_then(|start| text.get(start..start + piece.len()));
            if place.is_some_and(|place| place.eq_ignore_ascii_case(piece)) {
                found(number);
            }
        });
    }

    pub(super) fn reserve(&mut self, counts: &[usize; Form::ALL.len()], bytes: usize, seed: &Seeded) {
        self.terms.reserve_exact(counts.iter().sum());
        self.arena.reserve(bytes);
        self.ipv4.reserve(counts[Form::Ipv4 as usize], seed);
        for form in Form::ALL {
            if let Some(table) = table_of(form) {
                self.tables[table].reserve(counts[form as usize]);
            }
        }
    }

    pub(super) fn shrink(&mut self) {
        self.terms.shrink_to_fit();
        self.arena.shrink();
    }

    /// Bytes of heap: of terms, of values, of tables, of what finds pieces of text.
    pub(super) fn heap(&self) -> [usize; 4] {
        let tables = self.tables.iter().map(Table::heap).sum::<usize>();
        [
            self.terms.capacity() * size_of::<Term>(),
            self.arena.heap(),
            tables + self.ipv4.heap() + self.ipv6.heap(),
            self.grams.heap() + self.hex_grams.heap(),
        ]
    }
}

/// The bytes of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueBytes<'v> {
    Short([u8; 17], usize),
    Long(&'v [u8]),
}

impl ValueBytes<'_> {
    pub(super) fn get(&self) -> &[u8] {
        match self {
            Self::Short(bytes, len) => &bytes[..*len],
            Self::Long(bytes) => bytes,
        }
    }

    /// The value as text.
    pub(super) fn print(&self, form: Form) -> String {
        let bytes = self.get();
        let network = |address: String, prefix: u8, full: u8| match prefix {
            prefix if prefix < full => format!("{address}/{prefix}"),
            _ => address,
        };
        match (form, bytes) {
            (Form::Ipv4, [a, b, c, d, prefix]) => {
                network(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string(), *prefix, 32)
            }
            (Form::Ipv6, [address @ .., prefix]) => {
                let address: [u8; 16] = address.try_into().unwrap_or_default();
                network(std::net::Ipv6Addr::from(address).to_string(), *prefix, 128)
            }
            (Form::Digest, digest) => digest::print(digest),
            (_, text) => String::from_utf8_lossy(text).into_owned(),
        }
    }
}

fn table_of(form: Form) -> Option<usize> {
    match form {
        Form::Ipv4 | Form::Ipv6 => None,
        Form::Digest => Some(0),
        Form::Domain => Some(1),
        Form::Url => Some(2),
        Form::Text => Some(3),
        Form::Within => Some(4),
        Form::Start => Some(5),
        Form::End => Some(6),
    }
}

fn place(form: Form) -> Option<Place> {
    match form {
        Form::Within => Some(Place::Anywhere),
        Form::Start => Some(Place::Start),
        Form::End => Some(Place::End),
        _ => None,
    }
}

#[inline]
fn hash_of(form: Form, value: &[u8], folds_case: bool, seed: &Seeded) -> u32 {
    let hash = match form {
        Form::Url => seed.bytes(url::tail(value)),
        Form::Text if folds_case => seed.lower(value),
        _ => seed.bytes(value),
    };
    // OK because half of a good hash is one.
    (hash >> 32) as u32
}
