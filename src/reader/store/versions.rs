//! The versions of one object.

use std::collections::BTreeMap;

use crate::Timestamp;

/// What distinguishes versions: `modified`, or `created` if an object has only that. Observables
/// have neither.
pub(super) type Version = Option<Timestamp>;

/// Places of an object's versions. Nearly all objects have one.
#[derive(Clone, Debug)]
pub(super) enum Versions {
    One(Version, u32),
    Many(BTreeMap<Version, u32>),
}

impl Versions {
    pub(super) fn get(&self, version: &Version) -> Option<u32> {
        match self {
            Self::One(own, place) => (own == version).then_some(*place),
            Self::Many(many) => many.get(version).copied(),
        }
    }

    /// The place of the newest version; `None` if there are none.
    pub(super) fn newest(&self) -> Option<(&Version, u32)> {
        match self {
            Self::One(version, place) => Some((version, *place)),
            Self::Many(many) => many.last_key_value().map(|(version, place)| (version, *place)),
        }
    }

    /// The place of the newest version that is not after an instant.
    pub(super) fn at(&self, at: &Version) -> Option<u32> {
        match self {
            Self::One(version, place) => (version <= at).then_some(*place),
            Self::Many(many) => many.range(..=at.clone()).next_back().map(|(_, place)| *place),
        }
    }

    pub(super) fn insert(&mut self, version: Version, place: u32) {
        if let Self::One(own, first) = self {
            *self = Self::Many(BTreeMap::from([(own.take(), *first)]));
        }
        if let Self::Many(many) = self {
            many.insert(version, place);
        }
    }

    /// Takes a version out, and reports whether others are left.
    pub(super) fn remove(&mut self, version: &Version) -> (Option<u32>, bool) {
        match self {
            Self::One(own, place) if own == version => (Some(*place), false),
            Self::One(..) => (None, true),
            Self::Many(many) => {
                let removed = many.remove(version);
                (removed, !many.is_empty())
            }
        }
    }

    /// The places from the oldest version to the newest.
    pub(super) fn places(&self) -> Vec<u32> {
        match self {
            Self::One(_, place) => vec![*place],
            Self::Many(many) => many.values().copied().collect(),
        }
    }

    /// Changes each place.
    pub(super) fn move_to(&mut self, place: impl Fn(u32) -> u32) {
        match self {
            Self::One(_, own) => *own = place(*own),
            Self::Many(many) => many.values_mut().for_each(|own| *own = place(*own)),
        }
    }
}
