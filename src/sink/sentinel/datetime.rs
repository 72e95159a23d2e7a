//! Times as Kusto's `datetime` takes them.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use crate::Timestamp;
use crate::table::Cell;

/// As many fraction digits as a `datetime` has: it counts in units of 100 nanoseconds.
const MOST_DIGITS: usize = 7;

/// Returns the instant in text that Kusto's `datetime` takes: in UTC with `Z`, with at most seven
/// fraction digits, without a leap second, in the years 1 to 9999. More digits are cut to
/// microseconds, a leap second is the end of the second before it, and an instant outside of these
/// years is the first or the last one in them.
pub(super) fn datetime(time: &Timestamp) -> Cow<'_, Timestamp> {
    // A time in plain form is in a year from 0 to 9999.
    if time.is_plain() && time.fraction_digits() <= MOST_DIGITS && time.instant().year() > 0 {
        return Cow::Borrowed(time);
    }
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default().and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
    // A leap second is a second with more than a second's nanoseconds.
    let cut = |instant: DateTime<Utc>| {
        let nanosecond = instant.nanosecond().min(999_999_999) / 1000 * 1000;
        instant.with_nanosecond(nanosecond).unwrap_or(instant)
    };
    // What is later than the year 9999 is brought back with nine digits.
    let time = Timestamp::exact(cut(time.instant()).max(first));
    Cow::Owned(Timestamp::exact(cut(time.instant())))
}

/// Returns the cell of a column of type `datetime`.
pub(super) fn datetime_cell(time: Option<&Timestamp>) -> Cell<'_> {
    time.map_or(Cell::Null, |time| Cell::Time(datetime(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b24_times_are_in_a_form_that_kusto_takes() {
        for (sent, taken) in [
            ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
            ("2024-05-01T10:00:00.1234567Z", "2024-05-01T10:00:00.1234567Z"),
            ("2024-05-01T10:00:00.12345678Z", "2024-05-01T10:00:00.123456Z"),
            ("2024-05-01T10:00:00.1234567891234Z", "2024-05-01T10:00:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
            ("2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01t10:00:00z", "2024-05-01T10:00:00.000Z"),
            ("0000-06-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("0000-01-01T00:00:00+23:59", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
            ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(datetime(&Timestamp::parse(sent).unwrap()).to_string(), taken, "{sent}");
        }
    }
}
