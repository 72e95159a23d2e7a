//! A request on its way.

use std::time::Duration;

/// What is known of requests that were sent.
#[derive(Debug, Default)]
pub(super) struct Flight {
    /// Whether a request with `next` was sent whose fate is unknown.
    next_is_out: bool,
    /// When the first request was sent, by the client's timer.
    started: Option<Duration>,
}

impl Flight {
    /// Notes that the fate of the last request is known.
    pub(super) fn land(&mut self) {
        self.next_is_out = false;
    }

    /// Notes that a request is sent. `is_next` if it holds a `next` that the server may honour only
    /// once.
    pub(super) fn depart(&mut self, is_next: bool) {
        self.next_is_out = is_next;
    }

    /// Returns whether a `next` may have been used up without an answer, and forgets it.
    pub(super) fn take_lost(&mut self) -> bool {
        std::mem::take(&mut self.next_is_out)
    }

    /// Returns how much of `max` is left at this time.
    pub(super) fn time_left(&self, now: Duration, max: Option<Duration>) -> Option<Duration> {
        max.map(|max| max.saturating_sub(now.saturating_sub(self.started.unwrap_or(now))))
    }

    /// Returns whether this much time has passed since the first call, which starts the clock.
    pub(super) fn is_overdue(&mut self, now: Duration, max: Option<Duration>) -> bool {
        let started = *self.started.get_or_insert(now);
        max.is_some_and(|max| now.saturating_sub(started) >= max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_is_lost_once() {
        let mut flight = Flight::default();
        assert!(!flight.take_lost());
        flight.depart(false);
        assert!(!flight.take_lost());
        flight.depart(true);
        assert!(flight.take_lost());
        assert!(!flight.take_lost());
        flight.depart(true);
        flight.land();
        assert!(!flight.take_lost());
    }

    #[test]
    fn time_counts_from_the_first_request() {
        let seconds = Duration::from_secs;
        let mut flight = Flight::default();
        for (now, max, expected) in [
            (100, Some(5), false),
            (104, Some(5), false),
            (105, Some(5), true),
            (200, None, false),
            (99, Some(1), false),
        ] {
            assert_eq!(flight.is_overdue(seconds(now), max.map(seconds)), expected, "{now}");
        }
        assert!(Flight::default().is_overdue(seconds(100), Some(Duration::ZERO)));
    }
}
