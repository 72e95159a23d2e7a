//! References to objects that have another name in STIX 2.0.

use std::collections::HashMap;

use super::draft::aside_name;
use crate::Identifier;
use crate::json::tree::{Members, Tree};
use crate::kind::Category;
use crate::object::change::{ChangeKind, Changes};
use crate::object::property::findings::Place;
use crate::object::reference::DICTIONARIES;
use crate::object::requirements::NEW_TYPES;

/// The names of observables in the dictionary that they are in, by their identifiers.
pub(super) type Locals = HashMap<Identifier, String>;

/// The identifier that an object has in STIX 2.0, if it has another one there: types that came with
/// 2.1 are custom ones.
pub(super) fn id_in_20(text: &str) -> Option<String> {
    let kind = Identifier::from(text).kind()?;
    NEW_TYPES.contains(&kind).then(|| format!("x-{text}"))
}

fn is_reference(name: &str) -> bool {
    name.ends_with("_ref") || name.ends_with("_refs")
}

/// Gives references to types that came with STIX 2.1 the identifiers that these have in 2.0.
pub(super) fn rename_types(tree: &mut Tree, name: &str) {
    match tree {
        Tree::Leaf(_) if is_reference(name) => {
            if let Some(id) = tree.as_str().and_then(|text| id_in_20(&text)) {
                *tree = Tree::string(&id);
            }
        }
        Tree::Leaf(_) => {}
        Tree::List(elements) => elements.iter_mut().for_each(|element| rename_types(element, name)),
        Tree::Map(members) => {
            for member in members.iter_mut() {
                let name = member.name().into_owned();
                if !DICTIONARIES.contains(&name.as_str()) {
                    rename_types(&mut member.value, &name);
                }
            }
        }
    }
}

/// What a reference leads to.
enum Target {
    /// An observable of the dictionary.
    Local(String),
    /// An observable that is not in the dictionary.
    Missing,
    Other,
}

fn target(value: &Tree, locals: &Locals) -> Target {
    let Some(text) = value.as_str() else { return Target::Other };
    let id = Identifier::from(&*text);
    match locals.get(&id) {
        Some(name) => Target::Local(name.clone()),
        None if id.kind().is_some_and(|kind| kind.category() == Category::Observable) && id.is_canonical() => {
            Target::Missing
        }
        None => Target::Other,
    }
}

/// Replaces identifiers by local names in an observable or a part of it. References to observables
/// that are not in the dictionary become custom properties, because readers of STIX 2.0 refuse
/// names that lead nowhere.
pub(super) fn localize(members: &mut Members, locals: &Locals, place: &Place<'_>, changes: &mut Changes) {
    let mut missing: Vec<(String, Option<Tree>)> = Vec::new();
    for member in members.iter_mut() {
        let name = member.name().into_owned();
        if DICTIONARIES.contains(&name.as_str()) {
            continue;
        }
        if let Some(moved) = localize_member(&name, &mut member.value, locals, place, changes) {
            missing.push((name, moved));
        }
    }
    for (name, list) in missing {
        let new = aside_name(members, &name);
        changes.add(ChangeKind::Kept, &place.property(&name), format!("observables that are not there are in {new}"));
        match list {
            Some(list) => members.push(&new, list),
            None => members.rename(&name, &new),
        }
        // A list of which nothing is left.
        if members.get(&name).is_some_and(|value| *value == Tree::List(Vec::new())) {
            members.remove(&name);
        }
    }
}

/// Returns what leads nowhere: the whole member, or elements of its list.
fn localize_member(
    name: &str,
    value: &mut Tree,
    locals: &Locals,
    place: &Place<'_>,
    changes: &mut Changes,
) -> Option<Option<Tree>> {
    let may_move = is_reference(name) && !name.starts_with("x_");
    match value {
        Tree::Leaf(_) if is_reference(name) => match target(value, locals) {
            Target::Local(local) => *value = Tree::string(&local),
            Target::Missing if may_move => return Some(None),
            Target::Missing | Target::Other => {}
        },
        Tree::Leaf(_) => {}
        Tree::Map(members) => localize(members, locals, &place.property(name), changes),
        Tree::List(elements) => {
            let mut missing = Vec::new();
            for mut element in std::mem::take(elements) {
                match &mut element {
                    Tree::Leaf(_) if is_reference(name) => match target(&element, locals) {
                        Target::Local(local) => elements.push(Tree::string(&local)),
                        Target::Missing if may_move => missing.push(element),
                        Target::Missing | Target::Other => elements.push(element),
                    },
                    _ => {
                        localize_member(name, &mut element, locals, place, changes);
                        elements.push(element);
                    }
                }
            }
            if !missing.is_empty() {
                return Some(Some(Tree::List(missing)));
            }
        }
    }
    None
}
