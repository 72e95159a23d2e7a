//! What a value is, and the pattern that finds it.

use std::borrow::Cow;

use memchr::memchr2;

use super::bad_line_reason::BadLineReason;
use super::declared::{Declared, RESOLVED};
use super::ip_range::{IpRange, with_length};
use super::refang::{refang, unwrapped};
use super::value_type::ValueType;
use super::wallet::wallet;
use crate::json::scan::all_bytes;
use crate::pattern::{Parser, Pattern};
use crate::row::ValueKind;
use crate::row::address::Network;
use crate::row::key::{Key, Role};
use crate::row::normalize::number;
use crate::row::value::Value;

/// A value that was recognised.
#[derive(Debug)]
pub(super) struct Detected {
    /// In the form to compare with.
    pub(super) value: String,
    pub(super) value_type: ValueType,
    /// The pattern that finds it.
    pub(super) pattern: Option<String>,
}

/// Recognizes a value as the feed has it. `scheme` is that of a URL without one.
pub(super) fn detect(written: &str, declared: &Declared, scheme: Option<&str>) -> Result<Detected, BadLineReason> {
    match declared {
        // Names may have brackets and quotes of their own.
        Declared::Path(path) => return other(path, written.trim()),
        Declared::Type(ValueType::Pattern) => return pattern(written.trim()),
        Declared::Composite(parts) => return composite(parts, written),
        _ => {}
    }
    let refanged = refang(unwrapped(written));
    let text = &*refanged.text;
    if text.is_empty() {
        return Err(BadLineReason::Empty);
    }
    let found = match declared {
        Declared::Nothing => bare(text, refanged.has_dots)?,
        Declared::Ip => networks(text),
        Declared::Ipv4 => networks(text).filter(|found| found.is_ipv4),
        Declared::Ipv6 => networks(text).filter(|found| !found.is_ipv4),
        Declared::Hash => hash(text),
        Declared::Digits(path, digits) => return fingerprint(path, *digits, text),
        Declared::SourceEndpoint => endpoint(text, "src"),
        Declared::Type(ValueType::Endpoint) => endpoint(text, "dst"),
        Declared::Type(ValueType::Domain) => subdomains(text).or_else(|| domain(text)),
        Declared::Type(ValueType::Subdomains) => subdomains(text).or_else(|| subdomains(&format!("*.{text}"))),
        Declared::Type(ValueType::Url) => declared_url(text, scheme)?,
        Declared::Type(ValueType::Email) => email(text),
        Declared::Type(ValueType::Cve) => cve(text),
        Declared::Type(ValueType::Asn) => number::asn(text).map(|number| Found::new(ValueType::Asn, number)),
        Declared::Type(ValueType::Wallet) => wallet(text, true).map(|value| Found::new(ValueType::Wallet, value)),
        Declared::Type(own) => hash(text).filter(|found| found.value_type == *own),
        Declared::Path(_) | Declared::Composite(_) => None,
    };
    match (found, declared) {
        (Some(found), _) => found.detected(),
        (None, Declared::Nothing) if text.contains(char::is_whitespace) => Err(BadLineReason::SeveralValues),
        (None, Declared::Nothing) => Err(BadLineReason::UnknownForm),
        (None, _) => Err(BadLineReason::NotOfType(declared.as_str().to_owned())),
    }
}

/// What a value is by its form. The first form that fits decides.
fn bare(text: &str, has_dots: bool) -> Result<Option<Found>, BadLineReason> {
    let found = network(text)
        .or_else(|| hash(text))
        .or_else(|| cve(text))
        .or_else(|| url(text))
        .or_else(|| email(text))
        .or_else(|| endpoint(text, "dst"));
    if found.is_some() {
        return Ok(found);
    }
    if let found @ (Err(_) | Ok(Some(_))) = bare_domain(text, has_dots) {
        return found;
    }
    // Rare forms come last, because most values are none of them.
    Ok(range(text)
        .or_else(|| subdomains(text))
        .or_else(|| bare_asn(text))
        .or_else(|| wallet(text, false).map(|value| Found::new(ValueType::Wallet, value))))
}

fn declared_url(text: &str, scheme: Option<&str>) -> Result<Option<Found>, BadLineReason> {
    match (url(text), scheme) {
        (None, Some(scheme)) if !text.contains("://") => Ok(url(&format!("{scheme}://{text}"))),
        (None, None) if !text.contains("://") && url(&format!("http://{text}")).is_some() => {
            Err(BadLineReason::NoScheme)
        }
        (found, _) => Ok(found),
    }
}

/// What an entry's pattern is made of, before it is made.
#[derive(Debug)]
enum Shape {
    /// The value at the path of its type.
    Plain,
    /// An address or name with a port: `src` or `dst`, the type of the object, its value, and the
    /// port.
    Endpoint(&'static str, &'static str, String, u16),
    /// Networks, each of which is enough.
    Networks(Vec<String>),
    /// The names below a domain; and whether the domain itself counts.
    Below(String, bool),
}

/// A value and its type, before its pattern is made.
#[derive(Debug)]
struct Found {
    value: String,
    value_type: ValueType,
    is_ipv4: bool,
    shape: Shape,
}

impl Found {
    fn new(value_type: ValueType, value: impl Into<String>) -> Self {
        Self { value: value.into(), value_type, is_ipv4: false, shape: Shape::Plain }
    }

    fn detected(self) -> Result<Detected, BadLineReason> {
        let Self { value, value_type, is_ipv4, shape } = self;
        let pattern = match (&shape, value_type.path(is_ipv4)) {
            // OK to put the host between quotes: no host has one.
            (Shape::Endpoint(way, object_type, host, port), _) => Some(format!(
                "[network-traffic:{way}_ref.type = '{object_type}' AND network-traffic:{way}_ref.value = '{host}' \
                 AND network-traffic:{way}_port = {port}]"
            )),
            (Shape::Networks(networks), _) => {
                let path = if is_ipv4 { "ipv4-addr:value" } else { "ipv6-addr:value" };
                let pattern = Pattern::any_of(path, networks.iter().map(String::as_str));
                Some(pattern.map_err(BadLineReason::Pattern)?.to_string())
            }
            // OK because no name has a quote; an underscore stands for any character in `LIKE`, so
            // that names with one would say too much.
            (Shape::Below(name, false), _) => Some(format!("[domain-name:value LIKE '%.{name}']")),
            (Shape::Below(name, true), _) => {
                Some(format!("[domain-name:value = '{name}' OR domain-name:value LIKE '%.{name}']"))
            }
            (Shape::Plain, Some(path)) => Some(plain_equality(path, &value)?),
            (Shape::Plain, None) if value_type == ValueType::Asn => {
                Some(format!("[autonomous-system:number = {value}]"))
            }
            (Shape::Plain, None) => None,
        };
        Ok(Detected { value, value_type, pattern })
    }
}

fn equality(path: &str, value: &str) -> Result<String, BadLineReason> {
    Pattern::equals(path, value).map(|pattern| pattern.to_string()).map_err(BadLineReason::Pattern)
}

/// The same for a path in canonical text. Nearly all values have nothing to escape, and then it
/// takes a tenth of the time.
fn plain_equality(path: &str, value: &str) -> Result<String, BadLineReason> {
    /// No limit on patterns is near.
    const SHORT: usize = 4096;

    if value.len() > SHORT || memchr2(b'\'', b'\\', value.as_bytes()).is_some() {
        return equality(path, value);
    }
    let pattern = ["[", path, " = '", value, "']"].concat();
    debug_assert_eq!(Ok(&pattern), equality(path, value).as_ref());
    Ok(pattern)
}

/// A value that only the feed knows the meaning of. One of a property that is a whole number is a
/// number.
fn other(path: &str, text: &str) -> Result<Detected, BadLineReason> {
    if text.is_empty() {
        return Err(BadLineReason::Empty);
    }
    let parsed = Parser::new().parse_path(path).map_err(BadLineReason::Pattern)?;
    let role = Key::new(&parsed, path).role;
    let pattern = if matches!(role, Role::Port | Role::Asn | Role::Number) {
        let not_of_type = || BadLineReason::NotOfType(path.to_owned());
        let number = normal(text, role).and_then(|number| number.parse::<i64>().ok()).ok_or_else(not_of_type)?;
        let pattern = Pattern::equals(path, number).map_err(BadLineReason::Pattern)?.to_string();
        return Ok(Detected { value: number.to_string(), value_type: ValueType::Other, pattern: Some(pattern) });
    } else {
        Some(equality(path, text)?)
    };
    Ok(Detected { value: text.to_owned(), value_type: ValueType::Other, pattern })
}

/// So many hexadecimal digits, in lower case.
fn fingerprint(path: &str, digits: usize, text: &str) -> Result<Detected, BadLineReason> {
    let text: String = text.chars().filter(|letter| *letter != ':').collect();
    if text.len() != digits || !all_bytes(&text, |byte| byte.is_ascii_hexdigit()) {
        return Err(BadLineReason::NotOfType(path.to_owned()));
    }
    other(path, &text.to_ascii_lowercase())
}

/// A pattern of the feed's own.
fn pattern(text: &str) -> Result<Detected, BadLineReason> {
    if text.is_empty() {
        return Err(BadLineReason::Empty);
    }
    Pattern::parse(text).map_err(BadLineReason::Pattern)?;
    Ok(Detected { value: text.to_owned(), value_type: ValueType::Pattern, pattern: Some(text.to_owned()) })
}

/// Two values of one object. Neither is an indicator without the other.
fn composite(parts: &(Declared, Declared), written: &str) -> Result<Detected, BadLineReason> {
    let not_of_type = || BadLineReason::NotOfType("composite".to_owned());
    // The name of a file may have a bar, and a hash or an address has none.
    let (left, right) = match &parts.1 {
        Declared::Path(_) => written.split_once('|'),
        _ => written.rsplit_once('|'),
    }
    .ok_or_else(not_of_type)?;
    let (left, right) = (detect(left, &parts.0, None)?, detect(right, &parts.1, None)?);
    let test = |detected: &Detected| {
        let pattern = detected.pattern.as_deref()?;
        Some(pattern.strip_prefix('[')?.strip_suffix(']')?.to_owned())
    };
    let second = match right.value_type {
        ValueType::Ipv4 | ValueType::Ipv6 => Some(format!("{RESOLVED} = '{}'", right.value)),
        // A network is no address that a name resolves to.
        ValueType::Cidr | ValueType::Range => None,
        _ => test(&right),
    };
    let (first, second) = test(&left).zip(second).ok_or_else(not_of_type)?;
    let pattern = format!("[{first} AND {second}]");
    Pattern::parse(&pattern).map_err(BadLineReason::Pattern)?;
    let value = format!("{}|{}", left.value, right.value);
    Ok(Detected { value, value_type: ValueType::Composite, pattern: Some(pattern) })
}

/// The value in the form that rows compare with.
fn normal(text: &str, role: Role) -> Option<String> {
    let value = Value::from_text(Cow::Borrowed(text), role);
    value.well_formed.then(|| value.norm.into_owned())
}

fn network(text: &str) -> Option<Found> {
    let network = Network::parse(text)?;
    let value_type = match network.kind() {
        ValueKind::Ipv4 => ValueType::Ipv4,
        ValueKind::Ipv6 => ValueType::Ipv6,
        _ => ValueType::Cidr,
    };
    let value = network.normal().unwrap_or_else(|| text.to_owned());
    Some(Found { is_ipv4: network.is_ipv4(), ..Found::new(value_type, value) })
}

/// An address, a network with a length or a mask, or a range.
fn networks(text: &str) -> Option<Found> {
    network(text).or_else(|| range(text))
}

/// A range, or a network with a mask.
fn range(text: &str) -> Option<Found> {
    if !text.starts_with(|first: char| first.is_ascii_hexdigit() || first == ':') {
        return None;
    }
    if let Some(text) = with_length(text) {
        return network(&text);
    }
    let range = IpRange::parse(text)?;
    let networks = range.networks();
    if let [only] = &networks[..] {
        return network(only);
    }
    let is_ipv4 = range.is_ipv4;
    Some(Found { is_ipv4, shape: Shape::Networks(networks), ..Found::new(ValueType::Range, range.to_string()) })
}

/// `*.example.org`: names below; `.example.org` and `||example.org^`: these and the domain.
fn subdomains(text: &str) -> Option<Found> {
    let (name, is_below) = match text.strip_prefix("*.") {
        Some(name) => (name, true),
        None => {
            let adblock = text.strip_prefix("||").and_then(|text| text.strip_suffix('^'));
            (adblock.or_else(|| text.strip_prefix('.'))?, false)
        }
    };
    // For `LIKE`, an underscore is any character.
    let name = domain(name).filter(|found| is_full_domain(&found.value) && !found.value.contains('_'))?.value;
    let value = format!("{}.{name}", if is_below { "*" } else { "" });
    Some(Found { shape: Shape::Below(name, !is_below), ..Found::new(ValueType::Subdomains, value) })
}

/// `AS64500`. Digits alone may be anything.
fn bare_asn(text: &str) -> Option<Found> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as"))?;
    let number = number::asn(digits).filter(|_| all_bytes(digits, |byte| byte.is_ascii_digit()))?;
    Some(Found::new(ValueType::Asn, number))
}

/// Digits alone, or after the name of the algorithm: `sha256:…`.
fn hash(text: &str) -> Option<Found> {
    let (named, digits) = match text.rsplit_once(':') {
        Some((name, digits)) => (Some(Declared::from_word(name)?), digits.trim_start()),
        None => (None, text),
    };
    let value_type = ValueType::from_digits(digits.len())?;
    let is_hex = all_bytes(digits, |byte| byte.is_ascii_hexdigit());
    let is_named_so = named.is_none_or(|named| named == Declared::Type(value_type));
    (is_hex && is_named_so).then(|| Found::new(value_type, digits.to_ascii_lowercase()))
}

fn cve(text: &str) -> Option<Found> {
    if !text.starts_with(['C', 'c']) {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    let (year, number) = upper.strip_prefix("CVE-")?.split_once('-')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_cve = year.len() == 4 && is_number(year) && (4..=19).contains(&number.len()) && is_number(number);
    is_cve.then(|| Found::new(ValueType::Cve, upper))
}

/// With a scheme and a host. What follows is not looked at, for what attackers put there is no
/// concern of the standard's.
fn url(text: &str) -> Option<Found> {
    // A name of a scheme has no colon, so the first one decides.
    let (scheme, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let is_scheme = SCHEMES.iter().any(|own| own.eq_ignore_ascii_case(scheme));
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_host = host.starts_with(|first: char| first != ':');
    let is_clean = !text.contains(|character: char| character.is_whitespace() || character.is_control());
    (is_scheme && is_host && is_clean).then(|| Found::new(ValueType::Url, text))
}

/// Schemes that a feed may have. One that is not among them may be a way of defanging, and to take
/// that as it is would be a guess.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "tftp",
    "ssh",
    "telnet",
    "tcp",
    "udp",
    "tls",
    "ssl",
    "ws",
    "wss",
    "ldap",
    "ldaps",
    "rmi",
    "iiop",
    "corba",
    "dns",
    "nis",
    "nds",
    "smb",
    "cifs",
    "nfs",
    "file",
    "rsync",
    "git",
    "svn",
    "irc",
    "ircs",
    "socks",
    "socks4",
    "socks5",
    "rtsp",
    "rtmp",
    "mms",
    "sip",
    "sips",
    "stun",
    "turn",
    "rdp",
    "vnc",
    "mqtt",
    "mqtts",
    "redis",
    "mongodb",
    "mysql",
    "postgresql",
    "amqp",
    "gopher",
    "jdbc",
    "stratum",
    "stratum+tcp",
    "stratum+ssl",
    "stratum+tls",
    "vless",
    "vmess",
    "trojan",
    "ss",
    "quic",
    "h2",
    "grpc",
    "doh",
    "market",
    "webdav",
    "davs",
    "pop3",
    "imap",
    "smtp",
    "search-ms",
    "ms-appinstaller",
    "view-source",
];

fn email(text: &str) -> Option<Found> {
    let (user, host) = text.split_once('@')?;
    let is_user = !user.is_empty() && user.chars().all(is_of_user) && user.len() <= 64;
    let is_host = is_full_domain(host.strip_suffix('.').unwrap_or(host));
    if is_user && is_host { normal(text, Role::Email).map(|value| Found::new(ValueType::Email, value)) } else { None }
}

/// Without quotes nothing else may stand before the `@` (RFC 5322, and RFC 6531 for other scripts).
fn is_of_user(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~.".contains(letter)
        || (!letter.is_ascii() && !letter.is_control() && !letter.is_whitespace())
}

/// A host and a port, also as MISP has them: `2001:db8::1|443`. `way` is `src` or `dst`.
fn endpoint(text: &str, way: &'static str) -> Option<Found> {
    if let Some((host, port)) = text.split_once('|') {
        let is_ipv6 = host.contains(':') && !host.starts_with('[');
        let text = if is_ipv6 { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        return if text.contains('|') { None } else { endpoint(&text, way) };
    }
    let (host, port) = text.rsplit_once(':')?;
    let is_number = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let port: u16 = port.parse().ok().filter(|port| is_number && *port > 0)?;
    let (object_type, host, shown) = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => {
            let address = network(host).filter(|found| found.value_type == ValueType::Ipv6)?.value;
            let shown = format!("[{address}]:{port}");
            ("ipv6-addr", address, shown)
        }
        None => {
            let found = network(host).or_else(|| domain(host).filter(|_| is_full_domain(host)))?;
            let object_type = match found.value_type {
                ValueType::Ipv4 => "ipv4-addr",
                ValueType::Domain => "domain-name",
                _ => return None,
            };
            let shown = format!("{}:{port}", found.value);
            (object_type, found.value, shown)
        }
    };
    Some(Found { shape: Shape::Endpoint(way, object_type, host, port), ..Found::new(ValueType::Endpoint, shown) })
}

/// A name that the feed says is a domain's.
fn domain(text: &str) -> Option<Found> {
    let is_short = text.len() <= MAX_DOMAIN && text.split('.').all(|label| label.len() <= MAX_LABEL);
    let value = normal(text, Role::Domain).filter(|value| is_short && value != ".")?;
    Some(Found::new(ValueType::Domain, value))
}

/// A name without a declared type.
fn bare_domain(text: &str, has_dots: bool) -> Result<Option<Found>, BadLineReason> {
    // UTS 46 has dots that are not ASCII, and characters without a width.
    let mapped = if text.is_ascii() { None } else { normal(text, Role::Domain) };
    let name = mapped.as_deref().unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    if !is_full_domain(name) || is_crossed_url(name) {
        return Ok(None);
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_file = FILE_ENDINGS.contains(&&*ending) || (!has_dots && SHARED_ENDINGS.contains(&&*ending));
    if is_file { Err(BadLineReason::MayBeFileName) } else { Ok(domain(text)) }
}

/// `http__example.org` and `hxxps_example.org` are URLs that somebody defanged, and no names.
fn is_crossed_url(name: &str) -> bool {
    let scheme = name.split('_').next().unwrap_or_default();
    let is_scheme = ["http", "https", "hxxp", "hxxps", "ftp"].iter().any(|own| own.eq_ignore_ascii_case(scheme));
    is_scheme && name.len() > scheme.len() && name.as_bytes()[scheme.len()] == b'_'
}

/// The longest name, and the longest of its parts (RFC 1035). In bytes, which for other scripts is
/// on the safe side.
const MAX_DOMAIN: usize = 254;
const MAX_LABEL: usize = 63;

/// Several labels, the last of them no number: `example.org`, and neither `localhost` nor `1.2.3`.
fn is_full_domain(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    let is_word = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_encoded = last.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    let is_of_other_script = !last.is_ascii() && last.chars().all(char::is_alphanumeric);
    (is_word || is_encoded || is_of_other_script) && domain(name).is_some()
}

/// Endings of files that are not top-level domains.
const FILE_ENDINGS: &[&str] = &[
    "exe", "dll", "sys", "scr", "drv", "ocx", "cpl", "bat", "cmd", "psm", "vbs", "vbe", "js", "jse", "wsf", "wsh",
    "hta", "lnk", "msi", "msp", "jar", "war", "class", "apk", "ipa", "dmg", "pkg", "deb", "rpm", "iso", "img", "vhd",
    "vhdx", "doc", "docx", "docm", "dot", "dotm", "rtf", "xls", "xlsx", "xlsm", "xlsb", "xll", "ppt", "pptx", "pptm",
    "pdf", "odt", "ods", "one", "txt", "log", "csv", "tsv", "json", "xml", "yaml", "yml", "html", "htm", "php", "asp",
    "aspx", "jsp", "cgi", "css", "png", "jpg", "jpeg", "gif", "bmp", "svg", "ico", "avi", "wav", "rar", "gz", "tgz",
    "xz", "tar", "bin", "dat", "tmp", "bak", "cfg", "conf", "ini", "inf", "reg", "elf", "dex", "hwp", "chm", "eml",
    "msg", "pem",
];

/// Endings of files that are top-level domains as well. That of a country whose names are far more
/// often seen than such files, or `com`, is not among them.
const SHARED_ENDINGS: &[&str] = &["zip", "mov", "cab", "sh", "py", "so"];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, declared: &Declared) -> Result<(ValueType, String), BadLineReason> {
        detect(text, declared, None).map(|found| (found.value_type, found.value))
    }

    #[track_caller]
    fn is(text: &str, value_type: ValueType, value: &str) {
        assert_eq!(found(text, &Declared::Nothing).ok(), Some((value_type, value.to_owned())), "{text}");
    }

    #[track_caller]
    fn bad(text: &str, reason: &BadLineReason) {
        assert_eq!(found(text, &Declared::Nothing).err().as_ref(), Some(reason), "{text}");
    }

    #[test]
    fn addresses() {
        is("192.0.2.1", ValueType::Ipv4, "192.0.2.1");
        is("192.0.2.1/32", ValueType::Ipv4, "192.0.2.1");
        is("192.0.2.0/24", ValueType::Cidr, "192.0.2.0/24");
        is("192.0.2.77/24", ValueType::Cidr, "192.0.2.0/24");
        is("2001:DB8::1", ValueType::Ipv6, "2001:db8::1");
        is("[2001:db8::1]", ValueType::Ipv6, "2001:db8::1");
        is("2001:db8::/32", ValueType::Cidr, "2001:db8::/32");
        for odd in [
            "192.0.2",
            "192.0.2.256",
            "192.000.002.001",
            "192.0.2.0/33",
            "192.0.2.0/0.0.0.255",
            "192.0.2.9-192.0.2.1",
            "fe80::1%eth0",
            "3221225985",
            "192.0.2.*",
        ] {
            bad(odd, &BadLineReason::UnknownForm);
        }
        bad("192.0.2.1 192.0.2.2", &BadLineReason::SeveralValues);
    }

    #[test]
    fn ports() {
        is("192.0.2.1:443", ValueType::Endpoint, "192.0.2.1:443");
        is("[2001:DB8::1]:8080", ValueType::Endpoint, "[2001:db8::1]:8080");
        is("Example.org:25", ValueType::Endpoint, "example.org:25");
        for odd in ["192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+80", "192.0.2.1:", "localhost:80", "192.0.2.0/24:80"]
        {
            bad(odd, &BadLineReason::UnknownForm);
        }
    }

    #[test]
    fn names() {
        is("WWW.Example.ORG.", ValueType::Domain, "www.example.org");
        is("_dmarc.example.org", ValueType::Domain, "_dmarc.example.org");
        is("xn--bcher-kva.example", ValueType::Domain, "xn--bcher-kva.example");
        is("example.xn--p1ai", ValueType::Domain, "example.xn--p1ai");
        is("BÜCHER.example", ValueType::Domain, "xn--bcher-kva.example");
        is("пример.рф", ValueType::Domain, "xn--e1afmkfd.xn--p1ai");
        for odd in ["localhost", "*.example", "*.*.example.org", "a..b.org", "1.2.3", "example.o-g", "example", "v1.0"]
        {
            bad(odd, &BadLineReason::UnknownForm);
        }
        bad(&format!("{}.org", "a".repeat(64)), &BadLineReason::UnknownForm);
        bad(&"a.".repeat(128).replace("a.a.a.", "a.a.org."), &BadLineReason::UnknownForm);
    }

    #[test]
    fn a_name_of_a_file_is_not_taken_for_a_domain() {
        for name in ["setup.exe", "invoice.pdf.zip", "install.sh", "README.TXT"] {
            bad(name, &BadLineReason::MayBeFileName);
            let said = found(name, &Declared::Type(ValueType::Domain)).unwrap();
            assert_eq!(said, (ValueType::Domain, name.to_ascii_lowercase()));
        }
        // Nobody writes a file's name so.
        is("drive[.]zip", ValueType::Domain, "drive.zip");
        bad("setup[.]exe", &BadLineReason::MayBeFileName);
        is("example.pl", ValueType::Domain, "example.pl");
        is("http://example.zip/", ValueType::Url, "http://example.zip/");
        is("a@example.zip", ValueType::Email, "a@example.zip");
    }

    #[test]
    fn urls() {
        for url in [
            "http://example.org",
            "HTTPS://User:Secret@Example.org:8443/A%20b?C=D#e",
            "ftp://192.0.2.1/a.exe",
            "http://[2001:db8::1]/",
            "http://localhost/",
            "tcp://192.0.2.1:4444",
            "http://example.org/a,b;c'd\"e\\f",
            "http://bücher.example/ü",
        ] {
            is(url, ValueType::Url, url);
        }
        is("hxxps[://]example[.]org/a", ValueType::Url, "https://example.org/a");
        is("<http://example.org/>", ValueType::Url, "http://example.org/");
        for odd in
            ["http://", "http:///path", "http://:80/", "://example.org", "1http://a", "example.org/path", "//a/b"]
        {
            bad(odd, &BadLineReason::UnknownForm);
        }
        bad("http://example.org/a b", &BadLineReason::SeveralValues);
    }

    #[test]
    fn a_scheme_is_only_made_up_where_the_map_says_which() {
        let url = Declared::Type(ValueType::Url);
        assert_eq!(found("example.org/gate.php", &url), Err(BadLineReason::NoScheme));
        let made = detect("example.org/gate.php", &url, Some("http")).unwrap();
        assert_eq!((made.value_type, &*made.value), (ValueType::Url, "http://example.org/gate.php"));
        assert_eq!(detect("https://example.org", &url, Some("http")).unwrap().value, "https://example.org");
    }

    #[test]
    fn mail() {
        is("Some.One@Example.ORG", ValueType::Email, "Some.One@example.org");
        is("someone[at]example[.]org", ValueType::Email, "someone@example.org");
        is("o'neil+x@example.org", ValueType::Email, "o'neil+x@example.org");
        for odd in ["@example.org", "a@", "a@b@example.org", "a@localhost", "a,b@example.org"] {
            bad(odd, &BadLineReason::UnknownForm);
        }
    }

    #[test]
    fn hashes() {
        let digits = "0123456789abcdef".repeat(8);
        for (len, own) in
            [(32, ValueType::Md5), (40, ValueType::Sha1), (64, ValueType::Sha256), (128, ValueType::Sha512)]
        {
            is(&digits[..len].to_uppercase(), own, &digits[..len]);
            is(&format!("{}:{}", own.as_str(), &digits[..len]), own, &digits[..len]);
        }
        is(&format!("SHA-256: {}", &digits[..64]), ValueType::Sha256, &digits[..64]);
        bad(&format!("md5:{}", &digits[..40]), &BadLineReason::UnknownForm);
        bad(&digits[..56], &BadLineReason::UnknownForm);
        bad(&format!("{}g", &digits[..31]), &BadLineReason::UnknownForm);
    }

    #[test]
    fn weaknesses() {
        is("cve-2014-0160", ValueType::Cve, "CVE-2014-0160");
        let pattern = detect("CVE-2014-0160", &Declared::Nothing, None).unwrap().pattern;
        assert_eq!(pattern.as_deref(), Some("[vulnerability:name = 'CVE-2014-0160']"));
        for odd in ["CVE-2014-160", "CVE-14-0160", "CVE-2014-0160a", "CVE-2014"] {
            bad(odd, &BadLineReason::UnknownForm);
        }
    }

    #[test]
    fn a_type_that_is_said_has_to_fit() {
        let fits = |text: &str, word: &str| found(text, &Declared::from_word(word).unwrap());
        assert_eq!(fits("192.0.2.1", "IPv4"), Ok((ValueType::Ipv4, "192.0.2.1".into())));
        assert_eq!(fits("192.0.2.0/24", "ipv4-addr"), Ok((ValueType::Cidr, "192.0.2.0/24".into())));
        assert_eq!(fits("2001:db8::1", "ip-dst"), Ok((ValueType::Ipv6, "2001:db8::1".into())));
        assert_eq!(fits("2001:db8::1", "ipv4"), Err(BadLineReason::NotOfType("ipv4".into())));
        assert_eq!(fits("example.org", "ip"), Err(BadLineReason::NotOfType("ip".into())));
        assert_eq!(fits("192.0.2.1", "hostname"), Err(BadLineReason::NotOfType("domain".into())));
        assert_eq!(fits("intranet", "hostname"), Ok((ValueType::Domain, "intranet".into())));
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(fits(md5, "FileHash-MD5"), Ok((ValueType::Md5, md5.into())));
        assert_eq!(fits(md5, "sha1_hash"), Err(BadLineReason::NotOfType("sha1".into())));
        assert_eq!(fits(md5, "hash"), Ok((ValueType::Md5, md5.into())));
        assert_eq!(fits(md5, "file:hashes.'MD5'"), Ok((ValueType::Md5, md5.into())));
        assert_eq!(fits("192.0.2.1:443", "ip:port"), Ok((ValueType::Endpoint, "192.0.2.1:443".into())));
        assert_eq!(fits(" (a) [b].exe", "filename"), Ok((ValueType::Other, "(a) [b].exe".into())));
        assert_eq!(fits("Global\\x", "mutex:name"), Ok((ValueType::Other, "Global\\x".into())));
        assert_eq!(Declared::from_word("SHA-256"), Some(Declared::Type(ValueType::Sha256)));
        for word in ["", "UNKNOWN", "threat", "a:b c", "ip, domain"] {
            assert_eq!(Declared::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn patterns_are_escaped() {
        let pattern = |text: &str, word: &str| {
            let found = detect(text, &Declared::from_word(word).unwrap(), None).unwrap();
            found.pattern.unwrap()
        };
        assert_eq!(pattern("http://a.b/'\\", "url"), r"[url:value = 'http://a.b/\'\\']");
        assert_eq!(pattern("2001:DB8::/32", "ip"), "[ipv6-addr:value = '2001:db8::/32']");
        assert_eq!(
            pattern("[2001:db8::1]:80", "detect"),
            "[network-traffic:dst_ref.type = 'ipv6-addr' AND network-traffic:dst_ref.value = '2001:db8::1' \
             AND network-traffic:dst_port = 80]"
        );
        let digest = "0".repeat(64);
        assert_eq!(pattern(&digest, "sha256"), format!("[file:hashes.'SHA-256' = '{digest}']"));
    }

    #[test]
    fn endings_are_of_files_alone_or_shared() {
        assert!(FILE_ENDINGS.iter().all(|ending| !SHARED_ENDINGS.contains(ending)));
    }
}
