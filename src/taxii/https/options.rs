//! Options of the bundled transport: timeouts, the proxy and TLS.

use std::fmt;
use std::time::Duration;

use super::tls::Tls;
use crate::taxii::transport::{TransportError, TransportErrorKind};

/// How the bundled transport behaves.
///
/// It has no headers: a secret header belongs to an origin, and so into
/// [`Credentials::header`](super::super::Credentials::header).
///
/// ```
/// use std::time::Duration;
/// use stixkit::taxii::{HttpOptions, Proxy};
///
/// let options = HttpOptions::default()
///     .with_timeout(Duration::from_secs(600))
///     .with_proxy(Proxy::url("http://proxy.example:3128").with_basic_auth("user", "password"));
/// assert!(!format!("{options:?}").contains("password"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The time to connect, including TLS. Default 30 seconds.
    pub connect_timeout: Duration,
    /// The time to wait for the first byte of an answer, and for each next piece of it. Default
    /// three minutes, since some servers sort for more than one minute before the first page.
    pub read_timeout: Duration,
    /// The time for a request and its whole answer. Default 15 minutes. `None` means no bound but
    /// that of the client: [`Options::timeout`](super::super::Options::timeout).
    pub timeout: Option<Duration>,
    /// How many bytes of an answer have to arrive in a second, decompressed and on average, once it
    /// has taken longer than `read_timeout`. Default 1,024. With 0 an answer may trickle until its
    /// time is up.
    pub min_rate: u32,
    /// The proxy. Default: the one that the environment names.
    pub proxy: Proxy,
    /// Which servers to trust, and the client certificate.
    pub tls: Tls,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(180),
            timeout: Some(Duration::from_secs(900)),
            min_rate: 1024,
            proxy: Proxy::environment(),
            tls: Tls::default(),
        }
    }
}

impl HttpOptions {
    /// Sets the time to connect.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the time to wait for the first byte of an answer, and for each next piece of it.
    #[must_use]
    pub fn with_read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Sets the time for a request and its whole answer.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how many bytes of an answer have to arrive in a second.
    #[must_use]
    pub fn with_min_rate(mut self, bytes: u32) -> Self {
        self.min_rate = bytes;
        self
    }

    /// Sets the proxy.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Sets which servers to trust, and the client certificate.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }
}

/// The proxy that requests go through.
#[derive(Clone)]
pub struct Proxy(Kind);

#[derive(Clone)]
enum Kind {
    Environment,
    None,
    Url { url: String, user: Option<(String, String)>, except: String },
}

impl Proxy {
    /// Uses the proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name, in upper
    /// or lower case. This is the default.
    pub fn environment() -> Self {
        Self(Kind::Environment)
    }

    /// Uses no proxy, whatever the environment contains.
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// Uses the proxy at an `http` or `https` URL, for all requests.
    pub fn url(url: impl Into<String>) -> Self {
        Self(Kind::Url { url: url.into(), user: None, except: String::new() })
    }

    /// Sets the user and the password for the proxy. They are sent to the proxy only. It has no
    /// effect if the environment names the proxy: there they are in its URL.
    #[must_use]
    pub fn with_basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        if let Kind::Url { user: current, .. } = &mut self.0 {
            *current = Some((user.into(), password.into()));
        }
        self
    }

    /// Sets the hosts that are reached without the proxy, in the form of `NO_PROXY`: names
    /// including their subdomains, addresses and networks, separated by commas. It has no effect if
    /// the environment names the proxy.
    #[must_use]
    pub fn with_exceptions(mut self, hosts: impl Into<String>) -> Self {
        if let Kind::Url { except, .. } = &mut self.0 {
            *except = hosts.into();
        }
        self
    }

    pub(super) fn apply(self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, TransportError> {
        let (url, user, except) = match self.0 {
            Kind::Environment => return Ok(builder),
            Kind::None => return Ok(builder.no_proxy()),
            Kind::Url { url, user, except } => (url, user, except),
        };
        // The source is left out: it repeats the URL, which may contain a password.
        let refused = |_| {
            let reason = "the proxy needs an http or https URL with a host";
            TransportError::new(TransportErrorKind::Options).with_source(reason)
        };
        let mut proxy = reqwest::Proxy::all(&url).map_err(refused)?;
        if let Some((user, password)) = user {
            proxy = proxy.basic_auth(&user, &password);
        }
        Ok(builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_string(&except))))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL is not shown: it may contain a password.
        f.write_str(match self.0 {
            Kind::Environment => "Proxy(environment)",
            Kind::None => "Proxy(none)",
            Kind::Url { .. } => "Proxy(url)",
        })
    }
}
