//! The set.

use std::io::{Read, Write};

use chrono::{DateTime, Utc};

use super::hit::Hit;
use super::how::How;
use super::inserted::Inserted;
use super::key::{Form, Role};
use super::limits::Limits;
use super::options::SetOptions;
use super::packed::{IS_DEAD, IS_SEVERAL, Nanos};
use super::probe::Finds;
use super::record::Record;
use super::scanner::{Scanner, fits_kind, has_scheme};
use super::snapshot;
use super::snapshot_error::SnapshotError;
use super::stats::{Stats, StatsBytes};
use super::store::Store;
use crate::Identifier;
use crate::matching::suppress::Suppress;
use crate::object::{Indicator, Object};
use crate::row::{Mapper, Row, ValueKind};

/// Indicators, ready to be found in events. See the [module](super) for what is found.
///
/// Threads share a set, and each has a [scanner](Self::scanner). To change a set while others scan,
/// keep it in an `RwLock`, or build a new one and exchange the two.
#[derive(Debug)]
pub struct IndicatorSet {
    mapper: Mapper,
    store: Store,
    suppress: Suppress,
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
        // States count at the time of an event. As of the first instant, none is expired that is
        // unclear.
        Self { mapper: Mapper::new(DateTime::<Utc>::MIN_UTC), store, suppress: Suppress::special_addresses() }
    }

    /// Returns the options.
    pub fn options(&self) -> &SetOptions {
        &self.store.options
    }

    /// Sets the lists of values that are no reason for an alert. A hit is suppressed if the value
    /// of the event or that of the indicator is on one. Default: [`Suppress::special_addresses`].
    ///
    /// The lists are not part of snapshots.
    #[must_use]
    pub fn with_suppress(mut self, suppress: Suppress) -> Self {
        self.suppress = suppress;
        self
    }

    /// Sets the name of the feed of indicators that are added from now on without rows. Default:
    /// empty.
    #[must_use]
    pub fn with_source(mut self, name: impl Into<String>) -> Self {
        self.mapper = self.mapper.with_source(name);
        self
    }

    /// Returns the lists of values that are no reason for an alert.
    pub fn suppress(&self) -> &Suppress {
        &self.suppress
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
    /// The level of TLP is that of the well-known markings. For names of feeds and other markings,
    /// map the indicator with a [`Mapper`] and use [`insert_rows`](Self::insert_rows).
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::{Change, IndicatorSet};
    ///
    /// let mut set = IndicatorSet::new();
    /// let inserted = set.insert(&indicator);
    /// assert_eq!((inserted.change, inserted.values), (Change::Added, 1));
    /// assert!(inserted.skipped.is_empty());
    /// assert_eq!(set.insert(&indicator).change, Change::None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn insert(&mut self, indicator: &Indicator) -> Inserted {
        self.store.insert(&self.mapper.map(indicator).rows, false)
    }

    /// Adds an indicator, or replaces it if the set has it in an older version.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::{Change, IndicatorSet};
    ///
    /// let mut set = IndicatorSet::new();
    /// set.upsert(&indicator);
    /// let mut newer = indicator.clone();
    /// newer.common.modified = Some("2024-05-02T00:00:00Z".parse()?);
    /// newer.pattern = "[domain-name:value = 'example.com']".to_owned();
    /// assert_eq!(set.upsert(&newer).change, Change::Replaced);
    /// assert_eq!(set.upsert(&indicator).change, Change::None);
    /// assert_eq!(set.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn upsert(&mut self, indicator: &Indicator) -> Inserted {
        self.make_room();
        self.store.insert(&self.mapper.map(indicator).rows, true)
    }

    /// Takes any object of a feed: an indicator is [upserted](Self::upsert); of others the set
    /// [learns](Mapper::learn) what indicators refer to, such as levels of markings, so hand over
    /// all objects. Returns `None` for those.
    ///
    /// ```
    /// use stixkit::Bundle;
    /// use stixkit::matching::set::IndicatorSet;
    /// use stixkit::object::Tlp;
    /// use stixkit::row::ValueKind;
    ///
    /// let feed = br#"{"type": "bundle", "id": "bundle--1", "objects": [
    ///     {"type": "marking-definition", "id": "marking-definition--5c1c2f0e-7a36-4bd5-9a53-d4a6d3c5a1b2",
    ///      "spec_version": "2.1", "created": "2024-05-01T10:00:00Z", "definition_type": "tlp",
    ///      "definition": {"tlp": "amber"}},
    ///     {"type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///      "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    ///      "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    ///      "object_marking_refs": ["marking-definition--5c1c2f0e-7a36-4bd5-9a53-d4a6d3c5a1b2"]}
    /// ]}"#;
    /// let mut set = IndicatorSet::new().with_source("feed");
    /// for object in Bundle::from_slice(feed)?.objects() {
    ///     set.upsert_object(object);
    /// }
    /// let hit = set.lookup(ValueKind::Domain, "example.org").next().unwrap();
    /// assert_eq!((hit.source(), hit.tlp()), ("feed", Some(Tlp::Amber)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn upsert_object(&mut self, object: &Object) -> Option<Inserted> {
        if let Object::Indicator(indicator) = object {
            return Some(self.upsert(indicator));
        }
        self.mapper.learn(object);
        None
    }

    /// Adds an indicator by its rows. One that the set has from the same source stays as it is.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::IndicatorSet;
    /// use stixkit::row::Mapper;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("feed");
    /// let mut set = IndicatorSet::new();
    /// set.insert_rows(&mapper.map(&indicator).rows);
    /// assert_eq!(set.iter().next().unwrap().source(), "feed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn insert_rows(&mut self, rows: &[Row<'_>]) -> Inserted {
        self.store.insert(rows, false)
    }

    /// Adds an indicator by its rows, or replaces it if the set has it from the same source in an
    /// older version.
    pub fn upsert_rows(&mut self, rows: &[Row<'_>]) -> Inserted {
        self.make_room();
        self.store.insert(rows, true)
    }

    /// Removes an indicator of all sources. Returns whether there was one.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// assert!(set.remove(&indicator.common.id));
    /// assert!(set.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Removes the indicators whose validity has ended at an instant. Returns how many there were.
    /// Events from before that instant no longer match them.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// assert_eq!(set.expire("2024-05-31T00:00:00Z".parse::<stixkit::Timestamp>()?), 0);
    /// assert_eq!(set.expire("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>()?), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expire(&mut self, now: impl Into<DateTime<Utc>>) -> usize {
        let now = Nanos::at(now.into()).get();
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
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z"}"#)?;
    /// use stixkit::matching::set::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// set.remove(&indicator.common.id);
    /// assert_eq!((set.stats().removed, set.stats().terms), (1, 1));
    /// set.compact();
    /// assert_eq!((set.stats().removed, set.stats().terms), (0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compact(&mut self) {
        self.store = self.store.compacted();
    }

    fn make_room(&mut self) {
        if self.store.is_sparse(2) {
            self.compact();
        }
    }

    /// Returns the indicators that a value matches, in any state and regardless of the path: the
    /// exact matches first, then the most specific domain or network.
    ///
    /// Patterns that need more than this value are among them, and [`Hit::is_standalone`] tells
    /// them apart.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z",
    /// #     "valid_until": "2024-06-01T00:00:00Z"}"#)?;
    /// use stixkit::matching::set::{How, IndicatorSet};
    /// use stixkit::row::{State, ValueKind};
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// let hit = set.lookup(ValueKind::Domain, "www.Example.org").next().unwrap();
    /// assert_eq!(hit.how(), How::Subdomain(1));
    /// assert_eq!(hit.record().state_at("2024-07-01T00:00:00Z".parse::<stixkit::Timestamp>()?), State::Expired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lookup<'s>(&'s self, kind: ValueKind, value: &'s str) -> impl Iterator<Item = Hit<'s>> {
        let store = &self.store;
        let mut finds = Finds::default();
        store.probe(std::iter::once((Some(kind), None, value)), &mut finds);
        let found = finds.list().to_vec();
        let terms =
            found.into_iter().flat_map(|find| store.values.chain(find.head).map(move |(_, term)| (find.how, term)));
        terms.filter_map(move |(how, term)| {
            let packed = store.records.get(term.record);
            let key = store.keys.get(term.key);
            let is_exact = match (key.role, how) {
                (Role::Anchor | Role::AnswerAlone, How::Subdomain(_)) | (Role::Anchor, How::UrlPrefix) => false,
                _ => has_scheme(store, key, term, value),
            };
            let fits = key.form == Form::Text && key.kind == kind || fits_kind(key, kind) || key.form.is_needle();
            (!packed.is(IS_DEAD) && is_exact && fits).then(|| Hit::of_term(store, term, value, how, packed.state(None)))
        })
    }

    /// Writes the set, without the indicators that were removed. It is written in blocks: give it a
    /// file, without a buffer around it.
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
    /// Returns an error of kind [`SnapshotErrorKind::Io`](super::SnapshotErrorKind::Io) if the
    /// writer fails.
    pub fn save(&self, writer: impl Write) -> Result<(), SnapshotError> {
        snapshot::save(&self.store, writer)
    }

    /// Reads a set that was written by [`save`](Self::save), with its options. A mapper's names are
    /// not part of it.
    ///
    /// A checksum tells damage, and every value is checked, so that bytes from a stranger make a
    /// set of other indicators at most. Memory is taken for what is read, and 100 MB in advance.
    ///
    /// # Errors
    ///
    /// Returns an error if the reader fails, if the bytes are not a snapshot of this version, if
    /// they were damaged, or if a limit is exceeded. See
    /// [`SnapshotErrorKind`](super::SnapshotErrorKind).
    pub fn load(reader: impl Read, limits: &Limits) -> Result<Self, SnapshotError> {
        snapshot::load(reader, limits).map(Self::of_store)
    }

    /// Creates a scanner, which runs events against the set.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[domain-name:value = 'example.org']", "valid_from": "2024-05-01T10:00:00Z"}"#)?;
    /// use stixkit::matching::event::{Event, Place, Rule, Value};
    /// use stixkit::matching::set::IndicatorSet;
    /// use stixkit::row::ValueKind;
    ///
    /// let mut set = IndicatorSet::new();
    /// set.insert(&indicator);
    /// let rule = Rule::new("query", Place::new("query", "domain-name:value")?).with_kind(ValueKind::Domain);
    /// let mut scanner = set.scanner();
    /// for (name, hits) in [("www.example.org", 1), ("example.com", 0)] {
    ///     let values = [Value::new(&rule, name)];
    ///     assert_eq!(scanner.event(&Event::new(&values), |hit| println!("{hit:?}")).hits, hits);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scanner(&self) -> Scanner<'_> {
        Scanner::new(&self.store, &self.suppress)
    }

    /// Returns the indicators in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        self.store.records.iter().map(|(number, _)| Record::new(&self.store, number))
    }

    /// Returns the indicators whose patterns are about several observations, for a correlator.
    ///
    /// ```
    /// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
    /// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
    /// #     "pattern": "[process:name = 'a'] FOLLOWEDBY [process:name = 'b']", "valid_from": "2024-05-01T10:00:00Z"}"#)?;
    /// use stixkit::matching::set::IndicatorSet;
    ///
    /// let mut set = IndicatorSet::new();
    /// assert!(set.insert(&indicator).several);
    /// let record = set.sequences().next().unwrap();
    /// assert_eq!(record.pattern(), Some(&*indicator.pattern));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
