//! JSON properties that this crate does not interpret, kept in order and exactly as they were sent.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cursor::{Cursor, Fault, MAX_DEPTH, Raw, decode_name};
use super::value::Json;
use super::{equality, from_serde, scan};

/// JSON properties by name, in document order: what a type does not define, and what it could not read.
///
/// They are kept as the text of one JSON object, so all custom properties of an object cost one allocation, and finding
/// one means going through the text. A name occurs once.
///
/// ```
/// use stixkit::{Json, Properties};
///
/// let mut custom = Properties::new();
/// custom.insert("x_severity", 7);
/// custom.insert("x_note", "seen twice");
/// custom.insert("x_raw", Json::new(r#"{"score": 0.50}"#)?);
/// assert_eq!(custom.parse::<u8>("x_severity").transpose()?, Some(7));
/// assert_eq!(custom.names().collect::<Vec<_>>(), ["x_severity", "x_note", "x_raw"]);
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

    /// Reads an object, and whether it repeats a name. Returns `None` for `null`.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Option<(Self, bool)>, Fault> {
        if cursor.null()? {
            return Ok(None);
        }
        Members::read(cursor).map(|members| Some(members.finish()))
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
    pub fn iter(&self) -> PropertiesIter<'_> {
        PropertiesIter(TextMembers { text: &self.members, at: 0 })
    }

    /// The names and the texts of the values in document order.
    #[cfg(feature = "match")]
    pub(crate) fn texts(&self) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
        self.members().map(|(name, value)| (unquote(name), value))
    }

    /// The names in document order.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.members().map(|(name, _)| unquote(name))
    }

    /// Whether there is a property with one of these names. Most custom properties begin with `x_`,
    /// as none of the names may, and are not decoded.
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        let mut own = self.members().map(|(name, _)| name).filter(|name| !name.starts_with("\"x_"));
        own.any(|own| names.contains(&&*unquote(own)))
    }

    /// Whether there is a property whose name does not begin with `x_`, as custom ones do.
    pub(crate) fn has_plain_name(&self) -> bool {
        self.members().any(|(name, _)| !name.starts_with("\"x_"))
    }

    /// The text of a property's value.
    pub(crate) fn get_text(&self, name: &str) -> Option<&str> {
        self.members().find(|(own, _)| unquote(own) == name).map(|(_, value)| value)
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<Json<'_>> {
        self.get_text(name).map(Json::trusted)
    }

    /// The value of a property, read into a type.
    ///
    /// # Errors
    ///
    /// The parser's error, inside the `Some`, when the value has another shape.
    pub fn parse<T: DeserializeOwned>(&self, name: &str) -> Option<Result<T, serde_json::Error>> {
        self.get(name).map(|value| value.parse())
    }

    /// Reads all properties into a type: a struct whose fields are properties, or a map. The struct need not have all
    /// of them.
    ///
    /// # Errors
    ///
    /// The parser's error if a property is missing or has another shape.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use stixkit::Properties;
    ///
    /// #[derive(Deserialize)]
    /// struct Triage {
    ///     x_score: u8,
    ///     x_queue: Option<String>,
    /// }
    ///
    /// let mut custom = Properties::new();
    /// custom.insert("x_score", 97);
    /// let triage: Triage = custom.to()?;
    /// assert_eq!((triage.x_score, triage.x_queue), (97, None));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&format!("{{{}}}", self.members))
    }

    /// Returns the properties of a value that serializes as a JSON object: a struct with a field for each, or a map.
    /// It is the opposite of [`to`](Self::to).
    ///
    /// # Errors
    ///
    /// The serializer's error if the value has no JSON form, and an error if it is not an object.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let json = Json::from_serialize(&value)?;
        serde_json::from_str(json.as_json())
    }

    /// Sets a property to any value that serializes, at its place if the name is there already, else at the end. Time
    /// linear in the whole. [`insert`](Self::insert) takes what cannot fail.
    ///
    /// # Errors
    ///
    /// The serializer's error if the value has no JSON form: a map whose keys are not strings. An error if it is nested
    /// deeper than 128 levels.
    ///
    /// ```
    /// use stixkit::{Properties, Timestamp};
    ///
    /// let mut custom = Properties::new();
    /// custom.set("x_ratio", &0.5)?;
    /// custom.set("x_checked", &"2024-05-01T10:00:00Z".parse::<Timestamp>()?)?;
    /// assert_eq!(serde_json::to_string(&custom)?, r#"{"x_ratio":0.5,"x_checked":"2024-05-01T10:00:00Z"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), serde_json::Error> {
        self.insert(name, Json::from_serialize(&value)?);
        Ok(())
    }

    /// Sets a property, at its place if the name is there already, else at the end. Time linear in the whole.
    ///
    /// It takes what is a JSON value whatever it holds: text, whole numbers, booleans, lists of these,
    /// `serde_json::Value`, [`Json`]. [`set`](Self::set) takes any other value that serializes.
    ///
    /// ```
    /// use stixkit::{Json, Properties};
    ///
    /// let mut custom = Properties::new();
    /// custom.insert("x_score", 97);
    /// custom.insert("x_tags", vec!["a", "b"]);
    /// custom.insert("x_raw", Json::new("1.50")?);
    /// assert_eq!(serde_json::to_string(&custom)?, r#"{"x_score":97,"x_tags":["a","b"],"x_raw":1.50}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn insert<'v>(&mut self, name: &str, value: impl Into<Json<'v>>) {
        self.insert_json(name, &value.into());
    }

    /// Compiled once, and not for each type of values.
    fn insert_json(&mut self, name: &str, value: &Json<'_>) {
        let quoted = quoted(name);
        let mut members = Members::default();
        for (own, own_value) in self.members() {
            members.push_kept(own, own_value);
        }
        // Of two with one name the last counts, at the first one's place.
        members.push_kept(&quoted, value.as_json());
        *self = members.finish().0;
    }

    /// Takes a property out and returns its value. Time linear in the whole.
    pub fn remove(&mut self, name: &str) -> Option<Json<'static>> {
        let removed = self.get(name)?.into_owned();
        let mut members = Members::default();
        for (own, value) in self.members().filter(|(own, _)| unquote(own) != name) {
            members.push_kept(own, value);
        }
        *self = members.finish().0;
        Some(removed)
    }

    /// Keeps the properties whose names `keep` is true for, and tells whether any went. Time linear in the whole.
    #[inline]
    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) -> bool {
        self.retain_any(&keep)
    }

    /// Compiled once, and not for each type of object.
    fn retain_any(&mut self, keep: &dyn Fn(&str) -> bool) -> bool {
        if self.names().all(|name| keep(&name)) {
            return false;
        }
        let mut members = Members::default();
        for (name, value) in self.members().filter(|(name, _)| keep(&unquote(name))) {
            members.push_kept(name, value);
        }
        *self = members.finish().0;
        true
    }

    /// The text between the braces, compact.
    pub(crate) fn as_members(&self) -> &str {
        &self.members
    }

    /// Names with their quotes, and values.
    fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        Self::parse_members(&self.members)
    }

    /// The names with their quotes, and the values, in the compact text of a JSON object without
    /// its braces.
    pub(crate) fn parse_members(text: &str) -> impl Iterator<Item = (&str, &str)> {
        TextMembers { text, at: 0 }
    }

    /// Writes the properties into a map that is being written, without those that `skip` names.
    #[inline]
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, skip: impl Fn(&str) -> bool) -> Result<(), M::Error> {
        self.write_any(map, &skip)
    }

    /// Compiled for each format, and not for each type of object.
    fn write_any<M: SerializeMap>(&self, map: &mut M, skip: &dyn Fn(&str) -> bool) -> Result<(), M::Error> {
        for (name, value) in self.members() {
            let name = unquote(name);
            if !skip(&name) {
                map.serialize_entry(&name, &Json::trusted(value))?;
            }
        }
        Ok(())
    }
}

/// The names with their quotes, and the values, in compact text.
#[derive(Clone, Debug)]
struct TextMembers<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for TextMembers<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let name_end = scan::string_end(self.text.as_bytes(), self.at)?;
        let end = scan::value_end(self.text.as_bytes(), name_end + 1);
        let member = (&self.text[self.at..name_end], &self.text[name_end + 1..end]);
        self.at = end + 1;
        Some(member)
    }
}

/// The names and values of [`Properties`] in document order: see [`Properties::iter`].
#[derive(Clone, Debug)]
pub struct PropertiesIter<'a>(TextMembers<'a>);

impl<'a> Iterator for PropertiesIter<'a> {
    type Item = (Cow<'a, str>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (unquote(name), Json::trusted(value)))
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Json<'a>)> for Properties {
    /// If a name is repeated, the last value counts, at the place of the first one.
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Json<'a>)>>(properties: I) -> Self {
        let all: Vec<_> = properties.into_iter().map(|(name, value)| (quoted(&name), value)).collect();
        let mut members = Members::default();
        all.iter().for_each(|(name, value)| members.push_kept(name, value.as_json()));
        members.finish().0
    }
}

impl<'a> IntoIterator for &'a Properties {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = PropertiesIter<'a>;

    fn into_iter(self) -> PropertiesIter<'a> {
        self.iter()
    }
}

/// What a name says. One with a lone surrogate, which says nothing, is never kept.
fn unquote(quoted: &str) -> Cow<'_, str> {
    scan::decode(quoted).unwrap_or_default()
}

/// Properties while they come in, borrowed from the input.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(Vec<(&'a str, Raw<'a>)>);

impl<'a> IntoIterator for Members<'a> {
    type Item = (&'a str, Raw<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> Members<'a> {
    /// Reads all members of the object in front of the cursor.
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self, Fault> {
        cursor.open(b'{', "an object")?;
        let mut members = Self::default();
        let mut is_first = true;
        loop {
            let name = match cursor.next_plain_name(is_first) {
                Some(name) => name,
                None => match cursor.next_name(is_first)? {
                    Some(name) if decode_name(name).is_none() => return Err(cursor.undecodable_name()),
                    Some(name) => name,
                    None => return Ok(members),
                },
            };
            is_first = false;
            members.push(name, cursor.raw()?);
        }
    }

    /// Adds a property, its name as it is written between quotes; the caller answers for both being JSON.
    #[inline]
    pub(crate) fn push(&mut self, name: &'a str, value: Raw<'a>) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(8);
        }
        self.0.push((name, value));
    }

    /// Adds a property that was kept before, under its name in quotes.
    fn push_kept(&mut self, quoted: &'a str, json: &'a str) {
        self.push(&quoted[1..quoted.len() - 1], Raw { text: json, spaced: false });
    }

    /// Whether this holds for all names, as they are written, and the text of their values.
    #[inline]
    pub(crate) fn all(&self, holds: impl Fn(&str, &str) -> bool) -> bool {
        self.0.iter().all(|(name, value)| holds(name, value.text))
    }

    /// Whether a name is repeated.
    #[inline]
    pub(crate) fn has_repeated(&mut self) -> bool {
        !self.0.is_empty() && self.may_repeat() && self.drop_repeated()
    }

    /// The properties, and whether a name was repeated: then the last value counts, at the first one's place.
    pub(crate) fn finish(mut self) -> (Properties, bool) {
        if self.0.is_empty() {
            return (Properties::new(), false);
        }
        let repeated = self.may_repeat() && self.drop_repeated();
        // Quotes, colon and comma make four.
        let len = self.0.iter().map(|(name, value)| name.len() + value.text.len() + 4).sum();
        let mut text = String::with_capacity(len);
        for (name, value) in &self.0 {
            text.push_str(if text.is_empty() { "\"" } else { ",\"" });
            text.push_str(name);
            text.push_str("\":");
            if value.spaced {
                scan::compact(value.text, &mut text);
            } else {
                text.push_str(value.text);
            }
        }
        (Properties { members: text.into_boxed_str() }, repeated)
    }

    /// The members by their decoded names, of repeated names the last value, and whether a name was repeated.
    pub(crate) fn into_unique(mut self) -> (impl Iterator<Item = (Cow<'a, str>, Raw<'a>)>, bool) {
        let repeated = self.may_repeat() && self.drop_repeated();
        (self.0.into_iter().map(|(name, value)| (decode_name(name).unwrap_or_default(), value)), repeated)
    }

    /// Whether a name may occur twice: a quick answer, which is a no for most objects.
    fn may_repeat(&self) -> bool {
        if self.0.len() > 16 {
            return true;
        }
        // A name whose bit is not set is new. The others are compared with all before them, which are few.
        let mut seen = 0_u64;
        self.0.iter().enumerate().any(|(at, (name, _))| {
            let last = name.as_bytes().last().copied().unwrap_or_default();
            let bit = 1 << ((name.len() * 7 + usize::from(last)) % 64);
            let is_known = seen & bit != 0;
            seen |= bit;
            // Two spellings of one name differ in their escapes.
            name.contains('\\') || (is_known && self.0[..at].iter().any(|(earlier, _)| earlier == name))
        })
    }

    /// Keeps the last of members with one name, at the first one's place; whether there were any to drop.
    ///
    /// It sorts and does not hash: an object may consist of millions of short members, and a table of their names would
    /// be several times its size.
    fn drop_repeated(&mut self) -> bool {
        // OK because what comes in has names that say something; what was kept had them then.
        let name = |place: usize| decode_name(self.0[place].0).unwrap_or_default();
        let mut places: Vec<usize> = (0..self.0.len()).collect();
        places.sort_by(|a, b| name(*a).cmp(&name(*b)));
        let mut moves = Vec::new();
        let mut is_dropped = vec![false; places.len()];
        for same in places.chunk_by(|a, b| name(*a) == name(*b)) {
            if let [first, .., last] = same {
                moves.push((*first, self.0[*last].1));
                same[1..].iter().for_each(|place| is_dropped[*place] = true);
            }
        }
        for (place, value) in &moves {
            self.0[*place].1 = *value;
        }
        let mut dropped = is_dropped.iter();
        self.0.retain(|_| dropped.next() != Some(&true));
        !moves.is_empty()
    }
}

/// A name as JSON.
pub(crate) fn quoted(name: &str) -> String {
    // OK because a string always has a JSON form.
    serde_json::to_string(name).unwrap_or_default()
}

impl PartialEq for Properties {
    /// The same names with equal values, in any order.
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
            || equality::same(&format!("{{{}}}", self.members), &format!("{{{}}}", other.members))
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_serde::read(deserializer, |text| {
            let properties = Self::read(&mut Cursor::new(text, MAX_DEPTH)).map_err(|fault| fault.explain(text))?;
            Ok(properties.map(|(properties, _)| properties).unwrap_or_default())
        })
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
        properties.insert("b", json("1.50"));
        properties.insert("a \"q\"", json("[ 1, \"x y\" ]"));
        properties.insert("b", json("null"));
        assert_eq!(serde_json::to_string(&properties).unwrap(), r#"{"b":null,"a \"q\"":[1,"x y"]}"#);
        assert_eq!(properties.get("a \"q\""), Some(json("[1,\"x y\"]")));
        assert_eq!(properties.remove("b"), Some(json("null")));
        assert_eq!(properties.remove("b"), None);
        assert_eq!(properties.len(), 1);
    }

    #[test]
    fn of_repeated_names_the_last_value_stays() {
        for count in [3_u32, 40] {
            let texts: Vec<_> = (0..count).map(|value| (format!("\"own{value}\""), value.to_string())).collect();
            let mut members = Members::default();
            for (name, value) in &texts {
                members.push_kept("\"same\"", value);
                members.push_kept(name, "0");
            }
            let (properties, repeated) = members.finish();
            assert!(repeated);
            assert_eq!(properties.len(), 1 + count as usize);
            assert_eq!(properties.names().next().unwrap(), "same");
            assert_eq!(properties.parse::<u32>("same").unwrap().unwrap(), count - 1);
        }
    }
}
