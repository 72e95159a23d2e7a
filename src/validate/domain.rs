//! Rules for objects that are not observables, and for the properties that all objects have.

use std::borrow::Cow;

use super::collected::Collected;
use super::observable::{check_hashes, check_language};
use super::targets;
use super::{forms, markings, observable, relations};
use crate::Timestamp;
use crate::finding::FindingKind;
use crate::id::Identifier;
use crate::kind::{Category, Kind};
use crate::object::property::findings::Version;
use crate::object::property::view::PropertyValue;
use crate::object::requirements::ORDER;
use crate::object::{ExtensionDefinition, ExternalReference, KillChainPhase, Location, Object, ObservedData};
use crate::vocab::ExtensionType;
use std::collections::{HashMap, HashSet};

/// Checks the common properties.
pub(super) fn check_common(object: &Object, version: Version, found: &mut Collected<'_>) {
    let common = object.common();
    check_id(object, found);
    if object.kind().is_none_or(|kind| kind.category() != Category::Observable) {
        for (path, time) in [(".created", &common.created), (".modified", &common.modified)] {
            if let Some(time) = time {
                check_digits(time, path, version, found);
            }
        }
    }
    if let Some(tag) = &common.lang {
        check_language(tag, ".lang", "3.2", found);
    }
    for (index, reference) in common.external_references.iter().enumerate() {
        check_external(reference, &|name| format!(".external_references[{index}]{name}"), found);
    }
    check_extensions(object, "", found);
    check_type_name(object, "", found);
    check_custom(object, found);
    if version == Version::V20 {
        check_order(object, found);
    }
    if found.wants(FindingKind::RepeatedItem) {
        check_repeated(object, found);
    }
}

/// Checks the version of the identifier's UUID.
fn check_id(object: &Object, found: &mut Collected<'_>) {
    let (Some(kind), Some(uuid)) = (object.kind(), object.id().uuid()) else { return };
    if uuid.get_version_num() != 5 {
        return;
    }
    if kind.category() != Category::Observable {
        let message = "Identifiers of other objects than observables should be random, UUID version 4.";
        return found.add(FindingKind::IdNotRandom, ".id", message);
    }
    let is_determined = kind.identified_by().iter().any(|name| object.property(name).is_some());
    if !is_determined {
        let message = "No property is present that an identifier could follow from: use a UUID of version 4.";
        found.add(FindingKind::IdVersion, ".id", message);
    }
}

fn check_digits(time: &Timestamp, path: &str, version: Version, found: &mut Collected<'_>) {
    let digits = time.fraction_digits();
    let (is_good, wanted) = match version {
        Version::V20 => (digits == 3, "exactly three"),
        _ => (digits >= 3, "at least three"),
    };
    if !is_good {
        let message = format!("The time has {digits} fraction digits: write {wanted}, milliseconds.");
        let suggestion = time.instant().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        found.suggest(FindingKind::TimestampDigits, path, message, Some(suggestion));
    }
}

/// `path` makes the path of a part of the reference.
fn check_external(reference: &ExternalReference, path: &dyn Fn(&str) -> String, found: &mut Collected<'_>) {
    if let Some(id) = &reference.external_id {
        let source = reference.source_name.as_str();
        let (is_good, form) = match source {
            "cve" => (forms::is_cve(id), "CVE-2024-0001"),
            "capec" => (forms::is_capec(id), "CAPEC-163"),
            _ => (true, ""),
        };
        if matches!(source, "CVE" | "CAPEC") {
            let message = "The name of this source is in lower case in the standard: write it so.";
            let suggestion = Some(source.to_ascii_lowercase());
            found.suggest(FindingKind::ExternalId, path(".source_name"), message, suggestion);
        }
        if !is_good {
            let message = format!("This is not an identifier of this source: write it as {form}.");
            found.add(FindingKind::ExternalId, path(".external_id"), message);
        }
    }
    if let Some(url) = &reference.url {
        if !forms::is_url(url) {
            let message = "This is not a URL of RFC 3986: write the scheme, and percent-encode other characters.";
            found.add(FindingKind::Url, path(".url"), message);
        }
        if reference.hashes.is_empty() && found.wants(FindingKind::UnhashedUrl) {
            let message = "What a URL leads to can change: add hashes of what it was.";
            found.add(FindingKind::UnhashedUrl, path(""), message);
        }
    }
    if !reference.hashes.is_empty() {
        check_hashes(&reference.hashes, &path(".hashes"), found);
    }
}

/// Checks extensions by the identifier of their definition. `at` is the path of the object.
fn check_extensions(object: &Object, at: &str, found: &mut Collected<'_>) {
    let other = object.common().extensions.other();
    for (name, value) in other.iter().filter(|(name, _)| name.starts_with("extension-definition--")) {
        let path = format!("{at}.extensions.{name}");
        let view = value.view();
        if !matches!(view, PropertyValue::Map(_)) {
            let message = "An extension is an object with its properties: write one.";
            found.add(FindingKind::ExtensionForm, path, message);
            continue;
        }
        match view.property("extension_type") {
            None => {
                let message = "An extension states what it is: add `extension_type`, for example `property-extension`.";
                found.add(FindingKind::ExtensionType, path, message);
            }
            Some(own) if own.as_str().is_none_or(|own| !ExtensionType::STANDARD.contains(&own.as_ref())) => {
                let message =
                    format!("This is not a type of extensions: use one of {}.", ExtensionType::STANDARD.join(", "));
                found.add(FindingKind::ExtensionForm, format!("{path}.extension_type"), message);
            }
            Some(_) => {}
        }
    }
}

/// Checks the name of a type that the standard does not define. `at` is the path of the object.
fn check_type_name(object: &Object, at: &str, found: &mut Collected<'_>) {
    let name = object.type_name();
    if object.kind().is_some() {
        return;
    }
    if name == "action" {
        let message = "The standard reserves this name: choose another one.";
        found.add(FindingKind::ReservedName, format!("{at}.type"), message);
    } else if !forms::is_type_name(name) {
        let message = "The name of a type has 3 to 250 of a-z, 0-9 and single hyphens: rename it.";
        found.add(FindingKind::TypeName, format!("{at}.type"), message);
    }
}

fn check_custom(object: &Object, found: &mut Collected<'_>) {
    if object.kind().is_none() && object.type_name().starts_with("x-") && !has_new_type(object) {
        let message = "A type of one's own should be defined by an extension: see STIX 2.1 section 7.3.";
        found.add(FindingKind::CustomType, ".type", message);
        return;
    }
    if !found.wants(FindingKind::CustomProperty) {
        return;
    }
    for name in object.custom().names().filter(|name| name.starts_with("x_")) {
        let message = "A property of one's own should be defined by an extension: see STIX 2.1 section 7.3.";
        found.add(FindingKind::CustomProperty, format!(".{name}"), message);
    }
}

fn has_new_type(object: &Object) -> bool {
    object.common().extensions.has_top_level()
}

/// Checks the order of times in STIX 2.0, which [`Object::check`] does for 2.1.
fn check_order(object: &Object, found: &mut Collected<'_>) {
    for (_, first, last, is_strict) in ORDER.iter().filter(|(kind, ..)| object.kind() == Some(*kind)) {
        if let (Some(PropertyValue::Time(start)), Some(PropertyValue::Time(end))) =
            (object.typed_property(first), object.typed_property(last))
            && (end < start || (*is_strict && end == start))
        {
            let message = format!("`{last}` is not after `{first}`: swap or correct them.");
            found.add(FindingKind::TimestampOrder20, format!(".{last}"), message);
        }
    }
}

/// Checks that lists of texts and references do not repeat items.
fn check_repeated(object: &Object, found: &mut Collected<'_>) {
    object.each_typed(|name, value| {
        let PropertyValue::List(list) = value else { return };
        // Most lists have one item.
        if list.iter().nth(1).is_none() {
            return;
        }
        let mut seen = HashSet::new();
        for (index, item) in list.iter().enumerate() {
            let is_new = match item {
                PropertyValue::Text(text) => seen.insert(text),
                PropertyValue::Id(id) => seen.insert(id.to_string().into()),
                _ => return,
            };
            if !is_new {
                let message = "The list has this item already: remove it.";
                found.add(FindingKind::RepeatedItem, format!(".{name}[{index}]"), message);
            }
        }
    });
}

/// Checks what is special about a type.
pub(super) fn check_type(object: &Object, version: Version, found: &mut Collected<'_>) {
    check_kill_chains(object.kill_chain_phases(), found);
    match object {
        Object::ExtensionDefinition(definition) => check_definition(definition, found),
        Object::Indicator(indicator) => {
            for (name, text) in [("name", &indicator.name), ("description", &indicator.description)] {
                if text.is_none() && found.wants(FindingKind::IndicatorText) {
                    let message = format!("An indicator should have a `{name}`, so that people understand it.");
                    found.add(FindingKind::IndicatorText, format!(".{name}"), message);
                }
            }
        }
        Object::LanguageContent(content) => {
            for (tag, texts) in content.contents.iter() {
                check_language(&tag, &format!(".contents.{tag}"), "7.1", found);
                check_translation(&tag, &texts.view(), found);
            }
        }
        Object::Location(location) => check_location(location, found),
        Object::MalwareAnalysis(analysis) => {
            let lower = analysis.product.to_lowercase();
            if lower != analysis.product {
                let message = "The name of a product should be in lower case, with hyphens for spaces.";
                let suggestion = Some(lower.replace([' ', '_'], "-"));
                found.suggest(FindingKind::ProductName, ".product", message, suggestion);
            }
        }
        Object::MarkingDefinition(definition) => markings::check_definition_type(definition, found),
        Object::ObservedData(observed) => check_observed(observed, version, found),
        Object::Relationship(relationship) => relations::check(relationship, found),
        _ => {}
    }
}

fn check_kill_chains(phases: &[KillChainPhase], found: &mut Collected<'_>) {
    for (index, phase) in phases.iter().enumerate() {
        for (name, text) in [("kill_chain_name", &phase.kill_chain_name), ("phase_name", &phase.phase_name)] {
            if text.bytes().any(|byte| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'_')) {
                let message = "Names of kill chains and phases should be in lower case with hyphens.";
                let suggestion = Some(text.to_lowercase().replace([' ', '_'], "-"));
                let path = format!(".kill_chain_phases[{index}].{name}");
                found.suggest(FindingKind::KillChainName, path, message, suggestion);
            }
        }
    }
}

fn check_definition(definition: &ExtensionDefinition, found: &mut Collected<'_>) {
    if !forms::is_semantic_version(&definition.version) {
        let message = "The version is not a semantic version: write three numbers, as in 1.0.0.";
        found.add(FindingKind::SemanticVersion, ".version", message);
    }
    if definition.description.is_none() {
        let message = "An extension should be described: add `description`.";
        found.add(FindingKind::ExtensionText, ".description", message);
    }
    let is_top_level = definition.extension_types.contains(&ExtensionType::ToplevelPropertyExtension);
    if is_top_level && definition.extension_properties.is_empty() {
        let message = "An extension that adds properties to objects should list them in `extension_properties`.";
        found.add(FindingKind::ExtensionProperties, ".extension_properties", message);
    }
}

fn check_location(location: &Location, found: &mut Collected<'_>) {
    if location.country.as_deref().is_some_and(|country| !forms::is_country(country)) {
        let message = "This is not a country code of ISO 3166-1: write two letters, as in `CH`.";
        found.add(FindingKind::Country, ".country", message);
    }
}

/// Checks the properties that are translated into a language.
fn check_translation(tag: &str, texts: &PropertyValue<'_>, found: &mut Collected<'_>) {
    let PropertyValue::Map(texts) = texts else {
        let message = "The translation into a language is an object with the translated properties: write one.";
        return found.add_in("7.1", FindingKind::ValueForm, format!(".contents.{tag}"), message);
    };
    for (name, _) in texts.iter().filter(|(name, _)| !forms::is_property_name(name)) {
        if found.is_full() {
            return;
        }
        let message = "This cannot be the name of a property: write the name of the property that is translated.";
        found.add_in("7.1", FindingKind::PropertyName, format!(".contents.{tag}.{name}"), message);
    }
}

/// Checks the observables in the dictionary of observed data.
fn check_observed(observed: &ObservedData, version: Version, found: &mut Collected<'_>) {
    if observed.objects.is_empty() {
        return;
    }
    if version == Version::V21 {
        let message = "STIX 2.1 deprecates `objects`: use `object_refs`, which `upgrade` does.";
        found.add(FindingKind::Deprecated, ".objects", message);
    }
    let types: HashMap<&str, &str> = observed.objects.iter().map(|(name, object)| (name, object.type_name())).collect();
    let others: HashMap<String, String> = observed
        .objects
        .other()
        .iter()
        .map(|(name, value)| {
            let view = value.view();
            let type_name = view.property("type");
            let type_name = type_name
                .as_ref()
                .and_then(PropertyValue::as_str)
                .map_or_else(|| "x-unknown".to_owned(), Cow::into_owned);
            (name.into_owned(), type_name)
        })
        .collect();
    let resolve = |id: &Identifier| {
        let name = id.to_string();
        types.get(name.as_str()).copied().or_else(|| others.get(&name).map(String::as_str))
    };
    for (name, object) in observed.objects.iter() {
        if found.is_full() {
            return;
        }
        let at = format!(".objects.{name}");
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = "The keys of `objects` should be numbers from 0.";
            found.add(FindingKind::LocalName, at.clone(), message);
        }
        let own = match (version, &object.common().spec_version) {
            (Version::V20, None) => Version::V20,
            (_, None) => Version::Either,
            _ => object.standard_version(),
        };
        check_type_name(object, &at, found);
        check_extensions(object, &at, found);
        observable::check(object, &at, own, found);
        targets::check(object, &at, own, Some(&resolve), found);
    }
}

/// Checks the rules of the interoperability tests that one object shows.
pub(super) fn check_interop(object: &Object, found: &mut Collected<'_>) {
    let kind = object.kind();
    if kind.is_none_or(|kind| matches!(kind, Kind::MarkingDefinition | Kind::Bundle | Kind::ExtensionDefinition)) {
        return;
    }
    let is_made = matches!(kind.map(Kind::category), Some(Category::Domain | Category::Relationship));
    if is_made && kind != Some(Kind::Identity) && object.common().created_by_ref.is_none() {
        let message = "The object does not state who made it: add `created_by_ref` and the identity.";
        found.add(FindingKind::UnresolvedCreator, ".created_by_ref", message);
    }
    let is_marked = object.common().object_marking_refs.iter().any(|id| markings::is_tlp_1(&id.to_string()));
    if !is_marked {
        let message = "The object has none of the four markings of TLP 1: add one to `object_marking_refs`.";
        found.add(FindingKind::InteropTlp, ".object_marking_refs", message);
    }
}
