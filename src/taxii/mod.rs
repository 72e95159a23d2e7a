//! TAXII: fetching objects from servers, and bringing objects to them.

mod address;
mod answer;
mod credentials;
mod error;
mod filter;
mod media;
mod options;
mod page;
mod request;
mod resource;
mod transport;

pub use answer::Answer;
pub use credentials::{Credentials, Origin, Provider, ProviderError};
pub use error::{Error, ErrorKind};
pub use filter::{Filter, VersionFilter};
pub use options::{Options, Rate, Retries, WalkOptions};
pub use page::{ContentRange, Page, PageObject};
pub use request::{Operation, Part, Request, RootUrl};
pub use resource::{
    ApiRoot, Collection, Collections, Discovery, ErrorMessage, ManifestRecord, Status, StatusDetails, StatusWord,
    Versions,
};
pub use transport::{Transport, TransportError, TransportErrorKind};

/// A version of TAXII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new version is a new protocol")]
pub enum Version {
    /// TAXII 2.0 of 2017.
    V20,
    /// TAXII 2.1 of 2021.
    V21,
}
