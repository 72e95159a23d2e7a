//! The client: requests sent over a [`Transport`], with credentials, retries and redirects by the rules.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderMap, Response, StatusCode};
use url::Url;

use super::address;
use super::answer::{Answer, retry_after};
use super::credentials::{Credentials, Keyring, Origin};
use super::error::{Error, ErrorKind};
use super::event::{Event, Exchange};
use super::filter::Filter;
use super::options::Options;
use super::poll::{Polled, Poller};
use super::request::{Request, Resend, RootUrl};
use super::resource::{ApiRoot, Collection, Collections, Discovery, Status};
use super::retry::{Backoff, Chance, Limiter};
use super::transport::{Transport, TransportErrorKind};
use super::version::Version;
use crate::Timestamp;

/// The caller's runtime, as far as the client needs one: a way to sleep.
///
/// Any function that gives a future is one: `|duration| tokio::time::sleep(duration)`.
pub trait Timer: Send + Sync {
    /// Sleeps.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// The time since any fixed moment, which never goes back. It is asked for rates and for time caps. The default is
    /// the system's; there is none on `wasm32-unknown-unknown`, where a timer has to bring its own.
    fn now(&self) -> Duration {
        system_time()
    }
}

impl<F, S> Timer for F
where
    F: Fn(Duration) -> S + Send + Sync,
    S: Future<Output = ()> + Send + 'static,
{
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self(duration))
    }
}

fn system_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// A client of one TAXII server.
///
/// It is made of a [`Transport`], a URL (of the host, of discovery, or of an API root) and [`Options`]. Every method
/// but those that say otherwise sends one request.
///
/// ```
/// # use stixkit::taxii::{Client, Credentials, Error, Filter, Options, Transport};
/// # async fn example(transport: impl Transport) -> Result<(), Error> {
/// let client = Client::new(transport, "https://taxii.example/", Options::default())?
///     .credentials(Credentials::basic("reader", "password"));
/// for root in client.roots().await? {
///     for collection in client.collections(&root).await?.collections {
///         let mut pages = client.objects(&root, &collection.id, Filter::new().types(["indicator"]));
///         while let Some(page) = pages.next_page().await? {
///             println!("{}: {} objects", collection.id, page.len());
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Client<T> {
    transport: T,
    base: Url,
    options: Options,
    keyring: Keyring,
    timer: Option<Box<dyn Timer>>,
    observer: Option<Box<Observer>>,
    state: Mutex<State>,
}

type Observer = dyn Fn(&Event) + Send + Sync;

struct State {
    chance: Chance,
    limiter: Limiter,
    /// What was found out.
    version: Option<Version>,
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .field("options", &self.options)
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}

/// What a server says that it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Discovered {
    /// The version of TAXII it speaks.
    pub version: Version,
    /// The answer.
    pub discovery: Discovery,
    /// Where it was found, after redirects: relative API roots are relative to this.
    pub url: Url,
    /// The API roots that can be used.
    pub roots: Vec<RootUrl>,
    /// The one to use where nothing says another.
    pub default: Option<RootUrl>,
    /// Why the others cannot.
    pub refused: Vec<String>,
}

/// An answer, and where it came from after redirects.
pub(super) struct Sent {
    pub(super) response: Response<Vec<u8>>,
    pub(super) url: Url,
    /// How often it was sent.
    pub(super) attempts: u32,
}

impl<T: Transport> Client<T> {
    /// A client that sends by this transport. Credentials and a timer come with the methods that follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Url`] where the URL is not `https` (and not allowed by [`Options::allow_http`]), or has a user, a
    /// password, a query or a fragment.
    pub fn new(transport: T, url: &str, options: Options) -> Result<Self, Error> {
        let base = address::base(url, &options)?;
        let state =
            State { chance: Chance::new(options.retries.seed), limiter: Limiter::new(options.rate), version: None };
        Ok(Self {
            transport,
            base,
            options,
            keyring: Keyring::default(),
            timer: None,
            observer: None,
            state: Mutex::new(state),
        })
    }

    /// Adds credentials for the origin of the client's URL. They go nowhere else, not to API roots on other hosts
    /// and not where a redirect leads. Several may be added: a header beside a user.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        if let Some(origin) = Origin::from_url(&self.base) {
            self.keyring.add(origin, credentials);
        }
        self
    }

    /// Adds credentials for another origin, for API roots that are there.
    #[must_use]
    pub fn credentials_for(mut self, origin: Origin, credentials: Credentials) -> Self {
        self.keyring.add(origin, credentials);
        self
    }

    /// Gives the client a way to sleep. Without, it does not wait: what would have to wait is an error, which
    /// says for how long in [`Error::retry_after`] where that is known.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Box::new(timer));
        self
    }

    /// Calls this for each request that was answered or failed, and for each page. No event holds a secret.
    #[must_use]
    pub fn on_event(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The options that it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The URL that it was made with, with a slash at its end.
    pub fn url(&self) -> &Url {
        &self.base
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done where a thread panics, so the state is good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Duration {
        self.timer.as_ref().map_or_else(system_time, |timer| timer.now())
    }

    /// Sleeps, if there is a way to. Whether it did.
    pub(super) async fn sleep(&self, duration: Duration) -> bool {
        match &self.timer {
            Some(timer) => {
                timer.sleep(duration).await;
                true
            }
            None => duration.is_zero(),
        }
    }

    pub(super) fn notify(&self, event: &Event) {
        #[cfg(feature = "tracing")]
        event.trace();
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    /// Sends a request until there is an answer that counts: any status that is not to be asked for again.
    ///
    /// # Errors
    ///
    /// Where there is no answer; where a redirect leads to a place that is not allowed; where credentials fail.
    pub async fn send(&self, request: &Request) -> Result<Response<Vec<u8>>, Error> {
        Ok(self.deliver(request).await?.response)
    }

    pub(super) async fn deliver(&self, request: &Request) -> Result<Sent, Error> {
        let mut request = request.clone();
        let (mut redirects, mut refresh) = (0, false);
        let mut has_refreshed = false;
        let mut backoff = Backoff::new();
        loop {
            let of = |error: Error| error.with_request(request.method(), request.url());
            self.keep_rate().await.map_err(of)?;
            let outcome = self.attempt(&request, backoff.attempts(), refresh).await;
            refresh = false;
            let asked = match &outcome {
                Ok(response) => retry_after(response.headers()),
                Err(_) => None,
            };
            let is_again = match &outcome {
                Ok(response) => may_resend(request.resend(), response.status(), asked.is_some()),
                Err(error) => error.transport().is_some_and(|kind| may_resend_after(request.resend(), kind)),
            };
            if is_again && self.timer.is_some() {
                let wait = {
                    let state = &mut *self.state();
                    backoff.next(&self.options.retries, asked, &mut state.chance)
                };
                if let Some(wait) = wait {
                    self.notify(&Event::Wait { time: wait, is_retry: true });
                    self.sleep(wait).await;
                    continue;
                }
            }
            let response = outcome.map_err(of)?;
            if response.status() == StatusCode::UNAUTHORIZED && !has_refreshed && self.is_provided(request.url()) {
                (has_refreshed, refresh) = (true, true);
                continue;
            }
            match self.redirect(&request, &response, redirects)? {
                Some(next) => {
                    redirects += 1;
                    request = next;
                }
                None => {
                    let url = request.url().clone();
                    return Ok(Sent { response, url, attempts: backoff.attempts() + 1 });
                }
            }
        }
    }

    async fn keep_rate(&self) -> Result<(), Error> {
        let now = self.now_if_limited();
        let wait = now.map_or(Duration::ZERO, |now| self.state().limiter.reserve(now));
        if wait.is_zero() {
            return Ok(());
        }
        if self.timer.is_some() {
            self.notify(&Event::Wait { time: wait, is_retry: false });
            self.sleep(wait).await;
            return Ok(());
        }
        let detail = "the rate that was set is used up";
        Err(Error::new(ErrorKind::Temporary).with_detail(detail).with_retry_after(Some(wait)))
    }

    /// The clock is not asked where nobody needs it.
    fn now_if_limited(&self) -> Option<Duration> {
        let is_limited = self.state().limiter.is_on();
        is_limited.then(|| self.now())
    }

    fn is_provided(&self, url: &Url) -> bool {
        Origin::from_url(url).is_some_and(|origin| self.keyring.for_origin(&origin).any(Credentials::is_provided))
    }

    /// Sends a request once, with the credentials for its origin.
    async fn attempt(&self, request: &Request, attempt: u32, refresh: bool) -> Result<Response<Vec<u8>>, Error> {
        let mut url = request.url().clone();
        let mut headers: HeaderMap = request.headers(&self.options.user_agent);
        let mut resolved = Vec::new();
        if let Some(origin) = Origin::from_url(&url) {
            for credentials in self.keyring.for_origin(&origin) {
                let credentials = credentials.resolve(refresh).await?;
                credentials.apply(&mut url, &mut headers)?;
                resolved.push(credentials);
            }
        }
        let outgoing = request.build(&url, headers)?;
        let max = self.options.max_body;
        let outcome = match self.transport.send(outgoing, max).await {
            // The transport promises it; a promise of somebody else's.
            Ok(response) if response.body().len() as u64 > max => Err(Error::new(ErrorKind::AnswerTooLarge)),
            Ok(mut response) => {
                // Of an answer that is what it should be nothing gets into an error.
                if !response.status().is_success() || !response.body().trim_ascii_start().starts_with(b"{") {
                    scrub_response(&mut response, &resolved);
                }
                Ok(response)
            }
            Err(error) => Err(Error::from(error)),
        };
        self.notify(&Event::Exchange(Exchange::new(request, attempt, &outcome)));
        outcome
    }

    /// The request that a redirect asks for, where it is one that may be followed.
    fn redirect(
        &self,
        request: &Request,
        response: &Response<Vec<u8>>,
        redirects: u8,
    ) -> Result<Option<Request>, Error> {
        let status = response.status().as_u16();
        let Some(location) = response.headers().get(LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))
        else {
            return Ok(None);
        };
        let refused = |detail: String| {
            let error = Error::new(ErrorKind::Redirect).with_detail(detail).with_status(response.status());
            Err(error.with_request(request.method(), request.url()))
        };
        let location = String::from_utf8_lossy(location.as_bytes());
        let Ok(target) = request.url().join(&location) else { return refused("to no URL".to_owned()) };
        let Some(origin) = Origin::from_url(&target) else { return refused("to no URL of the web".to_owned()) };
        // Of the path nothing is shown: it may hold what the query held.
        let is_own = Origin::from_url(request.url()).as_ref() == Some(&origin);
        if !is_own && !self.options.allow_redirects.contains(&origin) {
            return refused(format!("to {origin}"));
        }
        if let Err(error) = address::check_scheme(&target, &self.options) {
            return Err(error.with_request(request.method(), request.url()));
        }
        if request.method() != http::Method::GET && !matches!(status, 307 | 308) {
            return refused(format!("of a {}, which would become a GET", request.method()));
        }
        if redirects >= self.options.max_redirects {
            return refused(format!("more than {} times", self.options.max_redirects));
        }
        Ok(Some(request.redirected(target)))
    }

    async fn ask(&self, request: &Request) -> Result<Answer, Error> {
        Answer::read(request, self.deliver(request).await?.response, &self.options)
    }

    /// Asks a question, and reads the answer.
    pub(super) async fn ask_for<R>(
        &self,
        request: &Request,
        read: fn(&Answer) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let answer = self.ask(request).await?;
        read(&answer).map_err(|error| error.with_request(request.method(), request.url()))
    }

    /// The version to speak, where it is known.
    fn version(&self) -> Option<Version> {
        self.options.version.or(self.state().version)
    }

    /// Asks in TAXII 2.1, and in 2.0 where the answer says that 2.1 is not spoken. One request or two.
    async fn ask_in_either<F>(&self, request: F) -> Result<(Version, Answer, Url), Error>
    where
        F: Fn(Version) -> Request,
    {
        let known = self.version();
        let first = known.unwrap_or(Version::V21);
        let asked = request(first);
        let outcome = match self.deliver(&asked).await {
            Ok(sent) => Answer::read(&asked, sent.response, &self.options).map(|answer| (answer, sent.url)),
            Err(error) => Err(error),
        };
        let is_foreign = |error: &Error| {
            let kinds = [ErrorKind::NotAcceptable, ErrorKind::NotFound, ErrorKind::Refused, ErrorKind::NotTaxii];
            error.status().is_some() && kinds.contains(&error.kind())
        };
        match outcome {
            Ok((answer, url)) if known.is_some() || answer.version() != Some(Version::V20) => {
                self.state().version = Some(first);
                Ok((first, answer, url))
            }
            Err(error) if known.is_some() || !is_foreign(&error) => Err(error),
            Ok(_) => self.ask_in_20(&request(Version::V20)).await,
            // What 2.0 says to it is of no interest where both refuse.
            Err(error) => self.ask_in_20(&request(Version::V20)).await.map_err(|_| error),
        }
    }

    async fn ask_in_20(&self, request: &Request) -> Result<(Version, Answer, Url), Error> {
        let sent = self.deliver(request).await?;
        let answer = Answer::read(request, sent.response, &self.options)?;
        self.state().version = Some(Version::V20);
        Ok((Version::V20, answer, sent.url))
    }

    /// Asks the server what it is and where its API roots are. Finds out which version of TAXII it speaks, with a second
    /// request where that is not 2.1.
    ///
    /// # Errors
    ///
    /// What the server refuses. [`ErrorKind::NotFound`] where it has no discovery: then an API root has to be known.
    pub async fn discover(&self) -> Result<Discovered, Error> {
        let ask = |version| Request::discovery(address::discovery(&self.base, version), version);
        let (version, answer, url) = self.ask_in_either(ask).await?;
        let discovery = answer.discovery().map_err(|error| error.with_request(&http::Method::GET, &url))?;
        let (mut roots, mut refused) = (Vec::new(), Vec::new());
        for text in &discovery.api_roots {
            match address::root(text, &url, &self.options) {
                Ok(root) => roots.push(RootUrl::from_url(root, version)),
                Err(error) => refused.push(error.to_string()),
            }
        }
        let default = discovery.default.as_ref().and_then(|text| address::root(text, &url, &self.options).ok());
        let default = default.map(|url| RootUrl::from_url(url, version));
        Ok(Discovered { version, discovery, url, roots, default, refused })
    }

    /// The API roots. Where the client's URL is that of an API root and not of discovery, it is the only one.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover). [`ErrorKind::Url`] where there are API roots and none can be used.
    pub async fn roots(&self) -> Result<Vec<RootUrl>, Error> {
        let found = self.discover().await?;
        let is_root = found.discovery.api_roots.is_empty() && found.discovery.default.is_none();
        if is_root && address::discovery(&self.base, found.version) == self.base && !is_discovery(&self.base) {
            return Ok(vec![RootUrl::from_url(found.url, found.version)]);
        }
        let mut roots = found.roots;
        if let Some(default) = found.default.filter(|default| !roots.contains(default)) {
            roots.insert(0, default);
        }
        match found.refused.first() {
            Some(why) if roots.is_empty() => Err(Error::new(ErrorKind::Url).with_detail(why.as_str())),
            _ => Ok(roots),
        }
    }

    /// An API root whose URL is known: an absolute one, or one relative to the client's. Nothing is sent where the
    /// version of TAXII is known; else the root is asked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Url`] where it is no URL of a root; what the server refuses.
    pub async fn root(&self, url: &str) -> Result<RootUrl, Error> {
        let url = address::root(url, &self.base, &self.options)?;
        if let Some(version) = self.version() {
            return Ok(RootUrl::from_url(url, version));
        }
        let (version, _, _) =
            self.ask_in_either(|version| RootUrl::from_url(url.clone(), version).information()).await?;
        Ok(RootUrl::from_url(url, version))
    }

    /// What an API root is.
    ///
    /// # Errors
    ///
    /// What the server refuses; so for all methods that follow.
    pub async fn information(&self, root: &RootUrl) -> Result<ApiRoot, Error> {
        self.ask_for(&root.information(), Answer::api_root).await
    }

    /// The server's clock, from its answer about an API root: what a start of "some days ago" is to be counted from, since
    /// the client's clock is another one. `None` where the server does not show it.
    ///
    /// # Errors
    ///
    /// What the server refuses.
    pub async fn server_time(&self, root: &RootUrl) -> Result<Option<Timestamp>, Error> {
        let answer = self.ask(&root.information()).await?;
        Ok(answer.date().map(Timestamp::from))
    }

    /// The collections of an API root.
    ///
    /// # Errors
    ///
    /// What the server refuses.
    pub async fn collections(&self, root: &RootUrl) -> Result<Collections, Error> {
        self.ask_for(&root.collections()?, Answer::collections).await
    }

    /// One collection, by what its URL has: the id, or for some servers the alias.
    ///
    /// # Errors
    ///
    /// What the server refuses.
    pub async fn collection(&self, root: &RootUrl, id: &str) -> Result<Collection, Error> {
        self.ask_for(&root.collection(id)?, Answer::collection).await
    }

    /// One collection by its id, alias or title, from the list of all.
    ///
    /// # Errors
    ///
    /// What the server refuses; [`ErrorKind::NotFound`] where the list has none of this name.
    pub async fn find_collection(&self, root: &RootUrl, name: &str) -> Result<Collection, Error> {
        let collections = self.collections(root).await?;
        let missing = || Error::new(ErrorKind::NotFound).with_detail(format!("no collection {name:?} in the list"));
        collections.get(name).cloned().ok_or_else(missing)
    }

    /// The next page of a poll; `None` once the poll is over, which ends it if all pages were acknowledged.
    ///
    /// # Errors
    ///
    /// What the server refuses. The poll can go on after an error that passes; [`Poller::restart`] gives it up.
    pub async fn poll(&self, poller: &mut Poller) -> Result<Option<Polled>, Error> {
        loop {
            let Some(walk) = poller.running() else { return Ok(None) };
            walk.sending(self.now_if_timed())?;
            let Some(request) = poller.request()? else {
                poller.finish();
                return Ok(None);
            };
            match self.deliver(&request).await {
                Ok(sent) => {
                    if let Some(polled) = poller.receive(sent.response)? {
                        self.notify(&Event::from_page(&polled.page));
                        return Ok(Some(polled));
                    }
                }
                Err(error) => poller.failed(error)?,
            }
        }
    }

    pub(super) fn now_if_timed(&self) -> Duration {
        if self.options.walk.max_time.is_some() { self.now() } else { Duration::ZERO }
    }

    /// How far the server is with objects that were added.
    ///
    /// # Errors
    ///
    /// What the server refuses: [`ErrorKind::NotFound`] once it has forgotten, which it may after a day.
    pub async fn status(&self, root: &RootUrl, id: &str) -> Result<Status, Error> {
        self.ask_for(&root.status(id)?, Answer::added).await
    }

    /// Removes an object, in the versions that the filter says.
    ///
    /// # Errors
    ///
    /// What the server refuses. [`ErrorKind::NotFound`] where there is no such object, unless the request had to be sent
    /// twice: then the first one removed it.
    pub async fn delete(&self, root: &RootUrl, collection: &str, id: &str, filter: &Filter) -> Result<(), Error> {
        let request = root.delete(collection, id, filter)?;
        let sent = self.deliver(&request).await?;
        match Answer::read(&request, sent.response, &self.options) {
            Err(error) if error.kind() == ErrorKind::NotFound && sent.attempts > 1 => Ok(()),
            answer => answer.map(|_| ()),
        }
    }
}

/// Whether a URL is that of discovery by its name.
fn is_discovery(url: &Url) -> bool {
    let path = url.path();
    path == "/" || path.ends_with("/taxii2/") || path.ends_with("/taxii/")
}

fn may_resend(resend: Resend, status: StatusCode, is_asked: bool) -> bool {
    match (status.as_u16(), resend) {
        (429, _) | (503, Resend::Always | Resend::IfUnsent) => true,
        (503, Resend::IfRefused | Resend::Delete) => is_asked,
        (502 | 504, Resend::Always | Resend::Delete) => true,
        _ => false,
    }
}

fn may_resend_after(resend: Resend, kind: TransportErrorKind) -> bool {
    match kind {
        TransportErrorKind::Connect => true,
        TransportErrorKind::Timeout | TransportErrorKind::Broken | TransportErrorKind::Other => {
            matches!(resend, Resend::Always | Resend::Delete)
        }
        _ => false,
    }
}

/// Some servers repeat what they were sent when they refuse it.
fn scrub_response(response: &mut Response<Vec<u8>>, credentials: &[Credentials]) {
    let Ok(text) = std::str::from_utf8(response.body()) else { return };
    let mut scrubbed = text.to_owned();
    credentials.iter().for_each(|credentials| credentials.scrub(&mut scrubbed));
    if scrubbed != text {
        *response.body_mut() = scrubbed.into_bytes();
    }
}
