//! Observables that several observed-data objects contain.

use std::collections::HashMap;
use std::mem::take;

use crate::Identifier;
use crate::object::levels::Levels;
use crate::object::object::Object;

/// Collects objects. Observables that are equal but for their markings become one, and the
/// strictest level of those that share an identifier is the level of them all.
#[derive(Debug)]
pub(crate) struct Merger<'a> {
    levels: &'a Levels,
    objects: Vec<Object>,
    known: HashMap<Identifier, Known>,
}

#[derive(Debug)]
struct Known {
    /// The places of the observables.
    places: Vec<usize>,
    /// Of all their markings, one of the strictest level.
    strictest: Option<Identifier>,
}

impl<'a> Merger<'a> {
    pub(crate) fn new(levels: &'a Levels) -> Self {
        Self { levels, objects: Vec::new(), known: HashMap::new() }
    }

    /// Adds an object that is not compared with others.
    pub(crate) fn push(&mut self, object: Object) {
        self.objects.push(object);
    }

    /// Adds an observable. Returns whether it became one with the last one that has its identifier.
    pub(crate) fn merge(&mut self, mut object: Object) -> bool {
        let (levels, objects) = (self.levels, &mut self.objects);
        let known =
            self.known.entry(object.id().clone()).or_insert_with(|| Known { places: Vec::new(), strictest: None });
        let markings = take(&mut object.common_mut().object_marking_refs);
        let level = |marking: &Option<Identifier>| marking.as_ref().and_then(|marking| levels.of(marking));
        let strictest = markings.iter().max_by_key(|marking| levels.of(marking)).cloned();
        if level(&strictest) > level(&known.strictest) {
            known.strictest = strictest;
        }
        if let Some(last) = known.places.last().and_then(|place| objects.get_mut(*place)) {
            let mut own = take(&mut last.common_mut().object_marking_refs);
            let is_equal = *last == object;
            if is_equal {
                own.extend_from_slice(&markings);
            }
            last.common_mut().object_marking_refs = own;
            if is_equal {
                return true;
            }
        }
        object.common_mut().object_marking_refs = markings;
        known.places.push(objects.len());
        objects.push(object);
        false
    }

    pub(crate) fn finish(mut self) -> Vec<Object> {
        for known in self.known.into_values() {
            for place in known.places {
                let Some(object) = self.objects.get_mut(place) else { continue };
                let markings = &mut object.common_mut().object_marking_refs;
                markings.extend(known.strictest.clone().filter(|strictest| !markings.contains(strictest)));
                self.levels.reduce(markings);
            }
        }
        self.objects
    }
}
