//! Access to properties by name and by path, whatever the object's type.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::id::Identifier;
use crate::json::{Json, Properties, equality, scan};
use crate::time::Timestamp;

/// The value of a property, borrowed from the object that holds it: what
/// [`Object::property`](crate::Object::property) and [`Object::select`](crate::Object::select)
/// give.
///
/// Typed properties and those kept as JSON look the same here, so a caller that goes by names need
/// not know which of them the crate defines.
///
/// ```
/// use stixkit::{Object, object::PropertyValue};
///
/// let object: Object = serde_json::from_str(r#"{
///     "type": "file",
///     "id": "file--e277603e-1060-5ad4-9937-c26c97f1ca68",
///     "size": 1024,
///     "hashes": {"MD5": "d41d8cd98f00b204e9800998ecf8427e"},
///     "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": ".text"}, {"name": ".data"}]}},
///     "x_verdict": {"score": 7}
/// }"#)?;
/// assert_eq!(object.property("size"), Some(PropertyValue::Integer(1024)));
/// let text = |path| object.select(path).and_then(|value| value.as_str());
/// assert_eq!(text("hashes.MD5").as_deref(), Some("d41d8cd98f00b204e9800998ecf8427e"));
/// assert_eq!(text("extensions.windows-pebinary-ext.sections.[1].name").as_deref(), Some(".data"));
/// assert_eq!(object.select("x_verdict.score"), Some(PropertyValue::Integer(7)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PropertyValue<'a> {
    /// `null`, which only properties that are kept as JSON can hold.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number. Those of the standard have 54 bits; wider ones reach to the most that `u64`
    /// and `i64` hold.
    Integer(i128),
    /// Any other number that a float can represent, as the nearest float.
    Float(f64),
    /// A number that is too large for both, as it is written in JSON: digits without a fraction, or
    /// more than 1.8e308. Only properties that are kept as JSON can hold one.
    Number(&'a str),
    /// A string, also the value of a vocabulary.
    Text(Cow<'a, str>),
    /// A timestamp.
    Time(&'a Timestamp),
    /// An identifier.
    Id(&'a Identifier),
    /// A list.
    List(PropertyList<'a>),
    /// Properties by name: a dictionary, or a struct such as an external reference.
    Map(PropertyMap<'a>),
}

impl<'a> PropertyValue<'a> {
    /// The text of a string. It lives as long as the object, and so may outlive the value.
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The member of a map.
    pub fn property(&self, name: &str) -> Option<PropertyValue<'a>> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The element of a list, the first being 0.
    pub fn element(&self, index: usize) -> Option<PropertyValue<'a>> {
        match self {
            Self::List(list) => list.get(index),
            _ => None,
        }
    }

    /// Follows a path from here: see [`Object::select`](crate::Object::select).
    pub fn select(self, path: &str) -> Option<PropertyValue<'a>> {
        let mut value = self;
        for step in Steps(path) {
            value = match step? {
                Step::Name(name) => value.property(name)?,
                Step::Index(index) => value.element(index)?,
            };
        }
        Some(value)
    }

    /// The view of JSON text that is known to be one value without white space between tokens.
    pub(crate) fn from_json(text: &'a str) -> Self {
        match text.as_bytes().first() {
            Some(b'n') | None => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            // A string with a lone surrogate has no text. Its JSON says most.
            Some(b'"') => Self::Text(scan::decode(text).unwrap_or(Cow::Borrowed(text))),
            Some(b'[') => Self::List(PropertyList(List::Json(text))),
            Some(b'{') => Self::Map(PropertyMap(Map::Json(&text[1..text.len() - 1]))),
            Some(_) => Self::from_number(text),
        }
    }
}

impl<'a> PropertyValue<'a> {
    fn from_number(text: &'a str) -> Self {
        if let Ok(number) = text.parse::<i128>()
            && (i64::MIN.into()..=u64::MAX.into()).contains(&number)
        {
            return Self::Integer(number);
        }
        let is_whole = !text.contains(['.', 'e', 'E']);
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() && !is_whole => Self::Float(float),
            _ => Self::Number(text),
        }
    }
}

impl PartialEq for PropertyValue<'_> {
    /// Whether both would be written as the same JSON.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            // OK because what is viewed is always written. Two that are not are not equal.
            _ => matches!((serde_json::to_string(self), serde_json::to_string(other)),
                (Ok(a), Ok(b)) if equality::same(&a, &b)),
        }
    }
}

impl Serialize for PropertyValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => match (u64::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_u64(value),
                (_, Ok(value)) => serializer.serialize_i64(value),
                // Some formats have no such numbers.
                _ => serializer.serialize_i128(*value),
            },
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Number(text) => Json::trusted(text).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Time(time) => time.serialize(serializer),
            Self::Id(id) => id.serialize(serializer),
            Self::List(list) => {
                let mut seq = serializer.serialize_seq(None)?;
                list.iter().try_for_each(|value| seq.serialize_element(&value))?;
                seq.end()
            }
            Self::Map(map) => {
                let mut members = serializer.serialize_map(None)?;
                map.iter().try_for_each(|(name, value)| members.serialize_entry(&name, &value))?;
                members.end()
            }
        }
    }
}

/// A list of property values.
///
/// It is a [`PropertyValue`]; see its example.
#[derive(Clone, Copy)]
pub struct PropertyList<'a>(List<'a>);

#[derive(Clone, Copy)]
enum List<'a> {
    Typed(&'a dyn ViewList),
    /// A JSON list with its brackets.
    Json(&'a str),
}

impl<'a> PropertyList<'a> {
    /// The element at an index. Of a list that is kept as JSON, the time is linear in the text in
    /// front of it.
    pub fn get(&self, index: usize) -> Option<PropertyValue<'a>> {
        match self.0 {
            List::Typed(list) => list.element(index),
            List::Json(_) => self.iter().nth(index),
        }
    }

    /// The JSON text with its brackets, if the list is kept as JSON.
    pub(crate) fn as_json(&self) -> Option<&'a str> {
        match self.0 {
            List::Typed(_) => None,
            List::Json(text) => Some(text),
        }
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = PropertyValue<'a>> + use<'a> {
        let list = self.0;
        let (mut index, mut at) = (0, 1);
        std::iter::from_fn(move || match list {
            List::Typed(list) => {
                index += 1;
                list.element(index - 1)
            }
            List::Json(text) => {
                // Behind the last element is the bracket.
                let rest = text.get(at..text.len() - 1).filter(|rest| !rest.is_empty())?;
                let end = scan::value_end(rest.as_bytes(), 0);
                at += end + 1;
                Some(PropertyValue::from_json(&rest[..end]))
            }
        })
    }
}

impl fmt::Debug for PropertyList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Property values by name.
///
/// It is a [`PropertyValue`]; see its example.
#[derive(Clone, Copy)]
pub struct PropertyMap<'a>(Map<'a>);

#[derive(Clone, Copy)]
enum Map<'a> {
    Typed(&'a dyn ViewMap),
    /// The members of a JSON object, without the braces.
    Json(&'a str),
}

impl<'a> PropertyMap<'a> {
    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<PropertyValue<'a>> {
        match self.0 {
            Map::Typed(map) => map.member(name),
            Map::Json(members) => {
                Properties::parse_members(members)
                    .filter(|(own, _)| scan::decode(own).is_some_and(|own| own == name))
                    // Of repeated names the last one counts.
                    .last()
                    .map(|(_, value)| PropertyValue::from_json(value))
            }
        }
    }

    /// The JSON text of the members without the braces, if the map is kept as JSON.
    pub(crate) fn as_json(&self) -> Option<&'a str> {
        match self.0 {
            Map::Typed(_) => None,
            Map::Json(members) => Some(members),
        }
    }

    /// The names in the order in which they are written.
    pub fn names(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let (typed, json) = match self.0 {
            Map::Typed(map) => (map.names(), ""),
            Map::Json(members) => (Vec::new(), members),
        };
        typed.into_iter().chain(Properties::parse_members(json).map(|(name, _)| scan::decode(name).unwrap_or_default()))
    }

    /// The names and values in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'a, str>, PropertyValue<'a>)> + use<'a> {
        let (typed, json) = match self.0 {
            Map::Typed(map) => (Some(map), ""),
            Map::Json(members) => (None, members),
        };
        typed.into_iter().flat_map(|map| map.members()).chain(
            Properties::parse_members(json)
                .map(|(name, value)| (scan::decode(name).unwrap_or_default(), PropertyValue::from_json(value))),
        )
    }
}

impl fmt::Debug for PropertyMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// A list whose elements can be looked at.
pub(crate) trait ViewList {
    fn element(&self, index: usize) -> Option<PropertyValue<'_>>;
}

/// A struct or dictionary whose members can be looked at.
pub(crate) trait ViewMap {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>>;

    /// The names of the members that are there, in the order in which they are written.
    fn names(&self) -> Vec<Cow<'_, str>>;

    /// The members that are there, in the order in which they are written.
    fn members(&self) -> Vec<(Cow<'_, str>, PropertyValue<'_>)> {
        let names = self.names().into_iter();
        names.filter_map(|name| Some((self.member(&name)?, name))).map(|(value, name)| (name, value)).collect()
    }
}

impl<'a> PropertyValue<'a> {
    pub(crate) fn from_properties(properties: &'a Properties) -> Self {
        Self::Map(PropertyMap(Map::Json(properties.as_members())))
    }

    pub(crate) fn from_list(list: &'a dyn ViewList) -> Self {
        Self::List(PropertyList(List::Typed(list)))
    }

    pub(crate) fn from_map(map: &'a dyn ViewMap) -> Self {
        Self::Map(PropertyMap(Map::Typed(map)))
    }
}

impl ViewMap for Properties {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        self.get_text(name).map(PropertyValue::from_json)
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        Properties::names(self).collect()
    }

    fn members(&self) -> Vec<(Cow<'_, str>, PropertyValue<'_>)> {
        PropertyMap(Map::Json(self.as_members())).iter().collect()
    }
}

impl Json<'_> {
    /// Looks into the value without parsing the whole.
    pub fn view(&self) -> PropertyValue<'_> {
        PropertyValue::from_json(self.as_json())
    }
}

/// A step of a path.
pub(crate) enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

/// The steps of a path. `None` inside marks what is not a step.
pub(crate) struct Steps<'p>(pub(crate) &'p str);

impl<'p> Iterator for Steps<'p> {
    type Item = Option<Step<'p>>;

    fn next(&mut self) -> Option<Self::Item> {
        let path = self.0;
        if path.is_empty() {
            return None;
        }
        if let Some(rest) = path.strip_prefix('[') {
            let (index, rest) = rest.split_once(']').unwrap_or(("", ""));
            self.0 = rest.strip_prefix('.').unwrap_or(rest);
            return Some(index.parse().ok().map(Step::Index));
        }
        if let Some(rest) = path.strip_prefix('\'') {
            let (name, rest) = rest.split_once('\'').unwrap_or(("", ""));
            self.0 = rest.strip_prefix('.').unwrap_or(rest);
            return Some((!name.is_empty()).then_some(Step::Name(name)));
        }
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, rest) = path.split_at(end);
        self.0 = rest.strip_prefix('.').unwrap_or(rest);
        Some((!name.is_empty()).then_some(Step::Name(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(json: &str, path: &str) -> Option<String> {
        let json = Json::new(json).unwrap();
        json.view().select(path).map(|value| serde_json::to_string(&value).unwrap())
    }

    #[test]
    fn paths() {
        let json = r#"{"a": {"b-c": [1, {"d": "x"}], "e.f": 2}, "n": null, "l": [], "s": "A", "s": "B"}"#;
        for (path, value) in [
            ("a.b-c[0]", Some("1")),
            ("a.b-c.[0]", Some("1")),
            ("a.b-c.[1].d", Some("\"x\"")),
            ("a.'b-c'[1].d", Some("\"x\"")),
            ("a.'e.f'", Some("2")),
            ("a.e.f", None),
            ("a.b-c[2]", None),
            ("a.b-c[-1]", None),
            ("a.b-c[", None),
            ("l[0]", None),
            ("n", Some("null")),
            ("s", Some("\"B\"")),
            ("..", None),
            ("'a", None),
            ("s.t", None),
        ] {
            assert_eq!(select(json, path).as_deref(), value, "{path}");
        }
    }

    #[test]
    fn numbers() {
        for (json, value) in [
            ("1", PropertyValue::Integer(1)),
            ("-9223372036854775808", PropertyValue::Integer(i64::MIN.into())),
            ("18446744073709551615", PropertyValue::Integer(u64::MAX.into())),
            ("-9223372036854775809", PropertyValue::Number("-9223372036854775809")),
            ("18446744073709551616", PropertyValue::Number("18446744073709551616")),
            ("1e400", PropertyValue::Number("1e400")),
            ("0.5", PropertyValue::Float(0.5)),
        ] {
            assert_eq!(PropertyValue::from_json(json), value);
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }
}
