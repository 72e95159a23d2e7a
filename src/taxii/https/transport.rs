//! The transport over `reqwest` and `rustls`.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use url::Url;

use super::super::client::Client;
use super::super::error::Error;
use super::super::options::Options;
use super::super::transport::{Transport, TransportError, TransportErrorKind};
use super::options::HttpOptions;

/// The most bytes that are allocated for a body before any of it has arrived.
const FIRST_CAPACITY: u64 = 1 << 20;

/// Sends requests with [`reqwest`], over HTTP/1.1, with TLS 1.2 or 1.3 by `rustls`.
///
/// It requires a Tokio runtime with time and I/O enabled. It requests and decodes gzip and deflate,
/// follows no redirect, sends nothing twice and keeps no cookies. Connections are kept open and
/// reused; clones share them.
///
/// ```no_run
/// use stixkit::taxii::{Client, HttpOptions, HttpTransport, Options, Tls};
///
/// # fn example(ca: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let tls = Tls::default().with_only_roots(ca)?;
/// let transport = HttpTransport::new(HttpOptions::default().with_tls(tls))?;
/// let client = Client::new(transport, "https://taxii.example/", Options::default())?.with_timer(tokio::time::sleep);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    pace: Pace,
}

/// How slow an answer may be.
#[derive(Clone, Copy, Debug)]
struct Pace {
    min_rate: u32,
    /// The answer's first so much time does not count.
    grace: Duration,
}

impl Pace {
    /// Whether so many bytes after so much time are too few.
    fn is_too_slow(self, bytes: usize, time: Duration) -> bool {
        time > self.grace && (bytes as u128) < u128::from(self.min_rate) * time.as_millis() / 1000
    }
}

impl HttpTransport {
    /// Creates a transport with these options. It opens no connection.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`TransportErrorKind::Options`] if the proxy's URL is invalid, a
    /// certificate does not fit its key, or the platform has no root certificates and no others are
    /// set.
    pub fn new(options: HttpOptions) -> Result<Self, TransportError> {
        let HttpOptions { connect_timeout, read_timeout, timeout, min_rate, proxy, tls } = options;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            .read_timeout(read_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .tls_backend_preconfigured(tls.config()?);
        if let Some(timeout) = timeout {
            builder = builder.timeout(timeout);
        }
        let builder = proxy.apply(builder)?;
        let refused = |error: reqwest::Error| TransportError::new(TransportErrorKind::Options).with_source(error);
        let pace = Pace { min_rate, grace: read_timeout };
        Ok(Self { client: builder.build().map_err(refused)?, pace })
    }

    /// Creates a transport over a client that the caller configured: with other TLS, other
    /// timeouts, a resolver.
    ///
    /// The client needs [`Policy::none`](reqwest::redirect::Policy::none). One that follows
    /// redirects sends headers to wherever a server points; its answer is an error of kind
    /// [`Redirect`](TransportErrorKind::Redirect), but by then the secret has leaked. It should
    /// have a read timeout of two minutes or more, a timeout, and gzip. Answers that are slower
    /// than the default [`HttpOptions::min_rate`] are given up.
    ///
    /// ```
    /// use stixkit::taxii::HttpTransport;
    /// # fn example(builder: reqwest::ClientBuilder) -> reqwest::Result<()> {
    /// let client = builder.redirect(reqwest::redirect::Policy::none()).build()?;
    /// let transport = HttpTransport::from_client(client);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_client(client: reqwest::Client) -> Self {
        let HttpOptions { min_rate, read_timeout, .. } = HttpOptions::default();
        Self { client, pace: Pace { min_rate, grace: read_timeout } }
    }
}

impl Transport for HttpTransport {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let (parts, body) = request.into_parts();
        let unfit = |error| TransportError::new(TransportErrorKind::Request).with_source(error);
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| unfit(error.to_string()))?;
        let mut outgoing = reqwest::Request::new(parts.method, url.clone());
        *outgoing.headers_mut() = parts.headers;
        // An empty body would add `Content-Length: 0`, which some servers refuse on a GET.
        *outgoing.body_mut() = (!body.is_empty()).then(|| body.into());

        let mut incoming = self.client.execute(outgoing).await.map_err(from_reqwest)?;
        if *incoming.url() != url {
            return Err(TransportError::new(TransportErrorKind::Redirect));
        }
        let expected = incoming.content_length().unwrap_or(0);
        if expected > max_body {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        let mut body = Vec::with_capacity(expected.min(FIRST_CAPACITY) as usize);
        let start = tokio::time::Instant::now();
        // Chunks are already decompressed, so a small answer that becomes a large one stops here,
        // too.
        while let Some(chunk) = incoming.chunk().await.map_err(from_body_error)? {
            if (body.len() + chunk.len()) as u64 > max_body {
                return Err(TransportError::new(TransportErrorKind::TooLarge));
            }
            body.extend_from_slice(&chunk);
            if self.pace.is_too_slow(body.len(), start.elapsed()) {
                let source = format!("{} bytes in {} s", body.len(), start.elapsed().as_secs());
                return Err(TransportError::new(TransportErrorKind::Timeout).with_source(source));
            }
        }
        let mut response = Response::new(body);
        *response.status_mut() = incoming.status();
        *response.version_mut() = incoming.version();
        *response.headers_mut() = std::mem::take(incoming.headers_mut());
        Ok(response)
    }
}

impl Client<HttpTransport> {
    /// Creates a client over the bundled transport with its default options and Tokio's timer.
    ///
    /// ```no_run
    /// use stixkit::taxii::{Client, Credentials, Options};
    ///
    /// # async fn example() -> Result<(), stixkit::taxii::Error> {
    /// let client = Client::over_http("https://taxii.example/", Options::default())?
    ///     .with_credentials(Credentials::basic("reader", "password"));
    /// let roots = client.roots().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error as [`Client::new`] and [`HttpTransport::new`] do.
    pub fn over_http(url: &str, options: Options) -> Result<Self, Error> {
        let transport = HttpTransport::new(HttpOptions::default()).map_err(Error::from)?;
        Ok(Self::new(transport, url, options)?.with_timer(tokio::time::sleep))
    }
}

/// Converts an error by what is known of the request's fate, without the URL, whose query may
/// contain a secret.
fn from_reqwest(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let kind = if is_tls(&error) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        // This includes a timeout while connecting.
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if is_head(&error) {
        TransportErrorKind::Head
    } else if error.is_builder() {
        TransportErrorKind::Request
    } else if error.is_redirect() {
        TransportErrorKind::Redirect
    } else if error.is_body() || error.is_decode() || error.is_request() {
        TransportErrorKind::Broken
    } else {
        TransportErrorKind::Other
    };
    TransportError::new(kind).with_source(error)
}

/// Converts an error in the middle of an answer: if TLS fails there, the answer broke off.
fn from_body_error(error: reqwest::Error) -> TransportError {
    if is_tls(&error) {
        return TransportError::new(TransportErrorKind::Broken).with_source(error.without_url());
    }
    from_reqwest(error)
}

/// Whether an error comes from the head of an answer. The HTTP stack shows its kinds in words
/// alone.
fn is_head(error: &reqwest::Error) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        let starts =
            ["invalid HTTP", "message head is too large", "invalid content-length", "unexpected transfer-encoding"];
        if starts.iter().any(|start| text.starts_with(start)) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether an error comes from TLS. Layers in between wrap it in I/O errors, whose source is that
/// of the error inside.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return true;
        }
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match held {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    false
}
