//! JSON text to any serializer.

use std::any::{TypeId, type_name};
use std::borrow::Cow;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use super::cursor::{Cursor, Fault, MAX_DEPTH, decode_name};
use super::scan;

/// Text that is known to be one JSON value without white space between tokens.
struct Value<'a>(&'a str);

impl Serialize for Value<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

/// Writes a JSON value: as it is with `serde_json`, and as a value of their own to other formats.
/// `text` has no white space between tokens.
///
/// # Errors
///
/// Those of the serializer. A number beyond the doubles, and a string with a lone surrogate, have
/// no form outside of JSON.
#[inline]
pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if takes_raw_text::<S>() {
        // Making a `RawValue` checks the text again, at the speed of skipping it.
        let raw: &RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
        return raw.serialize(serializer);
    }
    serialize_value(text, serializer)
}

/// Whether the serializer is one of `serde_json`'s own, which write a `RawValue` as it is. All
/// others would write the private name under which it comes.
///
/// The type of the error cannot be mistaken, but adapters share it: those that `serde` itself uses
/// for `flatten` and for tagged enums do not pass a `RawValue` on. So the serializer's name has to
/// be right, too. If a release of the compiler wrote names otherwise, values would be written, and
/// the tests would fail.
#[inline]
fn takes_raw_text<S: Serializer>() -> bool {
    typeid::of::<S::Error>() == TypeId::of::<serde_json::Error>()
        && (type_name::<S>().starts_with("&mut serde_json::ser::Serializer<")
            || typeid::of::<S>() == TypeId::of::<serde_json::value::Serializer>())
}

fn serialize_value<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match text.as_bytes().first() {
        Some(b'{') => {
            let members = members(text).map_err(|fault| S::Error::custom(fault.describe(text)))?;
            let mut map = serializer.serialize_map(Some(members.len()))?;
            for (name, value) in members {
                map.serialize_entry(&name, &Value(value))?;
            }
            map.end()
        }
        Some(b'[') => {
            let elements = elements(text).map_err(|fault| S::Error::custom(fault.describe(text)))?;
            let mut list = serializer.serialize_seq(Some(elements.len()))?;
            elements.into_iter().try_for_each(|element| list.serialize_element(&Value(element)))?;
            list.end()
        }
        Some(b'"') => match scan::decode(text) {
            Some(string) => serializer.serialize_str(&string),
            None => Err(no_form("string", text)),
        },
        Some(b't') => serializer.serialize_bool(true),
        Some(b'f') => serializer.serialize_bool(false),
        Some(b'n') | None => serializer.serialize_unit(),
        Some(_) => serialize_number(text, serializer),
    }
}

/// Whole numbers keep their digits as far as the format has them. Binary formats count as having 64
/// bits: `rmp-serde` writes wider ones as bytes. All other numbers become the nearest double.
fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = text.parse() {
        return serializer.serialize_u64(number);
    }
    if let Ok(number) = text.parse() {
        return serializer.serialize_i64(number);
    }
    if serializer.is_human_readable() {
        if let Ok(number) = text.parse() {
            return serializer.serialize_u128(number);
        }
        if let Ok(number) = text.parse() {
            return serializer.serialize_i128(number);
        }
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => serializer.serialize_f64(number),
        _ => Err(no_form("number", text)),
    }
}

#[cold]
fn no_form<E: Error>(what: &str, text: &str) -> E {
    /// The beginning of a long value shows which one it is.
    const SHOWN: usize = 40;
    let shown: String = text.chars().take(SHOWN).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    E::custom(format_args!("the {what} {shown}{dots} has no form outside of JSON"))
}

fn elements(text: &str) -> Result<Vec<&str>, Fault> {
    let mut cursor = Cursor::new(text, MAX_DEPTH);
    cursor.open(b'[', "a list")?;
    let mut elements = Vec::new();
    while cursor.next_element(elements.is_empty())? {
        elements.push(cursor.raw()?.text);
    }
    Ok(elements)
}

/// The names and values of an object. If a name is repeated, the last value counts.
fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, Fault> {
    let mut cursor = Cursor::new(text, MAX_DEPTH);
    cursor.open(b'{', "an object")?;
    let mut members = Vec::new();
    while let Some(name) = cursor.next_name(members.is_empty())? {
        let name = decode_name(name).ok_or_else(|| cursor.undecodable_name())?;
        members.push((name, cursor.raw()?.text));
    }
    let name = |place: &usize| &members[*place].0;
    let mut places: Vec<usize> = (0..members.len()).collect();
    places.sort_by(|a, b| name(a).cmp(name(b)));
    let mut is_repeated = vec![false; places.len()];
    for same in places.windows(2).filter(|pair| name(&pair[0]) == name(&pair[1])) {
        is_repeated[same[0]] = true;
    }
    let mut is_repeated = is_repeated.into_iter();
    members.retain(|_| is_repeated.next() == Some(false));
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_json_gets_the_text() {
        for text in [r#"{"a":1.50,"a":[1e400,"\ud800"]}"#, "123456789012345678901234567890.10", "null"] {
            assert_eq!(serde_json::to_string(&Value(text)).unwrap(), text);
            assert_eq!(serde_json::to_vec(&[Value(text)]).unwrap(), format!("[{text}]").into_bytes());
            let mut pretty = Vec::new();
            Value(text).serialize(&mut serde_json::Serializer::pretty(&mut pretty)).unwrap();
            assert_eq!(String::from_utf8(pretty).unwrap(), text);
        }
        let value = serde_json::to_value(Value(r#"{"a":[1,{"b":null}]}"#)).unwrap();
        assert_eq!(value, serde_json::json!({"a": [1, {"b": null}]}));
    }

    #[test]
    fn members_are_unique() {
        let text = r#"{"a":1,"b":{"a":2},"\u0061":3,"c":4,"a":[5]}"#;
        let members: Vec<_> = members(text).unwrap();
        let expected = [("b", r#"{"a":2}"#), ("c", "4"), ("a", "[5]")];
        assert_eq!(members, expected.map(|(name, value)| (Cow::Borrowed(name), value)));
    }
}
