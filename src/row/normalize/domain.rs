//! Domain names.

use std::borrow::Cow;

use url::Host;

use crate::json::scan::all_bytes;

/// Lower case, A-labels, without the final dot.
pub(crate) fn normal(name: &str) -> Option<Cow<'_, str>> {
    if is_plain(name) {
        return Some(Cow::Borrowed(name));
    }
    if !all_bytes(name, |byte| is_of_name(byte) || !byte.is_ascii()) || name.contains(char::is_whitespace) {
        return None;
    }
    if name.is_ascii() && !has_a_label(name) {
        // UTS 46 would do no more.
        return lower(name);
    }
    match Host::parse(name) {
        Ok(Host::Domain(mapped)) => lower(&mapped).map(|name| Cow::Owned(name.into_owned())),
        // An A-label that stands for nothing, or a name that looks like the end of an address, is
        // still a name that can be asked for.
        _ if name.is_ascii() => lower(name),
        _ => None,
    }
}

/// The normal form; for text that is not a name, the text with its ASCII letters in lower case.
pub(crate) fn normal_or_lower(text: &str) -> Cow<'_, str> {
    normal(text).unwrap_or_else(|| lowered(text))
}

/// Whether the name is its own normal form, as far as one look at its bytes shows.
pub(crate) fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    all_bytes(name, is_plain) && is_name(name) && !name.ends_with('.') && !has_a_label(name)
}

/// Lower case without the final dot, if that leaves a name of ASCII.
fn lower(name: &str) -> Option<Cow<'_, str>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    (is_name(name) && all_bytes(name, is_of_name) && !name.ends_with('.')).then(|| lowered(name))
}

fn lowered(text: &str) -> Cow<'_, str> {
    if all_bytes(text, |byte| !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.to_ascii_lowercase())
}

/// Lenient: names with underscores and of one label are in use.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !has_pair(name, *b"..")
}

/// Whether two bytes occur next to each other. It never stops early, so that the compiler can look
/// at many bytes at once.
pub(crate) fn has_pair(text: &str, pair: [u8; 2]) -> bool {
    let bytes = text.as_bytes();
    let next = bytes.get(1..).unwrap_or_default();
    let is_pair = |first: u8, second: u8| u8::from(first == pair[0]) & u8::from(second == pair[1]);
    bytes.iter().zip(next).fold(0, |found, (first, second)| found | is_pair(*first, *second)) != 0
}

/// Whether a label may be one in Punycode, which has to be looked at.
fn has_a_label(name: &str) -> bool {
    has_pair(name, *b"--")
        && name.split('.').any(|label| label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `url` makes of a name. Names that it takes for addresses are left out.
    fn slow(name: &str) -> Option<String> {
        match Host::parse(name) {
            Ok(Host::Domain(mapped)) => Some(mapped),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_plain_name_is_what_url_makes_of_it(
            name in prop_oneof!["[a-z0-9_-]{1,6}(\\.[a-z0-9_-]{1,6}){0,3}", "[a-zA-Z0-9._-]{0,12}", "(xn--)?[a-z.-]{1,8}"],
        ) {
            if is_plain(&name) && let Some(mapped) = slow(&name) {
                prop_assert_eq!(mapped, name);
            }
        }

        #[test]
        fn ascii_names_are_mapped_as_url_maps_them(name in "[a-zA-Z0-9._-]{1,16}") {
            if let (Some(own), Some(mapped)) = (normal(&name), slow(&name)) {
                prop_assert_eq!(&*own, mapped.strip_suffix('.').unwrap_or(&mapped));
            }
        }
    }

    #[test]
    fn names() {
        for (name, expected) in [
            ("example.org", Some("example.org")),
            ("WWW.Example.ORG.", Some("www.example.org")),
            ("_dmarc.example.org", Some("_dmarc.example.org")),
            ("B\u{dc}CHER.example", Some("xn--bcher-kva.example")),
            ("XN--BCHER-KVA.example.", Some("xn--bcher-kva.example")),
            ("stra\u{df}e.example", Some("xn--strae-oqa.example")),
            ("example\u{3002}org", Some("example.org")),
            ("xn--a.example", Some("xn--a.example")),
            ("ab--c.example", Some("ab--c.example")),
            ("localhost", Some("localhost")),
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.0x1", Some("192.0.2.0x1")),
            ("", None),
            (".", None),
            ("a..b", None),
            ("a..", None),
            (".a", None),
            ("*.example.org", None),
            ("example[.]org", None),
            ("exa%6dple.org", None),
            ("a b", None),
            ("a\u{a0}b", None),
            ("\u{ff11}\u{ff12}\u{ff17}.0.0.1", None),
        ] {
            assert_eq!(normal(name).as_deref(), expected, "{name}");
        }
    }
}
