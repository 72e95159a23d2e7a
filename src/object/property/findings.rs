//! What a check finds, and where.

use std::fmt;

use chrono::Datelike;

use crate::finding::{Finding, FindingKind};
use crate::id::{Form, Identifier};
use crate::json::Properties;
use crate::time::Timestamp;
use crate::vocab::{HASHES_OF_20, Vocabulary};

/// The version of the standard that an object follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V20,
    V21,
    /// One or the other: the observables in the dictionary of an observed-data object of 2.1.
    Either,
    /// Something else is in `spec_version`.
    Unknown,
}

impl Version {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V21 | Self::Either | Self::Unknown => "2.1",
        }
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

/// The most fraction digits that the reference Python library and servers written in Python read.
pub(crate) const MAX_READABLE_DIGITS: usize = 6;

/// Vocabularies whose values are checked in ways of their own.
const IS_OWN_CHECK: &[&str] = &["relationship_type", "spec_version", "hash-algorithm-ov"];

/// The findings of one check.
#[derive(Debug)]
pub(crate) struct Findings {
    found: Vec<Finding>,
    version: Version,
    /// A timestamp with too many digits was found. One program wrote them all, so the first one is
    /// enough.
    is_too_precise: bool,
    /// Values outside of open vocabularies are found, too.
    has_open_vocabularies: bool,
}

impl Findings {
    /// No findings yet, in something that follows this version of the standard.
    pub(crate) fn new(version: Version) -> Self {
        Self { found: Vec::new(), version, is_too_precise: false, has_open_vocabularies: false }
    }

    /// Sets whether values outside of open vocabularies are found, too.
    pub(crate) fn with_open_vocabularies(mut self, is_so: bool) -> Self {
        self.has_open_vocabularies = is_so;
        self
    }

    /// No findings yet, in a part that follows another version.
    pub(crate) fn nested(&self, version: Version) -> Self {
        Self::new(version).with_open_vocabularies(self.has_open_vocabularies)
    }

    /// The findings in the order in which they were found.
    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.found
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, kind: FindingKind, place: &Place<'_>, detail: impl Into<String>) {
        self.found.push(Finding::new(kind, place.to_string(), detail));
    }

    /// The version of the standard that what is checked follows.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Checks a string, which must not be empty.
    pub(crate) fn text(&mut self, text: &str, place: &Place<'_>) {
        // The default value of a registry key has this name.
        let is_value_name = matches!(place, Place::Property(Place::Element(Place::Property(_, "values"), _), "name"));
        if text.is_empty() && !is_value_name {
            self.add(FindingKind::Empty, place, "an empty string");
        }
    }

    /// Checks the form of an identifier.
    pub(crate) fn id(&mut self, id: &Identifier, place: &Place<'_>) {
        match id.form() {
            Form::Canonical => {}
            Form::UpperCase => self.add(FindingKind::IdCase, place, format!("the UUID of {id} is in upper case")),
            Form::Other => {
                let detail = format!("the id {id} is not `type--UUID` in lower case, with a UUID of RFC 9562");
                self.add(FindingKind::IdForm, place, detail);
            }
        }
    }

    /// Checks the form of a timestamp, and whether it is a real time.
    pub(crate) fn time(&mut self, time: &Timestamp, place: &Place<'_>) {
        if !time.is_standard() {
            let detail = format!("{time} is not of the form YYYY-MM-DDTHH:mm:ss.sssZ");
            self.add(FindingKind::TimestampForm, place, detail);
        }
        let digits = time.fraction_digits();
        if digits > MAX_READABLE_DIGITS && !self.is_too_precise {
            self.is_too_precise = true;
            let detail = format!(
                "{time} has {digits} fraction digits; stix2 for Python, OpenTAXII and medallion read \
                 {MAX_READABLE_DIGITS} at most"
            );
            self.add(FindingKind::TimestampPrecision, place, detail);
        }
        if !(1970..2200).contains(&time.instant().year()) {
            self.add(FindingKind::TimestampRange, place, format!("{time} is a placeholder rather than a time"));
        }
    }

    /// Checks the value of a vocabulary, if that is closed or open ones are checked.
    pub(crate) fn vocabulary<V: Vocabulary>(&mut self, value: &V, place: &Place<'_>) {
        let is_checked = V::IS_CLOSED || (self.has_open_vocabularies && !IS_OWN_CHECK.contains(&V::NAME));
        if value.is_standard() || !is_checked {
            return;
        }
        if !V::IS_CLOSED {
            let detail = format!("{:?} is not in {}: use one of its values if one fits", value.as_str(), V::NAME);
            self.add(FindingKind::Vocabulary, place, detail);
        } else {
            let detail = format!("{:?} is not in {}: {}", value.as_str(), V::NAME, V::STANDARD.join(", "));
            self.add(FindingKind::Enumeration, place, detail);
        }
    }

    /// Adds a property that the standard requires and that is absent.
    pub(crate) fn missing(&mut self, name: &str, place: &Place<'_>) {
        let detail = format!("STIX {} requires `{name}`", self.version.name());
        self.add(FindingKind::Missing, &place.property(name), detail);
    }

    /// Checks that one of several properties is present.
    pub(crate) fn one_of(&mut self, names: &[&str], has: impl Fn(&str) -> bool, place: &Place<'_>) {
        if !names.iter().any(|name| has(name)) {
            self.add(FindingKind::Missing, place, format!("one of {} is required", names.join(", ")));
        }
    }

    /// Adds a property that only the other version of the standard has.
    pub(crate) fn other_version(&mut self, name: &str, place: &Place<'_>) {
        let detail = format!("STIX {} has no `{name}` here, the other version has", self.version.name());
        self.add(FindingKind::OtherVersion, &place.property(name), detail);
    }

    /// Adds the findings of an object at a place in this one, where its identifier and references
    /// are local names.
    pub(crate) fn absorb_local(&mut self, nested: Self, place: &Place<'_>) {
        let found = nested.found.into_iter().filter(|finding| finding.kind != FindingKind::IdForm);
        for mut finding in found {
            if finding.kind == FindingKind::TimestampPrecision && std::mem::replace(&mut self.is_too_precise, true) {
                continue;
            }
            finding.path.insert_str(0, &place.to_string());
            self.found.push(finding);
        }
    }

    /// Checks the keys of extensions that are kept as JSON. A predefined one is among them if it
    /// did not fit its type.
    pub(crate) fn extension_names(
        &mut self,
        other: &Properties,
        is_predefined: impl Fn(&str) -> bool,
        place: &Place<'_>,
    ) {
        let is_known = |name: &str| name.starts_with("extension-definition--") || is_predefined(name);
        for name in other.names().filter(|name| !is_known(name)) {
            let detail = format!("{name} is neither a predefined extension nor the id of an extension definition");
            self.add(FindingKind::UnknownExtension, &place.property(&name), detail);
        }
    }

    /// Adds the name of a hash algorithm that is not in the vocabulary, unless STIX 2.0 has it.
    pub(crate) fn hash_name(&mut self, name: &str, place: &Place<'_>) {
        if self.version != Version::V21 && HASHES_OF_20.contains(&name) {
            return;
        }
        self.add(FindingKind::HashName, place, format!("{name} is no name of the hash vocabulary"));
    }

    /// Checks custom properties: their names, and whether their values are empty.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings of a check, without their details.
    fn found(version: Version, check: impl FnOnce(&mut Findings)) -> Vec<(FindingKind, String)> {
        let mut findings = Findings::new(version);
        check(&mut findings);
        findings.into_vec().into_iter().map(|finding| (finding.kind, finding.path)).collect()
    }

    #[test]
    fn places_are_written_as_paths() {
        let (object, list) = (Place::Object, Place::Object);
        let list = list.property("external_references");
        assert_eq!(object.to_string(), "");
        assert_eq!(list.element(2).property("url").to_string(), ".external_references[2].url");
    }

    #[test]
    fn one_of_several_properties_is_required() {
        for (present, kinds) in [("b", vec![]), ("c", vec![(FindingKind::Missing, String::new())])] {
            let findings = found(Version::V21, |findings| {
                findings.one_of(&["a", "b"], |name| name == present, &Place::Object);
            });
            assert_eq!(findings, kinds, "{present}");
        }
    }

    #[test]
    fn names_of_custom_properties() {
        use FindingKind::{Empty, Null, PropertyName, UnknownProperty};
        let long = "x_".repeat(200);
        for (name, value, kinds) in [
            ("x_a", "1", vec![]),
            ("x_", "1", vec![PropertyName]),
            ("A", "1", vec![UnknownProperty, PropertyName]),
            (&long, "1", vec![PropertyName]),
            ("defined", "null", vec![Null]),
            ("x_b", "[]", vec![Empty]),
            ("other", "\"\"", vec![Empty, UnknownProperty]),
        ] {
            let mut custom = Properties::new();
            custom.insert(name, crate::Json::new(value).unwrap());
            let findings = found(Version::V21, |findings| {
                findings.custom(&custom, |name| name == "defined", &Place::Object);
            });
            let found: Vec<_> = findings.into_iter().map(|(kind, _)| kind).collect();
            assert_eq!(found, kinds, "{name}");
        }
    }

    #[test]
    fn nested_findings_get_the_place_of_their_object() {
        let findings = found(Version::V20, |findings| {
            let mut nested = Findings::new(Version::V20);
            nested.missing("name", &Place::Object);
            nested.id(&Identifier::from("0"), &Place::Object.property("id"));
            findings.absorb_local(nested, &Place::Object.property("objects").property("0"));
        });
        assert_eq!(findings, [(FindingKind::Missing, ".objects.0.name".to_owned())]);
    }
}
