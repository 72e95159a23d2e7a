//! Starts that are given as a time before now, and types that may be misspelt.

use std::time::SystemTime;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use stixkit::{Kind, Timestamp};

/// Reads a date, a timestamp, or a time before now, such as `7d`, `12h`, `30m` or `90s`.
pub(crate) fn start(option: &str, text: &str) -> Result<Timestamp, String> {
    if let Some(before) = before_now(text) {
        let now = DateTime::<Utc>::from(SystemTime::now()).trunc_subsecs(0);
        let start = before.and_then(|before| now.checked_sub_signed(before));
        return start.map(Timestamp::from).ok_or_else(|| format!("{option}: {text} is before all calendars"));
    }
    // A day is its first instant.
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    Timestamp::parse(&whole).map_err(|error| format!("{option}: {error}"))
}

/// Whether the text is a time before now: it then is another one with each run.
pub(crate) fn is_relative(text: &str) -> bool {
    before_now(text).is_some()
}

/// Reads a number with a unit. The inner value is `None` if there are no such times.
fn before_now(text: &str) -> Option<Option<TimeDelta>> {
    let unit: fn(i64) -> Option<TimeDelta> = match text.chars().last()? {
        'd' => TimeDelta::try_days,
        'h' => TimeDelta::try_hours,
        'm' => TimeDelta::try_minutes,
        's' => TimeDelta::try_seconds,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok().and_then(unit))
}

/// What to say of a type that STIX does not define.
pub(crate) fn note_type(name: &str) -> Option<String> {
    if Kind::from_name(name).is_some() {
        return None;
    }
    let lower = name.to_lowercase().replace('_', "-");
    let distances = Kind::ALL.iter().map(|kind| (distance(&lower, kind.name()), kind.name()));
    let close: Vec<_> = distances.filter(|(distance, kind)| *distance <= 1 + kind.len() / 6).collect();
    let nearest = close.iter().map(|(distance, _)| *distance).min();
    let close: Vec<_> =
        close.iter().filter(|(distance, _)| Some(*distance) == nearest).map(|(_, kind)| *kind).collect();
    Some(match close.as_slice() {
        [] => format!("{name} is not a type of STIX; only objects of that type are asked for"),
        close => format!("{name} is not a type of STIX: is it {}?", close.join(" or ")),
    })
}

/// The number of letters to insert, remove or replace. Longer texts than types have are cut.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (place, other) in b.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[place + 1];
            row[place + 1] = replaced.min(corner + 1).min(row[place] + 1);
        }
    }
    row[b.len()]
}
