//! E-mail addresses.

use std::borrow::Cow;

use super::domain;

/// The host as a domain. What comes before the `@` is the host's business.
pub(crate) fn normal(address: &str) -> Option<Cow<'_, str>> {
    let (user, host) = address.rsplit_once('@')?;
    if user.is_empty() || user.contains(char::is_whitespace) {
        return None;
    }
    let normal = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(literal) if literal.contains(['.', ':']) && !literal.contains(['[', ']', ' ']) => {
            Cow::Owned(host.to_ascii_lowercase())
        }
        _ => domain::normal(host)?,
    };
    Some(if normal == host { Cow::Borrowed(address) } else { Cow::Owned(format!("{user}@{normal}")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (address, expected) in [
            ("Some.One@Example.ORG.", Some("Some.One@example.org")),
            ("a@b\u{fc}cher.example", Some("a@xn--bcher-kva.example")),
            ("a@[IPv6:2001:DB8::1]", Some("a@[ipv6:2001:db8::1]")),
            ("a@b@c", Some("a@b@c")),
            ("example.org", None),
            ("@example.org", None),
            ("a@", None),
            ("a@example[.]org", None),
            ("a[@]example.org", None),
            ("a b@example.org", None),
        ] {
            assert_eq!(normal(address).as_deref(), expected, "{address}");
        }
    }
}
