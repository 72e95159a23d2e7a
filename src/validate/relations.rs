//! The relationships that the standard suggests between its types, as a table.

use super::collected::Collected;
use super::forms::is_kebab;
use crate::finding::FindingKind;
use crate::kind::{Category, Kind};
use crate::object::Relationship;

/// The source, the relationship, and the targets. Names are those of types.
const SUGGESTED: &[(&str, &str, &str)] = &[
    ("attack-pattern", "delivers", "malware"),
    ("attack-pattern", "targets", "identity location vulnerability"),
    ("attack-pattern", "uses", "malware tool"),
    ("campaign", "attributed-to", "intrusion-set threat-actor"),
    ("campaign", "compromises", "infrastructure"),
    ("campaign", "originates-from", "location"),
    ("campaign", "targets", "identity location vulnerability"),
    ("campaign", "uses", "attack-pattern infrastructure malware tool"),
    ("course-of-action", "investigates", "indicator"),
    ("course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"),
    ("course-of-action", "remediates", "malware vulnerability"),
    ("identity", "located-at", "location"),
    ("indicator", "based-on", "observed-data"),
    ("indicator", "indicates", "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool"),
    ("infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url"),
    ("infrastructure", "consists-of", "infrastructure observed-data *"),
    ("infrastructure", "controls", "infrastructure malware"),
    ("infrastructure", "delivers", "malware"),
    ("infrastructure", "has", "vulnerability"),
    ("infrastructure", "hosts", "tool malware"),
    ("infrastructure", "located-at", "location"),
    ("infrastructure", "uses", "infrastructure"),
    ("intrusion-set", "attributed-to", "threat-actor"),
    ("intrusion-set", "compromises", "infrastructure"),
    ("intrusion-set", "hosts", "infrastructure"),
    ("intrusion-set", "owns", "infrastructure"),
    ("intrusion-set", "originates-from", "location"),
    ("intrusion-set", "targets", "identity location vulnerability"),
    ("intrusion-set", "uses", "attack-pattern infrastructure malware tool"),
    ("malware", "authored-by", "threat-actor intrusion-set"),
    ("malware", "beacons-to", "infrastructure"),
    ("malware", "exfiltrates-to", "infrastructure"),
    ("malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url"),
    ("malware", "controls", "malware"),
    ("malware", "downloads", "malware tool file"),
    ("malware", "drops", "malware tool file"),
    ("malware", "exploits", "vulnerability"),
    ("malware", "originates-from", "location"),
    ("malware", "targets", "identity infrastructure location vulnerability"),
    ("malware", "uses", "attack-pattern infrastructure malware tool"),
    ("malware", "variant-of", "malware"),
    ("malware-analysis", "characterizes", "malware"),
    ("malware-analysis", "analysis-of", "malware"),
    ("malware-analysis", "av-analysis-of", "malware"),
    ("malware-analysis", "static-analysis-of", "malware"),
    ("malware-analysis", "dynamic-analysis-of", "malware"),
    ("threat-actor", "attributed-to", "identity"),
    ("threat-actor", "compromises", "infrastructure"),
    ("threat-actor", "hosts", "infrastructure"),
    ("threat-actor", "owns", "infrastructure"),
    ("threat-actor", "impersonates", "identity"),
    ("threat-actor", "located-at", "location"),
    ("threat-actor", "targets", "identity location vulnerability"),
    ("threat-actor", "uses", "attack-pattern infrastructure malware tool"),
    ("tool", "delivers", "malware"),
    ("tool", "drops", "malware"),
    ("tool", "has", "vulnerability"),
    ("tool", "targets", "identity infrastructure location vulnerability"),
    ("tool", "uses", "infrastructure"),
    ("domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"),
    ("ipv4-addr", "belongs-to", "autonomous-system"),
    ("ipv4-addr", "resolves-to", "mac-addr"),
    ("ipv6-addr", "belongs-to", "autonomous-system"),
    ("ipv6-addr", "resolves-to", "mac-addr"),
];

/// Checks the type of a relationship and its ends.
pub(super) fn check(relationship: &Relationship, found: &mut Collected<'_>) {
    let verb = relationship.relationship_type.as_str();
    if !is_kebab(verb) {
        let normal: String = verb.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let suggestion = is_kebab(&normal).then_some(normal);
        let message = "The type of a relationship has a-z, 0-9 and hyphens only: write it so.";
        found.suggest(FindingKind::RelationshipTypeForm, ".relationship_type", message, suggestion);
    }
    let (Some(source), Some(target)) = (relationship.source_ref.prefix(), relationship.target_ref.prefix()) else {
        return;
    };
    let is_known = |name| Kind::from_name(name).is_some();
    if is_known(source) && is_known(target) && !is_suggested(source, verb, target) {
        let message =
            format!("The standard does not suggest `{source}` `{verb}` `{target}`: `related-to` fits any two objects.");
        found.add(FindingKind::RelationshipMatrix, ".relationship_type", message);
    }
}

fn is_suggested(source: &str, verb: &str, target: &str) -> bool {
    match verb {
        "related-to" => true,
        "derived-from" | "duplicate-of" => source == target,
        _ => SUGGESTED.iter().any(|(own, name, targets)| {
            *own == source
                && *name == verb
                && targets.split(' ').any(|name| name == target || (name == "*" && is_observable(target)))
        }),
    }
}

fn is_observable(name: &str) -> bool {
    Kind::from_name(name).is_some_and(|kind| kind.category() == Category::Observable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::RelationshipType;

    #[test]
    fn the_table_has_names_of_the_standard() {
        for (source, verb, targets) in SUGGESTED {
            assert!(Kind::from_name(source).is_some(), "{source}");
            assert!(RelationshipType::from(*verb).is_standard(), "{verb}");
            for target in targets.split(' ') {
                assert!(target == "*" || Kind::from_name(target).is_some(), "{target}");
            }
        }
    }

    #[test]
    fn suggested_relationships() {
        assert!(is_suggested("infrastructure", "consists-of", "url"));
        assert!(is_suggested("malware", "duplicate-of", "malware"));
        assert!(!is_suggested("indicator", "uses", "malware"));
        assert!(!is_suggested("malware", "derived-from", "tool"));
    }
}
