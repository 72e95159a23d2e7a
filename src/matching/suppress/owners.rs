//! The lists that an entry is on.

use super::kinds::Kinds;
use crate::row::ValueKind;

/// A list that has an entry, and the kinds of values that the entry is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub(super) list: u32,
    pub(super) kinds: Kinds,
}

/// The lists that have an entry, in the order in which they were added. Nearly always it is one.
#[derive(Debug)]
pub(super) enum Owners {
    One(Owner),
    #[expect(clippy::box_collection, reason = "it keeps the common case small")]
    Many(Box<Vec<Owner>>),
}

impl Owners {
    /// Adds a list. One that is there already gets the kinds.
    pub(super) fn add(&mut self, new: Owner) {
        match self {
            Self::One(own) if own.list == new.list => own.kinds = own.kinds.or(new.kinds),
            Self::One(own) => *self = Self::Many(Box::new(vec![*own, new])),
            // A list is added as a whole, so that if it is there, it is the last one.
            Self::Many(own) => match own.last_mut() {
                Some(last) if last.list == new.list => last.kinds = last.kinds.or(new.kinds),
                _ => own.push(new),
            },
        }
    }

    /// Adds the lists of another one, whose numbers grow by `offset`.
    pub(super) fn extend(&mut self, others: Self, offset: u32) {
        others.each(|owner| self.add(Owner { list: owner.list.saturating_add(offset), ..owner }));
    }

    /// The same lists, whose numbers grow by `offset`.
    pub(super) fn shifted(mut self, offset: u32) -> Self {
        match &mut self {
            Self::One(owner) => owner.list = owner.list.saturating_add(offset),
            Self::Many(owners) => owners.iter_mut().for_each(|owner| owner.list = owner.list.saturating_add(offset)),
        }
        self
    }

    fn each(self, mut visit: impl FnMut(Owner)) {
        match self {
            Self::One(owner) => visit(owner),
            Self::Many(owners) => owners.into_iter().for_each(visit),
        }
    }

    /// The first list whose entry is for values of a kind.
    pub(super) fn first(&self, kind: ValueKind) -> Option<u32> {
        match self {
            Self::One(owner) => owner.kinds.has(kind).then_some(owner.list),
            Self::Many(owners) => owners.iter().find(|owner| owner.kinds.has(kind)).map(|owner| owner.list),
        }
    }
}
