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
use super::last_page::LastPage;
use super::page_size::PageSize;
use super::patience::Patience;
use super::position::Position;
use super::probe::{Overlap, Step, page_keys};
use super::progress::Progress;
use super::ranges::{self, RangePage};
use super::refusals::{Evidence, Refusals, Refused};
use super::seen::Seen;
use super::target::Target;
use super::ties::Ties;
use super::trust::{Dates, Trust};
use crate::Timestamp;

const OTHER_DATES: &str = "other objects than the last ones come again from their date on";
const UNPROVEN: &str = "every `next` is refused, and too few objects show that the server goes by its dates";
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
    refusals: Refusals,
    ties: Ties,
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
            refusals: Refusals::default(),
            ties: Ties::default(),
            progress: Progress::default(),
        }
    }

    /// Continues an earlier walk, from `overlap` before the place to which it came.
    pub(in crate::taxii) fn resume(&mut self, position: Position, overlap: Duration) {
        let anchor = position.anchor.as_ref().map(Timestamp::instant);
        self.seen = Seen::resumed(position.border, anchor);
        self.trust = Trust::resumed(position.anchor, position.is_verified, position.is_coarse);
        self.start_at(anchor.and_then(|anchor| self.trust.before(anchor, overlap)));
        self.last_page.largest = position.largest;
        self.refusals.has_next = position.has_next;
        if let Some(max) = position.max_limit {
            self.size.cap(max);
        }
        if let Some(next) = position.next.filter(|_| self.options.walk.next_repeats) {
            self.chain.resume_at(next, position.from.as_ref().map(Timestamp::instant));
            self.size.resume_with(position.limit);
        }
    }

    /// Returns the place from which the walk can be resumed, once all pages so far are processed.
    pub(in crate::taxii) fn position(&self) -> Position {
        let unreliable = self.trust.objection();
        let is_verified = self.relies_on_dates();
        let anchor = if self.is_done() { self.trust.last() } else { self.trust.anchor(is_verified) };
        let anchor = anchor.filter(|_| unreliable.is_none());
        let horizon = anchor.and_then(|anchor| self.trust.horizon(anchor.instant(), self.options.walk.overlap));
        let next = self.chain.cursor.next();
        Position {
            anchor: anchor.cloned(),
            border: if unreliable.is_none() { self.seen.border(horizon, is_verified) } else { Vec::new() },
            is_verified,
            unreliable: unreliable.map(ToOwned::to_owned),
            limit: if next.is_some() { self.size.limit() } else { 0 },
            max_limit: self.page_limit(),
            largest: self.last_page.largest,
            has_next: self.refusals.has_next,
            is_coarse: self.trust.is_coarse(),
            from: self.chain.from.filter(|_| next.is_some()).map(Timestamp::exact),
            next: next.map(ToOwned::to_owned),
        }
    }

    /// Returns the largest page that the server is asked for, if that is less than the options say:
    /// it refused larger ones.
    pub(in crate::taxii) fn page_limit(&self) -> Option<u32> {
        Some(self.size.max()).filter(|max| *max < self.options.limit)
    }

    /// Asks for no larger pages than this.
    pub(in crate::taxii) fn cap_page(&mut self, max: u32) {
        self.size.cap(max);
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
            Cursor::TiesInManifest => {
                return self.target.ties_request(self.chain.from, self.size.max()).map(Some);
            }
            Cursor::Ties => return self.target.ids_request(self.chain.from, self.ties.batch(), limit).map(Some),
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
        match self.chain.cursor {
            Cursor::Manifest => {
                let manifest = Answer::read(request, response, &self.options)?.page()?;
                self.continue_by_manifest(&manifest);
                return Ok(None);
            }
            Cursor::TiesInManifest | Cursor::Ties => return self.read_ties(request, response),
            _ => {}
        }
        let is_next = self.chain.cursor.is_next();
        if is_next && matches!(status.as_u16(), 400 | 404 | 410 | 416) {
            let error = Answer::read(request, response, &self.options).err();
            return self.next_refused(status, error.unwrap_or_else(|| Error::new(ErrorKind::Refused))).map(|()| None);
        }
        if self.resolve_refusal(&response) {
            return Ok(None);
        }
        match Answer::read(request, response, &self.options).and_then(Answer::page) {
            Ok(page) => Ok(self.accept(page, status != StatusCode::PARTIAL_CONTENT)),
            Err(error) if error.kind() == ErrorKind::AnswerTooLarge => self.shrink(error).map(|()| None),
            // An answer that is cut or garbled is as good as one that was lost.
            Err(error) if status.is_success() && is_next => self.restart(error, false).map(|()| None),
            Err(error) => Err(error),
        }
    }

    /// Handles the refusals that the walk can continue after. Returns whether this is one.
    fn resolve_refusal(&mut self, response: &Response<Vec<u8>>) -> bool {
        let is_first = self.chain.cursor == Cursor::Start && self.progress.pages == 0;
        let place = self.chain.asked_place();
        match (response.status().as_u16(), self.target.version()) {
            (404, _) if is_first && self.options.walk.empty_not_found => {
                self.chain.cursor = Cursor::Done;
                true
            }
            (400 | 413 | 422, Version::V21) => self.chain.cursor == Cursor::Start && self.size.shrink(),
            (400, Version::V20) => self.chain.ranges.respell(),
            (416, Version::V20) => {
                self.patience.count_page(0, false);
                match self.chain.ranges.after_refusal(place, response.headers()) {
                    ranges::Refused::Again(_) if self.is_idle() => self.chain.block(IDLE),
                    ranges::Refused::Again(cursor) => self.chain.cursor = cursor,
                    ranges::Refused::End => self.chain.cursor = Cursor::Done,
                    ranges::Refused::Error => return false,
                }
                true
            }
            _ => false,
        }
    }

    /// Handles a `next` that is refused: it has expired, or nothing follows it.
    fn next_refused(&mut self, status: StatusCode, error: Error) -> Result<(), Error> {
        let refused = Refused {
            status,
            next: self.chain.cursor.next().unwrap_or_default().to_owned(),
            from: self.chain.from,
            last: self.last_page.key.clone(),
        };
        let evidence = Evidence {
            objects: self.chain.objects,
            count: self.last_page.count,
            full: self.last_page.largest.min(u64::from(self.size.limit())),
            offset: self.chain.offset(),
        };
        if self.refusals.is_end(refused, self.patience.is_idle(), evidence) {
            self.chain.cursor = Cursor::Done;
            self.progress.is_end_inferred = true;
            return Ok(());
        }
        self.restart(error, true)
    }

    /// Notes that there was no answer to the last request.
    ///
    /// # Errors
    ///
    /// Returns the error itself if the only way is to send the same request again later.
    pub fn failed(&mut self, error: Error) -> Result<(), Error> {
        self.flight.land();
        if error.kind() == ErrorKind::AnswerTooLarge {
            return match self.chain.cursor {
                Cursor::TiesInManifest | Cursor::Ties => {
                    self.give_up_ties();
                    Ok(())
                }
                Cursor::Manifest => Err(error),
                _ => self.shrink(error),
            };
        }
        match error.transport() {
            Some(kind) if self.may_use_up_next() && !kind.is_unsent() && kind != TransportErrorKind::Redirect => {
                self.restart(error, false)
            }
            _ => Err(error),
        }
    }

    /// Notes that the request is about to be sent, at this time. If the fate of the last request is
    /// unknown, its caller stopped waiting for it: a `next` may have been used up.
    pub(in crate::taxii) fn sending(&mut self, now: Duration) -> Result<(), Error> {
        if self.flight.take_lost() {
            self.restart(Error::new(ErrorKind::Temporary).with_detail("the request was given up"), false)?;
        }
        if self.flight.is_overdue(now, self.options.walk.max_time) {
            return Err(Error::new(ErrorKind::Capped).with_detail("the time is up"));
        }
        self.flight.depart(self.may_use_up_next());
        Ok(())
    }

    /// Returns how much of the time is left at this time. `None` if there is no cap.
    pub(in crate::taxii) fn time_left(&self, now: Duration) -> Option<Duration> {
        self.flight.time_left(now, self.options.walk.max_time)
    }

    /// Whether the next request holds a `next` that the server may honour only once.
    fn may_use_up_next(&self) -> bool {
        self.chain.cursor.is_next() && !self.options.walk.next_repeats
    }

    /// Asks for smaller pages. A `next` is valid for one page size, so it is lost.
    fn shrink(&mut self, error: Error) -> Result<(), Error> {
        if !self.size.shrink() {
            return Err(error);
        }
        if self.chain.cursor.is_next() {
            let limit = self.size.limit();
            self.restart(error, false)?;
            self.size.cap(limit);
        }
        Ok(())
    }

    /// Continues without the cursor, which is lost for this reason. If restarts have brought
    /// nothing new a few times, this is an error; the walk is at its restart all the same, as the
    /// cursor must not be used again.
    fn restart(&mut self, error: Error, is_refused: bool) -> Result<(), Error> {
        let relies_on_dates = self.relies_on_dates();
        if !self.seen.can_restart(relies_on_dates) {
            let detail = "a cursor is lost, and without dates to rely on there is no other way on";
            self.chain.block(detail);
            return Err(Error::new(ErrorKind::NoProgress).with_detail(detail).with_source(error));
        }
        let is_idle = self.patience.count_restart();
        self.size.restart(is_idle, self.options.limit);
        self.seen.begin_round();
        self.progress.restarts += 1;
        if (is_refused || is_idle) && self.can_probe() {
            self.probe();
        } else {
            self.trust.set_provisional(false);
            let anchor = self.trust.anchor(relies_on_dates).map(Timestamp::instant);
            self.start_at(anchor.and_then(|anchor| self.trust.before(anchor, Duration::ZERO)));
        }
        if self.patience.is_out_of_restarts(self.options.walk.max_idle) { Err(error) } else { Ok(()) }
    }

    /// Whether nothing proves or contradicts the dates, and the last page has some.
    fn can_probe(&self) -> bool {
        self.trust.dates() == Dates::Unverified && self.last_page.probe.last().is_some()
    }

    /// Continues by dates without proof, so that the next pages prove or contradict them. If the
    /// chain is one page, it starts again in its middle: half of the page then has to come again.
    fn probe(&mut self) {
        let count = self.last_page.probe.len();
        if self.chain.objects == count && self.last_page.probe.has_several_dates() {
            self.last_page.probe.step = Step::Beginning { limit: self.size.limit() };
            self.size.ask_for(count / 2);
            self.chain.restart_at(self.chain.from);
        } else {
            self.start_overlap(None);
        }
    }

    /// Continues at a date of the last page: the last one of its beginning, or else of all of it.
    fn start_overlap(&mut self, beginning: Option<&Timestamp>) {
        let start = self.last_page.probe.start(beginning).map(Timestamp::instant);
        self.last_page.probe.step = Step::Overlap { must_come: true };
        self.trust.set_provisional(true);
        // Not before the chain's own start: objects from there are not remembered.
        let start = start.and_then(|start| self.trust.before(start, Duration::ZERO));
        self.start_at(start.max(self.chain.from));
    }

    /// Takes the last date of the last page's beginning.
    fn after_beginning(&mut self, limit: u32) {
        self.size.ask_for(limit.into());
        self.seen.begin_round();
        let last = self.trust.span().map(|(_, last)| last.clone());
        self.start_overlap(last.as_ref());
    }

    /// Looks whether those objects came again that have to. If not, the dates are of another kind,
    /// and the walk has to restart at its start.
    fn check_overlap(&mut self, page: &Page, step: Step) -> bool {
        let Step::Overlap { must_come } = step else { return true };
        match self.last_page.probe.compare(page, must_come, |key| self.seen.contains(key)) {
            Overlap::Fits(again) => {
                let from = self.chain.from.map(Timestamp::from);
                if let Some(from) = from.or_else(|| self.last_page.probe.last().cloned()) {
                    self.trust.prove_overlap(&from, self.last_page.probe.len(), again);
                }
                true
            }
            Overlap::Unknown => true,
            Overlap::Contradicts => {
                self.trust.distrust(OTHER_DATES);
                false
            }
        }
    }

    /// Begins another chain at the start of the walk.
    fn start_over(&mut self) {
        self.trust.set_provisional(false);
        self.seen.begin_round();
        let base = self.trust.base().map(Timestamp::instant);
        self.start_at(base.and_then(|base| self.trust.before(base, Duration::ZERO)));
    }

    /// Begins another chain of requests, not before the filter's start.
    fn start_at(&mut self, instant: Option<DateTime<Utc>>) {
        self.chain.restart_at(instant.max(self.target.start()));
    }

    /// Takes a page: checks it, drops what is known from it, and decides where the next one is.
    fn accept(&mut self, mut page: Page, is_whole: bool) -> Option<Page> {
        self.target.name_records(&mut page);
        self.size.settle();
        self.last_page.count_page(&page);
        self.chain.count_page(self.last_page.count);
        self.refusals.has_next |= self.chain.cursor.is_next();
        let was_coarse = self.trust.is_coarse();
        let last = self.trust.check_page(&page, &mut self.chain);
        let step = std::mem::take(&mut self.last_page.probe.step);
        let is_as_expected = self.check_overlap(&page, step);
        self.keep_for_probe(&page, step);
        let sorted = self.seen.drop_known(&mut page, last.as_ref().map(Timestamp::instant));
        let has_progress = sorted.fresh + sorted.again > 0;
        self.last_page.key = sorted.last_key.or(self.last_page.key.take());
        self.patience.count_page(sorted.fresh, has_progress);
        if let Some(last) = last {
            self.advance(last);
        }
        self.trust.prove_page(&page, self.last_page.count);
        self.seen.enforce_bound(self.options.walk.max_remembered);
        self.progress.count_page(&page);
        if let Step::Beginning { limit } = step {
            self.after_beginning(limit);
        } else if !is_as_expected && !self.seen.is_whole() {
            self.chain.block(OTHER_DATES);
        } else if !is_as_expected || (self.trust.is_coarse() && !was_coarse && self.has_relied_on_dates()) {
            self.start_over();
        } else {
            match self.target.version() {
                Version::V21 if step == Step::Whole && page.more == Some(true) => self.chain.block(UNPROVEN),
                Version::V21 => self.after_page(&page, has_progress, is_whole),
                Version::V20 => self.after_range(&page, is_whole),
            }
        }
        (!page.is_empty()).then_some(page)
    }

    /// Keeps the objects of a page as long as the order of dates is not proven.
    fn keep_for_probe(&mut self, page: &Page, step: Step) {
        if !matches!(step, Step::Beginning { .. }) && !page.is_empty() {
            let keys = if self.trust.is_proven() { Vec::new() } else { page_keys(page) };
            self.last_page.probe.keep(keys, self.trust.span());
        }
    }

    /// Whether a restart can go back to the last date. A server without `next` is taken at its word
    /// without proof, too, before more has to be remembered than may be.
    fn relies_on_dates(&self) -> bool {
        self.trust.is_verified() && (self.trust.is_proven() || !self.seen.is_whole())
    }

    /// Whether the chain starts at a date of the server's. If the order of dates turns out to be a
    /// coarser one, it may have started too late.
    fn has_relied_on_dates(&mut self) -> bool {
        let has = self.chain.from != self.target.start();
        if has && !self.seen.is_whole() {
            self.trust.distrust("the dates are in order by the second alone");
            return false;
        }
        has
    }

    /// Moves the last date forward, and forgets what cannot come again.
    fn advance(&mut self, last: Timestamp) {
        if self.trust.objection().is_some() {
            return;
        }
        let instant = last.instant();
        self.seen.date_undated(instant);
        let is_later = self.trust.advance(last);
        let has_room = self.seen.len() < self.options.walk.max_remembered / 2;
        if is_later && (self.relies_on_dates() || (self.trust.is_verified() && !has_room)) {
            self.seen.prune(self.trust.horizon(instant, self.options.walk.overlap));
        }
    }

    /// Decides where the page after this one is, in TAXII 2.1.
    fn after_page(&mut self, page: &Page, has_progress: bool, is_whole: bool) {
        // Without `more`, a `next` is followed as long as it leads to something.
        let is_new_next = page.next.is_some() && page.next.as_deref() != self.chain.cursor.next();
        if !page.more.unwrap_or(page.next.is_some() && (has_progress || is_new_next)) {
            self.after_last_page(page, is_whole);
        } else if let Some(next) = &page.next {
            if self.is_idle() {
                self.chain.block(IDLE);
            } else {
                self.chain.follow(next);
            }
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

    /// Ends the walk, unless the page says in another way that there is more.
    fn after_last_page(&mut self, page: &Page, is_whole: bool) {
        let is_part = !is_whole || page.headers.total.is_some_and(|total| total > self.chain.objects);
        let is_unclear = page.more.is_none() && page.custom.get("more").is_some_and(|more| more.as_json() != "null");
        if is_part {
            self.chain.block("the page is a part of more, as in TAXII 2.0");
        } else if is_unclear {
            self.chain.block("`more` is neither true nor false");
        } else if self.trust.is_provisional() {
            self.ask_for_whole();
        } else {
            self.chain.cursor = Cursor::Done;
        }
    }

    /// Asks for everything at once: the walk came to the end by dates that nothing proves, so that
    /// it may have passed over some.
    fn ask_for_whole(&mut self) {
        self.start_over();
        self.last_page.probe.step = Step::Whole;
        self.size.ask_for(self.progress.objects.saturating_add(1));
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
        let last = self.trust.last().map(Timestamp::instant);
        if last.is_some() {
            self.trust.verify();
        }
        if last.is_some_and(|last| self.ties.has_left(last)) {
            return self.chain.block("the server sends an instant again that it was asked to send more after");
        }
        let from = last.and_then(|last| self.trust.before(last, Duration::ZERO)).max(self.target.start());
        if from != self.chain.from {
            self.size.leave_ties(self.last_page.count, duplicates);
        } else if !self.size.grow_for_ties(self.last_page.count) {
            return self.split_ties();
        }
        if !self.trust.is_proven() {
            self.last_page.probe.step = Step::Overlap { must_come: false };
        }
        self.seen.begin_round();
        self.start_at(from);
    }

    /// Looks for another way past an instant with more objects than the server sends on a page.
    fn split_ties(&mut self) {
        let may_ask = self.options.walk.ask_manifest && self.target.has_manifest() && self.trust.last().is_some();
        if may_ask {
            self.chain.cursor = Cursor::TiesInManifest;
        } else {
            self.give_up_ties();
        }
    }

    fn read_ties(&mut self, request: &Request, response: Response<Vec<u8>>) -> Result<Option<Page>, Error> {
        let page = match Answer::read(request, response, &self.options).and_then(Answer::page) {
            Ok(page) => page,
            Err(error) if error.kind().is_temporary() => return Err(error),
            Err(_) => {
                self.give_up_ties();
                return Ok(None);
            }
        };
        if self.chain.cursor == Cursor::TiesInManifest {
            self.read_ties_in_manifest(&page);
            return Ok(None);
        }
        let is_of_use = self.ties.receive(&page);
        Ok(self.accept_ties(page, is_of_use))
    }

    /// Takes the manifest of an instant. It is of use if it comes to the instant's end.
    fn read_ties_in_manifest(&mut self, manifest: &Page) {
        let end = self.trust.last().map(|last| self.trust.end_of(last.instant()));
        let is_behind = |date: &Timestamp| end.is_some_and(|end| date.instant() > end);
        let is_whole = manifest.more != Some(true) && manifest.next.is_none();
        let dates = || manifest.records.iter().map(|record| record.date_added.as_ref());
        if manifest.rejected() > 0
            || !(is_whole || dates().flatten().any(is_behind))
            || dates().any(|date| date.is_none())
        {
            return self.give_up_ties();
        }
        let at_instant = manifest.records.iter().filter(|record| !record.date_added.as_ref().is_some_and(is_behind));
        let unknown = self.seen.unknown(at_instant);
        self.ties.begin(unknown, self.last_page.count);
        self.after_ties();
    }

    /// Takes objects that were asked for by their identifiers.
    fn accept_ties(&mut self, mut page: Page, is_of_use: bool) -> Option<Page> {
        // An identifier may have versions that were added later than the instant. They have to be
        // remembered until the walk has passed them, too.
        let added_last = page.headers.added_last.as_ref().map(Timestamp::instant);
        let last = self.trust.last().map(Timestamp::instant).max(added_last);
        let sorted = self.seen.drop_known(&mut page, last);
        self.patience.count_page(sorted.fresh, sorted.fresh > 0);
        self.progress.count_page(&page);
        match is_of_use && !self.is_idle() {
            true => self.after_ties(),
            false => self.give_up_ties(),
        }
        (!page.is_empty()).then_some(page)
    }

    fn after_ties(&mut self) {
        if self.ties.is_done() {
            self.leave_instant();
        } else {
            self.chain.cursor = Cursor::Ties;
        }
    }

    /// Accepts that there may be more objects of an instant, if the options say so.
    fn give_up_ties(&mut self) {
        if self.options.walk.accept_gaps && self.trust.last().is_some() {
            self.progress.gaps += 1;
            self.leave_instant();
        } else {
            self.chain.block("more objects were added at one instant than the server sends on a page");
        }
    }

    /// Goes on behind the last instant.
    fn leave_instant(&mut self) {
        let Some(end) = self.trust.last().map(|last| self.trust.end_of(last.instant())) else { return };
        self.ties.leave(end);
        self.size.leave_ties(1, 0);
        self.seen.begin_round();
        self.start_at(Some(end));
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
        let range = RangePage {
            asked: self.chain.asked_place(),
            range: page.headers.range,
            total: page.headers.total,
            is_odd: page.headers.unreadable_range.is_some(),
            count: self.last_page.count,
            uncounted: self.last_page.extensions,
            is_whole,
        };
        self.chain.cursor = if range.has_gap() {
            Cursor::stuck("a page starts behind the place that was asked for")
        } else {
            match self.chain.ranges.after_page(range) {
                Cursor::Done if page.more == Some(true) => Cursor::stuck("there is more, in a way of TAXII 2.1"),
                Cursor::Done => Cursor::Done,
                _ if self.is_idle() => Cursor::stuck(IDLE),
                cursor => cursor,
            }
        };
    }
}
