//! What is odd about an object that was read all the same.

use super::common::Common;
use super::object::Object;
use super::property::findings::{Findings, Place, Version};
use super::requirements;
use crate::finding::{Finding, FindingKind};
pub(crate) use crate::vocab::HASHES_OF_20;

impl Object {
    /// Compares the object with the standard and lists what is odd: the form of its identifiers and
    /// timestamps, missing properties, unknown ones, empty values, values outside of the standard's
    /// enumerations and ranges. Paths start at the object: `.created`. [`FindingKind::level`]
    /// separates what breaks the standard from what is merely unusual.
    ///
    /// What did not fit its property is not repeated here: the [`Reader`](crate::Reader) lists it
    /// as it reads. Timestamps that the standard requires are the exception, because other
    /// properties take their place. A check never changes the object, and programs that read
    /// leniently need not call it.
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
        self.check_into(Findings::new(self.standard_version()))
    }

    /// The findings of [`check`](Self::check), and values outside of open vocabularies.
    pub(crate) fn check_with_vocabularies(&self) -> Vec<Finding> {
        self.check_into(Findings::new(self.standard_version()).with_open_vocabularies(true))
    }

    fn check_into(&self, mut findings: Findings) -> Vec<Finding> {
        check(self, &mut findings);
        check_id(self, &mut findings);
        findings.into_vec()
    }

    /// Checks an observable in the dictionary of an observed-data object.
    pub(super) fn check_local(&self, place: &Place<'_>, findings: &mut Findings) {
        // An observable of 2.1 may be in the dictionary too, with a version or an identifier of its
        // own.
        let is_local = self.common().spec_version.is_none() && self.id().kind().is_none();
        let version = match findings.version() {
            Version::V20 if is_local => Version::V20,
            _ if is_local => Version::Either,
            _ => self.standard_version(),
        };
        let mut nested = findings.nested(version);
        check(self, &mut nested);
        findings.absorb_local(nested, place);
    }
}

fn check(object: &Object, findings: &mut Findings) {
    object.check_properties(findings);
    requirements::check(object, findings);
    // The crate does not know the properties that a custom type or an extension defines.
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
    if let Some(expected) = object.expected_id() {
        let is_random = id.uuid().is_some_and(|uuid| uuid.get_version_num() == 4);
        let (kind, what) = match is_random {
            true => (FindingKind::RandomId, "is random"),
            false => (FindingKind::StaleId, "does not follow from the properties"),
        };
        let detail = format!("the id {id} {what}: call `identify` to set {expected}");
        findings.add(kind, &Place::Object.property("id"), detail);
    }
}
