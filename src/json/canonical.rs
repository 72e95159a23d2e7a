//! JSON text in its canonical form (RFC 8785), if it has one.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::cursor::MAX_DEPTH;
use super::properties::Properties;
use super::scan;

/// A JSON value that is serialized only if it has a canonical form.
///
/// Serializing fails if the value contains a repeated name, a number that no double can hold or a
/// lone surrogate, which RFC 8785 excludes; if it contains `null`, which STIX excludes; and if it
/// is nested more than [`MAX_DEPTH`] deep.
#[derive(Clone, Copy)]
pub(crate) struct Canonical<'a> {
    text: &'a str,
    depth: usize,
}

impl<'a> Canonical<'a> {
    /// Takes text that is known to be one JSON value without white space between tokens.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, depth: MAX_DEPTH }
    }

    fn inner<E: Error>(self, text: &'a str) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))?;
        Ok(Self { text, depth })
    }
}

/// The members of a JSON object, without its braces. See [`Canonical`].
pub(crate) struct CanonicalMembers<'a>(Canonical<'a>);

impl<'a> CanonicalMembers<'a> {
    /// Takes text that is known to be members without white space between tokens.
    pub(crate) fn new(text: &'a str) -> Self {
        Self(Canonical::new(text))
    }
}

impl Serialize for CanonicalMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut names = HashSet::new();
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in Properties::parse_members(self.0.text) {
            let name = decode(name)?;
            map.serialize_entry(&name, &self.0.inner(value)?)?;
            if !names.insert(name) {
                return Err(S::Error::custom("a repeated name"));
            }
        }
        map.end()
    }
}

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text.as_bytes().first() {
            Some(b'{') => CanonicalMembers(Self { text: unwrap(self.text), ..*self }).serialize(serializer),
            Some(b'[') => {
                let mut list = serializer.serialize_seq(None)?;
                for element in elements(unwrap(self.text)) {
                    list.serialize_element(&self.inner(element)?)?;
                }
                list.end()
            }
            Some(b'"') => serializer.serialize_str(&decode(self.text)?),
            Some(b't') => serializer.serialize_bool(true),
            Some(b'f') => serializer.serialize_bool(false),
            _ => serializer.serialize_f64(number(self.text)?),
        }
    }
}

/// The text between the brackets.
fn unwrap(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}

fn elements(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let end = scan::value_end(rest.as_bytes(), 0);
        at += end + 1;
        Some(&rest[..end])
    })
}

fn decode<E: Error>(text: &str) -> Result<Cow<'_, str>, E> {
    scan::decode(text).ok_or_else(|| E::custom("a lone surrogate"))
}

/// `null` has no number either.
fn number<E: Error>(text: &str) -> Result<f64, E> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| E::custom("null, or a number that no double can hold"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn canonical(text: &str) -> Option<String> {
        let json = Json::new(text).unwrap();
        serde_json_canonicalizer::to_string(&Canonical::new(json.as_json())).ok()
    }

    #[test]
    fn canonical_forms() {
        for (text, expected) in [
            (r#"{"b": 1.0, "a": [true, {}, []], "€": "\u0041\/"}"#, Some(r#"{"a":[true,{},[]],"b":1,"€":"A/"}"#)),
            ("[18446744073709551616, -0.0, 1e21, false]", Some("[18446744073709552000,0,1e+21,false]")),
            (r#""😀\n""#, Some(r#""😀\n""#)),
            ("1e400", None),
            ("[-1e400]", None),
            (r#"{"a": null}"#, None),
            (r#"{"a": {"n": 1, "m": 2, "n": 1}}"#, None),
            (r#"{"n": 1, "\u006e": 2}"#, None),
            (r#"["\ud800"]"#, None),
            (r#"{"\udc00": 1}"#, None),
        ] {
            assert_eq!(canonical(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        // `Json` refuses such text already.
        let of_depth = |depth: usize| {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            serde_json_canonicalizer::to_string(&Canonical::new(&text)).ok()
        };
        assert!(of_depth(MAX_DEPTH + 1).is_some());
        assert!(of_depth(MAX_DEPTH + 2).is_none());
        assert!(of_depth(100_000).is_none());
    }
}
