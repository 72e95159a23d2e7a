//! An observable of STIX 2.1 as a member of the dictionary of observed data.

use super::draft::{Draft, Went, aside_name};
use super::extensions::{downgrade_extensions, downgrade_hashes, is_string, lists_to_values, restore};
use super::references::{Locals, localize, rename_types};
use crate::json::tree::{Members, Tree};
use crate::kind::Kind;
use crate::object::change::{ChangeKind, Changes};
use crate::object::property::definition::Rule;
use crate::object::property::findings::Place;
use crate::object::requirements::FOREIGN_TO_OBSERVABLES;

/// Properties by their names in STIX 2.1 and in 2.0.
const RENAMED: &[(Kind, &str, &str)] = &[
    (Kind::Directory, "ctime", "created"),
    (Kind::Directory, "mtime", "modified"),
    (Kind::Directory, "atime", "accessed"),
    (Kind::File, "ctime", "created"),
    (Kind::File, "mtime", "modified"),
    (Kind::File, "atime", "accessed"),
    (Kind::Process, "created_time", "created"),
    (Kind::Process, "image_ref", "binary_ref"),
    (Kind::UserAccount, "credential_last_changed", "password_last_changed"),
    (Kind::WindowsRegistryKey, "modified_time", "modified"),
];

/// Whether a value is one that a property of STIX 2.0 takes.
type Fits = fn(&Tree) -> bool;

/// Properties that STIX 2.1 dropped, and what their values are: an upgrade keeps them with the
/// prefix `x_`.
const DROPPED: &[(Kind, &str, Fits)] = &[
    (Kind::File, "is_encrypted", is_boolean),
    (Kind::File, "encryption_algorithm", is_string),
    (Kind::File, "decryption_key", is_string),
    (Kind::Process, "name", is_string),
    (Kind::Process, "arguments", is_list_of_strings),
];

/// Properties without which an observable is not one of STIX 2.0.
const REQUIRED: &[(Kind, &str)] = &[(Kind::UserAccount, "user_id"), (Kind::WindowsRegistryKey, "key")];

/// Gives an observable the form of STIX 2.0. One that has no version of its own, in a dictionary,
/// may have that form.
pub(super) fn downgrade_observable(
    draft: &mut Draft,
    kind: Option<Kind>,
    locals: &Locals,
    place: &Place<'_>,
    changes: &mut Changes,
) {
    let is_timed = !draft.members.has("spec_version") && !draft.members.has("id");
    draft.take("spec_version");
    draft.take("id");
    for name in FOREIGN_TO_OBSERVABLES.iter().chain(&["defanged"]) {
        let is_own = is_timed && RENAMED.iter().any(|(of, _, old)| Some(*of) == kind && old == name);
        if !is_own {
            draft.aside(name, place, changes);
        }
    }
    for (_, new, old) in RENAMED.iter().filter(|(of, ..)| Some(*of) == kind) {
        draft.rename(new, old, place, changes);
    }
    for (_, name, fits) in DROPPED.iter().filter(|(of, ..)| Some(*of) == kind) {
        // Only an encrypted file says how.
        let is_encrypted = draft.members.get("is_encrypted").is_some_and(|value| value.as_json() == Some("true"));
        if matches!(*name, "encryption_algorithm" | "decryption_key") && !is_encrypted {
            draft.aside(name, place, changes);
            continue;
        }
        if restore(&mut draft.members, name, *fits) {
            draft.went.insert(format!("x_{name}"), Went::To((*name).to_owned()));
        }
    }
    for definition in kind.map_or(&[][..], Kind::definitions) {
        if definition.rules.contains(&Rule::Since21) {
            draft.aside(definition.name, place, changes);
        }
    }
    downgrade_hashes(&mut draft.members);
    if let Some(extensions) = draft.members.get("extensions").and_then(Tree::as_map) {
        downgrade_extensions(extensions, &place.property("extensions"), changes);
    }
    if kind == Some(Kind::EmailMessage) {
        lists_to_values(&mut draft.members, "additional_header_fields");
    }
    if kind == Some(Kind::WindowsRegistryKey) {
        name_values(draft, place, changes);
    }
    for (_, name) in REQUIRED.iter().filter(|(of, _)| Some(*of) == kind) {
        if !draft.members.has(name) {
            make_custom(&mut draft.members, name, place, changes);
        }
    }
    localize(&mut draft.members, locals, place, changes);
    for member in draft.members.iter_mut() {
        let name = member.name().into_owned();
        rename_types(&mut member.value, &name);
    }
}

/// Takes values of a registry key that have no name out of their list: STIX 2.0 requires it.
fn name_values(draft: &mut Draft, place: &Place<'_>, changes: &mut Changes) {
    let Some(values) = draft.members.get("values").and_then(Tree::as_list) else { return };
    let (named, nameless): (Vec<_>, Vec<_>) =
        std::mem::take(values).into_iter().partition(|value| matches!(value, Tree::Map(value) if value.has("name")));
    *values = named;
    let is_empty = values.is_empty();
    if nameless.is_empty() {
        return;
    }
    let new = aside_name(&draft.members, "values");
    changes.add(ChangeKind::Kept, &place.property("values"), format!("values without a name are kept as {new}"));
    if is_empty {
        draft.members.remove("values");
    }
    draft.members.push(&new, Tree::List(nameless));
    draft.went.insert("values".to_owned(), Went::Split(vec!["values".to_owned(), new]));
}

/// Turns an observable that lacks a required property into one of a custom type.
fn make_custom(members: &mut Members, required: &str, place: &Place<'_>, changes: &mut Changes) {
    let Some(old) = members.get("type").and_then(|old| old.as_str().map(std::borrow::Cow::into_owned)) else { return };
    let new = format!("x-{old}");
    let detail = format!("STIX 2.0 requires {required} of a {old}; the observable is kept as {new}");
    changes.add(ChangeKind::Kept, place, detail);
    members.set("type", Tree::string(&new));
}

fn is_boolean(value: &Tree) -> bool {
    matches!(value.as_json(), Some("true" | "false"))
}

fn is_list_of_strings(value: &Tree) -> bool {
    matches!(value, Tree::List(elements) if !elements.is_empty() && elements.iter().all(is_string))
}
