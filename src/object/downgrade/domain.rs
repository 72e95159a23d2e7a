//! The properties of types other than observables in STIX 2.0.

use super::draft::{Draft, Went, aside_name};
use super::pattern::pattern_in_20;
use crate::Identifier;
use crate::error::{Error, ErrorKind};
use crate::json::tree::{Members, Tree};
use crate::kind::{Category, Kind};
use crate::object::change::{ChangeKind, Changes};
use crate::object::domain::{Indicator, Report};
use crate::object::meta::MarkingDefinition;
use crate::object::object::Object;
use crate::object::property::definition::Rule;
use crate::object::property::findings::Place;
use crate::vocab::PatternType;

/// What labels, classes and names are if they are not known.
const UNKNOWN: &str = "unknown";

/// Why an object has no place in STIX 2.0, if that is so.
pub(super) fn refuse(object: &Object) -> Result<(), Error> {
    let error = |detail: String| Err(Error::new(ErrorKind::NoPlace).with_detail(detail));
    let is_observable = |id: &Identifier| id.kind().is_some_and(|kind| kind.category() == Category::Observable);
    match object {
        Object::Relationship(link) => {
            match [&link.source_ref, &link.target_ref].into_iter().find(|id| is_observable(id)) {
                Some(id) => error(format!("relationships lead to no observables, and this one leads to {id}")),
                None => Ok(()),
            }
        }
        Object::Sighting(sighting) if is_observable(&sighting.sighting_of_ref) => {
            error(format!("sightings are of no observables, and this one is of {}", sighting.sighting_of_ref))
        }
        Object::Report(report) if !report.object_refs.is_empty() && report.object_refs.iter().all(is_observable) => {
            error("a report is about no observables, and this one is about nothing else".to_owned())
        }
        Object::Indicator(indicator) => match indicator.effective_pattern_type() {
            Ok(pattern_type) if *pattern_type == PatternType::Stix => Ok(()),
            Ok(other) => error(format!("all patterns are of the type stix, and this one is of the type {other}")),
            Err(unclear) => error(format!("all patterns are of the type stix, and {unclear}")),
        },
        _ => Ok(()),
    }
}

/// Gives an object the properties that it has in STIX 2.0.
pub(super) fn downgrade_domain(object: &Object, draft: &mut Draft, changes: &mut Changes) -> Result<(), Error> {
    let place = Place::Object;
    match object {
        Object::Indicator(indicator) => downgrade_pattern(indicator, draft, changes)?,
        Object::Malware(malware) => {
            if malware.is_family == Some(true) {
                draft.take("is_family");
            }
            if malware.name.is_none() {
                draft.fill("name", Tree::string(UNKNOWN), &place, changes);
            }
        }
        Object::Identity(identity) if identity.identity_class.is_none() => {
            draft.fill("identity_class", Tree::string(UNKNOWN), &place, changes);
        }
        Object::MarkingDefinition(marking) => downgrade_marking(marking, draft, changes),
        Object::Report(report) => split_list(draft, "object_refs", &report_observables(report), changes),
        Object::Sighting(sighting) => {
            let is_location = |id: &&Identifier| id.kind() == Some(Kind::Location);
            let locations: Vec<&Identifier> = sighting.where_sighted_refs.iter().filter(is_location).collect();
            split_list(draft, "where_sighted_refs", &locations, changes);
        }
        _ => {}
    }
    let Some(kind) = object.kind().filter(|_| !matches!(object, Object::Custom(_))) else { return Ok(()) };
    for definition in kind.definitions() {
        if definition.rules.contains(&Rule::Labels20) {
            join_labels(draft, definition.name, kind, changes);
        } else if definition.rules.contains(&Rule::Since21) {
            draft.aside(definition.name, &place, changes);
        }
    }
    Ok(())
}

/// Puts the values of a property before the labels, which are what STIX 2.0 has in its place.
fn join_labels(draft: &mut Draft, name: &'static str, kind: Kind, changes: &mut Changes) {
    let mut types = match draft.members.remove(name) {
        Some(Tree::List(types)) => types,
        _ => Vec::new(),
    };
    if !types.is_empty() {
        draft.went.insert(name.to_owned(), Went::Into("labels", 0));
        draft.went.insert("labels".to_owned(), Went::Into("labels", types.len()));
    }
    let labels = draft.members.get("labels").and_then(Tree::as_list).map(std::mem::take);
    types.extend(labels.unwrap_or_default());
    match (types.is_empty(), kind) {
        (false, _) => draft.members.set("labels", Tree::List(types)),
        (true, Kind::Identity) => {}
        (true, _) => {
            let labels = Tree::List(vec![Tree::string(UNKNOWN)]);
            draft.fill("labels", labels, &Place::Object, changes);
        }
    }
}

/// The pattern in the dialect of STIX 2.0.
fn downgrade_pattern(indicator: &Indicator, draft: &mut Draft, changes: &mut Changes) -> Result<(), Error> {
    draft.take("pattern_type");
    match indicator.pattern_version.as_deref() {
        Some("2.0") => {
            draft.take("pattern_version");
            return Ok(());
        }
        Some("2.1") => _ = draft.take("pattern_version"),
        _ => {}
    }
    let Some(pattern) = pattern_in_20(&indicator.pattern) else {
        let detail = "its pattern uses EXISTS, which patterns of STIX 2.0 do not have";
        return Err(Error::new(ErrorKind::NoPlace).with_detail(detail));
    };
    if pattern != indicator.pattern {
        let detail = "the pattern is in the dialect of STIX 2.0";
        changes.add(ChangeKind::Kept, &Place::Object.property("pattern"), detail);
        draft.members.set("pattern", Tree::string(&pattern));
    }
    Ok(())
}

/// STIX 2.0 requires a definition. One that is an extension in 2.1 becomes a statement, because
/// readers of 2.0 know four levels of the Traffic Light Protocol and refuse any other.
fn downgrade_marking(marking: &MarkingDefinition, draft: &mut Draft, changes: &mut Changes) {
    let level = marking.definition.get("tlp").and_then(|level| Some(format!("TLP:{}", level.as_str()?.to_uppercase())));
    if marking.name.is_some() && marking.name == level {
        draft.take("name");
    }
    let (has_type, has_definition) = (marking.definition_type.is_some(), !marking.definition.is_empty());
    if has_type && has_definition {
        return;
    }
    if has_definition {
        let is_tlp = marking.definition.get("tlp").is_some();
        let name = if is_tlp { "tlp" } else { "statement" };
        return draft.fill("definition_type", Tree::string(name), &Place::Object, changes);
    }
    let text = match (marking.tlp(), &marking.name) {
        (Some(level), _) => format!("TLP:{}", level.as_str().to_uppercase()),
        (None, Some(name)) => name.clone(),
        (None, None) => "the definition of this marking is in its extensions".to_owned(),
    };
    let mut definition = Members::default();
    definition.push("statement", Tree::string(&text));
    draft.aside("definition_type", &Place::Object, changes);
    draft.fill("definition_type", Tree::string("statement"), &Place::Object, changes);
    draft.fill("definition", Tree::Map(definition), &Place::Object, changes);
}

fn report_observables(report: &Report) -> Vec<&Identifier> {
    let is_observable = |id: &&Identifier| id.kind().is_some_and(|kind| kind.category() == Category::Observable);
    report.object_refs.iter().filter(is_observable).collect()
}

/// Moves these elements of a list to a custom property.
fn split_list(draft: &mut Draft, name: &str, moved: &[&Identifier], changes: &mut Changes) {
    if moved.is_empty() {
        return;
    }
    let new = aside_name(&draft.members, name);
    let ids: std::collections::HashSet<String> = moved.iter().map(ToString::to_string).collect();
    let Some(list) = draft.members.get(name).and_then(Tree::as_list) else { return };
    list.retain(|element| element.as_str().is_none_or(|id| !ids.contains(&*id)));
    let mut went = vec![name.to_owned(), new.clone()];
    if list.is_empty() {
        draft.members.remove(name);
        went.remove(0);
    }
    let detail = format!("references that STIX 2.0 does not have there are kept as {new}");
    changes.add(ChangeKind::Kept, &Place::Object.property(name), detail);
    draft.members.push(&new, Tree::List(moved.iter().map(|id| Tree::string(&id.to_string())).collect()));
    draft.went.insert(name.to_owned(), Went::Split(went));
}
