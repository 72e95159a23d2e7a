//! URLs from callers and servers, and those that are derived from them.

use url::{Host, Url};

use super::credentials::Origin;
use super::error::{Error, ErrorKind};
use super::options::Options;
use super::version::Version;

fn refused(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Url).with_detail(detail)
}

/// Parses the URL of a caller: a host, a discovery URL or an API root. The result ends in a slash.
pub(super) fn base(text: &str, options: &Options) -> Result<Url, Error> {
    // The text is not repeated: it may contain a password.
    let mut url = Url::parse(text).map_err(|error| refused("not a URL").with_source(error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("user and password belong in credentials, not in the URL"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("a query or a fragment"));
    }
    close(&mut url);
    check_scheme(&url, options)?;
    Ok(url)
}

/// Refuses a URL that is not `https`, unless its origin is allowed.
pub(super) fn check_scheme(url: &Url, options: &Options) -> Result<(), Error> {
    match Origin::from_url(url) {
        Some(origin) if origin.is_secure() || options.allow_http.contains(&origin) => Ok(()),
        Some(origin) => Err(refused(format!("{origin} is not https, and not allowed"))),
        None => Err(refused(format!("the scheme `{}`", url.scheme()))),
    }
}

fn close(url: &mut Url) {
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
}

/// Returns the URL of discovery: at the path that the standard names on a host, or the URL itself.
/// If the URL has the ending of one version's discovery, the ending of the other version replaces
/// it.
pub(super) fn discovery(base: &Url, version: Version) -> Url {
    let name = match version {
        Version::V21 => "taxii2/",
        Version::V20 => "taxii/",
    };
    let prefix = match base.path() {
        "/" => Some("/"),
        path => path.strip_suffix("taxii2/").or_else(|| path.strip_suffix("taxii/")).filter(|path| path.ends_with('/')),
    };
    let mut url = base.clone();
    if let Some(prefix) = prefix {
        url.set_path(&format!("{prefix}{name}"));
    }
    url
}

/// Parses the URL of an API root from the discovery resource at `discovery`.
pub(super) fn root(text: &str, discovery: &Url, options: &Options) -> Result<Url, Error> {
    let shown: String = text.chars().take(200).collect();
    let bad = |why: &str| refused(format!("the API root {shown:?}: {why}"));
    let is_odd = |byte: u8| byte.is_ascii_control() || byte == b'\\' || byte == b' ';
    if text.is_empty() || text.bytes().any(is_odd) {
        return Err(bad("not a URL"));
    }
    if text.starts_with("//") {
        return Err(bad("a host without a scheme"));
    }
    if text.contains(['?', '#']) {
        return Err(bad("a query or a fragment"));
    }
    let is_parent = |segment: &str| segment.to_ascii_lowercase().replace("%2e", ".") == "..";
    if text.split('/').any(is_parent) {
        return Err(bad("leads upwards"));
    }
    let mut url = discovery.join(text).map_err(|error| bad("not a URL").with_source(error))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The text would show a secret.
        return Err(refused("an API root with user and password"));
    }
    close(&mut url);
    if options.rebase_roots && is_unaware(&url, discovery) {
        url = rebased(&url, discovery).ok_or_else(|| bad("cannot be put on the discovery URL's origin"))?;
    }
    check_scheme(&url, options)?;
    Ok(url)
}

/// Whether a URL looks like that of a server behind a proxy that does not know its public name.
fn is_unaware(url: &Url, discovery: &Url) -> bool {
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || !name.contains('.'),
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_private() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => false,
    };
    let is_downgrade = url.scheme() == "http" && discovery.scheme() == "https" && url.host() == discovery.host();
    url.origin() != discovery.origin() && (is_local || is_downgrade)
}

fn rebased(url: &Url, discovery: &Url) -> Option<Url> {
    let mut url = url.clone();
    url.set_scheme(discovery.scheme()).ok()?;
    url.set_host(discovery.host_str()).ok()?;
    url.set_port(discovery.port()).ok()?;
    Some(url)
}

/// Returns a URL below an API root: each segment is one step of the path, whatever it contains.
pub(super) fn below(root: &Url, segments: &[&str]) -> Result<Url, Error> {
    let mut path = root.path().to_owned();
    for segment in segments {
        // As segments these are not names, even if they are encoded.
        if segment.is_empty() || *segment == "." || *segment == ".." {
            return Err(Error::new(ErrorKind::Request).with_detail(format!("{segment:?} is no name in a URL")));
        }
        encode(segment, &mut path);
        path.push('/');
    }
    let mut url = root.clone();
    url.set_path(&path);
    Ok(url)
}

/// Adds a query parameter. Everything except for letters, digits and `-._~` is encoded: the names
/// of filters require it, and `next` has to come back byte for byte.
pub(super) fn append(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    encode(name, query);
    query.push('=');
    encode(value, query);
}

/// Encodes a text for a path or a query.
pub(super) fn encode(text: &str, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(DIGITS[usize::from(byte >> 4)]));
            into.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn discovery_is_at_the_host_or_where_it_is_said_to_be() {
        let at = |text, version| discovery(&base(text, &Options::default()).unwrap(), version).to_string();
        for (text, v21, v20) in [
            ("https://a.example", "https://a.example/taxii2/", "https://a.example/taxii/"),
            ("https://a.example/taxii2", "https://a.example/taxii2/", "https://a.example/taxii/"),
            ("https://a.example/taxii/", "https://a.example/taxii2/", "https://a.example/taxii/"),
            ("https://a.example/api/v1/taxii2/", "https://a.example/api/v1/taxii2/", "https://a.example/api/v1/taxii/"),
            ("https://a.example/mytaxii", "https://a.example/mytaxii/", "https://a.example/mytaxii/"),
            ("https://a.example:8443/root", "https://a.example:8443/root/", "https://a.example:8443/root/"),
        ] {
            assert_eq!((at(text, Version::V21), at(text, Version::V20)), (v21.to_owned(), v20.to_owned()));
        }
    }

    #[test]
    fn a_base_is_https_and_bare() {
        for text in
            ["http://a.example", "ftp://a.example", "a.example", "https://a.example/?x=1", "https://u:secret@a.example"]
        {
            let error = base(text, &Options::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{text}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        let options = Options { allow_http: vec!["http://a.example".parse().unwrap()], ..Options::default() };
        assert!(base("http://a.example/x", &options).is_ok());
        assert!(base("http://a.example:81/x", &options).is_err());
    }

    #[test]
    fn roots_are_resolved_or_refused() {
        let discovery = url("https://a.example/p/taxii2/");
        let rebase = Options { rebase_roots: true, ..Options::default() };
        let plain = |text| root(text, &discovery, &Options::default()).map(String::from).ok();
        assert_eq!(plain("/api1").as_deref(), Some("https://a.example/api1/"));
        assert_eq!(plain("api1/").as_deref(), Some("https://a.example/p/taxii2/api1/"));
        assert_eq!(plain("https://b.example/x").as_deref(), Some("https://b.example/x/"));
        for text in [
            "",
            "//evil.example/",
            "/../x/",
            "/%2e%2E/x/",
            "/x/?a=b",
            "/x#y",
            "\\\\evil",
            "/\\evil/",
            "javascript:x",
            "http://a.example/api1/",
            "http://localhost:5000/api1/",
            "https://u:p@a.example/",
            "/a\tb/",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
        let rebased = |text| root(text, &discovery, &rebase).map(String::from).ok();
        assert_eq!(rebased("http://localhost:5000/api1/").as_deref(), Some("https://a.example/api1/"));
        assert_eq!(rebased("http://a.example/api1/").as_deref(), Some("https://a.example/api1/"));
        assert_eq!(rebased("https://b.example/api1/").as_deref(), Some("https://b.example/api1/"));
        assert_eq!(rebased("http://b.example/api1/"), None);
    }

    #[test]
    fn names_and_values_arrive_as_they_are() {
        let below = |segments: &[&str]| below(&url("https://a.example/r/"), segments).map(String::from).ok();
        assert_eq!(below(&["a/b?c#d%e"]).as_deref(), Some("https://a.example/r/a%2Fb%3Fc%23d%25e/"));
        assert_eq!(below(&["x", ".."]), None);
        let mut query = String::new();
        append(&mut query, "match[type]", "a,b");
        append(&mut query, "next", "+/=&%|:é");
        let mut url = url("https://a.example/");
        url.set_query(Some(&query));
        assert_eq!(url.query(), Some("match%5Btype%5D=a%2Cb&next=%2B%2F%3D%26%25%7C%3A%C3%A9"));
        let pairs: Vec<_> = url.query_pairs().collect();
        assert_eq!(pairs[1].1, "+/=&%|:é");
    }
}
