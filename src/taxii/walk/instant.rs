//! Where to continue so that nothing of an instant is passed over.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Returns the instant after which everything that was added at `last` comes again, and everything
/// of the `overlap` before it. `None` if there is no such instant in the calendar.
pub(super) fn before(last: DateTime<Utc>, overlap: Duration) -> Option<DateTime<Utc>> {
    let overlap = TimeDelta::from_std(overlap.max(Duration::from_micros(1))).ok()?;
    // Servers take microseconds and may store more digits: the fraction that is cut off must not be
    // added to the overlap.
    last.trunc_subsecs(6).checked_sub_signed(overlap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn the_instant_before_is_at_least_a_microsecond_earlier() {
        for (last, overlap, expected) in [
            ("2024-01-01T00:00:01Z", 0, "2024-01-01T00:00:00.999999Z"),
            ("2024-01-01T00:00:01Z", 1_000, "2024-01-01T00:00:00.999Z"),
            ("2024-01-01T00:00:01.123456789Z", 0, "2024-01-01T00:00:01.123455Z"),
            ("2024-01-01T00:00:01.123456789Z", 2, "2024-01-01T00:00:01.123454Z"),
        ] {
            let instant = |text| Timestamp::parse(text).unwrap().instant();
            assert_eq!(before(instant(last), Duration::from_micros(overlap)), Some(instant(expected)), "{last}");
        }
        assert_eq!(before(DateTime::<Utc>::MIN_UTC, Duration::ZERO), None);
        assert_eq!(before(DateTime::<Utc>::MAX_UTC, Duration::MAX), None);
    }
}
