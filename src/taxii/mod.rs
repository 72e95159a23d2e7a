//! TAXII: fetching objects from servers, and bringing objects to them.

mod add;
mod address;
mod answer;
mod checkpoint;
mod client;
mod credentials;
mod error;
mod event;
mod filter;
mod media;
mod options;
mod page;
mod poll;
mod request;
mod resource;
mod retry;
mod transport;
mod walk;

pub use add::{AddOptions, Added, AddedPart, Outcome};
pub use answer::Answer;
pub use checkpoint::Checkpoint;
pub use client::{Client, Discovered, Pages, Timer};
pub use credentials::{Credentials, Origin, Provider, ProviderError};
pub use error::{Error, ErrorKind};
pub use event::{Event, Exchange};
pub use filter::{Filter, VersionFilter};
pub use options::{Options, Rate, Retries, WalkOptions};
pub use page::{ContentRange, Page, PageObject};
pub use poll::{Change, Index, Mode, Polled, Poller, Ticket};
pub use request::{Operation, Part, Request, RootUrl};
pub use resource::{
    ApiRoot, Collection, Collections, Discovery, ErrorMessage, ManifestRecord, Status, StatusDetails, StatusWord,
    Versions,
};
pub use retry::Schedule;
pub use transport::{Transport, TransportError, TransportErrorKind};
pub use walk::{Dates, Progress, Walk};

/// A version of TAXII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new version is a new protocol")]
pub enum Version {
    /// TAXII 2.0 of 2017.
    V20,
    /// TAXII 2.1 of 2021.
    V21,
}
