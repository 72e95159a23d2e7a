//! Points in time, exact to the nanosecond and to the side of a bound that is excluded.

use chrono::{DateTime, TimeDelta, Utc};

use crate::pattern::ast::Seconds;

/// An instant in nanoseconds since 1970, less a number of infinitely small amounts.
///
/// The second number makes strict bounds exact: `t < 10` is `t <= (10, -1)`. An amount of real time in its place could
/// be too large for two constraints that meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    pub(super) nanos: i128,
    pub(super) strict: i64,
}

impl Instant {
    /// Before and after all times, with room for the sums of a search.
    pub(super) const MIN: Self = Self::at(i128::MIN / 4);
    pub(super) const MAX: Self = Self::at(i128::MAX / 4);

    pub(super) const fn at(nanos: i128) -> Self {
        Self { nanos, strict: 0 }
    }

    /// The last instant before this one.
    pub(super) const fn before(self) -> Self {
        Self { nanos: self.nanos, strict: self.strict - 1 }
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self { nanos: self.nanos.saturating_add(other.nanos), strict: self.strict + other.strict }
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Self { nanos: self.nanos.saturating_sub(other.nanos), strict: self.strict - other.strict }
    }
}

/// All instants from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Interval {
    first: i128,
    last: i128,
    /// Whether the last instant is excluded.
    open: bool,
}

impl Interval {
    pub(super) const ALWAYS: Self = Self::closed(Instant::MIN.nanos, Instant::MAX.nanos);

    /// With both ends.
    pub(super) const fn closed(first: i128, last: i128) -> Self {
        Self { first, last, open: false }
    }

    /// Without the end.
    pub(super) const fn half_open(first: i128, end: i128) -> Self {
        Self { first, last: end, open: true }
    }

    pub(super) const fn first(self) -> Instant {
        Instant::at(self.first)
    }

    pub(super) const fn last(self) -> Instant {
        let last = Instant::at(self.last);
        if self.open { last.before() } else { last }
    }

    /// The first instant alone.
    pub(super) const fn start(self) -> Self {
        Self::closed(self.first, self.first)
    }

    pub(super) fn is_empty(self) -> bool {
        self.first() > self.last()
    }

    /// The instants that both have.
    pub(super) fn and(self, other: Self) -> Self {
        let end = if self.last() <= other.last() { self } else { other };
        Self { first: self.first.max(other.first), last: end.last, open: end.open }
    }
}

/// Nanoseconds since 1970. A leap second counts as the second after it.
pub(super) fn nanos(instant: DateTime<Utc>) -> i128 {
    i128::from(instant.timestamp()) * NANOS_PER_SECOND + i128::from(instant.timestamp_subsec_nanos())
}

/// The instant, without a leap second.
pub(super) fn instant_of(nanos: i128) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(nanos.div_euclid(NANOS_PER_SECOND)).ok()?;
    DateTime::from_timestamp(seconds, u32::try_from(nanos.rem_euclid(NANOS_PER_SECOND)).ok()?)
}

/// A length of time in nanoseconds.
pub(super) fn nanos_of(delta: TimeDelta) -> i128 {
    i128::from(delta.num_seconds()) * NANOS_PER_SECOND + i128::from(delta.subsec_nanos())
}

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// More than all years that can be written, and little enough to add up.
const LONGEST: i128 = 1_000_000_000_000_000_000_000_000;

/// The number of a `WITHIN` in nanoseconds. A fraction of a nanosecond rounds up: times are whole nanoseconds, so those
/// that are less than half of one apart are those that are less than one apart.
pub(super) fn duration(seconds: &Seconds<'_>) -> i128 {
    let text = match seconds {
        Seconds::Integer(number) => number.digits(),
        Seconds::Float(number) => number.text().trim_start_matches('+'),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| {
        text.bytes().fold(0_i128, |sum, digit| (sum * 10 + i128::from(digit.wrapping_sub(b'0'))).min(LONGEST))
    };
    let (kept, cut) = fraction.split_at(fraction.len().min(9));
    let scale = 10_i128.pow(9 - kept.len() as u32);
    let is_cut = cut.bytes().any(|digit| digit != b'0');
    digits(whole)
        .saturating_mul(NANOS_PER_SECOND)
        .saturating_add(digits(kept) * scale + i128::from(is_cut))
        .min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;
    use crate::pattern::ast::{ObservationExpression, Qualifier};

    fn within(number: &str) -> i128 {
        let pattern = format!("[a:b = 1] WITHIN {number} SECONDS");
        let pattern = Pattern::parse(&pattern).unwrap();
        let ObservationExpression::Observation(observation) = pattern.expression() else { panic!("{pattern}") };
        let Qualifier::Within(within) = &observation.qualifiers[0] else { panic!("{pattern}") };
        duration(&within.seconds)
    }

    #[test]
    fn durations_are_exact() {
        for (number, nanos) in [
            ("0", 0),
            ("5", 5_000_000_000),
            ("+1.5", 1_500_000_000),
            (".000000001", 1),
            ("0.0000000001", 1),
            ("1.0000000000", 1_000_000_000),
            ("9007199254740993", 9_007_199_254_740_993_000_000_000),
        ] {
            assert_eq!(within(number), nanos.min(LONGEST), "{number}");
        }
        assert_eq!(within(&"9".repeat(400)), LONGEST);
    }

    #[test]
    fn intervals() {
        let window = Interval::half_open(10, 20);
        assert!(!window.and(Interval::closed(0, 10)).is_empty());
        assert!(window.and(Interval::closed(20, 30)).is_empty());
        assert!(Interval::half_open(10, 10).is_empty());
        assert_eq!(window.and(Interval::closed(15, 20)).last(), Instant::at(20).before());
        assert_eq!(Interval::ALWAYS.and(window), window);
    }
}
