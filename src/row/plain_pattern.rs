//! The forms that most patterns of most feeds have, read without the parser.
//!
//! Eight in ten patterns are one comparison, most others a list of them joined by `OR`, and nearly
//! all comparisons ask one of a dozen paths for one plain string. To know such a pattern by the
//! beginnings of its comparisons takes half the time of parsing it. Tests compare what is read here
//! with what the parser and the classification make of it; everything else is left to them.

use std::borrow::Cow;

use memchr::memchr2;

use super::direction::Direction;
use super::key::Role;
use super::observable::Observable;
use super::value::Value;

struct Form {
    /// The comparison up to the value: `domain-name:value = '`.
    head: &'static str,
    object_type: &'static str,
    key: &'static str,
    role: Role,
}

/// Writes a form from the two halves of its path.
macro_rules! form {
    ($object_type:literal $rest:literal, $role:expr) => {
        Form {
            head: concat!($object_type, $rest, " = '"),
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

/// A pattern of these forms. Each of its values stands alone.
#[derive(Debug)]
pub(super) enum PlainPattern<'a> {
    One(Observable<'a>),
    /// Two or more, joined by `OR` within an observation or between several.
    AnyOf(Vec<Observable<'a>>),
}

/// Reads a pattern of at most `most` values.
pub(super) fn read_plain(pattern: &str, most: usize) -> Option<PlainPattern<'_>> {
    let (first, mut behind) = comparison(pattern.strip_prefix('[')?)?;
    if behind == "]" {
        return (most > 0).then_some(PlainPattern::One(first));
    }
    let mut all = vec![first];
    while behind != "]" {
        let next = behind.strip_prefix(" OR ").or_else(|| behind.strip_prefix("] OR ["))?;
        let (observable, rest) = comparison(next)?;
        all.push(observable);
        behind = rest;
        if all.len() > most {
            return None;
        }
    }
    Some(PlainPattern::AnyOf(all))
}

/// The observable of the comparison that starts here, and what follows it.
fn comparison(text: &str) -> Option<(Observable<'_>, &str)> {
    let first = text.as_bytes().first();
    // Most forms differ in their first letter already.
    let form = FORMS.iter().find(|form| form.head.as_bytes().first() == first && text.starts_with(form.head))?;
    let rest = &text[form.head.len()..];
    // A quote ends the string, a backslash begins an escape.
    let (value, rest) = rest.split_at(memchr2(b'\'', b'\\', rest.as_bytes())?);
    let behind = rest.strip_prefix('\'')?;
    let value = Value::from_text(Cow::Borrowed(value), form.role);
    let observable = Observable {
        object_type: Cow::Borrowed(form.object_type),
        key: Cow::Borrowed(form.key),
        value: value.text,
        norm: value.norm,
        kind: value.kind,
        direction: None::<Direction>,
        well_formed: value.well_formed,
    };
    Some((observable, behind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::{Parser, Pattern};
    use crate::row::classify::Reduced;

    const VALUES: &[&str] =
        &["", "192.0.2.1", "192.0.2.0/24", "2001:DB8::1", "Example.ORG.", "http://example.org/A b", "aAbB09"];

    #[test]
    fn a_form_is_what_the_parser_makes_of_it() {
        let hash = "0123456789ABCDEF".repeat(4);
        for form in FORMS {
            for value in VALUES.iter().copied().chain([&*hash, &hash[..40], &hash[..32], "ünïcode", "a] OR [b"]) {
                let text = format!("[{}{value}']", form.head);
                let pattern = Pattern::parse(&text).unwrap();
                let reduced = Reduced::new(&pattern, &text);
                let [term] = &reduced.terms[..] else { panic!("{text} has one term") };
                assert!(Parser::new().with_max_nodes(MOST_PARTS).parse(&text).is_ok());
                assert!(term.standalone && term.primary && reduced.reason.is_none());
                let Some(PlainPattern::One(observable)) = read_plain(&text, 1) else { panic!("{text} is plain") };
                assert_eq!(observable, term.observable, "{text}");
                assert!(read_plain(&text, 0).is_none());
            }
        }
    }

    proptest! {
        #[test]
        fn a_list_is_what_the_parser_makes_of_it(
            terms in prop::collection::vec((0..FORMS.len(), prop::sample::select(VALUES), any::<bool>()), 2..20),
        ) {
            let mut text = String::new();
            for (form, value, is_apart) in &terms {
                text += if text.is_empty() { "[" } else if *is_apart { "] OR [" } else { " OR " };
                text += &format!("{}{value}'", FORMS[*form].head);
            }
            text.push(']');
            let expected = Reduced::new(&Parser::new().with_max_nodes(MOST_PARTS * terms.len()).parse(&text).unwrap(), &text);
            let Some(PlainPattern::AnyOf(observables)) = read_plain(&text, terms.len()) else { panic!("{text} is plain") };
            prop_assert!(read_plain(&text, terms.len() - 1).is_none());
            let reduced = Reduced::any_of(observables);
            prop_assert_eq!(format!("{reduced:?}"), format!("{expected:?}"));
        }
    }

    #[test]
    fn other_forms_are_left_to_the_parser() {
        for text in [
            "[ipv4-addr:value = '192.0.2.1' AND ipv4-addr:value = '192.0.2.2']",
            "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value != '192.0.2.2']",
            "[ipv4-addr:value = '192.0.2.1' OR file:size = 5]",
            "[ipv4-addr:value = '192.0.2.1' OR ]",
            "[ipv4-addr:value = '192.0.2.1'] OR ",
            "[ipv4-addr:value = '192.0.2.1'] OR [url:value = 'x'] WITHIN 5 SECONDS",
            "[ipv4-addr:value = '192.0.2.1'] AND [url:value = 'x']",
            "[ipv4-addr:value = '192.0.2.1' OR [url:value = 'x']",
            "[ipv4-addr:value = '192.0.2.1']]",
            r"[file:name = 'it\'s']",
            r"[file:name = 'a\\b']",
            "[file:name = 'a' ]",
            "[file:name='a']",
            "[file:name = 'a",
            "[file:name = 'a'",
            "[file:name = ']",
            "[file:name = 5]",
            "[",
            "",
        ] {
            assert!(read_plain(text, 9).is_none(), "{text}");
        }
    }
}
