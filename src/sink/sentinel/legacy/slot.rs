//! Which columns of the legacy table a value has.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::Timestamp;
use crate::row::{Direction, ValueKind};
use crate::sink::sentinel::datetime::datetime;
use crate::table::Cell;

/// A column for values. `NetworkPort`, `NetworkDestinationAsn` and `FilePacker` are not among them:
/// nothing in STIX has exactly that meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    NetworkIP,
    NetworkSourceIP,
    NetworkDestinationIP,
    NetworkCidrBlock,
    NetworkSourceCidrBlock,
    NetworkDestinationCidrBlock,
    NetworkSourcePort,
    NetworkDestinationPort,
    NetworkProtocol,
    NetworkSourceAsn,
    DomainName,
    Url,
    UserAgent,
    FileHashType,
    FileHashValue,
    FileName,
    FilePath,
    FileSize,
    FileType,
    FileMutexName,
    FileCompileDateTime,
    FileCreatedDateTime,
    EmailSenderAddress,
    EmailSenderName,
    EmailSourceDomain,
    EmailSourceIpAddress,
    EmailRecipient,
    EmailSubject,
    EmailXMailer,
    EmailEncoding,
    EmailLanguage,
}

/// A value in its column, and in a second one where one value says two things. None where no column
/// is for it.
pub(super) type Placed<'a> = [Option<(Slot, Cell<'a>)>; 2];

/// Returns the columns of a value that is an indicator by itself, in normal form.
pub(super) fn place<'a>(key: &str, norm: &'a str, kind: ValueKind) -> Placed<'a> {
    let Some((object_type, path)) = key.split_once(':') else { return [None, None] };
    let path = without_indexes(path);
    let text = |slot| [Some((slot, Cell::from(norm))), None];
    match (object_type, &*path) {
        ("ipv4-addr" | "ipv6-addr", "value") => address(norm, kind, None),
        ("network-traffic", "src_ref.value" | "dst_ref.value") if kind == ValueKind::Domain => text(Slot::DomainName),
        ("network-traffic", "src_ref.value") => address(norm, kind, Some(Direction::Src)),
        ("network-traffic", "dst_ref.value") => address(norm, kind, Some(Direction::Dst)),
        ("network-traffic", "src_port") if kind == ValueKind::Port => integer(Slot::NetworkSourcePort, norm),
        ("network-traffic", "dst_port") if kind == ValueKind::Port => integer(Slot::NetworkDestinationPort, norm),
        ("network-traffic", "protocols") => match protocol(norm) {
            Some(number) => [Some((Slot::NetworkProtocol, Cell::Integer(number))), None],
            None => [None, None],
        },
        ("domain-name", "value") => text(Slot::DomainName),
        ("domain-name", "resolves_to_refs.value") => address(norm, kind, None),
        ("autonomous-system", "number") => integer(Slot::NetworkSourceAsn, norm),
        ("url", "value") => text(Slot::Url),
        ("file", "name") | ("process", "name" | "image_ref.name" | "binary_ref.name") => text(Slot::FileName),
        ("file", "parent_directory_ref.path") | ("directory", "path") => text(Slot::FilePath),
        ("file", "size") => integer(Slot::FileSize, norm),
        ("file", "mime_type") => text(Slot::FileType),
        ("file", "ctime" | "created") => time(Slot::FileCreatedDateTime, norm),
        ("file", "extensions.'windows-pebinary-ext'.time_date_stamp") => time(Slot::FileCompileDateTime, norm),
        ("mutex", "name") => text(Slot::FileMutexName),
        ("email-addr", "value") | ("email-message", "from_ref.value" | "sender_ref.value") => {
            let domain = norm.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty());
            let domain = domain.map(|domain| (Slot::EmailSourceDomain, domain.into()));
            [Some((Slot::EmailSenderAddress, norm.into())), domain]
        }
        ("email-message", "from_ref.display_name" | "sender_ref.display_name") => text(Slot::EmailSenderName),
        ("email-message", "to_refs.value" | "cc_refs.value" | "bcc_refs.value") => text(Slot::EmailRecipient),
        ("email-message", "subject") => text(Slot::EmailSubject),
        ("email-message", "content_type") => match charset(norm) {
            Some(charset) => [Some((Slot::EmailEncoding, charset.into())), None],
            None => [None, None],
        },
        _ => in_dictionary(object_type, &path, norm),
    }
}

/// Values under names that the producer chooses: algorithms and headers.
fn in_dictionary<'a>(object_type: &str, path: &str, norm: &'a str) -> Placed<'a> {
    let Some((dictionary, name)) = path.rsplit_once('.') else { return [None, None] };
    let name = name.trim_matches('\'');
    let text = |slot| [Some((slot, Cell::from(norm))), None];
    match (object_type, dictionary) {
        ("file", "hashes") | ("process", "image_ref.hashes") => hash(name, norm),
        ("network-traffic", "extensions.'http-request-ext'.request_header") => match name {
            name if name.eq_ignore_ascii_case("user-agent") => text(Slot::UserAgent),
            _ => [None, None],
        },
        ("email-message", "additional_header_fields") => match name {
            name if name.eq_ignore_ascii_case("x-mailer") => text(Slot::EmailXMailer),
            name if name.eq_ignore_ascii_case("content-language") => text(Slot::EmailLanguage),
            name if name.eq_ignore_ascii_case("x-originating-ip") => {
                // Mail servers write it in brackets.
                let bare = norm.trim_start_matches('[').trim_end_matches(']');
                let is_address = bare.parse::<IpAddr>().is_ok();
                [is_address.then(|| (Slot::EmailSourceIpAddress, bare.into())), None]
            }
            _ => [None, None],
        },
        _ => [None, None],
    }
}

/// Only addresses and networks, each in a column of its own kind.
fn address(norm: &str, kind: ValueKind, direction: Option<Direction>) -> Placed<'_> {
    let slot = match (kind, direction) {
        (ValueKind::Ipv4 | ValueKind::Ipv6, None) => Slot::NetworkIP,
        (ValueKind::Ipv4 | ValueKind::Ipv6, Some(Direction::Src)) => Slot::NetworkSourceIP,
        (ValueKind::Ipv4 | ValueKind::Ipv6, Some(Direction::Dst)) => Slot::NetworkDestinationIP,
        (ValueKind::Cidr, None) => Slot::NetworkCidrBlock,
        (ValueKind::Cidr, Some(Direction::Src)) => Slot::NetworkSourceCidrBlock,
        (ValueKind::Cidr, Some(Direction::Dst)) => Slot::NetworkDestinationCidrBlock,
        _ => return [None, None],
    };
    [Some((slot, norm.into())), None]
}

/// A number of 32 bits, which is all that the columns hold.
fn integer(slot: Slot, norm: &str) -> Placed<'_> {
    [norm.parse::<i32>().ok().map(|number| (slot, Cell::Integer(number.into()))), None]
}

fn time(slot: Slot, norm: &str) -> Placed<'_> {
    let time = Timestamp::parse(norm).ok().map(|time| datetime(&time).into_owned());
    [time.map(|time| (slot, Cell::Time(Cow::Owned(time)))), None]
}

/// The number of a protocol over IP in IANA's list. Protocols of other layers have none, `ipv4` and
/// `ipv6` in STIX among them: they are what carries, not what is carried.
fn protocol(name: &str) -> Option<i64> {
    const NUMBERS: &[(&str, i64)] = &[
        ("icmp", 1),
        ("igmp", 2),
        ("tcp", 6),
        ("udp", 17),
        ("gre", 47),
        ("esp", 50),
        ("ah", 51),
        ("ipv6-icmp", 58),
        ("icmp6", 58),
        ("icmpv6", 58),
        ("ospf", 89),
        ("sctp", 132),
    ];
    NUMBERS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, number)| *number)
}

/// The type and the value of a hash. `name` is the algorithm's, in the spelling of canonical keys.
fn hash<'a>(name: &str, norm: &'a str) -> Placed<'a> {
    let is_hex = |digits| norm.len() == digits && norm.bytes().all(|byte| byte.is_ascii_hexdigit());
    let type_name = match name {
        "MD5" => "md5",
        "SHA-1" => "sha1",
        "SHA-256" => "sha256",
        "SSDEEP" => "ctph",
        "TLSH" => "lsHash",
        "AUTHENTIHASH" if is_hex(64) => "authenticodeHash256",
        "AUTHENTIHASH" | "MD6" | "RIPEMD-160" | "SHA-224" | "SHA-384" | "SHA-512" | "SHA3-224" | "SHA3-256"
        | "SHA3-384" | "SHA3-512" | "WHIRLPOOL" | "IMPHASH" | "VHASH" => "unknown",
        // Names that nobody knows: the length tells.
        _ if is_hex(32) => "md5",
        _ if is_hex(40) => "sha1",
        _ if is_hex(64) => "sha256",
        _ => "unknown",
    };
    [Some((Slot::FileHashType, type_name.into())), Some((Slot::FileHashValue, norm.into()))]
}

/// What follows `charset=` in a content type.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// The path without `[0]` and `[*]`: one element of a list is as good as another here. Brackets in
/// quotes are part of a name.
fn without_indexes(path: &str) -> Cow<'_, str> {
    if !path.as_bytes().contains(&b'[') {
        return Cow::Borrowed(path);
    }
    let (mut is_quoted, mut is_escaped, mut is_index) = (false, false, false);
    let is_kept = |letter: &char| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => is_quoted = !is_quoted,
            '[' if !is_quoted => is_index = true,
            ']' if is_index => {
                is_index = false;
                return false;
            }
            _ => {}
        }
        !is_index
    };
    Cow::Owned(path.chars().filter(is_kept).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_dropped() {
        for (path, bare) in
            [("a", "a"), ("a[*].b[0]", "a.b"), ("a.'b[0]'[1]", "a.'b[0]'"), (r"a.'it\'s[1]'.c[2]", r"a.'it\'s[1]'.c")]
        {
            assert_eq!(without_indexes(path), bare);
        }
    }

    #[test]
    fn charsets() {
        assert_eq!(charset("text/html; format=flowed; CharSet=\"utf-8\""), Some("utf-8"));
        assert_eq!(charset("text/html; charset= "), None);
        assert_eq!(charset("charset=a"), None);
    }
}
