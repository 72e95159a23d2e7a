//! The interface to an HTTP stack.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, io};

use http::{Request, Response};
use serde::ser::{Serialize, Serializer};

use crate::error::debug_chain;
use crate::json::text::serialize_name;

/// Sends requests and returns their answers: over an HTTP stack, to a server in memory, or from a
/// recording.
///
/// An implementation sends requests as they are and returns answers as they are:
///
/// - It follows no redirect, sends no request of its own, and does not send a request again. The
///   client does: it knows which request may be sent twice and which origin may see which secret.
/// - It adds no credentials. The request's headers and its URL may contain secrets, which must not
///   appear in errors or logs.
/// - Every status is an answer. An `Err` means that there is no answer, or that its body is
///   incomplete.
/// - It decodes `Content-Encoding` (gzip, deflate), which it requests with `Accept-Encoding`
///   itself. `max_body` counts decoded bytes.
/// - It has its own timeouts. Some servers take a minute for the first byte of a page, so a read
///   timeout of less than two minutes loses pages.
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
    /// Sends one request. An answer whose body has more than `max_body` bytes is an error of kind
    /// [`TooLarge`](TransportErrorKind::TooLarge), and reading stops there.
    fn send(
        &self,
        request: Request<Vec<u8>>,
        max_body: u64,
    ) -> impl Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send;
}

/// An answer on its way: what [`DynTransport::send_boxed`] returns.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send + 'a>>;

/// A transport whose type is not known when the program is compiled: the form of [`Transport`] that
/// can be `dyn`.
///
/// Every transport is one, and `dyn DynTransport` is a transport again, so a client can be made
/// over `Box<dyn DynTransport>` and `Arc<dyn DynTransport>`.
///
/// ```
/// use stixkit::taxii::{Client, DynTransport, Options, Transport};
///
/// fn client(is_test: bool, real: impl Transport + 'static, test: impl Transport + 'static) -> Client<Box<dyn DynTransport>> {
///     let transport: Box<dyn DynTransport> = if is_test { Box::new(test) } else { Box::new(real) };
///     Client::new(transport, "https://taxii.example/", Options::default()).expect("the URL is valid")
/// }
/// ```
pub trait DynTransport: Send + Sync {
    /// Sends one request: see [`Transport::send`].
    fn send_boxed(&self, request: Request<Vec<u8>>, max_body: u64) -> SendFuture<'_>;
}

impl<T: Transport> DynTransport for T {
    fn send_boxed(&self, request: Request<Vec<u8>>, max_body: u64) -> SendFuture<'_> {
        Box::pin(self.send(request, max_body))
    }
}

impl Transport for dyn DynTransport + '_ {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        self.send_boxed(request, max_body).await
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        T::send(self, request, max_body).await
    }
}

impl<T: Transport + ?Sized> Transport for &T {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        T::send(self, request, max_body).await
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        T::send(self, request, max_body).await
    }
}

/// Why there is no answer.
///
/// ```
/// use std::io;
/// use stixkit::taxii::{TransportError, TransportErrorKind};
///
/// let error = TransportError::new(TransportErrorKind::Connect).with_source(io::Error::other("refused"));
/// assert_eq!(error.kind(), TransportErrorKind::Connect);
/// assert_eq!(error.to_string(), "no connection to the server");
///
/// let error = TransportError::from(io::Error::from(io::ErrorKind::ConnectionReset));
/// assert_eq!(error.kind(), TransportErrorKind::Broken);
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct TransportError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
struct Inner {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`], by what is known of the request's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: the name does not resolve, nothing listens, the proxy refused. The
    /// server has not seen the request.
    Connect,
    /// TLS failed: an unknown issuer, another name, no common version, a client certificate that is
    /// missing or refused. The server has not seen the request, and a retry does not help.
    Tls,
    /// A timeout. The server may have seen the request.
    Timeout,
    /// The connection broke after the request was sent, or the body ended early or could not be
    /// decompressed.
    Broken,
    /// The body is larger than the limit.
    TooLarge,
    /// The transport followed a redirect, or was asked to, which it must not.
    Redirect,
    /// The transport cannot be created with these options: a certificate, a key, a pin or a proxy
    /// is invalid.
    Options,
    /// The request cannot be sent: the HTTP stack refuses its URL or a header.
    Request,
    /// The answer is not HTTP, or its head is larger than the HTTP stack accepts. The server has
    /// seen the request, and would answer it in the same way again.
    Head,
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
            Self::Head => "the head of the answer is not one of HTTP, or too large",
            Self::Other => "the request failed",
        }
    }

    /// Whether the server cannot have seen the request, so that sending it again does no harm.
    pub fn is_unsent(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Options | Self::Request)
    }

    /// Returns the closest kind of an I/O error.
    pub(super) fn io_kind(self) -> io::ErrorKind {
        match self {
            Self::Connect => io::ErrorKind::NotConnected,
            Self::Timeout => io::ErrorKind::TimedOut,
            Self::Broken => io::ErrorKind::UnexpectedEof,
            Self::TooLarge => io::ErrorKind::FileTooLarge,
            Self::Options | Self::Request => io::ErrorKind::InvalidInput,
            Self::Head => io::ErrorKind::InvalidData,
            Self::Tls | Self::Redirect | Self::Other => io::ErrorKind::Other,
        }
    }

    /// Returns what an I/O error tells about the request's fate.
    fn from_io(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::NotConnected
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => Self::Connect,
            io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData => Self::Broken,
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            io::ErrorKind::InvalidInput => Self::Request,
            _ => Self::Other,
        }
    }
}

impl Serialize for TransportErrorKind {
    /// Writes the name in snake case: `too_large`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_name(self, serializer)
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl TransportError {
    /// Creates an error of this kind.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self(Box::new(Inner { kind, source: None }))
    }

    /// Sets the cause. The cause may be shown and logged: it must not contain the URL's query or a
    /// header.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns what is known of the request's fate.
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_chain(self, f)
    }
}

impl From<io::Error> for TransportError {
    /// The I/O error becomes the source. Its kind decides, so an error while connecting that could
    /// also occur later, such as a timeout, counts as one after the request was sent.
    fn from(error: io::Error) -> Self {
        Self::new(TransportErrorKind::from_io(error.kind())).with_source(error)
    }
}

impl From<TransportError> for io::Error {
    /// The kind is the closest one of [`io::ErrorKind`]; the error itself is inside.
    fn from(error: TransportError) -> Self {
        Self::new(error.kind().io_kind(), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        assert_eq!(size_of::<TransportError>(), size_of::<usize>());
    }

    #[test]
    fn io_errors_tell_of_the_requests_fate() {
        for (kind, expected) in [
            (io::ErrorKind::ConnectionRefused, TransportErrorKind::Connect),
            (io::ErrorKind::TimedOut, TransportErrorKind::Timeout),
            (io::ErrorKind::ConnectionReset, TransportErrorKind::Broken),
            (io::ErrorKind::UnexpectedEof, TransportErrorKind::Broken),
            (io::ErrorKind::InvalidInput, TransportErrorKind::Request),
            (io::ErrorKind::PermissionDenied, TransportErrorKind::Other),
        ] {
            let error = TransportError::from(io::Error::new(kind, "why"));
            assert_eq!((error.kind(), error.source().unwrap().to_string()), (expected, "why".to_owned()), "{kind}");
            let again = io::Error::from(error);
            assert_eq!(TransportErrorKind::from_io(again.kind()), expected, "{kind}");
            assert_eq!(again.to_string(), expected.to_string());
        }
    }
}
