//! What a client does, for logs and metrics.

use std::time::Duration;

use http::{Method, Response, StatusCode};

use super::error::{Error, ErrorKind};
use super::page::Page;
use super::request::{Operation, Request};
use crate::Timestamp;

/// Something that a client did. It holds no secret.
///
/// With the feature `tracing` each is also an event of that crate, at the level `DEBUG`, whose message is `request`, `page` or
/// `wait` and whose fields are those here.
///
/// ```
/// # use stixkit::taxii::{Client, Event, Transport};
/// # fn example<T: Transport>(client: Client<T>) -> Client<T> {
/// client.with_observer(|event| match event {
///     Event::Exchange(exchange) => eprintln!("{} {} {:?}", exchange.method, exchange.url, exchange.status),
///     Event::Page { objects, duplicates, .. } => eprintln!("{objects} objects, {duplicates} had before"),
///     _ => {}
/// })
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A request was answered, or failed.
    Exchange(Exchange),
    /// A page of a walk came.
    #[non_exhaustive]
    Page {
        /// Objects or records that are new.
        objects: u64,
        /// Of these, how many could not be read.
        rejected: u64,
        /// Objects or records that the walk had before.
        duplicates: u64,
        /// When the server got the first of them.
        added_first: Option<Timestamp>,
        /// When the server got the last of them.
        added_last: Option<Timestamp>,
        /// Whether there are more.
        more: Option<bool>,
    },
    /// The client waits before it sends a request.
    #[non_exhaustive]
    Wait {
        /// For how long.
        time: Duration,
        /// Whether the request was sent before. If not, the rate that was set holds it back.
        is_retry: bool,
    },
}

/// A request and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What was asked for.
    pub operation: Operation,
    /// The request's method.
    pub method: Method,
    /// The request's URL, without credentials.
    pub url: String,
    /// How often it had been sent before.
    pub attempt: u32,
    /// Bytes of the request's body.
    pub sent: u64,
    /// The answer's status; `None` where there was no answer.
    pub status: Option<StatusCode>,
    /// Bytes of the answer's body, decompressed.
    pub received: u64,
    /// Why there was no answer.
    pub error: Option<ErrorKind>,
}

impl Exchange {
    pub(super) fn new(request: &Request, attempt: u32, outcome: &Result<Response<Vec<u8>>, Error>) -> Self {
        let response = outcome.as_ref().ok();
        Self {
            operation: request.operation(),
            method: request.method().clone(),
            url: request.url().to_string(),
            attempt,
            sent: request.body().len() as u64,
            status: response.map(Response::status),
            received: response.map_or(0, |response| response.body().len() as u64),
            error: outcome.as_ref().err().map(Error::kind),
        }
    }
}

impl Event {
    /// The same for `tracing`, at the level `DEBUG`.
    #[cfg(feature = "tracing")]
    pub(super) fn trace(&self) {
        match self {
            Self::Exchange(exchange) => tracing::debug!(
                operation = ?exchange.operation,
                method = %exchange.method,
                url = exchange.url,
                attempt = exchange.attempt,
                sent = exchange.sent,
                status = exchange.status.map(|status| status.as_u16()),
                received = exchange.received,
                error = exchange.error.map(tracing::field::debug),
                "request"
            ),
            Self::Page { objects, rejected, duplicates, added_first, added_last, more } => tracing::debug!(
                objects,
                rejected,
                duplicates,
                added_first = added_first.as_ref().map(tracing::field::display),
                added_last = added_last.as_ref().map(tracing::field::display),
                more,
                "page"
            ),
            Self::Wait { time, is_retry } => tracing::debug!(?time, is_retry, "wait"),
        }
    }

    pub(super) fn from_page(page: &Page) -> Self {
        Self::Page {
            objects: page.len() as u64,
            rejected: page.rejected() as u64,
            duplicates: page.duplicates,
            added_first: page.headers.added_first.clone(),
            added_last: page.headers.added_last.clone(),
            more: page.more,
        }
    }
}
