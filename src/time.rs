//! Timestamps: an instant, and how it was written.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Timelike, Utc};

use crate::error::{Error, ErrorKind};

/// A STIX timestamp (STIX 2.1 section 2.16): an instant in UTC that remembers how it was written.
///
/// The standard's form is RFC 3339 with `Z` and any number of fraction digits; some feeds write an offset. The number
/// of fraction digits is kept, and so is the text of every other form, so that a timestamp is written back as it was
/// read. Comparison and hashing look at the instant alone, in nanoseconds: versions of an object are compared as
/// instants.
///
/// # Times that are made here
///
/// [`now`](Self::now) and the conversion from `DateTime<Utc>` cut to milliseconds. Clocks count nanoseconds, but the
/// reference Python library (`stix2`) and the TAXII server OpenTAXII refuse more than six fraction digits, and the
/// server medallion accepts them and then fails at every request for the collection. A time that was read keeps its
/// digits. Use [`exact`](Self::exact) for an instant whose digits matter.
///
/// ```
/// use stixkit::Timestamp;
///
/// let short: Timestamp = "2024-05-01T10:00:00Z".parse()?;
/// let long: Timestamp = "2024-05-01T12:00:00.000+02:00".parse()?;
/// assert_eq!(short, long);
/// assert_eq!(long.to_string(), "2024-05-01T12:00:00.000+02:00");
/// assert!(!long.is_standard());
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone)]
pub struct Timestamp {
    instant: DateTime<Utc>,
    /// Fraction digits that were written, 0 to 9. Meaningless beside `text`.
    digits: u8,
    /// The text as written, where instant and digits do not give it back. Boxed twice to keep the type at 24 bytes:
    /// every object holds three or more timestamps and almost none needs this.
    text: Option<Box<Box<str>>>,
}

impl Timestamp {
    /// Parses RFC 3339 text, with `Z` or any other offset.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timestamp`] when the text is not RFC 3339, or names a day or time that does not exist
    /// (`2025-15-08T00:00:00Z`).
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_text(text).ok_or_else(|| Error::new(ErrorKind::Timestamp).with_detail(text))
    }

    pub(crate) fn parse_text(text: &str) -> Option<Self> {
        Self::parse_standard(text.as_bytes()).or_else(|| {
            let instant = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
            // RFC 3339 allows a blank for the `T`, but what writes that seldom means the same thing by it.
            let is_blank = text.as_bytes().get(10) == Some(&b' ');
            (!is_blank).then(|| Self { instant, digits: 0, text: Some(Box::new(text.into())) })
        })
    }

    /// The fast path: `YYYY-MM-DDThh:mm:ss`, 0 to 9 fraction digits, `Z`. Anything else is left to the general parser.
    pub(crate) fn parse_standard(text: &[u8]) -> Option<Self> {
        let (fixed, fraction) = text.split_first_chunk::<19>()?;
        let months = Digits::of(fixed.first_chunk()?, const { Form::new(b"0000-00-") });
        let days = Digits::of(fixed[3..11].first_chunk()?, const { Form::new(b"0-00-00T") });
        let times = Digits::of(fixed.last_chunk()?, const { Form::new(b"00:00:00") });
        if !(months.is_so && days.is_so && times.is_so) {
            return None;
        }
        let (digits, nanoseconds) = match fraction {
            b"Z" => (0, 0),
            [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => {
                let mut value = 0;
                for byte in digits {
                    // OK because nine digits fit.
                    value = 10 * value + char::from(*byte).to_digit(10)?;
                }
                (digits.len() as u8, value * POWERS_OF_TEN[9 - digits.len()])
            }
            _ => return None,
        };
        let year = 100 * months.pair(0) + months.pair(2);
        let date = NaiveDate::from_ymd_opt(year as i32, months.pair(5), days.pair(5))?;
        let time = date.and_hms_nano_opt(times.pair(0), times.pair(3), times.pair(6), nanoseconds)?;
        Some(Self { instant: time.and_utc(), digits, text: None })
    }

    /// Returns the current time in milliseconds. A clock that is set to a time before 1970 reads as 1970.
    ///
    /// ```
    /// use stixkit::Timestamp;
    /// use stixkit::object::Identity;
    ///
    /// let identity = Identity::new(Timestamp::now(), "Example CERT");
    /// assert_eq!(identity.common.created.unwrap().to_string().len(), "2024-05-01T10:00:00.000Z".len());
    /// ```
    pub fn now() -> Self {
        Self::from_system(system_now())
    }

    fn from_system(since_1970: Duration) -> Self {
        let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
        Self::from(DateTime::from_timestamp(seconds, since_1970.subsec_nanos()).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Returns the timestamp of an instant with all of its digits: three, six or nine of them. A year outside 0 to
    /// 9999, which the standard cannot write, is clamped to that range.
    ///
    /// The conversion from `DateTime<Utc>` cuts to milliseconds, which is what a time from a clock should have.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use stixkit::Timestamp;
    ///
    /// let instant = DateTime::from_timestamp(1_714_557_600, 123_456_789).unwrap();
    /// assert_eq!(Timestamp::exact(instant).to_string(), "2024-05-01T10:00:00.123456789Z");
    /// assert_eq!(Timestamp::from(instant).to_string(), "2024-05-01T10:00:00.123Z");
    /// ```
    pub fn exact(instant: DateTime<Utc>) -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let instant = match instant.year() {
            ..0 => day(0, 1, 1).and_hms_opt(0, 0, 0).unwrap_or_default().and_utc(),
            10_000.. => day(9999, 12, 31).and_hms_nano_opt(23, 59, 59, 999_999_999).unwrap_or_default().and_utc(),
            _ => instant,
        };
        let nanoseconds = instant.nanosecond();
        let digits = match nanoseconds {
            n if n % 1_000_000 == 0 => 3,
            n if n % 1_000 == 0 => 6,
            _ => 9,
        };
        if nanoseconds >= 1_000_000_000 {
            // A leap second: chrono counts it in the nanoseconds, only its own writer spells it out.
            let text = instant.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            return Self { instant, digits, text: Some(Box::new(text.into())) };
        }
        Self { instant, digits, text: None }
    }

    /// A timestamp of an instant that was written with so many fraction digits. The instant has no
    /// more.
    #[cfg(feature = "rows")]
    pub(crate) fn with_fraction_digits(instant: DateTime<Utc>, digits: u8) -> Self {
        Self { instant, digits: digits.min(9), text: None }
    }

    /// The instant.
    pub fn instant(&self) -> DateTime<Utc> {
        self.instant
    }

    /// Whether it was written in the standard's form: `YYYY-MM-DDTHH:mm:ss`, with any number of fraction digits, and
    /// `Z`. A leap second (`:60`) is allowed.
    ///
    /// ```
    /// use stixkit::Timestamp;
    ///
    /// for (text, is_standard) in [
    ///     ("2024-05-01T10:00:00Z", true),
    ///     ("2024-05-01T10:00:00.1234567890123Z", true),
    ///     ("2016-12-31T23:59:60Z", true),
    ///     ("2024-05-01t10:00:00z", false),
    ///     ("2024-05-01T10:00:00+00:00", false),
    /// ] {
    ///     assert_eq!(Timestamp::parse(text)?.is_standard(), is_standard, "{text}");
    /// }
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn is_standard(&self) -> bool {
        // What is RFC 3339 differs from the standard's form in these two places alone.
        let is_upper = |text: &[u8]| text.get(10) == Some(&b'T') && text.last() == Some(&b'Z');
        self.text.as_ref().is_none_or(|text| is_upper(text.as_bytes()))
    }

    /// Whether it has at most nine fraction digits and is not in a leap second, beside being in the standard's form.
    #[cfg(feature = "rows")]
    pub(crate) fn is_plain(&self) -> bool {
        self.text.is_none()
    }

    /// The number of fraction digits that were written.
    pub(crate) fn fraction_digits(&self) -> usize {
        match &self.text {
            Some(text) => match text.as_bytes().get("2024-05-01T10:00:00".len()..) {
                Some([b'.', fraction @ ..]) => fraction.iter().take_while(|byte| byte.is_ascii_digit()).count(),
                _ => 0,
            },
            None => self.digits.into(),
        }
    }

    /// The text: as it was read, or with the fraction digits that the instant needs (at least three).
    pub(crate) fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        // OK because the text as it was read is text, and `print` writes ASCII alone.
        self.with_bytes(|text| f(std::str::from_utf8(text).unwrap_or_default()))
    }

    /// The bytes of the text.
    pub(crate) fn with_bytes<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match &self.text {
            Some(text) => f(text.as_bytes()),
            None => f(self.print(&mut [0; 30])),
        }
    }

    /// The instant in UTC with 0, 3, 6 or 9 fraction digits, as few as it needs: one text for all spellings.
    #[cfg(any(test, feature = "rows"))]
    pub(crate) fn with_shortest_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        if self.text.is_some() {
            // It may be a leap second, or its offset may lead out of the years that `print` can write.
            return f(&self.instant.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
        let digits = match self.instant.nanosecond() {
            0 => 0,
            n if n % 1_000_000 == 0 => 3,
            n if n % 1_000 == 0 => 6,
            _ => 9,
        };
        Self { instant: self.instant, digits, text: None }.with_text(f)
    }

    /// Writes the standard form into `buffer`: `2024-05-01T10:00:00.123456789Z` is the longest, 30 bytes.
    fn print<'b>(&self, buffer: &'b mut [u8; 30]) -> &'b [u8] {
        fn pair(value: u32) -> [u8; 2] {
            // The last two digits.
            PAIRS[value as usize % 100]
        }
        let (date, time) = (self.instant.date_naive(), self.instant.time());
        // OK because the constructors keep the year within 0 to 9999.
        let year = date.year().unsigned_abs();
        let second = time.num_seconds_from_midnight();
        buffer[0..2].copy_from_slice(&pair(year / 100));
        buffer[2..4].copy_from_slice(&pair(year % 100));
        buffer[4] = b'-';
        buffer[5..7].copy_from_slice(&pair(date.month()));
        buffer[7] = b'-';
        buffer[8..10].copy_from_slice(&pair(date.day()));
        buffer[10] = b'T';
        buffer[11..13].copy_from_slice(&pair(second / 3600));
        buffer[13] = b':';
        buffer[14..16].copy_from_slice(&pair(second / 60 % 60));
        buffer[16] = b':';
        buffer[17..19].copy_from_slice(&pair(second % 60));
        let mut end = 19;
        if self.digits > 0 {
            let digits = usize::from(self.digits);
            buffer[19] = b'.';
            // All nine; those after the end are cut off.
            let nanoseconds = time.nanosecond() % 1_000_000_000;
            buffer[20] = b'0' + (nanoseconds / 100_000_000) as u8;
            buffer[21..23].copy_from_slice(&pair(nanoseconds / 1_000_000));
            buffer[23..25].copy_from_slice(&pair(nanoseconds / 10_000));
            buffer[25..27].copy_from_slice(&pair(nanoseconds / 100));
            buffer[27..29].copy_from_slice(&pair(nanoseconds));
            end = 20 + digits;
        }
        buffer[end] = b'Z';
        &buffer[..=end]
    }
}

const POWERS_OF_TEN: [u32; 10] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// The numbers below 100 in two digits.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Eight bytes of the form of `YYYY-MM-`, seen at once.
struct Digits {
    /// The digits as numbers, 0 where the form has something else.
    values: u64,
    is_so: bool,
}

/// Eight bytes in which a `0` stands for any digit, and anything else for itself. Made when the crate
/// is compiled, because closures over arrays are not always inlined.
#[derive(Clone, Copy)]
struct Form {
    bytes: u64,
    /// All bits of the bytes that stand for themselves.
    fixed: u64,
}

impl Form {
    const fn new(form: &[u8; 8]) -> Self {
        let mut fixed = [0; 8];
        let mut at = 0;
        while at < 8 {
            if form[at] != b'0' {
                fixed[at] = 0xff;
            }
            at += 1;
        }
        Self { bytes: u64::from_le_bytes(*form), fixed: u64::from_le_bytes(fixed) }
    }
}

impl Digits {
    #[inline]
    fn of(text: &[u8; 8], form: Form) -> Self {
        const TOP_BITS: u64 = 0x8080_8080_8080_8080;
        let values = u64::from_le_bytes(*text) ^ form.bytes;
        // A byte above 9 has its top bit set when 0x76 is added, or before.
        let above_9 = (values.wrapping_add(0x7676_7676_7676_7676) | values) & TOP_BITS;
        Self { values, is_so: above_9 | values & form.fixed == 0 }
    }

    /// The number of two digits that starts there.
    #[inline]
    fn pair(&self, at: u32) -> u32 {
        // OK not to overflow: in the form each byte is at most 9, so no sum exceeds 99.
        let pairs = self.values.wrapping_mul(10).wrapping_add(self.values >> 8);
        (pairs >> (8 * at)) as u32 & 0xff
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// Cuts the instant to milliseconds, because many programs cannot read all digits of a clock. A year outside 0 to
    /// 9999, which the standard cannot write, is clamped to that range. [`exact`](Timestamp::exact) keeps all digits.
    fn from(instant: DateTime<Utc>) -> Self {
        // After clamping, which may bring other digits.
        let instant = Self::exact(instant).instant;
        let cut = instant.nanosecond() / 1_000_000 * 1_000_000;
        Self::exact(instant.with_nanosecond(cut).unwrap_or(instant))
    }
}

/// The time since 1970 by the system's clock. A time before that is 1970.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
fn system_now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// The same by the clock of JavaScript: the standard library has none on this target and panics.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
fn system_now() -> Duration {
    Duration::try_from_secs_f64(js_sys::Date::now() / 1000.0).unwrap_or_default()
}

impl From<SystemTime> for Timestamp {
    /// Cuts the time to milliseconds, as [`now`](Timestamp::now) does.
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::from_system(after),
            Err(error) => Self::from(before_1970(error.duration())),
        }
    }
}

fn before_1970(duration: Duration) -> DateTime<Utc> {
    let duration = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
    DateTime::UNIX_EPOCH.checked_sub_signed(duration).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(time: Timestamp) -> Self {
        time.instant
    }
}

impl From<&Timestamp> for DateTime<Utc> {
    fn from(time: &Timestamp) -> Self {
        time.instant
    }
}

impl From<&Self> for Timestamp {
    /// Clones the timestamp, so that functions which take `impl Into<Timestamp>` take a reference, too.
    fn from(time: &Self) -> Self {
        time.clone()
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Returns a later time, with as many digits as it needs. The last one is the end of the year 9999.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stixkit::Timestamp;
    ///
    /// let start: Timestamp = "2024-05-01T10:00:00Z".parse()?;
    /// let end = start.clone() + Duration::from_secs(3600);
    /// assert_eq!(end.to_string(), "2024-05-01T11:00:00.000Z");
    /// assert_eq!(&end - &start, chrono::TimeDelta::hours(1));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    fn add(self, duration: Duration) -> Self {
        self + TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    /// Returns an earlier time, with as many digits as it needs. The first one is the start of the year 0.
    fn sub(self, duration: Duration) -> Self {
        self - TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
    }
}

impl Add<TimeDelta> for Timestamp {
    type Output = Self;

    fn add(self, delta: TimeDelta) -> Self {
        let limit = if delta < TimeDelta::zero() { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        Self::exact(self.instant.checked_add_signed(delta).unwrap_or(limit))
    }
}

impl Sub<TimeDelta> for Timestamp {
    type Output = Self;

    fn sub(self, delta: TimeDelta) -> Self {
        let limit = if delta < TimeDelta::zero() { DateTime::<Utc>::MAX_UTC } else { DateTime::<Utc>::MIN_UTC };
        Self::exact(self.instant.checked_sub_signed(delta).unwrap_or(limit))
    }
}

impl Sub for &Timestamp {
    type Output = TimeDelta;

    /// Returns the time between two instants; it is negative if the second one is later.
    fn sub(self, other: Self) -> TimeDelta {
        self.instant.signed_duration_since(other.instant)
    }
}

impl Sub for Timestamp {
    type Output = TimeDelta;

    fn sub(self, other: Self) -> TimeDelta {
        &self - &other
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 timestamp")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_text_is_one_for_all_spellings() {
        for (text, shortest) in [
            ("2024-05-01T10:00:00.000Z", "2024-05-01T10:00:00Z"),
            ("2024-05-01T10:00:00.1Z", "2024-05-01T10:00:00.100Z"),
            ("2024-05-01T10:00:00.1230004Z", "2024-05-01T10:00:00.123000400Z"),
            ("2024-05-01T10:00:00.12345600Z", "2024-05-01T10:00:00.123456Z"),
            ("2024-05-01T12:00:00.0+02:00", "2024-05-01T10:00:00Z"),
            ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:60.500Z"),
            ("0000-01-01T00:00:00+00:01", "-0001-12-31T23:59:00Z"),
        ] {
            let time = Timestamp::parse(text).unwrap();
            time.with_shortest_text(|own| assert_eq!(own, shortest));
            assert_eq!(time.instant().to_rfc3339_opts(SecondsFormat::AutoSi, true), shortest);
        }
    }

    #[test]
    fn every_form_is_written_back_as_read() {
        for text in [
            "2024-05-01T10:00:00Z",
            "2024-05-01T10:00:00.1Z",
            "2024-05-01T10:00:00.120Z",
            "2024-05-01T10:00:00.123456Z",
            "2024-05-01T10:00:00.123456789Z",
            "2024-05-01T10:00:00.1234567891234Z",
            "2024-05-01t10:00:00z",
            "2024-05-01T10:00:00-04:00",
            "2016-12-31T23:59:60Z",
            "9999-12-31T23:59:59.999Z",
            "0001-01-01T00:00:00Z",
        ] {
            let timestamp = Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(timestamp.to_string(), text);
        }
    }

    /// What is read eight bytes at a time means what the general parser takes it for, whatever stands in any of the places.
    #[test]
    fn the_fast_path_reads_nothing_else() {
        let mut read = 0;
        for text in ["2024-05-01T10:00:00Z", "2024-02-29T23:59:59.999Z", "1999-12-31T00:00:00.000001Z"] {
            for place in 0..text.len() {
                for byte in 0..=u8::MAX {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[place] = byte;
                    let Some(own) = Timestamp::parse_standard(&bytes) else { continue };
                    let text = std::str::from_utf8(&bytes).unwrap();
                    assert_eq!(own.instant(), DateTime::parse_from_rfc3339(text).unwrap(), "{text}");
                    assert_eq!(own.to_string(), text);
                    read += 1;
                }
            }
        }
        assert!(read > 400, "{read}");
    }

    #[test]
    fn impossible_and_foreign_forms_are_refused() {
        for text in [
            "",
            "Z",
            "2025-15-08T00:00:00.000Z",
            "2025-02-30T00:00:00Z",
            "2025-01-01T24:00:00Z",
            "2025-01-01T00:00:00",
            "2025-01-01T00:00:00.Z",
            "2025-01-01 00:00:00Z",
            "2020/01/31",
            "2020-01-31",
            "+2020-01-31T00:00:00Z",
            "2020-01-31T00:00:0éZ",
        ] {
            let error = Timestamp::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timestamp, "{text}");
        }
    }

    #[test]
    fn instants_compare_across_spellings() {
        let a = Timestamp::parse("2024-05-01T10:00:00.000Z").unwrap();
        let b = Timestamp::parse("2024-05-01T12:00:00+02:00").unwrap();
        assert_eq!(a, b);
        assert!(a.is_standard() && !b.is_standard());
    }

    #[test]
    fn an_instant_is_written_with_the_digits_it_needs() {
        let at = |nanoseconds| Timestamp::exact(DateTime::from_timestamp(0, nanoseconds).unwrap()).to_string();
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(120_000), "1970-01-01T00:00:00.000120Z");
        assert_eq!(at(1), "1970-01-01T00:00:00.000000001Z");
        let far = Timestamp::exact(DateTime::<Utc>::MAX_UTC);
        assert_eq!(far.to_string(), "9999-12-31T23:59:59.999999999Z");
        // What many feeds have where they mean for ever.
        let placeholder = Timestamp::parse("9999-12-31T23:59:59.999Z").unwrap();
        assert_eq!(Timestamp::from(placeholder.instant()).to_string(), placeholder.to_string());
    }

    #[test]
    fn an_instant_of_a_clock_is_cut_to_milliseconds() {
        for (text, cut) in [
            ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000Z"),
            ("2024-05-01T10:00:00.123Z", "2024-05-01T10:00:00.123Z"),
            ("2024-05-01T10:00:00.1239999Z", "2024-05-01T10:00:00.123Z"),
            ("2024-05-01T10:00:00.999999999Z", "2024-05-01T10:00:00.999Z"),
            ("1960-05-01T10:00:00.000000001Z", "1960-05-01T10:00:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
            ("2016-12-31T23:59:60.1234Z", "2016-12-31T23:59:60.123Z"),
        ] {
            let instant = Timestamp::parse(text).unwrap().instant();
            assert_eq!(Timestamp::from(instant).to_string(), cut);
        }
        assert_eq!(Timestamp::from(DateTime::<Utc>::MAX_UTC).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from(DateTime::<Utc>::MIN_UTC).to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::now().fraction_digits(), 3);
    }

    #[test]
    fn fraction_digits_are_counted_as_written() {
        for (text, digits) in [
            ("2024-05-01T10:00:00Z", 0),
            ("2024-05-01T10:00:00.1Z", 1),
            ("2024-05-01T10:00:00.123456700Z", 9),
            ("2024-05-01T10:00:00.1234567890Z", 10),
            ("2024-05-01T10:00:00.12-04:00", 2),
            ("2024-05-01T10:00:00-04:00", 0),
            ("2016-12-31T23:59:60.5Z", 1),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().fraction_digits(), digits, "{text}");
        }
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        assert_eq!(size_of::<Timestamp>(), 24);
        assert_eq!(size_of::<Option<Timestamp>>(), 24);
    }

    #[test]
    fn arithmetic_stays_within_the_years_that_can_be_written() {
        let time = |text: &str| Timestamp::parse(text).unwrap();
        let hour = Duration::from_secs(3600);
        for (result, expected) in [
            (time("2024-05-01T10:00:00Z") + hour, "2024-05-01T11:00:00.000Z"),
            (time("2024-05-01T10:00:00.000001Z") - hour, "2024-05-01T09:00:00.000001Z"),
            (time("2024-05-01T10:00:00Z") + TimeDelta::nanoseconds(-1), "2024-05-01T09:59:59.999999999Z"),
            (time("2024-05-01T10:00:00Z") + Duration::MAX, "9999-12-31T23:59:59.999999999Z"),
            (time("2024-05-01T10:00:00Z") - Duration::MAX, "0000-01-01T00:00:00.000Z"),
            (time("2024-05-01T10:00:00Z") - TimeDelta::MIN, "9999-12-31T23:59:59.999999999Z"),
            (time("9999-12-31T23:59:59Z") + hour, "9999-12-31T23:59:59.999999999Z"),
            (Timestamp::from(SystemTime::UNIX_EPOCH + hour), "1970-01-01T01:00:00.000Z"),
            (Timestamp::from(SystemTime::UNIX_EPOCH - hour), "1969-12-31T23:00:00.000Z"),
        ] {
            assert_eq!(result.to_string(), expected);
        }
        assert_eq!(time("2024-05-01T10:00:00Z") - time("2024-05-01T11:00:00Z"), -TimeDelta::hours(1));
    }
}
