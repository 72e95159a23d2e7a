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
//! - **Memory is bounded.** [`Options::max_body`] bounds the size of an answer, and
//!   [`Limits`](crate::reader::Limits) the objects in it. A walk holds one page and the keys of the
//!   last instant's objects.
//!
//! # What it does not do
//!
//! - It does not perform DNS lookups. For domains that name their servers in DNS, [`srv`] returns
//!   the name to look up and the order in which to try the servers.
//! - It does not run in the background: each page is requested when the caller asks for it, or a
//!   bounded number of pages [ahead](Pages::with_read_ahead).

mod add;
mod address;
mod answer;
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
pub use options::{Options, Rate, Redirects, Retries, WalkOptions};
pub use page::{ContentRange, Page, PageHeaders, PageObject};
pub use pages::Pages;
pub use poll::{PollMode, Polled, Poller, Ticket};
pub use request::{Operation, Part, Request, RootUrl};
pub use resource::{
    ApiRoot, Collection, Collections, Discovery, ManifestRecord, Status, StatusDetails, StatusWord, Versions,
};
pub use retry::Schedule;
pub use timer::Timer;
pub use transport::{Transport, TransportError, TransportErrorKind};
pub use version::Version;
pub use walk::{Dates, Progress, Walk};
