//! What became of what an event is about.

use std::fmt;

/// What became of the connection, request or operation that an event is about.
///
/// A hit on something that was denied is often noise: a firewall that refuses scans from the Internet logs thousands of
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventOutcome {
    /// It was allowed, or it succeeded.
    Success,
    /// It was attempted and failed, for example because nothing answered.
    Failure,
    /// A control denied, dropped, blocked or quarantined it.
    Denied,
}

impl EventOutcome {
    /// Returns the outcome in one word: `success`, `failure` or `denied`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
        }
    }
}

impl fmt::Display for EventOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
