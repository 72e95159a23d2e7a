//! TAXII 2.1 and 2.0: objects from servers, and objects for servers.
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
//! Whole programs are in the repository: `examples/taxii_poll`, which keeps its checkpoint in a file, and
//! `examples/taxii_push`. Both run without a server at hand.
//!
//! # In layers
//!
//! ```text
//! Client ── Poller ── Walk ── Request, Answer ── resources, Page
//!   └─ Transport (HttpTransport), Timer
//! ```
//!
//! - Resources ([`Discovery`], [`Collection`], [`Status`], …) read whatever servers send, and keep what they do not know.
//! - A [`Request`] is a value, made by a [`RootUrl`]; an [`Answer`] reads status, headers and bytes. Objects come through
//!   the crate's [`Reader`](crate::Reader): one that does not read is an item of its [`Page`] with the reason, and the
//!   page goes on.
//! - A [`Walk`] is a whole result page by page, and a [`Poller`] one after the other of them, with a [`Checkpoint`] to keep
//!   in between. They say what to ask and take what came, and send nothing: no socket, no clock, no runtime.
//! - A [`Client`] sends, over a [`Transport`]: credentials by origin, redirects, retries, a rate. It is asynchronous and
//!   knows no runtime: sleeping is for the caller's [`Timer`].
//! - With the feature `reqwest`, `HttpTransport` is a transport over sockets, and `Client::over_http` a client that uses it.
//!
//! # What it promises
//!
//! - **Nothing is lost in silence.** A walk gives every object, or ends with an error. It does not trust `next` to be valid
//!   twice, the page to be as long as was asked, or dates to be in order: see [`Walk`].
//! - **Nothing runs for ever.** Pages without anything new, cursors that expire, redirects and retries end.
//! - **No secret gets out.** [`Credentials`] go to the origin they are for and to no other; they are in no error, no event,
//!   no checkpoint and no debug output.
//! - **No answer costs more than its size.** [`Options::max_body`] bounds it, and [`Limits`](crate::reader::Limits) what is
//!   in it. A walk holds one page and the keys of the last instant's objects.
//!
//! # What it does not do
//!
//! - It asks no DNS. For domains that name their servers there, [`srv`] says what to ask for and in which order to try them.
//! - It does not run in the background: each page is asked for when it is wanted, or a bounded number
//!   [ahead](Pages::with_read_ahead).

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
