//! What a client does, for logs and metrics.

use http::{Method, Response, StatusCode};

use super::error::{Error, ErrorKind};
use super::page::Page;
use super::request::{Operation, Request};
use crate::Timestamp;

/// Something that a client did. It holds no secret.
///
/// ```
/// # use stixkit::taxii::{Client, Event, Transport};
/// # fn example<T: Transport>(client: Client<T>) -> Client<T> {
/// client.on_event(|event| match event {
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
    pub(super) fn of_page(page: &Page) -> Self {
        Self::Page {
            objects: page.len() as u64,
            rejected: page.rejected() as u64,
            duplicates: page.duplicates,
            added_first: page.added_first.clone(),
            added_last: page.added_last.clone(),
            more: page.more,
        }
    }
}
