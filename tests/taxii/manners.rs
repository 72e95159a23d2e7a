//! Servers in the manner of products that are in use, each with what a walk over it brings and whether it is complete.
//!
//! They are written from the products' documentation, their public sources and reports about them. What they share with
//! other servers is in [`server`](super::server).

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use http::{Request, Response};
use stixkit::taxii::{
    ErrorKind, Filter, ObjectIndex, Options, PollMode, Poller, Progress, Transport, TransportError, Version, Walk,
    WalkOptions,
};

use super::server::{Held, Next, Server, Ways, collection, time};
use super::{block_on, client, ids, root, v20, v21};

/// How many objects came, each once, why it did not come to its end, and what the walk did.
fn walk<T: Transport>(server: T, options: Options) -> (usize, Option<ErrorKind>, Progress) {
    let root = root(options.version.unwrap_or(Version::V21));
    let client = client(server, options);
    let mut pages = client.pages(Walk::objects(&root, "c", Filter::new(), client.options()));
    let (mut all, mut error) = (Vec::new(), None);
    while error.is_none() {
        match block_on(pages.next_page()) {
            Ok(Some(page)) => all.push(page),
            Ok(None) => break,
            Err(reason) => error = Some(reason.kind()),
        }
    }
    let ids = ids(&all);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "some came twice");
    (ids.len(), error, pages.walk().progress())
}

/// What each of some polls brings, and how much the last one covered.
fn polls<T: Transport>(
    server: T,
    options: Options,
    index: Option<ObjectIndex>,
    count: usize,
) -> (Vec<usize>, PollMode) {
    let root = root(options.version.unwrap_or(Version::V21));
    let client = client(server, options);
    let mut poller = Poller::objects(&root, "c", Filter::new(), client.options());
    if let Some(index) = index {
        poller = poller.with_index(index);
    }
    let mut came = Vec::new();
    for _ in 0..count {
        let mut new = 0;
        while let Some(polled) = block_on(client.poll(&mut poller)).unwrap() {
            new += polled.page.len();
            poller.acknowledge(polled.ticket);
        }
        assert!(poller.checkpoint().unwrap().is_complete());
        came.push(new);
    }
    (came, poller.mode().clone())
}

type Query = HashMap<String, String>;

/// A server that is a function of the request, of its query, and of how many requests came before.
struct Manner<F> {
    answer: F,
    requests: Mutex<usize>,
}

impl<F: Fn(&Request<Vec<u8>>, &Query, usize) -> Response<Vec<u8>> + Send + Sync> Manner<F> {
    fn new(answer: F) -> Self {
        Self { answer, requests: Mutex::new(0) }
    }
}

impl<F: Fn(&Request<Vec<u8>>, &Query, usize) -> Response<Vec<u8>> + Send + Sync> Transport for Manner<F> {
    async fn send(&self, request: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let mut requests = self.requests.lock().unwrap();
        assert!(*requests < 400, "too many requests: {}", request.uri());
        *requests += 1;
        let url = url::Url::parse(&request.uri().to_string()).unwrap();
        let query = url.query_pairs().into_owned().collect();
        Ok((self.answer)(&request, &query, *requests - 1))
    }
}

fn answer(status: u16, headers: &[(&str, String)], body: &str) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(status).header("content-type", "application/taxii+json;version=2.1");
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(body.as_bytes().to_vec()).unwrap()
}

fn millis(micros: i64) -> String {
    time(micros).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn write(held: &Held) -> String {
    format!(r#"{{"type":"x-a","id":"{}","modified":"{}"}}"#, held.id, millis(held.modified))
}

fn number(query: &Query, name: &str) -> Option<usize> {
    query.get(name).map(|text| text.parse().unwrap())
}

/// Pages by date alone, at most ten objects, and `more` without `next`.
#[test]
fn freetaxii() {
    for (count, ties, expected, error) in [
        (500, 1, 500, None),
        (500, 7, 500, None),
        (10, 10, 10, None),
        // An instant of more than a page: its manifest has pages of ten, too.
        (500, 10, 10, Some(ErrorKind::NoProgress)),
    ] {
        let server = || Server::new(Ways::v21(Next::None, 10), collection(count, ties)).max_requests(400);
        let (came, why, progress) = walk(server(), v21(500));
        assert_eq!((came, why, progress.gaps), (expected, error, 0), "{count} {ties}");
        if error.is_none() {
            let (came, mode) = polls(server(), v21(500), None, 3);
            assert_eq!((came, mode), (vec![count, 0, 0], PollMode::Incremental));
        }
    }
    let lenient = v21(500).with_walk(WalkOptions::default().with_accept_gaps(true));
    let server = Server::new(Ways::v21(Next::None, 10), collection(500, 10)).max_requests(400);
    let (came, why, progress) = walk(server, lenient);
    assert_eq!((came, why, progress.gaps), (500, None, 49), "each gap is counted, though nothing was behind it");
}

/// Cortex XSOAR. Sorted by modification, `added_after` is "modified at or after"; the headers are `created` of the last
/// object and of the first one; objects are asked for neither by id nor by version; an extension follows each page.
fn xsoar(held: &[Held], query: &Query) -> Result<Vec<Held>, u16> {
    if query.contains_key("match[id]") || query.contains_key("match[version]") {
        return Err(404);
    }
    let after = query.get("added_after").map(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.fZ"));
    let after = after.transpose().map_err(|_| 400_u16)?;
    let mut held = held.to_vec();
    held.sort_by_key(|held| (held.modified, held.id.clone()));
    held.retain(|held| after.is_none_or(|after| time(held.modified) >= after.and_utc()));
    Ok(held)
}

const EXTENSION: &str = r#"{"type":"extension-definition","id":"extension-definition--1","name":"x"}"#;

fn xsoar_body(page: &[Held], has_extension: bool) -> String {
    let extension = has_extension.then(|| EXTENSION.to_owned());
    page.iter().map(write).chain(extension).collect::<Vec<_>>().join(",")
}

fn xsoar_dates(page: &[Held]) -> Vec<(&'static str, String)> {
    let Some((first, last)) = page.last().zip(page.first()) else { return Vec::new() };
    vec![("X-TAXII-Date-Added-First", millis(first.added)), ("X-TAXII-Date-Added-Last", millis(last.added))]
}

fn collection_over_minutes(count: usize) -> Vec<Held> {
    collection(count, 3).into_iter().map(|held| Held { added: held.added * 1000, ..held }).collect()
}

/// `next` is the limit and the offset in one; there is more if the total is more than 0.9 of that, and the place behind
/// the end is 416.
fn xsoar_21(count: usize, has_extension: bool, most: usize) -> impl Transport {
    let held = collection_over_minutes(count);
    Manner::new(move |_, query, _| {
        let all = match xsoar(&held, query) {
            Ok(all) => all,
            Err(status) => return answer(status, &[], r#"{"title":"Objects Request Error"}"#),
        };
        let (limit, offset) = (number(query, "limit").unwrap().min(most), number(query, "next").unwrap_or(0));
        let page: Vec<_> = all.iter().skip(offset).take(limit).cloned().collect();
        if page.is_empty() && !all.is_empty() {
            return answer(416, &[], r#"{"title":"Objects Request Error"}"#);
        }
        let is_more = all.len() * 10 > (offset + limit) * 9;
        let more = if is_more { format!(r#","more":true,"next":"{}""#, offset + limit) } else { String::new() };
        let body = format!(r#"{{"objects":[{}]{more}}}"#, xsoar_body(&page, has_extension && !page.is_empty()));
        answer(200, &xsoar_dates(&page), &body)
    })
}

#[test]
fn cortex_xsoar_21() {
    for has_extension in [false, true] {
        for (count, limit, most, is_inferred) in
            [(500, 50, 100, true), (500, 500, 100, true), (57, 10, 100, true), (51, 10, 10, false), (0, 10, 100, false)]
        {
            let about = format!("{has_extension} {count} {limit} {most}");
            let (came, error, progress) = walk(xsoar_21(count, has_extension, most), v21(limit));
            let expected = count + usize::from(has_extension && count > 0);
            assert_eq!((came, error), (expected, None), "{about}");
            assert_eq!(progress.is_end_inferred, is_inferred, "{about}");
            assert!(progress.restarts <= 1, "{about}");
        }
    }
    // Its dates are of no use: without an index each poll is over everything.
    let (came, mode) = polls(xsoar_21(500, true, 100), v21(50), Some(ObjectIndex::new()), 3);
    assert_eq!(came, [501, 0, 0]);
    assert!(matches!(mode, PollMode::Full(_)), "{mode:?}");
}

/// A range is split at a blank, `items=` is refused, the end of the range is the length of the page, and the status is
/// always 200.
fn xsoar_20(count: usize, has_extension: bool) -> impl Transport {
    let held = collection_over_minutes(count);
    Manner::new(move |request, query, _| {
        let all = match xsoar(&held, query) {
            Ok(all) => all,
            Err(status) => return answer(status, &[], r#"{"title":"Objects Request Error"}"#),
        };
        let range = request.headers().get("range").map_or("", |range| range.to_str().unwrap());
        let parts = range.split_once(' ').and_then(|(_, range)| range.split_once('-'));
        let Some((first, last)) = parts else { return answer(416, &[], r#"{"title":"Range header"}"#) };
        let (offset, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        let page: Vec<_> = all.iter().skip(offset).take(last - offset).cloned().collect();
        if page.is_empty() && !all.is_empty() {
            return answer(416, &[], r#"{"title":"Objects Request Error"}"#);
        }
        let mut headers = xsoar_dates(&page);
        headers.push(("Content-Range", format!("items {offset}-{}/{}", page.len(), all.len())));
        let body = xsoar_body(&page, has_extension && !page.is_empty());
        answer(200, &headers, &format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{body}]}}"#))
    })
}

#[test]
fn cortex_xsoar_20() {
    for (count, limit) in [(500, 50), (500, 500), (500, 1000), (57, 10), (1, 10), (0, 10)] {
        let (came, error, _) = walk(xsoar_20(count, false), v20(limit));
        assert_eq!((came, error), (count, None), "{count} {limit}");
    }
    let (came, _) = polls(xsoar_20(500, false), v20(50), Some(ObjectIndex::new()), 3);
    assert_eq!(came, [500, 0, 0]);
}

#[test]
fn cortex_xsoar_20_with_extensions() {
    // The extension behind each page is counted in no range: a place after all objects that came would be one too far.
    for (count, limit) in [(500, 50), (500, 500), (57, 10), (1, 10)] {
        let (came, error, _) = walk(xsoar_20(count, true), v20(limit));
        assert_eq!((came, error), (count + 1, None), "{count} {limit}");
    }
}

/// OpenCTI. `next` is a cursor on every page, empty if the page is, and `more` is always there.
fn opencti(count: usize, is_old: bool) -> impl Transport {
    let held = collection(count, 3);
    Manner::new(move |_, query, _| {
        let after = query.get("added_after").map(|text| text.parse::<DateTime<Utc>>().unwrap());
        let is_after = |held: &&Held| {
            let date = time(held.added);
            after.is_none_or(|after| if is_old { date >= after } else { date > after })
        };
        // The cursor has the values that the page was sorted by.
        let cursor = |held: &Held| format!("[{},\"{}\"]", held.added, held.id);
        let passed = query.get("next").filter(|next| !next.is_empty());
        let all: Vec<_> = held.iter().filter(is_after).cloned().collect();
        let start = passed.map_or(0, |next| all.iter().position(|held| cursor(held) == *next).unwrap() + 1);
        let page: Vec<_> = all.iter().skip(start).take(number(query, "limit").unwrap().min(100)).cloned().collect();
        let is_more = start + page.len() < all.len();
        let dates: Vec<_> = match page.first().zip(page.last()) {
            Some((first, last)) if !is_old => {
                let dates = [("First", first.added), ("Last", last.added)];
                dates.map(|(name, date)| (format!("X-TAXII-Date-Added-{name}"), millis(date))).into()
            }
            _ if is_old => {
                ["First", "Last"].map(|name| (format!("X-TAXII-Date-Added-{name}"), "undefined".into())).into()
            }
            _ => Vec::new(),
        };
        let dates: Vec<_> = dates.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let next = page.last().map(cursor).unwrap_or_default().replace('"', "\\\"");
        let objects = page.iter().map(write).collect::<Vec<_>>().join(",");
        answer(200, &dates, &format!(r#"{{"more":{is_more},"next":"{next}","objects":[{objects}]}}"#))
    })
}

#[test]
fn opencti_before_2024() {
    for (count, limit) in [(500, 500), (500, 50), (57, 10), (0, 10)] {
        let (came, error, progress) = walk(opencti(count, true), v21(limit));
        assert_eq!((came, error, progress.restarts), (count, None, 0), "{count} {limit}");
    }
    // A date that is "undefined" is of no use.
    let (came, mode) = polls(opencti(500, true), v21(50), None, 2);
    assert_eq!(came, [500, 500]);
    assert!(matches!(mode, PollMode::Full(_)), "{mode:?}");
    assert_eq!(polls(opencti(500, true), v21(50), Some(ObjectIndex::new()), 3).0, [500, 0, 0]);
}

#[test]
fn opencti_since_2024() {
    for (count, limit) in [(500, 500), (500, 50), (57, 10), (0, 10)] {
        let (came, error, progress) = walk(opencti(count, false), v21(limit));
        assert_eq!((came, error, progress.restarts), (count, None, 0), "{count} {limit}");
    }
    assert_eq!(polls(opencti(500, false), v21(50), None, 3), (vec![500, 0, 0], PollMode::Incremental));
}

/// A limit of over 100 is 422, with a list of what is wrong.
#[test]
fn fastapi_with_a_maximum_of_100() {
    for next in [Next::Place, Next::Number, Next::Offset, Next::None] {
        let refuse = |query: &Query| number(query, "limit").is_none_or(|limit| limit > 100);
        let held = collection(500, 3);
        let server = Server::new(Ways::v21(next, 1000), held.clone());
        let manner = Fronted { server, refuse: Box::new(refuse) };
        let (came, error, progress) = walk(manner, v21(500));
        assert_eq!((came, error, progress.restarts), (500, None, 0), "{next:?}");
        let manner = Fronted { server: Server::new(Ways::v21(next, 1000), held), refuse: Box::new(refuse) };
        assert_eq!(polls(manner, v21(500), None, 3).0, [500, 0, 0], "{next:?}");
    }
}

/// A server behind something that refuses some requests with 422.
struct Fronted {
    server: Server,
    refuse: Box<dyn Fn(&Query) -> bool + Send + Sync>,
}

impl Transport for Fronted {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let url = url::Url::parse(&request.uri().to_string()).unwrap();
        if (self.refuse)(&url.query_pairs().into_owned().collect()) {
            let detail =
                r#"{"detail":[{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less"}]}"#;
            let response = Response::builder().status(422).header("content-type", "application/json");
            return Ok(response.body(detail.as_bytes().to_vec()).unwrap());
        }
        self.server.send(request, max_body).await
    }
}

/// Two servers with the same objects, each with cursors of its own, that get requests in some order.
struct Balanced {
    backends: [Server; 2],
    requests: Mutex<usize>,
    order: fn(usize) -> usize,
}

impl Transport for Balanced {
    async fn send(&self, request: Request<Vec<u8>>, max_body: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let backend = {
            let mut requests = self.requests.lock().unwrap();
            *requests += 1;
            (self.order)(*requests) % 2
        };
        let mut response = self.backends[backend].send(request.clone(), max_body).await?;
        // A cursor names its backend, and is not known to the other.
        let body = String::from_utf8(std::mem::take(response.body_mut())).unwrap();
        let asked = request.uri().query().unwrap_or_default().contains("next=");
        let is_own = request.uri().query().unwrap_or_default().contains(&format!("backend{backend}"));
        if asked && !is_own {
            return Ok(answer(404, &[], r#"{"title":"unknown cursor"}"#));
        }
        *response.body_mut() = body.into_bytes();
        Ok(response)
    }
}

#[test]
fn a_cursor_known_to_one_of_two_backends() {
    let backend = |name: &'static str, ties| {
        Server::new(Ways { cursor: name, ..Ways::v21(Next::Moving, 100) }, collection(500, ties)).max_requests(400)
    };
    // By turns no cursor ever works; otherwise some do.
    for order in [|at: usize| at, |at: usize| at / 2, |at: usize| (at * 2_654_435_761) >> 7, |_: usize| 0] {
        for ties in [1, 7] {
            let balanced = || Balanced {
                backends: [backend("backend0-", ties), backend("backend1-", ties)],
                requests: Mutex::new(0),
                order,
            };
            let (came, error, _) = walk(balanced(), v21(50));
            assert_eq!((came, error), (500, None), "{ties}");
            assert_eq!(polls(balanced(), v21(50), None, 3).0, [500, 0, 0], "{ties}");
        }
    }
}
