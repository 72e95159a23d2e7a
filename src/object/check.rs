//! What is odd about an object that was read all the same.

use std::fmt;

use chrono::Datelike;

use super::{Common, Kind, Object};
use crate::finding::{Finding, FindingKind};
use crate::vocab::SpecVersion;
use crate::{Identifier, Properties, Timestamp};

impl Object {
    /// Compares the object with the standard and lists what is odd: the form of its identifiers and timestamps, missing
    /// properties, unknown ones, empty values. Paths start at the object: `.created`.
    ///
    /// What did not fit its property is not repeated here: the [`Reader`](crate::Reader) lists it as it reads. A check
    /// never changes the object, and whoever reads leniently need not call it.
    ///
    /// ```
    /// use stixkit::{FindingKind, Object};
    ///
    /// let object: Object = serde_json::from_str(r#"{
    ///     "type": "identity",
    ///     "id": "identity--1234567890gg",
    ///     "created": "2024-05-01T10:00:00.000Z",
    ///     "modified": "2024-04-01T10:00:00.000Z",
    ///     "name": "Example CERT",
    ///     "identity_class": "organization"
    /// }"#)?;
    /// let kinds: Vec<_> = object.check().iter().map(|finding| finding.kind).collect();
    /// assert_eq!(kinds, [FindingKind::IdForm, FindingKind::TimestampOrder]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Findings(Vec::new());
        self.check_properties(&mut findings);
        check_type(self, &mut findings);
        check_order(self, &mut findings);
        check_version(self, &mut findings);
        check_custom(self, &mut findings);
        findings.0
    }
}

/// A place in an object, built on the way down without allocation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    Object,
    Property(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl Place<'_> {
    pub(crate) fn property<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place::Property(self, name)
    }

    pub(crate) fn element(&self, index: usize) -> Place<'_> {
        Place::Element(self, index)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object => Ok(()),
            Self::Property(parent, name) => write!(f, "{parent}.{name}"),
            Self::Element(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// The findings of one check.
#[derive(Debug)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, kind: FindingKind, place: &Place<'_>, detail: impl Into<String>) {
        self.0.push(Finding::new(kind, place.to_string(), detail));
    }

    pub(crate) fn text(&mut self, text: &str, place: &Place<'_>) {
        if text.is_empty() {
            self.add(FindingKind::Empty, place, "an empty string");
        }
    }

    pub(crate) fn id(&mut self, id: &Identifier, place: &Place<'_>) {
        if !id.is_canonical() {
            self.add(FindingKind::IdForm, place, format!("the id {id} is not `type--UUID` in lower case"));
        }
    }

    pub(crate) fn time(&mut self, time: &Timestamp, place: &Place<'_>) {
        if !time.is_standard() {
            self.add(FindingKind::TimestampForm, place, format!("{time} is not in UTC with `Z`"));
        }
        if !(1970..2200).contains(&time.instant().year()) {
            self.add(FindingKind::TimestampRange, place, format!("{time} is a placeholder rather than a time"));
        }
    }

    pub(crate) fn hash_name(&mut self, name: &str, place: &Place<'_>) {
        self.add(FindingKind::HashName, place, format!("{name} is no name of the hash vocabulary"));
    }

    /// Custom properties: their names, and values that say nothing.
    pub(crate) fn custom(&mut self, custom: &Properties, defined: impl Fn(&str) -> bool, place: &Place<'_>) {
        for (name, value) in custom.iter() {
            let place = place.property(&name);
            match value.as_json() {
                "null" => self.add(FindingKind::Null, &place, "null says nothing: leave the property out"),
                "[]" | "{}" | "\"\"" => self.add(FindingKind::Empty, &place, "an empty value"),
                _ => {}
            }
            if defined(&name) {
                continue;
            }
            if !name.starts_with("x_") {
                self.add(FindingKind::UnknownProperty, &place, format!("the standard has no property {name} here"));
            }
            let is_named = (3..=250).contains(&name.len())
                && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if !is_named {
                let detail = format!("{name:?} is not 3 to 250 of a-z, 0-9 and _");
                self.add(FindingKind::PropertyName, &place, detail);
            }
        }
    }
}

fn check_type(object: &Object, findings: &mut Findings) {
    let (id, type_name) = (object.id(), object.type_name());
    if id.prefix().is_some_and(|prefix| prefix != type_name) {
        let detail = format!("the id {id} is not of type {type_name}");
        findings.add(FindingKind::IdPrefix, &Place::Object.property("id"), detail);
    }
    if object.kind().is_none() && !type_name.starts_with("x-") {
        let detail = format!("the standard has no type {type_name}");
        findings.add(FindingKind::UnknownType, &Place::Object.property("type"), detail);
    }
}

fn check_order(object: &Object, findings: &mut Findings) {
    let common = object.common();
    if let (Some(created), Some(modified)) = (&common.created, &common.modified)
        && modified < created
    {
        let place = Place::Object.property("modified");
        findings.add(FindingKind::TimestampOrder, &place, "modified is earlier than created");
    }
    if let Object::Indicator(indicator) = object
        && indicator.valid_until.as_ref().is_some_and(|until| *until <= indicator.valid_from)
    {
        let place = Place::Object.property("valid_until");
        findings.add(FindingKind::TimestampOrder, &place, "valid_until is not later than valid_from");
    }
}

/// What depends on the version of the standard that the object follows. Observables are left out: a 2.1 observable
/// need not have `spec_version` either.
fn check_version(object: &Object, findings: &mut Findings) {
    let common = object.common();
    let is_21 = match &common.spec_version {
        None => false,
        Some(SpecVersion::V21) => true,
        Some(SpecVersion::V20) => false,
        Some(SpecVersion::Other(version)) => {
            let detail = format!("{version} is no version of the standard");
            return findings.add(FindingKind::SpecVersion, &Place::Object.property("spec_version"), detail);
        }
    };
    let mut require = |name: &str, is_there: bool| {
        if !is_there {
            let version = if is_21 { "2.1" } else { "2.0" };
            let detail = format!("STIX {version} requires `{name}`");
            findings.add(FindingKind::Missing, &Place::Object.property(name), detail);
        }
    };
    match object {
        Object::Indicator(indicator) => {
            require("created", common.created.is_some());
            require("modified", common.modified.is_some());
            if is_21 {
                require("pattern_type", indicator.pattern_type.is_some());
            } else {
                require("labels", !common.labels.is_empty());
            }
        }
        Object::Identity(identity) => {
            require("created", common.created.is_some());
            require("modified", common.modified.is_some());
            if !is_21 {
                require("identity_class", identity.identity_class.is_some());
            }
        }
        Object::Relationship(_) => {
            require("created", common.created.is_some());
            require("modified", common.modified.is_some());
        }
        Object::MarkingDefinition(marking) => {
            require("created", common.created.is_some());
            // STIX 2.1 allows an extension in the definition's place.
            let is_defined = marking.definition_type.is_some() && !marking.definition.is_empty();
            require("definition", is_defined || (is_21 && !common.extensions.is_empty()));
        }
        Object::Custom(_) => {}
    }
    if common.spec_version.is_none() {
        for name in object.present_of(later_properties(object.kind())) {
            let detail = format!("`{name}` came with STIX 2.1, and the object has no spec_version");
            findings.add(FindingKind::OtherVersion, &Place::Object.property(name), detail);
        }
    }
}

/// Properties that STIX 2.1 added.
fn later_properties(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind::Indicator) => {
            &["confidence", "lang", "extensions", "indicator_types", "pattern_type", "pattern_version"]
        }
        Some(Kind::Identity) => &["confidence", "lang", "extensions", "roles"],
        Some(Kind::Relationship) => &["confidence", "lang", "extensions", "start_time", "stop_time"],
        Some(Kind::MarkingDefinition) => &["lang", "extensions", "name"],
        _ => &[],
    }
}

fn check_custom(object: &Object, findings: &mut Findings) {
    let place = Place::Object;
    if let Some(confidence) = object.common().confidence.filter(|confidence| *confidence > 100) {
        let detail = format!("a confidence of {confidence} is not within 0 to 100");
        findings.add(FindingKind::Range, &place.property("confidence"), detail);
    }
    // What a custom type defines is not for this crate to say.
    let is_open = matches!(object, Object::Custom(_));
    let is_defined = |name: &str| is_open || Common::PROPERTIES.contains(&name) || object.properties().contains(&name);
    findings.custom(object.custom(), is_defined, &place);
}
