//! What a value is, and the pattern that finds it.

use std::borrow::Cow;

use memchr::memchr2;

use super::bad_line_reason::BadLineReason;
use super::declared::Declared;
use super::refang::{refang, unwrapped};
use super::value_type::ValueType;
use crate::json::scan::all_bytes;
use crate::pattern::Pattern;
use crate::row::ValueKind;
use crate::row::address::Network;
use crate::row::key::Role;
use crate::row::value::Value;

/// A value that was recognised.
#[derive(Debug)]
pub(super) struct Detected {
    /// In the form to compare with.
    pub(super) value: String,
    pub(super) value_type: ValueType,
    /// The pattern that finds it; `None` for a weakness, which is in no observable.
    pub(super) pattern: Option<String>,
}

/// Recognises a value as it stands in a feed. `scheme` is what a URL without one begins with.
pub(super) fn detect(written: &str, declared: &Declared, scheme: Option<&str>) -> Result<Detected, BadLineReason> {
    if let Declared::Path(path) = declared {
        // Names may have brackets and quotes of their own.
        return other(path, written.trim());
    }
    let refanged = refang(unwrapped(written));
    let text = &*refanged.text;
    if text.is_empty() {
        return Err(BadLineReason::Empty);
    }
    let found = match declared {
        Declared::Nothing => network(text)
            .or_else(|| hash(text))
            .or_else(|| cve(text))
            .or_else(|| url(text))
            .or_else(|| email(text))
            .or_else(|| endpoint(text))
            .map(Ok)
            .or_else(|| bare_domain(text, refanged.has_dots).transpose())
            .transpose()?,
        Declared::Ip => network(text),
        Declared::Ipv4 => network(text).filter(|found| found.is_ipv4),
        Declared::Ipv6 => network(text).filter(|found| !found.is_ipv4),
        Declared::Hash => hash(text),
        Declared::Type(ValueType::Endpoint) => endpoint(text),
        Declared::Type(ValueType::Domain) => domain(text),
        Declared::Type(ValueType::Url) => match (url(text), scheme) {
            (None, Some(scheme)) => url(&format!("{scheme}://{text}")),
            (None, None) if url(&format!("http://{text}")).is_some() => return Err(BadLineReason::NoScheme),
            (found, _) => found,
        },
        Declared::Type(ValueType::Email) => email(text),
        Declared::Type(ValueType::Cve) => cve(text),
        Declared::Type(own) => hash(text).filter(|found| found.value_type == *own),
        Declared::Path(_) => None,
    };
    match (found, declared) {
        (Some(found), _) => found.detected(),
        (None, Declared::Nothing) if text.contains(char::is_whitespace) => Err(BadLineReason::SeveralValues),
        (None, Declared::Nothing) => Err(BadLineReason::UnknownForm),
        (None, _) => Err(BadLineReason::NotOfType(declared.as_str().to_owned())),
    }
}

/// A value and its type, before its pattern is made.
#[derive(Debug)]
struct Found {
    value: String,
    value_type: ValueType,
    is_ipv4: bool,
    /// With what type of object, what value of it, and which port.
    endpoint: Option<(&'static str, String, u16)>,
}

impl Found {
    fn new(value_type: ValueType, value: impl Into<String>) -> Self {
        Self { value: value.into(), value_type, is_ipv4: false, endpoint: None }
    }

    fn detected(self) -> Result<Detected, BadLineReason> {
        let Self { value, value_type, is_ipv4, endpoint } = self;
        let pattern = match (&endpoint, value_type.path(is_ipv4)) {
            // OK to put the host between quotes: no host has one.
            (Some((object_type, host, port)), _) => Some(format!(
                "[network-traffic:dst_ref.type = '{object_type}' AND network-traffic:dst_ref.value = '{host}' \
                 AND network-traffic:dst_port = {port}]"
            )),
            (None, Some(path)) => Some(plain_equality(path, &value)?),
            (None, None) => None,
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
    let pattern = format!("[{path} = '{value}']");
    debug_assert_eq!(Ok(&pattern), equality(path, value).as_ref());
    Ok(pattern)
}

/// A value that only the feed knows the meaning of.
fn other(path: &str, text: &str) -> Result<Detected, BadLineReason> {
    if text.is_empty() {
        return Err(BadLineReason::Empty);
    }
    let pattern = Some(equality(path, text)?);
    Ok(Detected { value: text.to_owned(), value_type: ValueType::Other, pattern })
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

/// Digits alone, or behind the name of the algorithm: `sha256:…`.
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
    let upper = text.to_ascii_uppercase();
    let (year, number) = upper.strip_prefix("CVE-")?.split_once('-')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_cve = year.len() == 4 && is_number(year) && (4..=19).contains(&number.len()) && is_number(number);
    is_cve.then(|| Found::new(ValueType::Cve, upper))
}

/// With a scheme and a host. What follows is not looked at, for what attackers put there is no
/// concern of the standard's.
fn url(text: &str) -> Option<Found> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_host = host.starts_with(|first: char| first != ':');
    let is_clean = !text.contains(|character: char| character.is_whitespace() || character.is_control());
    (is_scheme && is_host && is_clean).then(|| Found::new(ValueType::Url, text))
}

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

fn endpoint(text: &str) -> Option<Found> {
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
    Some(Found { endpoint: Some((object_type, host, port)), ..Found::new(ValueType::Endpoint, shown) })
}

/// A name that the feed says is a domain's.
fn domain(text: &str) -> Option<Found> {
    let is_short = text.len() <= MAX_DOMAIN && text.split('.').all(|label| label.len() <= MAX_LABEL);
    let value = normal(text, Role::Domain).filter(|value| is_short && value != ".")?;
    Some(Found::new(ValueType::Domain, value))
}

/// A name that nobody says is a domain's.
fn bare_domain(text: &str, has_dots: bool) -> Result<Option<Found>, BadLineReason> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if !is_full_domain(name) {
        return Ok(None);
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_file = FILE_ENDINGS.contains(&&*ending) || (!has_dots && SHARED_ENDINGS.contains(&&*ending));
    if is_file { Err(BadLineReason::MayBeFileName) } else { Ok(domain(text)) }
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

/// Endings of files that are no top-level domains.
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
            "192.0.2.0/255.255.255.0",
            "192.0.2.1-192.0.2.9",
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
        for odd in ["localhost", "*.example.org", ".example.org", "a..b.org", "1.2.3", "example.o-g", "example", "v1.0"]
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
    fn weaknesses_have_no_pattern() {
        is("cve-2014-0160", ValueType::Cve, "CVE-2014-0160");
        assert_eq!(detect("CVE-2014-0160", &Declared::Nothing, None).unwrap().pattern, None);
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
