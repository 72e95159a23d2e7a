//! References to other objects in properties that are kept as JSON.

use std::borrow::Cow;

use memchr::memmem;

use super::traits::Visit;
use super::view::PropertyValue;
use crate::id::Identifier;
use crate::json::Properties;

/// Whether a property of this name holds references (STIX 2.1 section 11.1).
pub(crate) fn is_reference(name: &str) -> bool {
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

/// Calls `visit` on each reference in properties that are kept as JSON, at any depth, without the
/// properties that `skip` names.
pub(crate) fn in_properties<'a>(properties: &'a Properties, skip: impl Fn(&str) -> bool, visit: Visit<'_, 'a>) {
    let text = properties.as_members().as_bytes();
    // The name of a reference ends like this, unless it is written with escapes.
    if text.is_empty() || (memmem::find(text, b"_ref").is_none() && memmem::find(text, b"\\u00").is_none()) {
        return;
    }
    let PropertyValue::Map(map) = PropertyValue::from_properties(properties) else { return };
    for (name, value) in map.iter().filter(|(name, _)| !skip(name)) {
        in_value(name, value, &mut *visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_escapes_are_names() {
        for (json, expected) in [
            (r#"{"a_ref":"x--1","b":["y--2"],"c":{"d_refs":["z--3",{"e_ref":"u--4"}]}}"#, "x--1 z--3 u--4"),
            (r#"{"a\u005fref":"x--1","b_r\u0065fs":["y--2"]}"#, "x--1 y--2"),
            (r#"{"a":"b_ref","_reference":"x--1"}"#, ""),
            (r#"{"skipped_ref":"x--1"}"#, ""),
        ] {
            let properties: Properties = serde_json::from_str(json).unwrap();
            let mut found = Vec::new();
            in_properties(&properties, |name| name == "skipped_ref", &mut |_, id| found.push(id.to_string()));
            assert_eq!(found.join(" "), expected, "{json}");
        }
    }
}
