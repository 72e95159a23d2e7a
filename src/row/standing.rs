//! What a statement amounts to beside its times.

use chrono::{DateTime, Utc};

use super::validity::State;

/// What a statement amounts to beside its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its times say whether it is in force.
    Plain,
    /// The feed took it back.
    Revoked,
    /// What says whether it is in force cannot be read.
    Unclear,
    /// The value was seen; no feed says that it is bad.
    Observed,
}

impl Standing {
    pub(super) fn of(state: State) -> Self {
        match state {
            State::Active | State::Pending | State::Expired => Self::Plain,
            State::Revoked => Self::Revoked,
            State::Unclear => Self::Unclear,
            State::Observed => Self::Observed,
        }
    }

    /// The state at an instant of what has these times.
    pub(super) fn state(self, (from, until): Times, now: DateTime<Utc>) -> State {
        let by_time = State::at(now, self == Self::Revoked, from.unwrap_or(now), until);
        match (self, by_time) {
            (Self::Observed, _) => State::Observed,
            (Self::Unclear, State::Active | State::Pending) => State::Unclear,
            (_, state) => state,
        }
    }

    pub(super) fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn from_number(number: u8) -> Self {
        [Self::Plain, Self::Revoked, Self::Unclear, Self::Observed][usize::from(number & 3)]
    }
}

/// Start and end of validity. `None` is not known, or no end.
pub(super) type Times = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);
