//! What a conversion between the versions of STIX reports.

use std::fmt;

use super::object::Object;
use super::property::findings::Place;
use crate::id::Identifier;

/// Something that a conversion between STIX 2.0 and 2.1 did to an object, beyond giving a property
/// the name, place or spelling that it has in the other version.
///
/// See [`Object::upgrade_with_changes`] and [`Object::downgrade_with`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// What kind of change.
    pub kind: ChangeKind,
    /// The object that was converted.
    pub id: Identifier,
    /// Where in that object, before the conversion: `.objects.0.name`. Empty for the object as a
    /// whole.
    pub path: String,
    /// What exactly, in words.
    pub detail: String,
}

/// The kinds of [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A property has no place in the other version, and is kept under another name, mostly one
    /// with the prefix `x_`.
    Kept,
    /// The other version requires a value that the object does not have, and it was filled in.
    Filled,
    /// An identifier or a local name is not in the result, and does not follow from it.
    Dropped,
    /// A marking was moved to where it applies in the other version, or was left out next to a
    /// stricter one.
    Marking,
    /// An identifier is random, since none follows from the observable's properties.
    RandomId,
    /// A reference between observables leads to none of them.
    Dangling,
    /// Two values or objects that are equal in the other version became one.
    Merged,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.detail)?;
        if !self.path.is_empty() {
            write!(f, ", at {}", self.path)?;
        }
        Ok(())
    }
}

/// The changes of one object while they are made.
#[derive(Debug)]
pub(crate) struct Changes {
    id: Identifier,
    list: Vec<Change>,
}

impl Changes {
    pub(crate) fn new(id: Identifier) -> Self {
        Self { id, list: Vec::new() }
    }

    pub(crate) fn add(&mut self, kind: ChangeKind, place: &Place<'_>, detail: impl Into<String>) {
        self.list.push(Change { kind, id: self.id.clone(), path: place.to_string(), detail: detail.into() });
    }

    pub(crate) fn into_vec(self) -> Vec<Change> {
        self.list
    }
}

/// An object of STIX 2.1 that was one of 2.0, with the observables that it contained.
///
/// [`Object::upgrade`](crate::Object::upgrade) returns it, and [`Bundle`](crate::Bundle) upgrades
/// all objects at once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Upgraded {
    /// The observables, and at the end the object itself.
    pub objects: Vec<Object>,
    /// What was done to it.
    pub changes: Vec<Change>,
}

/// An object of STIX 2.0 that was one of 2.1.
///
/// [`Object::downgrade`](crate::Object::downgrade) returns it, and [`Bundle`](crate::Bundle)
/// downgrades all objects at once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Downgraded {
    /// The object.
    pub object: Object,
    /// The observables that it contains now.
    pub observables: Vec<Identifier>,
    /// What was done to it.
    pub changes: Vec<Change>,
}

impl Upgraded {
    pub(crate) fn new(objects: Vec<Object>, changes: Vec<Change>) -> Self {
        Self { objects, changes }
    }
}

impl Downgraded {
    pub(crate) fn new(object: Object, observables: Vec<Identifier>, changes: Vec<Change>) -> Self {
        Self { object, observables, changes }
    }
}
