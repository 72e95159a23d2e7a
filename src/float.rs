//! Floating-point numbers that keep their digits.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::cursor::{Cursor, Fault, MAX_DEPTH};
use crate::json::{Json, from_serde};

/// A STIX float (STIX 2.1 section 2.5): a finite IEEE 754 double that remembers digits which a
/// double cannot hold.
///
/// Feeds send coordinates with twenty digits. [`get`](Self::get) gives the nearest double, and
/// writing gives back what was read.
///
/// ```
/// use stixkit::Float;
///
/// let latitude: Float = serde_json::from_str("48.856614000000000012")?;
/// assert_eq!(latitude.get(), 48.856614);
/// assert_eq!(serde_json::to_string(&latitude)?, "48.856614000000000012");
/// assert_eq!(Float::new(f64::NAN), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Float {
    value: f64,
    /// The number as written, where the double does not give it back.
    text: Option<Box<str>>,
}

impl Float {
    /// A finite number; `None` for infinities and NaN, which JSON cannot say.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self { value, text: None })
    }

    /// The nearest double.
    pub fn get(&self) -> f64 {
        self.value
    }

    /// Reads the number in front of a cursor.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        const EXPECTED: &str = "a number of at most 1.8e308";
        cursor.peek();
        let at = cursor.at();
        Self::parse_json(cursor.number(EXPECTED)?).ok_or(Fault::Unfit { at, expected: EXPECTED })
    }

    /// Parses a JSON number.
    pub(crate) fn parse_json(text: &str) -> Option<Self> {
        let float = Self::new(text.parse().ok()?)?;
        let is_exact = crate::json::equality::same(text, &float.value.to_string());
        Some(if is_exact { float } else { Self { text: Some(text.into()), ..float } })
    }
}

impl PartialEq for Float {
    /// Compares the doubles.
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.pad(text),
            None => fmt::Display::fmt(&self.value, f),
        }
    }
}

impl fmt::Debug for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.text {
            Some(text) => Json::trusted(text).serialize(serializer),
            None => serializer.serialize_f64(self.value),
        }
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_serde::read(deserializer, |text| {
            Self::read(&mut Cursor::new(text, MAX_DEPTH)).map_err(|fault| fault.explain(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        for text in
            ["0", "-0", "5.0", "1e21", "0.1", "1E-7", "48.856614000000000012", "5e-324", "1.7976931348623157e308"]
        {
            let written = serde_json::to_string(&Float::parse_json(text).unwrap()).unwrap();
            assert!(crate::json::equality::same(text, &written), "{text} {written}");
        }
        assert_eq!(Float::parse_json("1e400"), None);
    }
}
