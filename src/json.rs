//! JSON that this crate does not interpret, kept exactly as it was sent.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::cursor::Raw;
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
/// They are kept as the text of one JSON object, so all custom properties of an object cost one allocation, and finding
/// one means going through the text. A name occurs once.
///
/// ```
/// use stixkit::{Json, Properties};
///
/// let mut custom = Properties::new();
/// custom.insert("x_severity", &Json::new("7")?);
/// custom.insert("x_note", &Json::new(r#""seen twice""#)?);
/// assert_eq!(custom.parse::<u8>("x_severity").transpose()?, Some(7));
/// assert_eq!(custom.names().collect::<Vec<_>>(), ["x_severity", "x_note"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Properties {
    /// What stands between the braces, compact.
    members: Box<str>,
}

impl Properties {
    /// No properties.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of properties. It goes through the text.
    pub fn len(&self) -> usize {
        self.members().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The names and values in document order.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Json<'_>)> {
        self.members().map(|(name, value)| (unquote(name), Json::trusted(value)))
    }

    /// The names in document order.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.members().map(|(name, _)| unquote(name))
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<Json<'_>> {
        self.members().find(|(own, _)| unquote(own) == name).map(|(_, value)| Json::trusted(value))
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
    pub fn insert(&mut self, name: &str, value: &Json<'_>) {
        let mut members = Members::default();
        let mut value = Some(value.as_json());
        for (own, own_value) in self.members() {
            let own = unquote(own);
            let own_value = if own == name { value.take().unwrap_or(own_value) } else { own_value };
            members.push_kept(own, own_value);
        }
        if let Some(value) = value {
            members.push_kept(Cow::Borrowed(name), value);
        }
        *self = members.finish().0;
    }

    /// Takes a property out and returns its value. Time linear in the whole.
    pub fn remove(&mut self, name: &str) -> Option<Json<'static>> {
        let removed = self.get(name)?.into_owned();
        let mut members = Members::default();
        for (own, value) in self.members().map(|(own, value)| (unquote(own), value)).filter(|(own, _)| own != name) {
            members.push_kept(own, value);
        }
        *self = members.finish().0;
        Some(removed)
    }

    /// Names with their quotes, and values.
    fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = &*self.members;
        let mut at = 0;
        std::iter::from_fn(move || {
            let name_end = scan::string_end(text.as_bytes(), at)?;
            let end = scan::value_end(text.as_bytes(), name_end + 1);
            let member = (&text[at..name_end], &text[name_end + 1..end]);
            at = end + 1;
            Some(member)
        })
    }

    /// Writes the properties into a map that is being written, without those that `skip` names.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, skip: impl Fn(&str) -> bool) -> Result<(), M::Error> {
        struct Text<'a>(&'a str);

        impl Serialize for Text<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_text(self.0, serializer)
            }
        }

        for (name, value) in self.members() {
            let name = unquote(name);
            if !skip(&name) {
                map.serialize_entry(&name, &Text(value))?;
            }
        }
        Ok(())
    }
}

/// The text of a name. A lone surrogate, which has none, cannot be here: the name was text when it was stored.
fn unquote(quoted: &str) -> Cow<'_, str> {
    scan::decode(quoted).unwrap_or_default()
}

/// Properties while they come in, borrowed from the input.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

impl<'a> Members<'a> {
    /// Adds a property; the caller answers for its value being JSON.
    #[inline]
    pub(crate) fn push(&mut self, name: Cow<'a, str>, value: Raw<'a>) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(8);
        }
        self.0.push((name, value));
    }

    /// Adds a property that was kept before.
    fn push_kept(&mut self, name: Cow<'a, str>, json: &'a str) {
        self.push(name, Raw { text: json, spaced: false });
    }

    /// The properties, and whether a name was repeated: then the last value counts, at the first one's place.
    pub(crate) fn finish(mut self) -> (Properties, bool) {
        if self.0.is_empty() {
            return (Properties::new(), false);
        }
        let repeated = self.has_repeated();
        if repeated {
            self.drop_repeated();
        }
        // Quotes, colon and comma make four.
        let len = self.0.iter().map(|(name, value)| name.len() + value.text.len() + 4).sum();
        let mut text = String::with_capacity(len);
        for (name, value) in &self.0 {
            if !text.is_empty() {
                text.push(',');
            }
            push_quoted(&mut text, name);
            text.push(':');
            if value.spaced {
                scan::compact(value.text, &mut text);
            } else {
                text.push_str(value.text);
            }
        }
        (Properties { members: text.into_boxed_str() }, repeated)
    }

    fn has_repeated(&self) -> bool {
        let names = self.0.iter().map(|(name, _)| &**name);
        if self.0.len() > 16 {
            let mut seen = HashSet::with_capacity(self.0.len());
            return !names.into_iter().all(|name| seen.insert(name));
        }
        // A name whose bit is not set is new. The others are compared with all before them, which are few.
        let mut seen = 0_u64;
        names.enumerate().any(|(at, name)| {
            let last = name.as_bytes().last().copied().unwrap_or_default();
            let bit = 1 << ((name.len() * 7 + usize::from(last)) % 64);
            let may_repeat = seen & bit != 0;
            seen |= bit;
            may_repeat && self.0[..at].iter().any(|(earlier, _)| earlier == name)
        })
    }

    fn drop_repeated(&mut self) {
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::with_capacity(self.0.len());
        let mut kept: Vec<(Cow<'a, str>, Raw<'a>)> = Vec::with_capacity(self.0.len());
        for (name, value) in self.0.drain(..) {
            match places.get(&name) {
                Some(place) => kept[*place].1 = value,
                None => {
                    places.insert(name.clone(), kept.len());
                    kept.push((name, value));
                }
            }
        }
        self.0 = kept;
    }
}

fn push_quoted(out: &mut String, name: &str) {
    if name.bytes().fold(false, |found, byte| found | matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        // OK because a string always has a JSON form.
        out.push_str(&serde_json::to_string(name).unwrap_or_default());
    } else {
        out.push('"');
        out.push_str(name);
        out.push('"');
    }
}

impl PartialEq for Properties {
    /// The same names with equal values, in any order.
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
            || crate::json_eq::same(&format!("{{{}}}", self.members), &format!("{{{}}}", other.members))
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::object::properties::deserialize_value(deserializer)
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
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
        properties.insert("b", &json("1.50"));
        properties.insert("a \"q\"", &json("[ 1, \"x y\" ]"));
        properties.insert("b", &json("null"));
        assert_eq!(serde_json::to_string(&properties).unwrap(), r#"{"b":null,"a \"q\"":[1,"x y"]}"#);
        assert_eq!(properties.get("a \"q\""), Some(json("[1,\"x y\"]")));
        assert_eq!(properties.remove("b"), Some(json("null")));
        assert_eq!(properties.remove("b"), None);
        assert_eq!(properties.len(), 1);
    }

    #[test]
    fn of_repeated_names_the_last_value_stays() {
        for count in [3_u32, 40] {
            let texts: Vec<_> = (0..count).map(|value| (format!("own{value}"), value.to_string())).collect();
            let mut members = Members::default();
            for (name, value) in &texts {
                members.push_kept(Cow::Borrowed("same"), value);
                members.push_kept(Cow::Borrowed(name), "0");
            }
            let (properties, repeated) = members.finish();
            assert!(repeated);
            assert_eq!(properties.len(), 1 + count as usize);
            assert_eq!(properties.names().next().unwrap(), "same");
            assert_eq!(properties.parse::<u32>("same").unwrap().unwrap(), count - 1);
        }
    }
}
