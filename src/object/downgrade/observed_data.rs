//! Observables in the dictionary of observed data.

use std::collections::{HashMap, HashSet, VecDeque};

use super::draft::{Draft, Went, aside_name};
use super::observable::downgrade_observable;
use super::references::Locals;
use super::selectors::{Selected, follow};
use crate::Identifier;
use crate::error::{Error, ErrorKind};
use crate::json::tree::{Members, Tree};
use crate::kind::{Category, Kind};
use crate::object::change::{ChangeKind, Changes};
use crate::object::domain::ObservedData;
use crate::object::levels::Levels;
use crate::object::meta::Tlp;
use crate::object::object::Object;
use crate::object::property::findings::Place;

/// What the objects around an observed-data object tell.
pub(crate) struct Surroundings<'s, 'o> {
    /// The object with an identifier.
    pub(crate) find: &'s dyn Fn(&Identifier) -> Option<&'o Object>,
    pub(crate) levels: &'s Levels,
    /// So many more bytes of observables may be copied into observed data.
    pub(crate) budget: &'s mut usize,
}

/// Puts the observables that an observed-data object refers to, and those that these refer to, into
/// its dictionary. Returns their identifiers.
pub(super) fn embed(
    observed: &ObservedData,
    draft: &mut Draft,
    around: &mut Surroundings<'_, '_>,
    changes: &mut Changes,
) -> Result<Vec<Identifier>, Error> {
    let place = Place::Object.property("objects");
    let mut dictionary = match draft.members.remove("objects") {
        Some(Tree::Map(members)) => members,
        _ => Members::default(),
    };
    restore_others(&mut draft.members, &mut dictionary);
    let found = collect(observed, &dictionary, around)?;
    if found.is_empty() && dictionary.is_empty() {
        let detail = "its observables are not there, which are parts of it in STIX 2.0";
        return Err(Error::new(ErrorKind::NoPlace).with_detail(detail));
    }
    let locals: Locals = found.iter().map(|(object, name)| (object.id().clone(), name.clone())).collect();
    for member in dictionary.iter_mut() {
        let name = member.name().into_owned();
        let Tree::Map(members) = &mut member.value else { continue };
        let kind = members.get("type").and_then(|kind| Kind::from_name(&kind.as_str()?));
        let mut inner = Draft::new(std::mem::take(members));
        downgrade_observable(&mut inner, kind, &locals, &place.property(&name), changes);
        *members = inner.members;
    }
    let mut marks = Marks::new(observed, draft, around.levels);
    for (object, name) in &found {
        let mut inner = Draft::new(tree(object)?);
        if object.deterministic_id().as_ref() != Some(object.id()) {
            let detail = format!("{} does not follow from its properties, and is {name} now", object.id());
            changes.add(ChangeKind::Dropped, &place.property(name), detail);
        }
        inner.members.remove("object_marking_refs");
        inner.members.remove("granular_markings");
        let kind = if matches!(object, Object::Custom(_)) { None } else { object.kind() };
        downgrade_observable(&mut inner, kind, &locals, &place.property(name), changes);
        marks.add(object, name, &inner, changes);
        dictionary.push(name, Tree::Map(inner.members));
    }
    draft.members.set("objects", Tree::Map(dictionary));
    split_references(draft, &locals, changes);
    marks.select(draft, observed, &locals);
    marks.write(draft);
    Ok(found.into_iter().map(|(object, _)| object.id().clone()).collect())
}

/// The JSON of an object as it changes.
pub(super) fn tree(object: &Object) -> Result<Members, Error> {
    // OK because what an object holds always has a JSON form.
    let text = serde_json::to_string(object).unwrap_or_default();
    match Tree::new(&text) {
        Tree::Map(members) => Ok(members),
        _ => Err(Error::new(ErrorKind::NoPlace).with_detail("it has no JSON form")),
    }
}

/// Puts the members of the dictionary that an upgrade kept in `x_objects` back.
fn restore_others(members: &mut Members, dictionary: &mut Members) {
    let Some(Tree::Map(others)) = members.get("x_objects") else { return };
    let taken: HashSet<String> = dictionary.names().map(std::borrow::Cow::into_owned).collect();
    if others.names().any(|name| taken.contains(&*name)) {
        return;
    }
    for other in others.iter_mut() {
        let name = other.name().into_owned();
        dictionary.push(&name, other.value.clone());
    }
    members.remove("x_objects");
}

/// The observables that belong into the dictionary, with names that are free in it.
fn collect<'o>(
    observed: &ObservedData,
    dictionary: &Members,
    around: &mut Surroundings<'_, 'o>,
) -> Result<Vec<(&'o Object, String)>, Error> {
    let taken: HashSet<String> = dictionary.names().map(std::borrow::Cow::into_owned).collect();
    let mut names = (0_usize..).map(|number| number.to_string()).filter(|name| !taken.contains(name));
    let mut seen: HashSet<Identifier> = HashSet::new();
    let mut found: Vec<(&'o Object, String)> = Vec::new();
    let mut open: VecDeque<Identifier> = observed.object_refs.iter().cloned().collect();
    while let Some(id) = open.pop_front() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let Some(object) = (around.find)(&id).filter(|object| is_observable(object)) else { continue };
        let len = serde_json::to_string(object).map_or(0, |text| text.len());
        let Some(left) = around.budget.checked_sub(len) else {
            let detail = "too many observables would be copied into observed data";
            return Err(Error::new(ErrorKind::NoPlace).with_detail(detail));
        };
        *around.budget = left;
        let inner = object.references().filter(|reference| !is_outward(&reference.property));
        open.extend(inner.map(|reference| reference.target.into_owned()));
        found.extend(names.next().map(|name| (object, name)));
    }
    Ok(found)
}

/// Whether the objects that the property leads to are never parts of observed data.
fn is_outward(property: &str) -> bool {
    matches!(property, "created_by_ref" | "object_marking_refs" | "marking_ref")
}

/// An observable, or an object of a custom type that is made like one: it has no versions.
pub(super) fn is_observable(object: &Object) -> bool {
    match (object, object.kind()) {
        (Object::Custom(custom), None) => custom.common.created.is_none() && custom.common.modified.is_none(),
        (_, kind) => kind.is_some_and(|kind| kind.category() == Category::Observable),
    }
}

/// References to what is not an observable, or not there, become a custom property.
fn split_references(draft: &mut Draft, locals: &Locals, changes: &mut Changes) {
    let Some(mut references) = draft.members.remove("object_refs") else { return };
    let references = references.as_list().map(std::mem::take).unwrap_or_default();
    let is_local = |value: &Tree| value.as_str().is_some_and(|id| locals.contains_key(&Identifier::from(&*id)));
    let others: Vec<Tree> = references.into_iter().filter(|reference| !is_local(reference)).collect();
    let mut went = vec!["objects".to_owned()];
    if !others.is_empty() {
        let new = aside_name(&draft.members, "object_refs");
        let detail = format!("references to what is not an observable, or not there, are kept as {new}");
        changes.add(ChangeKind::Kept, &Place::Object.property("object_refs"), detail);
        draft.members.push(&new, Tree::List(others));
        went.push(new);
    }
    draft.went.insert("object_refs".to_owned(), Went::Split(went));
}

/// The granular markings of an observed-data object.
struct Marks<'m> {
    levels: &'m Levels,
    /// The markings of the object as a whole.
    own: HashSet<Identifier>,
    strictest: Option<Tlp>,
    /// Those that the object has.
    list: Vec<Tree>,
    /// New ones, by marking, with their selectors.
    new: Vec<(Identifier, Vec<String>)>,
    places: HashMap<Identifier, usize>,
}

impl<'m> Marks<'m> {
    fn new(observed: &ObservedData, draft: &mut Draft, levels: &'m Levels) -> Self {
        let own = &observed.common.object_marking_refs;
        let list = draft.members.remove("granular_markings");
        let list = list.and_then(|mut list| list.as_list().map(std::mem::take)).unwrap_or_default();
        Self {
            levels,
            own: own.iter().cloned().collect(),
            strictest: levels.strictest(own),
            list,
            new: Vec::new(),
            places: HashMap::new(),
        }
    }

    fn push(&mut self, marking: &Identifier, selector: String) {
        let place = *self.places.entry(marking.clone()).or_insert_with(|| {
            self.new.push((marking.clone(), Vec::new()));
            self.new.len() - 1
        });
        self.new[place].1.push(selector);
    }

    /// Adds the markings of an observable that do not follow from those of the object it is part
    /// of.
    fn add(&mut self, object: &Object, name: &str, draft: &Draft, changes: &mut Changes) {
        let selector = format!("objects.{name}");
        let common = object.common();
        for marking in &common.object_marking_refs {
            if self.is_needed(marking, name, changes) {
                self.push(marking, selector.clone());
            }
        }
        for granular in &common.granular_markings {
            let Some(marking) = &granular.marking_ref else { continue };
            if !self.is_needed(marking, name, changes) {
                continue;
            }
            for own in &granular.selectors {
                match follow(draft, own) {
                    Selected::There(found) => {
                        found.iter().for_each(|own| self.push(marking, format!("{selector}.{own}")));
                    }
                    // What it marked is not there; all that is left is.
                    Selected::Gone => self.push(marking, selector.clone()),
                }
            }
        }
    }

    fn is_needed(&self, marking: &Identifier, name: &str, changes: &mut Changes) -> bool {
        if self.own.contains(marking) {
            return false;
        }
        let level = self.levels.of(marking);
        if level.is_some() && level <= self.strictest {
            let detail = format!("{marking} is left out next to a stricter marking");
            changes.add(ChangeKind::Marking, &Place::Object.property("objects").property(name), detail);
            return false;
        }
        true
    }

    /// Makes selectors of references lead to the observables.
    fn select(&mut self, draft: &Draft, observed: &ObservedData, locals: &Locals) {
        let others = match draft.went.get("object_refs") {
            Some(Went::Split(lists)) => lists.get(1).cloned(),
            _ => None,
        };
        for selectors in self.list.iter_mut().filter_map(|mark| mark.as_map()?.get("selectors")?.as_list()) {
            for selector in selectors {
                let Some(text) = selector.as_str() else { continue };
                let index = text.strip_prefix("object_refs.[").and_then(|text| text.strip_suffix(']'));
                let Some(id) = index.and_then(|index| observed.object_refs.get(index.parse::<usize>().ok()?)) else {
                    continue;
                };
                let new = locals.get(id).map(|name| format!("objects.{name}"));
                *selector = Tree::string(&new.or_else(|| others.clone()).unwrap_or_else(|| "objects".to_owned()));
            }
        }
    }

    /// Writes the markings, those of one definition together.
    fn write(mut self, draft: &mut Draft) {
        for mark in self.list.iter_mut().filter_map(Tree::as_map) {
            let Some(id) = mark.get("marking_ref").and_then(|id| Some(Identifier::from(&*id.as_str()?))) else {
                continue;
            };
            let Some(place) = self.places.remove(&id) else { continue };
            let Some(selectors) = mark.get("selectors").and_then(Tree::as_list) else { continue };
            let known: HashSet<String> = selectors.iter().filter_map(|own| Some(own.as_str()?.into_owned())).collect();
            let new = std::mem::take(&mut self.new[place].1);
            selectors.extend(new.iter().filter(|own| !known.contains(*own)).map(|own| Tree::string(own)));
        }
        for (marking, selectors) in self.new.into_iter().filter(|(_, selectors)| !selectors.is_empty()) {
            let mut mark = Members::default();
            mark.push("marking_ref", Tree::string(&marking.to_string()));
            mark.push("selectors", Tree::List(selectors.iter().map(|own| Tree::string(own)).collect()));
            self.list.push(Tree::Map(mark));
        }
        if !self.list.is_empty() {
            draft.members.push("granular_markings", Tree::List(self.list));
        }
    }
}
