//! Values: decoded, normalised, and of what kind.

use std::borrow::Cow;

use super::address::Network;
use super::key::Role;
use super::value_kind::ValueKind;
use crate::json::scan::all_bytes;
use crate::pattern::ast::{Integer, Literal, Span};

/// A value in its two forms.
#[derive(Debug)]
pub(crate) struct Value<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) norm: Cow<'a, str>,
    pub(crate) kind: ValueKind,
    pub(crate) well_formed: bool,
}

impl<'a> Value<'a> {
    /// `pattern` is what `literal` was parsed from.
    pub(crate) fn new(literal: &Literal<'a>, pattern: &'a str, role: Role) -> Self {
        // What stands between the letter with its quote and the last quote.
        let inner = |span: Span| Cow::Borrowed(&pattern[span.start + 2..span.end - 1]);
        let whole = |span: Span| Cow::Borrowed(&pattern[span.range()]);
        match literal {
            Literal::String(string) => Self::from_text(string.value.clone(), role),
            Literal::Integer(number) => Self::from_number(whole(number.span), number, role),
            Literal::Float(number) => {
                let norm = number.value().to_string();
                Self::other(whole(number.span), Some(norm), ValueKind::Number, role)
            }
            Literal::Boolean(boolean) => Self::other(whole(boolean.span), None, ValueKind::Boolean, role),
            Literal::Timestamp(time) => Self::other(inner(time.span), None, ValueKind::Timestamp, role),
            Literal::Hex(hex) if matches!(role, Role::Hash(_)) => Self::from_text(inner(hex.span), role),
            Literal::Hex(hex) => {
                let norm = hex.digits().to_ascii_lowercase();
                Self::other(inner(hex.span), Some(norm), ValueKind::Binary, role)
            }
            Literal::Binary(binary) => Self::other(inner(binary.span), None, ValueKind::Binary, role),
        }
    }

    pub(crate) fn from_text(text: Cow<'a, str>, role: Role) -> Self {
        let (norm, kind, well_formed) = match role {
            Role::Ipv4 | Role::Ipv6 => match Network::parse(&text) {
                Some(network) => {
                    let well_formed = network.is_ipv4() == (role == Role::Ipv4);
                    (network.normal(), network.kind(), well_formed)
                }
                None => (None, ValueKind::Text, false),
            },
            Role::Endpoint => match Network::parse(&text) {
                Some(network) => (network.normal(), network.kind(), true),
                None if is_mac(&text) => (mac(&text), ValueKind::Mac, true),
                None if is_domain(&text) => (domain(&text), ValueKind::Domain, true),
                None => (None, ValueKind::Text, true),
            },
            // An address for a domain name stays what it is: changing it would hide the fault.
            Role::Domain => (domain(&text), ValueKind::Domain, is_domain(&text) && Network::parse(&text).is_none()),
            Role::Url => (None, ValueKind::Url, !text.is_empty() && !has_blank(&text)),
            Role::Email => (email(&text), ValueKind::Email, is_email(&text)),
            Role::Mac if is_mac(&text) => (mac(&text), ValueKind::Mac, true),
            Role::Mac => (None, ValueKind::Text, false),
            Role::Hash(digits) => {
                let is_hex = !text.is_empty() && all_bytes(&text, |byte| byte.is_ascii_hexdigit());
                let well_formed = match digits {
                    Some(digits) => is_hex && text.len() == digits,
                    None => !text.is_empty(),
                };
                (lower(&text).filter(|_| is_hex), ValueKind::Hash, well_formed)
            }
            Role::Port => number(&text, u64::from(u16::MAX), ValueKind::Port),
            Role::Asn => {
                let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(&text);
                let (norm, kind, well_formed) = number(digits, u64::from(u32::MAX), ValueKind::Asn);
                let is_bare = digits.len() == text.len();
                (norm.or_else(|| (well_formed && !is_bare).then(|| digits.to_owned())), kind, well_formed)
            }
            Role::Number => number(&text, u64::MAX, ValueKind::Number),
            Role::FilePath => (None, ValueKind::Path, !text.is_empty()),
            Role::Name => (None, ValueKind::Name, !text.is_empty()),
            Role::RegistryKey => (None, ValueKind::RegistryKey, !text.is_empty()),
            Role::Text => (None, ValueKind::Text, true),
        };
        let norm = norm.map_or_else(|| text.clone(), Cow::Owned);
        Self { text, norm, kind, well_formed }
    }

    fn from_number(text: Cow<'a, str>, number: &Integer<'_>, role: Role) -> Self {
        let (kind, max) = match role {
            Role::Port => (ValueKind::Port, i64::from(u16::MAX)),
            Role::Asn => (ValueKind::Asn, i64::from(u32::MAX)),
            _ => (ValueKind::Number, i64::MAX),
        };
        let fits = number.value().is_some_and(|value| (0..=max).contains(&value)) || kind == ValueKind::Number;
        let kind = if fits { kind } else { ValueKind::Number };
        let is_plain = !text.starts_with(['+', '0', '-']) || text == "0";
        let mut value = Self::other(text, (!is_plain).then(|| number.digits().to_owned()), kind, role);
        value.well_formed = match role {
            Role::Port | Role::Asn => fits,
            Role::Number | Role::Text => true,
            _ => false,
        };
        value
    }

    /// A constant that is no string. Text is what only strings are, so a path that promises it is
    /// let down.
    fn other(text: Cow<'a, str>, norm: Option<String>, kind: ValueKind, role: Role) -> Self {
        let norm = match norm {
            Some(norm) if norm != text => Cow::Owned(norm),
            _ => text.clone(),
        };
        let well_formed = role == Role::Text || (role == Role::Number && kind == ValueKind::Number);
        Self { text, norm, kind, well_formed }
    }
}

/// Whole decimal numbers, which many feeds write as strings.
fn number(text: &str, max: u64, kind: ValueKind) -> (Option<String>, ValueKind, bool) {
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(value) if is_decimal && value <= max => {
            ((text.len() > 1 && text.starts_with('0')).then(|| value.to_string()), kind, true)
        }
        _ => (None, ValueKind::Text, false),
    }
}

/// The text in lower case, unless it is.
fn lower(text: &str) -> Option<String> {
    (!all_bytes(text, |byte| !byte.is_ascii_uppercase())).then(|| text.to_ascii_lowercase())
}

/// Whether there is a blank of Unicode. Most text is ASCII without any, which is faster to see.
fn has_blank(text: &str) -> bool {
    !all_bytes(text, |byte| matches!(byte, b'!'..=b'~')) && text.contains(char::is_whitespace)
}

/// Lower case, without the final dot, unless it is so already.
fn domain(text: &str) -> Option<String> {
    let name = match text.strip_suffix('.') {
        Some(name) if !name.is_empty() => name,
        _ => text,
    };
    if name.is_ascii() {
        return lower(name).or_else(|| (name.len() < text.len()).then(|| name.to_owned()));
    }
    let name = name.to_lowercase();
    (name != text).then_some(name)
}

/// Lenient: names with underscores, of one label or in Unicode are in use.
fn is_domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let has_empty_label = || name.starts_with('.') || name.as_bytes().windows(2).any(|pair| pair == b"..");
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || !byte.is_ascii();
    !name.is_empty() && all_bytes(name, is_of_name) && !has_empty_label() && !has_blank(name)
}

/// The domain in lower case. What stands before the `@` is its host's business.
fn email(text: &str) -> Option<String> {
    let (user, host) = text.rsplit_once('@')?;
    domain(host).map(|host| format!("{user}@{host}"))
}

fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !has_blank(text))
}

/// Six pairs of digits with `:` or `-` between.
fn is_mac(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(place, byte)| match place % 3 {
            2 => byte == text.as_bytes()[2] && matches!(byte, b':' | b'-'),
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The standard's form: lower case, colons.
fn mac(text: &str) -> Option<String> {
    let normal = text.to_ascii_lowercase().replace('-', ":");
    (normal != text).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(role: Role, text: &str) -> (String, ValueKind, bool) {
        let value = Value::from_text(Cow::Borrowed(text), role);
        assert_eq!(value.text, text);
        (value.norm.into_owned(), value.kind, value.well_formed)
    }

    #[track_caller]
    fn same(role: Role, value: &str, norm: &str, kind: ValueKind) {
        assert_eq!(text(role, value), (norm.to_owned(), kind, true));
    }

    #[track_caller]
    fn odd(role: Role, value: &str, norm: &str, kind: ValueKind) {
        assert_eq!(text(role, value), (norm.to_owned(), kind, false));
    }

    #[test]
    fn addresses() {
        same(Role::Ipv4, "192.0.2.1", "192.0.2.1", ValueKind::Ipv4);
        same(Role::Ipv6, "2001:DB8:0:0::1", "2001:db8::1", ValueKind::Ipv6);
        same(Role::Ipv6, "2001:db8::1", "2001:db8::1", ValueKind::Ipv6);
        same(Role::Ipv6, "::FFFF:192.0.2.1", "::ffff:192.0.2.1", ValueKind::Ipv6);
        odd(Role::Ipv4, "2001:db8::1", "2001:db8::1", ValueKind::Ipv6);
        for wrong in ["", "192.0.2", "192.0.2.256", "192.0.02.1", "192.0.2.1 ", "fe80::1%eth0", "192.0.2[.]1", "é"] {
            odd(Role::Ipv4, wrong, wrong, ValueKind::Text);
        }
    }

    #[test]
    fn networks() {
        same(Role::Ipv4, "198.51.100.0/24", "198.51.100.0/24", ValueKind::Cidr);
        same(Role::Ipv4, "198.51.100.77/24", "198.51.100.0/24", ValueKind::Cidr);
        same(Role::Ipv4, "198.51.100.77/032", "198.51.100.77", ValueKind::Ipv4);
        same(Role::Ipv4, "192.0.2.1/32", "192.0.2.1", ValueKind::Ipv4);
        same(Role::Ipv4, "192.0.2.1/0", "0.0.0.0/0", ValueKind::Cidr);
        same(Role::Ipv6, "2001:DB8::/32", "2001:db8::/32", ValueKind::Cidr);
        same(Role::Ipv6, "2001:db8::1/128", "2001:db8::1", ValueKind::Ipv6);
        same(Role::Ipv6, "::1/0", "::/0", ValueKind::Cidr);
        for wrong in ["192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+8", "192.0.2.0/8/8", "192.0.2.0/255.0.0.0", "::/129"] {
            odd(Role::Ipv4, wrong, wrong, ValueKind::Text);
        }
    }

    #[test]
    fn what_a_reference_leads_to_shows_in_the_value() {
        same(Role::Endpoint, "192.0.2.1", "192.0.2.1", ValueKind::Ipv4);
        same(Role::Endpoint, "192.0.2.0/24", "192.0.2.0/24", ValueKind::Cidr);
        same(Role::Endpoint, "00-00-5E-00-53-01", "00:00:5e:00:53:01", ValueKind::Mac);
        same(Role::Endpoint, "Example.ORG", "example.org", ValueKind::Domain);
        same(Role::Endpoint, "what is this?", "what is this?", ValueKind::Text);
    }

    #[test]
    fn domains() {
        same(Role::Domain, "WWW.Example.ORG.", "www.example.org", ValueKind::Domain);
        same(Role::Domain, "_dmarc.example.org", "_dmarc.example.org", ValueKind::Domain);
        same(Role::Domain, "BÜCHER.example", "bücher.example", ValueKind::Domain);
        odd(Role::Domain, "192.0.2.1", "192.0.2.1", ValueKind::Domain);
        odd(Role::Domain, "example[.]org", "example[.]org", ValueKind::Domain);
        odd(Role::Domain, "*.example.org", "*.example.org", ValueKind::Domain);
        odd(Role::Domain, "", "", ValueKind::Domain);
        odd(Role::Domain, ".", ".", ValueKind::Domain);
    }

    #[test]
    fn urls_and_mail() {
        same(Role::Url, "HTTP://Example.org/A?b=C", "HTTP://Example.org/A?b=C", ValueKind::Url);
        odd(Role::Url, "http://a b", "http://a b", ValueKind::Url);
        same(Role::Email, "Some.One@Example.ORG", "Some.One@example.org", ValueKind::Email);
        odd(Role::Email, "example.org", "example.org", ValueKind::Email);
    }

    #[test]
    fn hashes() {
        let md5 = "D41D8CD98F00B204E9800998ECF8427E";
        same(Role::Hash(Some(32)), md5, "d41d8cd98f00b204e9800998ecf8427e", ValueKind::Hash);
        odd(Role::Hash(Some(40)), md5, "d41d8cd98f00b204e9800998ecf8427e", ValueKind::Hash);
        odd(Role::Hash(Some(3)), "XyZ", "XyZ", ValueKind::Hash);
        same(
            Role::Hash(None),
            "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
            "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
            ValueKind::Hash,
        );
    }

    #[test]
    fn numbers_come_as_strings() {
        same(Role::Port, "8443", "8443", ValueKind::Port);
        same(Role::Port, "0080", "80", ValueKind::Port);
        odd(Role::Port, "65536", "65536", ValueKind::Text);
        odd(Role::Port, "+80", "+80", ValueKind::Text);
        same(Role::Number, "1234", "1234", ValueKind::Number);
        odd(Role::Number, "18446744073709551616", "18446744073709551616", ValueKind::Text);
        same(Role::Asn, "174", "174", ValueKind::Asn);
        same(Role::Asn, "AS174", "174", ValueKind::Asn);
        odd(Role::Asn, "AS", "AS", ValueKind::Text);
    }

    #[test]
    fn constants_of_other_types() {
        use crate::pattern::Pattern;
        use crate::pattern::ast::ComparisonExpression;

        let check = |written: &str, role, expected: (&str, &str, ValueKind, bool)| {
            let text = format!("[a:b = {written}]");
            let pattern = Pattern::parse(&text).unwrap();
            let Some(ComparisonExpression::Comparison(test)) = pattern.tests().next() else { panic!("{text}") };
            let value = Value::new(&test.value, &text, role);
            assert_eq!((&*value.text, &*value.norm, value.kind, value.well_formed), expected);
        };
        check("8443", Role::Port, ("8443", "8443", ValueKind::Port, true));
        check("+80", Role::Port, ("+80", "80", ValueKind::Port, true));
        check("70000", Role::Port, ("70000", "70000", ValueKind::Number, false));
        check("-1", Role::Number, ("-1", "-1", ValueKind::Number, true));
        check("5", Role::Name, ("5", "5", ValueKind::Number, false));
        check("01.50", Role::Text, ("01.50", "1.5", ValueKind::Number, true));
        check("true", Role::Text, ("true", "true", ValueKind::Boolean, true));
        check("h'AB'", Role::Text, ("AB", "ab", ValueKind::Binary, true));
        check("h'AB'", Role::Hash(Some(2)), ("AB", "ab", ValueKind::Hash, true));
        check("b'c3RpeA=='", Role::Text, ("c3RpeA==", "c3RpeA==", ValueKind::Binary, true));
        check(
            "t'2024-05-01T00:00:00Z'",
            Role::Text,
            ("2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", ValueKind::Timestamp, true),
        );
        check(r"'it\'s'", Role::Name, ("it's", "it's", ValueKind::Name, true));
    }
}
