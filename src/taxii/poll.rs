//! Polling: what came since the last time, page by page, without a gap.
//!
//! A [`Poller`] is a [`Walk`] that is taken up where the last one ended. Each page comes with a [`Ticket`]. Once
//! the page is dealt with, [`Poller::acknowledge`] makes the ticket's [`Checkpoint`] the one that counts. A crash between
//! the two brings the page again: every object comes at least once, and once alone where nothing fails.
//!
//! What counts as new is the server's date of addition, in the server's own digits. The client's clock plays no part.
//! The next poll asks from a microsecond before the last date ([`WalkOptions::overlap`](super::WalkOptions::overlap)), as
//! objects of that very instant may still be to come, and drops what is known.
//!
//! Where dates contradict each other ([`Dates::Unreliable`](super::Dates::Unreliable)), a poll that goes by them would
//! lose objects without anybody seeing it. Then each poll is a walk over all, and [`Poller::mode`] says so. With an
//! [`ObjectIndex`] of what is known, [`Poller::with_index`], only what is not comes out of it. The index also tells what was removed.

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
/// It sends nothing itself: [`Client::poll`](super::Client::poll) does, or any other loop around [`request`](Self::request).
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
    /// What is known, beyond what the checkpoint remembers.
    index: Option<ObjectIndex>,
    walk: Option<Walk>,
    /// The walk is over and its poll ended. It is kept to be looked at.
    is_over: bool,
    mode: PollMode,
    /// How many pages of this poll wait to be acknowledged.
    waiting: u64,
}

/// How a poll goes about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollMode {
    /// All from the filter's start, as nothing is known yet.
    First,
    /// What was added since the last poll.
    Incremental,
    /// All from the filter's start, as dates cannot be relied on. Why.
    Full(String),
}

/// A page of a poll.
#[derive(Debug)]
#[non_exhaustive]
pub struct Polled {
    /// What is new.
    pub page: Page,
    /// To be [acknowledged](Poller::acknowledge) once the page is dealt with.
    pub ticket: Ticket,
}

/// Stands for a page until it is acknowledged.
#[derive(Debug)]
#[must_use = "a page that is not acknowledged comes again"]
pub struct Ticket {
    checkpoint: Checkpoint,
    keys: Vec<Key>,
}

impl Ticket {
    /// The checkpoint that counts once the page is dealt with.
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

    /// Goes on from a checkpoint.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Checkpoint`] where it is of another root, collection, resource, filter or version of TAXII. A poller
    /// without it starts from the filter's start.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Result<Self, Error> {
        let own = self.checkpoint_at(Position::default(), false);
        let differs = [
            (own.root != checkpoint.root, "API root"),
            (own.collection != checkpoint.collection, "collection"),
            (own.is_manifest != checkpoint.is_manifest, "resource"),
            (own.filter != checkpoint.filter, "filter"),
            (own.version != checkpoint.version, "version of TAXII"),
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

    /// Drops what an index knows from every page. What is acknowledged goes into it.
    #[must_use]
    pub fn with_index(mut self, index: ObjectIndex) -> Self {
        self.index = Some(index);
        self
    }

    /// The index that was given, with what was acknowledged since.
    pub fn index(&self) -> Option<&ObjectIndex> {
        self.index.as_ref()
    }

    /// The index, to be kept or to look at what was removed.
    pub fn index_mut(&mut self) -> Option<&mut ObjectIndex> {
        self.index.as_mut()
    }

    /// The checkpoint that was acknowledged last; `None` where there is none yet.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.acknowledged.as_ref()
    }

    /// How the poll that runs, or ran last, goes about it.
    pub fn mode(&self) -> &PollMode {
        &self.mode
    }

    /// The walk of the poll that runs, or ran last: its [progress](Walk::progress), its [dates](Walk::dates).
    pub fn walk(&self) -> Option<&Walk> {
        self.walk.as_ref()
    }

    /// Begins a poll from the checkpoint that was acknowledged last. A poll that runs is given up.
    pub fn restart(&mut self) {
        let mut walk = Walk::new(self.operation, &self.root, &self.collection, self.filter.clone(), &self.options);
        self.waiting = 0;
        self.mode = PollMode::First;
        if let Some(checkpoint) = &self.acknowledged {
            let mut position = checkpoint.position.clone();
            self.mode = match &position.unreliable {
                Some(why) => PollMode::Full(why.clone()),
                None if position.anchor.is_some() => PollMode::Incremental,
                None => PollMode::First,
            };
            // In the middle of a walk nothing is gained by going further back.
            let overlap = if checkpoint.is_complete { self.options.walk.overlap } else { Duration::ZERO };
            if checkpoint.is_complete {
                position.next = None;
            }
            walk.resume(position, overlap);
        }
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

    /// What to ask next; nothing once the poll is over. The first call begins a poll, and so does the first one after
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// As [`Walk::request`].
    pub fn request(&mut self) -> Result<Option<Request>, Error> {
        self.running().map_or(Ok(None), |walk| walk.request())
    }

    /// Takes the answer to the last request. Gives a page where it brought anything new.
    ///
    /// # Errors
    ///
    /// As [`Walk::receive`].
    pub fn receive(&mut self, response: Response<Vec<u8>>) -> Result<Option<Polled>, Error> {
        let Some(walk) = self.running() else { return Ok(None) };
        let Some(mut page) = walk.receive(response)? else { return Ok(None) };
        let (position, is_done) = (walk.position(), walk.is_done());
        let keys = self.index.as_mut().map(|index| index.drop_known(&mut page)).unwrap_or_default();
        self.waiting += 1;
        let ticket = Ticket { checkpoint: self.checkpoint_at(position, is_done), keys };
        Ok(Some(Polled { page, ticket }))
    }

    /// Says that there was no answer to the last request.
    ///
    /// # Errors
    ///
    /// As [`Walk::failed`].
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

    /// Says that a page is dealt with, and all before it: its checkpoint is the one that counts.
    pub fn acknowledge(&mut self, ticket: Ticket) {
        if let Some(index) = &mut self.index {
            ticket.keys.into_iter().for_each(|key| index.insert_key(key));
        }
        self.waiting = self.waiting.saturating_sub(1);
        self.acknowledged = Some(ticket.checkpoint);
    }

    /// Ends a poll that came to its end: all pages are dealt with, those without anything new included. Gives whether
    /// that is so; a poll that is not over, or has pages that were not acknowledged, goes on.
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
