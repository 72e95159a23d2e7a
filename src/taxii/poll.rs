//! Polling: returns what was added since the last time, page by page, without a gap.
//!
//! A [`Poller`] makes walks ([`Walk`]), each of which starts where the last one ended. Each page
//! comes with a [`Ticket`]. Once the page is processed, [`Poller::acknowledge`] makes the ticket's
//! [`Checkpoint`] the current one. After a crash in between, the page comes again: every object
//! comes at least once, and exactly once if nothing fails.
//!
//! An object is new if the server's date of addition is, in the server's own digits. The client's
//! clock is not used. The next poll starts a microsecond before the last date
//! ([`WalkOptions::overlap`](super::WalkOptions::overlap)), because more objects may be added at
//! that very instant, and drops known objects.
//!
//! If dates contradict each other ([`Dates::Unreliable`](super::Dates::Unreliable)), a poll that
//! relied on them would lose objects silently. Each poll is then a walk over the whole collection,
//! and [`Poller::mode`] returns [`PollMode::Full`]. With an [`ObjectIndex`] of known objects,
//! [`Poller::with_index`], it still returns only new ones. The index also finds objects that were
//! removed.

use std::time::Duration;

use http::Response;

use super::checkpoint::Checkpoint;
use super::error::{Error, ErrorKind};
use super::filter::Filter;
use super::index::ObjectIndex;
use super::key::Key;
use super::options::Options;
use super::page::Page;
use super::request::{Operation, Request, RootUrl};
use super::walk::{Position, Walk};

/// Polls a collection. See the [module](self) for what it promises.
///
/// It sends nothing itself: use [`Client::poll`](super::Client::poll), or another loop around
/// [`request`](Self::request).
///
/// ```
/// use stixkit::taxii::{Checkpoint, Filter, Options, Poller, RootUrl, Version};
///
/// let options = Options::default();
/// let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &options)?;
/// let mut poller = Poller::objects(&root, "91a7b528", Filter::new(), &options);
/// while let Some(request) = poller.request()? {
///     // Sending it.
///     let response = http::Response::builder()
///         .header("X-TAXII-Date-Added-First", "2024-01-01T00:00:00.000001Z")
///         .header("X-TAXII-Date-Added-Last", "2024-01-01T00:00:00.000001Z")
///         .body(br#"{"objects": [{"type": "x-a", "id": "x-a--1"}]}"#.to_vec())?;
///     if let Some(polled) = poller.receive(response)? {
///         // Storing polled.page, and then:
///         poller.acknowledge(polled.ticket);
///     }
/// }
/// poller.finish();
/// let kept = serde_json::to_string(&poller.checkpoint())?;
///
/// let checkpoint: Checkpoint = serde_json::from_str(&kept)?;
/// let mut poller = Poller::objects(&root, "91a7b528", Filter::new(), &options).resume(checkpoint)?;
/// let url = poller.request()?.unwrap().url().to_string();
/// assert!(url.ends_with("/objects/?added_after=2024-01-01T00%3A00%3A00.000000Z&limit=500"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Poller {
    root: RootUrl,
    collection: String,
    operation: Operation,
    filter: Filter,
    options: Options,
    acknowledged: Option<Checkpoint>,
    /// Known objects, beyond those that the checkpoint remembers.
    index: Option<ObjectIndex>,
    walk: Option<Walk>,
    /// The walk is over and its poll has ended. It is kept for its progress.
    is_over: bool,
    mode: PollMode,
    /// How many pages of this poll wait to be acknowledged.
    waiting: u64,
}

/// How much a poll covers.
///
/// A [`Poller`] decides on it by its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollMode {
    /// Everything from the filter's start, because there is no checkpoint with a date yet.
    First,
    /// What was added since the last poll.
    Incremental,
    /// Everything from the filter's start, because dates cannot be relied on, for this reason.
    Full(String),
}

/// A page of a poll.
///
/// A [`Poller`] returns it; see its example.
#[derive(Debug)]
#[non_exhaustive]
pub struct Polled {
    /// The new objects or records.
    pub page: Page,
    /// The ticket to [acknowledge](Poller::acknowledge) once the page is processed.
    pub ticket: Ticket,
}

/// Represents a page until it is acknowledged.
///
/// A [`Poller`] takes it back; see its example.
#[derive(Debug)]
#[must_use = "a page that is not acknowledged comes again"]
pub struct Ticket {
    checkpoint: Checkpoint,
    keys: Vec<Key>,
}

impl Ticket {
    /// Returns the checkpoint that becomes the current one once the page is processed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

impl Poller {
    /// Polls the objects of a collection.
    pub fn objects(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Objects, root, collection, filter, options)
    }

    /// Polls the manifest of a collection.
    pub fn manifest(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Manifest, root, collection, filter, options)
    }

    fn new(operation: Operation, root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self {
            root: root.clone(),
            collection: collection.to_owned(),
            operation,
            filter,
            options: options.clone(),
            acknowledged: None,
            index: None,
            walk: None,
            is_over: false,
            mode: PollMode::First,
            waiting: 0,
        }
    }

    /// Continues from a checkpoint.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Checkpoint`] if the checkpoint belongs to another
    /// root, collection, resource, filter or version of TAXII. A poller without a checkpoint starts
    /// from the filter's start.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Result<Self, Error> {
        let expected = self.checkpoint_at(Position::default(), false);
        let differs = [
            (expected.root != checkpoint.root, "API root"),
            (expected.collection != checkpoint.collection, "collection"),
            (expected.is_manifest != checkpoint.is_manifest, "resource"),
            (expected.filter != checkpoint.filter, "filter"),
            (expected.version != checkpoint.version, "version of TAXII"),
        ];
        match differs.iter().find(|(differs, _)| *differs) {
            Some((_, what)) => Err(Error::new(ErrorKind::Checkpoint).with_detail(format!("another {what}"))),
            None => {
                self.acknowledged = Some(checkpoint);
                self.walk = None;
                Ok(self)
            }
        }
    }

    /// Sets an index, whose objects are dropped from every page. Acknowledged objects are added to
    /// it.
    #[must_use]
    pub fn with_index(mut self, index: ObjectIndex) -> Self {
        self.index = Some(index);
        self
    }

    /// Returns the index, with everything that was acknowledged since it was set.
    pub fn index(&self) -> Option<&ObjectIndex> {
        self.index.as_ref()
    }

    /// Returns the index mutably, to find what was removed.
    pub fn index_mut(&mut self) -> Option<&mut ObjectIndex> {
        self.index.as_mut()
    }

    /// Returns the checkpoint that was acknowledged last; `None` if there is none yet.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.acknowledged.as_ref()
    }

    /// Returns how much the current or the last poll covers.
    pub fn mode(&self) -> &PollMode {
        &self.mode
    }

    /// Returns the walk of the current or the last poll, with its [progress](Walk::progress) and
    /// its [dates](Walk::dates).
    pub fn walk(&self) -> Option<&Walk> {
        self.walk.as_ref()
    }

    /// Begins a poll from the checkpoint that was acknowledged last. The current poll, if any, is
    /// abandoned.
    pub fn restart(&mut self) {
        let mut walk = Walk::new(self.operation, &self.root, &self.collection, self.filter.clone(), &self.options);
        let page_limit = self.walk.as_ref().and_then(Walk::page_limit);
        self.waiting = 0;
        self.mode = PollMode::First;
        if let Some(checkpoint) = &self.acknowledged {
            let mut position = checkpoint.position.clone();
            self.mode = match &position.unreliable {
                Some(why) => PollMode::Full(why.clone()),
                None if position.anchor.is_some() => PollMode::Incremental,
                None => PollMode::First,
            };
            // An overlap is of no use in the middle of a walk.
            let overlap = if checkpoint.is_complete { self.options.walk.overlap } else { Duration::ZERO };
            if checkpoint.is_complete {
                position.next = None;
            }
            walk.resume(position, overlap);
        }
        page_limit.into_iter().for_each(|max| walk.cap_page(max));
        if matches!(self.mode, PollMode::First | PollMode::Full(_))
            && let Some(index) = &mut self.index
        {
            index.begin();
        }
        self.walk = Some(walk);
        self.is_over = false;
    }

    pub(super) fn running(&mut self) -> Option<&mut Walk> {
        if self.walk.is_none() || self.is_over {
            self.restart();
        }
        self.walk.as_mut()
    }

    /// Returns the next request; `None` once the poll is over. The first call begins a poll, and so
    /// does the first one after [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// Returns an error as [`Walk::request`] does.
    pub fn request(&mut self) -> Result<Option<Request>, Error> {
        self.running().map_or(Ok(None), |walk| walk.request())
    }

    /// Takes the answer to the last request. Returns a page if it contained anything new.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Walk::receive`] does.
    pub fn receive(&mut self, response: Response<Vec<u8>>) -> Result<Option<Polled>, Error> {
        let Some(walk) = self.running() else { return Ok(None) };
        let Some(mut page) = walk.receive(response)? else { return Ok(None) };
        let (position, is_done) = (walk.position(), walk.is_done());
        let keys = self.index.as_mut().map(|index| index.drop_known(&mut page)).unwrap_or_default();
        self.waiting += 1;
        let ticket = Ticket { checkpoint: self.checkpoint_at(position, is_done), keys };
        Ok(Some(Polled { page, ticket }))
    }

    /// Notes that there was no answer to the last request.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Walk::failed`] does.
    pub fn failed(&mut self, error: Error) -> Result<(), Error> {
        match self.running() {
            Some(walk) => walk.failed(error),
            None => Err(error),
        }
    }

    fn checkpoint_at(&self, position: Position, is_complete: bool) -> Checkpoint {
        Checkpoint {
            version: self.root.version(),
            root: self.root.url().to_string(),
            collection: self.collection.clone(),
            is_manifest: self.operation == Operation::Manifest,
            filter: self.filter.fingerprint(),
            is_complete,
            position,
        }
    }

    /// Notes that a page and all pages before it are processed: its checkpoint becomes the current
    /// one.
    pub fn acknowledge(&mut self, ticket: Ticket) {
        if let Some(index) = &mut self.index {
            ticket.keys.into_iter().for_each(|key| index.insert_key(key));
        }
        self.waiting = self.waiting.saturating_sub(1);
        self.acknowledged = Some(ticket.checkpoint);
    }

    /// Ends a poll whose pages were all processed, including those without anything new. Returns
    /// whether it did: a poll that is not over, or has pages that were not acknowledged, continues.
    pub fn finish(&mut self) -> bool {
        match &self.walk {
            Some(walk) if !self.is_over && walk.is_done() && self.waiting == 0 => {
                self.acknowledged = Some(self.checkpoint_at(walk.position(), true));
                self.is_over = true;
                true
            }
            _ => false,
        }
    }
}
