//! Identifiers that follow from what an observable is (STIX 2.1 sections 2.9 and 3.4).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::contribution::{self, Spelling};
use super::object::Object;
use super::reference;
use crate::id::Identifier;

impl Object {
    /// The identifier that follows from an observable's properties: a UUID version 5 of the
    /// canonical JSON (RFC 8785) of the properties that the standard names for its type.
    ///
    /// The identifier is the one that the reference implementation computes:
    ///
    /// - Times are in UTC, without zeros at the end of the fraction; `time_date_stamp` of a Windows
    ///   binary has no fraction.
    /// - If there are several hashes, one counts: MD5, SHA-1, SHA-256, SHA-512, else the first in
    ///   document order, which the standard leaves open. Algorithms have their standard names, also
    ///   if they differ in case and hyphens.
    ///
    /// Returns `None` for objects of other types, for processes, and if none of the properties is
    /// present: such objects have random identifiers. It also returns `None` if a property was set
    /// aside because it does not fit, or has no canonical JSON: a number that no double can hold, a
    /// repeated name, `null` or a lone surrogate inside an extension.
    ///
    /// ```
    /// use stixkit::object::Ipv4Addr;
    /// use stixkit::Object;
    ///
    /// let address = Object::from(Ipv4Addr::new("198.51.100.3"));
    /// assert_eq!(address.deterministic_id().unwrap().to_string(), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    /// assert_eq!(address.deterministic_id().as_ref(), Some(address.id()));
    /// ```
    pub fn deterministic_id(&self) -> Option<Identifier> {
        let kind = self.kind()?;
        contribution::deterministic_id(kind, self.as_any(), Spelling::Normal)
    }

    /// Sets the identifier that follows from an observable's properties. If there is none, the
    /// identifier stays as it is. [`Bundle::identify`](crate::Bundle::identify) changes references
    /// to it, too.
    pub fn identify(&mut self) {
        if let Some(id) = self.deterministic_id() {
            self.common_mut().id = id;
        }
    }

    /// The identifier that an observable should have, if it has another one: a UUID of version 4,
    /// though an identifier follows from its properties, or one of version 5 that does not follow
    /// from them.
    ///
    /// `None` if the right identifier is not known for certain: if the object is defanged, if the
    /// standard leaves open which hash counts, or if the identifier follows from times and names of
    /// hash algorithms as they were sent.
    pub(crate) fn expected_id(&self) -> Option<Identifier> {
        let (kind, object, id) = (self.kind()?, self.as_any(), self.id());
        if kind.identified_by().is_empty() || id.kind() != Some(kind) || object.common().defanged == Some(true) {
            return None;
        }
        let uuid = id.uuid()?;
        let version = uuid.get_version_num();
        if !matches!(version, 4 | 5) {
            return None;
        }
        let expected = contribution::deterministic_id(kind, object, Spelling::Normal)?;
        if expected.uuid() == Some(uuid) || contribution::has_ambiguous_hash(object) {
            return None;
        }
        let as_sent = || contribution::deterministic_id(kind, object, Spelling::AsSent)?.uuid();
        (version == 4 || as_sent() != Some(uuid)).then_some(expected)
    }
}

/// Gives observables the identifiers that follow from their properties, and puts them into the
/// typed references of all objects. Returns the number of identifiers that changed.
///
/// Observables that share an identifier keep it: no reference shows which of them it means. So do
/// observables that determine each other in a circle.
pub(crate) fn identify_all(objects: &mut [Object]) -> usize {
    let places = observables(objects);
    let mut ids: HashMap<Identifier, Identifier> = HashMap::new();
    for place in in_order(objects, &places) {
        let Some(object) = objects.get(place) else { continue };
        // Its identifier may follow from others that change.
        let mut object = object.clone();
        replace_references(&mut object, &ids);
        if let Some(expected) = object.expected_id() {
            ids.insert(object.id().clone(), expected);
        }
    }
    for object in objects.iter_mut() {
        object.each_id(&mut |id| {
            if let Some(new) = ids.get(id) {
                *id = new.clone();
            }
        });
    }
    ids.len()
}

/// The places of the observables whose identifiers may follow from their properties and that no
/// other object shares.
fn observables(objects: &[Object]) -> HashMap<Identifier, usize> {
    let mut places: HashMap<Identifier, Option<usize>> = HashMap::new();
    for (place, object) in objects.iter().enumerate() {
        let is_one = object.kind().is_some_and(|kind| !kind.identified_by().is_empty());
        match places.entry(object.id().clone()) {
            Entry::Occupied(mut known) => *known.get_mut() = None,
            Entry::Vacant(vacant) => _ = vacant.insert(is_one.then_some(place)),
        }
    }
    places.into_iter().filter_map(|(id, place)| Some((id, place?))).collect()
}

/// The places in such an order that each observable comes after those that its identifier follows
/// from. Those in a circle are left out, and so are those that follow from them.
fn in_order(objects: &[Object], places: &HashMap<Identifier, usize>) -> Vec<usize> {
    let mut waiting_for = vec![0_usize; objects.len()];
    let mut awaited_by: Vec<Vec<usize>> = vec![Vec::new(); objects.len()];
    for place in places.values() {
        for needed in needs(&objects[*place]).filter_map(|id| places.get(&id)) {
            waiting_for[*place] += 1;
            awaited_by[*needed].push(*place);
        }
    }
    let mut ready: Vec<usize> = places.values().copied().filter(|place| waiting_for[*place] == 0).collect();
    let mut next = 0;
    while let Some(place) = ready.get(next).copied() {
        next += 1;
        for waiting in &awaited_by[place] {
            waiting_for[*waiting] -= 1;
            if waiting_for[*waiting] == 0 {
                ready.push(*waiting);
            }
        }
    }
    ready
}

/// The references that an observable's identifier follows from.
fn needs(object: &Object) -> impl Iterator<Item = Identifier> {
    let names = object.kind().map(|kind| kind.identified_by()).unwrap_or_default();
    let values = names.iter().filter_map(|name| Some(((*name).into(), object.property(name)?)));
    values.flat_map(|(name, value)| reference::collect(name, value)).map(|reference| reference.target.into_owned())
}

fn replace_references(object: &mut Object, ids: &HashMap<Identifier, Identifier>) {
    let own = object.id().clone();
    object.each_id(&mut |id| {
        if let Some(new) = ids.get(id) {
            *id = new.clone();
        }
    });
    object.common_mut().id = own;
}
