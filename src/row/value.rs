//! Values: decoded, normalised, and of what kind.

use std::borrow::Cow;

use super::address::Network;
use super::key::Role;
use super::normalize::{domain, email, hash, mac, number, registry_key, serial, url, weakness};
use super::value_kind::ValueKind;
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
                // There is no `-0`.
                let norm = (number.value() + 0.0).to_string();
                Self::other(whole(number.span), Some(norm), ValueKind::Number, role)
            }
            Literal::Boolean(boolean) => Self::other(whole(boolean.span), None, ValueKind::Boolean, role),
            Literal::Timestamp(time) => Self::other(inner(time.span), None, ValueKind::Timestamp, role),
            Literal::Hex(hex) if matches!(role, Role::Hash(_) | Role::Serial) => Self::from_text(inner(hex.span), role),
            Literal::Hex(hex) => {
                let norm = hex.digits().to_ascii_lowercase();
                Self::other(inner(hex.span), Some(norm), ValueKind::Binary, role)
            }
            Literal::Binary(binary) => Self::other(inner(binary.span), None, ValueKind::Binary, role),
        }
    }

    pub(crate) fn from_text(text: Cow<'a, str>, role: Role) -> Self {
        let (norm, kind, well_formed) = match &text {
            Cow::Borrowed(text) => form(text.trim(), role),
            Cow::Owned(text) => {
                let (norm, kind, well_formed) = form(text.trim(), role);
                (Cow::Owned(norm.into_owned()), kind, well_formed)
            }
        };
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

    /// A constant that is not a string. Text is what only strings are, so a path that promises it
    /// is let down.
    fn other(text: Cow<'a, str>, norm: Option<String>, kind: ValueKind, role: Role) -> Self {
        let norm = match norm {
            Some(norm) if norm != text => Cow::Owned(norm),
            _ => text.clone(),
        };
        let well_formed = role == Role::Text || (role == Role::Number && kind == ValueKind::Number);
        Self { text, norm, kind, well_formed }
    }
}

/// The normal form of text, its kind, and whether it is well formed for its role.
fn form(text: &str, role: Role) -> (Cow<'_, str>, ValueKind, bool) {
    // `other` is the kind if there is no normal form: the same if the key decides, another if the
    // value does.
    let of = |normal, kind, other| match normal {
        Some(normal) => (normal, kind, true),
        None => (Cow::Borrowed(text), other, false),
    };
    match role {
        Role::Ipv4 | Role::Ipv6 => match network(text) {
            Some((norm, kind, is_ipv4)) => (norm, kind, is_ipv4 == (role == Role::Ipv4)),
            None => (Cow::Borrowed(text), ValueKind::Text, false),
        },
        Role::Endpoint => endpoint(text),
        // An address for a domain name stays what it is: changing it would hide the fault.
        Role::Domain => match domain::normal(text) {
            Some(norm) => (norm, ValueKind::Domain, !is_address(text)),
            None => (domain::normal_or_lower(text), ValueKind::Domain, false),
        },
        Role::Url => of(url::normal(text), ValueKind::Url, ValueKind::Url),
        Role::Email => of(email::normal(text), ValueKind::Email, ValueKind::Email),
        Role::Serial => of(serial::normal(text), ValueKind::Serial, ValueKind::Serial),
        Role::Hash(digits) => {
            let normal = hash::normal(text);
            let well_formed = match digits {
                // OK because a TLSH with its version, which is not all digits, is longer than those
                // or shorter.
                Some(digits) => text.len() == digits && normal.is_some(),
                None => !text.is_empty(),
            };
            (normal.unwrap_or(Cow::Borrowed(text)), ValueKind::Hash, well_formed)
        }
        Role::Mac => of(mac::normal(text), ValueKind::Mac, ValueKind::Text),
        Role::Port => of(number::whole(text, u64::from(u16::MAX)), ValueKind::Port, ValueKind::Text),
        Role::Asn => of(number::asn(text), ValueKind::Asn, ValueKind::Text),
        Role::Number => of(number::whole(text, u64::MAX), ValueKind::Number, ValueKind::Text),
        Role::Vulnerability => match weakness::normal(text) {
            Some(norm) => (norm, ValueKind::Cve, true),
            None => (Cow::Borrowed(text), ValueKind::Name, !text.is_empty()),
        },
        Role::FilePath => (Cow::Borrowed(text), ValueKind::Path, !text.is_empty()),
        Role::Name => (Cow::Borrowed(text), ValueKind::Name, !text.is_empty()),
        Role::RegistryKey => {
            let norm = registry_key::normal(text).unwrap_or(Cow::Borrowed(text));
            (norm, ValueKind::RegistryKey, !text.is_empty())
        }
        Role::Text => (Cow::Borrowed(text), ValueKind::Text, true),
    }
}

/// Whether a name is an address of IPv4. Most names show by their last byte that they are not.
fn is_address(name: &str) -> bool {
    name.ends_with(|last: char| last.is_ascii_digit()) && Network::parse(name).is_some()
}

/// What a reference leads to shows in the value.
fn endpoint(text: &str) -> (Cow<'_, str>, ValueKind, bool) {
    if let Some((norm, kind, _)) = network(text) {
        return (norm, kind, true);
    }
    let mac = mac::normal(text).filter(|_| mac::is_separated(text));
    let found = mac
        .map(|norm| (norm, ValueKind::Mac))
        .or_else(|| Some((domain::normal(text)?, ValueKind::Domain)))
        .or_else(|| Some((url::normal(text).filter(|_| text.contains("://"))?, ValueKind::Url)))
        .or_else(|| Some((email::normal(text)?, ValueKind::Email)));
    match found {
        Some((norm, kind)) => (norm, kind, true),
        None => (Cow::Borrowed(text), ValueKind::Text, true),
    }
}

/// The normal form of an address or network, its kind, and whether it is of IPv4.
fn network(text: &str) -> Option<(Cow<'_, str>, ValueKind, bool)> {
    let network = Network::parse(text)?;
    let norm = network.normal().map_or(Cow::Borrowed(text), Cow::Owned);
    Some((norm, network.kind(), network.is_ipv4()))
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
        for wrong in ["", "192.0.2", "192.0.2.256", "192.0.02.1", "192. 0.2.1", "fe80::1%eth0", "192.0.2[.]1", "é"] {
            odd(Role::Ipv4, wrong, wrong, ValueKind::Text);
        }
    }

    #[test]
    fn networks() {
        same(Role::Ipv4, "198.51.100.0/24", "198.51.100.0/24", ValueKind::Cidr);
        same(Role::Ipv4, "198.51.100.77/24", "198.51.100.0/24", ValueKind::Cidr);
        same(Role::Ipv4, "198.51.100.77/032", "198.51.100.77", ValueKind::Ipv4);
        same(Role::Ipv4, "192.0.2.1/32", "192.0.2.1", ValueKind::Ipv4);
        same(Role::Ipv4, "0.0.0.0/0", "0.0.0.0/0", ValueKind::Cidr);
        same(Role::Ipv4, "10.1.2.3/8", "10.0.0.0/8", ValueKind::Cidr);
        same(Role::Ipv4, "10.0.0.0/7", "10.0.0.0/7", ValueKind::Cidr);
        same(Role::Ipv6, "2001:DB8::/32", "2001:db8::/32", ValueKind::Cidr);
        same(Role::Ipv6, "2001:db8::1/128", "2001:db8::1", ValueKind::Ipv6);
        same(Role::Ipv6, "::/0", "::/0", ValueKind::Cidr);
        same(Role::Ipv6, "2000::/3", "2000::/3", ValueKind::Cidr);
        for wrong in ["192.0.2.1/0", "11.0.0.0/7", "10.0.0.1/7", "::1/0", "2001:db8::/3"] {
            odd(Role::Ipv4, wrong, wrong, ValueKind::Text);
            odd(Role::Ipv6, wrong, wrong, ValueKind::Text);
        }
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
        same(Role::Domain, "BÜCHER.example", "xn--bcher-kva.example", ValueKind::Domain);
        odd(Role::Domain, "192.0.2.1", "192.0.2.1", ValueKind::Domain);
        odd(Role::Domain, "example[.]org", "example[.]org", ValueKind::Domain);
        odd(Role::Domain, "*.Example.org", "*.example.org", ValueKind::Domain);
        odd(Role::Domain, "", "", ValueKind::Domain);
        odd(Role::Domain, ".", ".", ValueKind::Domain);
    }

    #[test]
    fn urls_and_mail() {
        same(Role::Url, "HTTP://Example.org/A?b=C#d", "http://example.org/A?b=C", ValueKind::Url);
        same(Role::Url, " http://example.org/ ", "http://example.org/", ValueKind::Url);
        odd(Role::Url, "http://a b", "http://a b", ValueKind::Url);
        odd(Role::Url, "", "", ValueKind::Url);
        same(Role::Email, "Some.One@Example.ORG", "Some.One@example.org", ValueKind::Email);
        odd(Role::Email, "example.org", "example.org", ValueKind::Email);
        odd(Role::Email, "A@Example[.]org", "A@Example[.]org", ValueKind::Email);
        same(Role::Serial, "36:F7:D4", "36f7d4", ValueKind::Serial);
        odd(Role::Serial, "serial", "serial", ValueKind::Serial);
        same(Role::Vulnerability, "cve-2014-0160", "CVE-2014-0160", ValueKind::Cve);
        same(Role::Vulnerability, "Heartbleed", "Heartbleed", ValueKind::Name);
        same(Role::RegistryKey, r"HKLM\A", r"HKEY_LOCAL_MACHINE\A", ValueKind::RegistryKey);
        same(Role::Mac, "0000.5E00.5301", "00:00:5e:00:53:01", ValueKind::Mac);
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
