//! The paginator: a whole result, page by page, without sending anything itself.
//!
//! [`Walk::request`] says what to ask next, and nothing once the walk is over. The answer goes into [`Walk::receive`],
//! which gives a page where it brought something. Where there was no answer, [`Walk::failed`] says whether there is
//! another way. After an error the walk can go on: the next request is one that may be sent.
//!
//! # The contract
//!
//! **Every object once.** A walk gives every object that the collection had at its start and still has at its end, at
//! least once, and no (id, version) twice; else it ends with an error. It relies on the one thing that the standard
//! promises: results are in the order in which the server got them. What it relies on it checks.
//!
//! **Three ways on.** With `next`, the same request once more with `next` and nothing else changed: not the limit, not the
//! start. With `more` and no `next`, from a microsecond before `X-TAXII-Date-Added-Last`, dropping what was had already:
//! "after" that instant would lose what was added at the same instant and did not fit on the page. In TAXII 2.0, from
//! the place behind the objects that came, which may be fewer than were asked for and than the server says.
//!
//! **A lost cursor is a restart.** A `next` that has expired, or whose answer got lost, is not sent again, since some
//! servers then go on with the page behind. The walk restarts at the last date instead. That takes a server whose dates
//! keep the order: two pages must have shown it. Before, and where dates are missing, the walk restarts at its start.
//!
//! **Progress is new objects.** A `next` may be the same on every page. Pages that bring nothing new while there is
//! said to be more are borne a few times, then they are an error. Where more objects than a page holds were added at
//! one instant, and there is no `next`, the page is made larger until the instant is passed or the server sends no more.
//!
//! **Memory** is a page and the keys of the objects at the last instant: those that a restart would bring again.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use http::{Response, StatusCode};

use super::Version;
use super::answer::Answer;
use super::error::{Error, ErrorKind};
use super::filter::{Filter, VersionFilter};
use super::options::{Options, WalkOptions};
use super::page::{Key, Page};
use super::request::{Operation, Part, Request, RootUrl};
use super::transport::TransportErrorKind;
use crate::Timestamp;

/// A walk over the objects or the manifest of a collection. See the [module](self) for what it promises.
///
/// ```
/// use stixkit::taxii::{Filter, Options, RootUrl, Version, Walk};
///
/// let answers = [
///     r#"{"more": true, "next": "a", "objects": [{"type": "x-a", "id": "x-a--1"}]}"#,
///     r#"{"more": false, "objects": [{"type": "x-a", "id": "x-a--1"}, {"type": "x-a", "id": "x-a--2"}]}"#,
/// ];
/// let options = Options::default();
/// let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &options)?;
/// let mut walk = Walk::objects(&root, "91a7b528", Filter::new(), &options);
/// let mut answers = answers.into_iter();
/// let mut pages = Vec::new();
/// while let Some(request) = walk.request()? {
///     println!("{request:?}");
///     let response = http::Response::new(answers.next().unwrap_or_default().as_bytes().to_vec());
///     pages.extend(walk.receive(response)?);
/// }
/// assert_eq!(pages.iter().map(|page| page.len()).collect::<Vec<_>>(), [1, 1]);
/// assert_eq!(walk.progress().duplicates, 1);
/// # Ok::<(), stixkit::taxii::Error>(())
/// ```
#[derive(Debug)]
pub struct Walk {
    root: RootUrl,
    collection: String,
    /// Of which the versions are walked over.
    object: String,
    operation: Operation,
    filter: Filter,
    options: Options,
    cursor: Cursor,
    /// The start that all requests of the chain have: `next` and ranges are valid for it alone.
    from: Option<DateTime<Utc>>,
    /// Likewise.
    limit: u32,
    /// What `limit` may become: less than the option where an answer was too large.
    max_limit: u32,
    /// The last date that was relied on before this walk.
    base: Option<Timestamp>,
    /// The last date, as the server wrote it.
    last: Option<Timestamp>,
    dates: Dates,
    remembered: HashMap<Key, Mark>,
    /// Some of what a restart would bring again is not remembered.
    forgotten: bool,
    /// Something was forgotten because dates said that it cannot come again.
    pruned: bool,
    /// What `remembered` had when it was pruned last.
    kept: usize,
    /// Some of it has no date.
    undated: bool,
    /// Counts restarts.
    round: u32,
    idle: u32,
    idle_restarts: u32,
    /// New objects since the last restart.
    fresh: u64,
    /// How many objects came with the last page.
    count: usize,
    /// How many objects came when the same start was asked for last.
    ties: Option<usize>,
    /// The last object, for asking when it was added.
    last_key: Option<Key>,
    /// A request with `next` was sent, and what became of it is not known.
    is_in_flight: bool,
    /// By the client's timer.
    started: Option<Duration>,
    blank_range: bool,
    total: Option<u64>,
    /// The last date of the chain.
    chain_last: Option<Timestamp>,
    /// Objects were removed during the walk, so that pages overlap.
    rereads: bool,
    progress: Progress,
}

/// Where the next page is.
#[derive(Clone, Debug, PartialEq)]
enum Cursor {
    /// At `from`.
    Start,
    Next(String),
    Range(u64),
    /// Not known before the manifest says when the last object was added.
    Manifest,
    /// There is more, and no way to it: why.
    Stuck(String),
    Done,
}

/// An object that was had.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// It was added at this instant or before. `None` where nothing says.
    date: Option<DateTime<Utc>>,
    /// The round in which it came last.
    round: u32,
}

/// What a walk has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Pages that came, those without anything new included.
    pub pages: u64,
    /// Objects or records that were given.
    pub objects: u64,
    /// Of these, how many could not be read.
    pub rejected: u64,
    /// Objects or records that came again.
    pub duplicates: u64,
    /// How often the walk restarted because a cursor was lost.
    pub restarts: u64,
}

/// Whether the dates that a server sends can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// Nothing speaks for or against it yet: there was one page, or none.
    Unverified,
    /// Pages came in the order of their dates.
    Verified,
    /// They contradict each other, the order of pages, or the request. What it is.
    Unreliable(&'static str),
}

/// From where a walk can be taken up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Position {
    /// The last date that can be relied on.
    pub(super) anchor: Option<Timestamp>,
    /// What would come again from there.
    pub(super) border: Vec<Key>,
    pub(super) is_verified: bool,
    pub(super) unreliable: Option<String>,
    pub(super) next: Option<String>,
    pub(super) limit: u32,
    pub(super) from: Option<Timestamp>,
}

/// Of what has no date, this many keys are exported.
const MAX_EXPORTED: usize = 100_000;

impl Walk {
    /// A walk over the objects of a collection.
    pub fn objects(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Objects, root, collection, filter, options)
    }

    /// A walk over the manifest of a collection.
    pub fn manifest(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Manifest, root, collection, filter, options)
    }

    /// A walk over one object: over several versions of it where the filter says so.
    pub fn object(root: &RootUrl, collection: &str, id: &str, filter: Filter, options: &Options) -> Self {
        let walk = Self::new(Operation::Object, root, collection, filter, options);
        Self { object: id.to_owned(), ..walk }
    }

    /// A walk over the versions of an object. Its pages have a record for each. TAXII 2.0 does not know it.
    pub fn versions(root: &RootUrl, collection: &str, id: &str, filter: Filter, options: &Options) -> Self {
        let walk = Self::new(Operation::Versions, root, collection, filter, options);
        Self { object: id.to_owned(), ..walk }
    }

    pub(super) fn new(
        operation: Operation,
        root: &RootUrl,
        collection: &str,
        filter: Filter,
        options: &Options,
    ) -> Self {
        let limit = options.limit.max(1);
        let mut walk = Self {
            root: root.clone(),
            collection: collection.to_owned(),
            object: String::new(),
            operation,
            filter,
            options: options.clone(),
            cursor: Cursor::Start,
            from: None,
            limit,
            max_limit: options.walk.max_limit.max(limit),
            base: None,
            last: None,
            dates: Dates::Unverified,
            remembered: HashMap::new(),
            forgotten: false,
            pruned: false,
            kept: 0,
            undated: false,
            round: 1,
            idle: 0,
            idle_restarts: 0,
            fresh: 0,
            count: 0,
            ties: None,
            last_key: None,
            is_in_flight: false,
            started: None,
            blank_range: false,
            total: None,
            chain_last: None,
            rereads: false,
            progress: Progress::default(),
        };
        walk.start_at(None);
        walk
    }

    /// Takes up a walk.
    pub(super) fn resume(&mut self, position: Position, overlap: Duration) {
        let anchor = position.anchor.as_ref().map(Timestamp::instant);
        if position.is_verified {
            self.dates = Dates::Verified;
        }
        let mark = Mark { date: anchor, round: 0 };
        self.remembered = position.border.into_iter().map(|key| (key, mark)).collect();
        self.kept = self.remembered.len();
        self.undated = anchor.is_none();
        self.start_at(anchor.and_then(|anchor| before(anchor, overlap)));
        self.last = position.anchor.clone();
        self.base = position.anchor;
        if let Some(next) = position.next.filter(|_| self.walk_options().next_repeats) {
            self.cursor = Cursor::Next(next);
            self.limit = position.limit.max(1);
            self.from = position.from.as_ref().map(Timestamp::instant);
        }
    }

    /// From where it can be taken up again, once all pages so far are dealt with.
    pub(super) fn position(&self) -> Position {
        let is_unreliable = matches!(self.dates, Dates::Unreliable(_));
        let anchor = if self.is_done() { self.last.as_ref() } else { self.anchor() };
        let anchor = anchor.filter(|_| !is_unreliable);
        let horizon = anchor.and_then(|anchor| before(anchor.instant(), self.overlap()));
        let is_due = |mark: &Mark| match (mark.date, horizon) {
            (Some(date), Some(horizon)) => date >= horizon,
            _ => true,
        };
        let due = self.remembered.iter().filter(|(_, mark)| !is_unreliable && is_due(mark));
        let mut border: Vec<_> = due.map(|(key, _)| key.clone()).collect();
        if border.len() > MAX_EXPORTED && self.dates != Dates::Verified {
            border.clear();
        }
        border.sort();
        let next = match &self.cursor {
            Cursor::Next(next) => Some(next.clone()),
            _ => None,
        };
        Position {
            anchor: anchor.cloned(),
            border,
            is_verified: self.dates == Dates::Verified,
            unreliable: match self.dates {
                Dates::Unreliable(why) => Some(why.to_owned()),
                _ => None,
            },
            limit: if next.is_some() { self.limit } else { 0 },
            from: self.from.filter(|_| next.is_some()).map(Timestamp::from),
            next,
        }
    }

    /// What it has done so far.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Whether the server's dates can be relied on.
    pub fn dates(&self) -> Dates {
        self.dates
    }

    /// The last date of the pages so far, as the server wrote it.
    pub fn last_added(&self) -> Option<&Timestamp> {
        self.last.as_ref()
    }

    /// Whether there is nothing more to ask.
    pub fn is_done(&self) -> bool {
        self.cursor == Cursor::Done
    }

    fn walk_options(&self) -> &WalkOptions {
        &self.options.walk
    }

    fn overlap(&self) -> Duration {
        self.walk_options().overlap
    }

    /// What to ask next; nothing once the walk is over.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Capped`] where a cap is reached; [`ErrorKind::Request`] for a filter that says something twice, or
    /// a collection that is no name in a URL.
    pub fn request(&self) -> Result<Option<Request>, Error> {
        let (operation, filter, part) = match &self.cursor {
            Cursor::Done => return Ok(None),
            Cursor::Stuck(why) => {
                return Err(Error::new(ErrorKind::NoProgress).with_detail(why).at_instant(self.last.clone()));
            }
            Cursor::Start => {
                let part = match self.root.version() {
                    Version::V21 => Part::First { limit: self.limit },
                    Version::V20 => Part::Range { start: 0, limit: self.limit, blank: self.blank_range },
                };
                (self.operation, &self.filter, part)
            }
            Cursor::Next(next) => (self.operation, &self.filter, Part::Next { limit: self.limit, next: next.clone() }),
            Cursor::Range(start) => {
                let part = Part::Range { start: *start, limit: self.limit, blank: self.blank_range };
                (self.operation, &self.filter, part)
            }
            Cursor::Manifest => return self.ask_manifest().map(Some),
        };
        let caps = self.walk_options();
        if caps.max_pages.is_some_and(|max| self.progress.pages >= max) {
            return Err(Error::new(ErrorKind::Capped).with_detail(format!("{} pages", self.progress.pages)));
        }
        if caps.max_objects.is_some_and(|max| self.progress.objects >= max) {
            return Err(Error::new(ErrorKind::Capped).with_detail(format!("{} objects", self.progress.objects)));
        }
        let request = self.root.part(operation, &self.collection, &self.object, filter, self.from, &part)?;
        Ok(Some(if caps.next_repeats { request.repeatable() } else { request }))
    }

    fn ask_manifest(&self) -> Result<Request, Error> {
        let id = self.last_key.as_ref().map(|key| key.id.to_string()).unwrap_or_default();
        let filter = Filter::new().ids([id]).versions([VersionFilter::All]);
        let part = Part::First { limit: self.limit };
        self.root.part(Operation::Manifest, &self.collection, "", &filter, None, &part)
    }

    /// Takes the answer to the last request. Gives a page where it brought anything new.
    ///
    /// # Errors
    ///
    /// What the server refuses, as [`Answer::read`] and [`Answer::page`] say. [`ErrorKind::NoProgress`] where there is
    /// no way on.
    pub fn receive(&mut self, response: Response<Vec<u8>>) -> Result<Option<Page>, Error> {
        let Some(request) = self.request()? else { return Ok(None) };
        self.is_in_flight = false;
        self.take(&request, response).map_err(|error| error.of(request.method(), request.url()))
    }

    fn take(&mut self, request: &Request, response: Response<Vec<u8>>) -> Result<Option<Page>, Error> {
        let status = response.status();
        match &self.cursor {
            Cursor::Done | Cursor::Stuck(_) => return Ok(None),
            Cursor::Manifest => {
                let page = Answer::read(request, response, &self.options)?.page()?;
                self.take_date(&page);
                return Ok(None);
            }
            Cursor::Next(_) if matches!(status.as_u16(), 400 | 404 | 410 | 416) => {
                let error = Answer::read(request, response, &self.options).err();
                let error = error.unwrap_or_else(|| Error::new(ErrorKind::Refused));
                return self.restart(error).map(|()| None);
            }
            Cursor::Start | Cursor::Range(_) if self.root.version() == Version::V20 => {
                if status == StatusCode::RANGE_NOT_SATISFIABLE && self.is_behind_the_end(&response) {
                    self.cursor = Cursor::Done;
                    return Ok(None);
                }
                if status == StatusCode::BAD_REQUEST && self.progress.pages == 0 && !self.blank_range {
                    self.blank_range = true;
                    return Ok(None);
                }
            }
            _ => {}
        }
        let page = match Answer::read(request, response, &self.options).and_then(Answer::page) {
            // An answer that is cut or garbled is as good as one that got lost.
            Err(error) if status.is_success() && matches!(self.cursor, Cursor::Next(_)) => {
                return self.restart(error).map(|()| None);
            }
            page => page?,
        };
        Ok(self.accept(page, status != StatusCode::PARTIAL_CONTENT))
    }

    /// Whether a 416 says that the walk is over, and not that the range is of no use.
    fn is_behind_the_end(&self, response: &Response<Vec<u8>>) -> bool {
        let range = response.headers().get(http::header::CONTENT_RANGE);
        let total = range.and_then(|range| range.to_str().ok()?.rsplit_once('/')?.1.trim().parse::<u64>().ok());
        match (&self.cursor, total) {
            (Cursor::Range(start), Some(total)) => total <= *start,
            (Cursor::Range(_), None) => true,
            (_, total) => total.is_none_or(|total| total == 0),
        }
    }

    /// Says that there was no answer to the last request.
    ///
    /// # Errors
    ///
    /// The error itself, where asking the same again later is all that can be done.
    pub fn failed(&mut self, error: Error) -> Result<(), Error> {
        let is_next = matches!(self.cursor, Cursor::Next(_)) && !self.walk_options().next_repeats;
        self.is_in_flight = false;
        if error.kind() == ErrorKind::AnswerTooLarge && self.limit > 1 && self.cursor != Cursor::Manifest {
            return self.shrink(error);
        }
        match error.transport() {
            Some(kind) if is_next && !kind.is_unsent() && kind != TransportErrorKind::Redirect => self.restart(error),
            _ => Err(error),
        }
    }

    /// Says that the request is about to be sent, at this time. Where nobody says what became of the last one, whoever
    /// waited for it gave up: a `next` may have been used up.
    pub(super) fn sending(&mut self, now: Duration) -> Result<(), Error> {
        if self.is_in_flight {
            self.is_in_flight = false;
            self.restart(Error::new(ErrorKind::Temporary).with_detail("the request was given up"))?;
        }
        let started = *self.started.get_or_insert(now);
        if self.walk_options().max_time.is_some_and(|max| now.saturating_sub(started) >= max) {
            return Err(Error::new(ErrorKind::Capped).with_detail("the time is up"));
        }
        self.is_in_flight = matches!(self.cursor, Cursor::Next(_)) && !self.walk_options().next_repeats;
        Ok(())
    }

    /// Asks for smaller pages.
    fn shrink(&mut self, error: Error) -> Result<(), Error> {
        let limit = self.limit / 2;
        match self.cursor {
            Cursor::Range(_) => {}
            Cursor::Next(_) => self.restart(error)?,
            _ => {}
        }
        self.limit = limit;
        self.max_limit = limit;
        Ok(())
    }

    /// Goes on without the cursor, which is lost for this reason. Where that has brought nothing new a few times, it is
    /// an error; the walk is at its restart all the same, as the cursor must not be used again.
    fn restart(&mut self, error: Error) -> Result<(), Error> {
        if self.forgotten || (self.pruned && self.dates != Dates::Verified) {
            let detail = "a cursor is lost, and without dates to rely on there is no other way on";
            self.get_stuck(detail);
            return Err(Error::new(ErrorKind::NoProgress).with_detail(detail).with_source(error));
        }
        let is_idle = std::mem::take(&mut self.fresh) == 0;
        self.idle_restarts = if is_idle { self.idle_restarts + 1 } else { 0 };
        self.idle = 0;
        self.round += 1;
        self.ties = None;
        self.progress.restarts += 1;
        let limit = if is_idle { self.limit.saturating_mul(2) } else { self.options.limit.max(1) };
        self.limit = limit.min(self.max_limit);
        let anchor = self.anchor().map(Timestamp::instant);
        self.start_at(anchor.and_then(|anchor| before(anchor, Duration::ZERO)));
        if self.idle_restarts > self.walk_options().max_idle {
            self.idle_restarts = 0;
            return Err(error);
        }
        Ok(())
    }

    /// The last date that a restart can rely on.
    fn anchor(&self) -> Option<&Timestamp> {
        if self.dates == Dates::Verified { self.last.as_ref() } else { self.base.as_ref() }
    }

    /// Begins a chain of requests, not before the filter's start.
    fn start_at(&mut self, instant: Option<DateTime<Utc>>) {
        let start = self.filter.start().map(Timestamp::instant);
        self.from = instant.max(start);
        self.cursor = Cursor::Start;
        self.chain_last = None;
        self.total = None;
    }

    fn accept(&mut self, mut page: Page, is_whole: bool) -> Option<Page> {
        if self.operation == Operation::Versions {
            page.records.iter_mut().for_each(|record| record.id.clone_from(&self.object));
        }
        self.progress.pages += 1;
        self.count = page.len() + page.rejected_records.len();
        let last = self.look_at_dates(&page);
        let (fresh, again) = self.drop_known(&mut page, last.as_ref().map(Timestamp::instant));
        self.fresh += fresh;
        self.idle = if fresh + again > 0 { 0 } else { self.idle + 1 };
        self.undated |= last.is_none() && fresh > 0;
        if let Some(last) = last {
            self.advance(last);
        }
        self.forget();
        self.progress.objects += (page.len() + page.rejected_records.len()) as u64;
        self.progress.rejected += page.rejected() as u64;
        self.progress.duplicates += page.duplicates;
        match self.root.version() {
            Version::V21 => self.go_on(&page, fresh + again > 0),
            Version::V20 => self.go_on_by_range(&page, is_whole),
        }
        (!page.is_empty()).then_some(page)
    }

    /// Checks the dates of a page, and gives its last one.
    fn look_at_dates(&mut self, page: &Page) -> Option<Timestamp> {
        if !page.unreadable_dates.is_empty() {
            self.distrust("a date header is no timestamp");
        }
        let of_records = page.records.iter().filter_map(|record| record.date_added.as_ref());
        let records = of_records.clone().min().zip(of_records.max());
        let (first, last) = match (&page.added_first, &page.added_last) {
            _ if self.count == 0 => return None,
            (Some(first), Some(last)) => (first.clone(), last.clone()),
            (None, Some(last)) => (last.clone(), last.clone()),
            _ => records.map(|(first, last)| (first.clone(), last.clone()))?,
        };
        if first > last {
            self.distrust("the first date of a page is after its last one");
        } else if self.from.is_some_and(|from| first.instant() < from.trunc_subsecs(6)) {
            self.distrust("objects from before the start that was asked for");
        }
        match self.chain_last.replace(last.clone()) {
            Some(before) if first < before && !self.rereads => {
                self.distrust("the dates go backwards from page to page");
            }
            Some(_) => self.verify(),
            None => {}
        }
        // A manifest shows its order in itself, if its dates are those of the headers: these may have milliseconds.
        let is_sorted = page.records.iter().filter_map(|record| record.date_added.as_ref()).is_sorted();
        let is_same = |own: &Timestamp| (own.instant() - last.instant()).abs() < chrono::TimeDelta::milliseconds(1);
        match records {
            Some(_) if !is_sorted => self.distrust("the dates go backwards in a page"),
            Some((own_first, own_last)) if own_first < own_last && is_same(own_last) => self.verify(),
            _ => {}
        }
        Some(last)
    }

    /// Dates came in order. What contradicted itself before stays unreliable.
    fn verify(&mut self) {
        if self.dates == Dates::Unverified {
            self.dates = Dates::Verified;
        }
    }

    fn distrust(&mut self, why: &'static str) {
        if !matches!(self.dates, Dates::Unreliable(_)) {
            self.dates = Dates::Unreliable(why);
        }
    }

    /// Drops what was had already. Gives how many objects are new, and how many came for the first time in this round.
    fn drop_known(&mut self, page: &mut Page, last: Option<DateTime<Utc>>) -> (u64, u64) {
        let (mut fresh, mut again) = (0, 0);
        let (round, remembered) = (self.round, &mut self.remembered);
        let mut is_new = |key: Key, date: Option<DateTime<Utc>>| match remembered.get_mut(&key) {
            Some(mark) => {
                again += u64::from(mark.round < round);
                mark.round = round;
                false
            }
            None => {
                remembered.insert(key, Mark { date, round });
                fresh += 1;
                true
            }
        };
        let mut objects = std::mem::take(&mut page.objects);
        let before = objects.len() + page.records.len();
        let mut last_key = None;
        objects.retain(|object| {
            let key = page.key(object);
            last_key = Some(key.clone());
            is_new(key, last)
        });
        page.records.retain(|record| {
            let date = record.date_added.as_ref().map(Timestamp::instant).or(last);
            // All versions are looked at: none may be left out of what is remembered.
            record.keys().fold(false, |any, key| is_new(key, date) | any)
        });
        page.objects = objects;
        page.duplicates = (before - page.len()) as u64;
        self.last_key = last_key.or(self.last_key.take());
        (fresh, again)
    }

    /// Moves the last date forward, and forgets what cannot come again.
    fn advance(&mut self, last: Timestamp) {
        if matches!(self.dates, Dates::Unreliable(_)) {
            return;
        }
        let instant = last.instant();
        if std::mem::take(&mut self.undated) {
            // What had no date came before this page's last.
            self.remembered.values_mut().for_each(|mark| mark.date = mark.date.or(Some(instant)));
        }
        if self.last.as_ref().is_some_and(|before| *before >= last) {
            return;
        }
        self.last = Some(last);
        if self.dates == Dates::Verified {
            self.forgotten = false;
            self.prune(instant);
        }
    }

    fn prune(&mut self, last: DateTime<Utc>) {
        // Going through all of them for every page would take quadratic time where a large overlap keeps many.
        if self.remembered.len() < 2 * self.kept {
            return;
        }
        let Some(horizon) = before(last, self.overlap()) else { return };
        let len = self.remembered.len();
        // Some servers mean "at or after" by "after".
        self.remembered.retain(|_, mark| mark.date.is_none_or(|date| date >= horizon));
        self.pruned |= self.remembered.len() < len;
        self.kept = self.remembered.len();
    }

    /// Keeps the bound on what is remembered.
    fn forget(&mut self) {
        if self.remembered.len() > self.walk_options().max_remembered {
            self.remembered.clear();
            self.kept = 0;
            self.forgotten = true;
        }
    }

    /// There is more, and no way to it. What came so far is good, so this is said when more is asked for.
    fn get_stuck(&mut self, why: impl Into<String>) {
        self.cursor = Cursor::Stuck(why.into());
    }

    fn go_on(&mut self, page: &Page, has_progress: bool) {
        if !page.more.unwrap_or(page.next.is_some() && has_progress) {
            self.cursor = Cursor::Done;
            return;
        }
        if let Some(next) = &page.next {
            if self.idle > self.walk_options().max_idle {
                return self.get_stuck(IDLE);
            }
            self.cursor = Cursor::Next(next.clone());
            return;
        }
        if let Dates::Unreliable(why) = self.dates {
            return self.get_stuck(format!("there is more, without `next`, and {why}"));
        }
        let is_dated = page.added_last.is_some() || page.records.iter().any(|record| record.date_added.is_some());
        let has_objects = matches!(self.operation, Operation::Objects | Operation::Object);
        let may_ask = has_objects && self.walk_options().ask_manifest;
        match self.count {
            1.. if !is_dated && may_ask && self.last_key.is_some() => self.cursor = Cursor::Manifest,
            1.. if !is_dated => self.get_stuck("there is more, without `next` and without a date"),
            _ => self.go_on_by_date(page.duplicates),
        }
    }

    fn go_on_by_date(&mut self, duplicates: u64) {
        if self.forgotten {
            return self.get_stuck("more objects of one instant than may be remembered");
        }
        // This is the standard's own way, so the dates it needs are relied on.
        if self.last.is_some() {
            self.verify();
        }
        let start = self.filter.start().map(Timestamp::instant);
        let from = self.last.as_ref().and_then(|last| before(last.instant(), Duration::ZERO)).max(start);
        if from == self.from {
            if self.ties.is_some_and(|ties| self.count <= ties) || self.limit >= self.max_limit {
                return self.get_stuck("more objects were added at one instant than the server sends on a page");
            }
            self.ties = Some(self.count);
            self.limit = self.limit.saturating_mul(2).min(self.max_limit);
        } else {
            // The limit stays as large as ties made it: where there were some, there are more. It grows where most of a
            // page came again, or a walk over many ties would mostly read what it has.
            self.ties = None;
            if duplicates.saturating_mul(2) > self.count as u64 {
                self.limit = self.limit.saturating_mul(2).min(self.max_limit);
            }
        }
        self.round += 1;
        self.start_at(from);
    }

    /// Takes the answer to the question when the last object was added.
    fn take_date(&mut self, page: &Page) {
        let date = self.last_key.as_ref().and_then(|key| date_of(key, page));
        match date {
            Some(date) => {
                self.advance(date);
                self.go_on_by_date(0);
            }
            None => self.get_stuck("there is more, without `next`, and the manifest has no date either"),
        }
    }

    fn go_on_by_range(&mut self, page: &Page, is_whole: bool) {
        let asked = match self.cursor {
            Cursor::Range(start) => start,
            _ => 0,
        };
        if page.range.is_none() && is_whole {
            self.cursor = Cursor::Done;
            return;
        }
        let first = page.range.map_or(asked, |range| range.first);
        if first > asked {
            return self.get_stuck("a page starts behind the place that was asked for");
        }
        if self.idle > self.walk_options().max_idle {
            return self.get_stuck(IDLE);
        }
        let total = page.range.and_then(|range| range.total);
        let removed = self.total.zip(total).map_or(0, |(before, now)| before.saturating_sub(now));
        self.total = total;
        // What was removed in front moved the rest forward, and as much of it was passed over.
        self.rereads |= removed > 0;
        let next = if removed > 0 { first.saturating_sub(removed) } else { first.saturating_add(self.count as u64) };
        self.cursor = match total {
            Some(total) if next >= total => Cursor::Done,
            None if self.count == 0 => Cursor::Done,
            _ => Cursor::Range(next),
        };
    }
}

const IDLE: &str = "pages with nothing new, and said to be followed by more";

/// When an object was added, by the manifest.
fn date_of(key: &Key, manifest: &Page) -> Option<Timestamp> {
    let records: Vec<_> = manifest.records.iter().filter(|record| key.id.is(&record.id)).collect();
    let dates = |only_same: bool| {
        let same = records.iter().filter(move |record| !only_same || record.keys().any(|own| own == *key));
        same.filter_map(|record| record.date_added.clone())
    };
    // Of several versions the last may have been added after the page's end: what lies between would be passed over.
    dates(true).min().or_else(|| dates(false).min())
}

/// The instant from where all that was added at `last` comes again, and all of `overlap` before.
fn before(last: DateTime<Utc>, overlap: Duration) -> Option<DateTime<Utc>> {
    let overlap = chrono::TimeDelta::from_std(overlap.max(Duration::from_micros(1))).ok()?;
    // Servers take microseconds, and may have more: the fraction that is cut off must not come on top.
    last.trunc_subsecs(6).checked_sub_signed(overlap)
}
