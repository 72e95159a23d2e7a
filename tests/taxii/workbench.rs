//! A server with all the ways of the ATT&CK workbench at once: one exact media range or 400, sorted by id, the STIX `created`
//! for a date of addition, the page's number for `next`, no manifest behind a date, ten requests in ten minutes, nothing
//! to write.

use std::sync::Mutex;
use std::time::Duration;

use http::{Request, Response};
use stixkit::object::Tool;
use stixkit::taxii::{
    AddOptions, Client, ErrorKind, Filter, ObjectIndex, Options, PollMode, Poller, Rate, Transport, TransportError,
    Version,
};
use stixkit::{Object, Timestamp};

use super::server::{Held, Next, Server, Ways, collection};
use super::{Clock, block_on, ids, root, v21};

const PERIOD: Duration = Duration::from_secs(600);

struct Workbench {
    server: Server,
    clock: Clock,
    /// When each request came.
    log: Mutex<Vec<Duration>>,
}

impl Workbench {
    fn new(clock: &Clock, objects: usize) -> Self {
        let ways = Ways { is_by_id: true, ..Ways::v21(Next::Number, 1000) };
        Self { server: Server::new(ways, collection(objects, 1)), clock: clock.clone(), log: Mutex::default() }
    }

    fn refuses(&self, request: &Request<Vec<u8>>) -> Option<u16> {
        let now = self.clock.slept();
        let mut log = self.log.lock().unwrap();
        let recent = log.iter().filter(|time| **time + PERIOD > now).count();
        log.push(now);
        let uri = request.uri();
        let is_dated = uri.query().unwrap_or_default().contains("added_after");
        match () {
            () if recent >= 10 => Some(429),
            () if request.headers()["accept"] != "application/taxii+json;version=2.1" => Some(400),
            () if request.method() != http::Method::GET => Some(503),
            () if uri.path().ends_with("/manifest/") && is_dated => Some(400),
            () => None,
        }
    }
}

impl Transport for Workbench {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        match self.refuses(&request) {
            Some(status) => Ok(Response::builder().status(status).body(Vec::new()).unwrap()),
            None => self.server.send(request, max_body).await,
        }
    }
}

fn options() -> Options {
    v21(100).with_rate(Rate::new(10, PERIOD))
}

fn client<'w>(workbench: &'w Workbench, clock: &Clock) -> Client<&'w Workbench> {
    Client::new(workbench, "https://taxii.example/", options()).unwrap().with_timer(clock.clone())
}

#[track_caller]
fn poll(client: &Client<&Workbench>, poller: &mut Poller) -> Vec<String> {
    let mut pages = Vec::new();
    while let Some(polled) = block_on(client.poll(poller)).unwrap() {
        pages.push(polled.page);
        poller.acknowledge(polled.ticket);
    }
    ids(&pages)
}

#[test]
fn polls_are_whole_within_the_rate_and_find_changes() {
    let clock = Clock::default();
    let workbench = Workbench::new(&clock, 2500);
    let client = client(&workbench, &clock);
    let mut poller =
        Poller::objects(&root(Version::V21), "c", Filter::new(), &options()).with_index(ObjectIndex::new());
    assert_eq!(poll(&client, &mut poller).len(), 2500);
    // Twenty-five requests, ten of them at once.
    assert_eq!(workbench.log.lock().unwrap().len(), 25);
    assert_eq!(clock.slept(), 2 * PERIOD);

    // A version of an old object is no news by its date of creation.
    workbench.server.add(Held { id: "x-a--00042".into(), added: 42_000_000, modified: 99_000_000 });
    workbench.server.change(|held| held.retain(|held| held.id != "x-a--00007"));
    assert_eq!(poll(&client, &mut poller), ["x-a--00042"]);
    assert!(matches!(poller.mode(), PollMode::Full(_)));
    assert_eq!(poller.index_mut().unwrap().end(), ["x-a--00007"]);
}

#[test]
fn the_manifest_is_read_whole() {
    let clock = Clock::default();
    let workbench = Workbench::new(&clock, 500);
    let client = client(&workbench, &clock);
    let mut poller =
        Poller::manifest(&root(Version::V21), "c", Filter::new(), &options()).with_index(ObjectIndex::new());
    assert_eq!(poll(&client, &mut poller).len(), 500);
    assert!(poll(&client, &mut poller).is_empty());
}

#[test]
fn what_is_not_implemented_is_not_tried_again() {
    let clock = Clock::default();
    let workbench = Workbench::new(&clock, 1);
    let client = client(&workbench, &clock);
    let now: Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    let tool: Object = Tool::new(now, "tool").into();
    let added = block_on(client.add(&root(Version::V21), "c", [&tool], &AddOptions::default())).unwrap();
    let error = added.parts[0].error.as_ref().unwrap();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Temporary, 503));
    let error = block_on(client.delete(&root(Version::V21), "c", "tool--x", &Filter::new())).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!((workbench.log.lock().unwrap().len(), clock.slept()), (2, Duration::ZERO));
}
