//! Where in a bundle the versions of each object are.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use crate::object::Object;
use crate::{Identifier, Timestamp};

/// The places of the versions of each object. It takes one more object at any time, in constant
/// time on average, and finds one with a single access to memory that is not in the cache.
#[derive(Debug, Default)]
pub(super) struct Index {
    // Its hashes are seeded, so that nobody can make identifiers collide.
    versions: HashMap<Identifier, Versions>,
}

#[derive(Debug)]
enum Versions {
    One(usize),
    #[expect(clippy::box_collection, reason = "few objects have several versions, and each has an entry")]
    Many(Box<BTreeSet<Version>>),
}

/// In the order of time; of equal versions, in the order of the input.
type Version = (Option<Timestamp>, usize);

impl Index {
    pub(super) fn new(objects: &[Object]) -> Self {
        let mut index = Self { versions: HashMap::with_capacity(objects.len()) };
        for place in 0..objects.len() {
            index.add(objects, place);
        }
        index
    }

    /// Adds the object at `place`.
    pub(super) fn add(&mut self, objects: &[Object], place: usize) {
        let version = |place: usize| Some((objects.get(place)?.common().version().cloned(), place));
        let (Some(object), Some(added)) = (objects.get(place), version(place)) else { return };
        match self.versions.entry(object.id().clone()) {
            Entry::Vacant(entry) => _ = entry.insert(Versions::One(place)),
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Versions::Many(versions) => _ = versions.insert(added),
                Versions::One(first) => {
                    let versions = version(*first).into_iter().chain([added]).collect();
                    entry.insert(Versions::Many(Box::new(versions)));
                }
            },
        }
    }

    /// The place of the newest version.
    pub(super) fn newest(&self, id: &Identifier) -> Option<usize> {
        match self.versions.get(id)? {
            Versions::One(place) => Some(*place),
            Versions::Many(versions) => versions.last().map(|(_, place)| *place),
        }
    }

    /// The places of all versions, the oldest first.
    pub(super) fn all<'i>(&'i self, id: &Identifier) -> impl DoubleEndedIterator<Item = usize> + use<'i> {
        let (one, many) = match self.versions.get(id) {
            None => (None, None),
            Some(Versions::One(place)) => (Some(*place), None),
            Some(Versions::Many(versions)) => (None, Some(versions)),
        };
        one.into_iter().chain(many.into_iter().flat_map(|versions| versions.iter().map(|(_, place)| *place)))
    }
}
