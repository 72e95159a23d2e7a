//! The mapper: what it is told, what it learns, what it gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::classify::{Reduced, only_observable};
use super::plain_list;
use super::plain_list::Plain;
use super::relationship_names::Related;
use super::{Class, ExpirySource, Observable, Reason, Relation, Row, RowKind, State};
use crate::object::{Common, Indicator, Tlp};
use crate::pattern::{Parser, foreign};
use crate::vocab::{IndicatorType, SpecVersion};
use crate::{Identifier, Object, Timestamp};

/// What becomes of an `AND`, whose values mean something only together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// One row a value, none of them `standalone`.
    #[default]
    Split,
    /// No rows for the values: the pattern alone, as in Microsoft Sentinel's own import.
    Exact,
    /// Only the [`primary`](super::Row::primary) row. It is not `standalone` either.
    Primary,
}

/// Maps indicators to rows.
///
/// It never looks at a clock: `now` is what it was made with, so the same input gives the same rows.
///
/// # What it learns
///
/// Names of providers and the levels of markings stand in other objects. [`learn`](Self::learn) takes them as they go
/// by. In a stream an identity may come after the indicators that refer to it; until then their provider is the id.
/// Whoever has the whole feed learns from all objects first, and then maps.
///
/// ```
/// use stixkit::Object;
/// use stixkit::row::Mapper;
///
/// let feed: Vec<Object> = serde_json::from_str(r#"[
///     {"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///      "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
///      "created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
///      "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"},
///     {"type": "identity", "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
///      "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
///      "name": "Example CERT", "identity_class": "organization"}
/// ]"#)?;
///
/// let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
/// feed.iter().for_each(|object| mapper.learn(object));
/// for object in &feed {
///     if let Object::Indicator(indicator) = object {
///         assert_eq!(mapper.map(indicator).rows[0].provider.as_deref(), Some("Example CERT"));
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mapper {
    now: DateTime<Utc>,
    pub(crate) source: String,
    mode: Mode,
    default_validity: Option<TimeDelta>,
    parser: Parser,
    // Trees, since a feed has few of either, and nobody can make their keys collide.
    identities: BTreeMap<Identifier, Learnt>,
    markings: BTreeMap<Identifier, Tlp>,
    related: Related,
}

#[derive(Clone, Debug)]
struct Learnt {
    version: Option<Timestamp>,
    name: Box<str>,
}

impl Mapper {
    /// A mapper that tells states as of `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            source: String::new(),
            mode: Mode::default(),
            default_validity: None,
            parser: Parser::new(),
            identities: BTreeMap::new(),
            markings: BTreeMap::new(),
            related: Related::default(),
        }
    }

    /// Sets another instant as of which it tells states, and keeps what it learnt: for a program that goes on for days.
    #[must_use]
    pub fn now(mut self, now: DateTime<Utc>) -> Self {
        self.now = now;
        self
    }

    /// Sets the name of the feed, for the rows' `source`. Default: empty.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>) -> Self {
        self.source = name.into();
        self
    }

    /// Sets what becomes of an `AND`. Default: [`Mode::Split`].
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how long after `valid_from` an indicator without `valid_until` is good, for tables that require an end
    /// (rule R2). The rows say that it is made up: [`ExpirySource::Default`]. Default: without end.
    #[must_use]
    pub fn default_validity(mut self, validity: TimeDelta) -> Self {
        self.default_validity = Some(validity);
        self
    }

    /// Sets the parser, for other limits on patterns.
    #[must_use]
    pub fn parser(mut self, parser: Parser) -> Self {
        self.parser = parser;
        self
    }

    /// Takes from the object what rows of indicators need: the name of an identity (of several versions the newest), the
    /// level of a marking, what an indicator indicates, and the names of malware, tools, threat actors, intrusion sets and
    /// campaigns. Other objects teach nothing.
    ///
    /// What was learnt is kept, about a hundred bytes for each of these objects and each `indicates` relationship of an
    /// indicator.
    pub fn learn(&mut self, object: &Object) {
        match object {
            Object::Identity(identity) => {
                let version = identity.common.version();
                let known = self.identities.get(&identity.common.id);
                if known.is_none_or(|known| known.version.as_ref() <= version) {
                    let learnt = Learnt { version: version.cloned(), name: identity.name.as_str().into() };
                    self.identities.insert(identity.common.id.clone(), learnt);
                }
            }
            Object::MarkingDefinition(marking) => {
                if let Some(tlp) = marking.tlp() {
                    self.markings.insert(marking.common.id.clone(), tlp);
                }
            }
            object => self.related.learn(object),
        }
    }

    /// Maps an indicator to rows: one at least.
    ///
    /// ```
    /// use stixkit::row::{Class, Mapper, Reason};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name LIKE '%.scr']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name LIKE '%.scr']`.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
    /// let outcome = mapper.map(&indicator);
    /// assert_eq!((outcome.class, outcome.reason), (Class::Unsupported, Some(Reason::Like)));
    /// assert_eq!((outcome.rows.len(), &outcome.rows[0].observable), (1, &None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<'a>(&'a self, indicator: &'a Indicator) -> Outcome<'a> {
        let reduced = match self.plain(indicator) {
            Some(Plain::One(observable)) => {
                let rows = vec![self.row(indicator, Some(observable), true)];
                return Outcome { rows, class: Class::Atomic, reason: None };
            }
            Some(Plain::AnyOf(observables)) => Reduced::any_of(observables),
            None => self.reduce(indicator),
        };
        let Reduced { mut terms, class, mut reason } = reduced;
        let all = terms.len();
        match self.mode {
            Mode::Split => {}
            Mode::Exact => terms.retain(|term| term.standalone),
            Mode::Primary => terms.retain(|term| term.primary),
        }
        if terms.len() < all {
            reason.get_or_insert(Reason::Conjunction);
        }
        let mut base = self.row(indicator, None, false);
        base.relation = match class {
            _ if terms.is_empty() => Relation::Single,
            Class::AnyOf => Relation::AnyOf,
            Class::AllOf => Relation::AllOf,
            Class::Mixed if self.mode == Mode::Exact => Relation::AnyOf,
            Class::Mixed => Relation::Mixed,
            Class::Atomic | Class::Unsupported | Class::Invalid => Relation::Single,
        };
        base.reason.clone_from(&reason);
        let mut rows = Vec::with_capacity(terms.len().max(1));
        let last = terms.pop();
        rows.extend(terms.into_iter().map(|term| Row {
            observable: Some(term.observable),
            standalone: term.standalone,
            primary: term.primary,
            ..base.clone()
        }));
        if let Some(term) = last {
            base.observable = Some(term.observable);
            base.standalone = term.standalone;
            base.primary = term.primary;
        }
        rows.push(base);
        Outcome { rows, class, reason }
    }

    /// The values of a pattern of one of the forms that most have.
    fn plain<'a>(&self, indicator: &'a Indicator) -> Option<Plain<'a>> {
        if foreign(indicator).is_some() {
            return None;
        }
        let pattern = indicator.pattern.as_str();
        if let Some(most) = self.parser.most_of(plain_list::MOST_PARTS, pattern.len())
            && let Some(plain) = plain_list::plain(pattern, most)
        {
            return Some(plain);
        }
        let test = self.parser.equality(pattern)?;
        only_observable(&test, pattern).map(Plain::One)
    }

    fn reduce<'a>(&self, indicator: &'a Indicator) -> Reduced<'a> {
        if foreign(indicator).is_some() {
            return Reduced::nothing(Class::Unsupported, Reason::OtherLanguage);
        }
        match self.parser.parse_stix(indicator) {
            Ok(pattern) => Reduced::new(&pattern, &indicator.pattern),
            Err(error) => Reduced::nothing(Class::Invalid, Reason::InvalidPattern(error)),
        }
    }

    /// The row for an observable that is the whole pattern, or the row without what the pattern says.
    fn row<'a>(&'a self, indicator: &'a Indicator, observable: Option<Observable<'a>>, standalone: bool) -> Row<'a> {
        let common = &indicator.common;
        let is_revoked = common.is_revoked();
        let (valid_until, mut expiry_source) = match (&indicator.valid_until, self.default_validity) {
            (Some(until), _) => (Some(until.clone()), Some(ExpirySource::ValidUntil)),
            (None, Some(validity)) => {
                let until = indicator.valid_from.instant().checked_add_signed(validity);
                (until.map(Timestamp::from), until.map(|_| ExpirySource::Default))
            }
            (None, None) => (None, None),
        };
        if is_revoked {
            expiry_source = Some(ExpirySource::Revoked);
        }
        let until = valid_until.as_ref().map(Timestamp::instant);
        Row {
            source: Cow::Borrowed(&self.source),
            kind: RowKind::Indicator,
            stix_id: Cow::Borrowed(&common.id),
            modified: common.version().cloned(),
            observable,
            relation: Relation::Single,
            standalone,
            primary: standalone,
            confidence: common.confidence.filter(|confidence| *confidence <= 100),
            tlp: self.tlp(common),
            state: State::at(self.now, is_revoked, indicator.valid_from.instant(), until),
            valid_from: Some(indicator.valid_from.clone()),
            valid_until,
            expiry_source,
            labels: Cow::Borrowed(&common.labels),
            indicator_types: indicator_types(indicator),
            kill_chain: Cow::Borrowed(&indicator.kill_chain_phases),
            malware: self.related.malware(&common.id),
            actors: self.related.actors(&common.id),
            provider: common.created_by_ref.as_ref().map(|id| self.provider(id)),
            name: indicator.name.as_deref().map(Cow::Borrowed),
            description: indicator.description.as_deref().map(Cow::Borrowed),
            pattern: Cow::Borrowed(&indicator.pattern),
            pattern_type: indicator.effective_pattern_type(),
            reason: None,
        }
    }

    pub(super) fn provider(&self, id: &Identifier) -> Cow<'_, str> {
        match self.identities.get(id) {
            Some(identity) => Cow::Borrowed(&identity.name),
            None => Cow::Owned(id.with_text(str::to_owned)),
        }
    }

    pub(crate) fn tlp(&self, common: &Common) -> Option<Tlp> {
        let of_parts = common.granular_markings.iter().filter_map(|marking| marking.marking_ref.as_ref());
        let levels = common
            .object_marking_refs
            .iter()
            .chain(of_parts)
            .filter_map(|id| Tlp::from_marking_id(id).or_else(|| self.markings.get(id).copied()));
        levels.max()
    }
}

/// Whether the pattern is in the language of this crate.
fn is_21(common: &Common) -> bool {
    common.spec_version == Some(SpecVersion::V21)
}

fn indicator_types(indicator: &Indicator) -> Cow<'_, [IndicatorType]> {
    if !indicator.indicator_types.is_empty() || is_21(&indicator.common) {
        return Cow::Borrowed(&indicator.indicator_types);
    }
    let is_type = |label: &&str| IndicatorType::STANDARD.contains(label);
    indicator
        .common
        .labels
        .iter()
        .map(String::as_str)
        .filter(is_type)
        .map(IndicatorType::from)
        .collect::<Vec<_>>()
        .into()
}

/// What a mapper makes of an indicator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The rows, in the order of the pattern. At least one; the only one where the pattern has no value.
    pub rows: Vec<Row<'a>>,
    /// What kind of pattern it is.
    pub class: Class,
    /// Why the rows do not say all that the pattern says, where they do not.
    pub reason: Option<Reason>,
}

impl Outcome<'_> {
    /// The same outcome, its rows owning their text.
    pub fn into_owned(self) -> Outcome<'static> {
        Outcome { rows: self.rows.into_iter().map(Row::into_owned).collect(), ..self }
    }

    /// Whether a row has a value.
    pub fn has_observable(&self) -> bool {
        self.rows.iter().any(|row| row.observable.is_some())
    }
}

/// Counts outcomes. Every outcome is in exactly one of the four.
///
/// ```
/// use stixkit::row::{Counts, Mapper};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
/// #     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// let mut counts = Counts::default();
/// counts.add(&Mapper::new("2024-05-20T00:00:00Z".parse()?).map(&indicator));
/// assert_eq!((counts.accepted, counts.total()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The rows say all that the pattern says, given its class.
    pub accepted: u64,
    /// There are values, and a reason why they are not all.
    pub partly: u64,
    /// There is no value.
    pub unsupported: u64,
    /// The pattern does not parse.
    pub invalid: u64,
}

impl Counts {
    /// Counts an outcome.
    pub fn add(&mut self, outcome: &Outcome<'_>) {
        let count = match (outcome.class, &outcome.reason) {
            (Class::Invalid, _) => &mut self.invalid,
            _ if !outcome.has_observable() => &mut self.unsupported,
            (_, Some(_)) => &mut self.partly,
            (_, None) => &mut self.accepted,
        };
        *count += 1;
    }

    /// All outcomes.
    pub fn total(&self) -> u64 {
        self.accepted + self.partly + self.unsupported + self.invalid
    }
}
