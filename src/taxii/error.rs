//! Errors of the TAXII client.

use std::error::Error as StdError;
use std::time::Duration;
use std::{fmt, io};

use http::{Method, StatusCode};
use serde::ser::{Serialize, Serializer};
use url::Url;

use super::message::ErrorMessage;
use super::transport::{TransportError, TransportErrorKind};
use crate::Timestamp;
use crate::error::debug_chain;
use crate::json::text::serialize_name;

/// An error of the TAXII client: what the caller can do about it, and everything that the server
/// sent about it.
///
/// It contains no secret: its URL has no user, no password and none of the query parameters that
/// are credentials.
///
/// It converts into an [`io::Error`], for programs whose functions return one:
///
/// ```
/// use std::io;
/// use stixkit::taxii::{Options, RootUrl, Version};
///
/// fn root(url: &str) -> io::Result<RootUrl> {
///     Ok(RootUrl::new(url, Version::V21, &Options::default())?)
/// }
///
/// assert_eq!(root("http://taxii.example/").unwrap_err().kind(), io::ErrorKind::InvalidInput);
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(thiserror::Error)]
struct Inner {
    kind: ErrorKind,
    detail: String,
    /// The method and the URL of the request.
    request: Option<(Method, String)>,
    answer: Refusal,
    max_content_length: Option<u64>,
    instant: Option<Timestamp>,
    transport: Option<TransportErrorKind>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_chain(self, f)
    }
}

/// What an answer says about an error.
#[derive(Debug, Default)]
struct Refusal {
    status: Option<StatusCode>,
    message: Option<ErrorMessage>,
    snippet: String,
    retry_after: Option<Duration>,
    challenges: Vec<String>,
}

/// The kinds of [`Error`], by what the caller does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Try again later: no connection, a timeout, an answer that broke off, 408, 425, 429, 502,
    /// 503, 504. All retries that were allowed have been made. [`Error::retry_after`] is what the
    /// server asks for.
    Temporary,
    /// Provide credentials, or other ones: 401. [`Error::challenges`] contains what the server
    /// expects.
    Unauthorized,
    /// Ask the server's operator for permission to read, write or delete: 403.
    Forbidden,
    /// Check the name of the root, the collection, the object or the status: 404, 410. Servers also
    /// use these to hide what the user may not see.
    NotFound,
    /// Change the request: 400, 416 and other refusals. Servers also answer 400 to a `next` that
    /// has expired, and 400 or 422 to a page size that they find too large.
    Refused,
    /// Speak another version or media type: 406, 415.
    NotAcceptable,
    /// Send less at a time: 413, or a single object that is larger than the server accepts.
    /// [`Error::max_content_length`] is the server's limit, if it is known.
    ContentTooLarge,
    /// Check the objects: 422 to objects that were added. [`Error::message`] may name them.
    Unprocessable,
    /// Report it to the server's operator: 500, 501 and the like, which a retry does not cure.
    Server,
    /// Check the URL, the network in between, or be less strict: the answer is not TAXII.
    /// [`Error::snippet`] contains its beginning.
    NotTaxii,
    /// Ask for smaller pages, or raise the limit: an answer is larger than it.
    AnswerTooLarge,
    /// Check certificates and their issuers: no secure connection.
    Tls,
    /// Use the new address, or allow it: the server redirects. [`Error::detail`] names the target.
    Redirect,
    /// Correct the URL, or allow its origin: it is not an `https` URL, has a query, or leads out of
    /// the place that it belongs to.
    Url,
    /// Correct the filter, the option or the name: nothing was sent.
    Request,
    /// Use another version of TAXII: this one has no such operation.
    Unsupported,
    /// Start over, or accept a gap: the server offers no way past an instant, which is
    /// [`Error::instant`], or claims again and again that there is more and sends nothing.
    NoProgress,
    /// Continue from the last checkpoint: a cap on pages, objects, bytes or time that the caller
    /// set is reached.
    Capped,
    /// Use the checkpoint with the collection and the filter that it belongs to, or start without
    /// it.
    Checkpoint,
    /// Check the provider of credentials: it failed.
    Credentials,
}

impl Serialize for ErrorKind {
    /// Writes the name in snake case: `not_found`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_name(self, serializer)
    }
}

impl ErrorKind {
    const fn message(self) -> &'static str {
        match self {
            Self::Temporary => "the server cannot answer now",
            Self::Unauthorized => "the server wants credentials",
            Self::Forbidden => "the server forbids it",
            Self::NotFound => "the server knows no such thing",
            Self::Refused => "the server refuses the request",
            Self::NotAcceptable => "the server does not speak this version",
            Self::ContentTooLarge => "more than the server takes at a time",
            Self::Unprocessable => "the server cannot process the objects",
            Self::Server => "the server failed",
            Self::NotTaxii => "the answer is not TAXII",
            Self::AnswerTooLarge => "the answer is larger than the limit",
            Self::Tls => "no secure connection to the server",
            Self::Redirect => "the server redirects to a place that is not allowed",
            Self::Url => "the URL cannot be used",
            Self::Request => "the request cannot be made",
            Self::Unsupported => "the version of TAXII has no such operation",
            Self::NoProgress => "the server shows no way on",
            Self::Capped => "a cap is reached",
            Self::Checkpoint => "the checkpoint is of something else",
            Self::Credentials => "no credentials from their provider",
        }
    }

    /// Returns the kind that a status stands for.
    pub(super) fn from_status(status: StatusCode) -> Self {
        match status.as_u16() {
            300..=399 => Self::Redirect,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            406 | 415 => Self::NotAcceptable,
            413 => Self::ContentTooLarge,
            422 => Self::Unprocessable,
            408 | 425 | 429 | 502 | 503 | 504 => Self::Temporary,
            400..=499 => Self::Refused,
            500..=599 => Self::Server,
            _ => Self::NotTaxii,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_temporary(self) -> bool {
        self == Self::Temporary
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Error {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: String::new(),
            request: None,
            answer: Refusal::default(),
            max_content_length: None,
            instant: None,
            transport: None,
            source: None,
        }))
    }

    pub(super) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(super) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Names the request, unless it is named already.
    pub(super) fn with_request(mut self, method: &Method, url: &Url) -> Self {
        self.0.request.get_or_insert_with(|| (method.clone(), without_user(url)));
        self
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.answer.status = Some(status);
        self
    }

    pub(super) fn with_message(mut self, message: Option<ErrorMessage>) -> Self {
        self.0.answer.message = message;
        self
    }

    pub(super) fn with_snippet(mut self, snippet: String) -> Self {
        self.0.answer.snippet = snippet;
        self
    }

    pub(super) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.answer.retry_after = retry_after;
        self
    }

    pub(super) fn with_challenges(mut self, challenges: Vec<String>) -> Self {
        self.0.answer.challenges = challenges;
        self
    }

    pub(super) fn with_max_content_length(mut self, bytes: Option<u64>) -> Self {
        self.0.max_content_length = bytes;
        self
    }

    pub(super) fn with_instant(mut self, instant: Option<Timestamp>) -> Self {
        self.0.instant = instant;
        self
    }

    /// Returns the kind: what the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns details. May be empty.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Returns the request's method, if there was a request.
    pub fn method(&self) -> Option<&Method> {
        self.0.request.as_ref().map(|(method, _)| method)
    }

    /// Returns the request's URL without secrets; empty if there was no request.
    pub fn url(&self) -> &str {
        self.0.request.as_ref().map_or("", |(_, url)| url)
    }

    /// Returns the answer's status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.status
    }

    /// Returns the TAXII error message in the answer's body, if there was one.
    pub fn message(&self) -> Option<&ErrorMessage> {
        self.0.answer.message.as_ref()
    }

    /// Returns the beginning of the answer's body, if it is not a TAXII error message.
    pub fn snippet(&self) -> &str {
        &self.0.answer.snippet
    }

    /// Returns how long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.answer.retry_after
    }

    /// Returns the `WWW-Authenticate` headers, each as it was sent. Some servers omit them.
    pub fn challenges(&self) -> &[String] {
        &self.0.answer.challenges
    }

    /// Returns the largest request body that the API root accepts, if it is known.
    pub fn max_content_length(&self) -> Option<u64> {
        self.0.max_content_length
    }

    /// Returns the instant of addition that the walk does not get past, for
    /// [`ErrorKind::NoProgress`].
    pub fn instant(&self) -> Option<&Timestamp> {
        self.0.instant.as_ref()
    }

    /// Returns the kind of the transport's error, if there was no answer.
    pub fn transport(&self) -> Option<TransportErrorKind> {
        self.0.transport
    }
}

/// Returns a URL to show, without user and password.
pub(super) fn without_user(url: &Url) -> String {
    let mut url = url.clone();
    // OK to ignore: a URL that cannot have a user has none.
    _ = url.set_username("");
    _ = url.set_password(None);
    url.to_string()
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, detail, request, answer, max_content_length, instant, .. } = self;
        write!(f, "{kind}")?;
        if !detail.is_empty() {
            write!(f, ": {detail}")?;
        }
        if let Some(status) = answer.status {
            write!(f, ", status {}", status.as_u16())?;
        }
        if let Some(message) = &answer.message {
            write!(f, ", {message}")?;
        } else if !answer.snippet.is_empty() {
            write!(f, ", body {:?}", answer.snippet)?;
        }
        if let Some(bytes) = max_content_length {
            write!(f, ", at most {bytes} bytes")?;
        }
        if let Some(instant) = instant {
            write!(f, ", at {instant}")?;
        }
        match request {
            Some((method, url)) => write!(f, " ({method} {url})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    /// Writes what `Display` writes, and all causes after it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_chain(self, f)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Tls => ErrorKind::Tls,
            TransportErrorKind::TooLarge => ErrorKind::AnswerTooLarge,
            TransportErrorKind::Head => ErrorKind::NotTaxii,
            TransportErrorKind::Redirect => ErrorKind::Redirect,
            TransportErrorKind::Request | TransportErrorKind::Options => ErrorKind::Request,
            _ => ErrorKind::Temporary,
        };
        let mut new = Self::new(kind);
        new.0.transport = Some(error.kind());
        new.0.source = Some(Box::new(error));
        new
    }
}

impl From<Error> for io::Error {
    /// The kind is the closest one of [`io::ErrorKind`]; the error itself is inside.
    fn from(error: Error) -> Self {
        Self::new(error.io_kind(), error)
    }
}

impl Error {
    fn io_kind(&self) -> io::ErrorKind {
        match (self.kind(), self.transport()) {
            (ErrorKind::Temporary, Some(kind)) => kind.io_kind(),
            (ErrorKind::Temporary, None) => io::ErrorKind::ResourceBusy,
            (ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Credentials, _) => {
                io::ErrorKind::PermissionDenied
            }
            (ErrorKind::NotFound, _) => io::ErrorKind::NotFound,
            (ErrorKind::Url | ErrorKind::Request | ErrorKind::Checkpoint, _) => io::ErrorKind::InvalidInput,
            (ErrorKind::NotTaxii, _) => io::ErrorKind::InvalidData,
            (ErrorKind::Unsupported | ErrorKind::NotAcceptable, _) => io::ErrorKind::Unsupported,
            (ErrorKind::ContentTooLarge | ErrorKind::AnswerTooLarge, _) => io::ErrorKind::FileTooLarge,
            (ErrorKind::Capped, _) => io::ErrorKind::QuotaExceeded,
            _ => io::ErrorKind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn io_errors_have_the_closest_kind_and_the_error_inside() {
        let transport = |kind| Error::from(TransportError::new(kind));
        for (error, expected) in [
            (Error::new(ErrorKind::NotFound), io::ErrorKind::NotFound),
            (Error::new(ErrorKind::Forbidden), io::ErrorKind::PermissionDenied),
            (Error::new(ErrorKind::Temporary), io::ErrorKind::ResourceBusy),
            (Error::new(ErrorKind::NoProgress), io::ErrorKind::Other),
            (transport(TransportErrorKind::Timeout), io::ErrorKind::TimedOut),
            (transport(TransportErrorKind::Tls), io::ErrorKind::Other),
        ] {
            let (kind, shown) = (error.kind(), error.to_string());
            let error = io::Error::from(error);
            assert_eq!((error.kind(), error.to_string()), (expected, shown));
            let inner = error.downcast::<Error>().unwrap();
            assert_eq!(inner.kind(), kind);
        }
    }

    #[test]
    fn display_names_the_request_and_neither_the_source_nor_secrets() {
        let url = Url::parse("https://user:password@example.com/taxii2/?limit=5").unwrap();
        let error =
            Error::new(ErrorKind::Forbidden).with_status(StatusCode::FORBIDDEN).with_request(&Method::GET, &url);
        let text = "the server forbids it, status 403 (GET https://example.com/taxii2/?limit=5)";
        assert_eq!(error.to_string(), text);
        assert!(!format!("{error:?}").contains("password"));
        let broken = TransportError::new(TransportErrorKind::Broken).with_source(std::io::Error::other("cable cut"));
        let error = Error::from(broken);
        assert_eq!(error.to_string(), "the server cannot answer now");
        assert_eq!(error.source().unwrap().to_string(), "the answer broke off");
        assert_eq!(error.transport(), Some(TransportErrorKind::Broken));
    }
}
