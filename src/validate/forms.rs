//! The forms of values: whether a text is an address, a URL, Base64 and so on. Only forms: no list
//! of IANA is looked up, and nothing is resolved.

use std::net;

/// Whether the text is an IPv4 address or a network in CIDR notation.
pub(super) fn is_ipv4(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    address.parse::<net::Ipv4Addr>().is_ok() && is_prefix_length(length, 32)
}

/// Whether the text is an IPv6 address or a network in CIDR notation.
pub(super) fn is_ipv6(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "128"));
    address.parse::<net::Ipv6Addr>().is_ok() && is_prefix_length(length, 128)
}

fn is_prefix_length(text: &str, most: u8) -> bool {
    let has_digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    has_digits && text.parse::<u8>().is_ok_and(|length| length <= most)
}

/// Whether the text is a MAC address in lower case with colons.
pub(super) fn is_mac(text: &str) -> bool {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(is_lower_hex);
    text.len() == 17 && text.split(':').filter(|pair| is_pair(pair)).count() == 6
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Whether the text can be a domain name. Underscores and letters of all scripts are permitted.
pub(super) fn is_domain(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_') || is_mark(letter))
    };
    text.len() <= 1012 && text.split('.').all(is_label)
}

/// Combining marks and joiners, which names in some scripts need.
fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && !letter.is_whitespace() && !letter.is_control()
}

/// Whether the text is an e-mail address without a display name.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>(),;:\\[]".contains(letter);
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    let is_dotted = !local.starts_with('.') && !local.ends_with('.') && !local.contains('@');
    !local.is_empty()
        && (is_quoted || (is_dotted && local.chars().all(|letter| letter != '"' && is_local(letter))))
        && (is_literal || is_domain(domain))
}

/// Whether the text is an absolute URL by the characters of RFC 3986.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme && !rest.is_empty() && rest != "//" && has_url_characters(rest.as_bytes())
}

fn has_url_characters(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'%' if after.len() >= 2 && after[..2].iter().all(u8::is_ascii_hexdigit) => &after[2..],
            b'%' => return false,
            byte if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte) => after,
            _ => return false,
        };
    }
    true
}

/// Whether the text is Base64 with its padding.
pub(super) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Whether the text is an even number of hexadecimal digits.
pub(super) fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The number of hexadecimal digits of a hash, if the algorithm has one.
pub(super) fn hash_digits(algorithm: &str) -> Option<usize> {
    Some(match algorithm {
        "MD5" => 32,
        "SHA-1" | "RIPEMD-160" => 40,
        "SHA-224" | "SHA3-224" => 56,
        "SHA-256" | "SHA3-256" => 64,
        "SHA-384" | "SHA3-384" => 96,
        "SHA-512" | "SHA3-512" | "WHIRLPOOL" => 128,
        _ => return None,
    })
}

/// Whether the text has the characters of a hash by an algorithm whose hashes have no fixed length.
pub(super) fn has_hash_characters(algorithm: &str, hash: &str) -> bool {
    let is_good = |byte: u8| match algorithm {
        "TLSH" => byte.is_ascii_alphanumeric(),
        "MD6" => byte.is_ascii_hexdigit(),
        "SSDEEP" | "ssdeep" => byte.is_ascii_alphanumeric() || b"/+:.".contains(&byte),
        _ => true,
    };
    hash.bytes().all(is_good)
}

/// Whether the text can be the name of a hash algorithm: a key of at least three characters.
pub(super) fn is_hash_name(text: &str) -> bool {
    (3..=250).contains(&text.len()) && is_key(text)
}

/// Whether the text can be the key of a dictionary.
pub(super) fn is_key(text: &str) -> bool {
    (1..=250).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether the text can be the name of a type.
pub(super) fn is_type_name(text: &str) -> bool {
    (3..=250).contains(&text.len()) && is_kebab(text) && !text.contains("--")
}

/// Whether the text can be the name of a property.
pub(super) fn is_property_name(text: &str) -> bool {
    (3..=250).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Whether the text is a name of CPE 2.3: a formatted string of 13 parts.
pub(super) fn is_cpe(text: &str) -> bool {
    let Some(parts) = text.strip_prefix("cpe:2.3:") else { return false };
    let (mut count, mut length, mut is_escaped) = (1, 0, false);
    for byte in parts.bytes() {
        match byte {
            b':' if !is_escaped && length == 0 => return false,
            b':' if !is_escaped => (count, length) = (count + 1, 0),
            b' ' => return false,
            _ => length += 1,
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    count == 11 && length > 0 && matches!(parts.split(':').next(), Some("a" | "h" | "o" | "*" | "-"))
}

/// The full name of a hive that a registry key abbreviates, and the key after it.
pub(super) fn full_hive(key: &str) -> Option<String> {
    const HIVES: &[(&str, &str)] = &[
        ("HKLM", "HKEY_LOCAL_MACHINE"),
        ("HKCU", "HKEY_CURRENT_USER"),
        ("HKCR", "HKEY_CLASSES_ROOT"),
        ("HKU", "HKEY_USERS"),
        ("HKCC", "HKEY_CURRENT_CONFIG"),
    ];
    let (hive, rest) = key.split_at(key.find('\\').unwrap_or(key.len()));
    let (_, full) = HIVES.iter().find(|(short, _)| short.eq_ignore_ascii_case(hive))?;
    Some(format!("{full}{rest}"))
}

/// Whether the text can be a name of a character set.
pub(super) fn is_charset(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+^_`{}~-.:()".contains(&byte);
    (1..=40).contains(&text.len()) && text.bytes().all(is_letter)
}

/// Whether IANA could have registered the media type: a known top-level type, no `x-` before the subtype.
pub(super) fn is_media_type(text: &str) -> bool {
    const TYPES: &[&str] = &[
        "application",
        "audio",
        "example",
        "font",
        "haptics",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    let Some((top, sub)) = essence.split_once('/') else { return false };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    TYPES.iter().any(|known| known.eq_ignore_ascii_case(top))
        && !sub.is_empty()
        && sub.bytes().all(is_letter)
        && !sub.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("x-"))
}

/// Whether the text is a semantic version: three numbers, and perhaps a pre-release and a build.
pub(super) fn is_semantic_version(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |part: &str| is_digits(part) && (part == "0" || !part.starts_with('0'));
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(|part| is_word(part) && (!is_digits(part) || is_number(part))))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

/// Whether the text is an identifier of the Common Vulnerabilities and Exposures.
pub(super) fn is_cve(text: &str) -> bool {
    let Some((year, number)) = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else { return false };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4 && (4..=19).contains(&number.len()) && is_digits(year) && is_digits(number)
}

/// Whether the text is an identifier of the Common Attack Pattern Enumeration and Classification.
pub(super) fn is_capec(text: &str) -> bool {
    let number = text.strip_prefix("CAPEC-").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text has lower-case letters, digits and hyphens only.
pub(super) fn is_kebab(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Whether the text is a two-letter code that ISO 3166-1 assigns.
pub(super) fn is_country(text: &str) -> bool {
    const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
         BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
         FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO \
         IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH \
         MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
         PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
         TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
    text.len() == 2 && CODES.split_ascii_whitespace().any(|code| code.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        type Form = fn(&str) -> bool;
        let long = "a".repeat(64);
        let cases: &[(&str, Form, &[&str], &[&str])] = &[
            (
                "ipv4",
                is_ipv4,
                &["198.51.100.7", "198.51.100.0/24", "0.0.0.0/0"],
                &["foo", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+1", "1.2.3.4/01", " 1.2.3.4"],
            ),
            (
                "ipv6",
                is_ipv6,
                &["2001:db8::1", "2001:db8::/32"],
                &["foo", "2001:db8::/129", "198.51.100.7", "fe80::1%eth0"],
            ),
            (
                "mac",
                is_mac,
                &["d2:fb:49:24:37:18"],
                &["D2:FB:49:24:37:18", "d2-fb-49-24-37-18", "d2:fb:49:24:37", "d2:fb:49:24:37:1g"],
            ),
            (
                "domain",
                is_domain,
                &["example.org", "a", "_dmarc.example.org.", "bücher.example", "xn--bcher-kva.example"],
                &["a b", "", "a..b", "http://a", "*.example.org", &long],
            ),
            (
                "email",
                is_email,
                &["a@example.org", "a.b+c@example.org", "a@[198.51.100.7]", "\"a b\"@example.org"],
                &["A <a@example.org>", "a", "@example.org", "a@", "a@b@example.org", ".a@example.org"],
            ),
            (
                "url",
                is_url,
                &["https://example.org/", "mailto:a@example.org", "http://[2001:db8::1]/%20"],
                &["foo", "http://", "http://a b", "http://a/%2", "//example.org", "1a:b", "http://a/|", ":a"],
            ),
            ("base64", is_base64, &["", "AAAA", "AAA=", "AA==", "+/+/"], &["AAA", "A===", "VBOR…", "AA==AA==", "AA A"]),
            ("hex", is_hex, &["", "00", "aF"], &["abc", "0g", "0x00"]),
            (
                "cpe",
                is_cpe,
                &["cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*", "cpe:2.3:o:a\\:b:c:*:*:*:*:*:*:*:*"],
                &[
                    "invalid",
                    "cpe:/a:vendor:product",
                    "cpe:2.3:a:b",
                    "cpe:2.3:z:v:p:1.0:*:*:*:*:*:*:*",
                    "cpe:2.3:a::p:1.0:*:*:*:*:*:*:*",
                ],
            ),
            ("hash name", is_hash_name, &["MD5", "SHA-256", "my_hash"], &["MD", "a b", ""]),
            ("type", is_type_name, &["x-foo", "url", "x-foo-"], &["a", "x--foo", "X-Foo", "x_foo", ""]),
            ("property", is_property_name, &["x_a", "name"], &["ab", "X_a", "a-b"]),
            ("charset", is_charset, &["UTF-8", "utf-16le", "ISO_8859-1:1987"], &["", "utf 8"]),
            (
                "media",
                is_media_type,
                &["text/plain", "image/svg+xml", "text/html; charset=utf-8"],
                &["foo/bar", "text", "application/x-dosexec", "text/", "text/a b"],
            ),
            (
                "version",
                is_semantic_version,
                &["1.0.0", "0.10.2-rc.1+build.05", "1.0.0+1-2"],
                &["one", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+"],
            ),
            (
                "cve",
                is_cve,
                &["CVE-2024-0001", "CVE-2024-123456"],
                &["CVE-1", "CVE-XXX-XXXX", "cve-2024-0001", "CVE-2024-1"],
            ),
            ("capec", is_capec, &["CAPEC-163"], &["163", "CAPEC-", "CAPEC-a"]),
            ("country", is_country, &["CH", "us"], &["XX", "USA", "Germany", ""]),
        ];
        for (name, form, good, bad) in cases {
            for text in *good {
                assert!(form(text), "{name}: {text}");
            }
            for text in *bad {
                assert!(!form(text), "{name}: {text}");
            }
        }
    }

    #[test]
    fn hives_are_written_out() {
        assert_eq!(full_hive("HKLM\\Software").as_deref(), Some("HKEY_LOCAL_MACHINE\\Software"));
        assert_eq!(full_hive("hku").as_deref(), Some("HKEY_USERS"));
        assert_eq!(full_hive("HKEY_LOCAL_MACHINE\\Software\\xHKCU"), None);
    }
}
