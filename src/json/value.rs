//! One JSON value, kept as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Error, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cursor::{Cursor, MAX_DEPTH};
use super::{equality, from_serde, scan, to_serde};

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
    pub(crate) fn trusted(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
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
