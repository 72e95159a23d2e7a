//! URLs as they are looked up: without the scheme, which not every log has.

use std::borrow::Cow;

use crate::row::{ValueKind, normalize};

/// The most prefixes that are tried, and the longest one.
const MOST: usize = 32;
const LONGEST: usize = 2048;

/// A URL in normal form from its host on. All of it if it has no host.
pub(super) fn tail(url: &[u8]) -> &[u8] {
    &url[host_start(url).unwrap_or(0)..]
}

/// Where the host of a URL starts, if there is a scheme before it.
fn host_start(url: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', url)?;
    url[colon..].starts_with(b"://").then_some(colon + 3)
}

/// The normal form of a URL of a log, which may lack the scheme, and whether it has one.
pub(super) fn of_log(text: &str) -> (Cow<'_, str>, bool) {
    let normal = normalize(ValueKind::Url, text);
    if host_start(normal.as_bytes()).is_some() || !text.contains('/') {
        return (normal, true);
    }
    // The scheme is only there to be parsed.
    let whole = format!("http://{}", text.trim_start_matches('/'));
    let normal = normalize(ValueKind::Url, &whole).into_owned();
    (Cow::Owned(normal), false)
}

/// What comes before the host.
pub(super) fn scheme(url: &[u8]) -> &[u8] {
    &url[..url.len() - tail(url).len()]
}

/// Calls `found` with the prefixes of a tail that end where a path segment or the query ends, the longest first. The
/// tail itself is not one of them.
pub(super) fn prefixes<'t>(tail: &'t [u8], mut found: impl FnMut(&'t [u8])) {
    let mut ends = [0; 2 * MOST];
    let mut count = 0;
    let Some(host) = memchr::memchr(b'/', tail) else { return };
    let within = &tail[..tail.len().min(LONGEST)];
    for at in memchr::memchr2_iter(b'/', b'?', &within[host.min(within.len())..]).map(|at| at + host).take(MOST) {
        if at > host && (count == 0 || ends[count - 1] != at) {
            ends[count] = at;
            count += 1;
        }
        if tail[at] == b'/' {
            ends[count] = at + 1;
            count += 1;
        }
        if tail[at] == b'?' {
            break;
        }
    }
    for end in ends[..count].iter().rev().filter(|end| **end < tail.len()) {
        found(&tail[..*end]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_and_prefixes() {
        assert_eq!(tail(b"http://a.example/b"), b"a.example/b");
        assert_eq!((tail(b"mailto:a@b"), scheme(b"mailto:a@b")), (&b"mailto:a@b"[..], &b""[..]));
        assert_eq!(scheme(b"http://a/"), b"http://");
        let all = |text: &'static str| {
            let mut all = Vec::new();
            prefixes(text.as_bytes(), |prefix| all.push(std::str::from_utf8(prefix).unwrap()));
            all
        };
        assert_eq!(all("h/a/b?c/d"), ["h/a/b", "h/a/", "h/a", "h/"]);
        assert_eq!(all("h/a/"), ["h/a", "h/"]);
        assert_eq!(all("h/"), [""; 0]);
        assert_eq!(all("h/?q"), ["h/"]);
        assert_eq!(all("mailto:a@b"), [""; 0]);
        let long = format!("h{}", "/a".repeat(50_000));
        let mut longest = 0;
        prefixes(long.as_bytes(), |prefix| longest = longest.max(prefix.len()));
        assert!(longest <= 64, "{longest}");
    }
}
