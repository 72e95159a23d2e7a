//! What is odd about an object that was read all the same.

use std::fmt;

use chrono::Datelike;

use super::property::rules;
use super::property::rules::Version;
use super::{Common, Object};
use crate::finding::{Finding, FindingKind};
use crate::vocab::Vocabulary;
use crate::{Identifier, Properties, Timestamp};

impl Object {
    /// Compares the object with the standard and lists what is odd: the form of its identifiers and timestamps, missing
    /// properties, unknown ones, empty values, values outside of the standard's enumerations and ranges. Paths start at
    /// the object: `.created`. [`FindingKind::level`] tells what breaks the standard from what is merely unusual.
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
        let mut findings = Findings { found: Vec::new(), version: Version::of(self) };
        check(self, &mut findings);
        check_id(self, &mut findings);
        findings.found
    }
}

fn check(object: &Object, findings: &mut Findings) {
    object.check_properties(findings);
    rules::check(object, findings);
    // What a custom type or an extension defines is not for this crate to say.
    let is_open = matches!(object, Object::Custom(_)) || object.common().extensions.has_top_level();
    let is_defined = |name: &str| is_open || Common::PROPERTIES.contains(&name) || object.properties().contains(&name);
    findings.custom(object.custom(), is_defined, &Place::Object);
}

fn check_id(object: &Object, findings: &mut Findings) {
    let (id, type_name) = (object.id(), object.type_name());
    if id.prefix().is_some_and(|prefix| prefix != type_name) {
        let detail = format!("the id {id} is not of type {type_name}");
        findings.add(FindingKind::IdPrefix, &Place::Object.property("id"), detail);
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
pub(crate) struct Findings {
    found: Vec<Finding>,
    version: Version,
}

/// Hash algorithms that STIX 2.0 has, and 2.1 has not or spells otherwise.
pub(crate) const HASHES_OF_20: &[&str] =
    &["MD6", "RIPEMD-160", "SHA-224", "SHA-384", "SHA3-224", "SHA3-384", "ssdeep", "WHIRLPOOL"];

impl Findings {
    pub(crate) fn add(&mut self, kind: FindingKind, place: &Place<'_>, detail: impl Into<String>) {
        self.found.push(Finding::new(kind, place.to_string(), detail));
    }

    /// The version of the standard that what is checked follows.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn text(&mut self, text: &str, place: &Place<'_>) {
        // The default value of a registry key has this name.
        let is_value_name = matches!(place, Place::Property(Place::Element(Place::Property(_, "values"), _), "name"));
        if text.is_empty() && !is_value_name {
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

    pub(crate) fn vocabulary<V: Vocabulary>(&mut self, value: &V, place: &Place<'_>) {
        if V::IS_CLOSED && !value.is_standard() {
            let detail = format!("{:?} is not in {}: {}", value.as_str(), V::NAME, V::STANDARD.join(", "));
            self.add(FindingKind::Enumeration, place, detail);
        }
    }

    /// A property that the standard requires.
    pub(crate) fn missing(&mut self, name: &str, place: &Place<'_>) {
        let detail = format!("STIX {} requires `{name}`", self.version.name());
        self.add(FindingKind::Missing, &place.property(name), detail);
    }

    /// Of the names, the standard requires one.
    pub(crate) fn one_of(&mut self, names: &[&str], has: impl Fn(&str) -> bool, place: &Place<'_>) {
        if !names.iter().any(|name| has(name)) {
            self.add(FindingKind::Missing, place, format!("one of {} is required", names.join(", ")));
        }
    }

    /// A property that only the other version of the standard has.
    pub(crate) fn other_version(&mut self, name: &str, place: &Place<'_>) {
        let detail = format!("STIX {} has no `{name}` here, the other version has", self.version.name());
        self.add(FindingKind::OtherVersion, &place.property(name), detail);
    }

    /// An observable in the dictionary of an observed-data object.
    pub(crate) fn local_object(&mut self, object: &Object, place: &Place<'_>) {
        // An observable of 2.1 may stand there too, with a version or an identifier of its own.
        let is_local = object.common().spec_version.is_none() && object.id().kind().is_none();
        let version = match self.version {
            Version::V20 if is_local => Version::V20,
            _ if is_local => Version::Either,
            _ => Version::of(object),
        };
        let mut inner = Self { found: Vec::new(), version };
        check(object, &mut inner);
        for mut finding in inner.found {
            // Its identifier and its references are local names.
            if finding.kind != FindingKind::IdForm {
                finding.path.insert_str(0, &place.to_string());
                self.found.push(finding);
            }
        }
    }

    /// The keys of extensions that are not predefined.
    pub(crate) fn extension_names(&mut self, other: &Properties, place: &Place<'_>) {
        for name in other.names().filter(|name| !name.starts_with("extension-definition--")) {
            let detail = format!("{name} is neither a predefined extension nor the id of an extension definition");
            self.add(FindingKind::UnknownExtension, &place.property(&name), detail);
        }
    }

    pub(crate) fn hash_name(&mut self, name: &str, place: &Place<'_>) {
        if self.version != Version::V21 && HASHES_OF_20.contains(&name) {
            return;
        }
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
