//! Constants (STIX 2.1 section 9.2): their values, their spellings, and the checks that a spelling
//! has to pass.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};

use super::kind::ErrorKind;
use super::span::Span;

/// A constant: STIX 2.1 section 9.2.
///
/// ```
/// use stixkit::pattern::ast::Literal;
///
/// assert_eq!(Literal::from("it's").to_string(), r"'it\'s'");
/// assert_eq!(Literal::from(5).to_string(), "5");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every type of constant")]
pub enum Literal<'a> {
    /// `'…'`
    String(StringLiteral<'a>),
    /// `5`
    Integer(Integer<'a>),
    /// `0.5`
    Float(Float<'a>),
    /// `true`
    Boolean(Boolean),
    /// `t'2014-01-13T07:03:17Z'`
    Timestamp(Timestamp<'a>),
    /// `h'ff00'`
    Hex(Hex<'a>),
    /// `b'AAAA'`
    Binary(Binary<'a>),
}

impl<'a> Literal<'a> {
    /// Returns the place of the constant in the text.
    pub fn span(&self) -> Span {
        match self {
            Self::String(literal) => literal.span,
            Self::Integer(literal) => literal.span,
            Self::Float(literal) => literal.span,
            Self::Boolean(literal) => literal.span,
            Self::Timestamp(literal) => literal.span,
            Self::Hex(literal) => literal.span,
            Self::Binary(literal) => literal.span,
        }
    }

    /// Returns the unescaped text of a string constant, or `None` for other types.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(literal) => Some(&literal.value),
            _ => None,
        }
    }

    /// Returns the value of the constant: text without quotes and escape sequences, a number, the
    /// bytes of `h'…'` and `b'…'`.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    /// use stixkit::pattern::ast::Value;
    ///
    /// let pattern = Pattern::parse(r"[a:b IN ('it\'s', +5, .5, true, h'ff00', b'c3RpeA==')]")?;
    /// let values: Vec<_> = pattern.literals().map(|literal| literal.value()).collect();
    /// assert_eq!(
    ///     values,
    ///     [
    ///         Value::String("it's"),
    ///         Value::Integer(5),
    ///         Value::Float(0.5),
    ///         Value::Boolean(true),
    ///         Value::Bytes(vec![0xff, 0x00]),
    ///         Value::Bytes(b"stix".to_vec()),
    ///     ],
    /// );
    /// # Ok::<(), stixkit::pattern::Error>(())
    /// ```
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::String(literal) => Value::String(&literal.value),
            Self::Integer(literal) => {
                literal.value.map_or_else(|| Value::WideInteger(literal.digits()), Value::Integer)
            }
            Self::Float(literal) => Value::Float(literal.value),
            Self::Boolean(literal) => Value::Boolean(literal.value),
            Self::Timestamp(literal) => Value::Timestamp(literal.value),
            Self::Hex(literal) => Value::Bytes(literal.bytes().collect()),
            Self::Binary(literal) => Value::Bytes(literal.bytes().collect()),
        }
    }

    /// Whether both have the same type and value, regardless of spelling.
    pub fn same_as(&self, other: &Literal<'_>) -> bool {
        match (self, other) {
            (Self::String(a), Literal::String(b)) => a.value == b.value,
            (Self::Integer(a), Literal::Integer(b)) => a.digits() == b.digits(),
            (Self::Float(a), Literal::Float(b)) => a.same_as(b),
            (Self::Boolean(a), Literal::Boolean(b)) => a.value == b.value,
            (Self::Timestamp(a), Literal::Timestamp(b)) => a.text == b.text,
            (Self::Hex(a), Literal::Hex(b)) => a.digits.eq_ignore_ascii_case(&b.digits),
            (Self::Binary(a), Literal::Binary(b)) => decode(&a.text).eq(decode(&b.text)),
            _ => false,
        }
    }
}

/// The value of a [`Literal`].
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a translator has to handle every type of constant")]
pub enum Value<'l> {
    /// Text, unescaped.
    String(&'l str),
    /// A whole number of at most 64 bits.
    Integer(i64),
    /// Any other whole number, as in [`Integer::digits`].
    WideInteger(&'l str),
    /// A number with a fraction, always finite.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// An instant; see [`Timestamp::value`].
    Timestamp(DateTime<Utc>),
    /// The bytes of a constant in hexadecimal or Base64.
    Bytes(Vec<u8>),
}

impl<'a> From<&'a str> for Literal<'a> {
    fn from(value: &'a str) -> Self {
        Self::String(StringLiteral { span: Span::default(), value: Cow::Borrowed(value) })
    }
}

impl<'a> From<&'a String> for Literal<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<String> for Literal<'_> {
    fn from(value: String) -> Self {
        Self::String(StringLiteral { span: Span::default(), value: Cow::Owned(value) })
    }
}

impl From<i64> for Literal<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(Integer::new(value))
    }
}

impl From<bool> for Literal<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(Boolean { span: Span::default(), value })
    }
}

/// A string in single quotes.
///
/// `\'` and `\\` are the only escape sequences, and both are needed, so the value determines how it
/// is written.
///
/// It is a [`Literal`], whose example makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct StringLiteral<'a> {
    /// The string with its quotes.
    pub span: Span,
    /// The text, unescaped. Borrowed from the pattern unless it has an escape sequence.
    pub value: Cow<'a, str>,
}

/// `true` or `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boolean {
    /// The keyword.
    pub span: Span,
    /// The value.
    pub value: bool,
}

/// A whole number of any size.
///
/// STIX limits integers to 54 bits, but the grammar has no limit, and properties of custom types
/// may exceed it. A larger number keeps all its digits.
///
/// ```
/// use stixkit::pattern::{Pattern, ast::Literal};
///
/// let pattern = Pattern::parse("[x-counter:total IN (+5, 18446744073709551616)]")?;
/// let numbers = pattern.literals().filter_map(|literal| match literal {
///     Literal::Integer(number) => Some((number.value(), number.digits())),
///     _ => None,
/// });
/// assert!(numbers.eq([(Some(5), "5"), (None, "18446744073709551616")]));
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Integer<'a> {
    /// The number with its sign.
    pub span: Span,
    value: Option<i64>,
    text: Cow<'a, str>,
}

impl<'a> Integer<'a> {
    /// The number, spelled without a plus sign.
    pub fn new(value: i64) -> Self {
        Self { span: Span::default(), value: Some(value), text: Cow::Owned(value.to_string()) }
    }

    /// Takes the text of a token: a sign perhaps, and digits without leading zeros.
    pub(super) fn parse(span: Span, text: &'a str) -> Self {
        // The lexer has seen a sign and digits, so that only the range can be wrong.
        Self { span, value: text.parse().ok(), text: Cow::Borrowed(text) }
    }

    /// Returns the value, or `None` if it does not fit into 64 bits.
    pub fn value(&self) -> Option<i64> {
        self.value
    }

    /// Returns the digits of the number, after a minus sign if it is below 0. Two integers are the
    /// same number if their digits are equal.
    pub fn digits(&self) -> &str {
        match &*self.text {
            "-0" => "0",
            text => text.strip_prefix('+').unwrap_or(text),
        }
    }

    /// Returns the nearest float, which is infinite for a number of more than 308 digits.
    pub(super) fn to_float(&self) -> f64 {
        // OK because a sign and digits are the text of a float.
        self.text.parse().unwrap_or_default()
    }

    /// Returns the number as it was written, as in `+5`.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_owned(self) -> Integer<'static> {
        Integer { span: self.span, value: self.value, text: into_owned_text(self.text) }
    }
}

/// A number with a fraction, always finite.
///
/// This is a constant of a pattern, with its place and spelling. [`crate::Float`] is a number in an
/// object.
#[derive(Clone, Debug, PartialEq)]
pub struct Float<'a> {
    /// The number with its sign.
    pub span: Span,
    value: f64,
    text: Cow<'a, str>,
}

impl<'a> Float<'a> {
    /// The number in its shortest spelling, or `None` for an infinity or NaN, which the language
    /// cannot write.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self { span: Span::default(), value, text: Cow::Owned(FloatText(value).to_string()) })
    }

    pub(super) fn parse(span: Span, text: &'a str) -> Result<Self, ErrorKind> {
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Self { span, value, text: Cow::Borrowed(text) }),
            _ => Err(ErrorKind::NumberOutOfRange),
        }
    }

    /// Returns the nearest value of 64 bits.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Returns the number as it was written, as in `01.50`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether both are the same number. `-0.0` and `0.0` are two, since both can be written.
    pub(super) fn same_as(&self, other: &Float<'_>) -> bool {
        self.value.to_bits() == other.value.to_bits()
    }

    pub(super) fn into_owned(self) -> Float<'static> {
        Float { span: self.span, value: self.value, text: into_owned_text(self.text) }
    }
}

/// Prints a float without exponent and with at least one digit after the point, so that it reads
/// back as a float.
pub(super) struct FloatText(pub(super) f64);

impl std::fmt::Display for FloatText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // `Display` of a float never uses an exponent, and is the shortest text that reads back the
        // same.
        write!(f, "{}", self.0)?;
        if self.0.fract() == 0.0 {
            f.write_str(".0")?;
        }
        Ok(())
    }
}

/// A point in time, `t'…'`.
///
/// The date exists in the calendar. The text is kept, since the number of fraction digits shows how
/// precise it is.
///
/// This is a constant of a pattern, with its place. [`crate::Timestamp`] is a timestamp in an
/// object.
#[derive(Clone, Debug, PartialEq)]
pub struct Timestamp<'a> {
    /// The constant with its `t` and quotes.
    pub span: Span,
    value: DateTime<Utc>,
    text: Cow<'a, str>,
}

impl<'a> Timestamp<'a> {
    /// The constant for this instant, with as many fraction digits as it needs, or `None` for a
    /// year that does not have four digits.
    pub fn new(value: impl Into<DateTime<Utc>>) -> Option<Self> {
        let value = value.into();
        if !(0..=9999).contains(&value.year()) {
            return None;
        }
        let mut text = String::with_capacity(30);
        let leap = value.nanosecond() >= 1_000_000_000;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            value.year(),
            value.month(),
            value.day(),
            value.hour(),
            value.minute(),
            value.second() + u32::from(leap),
        );
        let nanos = value.nanosecond() % 1_000_000_000;
        if nanos != 0 {
            let _ = write!(text, ".{nanos:09}");
            text.truncate(text.trim_end_matches('0').len());
        }
        text.push('Z');
        Some(Self { span: Span::default(), value, text: Cow::Owned(text) })
    }

    pub(super) fn parse(span: Span, text: &'a str) -> Result<Self, ErrorKind> {
        Ok(Self { span, value: parse_timestamp(text)?, text: Cow::Borrowed(text) })
    }

    /// The instant. Fraction digits after the ninth are cut off; second 60 is chrono's leap second.
    pub fn value(&self) -> DateTime<Utc> {
        self.value
    }

    /// Returns the text between the quotes.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_owned(self) -> Timestamp<'static> {
        Timestamp { span: self.span, value: self.value, text: into_owned_text(self.text) }
    }
}

/// Parses `YYYY-MM-DDThh:mm:ss(.d+)?Z`. Text of another form and a date that the calendar does not
/// have are different errors.
pub(crate) fn parse_timestamp(text: &str) -> Result<DateTime<Utc>, ErrorKind> {
    let malformed = ErrorKind::InvalidTimestamp;
    let (fixed, fraction) = split_timestamp(text).ok_or(malformed)?;
    let number =
        |range: std::ops::Range<usize>| fixed[range].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (mut second, month, day) = (number(17..19), number(5..7), number(8..10));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || second > 60 {
        return Err(malformed);
    }
    let mut nanos = nanoseconds(fraction);
    if second == 60 {
        second = 59;
        nanos += 1_000_000_000;
    }
    let time = NaiveTime::from_hms_nano_opt(number(11..13), number(14..16), second, nanos).ok_or(malformed)?;
    // Four digits always fit into chrono's years.
    let date = NaiveDate::from_ymd_opt(number(0..4) as i32, month, day).ok_or(ErrorKind::NoSuchDate)?;
    Ok(date.and_time(time).and_utc())
}

/// The text up to the seconds and the digits of the fraction, if all digits and signs are in place.
fn split_timestamp(text: &str) -> Option<(&[u8], &[u8])> {
    let (fixed, rest) = text.as_bytes().split_at_checked(19)?;
    let fraction = match rest {
        [b'Z'] => &[][..],
        [b'.', digits @ .., b'Z'] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => digits,
        _ => return None,
    };
    let mut places = fixed.iter().zip(b"dddd-dd-ddTdd:dd:dd");
    let has_form = places.all(|(&byte, &want)| if want == b'd' { byte.is_ascii_digit() } else { byte == want });
    has_form.then_some((fixed, fraction))
}

/// The first nine digits of a fraction of a second.
fn nanoseconds(fraction: &[u8]) -> u32 {
    (0..9).fold(0, |nanos, place| nanos * 10 + fraction.get(place).map_or(0, |digit| u32::from(digit - b'0')))
}

/// Bytes in hexadecimal, `h'…'`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hex<'a> {
    /// The constant with its `h` and quotes.
    pub span: Span,
    digits: Cow<'a, str>,
}

impl<'a> Hex<'a> {
    /// The constant for these bytes.
    ///
    /// ```
    /// use stixkit::pattern::ast::{Hex, Literal};
    ///
    /// let literal = Literal::Hex(Hex::new(&[0xff, 0x00]));
    /// assert_eq!(literal.to_string(), "h'ff00'");
    /// ```
    pub fn new(bytes: &[u8]) -> Self {
        let mut digits = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Self { span: Span::default(), digits: Cow::Owned(digits) }
    }

    pub(super) fn parse(span: Span, digits: &'a str) -> Result<Self, ErrorKind> {
        if digits.len().is_multiple_of(2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self { span, digits: Cow::Borrowed(digits) })
        } else {
            Err(ErrorKind::InvalidHex)
        }
    }

    /// Returns the text between the quotes: an even number of digits, of either case.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.digits.as_bytes().chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1]))
    }

    pub(super) fn into_owned(self) -> Hex<'static> {
        Hex { span: self.span, digits: into_owned_text(self.digits) }
    }
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

/// Bytes in Base64, `b'…'`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary<'a> {
    /// The constant with its `b` and quotes.
    pub span: Span,
    text: Cow<'a, str>,
}

impl<'a> Binary<'a> {
    /// The constant for these bytes, or `None` for no bytes, which the grammar cannot write.
    ///
    /// ```
    /// use stixkit::pattern::ast::{Binary, Literal};
    ///
    /// let literal = Literal::Binary(Binary::new(b"stix").unwrap());
    /// assert_eq!(literal.to_string(), "b'c3RpeA=='");
    /// ```
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (!bytes.is_empty()).then(|| Self { span: Span::default(), text: Cow::Owned(STANDARD.encode(bytes)) })
    }

    pub(super) fn parse(span: Span, text: &'a str) -> Result<Self, ErrorKind> {
        let (mut symbols, mut padding) = (0usize, 0usize);
        for byte in text.bytes() {
            match byte {
                b'\r' | b'\n' => {}
                b'=' => padding += 1,
                _ if sextet(byte).is_some() && padding == 0 => symbols += 1,
                _ => return Err(ErrorKind::InvalidBinary),
            }
        }
        if symbols > 0 && padding <= 2 && (symbols + padding).is_multiple_of(4) {
            Ok(Self { span, text: Cow::Borrowed(text) })
        } else {
            Err(ErrorKind::InvalidBinary)
        }
    }

    /// Returns the text between the quotes: padded Base64, perhaps with line breaks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        decode(&self.text)
    }

    pub(super) fn into_owned(self) -> Binary<'static> {
        Binary { span: self.span, text: into_owned_text(self.text) }
    }
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// The bytes of checked Base64 text. Line breaks and padding are skipped, and so are bits that fill
/// up the last symbol.
fn decode(text: &str) -> impl Iterator<Item = u8> + '_ {
    let (mut bits, mut count) = (0u32, 0u32);
    text.bytes().filter_map(sextet).filter_map(move |symbol| {
        bits = bits << 6 | u32::from(symbol);
        count += 6;
        (count >= 8).then(|| {
            count -= 8;
            // Only the lowest byte is wanted; older bits shift out at the top.
            (bits >> count) as u8
        })
    })
}

pub(super) fn into_owned_text(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps() {
        let value = |text| parse_timestamp(text).map(|value| value.timestamp_nanos_opt());
        assert_eq!(value("1970-01-01T00:00:01Z"), Ok(Some(1_000_000_000)));
        assert_eq!(value("1970-01-01T00:00:00.5Z"), Ok(Some(500_000_000)));
        assert_eq!(value("1970-01-01T00:00:00.1234567899Z"), Ok(Some(123_456_789)));
        assert!(value("0000-01-01T00:00:00Z").is_ok());
        assert!(value("9999-12-31T23:59:60.999Z").is_ok());
        assert_eq!(value("2023-02-29T00:00:00Z"), Err(ErrorKind::NoSuchDate));
        for text in [
            "",
            "Z",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1é",
            "1970-01-0éT00:00:00Z",
            "1970-01-01T00:00:61Z",
            "+970-01-01T00:00:00Z",
        ] {
            assert_eq!(value(text), Err(ErrorKind::InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn a_built_timestamp_has_the_digits_it_needs() {
        for text in ["1970-01-01T00:00:00Z", "0007-01-01T00:00:00.000000001Z", "2016-12-31T23:59:60.5Z"] {
            let value = parse_timestamp(text).unwrap();
            assert_eq!(Timestamp::new(value).unwrap().text(), text);
        }
        assert_eq!(Timestamp::new(DateTime::<Utc>::MAX_UTC), None);
    }

    #[test]
    fn base64() {
        let bytes = |text| Binary::parse(Span::default(), text).map(|binary| binary.bytes().collect::<Vec<_>>());
        assert_eq!(bytes("YQ=="), Ok(b"a".to_vec()));
        assert_eq!(bytes("YWI="), Ok(b"ab".to_vec()));
        assert_eq!(bytes("YWJj"), Ok(b"abc".to_vec()));
        assert_eq!(bytes("Y\r\nW\nJj\n"), Ok(b"abc".to_vec()));
        for text in ["", "\n", "Y", "YQ", "YQ=", "YQ===", "Y===", "====", "YQ==YQ==", "Y Q==", "Y-_j"] {
            assert_eq!(bytes(text), Err(ErrorKind::InvalidBinary), "{text}");
        }
    }

    #[test]
    fn spellings_do_not_change_values() {
        let float = |text| Literal::Float(Float::parse(Span::default(), text).unwrap());
        assert!(float("01.50").same_as(&float("+1.5")));
        assert!(!float("0.0").same_as(&float("-0.0")));
        assert!(!float("1.0").same_as(&Literal::from(1)));
    }
}
