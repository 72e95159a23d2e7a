//! What changed between two versions of a bundle.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::id::Identifier;
use crate::object::{Object, PropertyValue};

/// What became of an object from one bundle to a later one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference<'a> {
    /// The later bundle alone has the object.
    Added(&'a Object),
    /// The earlier bundle alone has the object.
    Removed(&'a Object),
    /// The object was revoked, whatever else changed.
    Revoked {
        /// The object of the earlier bundle.
        before: &'a Object,
        /// The revoked object of the later bundle.
        after: &'a Object,
    },
    /// Properties of the object changed.
    Changed {
        /// The object of the earlier bundle.
        before: &'a Object,
        /// The object of the later bundle.
        after: &'a Object,
        /// The properties that differ, in the order in which the later object is written.
        properties: Vec<PropertyDifference<'a>>,
    },
}

/// A property that two versions of an object differ in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropertyDifference<'a> {
    /// The name in JSON.
    pub name: Cow<'a, str>,
    /// The value of the earlier version, if it has one.
    pub before: Option<PropertyValue<'a>>,
    /// The value of the later version, if it has one.
    pub after: Option<PropertyValue<'a>>,
}

impl<'a> Difference<'a> {
    /// The object in its later version, or in the earlier one if it was removed.
    pub fn object(&self) -> &'a Object {
        match self {
            Self::Added(object)
            | Self::Removed(object)
            | Self::Revoked { after: object, .. }
            | Self::Changed { after: object, .. } => object,
        }
    }
}

/// What changed from one bundle to a later one: for each object the newest versions are compared.
/// Additions and changes are in the order of the later bundle, then come removals in the order of
/// the earlier one. Objects that are equal are not listed.
///
/// ```
/// use stixkit::Bundle;
/// use stixkit::graph::{Difference, differences};
///
/// let before = Bundle::from_slice(br#"{"type": "bundle", "objects": [
///     {"type": "url", "id": "url--1", "value": "https://a.example/", "x_seen": 1},
///     {"type": "url", "id": "url--2", "value": "https://b.example/"}
/// ]}"#)?;
/// let after = Bundle::from_slice(br#"{"type": "bundle", "objects": [
///     {"type": "url", "id": "url--1", "value": "https://a.example/", "x_seen": 2, "defanged": true}
/// ]}"#)?;
/// let found = differences(before.objects(), after.objects());
/// let [Difference::Changed { properties, .. }, Difference::Removed(removed)] = &found[..] else { panic!("{found:?}") };
/// assert_eq!(properties.iter().map(|property| &*property.name).collect::<Vec<_>>(), ["defanged", "x_seen"]);
/// assert!(removed.id().is("url--2"));
/// # Ok::<(), stixkit::Error>(())
/// ```
pub fn differences<'a>(
    before: impl IntoIterator<Item = &'a Object>,
    after: impl IntoIterator<Item = &'a Object>,
) -> Vec<Difference<'a>> {
    let (before, after) = (newest(before), newest(after));
    let old: HashMap<&Identifier, &Object> = before.iter().map(|object| (object.id(), *object)).collect();
    let new: HashSet<&Identifier> = after.iter().map(|object| object.id()).collect();
    let changed = after.into_iter().filter_map(|object| match old.get(object.id()) {
        None => Some(Difference::Added(object)),
        Some(before) => compare(before, object),
    });
    let mut found: Vec<_> = changed.collect();
    found.extend(before.into_iter().filter(|object| !new.contains(object.id())).map(Difference::Removed));
    found
}

/// The newest version of each object, in the order of their first appearance.
fn newest<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Vec<&'a Object> {
    let mut places: HashMap<&Identifier, usize> = HashMap::new();
    let mut newest: Vec<&Object> = Vec::new();
    for object in objects {
        let place = *places.entry(object.id()).or_insert(newest.len());
        match newest.get_mut(place) {
            None => newest.push(object),
            Some(own) if own.common().version() <= object.common().version() => *own = object,
            Some(_) => {}
        }
    }
    newest
}

fn compare<'a>(before: &'a Object, after: &'a Object) -> Option<Difference<'a>> {
    if before == after {
        return None;
    }
    if after.common().is_revoked() && !before.common().is_revoked() {
        return Some(Difference::Revoked { before, after });
    }
    let (PropertyValue::Map(old), PropertyValue::Map(new)) = (before.view(), after.view()) else { return None };
    let own: HashSet<Cow<'_, str>> = new.names().collect();
    let gone = old.names().filter(|name| !own.contains(name));
    let names = new.names().chain(gone);
    let differ = names.filter_map(|name| {
        let (before, after) = (before.property(&name), after.property(&name));
        (before != after).then_some(PropertyDifference { name, before, after })
    });
    let properties: Vec<_> = differ.collect();
    // Structs may differ in ways that are written alike.
    (!properties.is_empty()).then_some(Difference::Changed { before, after, properties })
}
