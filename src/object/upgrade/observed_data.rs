//! The observables in observed data, as objects of their own.

use std::collections::HashSet;

use super::aside::Aside;
use super::markings::Markings;
use super::merge::Merger;
use super::names::identify;
use super::observable::upgrade_observable;
use crate::Identifier;
use crate::object::change::{ChangeKind, Changes};
use crate::object::domain::ObservedData;
use crate::object::levels::Levels;
use crate::object::object::Object;
use crate::object::property::findings::Place;

/// Takes the observables out of an observed-data object, which refers to them then.
pub(super) fn take_observables(observed: &mut ObservedData, levels: &Levels, changes: &mut Changes) -> Vec<Object> {
    let place = Place::Object.property("objects");
    let Some(mut markings) = Markings::of(observed, levels) else {
        let detail =
            "the observables stay in the dictionary, which STIX 2.1 has too: there are too many markings to copy";
        changes.add(ChangeKind::Kept, &place, detail);
        return Vec::new();
    };
    let (mut entries, other) = std::mem::take(&mut observed.objects).into_parts();
    let kept = (!other.is_empty()).then(|| {
        Aside { custom: &mut observed.custom, place: &Place::Object, changes: &mut *changes }.keep("objects", &other)
    });
    for (name, object) in &mut entries {
        upgrade_observable(object, &place.property(name), changes);
    }
    identify(&mut entries, changes);
    markings.mark(&mut entries, levels, changes);
    let ids: Vec<Identifier> = entries.iter().map(|(_, object)| object.id().clone()).collect();
    let mut known: HashSet<Identifier> = observed.object_refs.iter().cloned().collect();
    observed.object_refs.extend(ids.iter().filter(|id| known.insert((*id).clone())).cloned());
    markings.select_references(observed, &ids, kept.as_deref(), changes);
    let mut merger = Merger::new(levels);
    for (name, object) in entries {
        if merger.merge(object) {
            changes.add(ChangeKind::Merged, &place.property(&name), "it became one with an equal observable");
        }
    }
    merger.finish()
}
