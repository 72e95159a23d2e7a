//! The parts of a URL.

use std::borrow::Cow;

use url::Url;

/// The parts of a URL that has an authority, in the form in which a browser requests it: hosts in
/// ASCII and lower case, paths without dot segments, odd characters percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlParts<'u> {
    /// In lower case.
    pub(super) scheme: Cow<'u, str>,
    pub(super) username: Option<Cow<'u, str>>,
    pub(super) password: Option<Cow<'u, str>>,
    /// The host in lower case, with the brackets of an IPv6 address and without the final dot.
    pub(super) host: Option<Cow<'u, str>>,
    /// The port, if the URL names one.
    pub(super) port: Option<u16>,
    /// With the leading slash; empty if the URL has no path.
    pub(super) path: Cow<'u, str>,
    pub(super) query: Option<Cow<'u, str>>,
    pub(super) fragment: Option<Cow<'u, str>>,
}

impl<'u> UrlParts<'u> {
    /// Returns `None` if there is no authority: what `example.org:80/a` means is unknown.
    pub(super) fn parse(text: &'u str) -> Option<Self> {
        match Url::parse(text) {
            Ok(url) if url.has_authority() => Some(Self::from_url(&url, text)),
            Ok(_) => None,
            Err(_) => Self::from_text(text),
        }
    }

    fn from_url(url: &Url, text: &str) -> Self {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        // A URL drops the port that its scheme implies, and has a path even if none is written. A
        // schema's fields are about what is written.
        let written = UrlParts::from_text(text);
        let implied = written.as_ref().and_then(|written| written.port);
        let has_path = written.is_none_or(|written| !written.path.is_empty());
        Self {
            scheme: owned(url.scheme()),
            username: Some(url.username()).filter(|name| !name.is_empty()).map(owned),
            password: url.password().map(owned),
            host: url.host_str().and_then(host).map(|host| Cow::Owned(host.into_owned())),
            port: url.port().or_else(|| implied.filter(|port| Some(*port) == url.port_or_known_default())),
            path: if has_path { owned(url.path()) } else { Cow::Borrowed("") },
            query: url.query().map(owned),
            fragment: url.fragment().map(owned),
        }
    }

    /// Splits text by hand, as it is written. Indicators are full of text that is not a URL by the
    /// standard: ports that are out of range or no numbers, spaces and other characters that a host
    /// cannot have. Its host is still worth finding.
    fn from_text(text: &'u str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let mut letters = scheme.bytes();
        let is_scheme = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        // Browsers take a backslash for a slash, which makes URLs look as if they had another host.
        let (authority, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (username, password) = match user.map(|user| cut(user, ':')) {
            Some((name, password)) => (Some(name), password),
            None => (None, None),
        };
        let (name, port) = match place.rsplit_once(':') {
            // There are colons inside the brackets too.
            Some((name, port)) if !port.contains(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (name, port.parse().ok())
            }
            _ => (place, None),
        };
        Some(Self {
            scheme: lower(scheme),
            username: username.map(Cow::Borrowed),
            password: password.map(Cow::Borrowed),
            host: host(name),
            port,
            path: Cow::Borrowed(path),
            query: query.map(Cow::Borrowed),
            fragment: fragment.map(Cow::Borrowed),
        })
    }

    /// Returns the part of the path's last segment after its last dot.
    pub(super) fn extension(&self) -> Option<&str> {
        let segment = self.path.rsplit(['/', '\\']).next()?;
        let (name, extension) = segment.rsplit_once('.')?;
        let is_plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (!name.is_empty() && is_plain).then_some(extension)
    }
}

fn host(text: &str) -> Option<Cow<'_, str>> {
    let name = text.strip_suffix('.').unwrap_or(text);
    (!name.is_empty()).then(|| lower(name))
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the text before the first separator, and the text after it if there is one.
fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_url() {
        let url = UrlParts::parse("HTTPS://u:p@Login.example.org.:8443/a/b.tar.gz?x=1?y#f#g").unwrap();
        assert_eq!((&*url.scheme, url.username.as_deref(), url.password.as_deref()), ("https", Some("u"), Some("p")));
        assert_eq!((url.host.as_deref(), url.port), (Some("login.example.org"), Some(8443)));
        assert_eq!((&*url.path, url.extension()), ("/a/b.tar.gz", Some("gz")));
        assert_eq!((url.query.as_deref(), url.fragment.as_deref()), (Some("x=1?y"), Some("f#g")));
    }

    /// Host, port and path.
    fn place(text: &str) -> Option<(Option<String>, Option<u16>, String)> {
        UrlParts::parse(text).map(|url| (url.host.map(Cow::into_owned), url.port, url.path.into_owned()))
    }

    #[track_caller]
    fn is_at(text: &str, host: &str, port: Option<u16>, path: &str) {
        let host = Some(host.to_owned()).filter(|host| !host.is_empty());
        assert_eq!(place(text), Some((host, port, path.to_owned())), "{text}");
    }

    #[test]
    fn hosts_ports_and_paths() {
        is_at("http://[2001:db8::1]:8080/", "[2001:db8::1]", Some(8080), "/");
        is_at("http://[2001:db8::1]", "[2001:db8::1]", None, "");
        is_at("http://a?b=http://c/d", "a", None, "");
        is_at("http://a:/", "a", None, "/");
        is_at("file:///etc/passwd", "", None, "/etc/passwd");
        is_at("tcp://Example.org:4444", "example.org", Some(4444), "");
        // A browser goes to the host after the last `@` and before the first slash of either kind.
        is_at(r"http://evil.example\@good.example/", "evil.example", None, "/@good.example/");
        is_at("http://good.example@evil.example/", "evil.example", None, "/");
    }

    #[test]
    fn a_port_that_the_scheme_implies_is_there_if_it_is_written() {
        is_at("http://a:80/", "a", Some(80), "/");
        is_at("https://a/:443", "a", None, "/:443");
        is_at("https://a:080/", "a", Some(80), "/");
        is_at("http://[::1]:80", "[::1]", Some(80), "");
    }

    #[test]
    fn hosts_and_paths_are_what_is_requested() {
        is_at("http://B\u{fc}cher.example/\u{fc} b", "xn--bcher-kva.example", None, "/%C3%BC%20b");
        is_at("http://0x7f.1/", "127.0.0.1", None, "/");
        is_at("http://[2001:DB8:0:0::1]/", "[2001:db8::1]", None, "/");
        is_at("http://a/b/../c/./d", "a", None, "/c/d");
        is_at("http:///a", "a", None, "/");
        let url = UrlParts::parse("http://u:p:q@a/?\"").unwrap();
        assert_eq!((url.password.as_deref(), url.query.as_deref()), (Some("p%3Aq"), Some("%22")));
    }

    #[test]
    fn text_that_is_not_a_url_is_split_as_it_is_written() {
        is_at("http://a:99999/", "a", None, "/");
        is_at("http://A:b/", "a:b", None, "/");
        is_at("http://a b.example/../c d", "a b.example", None, "/../c d");
        is_at("http://exa%mple.org:80/", "exa%mple.org", Some(80), "/");
    }

    #[test]
    fn text_without_an_authority_has_no_parts() {
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
