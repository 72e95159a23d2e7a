//! Answers: from status, headers and bytes to resources, pages and errors.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::header::{CONTENT_RANGE, CONTENT_TYPE, DATE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, Response, StatusCode};

use super::body::{Body, message};
use super::error::{Error, ErrorKind};
use super::media::Media;
use super::options::Options;
use super::page::{ContentRange, Page};
use super::request::{Operation, Request};
use super::resource::{ApiRoot, Collection, Collections, Discovery, Status, Versions};
use super::version::Version;
use crate::Timestamp;

const ADDED_FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");
const ADDED_LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");

/// How many characters of a body are shown if it is not an error message.
const SNIPPET: usize = 300;

/// An answer that is not an error.
///
/// ```
/// use stixkit::taxii::{Answer, Filter, Options, Part, RootUrl, Version};
///
/// let options = Options::default();
/// let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &options)?;
/// let request = root.objects("a", &Filter::new(), &Part::First { limit: 100 })?;
/// let response = http::Response::builder()
///     .header("Content-Type", "application/taxii+json;version=2.1")
///     .body(br#"{"more": true, "next": 7, "objects": [{"type": "x-a", "id": "x-a--1"}, {"type": 5}]}"#.to_vec())?;
/// let page = Answer::read(&request, response, &options)?.page()?;
/// assert_eq!((page.len(), page.rejected(), page.next.as_deref()), (2, 1, Some("7")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Answer {
    operation: Operation,
    status: StatusCode,
    headers: HeaderMap,
    media: Media,
    is_expected_type: bool,
    options: Options,
    body: Vec<u8>,
}

impl Answer {
    /// Checks the status and the media type of an answer.
    ///
    /// # Errors
    ///
    /// Returns an error for a status other than 2xx, of the kind that the status stands for, with
    /// everything that the server sent. Returns an error of kind [`ErrorKind::NotTaxii`] for HTML
    /// and, with [`Options::strict`], for any media type but the requested one.
    pub fn read(request: &Request, response: Response<Vec<u8>>, options: &Options) -> Result<Self, Error> {
        let named = |error: Error| error.with_request(request.method(), request.url()).with_status(response.status());
        if !response.status().is_success() {
            let error = refusal(response.status(), response.headers(), response.body());
            // There are no objects in it that the server could not process.
            let is_plain = error.kind() == ErrorKind::Unprocessable && request.body().is_empty();
            return Err(named(if is_plain { error.with_kind(ErrorKind::Refused) } else { error }));
        }
        let text = header(response.headers(), &CONTENT_TYPE).unwrap_or_default();
        let media = Media::parse(&text);
        let is_expected_type = media == Media::Expected(request.version());
        // An answer without a body needs no media type, so deletion needs none at all.
        if request.operation() != Operation::Delete {
            let is_html = media == Media::Html || (!is_expected_type && starts_like_html(response.body()));
            if is_html || (options.strict && !is_expected_type) {
                let what = if is_html { "HTML".to_owned() } else { format!("the type is {text:?}") };
                let error = Error::new(ErrorKind::NotTaxii).with_detail(what).with_snippet(snippet(response.body()));
                return Err(named(error));
            }
        }
        let (parts, body) = response.into_parts();
        Ok(Self {
            operation: request.operation(),
            status: parts.status,
            headers: parts.headers,
            media,
            is_expected_type,
            options: options.clone(),
            body,
        })
    }

    /// Returns the answer's status: 200, 202, 204, 206.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the answer's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the answer's body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the version of TAXII that the media type of the answer names.
    pub fn version(&self) -> Option<Version> {
        match self.media {
            Media::Expected(version) => Some(version),
            _ => None,
        }
    }

    /// Returns the server's clock.
    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        http_date(&header(&self.headers, &DATE)?)
    }

    fn not_taxii(&self, error: Error) -> Error {
        error.with_status(self.status).with_snippet(snippet(&self.body))
    }

    fn resource<T>(&self, read: fn(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
        read(&self.body).map_err(|error| self.not_taxii(error))
    }

    /// Reads the answer to [`Operation::Discovery`].
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NotTaxii`] if the body is not one JSON object.
    pub fn discovery(&self) -> Result<Discovery, Error> {
        self.resource(Discovery::from_slice)
    }

    /// Reads the answer to [`Operation::ApiRoot`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`discovery`](Self::discovery) does.
    pub fn api_root(&self) -> Result<ApiRoot, Error> {
        self.resource(ApiRoot::from_slice)
    }

    /// Reads the answer to [`Operation::Collections`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`discovery`](Self::discovery) does.
    pub fn collections(&self) -> Result<Collections, Error> {
        self.resource(Collections::from_slice)
    }

    /// Reads the answer to [`Operation::Collection`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`discovery`](Self::discovery) does.
    pub fn collection(&self) -> Result<Collection, Error> {
        self.resource(Collection::from_slice)
    }

    /// Reads the answer to [`Operation::Status`] and [`Operation::Add`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`discovery`](Self::discovery) does.
    pub fn added(&self) -> Result<Status, Error> {
        self.resource(Status::from_slice)
    }

    /// Reads the answer to [`Operation::Versions`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`discovery`](Self::discovery) does.
    pub fn versions(&self) -> Result<Versions, Error> {
        self.resource(Versions::from_slice)
    }

    /// Reads the answer to [`Operation::Objects`], [`Operation::Object`] and
    /// [`Operation::Manifest`].
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NotTaxii`] if the body is not JSON, if it is something
    /// else than a page, if it is so broken that it is unknown whether there are more pages, and if
    /// it is an error message with a good status. Returns an error of kind [`ErrorKind::Temporary`]
    /// if the body is cut, and one of kind [`ErrorKind::AnswerTooLarge`] if it would take more
    /// memory than [`AnswerLimits::page_memory`](super::AnswerLimits::page_memory) allows.
    pub fn page(mut self) -> Result<Page, Error> {
        let body = Body { bytes: &self.body, status: self.status, options: &self.options };
        let page = match self.operation {
            Operation::Manifest => body.manifest(),
            Operation::Versions => body.versions(),
            _ => body.objects(),
        };
        let mut page = page.map_err(|error| match error.kind() {
            ErrorKind::NotTaxii => self.not_taxii(error),
            _ => error.with_status(self.status),
        })?;
        let headers = &mut page.headers;
        headers.date = self.date().map(Timestamp::from);
        headers.media_type = header(&self.headers, &CONTENT_TYPE).unwrap_or_default();
        headers.is_expected_type = self.is_expected_type;
        let range = header(&self.headers, &CONTENT_RANGE);
        headers.range = range.as_deref().and_then(ContentRange::parse);
        headers.total = range.as_deref().and_then(ContentRange::parse_total);
        headers.unreadable_range = range.filter(|_| headers.range.is_none());
        for (name, slot) in [(ADDED_FIRST, &mut headers.added_first), (ADDED_LAST, &mut headers.added_last)] {
            let Some(text) = header(&self.headers, &name) else { continue };
            match Timestamp::parse(text.trim()) {
                Ok(instant) => *slot = Some(instant),
                Err(_) => headers.unreadable_dates.push(text),
            }
        }
        page.set_body(std::mem::take(&mut self.body));
        Ok(page)
    }
}

fn starts_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Returns the error that an answer stands for.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let message = message(body);
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
    let challenges = challenges.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let snippet = if message.is_some() { String::new() } else { snippet(body) };
    Error::new(ErrorKind::from_status(status))
        .with_status(status)
        .with_message(message)
        .with_snippet(snippet)
        .with_challenges(challenges)
        .with_retry_after(retry_after(headers))
}

fn snippet(body: &[u8]) -> String {
    // A character has at most four bytes.
    let start = body.get(..4 * SNIPPET).unwrap_or(body);
    String::from_utf8_lossy(start).chars().take(SNIPPET).collect()
}

/// Returns a header as text, whatever its bytes are.
fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Returns how long the server asks to wait: in seconds, or until a date by the clock that the
/// answer's own `Date` shows. Without `Date` a date is of no use, since the client's clock may
/// differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, &RETRY_AFTER)?;
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is as long as it can be.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let (then, now) = (http_date(text)?, http_date(&header(headers, &DATE)?)?);
    Some((then - now).to_std().unwrap_or_default())
}

/// Parses a date of HTTP, in each of its three forms.
pub(super) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.with_timezone(&Utc));
    }
    let naive = |format| NaiveDateTime::parse_from_str(text, format).ok();
    Some(naive("%A, %d-%b-%y %H:%M:%S GMT").or_else(|| naive("%a %b %e %H:%M:%S %Y"))?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_have_three_forms() {
        let date = |text| http_date(text).map(|date| date.timestamp());
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(date(text), Some(784_111_777), "{text}");
        }
        assert_eq!(date("tomorrow"), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_clock() {
        let of = |retry: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, http::HeaderValue::from_static(retry));
            date.map(|date| headers.insert(DATE, http::HeaderValue::from_static(date)));
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of("7", None), Some(7));
        assert_eq!(of("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(60));
        assert_eq!(of("Sun, 06 Nov 1994 08:40:37 GMT", now), Some(0));
        assert_eq!(of("Sun, 06 Nov 1994 08:50:37 GMT", None), None);
        assert_eq!(of("-1", now), None);
        assert_eq!(of("99999999999999999999", now), Some(u64::MAX));
    }
}
