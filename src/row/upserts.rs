//! Keeping a table current.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::known::{Arrival, Known, KnownRows};
use super::outcome::Outcome;
use super::row::Row;
use super::row_change::{Action, RowChange};
use super::row_key::RowKey;
use super::unstated_times::UnstatedTimes;
use super::validity::State;
use crate::error::{Error, ErrorKind};
use crate::{Identifier, Timestamp};

/// Tells what changes in a table of rows when indicators come again: new versions, other patterns,
/// revocation, time.
///
/// It takes what the mapper makes of each indicator and returns the changes of the table's rows, so
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
/// let mapper = Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
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
/// let over = upserts.expire("2024-07-01T00:00:00Z".parse::<stixkit::Timestamp>()?);
/// assert_eq!(over.map(|change| change.action).collect::<Vec<_>>(), [Action::Expire, Action::Expire]);
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
/// A sink without such a column has [`RowChange::source`] and [`RowChange::stix_id`], and
/// [`RowChange::kept`] with the value if the state [keeps values](Self::with_values). A table that
/// only grows ends the row with a tombstone made of it.
///
/// # Which version counts
///
/// The newest, by `modified` as instants, in whatever order they come. Of several with the same
/// `modified` a revoked one counts, or else the first that came: who changes an object and not its
/// `modified` has made no version. Objects without `modified` and `created`, as bare observables
/// are, have no versions: the last that came counts, and nothing changes if its contents are the
/// same. So do entries of feeds that state no time of change: see
/// [`apply_unstated`](Self::apply_unstated).
///
/// The mapper should be the same at every run: another [`SplitMode`](super::SplitMode) would make
/// other rows of versions that are known.
///
/// # Names that are learnt later
///
/// A row has names and levels that the mapper [learns](super::Mapper::learn) from other objects:
/// provider, malware, actors, markings. If they have changed when a known version is applied again,
/// its rows are updated. [`Mapper::learn_change`](super::Mapper::learn_change) and
/// [`Mapper::depends_on`](super::Mapper::depends_on) find the indicators to apply again.
///
/// # Size
///
/// About 150 bytes of memory for an indicator of one row, and 16 more for each further row; as JSON
/// 200 and 35. With [values](Self::with_values), each row takes about 50 bytes and its texts more,
/// and each indicator 50. It grows with the number of indicators ever seen;
/// [`end_full`](Self::end_full) and [`prune`](Self::prune) forget.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upserts {
    pub(super) keeps_values: bool,
    /// In the order of their sources.
    pub(super) feeds: Vec<Feed>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feed {
    pub(super) source: Arc<str>,
    // A tree, so that the state is always written in the same order, and nobody can make keys
    // collide.
    pub(super) indicators: BTreeMap<Identifier, Known>,
    /// A full feed is being read.
    pub(super) is_full: bool,
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

    /// Sets whether the values of rows are kept, so that [`RowChange::kept`] has them when rows end
    /// or become active. Sinks whose tables only grow need them for tombstones. Default: they are
    /// not kept. Rows that were applied before this was set have no values until they change.
    ///
    /// ```
    /// use stixkit::row::{Action, Mapper, Upserts};
    /// # let indicator: stixkit::object::Indicator = serde_json::from_value(serde_json::json!({
    /// #     "type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"})).unwrap();
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("feed");
    /// let mut upserts = Upserts::new().with_values(true);
    /// upserts.apply(mapper.map(&indicator));
    /// // The feed no longer has it.
    /// upserts.begin_full("feed");
    /// let gone = upserts.end_full("feed", 0)?.next().unwrap();
    /// let ended = gone.kept.unwrap();
    /// assert_eq!((gone.action, ended.value.as_deref()), (Action::Delete, Some("192.0.2.1")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_values(mut self, keep: bool) -> Self {
        self.keeps_values = keep;
        self
    }

    /// Returns the start of validity that an object's rows have in the table. For a list without
    /// times it is when the object was first read.
    pub fn valid_from(&self, source: &str, stix_id: &Identifier) -> Option<Timestamp> {
        let feed = self.feeds.iter().find(|feed| &*feed.source == source)?;
        feed.indicators.get(stix_id)?.valid_from.map(Timestamp::exact)
    }

    /// Takes the rows of an indicator or observable and returns the changes: deletions first, then
    /// the rows in their order. There are none if the version is known or a newer one is.
    ///
    /// The states in the rows are those at the mapper's instant. Call [`expire`](Self::expire) to
    /// account for the passage of time.
    pub fn apply<'a>(&mut self, outcome: Outcome<'a>) -> Vec<RowChange<'a>> {
        self.apply_unstated(outcome, UnstatedTimes::default())
    }

    /// Takes rows of an object whose feed does not state all of its times, as
    /// [`apply`](Self::apply) does.
    ///
    /// If `modified` is unstated, contents are compared instead of versions: nothing changes unless
    /// the object does. If `valid_from` is unstated, the rows keep the one that was read first; an
    /// end by [default validity](super::Mapper::with_default_validity) then moves on once half of
    /// it has passed, so that a value does not expire while its feed has it.
    ///
    /// ```
    /// use stixkit::feed::Entry;
    /// use stixkit::row::{Mapper, Upserts};
    ///
    /// let mut upserts = Upserts::new();
    /// let entry = Entry::detect("198.51.100.7")?;
    /// let mut changes = |now: &str| {
    ///     let now: chrono::DateTime<chrono::Utc> = now.parse().unwrap();
    ///     let indicator = entry.to_indicator("list", now).unwrap();
    ///     let mapper = Mapper::new(now).with_source("list");
    ///     upserts.apply_unstated(mapper.map(&indicator), entry.unstated_times()).len()
    /// };
    /// assert_eq!(changes("2024-05-20T10:00:00Z"), 1);
    /// assert_eq!(changes("2024-05-20T11:00:00Z"), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_unstated<'a>(&mut self, mut outcome: Outcome<'a>, unstated: UnstatedTimes) -> Vec<RowChange<'a>> {
        let Some(mut arrival) = Arrival::new(outcome.known_rows(), unstated) else { return Vec::new() };
        let Some(first) = outcome.known_rows().first() else { return Vec::new() };
        let keeps_values = self.keeps_values;
        let stix_id = first.stix_id.clone().into_owned();
        let feed = self.feed(&first.source);
        if let Some(known) = feed.indicators.get_mut(&stix_id) {
            let first_start = arrival.keep_first_start(known);
            let is_covered = match outcome.is_withheld() || known.is_withheld() {
                // Of one version, the marking may be known only now, or may allow more now.
                true => known.is_newer_than(&arrival),
                false => known.covers(&arrival, &outcome.rows),
            };
            if is_covered {
                known.complete(&arrival);
                known.is_seen = feed.is_full;
                return Vec::new();
            }
            if let Some(start) = first_start {
                let start = Timestamp::exact(start);
                outcome.rows.iter_mut().for_each(|row| row.validity.from = Some(start.clone()));
            }
        }
        let keys: Vec<RowKey> = outcome.rows.iter().map(RowKey::from_row).collect();
        let next = arrival.into_known(KnownRows::new(&keys, &outcome.rows, keeps_values), feed.is_full);
        feed.replace(stix_id, next, keys.into_iter().zip(outcome.rows))
    }

    /// Tells which rows are no longer in force at `now`, or are from now on, for no other reason
    /// than that time went by. It goes through the whole state.
    ///
    /// The iterator makes one change after the other, so that it takes no memory however many there
    /// are. If it is dropped early, the next call reports the indicators that it had not come to.
    pub fn expire(&mut self, now: impl Into<DateTime<Utc>>) -> impl Iterator<Item = RowChange<'static>> {
        let now = now.into();
        self.feeds
            .iter_mut()
            .flat_map(move |Feed { source, indicators, .. }| {
                let source = &*source;
                indicators.iter_mut().filter_map(move |(stix_id, known)| {
                    let action = known.pass_time(now)?;
                    Some(known.changes(action, source, stix_id))
                })
            })
            .flatten()
    }

    /// Begins to read a feed that sends all of its indicators each time: those that
    /// [`apply`](Self::apply) does not see until [`end_full`](Self::end_full) are gone. `source` is
    /// the name that the mapper was told.
    ///
    /// If reading fails in between, do not call `end_full`: the next `begin_full` begins anew. A
    /// state that is saved in between has forgotten that it was reading.
    pub fn begin_full(&mut self, source: &str) {
        let feed = self.feed(source);
        feed.is_full = true;
        feed.indicators.values_mut().for_each(|known| known.is_seen = false);
    }

    /// Ends what [`begin_full`](Self::begin_full) began: deletes the rows of indicators that the
    /// feed no longer has, and forgets these. Without `begin_full` it does nothing.
    ///
    /// `bad` is the number of objects or entries that could not be read. If there are any, the feed
    /// may still have what was not seen, so nothing is deleted.
    ///
    /// The iterator forgets one indicator after the other, so that it takes no memory however many
    /// there are. If it is dropped early, the next full feed reports the ones that it had not come
    /// to.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NotWhole`] if `bad` is not 0. The state is as if the
    /// feed had not been announced as full; the next `begin_full` begins anew.
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
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("feed");
    /// let mut upserts = Upserts::new();
    /// upserts.begin_full("feed");
    /// upserts.apply(mapper.map(&first));
    /// upserts.apply(mapper.map(&second));
    /// assert_eq!(upserts.end_full("feed", 0)?.count(), 0);
    /// // The next day the feed has only one of them.
    /// upserts.begin_full("feed");
    /// assert!(upserts.apply(mapper.map(&second)).is_empty());
    /// let gone: Vec<_> = upserts.end_full("feed", 0)?.collect();
    /// assert_eq!((gone.len(), gone[0].action, &gone[0].stix_id), (1, Action::Delete, &first.common.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn end_full<'s>(
        &'s mut self,
        source: &str,
        bad: u64,
    ) -> Result<impl Iterator<Item = RowChange<'static>> + use<'s>, Error> {
        let mut feed = self.feeds.iter_mut().find(|feed| &*feed.source == source && feed.is_full);
        if let Some(feed) = &mut feed {
            feed.is_full = false;
            if bad > 0 {
                let detail =
                    format!("{bad} entries of `{source}` are unknown, so no row is deleted; correct them or the map");
                return Err(Error::new(ErrorKind::NotWhole).with_detail(detail));
            }
        }
        Ok(feed.into_iter().flat_map(|feed| feed.remove_where(|known| !std::mem::take(&mut known.is_seen))))
    }

    /// Deletes the rows of indicators that have been out of force since before `before`, and
    /// forgets these: expired ones by their `valid_until`, revoked ones by their version. It keeps
    /// the state of a feed from growing that sends only what is new.
    ///
    /// A version that was forgotten is not known again: if it comes once more, its rows are
    /// new.
    ///
    /// Like [`expire`](Self::expire), the iterator takes no memory, and what it has not come to
    /// when it is dropped is reported by the next call.
    pub fn prune(&mut self, before: impl Into<DateTime<Utc>>) -> impl Iterator<Item = RowChange<'static>> {
        let before = before.into();
        let is_over = move |known: &mut Known| match known.state {
            State::Expired => known.valid_until.is_none_or(|until| until < before),
            State::Revoked => known.version.is_none_or(|version| version < before),
            State::Active | State::Pending | State::Unclear | State::Observed => false,
        };
        self.feeds.iter_mut().flat_map(move |feed| feed.remove_where(is_over))
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
    /// Puts an object in the place of the one with its id, and returns the changes of the rows.
    fn replace<'a>(
        &mut self,
        stix_id: Identifier,
        next: Known,
        rows: impl ExactSizeIterator<Item = (RowKey, Row<'a>)>,
    ) -> Vec<RowChange<'a>> {
        let source = &self.source;
        let old = self.indicators.remove(&stix_id);
        let kept = |key| old.as_ref().and_then(|old| old.kept(key, source, &stix_id));
        let had = |key| old.as_ref().is_some_and(|old| old.rows.contains(key));
        let was_alone = |key| old.as_ref().is_some_and(|old| old.rows.is_standalone(key) == Some(true));
        let change = |action, key, row, kept| RowChange {
            action,
            key,
            source: source.clone(),
            stix_id: stix_id.clone(),
            row,
            kept,
        };
        let mut changes = Vec::with_capacity(rows.len());
        let gone = old.iter().flat_map(|old| old.rows.keys()).filter(|key| !next.rows.contains(**key));
        changes.extend(gone.map(|key| change(Action::Delete, *key, None, kept(*key))));
        for (key, row) in rows {
            let action = match next.state {
                State::Revoked => Action::Revoke,
                State::Expired => Action::Expire,
                _ if had(key) => Action::Update,
                _ => Action::Insert,
            };
            let ended = if was_alone(key) && !row.relation.standalone { kept(key) } else { None };
            changes.push(change(action, key, Some(row), ended));
        }
        self.indicators.insert(stix_id, next);
        changes
    }

    /// Forgets one indicator after the other, and deletes its rows.
    fn remove_where(
        &mut self,
        mut is_to_go: impl FnMut(&mut Known) -> bool,
    ) -> impl Iterator<Item = RowChange<'static>> {
        let mut searched = Bound::Unbounded;
        std::iter::from_fn(move || {
            let mut others = self.indicators.range_mut((searched.clone(), Bound::Unbounded));
            let stix_id = others.find_map(|(stix_id, known)| is_to_go(known).then(|| stix_id.clone()))?;
            searched = Bound::Excluded(stix_id.clone());
            let known = self.indicators.remove(&stix_id)?;
            Some(known.into_changes(Action::Delete, self.source.clone(), stix_id))
        })
        .flatten()
    }
}
