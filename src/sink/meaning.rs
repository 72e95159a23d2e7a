//! What a value is the value of, for sinks that have a place for it.

use std::borrow::Cow;

use crate::row::address::Network;
use crate::row::{Observable, ValueKind};

/// What a sink has to know of an observable: the pairs of path and kind, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One IP address, wherever it is.
    Address,
    /// A network of IP addresses, wherever it is.
    Network,
    /// The address or network that a domain resolves to.
    ResolvedAddress,
    /// A domain or host name.
    Domain,
    Url,
    Port,
    AsNumber,
    AsName,
    FileHash,
    /// A hash of something else than a file or certificate by itself: of a process's image, an
    /// artifact.
    OtherHash,
    FileName,
    /// The directory that a file is in.
    FileDirectory,
    /// A directory by itself.
    Directory,
    FileSize,
    FileMimeType,
    FileCreated,
    RegistryKey,
    RegistryValueName,
    RegistryValueData,
    CommandLine,
    /// The name of a process or of its program.
    ProcessName,
    CertificateHash,
    CertificateSerial,
    CertificateIssuer,
    CertificateSubject,
    User,
    Vulnerability,
    /// An e-mail address without a stated role.
    EmailAddress,
    /// The address that a message is from.
    EmailFrom,
    /// The address that sent a message for another.
    EmailSender,
    /// An address that a message goes to, openly.
    EmailTo,
    /// An address that gets a copy.
    EmailCopy,
    /// The address of the host that a message comes from.
    EmailOrigin,
    EmailSubject,
    /// Another part of a message that is text.
    EmailText,
    UserAgent,
    Referrer,
    Other,
}

const REQUEST_HEADER: &str = "network-traffic:extensions.'http-request-ext'.request_header.";
const EMAIL_HEADER: &str = "email-message:additional_header_fields.";

impl Meaning {
    pub(super) fn from_observable(observable: &Observable<'_>) -> Self {
        let key = &*observable.key;
        match observable.kind {
            ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr if observable.object_type == "domain-name" => {
                return Self::ResolvedAddress;
            }
            ValueKind::Ipv4 | ValueKind::Ipv6 => return Self::Address,
            ValueKind::Cidr => return Self::Network,
            // An alias says little of the name it leads to.
            ValueKind::Domain if key.starts_with("domain-name:resolves_to_refs") => return Self::Other,
            ValueKind::Domain => return Self::Domain,
            ValueKind::Url if key == "url:value" => return Self::Url,
            ValueKind::Port => return Self::Port,
            ValueKind::Hash if key.starts_with("file:hashes.") => return Self::FileHash,
            ValueKind::Hash if key.starts_with("x509-certificate:hashes.") => return Self::CertificateHash,
            ValueKind::Hash => return Self::OtherHash,
            _ => {}
        }
        match key {
            "autonomous-system:number" if observable.kind == ValueKind::Asn => Self::AsNumber,
            "autonomous-system:name" => Self::AsName,
            "file:name" => Self::FileName,
            "file:parent_directory_ref.path" => Self::FileDirectory,
            "directory:path" => Self::Directory,
            "file:size" if observable.kind == ValueKind::Number => Self::FileSize,
            "file:mime_type" => Self::FileMimeType,
            "file:ctime" => Self::FileCreated,
            "windows-registry-key:key" => Self::RegistryKey,
            "process:command_line" => Self::CommandLine,
            // STIX 2.0 calls the image `binary_ref`.
            "process:name" | "process:image_ref.name" | "process:binary_ref.name" => Self::ProcessName,
            "x509-certificate:serial_number" => Self::CertificateSerial,
            "x509-certificate:issuer" => Self::CertificateIssuer,
            "x509-certificate:subject" => Self::CertificateSubject,
            "user-account:user_id" | "user-account:account_login" => Self::User,
            "email-addr:value" => Self::EmailAddress,
            "email-message:from_ref.value" => Self::EmailFrom,
            "email-message:sender_ref.value" => Self::EmailSender,
            "email-message:subject" => Self::EmailSubject,
            "email-message:message_id" | "email-message:body" => Self::EmailText,
            _ if observable.object_type == "software" && is_cve(&observable.norm) => Self::Vulnerability,
            _ if is_element(key, "windows-registry-key:values", "name") => Self::RegistryValueName,
            _ if is_element(key, "windows-registry-key:values", "data") => Self::RegistryValueData,
            _ if is_element(key, "email-message:to_refs", "value") => Self::EmailTo,
            _ if is_element(key, "email-message:cc_refs", "value") => Self::EmailCopy,
            _ if is_element(key, "email-message:bcc_refs", "value") => Self::EmailCopy,
            _ => match (header(key, REQUEST_HEADER), header(key, EMAIL_HEADER)) {
                (Some(name), _) if name.eq_ignore_ascii_case("User-Agent") => Self::UserAgent,
                (Some(name), _) if name.eq_ignore_ascii_case("Referer") => Self::Referrer,
                (_, Some(name)) if name.eq_ignore_ascii_case("X-Originating-IP") => Self::EmailOrigin,
                (_, Some(name)) if ["X-Mailer", "Reply-To"].iter().any(|own| name.eq_ignore_ascii_case(own)) => {
                    Self::EmailText
                }
                _ => Self::Other,
            },
        }
    }
}

/// Whether the key leads to this property of an element of this list, whichever.
fn is_element(key: &str, list: &str, property: &str) -> bool {
    let index = key.strip_prefix(list).and_then(|rest| rest.strip_prefix('[')?.split_once("]."));
    index.is_some_and(|(_, last)| last == property)
}

/// The name of the header that the key leads to, of those that the dictionary `prefix` has; without
/// quotes.
fn header<'k>(key: &'k str, prefix: &str) -> Option<&'k str> {
    let name = key.strip_prefix(prefix)?;
    // Mail headers are lists where they are repeated.
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    Some(name.trim_matches('\''))
}

/// The name of the hash algorithm that a key ends in: `SHA-256`.
pub(super) fn algorithm(key: &str) -> &str {
    key.rsplit_once("hashes.").map_or("", |(_, name)| name.trim_matches('\''))
}

/// The address in a mail header, which is in brackets there, in its normal form.
pub(super) fn header_address(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim();
    let inner = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    let address = Network::parse(inner).filter(|network| network.kind() != ValueKind::Cidr)?;
    Some(address.normal().map_or(Cow::Borrowed(inner), Cow::Owned))
}

fn is_cve(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = text.split_at_checked(4).filter(|(prefix, _)| prefix.eq_ignore_ascii_case("CVE-"));
    id.and_then(|(_, id)| id.split_once('-')).is_some_and(|(year, number)| is_number(year) && is_number(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Mapper;

    fn meaning(test: &str) -> Meaning {
        let json = serde_json::json!({"type": "indicator", "id": "indicator--1", "pattern": format!("[{test}]"),
            "valid_from": "2024-05-01T10:00:00Z", "pattern_type": "stix"});
        let indicator = serde_json::from_value(json).unwrap();
        let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<crate::Timestamp>().unwrap());
        Meaning::from_observable(mapper.map(&indicator).rows[0].observable.as_ref().unwrap())
    }

    #[test]
    fn values_that_have_not_the_form_are_not_taken_for_it() {
        assert_eq!(meaning("ipv4-addr:value = '192.0.2.999'"), Meaning::Other);
        assert_eq!(meaning("network-traffic:dst_port = 'https'"), Meaning::Other);
        assert_eq!(meaning("file:size = 'big'"), Meaning::Other);
        assert_eq!(meaning("autonomous-system:number = 'AS'"), Meaning::Other);
    }

    #[test]
    fn addresses_wherever_they_stand() {
        assert_eq!(meaning("network-traffic:src_ref.value = '192.0.2.1'"), Meaning::Address);
        assert_eq!(meaning("x-host:address ISSUBSET '192.0.2.0/24'"), Meaning::Network);
        assert_eq!(meaning("domain-name:resolves_to_refs[0].value = '192.0.2.1'"), Meaning::ResolvedAddress);
        assert_eq!(meaning("network-traffic:dst_ref.value = 'a.example'"), Meaning::Domain);
        assert_eq!(meaning("domain-name:resolves_to_refs[*].value = 'a.example'"), Meaning::Other);
    }

    #[test]
    fn elements_and_headers() {
        assert_eq!(meaning("windows-registry-key:values[0].data = 'a'"), Meaning::RegistryValueData);
        assert_eq!(meaning("windows-registry-key:values[*].data_type = 'a'"), Meaning::Other);
        assert_eq!(meaning("email-message:to_refs[1].value = 'a@b.example'"), Meaning::EmailTo);
        let request = "network-traffic:extensions.'http-request-ext'.request_header";
        assert_eq!(meaning(&format!("{request}.'user-agent' = 'a'")), Meaning::UserAgent);
        assert_eq!(meaning(&format!("{request}.Referer = 'a'")), Meaning::Referrer);
        assert_eq!(meaning(&format!("{request}.Accept = 'a'")), Meaning::Other);
        let header = "email-message:additional_header_fields";
        assert_eq!(meaning(&format!("{header}.'Reply-To'[0] = 'a'")), Meaning::EmailText);
        assert_eq!(meaning(&format!("{header}.'X-Originating-IP' = 'a'")), Meaning::EmailOrigin);
        assert_eq!(meaning(&format!("{header}.'X-Own' = 'a'")), Meaning::Other);
    }

    #[test]
    fn hashes_and_their_algorithms() {
        assert_eq!(meaning("file:hashes.sha256 = 'a'"), Meaning::FileHash);
        assert_eq!(meaning("process:image_ref.hashes.MD5 = 'a'"), Meaning::OtherHash);
        assert_eq!(algorithm("file:hashes.'SHA-256'"), "SHA-256");
        assert_eq!(algorithm("process:image_ref.hashes.MD5"), "MD5");
    }

    #[test]
    fn vulnerabilities_go_by_their_number() {
        assert_eq!(meaning("software:name = 'CVE-2014-0160'"), Meaning::Vulnerability);
        for name in ["CVE-", "CVE-2014", "CVE-2014-", "CVE-2014-x", "é", "CVÉ-1-1"] {
            assert_eq!(meaning(&format!("software:name = '{name}'")), Meaning::Other, "{name}");
        }
    }

    #[test]
    fn addresses_in_headers_have_brackets() {
        assert_eq!(header_address(" [192.0.2.1] ").as_deref(), Some("192.0.2.1"));
        assert_eq!(header_address("2001:DB8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(header_address("[a]"), None);
        assert_eq!(header_address("192.0.2.0/24"), None);
    }
}
