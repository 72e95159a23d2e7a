//! Identifiers that follow from what an observable is (STIX 2.1 sections 2.9 and 3.4).

use serde::ser::{Serialize, SerializeMap, Serializer};
use uuid::Uuid;

use super::{Kind, Object, PropertyMap, PropertyValue};
use crate::Identifier;
use crate::vocab::HashAlgorithm;

/// The namespace of the identifiers of observables.
const NAMESPACE: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// Of several hashes, the first of these makes up the identifier.
const PREFERRED_HASHES: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

impl Object {
    /// The identifier that follows from an observable's properties: a UUID version 5 of the canonical JSON (RFC 8785) of
    /// those that the standard names for its type.
    ///
    /// Of several hashes one is taken: MD5, SHA-1, SHA-256, SHA-512, else the first in document order, which the standard
    /// leaves open. Algorithms count by their standard names, also where they are spelled otherwise. `None` for objects of other types,
    /// for processes, and where none of the properties is there: such objects have random identifiers. Also `None` where
    /// a property holds JSON that has no canonical form, such as a number that is no double.
    ///
    /// ```
    /// use stixkit::object::Ipv4Addr;
    /// use stixkit::Object;
    ///
    /// let address = Object::from(Ipv4Addr::new("198.51.100.3"));
    /// assert_eq!(address.deterministic_id().unwrap().to_string(), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    /// assert_eq!(address.deterministic_id().as_ref(), Some(address.id()));
    /// ```
    pub fn deterministic_id(&self) -> Option<Identifier> {
        deterministic_id(self.kind()?, |name| self.property(name))
    }
}

pub(crate) fn deterministic_id<'a>(
    kind: Kind,
    property: impl Fn(&str) -> Option<PropertyValue<'a>>,
) -> Option<Identifier> {
    let present = kind.identified_by().iter().filter_map(|name| Some((*name, property(name)?)));
    let contribution = Contribution(present.collect());
    if contribution.0.is_empty() {
        return None;
    }
    let canonical = serde_json_canonicalizer::to_vec(&contribution).ok()?;
    Some(Identifier::new(kind, Uuid::new_v5(&NAMESPACE, &canonical)))
}

/// The properties that make up the identifier, of hashes only one.
struct Contribution<'a>(Vec<(&'static str, PropertyValue<'a>)>);

impl Serialize for Contribution<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                PropertyValue::Map(hashes) if *name == "hashes" => map.serialize_entry(name, &OneHash(*hashes))?,
                value => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

struct OneHash<'a>(PropertyMap<'a>);

impl Serialize for OneHash<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hashes: Vec<_> =
            self.0.iter().map(|(name, hash)| (HashAlgorithm::from(&*name).canonical(), hash)).collect();
        let preferred = PREFERRED_HASHES.iter().find_map(|name| hashes.iter().find(|(own, _)| own == name));
        serializer.collect_map(preferred.or_else(|| hashes.first()).map(|(name, hash)| (name, hash)))
    }
}
