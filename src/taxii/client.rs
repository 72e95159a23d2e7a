//! The client: requests sent over a [`Transport`], with credentials, retries and redirects by the rules.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Response};
use url::Url;

use super::address;
use super::answer::Answer;
use super::credentials::{Credentials, Keyring, Origin};
use super::delivery::{Delivery, Means, Next};
use super::error::{Error, ErrorKind};
use super::event::{Event, Exchange};
use super::filter::Filter;
use super::options::Options;
use super::poll::{Polled, Poller};
use super::request::{Request, RootUrl};
use super::resource::{ApiRoot, Collection, Collections, Status};
use super::retry::{Chance, Limiter};
use super::timer::{Timer, system_time};
use super::transport::Transport;
use super::version::Version;
use crate::Timestamp;

/// A client of one TAXII server.
///
/// It is made of a [`Transport`], a URL (of the host, of discovery, or of an API root) and [`Options`]. Every method
/// but those that say otherwise sends one request.
///
/// ```
/// # use stixkit::taxii::{Client, Credentials, Error, Filter, Options, Transport};
/// # async fn example(transport: impl Transport) -> Result<(), Error> {
/// let client = Client::new(transport, "https://taxii.example/", Options::default())?
///     .with_credentials(Credentials::basic("reader", "password"));
/// for root in client.roots().await? {
///     for collection in client.collections(&root).await?.collections {
///         let mut pages = client.objects(&root, &collection.id, Filter::new().with_types(["indicator"]));
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
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        if let Some(origin) = Origin::from_url(&self.base) {
            self.keyring.add(origin, credentials);
        }
        self
    }

    /// Adds credentials for another origin, for API roots that are there.
    #[must_use]
    pub fn with_credentials_for(mut self, origin: Origin, credentials: Credentials) -> Self {
        self.keyring.add(origin, credentials);
        self
    }

    /// Gives the client a way to sleep. Without, it does not wait: what would have to wait is an error, which
    /// says for how long in [`Error::retry_after`] where that is known.
    #[must_use]
    pub fn with_timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Box::new(timer));
        self
    }

    /// Calls this for each request that was answered or failed, and for each page. No event holds a secret.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
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

    /// Sends a request as often as it takes, and follows redirects.
    pub(super) async fn deliver(&self, request: &Request) -> Result<Sent, Error> {
        let mut delivery = Delivery::new(request.clone());
        let mut refresh = false;
        let attempt = loop {
            self.keep_rate().await.map_err(|error| delivery.name_in(error))?;
            let attempt = self.attempt(delivery.request(), delivery.retries(), refresh).await;
            let next = self.after_attempt(&mut delivery, &attempt)?;
            refresh = next == Next::Refresh;
            match next {
                Next::Refresh => {}
                Next::Again(time) => self.wait(time, true).await,
                Next::Redirect(request) => delivery.follow(request),
                Next::Done => break attempt,
            }
        };
        let response = attempt.map_err(|error| delivery.name_in(error))?;
        Ok(Sent { response, url: delivery.request().url().clone(), attempts: delivery.retries() + 1 })
    }

    /// Waits before a request, and reports it.
    async fn wait(&self, time: Duration, is_retry: bool) {
        self.notify(&Event::Wait { time, is_retry });
        self.sleep(time).await;
    }

    fn after_attempt(
        &self,
        delivery: &mut Delivery,
        attempt: &Result<Response<Vec<u8>>, Error>,
    ) -> Result<Next, Error> {
        let can_refresh = self.is_provided(delivery.request().url());
        let mut state = self.state();
        let means =
            Means { options: &self.options, chance: &mut state.chance, can_sleep: self.timer.is_some(), can_refresh };
        delivery.after(attempt, means)
    }

    async fn keep_rate(&self) -> Result<(), Error> {
        let now = self.now_if_limited();
        let wait = now.map_or(Duration::ZERO, |now| self.state().limiter.reserve(now));
        if wait.is_zero() {
            return Ok(());
        }
        if self.timer.is_some() {
            self.wait(wait, false).await;
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

    /// Returns the version of TAXII to speak, if it is known.
    pub(super) fn version(&self) -> Option<Version> {
        self.options.version.or(self.state().version)
    }

    /// Remembers the version of TAXII that the server speaks.
    pub(super) fn set_version(&self, version: Version) {
        self.state().version = Some(version);
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
            let polled = match self.deliver(&request).await {
                Ok(sent) => poller.receive(sent.response)?,
                Err(error) => poller.failed(error).map(|()| None)?,
            };
            if let Some(polled) = polled {
                self.notify(&Event::from_page(&polled.page));
                return Ok(Some(polled));
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

/// Some servers repeat what they were sent when they refuse it.
fn scrub_response(response: &mut Response<Vec<u8>>, credentials: &[Credentials]) {
    let Ok(text) = std::str::from_utf8(response.body()) else { return };
    let mut scrubbed = text.to_owned();
    credentials.iter().for_each(|credentials| credentials.scrub(&mut scrubbed));
    if scrubbed != text {
        *response.body_mut() = scrubbed.into_bytes();
    }
}
