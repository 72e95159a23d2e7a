//! JSON that this crate does not interpret, kept exactly as it was sent.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::scan;

/// One JSON value as text, without the white space between its tokens.
///
/// Numbers keep every digit, keys their order and their repetitions. [`parse`](Self::parse) turns it into any type
/// that serde reads, `serde_json::Value` among them. Two values are equal when they mean the same JSON: the order of
/// keys and the spelling of strings and numbers (`1.0` and `1e0`) do not count, and of repeated keys the last wins.
///
/// ```
/// use stixkit::Json;
///
/// let value = Json::new(r#"{"score": 18446744073709551616, "tags": ["a"]}"#)?;
/// assert_eq!(value.as_json(), r#"{"score":18446744073709551616,"tags":["a"]}"#);
/// assert_eq!(value, Json::new(r#"{"tags":["\u0061"],"score":18446744073709551616.0}"#)?);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json<'a>(Cow<'a, str>);

impl<'a> Json<'a> {
    /// Takes JSON text.
    ///
    /// # Errors
    ///
    /// The parser's error when `text` is not one JSON value.
    pub fn new(text: &str) -> Result<Json<'static>, serde_json::Error> {
        serde_json::from_str::<IgnoredAny>(text)?;
        let mut compact = String::with_capacity(text.len());
        scan::compact(text, &mut compact);
        Ok(Json(Cow::Owned(compact)))
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The decoded text of a JSON string; `None` for any other value, and for a string with a lone surrogate, which
    /// has no UTF-8 form.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        scan::decode(&self.0)
    }

    /// Reads the value into a type.
    ///
    /// # Errors
    ///
    /// The parser's error when the value has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The same value, owning its text.
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }

    /// Only for text that is known to be one JSON value without white space between tokens.
    fn trusted(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || crate::json_eq::same(&self.0, &other.0)
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_text(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Json<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut compact = String::with_capacity(raw.get().len());
        scan::compact(raw.get(), &mut compact);
        Ok(Self(Cow::Owned(compact)))
    }
}

/// `serde_json` writes a `RawValue` through as it is; making one checks the text again, at the speed of skipping it.
fn serialize_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
}

/// JSON properties by name, in document order: what a type does not define, and what it could not read.
///
/// All names and values of one object share one piece of text, so that a custom property costs no allocation of its
/// own. A name occurs once.
///
/// ```
/// use stixkit::{Json, Properties};
///
/// let mut custom = Properties::new();
/// custom.insert("x_severity", Json::new("7")?);
/// custom.insert("x_note", Json::new(r#""seen twice""#)?);
/// assert_eq!(custom.parse::<u8>("x_severity").transpose()?, Some(7));
/// assert_eq!(custom.names().collect::<Vec<_>>(), ["x_severity", "x_note"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Properties(Option<Box<Inner>>);

#[derive(Clone, Default)]
struct Inner {
    /// Name, value, name, value … without anything between.
    text: String,
    /// Where each name and each value ends.
    ends: Vec<(u32, u32)>,
}

impl Properties {
    /// No properties.
    pub fn new() -> Self {
        Self(None)
    }

    /// The number of properties.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |inner| inner.ends.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names and values in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Json<'_>)> {
        self.texts().map(|(name, value)| (name, Json::trusted(value)))
    }

    /// The names in document order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts().map(|(name, _)| name)
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<Json<'_>> {
        self.texts().find(|(own, _)| *own == name).map(|(_, value)| Json::trusted(value))
    }

    /// The value of a property, read into a type.
    ///
    /// # Errors
    ///
    /// The parser's error, inside the `Some`, when the value has another shape.
    pub fn parse<T: DeserializeOwned>(&self, name: &str) -> Option<Result<T, serde_json::Error>> {
        self.get(name).map(|value| value.parse())
    }

    /// Sets a property, at its place if the name is there already, else at the end. Time linear in the whole.
    pub fn insert(&mut self, name: &str, value: Json<'_>) {
        if self.get(name).is_none() {
            self.push(name, value.as_json());
            return;
        }
        let old = std::mem::take(self);
        for (own, own_value) in old.texts() {
            self.push(own, if own == name { value.as_json() } else { own_value });
        }
    }

    /// Takes a property out and returns its value. Time linear in the whole.
    pub fn remove(&mut self, name: &str) -> Option<Json<'static>> {
        let removed = self.get(name)?.into_owned();
        let old = std::mem::take(self);
        for (own, value) in old.texts().filter(|(own, _)| *own != name) {
            self.push(own, value);
        }
        Some(removed)
    }

    fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let inner = self.0.as_deref();
        let mut start = 0;
        inner.into_iter().flat_map(|inner| &inner.ends).map(move |(name_end, end)| {
            let (name_end, end) = (*name_end as usize, *end as usize);
            // OK because `inner` is there when one of its ends is.
            let text = inner.map_or("", |inner| &inner.text);
            let pair = (&text[start..name_end], &text[name_end..end]);
            start = end;
            pair
        })
    }

    /// Appends a property; the caller answers for `json` being JSON. Repeated names are left to
    /// [`drop_repeated`](Self::drop_repeated).
    pub(crate) fn push(&mut self, name: &str, json: &str) {
        let inner = self.0.get_or_insert_default();
        let text = &mut inner.text;
        let before = text.len();
        text.push_str(name);
        let name_end = text.len();
        match json.as_bytes().first() {
            Some(b'{' | b'[') if scan::may_be_spaced(json) => scan::compact(json, text),
            _ => text.push_str(json),
        }
        match (u32::try_from(name_end), u32::try_from(text.len())) {
            (Ok(name_end), Ok(end)) => inner.ends.push((name_end, end)),
            // Four GiB in one object: the readers' limits stop far below, a caller that gets here has built it.
            _ => text.truncate(before),
        }
    }

    /// Of properties with one name keeps the last. Tells whether there were any.
    pub(crate) fn drop_repeated(&mut self) -> bool {
        let Some(inner) = &self.0 else { return false };
        if !inner.has_repeated() {
            return false;
        }
        let old = std::mem::take(self);
        let mut last = std::collections::HashMap::new();
        for (place, (name, value)) in old.texts().enumerate() {
            last.entry(name).or_insert((place, value)).1 = value;
        }
        let mut kept: Vec<_> = last.into_iter().map(|(name, (place, value))| (place, name, value)).collect();
        kept.sort_unstable();
        for (_, name, value) in kept {
            self.push(name, value);
        }
        true
    }

    pub(crate) fn shrink(&mut self) {
        if let Some(inner) = &mut self.0 {
            inner.text.shrink_to_fit();
            inner.ends.shrink_to_fit();
        }
    }

    /// Writes the properties into a map that is being written, without those that `skip` names.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, skip: impl Fn(&str) -> bool) -> Result<(), M::Error> {
        struct Text<'a>(&'a str);

        impl Serialize for Text<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_text(self.0, serializer)
            }
        }

        for (name, value) in self.texts() {
            if !skip(name) {
                map.serialize_entry(name, &Text(value))?;
            }
        }
        Ok(())
    }
}

impl Inner {
    fn has_repeated(&self) -> bool {
        let mut start = 0;
        let names = self.ends.iter().map(|(name_end, end)| {
            let name = &self.text[start..*name_end as usize];
            start = *end as usize;
            name
        });
        if self.ends.len() > 16 {
            let mut seen = std::collections::HashSet::with_capacity(self.ends.len());
            return !names.into_iter().all(|name| seen.insert(name));
        }
        // Quadratic, but for so few names faster than hashing them.
        let mut seen = [""; 16];
        for (place, name) in names.enumerate() {
            if seen[..place].contains(&name) {
                return true;
            }
            seen[place] = name;
        }
        false
    }
}

impl PartialEq for Properties {
    /// The same names with equal values, in any order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut text = serde_json::Deserializer::from_str(raw.get());
        crate::object::properties::Property::read(&mut text, &mut Default::default()).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.write(&mut map, |_| false)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json<'static> {
        Json::new(text).unwrap()
    }

    #[test]
    fn properties_keep_their_order_and_their_text() {
        let mut properties = Properties::new();
        properties.insert("b", json("1.50"));
        properties.insert("a", json("[ 1, 2 ]"));
        properties.insert("b", json("null"));
        assert_eq!(serde_json::to_string(&properties).unwrap(), r#"{"b":null,"a":[1,2]}"#);
        assert_eq!(properties.remove("b"), Some(json("null")));
        assert_eq!(properties.remove("b"), None);
        assert_eq!(properties.len(), 1);
    }

    #[test]
    fn of_repeated_names_the_last_stays() {
        for count in [3_u32, 40] {
            let mut properties = Properties::new();
            for value in 0..count {
                properties.push("same", &value.to_string());
                properties.push(&format!("own{value}"), "0");
            }
            assert!(properties.drop_repeated());
            assert!(!properties.drop_repeated());
            assert_eq!(properties.len(), 1 + count as usize);
            assert_eq!(properties.names().next(), Some("same"));
            assert_eq!(properties.parse::<u32>("same").unwrap().unwrap(), count - 1);
        }
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<Properties>(), size_of::<usize>());
    }
}
