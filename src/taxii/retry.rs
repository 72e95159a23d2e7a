//! Waits: before a retry, to keep a rate, and between two polls.

use std::collections::VecDeque;
use std::time::Duration;

use super::error::Error;
use super::options::{Rate, Retries};

/// A generator of random numbers: the same seed yields the same waits.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number from 0 to `last`, each equally likely within the precision of 32 bits.
    pub(super) fn up_to(&mut self, last: u64) -> u64 {
        ((self.next() * (last + 1) as f64) as u64).min(last)
    }

    /// Returns a number from 0 to 1, evenly distributed (SplitMix64, the upper half).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from((bits >> 32) as u32) / f64::from(u32::MAX)
    }
}

/// The waits for one request.
#[derive(Debug)]
pub(super) struct Backoff {
    attempts: u32,
    waited: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { attempts: 0, waited: Duration::ZERO }
    }

    /// Returns how often the request was sent again.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long to wait before the request is sent again; `None` if it is not. The time
    /// that the server asks for is used if it is within the limits: an earlier retry would be
    /// useless.
    pub(super) fn next(&mut self, options: &Retries, asked: Option<Duration>, chance: &mut Chance) -> Option<Duration> {
        if self.attempts >= options.max {
            return None;
        }
        let wait = match asked {
            Some(asked) if asked > options.longest => return None,
            Some(asked) if asked >= options.first => asked,
            // No wait, or one that is over, would be used up at once.
            Some(_) | None => {
                let doubled = options.first.saturating_mul(1 << self.attempts.min(20)).min(options.longest);
                doubled.mul_f64(0.5 + chance.next() / 2.0)
            }
        };
        self.attempts += 1;
        self.waited = self.waited.saturating_add(wait);
        (self.waited <= options.budget).then_some(wait)
    }
}

/// Keeps a [`Rate`]: remembers when the last requests were sent.
#[derive(Debug)]
pub(super) struct Limiter {
    rate: Option<Rate>,
    sent: VecDeque<Duration>,
}

impl Limiter {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        Self { rate, sent: VecDeque::new() }
    }

    pub(super) fn is_on(&self) -> bool {
        self.rate.is_some()
    }

    /// Returns how long to wait before a request is sent, and notes it as sent at that time.
    pub(super) fn reserve(&mut self, now: Duration) -> Duration {
        let Some(rate) = self.rate else { return Duration::ZERO };
        let max = rate.requests.max(1) as usize;
        while self.sent.front().is_some_and(|sent| sent.saturating_add(rate.per) <= now) {
            self.sent.pop_front();
        }
        // The request takes the place of the one that was sent `max` requests ago.
        let at = match self.sent.len().checked_sub(max).and_then(|place| self.sent.get(place)) {
            Some(sent) => sent.saturating_add(rate.per).max(now),
            None => now,
        };
        self.sent.push_back(at);
        at.saturating_sub(now)
    }
}

/// Computes when to poll next. It does not sleep: the caller's runtime does.
///
/// ```
/// use std::time::Duration;
/// use stixkit::taxii::Schedule;
///
/// let mut schedule = Schedule::every(Duration::from_secs(300));
/// let wait = schedule.succeeded(Duration::from_secs(20));
/// assert!(wait >= Duration::from_secs(250) && wait <= Duration::from_secs(310));
/// ```
#[derive(Clone, Debug)]
pub struct Schedule {
    every: Duration,
    jitter: f64,
    longest: Duration,
    failures: u32,
    chance: Chance,
}

impl Schedule {
    /// Schedules a poll at this interval, from start to start, randomly varied by up to a tenth.
    pub fn every(every: Duration) -> Self {
        let longest = every.max(Duration::from_secs(3600));
        Self { every, jitter: 0.1, longest, failures: 0, chance: Chance::new(0) }
    }

    /// Sets the jitter: from 0 for none to 1 for anything between no wait and twice the interval.
    /// Default 0.1.
    #[must_use]
    pub fn with_jitter(mut self, part: f64) -> Self {
        self.jitter = if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
        self
    }

    /// Sets the seed of the jitter. Clients of one server should use different seeds.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.chance = Chance::new(seed);
        self
    }

    /// Sets the longest wait after failures, even if the server asks for a longer one. Default an
    /// hour, or the interval if it is longer.
    #[must_use]
    pub fn with_longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Returns how long to sleep after a poll that took this long.
    pub fn succeeded(&mut self, took: Duration) -> Duration {
        self.failures = 0;
        self.vary(self.every).saturating_sub(took)
    }

    /// Returns how long to sleep after a poll that failed: twice as long each time, and at least as
    /// long as the server asks, up to the longest wait.
    pub fn failed(&mut self, error: &Error) -> Duration {
        let doubled = self.every.saturating_mul(1 << self.failures.min(20)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        self.vary(doubled).max(error.retry_after().unwrap_or_default().min(self.longest))
    }

    fn vary(&mut self, time: Duration) -> Duration {
        let factor = 1.0 + self.jitter * (2.0 * self.chance.next() - 1.0);
        Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxii::error::ErrorKind;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_and_end() {
        let options = Retries { max: 4, longest: 5 * SECOND, budget: 9 * SECOND, ..Retries::default() };
        let (mut backoff, mut chance) = (Backoff::new(), Chance::new(7));
        let mut next = |asked| backoff.next(&options, asked, &mut chance);
        for longest in [1, 2] {
            let wait = next(None).unwrap();
            assert!(wait >= longest * SECOND / 2 && wait <= longest * SECOND, "{wait:?}");
        }
        assert_eq!(next(Some(5 * SECOND)), Some(5 * SECOND));
        assert_eq!(next(Some(6 * SECOND)), None, "longer than the longest");
        assert_eq!(next(Some(5 * SECOND)), None, "more than the budget");
    }

    #[test]
    fn a_rate_holds_in_every_span() {
        let rate = Rate { requests: 3, per: 10 * SECOND };
        let mut limiter = Limiter::new(Some(rate));
        let (mut now, mut sent) = (Duration::ZERO, Vec::new());
        for step in 0..200_u32 {
            now += Duration::from_millis(u64::from(step * 7919 % 4000));
            now += limiter.reserve(now);
            sent.push(now);
            assert!(limiter.sent.len() <= 4);
        }
        assert!(sent.windows(4).all(|four| four[3] - four[0] >= rate.per));
        assert_eq!(Limiter::new(None).reserve(now), Duration::ZERO);
    }

    #[test]
    fn a_schedule_backs_off_and_recovers() {
        let mut schedule = Schedule::every(60 * SECOND).with_jitter(0.0).with_longest(200 * SECOND);
        assert_eq!(schedule.succeeded(70 * SECOND), Duration::ZERO);
        let error = Error::new(ErrorKind::Temporary);
        let waits: Vec<_> = (0..4).map(|_| schedule.failed(&error).as_secs()).collect();
        assert_eq!(waits, [60, 120, 200, 200]);
        let error = error.with_retry_after(Some(500 * SECOND));
        assert_eq!(schedule.failed(&error), 200 * SECOND, "no longer than the longest");
        assert_eq!(schedule.succeeded(SECOND), 59 * SECOND);
    }
}
