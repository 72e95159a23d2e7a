//! Names in a response policy zone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names in a zone have at most so many characters, and the zone's own name has to fit in as well.
const MAX_NAME: usize = 253;
const MAX_ORIGIN: usize = 100;

/// The trigger for a domain, if it can be written.
pub(super) fn domain(name: &str, has_subdomains: bool) -> Option<String> {
    let is_label = |label: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len()) && label.bytes().all(is_letter)
    };
    let fits = name.len() <= MAX_NAME - MAX_ORIGIN && name.split('.').all(is_label);
    let more = if has_subdomains { format!("*.{name} CNAME .\n") } else { String::new() };
    fits.then(|| format!("{name} CNAME .\n{more}"))
}

/// The trigger for answers with an address: the length, and the parts of the address from the last
/// to the first.
pub(super) fn network(text: &str) -> Option<String> {
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.parse().ok()?;
    let full = if address.is_ipv4() { 32 } else { 128 };
    let prefix: u8 = if prefix.is_empty() { full } else { prefix.parse().ok().filter(|prefix| *prefix <= full)? };
    let name = match address {
        IpAddr::V4(address) => version_4(address),
        IpAddr::V6(address) => version_6(address),
    };
    Some(format!("{prefix}.{name}.rpz-ip CNAME .\n"))
}

fn version_4(address: Ipv4Addr) -> String {
    let [first, second, third, fourth] = address.octets();
    format!("{fourth}.{third}.{second}.{first}")
}

/// `zz` is the longest run of two zeros or more, the first of several.
fn version_6(address: Ipv6Addr) -> String {
    let segments = address.segments();
    let (mut best_start, mut best_len, mut start) = (0, 0, 0);
    for (place, segment) in segments.iter().enumerate() {
        if *segment != 0 {
            start = place + 1;
        } else if place + 1 - start > best_len {
            (best_start, best_len) = (start, place + 1 - start);
        }
    }
    let mut labels: Vec<String> = Vec::new();
    for (place, segment) in segments.iter().enumerate() {
        let is_in_run = best_len > 1 && (best_start..best_start + best_len).contains(&place);
        if !is_in_run {
            labels.push(format!("{segment:x}"));
        } else if place == best_start {
            labels.push("zz".to_owned());
        }
    }
    labels.reverse();
    labels.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers() {
        for (text, expected) in [
            ("198.51.100.7", "32.7.100.51.198.rpz-ip CNAME .\n"),
            ("198.51.100.0/24", "24.0.100.51.198.rpz-ip CNAME .\n"),
            ("2001:db8::7", "128.7.zz.db8.2001.rpz-ip CNAME .\n"),
            ("2001:db8::/32", "32.zz.db8.2001.rpz-ip CNAME .\n"),
            ("2001:db8:0:1:0:0:0:7", "128.7.zz.1.0.db8.2001.rpz-ip CNAME .\n"),
            ("2001:db8:0:1:1:1:1:7", "128.7.1.1.1.1.0.db8.2001.rpz-ip CNAME .\n"),
            ("::", "128.zz.rpz-ip CNAME .\n"),
        ] {
            assert_eq!(network(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(domain("a_b.example.org", false).as_deref(), Some("a_b.example.org CNAME .\n"));
        assert_eq!(domain("a.example", true).as_deref(), Some("a.example CNAME .\n*.a.example CNAME .\n"));
        for name in ["", "a..b", "a b.example", "a\nb.example", &"a".repeat(64), &"a.".repeat(100)] {
            assert_eq!(domain(name, false), None, "{name}");
        }
    }
}
