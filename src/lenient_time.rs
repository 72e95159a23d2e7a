//! Times in the forms that feeds write besides the standard's.

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::Timestamp;

/// Reads a time whose meaning is plain: RFC 3339, a date, a blank for the `T`, no seconds, no zone
/// (UTC), `+0200`, ` UTC`, and seconds or milliseconds since 1970.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    standard(instant(text.trim())?)
}

/// Returns the time in the standard's form, which has no leap seconds and no years outside of 1 to
/// 9999.
pub(crate) fn standard(instant: DateTime<Utc>) -> Option<Timestamp> {
    let instant = instant.with_nanosecond(instant.nanosecond().min(999_999_999)).unwrap_or(instant);
    let time = Timestamp::exact(instant);
    // It is another one if the year has more than four digits. Year 0 would leave no room for
    // earlier times.
    (time.instant() == instant && instant.year() > 0).then_some(time)
}

/// Reads the instant without a check of its year.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return since_1970(text);
    }
    if let Some(time) = with_blank(text).or_else(|| Timestamp::parse_text(text)) {
        return Some(time.instant());
    }
    let zones = [" UTC", "UTC", " GMT", "GMT", "Z"];
    let text = zones.iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(text);
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    // The order of day and month is only known if the year comes first.
    if day.len() != 10 || !matches!((day.as_bytes()[4], day.as_bytes()[7]), (b'-', b'-') | (b'/', b'/')) {
        return None;
    }
    let (time, offset) = match time.find(['+', '-']) {
        Some(place) => (time[..place].trim_end(), &time[place..]),
        None => (time, "Z"),
    };
    let seconds = if time.len() == 5 { ":00" } else { "" };
    let colon = if offset.len() == 5 { offset.len() - 2 } else { offset.len() };
    let (hours, minutes) = offset.split_at_checked(colon)?;
    let colon = if minutes.is_empty() { "" } else { ":" };
    let standard = format!("{}T{time}{seconds}{hours}{colon}{minutes}", day.replace('/', "-"));
    Timestamp::parse_text(&standard).map(|time| time.instant())
}

/// `2024-05-01 10:00:00`, the form that most feeds have.
fn with_blank(text: &str) -> Option<Timestamp> {
    let mut standard = [b'Z'; 20];
    let start = standard.first_chunk_mut::<19>()?;
    *start = text.as_bytes().try_into().ok()?;
    (start[10] == b' ').then(|| start[10] = b'T')?;
    Timestamp::parse_standard(&standard)
}

/// Seconds, or milliseconds: ten digits reach from 2001 to 2286, and so do thirteen.
fn since_1970(text: &str) -> Option<DateTime<Utc>> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        _ => None,
    }
}
