//! Instants as schemas take them, and when an indicator ends.

use chrono::Timelike;

use crate::Timestamp;
use crate::row::{Row, State};

/// When the indicator ceases to be valid: when it was revoked, if it was, whatever `valid_until`
/// says, or else `valid_until`.
pub(super) fn end(row: &Row<'_>) -> Option<Timestamp> {
    if row.validity.state != State::Revoked {
        return row.validity.until.as_ref().map(standard);
    }
    // The version that revokes says when.
    let revoked = row.modified.as_ref().or(row.validity.from.as_ref());
    revoked.into_iter().chain(&row.validity.until).min().map(standard)
}

/// The instant in the standard's form, whatever way it was written, and without leap seconds: what
/// schemas take.
pub(super) fn standard(time: &Timestamp) -> Timestamp {
    if time.is_plain() {
        return time.clone();
    }
    let instant = time.instant();
    // A leap second is a second with more than a second's nanoseconds.
    let nanosecond = instant.nanosecond().min(999_999_999);
    Timestamp::exact(instant.with_nanosecond(nanosecond).unwrap_or(instant))
}
