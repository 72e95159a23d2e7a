//! The properties that an observable's identifier follows from (STIX 2.1 section 2.9).

use serde::ser::{Serialize, SerializeMap, Serializer};
use uuid::Uuid;

use super::property::view::{PropertyMap, PropertyValue};
use crate::id::Identifier;
use crate::kind::Kind;
use crate::vocab::HashAlgorithm;

/// The namespace of the identifiers of observables.
const NAMESPACE: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// If there are several hashes, the first one of these determines the identifier.
const PREFERRED_HASHES: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The identifier of an observable, a UUID version 5 of the canonical JSON of the properties named
/// in `identified_by`. `None` if none of them is present, or if they have no canonical JSON.
pub(crate) fn deterministic_id<'a>(
    kind: Kind,
    identified_by: &[&'static str],
    property: impl Fn(&str) -> Option<PropertyValue<'a>>,
) -> Option<Identifier> {
    let present = identified_by.iter().filter_map(|name| Some((*name, property(name)?)));
    let contribution = Contribution(present.collect());
    if contribution.0.is_empty() {
        return None;
    }
    let canonical = serde_json_canonicalizer::to_vec(&contribution).ok()?;
    Some(Identifier::new(kind, Uuid::new_v5(&NAMESPACE, &canonical)))
}

/// The properties that determine the identifier, with only one of the hashes.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The identifier of a file with these properties, given as one JSON object.
    fn id(identified_by: &[&'static str], json: &str) -> Option<String> {
        let json = crate::Json::new(json).unwrap();
        let view = json.view();
        deterministic_id(Kind::File, identified_by, |name| view.property(name)).map(|id| id.to_string())
    }

    #[test]
    fn only_the_named_properties_count() {
        let names: &[&str] = &["hashes", "name"];
        let expected = id(names, r#"{"name": "a.exe"}"#);
        assert!(expected.is_some());
        assert_eq!(id(names, r#"{"size": 1, "name": "a.exe"}"#), expected);
        assert_ne!(id(names, r#"{"name": "b.exe"}"#), expected);
        assert_eq!(id(names, r#"{"size": 1}"#), None);
        assert_eq!(id(&[], r#"{"name": "a.exe"}"#), None);
    }

    #[test]
    fn one_hash_counts() {
        let names: &[&str] = &["hashes"];
        let md5 = id(names, r#"{"hashes": {"MD5": "00"}}"#);
        for (hashes, is_md5) in [
            (r#"{"hashes": {"SHA-256": "11", "MD5": "00"}}"#, true),
            (r#"{"hashes": {"md5": "00", "x": "22"}}"#, true),
            (r#"{"hashes": {"SHA-256": "11", "x": "22"}}"#, false),
        ] {
            assert_eq!(id(names, hashes) == md5, is_md5, "{hashes}");
        }
        let other = id(names, r#"{"hashes": {"b": "1", "a": "2"}}"#);
        assert_eq!(other, id(names, r#"{"hashes": {"b": "1"}}"#));
    }
}
