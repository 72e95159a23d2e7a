//! One alert and a count instead of alerts that repeat.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, TimeDelta, Utc};

use crate::matching::text::cut;

/// Makes one alert and a count of alerts on the same indicator, value and host within a window.
///
/// Times are those of the events, so that a replay of old logs gives the same answers as the live stream. They may come
/// in any order. A window begins with the first alert that no other window includes, and lasts for the same time before
/// and after it; alerts in it are counted. Memory is bounded: there are at most as many windows as
/// [`with_capacity`](Self::with_capacity) states, and the one that was used longest ago makes room for a new one.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use stixkit::matching::suppress::{Dedupe, Repeat};
///
/// let mut dedupe = Dedupe::new(TimeDelta::hours(1));
/// let time = |text: &str| text.parse::<DateTime<Utc>>();
/// let id = "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
/// assert_eq!(dedupe.push(id, "198.51.100.7", "pc-1", time("2024-05-01T10:00:00Z")?), Repeat::First);
/// let repeat = dedupe.push(id, "198.51.100.7", "pc-1", time("2024-05-01T10:20:00Z")?);
/// assert_eq!(repeat, Repeat::Repeated { count: 2 });
/// assert_eq!(dedupe.push(id, "198.51.100.7", "pc-2", time("2024-05-01T10:20:00Z")?), Repeat::First);
/// assert_eq!(dedupe.push(id, "198.51.100.7", "pc-1", time("2024-05-01T11:00:00Z")?), Repeat::First);
///
/// // The windows that are over, for a report: two alerts in the first one.
/// let over = dedupe.advance(time("2024-05-01T11:00:00Z")?);
/// assert_eq!((over[0].count, &*over[0].host), (2, "pc-1"));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug)]
pub struct Dedupe {
    window: TimeDelta,
    capacity: usize,
    hashers: [RandomState; 2],
    windows: HashMap<Id, Window>,
    /// The first alerts of the windows of each key.
    starts: HashMap<u128, BTreeSet<DateTime<Utc>>>,
    /// Windows by when they began.
    by_time: BTreeSet<(DateTime<Utc>, u128)>,
    /// Windows by when they were used, which numbers count.
    by_use: BTreeMap<u64, Id>,
    uses: u64,
    evicted: u64,
}

/// The key of a window and its first alert.
type Id = (u128, DateTime<Utc>);

#[derive(Debug)]
struct Window {
    repeats: Repeats,
    used: u64,
}

/// What a [`Dedupe`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// The first alert of a window: report it.
    First,
    /// An alert that repeats another one.
    Repeated {
        /// How many alerts of the window there are, with this one.
        count: u64,
    },
}

/// The alerts of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeats {
    /// The indicator, cut after 256 bytes.
    pub indicator: Box<str>,
    /// The value, cut after 256 bytes.
    pub value: Box<str>,
    /// The host, cut after 256 bytes.
    pub host: Box<str>,
    /// The number of alerts, at least 1.
    pub count: u64,
    /// The earliest time of an alert.
    pub earliest: DateTime<Utc>,
    /// The latest time of an alert.
    pub latest: DateTime<Utc>,
}

impl Dedupe {
    /// Windows of a length. One that is not positive makes every alert the first.
    ///
    /// There are at most 100,000 windows at a time.
    pub fn new(window: TimeDelta) -> Self {
        Self {
            window,
            capacity: 100_000,
            hashers: [RandomState::new(), RandomState::new()],
            windows: HashMap::new(),
            starts: HashMap::new(),
            by_time: BTreeSet::new(),
            by_use: BTreeMap::new(),
            uses: 0,
            evicted: 0,
        }
    }

    /// Sets how many windows there are at a time, at least one. Each takes up to a kilobyte.
    #[must_use]
    pub fn with_capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity.max(1);
        self
    }

    /// Takes an alert, and returns whether it is the first of its window.
    ///
    /// `time` is when the event happened. The three texts are compared as they are, so give values in their
    /// [normal form](crate::row::normalize()).
    pub fn push(&mut self, indicator: &str, value: &str, host: &str, time: impl Into<DateTime<Utc>>) -> Repeat {
        let time = time.into();
        let key = self.key(indicator, value, host);
        self.uses += 1;
        if let Some(start) = self.start(key, time)
            && let Some(window) = self.windows.get_mut(&(key, start))
        {
            let repeats = &mut window.repeats;
            repeats.count = repeats.count.saturating_add(1);
            repeats.earliest = repeats.earliest.min(time);
            repeats.latest = repeats.latest.max(time);
            self.by_use.remove(&window.used);
            self.by_use.insert(self.uses, (key, start));
            window.used = self.uses;
            return Repeat::Repeated { count: window.repeats.count };
        }
        if self.window <= TimeDelta::zero() {
            return Repeat::First;
        }
        if self.windows.len() >= self.capacity
            && let Some((_, id)) = self.by_use.pop_first()
        {
            self.remove(id);
            self.evicted += 1;
        }
        let repeats = Repeats {
            indicator: cut(indicator).into(),
            value: cut(value).into(),
            host: cut(host).into(),
            count: 1,
            earliest: time,
            latest: time,
        };
        self.windows.insert((key, time), Window { repeats, used: self.uses });
        self.starts.entry(key).or_default().insert(time);
        self.by_time.insert((time, key));
        self.by_use.insert(self.uses, (key, time));
        Repeat::First
    }

    /// Forgets the windows that are over at a time, and returns them, the earliest one first. Alerts that arrive later
    /// for them begin new windows, so allow for the delay of your events.
    pub fn advance(&mut self, now: impl Into<DateTime<Utc>>) -> Vec<Repeats> {
        let now = now.into();
        let mut over = Vec::new();
        while let Some((start, key)) = self.by_time.first().copied()
            && start.checked_add_signed(self.window).is_some_and(|end| end <= now)
        {
            over.extend(self.remove((key, start)));
        }
        over
    }

    /// Returns the number of windows.
    pub fn len(&self) -> usize {
        self.windows.len()
    }

    /// Whether there are no windows.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Returns how many windows made room for others before they were over. Alerts that repeat theirs are new again, and
    /// their counts are lost.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// The start of the nearest window of a key that includes a time.
    fn start(&self, key: u128, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let starts = self.starts.get(&key)?;
        let before = starts.range(..=time).next_back();
        let after = starts.range(time..).next();
        let distance = |start: &&DateTime<Utc>| (**start - time).abs();
        before.into_iter().chain(after).filter(|start| distance(start) < self.window).min_by_key(distance).copied()
    }

    fn remove(&mut self, (key, start): Id) -> Option<Repeats> {
        if let Some(starts) = self.starts.get_mut(&key) {
            starts.remove(&start);
            if starts.is_empty() {
                self.starts.remove(&key);
            }
        }
        self.by_time.remove(&(start, key));
        let window = self.windows.remove(&(key, start))?;
        self.by_use.remove(&window.used);
        Some(window.repeats)
    }

    /// A number for three texts that no other texts have for certain enough: 128 bits of keyed hashes. Texts may be long,
    /// and memory is bounded.
    fn key(&self, indicator: &str, value: &str, host: &str) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| hasher.hash_one((indicator, value, host)));
        u128::from(high) << 64 | u128::from(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    /// Which of some alerts on one thing are the first of their windows.
    fn firsts(window: i64, times: &[i64]) -> Vec<i64> {
        let mut dedupe = Dedupe::new(TimeDelta::seconds(window));
        let is_first = |time: &&i64| dedupe.push("i", "v", "h", at(**time)) == Repeat::First;
        times.iter().filter(is_first).copied().collect()
    }

    #[test]
    fn windows() {
        assert_eq!(firsts(10, &[0, 1, 9, 10, 19, 20]), [0, 10, 20]);
        assert_eq!(firsts(10, &[20, 15, 11, 10, 30, 12]), [20, 10, 30]);
        assert_eq!(firsts(10, &[100, 0, 99, 1]), [100, 0]);
        assert_eq!(firsts(0, &[1, 1]), [1, 1]);
        assert_eq!(firsts(-1, &[1, 1]), [1, 1]);
    }

    #[test]
    fn texts_do_not_run_together() {
        let mut dedupe = Dedupe::new(TimeDelta::MAX);
        for (indicator, value, host) in [("ab", "c", "d"), ("a", "bc", "d"), ("a", "b", "cd")] {
            assert_eq!(dedupe.push(indicator, value, host, at(0)), Repeat::First);
        }
        assert_eq!(dedupe.push("a", "bc", "d", DateTime::<Utc>::MAX_UTC), Repeat::Repeated { count: 2 });
        assert_eq!(dedupe.push("a", "bc", "d", DateTime::<Utc>::MIN_UTC), Repeat::Repeated { count: 3 });
        assert_eq!(dedupe.advance(DateTime::<Utc>::MAX_UTC), []);
        assert_eq!(dedupe.len(), 3);
    }

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let mut dedupe = Dedupe::new(TimeDelta::hours(1)).with_capacity(2);
        dedupe.push("i", "v", "1", at(0));
        dedupe.push("i", "v", "2", at(1));
        dedupe.push("i", "v", "1", at(2));
        assert_eq!(dedupe.push("i", "v", "3", at(3)), Repeat::First);
        assert_eq!((dedupe.len(), dedupe.evicted()), (2, 1));
        assert_eq!(dedupe.push("i", "v", "1", at(4)), Repeat::Repeated { count: 3 });
        assert_eq!(dedupe.push("i", "v", "2", at(5)), Repeat::First);
    }

    #[test]
    fn a_million_alerts_on_one_value_take_bounded_memory() {
        let mut dedupe = Dedupe::new(TimeDelta::nanoseconds(1)).with_capacity(100);
        let value = "x".repeat(1000);
        for time in 0..100_000 {
            assert_eq!(dedupe.push("i", &value, "h", at(time * 7919 % 100_000)), Repeat::First);
        }
        assert_eq!((dedupe.len(), dedupe.evicted()), (100, 99_900));
        let all = dedupe.advance(DateTime::<Utc>::MAX_UTC);
        assert_eq!(all.len(), 100);
        assert!(all.is_sorted_by_key(|repeats| repeats.earliest) && all[0].value.len() == 256);
        let Dedupe { windows, starts, by_time, by_use, .. } = dedupe;
        assert!(windows.is_empty() && starts.is_empty() && by_time.is_empty() && by_use.is_empty());
    }
}
