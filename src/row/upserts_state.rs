//! The form in which a state of upserts is kept.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeTuple, Serializer};

use super::contents::Contents;
use super::kept_value::KeptValue;
use super::known::{Known, KnownRows};
use super::row_key::RowKey;
use super::upserts::{Feed, Upserts};
use super::validity::State;
use super::value_kind::ValueKind;
use crate::{Identifier, Timestamp};

/// The form in which the state is written. Format 1 had neither contents nor values. In format 2,
/// contents were made of fewer properties, so they are not taken over. Both are read.
const FORMAT: u32 = 3;

/// A list of the format's number, of an object with a list of indicators for each source, and of
/// whether values are kept. An indicator is `[id, version, state, valid_from, valid_until, [row
/// key, …], contents, [value, …]]`; contents are 32 hexadecimal digits or `null`, and the last list
/// is `null` if values are not kept, or has `[key, value, norm, kind, standalone]` for each row.
impl Serialize for Upserts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Feeds<'s>(&'s [Feed]);

        impl Serialize for Feeds<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for feed in self.0 {
                    map.serialize_entry(&*feed.source, &Indicators(&feed.indicators))?;
                }
                map.end()
            }
        }

        struct Indicators<'s>(&'s BTreeMap<Identifier, Known>);

        impl Serialize for Indicators<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let time = |time: Option<DateTime<Utc>>| time.map(Timestamp::exact);
                serializer.collect_seq(self.0.iter().map(|(stix_id, known)| {
                    let Known { version, valid_from, valid_until, state, contents, rows, .. } = known;
                    let contents = contents.map(|contents| format!("{:032x}", contents.to_number()));
                    let values: Option<Vec<_>> = rows.values().map(|values| values.iter().map(written).collect());
                    let times = (time(*version), time(*valid_from), time(*valid_until));
                    (stix_id, times.0, state.as_str(), times.1, times.2, rows.keys(), contents, values)
                }))
            }
        }

        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(&FORMAT)?;
        tuple.serialize_element(&Feeds(&self.feeds))?;
        tuple.serialize_element(&self.keeps_values)?;
        tuple.end()
    }
}

/// Key, value, normal form if it is another, kind, and whether it is standalone.
type Written<'v> = (Option<&'v str>, Option<&'v str>, Option<&'v str>, Option<&'static str>, bool);

fn written(value: &KeptValue) -> Written<'_> {
    let alone = value.is_standalone();
    match value.parts() {
        Some((key, value, norm, kind)) => {
            (Some(key), Some(value), (norm != value).then_some(norm), Some(kind.as_str()), alone)
        }
        None => (None, None, None, None, alone),
    }
}

type ReadValue = (Option<String>, Option<String>, Option<String>, Option<String>, bool);

fn read_value((key, value, norm, kind, alone): ReadValue) -> KeptValue {
    let kind = kind.and_then(|kind| ValueKind::ALL.into_iter().find(|known| known.as_str() == kind));
    let parts = match (&key, &value, kind) {
        (Some(key), Some(value), Some(kind)) => Some((&**key, &**value, norm.as_deref().unwrap_or(value), kind)),
        _ => None,
    };
    KeptValue::new(parts, alone)
}

type Record1 = (Identifier, Option<Timestamp>, String, Option<Timestamp>, Option<Timestamp>, Vec<RowKey>);
type Record2 = (
    Identifier,
    Option<Timestamp>,
    String,
    Option<Timestamp>,
    Option<Timestamp>,
    Vec<RowKey>,
    Option<String>,
    Option<Vec<ReadValue>>,
);

impl<'de> Deserialize<'de> for Upserts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct State;

        impl<'de> Visitor<'de> for State {
            type Value = Upserts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a state of upserts: a list of its format and its feeds")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Upserts, A::Error> {
                let lacks = |place| A::Error::invalid_length(place, &"a format and feeds");
                let format: u32 = list.next_element()?.ok_or_else(|| lacks(0))?;
                let (feeds, keeps_values) = match format {
                    1 => (feeds::<_, Record1>(list.next_element()?.ok_or_else(|| lacks(1))?)?, false),
                    2 | FORMAT => {
                        let mut feeds = feeds::<_, Record2>(list.next_element()?.ok_or_else(|| lacks(1))?)?;
                        if format != FORMAT {
                            feeds
                                .iter_mut()
                                .flat_map(|feed| feed.indicators.values_mut())
                                .for_each(Known::forget_contents);
                        }
                        (feeds, list.next_element()?.unwrap_or(false))
                    }
                    _ => {
                        let message = format_args!("a state of format {format}; this is format {FORMAT}");
                        return Err(A::Error::custom(message));
                    }
                };
                Ok(Upserts { keeps_values, feeds })
            }
        }

        // A list whose length is not told: it depends on the format.
        deserializer.deserialize_seq(State)
    }
}

/// An indicator as it is written in some format.
trait Record {
    fn read<E: Error>(self) -> Result<(Identifier, Known), E>;
}

impl Record for Record1 {
    fn read<E: Error>(self) -> Result<(Identifier, Known), E> {
        let (stix_id, version, state, valid_from, valid_until, rows) = self;
        (stix_id, version, state, valid_from, valid_until, rows, None, None).read()
    }
}

impl Record for Record2 {
    fn read<E: Error>(self) -> Result<(Identifier, Known), E> {
        let (stix_id, version, state, valid_from, valid_until, keys, contents, values) = self;
        let time = |time: Option<Timestamp>| time.map(|time| time.instant());
        let state = STATES.into_iter().find(|known| known.as_str() == state);
        let number = contents.map(|digits| u128::from_str_radix(&digits, 16)).transpose();
        let rows = match values {
            Some(values) if values.len() == keys.len() => {
                KnownRows::from_pairs(keys.into_iter().zip(values.into_iter().map(read_value)).collect())
            }
            Some(_) => return Err(E::custom("there are not as many values as rows")),
            None => KnownRows::from_keys(keys),
        };
        let known = Known {
            version: time(version),
            valid_from: time(valid_from),
            valid_until: time(valid_until),
            state: state.ok_or_else(|| E::custom("no such state"))?,
            is_seen: false,
            contents: number.map_err(E::custom)?.and_then(Contents::from_number),
            rows,
        };
        Ok((stix_id, known))
    }
}

fn feeds<E: Error, R: Record>(feeds: BTreeMap<String, Vec<R>>) -> Result<Vec<Feed>, E> {
    let feed = |(source, records): (String, Vec<R>)| {
        let indicators = records.into_iter().map(R::read).collect::<Result<_, E>>()?;
        Ok(Feed { source: source.into(), indicators, is_full: false })
    };
    feeds.into_iter().map(feed).collect()
}

const STATES: [State; 6] =
    [State::Active, State::Pending, State::Expired, State::Revoked, State::Unclear, State::Observed];
