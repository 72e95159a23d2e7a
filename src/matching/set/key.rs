//! What the values of a set are, shared by all values of one path.

use hashbrown::HashTable;

use super::hasher::Seeded;
use crate::matching::event::{Place, Rule};
use crate::row::{Direction, ValueKind};

/// How values are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Form {
    /// An IPv4 address or network: four bytes, and the length of the prefix.
    Ipv4,
    /// The same of IPv6, in 16 bytes.
    Ipv6,
    /// The bytes of hexadecimal digits.
    Digest,
    Domain,
    /// A URL in normal form.
    Url,
    /// Any other value in normal form.
    Text,
    /// Text that a value has in it, in lower case.
    Within,
    /// Text that a value starts with.
    Start,
    /// Text that a value ends with.
    End,
}

impl Form {
    pub(super) const ALL: [Self; 9] = [
        Self::Ipv4,
        Self::Ipv6,
        Self::Digest,
        Self::Domain,
        Self::Url,
        Self::Text,
        Self::Within,
        Self::Start,
        Self::End,
    ];

    /// Whether it is about a part of a value.
    pub(super) fn is_needle(self) -> bool {
        matches!(self, Self::Within | Self::Start | Self::End)
    }
}

/// What a value is, and what a hit on it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key<P = Box<str>> {
    pub(super) form: Form,
    pub(super) kind: ValueKind,
    pub(super) direction: Option<Direction>,
    pub(super) role: Role,
    /// The path in canonical text.
    pub(super) path: P,
}

/// What a hit on a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Role {
    /// The value is an indicator by itself.
    Answer,
    /// The same, but names below the domain do not count.
    AnswerAlone,
    /// It was made from another value.
    Derived,
    /// The pattern has to be tested.
    Anchor,
}

impl Role {
    pub(super) const ALL: [Self; 4] = [Self::Answer, Self::AnswerAlone, Self::Derived, Self::Anchor];
}

/// The keys of a set by their number.
#[derive(Debug, Default)]
pub(super) struct Keys {
    list: Vec<Key>,
    numbers: HashTable<u16>,
    /// The paths of text, and those of pieces of text.
    text_paths: Paths,
    needle_paths: Paths,
    /// The kinds of text that mean the same at any path, a bit each.
    unique_kinds: u32,
}

/// Paths of keys, as long as they are few.
#[derive(Debug, Default)]
struct Paths {
    list: Vec<Box<str>>,
    /// The marks of all paths.
    marks: u64,
    /// Whether there are too many, or one that an event may have in another spelling.
    is_any: bool,
}

impl Paths {
    fn insert(&mut self, path: &str) {
        /// Up to here, paths are compared one by one.
        const FEW: usize = 16;
        if self.is_any || self.list.iter().any(|other| **other == *path) {
            return;
        }
        self.is_any = self.list.len() == FEW || path.contains('[');
        self.list.push(path.into());
        self.marks |= Place::mark_of(path);
    }

    #[inline]
    fn may_have(&self, rule: &Rule) -> bool {
        let is_known =
            |place: &Place| self.marks & place.mark() != 0 && self.list.iter().any(|path| **path == *place.as_str());
        self.is_any || rule.places().iter().any(is_known)
    }
}

impl Keys {
    #[inline]
    pub(super) fn get(&self, number: u16) -> &Key {
        &self.list[usize::from(number)]
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.list.iter()
    }

    /// Whether there may be text that a value is compared with, which is about its kind or at its path.
    #[inline]
    pub(super) fn may_have_text(&self, kind: Option<ValueKind>, rule: &Rule) -> bool {
        kind.is_some_and(|kind| self.unique_kinds >> kind as u32 & 1 == 1) || self.text_paths.may_have(rule)
    }

    /// Whether there may be pieces of text that are about a value.
    #[inline]
    pub(super) fn may_have_needles(&self, rule: &Rule) -> bool {
        self.needle_paths.may_have(rule)
    }

    /// The number of a key, or `None` if there are too many.
    pub(super) fn number(&mut self, key: &Key<&str>, seed: &Seeded) -> Option<u16> {
        let hash = |key: &Key<&str>| seed.bytes(key.path.as_bytes()) ^ key.bits();
        let Self { list, numbers, text_paths, needle_paths, unique_kinds } = self;
        if let Some(number) = numbers.find(hash(key), |number| list[usize::from(*number)].borrowed() == *key) {
            return Some(*number);
        }
        let number = u16::try_from(list.len()).ok().filter(|number| *number < u16::MAX)?;
        numbers.insert_unique(hash(key), number, |number| hash(&list[usize::from(*number)].borrowed()));
        list.push(Key {
            form: key.form,
            kind: key.kind,
            direction: key.direction,
            role: key.role,
            path: key.path.into(),
        });
        if key.form == Form::Text {
            *unique_kinds |= u32::from(is_unique(key.kind)) << key.kind as u32;
            text_paths.insert(key.path);
        }
        if key.form.is_needle() {
            needle_paths.insert(key.path);
            // Algorithms have several names, of which a key has the usual one.
            needle_paths.is_any |= key.path.contains("hashes.");
        }
        Some(number)
    }

    pub(super) fn heap(&self) -> usize {
        self.list.capacity() * size_of::<Key>()
            + self.list.iter().map(|key| key.path.len()).sum::<usize>()
            + self.numbers.allocation_size()
    }
}

impl Key {
    pub(super) fn borrowed(&self) -> Key<&str> {
        let Self { form, kind, direction, role, ref path } = *self;
        Key { form, kind, direction, role, path }
    }
}

impl<P> Key<P> {
    fn bits(&self) -> u64 {
        let direction = match self.direction {
            None => 0,
            Some(Direction::Src) => 1,
            Some(Direction::Dst) => 2,
        };
        let bits = self.form as u64 | (self.role as u64) << 8 | direction << 16 | (self.kind as u64) << 24;
        bits.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Whether text of a kind means the same at any path.
pub(super) fn is_unique(kind: ValueKind) -> bool {
    matches!(
        kind,
        ValueKind::Email
            | ValueKind::Mac
            | ValueKind::Hash
            | ValueKind::RegistryKey
            | ValueKind::Cve
            | ValueKind::Serial
    )
}
