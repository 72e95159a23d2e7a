//! References to other objects in properties that are kept as JSON.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::{memmem, memrchr, memrchr2};

use super::traits::Visit;
use super::view::PropertyValue;
use crate::id::Identifier;
use crate::json::{Properties, scan};

/// Whether a property of this name holds references (STIX 2.1 section 11.1).
fn is_reference(name: &str) -> bool {
    name.ends_with("_ref") || name.ends_with("_refs")
}

/// Calls `visit` on each reference in a value. What it holds is nested only as deep as the input
/// was.
pub(crate) fn in_value<'a>(property: Cow<'a, str>, value: PropertyValue<'a>, visit: Visit<'_, 'a>) {
    let mut open = Vec::new();
    let mut next = Some((property, value));
    while let Some((property, value)) = next.take().or_else(|| open.pop()) {
        match value {
            PropertyValue::Id(target) => visit(property, Cow::Borrowed(target)),
            PropertyValue::Text(text) if is_reference(&property) => {
                visit(property, Cow::Owned(Identifier::from(&*text)));
            }
            // From last to first, since the last one put in is the first one out.
            PropertyValue::List(list) => {
                let elements: Vec<_> = list.iter().collect();
                open.extend(elements.into_iter().rev().map(|element| (property.clone(), element)));
            }
            PropertyValue::Map(map) => {
                let members: Vec<_> = map.iter().collect();
                open.extend(members.into_iter().rev());
            }
            _ => {}
        }
    }
}

static NAME_END: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("_ref"));
static ESCAPE: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("\\u00"));

/// Calls `visit` on each reference in properties that are kept as JSON, at any depth. A text that
/// has not the `--` of an identifier is not one.
///
/// `is_typed` tells which of the properties themselves do not count, because a typed one of that
/// name is written instead.
///
/// Most custom properties are long and hold no references. The text is compact JSON, so the name of
/// a reference ends with the bytes `_ref":` or `_refs":`, which no string can contain, because
/// there the quote would be escaped. Searching for them is much faster than going through the
/// members.
#[inline]
pub(crate) fn in_properties<'a>(properties: &'a Properties, is_typed: impl Fn(&str) -> bool, visit: Visit<'_, 'a>) {
    let text = properties.as_members();
    // Most parts of an object have none at all.
    if !text.is_empty() {
        in_members(text, &is_typed, visit);
    }
}

fn in_members<'a>(text: &'a str, is_typed: &dyn Fn(&str) -> bool, visit: Visit<'_, 'a>) {
    let mut top_level = None;
    let mut is_written = |name: &str, start: usize| {
        if !is_typed(name) {
            return true;
        }
        let names = top_level.get_or_insert_with(|| names(text));
        names.binary_search(&start).is_err()
    };
    if has_escaped_letters(text) {
        all_members(text, &mut |quoted, start, value| {
            let name = scan::decode(quoted).filter(|name| is_reference(name));
            if let Some(name) = name.filter(|name| is_written(name, start)) {
                in_lists(name, PropertyValue::from_json(value), visit);
            }
        });
        return;
    }
    for end in NAME_END.find_iter(text.as_bytes()) {
        let rest = &text[end + "_ref".len()..];
        let Some(rest) = rest.strip_prefix('s').unwrap_or(rest).strip_prefix("\":") else { continue };
        // Names inside of maps are found by themselves.
        if !rest.starts_with(['"', '[']) {
            continue;
        }
        let value = text.len() - rest.len();
        let Some((start, name)) = name_before(text, end, value - "\":".len()) else { continue };
        if !is_written(&name, start) {
            continue;
        }
        // Nearly all identifiers are without escapes.
        match plain_text(rest) {
            Some(text) => visit_text(name, text, visit),
            None => {
                let value_end = scan::value_end(text.as_bytes(), value);
                in_lists(name, PropertyValue::from_json(&text[value..value_end]), visit);
            }
        }
    }
}

/// The name that has `_ref` at a place, and where its quote is.
#[inline]
fn name_before(text: &str, place: usize, end: usize) -> Option<(usize, Cow<'_, str>)> {
    let bytes = text.as_bytes();
    // Nearly all names are without escapes.
    let before = memrchr2(b'"', b'\\', &bytes[..place])?;
    if bytes[before] == b'"' && (before == 0 || bytes[before - 1] != b'\\') {
        return Some((before, Cow::Borrowed(&text[before + 1..end])));
    }
    let start = name_start(text, place);
    Some((start, scan::decode(&text[start..=end])?))
}

/// Whether a letter of `_refs` may be written as an escape.
fn has_escaped_letters(text: &str) -> bool {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return false;
    }
    let letters = [*b"5f", *b"5F", *b"72", *b"65", *b"66", *b"73"];
    let mut escapes = ESCAPE.find_iter(text.as_bytes());
    escapes.any(|at| text.as_bytes().get(at + 4..at + 6).is_some_and(|code| letters.iter().any(|own| own == code)))
}

/// The string that the text begins with, if it has no escapes.
#[inline]
fn plain_text(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?;
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    (text.as_bytes()[end] == b'"').then(|| &text[..end])
}

/// Calls `visit` on a text that is an identifier.
#[inline]
fn visit_text<'a>(name: Cow<'a, str>, text: &str, visit: Visit<'_, 'a>) {
    let id = Identifier::from(text);
    if id.has_prefix() {
        visit(name, Cow::Owned(id));
    }
}

/// Where the name that ends here starts: at the last quote that is not escaped.
fn name_start(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut from = end;
    while let Some(quote) = memrchr(b'"', &bytes[..from]) {
        let backslashes = bytes[..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return quote;
        }
        from = quote;
    }
    0
}

/// The places of the names that are not in a member's value, in order.
fn names(text: &str) -> Vec<usize> {
    Properties::parse_members(text).map(|(name, _)| name.as_ptr() as usize - text.as_ptr() as usize).collect()
}

/// Calls `each` with each member of an object in the text that may be a reference, at any depth:
/// its name in quotes, where that is, and its value.
fn all_members<'a>(text: &'a str, each: &mut impl FnMut(&'a str, usize, &'a str)) {
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &text.as_bytes()[at..]).map(|found| at + found) {
        let Some(end) = scan::string_end(text.as_bytes(), quote) else { return };
        at = end;
        let is_name = text.as_bytes().get(end) == Some(&b':');
        // The ends of other values are not looked for, because that would be once for each depth.
        if is_name && scan::decode(&text[quote..end]).is_some_and(|name| is_reference(&name)) {
            let value_end = scan::value_end(text.as_bytes(), end + 1);
            each(&text[quote..end], quote, &text[end + 1..value_end]);
        }
    }
}

/// Calls `visit` on a text, or on the texts of a list and of lists in it. Names inside of maps are
/// found by themselves.
fn in_lists<'a>(name: Cow<'a, str>, value: PropertyValue<'a>, visit: Visit<'_, 'a>) {
    let mut open = Vec::new();
    let mut next = Some(value);
    while let Some(value) = next.take().or_else(|| open.pop()) {
        match value {
            PropertyValue::Text(text) => visit_text(name.clone(), &text, visit),
            PropertyValue::List(list) => {
                let start = open.len();
                open.extend(list.iter());
                open[start..].reverse();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_at_any_depth() {
        for (json, expected) in [
            (
                r#"{"a_ref":"x--1","b":["y--2"],"c":{"d_refs":["z--3",{"e_ref":"u--4"}]}}"#,
                "a_ref x--1, d_refs z--3, e_ref u--4",
            ),
            (
                r#"{"a\u005fref":"x--1","b_r\u0065fs":["y--2",["z--3"]],"c":"\u0065"}"#,
                "a_ref x--1, b_refs y--2, b_refs z--3",
            ),
            (r#"{"a":"b_ref","_reference":"x--1","c_refs":{"d":"e--1"}}"#, ""),
            (r#"{"a":"\"b_ref\":\"c--1\"","d":"e_ref\":","f_ref":"g--1"}"#, "f_ref g--1"),
            (r#"{"a":"\u00e9","b_ref":"c--1"}"#, "b_ref c--1"),
            (r#"{"q\"_ref":"c--1","r\\":1,"_ref":"d--1"}"#, "q\"_ref c--1, _ref d--1"),
            (r#"{"x_ticket_ref":"42","y_ref":5,"z_refs":[null,"a--1",{"b":[]}]}"#, "z_refs a--1"),
            (r#"{"typed_ref":"x--1","a":{"typed_ref":"y--1"}}"#, "typed_ref y--1"),
            (r#"{"typed_ref":"x--1","a":{"typed_r\u0065f":"y--1"}}"#, "typed_ref y--1"),
            (r#"{}"#, ""),
        ] {
            let properties: Properties = serde_json::from_str(json).unwrap();
            let mut found = Vec::new();
            let mut visit = |name: Cow<'_, str>, id: Cow<'_, Identifier>| found.push(format!("{name} {id}"));
            in_properties(&properties, |name| name == "typed_ref", &mut visit);
            assert_eq!(found.join(", "), expected, "{json}");
        }
    }

    #[test]
    fn many_names_of_typed_properties_take_linear_time() {
        let nested = (0..100_000).map(|_| r#"{"typed_ref":"y--1"}"#).collect::<Vec<_>>().join(",");
        let properties: Properties = serde_json::from_str(&format!(r#"{{"a":[{nested}]}}"#)).unwrap();
        let mut count = 0;
        in_properties(&properties, |_| true, &mut |_, _| count += 1);
        assert_eq!(count, 100_000);
    }
}
