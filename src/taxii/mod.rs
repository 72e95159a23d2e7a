//! A client for TAXII 2.1 and 2.0: polls collections, and adds objects to them.
//!
//! ```
//! # use stixkit::taxii::{Checkpoint, Client, Credentials, Error, Filter, Options, Poller, Timer, Transport};
//! # async fn example(
//! #     transport: impl Transport, timer: impl Timer + 'static, kept: Option<Checkpoint>,
//! # ) -> Result<Option<Checkpoint>, Error> {
//! let client = Client::new(transport, "https://taxii.example/", Options::default())?
//!     .with_credentials(Credentials::basic("reader", "password"))
//!     .with_timer(timer);
//! let root = client.root("/api1/").await?;
//! let collection = client.find_collection(&root, "Indicators").await?;
//! let mut poller = Poller::objects(&root, &collection.id, Filter::new(), client.options());
//! if let Some(kept) = kept {
//!     poller = poller.resume(kept)?;
//! }
//! while let Some(polled) = client.poll(&mut poller).await? {
//!     println!("{} objects are new", polled.page.len());
//!     poller.acknowledge(polled.ticket);
//! }
//! # Ok(poller.checkpoint().cloned())
//! # }
//! ```
//!
//! The repository contains complete programs: `examples/taxii_poll`, which keeps its checkpoint in
//! a file, and `examples/taxii_push`. Both start a sample server if they are given none.
//!
//! # In layers
//!
//! ```text
//! Client ── Poller ── Walk ── Request, Answer ── resources, Page
//!   └─ Transport (HttpTransport), Timer
//! ```
//!
//! - Resources ([`Discovery`], [`Collection`], [`Status`], …) accept whatever servers send, and
//!   keep unknown properties.
//! - A [`Request`] is a value, built by a [`RootUrl`]; an [`Answer`] reads status, headers and
//!   bytes. Objects are read by the crate's [`Reader`](crate::Reader): an object that cannot be
//!   read is an item of its [`Page`] with the reason, and does not affect the others.
//! - A [`Walk`] reads a whole result page by page, and a [`Poller`] makes one walk after the other,
//!   with a [`Checkpoint`] to keep in between. They build requests and take answers, and send
//!   nothing: no socket, no clock, no runtime.
//! - A [`Client`] sends requests over a [`Transport`]: with credentials by origin, redirects,
//!   retries and a rate. It is asynchronous and independent of the runtime: the caller provides a
//!   [`Timer`] to sleep.
//! - With the feature `reqwest`, `HttpTransport` is a transport over sockets, and
//!   `Client::over_http` returns a client that uses it.
//!
//! # What it promises
//!
//! - **Nothing is lost silently.** A walk returns every object, or ends with an error. It does not
//!   rely on `next` being valid twice, on pages being as long as requested, or on dates being in
//!   order: see [`Walk`].
//! - **Nothing runs forever.** Pages without anything new, cursors that expire, redirects and
//!   retries come to an end.
//! - **No secret leaks.** [`Credentials`] are sent only to their own origin; they do not appear in
//!   errors, events, checkpoints or debug output.
//! - **Memory is bounded.** A page takes at most a multiple of its size. A walk holds one page, its
//!   keys and those of the last instant's objects. Until the order of the server's dates is proven,
//!   it holds the keys of all objects, up to a bound.
//!
//! # Bounds
//!
//! Every wait, every transfer and every page has a bound, which an option names:
//!
//! | what | option | default |
//! |---|---|---|
//! | an answer, decompressed | [`AnswerLimits::max_body`] | 256 MiB |
//! | the memory of a page | [`AnswerLimits::page_memory`] | 16 times its size, and 32 MiB |
//! | objects of a page that cannot be read and are kept | [`AnswerLimits::max_rejected`] | 10,000; all are counted |
//! | keys that a walk remembers | [`WalkOptions::max_remembered`] | 200,000, and those of a page |
//! | one request with its answer | [`Options::timeout`] | 15 minutes |
//! | the same, in the bundled transport | `HttpOptions::timeout` | 15 minutes |
//! | between two pieces of an answer | `HttpOptions::read_timeout` | 3 minutes |
//! | the rate of an answer that takes longer than that | `HttpOptions::min_rate` | 1,024 bytes a second |
//! | retries of a request, one wait, all of its waits | [`Retries`] | 4, 2 minutes, 10 minutes |
//! | a wait between polls after a failure | [`Schedule::with_longest`] | an hour, whatever the server asks |
//! | pages or restarts in a row without anything new | [`WalkOptions::max_idle`] | 3 |
//! | requests for smaller pages in a row | – | 3: to a 64th of the page size |
//! | requests beside each page to prove the order of dates | – | 1; at the end of a walk 1 more |
//! | redirects of a request | [`Redirects::max`] | 5 |
//! | a whole walk | [`WalkOptions::max_time`], [`WalkOptions::max_pages`], [`WalkOptions::max_objects`] | none |
//!
//! A walk over a server that sends new objects without end has no end of its own: this is what the
//! caps in the last line are for. The times count by the client's [`Timer`]; a client without one
//! relies on the times of its transport.
//!
//! # What it does not do
//!
//! - It does not perform DNS lookups, as a resolver costs 29 crates. For domains that name their
//!   servers in DNS, [`srv`] returns the name to look up and the order in which to try the servers,
//!   and shows how to use a resolver of your own.
//! - It does not run in the background: each page is requested when the caller asks for it, or a
//!   bounded number of pages [ahead](Pages::with_read_ahead).

mod add;
mod address;
mod answer;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod budget;
mod checkpoint;
mod client;
mod credentials;
mod delivery;
mod discovery;
mod error;
mod event;
mod filter;
#[cfg(feature = "reqwest")]
mod https;
mod index;
mod key;
mod media;
mod message;
mod options;
mod page;
mod pages;
pub mod poll;
mod request;
mod resource;
mod retry;
pub mod srv;
mod timer;
mod transport;
mod version;
pub mod walk;

pub use add::{AddOptions, Added, AddedPart, Outcome};
pub use answer::Answer;
pub use checkpoint::Checkpoint;
pub use client::Client;
pub use credentials::{Credentials, Origin, Provider, ProviderError};
pub use discovery::Discovered;
pub use error::{Error, ErrorKind};
pub use event::{Event, Exchange};
pub use filter::{Filter, VersionFilter};
#[cfg(feature = "reqwest")]
pub use https::{ClientIdentity, HttpOptions, HttpTransport, Pin, Proxy, Tls};
pub use index::{ManifestChange, ObjectIndex};
pub use message::ErrorMessage;
pub use options::{AnswerLimits, Options, Rate, Redirects, Retries, WalkOptions};
pub use page::{ContentRange, Page, PageHeaders, PageObject};
pub use pages::Pages;
pub use poll::{PollMode, Polled, Poller, Ticket};
pub use request::{Operation, Part, Request, RootUrl};
pub use resource::{
    ApiRoot, Collection, Collections, Discovery, ManifestRecord, Status, StatusDetails, StatusWord, Versions,
};
pub use retry::Schedule;
pub use timer::Timer;
pub use transport::{DynTransport, SendFuture, Transport, TransportError, TransportErrorKind};
pub use version::Version;
pub use walk::{Dates, Progress, Walk};
