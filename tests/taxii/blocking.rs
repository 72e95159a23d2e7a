//! The client that waits, over a transport in memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use stixkit::taxii::{self, ErrorKind, Filter, Options, RootUrl, Transport, TransportError, Version, blocking};

const TYPE: &str = "application/taxii+json;version=2.1";

/// A collection of two pages.
#[derive(Default)]
struct Server(AtomicUsize);

impl Transport for Server {
    async fn send(&self, request: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        let page = self.0.fetch_add(1, Ordering::Relaxed);
        let body = match (request.uri().path().ends_with("/objects/"), page) {
            (true, 0) => r#"{"more":true,"next":"b","objects":[{"type":"url","id":"url--1","value":"a"}]}"#,
            (true, _) => r#"{"objects":[{"type":"url","id":"url--2","value":"b"}]}"#,
            _ => r#"{"collections":[{"id":"c","title":"C","can_read":true,"can_write":false}]}"#,
        };
        Ok(Response::builder().header("content-type", TYPE).body(body.as_bytes().to_vec()).unwrap())
    }
}

fn client() -> blocking::Client<Server> {
    let client = taxii::Client::new(Server::default(), "https://taxii.example/", Options::default()).unwrap();
    blocking::Client::new(client.with_timer(tokio::time::sleep)).unwrap()
}

fn root() -> RootUrl {
    RootUrl::new("https://taxii.example/api/", Version::V21, &Options::default()).unwrap()
}

#[test]
fn pages_come_without_a_runtime() {
    let client = client();
    let pages = client.objects(&root(), "c", Filter::new());
    let objects: Vec<_> = pages.map(|page| page.unwrap().len()).collect();
    assert_eq!(objects, [1, 1]);
    assert_eq!(client.collections(&root()).unwrap().collections.len(), 1);
}

#[test]
fn inside_of_a_runtime_it_is_an_error_and_no_panic() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { assert_is_refused(client()) });
}

fn assert_is_refused(client: blocking::Client<Server>) {
    let error = client.collections(&root()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("async runtime"), "{error}");
    assert!(client.objects(&root(), "c", Filter::new()).next().unwrap().is_err());
}
