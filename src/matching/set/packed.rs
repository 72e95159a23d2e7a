//! What a set keeps of an indicator, in as few bytes as possible.

use chrono::{DateTime, Utc};

use crate::object::Tlp;
use crate::row::State;

/// What a set keeps of an indicator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    /// The UUID, or the place in the list of other identifiers.
    pub(super) id: [u8; 16],
    pub(super) modified: Nanos,
    pub(super) from: Nanos,
    /// The first instant after the validity.
    pub(super) until: Nanos,
    /// The terms from this one up to the first one of the next record are its own.
    pub(super) first_term: u32,
    /// The pattern, if hits need a test of it.
    pub(super) pattern: u32,
    pub(super) source: u16,
    /// Seven bits for the confidence, three for the level of TLP, the others are flags.
    pub(super) bits: u16,
}

pub(super) const IS_DEAD: u16 = 1 << 10;
pub(super) const IS_REVOKED: u16 = 1 << 11;
/// Whether what decides the state cannot be read.
pub(super) const IS_UNCLEAR: u16 = 1 << 12;
pub(super) const IS_SEVERAL: u16 = 1 << 13;
pub(super) const HAS_OTHER_ID: u16 = 1 << 14;

const NO_CONFIDENCE: u16 = 127;

/// Nanoseconds since 1970, aligned to four bytes. What is before 1677 or after 2262 counts as the first or
/// the last instant that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nanos([u32; 2]);

impl Nanos {
    /// No start, no version.
    pub(super) const MIN: Self = Self::new(i64::MIN);
    /// No end.
    pub(super) const NEVER: Self = Self::new(i64::MAX);

    pub(super) const fn new(nanos: i64) -> Self {
        Self([nanos as u32, (nanos >> 32) as u32])
    }

    pub(super) const fn get(self) -> i64 {
        self.0[0] as i64 | (self.0[1] as i64) << 32
    }

    pub(super) fn at(instant: DateTime<Utc>) -> Self {
        let beyond = if instant.timestamp() < 0 { i64::MIN + 1 } else { i64::MAX - 1 };
        Self::new(instant.timestamp_nanos_opt().unwrap_or(beyond).clamp(i64::MIN + 1, i64::MAX - 1))
    }

    pub(super) fn instant(self) -> Option<DateTime<Utc>> {
        (self != Self::MIN && self != Self::NEVER).then(|| DateTime::from_timestamp_nanos(self.get()))
    }
}

impl Packed {
    pub(super) fn is(&self, flag: u16) -> bool {
        self.bits & flag != 0
    }

    pub(super) fn set(&mut self, flag: u16, on: bool) {
        if on {
            self.bits |= flag;
        }
    }

    pub(super) fn rating(confidence: Option<u8>, tlp: Option<Tlp>) -> u16 {
        let confidence = confidence.map_or(NO_CONFIDENCE, |confidence| u16::from(confidence.min(100)));
        let tlp = match tlp {
            None => 0,
            Some(Tlp::Clear) => 1,
            Some(Tlp::Green) => 2,
            Some(Tlp::Amber) => 3,
            Some(Tlp::AmberStrict) => 4,
            Some(Tlp::Red) => 5,
        };
        confidence | tlp << 7
    }

    pub(super) fn confidence(&self) -> Option<u8> {
        let confidence = self.bits & 127;
        // OK because seven bits fit.
        (confidence <= 100).then_some(confidence as u8)
    }

    pub(super) fn tlp(&self) -> Option<Tlp> {
        match self.bits >> 7 & 7 {
            0 => None,
            1 => Some(Tlp::Clear),
            2 => Some(Tlp::Green),
            3 => Some(Tlp::Amber),
            4 => Some(Tlp::AmberStrict),
            // What a damaged snapshot has is not more free than it was.
            _ => Some(Tlp::Red),
        }
    }

    /// The state at an instant; without one, what holds at all instants.
    #[inline]
    pub(super) fn state(&self, at: Option<i64>) -> Option<State> {
        if self.is(IS_REVOKED) {
            return Some(State::Revoked);
        }
        if at.is_some_and(|at| self.until != Nanos::NEVER && self.until.get() <= at) {
            return Some(State::Expired);
        }
        if self.is(IS_UNCLEAR) {
            return Some(State::Unclear);
        }
        Some(if self.from.get() > at? { State::Pending } else { State::Active })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        // The set has one for each indicator.
        assert_eq!(size_of::<Packed>(), 52);
    }

    #[test]
    fn instants_and_ratings_come_back() {
        for nanos in [0, -1, 1, i64::MAX - 1, i64::MIN + 1, 1_714_557_600_123_456_789] {
            assert_eq!(Nanos::new(nanos).get(), nanos);
            assert_eq!(Nanos::at(Nanos::new(nanos).instant().unwrap()).get(), nanos);
        }
        assert_eq!((Nanos::MIN.instant(), Nanos::NEVER.instant()), (None, None));
        let far = Nanos::at(DateTime::<Utc>::MAX_UTC);
        assert!(far.get() < Nanos::NEVER.get() && far.instant().is_some());
        let mut packed = Packed {
            id: [0; 16],
            modified: Nanos::MIN,
            from: Nanos::MIN,
            until: Nanos::NEVER,
            first_term: 0,
            pattern: 0,
            source: 0,
            bits: 0,
        };
        for confidence in [None, Some(0), Some(100)] {
            for tlp in
                [None, Some(Tlp::Clear), Some(Tlp::Green), Some(Tlp::Amber), Some(Tlp::AmberStrict), Some(Tlp::Red)]
            {
                packed.bits = Packed::rating(confidence, tlp);
                assert_eq!((packed.confidence(), packed.tlp()), (confidence, tlp));
            }
        }
    }
}
