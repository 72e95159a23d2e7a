//! What a path says about the values it leads to, and its one spelling.

use std::borrow::Cow;

use super::direction::Direction;
use crate::json::scan::all_bytes;
use crate::pattern::ast::{Path, Step};

/// What a path promises about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Ipv4,
    Ipv6,
    /// Whatever a reference leads to that has a `value`: an address, a network, a MAC address, a
    /// name.
    Endpoint,
    Domain,
    Url,
    Email,
    Mac,
    /// With the number of hexadecimal digits, where the algorithm has one.
    Hash(Option<usize>),
    Port,
    Asn,
    Number,
    FilePath,
    Name,
    RegistryKey,
    /// The serial number of a certificate.
    Serial,
    /// The name of a vulnerability, which often is its number.
    Vulnerability,
    Text,
}

/// What there is to know about a path.
#[derive(Debug)]
pub(crate) struct Key<'a> {
    pub(crate) object_type: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) role: Role,
    pub(crate) direction: Option<Direction>,
}

impl<'a> Key<'a> {
    /// `text` is what `path` was parsed from.
    pub(crate) fn new(path: &Path<'a>, text: &'a str) -> Self {
        let algorithm = hash_name(path).map(Algorithm::named);
        let role = match algorithm {
            Some(algorithm) => Role::Hash(algorithm.and_then(|algorithm| algorithm.digits)),
            None => role(path),
        };
        let text = spelling(path, &text[path.span.range()], algorithm.flatten());
        Self { object_type: path.object_type.clone(), text, role, direction: Direction::from_path(path) }
    }
}

/// Whether the path asks for the type of an object: of the observed one, or of one that a reference
/// leads to.
pub(crate) fn is_type_tag(path: &Path<'_>) -> bool {
    match &path.steps[..] {
        [only] => only.property() == Some("type"),
        [.., last] if last.property() == Some("type") => reference(path).is_some(),
        _ => false,
    }
}

/// The property before the last, where it is a reference or a list of them.
fn reference<'p>(path: &'p Path<'_>) -> Option<&'p str> {
    let (_, before) = path.steps.split_last()?;
    let name = before.iter().rev().find_map(Step::property)?;
    (name.ends_with("_ref") || name.ends_with("_refs")).then_some(name)
}

fn role(path: &Path<'_>) -> Role {
    let Some(last) = path.steps.last().and_then(Step::property) else { return Role::Text };
    let object_type = path.object_type.as_ref();
    if path.steps.len() == 1 {
        return match (object_type, last) {
            ("ipv4-addr", "value") => Role::Ipv4,
            ("ipv6-addr", "value") => Role::Ipv6,
            ("domain-name", "value") => Role::Domain,
            ("url", "value") | ("artifact", "url") => Role::Url,
            ("email-addr", "value") => Role::Email,
            ("mac-addr", "value") => Role::Mac,
            (_, "value") => role_of_misspelt(object_type),
            ("network-traffic", "src_port" | "dst_port") => Role::Port,
            ("autonomous-system", "number") => Role::Asn,
            ("network-traffic", "src_byte_count" | "dst_byte_count" | "src_packets" | "dst_packets")
            | ("file", "size")
            | ("process", "pid")
            | ("windows-registry-key", "number_of_subkeys") => Role::Number,
            ("directory" | "file", "path") | ("process", "cwd") => Role::FilePath,
            ("file", "file_name") => Role::Name,
            ("windows-registry-key" | "win-registry-key" | "registry-key", "key") => Role::RegistryKey,
            ("x509-certificate", "serial_number") => Role::Serial,
            ("vulnerability", "name") => Role::Vulnerability,
            (_, "name") => Role::Name,
            _ => Role::Text,
        };
    }
    match (reference(path), last) {
        (Some("from_ref" | "sender_ref" | "to_refs" | "cc_refs" | "bcc_refs"), "value")
            if object_type == "email-message" =>
        {
            Role::Email
        }
        (Some("resolves_to_refs"), "value") if matches!(object_type, "ipv4-addr" | "ipv6-addr") => Role::Mac,
        (Some(_), "value") => Role::Endpoint,
        (Some("belongs_to_refs"), "number") => Role::Asn,
        (Some(_), "path") => Role::FilePath,
        (Some(_), "name") => Role::Name,
        (None, "external_id") if object_type == "vulnerability" => Role::Vulnerability,
        _ => Role::Text,
    }
}

/// What `value` is in a type that the standard spells otherwise. Feeds have these spellings.
fn role_of_misspelt(object_type: &str) -> Role {
    match object_type {
        "domain" | "domain_name" | "domainname" | "hostname" | "fqdn" => Role::Domain,
        "ip" | "ip-addr" | "ip_addr" | "ipaddr" | "ip-address" | "address" => Role::Endpoint,
        "ipv4" | "ipv4addr" | "ipv4_addr" | "ip4-addr" | "ipv4-address" => Role::Ipv4,
        "ipv6" | "ipv6addr" | "ipv6_addr" | "ip6-addr" | "ipv6-address" => Role::Ipv6,
        "uri" => Role::Url,
        "email" | "emailaddr" | "email_addr" | "email-address" => Role::Email,
        "mac" | "macaddr" | "mac_addr" | "mac-address" => Role::Mac,
        _ => Role::Text,
    }
}

/// The name of the hash algorithm, where the path leads into a dictionary of hashes.
fn hash_name<'p>(path: &'p Path<'_>) -> Option<&'p str> {
    let [.., before, last] = &path.steps[..] else { return None };
    if before.property()? == "hashes" { last.property() } else { None }
}

/// A hash algorithm whose names are folded into one.
#[derive(Clone, Copy, Debug)]
struct Algorithm {
    name: &'static str,
    digits: Option<usize>,
}

impl Algorithm {
    /// The algorithm with this name. Letters and digits are compared, case and punctuation are not.
    fn named(name: &str) -> Option<Self> {
        let mut letters = [0; 12];
        let mut len = 0;
        for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
            *letters.get_mut(len)? = byte.to_ascii_uppercase();
            len += 1;
        }
        let (name, digits) = match &letters[..len] {
            b"MD5" => ("MD5", 32),
            b"SHA1" => ("SHA-1", 40),
            b"SHA256" => ("SHA-256", 64),
            b"SHA512" => ("SHA-512", 128),
            b"SHA3256" => ("SHA3-256", 64),
            b"SHA3512" => ("SHA3-512", 128),
            b"SSDEEP" => ("SSDEEP", 0),
            b"TLSH" => ("TLSH", 0),
            // Named by STIX 2.0, or by no version and used all the same.
            b"MD6" => ("MD6", 0),
            b"RIPEMD160" => ("RIPEMD-160", 40),
            b"SHA224" => ("SHA-224", 56),
            b"SHA384" => ("SHA-384", 96),
            b"SHA3224" => ("SHA3-224", 56),
            b"SHA3384" => ("SHA3-384", 96),
            b"WHIRLPOOL" => ("WHIRLPOOL", 128),
            b"IMPHASH" => ("IMPHASH", 32),
            b"AUTHENTIHASH" => ("AUTHENTIHASH", 0),
            b"VHASH" => ("VHASH", 0),
            _ => return None,
        };
        Some(Self { name, digits: (digits > 0).then_some(digits) })
    }
}

/// The path in canonical text, borrowed where it was written so.
fn spelling<'a>(path: &Path<'a>, written: &'a str, algorithm: Option<Algorithm>) -> Cow<'a, str> {
    /// Bytes of names and punctuation. Quotes, blanks, comments and plus signs are what canonical
    /// text may lack.
    fn is_plain(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.' | b'[' | b']' | b'*')
    }
    let own_name = hash_name(path);
    let renamed = algorithm.filter(|algorithm| Some(algorithm.name) != own_name);
    let Some(Algorithm { name, .. }) = renamed else {
        // The whole of a path without blanks, quotes and the like is its type, the colon and its
        // names.
        let own_len = |rest: usize| path.object_type.len() + rest == written.len();
        let is_canonical = match &path.steps[..] {
            [Step::Property(only)] if own_len(1 + only.name.len()) => true,
            // A name with a hyphen needs the quotes that it has.
            [_, Step::Property(last)] if algorithm.is_some() && last.name.contains('-') => {
                own_len(":hashes.''".len() + last.name.len())
            }
            _ => all_bytes(written, is_plain),
        };
        return if is_canonical { Cow::Borrowed(written) } else { Cow::Owned(path.to_string()) };
    };
    let mut path = path.clone();
    if let Some(Step::Property(property)) = path.steps.last_mut() {
        property.name = Cow::Borrowed(name);
    }
    Cow::Owned(path.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Parser;

    fn key(text: &str) -> String {
        let path = Parser::new().parse_path(text).unwrap();
        Key::new(&path, text).text.into_owned()
    }

    fn role_of(text: &str) -> Role {
        let path = Parser::new().parse_path(text).unwrap();
        Key::new(&path, text).role
    }

    #[test]
    fn hash_names_have_one_spelling() {
        for name in ["'SHA-256'", "SHA256", "'sha-256'", "sha_256", "sha256", "'SHA 256'", "SHA_256"] {
            assert_eq!(key(&format!("file:hashes.{name}")), "file:hashes.'SHA-256'");
        }
        for name in ["MD5", "'MD5'", "md5", "'md-5'"] {
            assert_eq!(key(&format!("file:hashes.{name}")), "file:hashes.MD5");
        }
        assert_eq!(key("x509-certificate:hashes.sha1"), "x509-certificate:hashes.'SHA-1'");
        assert_eq!(key("file:hashes.ssdeep"), "file:hashes.SSDEEP");
        assert_eq!(key("file:hashes.imphash"), "file:hashes.IMPHASH");
        assert_eq!(key("file:hashes.'x-own hash'"), "file:hashes.'x-own hash'");
        assert_eq!(key("file:hashes.'a name far longer than any'"), "file:hashes.'a name far longer than any'");
        // A dictionary of the same name that holds other things.
        assert_eq!(key("file:hashes.sha256.x"), "file:hashes.sha256.x");
    }

    #[test]
    fn paths_have_one_spelling() {
        assert_eq!(key("file:'size'"), "file:size");
        assert_eq!(key("file : hashes . 'SHA-256'"), "file:hashes.'SHA-256'");
        assert_eq!(key("network-traffic:protocols[*]"), "network-traffic:protocols[*]");
        assert_eq!(key("network-traffic:protocols[+1]"), "network-traffic:protocols[1]");
        assert_eq!(key("file:/* a */size"), "file:size");
        assert_eq!(key("file:extensions.'x-y'.z"), "file:extensions.'x-y'.z");
    }

    #[test]
    fn canonical_paths_are_borrowed() {
        for text in
            ["ipv4-addr:value", "file:hashes.MD5", "file:hashes.'SHA-256'", "network-traffic:dst_ref.value", "a:b[*]"]
        {
            let path = Parser::new().parse_path(text).unwrap();
            assert!(matches!(Key::new(&path, text).text, Cow::Borrowed(own) if own == text), "{text}");
        }
    }

    #[test]
    fn roles() {
        assert_eq!(role_of("ipv4-addr:value"), Role::Ipv4);
        assert_eq!(role_of("network-traffic:src_ref.value"), Role::Endpoint);
        assert_eq!(role_of("domain-name:resolves_to_refs[*].value"), Role::Endpoint);
        assert_eq!(role_of("ipv4-addr:resolves_to_refs[0].value"), Role::Mac);
        assert_eq!(role_of("ipv4-addr:belongs_to_refs[*].number"), Role::Asn);
        assert_eq!(role_of("email-message:to_refs[*].value"), Role::Email);
        assert_eq!(role_of("file:parent_directory_ref.path"), Role::FilePath);
        assert_eq!(role_of("process:image_ref.hashes.MD5"), Role::Hash(Some(32)));
        assert_eq!(role_of("network-traffic:protocols[*]"), Role::Text);
        assert_eq!(role_of("file:extensions.'windows-pebinary-ext'.sections[*].name"), Role::Text);
    }

    #[test]
    fn type_tags_are_of_objects() {
        let tag = |text| is_type_tag(&Parser::new().parse_path(text).unwrap());
        assert!(tag("network-traffic:src_ref.type") && tag("a:b_refs[*].type") && tag("file:type"));
        assert!(!tag("file:extensions.'x-y'.type") && !tag("file:name") && !tag("a:type[0]"));
    }
}
