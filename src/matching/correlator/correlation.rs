//! One pattern of several observations, and what has to be kept for it.

use super::alert::AlertPart;
use super::chain::{Beginnings, Passed};
use super::options::Options;
use super::seen::Seen;
use super::shape;
use super::shape::{Chain, Shape};
use super::store::{Entry, Room, Store};
use crate::matching::classes::Classes;
use crate::matching::error::{Error, ErrorKind};
use crate::matching::instant::Interval;
use crate::matching::matcher::Matcher;
use crate::matching::options::Instants;

/// A pattern and its needs.
#[derive(Debug)]
pub(super) struct Correlation {
    pub(super) matcher: Matcher,
    shape: Shape,
    room: Room,
    pub(super) is_narrowed: bool,
    /// For each brackets, whether the last observation of a match may satisfy them.
    finishers: Box<[bool]>,
}

/// What was observed for one pattern in one partition.
#[derive(Debug)]
pub(super) enum State {
    Store(Store),
    Chain(Beginnings),
}

/// What became of an observation.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The observations of a match.
    pub(super) parts: Option<Vec<AlertPart>>,
    /// How many observations were dropped for it.
    pub(super) dropped: u64,
    pub(super) is_undecided: bool,
}

impl Correlation {
    /// Prepares the pattern with a number.
    pub(super) fn new(matcher: Matcher, number: usize, options: &Options) -> Result<Self, Error> {
        let error = |kind| Error::new(kind).with_detail(number.to_string());
        if !matcher.needs_observations() {
            return Err(error(ErrorKind::OneObservation));
        }
        let (plan, brackets) = (matcher.plan(), matcher.brackets().len());
        let span = shape::span(plan);
        let window = match (span, options.horizon) {
            (Some(span), Some(horizon)) => span.min(horizon),
            (Some(span), None) => span,
            (None, Some(horizon)) => horizon,
            (None, None) => return Err(error(ErrorKind::NoHorizon)),
        };
        let shape = Shape::new(plan, brackets);
        let demand = match shape {
            Shape::Newest(demand) => u128::from(demand),
            Shape::Chain(_) | Shape::All => u128::MAX,
        };
        let mut finishers = vec![false; brackets];
        shape::finishers(plan, &mut finishers);
        let room = Room { window, state: options.state, demand };
        let is_narrowed = span.is_none_or(|span| window < span);
        Ok(Self { matcher, shape, room, is_narrowed, finishers: finishers.into() })
    }

    /// When the pattern takes an observation to have been made.
    pub(super) fn times(&self, times: Interval) -> Interval {
        match self.matcher.instants() {
            Instants::Interval => times,
            Instants::FirstObserved => times.start(),
        }
    }

    /// The state of a partition in which nothing was observed.
    pub(super) fn empty(&self) -> State {
        match &self.shape {
            Shape::Chain(chain) => State::Chain(Beginnings::new(chain.len)),
            Shape::Newest(_) | Shape::All => State::Store(Store::default()),
        }
    }

    /// Whether nothing of a state can be together with what happens from a time on.
    pub(super) fn is_over(&self, state: &State, now: i128) -> bool {
        let newest = match state {
            State::Store(store) => store.newest(),
            State::Chain(beginnings) => Some(beginnings.newest()),
        };
        newest.is_none_or(|newest| newest.saturating_add(self.room.window) <= now)
    }

    /// Takes an observation that satisfies some brackets. Each may be part of one match.
    pub(super) fn push(&self, state: &mut State, seen: Seen, passed: &[u32], steps: u64) -> Outcome {
        if let Shape::Chain(chain) = &self.shape {
            let links = passed.iter().filter_map(|test| Some((*test, chain.link(*test)?.0)));
            let mut links = links.collect::<Vec<_>>().into_iter();
            let Some((test, place)) = links.next() else { return Outcome::default() };
            let is_for_one = links.all(|(_, other)| other == place);
            self.renew(state, chain.len, seen.first());
            match state {
                State::Chain(beginnings) if is_for_one && beginnings.takes(&seen) => {
                    let whole = beginnings.push(Passed { seen, test }, place, self.room.window);
                    return Outcome { parts: whole.map(|whole| parts(&whole, chain)), ..Outcome::default() };
                }
                State::Chain(_) => self.unchain(state),
                State::Store(_) => {}
            }
        }
        let State::Store(store) = state else { return Outcome::default() };
        self.push_stored(store, seen, passed, steps)
    }

    /// Makes a state that has nothing to keep one of beginnings again.
    fn renew(&self, state: &mut State, len: usize, now: i128) {
        if let State::Store(store) = state {
            store.forget(now, self.room.window);
            if store.is_empty() {
                *state = State::Chain(Beginnings::new(len));
            }
        }
    }

    /// Keeps single observations in place of beginnings, for what is no instant, serves twice, or is late.
    fn unchain(&self, state: &mut State) {
        let State::Chain(beginnings) = std::mem::replace(state, State::Store(Store::default())) else { return };
        let State::Store(store) = state else { return };
        for Passed { seen, test } in beginnings.into_passed() {
            store.push(seen, &[test], self.room);
        }
    }

    fn push_stored(&self, store: &mut Store, seen: Seen, passed: &[u32], steps: u64) -> Outcome {
        let (first, mut outcome) = (seen.first(), Outcome::default());
        let Some(dropped) = store.push(seen, passed, self.room) else { return outcome };
        outcome.dropped = dropped;
        if !self.may_finish(store, first, passed) {
            return outcome;
        }
        match self.search(store, steps) {
            Ok(parts) => outcome.parts = parts,
            // It is the only one.
            Err(_) => outcome.is_undecided = true,
        }
        for part in outcome.parts.iter().flatten() {
            store.remove(part.number);
        }
        outcome
    }

    /// Whether a match with an observation that was just added is possible: it is the last one, or one that may be the
    /// last one is not before it; and there is enough of everything.
    fn may_finish(&self, store: &Store, first: i128, passed: &[u32]) -> bool {
        let is_finisher = |test: usize| self.finishers.get(test).copied().unwrap_or_default();
        let is_last = passed.iter().any(|test| is_finisher(*test as usize));
        let is_before = || {
            let mut finishers = (0..self.finishers.len()).filter(|test| is_finisher(*test));
            finishers.any(|test| store.last(test).is_some_and(|last| last >= first))
        };
        (is_last || is_before()) && shape::is_supplied(self.matcher.plan(), &|test| store.supply(test))
    }

    fn search(&self, store: &Store, steps: u64) -> Result<Option<Vec<AlertPart>>, Error> {
        let entries: Vec<&Entry> = store.entries().collect();
        let mut classes = Classes::default();
        for (place, entry) in entries.iter().enumerate() {
            let mut passed = entry.passed.clone();
            passed.sort_unstable();
            classes.add(place, passed, entry.seen.times, entry.seen.count);
        }
        let parts = self.matcher.bind(&classes.finish(), &|place| entries[place].seen.count, steps)?;
        let parts = parts.map(|parts| {
            parts.into_iter().map(|part| entries[part.observation].seen.part(part.place.span, part.count)).collect()
        });
        Ok(parts)
    }
}

/// The parts of a match of a whole chain.
fn parts(whole: &[Passed], chain: &Chain) -> Vec<AlertPart> {
    let links = whole.iter().filter_map(|passed| Some((&passed.seen, chain.link(passed.test)?.1)));
    links.map(|(seen, span)| seen.part(span, 1)).collect()
}

impl State {
    /// The number of observations that are kept.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Store(store) => store.len(),
            Self::Chain(beginnings) => beginnings.len(),
        }
    }
}
