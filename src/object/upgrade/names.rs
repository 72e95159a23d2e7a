//! Identifiers in the place of local names.

use std::collections::{HashMap, HashSet};

use crate::json::tree::Tree;
use crate::object::change::{ChangeKind, Changes};
use crate::object::object::Object;
use crate::object::property::findings::Place;
use crate::object::property::traits::Part;
use crate::object::reference::{self, DICTIONARIES};
use crate::{Identifier, Properties};

/// The objects of a dictionary by their local names.
pub(super) type Entries = [(Box<str>, Object)];

type Ids = HashMap<Box<str>, Identifier>;

/// Gives the objects identifiers in the place of their local names, and puts them into the
/// references.
pub(super) fn identify(entries: &mut Entries, changes: &mut Changes) {
    let ids = find_ids(entries, changes);
    for (name, object) in entries.iter_mut() {
        let Some(id) = ids.get(&**name) else { continue };
        // Known before, so that it does not pass for a reference that leads to nothing.
        object.common_mut().id = id.clone();
        let dangling = replace(object, &ids);
        // Set again, since another object may have it for a name.
        object.common_mut().id = id.clone();
        for target in dangling {
            let detail = format!("no observable has the name {target}");
            changes.add(ChangeKind::Dangling, &Place::Object.property("objects").property(name), detail);
        }
    }
}

/// The identifiers of the objects, by their names.
///
/// An identifier may depend on references, whose identifiers have to be known before. So an object
/// gets its identifier when all those that it depends on have theirs. Objects that are left depend
/// on one another in a circle.
fn find_ids(entries: &Entries, changes: &mut Changes) -> Ids {
    let places: HashMap<&str, usize> = entries.iter().enumerate().map(|(place, (name, _))| (&**name, place)).collect();
    let mut waiting_for = vec![0_usize; entries.len()];
    let mut awaited_by: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
    for (place, (_, object)) in entries.iter().enumerate() {
        let names = names_in_contribution(object, &places);
        waiting_for[place] = names.len();
        names.into_iter().for_each(|name| awaited_by[name].push(place));
    }
    let depends: Vec<bool> = waiting_for.iter().map(|count| *count > 0).collect();
    let mut ids = Ids::with_capacity(entries.len());
    let mut ready: Vec<usize> = (0..entries.len()).filter(|place| waiting_for[*place] == 0).collect();
    while let Some(place) = ready.pop() {
        let (name, object) = &entries[place];
        let id = own_id(object, name).or_else(|| {
            if !depends[place] {
                return object.deterministic_id();
            }
            // A copy, since a reference is replaced once: an identifier may be the name of another
            // object.
            let mut copy = object.clone();
            replace(&mut copy, &ids);
            copy.deterministic_id()
        });
        ids.insert(name.clone(), id.unwrap_or_else(|| random_id(object, name, changes)));
        for waiting in &awaited_by[place] {
            waiting_for[*waiting] -= 1;
            if waiting_for[*waiting] == 0 {
                ready.push(*waiting);
            }
        }
    }
    for (name, object) in entries {
        if !ids.contains_key(name) {
            let id = own_id(object, name).unwrap_or_else(|| random_id(object, name, changes));
            ids.insert(name.clone(), id);
        }
    }
    ids
}

/// The places of the objects that an identifier depends on.
fn names_in_contribution(object: &Object, places: &HashMap<&str, usize>) -> HashSet<usize> {
    let properties = object.kind().map_or(&[][..], |kind| kind.identified_by());
    let values = properties.iter().filter_map(|name| Some((*name, object.property(name)?)));
    let references = values.flat_map(|(name, value)| reference::collect(name.into(), value));
    references.filter_map(|reference| reference.target.with_text(|name| places.get(name).copied())).collect()
}

/// An identifier that the object has although it need not, if it is one.
fn own_id(object: &Object, name: &str) -> Option<Identifier> {
    let id = object.id();
    (!id.is(name) && id.is_canonical() && id.prefix() == Some(object.type_name())).then(|| id.clone())
}

fn random_id(object: &Object, name: &str, changes: &mut Changes) -> Identifier {
    let detail = "no identifier follows from its properties, so it has a random one";
    changes.add(ChangeKind::RandomId, &Place::Object.property("objects").property(name), detail);
    match object.kind() {
        Some(kind) => Identifier::random(kind),
        None => Identifier::from(format!("{}--{}", object.type_name(), uuid::Uuid::new_v4()).as_str()),
    }
}

/// Replaces local names by identifiers, and returns those that no object has.
fn replace(object: &mut Object, ids: &Ids) -> Vec<Identifier> {
    // These are references to objects outside, whatever the names in the dictionary are.
    let common = object.common_mut();
    let markings = std::mem::take(&mut common.object_marking_refs);
    let granular_markings = std::mem::take(&mut common.granular_markings);
    let creator = common.created_by_ref.take();
    let mut dangling = Vec::new();
    object.each_id(&mut |id| match id.with_text(|name| ids.get(name)) {
        Some(new) => *id = new.clone(),
        None if !id.is_canonical() => dangling.push(id.clone()),
        None => {}
    });
    let common = object.common_mut();
    common.object_marking_refs = markings;
    common.granular_markings = granular_markings;
    common.created_by_ref = creator;
    object.each_part(&mut |part| {
        if let Part::Custom(custom) = part {
            replace_in_custom(custom, ids);
        }
    });
    dangling
}

/// Replaces local names in custom properties and extensions, at any depth.
fn replace_in_custom(custom: &mut Properties, ids: &Ids) {
    if custom.is_empty() {
        return;
    }
    let mut tree = Tree::from(&*custom);
    if replace_in_tree(&mut tree, "", ids)
        && let Some(replaced) = tree.to_properties()
    {
        *custom = replaced;
    }
}

/// Replaces the strings in members named `…_ref` and `…_refs`, and reports whether there were any.
/// A tree is only as deep as text may be nested.
fn replace_in_tree(tree: &mut Tree, name: &str, ids: &Ids) -> bool {
    match tree {
        Tree::Leaf(_) => {
            if !name.ends_with("_ref") && !name.ends_with("_refs") {
                return false;
            }
            let Some(id) = tree.as_str().and_then(|target| ids.get(&*target)) else { return false };
            *tree = Tree::string(&id.to_string());
            true
        }
        Tree::List(elements) => {
            elements.iter_mut().fold(false, |changed, element| replace_in_tree(element, name, ids) | changed)
        }
        Tree::Map(members) => members.iter_mut().fold(false, |changed, member| {
            let name = member.name().into_owned();
            changed | (!DICTIONARIES.contains(&name.as_str()) && replace_in_tree(&mut member.value, &name, ids))
        }),
    }
}
