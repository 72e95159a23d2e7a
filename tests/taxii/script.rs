//! A transport that gives prepared answers.

use std::collections::VecDeque;
use std::sync::Mutex;

use http::{Request, Response};
use stixkit::taxii::{Transport, TransportError, TransportErrorKind};

/// What comes next.
pub(super) enum Answer {
    Response(Response<Vec<u8>>),
    Failure(TransportErrorKind),
}

/// Gives prepared answers in their order, and keeps what was asked. More requests than answers fail the test.
#[derive(Default)]
pub(super) struct Script {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Request<Vec<u8>>>>,
}

impl Script {
    pub(super) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    /// The requests, as method and URL.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|request| format!("{} {}", request.method(), request.uri())).collect()
    }

    /// A header of each request; `-` where it is absent.
    pub(super) fn headers(&self, name: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let header = |request: &Request<Vec<u8>>| {
            request
                .headers()
                .get(name)
                .map_or("-".into(), |value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        asked.iter().map(header).collect()
    }

    pub(super) fn bodies(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|request| String::from_utf8_lossy(request.body()).into_owned()).collect()
    }

    #[track_caller]
    pub(super) fn assert_used_up(&self) {
        assert_eq!(self.answers.lock().unwrap().len(), 0, "answers that were not asked for");
    }
}

impl Transport for Script {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let shown = format!("{} {}", request.method(), request.uri());
        self.asked.lock().unwrap().push(request);
        match self.answers.lock().unwrap().pop_front() {
            Some(Answer::Response(response)) if response.body().len() as u64 > max_body => {
                Err(TransportError::new(TransportErrorKind::TooLarge))
            }
            Some(Answer::Response(response)) => Ok(response),
            Some(Answer::Failure(kind)) => Err(TransportError::new(kind)),
            None => panic!("one request too many: {shown}"),
        }
    }
}

/// An answer with the type of TAXII 2.1.
pub(super) fn ok(body: &str) -> Answer {
    status(200, body)
}

pub(super) fn status(status: u16, body: &str) -> Answer {
    with(status, &[("content-type", "application/taxii+json;version=2.1")], body)
}

pub(super) fn with(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, value.as_bytes());
    }
    Answer::Response(response.body(body.as_bytes().to_vec()).unwrap())
}

/// A page of objects `x-a--<name>` with dates of addition: `page("a b", r#""more": true"#, Some((1, 2)))`. Dates are in
/// seconds of a minute.
pub(super) fn page(names: &str, members: &str, added: Option<(u32, u32)>) -> Answer {
    let time = |second| format!("2024-01-01T00:00:{second:02}.000000Z");
    let objects: Vec<_> = names.split_whitespace().map(object).collect();
    let comma = if members.is_empty() { "" } else { "," };
    let body = format!(r#"{{{members}{comma}"objects":[{}]}}"#, objects.join(","));
    let mut headers = vec![("content-type", "application/taxii+json;version=2.1".to_owned())];
    if let Some((first, last)) = added {
        headers.extend([("X-TAXII-Date-Added-First", time(first)), ("X-TAXII-Date-Added-Last", time(last))]);
    }
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    with(200, &headers, &body)
}

pub(super) fn object(name: &str) -> String {
    format!(r#"{{"type":"x-a","id":"x-a--{name}","modified":"2023-01-01T00:00:00.000Z"}}"#)
}
