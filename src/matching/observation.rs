//! One observed-data object and its observables.

use std::borrow::Cow;

use super::instant::Interval;
use super::root::Root;
use crate::object::{Object, PropertyMap, PropertyValue};

/// An observable that was observed.
#[derive(Clone, Debug)]
pub struct Observable<'o> {
    /// Its identifier, or its key in the dictionary of its observed data.
    pub(super) name: Cow<'o, str>,
    object_type: Cow<'o, str>,
    properties: PropertyMap<'o>,
    object: Option<&'o Object>,
}

impl<'o> Observable<'o> {
    pub(super) fn new(name: Cow<'o, str>, properties: PropertyMap<'o>, object: Option<&'o Object>) -> Self {
        let object_type = match properties.get("type") {
            Some(PropertyValue::Text(object_type)) => object_type,
            // No path starts with the empty name.
            _ => Cow::Borrowed(""),
        };
        Self { name, object_type, properties, object }
    }

    /// Returns its identifier, or its key in the dictionary of its observed data.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of its type, or the empty text if it has none.
    pub fn object_type(&self) -> &str {
        &self.object_type
    }

    /// Returns a property by its name in JSON.
    pub fn property(&self, name: &str) -> Option<PropertyValue<'o>> {
        self.properties.get(name)
    }

    /// Returns the object, or `None` if it was given as JSON or does not fit the object model.
    pub fn object(&self) -> Option<&'o Object> {
        self.object
    }
}

/// What one observed-data object reports: the same objects, a number of times, within an interval.
#[derive(Debug)]
pub struct Observation<'o> {
    id: Option<Cow<'o, str>>,
    object: Option<&'o Object>,
    pub(super) times: Interval,
    pub(super) count: u64,
    /// Places of its observables, each once, in the order of the observed data.
    pub(super) members: Box<[u32]>,
    /// Names of its observables, sorted, with their places.
    names: Box<[(Cow<'o, str>, u32)]>,
}

impl<'o> Observation<'o> {
    pub(super) fn new(
        id: Option<Cow<'o, str>>,
        object: Option<&'o Object>,
        times: Interval,
        count: u64,
        mut members: Vec<u32>,
        mut names: Vec<(Cow<'o, str>, u32)>,
    ) -> Self {
        let mut seen = std::collections::HashSet::new();
        members.retain(|place| seen.insert(*place));
        names.sort_unstable();
        Self { id, object, times, count, members: members.into(), names: names.into() }
    }

    /// Returns the identifier of the observed data, if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the observed-data object, or `None` if it was given as JSON.
    pub fn object(&self) -> Option<&'o Object> {
        self.object
    }

    /// Returns how often the objects were observed.
    pub fn number_observed(&self) -> u64 {
        self.count
    }

    fn find(&self, name: &str) -> Option<u32> {
        let place = self.names.binary_search_by(|(own, _)| (**own).cmp(name)).ok()?;
        Some(self.names[place].1)
    }
}

/// An observable as a part of one observation, in which its references lead to others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'s, 'o> {
    pub(super) observation: &'s Observation<'o>,
    pub(super) observables: &'s [Observable<'o>],
    pub(super) observable: &'s Observable<'o>,
}

impl<'s, 'o> Member<'s, 'o> {
    /// The observables of an observation.
    pub(super) fn all(
        observation: &'s Observation<'o>,
        observables: &'s [Observable<'o>],
    ) -> impl Iterator<Item = Self> {
        let places = observation.members.iter();
        places.map(move |place| Self { observation, observables, observable: &observables[*place as usize] })
    }
}

impl<'o> Root<'o> for Member<'_, 'o> {
    fn object_type(&self) -> &str {
        &self.observable.object_type
    }

    fn value(&self) -> PropertyValue<'o> {
        PropertyValue::Map(self.observable.properties)
    }

    fn resolve(&self, reference: &str) -> Option<(usize, PropertyValue<'o>)> {
        let place = self.observation.find(reference)? as usize;
        Some((place, PropertyValue::Map(self.observables[place].properties)))
    }
}
