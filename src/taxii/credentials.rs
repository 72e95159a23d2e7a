//! Credentials, and the origins that they belong to.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::error::{Error, ErrorKind};

/// A scheme, a host and a port: the scope of credentials.
///
/// ```
/// use stixkit::taxii::Origin;
///
/// let origin: Origin = "https://Example.com/api/taxii2/".parse()?;
/// assert_eq!(origin, "https://example.com:443".parse()?);
/// assert_eq!(origin.to_string(), "https://example.com");
/// # Ok::<(), stixkit::taxii::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Box<str>,
    host: Box<str>,
    port: u16,
}

impl Origin {
    /// Returns the origin of an `http` or `https` URL.
    pub(super) fn from_url(url: &Url) -> Option<Self> {
        let is_web = matches!(url.scheme(), "http" | "https");
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        is_web.then(|| Self { scheme: url.scheme().into(), host: host.into(), port })
    }

    /// Whether the connection is encrypted.
    pub fn is_secure(&self) -> bool {
        &*self.scheme == "https"
    }
}

impl std::str::FromStr for Origin {
    type Err = Error;

    /// Returns the origin of a URL.
    fn from_str(text: &str) -> Result<Self, Error> {
        // The text is not repeated: it may hold a password.
        let refused = || Error::new(ErrorKind::Url).with_detail("an http or https URL with a host is needed");
        Url::parse(text).ok().and_then(|url| Self::from_url(&url)).ok_or_else(refused)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        let default = if self.is_secure() { 443 } else { 80 };
        if self.port == default { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// A secret that is sent with every request to one origin only.
///
/// ```
/// use stixkit::taxii::Credentials;
///
/// let credentials = Credentials::basic("reader", "hunter2");
/// assert_eq!(format!("{credentials:?}"), "Credentials(Basic)");
/// ```
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    Basic { user: String, password: String },
    Authorization { scheme: String, value: String },
    Header { name: String, value: String },
    Query { name: String, value: String },
    Provider(Arc<dyn Provider>),
}

/// A source of credentials that expire, such as an OAuth 2 token endpoint or a vault.
///
/// It is called before every request and should cache the credentials. If a server answers 401, it
/// is called once more with `refresh`, and the request is sent once more.
///
/// ```
/// use std::pin::Pin;
/// use stixkit::taxii::{Credentials, Provider, ProviderError};
///
/// struct Fixed;
///
/// impl Provider for Fixed {
///     fn credentials<'a>(
///         &'a self,
///         _refresh: bool,
///     ) -> Pin<Box<dyn Future<Output = Result<Credentials, ProviderError>> + Send + 'a>> {
///         Box::pin(async { Ok(Credentials::bearer("token")) })
///     }
/// }
///
/// let credentials = Credentials::provider(Fixed);
/// ```
pub trait Provider: Send + Sync {
    /// Returns the credentials to use now; new ones if `refresh` is set.
    fn credentials<'a>(
        &'a self,
        refresh: bool,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, ProviderError>> + Send + 'a>>;
}

/// Why a [`Provider`] has no credentials. It may be shown and logged, so it must not contain a
/// secret.
pub type ProviderError = Box<dyn StdError + Send + Sync>;

impl Credentials {
    /// Creates credentials for HTTP Basic authentication (RFC 7617), in UTF-8. The user must not
    /// contain a colon.
    pub fn basic(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self(Kind::Basic { user: user.into(), password: password.into() })
    }

    /// Creates credentials for `Authorization: Bearer <token>`.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::authorization("Bearer", token)
    }

    /// Creates credentials for `Authorization: <scheme> <value>`, for example with `Token`, `JWT`
    /// or `ApiKey`.
    pub fn authorization(scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self(Kind::Authorization { scheme: scheme.into(), value: value.into() })
    }

    /// Creates credentials for a header of any name.
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self(Kind::Header { name: name.into(), value: value.into() })
    }

    /// Creates credentials for a query parameter. Servers and proxies write URLs into their logs:
    /// prefer a header if there is a choice.
    pub fn query(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self(Kind::Query { name: name.into(), value: value.into() })
    }

    /// Creates credentials that a provider supplies when they are needed.
    pub fn provider(provider: impl Provider + 'static) -> Self {
        Self(Kind::Provider(Arc::new(provider)))
    }

    pub(super) fn is_provided(&self) -> bool {
        matches!(self.0, Kind::Provider(_))
    }

    /// Returns the credentials themselves, from their provider if they have one.
    pub(super) async fn resolve(&self, refresh: bool) -> Result<Self, Error> {
        let Kind::Provider(provider) = &self.0 else { return Ok(self.clone()) };
        match provider.credentials(refresh).await {
            Ok(credentials) if credentials.is_provided() => {
                Err(Error::new(ErrorKind::Credentials).with_detail("the provider names another provider"))
            }
            Ok(credentials) => Ok(credentials),
            Err(error) => Err(Error::new(ErrorKind::Credentials).with_source(error)),
        }
    }

    /// Adds the credentials to a request.
    pub(super) fn apply(&self, url: &mut Url, headers: &mut HeaderMap) -> Result<(), Error> {
        let (name, value) = match &self.0 {
            Kind::Basic { user, .. } if user.contains(':') => return Err(unusable("a user with a colon")),
            Kind::Basic { user, password } => {
                (AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
            }
            Kind::Authorization { scheme, value } => (AUTHORIZATION, format!("{scheme} {value}")),
            Kind::Header { name, value } => {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable("the name of a header"))?;
                (name, value.clone())
            }
            Kind::Query { name, value } => {
                url.query_pairs_mut().append_pair(name, value);
                return Ok(());
            }
            Kind::Provider(_) => return Ok(()),
        };
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unusable("the value of a header"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(())
    }

    /// Replaces the secret in a text that repeats it.
    pub(super) fn scrub(&self, text: &mut String) {
        let secrets = match &self.0 {
            Kind::Basic { user, password } => {
                vec![password.clone(), STANDARD.encode(format!("{user}:{password}"))]
            }
            Kind::Authorization { value, .. } | Kind::Header { value, .. } => vec![value.clone()],
            Kind::Query { value, .. } => {
                vec![value.clone(), url::form_urlencoded::byte_serialize(value.as_bytes()).collect()]
            }
            Kind::Provider(_) => Vec::new(),
        };
        // A secret of a few bytes occurs in any text by chance, and replacing it would reveal it.
        for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), "***");
            }
        }
    }
}

fn unusable(what: &str) -> Error {
    Error::new(ErrorKind::Request).with_detail(format!("credentials that cannot be sent: {what}"))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Basic { .. } => f.write_str("Credentials(Basic)"),
            Kind::Authorization { scheme, .. } => write!(f, "Credentials({scheme})"),
            Kind::Header { name, .. } => write!(f, "Credentials(header {name})"),
            Kind::Query { name, .. } => write!(f, "Credentials(query {name})"),
            Kind::Provider(_) => f.write_str("Credentials(provider)"),
        }
    }
}

/// Which credentials go to which origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Keyring(Vec<(Origin, Credentials)>);

impl Keyring {
    pub(super) fn add(&mut self, origin: Origin, credentials: Credentials) {
        self.0.push((origin, credentials));
    }

    pub(super) fn for_origin<'a>(&'a self, origin: &'a Origin) -> impl Iterator<Item = &'a Credentials> {
        self.0.iter().filter(move |(other, _)| other == origin).map(|(_, credentials)| credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(credentials: &Credentials) -> (Url, HeaderMap) {
        let (mut url, mut headers) = (Url::parse("https://a.example/x/?limit=1").unwrap(), HeaderMap::new());
        credentials.apply(&mut url, &mut headers).unwrap();
        (url, headers)
    }

    #[test]
    fn each_form_reaches_the_request_and_no_debug() {
        for (credentials, header, expected) in [
            (Credentials::basic("jürgen", ""), "authorization", "Basic asO8cmdlbjo="),
            (Credentials::bearer("secret-a"), "authorization", "Bearer secret-a"),
            (Credentials::authorization("Token", "secret-a"), "authorization", "Token secret-a"),
            (Credentials::header("X-Api-Key", "secret-a"), "x-api-key", "secret-a"),
        ] {
            let (_, headers) = applied(&credentials);
            assert_eq!(headers[header], expected);
            assert!(headers[header].is_sensitive());
            assert!(!format!("{credentials:?} {headers:?}").contains("secret-a"));
        }
        let query = Credentials::query("key", "secret a");
        assert_eq!(applied(&query).0.query(), Some("limit=1&key=secret+a"));
        let mut text = String::from("https://a.example/?key=secret+a");
        query.scrub(&mut text);
        assert_eq!(text, "https://a.example/?key=***");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_showing_it() {
        let mut url = Url::parse("https://a.example/").unwrap();
        for credentials in
            [Credentials::basic("a:b", "secret"), Credentials::bearer("secret\n"), Credentials::header("a b", "secret")]
        {
            let error = credentials.apply(&mut url, &mut HeaderMap::new()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Request);
            assert!(!format!("{error:?} {error}").contains("secret"));
        }
    }
}
