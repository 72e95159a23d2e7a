//! Granular markings of properties that went elsewhere.

use super::draft::{Draft, Went, aside_name};
use crate::json::tree::{Members, Tree};
use crate::object::change::{ChangeKind, Changes};
use crate::object::property::findings::Place;

/// What becomes of a selector.
pub(super) enum Selected {
    /// The properties that it selects now, at least one.
    There(Vec<String>),
    /// The property is not in the object any more.
    Gone,
}

/// Follows a selector to where its property went.
pub(super) fn follow(draft: &Draft, selector: &str) -> Selected {
    let end = selector.find('.').unwrap_or(selector.len());
    let (name, path) = selector.split_at(end);
    let there = |selector: String| Selected::There(vec![selector]);
    match draft.went.get(name) {
        None => there(selector.to_owned()),
        Some(Went::To(new)) => there(format!("{new}{path}")),
        Some(Went::Into(list, by)) => {
            let index = path.strip_prefix(".[").and_then(|path| path.strip_suffix(']'));
            match index.and_then(|index| index.parse::<usize>().ok()?.checked_add(*by)) {
                Some(index) => there(format!("{list}.[{index}]")),
                None => there((*list).to_owned()),
            }
        }
        Some(Went::Split(lists)) => Selected::There(lists.clone()),
        Some(Went::Away) => Selected::Gone,
    }
}

/// Makes the selectors of an object's granular markings lead to where the properties went. Those of
/// languages, which STIX 2.0 does not have, become a custom property.
pub(super) fn follow_all(draft: &mut Draft, changes: &mut Changes) {
    let Some(mut markings) = draft.members.remove("granular_markings") else { return };
    let (mut kept, mut languages) = (Vec::new(), Vec::new());
    for (at, mut marking) in markings.as_list().map(std::mem::take).into_iter().flatten().enumerate() {
        let list = Place::Object.property("granular_markings");
        let Some(members) = marking.as_map() else {
            languages.push(marking);
            continue;
        };
        let is_gone = !follow_one(draft, members);
        if is_gone {
            changes.add(ChangeKind::Marking, &list.element(at), "what it marked is not in the object any more");
        } else if members.has("marking_ref") && !members.has("lang") {
            kept.push(marking);
        } else {
            languages.push(marking);
        }
    }
    if !kept.is_empty() {
        draft.members.push("granular_markings", Tree::List(kept));
    }
    if !languages.is_empty() {
        let new = aside_name(&draft.members, "granular_markings");
        draft.members.push(&new, Tree::List(languages));
        let detail = format!("granular markings of languages are kept as {new}");
        changes.add(ChangeKind::Kept, &Place::Object.property("granular_markings"), detail);
    }
}

/// Changes the selectors of one marking. Returns whether any are left.
fn follow_one(draft: &Draft, marking: &mut Members) -> bool {
    let Some(selectors) = marking.get("selectors").and_then(Tree::as_list) else { return true };
    let mut new = Vec::new();
    for selector in std::mem::take(selectors) {
        match selector.as_str().map(|selector| follow(draft, &selector)) {
            Some(Selected::There(found)) => new.extend(found.iter().map(|selector| Tree::string(selector))),
            Some(Selected::Gone) => {}
            None => new.push(selector),
        }
    }
    *selectors = new;
    !selectors.is_empty()
}
