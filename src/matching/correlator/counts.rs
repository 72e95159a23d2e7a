//! What a correlator has left out.

/// How many observations a [`Correlator`](super::Correlator) took and left out, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Observations that were pushed.
    pub pushed: u64,
    /// Alerts.
    pub alerts: u64,
    /// Observations that were dropped because there were more for a `[…]` in a partition than
    /// [`Options::with_state`](super::Options::with_state) allows, each counted for each pattern and `[…]`.
    pub dropped: u64,
    /// Observations that were dropped with their partition, which made room for others.
    pub evicted: u64,
    /// Observations that came later than [`Options::with_lateness`](super::Options::with_lateness) allows, or that could
    /// not wait as long. They were used, but what they would have completed may be gone.
    pub late: u64,
    /// Observations that were dropped because their time is too far in the future.
    pub ahead: u64,
    /// Events that were dropped because they have no time.
    pub untimed: u64,
    /// Searches that were given up, so that an alert may be missing.
    pub undecided: u64,
}

impl Counts {
    /// Whether all alerts are known to be there that the patterns, as they are narrowed, ask for first: nothing was
    /// dropped, late or given up.
    pub fn is_complete(&self) -> bool {
        let Self { pushed: _, alerts: _, dropped, evicted, late, ahead, untimed, undecided } = self;
        [dropped, evicted, late, ahead, untimed, undecided].into_iter().all(|count| *count == 0)
    }
}
