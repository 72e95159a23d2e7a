//! How well a value stands for an indicator whose values have to come together.

use super::observable::Observable;
use super::value_kind::ValueKind;

/// Returns the place of the value in the order in which values represent an `AND`: the lower, the
/// more specific. What many harmless objects share comes last.
pub(crate) fn rank(observable: &Observable<'_>) -> u8 {
    if is_circumstance(observable) {
        return 40;
    }
    match observable.kind {
        ValueKind::Hash => hash_strength(&observable.key).unwrap_or(WEAKEST + 1),
        ValueKind::Url => 20,
        ValueKind::Domain => 21,
        ValueKind::Ipv4 | ValueKind::Ipv6 => 22,
        ValueKind::Cidr => 23,
        ValueKind::Mac => 24,
        ValueKind::Email => 25,
        ValueKind::RegistryKey => 26,
        ValueKind::Name if observable.object_type == "mutex" => 27,
        ValueKind::Text if last_step(&observable.key) == "command_line" => 28,
        ValueKind::Name | ValueKind::Path | ValueKind::Cve => 29,
        ValueKind::Text if observable.object_type == "user-account" => 30,
        ValueKind::Port => 31,
        ValueKind::Asn => 32,
        ValueKind::Text | ValueKind::Binary | ValueKind::Serial => 33,
        ValueKind::Number => 34,
        ValueKind::Boolean | ValueKind::Timestamp => 40,
    }
}

/// The last of the values of [`hash_strength`].
const WEAKEST: u8 = 12;

/// Returns the place of a cryptographic hash of a whole content in the order of strength: the
/// lower, the stronger. `None` if the key does not lead to such a hash: fuzzy hashes and hashes of
/// parts, such as SSDEEP, TLSH and IMPHASH, are equal for different contents.
pub(super) fn hash_strength(key: &str) -> Option<u8> {
    let (_, name) = key.rsplit_once("hashes.")?;
    Some(match name.trim_matches('\'') {
        "SHA-512" => 0,
        "SHA-256" => 1,
        "SHA3-512" => 2,
        "SHA3-384" => 3,
        "SHA3-256" => 4,
        "SHA3-224" => 5,
        "SHA-384" => 6,
        "SHA-224" => 7,
        "WHIRLPOOL" => 8,
        "RIPEMD-160" => 9,
        "SHA-1" => 10,
        "MD6" => 11,
        "MD5" => WEAKEST,
        _ => return None,
    })
}

/// Whether the value describes how something happened rather than what it was: a protocol, a
/// method, a type, yes or no.
fn is_circumstance(observable: &Observable<'_>) -> bool {
    let last = last_step(&observable.key);
    let is_flag = || last.starts_with("is_") && matches!(&*observable.norm, "true" | "false");
    matches!(last, "protocols" | "method" | "type") || last.ends_with("_method") || last.ends_with("_type") || is_flag()
}

/// The name of the last property of a path.
fn last_step(key: &str) -> &str {
    let named = match key.rfind('[') {
        Some(start) if key.ends_with(']') => &key[..start],
        _ => key,
    };
    named.rsplit(['.', ':']).next().unwrap_or(named).trim_matches('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_steps() {
        for (key, last) in [
            ("file:name", "name"),
            ("network-traffic:protocols[*]", "protocols"),
            ("process:command_line", "command_line"),
            ("file:extensions.'x-y'.'is-on'", "is-on"),
        ] {
            assert_eq!(last_step(key), last);
        }
    }

    #[test]
    fn strengths() {
        let order = ["SHA-512", "SHA-256", "SHA3-512", "SHA3-256", "SHA-1", "MD5"]
            .map(|name| hash_strength(&format!("file:hashes.'{name}'")).unwrap());
        assert!(order.is_sorted());
        for weak in ["SSDEEP", "TLSH", "IMPHASH", "VHASH", "x-own"] {
            assert_eq!(hash_strength(&format!("file:hashes.{weak}")), None);
        }
        assert_eq!(hash_strength("file:name"), None);
    }
}
