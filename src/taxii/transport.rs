//! Where requests become bytes on a wire: the one place that an HTTP stack plugs into.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use http::{Request, Response};

/// Sends a request and gives its answer. A server in memory, another HTTP stack and a recording are all the same here.
///
/// An implementation sends what it is given and gives what it gets:
///
/// - It follows no redirect, sends no request of its own, and does not send a request again: the client does, by rules
///   that know which request may be sent twice and which origin may see which secret.
/// - It adds no credentials. The request's headers and its URL may hold secrets: they are in no error and no log.
/// - Every status is an answer. An `Err` means that there is none, or that its body is not whole.
/// - It takes apart `Content-Encoding` (gzip, deflate), asking for it with `Accept-Encoding` itself, and gives the body
///   as it was before. `max_body` counts these bytes.
/// - It has its own timeouts. Some servers take a minute for the first byte of a page, so a read timeout of less than
///   two minutes loses pages.
///
/// ```
/// use http::{Request, Response};
/// use stixkit::taxii::{Transport, TransportError};
///
/// struct Nowhere;
///
/// impl Transport for Nowhere {
///     async fn send(&self, _: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
///         Ok(Response::builder().status(404).body(Vec::new()).unwrap_or_default())
///     }
/// }
/// ```
pub trait Transport: Send + Sync {
    /// Sends one request. An answer whose body has more than `max_body` bytes is
    /// [`TooLarge`](TransportErrorKind::TooLarge), and no more than that is read of it.
    fn send(
        &self,
        request: Request<Vec<u8>>,
        max_body: u64,
    ) -> impl Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send;
}

impl<T: Transport> Transport for &T {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        T::send(self, request, max_body).await
    }
}

impl<T: Transport> Transport for Arc<T> {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        T::send(self, request, max_body).await
    }
}

/// Why there is no answer.
///
/// ```
/// use stixkit::taxii::{TransportError, TransportErrorKind};
///
/// let error = TransportError::new(TransportErrorKind::Connect).with_source(std::io::Error::other("refused"));
/// assert_eq!(error.kind(), TransportErrorKind::Connect);
/// assert_eq!(error.to_string(), "no connection to the server");
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`], by what is known of the request's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about: the name does not resolve, nobody listens, the proxy refused. The server has not seen
    /// the request.
    Connect,
    /// TLS failed: an unknown issuer, another name, no common version, a client certificate that is missing or refused.
    /// The server has not seen the request, and trying again does not help.
    Tls,
    /// Time ran out. The server may have seen the request.
    Timeout,
    /// The connection broke after the request was sent, or the body ended early or could not be decompressed.
    Broken,
    /// The body is larger than the limit.
    TooLarge,
    /// The transport followed a redirect, or was asked to, and must not.
    Redirect,
    /// The transport cannot be made as its options say: a certificate, a key, a pin or a proxy that is none.
    Options,
    /// The request cannot be sent as it is: a URL or a header that the stack refuses.
    Request,
    /// Anything else. The server may have seen the request.
    Other,
}

impl TransportErrorKind {
    fn message(self) -> &'static str {
        match self {
            Self::Connect => "no connection to the server",
            Self::Tls => "no secure connection to the server",
            Self::Timeout => "the server took too long",
            Self::Broken => "the answer broke off",
            Self::TooLarge => "the answer is larger than the limit",
            Self::Redirect => "the server redirects, and the transport may not follow",
            Self::Options => "the transport cannot be made as its options say",
            Self::Request => "the request cannot be sent",
            Self::Other => "the request failed",
        }
    }

    /// Whether the server cannot have seen the request, so that sending it again does no harm.
    pub fn is_unsent(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Options | Self::Request)
    }
}

impl TransportError {
    /// An error of this kind.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// The error with its cause. The cause may be shown and logged: it must not hold the URL's query or a header.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What is known of the request's fate.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.message())
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The cast drops the `Send + Sync` that the trait's signature does not carry.
        self.source.as_deref().map(|source| source as _)
    }
}
