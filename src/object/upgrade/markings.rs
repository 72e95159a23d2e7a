//! The markings of observed data, on its observables: in STIX 2.0 these are parts of it, so that
//! its markings are theirs (STIX 2.0 part 1 section 4).

use std::collections::{HashMap, HashSet};

use crate::object::change::{ChangeKind, Changes};
use crate::object::domain::ObservedData;
use crate::object::granular_marking::GranularMarking;
use crate::object::levels::Levels;
use crate::object::object::Object;
use crate::object::property::findings::Place;
use crate::{Identifier, Properties};

/// So many markings are copied to each observable. What has more is a construct to fill memory
/// with.
const MAX_SHARED: usize = 64;

/// What the selector of a granular marking is about.
enum Selected {
    /// A property of the observed-data object itself.
    Own,
    /// The whole dictionary, or a part of it that is not there.
    All,
    /// The observable at a place, and the path into it.
    One(usize, String),
    /// A member that is not an observable, with the path from its name.
    Other(String),
}

/// The markings of the observables in an observed-data object.
pub(super) struct Markings {
    /// Those of all of them.
    shared: Vec<Identifier>,
    /// Others, by the place of the observable.
    single: Vec<(usize, GranularMarking)>,
    /// What the selectors of the observed-data object's own granular markings are about.
    selected: Vec<Vec<Selected>>,
}

impl Markings {
    /// Finds them. `None` if they are too many to copy.
    pub(super) fn of(observed: &ObservedData, levels: &Levels) -> Option<Self> {
        let names: HashMap<&str, usize> =
            observed.objects.iter().enumerate().map(|(at, (name, _))| (name, at)).collect();
        let mut markings =
            Self { shared: observed.common.object_marking_refs.clone(), single: Vec::new(), selected: Vec::new() };
        for granular in &observed.common.granular_markings {
            let selected: Vec<Selected> =
                granular.selectors.iter().map(|selector| select(selector, &names, observed)).collect();
            for selected in &selected {
                match selected {
                    Selected::All => markings.shared.extend(granular.marking_ref.clone()),
                    Selected::One(place, path) => markings.single.push((*place, with_selector(granular, path))),
                    Selected::Own | Selected::Other(_) => {}
                }
            }
            markings.selected.push(selected);
        }
        levels.reduce(&mut markings.shared);
        (markings.shared.len() <= MAX_SHARED).then_some(markings)
    }

    /// Marks the observables.
    pub(super) fn mark(&mut self, entries: &mut [(Box<str>, Object)], levels: &Levels, changes: &mut Changes) {
        for (place, granular) in self.single.drain(..) {
            let Some((_, object)) = entries.get_mut(place) else { continue };
            let common = object.common_mut();
            match &granular.marking_ref {
                // An observable has one level as a whole: what is left of it without a part would
                // say too much.
                Some(marking) => common.object_marking_refs.push(marking.clone()),
                // A language is that of the text alone.
                None if !granular.selectors.iter().any(String::is_empty) => common.granular_markings.push(granular),
                None => {}
            }
        }
        for (name, object) in entries {
            let markings = &mut object.common_mut().object_marking_refs;
            markings.extend_from_slice(&self.shared);
            for weaker in levels.reduce(markings) {
                let detail = format!("{weaker} is left out next to a stricter marking");
                changes.add(ChangeKind::Marking, &Place::Object.property("objects").property(name), detail);
            }
        }
    }

    /// Makes the selectors of the observed-data object lead to its references. `other` is the name
    /// of the property that members of the dictionary are kept in, `ids` has the observables by
    /// their places.
    pub(super) fn select_references(
        &self,
        observed: &mut ObservedData,
        ids: &[Identifier],
        other: Option<&str>,
        changes: &mut Changes,
    ) {
        let places: HashMap<&Identifier, usize> =
            observed.object_refs.iter().enumerate().map(|(place, id)| (id, place)).collect();
        for (at, (granular, selected)) in observed.common.granular_markings.iter_mut().zip(&self.selected).enumerate() {
            for (selector, selected) in granular.selectors.iter_mut().zip(selected) {
                let new = match selected {
                    Selected::Own => continue,
                    Selected::All => "object_refs".to_owned(),
                    Selected::One(place, _) => {
                        let place = ids.get(*place).and_then(|id| places.get(id)).copied().unwrap_or_default();
                        format!("object_refs.[{place}]")
                    }
                    Selected::Other(path) => format!("{}.{path}", other.unwrap_or("x_objects")),
                };
                let detail = format!("the marking of {selector} is one of {new} and of the observables");
                let list = Place::Object.property("granular_markings");
                changes.add(ChangeKind::Marking, &list.element(at), detail);
                *selector = new;
            }
            // Several selectors may lead to one place now.
            let mut seen = HashSet::new();
            granular.selectors.retain(|selector| seen.insert(selector.clone()));
        }
    }
}

fn select(selector: &str, names: &HashMap<&str, usize>, observed: &ObservedData) -> Selected {
    /// A name with more dots than that is not looked for.
    const MAX_DOTS: usize = 8;

    if selector == "objects" {
        return Selected::All;
    }
    let Some(path) = selector.strip_prefix("objects.") else { return Selected::Own };
    // A name may contain dots. The longest one is meant, whose marking is the narrowest.
    let ends = path.match_indices('.').map(|(at, _)| at).take(MAX_DOTS).chain([path.len()]);
    let found = ends.filter_map(|end| names.get(&path[..end]).map(|place| (*place, end))).last();
    if let Some((place, end)) = found {
        return Selected::One(place, path[end..].trim_start_matches('.').to_owned());
    }
    let first = path.split('.').next().unwrap_or_default();
    if observed.objects.other().get(first).is_some() {
        return Selected::Other(path.to_owned());
    }
    // It marks something, but there is nothing at its path.
    Selected::All
}

/// The marking of another selector.
fn with_selector(granular: &GranularMarking, selector: &str) -> GranularMarking {
    GranularMarking {
        lang: granular.lang.clone(),
        marking_ref: granular.marking_ref.clone(),
        selectors: vec![selector.to_owned()],
        custom: Properties::new(),
    }
}
