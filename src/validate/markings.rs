//! Markings: selectors, cycles, and the definitions of the Traffic Light Protocol.

use super::collected::Collected;
use super::observable::check_language;
use crate::finding::FindingKind;
use crate::id::Identifier;
use crate::object::{GranularMarking, MarkingDefinition, Object, Tlp};

/// So many selectors of one object are followed: a step into a list takes time.
const MAX_SELECTORS: usize = 256;

/// Checks the markings of an object.
pub(super) fn check(object: &Object, found: &mut Collected<'_>) {
    let common = object.common();
    let is_own = |id: &Identifier| object.id() == id;
    for (index, _) in common.object_marking_refs.iter().enumerate().filter(|(_, id)| is_own(id)) {
        add_cycle(format!(".object_marking_refs[{index}]"), found);
    }
    let mut followed = 0;
    for (index, marking) in common.granular_markings.iter().enumerate() {
        let path = format!(".granular_markings[{index}]");
        if marking.marking_ref.as_ref().is_some_and(is_own) {
            add_cycle(format!("{path}.marking_ref"), found);
        }
        check_granular(marking, &path, found);
        if found.wants(FindingKind::Selector) {
            check_selectors(object, marking, &path, &mut followed, found);
        }
    }
    if followed > MAX_SELECTORS {
        let message = format!("Only the first {MAX_SELECTORS} selectors were followed: group them by marking.");
        found.add(FindingKind::More, ".granular_markings", message);
    }
    if let Object::MarkingDefinition(definition) = object {
        check_tlp(definition, found);
    }
}

fn add_cycle(path: String, found: &mut Collected<'_>) {
    found.add(FindingKind::MarkingCycle, path, "A marking definition must not mark itself: remove the reference.");
}

fn check_granular(marking: &GranularMarking, path: &str, found: &mut Collected<'_>) {
    if marking.lang.is_some() && marking.marking_ref.is_some() {
        let message = "A granular marking has `lang` or `marking_ref` and not both: make two of it.";
        found.add(FindingKind::LangAndMarking, path, message);
    }
    if let Some(tag) = &marking.lang {
        check_language(tag, &format!("{path}.lang"), "7.2.3", found);
    }
}

fn check_selectors(
    object: &Object,
    marking: &GranularMarking,
    path: &str,
    followed: &mut usize,
    found: &mut Collected<'_>,
) {
    for (index, selector) in marking.selectors.iter().enumerate() {
        let path = || format!("{path}.selectors[{index}]");
        if !is_selector(selector) {
            let message = "This is not a selector: write names and indexes with dots, as in `labels.[0]`.";
            found.add(FindingKind::Selector, path(), message);
            continue;
        }
        *followed += 1;
        if *followed <= MAX_SELECTORS && object.select(selector).is_none() {
            let message = format!("The object has nothing at `{selector}`: remove the selector or correct it.");
            found.add(FindingKind::Selector, path(), message);
        }
    }
}

/// Whether the text has the syntax of a selector: names and indexes in brackets, with dots between them.
fn is_selector(text: &str) -> bool {
    let is_name = |step: &str| {
        (1..=250).contains(&step.len())
            && step.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_index = |step: &str| {
        let digits = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')).unwrap_or_default();
        (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut steps = text.split('.');
    steps.next().is_some_and(is_name) && steps.all(|step| is_name(step) || is_index(step))
}

/// The four definitions of the standard: what its identifier ends with, and its word.
const FIXED: &[(&str, &str)] = &[
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
    ("f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
];

/// Whether an identifier is one of the four levels of version 1.
pub(super) fn is_tlp_1(id: &str) -> bool {
    id.strip_prefix("marking-definition--").is_some_and(|uuid| FIXED.iter().any(|(own, _)| *own == uuid))
}

fn check_tlp(definition: &MarkingDefinition, found: &mut Collected<'_>) {
    let id = &definition.common.id;
    let level = Tlp::from_marking_id(id);
    let word = definition.definition.get("tlp").and_then(|word| word.as_str().map(|word| word.into_owned()));
    let content = word.as_deref().and_then(Tlp::parse);
    if let (Some(level), Some(content)) = (level, content)
        && level != content
    {
        let message = format!(
            "The identifier is that of TLP:{}, the content is TLP:{}: use the definition of the standard.",
            level.as_str().to_ascii_uppercase(),
            content.as_str().to_ascii_uppercase()
        );
        return found.add(FindingKind::TlpContradiction, ".definition.tlp", message);
    }
    let is_tlp = definition.definition_type.as_deref() == Some("tlp");
    if is_tlp && content.is_none() && definition.common.extensions.is_empty() {
        let message = "A definition of type `tlp` contains `tlp` with white, green, amber or red: write one of them.";
        return found.add(FindingKind::TlpDefinition, ".definition.tlp", message);
    }
    if !is_tlp || is_tlp_1(&id.to_string()) {
        if level == Some(Tlp::AmberStrict) && definition.definition_type.is_some() {
            let message = "This definition of TLP:AMBER+STRICT is not the standard's: use the one of TLP 2.0.";
            found.add(FindingKind::TlpUnofficial, ".id", message);
        }
        return;
    }
    let fixed = word.and_then(|word| FIXED.iter().find(|(_, own)| *own == word));
    let suggestion = fixed.map(|(uuid, _)| format!("marking-definition--{uuid}"));
    match level {
        Some(_) => {
            let message = "The standard has four definitions of type `tlp`: use the extension of TLP 2.0 for others.";
            found.suggest(FindingKind::TlpUnofficial, ".id", message, suggestion);
        }
        None => {
            let message = "A definition of type `tlp` has the identifier that the standard gives it: use that.";
            found.suggest(FindingKind::TlpDefinition, ".id", message, suggestion);
        }
    }
}

/// Checks `definition_type`.
pub(super) fn check_definition_type(definition: &MarkingDefinition, found: &mut Collected<'_>) {
    let is_known = |name: &str| matches!(name, "tlp" | "statement");
    if definition.definition_type.as_deref().is_some_and(|name| !is_known(name)) {
        let message = "The standard has the types `tlp` and `statement`: use an extension for other markings.";
        found.add_in("7.2.1", FindingKind::Vocabulary, ".definition_type", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_of_selectors() {
        for good in ["labels.[0]", "description", "extensions.pdf-ext.version", "external_references.[0].url", "id"] {
            assert!(is_selector(good), "{good}");
        }
        for bad in
            ["", "[0]", "labels[0]", "a..b", "a b", "labels.[]", "labels.[-1]", "a.'b'", "labels.[9999999999999999999]"]
        {
            assert!(!is_selector(bad), "{bad}");
        }
    }
}
