//! Measures a walk over a million objects: what the client needs beside the reader alone, and its memory.
//!
//! ```text
//! cargo bench --features taxii --bench measure_walk [-- OBJECTS]
//! ```
//!
//! The server is a transport in this process that makes each page when it is asked for. Before it gives one away it reads
//! it, with the crate's reader alone. Both times come from the same run; making pages counts for neither.
//!
//! With `--test` it walks over a hundredth of the objects, to show that it works, and asks nothing of its time.

use std::alloc::System;
use std::fmt::Write as _;
use std::future::Future;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use cap::Cap;
use http::{Request, Response};
use stixkit::Reader;
use stixkit::taxii::{Client, Error, Filter, Options, RootUrl, Transport, TransportError, Version};

#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

const OBJECTS: u64 = 1_000_000;
/// As many share each date of addition, so that no page ends where an instant does.
const TIES: u64 = 7;
const PAGE: u64 = 1000;

/// The promise: at most half of the reader's time on top of it.
const MAX_RATIO: f64 = 1.5;
/// The promise of flat memory, in bytes: a page of 0.5 MB, read, in both hands, and what a walk remembers.
const MAX_HEAP: usize = 8 << 20;

#[derive(Default)]
struct Server {
    objects: u64,
    spent: Mutex<Spent>,
}

#[derive(Clone, Copy, Default)]
struct Spent {
    bytes: u64,
    making: Duration,
    reading: Duration,
}

impl Server {
    fn page(&self, query: &str) -> Response<Vec<u8>> {
        let value = |name| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let start: u64 = value("next").map_or(0, |next| next.parse().expect("it is our own"));
        let limit: u64 = value("limit").map_or(PAGE, |limit| limit.parse().expect("the client sends a number"));
        let end = start.saturating_add(limit).min(self.objects);
        let mut body = String::with_capacity(limit as usize * 512);
        body.push('{');
        if end < self.objects {
            write!(body, r#""more":true,"next":"{end}","#).expect("strings take all");
        }
        body.push_str(r#""objects":["#);
        for number in start..end {
            let comma = if number > start { "," } else { "" };
            write!(
                body,
                r#"{comma}{{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{number:012x}","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"Indicator {number}","description":"Seen in a campaign against somebody, by somebody else.","indicator_types":["malicious-activity"],"confidence":80,"pattern":"[ipv4-addr:value = '10.{}.{}.{}']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2024-01-01T00:00:00.000Z","labels":["c2","test"]}}"#,
                number >> 16 & 255,
                number >> 8 & 255,
                number & 255
            )
            .expect("strings take all");
        }
        body.push_str("]}");
        Response::builder()
            .header("content-type", "application/taxii+json;version=2.1")
            .header("x-taxii-date-added-first", added(start))
            .header("x-taxii-date-added-last", added(end.saturating_sub(1)))
            .body(body.into_bytes())
            .expect("headers are text")
    }
}

/// When an object was added.
fn added(number: u64) -> String {
    let seconds = 1_704_067_200 + number / TIES;
    let instant = chrono::DateTime::from_timestamp(seconds as i64, 0).expect("it is in this century");
    instant.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

impl Transport for &Server {
    async fn send(&self, request: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
        let start = Instant::now();
        let response = self.page(request.uri().query().unwrap_or_default());
        let made = Instant::now();
        for item in Reader::from_slice(response.body()) {
            black_box(item).ok();
        }
        let mut spent = self.spent.lock().expect("nobody panics");
        spent.bytes += response.body().len() as u64;
        spent.making += made - start;
        spent.reading += made.elapsed();
        Ok(response)
    }
}

/// Nothing waits for anything outside, so a future is ready at once.
fn block_on<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the transport is always ready"),
    }
}

/// The objects that came, the time in all, what of it the server took, and the peak of the heap.
fn walk(objects: u64) -> Result<(u64, Duration, Spent, usize), Error> {
    let server = Server { objects, ..Server::default() };
    let options = Options::default().with_limit(PAGE as u32).with_version(Version::V21);
    let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &options)?;
    let client = Client::new(&server, "https://taxii.example/", options)?;
    let before = HEAP.max_allocated();
    let start = Instant::now();
    let mut pages = client.objects(&root, "indicators", Filter::new());
    let mut count = 0;
    while let Some(page) = block_on(pages.next_page())? {
        count += page.objects.len() as u64;
        black_box(&page);
    }
    let elapsed = start.elapsed();
    let spent = *server.spent.lock().expect("nobody panics");
    Ok((count, elapsed, spent, HEAP.max_allocated().max(before)))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let is_test = std::env::args().any(|arg| arg == "--test");
    // cargo adds options of its own.
    let count = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let objects = count.map_or(Ok(if is_test { OBJECTS / 100 } else { OBJECTS }), |text| text.parse())?;
    // The small one first: the peak only rises.
    let (_, _, _, small) = walk(objects / 20)?;
    let (count, elapsed, spent, whole) = walk(objects)?;
    let client = elapsed.saturating_sub(spent.making + spent.reading);
    let ratio = client.as_secs_f64() / spent.reading.as_secs_f64();
    let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
    let mut out = io::stdout().lock();
    writeln!(out, "objects              {count} of {objects}, {:.0} MB", spent.bytes as f64 / 1e6)?;
    writeln!(out, "reader alone         {:.0} ms", spent.reading.as_secs_f64() * 1e3)?;
    let walk = client.as_secs_f64() * 1e3;
    writeln!(out, "walk, reading in it  {walk:.0} ms: {ratio:.2} of the reader alone (at most {MAX_RATIO})")?;
    let [whole_mib, small_mib, max_mib] = [whole, small, MAX_HEAP].map(mib);
    writeln!(out, "peak heap            {whole_mib:.2} MiB, of a twentieth {small_mib:.2} MiB (at most {max_mib:.0})")?;
    if count != objects || (ratio > MAX_RATIO && !is_test) || whole > MAX_HEAP {
        return Err("a promise is not kept".into());
    }
    Ok(())
}
