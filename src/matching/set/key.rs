//! What the values of a set are, shared by all values of one path.

use hashbrown::HashTable;

use super::hasher::Seeded;
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
    /// How many keys have text that is looked up for values of any kind.
    loose: usize,
}

impl Keys {
    #[inline]
    pub(super) fn get(&self, number: u16) -> &Key {
        &self.list[usize::from(number)]
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.list.iter()
    }

    /// Whether values without a kind have to be looked up as text.
    #[inline]
    pub(super) fn has_loose(&self) -> bool {
        self.loose > 0
    }

    /// The number of a key, or `None` if there are too many.
    pub(super) fn number(&mut self, key: &Key<&str>, seed: &Seeded) -> Option<u16> {
        let hash = |key: &Key<&str>| seed.bytes(key.path.as_bytes()) ^ key.bits();
        let Self { list, numbers, loose } = self;
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
        *loose += usize::from(key.form == Form::Text);
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
