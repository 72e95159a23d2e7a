//! Keeping a table current.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, SerializeTuple, Serializer};

use super::outcome::Outcome;
use super::row_change::{Action, RowChange};
use super::row_key::RowKey;
use super::validity::State;
use crate::{Identifier, Timestamp};

/// Tells what changes in a table of rows when indicators come again: new versions, other patterns,
/// revocation, time.
///
/// It takes what the mapper makes of each indicator and gives the changes of the table's rows, so
/// that the table holds the rows of the newest version of every indicator and nothing else. Between
/// runs its state is kept with serde.
///
/// ```
/// use stixkit::object::Indicator;
/// use stixkit::row::{Action, Mapper, Upserts};
///
/// let indicator = |modified: &str, pattern: &str| -> Indicator {
///     serde_json::from_value(serde_json::json!({
///         "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///         "created": "2024-05-01T10:00:00Z", "modified": modified, "pattern": pattern, "pattern_type": "stix",
///         "valid_from": "2024-05-01T10:00:00Z", "valid_until": "2024-07-01T00:00:00Z"
///     })).unwrap()
/// };
/// let old = indicator("2024-05-01T10:00:00Z", "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]");
/// let new = indicator("2024-05-02T10:00:00Z", "[ipv4-addr:value IN ('192.0.2.2', '192.0.2.3')]");
///
/// let mapper = Mapper::new("2024-06-01T00:00:00Z".parse()?).with_source("example");
/// let mut upserts = Upserts::new();
/// let actions = |upserts: &mut Upserts, indicator| -> Vec<Action> {
///     upserts.apply(mapper.map(indicator)).iter().map(|change| change.action).collect()
/// };
/// assert_eq!(actions(&mut upserts, &old), [Action::Insert, Action::Insert]);
/// assert_eq!(actions(&mut upserts, &new), [Action::Delete, Action::Update, Action::Insert]);
/// // An older version undoes nothing, and the same again changes nothing.
/// assert_eq!(actions(&mut upserts, &old), []);
/// assert_eq!(actions(&mut upserts, &new), []);
///
/// let saved = serde_json::to_string(&upserts)?;
/// let mut upserts: Upserts = serde_json::from_str(&saved)?;
/// let over = upserts.expire("2024-07-01T00:00:00Z".parse()?);
/// assert_eq!(over.iter().map(|change| change.action).collect::<Vec<_>>(), [Action::Expire, Action::Expire]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What a table needs
///
/// A column for the [`RowKey`], which is the table's key. Then each [`RowChange`] is one statement:
///
/// | action | row | statement |
/// |---|---|---|
/// | [`Insert`](Action::Insert) | yes | put it in: the key is new |
/// | [`Update`](Action::Update) | yes | put it in the place of the one with the key |
/// | [`Expire`](Action::Expire), [`Revoke`](Action::Revoke) | when an indicator came | put it in, whether or not the key is there; or take the key out, where the table holds only what is in force |
/// | [`Activate`](Action::Activate), [`Expire`](Action::Expire) | no, when time went by | set the state |
/// | [`Delete`](Action::Delete) | no | take the key out |
///
/// A sink without such a column has [`RowChange::source`] and [`RowChange::stix_id`] at least.
///
/// # Which version counts
///
/// The newest, by `modified` as instants, in whatever order they come. Of several with the same
/// `modified` a revoked one counts, or else the first that came: who changes an object and not its
/// `modified` has made no version. Objects without `modified` and `created`, as bare observables
/// are, have no versions: the last that came counts.
///
/// Versions are compared, not contents, so the mapper should be the same at every run: another
/// [`SplitMode`](super::SplitMode) would make other rows of versions that are known.
///
/// # Size
///
/// Some 130 bytes of memory for an indicator of one row, and 16 more for each further row; as JSON
/// 160 and 35. It grows with the number of indicators ever seen; [`end_full`](Self::end_full) and
/// [`prune`](Self::prune) forget.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upserts {
    /// In the order of their sources.
    feeds: Vec<Feed>,
}

#[derive(Clone, Debug, PartialEq)]
struct Feed {
    source: Arc<str>,
    // A tree, so that the state is always written in the same order, and nobody can make keys
    // collide.
    indicators: BTreeMap<Identifier, Known>,
    /// A full feed is being read.
    is_full: bool,
}

/// The newest version of an indicator.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    version: Option<DateTime<Utc>>,
    valid_from: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
    state: State,
    /// It was in the full feed that is being read.
    is_seen: bool,
    rows: Rows,
}

/// In order.
#[derive(Clone, Debug, PartialEq)]
enum Rows {
    One(RowKey),
    Many(Box<[RowKey]>),
}

impl Upserts {
    /// The state of an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of indicators that are known, those that are revoked or expired included.
    pub fn len(&self) -> usize {
        self.feeds.iter().map(|feed| feed.indicators.len()).sum()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the rows of an indicator, or of an observable, and gives the changes: deletions first,
    /// then the rows in their order. None where the version is known or a newer one is.
    ///
    /// The states in the rows are those at the mapper's instant. That time goes by is for
    /// [`expire`](Self::expire) to say.
    pub fn apply<'a>(&mut self, outcome: Outcome<'a>) -> Vec<RowChange<'a>> {
        let Some(first) = outcome.rows.first() else { return Vec::new() };
        let feed = self.feed(&first.source);
        let stix_id = first.stix_id.clone().into_owned();
        let version = first.modified.as_ref().map(Timestamp::instant);
        let known = feed.indicators.get_mut(&stix_id);
        if let Some(known) = &known
            && known.outranks(version, first.validity.state)
        {
            return feed.mark_seen(&stix_id);
        }
        let keys: Vec<RowKey> = outcome.rows.iter().map(RowKey::from_row).collect();
        let next = Known {
            version,
            valid_from: first.validity.from.as_ref().map(Timestamp::instant),
            valid_until: first.validity.until.as_ref().map(Timestamp::instant),
            state: first.validity.state,
            is_seen: feed.is_full,
            rows: Rows::new(&keys),
        };
        if let Some(known) = &known
            && version.is_none()
            && known.equals_apart_from_time(&next)
        {
            return feed.mark_seen(&stix_id);
        }
        let state = next.state;
        let change =
            |action, key, row| RowChange { action, key, source: feed.source.clone(), stix_id: stix_id.clone(), row };
        let old = known.map(|known| std::mem::replace(&mut known.rows, Rows::Many(Box::default())));
        let old = old.as_ref().map_or(&[][..], Rows::as_slice);
        let mut changes = Vec::with_capacity(keys.len());
        let gone = old.iter().filter(|key| !next.rows.contains(**key));
        changes.extend(gone.map(|key| change(Action::Delete, *key, None)));
        for (key, row) in keys.into_iter().zip(outcome.rows) {
            let action = match state {
                State::Revoked => Action::Revoke,
                State::Expired => Action::Expire,
                _ if old.binary_search(&key).is_ok() => Action::Update,
                _ => Action::Insert,
            };
            changes.push(change(action, key, Some(row)));
        }
        feed.indicators.insert(stix_id, next);
        changes
    }

    /// Tells which rows are no longer in force at `now`, or are from now on, for no other reason
    /// than that time went by. It goes through the whole state.
    pub fn expire(&mut self, now: DateTime<Utc>) -> Vec<RowChange<'static>> {
        let mut changes = Vec::new();
        for feed in &mut self.feeds {
            for (stix_id, known) in &mut feed.indicators {
                let from = known.valid_from.unwrap_or(now);
                let (action, state) = match (known.state, State::at(now, false, from, known.valid_until)) {
                    (State::Active | State::Pending | State::Unclear, State::Expired) => {
                        (Action::Expire, State::Expired)
                    }
                    // Validity whose start is unknown does not start by the passing of time.
                    (State::Pending, State::Active) if known.valid_from.is_some() => (Action::Activate, State::Active),
                    _ => continue,
                };
                known.state = state;
                changes.extend(known.changes(action, &feed.source, stix_id));
            }
        }
        changes
    }

    /// Begins to read a feed that sends all of its indicators each time: those that
    /// [`apply`](Self::apply) does not see until [`end_full`](Self::end_full) are gone. `source` is
    /// the name that the mapper was told.
    ///
    /// Where reading fails in between, `end_full` is not to be called: the next `begin_full` begins
    /// anew. A state that is saved in between has forgotten that it was reading.
    pub fn begin_full(&mut self, source: &str) {
        let feed = self.feed(source);
        feed.is_full = true;
        feed.indicators.values_mut().for_each(|known| known.is_seen = false);
    }

    /// Ends what [`begin_full`](Self::begin_full) began: deletes the rows of indicators that the
    /// feed no longer has, and forgets these. Without `begin_full` it does nothing.
    ///
    /// ```
    /// use stixkit::row::{Action, Mapper, Upserts};
    /// # let indicator = |number: u8| -> stixkit::object::Indicator {
    /// #     serde_json::from_value(serde_json::json!({"type": "indicator", "labels": ["benign"],
    /// #         "id": format!("indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4{number}"),
    /// #         "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    /// #         "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"})).unwrap()
    /// # };
    /// # let (first, second) = (indicator(1), indicator(2));
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).with_source("feed");
    /// let mut upserts = Upserts::new();
    /// upserts.begin_full("feed");
    /// upserts.apply(mapper.map(&first));
    /// upserts.apply(mapper.map(&second));
    /// assert!(upserts.end_full("feed").is_empty());
    /// // The next day the feed has only one of them.
    /// upserts.begin_full("feed");
    /// assert!(upserts.apply(mapper.map(&second)).is_empty());
    /// let gone = upserts.end_full("feed");
    /// assert_eq!((gone.len(), gone[0].action, &gone[0].stix_id), (1, Action::Delete, &first.common.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn end_full(&mut self, source: &str) -> Vec<RowChange<'static>> {
        let Some(feed) = self.feeds.iter_mut().find(|feed| &*feed.source == source && feed.is_full) else {
            return Vec::new();
        };
        feed.is_full = false;
        feed.remove_where(|known| !std::mem::take(&mut known.is_seen))
    }

    /// Deletes the rows of indicators that have been out of force since before `before`, and
    /// forgets these: expired ones by their `valid_until`, revoked ones by their version. It keeps
    /// the state of a feed from growing that sends only what is new.
    ///
    /// Whoever forgets a version does not know it again: should it come once more, its rows are
    /// new.
    pub fn prune(&mut self, before: DateTime<Utc>) -> Vec<RowChange<'static>> {
        let is_over = |known: &mut Known| match known.state {
            State::Expired => known.valid_until.is_none_or(|until| until < before),
            State::Revoked => known.version.is_none_or(|version| version < before),
            State::Active | State::Pending | State::Unclear | State::Observed => false,
        };
        self.feeds.iter_mut().flat_map(|feed| feed.remove_where(is_over)).collect()
    }

    fn feed(&mut self, source: &str) -> &mut Feed {
        // There are as many as the caller has names for its mappers.
        let place = self.feeds.binary_search_by(|feed| (*feed.source).cmp(source)).unwrap_or_else(|place| {
            self.feeds.insert(place, Feed { source: source.into(), indicators: BTreeMap::new(), is_full: false });
            place
        });
        &mut self.feeds[place]
    }
}

impl Feed {
    /// Marks an indicator whose version is known.
    fn mark_seen(&mut self, stix_id: &Identifier) -> Vec<RowChange<'static>> {
        if let Some(known) = self.indicators.get_mut(stix_id) {
            known.is_seen = self.is_full;
        }
        Vec::new()
    }

    fn remove_where(&mut self, mut is_to_go: impl FnMut(&mut Known) -> bool) -> Vec<RowChange<'static>> {
        let mut changes = Vec::new();
        let source = &self.source;
        self.indicators.retain(|stix_id, known| {
            let is_to_go = is_to_go(known);
            if is_to_go {
                changes.extend(known.changes(Action::Delete, source, stix_id));
            }
            !is_to_go
        });
        changes
    }
}

impl Known {
    /// Whether it is newer than a version, or that very version. What has no version is neither.
    fn outranks(&self, version: Option<DateTime<Utc>>, state: State) -> bool {
        let is_revocation = state == State::Revoked && self.state != State::Revoked;
        match (self.version, version) {
            (None, None) => false,
            (own, other) => own > other || (own == other && !is_revocation),
        }
    }

    /// Whether the two are the same apart from what the passing of time changes.
    fn equals_apart_from_time(&self, other: &Self) -> bool {
        let says = |known: &Self| (known.state == State::Revoked, known.valid_from, known.valid_until);
        self.rows == other.rows && says(self) == says(other)
    }

    fn changes(
        &self,
        action: Action,
        source: &Arc<str>,
        stix_id: &Identifier,
    ) -> impl Iterator<Item = RowChange<'static>> {
        self.rows.as_slice().iter().map(move |key| RowChange {
            action,
            key: *key,
            source: source.clone(),
            stix_id: stix_id.clone(),
            row: None,
        })
    }
}

impl Rows {
    fn new(keys: &[RowKey]) -> Self {
        match keys {
            [only] => Self::One(*only),
            several => {
                let mut keys: Box<[RowKey]> = several.into();
                keys.sort_unstable();
                Self::Many(keys)
            }
        }
    }

    fn as_slice(&self) -> &[RowKey] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Many(keys) => keys,
        }
    }

    fn contains(&self, key: RowKey) -> bool {
        self.as_slice().binary_search(&key).is_ok()
    }
}

/// The form in which the state is written. Another would have another number.
const FORMAT: u32 = 1;

/// A list of the format's number and of an object with a list of indicators for each source:
/// `[id, version, state, valid_from, valid_until, [row key, …]]`.
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
                    let Known { version, valid_from, valid_until, state, rows, .. } = known;
                    (stix_id, time(*version), state.as_str(), time(*valid_from), time(*valid_until), rows.as_slice())
                }))
            }
        }

        let mut tuple = serializer.serialize_tuple(2)?;
        tuple.serialize_element(&FORMAT)?;
        tuple.serialize_element(&Feeds(&self.feeds))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Upserts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Record = (Identifier, Option<Timestamp>, String, Option<Timestamp>, Option<Timestamp>, Vec<RowKey>);

        let (format, feeds): (u32, BTreeMap<String, Vec<Record>>) = Deserialize::deserialize(deserializer)?;
        if format != FORMAT {
            return Err(D::Error::custom(format_args!("a state of format {format}; this is format {FORMAT}")));
        }
        let time = |time: Option<Timestamp>| time.map(|time| time.instant());
        let known = |(stix_id, version, state, valid_from, valid_until, rows): Record| {
            let state = STATES.into_iter().find(|known| known.as_str() == state);
            let known = Known {
                version: time(version),
                valid_from: time(valid_from),
                valid_until: time(valid_until),
                state: state.ok_or_else(|| D::Error::custom("no such state"))?,
                is_seen: false,
                rows: Rows::new(&rows),
            };
            Ok((stix_id, known))
        };
        let feed = |(source, records): (String, Vec<Record>)| {
            let indicators = records.into_iter().map(known).collect::<Result<_, D::Error>>()?;
            Ok(Feed { source: source.into(), indicators, is_full: false })
        };
        Ok(Self { feeds: feeds.into_iter().map(feed).collect::<Result<_, D::Error>>()? })
    }
}

const STATES: [State; 6] =
    [State::Active, State::Pending, State::Expired, State::Revoked, State::Unclear, State::Observed];

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        // What is said of the size rests on these.
        assert_eq!(size_of::<Known>(), 64);
        assert_eq!(size_of::<RowKey>(), 16);
    }
}
