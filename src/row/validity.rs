//! When an indicator is valid, and whether it is at a given instant.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::Timestamp;

/// When an indicator is valid. Observables have no validity: all fields are `None`, and the state
/// is [`State::Observed`].
///
/// It is a field of [`Row`](super::Row), which has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Validity {
    /// Start of validity: see
    /// [`Indicator::effective_valid_from`](crate::object::Indicator::effective_valid_from), which
    /// returns `created` if `valid_from` is absent or cannot be read. `None` if neither can be
    /// read.
    pub from: Option<Timestamp>,
    /// End of validity (exclusive). `None` means that the indicator does not expire.
    pub until: Option<Timestamp>,
    /// What ends the validity.
    pub expiry_source: Option<ExpirySource>,
    /// Whether the indicator is active at the mapper's instant.
    pub state: State,
}

/// Whether an indicator is active at a given instant.
///
/// The strongest statement wins: revoked, then expired, then pending. A revoked indicator stays
/// revoked whatever its `valid_until` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// It is valid.
    Active,
    /// `valid_from` is in the future. Whether to match already is the caller's choice.
    Pending,
    /// `valid_until` has been reached, which is the first instant after the validity.
    Expired,
    /// The producer revoked it.
    Revoked,
    /// Properties that decide this cannot be read: see [`Row::doubts`](super::Row::doubts). It may
    /// be any of the above. No sink treats it as active.
    Unclear,
    /// It is a bare observable: no producer says that it means anything.
    Observed,
}

impl State {
    /// Returns the state at `now` of an indicator with these properties.
    ///
    /// ```
    /// use stixkit::row::State;
    ///
    /// let time = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    /// let (from, until) = (time("2024-05-01T00:00:00Z"), time("2024-06-01T00:00:00Z"));
    /// assert_eq!(State::at(time("2024-05-20T00:00:00Z"), false, from, Some(until)), State::Active);
    /// assert_eq!(State::at(until, false, from, Some(until)), State::Expired);
    /// assert_eq!(State::at(until, true, from, None), State::Revoked);
    /// ```
    pub fn at(
        now: impl Into<DateTime<Utc>>,
        is_revoked: bool,
        from: impl Into<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Self {
        let now = now.into();
        if is_revoked {
            Self::Revoked
        } else if until.is_some_and(|until| until <= now) {
            Self::Expired
        } else if from.into() > now {
            Self::Pending
        } else {
            Self::Active
        }
    }

    /// Returns the state as it is in the column `state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Unclear => "unclear",
            Self::Observed => "observed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What ends an indicator's validity. An indicator that does not expire has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ExpirySource {
    /// The indicator's own `valid_until`.
    ValidUntil,
    /// Its revocation, which takes precedence over `valid_until`.
    Revoked,
    /// The caller's [default validity](super::Mapper::with_default_validity): the indicator itself
    /// has no `valid_until`.
    Default,
}

impl ExpirySource {
    /// Returns the source as it is in the column `expiry_source`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ValidUntil => "valid_until",
            Self::Revoked => "revoked",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for ExpirySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn the_strongest_statement_wins() {
        let now = at(100);
        assert_eq!(State::at(now, false, at(100), None), State::Active);
        assert_eq!(State::at(now, false, at(101), None), State::Pending);
        assert_eq!(State::at(now, false, at(0), Some(at(101))), State::Active);
        assert_eq!(State::at(now, false, at(0), Some(at(100))), State::Expired);
        assert_eq!(State::at(now, false, at(200), Some(at(50))), State::Expired);
        assert_eq!(State::at(now, true, at(0), Some(at(200))), State::Revoked);
    }
}
