//! Client options and their defaults.

use std::time::Duration;

use super::credentials::Origin;
use super::version::Version;
use crate::reader::Limits;

/// How a client behaves. Every option has a default that suits an unknown server.
///
/// ```
/// use stixkit::taxii::{Options, Rate, Version};
/// use std::time::Duration;
///
/// let options = Options::default()
///     .with_version(Version::V21)
///     .with_rate(Rate::new(10, Duration::from_secs(600)));
/// assert_eq!(options.limit, 500);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The version of TAXII. `None`, the default, detects it: 2.1 first, then 2.0.
    pub version: Option<Version>,
    /// The page size: how many objects a page may have. Default 500. It is sent with every request,
    /// since some servers send everything if it is absent. It is at least 1.
    pub limit: u32,
    /// `User-Agent`. Default: the crate's name and version.
    pub user_agent: String,
    /// Origins to which plain `http` is allowed. Default none: every other origin requires `https`.
    pub allow_http: Vec<Origin>,
    /// Which redirects are followed.
    pub redirects: Redirects,
    /// Whether API roots that discovery lists as `http://localhost/…` and the like are moved to the
    /// origin of the discovery URL, because servers behind a proxy often do not know their own
    /// public name. Default no. It applies to roots whose host name is only valid on the server's
    /// own machine, and to roots that differ from the discovery URL only by `http`.
    pub rebase_roots: bool,
    /// Whether answers with a wrong media type are refused. Default no: they are accepted if they
    /// are JSON, and [`PageHeaders::media_type`](super::PageHeaders::media_type) contains the media
    /// type that was sent.
    pub strict: bool,
    /// How large answers may be, and how much of them is kept.
    pub answers: AnswerLimits,
    /// The most time for one request and its whole answer, by the client's timer; a client without
    /// a timer relies on the transport's. Default 15 minutes. Then it counts as lost, which the
    /// server may have seen.
    pub timeout: Duration,
    /// When a request is sent again.
    pub retries: Retries,
    /// How many requests may be sent in how much time. Default: no bound.
    pub rate: Option<Rate>,
    /// How a walk copes with difficult servers.
    pub walk: WalkOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: None,
            limit: 500,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_http: Vec::new(),
            redirects: Redirects::default(),
            rebase_roots: false,
            strict: false,
            answers: AnswerLimits::default(),
            timeout: Duration::from_secs(900),
            retries: Retries::default(),
            rate: None,
            walk: WalkOptions::default(),
        }
    }
}

impl Options {
    /// Sets the version of TAXII, so that it is not detected.
    #[must_use]
    pub fn with_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Sets the page size.
    #[must_use]
    pub fn with_limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the `User-Agent`.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the origins to which plain `http` is allowed.
    #[must_use]
    pub fn with_allow_http(mut self, origins: impl IntoIterator<Item = Origin>) -> Self {
        self.allow_http = origins.into_iter().collect();
        self
    }

    /// Sets which redirects are followed.
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Sets whether API roots are moved to the origin of the discovery URL.
    #[must_use]
    pub fn with_rebase_roots(mut self, rebase_roots: bool) -> Self {
        self.rebase_roots = rebase_roots;
        self
    }

    /// Sets whether answers with a wrong media type are refused.
    #[must_use]
    pub fn with_strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the most time for one request and its whole answer.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how large answers may be, and how much of them is kept.
    #[must_use]
    pub fn with_answers(mut self, answers: AnswerLimits) -> Self {
        self.answers = answers;
        self
    }

    /// Sets when a request is sent again.
    #[must_use]
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Sets how many requests may be sent in how much time.
    #[must_use]
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Sets how a walk copes with difficult servers.
    #[must_use]
    pub fn with_walk(mut self, walk: WalkOptions) -> Self {
        self.walk = walk;
        self
    }
}

/// How large answers may be, and how much of them is kept.
///
/// ```
/// use stixkit::taxii::{AnswerLimits, Options};
///
/// let options = Options::default().with_answers(AnswerLimits::default().with_max_body(16 << 20));
/// assert_eq!((options.answers.max_body, options.answers.page_memory), (16 << 20, 16));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerLimits {
    /// The largest answer in bytes, after decompression. Default 256 MiB.
    pub max_body: u64,
    /// Limits on the objects in a page.
    pub limits: Limits,
    /// How much memory a page may take, as a multiple of its size after decompression, besides 32
    /// MiB. Default 16. Real pages take two to five times their size, some of tiny objects ten
    /// times. More is an error of kind [`ErrorKind::AnswerTooLarge`](super::ErrorKind), found
    /// before it is in memory.
    pub page_memory: u32,
    /// How many objects of a page that cannot be read are kept, with the reason and their text.
    /// Default 10,000. The others are counted: [`Page::more_rejected`](super::Page::more_rejected).
    pub max_rejected: usize,
}

impl Default for AnswerLimits {
    fn default() -> Self {
        Self { max_body: 256 << 20, limits: Limits::default(), page_memory: 16, max_rejected: 10_000 }
    }
}

impl AnswerLimits {
    /// Sets the largest answer in bytes.
    #[must_use]
    pub fn with_max_body(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets the limits on the objects in a page.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how much memory a page may take, as a multiple of its size.
    #[must_use]
    pub fn with_page_memory(mut self, factor: u32) -> Self {
        self.page_memory = factor;
        self
    }

    /// Sets how many objects of a page that cannot be read are kept.
    #[must_use]
    pub fn with_max_rejected(mut self, objects: usize) -> Self {
        self.max_rejected = objects;
        self
    }
}

/// Which redirects are followed.
///
/// ```
/// use stixkit::taxii::{Options, Redirects};
///
/// let options = Options::default().with_redirects(Redirects::default().with_max(0));
/// assert_eq!(options.redirects.max, 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirects {
    /// How many redirects are followed for one request. Default 5.
    pub max: u8,
    /// Origins that a redirect may lead to, besides the request's own. Default none. They receive
    /// credentials only if they have some of their own.
    pub allow: Vec<Origin>,
}

impl Default for Redirects {
    fn default() -> Self {
        Self { max: 5, allow: Vec::new() }
    }
}

impl Redirects {
    /// Sets how many redirects are followed for one request.
    #[must_use]
    pub fn with_max(mut self, max: u8) -> Self {
        self.max = max;
        self
    }

    /// Sets the origins that a redirect may lead to.
    #[must_use]
    pub fn with_allow(mut self, origins: impl IntoIterator<Item = Origin>) -> Self {
        self.allow = origins.into_iter().collect();
        self
    }
}

/// When a request is sent again, and how long to wait before that.
///
/// A `GET` is sent again after 429, 502, 503 and 504, and if there was no connection or the answer
/// broke off; not if it contains a `next`, which some servers honour only once: the walk then takes
/// another way. A `POST` is sent again if the server cannot have accepted it: without a connection,
/// after 429, and after 503 with `Retry-After`.
///
/// ```
/// use stixkit::taxii::{Options, Retries};
/// use std::time::Duration;
///
/// let retries = Retries::default().with_max(2).with_budget(Duration::from_secs(30));
/// let options = Options::default().with_retries(retries);
/// assert_eq!(options.retries.max, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// How often a request is sent again. Default 4.
    pub max: u32,
    /// The first wait. Default one second. It doubles each time, and half of it is random.
    pub first: Duration,
    /// The longest wait, even if the server asks for a longer one: then the error is returned at
    /// once, and [`Error::retry_after`](super::Error::retry_after) contains the time to wait.
    /// Default two minutes.
    pub longest: Duration,
    /// The sum of all waits for one request. Default ten minutes.
    pub budget: Duration,
    /// The seed for the random part of waits. The clients of one program should use different
    /// seeds. Default 0.
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

impl Retries {
    /// Sets how often a request is sent again.
    #[must_use]
    pub fn with_max(mut self, max: u32) -> Self {
        self.max = max;
        self
    }

    /// Sets the first wait.
    #[must_use]
    pub fn with_first(mut self, first: Duration) -> Self {
        self.first = first;
        self
    }

    /// Sets the longest wait.
    #[must_use]
    pub fn with_longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Sets the sum of all waits for one request.
    #[must_use]
    pub fn with_budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Sets the seed for the random part of waits.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// A bound on requests: in any span of `per`, at most `requests` are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// How many requests, at least 1.
    pub requests: u32,
    /// In how much time.
    pub per: Duration,
}

impl Rate {
    /// Creates a bound of this many requests in this much time.
    pub fn new(requests: u32, per: Duration) -> Self {
        Self { requests, per }
    }
}

/// How a walk copes with difficult servers, and when it ends early.
///
/// ```
/// use stixkit::taxii::{Options, WalkOptions};
///
/// let options = Options::default().with_walk(WalkOptions::default().with_max_idle(3));
/// assert_eq!(options.walk.max_idle, 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WalkOptions {
    /// How many pages in a row may contain nothing new while the server claims that there is more.
    /// Default 3.
    pub max_idle: u32,
    /// How large `limit` may become if more objects than fit on a page were added at one instant.
    /// Default 100,000.
    pub max_limit: u32,
    /// How many objects may be remembered to recognize what a server sends twice: those of the last
    /// instant, and those of pages without dates. Default 200,000. If there are more they are
    /// forgotten, and a walk whose cursor is lost ends with an error if it would have to go over
    /// them again.
    pub max_remembered: usize,
    /// Whether the manifest is asked where objects do not tell enough: for the date of the last
    /// object if a page has neither a date nor a `next`, and for the identifiers of the objects of
    /// an instant that has more of them than fit on a page. Default yes.
    pub ask_manifest: bool,
    /// Whether a walk may pass over objects, so that it comes to an end: if more objects were added
    /// at one instant than the server sends on a page, it shows no `next`, and its manifest does
    /// not help. Default no: the walk ends with an error. [`Progress::gaps`](super::Progress::gaps)
    /// counts the instants.
    pub accept_gaps: bool,
    /// Whether 404 to the first request of a walk means that the collection is empty, and not that
    /// it does not exist. Default no.
    pub empty_not_found: bool,
    /// Whether the server answers the same `next` with the same page as often as it is asked.
    /// Default no: some servers continue with the page after it. If it is set, a walk whose answer
    /// was lost asks again, and a poll can continue in the middle of a walk even if dates cannot be
    /// relied on.
    pub next_repeats: bool,
    /// How far before the last date the next poll starts, for servers that add objects with dates
    /// of the past. Default a microsecond. Objects that come again are recognized and dropped, so
    /// all objects of that span are remembered.
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
            accept_gaps: false,
            empty_not_found: false,
            next_repeats: false,
            overlap: Duration::from_micros(1),
            max_pages: None,
            max_objects: None,
            max_time: None,
        }
    }
}

impl WalkOptions {
    /// Sets how many pages in a row may contain nothing new.
    #[must_use]
    pub fn with_max_idle(mut self, pages: u32) -> Self {
        self.max_idle = pages;
        self
    }

    /// Sets how large `limit` may become.
    #[must_use]
    pub fn with_max_limit(mut self, limit: u32) -> Self {
        self.max_limit = limit;
        self
    }

    /// Sets how many objects may be remembered.
    #[must_use]
    pub fn with_max_remembered(mut self, objects: usize) -> Self {
        self.max_remembered = objects;
        self
    }

    /// Sets whether the manifest is asked for the date of the last object.
    #[must_use]
    pub fn with_ask_manifest(mut self, ask_manifest: bool) -> Self {
        self.ask_manifest = ask_manifest;
        self
    }

    /// Sets whether a walk may pass over objects, so that it comes to an end.
    #[must_use]
    pub fn with_accept_gaps(mut self, accept_gaps: bool) -> Self {
        self.accept_gaps = accept_gaps;
        self
    }

    /// Sets whether 404 to the first request means that the collection is empty.
    #[must_use]
    pub fn with_empty_not_found(mut self, empty_not_found: bool) -> Self {
        self.empty_not_found = empty_not_found;
        self
    }

    /// Sets whether the server answers the same `next` with the same page as often as it is asked.
    #[must_use]
    pub fn with_next_repeats(mut self, next_repeats: bool) -> Self {
        self.next_repeats = next_repeats;
        self
    }

    /// Sets how far before the last date the next poll starts.
    #[must_use]
    pub fn with_overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }

    /// Sets the most pages.
    #[must_use]
    pub fn with_max_pages(mut self, pages: u64) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Sets the most objects.
    #[must_use]
    pub fn with_max_objects(mut self, objects: u64) -> Self {
        self.max_objects = Some(objects);
        self
    }

    /// Sets the most time.
    #[must_use]
    pub fn with_max_time(mut self, time: Duration) -> Self {
        self.max_time = Some(time);
        self
    }
}
