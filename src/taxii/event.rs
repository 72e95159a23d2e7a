//! Events of a client, for logs and metrics.

use std::time::Duration;

use http::{Method, Response, StatusCode};

use super::error::{Error, ErrorKind};
use super::page::Page;
use super::request::{Operation, Request};
use crate::Timestamp;

/// An event of a client. It contains no secret.
///
/// With the feature `tracing`, each event is also an event of that crate, at the level `DEBUG`. Its
/// message is `request`, `page` or `wait`, and its fields are the same.
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
    /// A page of a walk was received.
    #[non_exhaustive]
    Page {
        /// How many objects or records are new.
        objects: u64,
        /// How many of the new ones could not be read.
        rejected: u64,
        /// How many objects or records were dropped because the walk has already returned them.
        duplicates: u64,
        /// When the server received the first object of the page.
        added_first: Option<Timestamp>,
        /// When the server received the last object of the page.
        added_last: Option<Timestamp>,
        /// Whether there are more.
        more: Option<bool>,
    },
    /// The client waits before it sends a request.
    #[non_exhaustive]
    Wait {
        /// For how long.
        time: Duration,
        /// Whether the wait is for a retry. If not, it is for the rate.
        is_retry: bool,
    },
}

/// A request and its result.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The operation of the request.
    pub operation: Operation,
    /// The request's method.
    pub method: Method,
    /// The request's URL, without credentials.
    pub url: String,
    /// How often the request had been sent before.
    pub attempt: u32,
    /// Bytes of the request's body.
    pub sent: u64,
    /// The answer's status; `None` if there was no answer.
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
    /// Reports the event to `tracing`, at the level `DEBUG`.
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
