//! The set.

use std::io::{Read, Write};

use chrono::{DateTime, Utc};

use super::draft::is_placeholder;
use super::hit::Hit;
use super::how::How;
use super::inserted::Inserted;
use super::key::Form;
use super::key::Role;
use super::limits::Limits;
use super::options::SetOptions;
use super::packed::{IS_DEAD, IS_SEVERAL, Nanos};
use super::probe::Finds;
use super::record::Record;
use super::scanner::{Scanner, fits_kind};
use super::snapshot;
use super::snapshot_error::SnapshotError;
use super::stats::{Stats, StatsBytes};
use super::store::Store;
use crate::Identifier;
use crate::object::Indicator;
use crate::row::{Mapper, Row, ValueKind};

/// Indicators, ready to be found in events.
#[derive(Debug)]
pub struct IndicatorSet {
    mapper: Mapper,
    store: Store,
}

impl IndicatorSet {
    /// Creates an empty set with the default options.
    pub fn new() -> Self {
        Self::with_options(SetOptions::default())
    }

    /// Creates an empty set.
    pub fn with_options(options: SetOptions) -> Self {
        Self::of_store(Store::new(options))
    }

    pub(super) fn of_store(store: Store) -> Self {
        // States count at the time of an event. As of the first instant, none is expired that is unclear.
        Self { mapper: Mapper::new(DateTime::<Utc>::MIN_UTC), store }
    }

    /// Returns the options.
    pub fn options(&self) -> &SetOptions {
        &self.store.options
    }

    /// Returns how many indicators there are.
    pub fn len(&self) -> usize {
        self.store.records.live()
    }

    /// Whether there are no indicators.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an indicator without the name of a feed. One that the set has stays as it is.
    ///
    /// The level of TLP is that of the well-known markings. For names of feeds and other markings, map the indicator
    /// with a [`Mapper`] and use [`insert_rows`](Self::insert_rows).
    pub fn insert(&mut self, indicator: &Indicator) -> Inserted {
        self.store.insert(&self.mapper.map(indicator).rows, false)
    }

    /// Adds an indicator, or replaces it if the set has it in an older version.
    pub fn upsert(&mut self, indicator: &Indicator) -> Inserted {
        self.make_room();
        self.store.insert(&self.mapper.map(indicator).rows, true)
    }

    /// Adds an indicator by its rows. One that the set has from the same source stays as it is.
    pub fn insert_rows(&mut self, rows: &[Row<'_>]) -> Inserted {
        self.store.insert(rows, false)
    }

    /// Adds an indicator by its rows, or replaces it if the set has it from the same source in an older version.
    pub fn upsert_rows(&mut self, rows: &[Row<'_>]) -> Inserted {
        self.make_room();
        self.store.insert(rows, true)
    }

    /// Removes an indicator of all sources. Returns whether there was one.
    pub fn remove(&mut self, id: &Identifier) -> bool {
        let sources = 0..self.store.records.sources().len();
        let mut is_removed = false;
        for source in sources.filter_map(|source| u16::try_from(source).ok()) {
            if let Some(record) = self.store.records.find(source, id, &self.store.seed) {
                self.store.bury(record);
                is_removed = true;
            }
        }
        is_removed
    }

    /// Removes the indicators whose validity has ended at an instant. Returns how many there were. Events from before
    /// that instant no longer match them.
    pub fn expire(&mut self, now: DateTime<Utc>) -> usize {
        let now = Nanos::at(now).get();
        let is_over = |until: Nanos| until != Nanos::NEVER && until.get() <= now;
        let ended = self.store.records.iter().filter(|(_, packed)| is_over(packed.until));
        let ended: Vec<u32> = ended.map(|(number, _)| number).collect();
        for record in &ended {
            self.store.bury(*record);
        }
        if self.store.is_sparse(4) {
            self.compact();
        }
        ended.len()
    }

    /// Gives back the memory of what was removed.
    pub fn compact(&mut self) {
        self.store = self.store.compacted();
    }

    fn make_room(&mut self) {
        if self.store.is_sparse(2) {
            self.compact();
        }
    }

    /// Returns the indicators that a value matches, in any state and regardless of the path: the exact matches first,
    /// then the most specific domain or network.
    ///
    /// Patterns that need more than this value are among them, and [`Hit::is_standalone`] tells them apart.
    pub fn lookup<'s>(&'s self, kind: ValueKind, value: &'s str) -> impl Iterator<Item = Hit<'s>> {
        let store = &self.store;
        let mut finds = Finds::default();
        if !is_placeholder(value) {
            store.probe(Some(kind), value, &mut finds);
        }
        let found: Vec<_> = finds.list().to_vec();
        found
            .into_iter()
            .flat_map(move |find| store.values.chain(find.head).map(move |(_, term)| (find.how, term)))
            .filter_map(move |(how, term)| {
                let packed = store.records.get(term.record);
                let key = store.keys.get(term.key);
                let is_other = match (key.role, how) {
                    (Role::Anchor | Role::AnswerAlone, How::Subdomain(_)) | (Role::Anchor, How::UrlPrefix) => true,
                    _ => key.form == Form::Url && !finds.fits_scheme(store.values.bytes(term, key.form).get()),
                };
                let fits = key.form == Form::Text && key.kind == kind || fits_kind(key, kind) || key.form.is_needle();
                (!packed.is(IS_DEAD) && !is_other && fits)
                    .then(|| Hit::of_term(store, term, value, how, packed.state(None)))
            })
    }

    /// Writes the set, without the indicators that were removed. It is written in blocks: give it a file, without a
    /// buffer around it.
    ///
    /// ```
    /// use stixkit::matching::set::{IndicatorSet, Limits};
    ///
    /// let mut snapshot = Vec::new();
    /// IndicatorSet::new().save(&mut snapshot)?;
    /// assert!(IndicatorSet::load(&*snapshot, &Limits::default())?.is_empty());
    /// # Ok::<(), stixkit::matching::set::SnapshotError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`SnapshotErrorKind::Io`](super::SnapshotErrorKind::Io) if the writer fails.
    pub fn save(&self, writer: impl Write) -> Result<(), SnapshotError> {
        snapshot::save(&self.store, writer)
    }

    /// Reads a set that was written by [`save`](Self::save), with its options. A mapper's names are not part of it.
    ///
    /// A checksum tells damage, and every value is checked, so that bytes from a stranger make a set of other indicators
    /// at most. Memory is taken for what is read, and 100 MB in advance.
    ///
    /// # Errors
    ///
    /// Returns an error if the reader fails, if the bytes are not a snapshot of this version, if they were damaged, or
    /// if a limit is exceeded. See [`SnapshotErrorKind`](super::SnapshotErrorKind).
    pub fn load(reader: impl Read, limits: &Limits) -> Result<Self, SnapshotError> {
        snapshot::load(reader, limits).map(Self::of_store)
    }

    /// Creates a scanner, which runs events against the set.
    pub fn scanner(&self) -> Scanner<'_> {
        Scanner::new(&self.store)
    }

    /// Returns the indicators in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        self.store.records.iter().map(|(number, _)| Record::new(&self.store, number))
    }

    /// Returns the indicators whose patterns are about several observations, for a correlator.
    pub fn sequences(&self) -> impl Iterator<Item = Record<'_>> {
        let several = self.store.records.iter().filter(|(_, packed)| packed.is(IS_SEVERAL));
        several.map(|(number, _)| Record::new(&self.store, number))
    }

    /// Returns what is in the set, in numbers.
    pub fn stats(&self) -> Stats {
        let store = &self.store;
        let [terms, values, tables, text] = store.values.heap();
        Stats {
            indicators: self.len(),
            terms: store.values.len(),
            patterns: store.patterns(),
            always: store.always.len(),
            removed: store.records.dead(),
            bytes: StatsBytes {
                records: store.records.heap(),
                terms,
                values,
                tables,
                text,
                patterns: store.patterns_heap() + store.keys.heap() + store.always.heap(),
            },
        }
    }
}

impl Default for IndicatorSet {
    fn default() -> Self {
        Self::new()
    }
}
