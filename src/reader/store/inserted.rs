//! What became of objects that were put into a store.

use crate::object::Object;

/// What became of an object that was put into a [`Store`](super::Store).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Inserted {
    /// The first version of an object.
    New,
    /// A newer version than those that the store had.
    NewVersion,
    /// A version that is older than the newest one of the store, and was not there.
    Older,
    /// The store has the same version already.
    Same,
    /// The store has other contents for the same version, and keeps them. This is the object that
    /// was not taken.
    Conflict(Box<Object>),
}

/// What became of many objects that were put into a [`Store`](super::Store).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Added {
    /// How many were the first version of their object.
    pub new: usize,
    /// How many were newer than the versions that the store had.
    pub newer: usize,
    /// How many were older, and not there.
    pub older: usize,
    /// How many the store had already.
    pub same: usize,
    /// The objects that the store did not take, because it has other contents for the same version.
    pub conflicts: Vec<Object>,
    /// How many items could not be read.
    pub rejected: usize,
}

impl Added {
    pub(super) fn count(&mut self, inserted: Inserted) {
        match inserted {
            Inserted::New => self.new += 1,
            Inserted::NewVersion => self.newer += 1,
            Inserted::Older => self.older += 1,
            Inserted::Same => self.same += 1,
            Inserted::Conflict(object) => self.conflicts.push(*object),
        }
    }
}
