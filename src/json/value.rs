//! One JSON value, kept as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Error, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cursor::{Cursor, MAX_DEPTH};
use super::{equality, from_serde, scan, to_serde};

/// One JSON value as text, without the white space between its tokens.
///
/// Numbers keep every digit, keys their order and their repetitions. [`parse`](Self::parse) turns
/// it into any type that serde reads, `serde_json::Value` among them. Two values are equal when
/// they mean the same JSON: the order of keys and the spelling of strings and numbers (`1.0` and
/// `1e0`) do not count, and of repeated keys the last wins.
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
    /// The parser's error if `text` is not one JSON value, and an error if it is nested deeper than
    /// 128 levels.
    pub fn new(text: &str) -> Result<Json<'static>, serde_json::Error> {
        serde_json::from_str::<IgnoredAny>(text)?;
        let fault = |_| serde_json::Error::custom("nested deeper than 128 levels");
        let raw = Cursor::new(text, MAX_DEPTH).raw().map_err(fault)?;
        if !raw.spaced {
            return Ok(Json(Cow::Owned(raw.text.to_owned())));
        }
        let mut compact = String::with_capacity(raw.text.len());
        scan::compact(raw.text, &mut compact);
        Ok(Json(Cow::Owned(compact)))
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The decoded text of a JSON string; `None` for any other value, and for a string with a lone
    /// surrogate, which has no UTF-8 form.
    ///
    /// The text lives as long as what the value borrows from, so it may outlive the value itself:
    ///
    /// ```
    /// use stixkit::Properties;
    ///
    /// let mut custom = Properties::new();
    /// custom.insert("x_note", "seen twice");
    /// let note = custom.get("x_note").and_then(|value| value.as_str());
    /// assert_eq!(note.as_deref(), Some("seen twice"));
    /// ```
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        match &self.0 {
            Cow::Borrowed(text) => scan::decode(text),
            Cow::Owned(text) => scan::decode(text).map(|text| Cow::Owned(text.into_owned())),
        }
    }

    /// Returns the JSON of any value that serializes: see
    /// [`Properties::set`](super::Properties::set).
    pub(crate) fn from_serialize(value: &impl Serialize) -> Result<Json<'static>, serde_json::Error> {
        let text = serde_json::to_string(value)?;
        // A value may hold raw JSON, which is as deep and as spaced as its writer likes.
        Json::new(&text)
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
    pub(crate) fn trusted(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a Json<'_>> for Json<'a> {
    /// Borrows the text.
    fn from(json: &'a Json<'_>) -> Self {
        Self::trusted(&json.0)
    }
}

impl From<serde_json::Value> for Json<'static> {
    /// ```
    /// use stixkit::Json;
    ///
    /// let json = Json::from(serde_json::json!({"score": 7}));
    /// assert_eq!(json.as_json(), r#"{"score":7}"#);
    /// ```
    fn from(value: serde_json::Value) -> Self {
        // A `Value` is written without white space.
        Json(Cow::Owned(value.to_string()))
    }
}

impl From<&str> for Json<'static> {
    /// Returns a JSON string of this text. [`Json::new`] takes JSON.
    fn from(text: &str) -> Self {
        // OK because a string always has a JSON form.
        Json(Cow::Owned(serde_json::to_string(text).unwrap_or_default()))
    }
}

impl From<String> for Json<'static> {
    /// Returns a JSON string of this text. [`Json::new`] takes JSON.
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// Types whose text in Rust is their text in JSON.
macro_rules! from_display {
    ($($Type:ty),+) => { $(
        impl From<$Type> for Json<'static> {
            fn from(value: $Type) -> Self {
                Json(Cow::Owned(value.to_string()))
            }
        }
    )+ };
}

from_display!(bool, i8, i16, i32, i64, u8, u16, u32, u64);

impl<T: Into<Json<'static>>> From<Vec<T>> for Json<'static> {
    fn from(values: Vec<T>) -> Self {
        let mut text = String::from("[");
        for value in values {
            text.push_str(if text.len() == 1 { "" } else { "," });
            text.push_str(&value.into().0);
        }
        text.push(']');
        Json(Cow::Owned(text))
    }
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || equality::same(&self.0, &other.0)
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
        to_serde::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Json<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_serde::read(deserializer, |text| Self::new(text).map_err(|error| error.to_string()))
    }
}
