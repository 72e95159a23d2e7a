//! What a text with an address or a name is.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What a text with an address or a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    Ipv4(&'a str),
    /// An IPv4 address that is written as an IPv6 address in hexadecimal digits.
    MappedIpv4(Ipv4Addr),
    Ipv6(&'a str),
    /// Anything else.
    Name(&'a str),
}

impl<'a> Endpoint<'a> {
    /// Recognizes an address, also in brackets, with a zone, or with a port. Names lose their port.
    pub(super) fn new(text: &'a str) -> Self {
        if is_ipv4(text.as_bytes()) {
            return Self::Ipv4(text);
        }
        let Some(colon) = memchr::memchr(b':', text.as_bytes()) else { return Self::Name(text) };
        if let Some((host, port)) = text.split_at_checked(colon)
            && is_port(&port[1..])
            && !host.is_empty()
        {
            return if is_ipv4(host.as_bytes()) { Self::Ipv4(host) } else { Self::Name(host) };
        }
        Self::ipv6(text).unwrap_or(Self::Name(text))
    }

    fn ipv6(text: &'a str) -> Option<Self> {
        let text = match text.strip_prefix('[') {
            Some(rest) => {
                let (inside, after) = rest.split_once(']')?;
                let is_over = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
                is_over.then_some(inside)?
            }
            None => text,
        };
        let text = text.split_once('%').map_or(text, |(address, _)| address);
        // Longer texts are none, and would only take time.
        let address: Ipv6Addr = if text.len() <= 45 { text.parse().ok()? } else { return None };
        let Some(mapped) = address.to_ipv4_mapped() else { return Some(Self::Ipv6(text)) };
        let written = text.rsplit_once(':').map_or("", |(_, last)| last);
        Some(if is_ipv4(written.as_bytes()) { Self::Ipv4(written) } else { Self::MappedIpv4(mapped) })
    }
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether text is an IPv4 address in the usual form: four decimal numbers without zeros before them.
fn is_ipv4(text: &[u8]) -> bool {
    if !(7..=15).contains(&text.len()) || !text[0].is_ascii_digit() {
        return false;
    }
    let (mut dots, mut number, mut digits) = (0, 0_u32, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' if digits == 0 || number > 0 => {
                number = 10 * number + u32::from(byte - b'0');
                digits += 1;
                if number > 255 {
                    return false;
                }
            }
            b'.' if digits > 0 => {
                dots += 1;
                (number, digits) = (0, 0);
            }
            _ => return false,
        }
    }
    dots == 3 && digits > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_told_apart() {
        for (text, expected) in [
            ("198.51.100.7", Endpoint::Ipv4("198.51.100.7")),
            ("198.51.100.7:443", Endpoint::Ipv4("198.51.100.7")),
            ("::ffff:198.51.100.7", Endpoint::Ipv4("198.51.100.7")),
            ("::FFFF:198.51.100.7", Endpoint::Ipv4("198.51.100.7")),
            ("0:0:0:0:0:ffff:198.51.100.7", Endpoint::Ipv4("198.51.100.7")),
            ("::ffff:c633:6407", Endpoint::MappedIpv4(Ipv4Addr::new(198, 51, 100, 7))),
            ("::198.51.100.7", Endpoint::Ipv6("::198.51.100.7")),
            ("2001:db8::7", Endpoint::Ipv6("2001:db8::7")),
            ("[2001:db8::7]", Endpoint::Ipv6("2001:db8::7")),
            ("[2001:db8::7]:443", Endpoint::Ipv6("2001:db8::7")),
            ("fe80::1%eth0", Endpoint::Ipv6("fe80::1")),
            ("a.example", Endpoint::Name("a.example")),
            ("a.example:8080", Endpoint::Name("a.example")),
            ("198.51.100", Endpoint::Name("198.51.100")),
            ("198.51.100.07", Endpoint::Name("198.51.100.07")),
            ("198.51.100.256", Endpoint::Name("198.51.100.256")),
            ("198.51.100.7.", Endpoint::Name("198.51.100.7.")),
            ("a:b", Endpoint::Name("a:b")),
            (":443", Endpoint::Name(":443")),
            ("[2001:db8::7]x", Endpoint::Name("[2001:db8::7]x")),
            ("", Endpoint::Name("")),
        ] {
            assert_eq!(Endpoint::new(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ipv4_addresses_are_those_of_the_standard_library(text in "[0-9.]{0,16}|([0-9]{1,3}[.]){3}[0-9]{1,3}") {
            proptest::prop_assert_eq!(is_ipv4(text.as_bytes()), text.parse::<Ipv4Addr>().is_ok());
        }
    }
}
