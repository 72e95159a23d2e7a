//! Taking out of an object what an audience may not get.

use std::collections::HashMap;

use super::audience::Audience;
use super::effective::reason;
use super::markings::{Found, Markings};
use super::path::{Path, PathStep, selector};
use super::reason::Reason;
use crate::finding::{FindingKind, Level};
use crate::json::tree::{Members, Tree};
use crate::object::{Object, Tlp};

/// An object without what an audience may not get: what [`Markings`] returns.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Redacted {
    /// What is left. It has the identifier and the version of the original: see
    /// [`Markings::redact`].
    pub object: Object,
    /// The selectors of what was removed, as in the original.
    pub removed: Vec<String>,
}

impl Markings {
    /// Removes the parts that an audience may not get for certain: those with too strict a level, and
    /// those with markings that are unknown, are statements or are of other families. What is left is
    /// marked by the object's own markings: [`may_share`](Self::may_share) returns their verdict for
    /// it, which is never `No`.
    ///
    /// Elements of lists are removed with their granular markings, and the selectors of other markings
    /// are adjusted. Lists and dictionaries that become empty are removed, too.
    ///
    /// Only the creator of an object may publish versions of it (STIX 2.1 section 3.6), and a redacted
    /// object has neither a new identifier nor a new version. Give it a new identifier and a
    /// `derived-from` relationship to the original before you publish it under your name.
    ///
    /// # Errors
    ///
    /// Returns [`Reason::TooStrict`] or [`Reason::Unreadable`] if the audience may not get the object
    /// as a whole, and [`Reason::NotRemovable`] if a part has to stay: the object would not be valid
    /// without it, its selector selects nothing, or it is a marking itself.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::marking::{Audience, Markings};
    ///
    /// let indicator: Object = serde_json::from_str(r#"{
    ///     "type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    ///     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    ///     "pattern": "[ipv4-addr:value = '192.0.2.1']", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z",
    ///     "labels": ["victim: Example Inc.", "phishing"],
    ///     "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
    ///     "granular_markings": [{"selectors": ["labels.[0]"],
    ///         "marking_ref": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}]
    /// }"#)?;
    /// let markings = Markings::new();
    /// assert!(!markings.may_share(&indicator, Audience::Community).is_yes());
    /// let redacted = markings.redact(&indicator, Audience::Community)?;
    /// assert_eq!(redacted.removed, ["labels.[0]"]);
    /// assert_eq!(redacted.object.common().labels, ["phishing"]);
    /// assert!(markings.may_share(&redacted.object, Audience::Community).is_yes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redact(&self, object: &Object, audience: Audience) -> Result<Redacted, Reason> {
        let mut parts: Vec<Path> = Vec::new();
        for found in self.findings(object).markings {
            let Some(reason) = reason(&found.applied, audience) else { continue };
            match found.path.is_some() {
                true => parts.push(removable(found, object)?),
                false if is_forbidden(&found, audience) => return Err(reason),
                false => {}
            }
        }
        if parts.is_empty() {
            return Ok(Redacted { object: object.clone(), removed: Vec::new() });
        }
        let stays = || Reason::NotRemovable(parts[0].text().clone());
        let left = without(object, &parts).ok_or_else(stays)?;
        // The last word is that of the markings which are left.
        let is_forbidden = self.of(&left).tlp().is_some_and(|level| !level.allows(audience));
        if is_forbidden || is_worse(&left, object) {
            return Err(stays());
        }
        let mut removed: Vec<_> = parts.iter().map(|path| path.text().to_string()).collect();
        removed.sort_unstable();
        removed.dedup();
        Ok(Redacted { object: left, removed })
    }
}

fn is_forbidden(found: &Found, audience: Audience) -> bool {
    found.applied.meaning.tlp().is_some_and(|level: Tlp| !level.allows(audience))
}

/// The path to remove for a marking.
fn removable(found: Found, object: &Object) -> Result<Path, Reason> {
    let Some((path, steps)) = found.path.as_ref().and_then(|path| Some((path, path.steps()?))) else {
        return Err(Reason::NotRemovable(found.applied.selector.unwrap_or_default()));
    };
    let is_marking = |step: &PathStep| matches!(step, PathStep::Name(name) if matches!(&**name, "object_marking_refs" | "granular_markings"));
    if !found.is_there || steps.iter().any(is_marking) {
        return Err(Reason::NotRemovable(path.text().clone()));
    }
    // The selectors in an observable of observed data are about the observable, so it goes as a whole.
    if let (Object::ObservedData(observed), [PathStep::Name(list), PathStep::Name(name), _, ..]) = (object, steps)
        && &**list == "objects"
        && observed.objects.get(name).is_none_or(|own| own.property("granular_markings").is_some())
    {
        return Ok(Path::of_observable(name));
    }
    Ok(path.clone())
}

/// Whether the object has faults that the original does not have.
fn is_worse(left: &Object, original: &Object) -> bool {
    let count = |object: &Object| {
        let mut faults: HashMap<FindingKind, usize> = HashMap::new();
        for finding in object.check().into_iter().filter(|finding| finding.kind.level() == Level::Error) {
            *faults.entry(finding.kind).or_default() += 1;
        }
        faults
    };
    let before = count(original);
    count(left).iter().any(|(kind, number)| before.get(kind).is_none_or(|before| before < number))
}

/// The object without these parts. `None` if it is not an object then.
fn without(object: &Object, parts: &[Path]) -> Option<Object> {
    let mut tree = Tree::new(&serde_json::to_string(object).ok()?);
    for part in parts {
        // A part of what is gone already is gone, too.
        if !mark(&mut tree, part.steps()?) && !is_gone(&mut tree, part.steps()?) {
            return None;
        }
    }
    let root = tree.as_map()?;
    root.iter_mut().for_each(|member| mark_empty(&mut member.value));
    let markings = root.remove("granular_markings").map(|markings| adjusted(markings, root));
    purge(&mut tree);
    let root = tree.as_map()?;
    if let Some(markings) = markings.filter(|markings| !markings.is_empty()) {
        root.push("granular_markings", Tree::List(markings));
    }
    serde_json::from_str(&root.to_json()).ok()
}

/// What is to be removed. JSON has no empty text.
fn gone() -> Tree {
    Tree::Leaf("".into())
}

fn is_removed(tree: &Tree) -> bool {
    matches!(tree, Tree::Leaf(json) if json.is_empty())
}

/// Marks what is at a path for removal, all of it if a name is repeated. Returns whether there is
/// something.
fn mark(tree: &mut Tree, steps: &[PathStep]) -> bool {
    let Some((first, rest)) = steps.split_first() else {
        *tree = gone();
        return true;
    };
    match (first, tree) {
        (PathStep::Name(name), Tree::Map(members)) => {
            let mut is_marked = false;
            for member in members.iter_mut().filter(|member| *member.name() == **name) {
                is_marked |= mark(&mut member.value, rest);
            }
            is_marked
        }
        (PathStep::Index(index), Tree::List(elements)) => {
            elements.get_mut(*index).is_some_and(|element| mark(element, rest))
        }
        _ => false,
    }
}

/// Whether something on the way to a path is marked for removal.
fn is_gone(tree: &mut Tree, steps: &[PathStep]) -> bool {
    if is_removed(tree) {
        return true;
    }
    let Some((first, rest)) = steps.split_first() else { return false };
    match (first, tree) {
        (PathStep::Name(name), Tree::Map(members)) => members.get(name).is_some_and(|value| is_gone(value, rest)),
        (PathStep::Index(index), Tree::List(elements)) => {
            elements.get_mut(*index).is_some_and(|element| is_gone(element, rest))
        }
        _ => false,
    }
}

/// Marks lists and dictionaries in which everything is removed. The tree has a greatest depth.
fn mark_empty(tree: &mut Tree) {
    let is_empty = match tree {
        Tree::Leaf(_) => false,
        Tree::List(elements) => {
            elements.iter_mut().for_each(mark_empty);
            !elements.is_empty() && elements.iter().all(is_removed)
        }
        Tree::Map(members) => {
            members.iter_mut().for_each(|member| mark_empty(&mut member.value));
            !members.is_empty() && members.iter_mut().all(|member| is_removed(&member.value))
        }
    };
    if is_empty {
        *tree = gone();
    }
}

/// Takes out what is marked for removal.
fn purge(tree: &mut Tree) {
    match tree {
        Tree::Leaf(_) => {}
        Tree::List(elements) => {
            elements.retain(|element| !is_removed(element));
            elements.iter_mut().for_each(purge);
        }
        Tree::Map(members) => {
            members.retain(|value| !is_removed(value));
            members.iter_mut().for_each(|member| purge(&mut member.value));
        }
    }
}

/// The granular markings of what is left.
fn adjusted(markings: Tree, root: &mut Members) -> Vec<Tree> {
    let markings = match markings {
        Tree::List(markings) => markings,
        // One marking that was sent without a list around it.
        other => vec![other],
    };
    let mut left = Vec::new();
    for mut marking in markings {
        let selectors = marking.as_map().and_then(|members| members.get("selectors")).and_then(Tree::as_list);
        let Some(selectors) = selectors else {
            left.push(marking);
            continue;
        };
        let kept: Vec<_> = std::mem::take(selectors).into_iter().filter_map(|own| followed(own, root)).collect();
        let is_left = !kept.is_empty();
        *selectors = kept;
        if is_left {
            left.push(marking);
        }
    }
    left
}

/// The selector of what is left; `None` if that is removed.
fn followed(own: Tree, root: &mut Members) -> Option<Tree> {
    let text = own.as_str()?.into_owned();
    let path = Path::new(&text);
    let Some([PathStep::Name(name), rest @ ..]) = path.steps() else { return Some(own) };
    let Some(mut tree) = root.get(name) else { return Some(own) };
    let mut new = vec![PathStep::Name(name.clone())];
    for step in rest {
        if is_removed(tree) {
            return None;
        }
        let next = match (step, tree) {
            (PathStep::Name(name), Tree::Map(members)) => {
                new.push(step.clone());
                members.get(name)
            }
            (PathStep::Index(index), Tree::List(elements)) => {
                let before = elements.iter().take(*index).filter(|element| is_removed(element)).count();
                new.push(PathStep::Index(index - before));
                elements.get_mut(*index)
            }
            _ => None,
        };
        match next {
            Some(next) => tree = next,
            // It selects nothing, and selected nothing before.
            None => return Some(own),
        }
    }
    if is_removed(tree) {
        return None;
    }
    let is_same = path.steps() == Some(&new[..]);
    Some(if is_same { own } else { Tree::string(&selector(&new)) })
}
