//! The JSON of an object while it changes, and where its properties went.

use std::collections::HashMap;

use crate::json::tree::{Members, Tree};
use crate::object::change::{ChangeKind, Changes};
use crate::object::property::findings::Place;

/// Where a property went.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Went {
    /// To another name.
    To(String),
    /// Into a list: its elements follow that many others.
    Into(&'static str, usize),
    /// Into these lists, one element here and one there.
    Split(Vec<String>),
    /// It is not in the object any more.
    Away,
}

/// An object, or an observable in a dictionary.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) members: Members,
    pub(super) went: HashMap<String, Went>,
}

impl Draft {
    pub(super) fn new(members: Members) -> Self {
        Self { members, went: HashMap::new() }
    }

    /// Takes a property out that says nothing in STIX 2.0.
    pub(super) fn take(&mut self, name: &str) -> Option<Tree> {
        let value = self.members.remove(name)?;
        self.went.insert(name.to_owned(), Went::Away);
        Some(value)
    }

    /// Gives a property the name that it has in STIX 2.0; a custom one if that is taken.
    pub(super) fn rename(&mut self, name: &str, new: &str, place: &Place<'_>, changes: &mut Changes) {
        if !self.members.has(name) {
            return;
        }
        if self.members.has(new) {
            self.aside(name, place, changes);
            return;
        }
        self.members.rename(name, new);
        self.went.insert(name.to_owned(), Went::To(new.to_owned()));
    }

    /// Makes a property a custom one, which STIX 2.0 has no place for.
    pub(super) fn aside(&mut self, name: &str, place: &Place<'_>, changes: &mut Changes) {
        if !self.members.has(name) {
            return;
        }
        let new = aside_name(&self.members, name);
        self.members.rename(name, &new);
        changes.add(ChangeKind::Kept, &place.property(name), format!("{name} is kept as {new}"));
        self.went.insert(name.to_owned(), Went::To(new));
    }

    /// Sets a property that STIX 2.0 requires.
    pub(super) fn fill(&mut self, name: &str, value: Tree, place: &Place<'_>, changes: &mut Changes) {
        let mut json = String::new();
        value.write(&mut json);
        changes.add(
            ChangeKind::Filled,
            &place.property(name),
            format!("STIX 2.0 requires {name}, which is {json} now"),
        );
        self.members.set(name, value);
    }
}

/// A free name for a custom property.
pub(super) fn aside_name(members: &Members, name: &str) -> String {
    let mut new = format!("x_{name}");
    while members.has(&new) {
        new.push_str("_21");
    }
    new
}
