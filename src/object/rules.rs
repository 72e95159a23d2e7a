//! What the versions of the standard require of objects beside the types of their properties, as tables.

use super::check::{Findings, Place};
use super::properties::Rule;
use super::{Category, Kind, Object, PropertyValue};
use crate::finding::FindingKind;
use crate::vocab::SpecVersion;

/// The version of the standard that an object follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V20,
    V21,
    /// Something else stands in `spec_version`.
    Unknown,
}

impl Version {
    pub(crate) fn of(object: &Object) -> Self {
        match &object.common().spec_version {
            // An observable of 2.1 need not have it, and one of 2.0 is no object of its own.
            None if object.kind().is_some_and(|kind| kind.category() == Category::Observable) => Self::V21,
            None | Some(SpecVersion::V20) => Self::V20,
            Some(SpecVersion::V21) => Self::V21,
            Some(SpecVersion::Other(_)) => Self::Unknown,
        }
    }
}

/// Types that STIX 2.1 added.
const NEW_TYPES: &[Kind] = &[
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
const NEW_COMMON: &[&str] = &["confidence", "lang", "defanged", "extensions"];

/// Of each list STIX 2.1 requires one at least.
const ONE_OF: &[(Kind, &[&str])] = &[
    (Kind::Artifact, &["payload_bin", "url"]),
    (Kind::File, &["hashes", "name"]),
    (Kind::Location, &["region", "country", "latitude"]),
    (Kind::MalwareAnalysis, &["result", "analysis_sco_refs"]),
    (Kind::MarkingDefinition, &["definition", "extensions"]),
    (Kind::NetworkTraffic, &["src_ref", "dst_ref"]),
    (Kind::ObservedData, &["objects", "object_refs"]),
];

/// Types of which STIX 2.1 requires one property at least, whichever.
const NOT_EMPTY: &[Kind] = &[Kind::Process, Kind::UserAccount, Kind::X509Certificate];

/// Where the first property is, the second is required.
const TOGETHER: &[(Kind, &str, &str)] = &[
    (Kind::Location, "latitude", "longitude"),
    (Kind::Location, "longitude", "latitude"),
    (Kind::Location, "precision", "latitude"),
    (Kind::MarkingDefinition, "definition", "definition_type"),
    (Kind::MarkingDefinition, "definition_type", "definition"),
    (Kind::Artifact, "url", "hashes"),
    (Kind::Artifact, "decryption_key", "encryption_algorithm"),
];

/// Properties of which there is only one.
const NOT_BOTH: &[(Kind, &str, &str)] = &[
    (Kind::Artifact, "payload_bin", "url"),
    (Kind::ObservedData, "objects", "object_refs"),
    (Kind::EmailMessage, "body", "body_multipart"),
];

/// The first time is not later than the second. Where the order is strict, they are not equal either.
const ORDER: &[(Option<Kind>, &str, &str, bool)] = &[
    (None, "created", "modified", false),
    (Some(Kind::Campaign), "first_seen", "last_seen", false),
    (Some(Kind::Indicator), "valid_from", "valid_until", true),
    (Some(Kind::Infrastructure), "first_seen", "last_seen", false),
    (Some(Kind::IntrusionSet), "first_seen", "last_seen", false),
    (Some(Kind::Malware), "first_seen", "last_seen", false),
    (Some(Kind::MalwareAnalysis), "analysis_started", "analysis_ended", false),
    (Some(Kind::NetworkTraffic), "start", "end", false),
    (Some(Kind::ObservedData), "first_observed", "last_observed", false),
    (Some(Kind::Relationship), "start_time", "stop_time", true),
    (Some(Kind::Sighting), "first_seen", "last_seen", false),
    (Some(Kind::ThreatActor), "first_seen", "last_seen", false),
];

/// The least and the greatest value of numbers.
const RANGE: &[(Option<Kind>, &str, f64, f64)] = &[
    (None, "confidence", 0.0, 100.0),
    (Some(Kind::Location), "latitude", -90.0, 90.0),
    (Some(Kind::Location), "longitude", -180.0, 180.0),
    (Some(Kind::Location), "precision", 0.0, f64::MAX),
    (Some(Kind::ObservedData), "number_observed", 1.0, 999_999_999.0),
    (Some(Kind::Sighting), "count", 0.0, 999_999_999.0),
];

pub(crate) fn check(object: &Object, version: Version, findings: &mut Findings) {
    let rules = Rules { object, kind: object.kind() };
    rules.check_type(findings);
    rules.check_order(findings);
    rules.check_ranges(findings);
    match version {
        Version::Unknown => {
            let detail = "spec_version is neither 2.0 nor 2.1";
            findings.add(FindingKind::SpecVersion, &Place::Object.property("spec_version"), detail);
        }
        Version::V20 => {
            rules.check_times_of_making("2.0", findings);
            rules.check_20(findings);
        }
        Version::V21 => {
            rules.check_times_of_making("2.1", findings);
            rules.check_21(findings);
        }
    }
}

struct Rules<'a> {
    object: &'a Object,
    kind: Option<Kind>,
}

impl Rules<'_> {
    fn has(&self, name: &str) -> bool {
        self.object.property(name).is_some()
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind == Some(kind)
    }

    fn rules(&self, wanted: Rule) -> impl Iterator<Item = &'static str> {
        let notes = self.kind.map_or(&[][..], Kind::rules).iter();
        notes.filter(move |(_, rules)| rules.contains(&wanted)).map(|(name, _)| *name)
    }

    fn require(&self, name: &str, version: &str, findings: &mut Findings) {
        if !self.has(name) {
            findings.missing(name, version, &Place::Object);
        }
    }

    fn check_type(&self, findings: &mut Findings) {
        let type_name = self.object.type_name();
        let is_new_type = self.object.common().extensions.has_top_level();
        if self.kind.is_none() && !type_name.starts_with("x-") && !is_new_type {
            let detail = format!("the standard has no type {type_name}");
            findings.add(FindingKind::UnknownType, &Place::Object.property("type"), detail);
        }
    }

    fn check_order(&self, findings: &mut Findings) {
        for (kind, first, last, is_strict) in ORDER {
            if kind.is_some() && *kind != self.kind {
                continue;
            }
            let (Some(PropertyValue::Time(start)), Some(PropertyValue::Time(end))) =
                (self.object.property(first), self.object.property(last))
            else {
                continue;
            };
            if end < start || (*is_strict && end == start) {
                let is = if *is_strict { "is not later" } else { "is earlier" };
                let detail = format!("{last} {is} than {first}");
                findings.add(FindingKind::TimestampOrder, &Place::Object.property(last), detail);
            }
        }
    }

    fn check_ranges(&self, findings: &mut Findings) {
        for (kind, name, min, max) in RANGE {
            let value = match self.object.property(name) {
                Some(PropertyValue::Float(value)) => value,
                // OK because what is compared with is small.
                Some(PropertyValue::Integer(value)) => value as f64,
                _ => continue,
            };
            if (kind.is_none() || *kind == self.kind) && !(*min..=*max).contains(&value) {
                let detail = format!("{value} is not within {min} to {max}");
                findings.add(FindingKind::Range, &Place::Object.property(name), detail);
            }
        }
    }

    /// `created` and `modified`.
    fn check_times_of_making(&self, version: &str, findings: &mut Findings) {
        let Some(kind) = self.kind.filter(|kind| kind.category() != Category::Observable) else { return };
        self.require("created", version, findings);
        if kind != Kind::MarkingDefinition {
            self.require("modified", version, findings);
        }
    }

    fn check_20(&self, findings: &mut Findings) {
        let is_observable = self.kind.is_some_and(|kind| kind.category() == Category::Observable);
        for name in self.rules(Rule::Required).chain(self.rules(Rule::Required20)) {
            self.require(name, "2.0", findings);
        }
        // An identity's labels are its roles, which it need not have.
        if self.rules(Rule::Labels20).next().is_some() && !self.is(Kind::Identity) {
            self.require("labels", "2.0", findings);
        }
        if self.kind.is_some_and(|kind| NEW_TYPES.contains(&kind)) {
            return findings.missing("spec_version", "2.1", &Place::Object);
        }
        let new_common = NEW_COMMON.iter().copied().filter(|name| !(is_observable && *name == "extensions"));
        let new_common = new_common.filter(|_| self.kind.is_some());
        for name in new_common.chain(self.rules(Rule::Since21)).filter(|name| self.has(name)) {
            let detail = format!("`{name}` came with STIX 2.1, and the object is of 2.0");
            findings.add(FindingKind::OtherVersion, &Place::Object.property(name), detail);
        }
    }

    fn check_21(&self, findings: &mut Findings) {
        for name in self.rules(Rule::Required).chain(self.rules(Rule::Required21)) {
            self.require(name, "2.1", findings);
        }
        if self.is(Kind::ExtensionDefinition) {
            self.require("created_by_ref", "2.1", findings);
        }
        for name in self.rules(Rule::Until20).filter(|name| self.has(name)) {
            let detail = format!("STIX 2.1 has no `{name}` here");
            findings.add(FindingKind::OtherVersion, &Place::Object.property(name), detail);
        }
        for (_, names) in ONE_OF.iter().filter(|(kind, _)| self.is(*kind)) {
            if !names.iter().any(|name| self.has(name)) {
                let detail = format!("STIX 2.1 requires one of {}", names.join(", "));
                findings.add(FindingKind::Missing, &Place::Object, detail);
            }
        }
        if self.kind.is_some_and(|kind| NOT_EMPTY.contains(&kind)) {
            let own = self.object.properties().iter().chain(&["extensions"]);
            if !own.copied().any(|name| self.has(name)) {
                findings.add(FindingKind::Missing, &Place::Object, "STIX 2.1 requires one property at least");
            }
        }
        for (_, first, second) in TOGETHER.iter().filter(|(kind, ..)| self.is(*kind)) {
            if self.has(first) && !self.has(second) {
                let detail = format!("`{first}` requires `{second}`");
                findings.add(FindingKind::Combination, &Place::Object.property(first), detail);
            }
        }
        for (_, first, second) in NOT_BOTH.iter().filter(|(kind, ..)| self.is(*kind)) {
            if self.has(first) && self.has(second) {
                let detail = format!("`{first}` excludes `{second}`");
                findings.add(FindingKind::Combination, &Place::Object.property(first), detail);
            }
        }
        if let Object::Malware(malware) = self.object
            && malware.is_family == Some(true)
            && malware.name.is_none()
        {
            findings.add(FindingKind::Combination, &Place::Object.property("is_family"), "a family requires `name`");
        }
    }
}
