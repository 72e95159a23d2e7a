//! One row for a value that many feeds have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::context::Context;
use super::doubt::Doubts;
use super::ended_row::EndedRow;
use super::fold_statements::{fold, state};
use super::merge_key::MergeKey;
use super::merged_value::MergedValue;
use super::merged_values::MergedValues;
use super::observable::Observable;
use super::outcome::Outcome;
use super::packed_statement::{View, pack};
use super::relation::Relation;
use super::row::Row;
use super::row_change::{Action, RowChange};
use super::row_identity::{Group, RowIdentity};
use super::row_key::RowKey;
use super::row_kind::RowKind;
use super::sources::Sources;
use super::statement::Statement;
use super::validity::{State, Validity};
use super::value_kind::ValueKind;
use crate::marking::Summary;
use crate::object::{Indicator, Relationship};
use crate::pattern::Pattern;
use crate::pattern::ast::Literal;
use crate::vocab::{PatternType, RelationshipType};
use crate::{Identifier, Kind, Timestamp};

/// Merges rows of several feeds, so that a table has one row for a value and not one for each feed
/// that has it.
///
/// It takes what mappers make of indicators, one after the other, and returns the changes of the
/// merged table, as [`Upserts`](super::Upserts) does for a table of all rows. Objects do not
/// change: each row has the [`Statement`]s that it is made of.
///
/// ```
/// use stixkit::object::Indicator;
/// use stixkit::row::{Action, Mapper, Merge};
/// use stixkit::Timestamp;
///
/// let indicator = |id: &str, confidence: u8| -> Indicator {
///     serde_json::from_value(serde_json::json!({
///         "type": "indicator", "spec_version": "2.1", "id": id, "confidence": confidence,
///         "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
///         "pattern": "[ipv4-addr:value = '198.51.100.7']", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z"
///     })).unwrap()
/// };
/// let (first, second) = (
///     indicator("indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", 30),
///     indicator("indicator--44298a74-ba52-4f0c-87a3-1824e67d7fad", 80),
/// );
/// let now: Timestamp = "2024-06-01T00:00:00Z".parse()?;
/// let mut merge = Merge::new("all feeds");
/// let changes = merge.apply(&Mapper::new(&now).with_source("a").map(&first), &now);
/// assert_eq!(changes[0].action, Action::Insert);
/// let changes = merge.apply(&Mapper::new(&now).with_source("b").map(&second), &now);
/// let row = changes[0].row.as_ref().unwrap();
/// assert_eq!((changes[0].action, row.context.confidence), (Action::Update, Some(80)));
/// assert_eq!(merge.provenance(&changes[0].key).count(), 2);
/// assert_eq!(row.context.provider.as_deref(), Some("a, b"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is merged
///
/// A value that is an indicator by itself, by its kind and [normal form](super::normalize()): the
/// same address as source and as destination, a hash in any case and under any spelling of its
/// algorithm. Values of paths that hold just any text, such as names, are merged only for one path.
/// Parts of a pattern are merged only with parts of an equal pattern, by its
/// [fingerprint](crate::pattern::Pattern::fingerprint). A network is not merged with its addresses,
/// nor a domain with its subdomains.
///
/// # What a merged row has
///
/// | column | value |
/// |---|---|
/// | state | the most that any feed says: active, or else pending, unclear, expired, revoked; revoked if all feeds revoked |
/// | validity | first start and last end of the feeds that say so; gaps between feeds are in the provenance |
/// | confidence, severity | the largest of those feeds; absent is not 0 |
/// | TLP | the strictest of the feeds that have not revoked it |
/// | labels, types, kill chains, malware, actors, references | of all these feeds, each once |
/// | name, description | of the most trusted feed that has one: see [`with_trusted`](Self::with_trusted) |
/// | markings, doubts | of all these feeds together |
/// | provider | the names of these feeds, the most trusted first |
/// | `stix_id` | `indicator--` and a UUID of version 5 that follows from the value |
///
/// The order in which feeds and indicators come does not matter.
///
/// # Into sinks
///
/// The rows of changes go wherever rows go: to [tables](crate::table), to lists of
/// [`feed::write`](crate::feed::write), and as an [`Outcome`] of their own, with
/// [`Merge::indicator`] beside it, to the documents of [`sink`](crate::sink). The provenance is a
/// table of [`Statement`]s.
///
/// ```
/// use stixkit::feed::Entry;
/// use stixkit::row::{Mapper, Merge, Outcome};
/// use stixkit::sink::ecs;
///
/// let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse()?;
/// let mut merge = Merge::new("all feeds");
/// for feed in ["first", "second"] {
///     let indicator = Entry::detect("198.51.100.7")?.to_indicator(feed, now).unwrap();
///     for change in merge.apply(&Mapper::new(now).with_source(feed).map(&indicator), now) {
///         let (indicator, _) = merge.indicator(&change.key, now).expect("it is one address");
///         let outcome = Outcome::from(change.row.expect("no row ends here"));
///         for document in ecs::Document::all(&outcome, &indicator, &ecs::Options::default()) {
///             println!("{}", serde_json::to_string(&document)?);
///         }
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Size
///
/// Time is linear in the rows and, for a value, in the number of statements about it, of which it
/// has at most [`MAX_STATEMENTS`](Self::MAX_STATEMENTS). Beside its texts and the identifiers of
/// the indicators, a value takes some 30 bytes and a statement 25.
#[derive(Clone, Debug)]
pub struct Merge {
    name: Arc<str>,
    namespace: Uuid,
    any_revocation: bool,
    sources: Sources,
    values: MergedValues,
    /// The rows of what is not a value by itself, by place and what statements are sorted by: they
    /// have more than follows from the key.
    templates: HashMap<u32, BTreeMap<Order, Box<Row<'static>>>>,
    /// Indicators without values, with their versions.
    without_values: HashMap<(u32, Identifier), Option<Timestamp>>,
    conflicts: BTreeSet<Conflict>,
    left_out: u64,
}

/// What statements are sorted by: trust, feed and indicator.
type Order = (usize, Arc<str>, Identifier);

/// Two indicators of one identifier and version that say different things.
///
/// [`Merge`] keeps them until they are asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Conflict {
    /// The feed of the second one.
    pub source: Arc<str>,
    /// The identifier.
    pub stix_id: Identifier,
    /// The version.
    pub modified: Option<Timestamp>,
}

/// What an indicator of a feed states.
struct Stated<'o> {
    source: u32,
    stix_id: Identifier,
    /// The pattern, which the first row has in any case.
    pattern: &'o str,
    /// The first row that is not one of a value, and has the pattern in a merged table.
    with_pattern: Option<RowKey>,
    rows: Vec<NewRow<'o>>,
}

/// A row of it.
struct NewRow<'o> {
    key: MergeKey,
    packed_key: Vec<u8>,
    packed: Vec<u8>,
    row_key: RowKey,
    row: &'o Row<'o>,
}

impl Merge {
    /// The most statements about one value. What goes beyond them is counted in
    /// [`left_out`](Self::left_out).
    pub const MAX_STATEMENTS: usize = 1024;

    /// The most conflicts that are kept.
    const MAX_CONFLICTS: usize = 10_000;

    /// Merges into a table of this name, which is the feed of the merged rows.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            namespace: RowKey::NAMESPACE,
            any_revocation: false,
            sources: Sources::default(),
            values: MergedValues::default(),
            templates: HashMap::new(),
            without_values: HashMap::new(),
            conflicts: BTreeSet::new(),
            left_out: 0,
        }
    }

    /// Sets feeds in the order of trust, the most trusted first. The others follow in the order of
    /// their names. Set it before rows are applied.
    #[must_use]
    pub fn with_trusted<S: Into<String>>(mut self, sources: impl IntoIterator<Item = S>) -> Self {
        self.sources.set_trusted(sources.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the namespace of the identifiers of merged rows. Default: that of [`RowKey`].
    #[must_use]
    pub fn with_namespace(mut self, namespace: Uuid) -> Self {
        self.namespace = namespace;
        self
    }

    /// Sets whether the revocation by one feed revokes a value. By default, it ends what that feed
    /// says, and the value is revoked once all feeds have revoked it.
    #[must_use]
    pub fn with_any_revocation(mut self, any: bool) -> Self {
        self.any_revocation = any;
        self
    }

    /// The number of merged values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in what a mapper made of an indicator, and returns the changes of the merged table at
    /// `now`. There are none if the feed has sent the version, or a newer one, before.
    pub fn apply(&mut self, outcome: &Outcome<'_>, now: impl Into<DateTime<Utc>>) -> Vec<RowChange<'static>> {
        let now = now.into();
        let Some(first) = outcome.known_rows().first() else { return Vec::new() };
        let stated = self.stated(outcome, first);
        let (source, id) = (stated.source, &stated.stix_id);
        let held = self.values.stated(source, id);
        // Whether contents differ is not known of those that are withheld.
        if !outcome.is_withheld() {
            self.note_conflict(&stated, first.modified.as_ref());
        }
        if self.is_known(&stated, &held, outcome, first.modified.as_ref()) {
            return Vec::new();
        }
        self.without_values.remove(&(source, id.clone()));
        let mut changes = Vec::new();
        let new: HashSet<&[u8]> = stated.rows.iter().map(|new| &*new.packed_key).collect();
        for (part, place) in (0..).zip(held) {
            let is_stated = new.contains(self.values.get(place).packed_key());
            let withdrawn = self.withdraw(place, source, id, part, is_stated, now);
            changes.extend(withdrawn);
        }
        let mut part = 0;
        for new in &stated.rows {
            if let Some(change) = self.state(&stated, new, part, now) {
                changes.push(change);
                part += 1;
            }
        }
        if part == 0 {
            self.without_values.insert((source, stated.stix_id), first.modified.clone());
        }
        changes
    }

    /// Takes out what a feed says with an indicator: the feed no longer has it.
    pub fn remove(
        &mut self,
        source: &str,
        stix_id: &Identifier,
        now: impl Into<DateTime<Utc>>,
    ) -> Vec<RowChange<'static>> {
        let now = now.into();
        let Some(source) = self.sources.find(source) else { return Vec::new() };
        self.without_values.remove(&(source, stix_id.clone()));
        let held = self.values.stated(source, stix_id);
        let parts = (0..).zip(held);
        parts.filter_map(|(part, place)| self.withdraw(place, source, stix_id, part, false, now)).collect()
    }

    /// The changes that come of nothing but the passage of time. It goes through all values.
    pub fn expire(&mut self, now: impl Into<DateTime<Utc>>) -> Vec<RowChange<'static>> {
        let now = now.into();
        let mut changes = Vec::new();
        for place in self.values.places() {
            let value = self.values.get_mut(place);
            let views: Vec<_> = value.statements().collect();
            let (before, after) = (value.state(), state(&views, now, self.any_revocation));
            if before == after {
                continue;
            }
            value.set_state(after);
            let action = match after {
                State::Active => Action::Activate,
                State::Expired => Action::Expire,
                State::Revoked => Action::Revoke,
                _ => Action::Update,
            };
            changes.push(self.change(self.row(place, now), action));
        }
        changes.sort_unstable_by_key(|change| change.key);
        changes
    }

    /// The keys of the merged rows, in order.
    pub fn keys(&self) -> impl Iterator<Item = RowKey> + use<> {
        self.keys_and_places().into_iter().map(|(key, _)| key)
    }

    /// The merged rows as they are at `now`, in the order of their keys.
    pub fn rows(&self, now: impl Into<DateTime<Utc>>) -> impl Iterator<Item = Row<'static>> {
        let now = now.into();
        self.keys_and_places().into_iter().map(move |(_, place)| self.row(place, now))
    }

    /// The merged row of a key as it is at `now`.
    pub fn get(&self, key: &RowKey, now: impl Into<DateTime<Utc>>) -> Option<Row<'static>> {
        Some(self.row(self.find(key)?, now.into()))
    }

    /// The statements that a merged row is made of, in the order of trust.
    pub fn provenance(&self, key: &RowKey) -> impl Iterator<Item = Statement> + '_ {
        let key = *key;
        let value = self.find(&key).map(|place| self.values.get(place));
        value.into_iter().flat_map(MergedValue::statements).map(move |own| Statement {
            key,
            source: self.sources.name(own.source).clone(),
            revoked: own.is_revoked(),
            valid: own.valid,
            confidence: own.confidence,
            tlp: own.marks.tlp,
            direction: own.marks.direction,
            name: own.texts().name.map(str::to_owned),
            standing: own.standing,
            stix_id: own.stix_id,
            modified: own.modified,
        })
    }

    /// A new indicator for a merged value, with relationships `derived-from` to the indicators that
    /// it is made of. `None` if the value is not a text, or means something only together with
    /// others.
    pub fn indicator(&self, key: &RowKey, now: impl Into<Timestamp>) -> Option<(Indicator, Vec<Relationship>)> {
        let now = now.into();
        let place = self.find(key)?;
        let row = self.row(place, now.instant());
        let observable = row.observable.as_ref().filter(|_| row.relation.standalone)?;
        let is_text = !matches!(
            observable.kind,
            ValueKind::Number
                | ValueKind::Port
                | ValueKind::Asn
                | ValueKind::Boolean
                | ValueKind::Timestamp
                | ValueKind::Binary
        );
        let operator = if observable.kind == ValueKind::Cidr { "ISSUBSET" } else { "=" };
        let pattern = format!("[{} {operator} {}]", observable.key, Literal::from(&*observable.norm));
        // The path of a value that has one of its own is as it was sent.
        Pattern::parse(&pattern).ok().filter(|_| is_text)?;
        let from = row.validity.from.clone().unwrap_or_else(|| now.clone());
        let mut indicator = Indicator::new(now.clone(), pattern, PatternType::Stix, from);
        indicator.common.id = row.stix_id.clone().into_owned();
        indicator.valid_until = row.validity.until.clone();
        indicator.name = row.context.name.clone().map(Cow::into_owned);
        indicator.description = row.context.description.clone().map(Cow::into_owned);
        indicator.indicator_types = row.context.indicator_types.to_vec();
        indicator.kill_chain_phases = row.context.kill_chain.to_vec();
        indicator.common.confidence = row.context.confidence;
        indicator.common.labels = row.context.labels.to_vec();
        indicator.common.external_references = row.context.references.to_vec();
        indicator.common.revoked = (row.validity.state == State::Revoked).then_some(true);
        let ids: BTreeSet<Identifier> = self.values.get(place).statements().map(|own| own.stix_id).collect();
        let derived = |id: Identifier| {
            let own = indicator.common.id.clone();
            Relationship::new(now.clone(), RelationshipType::DerivedFrom, own, id)
        };
        let relationships = ids.into_iter().map(derived).collect();
        Some((indicator, relationships))
    }

    /// Indicators of one identifier and version that say different things, the first 10,000. Those
    /// are compared that feeds have at the time, and not all that they ever sent.
    pub fn conflicts(&self) -> impl ExactSizeIterator<Item = &Conflict> {
        self.conflicts.iter()
    }

    /// The number of statements that were left out, because there were
    /// [`MAX_STATEMENTS`](Self::MAX_STATEMENTS) about the value already.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// What the rows of an indicator state, each value once.
    fn stated<'o>(&mut self, outcome: &'o Outcome<'_>, first: &Row<'_>) -> Stated<'o> {
        let source = self.sources.number(&first.source);
        let mut seen = HashSet::new();
        let mut rows = Vec::with_capacity(outcome.rows.len());
        for (key, row) in MergeKey::of(&outcome.rows).into_iter().zip(&outcome.rows) {
            let packed_key = key.pack();
            if seen.insert(packed_key.clone()) {
                let part = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                let (_, row_key) = self.ids(&key, row.observable.as_ref());
                rows.push(NewRow { key, packed_key, packed: pack(row, source, part), row_key, row });
            }
        }
        let pattern = outcome.rows.first().map_or("", |row| &*row.pattern);
        let own = rows.iter().find(|own: &&NewRow<'_>| !matches!(own.key, MergeKey::Value(..)));
        let with_pattern = own.map(|own| own.row_key);
        Stated { source, stix_id: first.stix_id.clone().into_owned(), pattern, with_pattern, rows }
    }

    /// Whether a feed has sent the version of an indicator, or a newer one, before.
    fn is_known(&self, stated: &Stated<'_>, held: &[u32], outcome: &Outcome<'_>, modified: Option<&Timestamp>) -> bool {
        let (source, id) = (stated.source, &stated.stix_id);
        let of_value = held.first().and_then(|place| self.values.get(*place).statement(source, id, 0));
        let own = match of_value {
            Some(view) => view.modified,
            None => match self.without_values.get(&(source, id.clone())) {
                Some(modified) => modified.clone(),
                None => return false,
            },
        };
        match (&own, modified) {
            // Of one version, the marking may be known only now, or may allow more now.
            (Some(own), Some(new)) if outcome.is_withheld() || held.is_empty() => own > new,
            // Of two with one version the first counts.
            (Some(own), Some(new)) => own >= new,
            _ => {
                let is_held = |(place, new): (&u32, &NewRow<'_>)| {
                    let value = self.values.get(*place);
                    value.packed_key() == new.packed_key && value.has(&new.packed)
                };
                held.len() == stated.rows.len() && held.iter().zip(&stated.rows).all(is_held)
            }
        }
    }

    /// The keys of the values that an indicator of a feed states, and the statements.
    fn held(&self, source: u32, id: &Identifier) -> Vec<(&[u8], View<'_>)> {
        let held = (0..).zip(self.values.stated(source, id));
        let of_value = |(part, place)| {
            let value = self.values.get(place);
            Some((value.packed_key(), value.statement(source, id, part)?))
        };
        held.filter_map(of_value).collect()
    }

    /// Notes that another indicator of this identifier and version says something else.
    fn note_conflict(&mut self, stated: &Stated<'_>, modified: Option<&Timestamp>) {
        let id = &stated.stix_id;
        let digest = |key: &[u8], view: &View<'_>| {
            let mut hasher = DefaultHasher::new();
            (key, view.content()).hash(&mut hasher);
            hasher.finish()
        };
        let sum = |digests: Vec<u64>| digests.iter().fold(digests.len() as u64, |sum, one| sum.wrapping_add(*one));
        let said =
            || sum(stated.rows.iter().map(|new| digest(&new.packed_key, &View::of_packed(&new.packed))).collect());
        // If several feeds have the version, they agree, or were noted before.
        let held = self.values.sources(id).into_iter().map(|source| self.held(source, id));
        let mut of_version =
            held.filter(|held| held.first().is_some_and(|(_, view)| view.modified.as_ref() == modified));
        let differs = of_version.next().is_some_and(|held| {
            // Of statements that were left out, nothing is known.
            let is_whole = self.left_out == 0 || held.len() == stated.rows.len();
            is_whole && sum(held.iter().map(|(key, view)| digest(key, view)).collect()) != said()
        });
        if differs && self.conflicts.len() < Self::MAX_CONFLICTS {
            let source = self.sources.name(stated.source).clone();
            self.conflicts.insert(Conflict { source, stix_id: id.clone(), modified: modified.cloned() });
        }
    }

    /// Adds what a feed says about a value with an indicator, which said nothing about it before.
    fn state(
        &mut self,
        stated: &Stated<'_>,
        new: &NewRow<'_>,
        part: u32,
        now: DateTime<Utc>,
    ) -> Option<RowChange<'static>> {
        let (source, id) = (stated.source, &stated.stix_id);
        let is_own = |place| self.values.get(place).packed_key() == new.packed_key;
        let found = self.values.find(&new.row_key, is_own);
        if found.is_some_and(|place| self.values.get(place).statements().count() >= Self::MAX_STATEMENTS) {
            self.left_out += 1;
            return None;
        }
        let place = found.unwrap_or_else(|| self.values.insert(&new.row_key, MergedValue::new(&new.packed_key)));
        let order = |source: u32| self.sources.order(source);
        let own = (order(source), id);
        // The number follows those before it that were not left out.
        let is_numbered = View::of_packed(&new.packed).part == part;
        let packed = if is_numbered { new.packed.clone() } else { pack(new.row, source, part) };
        self.values.get_mut(place).add(&packed, |other| (order(other.source), &other.stix_id) > own);
        self.values.link(id, part, place);
        if !matches!(new.key, MergeKey::Value(..)) {
            let (rank, name) = self.sources.order(source);
            let template = self.template(stated, new);
            self.templates.entry(place).or_default().insert((rank, name.clone(), id.clone()), Box::new(template));
        }
        Some(self.changed(place, found.is_none(), now))
    }

    /// Takes out what a feed says about a value with an indicator. If more is stated about the
    /// value at once, that is no change yet.
    fn withdraw(
        &mut self,
        place: u32,
        source: u32,
        id: &Identifier,
        part: u32,
        is_stated: bool,
        now: DateTime<Utc>,
    ) -> Option<RowChange<'static>> {
        let base = (!is_stated).then(|| self.base(place));
        self.values.get_mut(place).remove(source, id, part);
        self.values.unlink(id, part, place);
        let (rank, name) = self.sources.order(source);
        if let Some(own) = self.templates.get_mut(&place) {
            own.remove(&(rank, name.clone(), id.clone()));
            if own.is_empty() {
                self.templates.remove(&place);
            }
        }
        let base = base?;
        if self.values.get(place).has_statements() {
            return Some(self.changed(place, false, now));
        }
        let key = RowKey::from_row(&base);
        self.values.remove(&key, place);
        let kept = Some(EndedRow::from_row(&base).into_owned());
        let stix_id = base.stix_id.clone().into_owned();
        Some(RowChange { action: Action::Delete, key, source: self.name.clone(), stix_id, row: None, kept })
    }

    /// The change of a value whose statements changed.
    fn changed(&mut self, place: u32, is_new: bool, now: DateTime<Utc>) -> RowChange<'static> {
        let row = self.row(place, now);
        self.values.get_mut(place).set_state(row.validity.state);
        let action = match row.validity.state {
            State::Revoked => Action::Revoke,
            State::Expired => Action::Expire,
            _ if is_new => Action::Insert,
            _ => Action::Update,
        };
        self.change(row, action)
    }

    fn change(&self, row: Row<'static>, action: Action) -> RowChange<'static> {
        RowChange {
            action,
            key: RowKey::from_row(&row),
            source: self.name.clone(),
            stix_id: row.stix_id.clone().into_owned(),
            row: Some(row),
            kept: None,
        }
    }

    /// The place of the value that has this key.
    fn find(&self, key: &RowKey) -> Option<u32> {
        self.values.find(key, |place| self.key_of(place) == *key)
    }

    fn keys_and_places(&self) -> Vec<(RowKey, u32)> {
        let mut all: Vec<_> = self.values.places().map(|place| (self.key_of(place), place)).collect();
        all.sort_unstable();
        all
    }

    fn key_of(&self, place: u32) -> RowKey {
        let key = self.values.get(place).key();
        let template = if matches!(key, MergeKey::Row(_)) { self.first_template(place) } else { None };
        self.ids(&key, template.and_then(|row| row.observable.as_ref())).1
    }

    /// The identifier and the key of the merged row of a key. The observable is that of a row whose
    /// pattern is not known.
    fn ids(&self, key: &MergeKey, observable: Option<&Observable<'_>>) -> (Identifier, RowKey) {
        let id = Identifier::new(Kind::Indicator, Uuid::new_v5(&self.namespace, key.text().as_bytes()));
        let group = Group { stix_id: &id, modified: None, source: &self.name };
        let own = key.path_and_norm();
        let (key, value) = match (&own, key) {
            (Some((path, norm)), _) => (Some(&**path), Some(*norm)),
            (None, MergeKey::Row(_)) => (observable.map(|own| &*own.key), observable.map(|own| &*own.norm)),
            (None, _) => (None, None),
        };
        let key = RowKey::new(&RowIdentity { group, key, value });
        (id, key)
    }

    fn first_template(&self, place: u32) -> Option<&Row<'static>> {
        self.templates.get(&place)?.values().next().map(|row| &**row)
    }

    /// The merged row of a value at an instant.
    fn row(&self, place: u32, now: DateTime<Utc>) -> Row<'static> {
        let mut row = self.base(place);
        let views: Vec<_> = self.values.get(place).statements().collect();
        fold(&mut row, &views, now, self.any_revocation);
        row.context.provider = self.provider(&views);
        row
    }

    /// The names of the feeds whose statements stand.
    fn provider(&self, views: &[View<'_>]) -> Option<Cow<'static, str>> {
        let all_revoked = views.iter().all(View::is_revoked);
        let mut sources: Vec<u32> =
            views.iter().filter(|own| all_revoked || !own.is_revoked()).map(|own| own.source).collect();
        // Those of one feed are neighbours.
        sources.dedup();
        let names: Vec<&str> = sources.iter().map(|source| &**self.sources.name(*source)).collect();
        (!names.is_empty()).then(|| names.join(", ").into())
    }

    /// The row of a value apart from what is stated about it.
    fn base(&self, place: u32) -> Row<'static> {
        let key = self.values.get(place).key();
        let template = if matches!(key, MergeKey::Value(..)) { None } else { self.first_template(place) };
        let (id, _) = self.ids(&key, template.and_then(|row| row.observable.as_ref()));
        let (source, stix_id) = (Cow::Owned(self.name.to_string()), Cow::Owned(id));
        if let Some(template) = template {
            return Row { source, stix_id, ..template.clone() };
        }
        // One spelling, one path, and no pattern, which is that of one feed's indicator and may
        // have other values as well.
        let observable = match &key {
            MergeKey::Value(kind, ..) => key.path_and_norm().map(|(path, norm)| Observable {
                object_type: path.split(':').next().unwrap_or_default().to_owned().into(),
                key: path.into_owned().into(),
                value: norm.to_owned().into(),
                norm: norm.to_owned().into(),
                kind: *kind,
                direction: None,
                well_formed: true,
            }),
            _ => None,
        };
        Row {
            source,
            kind: RowKind::Indicator,
            stix_id,
            created: None,
            modified: None,
            observable,
            relation: Relation::single(true),
            validity: Validity { from: None, until: None, expiry_source: None, state: State::Unclear },
            tlp: None,
            markings: Summary::unmarked(),
            context: Context::default(),
            pattern: "".into(),
            pattern_type: Cow::Owned(PatternType::Stix),
            reason: None,
            doubts: Doubts::default(),
        }
    }

    /// What a row has that does not follow from its key.
    fn template(&self, stated: &Stated<'_>, new: &NewRow<'_>) -> Row<'static> {
        let mut row = Row { context: Context::default(), ..new.row.clone() }.into_owned();
        (row.created, row.doubts) = (None, Doubts::default());
        if row.relation.pattern_of.take().is_some() {
            // The row that has the long pattern may be one of a value, which has none any more.
            match stated.with_pattern.filter(|first| *first != new.row_key) {
                Some(first) => row.relation.pattern_of = Some(first),
                None => row.pattern = Cow::Owned(stated.pattern.to_owned()),
            }
        }
        row
    }
}
