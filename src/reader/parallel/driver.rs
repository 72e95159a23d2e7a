//! Joins what threads have read.

use std::collections::{BTreeMap, VecDeque};

use super::super::item::Item;
use super::super::reader::Reader;
use super::super::source::{Slice, Source};
use super::plan::Plan;
use super::pool::Pool;
use super::stretch::{Base, Stretch};
use crate::error::Error;

/// What a thread is to do.
pub(super) enum Job<'a> {
    /// Read a stretch of a plan, up to an offset.
    Read { number: u64, reader: Box<Reader<Slice<'a>>>, end: u64 },
    /// Map items; first, if they were read by another thread, give them their places.
    Map { number: u64, items: Vec<Item>, base: Option<Base> },
}

/// What a thread has done.
pub(super) enum Done<T> {
    Read { number: u64, stretch: Stretch },
    Mapped { number: u64, result: T },
}

pub(super) fn work<T>(job: Job<'_>, map: impl Fn(Vec<Item>) -> T) -> Done<T> {
    match job {
        Job::Read { number, reader, end } => Done::Read { number, stretch: Stretch::read(*reader, end) },
        Job::Map { number, mut items, base } => {
            base.iter().for_each(|base| base.apply(&mut items));
            Done::Mapped { number, result: map(items) }
        }
    }
}

/// Reads an input, with a plan of what other threads read ahead.
pub(super) struct Driver<'a, T> {
    /// Where reading has come to. Its state is that of a reader that read everything itself.
    reader: Reader<Slice<'a>>,
    part_bytes: usize,
    ahead: Ahead<'a>,
    /// Items that this thread has read.
    own: Vec<Item>,
    own_start: u64,
    /// How many results there will be, and how many the caller has.
    mapped: u64,
    delivered: u64,
    results: BTreeMap<u64, T>,
    /// Jobs that threads have.
    in_flight: usize,
    /// How many parts may be read, waiting or mapped at a time.
    max_parts: u64,
    failure: Option<Error>,
}

/// What is read ahead.
struct Ahead<'a> {
    plan: Option<Plan<'a>>,
    /// Stretches that threads read or have read, with their numbers and starts.
    due: VecDeque<(u64, u64)>,
    read: BTreeMap<u64, Stretch>,
    /// How many these are, with those of plans that were given up and still are being read.
    reads: u64,
    /// The number of the next stretch. Numbers are not used again.
    next: u64,
    misses: u32,
    /// No plan is made before the reader is there.
    not_before: u64,
}

impl Ahead<'_> {
    /// Keeps a stretch, unless it belongs to a plan that was given up.
    fn put(&mut self, number: u64, stretch: Stretch) {
        if self.due.iter().any(|(due, _)| *due == number) {
            self.read.insert(number, stretch);
        } else {
            self.reads -= 1;
        }
    }

    /// The first of the stretches that are due, if it has been read.
    fn take(&mut self, number: u64) -> Option<Stretch> {
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

impl<'a, T: Send> Driver<'a, T> {
    pub(super) fn new(reader: Reader<Slice<'a>>, part_bytes: usize, threads: usize) -> Self {
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
            reader,
            part_bytes,
            ahead,
            own: Vec::new(),
            own_start: 0,
            mapped: 0,
            delivered: 0,
            results: BTreeMap::new(),
            in_flight: 0,
            max_parts: 2 * threads as u64 + 1,
            failure: None,
        }
    }

    /// Reads everything, and hands out the results in the order of the input. Returns the reader at
    /// the end.
    pub(super) fn run<E: From<Error>>(
        mut self,
        pool: &Pool<Job<'a>, Done<T>>,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Reader<Slice<'a>>, E> {
        let mut is_done = false;
        while !is_done || self.mapped > self.delivered {
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

    fn read_ahead(&mut self, pool: &Pool<Job<'a>, Done<T>>) {
        let Some(plan) = &mut self.ahead.plan else { return };
        while self.ahead.reads + self.mapped - self.delivered < self.max_parts {
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
    fn advance(&mut self, pool: &Pool<Job<'a>, Done<T>>) -> bool {
        while self.mapped - self.delivered < self.max_parts {
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
    fn join(&mut self, stretch: Stretch, pool: &Pool<Job<'a>, Done<T>>) {
        let Some(plan) = &self.ahead.plan else { return };
        match self.reader.adopt(&stretch, &plan.template) {
            Ok(Some(base)) => {
                self.flush(pool);
                self.send_map(stretch.items, Some(base), pool);
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
    fn read_own(&mut self, pool: &Pool<Job<'a>, Done<T>>) -> bool {
        if self.own.is_empty() {
            self.own_start = self.reader.bytes_read();
        }
        match self.reader.next() {
            Some(Ok(item)) => self.own.push(item),
            Some(Err(failure)) => {
                self.failure = Some(failure);
                return false;
            }
            None => return false,
        }
        if self.reader.bytes_read() - self.own_start >= self.part_bytes as u64 {
            self.flush(pool);
        }
        true
    }

    /// Has the items mapped that were read here.
    fn flush(&mut self, pool: &Pool<Job<'a>, Done<T>>) {
        let items = std::mem::take(&mut self.own);
        self.send_map(items, None, pool);
    }

    fn send_map(&mut self, items: Vec<Item>, base: Option<Base>, pool: &Pool<Job<'a>, Done<T>>) {
        if !items.is_empty() {
            pool.send(Job::Map { number: self.mapped, items, base });
            self.mapped += 1;
            self.in_flight += 1;
        }
    }

    fn take<E>(&mut self, done: Done<T>, mut each: impl FnMut(T) -> Result<(), E>) -> Result<(), E> {
        match done {
            Done::Read { number, stretch } => self.ahead.put(number, stretch),
            Done::Mapped { number, result } => {
                self.results.insert(number, result);
            }
        }
        while let Some(result) = self.results.remove(&self.delivered) {
            self.delivered += 1;
            each(result)?;
        }
        Ok(())
    }
}
