//! The parts of a URL.

/// The parts of a URL that has an authority, as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UrlParts<'u> {
    pub(super) scheme: &'u str,
    pub(super) username: Option<&'u str>,
    pub(super) password: Option<&'u str>,
    /// With the brackets of an IPv6 address.
    pub(super) host: &'u str,
    pub(super) port: Option<u16>,
    /// With the slash in front; empty where there is none.
    pub(super) path: &'u str,
    pub(super) query: Option<&'u str>,
    pub(super) fragment: Option<&'u str>,
}

impl<'u> UrlParts<'u> {
    /// `None` without a scheme and `//`: what `example.org:80/a` is cannot be told.
    pub(super) fn parse(url: &'u str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let mut letters = scheme.bytes();
        let is_scheme = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        // Browsers take a backslash for a slash, and URLs are made that look otherwise to whoever does not.
        let (authority, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (username, password) = match user.map(|user| cut(user, ':')) {
            Some((name, password)) => (Some(name), password),
            None => (None, None),
        };
        let (host, port) = match place.rsplit_once(':') {
            // Inside the brackets there are colons too.
            Some((host, port)) if !port.contains(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (host, port.parse().ok())
            }
            _ => (place, None),
        };
        Some(Self { scheme, username, password, host, port, path, query, fragment })
    }

    /// What stands behind the last dot of the path's last segment.
    pub(super) fn extension(&self) -> Option<&'u str> {
        let segment = self.path.rsplit(['/', '\\']).next()?;
        let (name, extension) = segment.rsplit_once('.')?;
        let is_plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (!name.is_empty() && is_plain).then_some(extension)
    }
}

/// What stands before the first separator, and behind it where there is one.
fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_url() {
        let url = UrlParts::parse("https://u:p:q@Login.example.org:8443/a/b.tar.gz?x=1?y#f#g").unwrap();
        assert_eq!((url.scheme, url.username, url.password), ("https", Some("u"), Some("p:q")));
        assert_eq!((url.host, url.port, url.path), ("Login.example.org", Some(8443), "/a/b.tar.gz"));
        assert_eq!((url.query, url.fragment, url.extension()), (Some("x=1?y"), Some("f#g"), Some("gz")));

        let host = |url| UrlParts::parse(url).map(|url| (url.host, url.port, url.path));
        assert_eq!(host("http://[2001:db8::1]:80/"), Some(("[2001:db8::1]", Some(80), "/")));
        assert_eq!(host("http://[2001:db8::1]"), Some(("[2001:db8::1]", None, "")));
        assert_eq!(host("http://a:99999/"), Some(("a", None, "/")));
        assert_eq!(host("http://a:/"), Some(("a", None, "/")));
        assert_eq!(host("http://a:b/"), Some(("a:b", None, "/")));
        assert_eq!(host("http://a?b=http://c/d"), Some(("a", None, "")));
        assert_eq!(host("file:///etc/passwd"), Some(("", None, "/etc/passwd")));
        // What a browser makes of it, which is what counts.
        assert_eq!(host(r"http://evil.example\@good.example/"), Some(("evil.example", None, r"\@good.example/")));
        assert_eq!(host("http://good.example@evil.example/"), Some(("evil.example", None, "/")));
        for other in
            ["", "example.org", "example.org:80/a", "/a?b", "mailto:a@example.org", "://a", "1a://b", "a b://c"]
        {
            assert_eq!(UrlParts::parse(other), None, "{other}");
        }
    }

    #[test]
    fn extensions_are_of_files() {
        let extension =
            |path: &str| UrlParts::parse(&format!("http://example.org{path}")).unwrap().extension().is_some();
        assert!(extension("/a.php") && extension("/a.b/c.7z"));
        assert!(!extension("") && !extension("/a") && !extension("/a.b/c") && !extension("/.htaccess"));
        assert!(!extension("/a.") && !extension("/a.b c"));
    }
}
