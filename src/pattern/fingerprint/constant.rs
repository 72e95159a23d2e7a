//! Paths and constants in the form that their equals share.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::code::{Code, add};
use super::rules::FingerprintRules;
use crate::pattern::ast::{Bound, Literal, Path, Seconds, Step};

/// What is known of the values of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Ipv4,
    Ipv6,
    /// An end of network traffic, which may be an address of either version or something else.
    Address,
    Domain,
    RegistryKey,
    Hash,
    Other,
}

impl Subject {
    pub(super) fn of(path: &Path<'_>) -> Self {
        let is_hash = |at: usize| path.steps.get(at).and_then(Step::property) == Some("hashes");
        match &*path.object_type {
            "ipv4-addr" if path.is("ipv4-addr", &["value"]) => Self::Ipv4,
            "ipv6-addr" if path.is("ipv6-addr", &["value"]) => Self::Ipv6,
            "domain-name" if path.is("domain-name", &["value"]) => Self::Domain,
            "windows-registry-key" if path.is("windows-registry-key", &["key"]) => Self::RegistryKey,
            "network-traffic"
                if path.is("network-traffic", &["src_ref", "value"])
                    || path.is("network-traffic", &["dst_ref", "value"]) =>
            {
                Self::Address
            }
            _ if path.steps.len().checked_sub(2).is_some_and(is_hash) => Self::Hash,
            _ => Self::Other,
        }
    }
}

/// A path, whatever its quotes are.
pub(super) fn path(path: &Path<'_>, subject: Subject, rules: &FingerprintRules) -> Code {
    let mut code = Code::with_capacity(64);
    add(&mut code, path.object_type.as_bytes());
    for (at, step) in path.steps.iter().enumerate() {
        match step {
            Step::Property(property) => {
                code.push(b'.');
                let is_algorithm = subject == Subject::Hash && at + 1 == path.steps.len();
                match algorithm(&property.name).filter(|_| is_algorithm && rules.hash_names) {
                    Some(name) => add(&mut code, name.as_bytes()),
                    None => add(&mut code, property.name.as_bytes()),
                }
            }
            Step::Index(index) => {
                code.push(b'[');
                add(&mut code, index.position.to_string().as_bytes());
            }
            Step::AnyIndex(_) => code.push(b'*'),
        }
    }
    code
}

/// A hash algorithm without punctuation and in upper case, if the name has an algorithm's letters.
fn algorithm(name: &str) -> Option<String> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    // `SHA3-256` and `SHA-3256` would become one.
    let without = || name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    match name.get(..4).map(str::to_ascii_uppercase).as_deref() {
        _ if !is_plain => None,
        Some("SHA3") => Some(format!("SHA3-{}", &without()[4..])),
        _ => Some(without()),
    }
}

/// A constant that a value is compared with for equality.
pub(super) fn equal(literal: &Literal<'_>, subject: Subject, rules: &FingerprintRules) -> Code {
    match literal {
        Literal::String(string) => text(&normal(&string.value, subject, rules)),
        other => plain(other),
    }
}

/// A constant that is a network.
pub(super) fn network(literal: &Literal<'_>) -> Code {
    let Literal::String(string) = literal else { return plain(literal) };
    match normal_network(&string.value) {
        Some(network) => text(&network),
        None => plain(literal),
    }
}

/// A constant as it is, apart from notations of one value.
pub(super) fn plain(literal: &Literal<'_>) -> Code {
    match literal {
        Literal::String(string) => text(&string.value),
        Literal::Integer(number) => tagged(b'n', decimal(number.digits()).as_bytes()),
        Literal::Float(number) => tagged(b'n', decimal(number.text()).as_bytes()),
        Literal::Boolean(boolean) => tagged(b'b', &[u8::from(boolean.value)]),
        Literal::Timestamp(timestamp) => tagged(b't', &instant(timestamp.value(), timestamp.text())),
        Literal::Hex(hex) => tagged(b'x', &hex.bytes().collect::<Vec<u8>>()),
        Literal::Binary(binary) => tagged(b'x', &binary.bytes().collect::<Vec<u8>>()),
    }
}

/// A limit of time, in either version's form.
pub(super) fn bound(bound: &Bound<'_>) -> Code {
    match (bound, bound.instant()) {
        (Bound::Timestamp(timestamp), _) => tagged(b't', &instant(timestamp.value(), timestamp.text())),
        (Bound::String(string), Some(value)) => tagged(b't', &instant(value, &string.value)),
        (Bound::String(string), None) => text(&string.value),
    }
}

/// A number of seconds.
pub(super) fn seconds(seconds: &Seconds<'_>) -> Code {
    match seconds {
        Seconds::Integer(number) => decimal(number.digits()).into_bytes(),
        Seconds::Float(number) => decimal(number.text()).into_bytes(),
    }
}

fn text(text: &str) -> Code {
    tagged(b's', text.as_bytes())
}

fn tagged(tag: u8, bytes: &[u8]) -> Code {
    let mut code = Code::with_capacity(bytes.len() + 1);
    code.push(tag);
    code.extend_from_slice(bytes);
    code
}

/// An instant with all of its digits; those after the ninth are not in `value`.
fn instant(value: chrono::DateTime<chrono::Utc>, text: &str) -> Vec<u8> {
    let mut code = Vec::with_capacity(12);
    code.extend_from_slice(&value.timestamp().to_be_bytes());
    code.extend_from_slice(&value.timestamp_subsec_nanos().to_be_bytes());
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches(['Z', 'z']));
    code.extend_from_slice(fraction.get(9..).unwrap_or_default().trim_end_matches('0').as_bytes());
    code
}

/// A decimal number without digits that do not count: sign, whole digits, and the fraction if there
/// is one.
fn decimal(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    // There is one zero, whatever its sign.
    let sign = if whole.is_empty() && fraction.is_empty() { "" } else { sign };
    format!("{sign}{whole}.{fraction}")
}

/// The form of a text that its equals at such a path share. Text that is not what the path is for
/// stays as it is: `1.2.3.010` is not an address.
fn normal(text: &str, subject: Subject, rules: &FingerprintRules) -> String {
    let is_single = |network: &String| !network.contains('/');
    match subject {
        Subject::Ipv4 => normal_ipv4(text).filter(is_single),
        Subject::Ipv6 => normal_ipv6(text).filter(is_single),
        Subject::Address => normal_network(text).filter(is_single),
        Subject::Domain if rules.domains => {
            let name = text.strip_suffix('.').filter(|name| !name.is_empty()).unwrap_or(text);
            Some(name.to_ascii_lowercase())
        }
        Subject::RegistryKey => Some(text.to_ascii_lowercase()),
        Subject::Hash if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Some(text.to_ascii_lowercase()),
        _ => None,
    }
    .unwrap_or_else(|| text.to_owned())
}

fn normal_network(text: &str) -> Option<String> {
    normal_ipv4(text).or_else(|| normal_ipv6(text))
}

/// An address, or a network by its first address and length; a network of one address is the
/// address.
fn normal_ipv4(text: &str) -> Option<String> {
    let (address, length) = split(text, 32)?;
    let address: Ipv4Addr = address.parse().ok()?;
    let first = Ipv4Addr::from(u32::from(address) & mask(u32::MAX.into(), 32 - length) as u32);
    Some(written(first.into(), length, 32))
}

fn normal_ipv6(text: &str) -> Option<String> {
    let (address, length) = split(text, 128)?;
    let address: Ipv6Addr = address.parse().ok()?;
    let first = Ipv6Addr::from(u128::from(address) & mask(u128::MAX, 128 - length));
    Some(written(first.into(), length, 128))
}

fn split(text: &str, most: u32) -> Option<(&str, u32)> {
    let Some((address, length)) = text.split_once('/') else { return Some((text, most)) };
    // `+8` and `08` are not lengths.
    let is_number = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length = length.parse().ok().filter(|length| is_number && *length <= most)?;
    Some((address, length))
}

/// The bits without the lowest ones.
fn mask(bits: u128, lowest: u32) -> u128 {
    bits & u128::MAX.checked_shl(lowest).unwrap_or_default()
}

fn written(address: IpAddr, length: u32, most: u32) -> String {
    if length == most { address.to_string() } else { format!("{address}/{length}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_digits_that_do_not_count() {
        for (text, expected) in [
            ("1", "1."),
            ("+1", "1."),
            ("01.50", "1.5"),
            ("-0.0", "."),
            ("0", "."),
            ("-0.5", "-.5"),
            ("1.0", "1."),
            ("10", "10."),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
    }

    #[test]
    fn networks() {
        for (text, expected) in [
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.2.3.4/32", Some("1.2.3.4")),
            ("1.2.3.4/24", Some("1.2.3.0/24")),
            ("1.2.3.4/0", Some("0.0.0.0/0")),
            ("2001:DB8:0:0::1/64", Some("2001:db8::/64")),
            ("2001:DB8:0:0::1/128", Some("2001:db8::1")),
            ("1.2.3.010", None),
            ("1.2.3.4/33", None),
            ("1.2.3.4/08", None),
            ("1.2.3.4/", None),
            ("127.1", None),
            ("1.2.3.4 evil", None),
            ("16909060", None),
        ] {
            assert_eq!(normal_network(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn algorithms() {
        for (name, expected) in [
            ("SHA-256", Some("SHA256")),
            ("sha256", Some("SHA256")),
            ("SHA3-256", Some("SHA3-256")),
            ("SHA3256", Some("SHA3-256")),
            ("x.y", None),
            ("é", None),
        ] {
            assert_eq!(algorithm(name).as_deref(), expected, "{name}");
        }
    }
}
