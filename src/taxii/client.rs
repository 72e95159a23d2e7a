//! The client: sends requests over a [`Transport`], with credentials, retries and redirects.

use std::fmt;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
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
use super::transport::{Transport, TransportError, TransportErrorKind};
use super::version::Version;
use super::walk::Walk;
use crate::Timestamp;

/// A client of one TAXII server.
///
/// It consists of a [`Transport`], a URL (of the host, of discovery, or of an API root) and
/// [`Options`]. Every method sends one request unless its documentation says otherwise.
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
    /// The version of TAXII that was detected.
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

/// An answer, with the URL that it came from after redirects.
pub(super) struct Sent {
    pub(super) response: Response<Vec<u8>>,
    pub(super) url: Url,
    /// How often the request was sent.
    pub(super) attempts: u32,
}

impl<T: Transport> Client<T> {
    /// Creates a client that sends over this transport. The following methods add credentials and a
    /// timer.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Url`] if the URL is not `https` (and not allowed by
    /// [`Options::allow_http`]), or has a user, a password, a query or a fragment.
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

    /// Adds credentials for the origin of the client's URL. They are not sent to API roots on other
    /// hosts or to the targets of redirects. Several may be added, for example a header in addition
    /// to a user.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.add_credentials(credentials);
        self
    }

    pub(super) fn add_credentials(&mut self, credentials: Credentials) {
        if let Some(origin) = Origin::from_url(&self.base) {
            self.keyring.add(origin, credentials);
        }
    }

    /// Adds credentials for another origin, for API roots on other hosts.
    #[must_use]
    pub fn with_credentials_for(mut self, origin: Origin, credentials: Credentials) -> Self {
        self.add_credentials_for(origin, credentials);
        self
    }

    pub(super) fn add_credentials_for(&mut self, origin: Origin, credentials: Credentials) {
        self.keyring.add(origin, credentials);
    }

    /// Sets the way to sleep. A client without a timer never waits: it returns an error instead,
    /// whose [`Error::retry_after`] contains the time to wait, if it is known.
    #[must_use]
    pub fn with_timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Box::new(timer));
        self
    }

    /// Sets a function that is called for each request that was answered or failed, for each page
    /// and for each wait. No event contains a secret.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Returns the options that the client was created with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Returns the URL that the client was created with, with a slash at its end.
    pub fn url(&self) -> &Url {
        &self.base
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // OK because nothing is left half done if a thread panics, so the state is good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Duration {
        self.timer.as_ref().map_or_else(system_time, |timer| timer.now())
    }

    /// Sleeps, if there is a timer. Returns whether it did.
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

    /// Sends a request, and sends it again as long as [`Options::retries`] allows, until there is a
    /// final answer: one with any status that is not retried.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no answer, if a redirect leads to a place that is not allowed,
    /// or if the provider of credentials fails.
    pub async fn send(&self, request: &Request) -> Result<Response<Vec<u8>>, Error> {
        Ok(self.deliver(request).await?.response)
    }

    /// Sends a request as often as necessary, and follows redirects.
    pub(super) async fn deliver(&self, request: &Request) -> Result<Sent, Error> {
        self.deliver_until(request, None).await
    }

    /// Sends a request of a walk, whose time may have a cap.
    pub(super) async fn deliver_for(&self, request: &Request, left: Option<Duration>) -> Result<Sent, Error> {
        let until = left.map(|left| self.now().saturating_add(left));
        self.deliver_until(request, until).await
    }

    /// Sends a request as often as necessary until some time, by the client's timer.
    async fn deliver_until(&self, request: &Request, until: Option<Duration>) -> Result<Sent, Error> {
        let is_over = |wait| until.is_some_and(|until| self.now().saturating_add(wait) >= until);
        let mut delivery = Delivery::new(request.clone());
        let mut refresh = false;
        let attempt = loop {
            self.keep_rate(until).await.map_err(|error| delivery.name_in(error))?;
            let attempt = self.attempt(delivery.request(), delivery.retries(), refresh, until).await;
            let next = self.after_attempt(&mut delivery, &attempt)?;
            refresh = next == Next::Refresh;
            match next {
                Next::Refresh => {}
                Next::Again(time) if is_over(time) => break attempt,
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

    /// Sends over the transport, and gives up once the time is up.
    async fn send_until(
        &self,
        request: http::Request<Vec<u8>>,
        until: Option<Duration>,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let sent = self.transport.send(request, self.options.answers.max_body);
        let Some(timer) = &self.timer else { return sent.await };
        let left = until.map(|until| until.saturating_sub(self.now()));
        let time = left.map_or(self.options.timeout, |left| left.min(self.options.timeout));
        // The timer is asked only if the transport is not ready.
        let waited = pin!(async { timer.sleep(time).await });
        match select(pin!(sent), waited).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => {
                let source = format!("no whole answer in {} s", time.as_secs_f64());
                Err(TransportError::new(TransportErrorKind::Timeout).with_source(source))
            }
        }
    }

    async fn keep_rate(&self, until: Option<Duration>) -> Result<(), Error> {
        let now = self.now_if_limited();
        let wait = now.map_or(Duration::ZERO, |now| self.state().limiter.reserve(now));
        if wait.is_zero() {
            return Ok(());
        }
        if until.is_some_and(|until| self.now().saturating_add(wait) >= until) {
            return Err(Error::new(ErrorKind::Capped).with_detail("the time is up"));
        }
        if self.timer.is_some() {
            self.wait(wait, false).await;
            return Ok(());
        }
        let detail = "the rate that was set is used up";
        Err(Error::new(ErrorKind::Temporary).with_detail(detail).with_retry_after(Some(wait)))
    }

    /// Returns the time, if there is a rate to keep: otherwise no clock is needed.
    fn now_if_limited(&self) -> Option<Duration> {
        let is_limited = self.state().limiter.is_on();
        is_limited.then(|| self.now())
    }

    fn is_provided(&self, url: &Url) -> bool {
        Origin::from_url(url).is_some_and(|origin| self.keyring.for_origin(&origin).any(Credentials::is_provided))
    }

    /// Sends a request once, with the credentials for its origin.
    async fn attempt(
        &self,
        request: &Request,
        attempt: u32,
        refresh: bool,
        until: Option<Duration>,
    ) -> Result<Response<Vec<u8>>, Error> {
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
        let max = self.options.answers.max_body;
        let outcome = match self.send_until(outgoing, until).await {
            // The transport promises that this does not happen, but it may be the caller's own.
            Ok(response) if response.body().len() as u64 > max => Err(Error::new(ErrorKind::AnswerTooLarge)),
            Ok(mut response) => {
                // No part of a good answer gets into an error, so only the others can repeat a
                // secret there.
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

    /// Sends a request and reads the answer.
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

    /// Returns the description of an API root.
    ///
    /// # Errors
    ///
    /// Returns an error if the server refuses the request or cannot be reached. The other methods
    /// return the same errors.
    pub async fn information(&self, root: &RootUrl) -> Result<ApiRoot, Error> {
        self.ask_for(&root.information(), Answer::api_root).await
    }

    /// Returns the server's clock, from its answer about an API root. A start of "some days ago"
    /// has to be computed from it, since the client's clock may differ. `None` if the server does
    /// not send it.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does.
    pub async fn server_time(&self, root: &RootUrl) -> Result<Option<Timestamp>, Error> {
        let answer = self.ask(&root.information()).await?;
        Ok(answer.date().map(Timestamp::from))
    }

    /// Returns the collections of an API root.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does.
    pub async fn collections(&self, root: &RootUrl) -> Result<Collections, Error> {
        self.ask_for(&root.collections()?, Answer::collections).await
    }

    /// Returns a collection by the name that its URL has: the id, or with some servers the alias.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does.
    pub async fn collection(&self, root: &RootUrl, id: &str) -> Result<Collection, Error> {
        self.ask_for(&root.collection(id)?, Answer::collection).await
    }

    /// Returns a collection by its id, alias or title, from the list of all collections.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does, and one of kind
    /// [`ErrorKind::NotFound`] if the list has no collection of this name.
    pub async fn find_collection(&self, root: &RootUrl, name: &str) -> Result<Collection, Error> {
        let collections = self.collections(root).await?;
        let missing = || Error::new(ErrorKind::NotFound).with_detail(format!("no collection {name:?} in the list"));
        collections.get(name).cloned().ok_or_else(missing)
    }

    /// Returns the next page of a poll; `None` once the poll is over, which finishes it if all
    /// pages were acknowledged.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does. The poll can continue after a
    /// temporary error; [`Poller::restart`] abandons it.
    pub async fn poll(&self, poller: &mut Poller) -> Result<Option<Polled>, Error> {
        loop {
            let Some(walk) = poller.running() else { return Ok(None) };
            let now = self.now_if_timed();
            walk.sending(now)?;
            let left = walk.time_left(now);
            let Some(request) = poller.request()? else {
                poller.finish();
                return Ok(None);
            };
            let polled = match self.deliver_for(&request, left).await {
                Ok(sent) => poller.receive(sent.response)?,
                Err(error) => match poller.failed(error) {
                    Ok(()) => None,
                    Err(error) => return Err(self.name_cap(poller.walk(), error)),
                },
            };
            if let Some(polled) = polled {
                self.notify(&Event::from_page(&polled.page));
                return Ok(Some(polled));
            }
        }
    }

    /// Returns the error, or that the time of a walk is up, if that is its reason.
    pub(super) fn name_cap(&self, walk: Option<&Walk>, error: Error) -> Error {
        let left = walk.and_then(|walk| walk.time_left(self.now_if_timed()));
        match left == Some(Duration::ZERO) && error.kind() != ErrorKind::Capped {
            true => Error::new(ErrorKind::Capped).with_detail("the time is up").with_source(error),
            false => error,
        }
    }

    pub(super) fn now_if_timed(&self) -> Duration {
        if self.options.walk.max_time.is_some() { self.now() } else { Duration::ZERO }
    }

    /// Returns how far the server is with objects that were added.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does, of kind [`ErrorKind::NotFound`]
    /// once the server has dropped the status, which it may after a day.
    pub async fn status(&self, root: &RootUrl, id: &str) -> Result<Status, Error> {
        self.ask_for(&root.status(id)?, Answer::added).await
    }

    /// Removes an object, in the versions that the filter selects.
    ///
    /// # Errors
    ///
    /// Returns an error as [`information`](Self::information) does, of kind [`ErrorKind::NotFound`]
    /// if there is no such object. If the request had to be sent twice, this is not an error: the
    /// first one has removed the object.
    pub async fn delete(&self, root: &RootUrl, collection: &str, id: &str, filter: &Filter) -> Result<(), Error> {
        let request = root.delete(collection, id, filter)?;
        let sent = self.deliver(&request).await?;
        match Answer::read(&request, sent.response, &self.options) {
            Err(error) if error.kind() == ErrorKind::NotFound && sent.attempts > 1 => Ok(()),
            answer => answer.map(|_| ()),
        }
    }
}

/// Removes secrets from an answer: some servers repeat what they were sent when they refuse it.
fn scrub_response(response: &mut Response<Vec<u8>>, credentials: &[Credentials]) {
    let Ok(text) = std::str::from_utf8(response.body()) else { return };
    let mut scrubbed = text.to_owned();
    credentials.iter().for_each(|credentials| credentials.scrub(&mut scrubbed));
    if scrubbed != text {
        *response.body_mut() = scrubbed.into_bytes();
    }
}
