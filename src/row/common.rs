//! The forms that most patterns of most feeds have, read without the parser.
//!
//! Eight in ten patterns are one comparison, and nearly all of those ask one of a dozen paths for one plain string. To
//! know such a pattern by its beginning takes half the time of parsing it. A test compares each form with what the parser
//! and the classification make of it; everything else is left to them.

use std::borrow::Cow;

use memchr::memchr2;

use super::Observable;
use super::key::{Direction, Role};
use super::value::Value;

struct Form {
    /// The pattern up to the value: `[domain-name:value = '`.
    head: &'static str,
    object_type: &'static str,
    key: &'static str,
    role: Role,
}

/// Writes a form from the two halves of its path.
macro_rules! form {
    ($object_type:literal $rest:literal, $role:expr) => {
        Form {
            head: concat!("[", $object_type, $rest, " = '"),
            object_type: $object_type,
            key: concat!($object_type, $rest),
            role: $role,
        }
    };
}

/// The most common first.
const FORMS: &[Form] = &[
    form!("ipv4-addr" ":value", Role::Ipv4),
    form!("domain-name" ":value", Role::Domain),
    form!("url" ":value", Role::Url),
    form!("file" ":hashes.'SHA-256'", Role::Hash(Some(64))),
    form!("file" ":hashes.MD5", Role::Hash(Some(32))),
    form!("file" ":hashes.'SHA-1'", Role::Hash(Some(40))),
    form!("ipv6-addr" ":value", Role::Ipv6),
    form!("email-addr" ":value", Role::Email),
    form!("file" ":name", Role::Name),
];

/// More parts than the syntax tree of any of the forms has.
pub(super) const MOST_PARTS: usize = 8;

/// The observable of a pattern of one of the forms, which stands alone.
pub(super) fn observable(pattern: &str) -> Option<Observable<'_>> {
    let form = FORMS.iter().find(|form| pattern.starts_with(form.head))?;
    let text = pattern[form.head.len()..].strip_suffix("']")?;
    // A quote would end the string, a backslash begin an escape.
    if memchr2(b'\'', b'\\', text.as_bytes()).is_some() {
        return None;
    }
    let value = Value::from_text(Cow::Borrowed(text), form.role);
    Some(Observable {
        object_type: Cow::Borrowed(form.object_type),
        key: Cow::Borrowed(form.key),
        value: value.text,
        norm: value.norm,
        kind: value.kind,
        direction: None::<Direction>,
        well_formed: value.well_formed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;
    use crate::row::classify::Reduced;

    #[test]
    fn a_form_is_what_the_parser_makes_of_it() {
        let values =
            ["", "192.0.2.1", "192.0.2.0/24", "2001:DB8::1", "Example.ORG.", "http://example.org/A b", "aAbB09"];
        let hash = "0123456789ABCDEF".repeat(4);
        for form in FORMS {
            for value in values.iter().copied().chain([&*hash, &hash[..40], &hash[..32], "ünïcode", "a] OR [b"]) {
                let text = format!("{}{value}']", form.head);
                let pattern = Pattern::parse(&text).unwrap();
                let reduced = Reduced::new(&pattern, &text);
                let [term] = &reduced.terms[..] else { panic!("{text} has one term") };
                assert!(crate::pattern::Parser::new().max_nodes(MOST_PARTS).parse(&text).is_ok());
                assert!(term.standalone && term.primary && reduced.reason.is_none());
                assert_eq!(observable(&text).as_ref(), Some(&term.observable), "{text}");
            }
        }
    }

    #[test]
    fn other_forms_are_left_to_the_parser() {
        for text in [
            "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']",
            "[ipv4-addr:value = '192.0.2.1'] AND [url:value = 'x']",
            r"[file:name = 'it\'s']",
            r"[file:name = 'a\\b']",
            "[file:name = 'a' ]",
            "[file:name='a']",
            "[file:name = 'a",
            "[file:name = ']",
            "[file:name = 5]",
            "",
        ] {
            assert_eq!(observable(text), None, "{text}");
        }
    }
}
