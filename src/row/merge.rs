//! One row for a value that many feeds have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::doubt::Doubts;
use super::fold_statements::fold;
use super::merge_key::MergeKey;
use super::outcome::Outcome;
use super::relation::Relation;
use super::row::Row;
use super::row_change::{Action, RowChange};
use super::row_key::RowKey;
use super::statement::Statement;
use super::validity::State;
use super::value_kind::ValueKind;
use crate::object::{Indicator, Relationship};
use crate::pattern::Pattern;
use crate::vocab::{PatternType, RelationshipType};
use crate::{Identifier, Kind, Timestamp};

/// Merges rows of several feeds, so that a table has one row for a value and not one for each feed
/// that has it.
///
/// It takes what mappers make of indicators, one after the other, and returns the changes of the
/// merged table, as [`Upserts`](super::Upserts) does for a table of all rows. Objects do not change:
/// each row has the [`Statement`]s that it is made of.
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
/// | state | the most that any feed says: active, or else pending, expired, revoked; revoked if all feeds revoked |
/// | validity | first start and last end of the feeds that say so; gaps between feeds are in the provenance |
/// | confidence, severity | the largest of those feeds; absent is not 0 |
/// | TLP | the strictest of the feeds that have not revoked it |
/// | labels, types, kill chains, malware, actors, references | of all these feeds, each once |
/// | name, description | of the most trusted feed that has one: see [`with_trusted`](Self::with_trusted) |
/// | `stix_id` | `indicator--` and a UUID of version 5 that follows from the value |
///
/// The order in which feeds and indicators come does not matter.
///
/// # Size
///
/// Time is linear in the rows and, for a value, in the number of feeds that have it. A statement takes
/// about 250 bytes beside its texts, and a value as much.
#[derive(Clone, Debug)]
pub struct Merge {
    name: Arc<str>,
    namespace: Uuid,
    trusted: Vec<String>,
    any_revocation: bool,
    sources: HashSet<Arc<str>>,
    values: HashMap<MergeKey, Value>,
    keys: HashMap<RowKey, MergeKey>,
    /// What is known of each indicator in each feed.
    indicators: HashMap<(Arc<str>, Identifier), Held>,
    /// The newest versions of one id with the hash of what each says.
    conflicts: Vec<Conflict>,
    contents: HashMap<(Identifier, Option<Timestamp>), u64>,
}

/// Two indicators of one identifier and version that say different things.
///
/// [`Merge`] keeps them until they are asked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Conflict {
    /// The feed of the second one.
    pub source: Arc<str>,
    /// The identifier.
    pub stix_id: Identifier,
    /// The version.
    pub modified: Option<Timestamp>,
}

/// A value with all that is stated about it.
#[derive(Clone, Debug)]
struct Value {
    row: Box<Row<'static>>,
    key: RowKey,
    state: State,
    /// By trust, feed and indicator, so that the order in which they came does not matter.
    statements: BTreeMap<(usize, Arc<str>, Identifier), Statement>,
}

/// The version of an indicator that counts.
#[derive(Clone, Debug)]
struct Held {
    modified: Option<Timestamp>,
    contents: u64,
    keys: Vec<MergeKey>,
}

impl Merge {
    /// Merges into a table of this name, which is the feed of the merged rows.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            namespace: RowKey::NAMESPACE,
            trusted: Vec::new(),
            any_revocation: false,
            sources: HashSet::new(),
            values: HashMap::new(),
            keys: HashMap::new(),
            indicators: HashMap::new(),
            conflicts: Vec::new(),
            contents: HashMap::new(),
        }
    }

    /// Sets feeds in the order of trust, the most trusted first. The others follow in the order of
    /// their names. Set it before rows are applied.
    #[must_use]
    pub fn with_trusted<S: Into<String>>(mut self, sources: impl IntoIterator<Item = S>) -> Self {
        self.trusted = sources.into_iter().map(Into::into).collect();
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
        self.values.is_empty()
    }

    /// Takes in what a mapper made of an indicator, and returns the changes of the merged table at
    /// `now`. There are none if the feed has sent the version, or a newer one, before.
    pub fn apply(&mut self, outcome: &Outcome<'_>, now: impl Into<DateTime<Utc>>) -> Vec<RowChange<'static>> {
        let now = now.into();
        let Some(first) = outcome.known_rows().first() else { return Vec::new() };
        let source = self.source(&first.source);
        let id = first.stix_id.clone().into_owned();
        let keys = MergeKey::of(&outcome.rows);
        let contents = hash(&keys, &outcome.rows);
        let is_withheld = outcome.is_withheld();
        // Whether contents differ is not known of those that are withheld.
        let stated = match is_withheld {
            true => contents,
            false => *self.contents.entry((id.clone(), first.modified.clone())).or_insert(contents),
        };
        if stated != contents {
            let (source, stix_id) = (source.clone(), id.clone());
            self.conflicts.push(Conflict { source, stix_id, modified: first.modified.clone() });
        }
        let held = self.indicators.get(&(source.clone(), id.clone()));
        let is_known = |held: &Held| match (&held.modified, &first.modified) {
            // Of one version, the marking may be known only now, or may allow more now.
            (Some(own), Some(new)) if is_withheld || held.keys.is_empty() => own > new,
            // Of two with one version the first counts.
            (Some(own), Some(new)) => own >= new,
            _ => held.contents == contents,
        };
        if held.is_some_and(is_known) {
            return Vec::new();
        }
        let old = self.indicators.remove(&(source.clone(), id.clone())).map(|held| held.keys).unwrap_or_default();
        let mut changes = Vec::new();
        let new: HashSet<&MergeKey> = keys.iter().collect();
        for key in old.iter().filter(|key| !new.contains(key)) {
            changes.extend(self.withdraw(key, &source, &id, now));
        }
        let mut seen = HashSet::new();
        for (key, row) in keys.iter().zip(&outcome.rows).filter(|(key, _)| seen.insert(*key)) {
            changes.push(self.state(key, row, &source, &id, now));
        }
        self.indicators.insert((source, id), Held { modified: first.modified.clone(), contents, keys });
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
        let source = self.source(source);
        let Some(held) = self.indicators.remove(&(source.clone(), stix_id.clone())) else { return Vec::new() };
        held.keys.iter().filter_map(|key| self.withdraw(key, &source, stix_id, now)).collect()
    }

    /// The changes that come of nothing but the passage of time. It goes through all values.
    pub fn expire(&mut self, now: impl Into<DateTime<Utc>>) -> Vec<RowChange<'static>> {
        let (now, any) = (now.into(), self.any_revocation);
        let mut changes: Vec<_> = self
            .values
            .values_mut()
            .filter_map(|value| {
                let before = value.state;
                value.fold(now, any);
                let action = match value.state {
                    state if state == before => return None,
                    State::Active => Action::Activate,
                    State::Expired => Action::Expire,
                    State::Revoked => Action::Revoke,
                    _ => Action::Update,
                };
                Some(value.change(action))
            })
            .collect();
        changes.sort_unstable_by_key(|change| change.key);
        changes
    }

    /// The merged rows as they were at the last change, in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = &Row<'static>> {
        let mut values: Vec<_> = self.values.values().collect();
        values.sort_unstable_by_key(|value| value.key);
        values.into_iter().map(|value| &*value.row)
    }

    /// The statements that a merged row is made of, in the order of trust.
    pub fn provenance(&self, key: &RowKey) -> impl Iterator<Item = &Statement> {
        let value = self.keys.get(key).and_then(|key| self.values.get(key));
        value.into_iter().flat_map(|value| value.statements.values())
    }

    /// A new indicator for a merged value, with relationships `derived-from` to the indicators that it
    /// is made of. `None` if the value is not a text, or means something only together with others.
    pub fn indicator(&self, key: &RowKey, now: impl Into<Timestamp>) -> Option<(Indicator, Vec<Relationship>)> {
        let now = now.into();
        let value = self.values.get(self.keys.get(key)?)?;
        let observable = value.row.observable.as_ref().filter(|_| value.row.relation.standalone)?;
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
        let text = observable.norm.replace('\\', "\\\\").replace('\'', "\\'");
        let pattern = format!("[{} {operator} '{text}']", observable.key);
        // The path of a value that has one of its own is as it was sent.
        Pattern::parse(&pattern).ok().filter(|_| is_text)?;
        let row = &value.row;
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
        indicator.common.revoked = (value.state == State::Revoked).then_some(true);
        let ids: BTreeSet<&Identifier> = value.statements.values().map(|own| &own.stix_id).collect();
        let derived = |id: &Identifier| {
            let own = indicator.common.id.clone();
            Relationship::new(now.clone(), RelationshipType::DerivedFrom, own, id.clone())
        };
        let relationships = ids.into_iter().map(derived).collect();
        Some((indicator, relationships))
    }

    /// Indicators of one identifier and version that said different things.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// The one copy of a feed's name.
    fn source(&mut self, name: &str) -> Arc<str> {
        if let Some(own) = self.sources.get(name) {
            return own.clone();
        }
        let own: Arc<str> = name.into();
        self.sources.insert(own.clone());
        own
    }

    fn rank(&self, source: &str) -> usize {
        self.trusted.iter().position(|own| own == source).unwrap_or(self.trusted.len())
    }

    /// Adds or replaces what a feed says about a value with an indicator.
    fn state(
        &mut self,
        key: &MergeKey,
        row: &Row<'_>,
        source: &Arc<str>,
        id: &Identifier,
        now: DateTime<Utc>,
    ) -> RowChange<'static> {
        let statement = Statement::new(row, source.clone());
        let place = (self.rank(source), source.clone(), id.clone());
        let is_new = !self.values.contains_key(key);
        let (name, namespace) = (&self.name, self.namespace);
        let value = self.values.entry(key.clone()).or_insert_with(|| Value::new(key, row, name, namespace));
        if is_new {
            self.keys.insert(value.key, key.clone());
        }
        value.statements.insert(place, statement);
        value.fold(now, self.any_revocation);
        let action = match value.state {
            State::Revoked => Action::Revoke,
            State::Expired => Action::Expire,
            _ if is_new => Action::Insert,
            _ => Action::Update,
        };
        value.change(action)
    }

    /// Takes out what a feed says about a value with an indicator.
    fn withdraw(
        &mut self,
        key: &MergeKey,
        source: &Arc<str>,
        id: &Identifier,
        now: DateTime<Utc>,
    ) -> Option<RowChange<'static>> {
        let place = (self.rank(source), source.clone(), id.clone());
        let value = self.values.get_mut(key)?;
        value.statements.remove(&place)?;
        if value.statements.is_empty() {
            let value = self.values.remove(key)?;
            self.keys.remove(&value.key);
            return Some(RowChange { row: None, ..value.change(Action::Delete) });
        }
        value.fold(now, self.any_revocation);
        let action = match value.state {
            State::Revoked => Action::Revoke,
            State::Expired => Action::Expire,
            _ => Action::Update,
        };
        Some(value.change(action))
    }
}

impl Value {
    fn new(key: &MergeKey, row: &Row<'_>, name: &Arc<str>, namespace: Uuid) -> Self {
        let mut row = row.clone().into_owned();
        row.source = name.to_string().into();
        let id = Uuid::new_v5(&namespace, key.text().as_bytes());
        row.stix_id = Cow::Owned(Identifier::new(Kind::Indicator, id));
        row.created = None;
        // Whoever comes first does not matter: one spelling, one path, and no pattern, which is that of
        // one feed's indicator and may have other values as well.
        if let (MergeKey::Value(..), Some(observable)) = (key, &mut row.observable) {
            observable.value = observable.norm.clone();
            if let Some((object_type, path)) = key.path() {
                (observable.object_type, observable.key) = (object_type.into(), path.into());
            }
            row.pattern = "".into();
            row.pattern_type = Cow::Owned(PatternType::Stix);
            row.relation = Relation::single(true);
            row.doubts = Doubts::default();
        }
        let key = RowKey::from_row(&row);
        Self { row: Box::new(row), key, state: State::Unclear, statements: BTreeMap::new() }
    }

    fn fold(&mut self, now: DateTime<Utc>, any_revocation: bool) {
        let statements: Vec<&Statement> = self.statements.values().collect();
        fold(&mut self.row, &statements, now);
        if any_revocation && statements.iter().any(|own| own.revoked) {
            self.row.validity.state = State::Revoked;
        }
        self.state = self.row.validity.state;
    }

    fn change(&self, action: Action) -> RowChange<'static> {
        RowChange {
            action,
            key: self.key,
            source: (&*self.row.source).into(),
            stix_id: self.row.stix_id.clone().into_owned(),
            row: Some((*self.row).clone()),
            kept: None,
        }
    }
}

/// A hash of what rows say, for telling whether two versions are one.
fn hash(keys: &[MergeKey], rows: &[Row<'_>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (key, row) in keys.iter().zip(rows) {
        key.hash(&mut hasher);
        format!("{:?} {:?} {:?}", row.validity, row.tlp, row.context.confidence).hash(&mut hasher);
    }
    hasher.finish()
}
