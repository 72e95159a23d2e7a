//! Joins what threads have read.

use std::collections::{BTreeMap, VecDeque};

use super::super::reader::Reader;
use super::super::source::{Slice, Source};
use super::base::Base;
use super::joined::Joined;
use super::plan::Plan;
use super::pool::Pool;
use super::stretch::Stretch;
use super::work::Work;
use crate::error::Error;

/// What a thread is to do.
pub(super) enum Job<'a, P> {
    /// Read a stretch of a plan, up to an offset.
    Read { number: u64, reader: Box<Reader<Slice<'a>>>, end: u64 },
    /// Finish a part; one that another thread has read, with its places.
    Finish { number: u64, part: P, base: Option<Base> },
}

/// What a thread has done.
pub(super) enum Done<P, T> {
    Read { number: u64, stretch: Stretch<P> },
    Finished { number: u64, result: T },
}

/// The threads of a driver.
pub(super) type Threads<'a, W> = Pool<Job<'a, <W as Work>::Part>, Done<<W as Work>::Part, <W as Work>::Result>>;

impl<P> Job<'_, P> {
    pub(super) fn run<W: Work<Part = P>>(self, work: &W) -> Done<P, W::Result> {
        match self {
            Job::Read { number, reader, end } => Done::Read { number, stretch: Stretch::read(work, *reader, end) },
            Job::Finish { number, part, base } => Done::Finished { number, result: work.finish(part, base) },
        }
    }
}

/// Reads an input, with a plan of what other threads read ahead.
pub(super) struct Driver<'a, 'w, W: Work> {
    work: &'w W,
    /// Where reading has come to. Its state is that of a reader that read everything itself.
    reader: Reader<Slice<'a>>,
    part_bytes: usize,
    ahead: Ahead<'a, W::Part>,
    /// The part that this thread reads, if it has an item.
    own: Option<Own<W::Part>>,
    joined: Joined<W::Result>,
    /// Jobs that threads have.
    in_flight: usize,
    /// How many parts may be read, waiting or finished at a time.
    max_parts: u64,
    failure: Option<Error>,
}

struct Own<P> {
    part: P,
    start: u64,
}

/// What is read ahead.
struct Ahead<'a, P> {
    plan: Option<Plan<'a>>,
    /// Stretches that threads read or have read, with their numbers and starts.
    due: VecDeque<(u64, u64)>,
    read: BTreeMap<u64, Stretch<P>>,
    /// How many these are, with those of plans that were given up and still are being read.
    reads: u64,
    /// The number of the next stretch. Numbers are not used again.
    next: u64,
    misses: u32,
    /// No plan is made before the reader is there.
    not_before: u64,
}

impl<P> Ahead<'_, P> {
    /// Keeps a stretch, unless it belongs to a plan that was given up.
    fn put(&mut self, number: u64, stretch: Stretch<P>) {
        if self.due.iter().any(|(due, _)| *due == number) {
            self.read.insert(number, stretch);
        } else {
            self.reads -= 1;
        }
    }

    /// The first of the stretches that are due, if it has been read.
    fn take(&mut self, number: u64) -> Option<Stretch<P>> {
        let stretch = self.read.remove(&number)?;
        self.due.pop_front();
        self.reads -= 1;
        Some(stretch)
    }

    fn give_up(&mut self) {
        self.plan = None;
        self.due.clear();
        self.reads -= self.read.len() as u64;
        self.read.clear();
    }
}

impl<'a, 'w, W: Work> Driver<'a, 'w, W> {
    pub(super) fn new(work: &'w W, reader: Reader<Slice<'a>>, part_bytes: usize, threads: usize) -> Self {
        let ahead = Ahead {
            plan: None,
            due: VecDeque::new(),
            read: BTreeMap::new(),
            reads: 0,
            next: 0,
            misses: 0,
            not_before: 0,
        };
        Self {
            work,
            reader,
            part_bytes,
            ahead,
            own: None,
            joined: Joined::new(),
            in_flight: 0,
            max_parts: 2 * threads as u64 + 1,
            failure: None,
        }
    }

    /// Reads everything, and hands out the results in the order of the input. Returns the reader at
    /// the end.
    pub(super) fn run<E: From<Error>>(
        mut self,
        pool: &Threads<'a, W>,
        mut each: impl FnMut(W::Result) -> Result<(), E>,
    ) -> Result<Reader<Slice<'a>>, E> {
        let mut is_done = false;
        while !is_done || self.joined.open() > 0 {
            self.read_ahead(pool);
            is_done = is_done || self.advance(pool);
            if self.in_flight > 0 {
                let Some(done) = pool.receive() else { break };
                self.in_flight -= 1;
                self.take(done, &mut each)?;
            }
        }
        self.failure.map_or(Ok(self.reader), |failure| Err(failure.into()))
    }

    fn read_ahead(&mut self, pool: &Threads<'a, W>) {
        let Some(plan) = &mut self.ahead.plan else { return };
        while self.ahead.reads + self.joined.open() < self.max_parts {
            let Some((start, end)) = plan.next() else { return };
            let number = self.ahead.next;
            self.ahead.next += 1;
            self.ahead.due.push_back((number, start));
            self.ahead.reads += 1;
            self.in_flight += 1;
            pool.send(Job::Read { number, reader: Box::new(plan.reader_at(start)), end });
        }
    }

    /// Goes on until a job has to be done first. Returns whether the input has ended.
    fn advance(&mut self, pool: &Threads<'a, W>) -> bool {
        while self.joined.open() < self.max_parts {
            match self.ahead.due.front().copied() {
                Some((number, start)) if self.reader.next_start() == Some(start) && self.is_in_place() => {
                    let Some(stretch) = self.ahead.take(number) else { return false };
                    self.join(stretch, pool);
                    continue;
                }
                Some((_, start)) if self.reader.next_start().unwrap_or(self.reader.bytes_read()) >= start => {
                    self.miss();
                }
                Some(_) => {}
                None if self.has_plan() => return false,
                None => {}
            }
            if self.failure.is_some() || !self.read_own(pool) {
                self.flush(pool);
                self.ahead.give_up();
                return true;
            }
        }
        false
    }

    fn is_in_place(&self) -> bool {
        let template = self.ahead.plan.as_ref().map(|plan| &plan.template);
        template.is_some_and(|template| self.reader.is_in_same_place(template))
    }

    /// Takes over a stretch that starts where the reader is.
    fn join(&mut self, stretch: Stretch<W::Part>, pool: &Threads<'a, W>) {
        let Some(plan) = &self.ahead.plan else { return };
        match self.reader.adopt(&stretch, &plan.template) {
            Ok(Some(base)) => {
                self.flush(pool);
                if stretch.count > 0 {
                    self.finish(stretch.part, Some(base), pool);
                }
            }
            // The reader comes to the limit by itself.
            Ok(None) => self.miss(),
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// Whether there is more to be read ahead, from where the reader is. Makes a plan if it is worth it.
    fn has_plan(&mut self) -> bool {
        if self.ahead.plan.as_ref().is_some_and(Plan::has_next) {
            return true;
        }
        let at = self.reader.bytes_read();
        let is_long = self.reader.source.text().len() / 2 >= self.part_bytes;
        if at < self.ahead.not_before || !is_long {
            return false;
        }
        self.ahead.not_before = at.saturating_add(self.part_bytes as u64);
        self.ahead.plan = Plan::new(&self.reader, self.part_bytes);
        self.ahead.plan.is_some()
    }

    /// Gives up a plan whose guesses were wrong.
    fn miss(&mut self) {
        self.ahead.give_up();
        let pause = (self.part_bytes as u64).saturating_mul(1 << self.ahead.misses.min(40));
        self.ahead.not_before = self.reader.bytes_read().saturating_add(pause);
        self.ahead.misses += 1;
    }

    /// Reads one item here. Returns whether there was one.
    fn read_own(&mut self, pool: &Threads<'a, W>) -> bool {
        let start = self.reader.bytes_read();
        let mut own = self.own.take().unwrap_or_else(|| Own { part: self.work.start(), start });
        match self.work.read(&mut own.part, &mut self.reader, None) {
            Some(Ok(_)) => {}
            end => {
                self.failure = end.and_then(Result::err);
                // Without an item, the part has just been made.
                self.own = Some(own).filter(|own| own.start < start);
                return false;
            }
        }
        let is_full = self.reader.bytes_read() - own.start >= self.part_bytes as u64;
        self.own = Some(own);
        if is_full {
            self.flush(pool);
        }
        true
    }

    /// Has the part finished that was read here.
    fn flush(&mut self, pool: &Threads<'a, W>) {
        if let Some(own) = self.own.take() {
            self.finish(own.part, None, pool);
        }
    }

    fn finish(&mut self, part: W::Part, base: Option<Base>, pool: &Threads<'a, W>) {
        pool.send(Job::Finish { number: self.joined.next_number(), part, base });
        self.in_flight += 1;
    }

    fn take<E>(
        &mut self,
        done: Done<W::Part, W::Result>,
        mut each: impl FnMut(W::Result) -> Result<(), E>,
    ) -> Result<(), E> {
        match done {
            Done::Read { number, stretch } => self.ahead.put(number, stretch),
            Done::Finished { number, result } => self.joined.put(number, result),
        }
        while let Some(result) = self.joined.next() {
            each(result)?;
        }
        Ok(())
    }
}
