//! The properties that an observable's identifier follows from (STIX 2.1 section 2.9).

use chrono::SecondsFormat;
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use uuid::Uuid;

use super::any_object::AnyObject;
use super::extension::Extension;
use super::property::record;
use super::property::view::{PropertyMap, PropertyValue};
use crate::id::Identifier;
use crate::json::canonical::{Canonical, CanonicalMembers};
use crate::json::scan;
use crate::kind::Kind;
use crate::time::Timestamp;
use crate::vocab::HashAlgorithm;

/// The namespace of the identifiers of observables.
const NAMESPACE: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// If there are several hashes, the first one of these determines the identifier.
const PREFERRED_HASHES: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// How times and the names of hash algorithms are spelled in what is hashed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Spelling {
    /// Times with as few fraction digits as they need, names of algorithms as in the vocabulary: as
    /// the reference implementation spells them.
    Normal,
    /// As they were sent: as software spells them that hashes the JSON that it received.
    AsSent,
}

/// The identifier of an observable, a UUID version 5 of the canonical JSON of the properties that
/// the standard names for its type. `None` if none of them is present, if one was set aside, or if
/// they have no canonical JSON.
pub(crate) fn deterministic_id(kind: Kind, object: &dyn AnyObject, spelling: Spelling) -> Option<Identifier> {
    let mut present = Vec::new();
    for name in kind.identified_by() {
        let own = record::property(object, name).or_else(|| record::property(object.common(), name));
        match (own, object.custom().get_text(name)) {
            (Some(value), _) => present.push((*name, value)),
            // The reference implementation takes both for absent.
            (None, None | Some("null" | "[]")) => {}
            (None, Some(empty @ "{}")) if *name == "extensions" => {
                present.push((*name, PropertyValue::from_json(empty)))
            }
            (None, Some(_)) => return None,
        }
    }
    if present.is_empty() {
        return None;
    }
    let canonical = serde_json_canonicalizer::to_vec(&Contribution { present, spelling }).ok()?;
    Some(Identifier::new(kind, Uuid::new_v5(&NAMESPACE, &canonical)))
}

/// Whether the standard leaves open which of an object's hashes determines its identifier.
pub(crate) fn has_ambiguous_hash(object: &dyn AnyObject) -> bool {
    let Some(PropertyValue::Map(hashes)) = record::property(object, "hashes") else { return false };
    let hashes = algorithms(hashes, Spelling::Normal);
    hashes.len() > 1 && preferred(&hashes).is_none()
}

/// The properties that determine the identifier, with only one of the hashes.
struct Contribution<'a> {
    present: Vec<(&'static str, PropertyValue<'a>)>,
    spelling: Spelling,
}

impl Serialize for Contribution<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.present.len()))?;
        for (name, value) in &self.present {
            match value {
                PropertyValue::Map(hashes) if *name == "hashes" => {
                    let hashes = algorithms(*hashes, self.spelling);
                    let hash = preferred(&hashes).or_else(|| hashes.first());
                    map.serialize_entry(name, &Hashes(hash.map(std::slice::from_ref).unwrap_or_default()))?;
                }
                value => map.serialize_entry(name, &Part { name, value, spelling: self.spelling })?,
            }
        }
        map.end()
    }
}

/// Hashes by the names of their algorithms. If a name occurs in two spellings, the last one counts,
/// in the place of the first.
fn algorithms(hashes: PropertyMap<'_>, spelling: Spelling) -> Vec<(String, PropertyValue<'_>)> {
    let mut algorithms: Vec<(String, PropertyValue<'_>)> = Vec::new();
    for (name, hash) in hashes.iter() {
        let name = if spelling == Spelling::Normal { vocabulary_name(&name) } else { name.into_owned() };
        match algorithms.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = hash,
            None => algorithms.push((name, hash)),
        }
    }
    algorithms
}

/// The name in the vocabulary that differs only in case and hyphens, if there is one. Other
/// punctuation counts here, unlike in [`HashAlgorithm::canonical`].
fn vocabulary_name(name: &str) -> String {
    let letters = |text: &str| text.replace('-', "").to_ascii_uppercase();
    let wanted = letters(name);
    let standard = HashAlgorithm::STANDARD.iter().find(|standard| letters(standard) == wanted);
    standard.map_or_else(|| name.to_owned(), |standard| (*standard).to_owned())
}

fn preferred<'h, 'a>(hashes: &'h [(String, PropertyValue<'a>)]) -> Option<&'h (String, PropertyValue<'a>)> {
    PREFERRED_HASHES.iter().find_map(|name| hashes.iter().find(|(own, _)| own == name))
}

struct Hashes<'h, 'a>(&'h [(String, PropertyValue<'a>)]);

impl Serialize for Hashes<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, hash)| (name, hash)))
    }
}

/// A value and the name of the property that it belongs to.
struct Part<'v, 'a> {
    name: &'v str,
    value: &'v PropertyValue<'a>,
    spelling: Spelling,
}

impl Part<'_, '_> {
    /// The members of a dictionary of extensions or of a struct of the standard.
    fn serialize_members<S: Serializer>(&self, members: PropertyMap<'_>, serializer: S) -> Result<S::Ok, S::Error> {
        let is_dictionary = self.name == "extensions";
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in members.iter() {
            let is_struct = matches!(&value, PropertyValue::Map(map) if map.as_json().is_none());
            if is_dictionary && !is_struct && Extension::shape(&name).is_some() {
                return Err(S::Error::custom("an extension that does not fit its type"));
            }
            if is_dictionary || !is_void(&value) {
                map.serialize_entry(&name, &Part { name: &name, value: &value, spelling: self.spelling })?;
            }
        }
        map.end()
    }
}

/// Whether the reference implementation takes a property of a struct for absent.
fn is_void(value: &PropertyValue<'_>) -> bool {
    match value {
        PropertyValue::Null => true,
        PropertyValue::List(list) => list.iter().next().is_none(),
        _ => false,
    }
}

impl Serialize for Part<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            PropertyValue::Null => Err(S::Error::custom("null")),
            PropertyValue::Float(value) if !value.is_finite() => {
                Err(S::Error::custom("a number that no double can hold"))
            }
            PropertyValue::Text(text) if is_undecodable(text) => Err(S::Error::custom("a lone surrogate")),
            PropertyValue::Time(time) => serializer.serialize_str(&time_text(time, self.name, self.spelling)),
            PropertyValue::List(list) => match list.as_json() {
                Some(text) => Canonical::new(text).serialize(serializer),
                None => {
                    let mut seq = serializer.serialize_seq(None)?;
                    for value in list.iter() {
                        seq.serialize_element(&Part { value: &value, ..*self })?;
                    }
                    seq.end()
                }
            },
            PropertyValue::Map(map) => match map.as_json() {
                Some(members) => CanonicalMembers::new(members).serialize(serializer),
                None if matches!(self.name, "hashes" | "file_header_hashes") => {
                    Hashes(&algorithms(*map, self.spelling)).serialize(serializer)
                }
                None => self.serialize_members(*map, serializer),
            },
            value => value.serialize(serializer),
        }
    }
}

/// Whether this is the JSON text of a string with a lone surrogate, which is viewed as it is. Other
/// text of that form is taken for one, too.
fn is_undecodable(text: &str) -> bool {
    text.starts_with('"') && text.ends_with('"') && text.contains("\\u") && scan::decode(text).is_none()
}

/// The text of a time: in UTC, without the zeros at the end of its fraction. The time stamp of a
/// Windows binary is precise to the second (STIX 2.1 section 6.7.6).
fn time_text(time: &Timestamp, property: &str, spelling: Spelling) -> String {
    if spelling == Spelling::AsSent {
        return time.to_string();
    }
    let text = time.instant().to_rfc3339_opts(SecondsFormat::Nanos, true);
    let (seconds, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((&text, ""));
    match fraction.trim_end_matches('0') {
        fraction if fraction.is_empty() || property == "time_date_stamp" => format!("{seconds}Z"),
        fraction => format!("{seconds}.{fraction}Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::object::Object;

    /// The identifier of a file with these properties.
    fn id(properties: &str) -> Option<String> {
        let json = format!(r#"{{"type":"file","spec_version":"2.1","id":"file--0",{properties}}}"#);
        let object: Object = serde_json::from_str(&json).unwrap();
        object.deterministic_id().map(|id| id.to_string())
    }

    #[test]
    fn only_the_named_properties_count() {
        let expected = id(r#""name": "a.exe""#);
        assert!(expected.is_some());
        assert_eq!(id(r#""size": 1, "name": "a.exe""#), expected);
        assert_ne!(id(r#""name": "b.exe""#), expected);
        assert_eq!(id(r#""size": 1"#), None);
    }

    #[test]
    fn one_hash_counts() {
        let md5 = id(r#""hashes": {"MD5": "00"}"#);
        for (hashes, is_md5) in [
            (r#""hashes": {"SHA-256": "11", "MD5": "00"}"#, true),
            (r#""hashes": {"md5": "00", "x": "22"}"#, true),
            (r#""hashes": {"md5": "33", "MD5": "00"}"#, true),
            (r#""hashes": {"MD5": "00", "m-d-5": "33"}"#, false),
            (r#""hashes": {"SHA-256": "11", "x": "22"}"#, false),
            (r#""hashes": {"md_5": "00"}"#, false),
        ] {
            assert_eq!(id(hashes) == md5, is_md5, "{hashes}");
        }
        let other = id(r#""hashes": {"b": "1", "a": "2"}"#);
        assert_eq!(other, id(r#""hashes": {"b": "1"}"#));
    }

    #[test]
    fn a_property_that_was_set_aside_leaves_the_identifier_open() {
        let name = id(r#""name": "a""#);
        for (properties, is_name) in [
            (r#""name": "a", "hashes": null"#, true),
            (r#""name": "a", "parent_directory_ref": []"#, true),
            (r#""name": "a", "hashes": {}"#, false),
            (r#""name": "a", "hashes": "00""#, false),
            (r#""name": "a", "parent_directory_ref": 5"#, false),
            (r#""name": "\ud800""#, false),
            (r#""name": "a", "extensions": {"pdf-ext": {"is_optimized": "yes"}}"#, false),
        ] {
            assert_eq!(id(properties), name.clone().filter(|_| is_name), "{properties}");
        }
    }
}
