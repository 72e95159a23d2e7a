//! What the texts of fields mean: times, confidences, TLP levels.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::bad_line_reason::BadLineReason;
use crate::object::Tlp;
use crate::{Timestamp, lenient_time};

/// An instant in one of the forms that feeds have, or in the one that is given.
pub(super) fn time(text: &str, format: Option<&str>) -> Result<Timestamp, BadLineReason> {
    let instant = match format {
        Some(format) => formatted(text, format),
        None => lenient_time::instant(text),
    };
    instant.and_then(lenient_time::standard).ok_or(BadLineReason::Time)
}

fn formatted(text: &str, format: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_str(text, format) {
        return Some(time.with_timezone(&Utc));
    }
    let local = NaiveDateTime::parse_from_str(text, format);
    let local = local.or_else(|_| NaiveDate::parse_from_str(text, format).map(|day| day.into()));
    local.ok().map(|time| time.and_utc())
}

/// 0 to 100.
pub(super) fn confidence(text: &str, scale: Option<f64>) -> Result<u8, BadLineReason> {
    let word = match &*text.to_ascii_lowercase() {
        "none" => Some(0),
        "low" => Some(15),
        "medium" | "med" => Some(50),
        "high" => Some(85),
        _ => None,
    };
    if let Some(word) = word {
        return Ok(word);
    }
    let number = text.strip_suffix('%').filter(|_| scale.is_none()).unwrap_or(text).trim_end();
    let number: f64 = number.parse().map_err(|_| BadLineReason::Confidence)?;
    let full = scale.unwrap_or(100.0);
    // A part of one would be another scale, and nobody said so.
    let is_whole = scale.is_some() || number.fract() == 0.0;
    if !(0.0..=full).contains(&number) || !is_whole {
        return Err(BadLineReason::Confidence);
    }
    // OK because it lies within 0 and 100.
    Ok((number / full * 100.0).round() as u8)
}

/// 0 to 5. The words are Microsoft's and those of vulnerability scores.
pub(super) fn severity(text: &str, scale: Option<f64>) -> Result<u8, BadLineReason> {
    const WORDS: [(&str, u8); 8] = [
        ("none", 0),
        ("informational", 0),
        ("info", 0),
        ("low", 1),
        ("medium", 2),
        ("moderate", 2),
        ("high", 3),
        ("critical", 4),
    ];
    if let Some((_, level)) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
        return Ok(*level);
    }
    let number: f64 = text.parse().map_err(|_| BadLineReason::Severity)?;
    let full = scale.unwrap_or(5.0);
    let is_whole = scale.is_some() || number.fract() == 0.0;
    if !(0.0..=full).contains(&number) || !is_whole {
        return Err(BadLineReason::Severity);
    }
    // OK because it lies within 0 and 5.
    Ok((number / full * 5.0).round() as u8)
}

pub(super) fn flag(text: &str) -> Result<bool, BadLineReason> {
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(["true", "yes", "1", "y", "t"]) {
        Ok(true)
    } else if is_one_of(["false", "no", "0", "n", "f"]) {
        Ok(false)
    } else {
        Err(BadLineReason::Flag)
    }
}

pub(super) fn tlp(text: &str) -> Result<Tlp, BadLineReason> {
    Tlp::parse(text).ok_or(BadLineReason::Tlp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01T10:00:00.123456Z", "2024-05-01T10:00:00.123456Z"),
            ("2024-05-01T10:00:00-04:00", "2024-05-01T14:00:00.000Z"),
            ("2024-05-01 10:00:00+02:00", "2024-05-01T08:00:00.000Z"),
            ("2024-05-01 10:00:00 +0200", "2024-05-01T08:00:00.000Z"),
            ("2024-05-01 10:00:00", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01T10:00:00.5", "2024-05-01T10:00:00.500Z"),
            ("2024-05-01 10:00:00 UTC", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01 10:00 GMT", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01 10:00:00Z", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01", "2024-05-01T00:00:00.000Z"),
            ("2020/01/31", "2020-01-31T00:00:00.000Z"),
            ("1714557600", "2024-05-01T10:00:00.000Z"),
            ("1714557600123", "2024-05-01T10:00:00.123Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(time(text, None).unwrap().to_string(), expected, "{text}");
            assert!(time(text, None).unwrap().is_standard());
        }
        for text in [
            "",
            "soon",
            "2025-15-08T00:00:00.000Z",
            "2024-02-30",
            "01/05/2024",
            "01.05.2024",
            "2024-5-1",
            "2024-05/01",
            "20240501",
            "2024",
            "99999999999",
            "2024-05-01 25:00:00",
            "2024-05-01 10",
            "+10000-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2024-05-0é",
        ] {
            assert_eq!(time(text, None), Err(BadLineReason::Time), "{text}");
        }
    }

    #[test]
    fn times_in_a_form_that_is_said() {
        let in_form = |text: &str, form: &str| time(text, Some(form)).map(|time| time.to_string());
        assert_eq!(in_form("31.01.2020", "%d.%m.%Y").unwrap(), "2020-01-31T00:00:00.000Z");
        assert_eq!(in_form("01/31/2020 7:05 PM", "%m/%d/%Y %I:%M %p").unwrap(), "2020-01-31T19:05:00.000Z");
        assert_eq!(in_form("5", "%s").unwrap(), "1970-01-01T00:00:05.000Z");
        assert_eq!(in_form("2020-01-31 10:00 +0100", "%Y-%m-%d %H:%M %z").unwrap(), "2020-01-31T09:00:00.000Z");
        assert_eq!(in_form("2020-01-31", "%d.%m.%Y"), Err(BadLineReason::Time));
        assert_eq!(in_form("99999999999999", "%s"), Err(BadLineReason::Time));
    }

    #[test]
    fn confidences() {
        for (text, scale, expected) in [
            ("0", None, 0),
            ("100", None, 100),
            ("75%", None, 75),
            ("85.0", None, 85),
            ("High", None, 85),
            ("med", None, 50),
            ("None", None, 0),
            ("7", Some(10.0), 70),
            ("0.85", Some(1.0), 85),
            ("1", Some(3.0), 33),
        ] {
            assert_eq!(confidence(text, scale), Ok(expected), "{text}");
        }
        for (text, scale) in [
            ("101", None),
            ("-1", None),
            ("0.85", None),
            ("NaN", None),
            ("inf", None),
            ("sure", None),
            ("11", Some(10.0)),
        ] {
            assert_eq!(confidence(text, scale), Err(BadLineReason::Confidence), "{text}");
        }
    }

    #[test]
    fn severities_and_flags() {
        for (text, scale, expected) in
            [("0", None, 0), ("5", None, 5), ("High", None, 3), ("7.5", Some(10.0), 4), ("critical", Some(10.0), 4)]
        {
            assert_eq!(severity(text, scale), Ok(expected), "{text}");
        }
        for (text, scale) in [("6", None), ("2.5", None), ("-1", None), ("grave", None), ("11", Some(10.0))] {
            assert_eq!(severity(text, scale), Err(BadLineReason::Severity), "{text}");
        }
        assert_eq!((flag("True"), flag("no"), flag("0")), (Ok(true), Ok(false), Ok(false)));
        assert_eq!(flag("maybe"), Err(BadLineReason::Flag));
    }

    #[test]
    fn levels() {
        assert_eq!(tlp("TLP:AMBER+STRICT"), Ok(Tlp::AmberStrict));
        assert_eq!(tlp("white"), Ok(Tlp::Clear));
        assert_eq!(tlp("tlp: green"), Ok(Tlp::Green));
        assert_eq!(tlp("TLP:BLUE"), Err(BadLineReason::Tlp));
    }
}
