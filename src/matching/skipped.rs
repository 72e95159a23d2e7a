//! Observed data that cannot be matched against.

use std::fmt;

/// An observed-data object that is left out of [`Observations`](super::Observations), because it is not known what it
/// reports.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Its identifier, if it has one.
    pub id: Option<String>,
    /// Why it was left out.
    pub reason: SkipReason,
}

/// Why observed data is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// `first_observed` or `last_observed` is missing or is not a timestamp.
    Times,
    /// `last_observed` is before `first_observed`.
    Reversed,
    /// `number_observed` is missing, is not a whole number, or is below 1.
    Count,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Times => "a time of observation is missing or not a timestamp",
            Self::Reversed => "it was last observed before it was first observed",
            Self::Count => "number_observed is not a whole number above 0",
        })
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id.as_deref().unwrap_or("observed data"), self.reason)
    }
}
