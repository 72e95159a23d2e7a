//! What the versions of the standard require of objects beside the types of their properties, as
//! tables.

use super::object::Object;
use super::property::definition::{Definition, Rule, Shape};
use super::property::findings::{Findings, Place, Version};
use super::property::rules::check_rules;
use super::property::view::PropertyValue;
use crate::finding::FindingKind;
use crate::kind::{Category, Kind};
use crate::vocab::{ExtensionType, SpecVersion};

impl Object {
    /// The version of the standard that the object follows.
    pub(crate) fn standard_version(&self) -> Version {
        match &self.common().spec_version {
            // An observable of 2.1 need not have it, and one of 2.0 is not an object of its own.
            None if self.kind().is_some_and(|kind| kind.category() == Category::Observable) => Version::V21,
            None | Some(SpecVersion::V20) => Version::V20,
            Some(SpecVersion::V21) => Version::V21,
            Some(SpecVersion::Other(_)) => Version::Unknown,
        }
    }
}

/// Types that STIX 2.1 added.
pub(crate) const NEW_TYPES: &[Kind] = &[
    Kind::Grouping,
    Kind::Incident,
    Kind::Infrastructure,
    Kind::Location,
    Kind::MalwareAnalysis,
    Kind::Note,
    Kind::Opinion,
    Kind::LanguageContent,
    Kind::ExtensionDefinition,
];

/// Common properties that STIX 2.1 added; observables had `extensions` before.
pub(crate) const NEW_COMMON: &[&str] = &["confidence", "lang", "defanged", "extensions"];

/// Common properties that do not belong to a type or category of STIX 2.1.
const FOREIGN_COMMON: &[(Category, Option<Kind>, &[&str])] = &[
    (Category::Domain, None, &["defanged"]),
    (Category::Relationship, None, &["defanged"]),
    (Category::Meta, None, &["defanged"]),
    (Category::Meta, Some(Kind::MarkingDefinition), &["modified", "revoked", "labels", "confidence", "lang"]),
    (Category::Meta, Some(Kind::LanguageContent), &["lang"]),
    (Category::Meta, Some(Kind::ExtensionDefinition), &["confidence", "lang", "extensions"]),
    (Category::Observable, None, FOREIGN_TO_OBSERVABLES),
];

/// Those that observables do not have.
pub(crate) const FOREIGN_TO_OBSERVABLES: &[&str] =
    &["created_by_ref", "created", "modified", "revoked", "labels", "confidence", "lang", "external_references"];

/// The versions that a rule is in.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Both,
    V21,
}

/// One property of each list is required.
const ONE_OF: &[(In, Kind, &[&str])] = &[
    (In::Both, Kind::Artifact, &["payload_bin", "url"]),
    (In::Both, Kind::File, &["hashes", "name"]),
    (In::V21, Kind::Location, &["region", "country", "latitude"]),
    (In::V21, Kind::MalwareAnalysis, &["result", "analysis_sco_refs"]),
    (In::V21, Kind::MarkingDefinition, &["definition", "extensions"]),
    (In::Both, Kind::NetworkTraffic, &["src_ref", "dst_ref"]),
    (In::V21, Kind::ObservedData, &["objects", "object_refs"]),
];

/// Types of which at least one property is required, and whether an extension counts as one.
const NOT_EMPTY: &[(In, Kind, bool)] = &[
    (In::Both, Kind::Process, true),
    (In::V21, Kind::UserAccount, true),
    (In::V21, Kind::WindowsRegistryKey, false),
    (In::V21, Kind::X509Certificate, false),
];

/// If the first property is present, the second is required.
const TOGETHER: &[(In, Kind, &str, &str)] = &[
    (In::Both, Kind::Artifact, "url", "hashes"),
    (In::V21, Kind::Artifact, "decryption_key", "encryption_algorithm"),
    (In::V21, Kind::Location, "latitude", "longitude"),
    (In::V21, Kind::Location, "longitude", "latitude"),
    (In::V21, Kind::Location, "precision", "latitude"),
    (In::V21, Kind::MarkingDefinition, "definition", "definition_type"),
];

/// Pairs of properties that exclude each other.
const NOT_BOTH: &[(In, Kind, &str, &str)] =
    &[(In::Both, Kind::Artifact, "payload_bin", "url"), (In::V21, Kind::ObservedData, "objects", "object_refs")];

/// The first time is not later than the second. Where the order is strict, they are not equal
/// either.
pub(crate) const ORDER: &[(Kind, &str, &str, bool)] = &[
    (Kind::Campaign, "first_seen", "last_seen", false),
    (Kind::Indicator, "valid_from", "valid_until", true),
    (Kind::Infrastructure, "first_seen", "last_seen", false),
    (Kind::IntrusionSet, "first_seen", "last_seen", false),
    (Kind::Malware, "first_seen", "last_seen", false),
    (Kind::NetworkTraffic, "start", "end", false),
    (Kind::ObservedData, "first_observed", "last_observed", false),
    (Kind::Relationship, "start_time", "stop_time", true),
    (Kind::Sighting, "first_seen", "last_seen", false),
    (Kind::ThreatActor, "first_seen", "last_seen", false),
];

/// The least and the greatest value of numbers.
const RANGE: &[(Option<Kind>, &str, f64, f64)] = &[
    (None, "confidence", 0.0, 100.0),
    (Some(Kind::Location), "latitude", -90.0, 90.0),
    (Some(Kind::Location), "longitude", -180.0, 180.0),
    (Some(Kind::Location), "precision", 0.0, f64::INFINITY),
    (Some(Kind::ObservedData), "number_observed", 1.0, 999_999_999.0),
    (Some(Kind::Sighting), "count", 0.0, 999_999_999.0),
];

pub(crate) fn check(object: &Object, findings: &mut Findings) {
    let kind = object.kind();
    let is_observable = kind.is_some_and(|kind| kind.category() == Category::Observable);
    let has_kept_own = object.custom().has_plain_name();
    let rules = Rules { object, kind, is_observable, has_kept_own };
    rules.check_type(findings);
    rules.check_required_times(findings);
    rules.check_order(findings);
    rules.check_ranges(findings);
    rules.check_activity(findings);
    match findings.version() {
        Version::V20 => rules.check_20(findings),
        Version::V21 => rules.check_21(findings),
        Version::Either => {}
        Version::Unknown => {
            let detail = "spec_version is neither 2.0 nor 2.1";
            findings.add(FindingKind::SpecVersion, &Place::Object.property("spec_version"), detail);
        }
    }
}

struct Rules<'a> {
    object: &'a Object,
    kind: Option<Kind>,
    is_observable: bool,
    /// Whether a property of the standard may be among the custom ones, because it did not fit.
    has_kept_own: bool,
}

impl<'a> Rules<'a> {
    fn property(&self, name: &str) -> Option<PropertyValue<'a>> {
        match self.has_kept_own {
            true => self.object.property(name),
            false => self.object.typed_property(name),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.property(name).is_some()
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind == Some(kind)
    }

    fn check_type(&self, findings: &mut Findings) {
        let type_name = self.object.type_name();
        let is_new_type = self.object.common().extensions.has_top_level();
        if self.kind.is_none() && !type_name.starts_with("x-") && !is_new_type {
            let detail = format!("the standard has no type {type_name}");
            findings.add(FindingKind::UnknownType, &Place::Object.property("type"), detail);
        }
    }

    /// Timestamps that the standard requires and that cannot be read.
    fn check_required_times(&self, findings: &mut Findings) {
        if self.is_observable {
            return;
        }
        let is_required_time =
            |own: &&Definition| matches!(own.shape, Shape::Time) && own.rules.contains(&Rule::Required);
        let own = self.kind.map_or(&[][..], |kind| kind.definitions()).iter().filter(is_required_time);
        for name in ["created", "modified"].into_iter().chain(own.map(|own| own.name)) {
            // `null` is found like that of any property.
            let is_odd = |value| !matches!(value, PropertyValue::Time(_) | PropertyValue::Null);
            if self.property(name).is_some_and(is_odd) {
                let detail = format!("`{name}` cannot be read as a timestamp");
                findings.add(FindingKind::TimestampForm, &Place::Object.property(name), detail);
            }
        }
    }

    fn check_order(&self, findings: &mut Findings) {
        // Those of an observable of STIX 2.0 are times of the thing itself, and a copied file is
        // often created later than it was modified.
        let made = (!self.is_observable).then_some(("created", "modified", false));
        let version = findings.version();
        let own = ORDER.iter().filter(|(kind, ..)| self.is(*kind) && version != Version::V20);
        for (first, last, is_strict) in
            made.into_iter().chain(own.map(|(_, first, last, is_strict)| (*first, *last, *is_strict)))
        {
            let (Some(PropertyValue::Time(start)), Some(PropertyValue::Time(end))) =
                (self.property(first), self.property(last))
            else {
                continue;
            };
            if end < start || (is_strict && end == start) {
                let is = if is_strict { "is not later" } else { "is earlier" };
                let detail = format!("{last} {is} than {first}");
                findings.add(FindingKind::TimestampOrder, &Place::Object.property(last), detail);
            }
        }
    }

    /// Traffic that has ended.
    fn check_activity(&self, findings: &mut Findings) {
        let Object::NetworkTraffic(traffic) = self.object else { return };
        if traffic.end.is_some() && traffic.is_active == Some(true) {
            let place = Place::Object.property("is_active");
            findings.add(FindingKind::Combination, &place, "traffic that has an `end` is not active");
        }
    }

    fn check_ranges(&self, findings: &mut Findings) {
        for (_, name, min, max) in RANGE.iter().filter(|(kind, ..)| kind.is_none() || *kind == self.kind) {
            let value = match self.property(name) {
                Some(PropertyValue::Float(value)) => value,
                // OK because what is compared with is small.
                Some(PropertyValue::Integer(value)) => value as f64,
                _ => continue,
            };
            if !(*min..=*max).contains(&value) {
                let most = if max.is_finite() { format!("{min} to {max}") } else { format!("{min} and more") };
                findings.add(
                    FindingKind::Range,
                    &Place::Object.property(name),
                    format!("{value} is not within {most}"),
                );
            }
        }
    }

    fn check_20(&self, findings: &mut Findings) {
        if self.kind.is_some_and(|kind| NEW_TYPES.contains(&kind)) {
            let detail = format!("objects of type {} came with STIX 2.1, which requires it", self.object.type_name());
            return findings.add(FindingKind::Missing, &Place::Object.property("spec_version"), detail);
        }
        self.check_making(findings);
        let new_common = NEW_COMMON.iter().filter(|name| !(self.is_observable && **name == "extensions"));
        for name in new_common.filter(|name| self.kind.is_some() && self.has(name)) {
            findings.other_version(name, &Place::Object);
        }
        self.check_rules(findings);
        // An identity's labels are its roles, which it need not have.
        let has_types = self
            .kind
            .is_some_and(|kind| kind.definitions().iter().any(|property| property.rules.contains(&Rule::Labels20)));
        if has_types && !self.is(Kind::Identity) && !self.has("labels") {
            findings.missing("labels", &Place::Object);
        }
        self.check_tables(In::Both, findings);
        self.check_encryption(findings);
    }

    /// Files of STIX 2.0 that say how they are encrypted.
    fn check_encryption(&self, findings: &mut Findings) {
        let is_plain = matches!(self.property("is_encrypted"), None | Some(PropertyValue::Boolean(false)));
        if !self.is(Kind::File) || !is_plain {
            return;
        }
        for name in ["encryption_algorithm", "decryption_key"].into_iter().filter(|name| self.has(name)) {
            let detail = format!("`{name}` requires that `is_encrypted` is true");
            findings.add(FindingKind::Combination, &Place::Object.property(name), detail);
        }
    }

    fn check_21(&self, findings: &mut Findings) {
        self.check_making(findings);
        self.check_rules(findings);
        self.check_tables(In::Both, findings);
        self.check_tables(In::V21, findings);
        for (category, kind, names) in FOREIGN_COMMON {
            if self.kind.is_some_and(|own| own.category() == *category && kind.is_none_or(|kind| kind == own)) {
                for name in names.iter().filter(|name| self.has(name)) {
                    let detail = format!("objects of type {} have no `{name}`", self.object.type_name());
                    findings.add(FindingKind::UnknownProperty, &Place::Object.property(name), detail);
                }
            }
        }
        let mut conflict = |name: &str, detail: &str| {
            findings.add(FindingKind::Combination, &Place::Object.property(name), detail);
        };
        match self.object {
            Object::Malware(malware) if malware.is_family == Some(true) && malware.name.is_none() => {
                conflict("is_family", "a family requires `name`");
            }
            Object::EmailMessage(message) if message.is_multipart && message.body.is_some() => {
                conflict("body", "a message of several parts has no `body`");
            }
            Object::EmailMessage(message) if !message.is_multipart && !message.body_multipart.is_empty() => {
                conflict("body_multipart", "only a message of several parts has `body_multipart`");
            }
            Object::ExtensionDefinition(definition)
                if !definition.extension_properties.is_empty()
                    && !definition.extension_types.contains(&ExtensionType::ToplevelPropertyExtension) =>
            {
                conflict("extension_properties", "only a `toplevel-property-extension` has `extension_properties`");
            }
            Object::ExtensionDefinition(definition) if definition.common.created_by_ref.is_none() => {
                findings.missing("created_by_ref", &Place::Object);
            }
            _ => {}
        }
    }

    /// `created` and `modified`.
    fn check_making(&self, findings: &mut Findings) {
        if self.kind.is_none() || self.is_observable {
            return;
        }
        for name in ["created", "modified"] {
            let is_needed = name == "created" || !self.is(Kind::MarkingDefinition);
            if is_needed && !self.has(name) {
                findings.missing(name, &Place::Object);
            }
        }
    }

    /// The rules of the property lists.
    fn check_rules(&self, findings: &mut Findings) {
        if let Some(kind) = self.kind {
            check_rules(kind.definitions(), |name| self.has(name), &Place::Object, findings);
        }
    }

    fn check_tables(&self, versions: In, findings: &mut Findings) {
        let place = Place::Object;
        let applies = |rule: &In, kind: &Kind| *rule == versions && self.is(*kind);
        for (_, _, names) in ONE_OF.iter().filter(|(rule, kind, _)| applies(rule, kind)) {
            findings.one_of(names, |name| self.has(name), &place);
        }
        for (_, _, with_extensions) in NOT_EMPTY.iter().filter(|(rule, kind, _)| applies(rule, kind)) {
            let is_extended = *with_extensions && self.has("extensions");
            // In STIX 2.0, some are named like common ones.
            let is_timed = versions == In::Both && (self.has("created") || self.has("modified"));
            if !is_extended && !is_timed && !self.object.properties().iter().any(|name| self.has(name)) {
                findings.add(FindingKind::Missing, &place, "one property at least is required");
            }
        }
        for (_, kind, first, second) in TOGETHER.iter().filter(|(rule, kind, ..)| applies(rule, kind)) {
            // An extension may stand for the definition.
            let is_extended = *kind == Kind::MarkingDefinition && self.has("extensions");
            if self.has(first) && !self.has(second) && !is_extended {
                let detail = format!("`{first}` requires `{second}`");
                findings.add(FindingKind::Combination, &place.property(first), detail);
            }
        }
        for (_, _, first, second) in NOT_BOTH.iter().filter(|(rule, kind, ..)| applies(rule, kind)) {
            if self.has(first) && self.has(second) {
                let detail = format!("`{first}` excludes `{second}`");
                findings.add(FindingKind::Combination, &place.property(first), detail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "b67d30ff-02ac-498a-92f9-32f845f448cf";

    /// What a check finds in an object of a type with these further members, in the order of the
    /// findings.
    fn found(type_name: &str, members: &str) -> Vec<(FindingKind, String)> {
        let text = format!(r#"{{"type":"{type_name}","id":"{type_name}--{UUID}",{members}}}"#);
        let object: Object = serde_json::from_str(&text).unwrap();
        object.check().into_iter().map(|finding| (finding.kind, finding.path)).collect()
    }

    /// The findings of an observable in observed data.
    fn found_inside(observable: &str) -> Vec<(FindingKind, String)> {
        let times = r#""created":"2024-05-01T10:00:00Z","modified":"2024-05-01T10:00:00Z",
            "first_observed":"2024-05-01T10:00:00Z","last_observed":"2024-05-01T10:00:00Z""#;
        found("observed-data", &format!(r#"{times},"number_observed":1,"objects":{{"0":{observable}}}"#))
    }

    fn missing(path: &str) -> (FindingKind, String) {
        (FindingKind::Missing, path.to_owned())
    }

    #[test]
    fn an_observable_in_observed_data_follows_its_own_version() {
        let credential = (FindingKind::OtherVersion, ".objects.0.credential".to_owned());
        let old = found_inside(r#"{"type":"user-account","credential":"secret"}"#);
        assert_eq!(old, [missing(".objects.0.user_id"), credential]);
        assert_eq!(found_inside(r#"{"type":"user-account","spec_version":"2.1","credential":"secret"}"#), []);
        let with_id = format!(r#"{{"type":"user-account","id":"user-account--{UUID}","credential":"secret"}}"#);
        assert_eq!(found_inside(&with_id), []);
    }

    #[test]
    fn observables_of_both_versions_need_one_of_several_properties() {
        assert_eq!(found_inside(r#"{"type":"file","size":1}"#), [missing(".objects.0")]);
        assert_eq!(found("file", r#""size":1"#), [missing("")]);
        assert_eq!(found_inside(r#"{"type":"process"}"#), [missing(".objects.0")]);
        assert_eq!(found_inside(r#"{"type":"process","created":"2024-05-01T10:00:00Z"}"#), []);
        assert_eq!(found("process", r#""defanged":true"#), [missing("")]);
        assert_eq!(found("windows-registry-key", r#""defanged":true"#), [missing("")]);
    }

    #[test]
    fn only_an_encrypted_file_says_how_it_is_encrypted() {
        let combination = |path: &str| (FindingKind::Combination, path.to_owned());
        let key = [combination(".objects.0.decryption_key")];
        let algorithm = [combination(".objects.0.encryption_algorithm")];
        for (members, expected) in [
            (r#""decryption_key":"a""#, &key[..]),
            (r#""is_encrypted":false,"encryption_algorithm":"RSA""#, &algorithm[..]),
            (r#""is_encrypted":true,"encryption_algorithm":"RSA","decryption_key":"a""#, &[]),
            (r#""is_encrypted":false"#, &[]),
        ] {
            assert_eq!(found_inside(&format!(r#"{{"type":"file","name":"a",{members}}}"#)), expected, "{members}");
        }
    }

    #[test]
    fn hash_algorithms_have_the_names_of_the_version() {
        let hashes = r#""hashes":{"SHA-384":"00","ssdeep":"00"}"#;
        assert_eq!(found_inside(&format!(r#"{{"type":"file",{hashes}}}"#)), []);
        let odd = |name: &str| (FindingKind::HashName, format!(".hashes.{name}"));
        assert_eq!(found("file", hashes), [odd("SHA-384"), odd("ssdeep")]);
    }

    #[test]
    fn a_marking_needs_its_definition_unless_it_has_extensions() {
        let made = r#""spec_version":"2.1","created":"2024-05-01T10:00:00Z","definition_type":"statement""#;
        assert_eq!(found("marking-definition", made), [missing("")]);
        let extension = r#""extensions":{"extension-definition--b67d30ff-02ac-498a-92f9-32f845f448cf":{"a":1}}"#;
        assert_eq!(found("marking-definition", &format!("{made},{extension}")), []);
    }
}
