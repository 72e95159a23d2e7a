//! URLs.

use std::borrow::Cow;

use memchr::memchr;
use url::{Host, Position, Url};

use super::domain;
use crate::json::scan::all_bytes;
use crate::row::address::Network;

/// Schemes of URLs that have no host. Without the list, `example.org:80/a` would be one.
const WITHOUT_HOST: [&str; 6] = ["data", "javascript", "magnet", "mailto", "tel", "urn"];

/// The form in which a browser requests the URL, with the host as a [domain](domain::normal): see
/// [`normalize`](super::normalize::normalize). `None` if it is defanged, has no scheme or is not a
/// URL for another reason.
pub(crate) fn normal(text: &str) -> Option<Cow<'_, str>> {
    if is_plain(text) { Some(Cow::Borrowed(text)) } else { through_url(text).map(Cow::Owned) }
}

/// Returns the host of a URL in normal form, without the brackets of an IPv6 address, so that it
/// compares with names and addresses. `None` if it has no host.
pub(in crate::row) fn host(normal: &str) -> Option<&str> {
    // The first colon is mostly the one, and to look for a byte takes less than for three.
    let scheme = normal.get(memchr(b':', normal.as_bytes())?..)?;
    let rest = match scheme.strip_prefix("://") {
        Some(rest) => rest,
        None => scheme.split_once("://")?.1,
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

fn through_url(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if is_defanged(url.scheme()) {
        return None;
    }
    if !url.has_authority() {
        return WITHOUT_HOST.contains(&url.scheme()).then(|| url.into());
    }
    url.set_fragment(None);
    set_normal_host(&mut url)?;
    if url.path().is_empty() {
        url.set_path("/");
    }
    let start = url[..Position::BeforePath].len();
    let text = String::from(url);
    Some(match with_normal_escapes(&text[start..]) {
        Some(rest) => format!("{}{rest}", &text[..start]),
        None => text,
    })
}

/// Writes the host as a domain. `None` if it is not a host.
fn set_normal_host(url: &mut Url) -> Option<()> {
    let normal = match url.host() {
        // `url` does not look for addresses if it does not know the scheme.
        Some(Host::Domain(host)) if Network::parse(host).is_none() => domain::normal(host)?.into_owned(),
        Some(_) => return Some(()),
        None => return (url.scheme() == "file").then_some(()),
    };
    if url.host_str() != Some(&normal) {
        url.set_host(Some(&normal)).ok()?;
    }
    Some(())
}

/// Whether a scheme was changed so that the URL does nothing: `hxxp`, `hXXps`, `fxp`.
fn is_defanged(scheme: &str) -> bool {
    let stem = scheme.strip_suffix('s').unwrap_or(scheme);
    match stem.as_bytes() {
        [b'h', first, second, b'p'] => [first, second].iter().all(|byte| matches!(byte, b't' | b'x')) && stem != "http",
        [b'f', b'x', b'p'] => true,
        _ => false,
    }
}

/// Whether the URL is its own normal form, as far as one look at its bytes shows: lower-case HTTP,
/// a plain domain, and a path and query of characters that are never escaped.
fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http").map(|rest| rest.strip_prefix('s').unwrap_or(rest)) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix("://") else { return false };
    let Some(slash) = memchr(b'/', rest.as_bytes()) else { return false };
    let (host, rest) = rest.split_at(slash);
    let (path, query) = rest.split_at(memchr(b'?', rest.as_bytes()).unwrap_or(rest.len()));
    domain::is_plain(host)
        && !ends_in_number(host)
        && all_bytes(path, is_plain_in_path)
        && !domain::has_pair(path, *b"/.")
        && all_bytes(query, |byte| byte == b'?' || (byte != b'\'' && is_plain_in_path(byte)))
}

/// Whether `url` may take the host for an IPv4 address.
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.as_bytes().first().is_none_or(u8::is_ascii_digit)
}

fn is_plain_in_path(byte: u8) -> bool {
    // A table, because a path has many bytes.
    const IS_PLAIN: [bool; 256] = {
        let mut is_plain = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            is_plain[byte as usize] = is_unreserved(byte)
                || matches!(
                    byte,
                    b'/' | b':' | b'@' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
                );
            byte += 1;
        }
        is_plain
    };
    IS_PLAIN[usize::from(byte)]
}

/// What RFC 3986 calls unreserved.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Undoes escapes of unreserved characters, writes others in upper case and escapes percent signs
/// that begin none, since they could begin one afterwards. `None` if there is nothing to change.
fn with_normal_escapes(text: &str) -> Option<String> {
    memchr(b'%', text.as_bytes())?;
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = memchr(b'%', rest.as_bytes()) {
        normal.push_str(&rest[..place]);
        let digit = |at: usize| rest.as_bytes().get(place + at).and_then(|byte| char::from(*byte).to_digit(16));
        match (digit(1), digit(2)) {
            (Some(high), Some(low)) => {
                // OK because two digits fit into a byte.
                let byte = (16 * high + low) as u8;
                if is_unreserved(byte) {
                    normal.push(char::from(byte));
                } else {
                    normal.push_str(&rest[place..place + 3].to_ascii_uppercase());
                }
                rest = &rest[place + 3..];
            }
            _ => {
                normal.push_str("%25");
                rest = &rest[place + 1..];
            }
        }
    }
    normal.push_str(rest);
    (normal != text).then_some(normal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn a_plain_url_is_what_url_makes_of_it(
            text in "https?://[a-z0-9_-]{1,5}(\\.[a-z0-9_-]{1,5}){0,2}[/.:]?[a-zA-Z0-9/.~:@!$&'()*+,;=?%#_-]{0,12}",
        ) {
            if is_plain(&text) {
                prop_assert_eq!(through_url(&text), Some(text));
            }
        }
    }

    #[test]
    fn urls() {
        for (text, expected) in [
            ("http://example.org/", Some("http://example.org/")),
            ("http://example.org", Some("http://example.org/")),
            ("HTTP://Example.org:80/A?b=C#d", Some("http://example.org/A?b=C")),
            ("https://example.org.:443", Some("https://example.org/")),
            ("https://example.org:8443/", Some("https://example.org:8443/")),
            ("http://B\u{fc}cher.example/\u{fc}", Some("http://xn--bcher-kva.example/%C3%BC")),
            ("http://a/%7e%41%2f%c3%bc?%41=%20", Some("http://a/~A%2F%C3%BC?A=%20")),
            ("http://a/100%?%%34%31", Some("http://a/100%25?%2541")),
            ("http://a/b/../c/./%2e%2e/d", Some("http://a/d")),
            ("http://0x7f.1/", Some("http://127.0.0.1/")),
            ("http://[2001:DB8:0:0::1]:80/", Some("http://[2001:db8::1]/")),
            ("TCP://Example.org:4444", Some("tcp://example.org:4444/")),
            ("tcp://192.0.2.1:4444", Some("tcp://192.0.2.1:4444/")),
            ("ftp://u:P@Example.org:21/a", Some("ftp://u:P@example.org/a")),
            (r"http:\\example.org\a", Some("http://example.org/a")),
            ("file:///etc/passwd", Some("file:///etc/passwd")),
            ("MailTo:a@b", Some("mailto:a@b")),
            ("hxxp://example.org/", None),
            ("hXXps://example.org/", None),
            ("fxp://example.org/", None),
            ("http://example[.]org/a", None),
            ("http://example(.)org/a", None),
            ("http[:]//example.org/a", None),
            ("http://*.example.org/", None),
            ("example.org/a", None),
            ("example.org:80/a", None),
            ("//example.org/a", None),
            ("www.example.org", None),
            ("http://a:99999/", None),
            ("http://", None),
            ("", None),
        ] {
            assert_eq!(normal(text).as_deref(), expected, "{text}");
        }
    }
}
