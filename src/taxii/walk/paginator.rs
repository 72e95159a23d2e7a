//! The walk itself: which request follows which answer.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{Response, StatusCode};

use super::super::answer::Answer;
use super::super::error::{Error, ErrorKind};
use super::super::filter::Filter;
use super::super::options::Options;
use super::super::page::Page;
use super::super::request::{Operation, Request, RootUrl};
use super::super::transport::TransportErrorKind;
use super::super::version::Version;
use super::chain::Chain;
use super::cursor::Cursor;
use super::flight::Flight;
use super::instant::before;
use super::last_page::LastPage;
use super::page_size::PageSize;
use super::patience::Patience;
use super::position::Position;
use super::progress::Progress;
use super::ranges::{self, RangePage};
use super::seen::Seen;
use super::target::Target;
use super::trust::{Dates, Trust};
use crate::Timestamp;

const IDLE: &str = "pages with nothing new, and said to be followed by more";

/// A walk over the objects or the manifest of a collection. See the [module](super) for what it
/// promises.
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
    target: Target,
    options: Options,
    chain: Chain,
    size: PageSize,
    trust: Trust,
    seen: Seen,
    patience: Patience,
    flight: Flight,
    last_page: LastPage,
    progress: Progress,
}

impl Walk {
    /// Creates a walk over the objects of a collection.
    pub fn objects(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Objects, root, collection, filter, options)
    }

    /// Creates a walk over the manifest of a collection.
    pub fn manifest(root: &RootUrl, collection: &str, filter: Filter, options: &Options) -> Self {
        Self::new(Operation::Manifest, root, collection, filter, options)
    }

    /// Creates a walk over one object: over several versions of it if the filter asks for them.
    pub fn object(root: &RootUrl, collection: &str, id: &str, filter: Filter, options: &Options) -> Self {
        Self::over(Target::new(Operation::Object, root, collection, filter).with_object(id), options)
    }

    /// Creates a walk over the versions of an object. Its pages have a record for each version.
    /// TAXII 2.0 does not support it.
    pub fn versions(root: &RootUrl, collection: &str, id: &str, filter: Filter, options: &Options) -> Self {
        Self::over(Target::new(Operation::Versions, root, collection, filter).with_object(id), options)
    }

    pub(in crate::taxii) fn new(
        operation: Operation,
        root: &RootUrl,
        collection: &str,
        filter: Filter,
        options: &Options,
    ) -> Self {
        Self::over(Target::new(operation, root, collection, filter), options)
    }

    fn over(target: Target, options: &Options) -> Self {
        Self {
            chain: Chain::new(target.start()),
            target,
            options: options.clone(),
            size: PageSize::new(options.limit, options.walk.max_limit),
            trust: Trust::new(),
            seen: Seen::new(),
            patience: Patience::default(),
            flight: Flight::default(),
            last_page: LastPage::default(),
            progress: Progress::default(),
        }
    }

    /// Continues an earlier walk, from `overlap` before the place to which it came.
    pub(in crate::taxii) fn resume(&mut self, position: Position, overlap: Duration) {
        let anchor = position.anchor.as_ref().map(Timestamp::instant);
        self.seen = Seen::resumed(position.border, anchor);
        self.start_at(anchor.and_then(|anchor| before(anchor, overlap)));
        self.trust = Trust::resumed(position.anchor, position.is_verified);
        if let Some(next) = position.next.filter(|_| self.options.walk.next_repeats) {
            self.chain.resume_at(next, position.from.as_ref().map(Timestamp::instant));
            self.size.resume_with(position.limit);
        }
    }

    /// Returns the place from which the walk can be resumed, once all pages so far are processed.
    pub(in crate::taxii) fn position(&self) -> Position {
        let unreliable = self.trust.objection();
        let is_verified = self.trust.is_verified();
        let anchor = if self.is_done() { self.trust.last() } else { self.trust.anchor() };
        let anchor = anchor.filter(|_| unreliable.is_none());
        let horizon = anchor.and_then(|anchor| before(anchor.instant(), self.options.walk.overlap));
        let next = self.chain.cursor.next();
        Position {
            anchor: anchor.cloned(),
            border: if unreliable.is_none() { self.seen.border(horizon, is_verified) } else { Vec::new() },
            is_verified,
            unreliable: unreliable.map(ToOwned::to_owned),
            limit: if next.is_some() { self.size.limit() } else { 0 },
            from: self.chain.from.filter(|_| next.is_some()).map(Timestamp::from),
            next: next.map(ToOwned::to_owned),
        }
    }

    /// Returns what the walk has done so far.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Returns whether the server's dates can be relied on.
    pub fn dates(&self) -> Dates {
        self.trust.dates()
    }

    /// Returns the last date of the pages so far, as the server wrote it.
    pub fn last_added(&self) -> Option<&Timestamp> {
        self.trust.last()
    }

    /// Whether the walk is over.
    pub fn is_done(&self) -> bool {
        self.chain.is_done()
    }

    /// Returns the next request; `None` once the walk is over.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Capped`] if a cap is reached,
    /// [`ErrorKind::NoProgress`] if there is no way to the next page, and [`ErrorKind::Request`] if
    /// the filter has a condition twice or the collection cannot be a name in a URL.
    pub fn request(&self) -> Result<Option<Request>, Error> {
        let limit = self.size.limit();
        match &self.chain.cursor {
            Cursor::Stuck(why) => {
                return Err(Error::new(ErrorKind::NoProgress)
                    .with_detail(why)
                    .with_instant(self.trust.last().cloned()));
            }
            Cursor::Manifest => return self.target.manifest_request(self.last_page.key.as_ref(), limit).map(Some),
            _ => {}
        }
        let Some(part) = self.chain.part(self.target.version(), limit) else { return Ok(None) };
        self.check_caps()?;
        let request = self.target.request(self.chain.from, &part)?;
        Ok(Some(if self.options.walk.next_repeats { request.repeatable() } else { request }))
    }

    fn check_caps(&self) -> Result<(), Error> {
        let (caps, progress) = (&self.options.walk, &self.progress);
        for (max, count, unit) in
            [(caps.max_pages, progress.pages, "pages"), (caps.max_objects, progress.objects, "objects")]
        {
            if max.is_some_and(|max| count >= max) {
                return Err(Error::new(ErrorKind::Capped).with_detail(format!("{count} {unit}")));
            }
        }
        Ok(())
    }

    /// Takes the answer to the last request. Returns a page if it contained anything new.
    ///
    /// # Errors
    ///
    /// Returns the server's refusal, as [`Answer::read`] and [`Answer::page`] do, and an error of
    /// kind [`ErrorKind::NoProgress`] if there is no way to the next page.
    pub fn receive(&mut self, response: Response<Vec<u8>>) -> Result<Option<Page>, Error> {
        let Some(request) = self.request()? else { return Ok(None) };
        self.flight.land();
        self.read_answer(&request, response).map_err(|error| error.with_request(request.method(), request.url()))
    }

    fn read_answer(&mut self, request: &Request, response: Response<Vec<u8>>) -> Result<Option<Page>, Error> {
        let status = response.status();
        let is_next = self.chain.cursor.is_next();
        if self.chain.cursor == Cursor::Manifest {
            let manifest = Answer::read(request, response, &self.options)?.page()?;
            self.continue_by_manifest(&manifest);
            return Ok(None);
        }
        if is_next && matches!(status.as_u16(), 400 | 404 | 410 | 416) {
            let error = Answer::read(request, response, &self.options).err();
            let error = error.unwrap_or_else(|| Error::new(ErrorKind::Refused));
            return self.restart(error).map(|()| None);
        }
        if self.target.version() == Version::V20 && self.resolve_range_error(&response) {
            return Ok(None);
        }
        match Answer::read(request, response, &self.options).and_then(Answer::page) {
            Ok(page) => Ok(self.accept(page, status != StatusCode::PARTIAL_CONTENT)),
            // An answer that is cut or garbled is as good as one that was lost.
            Err(error) if status.is_success() && is_next => self.restart(error).map(|()| None),
            Err(error) => Err(error),
        }
    }

    /// Handles the refusals of a range that the walk can continue after. Returns whether this is
    /// one.
    fn resolve_range_error(&mut self, response: &Response<Vec<u8>>) -> bool {
        let status = response.status();
        if status == StatusCode::RANGE_NOT_SATISFIABLE
            && ranges::is_past_the_end(&self.chain.cursor, response.headers())
        {
            self.chain.cursor = Cursor::Done;
            return true;
        }
        if status == StatusCode::BAD_REQUEST && self.progress.pages == 0 && !self.chain.ranges.blank {
            self.chain.ranges.blank = true;
            return true;
        }
        false
    }

    /// Notes that there was no answer to the last request.
    ///
    /// # Errors
    ///
    /// Returns the error itself if the only way is to send the same request again later.
    pub fn failed(&mut self, error: Error) -> Result<(), Error> {
        self.flight.land();
        if error.kind() == ErrorKind::AnswerTooLarge
            && self.chain.cursor != Cursor::Manifest
            && let Some(limit) = self.size.half()
        {
            return self.shrink_to(limit, error);
        }
        match error.transport() {
            Some(kind) if self.may_use_up_next() && !kind.is_unsent() && kind != TransportErrorKind::Redirect => {
                self.restart(error)
            }
            _ => Err(error),
        }
    }

    /// Notes that the request is about to be sent, at this time. If the fate of the last request is
    /// unknown, its caller stopped waiting for it: a `next` may have been used up.
    pub(in crate::taxii) fn sending(&mut self, now: Duration) -> Result<(), Error> {
        if self.flight.take_lost() {
            self.restart(Error::new(ErrorKind::Temporary).with_detail("the request was given up"))?;
        }
        if self.flight.is_overdue(now, self.options.walk.max_time) {
            return Err(Error::new(ErrorKind::Capped).with_detail("the time is up"));
        }
        self.flight.depart(self.may_use_up_next());
        Ok(())
    }

    /// Whether the next request holds a `next` that the server may honour only once.
    fn may_use_up_next(&self) -> bool {
        self.chain.cursor.is_next() && !self.options.walk.next_repeats
    }

    /// Asks for smaller pages. A `next` is valid for one page size, so it is lost.
    fn shrink_to(&mut self, limit: u32, error: Error) -> Result<(), Error> {
        if self.chain.cursor.is_next() {
            self.restart(error)?;
        }
        self.size.shrink_to(limit);
        Ok(())
    }

    /// Continues without the cursor, which is lost for this reason. If restarts have brought
    /// nothing new a few times, this is an error; the walk is at its restart all the same, as the
    /// cursor must not be used again.
    fn restart(&mut self, error: Error) -> Result<(), Error> {
        if !self.seen.can_restart(self.trust.is_verified()) {
            let detail = "a cursor is lost, and without dates to rely on there is no other way on";
            self.chain.block(detail);
            return Err(Error::new(ErrorKind::NoProgress).with_detail(detail).with_source(error));
        }
        let is_idle = self.patience.count_restart();
        self.size.restart(is_idle, self.options.limit);
        self.seen.begin_round();
        self.progress.restarts += 1;
        let anchor = self.trust.anchor().map(Timestamp::instant);
        self.start_at(anchor.and_then(|anchor| before(anchor, Duration::ZERO)));
        if self.patience.is_out_of_restarts(self.options.walk.max_idle) { Err(error) } else { Ok(()) }
    }

    /// Begins another chain of requests, not before the filter's start.
    fn start_at(&mut self, instant: Option<DateTime<Utc>>) {
        self.chain.restart_at(instant.max(self.target.start()));
    }

    /// Takes a page: checks it, drops what is known from it, and decides where the next one is.
    fn accept(&mut self, mut page: Page, is_whole: bool) -> Option<Page> {
        self.target.name_records(&mut page);
        self.last_page.count = page.len() + page.rejected_records.len();
        let last = self.trust.check_page(&page, &mut self.chain);
        let sorted = self.seen.drop_known(&mut page, last.as_ref().map(Timestamp::instant));
        let has_progress = sorted.fresh + sorted.again > 0;
        self.last_page.key = sorted.last_key.or(self.last_page.key.take());
        self.patience.count_page(sorted.fresh, has_progress);
        if let Some(last) = last {
            self.advance(last);
        }
        self.seen.enforce_bound(self.options.walk.max_remembered);
        self.progress.count_page(&page);
        match self.target.version() {
            Version::V21 => self.after_page(&page, has_progress),
            Version::V20 => self.after_range(&page, is_whole),
        }
        (!page.is_empty()).then_some(page)
    }

    /// Moves the last date forward, and forgets what cannot come again.
    fn advance(&mut self, last: Timestamp) {
        if self.trust.objection().is_some() {
            return;
        }
        let instant = last.instant();
        self.seen.date_undated(instant);
        if self.trust.advance(last) && self.trust.is_verified() {
            self.seen.prune(before(instant, self.options.walk.overlap));
        }
    }

    /// Decides where the page after this one is, in TAXII 2.1.
    fn after_page(&mut self, page: &Page, has_progress: bool) {
        if !page.more.unwrap_or(page.next.is_some() && has_progress) {
            self.chain.cursor = Cursor::Done;
        } else if let Some(next) = &page.next {
            self.chain.cursor = if self.is_idle() { Cursor::stuck(IDLE) } else { Cursor::Next(next.clone()) };
        } else if let Some(why) = self.trust.objection() {
            self.chain.block(format!("there is more, without `next`, and {why}"));
        } else if self.last_page.count == 0 || page.is_dated() {
            self.continue_by_date(page.duplicates);
        } else if self.can_ask_manifest() {
            self.chain.cursor = Cursor::Manifest;
        } else {
            self.chain.block("there is more, without `next` and without a date");
        }
    }

    /// Whether the manifest may be asked when the last object was added.
    fn can_ask_manifest(&self) -> bool {
        self.options.walk.ask_manifest && self.target.has_objects() && self.last_page.key.is_some()
    }

    fn is_idle(&self) -> bool {
        self.patience.is_exhausted(self.options.walk.max_idle)
    }

    /// Continues at the last date, or with a larger page if the last request started there.
    fn continue_by_date(&mut self, duplicates: u64) {
        if self.seen.is_overflown() {
            return self.chain.block("more objects of one instant than may be remembered");
        }
        // This is the standard's own way, so the dates that it needs are relied on.
        if self.trust.last().is_some() {
            self.trust.verify();
        }
        let from = self.trust.last().and_then(|last| before(last.instant(), Duration::ZERO)).max(self.target.start());
        if from != self.chain.from {
            self.size.leave_ties(self.last_page.count, duplicates);
        } else if !self.size.grow_for_ties(self.last_page.count) {
            return self.chain.block("more objects were added at one instant than the server sends on a page");
        }
        self.seen.begin_round();
        self.start_at(from);
    }

    /// Continues at the date of the last object, which the manifest shows.
    fn continue_by_manifest(&mut self, manifest: &Page) {
        match self.last_page.date_in(manifest) {
            Some(date) => {
                self.advance(date);
                self.continue_by_date(0);
            }
            None => self.chain.block("there is more, without `next`, and the manifest has no date either"),
        }
    }

    /// Decides where the page after this one is, in TAXII 2.0.
    fn after_range(&mut self, page: &Page, is_whole: bool) {
        let page = RangePage {
            asked: self.chain.asked_place(),
            range: page.headers.range,
            count: self.last_page.count as u64,
            is_whole,
        };
        self.chain.cursor = if page.has_gap() {
            Cursor::stuck("a page starts behind the place that was asked for")
        } else if self.is_idle() && !page.is_all() {
            Cursor::stuck(IDLE)
        } else {
            self.chain.ranges.after_page(page)
        };
    }
}
