//! Sets of kinds of values.

use crate::row::ValueKind;

/// Kinds of values. Addresses of both families and networks are one: whoever lists one means all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kinds(u32);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(u32::MAX);
    pub(super) const ADDRESSES: Self =
        Self(1 << ValueKind::Ipv4 as u32 | 1 << ValueKind::Ipv6 as u32 | 1 << ValueKind::Cidr as u32);

    pub(super) const fn of(kind: ValueKind) -> Self {
        match kind {
            ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr => Self::ADDRESSES,
            kind => Self(1 << kind as u32),
        }
    }

    /// One kind, also of addresses.
    pub(super) const fn exactly(kind: ValueKind) -> Self {
        Self(1 << kind as u32)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn has(self, kind: ValueKind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<ValueKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = ValueKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, |all, kind| all.or(Self::of(kind)))
    }
}
