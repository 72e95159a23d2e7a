//! Values from random bytes, for fuzz targets and property tests: the trait, and the values that
//! objects are made of.

use arbitrary::{Result, Unstructured};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::float::Float;
use crate::id::Identifier;
use crate::json::{Json, Properties};
use crate::kind::Kind;
use crate::time::Timestamp;

/// A value of the type from random bytes. Unlike `Arbitrary` it keeps strings and lists short, so
/// that one of them does not use up the bytes of all that follow.
pub(crate) trait Generate: Sized {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self>;
}

/// `Arbitrary` for a type that can be generated.
macro_rules! arbitrary {
    ($($Type:ty),+ $(,)?) => { $(
        impl<'a> arbitrary::Arbitrary<'a> for $Type {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                $crate::generate::Generate::generate(u)
            }
        }
    )+ };
}
pub(crate) use arbitrary;

/// Whether something with a chance of `times` in `of` happens. It does not once the bytes have run
/// out.
pub(crate) fn chance(u: &mut Unstructured<'_>, times: u8, of: u8) -> Result<bool> {
    Ok(!u.is_empty() && u.ratio(times, of)?)
}

arbitrary!(Properties, Identifier, Timestamp, Float);

macro_rules! generate_arbitrary {
    ($($Type:ty),+) => { $(
        impl Generate for $Type {
            fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
                u.arbitrary()
            }
        }
    )+ };
}

generate_arbitrary!(bool, u8, u16, u64, i64);

impl<T: Generate> Generate for Option<T> {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        if chance(u, 1, 3)? { T::generate(u).map(Some) } else { Ok(None) }
    }
}

impl<T: Generate> Generate for Vec<T> {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        let len = if chance(u, 1, 2)? { 0 } else { u.int_in_range(1..=6)? };
        (0..len).map(|_| T::generate(u)).collect()
    }
}

impl Generate for String {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        /// What is likely to go wrong somewhere.
        const ODD: [char; 12] =
            ['"', '\\', '\'', '\u{0}', '\n', '\u{7f}', '\u{e9}', '\u{2028}', '\u{feff}', '\u{1f600}', '/', ' '];
        let len = u.int_in_range(0..=20)?;
        (0..len)
            .map(
                |_| {
                    if chance(u, 1, 8)? { u.choose(&ODD).copied() } else { u.int_in_range(b'a'..=b'z').map(char::from) }
                },
            )
            .collect()
    }
}

impl Generate for Identifier {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        if chance(u, 1, 10)? {
            return Ok(Self::from(String::generate(u)?.as_str()));
        }
        Ok(Self::new(*u.choose(Kind::ALL)?, Uuid::from_u128(u.arbitrary()?)))
    }
}

impl Generate for Timestamp {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        /// 0001-01-01 to 9999-12-31.
        const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
        let (seconds, nanoseconds) = (u.int_in_range(SECONDS)?, u.int_in_range(0..=999_999_999)?);
        let unit = u.choose(&[1, 1_000, 1_000_000])?;
        let instant = DateTime::<Utc>::from_timestamp(seconds, nanoseconds / unit * unit).unwrap_or_default();
        let offset = chance(u, 1, 10)?.then(|| instant.to_rfc3339()).and_then(|text| Self::parse(&text).ok());
        Ok(offset.unwrap_or_else(|| Self::from(instant)))
    }
}

impl Generate for Float {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        let finite = |value| Self::new(value).or_else(|| Self::new(0.5)).ok_or(arbitrary::Error::IncorrectFormat);
        match u.int_in_range(0..=3)? {
            0 => finite(u.arbitrary()?),
            1 => finite(f64::from(u.arbitrary::<i32>()?)),
            _ => finite(f64::from(u.arbitrary::<i16>()?) / 100.0),
        }
    }
}

impl Generate for Properties {
    /// The names have a prefix that no property has.
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut properties = Self::new();
        if chance(u, 1, 3)? {
            for _ in 0..u.int_in_range(1..=4)? {
                properties.insert(&format!("x_{}", String::generate(u)?), &json(u, 2)?);
            }
        }
        Ok(properties)
    }
}

/// A JSON value, nested at most `depth` deep.
fn json(u: &mut Unstructured<'_>, depth: u32) -> Result<Json<'static>> {
    let text = match u.int_in_range(0..=if depth == 0 { 5 } else { 7 })? {
        0 => "null".to_owned(),
        1 => u.arbitrary::<bool>()?.to_string(),
        2 => u.arbitrary::<i64>()?.to_string(),
        3 => serde_json::to_string(&Float::generate(u)?).unwrap_or_default(),
        4 | 5 => serde_json::to_string(&String::generate(u)?).unwrap_or_default(),
        6 => {
            let elements = (0..u.int_in_range(0..=3)?).map(|_| json(u, depth - 1).map(|value| value.to_string()));
            format!("[{}]", elements.collect::<Result<Vec<_>>>()?.join(","))
        }
        _ => {
            let members = (0..u.int_in_range(0..=3)?).map(|_| {
                let name = serde_json::to_string(&String::generate(u)?).unwrap_or_default();
                Ok(format!("{name}:{}", json(u, depth - 1)?))
            });
            format!("{{{}}}", members.collect::<Result<Vec<_>>>()?.join(","))
        }
    };
    Json::new(&text).map_err(|_| arbitrary::Error::IncorrectFormat)
}
