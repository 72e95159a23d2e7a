//! Patterns of several observations over a stream.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::alert::{Alert, AlertPart};
use super::correlation::Correlation;
use super::counts::Counts;
use super::options::Options;
use super::seen::Seen;
use super::states::States;
use crate::matching::bytes::with_text;
use crate::matching::error::Error;
use crate::matching::instant::{Interval, nanos};
use crate::matching::matcher::Matcher;
use crate::matching::observation::Member;
use crate::matching::observations::Observations;
use crate::matching::root::Root;
use crate::matching::step::Path;
use crate::matching::text::cut;
use crate::object::PropertyValue;

/// Finds patterns of several observations in a stream, with bounded memory.
///
/// See the [module](super) for an example and for what it guarantees.
#[derive(Debug)]
pub struct Correlator {
    options: Options,
    /// The place is the number of the pattern. `None` was removed.
    correlations: Vec<Option<Correlation>>,
    /// The brackets that objects of each type may satisfy, with their patterns.
    by_type: HashMap<Box<str>, Vec<(u32, u32)>>,
    states: States,
    /// Observations that wait for late ones, by their times.
    waiting: BTreeMap<(i128, u64), Waiting>,
    clock: Clock,
    counts: Counts,
    /// For names of partitions that are too long to be kept.
    hashers: [RandomState; 2],
}

#[derive(Debug)]
struct Waiting {
    seen: Seen,
    partition: Arc<str>,
    passed: Box<[(u32, u32)]>,
}

/// How far time has gone on.
#[derive(Clone, Copy, Debug)]
struct Clock {
    /// The latest time of an observation or of the caller.
    latest: i128,
    /// The time of the caller.
    now: Option<i128>,
}

impl Correlator {
    /// Makes a correlator of patterns that need several observations.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::OneObservation`](crate::matching::ErrorKind::OneObservation) if a single
    /// observation decides about a pattern, and of kind [`ErrorKind::NoHorizon`](crate::matching::ErrorKind::NoHorizon)
    /// if a pattern has no `WITHIN` around all of it and [`Options::with_horizon`] is not set. Both name the pattern by
    /// its place, from 0.
    pub fn new(matchers: impl IntoIterator<Item = Matcher>, options: Options) -> Result<Self, Error> {
        let mut new = Self {
            options,
            correlations: Vec::new(),
            by_type: HashMap::new(),
            states: States::default(),
            waiting: BTreeMap::new(),
            clock: Clock { latest: i128::MIN, now: None },
            counts: Counts::default(),
            hashers: [RandomState::new(), RandomState::new()],
        };
        for matcher in matchers {
            new.insert(matcher)?;
        }
        Ok(new)
    }

    /// Adds a pattern and returns its number. It is matched with what is pushed from now on.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn insert(&mut self, matcher: Matcher) -> Result<usize, Error> {
        let number = self.correlations.len();
        let correlation = Correlation::new(matcher, number, &self.options)?;
        for (test, brackets) in correlation.matcher.brackets().iter().enumerate() {
            for object_type in brackets.types() {
                // OK because so many patterns do not fit into memory.
                self.by_type.entry(object_type.clone()).or_default().push((number as u32, test as u32));
            }
        }
        self.correlations.push(Some(correlation));
        Ok(number)
    }

    /// Removes a pattern and all that is kept for it. Returns `false` if there is none with the number.
    pub fn remove(&mut self, pattern: usize) -> bool {
        let Some(removed) = self.correlations.get_mut(pattern).and_then(Option::take) else { return false };
        for object_type in removed.matcher.brackets().iter().flat_map(|brackets| brackets.types()) {
            if let Some(tests) = self.by_type.get_mut(object_type) {
                tests.retain(|(number, _)| *number as usize != pattern);
            }
        }
        self.states.remove_pattern(pattern as u32);
        true
    }

    /// Whether a pattern is narrowed by [`Options::with_horizon`]: what is farther apart is not found, although the
    /// pattern allows it.
    pub fn is_narrowed(&self, pattern: usize) -> bool {
        self.correlations.get(pattern).and_then(Option::as_ref).is_some_and(|correlation| correlation.is_narrowed)
    }

    /// Takes observations and returns the alerts that they complete.
    pub fn push(&mut self, observations: &Observations<'_>) -> Vec<Alert> {
        self.push_all(observations, None)
    }

    /// Takes observations of a partition that the caller knows, such as a host, instead of that of
    /// [`Options::with_partition_by`].
    pub fn push_in(&mut self, partition: &str, observations: &Observations<'_>) -> Vec<Alert> {
        self.push_all(observations, Some(partition))
    }

    /// Tells the time. Returns the alerts of observations that no longer have to wait, and forgets what is over.
    ///
    /// Call it now and then if the stream may pause. From the first call on, observations that are farther
    /// [ahead](Options::with_ahead) of the time are dropped.
    pub fn advance(&mut self, now: impl Into<DateTime<Utc>>) -> Vec<Alert> {
        let now = nanos(now.into());
        self.clock.now = Some(self.clock.now.map_or(now, |before| before.max(now)));
        self.clock.latest = self.clock.latest.max(now);
        let alerts = self.release();
        let due = self.due();
        let Self { states, correlations, .. } = self;
        states.forget(|number, state| {
            let correlation = correlations.get(number as usize).and_then(Option::as_ref);
            correlation.is_none_or(|correlation| correlation.is_over(state, due))
        });
        alerts
    }

    /// Returns the alerts of all observations that still wait for late ones, at the end of a stream.
    pub fn finish(&mut self) -> Vec<Alert> {
        let mut alerts = Vec::new();
        while let Some((_, waiting)) = self.waiting.pop_first() {
            self.take(waiting, &mut alerts);
        }
        alerts
    }

    /// Returns how many observations were dropped because there was no room for them, or because they have no time or
    /// one too far in the future. [`counts`](Self::counts) has the reasons.
    pub fn dropped(&self) -> u64 {
        let Counts { dropped, evicted, ahead, untimed, .. } = self.counts;
        [evicted, ahead, untimed].into_iter().fold(dropped, u64::saturating_add)
    }

    /// Returns how many observations were taken and left out.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns how many observations are kept, each for each of its patterns, with one for each pattern in a partition,
    /// and those that wait.
    pub fn kept(&self) -> usize {
        self.states.total() + self.waiting.len()
    }

    fn push_all(&mut self, observations: &Observations<'_>, partition: Option<&str>) -> Vec<Alert> {
        let mut alerts = Vec::new();
        let mut order: Vec<_> = observations.list().iter().collect();
        order.sort_by_key(|observation| observation.times.first());
        for observation in order {
            let members = || Member::all(observation, observations.observables());
            let passed = self.passed(members());
            let partition = match partition {
                _ if passed.is_empty() => Arc::default(),
                Some(partition) => self.partition(partition),
                None => self.partition(&self.partition_of(members())),
            };
            self.push_one(observation.id(), observation.times, observation.count, partition, passed);
            alerts.extend(self.release());
        }
        alerts
    }

    /// Takes what satisfies some brackets.
    pub(super) fn push_one(
        &mut self,
        id: Option<&str>,
        times: Interval,
        count: u64,
        partition: Arc<str>,
        passed: Box<[(u32, u32)]>,
    ) {
        let number = self.counts.pushed;
        self.counts.pushed += 1;
        let first = times.first().nanos;
        if self.clock.now.is_some_and(|now| first > now.saturating_add(self.options.ahead)) {
            self.counts.ahead += 1;
            return;
        }
        let is_late = first < self.due();
        self.clock.latest = self.clock.latest.max(first);
        if passed.is_empty() {
            return;
        }
        self.counts.late += u64::from(is_late);
        let seen = Seen { number, id: id.map(|id| cut(id).into()), times, count };
        self.waiting.insert((first, number), Waiting { seen, partition, passed });
    }

    /// Leaves out an event that has no time.
    pub(super) fn skip_untimed(&mut self) {
        self.counts.pushed += 1;
        self.counts.untimed += 1;
    }

    /// Whether some pattern is about objects of a type.
    pub(super) fn tests(&self, object_type: &str) -> bool {
        self.by_type.get(object_type).is_some_and(|tests| !tests.is_empty())
    }

    /// The brackets that objects of one observation satisfy.
    pub(super) fn passed<'v, R: Root<'v>>(&self, roots: impl Iterator<Item = R>) -> Box<[(u32, u32)]> {
        let mut passed = Vec::new();
        for root in roots {
            for (number, test) in self.by_type.get(root.object_type()).into_iter().flatten() {
                let correlation = self.correlations.get(*number as usize).and_then(Option::as_ref);
                let brackets = correlation.and_then(|correlation| correlation.matcher.brackets().get(*test as usize));
                if brackets.is_some_and(|brackets| brackets.holds(&root)) {
                    passed.push((*number, *test));
                }
            }
        }
        passed.sort_unstable();
        passed.dedup();
        passed.into()
    }

    /// The partition that the objects of an observation are in.
    pub(super) fn partition_of<'v, R: Root<'v>>(&self, roots: impl Iterator<Item = R>) -> String {
        let Some(path) = &self.options.partition_by else { return String::new() };
        let mut roots = roots.filter(|root| root.object_type() == &*path.object_type);
        roots.find_map(|root| first_value(path, &root)).unwrap_or_default()
    }

    /// The name of a partition, of bounded length.
    pub(super) fn partition(&self, name: &str) -> Arc<str> {
        let start = cut(name);
        if start.len() == name.len() {
            return name.into();
        }
        let [high, low] = self.hashers.each_ref().map(|hasher| hasher.hash_one(name));
        format!("{start}…{high:016x}{low:016x}").into()
    }

    /// Takes what need not wait any longer.
    pub(super) fn release(&mut self) -> Vec<Alert> {
        let mut alerts = Vec::new();
        let due = self.due();
        while let Some(((first, _), _)) = self.waiting.first_key_value()
            && (*first <= due || self.waiting.len() > self.options.waiting)
            && let Some(((first, _), waiting)) = self.waiting.pop_first()
        {
            self.counts.late += u64::from(first > due);
            self.take(waiting, &mut alerts);
        }
        alerts
    }

    /// What was first observed at this time or before has waited for long enough.
    fn due(&self) -> i128 {
        self.clock.latest.saturating_sub(self.options.lateness)
    }

    fn take(&mut self, Waiting { seen, partition, passed }: Waiting, alerts: &mut Vec<Alert>) {
        for tests in passed.chunk_by(|(a, _), (b, _)| a == b) {
            let number = tests[0].0;
            let Some(correlation) = self.correlations.get(number as usize).and_then(Option::as_ref) else { continue };
            let seen = Seen { times: correlation.times(seen.times), ..seen.clone() };
            let tests: Vec<u32> = tests.iter().map(|(_, test)| *test).collect();
            let steps = self.options.steps;
            let (outcome, dropped) = self.states.update(
                (number, Arc::clone(&partition)),
                || correlation.empty(),
                |state, dropped| {
                    let outcome = correlation.push(state, seen, &tests, steps);
                    *dropped = dropped.saturating_add(outcome.dropped);
                    (outcome, *dropped)
                },
            );
            self.counts.dropped += outcome.dropped;
            self.counts.undecided += u64::from(outcome.is_undecided);
            self.counts.evicted += self.states.limit(self.options.total);
            if let Some(alert) = outcome.parts.and_then(|parts| alert(number, &partition, parts, dropped)) {
                self.counts.alerts += 1;
                alerts.push(alert);
            }
        }
    }
}

/// An alert, or `None` if it has no parts.
fn alert(pattern: u32, partition: &Arc<str>, parts: Vec<AlertPart>, dropped: u64) -> Option<Alert> {
    let first = parts.iter().map(|part| part.first).min()?;
    let last = parts.iter().map(|part| part.last).max()?;
    Some(Alert { pattern: pattern as usize, partition: Arc::clone(partition), parts, first, last, dropped })
}

/// The first value of an object at a path, as text.
fn first_value<'v, R: Root<'v>>(path: &Path, root: &R) -> Option<String> {
    let mut found = None;
    path.select(root, &mut |value| {
        found = match &value {
            PropertyValue::Integer(number) => Some(number.to_string()),
            PropertyValue::Boolean(value) => Some(value.to_string()),
            value => with_text(value, str::to_owned),
        };
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found
}
