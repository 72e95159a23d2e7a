//! The TAXII client against servers in memory: no socket, no runtime, no waiting.
//!
//! A [`Script`](script::Script) gives prepared answers one after the other; a [`Server`](server::Server) has a collection and
//! the ways of real servers. Both give no more than a bounded number of answers, so that no test runs for ever.

mod adding;
#[cfg(feature = "blocking")]
mod blocking;
mod cases;
mod faults;
#[cfg(feature = "reqwest")]
mod https;
mod interop;
mod manners;
mod network;
mod polling;
mod property;
mod script;
mod server;
mod walks;
mod workbench;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use stixkit::taxii::{Client, Options, Origin, Page, RootUrl, Timer, Transport, Version};

const ROOT: &str = "https://taxii.example/api1/";

/// Runs a future of a client. Nothing here ever waits for anything outside, so it is ready at once.
#[track_caller]
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    panic!("a future that waits for nothing");
}

/// A clock that sleeping moves forward.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn slept(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Timer for Clock {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        // A wait of less than a millisecond still is one.
        self.0.fetch_add(duration.as_micros().div_ceil(1000) as u64, Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }

    fn now(&self) -> Duration {
        self.slept()
    }
}

fn root(version: Version) -> RootUrl {
    RootUrl::new(ROOT, version, &Options::default()).unwrap()
}

fn v21(limit: u32) -> Options {
    Options::default().with_version(Version::V21).with_limit(limit)
}

fn v20(limit: u32) -> Options {
    Options::default().with_version(Version::V20).with_limit(limit)
}

fn client<T: Transport>(transport: T, options: Options) -> Client<T> {
    Client::new(transport, "https://taxii.example/", options).unwrap().with_timer(Clock::default())
}

fn origin(url: &str) -> Origin {
    url.parse().unwrap()
}

/// The identifiers of all that pages have, rejected items included.
fn ids(pages: &[Page]) -> Vec<String> {
    let mut ids = Vec::new();
    for page in pages {
        for object in &page.objects {
            ids.push(match &object.item {
                stixkit::reader::Item::Object(accepted) => accepted.object.id().to_string(),
                stixkit::reader::Item::Rejected(rejected) => rejected.id.clone().unwrap_or_default(),
            });
        }
        ids.extend(page.records.iter().map(|record| record.id.clone()));
    }
    ids
}
