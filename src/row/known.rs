//! What is known of an indicator whose rows are in a table.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::contents::Contents;
use super::ended_row::EndedRow;
use super::kept_value::KeptValue;
use super::row::Row;
use super::row_change::{Action, RowChange};
use super::row_key::RowKey;
use super::unstated_times::UnstatedTimes;
use super::validity::{ExpirySource, State};
use crate::{Identifier, Timestamp};

/// The newest version of an indicator.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) version: Option<DateTime<Utc>>,
    pub(super) valid_from: Option<DateTime<Utc>>,
    pub(super) valid_until: Option<DateTime<Utc>>,
    pub(super) state: State,
    /// It was in the full feed that is being read.
    pub(super) is_seen: bool,
    /// `None` if the state that it was read from had none.
    pub(super) contents: Option<Contents>,
    pub(super) rows: KnownRows,
}

/// In the order of their keys.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KnownRows {
    One(RowKey),
    Many(Box<[RowKey]>),
    Valued(Box<ValuedRows>),
}

/// Rows with what a tombstone needs. Both lists have one length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ValuedRows {
    keys: Box<[RowKey]>,
    values: Box<[KeptValue]>,
}

/// A version of an indicator that arrives.
pub(super) struct Arrival {
    modified: Option<DateTime<Utc>>,
    valid_from: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
    state: State,
    contents: Option<Contents>,
    unstated: UnstatedTimes,
    /// Of an end that the caller's default validity made.
    default_validity: Option<TimeDelta>,
}

impl Arrival {
    /// `None` without rows.
    pub(super) fn new(rows: &[Row<'_>], unstated: UnstatedTimes) -> Option<Self> {
        let first = rows.first()?;
        let instant = |time: &Option<Timestamp>| time.as_ref().map(Timestamp::instant);
        let (valid_from, valid_until) = (instant(&first.validity.from), instant(&first.validity.until));
        let has_default_end = first.validity.expiry_source == Some(ExpirySource::Default);
        Some(Self {
            modified: instant(&first.modified),
            valid_from,
            valid_until,
            state: first.validity.state,
            contents: Contents::of_rows(rows),
            unstated,
            default_validity: valid_until.zip(valid_from).map(|(until, from)| until - from).filter(|_| has_default_end),
        })
    }

    /// Takes over the start of validity that was first read, if the feed states none; returns it if
    /// it is another.
    pub(super) fn keep_first_start(&mut self, known: &Known) -> Option<DateTime<Utc>> {
        let first = known.valid_from.filter(|_| self.unstated.valid_from)?;
        let is_before_end = self.valid_until.is_none_or(|until| first < until);
        let is_earlier = is_before_end && self.valid_from.is_some_and(|own| first < own);
        if is_earlier {
            self.valid_from = Some(first);
        }
        is_earlier.then_some(first)
    }

    /// The version, if the feed states it.
    fn version(&self) -> Option<DateTime<Utc>> {
        self.modified.filter(|_| !self.unstated.modified)
    }

    pub(super) fn into_known(self, rows: KnownRows, is_seen: bool) -> Known {
        Known {
            version: self.version(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            state: self.state,
            is_seen,
            contents: self.contents,
            rows,
        }
    }
}

impl Known {
    /// Whether a version that arrives changes nothing: a newer one is known, or that very one with
    /// the same names. Objects without versions are compared by their contents.
    pub(super) fn covers(&self, arrival: &Arrival, rows: &[Row<'_>]) -> bool {
        let is_revocation = arrival.state == State::Revoked && self.state != State::Revoked;
        match (self.version, arrival.version()) {
            (Some(own), None) if arrival.unstated.modified && arrival.modified.is_some_and(|made| own <= made) => {
                self.equals(arrival, rows)
            }
            (None, None) => self.equals(arrival, rows),
            (own, other) if own == other => !is_revocation && !self.has_other_names(arrival),
            (own, other) => own > other,
        }
    }

    /// Whether the version has no rows because they may not go to the mapper's audience.
    pub(super) fn is_withheld(&self) -> bool {
        self.rows.keys().is_empty()
    }

    /// Whether a version that arrives is older.
    pub(super) fn is_newer_than(&self, arrival: &Arrival) -> bool {
        match (self.version, arrival.version()) {
            (Some(own), None) if arrival.unstated.modified => arrival.modified.is_some_and(|made| own > made),
            (own, other) => own > other,
        }
    }

    /// Forgets contents that an older format made in another way.
    pub(super) fn forget_contents(&mut self) {
        self.contents = None;
    }

    /// Takes over what a state of an older format does not have, from the same version.
    pub(super) fn complete(&mut self, arrival: &Arrival) {
        if self.version == arrival.version() || arrival.unstated.modified {
            self.contents = self.contents.or(arrival.contents);
        }
    }

    fn equals(&self, arrival: &Arrival, rows: &[Row<'_>]) -> bool {
        let is_same = match self.contents {
            Some(_) => self.contents == arrival.contents,
            None => self.rows.keys() == KnownRows::from_keys(rows.iter().map(RowKey::from_row).collect()).keys(),
        };
        is_same && self.has_same_validity(arrival)
    }

    /// Whether the same object has other names than before, because they were learnt since.
    fn has_other_names(&self, arrival: &Arrival) -> bool {
        let (Some(own), Some(other)) = (self.contents, arrival.contents) else { return false };
        own != other && own.is_same_object(other) && self.has_same_validity(arrival)
    }

    /// Whether the validities are the same apart from what the passing of time changes.
    fn has_same_validity(&self, arrival: &Arrival) -> bool {
        let is_revoked = |state| state == State::Revoked;
        let has_same_end = self.valid_until == arrival.valid_until || self.has_end_for_long(arrival);
        is_revoked(self.state) == is_revoked(arrival.state) && self.valid_from == arrival.valid_from && has_same_end
    }

    /// Whether an end that the caller's default validity made moves at each reading, and the known
    /// one is not yet near. If it is, the object changes, so that a value does not expire while its
    /// feed still has it.
    fn has_end_for_long(&self, arrival: &Arrival) -> bool {
        let validity = arrival.default_validity.filter(|_| arrival.unstated.valid_from);
        match (self.valid_until, arrival.valid_until, validity) {
            (Some(own), Some(other), Some(validity)) => own <= other && other - own < validity / 2,
            _ => false,
        }
    }

    /// Sets the state as of `now`, and returns what that does to the rows, if anything.
    pub(super) fn pass_time(&mut self, now: DateTime<Utc>) -> Option<Action> {
        let from = self.valid_from.unwrap_or(now);
        let (action, state) = match (self.state, State::at(now, false, from, self.valid_until)) {
            (State::Active | State::Pending | State::Unclear, State::Expired) => (Action::Expire, State::Expired),
            // Validity whose start is unknown does not start by the passing of time.
            (State::Pending, State::Active) if self.valid_from.is_some() => (Action::Activate, State::Active),
            _ => return None,
        };
        self.state = state;
        Some(action)
    }

    /// A change of each row for no other reason than time or absence.
    pub(super) fn changes(
        &self,
        action: Action,
        source: &Arc<str>,
        stix_id: &Identifier,
    ) -> impl Iterator<Item = RowChange<'static>> {
        self.rows.keys().iter().map(move |key| self.change(*key, action, source, stix_id))
    }

    /// What [`changes`](Self::changes) returns for an indicator that is no longer known.
    pub(super) fn into_changes(
        self,
        action: Action,
        source: Arc<str>,
        stix_id: Identifier,
    ) -> impl Iterator<Item = RowChange<'static>> {
        (0..).map_while(move |place| {
            let key = self.rows.keys().get(place)?;
            Some(self.change(*key, action, &source, &stix_id))
        })
    }

    fn change(&self, key: RowKey, action: Action, source: &Arc<str>, stix_id: &Identifier) -> RowChange<'static> {
        RowChange {
            action,
            key,
            source: source.clone(),
            stix_id: stix_id.clone(),
            row: None,
            kept: self.kept(key, source, stix_id),
        }
    }

    /// What is kept of a row.
    pub(super) fn kept(&self, key: RowKey, source: &Arc<str>, stix_id: &Identifier) -> Option<EndedRow<'static>> {
        let value = self.rows.value(key)?;
        let mut row = EndedRow::new((**source).to_owned(), Cow::Owned(stix_id.clone()));
        value.fill(&mut row);
        row.until = self.valid_until.map(Timestamp::exact);
        Some(row)
    }
}

impl KnownRows {
    /// Takes rows with their keys.
    pub(super) fn new(keys: &[RowKey], rows: &[Row<'_>], keeps_values: bool) -> Self {
        if keeps_values {
            return Self::from_pairs(keys.iter().copied().zip(rows.iter().map(KeptValue::of_row)).collect());
        }
        Self::from_keys(keys.to_vec())
    }

    pub(super) fn from_keys(mut keys: Vec<RowKey>) -> Self {
        if let [only] = keys[..] {
            return Self::One(only);
        }
        keys.sort_unstable();
        Self::Many(keys.into())
    }

    pub(super) fn from_pairs(mut pairs: Vec<(RowKey, KeptValue)>) -> Self {
        pairs.sort_by_key(|(key, _)| *key);
        let (keys, values): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        Self::Valued(Box::new(ValuedRows { keys: keys.into(), values: values.into() }))
    }

    pub(super) fn keys(&self) -> &[RowKey] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Many(keys) => keys,
            Self::Valued(rows) => &rows.keys,
        }
    }

    /// In the order of the keys. `None` if values are not kept.
    pub(super) fn values(&self) -> Option<&[KeptValue]> {
        match self {
            Self::One(_) | Self::Many(_) => None,
            Self::Valued(rows) => Some(&rows.values),
        }
    }

    pub(super) fn contains(&self, key: RowKey) -> bool {
        self.keys().binary_search(&key).is_ok()
    }

    fn value(&self, key: RowKey) -> Option<&KeptValue> {
        let place = self.keys().binary_search(&key).ok()?;
        self.values()?.get(place)
    }

    /// Whether the value was an indicator by itself. `None` if that is not kept.
    pub(super) fn is_standalone(&self, key: RowKey) -> Option<bool> {
        self.value(key).map(KeptValue::is_standalone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        // What the documentation says of the size of a state rests on these.
        assert_eq!(size_of::<Known>(), 80);
        assert_eq!(size_of::<RowKey>(), 16);
        assert_eq!(size_of::<KeptValue>(), 32);
    }
}
