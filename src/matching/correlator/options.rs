//! What a caller may decide about correlation.

use chrono::TimeDelta;

use crate::matching::instant::nanos_of;
use crate::matching::step::Path;
use crate::pattern::{Error, Parser};

/// Options of a [`Correlator`](super::Correlator).
///
/// ```
/// use chrono::TimeDelta;
/// use stixkit::matching::correlator::Options;
///
/// let options = Options::default()
///     .with_lateness(TimeDelta::seconds(30))
///     .with_horizon(TimeDelta::hours(6))
///     .with_partition_by("network-traffic:src_ref.value")?;
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Options {
    /// In nanoseconds.
    pub(super) lateness: i128,
    pub(super) horizon: Option<i128>,
    pub(super) ahead: i128,
    pub(super) state: usize,
    pub(super) total: usize,
    pub(super) waiting: usize,
    pub(super) steps: u64,
    pub(super) partition_by: Option<Path>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lateness: 0,
            horizon: None,
            ahead: nanos_of(TimeDelta::days(1)),
            state: 1024,
            total: 1_000_000,
            waiting: 100_000,
            steps: 50_000,
            partition_by: None,
        }
    }
}

impl Options {
    /// Sets how much later than others an observation may arrive. Observations wait for so long, until they are in the
    /// order of their times. By default they do not wait.
    #[must_use]
    pub fn with_lateness(mut self, lateness: TimeDelta) -> Self {
        self.lateness = nanos_of(lateness).max(0);
        self
    }

    /// Sets for how long observations are kept if the pattern has no `WITHIN` around all of it, or a longer one. Such a
    /// pattern is [narrowed](super::Correlator::is_narrowed): it is as if it had that `WITHIN`.
    #[must_use]
    pub fn with_horizon(mut self, horizon: TimeDelta) -> Self {
        self.horizon = Some(nanos_of(horizon).max(1));
        self
    }

    /// Sets how far the time of an observation may be after the time of the last
    /// [`advance`](super::Correlator::advance). What is farther ahead comes from a wrong clock, and is dropped and
    /// counted. The default is one day.
    #[must_use]
    pub fn with_ahead(mut self, ahead: TimeDelta) -> Self {
        self.ahead = nanos_of(ahead).max(0);
        self
    }

    /// Sets how many observations are kept for each `[…]` of a pattern in a partition. The default is 1,024, and patterns
    /// of `AND`, `OR` and `REPEATS` without constraints of time need no more than they ask for.
    #[must_use]
    pub fn with_state(mut self, state: usize) -> Self {
        self.state = state.max(1);
        self
    }

    /// Sets how many observations are kept for all patterns and partitions together. The default is 1,000,000. The
    /// partition that was used longest ago makes room.
    #[must_use]
    pub fn with_total(mut self, total: usize) -> Self {
        self.total = total.max(1);
        self
    }

    /// Sets how many observations may wait for those that are [late](Self::with_lateness). The default is 100,000. Beyond
    /// that, the earliest one no longer waits.
    #[must_use]
    pub fn with_waiting(mut self, waiting: usize) -> Self {
        self.waiting = waiting.max(1);
        self
    }

    /// Sets how many steps a search for a binding may take each time. The default is 50,000. A search that takes more is
    /// given up and counted as [undecided](super::Counts::undecided).
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Sets a path of a pattern, such as that of a host or user, whose value has to be the same for all observations of
    /// an alert. The standard has no way to express that, and without it the events of two strangers correlate.
    ///
    /// The first value of the first object of the path's type counts. Observations without a value are one partition,
    /// with the empty name.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a path of a pattern.
    pub fn with_partition_by(mut self, path: &str) -> Result<Self, Error> {
        self.partition_by = Some(Path::new(&Parser::new().parse_path(path)?, 0));
        Ok(self)
    }
}
