//! What a caller may decide, and what happens where he does not.

use std::time::Duration;

use super::credentials::Origin;
use super::version::Version;
use crate::reader::Limits;

/// How a client behaves. Every field has a default that suits an unknown server.
///
/// ```
/// use stixkit::taxii::{Options, Rate, Version};
/// use std::time::Duration;
///
/// let options = Options {
///     version: Some(Version::V21),
///     rate: Some(Rate { requests: 10, per: Duration::from_secs(600) }),
///     ..Options::default()
/// };
/// assert_eq!(options.limit, 500);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The version of TAXII. `None`, the default, finds out: 2.1 first, then 2.0.
    pub version: Option<Version>,
    /// How many objects a page may have. Default 500. It is in every request, since some servers send all they have
    /// where it is absent. It is at least 1.
    pub limit: u32,
    /// `User-Agent`. Default: the crate's name and version.
    pub user_agent: String,
    /// Origins to which plain `http` may go. Default none. To an origin that is not listed only `https` goes.
    pub allow_http: Vec<Origin>,
    /// Origins that a redirect may lead to, besides its own. Default none. They get credentials only if they have some of
    /// their own.
    pub allow_redirects: Vec<Origin>,
    /// Redirects to follow for one request. Default 5.
    pub max_redirects: u8,
    /// Whether API roots that discovery gives as `http://localhost/…` and the like are put on the origin of the discovery
    /// URL: servers behind a proxy know no better. Default no. It applies to roots with a name that only the server's
    /// own machine knows, and to roots that differ from the discovery URL in nothing but `http`.
    pub rebase_roots: bool,
    /// Whether answers with a wrong media type are refused. Default no: they are taken where they are JSON, and
    /// [`PageHeaders::media_type`](super::PageHeaders::media_type) says what they claim to be.
    pub strict: bool,
    /// The largest answer in bytes, after decompression. Default 256 MiB.
    pub max_body: u64,
    /// Limits on objects in a page.
    pub limits: Limits,
    /// When to send a request again.
    pub retries: Retries,
    /// How many requests in how much time. Default: no bound.
    pub rate: Option<Rate>,
    /// How a walk goes on where a server makes it hard.
    pub walk: WalkOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: None,
            limit: 500,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_http: Vec::new(),
            allow_redirects: Vec::new(),
            max_redirects: 5,
            rebase_roots: false,
            strict: false,
            max_body: 256 << 20,
            limits: Limits::default(),
            retries: Retries::default(),
            rate: None,
            walk: WalkOptions::default(),
        }
    }
}

/// When a request is sent again, and how long to wait before.
///
/// A `GET` is sent again after 429, 502, 503 and 504, and where no connection came about or the answer broke off; not
/// where it holds a `next`, which some servers honour once: there the walk takes another way. A `POST` is sent again
/// where the server cannot have taken it: without a connection, after 429, and after 503 with `Retry-After`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often a request is sent again. Default 4.
    pub max: u32,
    /// The first wait. Default one second. It doubles each time, and half of it is left to chance.
    pub first: Duration,
    /// The longest wait, also where the server asks for more: then the error comes at once, and
    /// [`Error::retry_after`](super::Error::retry_after) says for how long. Default two minutes.
    pub longest: Duration,
    /// The sum of all waits for one request. Default ten minutes.
    pub budget: Duration,
    /// Where chance starts. Clients of one program should differ in it. Default 0.
    pub seed: u64,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            max: 4,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(120),
            budget: Duration::from_secs(600),
            seed: 0,
        }
    }
}

/// A bound on requests: in any span of `per`, at most `requests` are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many. At least 1.
    pub requests: u32,
    /// In how much time.
    pub per: Duration,
}

/// How a walk behaves where a server makes it hard, and when it ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkOptions {
    /// Pages in a row that may bring nothing new while the server says that there is more. Default 3.
    pub max_idle: u32,
    /// How large `limit` may become where more objects than a page holds were added at one instant. Default 100,000.
    pub max_limit: u32,
    /// How many objects may be remembered to recognize what a server sends twice: those of the last instant, and those
    /// of pages without dates. Default 200,000. Beyond that they are forgotten, and a walk whose cursor is lost ends
    /// with an error where it would have to go over them again.
    pub max_remembered: usize,
    /// Whether the manifest is asked for the date of the last object where a page has none and no `next`. Default yes.
    pub ask_manifest: bool,
    /// Whether the server answers the same `next` with the same page as often as it is asked. Default no: some servers
    /// go on with the page behind. Where it is set, a walk whose answer got lost asks again, and a poll can go on in the
    /// middle of a walk although dates cannot be relied on.
    pub next_repeats: bool,
    /// How far before the last date the next poll starts, for servers that add objects with dates of the past. Default
    /// a microsecond. What comes again is recognized and dropped, so all objects of that span are remembered.
    pub overlap: Duration,
    /// The most pages. Default no cap.
    pub max_pages: Option<u64>,
    /// The most objects. Default no cap.
    pub max_objects: Option<u64>,
    /// The most time, by the client's timer. Default no cap.
    pub max_time: Option<Duration>,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            max_idle: 3,
            max_limit: 100_000,
            max_remembered: 200_000,
            ask_manifest: true,
            next_repeats: false,
            overlap: Duration::from_micros(1),
            max_pages: None,
            max_objects: None,
            max_time: None,
        }
    }
}
