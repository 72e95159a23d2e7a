//! The mapper: what it is configured with, what it learns, and how it makes rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::class::Class;
use super::classify::{Reduced, only_observable};
use super::context::Context;
use super::indicated_names::IndicatedNames;
use super::observable::Observable;
use super::outcome::Outcome;
use super::plain_pattern::{MOST_PARTS, PlainPattern, read_plain};
use super::relation::{Relation, RelationKind};
use super::row::Row;
use super::row_kind::RowKind;
use super::split_mode::SplitMode;
use super::unmapped::Unmapped;
use super::validity::{ExpirySource, State, Validity};
use crate::object::{Common, Indicator, Tlp};
use crate::pattern::{Parser, foreign};
use crate::vocab::{IndicatorType, SpecVersion};
use crate::{Identifier, Object, Timestamp};

/// Maps indicators to rows.
///
/// It never reads a clock: `now` is an argument, so the same input always makes the same rows.
///
/// # What it learns
///
/// The names of providers and the levels of markings are in other objects, which
/// [`learn`](Self::learn) takes. In a stream an identity may come after the indicators that refer
/// to it; until then their provider is the id. With the whole feed in memory, learn from all
/// objects first, and then map.
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
///         assert_eq!(mapper.map(indicator).rows[0].context.provider.as_deref(), Some("Example CERT"));
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mapper {
    now: DateTime<Utc>,
    source: String,
    mode: SplitMode,
    default_validity: Option<TimeDelta>,
    parser: Parser,
    // Trees, since a feed has few of either, and nobody can make their keys collide.
    identities: BTreeMap<Identifier, Learnt>,
    markings: BTreeMap<Identifier, Tlp>,
    indicated: IndicatedNames,
}

#[derive(Clone, Debug)]
struct Learnt {
    version: Option<Timestamp>,
    name: Box<str>,
}

impl Mapper {
    /// Creates a mapper that determines states as of `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            source: String::new(),
            mode: SplitMode::default(),
            default_validity: None,
            parser: Parser::new(),
            identities: BTreeMap::new(),
            markings: BTreeMap::new(),
            indicated: IndicatedNames::default(),
        }
    }

    /// Sets another instant as of which states are determined, and keeps what was learnt: for a
    /// long-running program.
    #[must_use]
    pub fn with_now(mut self, now: DateTime<Utc>) -> Self {
        self.now = now;
        self
    }

    /// Sets the name of the feed, for the rows' `source`. Default: empty.
    #[must_use]
    pub fn with_source(mut self, name: impl Into<String>) -> Self {
        self.source = name.into();
        self
    }

    /// Sets what becomes of an `AND`. Default: [`SplitMode::Split`].
    #[must_use]
    pub fn with_split_mode(mut self, mode: SplitMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how long after `valid_from` an indicator without `valid_until` is valid, for tables
    /// that require an end. Rows with such an end have the source [`ExpirySource::Default`]. By
    /// default such an indicator does not expire.
    #[must_use]
    pub fn with_default_validity(mut self, validity: TimeDelta) -> Self {
        self.default_validity = Some(validity);
        self
    }

    /// Sets the parser, for other limits on patterns.
    #[must_use]
    pub fn with_parser(mut self, parser: Parser) -> Self {
        self.parser = parser;
        self
    }

    /// Returns the name of the feed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Takes from the object what rows of indicators need: the name of an identity (of several
    /// versions the newest), the level of a marking, what an indicator indicates, and the names of
    /// malware, tools, threat actors, intrusion sets and campaigns. Other objects teach nothing.
    ///
    /// What was learnt is kept, about a hundred bytes for each of these objects and each
    /// `indicates` relationship of an indicator.
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
            object => self.indicated.learn(object),
        }
    }

    /// Maps an indicator to rows: one at least.
    ///
    /// ```
    /// use stixkit::row::{Class, Mapper, Unmapped};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name LIKE '%.scr']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name LIKE '%.scr']`.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
    /// let outcome = mapper.map(&indicator);
    /// assert_eq!((outcome.class, outcome.reason), (Class::Unsupported, Some(Unmapped::Like)));
    /// assert_eq!((outcome.rows.len(), &outcome.rows[0].observable), (1, &None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<'a>(&'a self, indicator: &'a Indicator) -> Outcome<'a> {
        let reduced = match self.plain(indicator) {
            Some(PlainPattern::One(observable)) => {
                let rows = vec![self.row(indicator, Some(observable), true)];
                return Outcome { rows, class: Class::Atomic, reason: None };
            }
            Some(PlainPattern::AnyOf(observables)) => Reduced::any_of(observables),
            None => self.reduce(indicator),
        };
        let Reduced { mut terms, class, context, mut reason } = reduced;
        let all = terms.len();
        match self.mode {
            SplitMode::Split => {}
            SplitMode::Exact => terms.retain(|term| term.standalone),
            SplitMode::Primary => terms.retain(|term| term.primary),
        }
        if terms.len() < all {
            reason.get_or_insert(Unmapped::Conjunction);
        }
        let kind = match class {
            _ if terms.is_empty() => RelationKind::Single,
            Class::AnyOf => RelationKind::AnyOf,
            Class::AllOf | Class::Mixed if self.mode == SplitMode::Exact => RelationKind::AnyOf,
            Class::AllOf => RelationKind::AllOf,
            Class::Mixed => RelationKind::Mixed,
            Class::Unsupported => context.unwrap_or(RelationKind::Single),
            Class::Atomic | Class::Invalid => RelationKind::Single,
        };
        let relation = |standalone, primary| Relation { kind, standalone, primary };
        let mut base = self.row(indicator, None, false);
        base.relation = relation(false, false);
        base.reason.clone_from(&reason);
        let mut rows = Vec::with_capacity(terms.len().max(1));
        let last = terms.pop();
        rows.extend(terms.into_iter().map(|term| Row {
            observable: Some(term.observable),
            relation: relation(term.standalone, term.primary),
            ..base.clone()
        }));
        if let Some(term) = last {
            base.observable = Some(term.observable);
            base.relation = relation(term.standalone, term.primary);
        }
        rows.push(base);
        Outcome { rows, class, reason }
    }

    /// The values of a pattern of one of the forms that most have.
    fn plain<'a>(&self, indicator: &'a Indicator) -> Option<PlainPattern<'a>> {
        if foreign(indicator).is_some() {
            return None;
        }
        let pattern = indicator.pattern.as_str();
        if let Some(most) = self.parser.most_of(MOST_PARTS, pattern.len())
            && let Some(plain) = read_plain(pattern, most)
        {
            return Some(plain);
        }
        let test = self.parser.equality(pattern)?;
        only_observable(&test, pattern).map(PlainPattern::One)
    }

    fn reduce<'a>(&self, indicator: &'a Indicator) -> Reduced<'a> {
        if foreign(indicator).is_some() {
            return Reduced::nothing(Class::Unsupported, Unmapped::OtherLanguage);
        }
        match self.parser.parse_stix(indicator) {
            Ok(pattern) => Reduced::new(&pattern, &indicator.pattern),
            Err(error) => Reduced::nothing(Class::Invalid, Unmapped::InvalidPattern(error)),
        }
    }

    /// The row for an observable that is the whole pattern, or the row without what the pattern
    /// says.
    fn row<'a>(&'a self, indicator: &'a Indicator, observable: Option<Observable<'a>>, standalone: bool) -> Row<'a> {
        let common = &indicator.common;
        Row {
            source: Cow::Borrowed(&self.source),
            kind: RowKind::Indicator,
            stix_id: Cow::Borrowed(&common.id),
            modified: common.version().cloned(),
            observable,
            relation: Relation::single(standalone),
            validity: self.validity(indicator),
            tlp: self.tlp(common),
            context: Context {
                name: indicator.name.as_deref().map(Cow::Borrowed),
                description: indicator.description.as_deref().map(Cow::Borrowed),
                confidence: confidence(common),
                labels: Cow::Borrowed(&common.labels),
                indicator_types: indicator_types(indicator),
                kill_chain: Cow::Borrowed(&indicator.kill_chain_phases),
                malware: self.indicated.malware(&common.id),
                actors: self.indicated.actors(&common.id),
                provider: common.created_by_ref.as_ref().map(|id| self.provider(id)),
            },
            pattern: Cow::Borrowed(&indicator.pattern),
            pattern_type: indicator.effective_pattern_type(),
            reason: None,
        }
    }

    fn validity(&self, indicator: &Indicator) -> Validity {
        let is_revoked = indicator.common.is_revoked();
        let from = indicator.effective_valid_from();
        let (until, mut expiry_source) = match (&indicator.valid_until, self.default_validity) {
            (Some(until), _) => (Some(until.clone()), Some(ExpirySource::ValidUntil)),
            (None, Some(validity)) => {
                let until = from.and_then(|from| from.instant().checked_add_signed(validity));
                (until.map(Timestamp::from), until.map(|_| ExpirySource::Default))
            }
            (None, None) => (None, None),
        };
        if is_revoked {
            expiry_source = Some(ExpirySource::Revoked);
        }
        let end = until.as_ref().map(Timestamp::instant);
        let start = from.map_or(self.now, Timestamp::instant);
        let state = match State::at(self.now, is_revoked, start, end) {
            // Nothing tells that the validity has started.
            State::Active if from.is_none() => State::Pending,
            state => state,
        };
        Validity { from: from.cloned(), until, expiry_source, state }
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

/// The confidence, if it is one of STIX: 0 to 100.
pub(super) fn confidence(common: &Common) -> Option<u8> {
    common.confidence.filter(|confidence| *confidence <= 100)
}

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
