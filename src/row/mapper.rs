//! The mapper: what it is configured with, what it learns, and how it makes rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::assessment::Assessment;
use super::class::Class;
use super::classify::{Reduced, only_observable};
use super::context::Context;
use super::doubt::{Doubt, Doubts};
use super::indicated_names::IndicatedNames;
use super::long_text::{rows_of_terms, short_id};
use super::observable::Observable;
use super::outcome::Outcome;
use super::plain_pattern::{MOST_PARTS, PlainPattern, read_plain};
use super::relation::{Relation, RelationKind};
use super::row::Row;
use super::row_kind::RowKind;
use super::severity::severity;
use super::split_mode::SplitMode;
use super::unmapped::Unmapped;
use super::validity::{ExpirySource, State, Validity};
use crate::marking::{Limit, Markings, Summary};
use crate::object::indicator_parts::IndicatorParts;
use crate::object::{Effective, Indicator};
use crate::pattern::{Parser, foreign};
use crate::reader::IndicatorView;
use crate::{Identifier, Kind, Object, Timestamp};

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
/// let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
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
    limit: Option<Limit>,
    parser: Parser,
    // Trees, since a feed has few of either, and nobody can make their keys collide.
    identities: BTreeMap<Identifier, Learnt>,
    markings: Markings,
    indicated: IndicatedNames,
}

#[derive(Clone, Debug)]
struct Learnt {
    version: Option<Timestamp>,
    name: Box<str>,
}

impl Mapper {
    /// Creates a mapper that determines states as of `now`.
    pub fn new(now: impl Into<DateTime<Utc>>) -> Self {
        Self {
            now: now.into(),
            source: String::new(),
            mode: SplitMode::default(),
            default_validity: None,
            limit: None,
            parser: Parser::new(),
            identities: BTreeMap::new(),
            markings: Markings::new(),
            indicated: IndicatedNames::default(),
        }
    }

    /// Sets another instant as of which states are determined, and keeps what was learnt: for a
    /// long-running program.
    #[must_use]
    pub fn with_now(mut self, now: impl Into<DateTime<Utc>>) -> Self {
        self.now = now.into();
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

    /// Sets whether labels such as `tlp:amber` count as markings. Some producers write the level
    /// there, and a label of this form may also be about something else. Default: they do not
    /// count.
    #[must_use]
    pub fn with_tlp_labels(mut self, count: bool) -> Self {
        self.markings = self.markings.with_tlp_labels(count);
        self
    }

    /// Sets who gets the rows. An indicator that may not go to this audience makes no rows: its
    /// outcome [is withheld](Outcome::is_withheld), and
    /// [`Counts::withheld`](super::Counts::withheld) has the number. Everything that takes outcomes
    /// follows: sinks write nothing, and [`Upserts`](super::Upserts) and [`Merge`](super::Merge)
    /// delete the rows of a version that was less strict. By default there is no limit.
    ///
    /// ```
    /// use stixkit::marking::{Audience, Limit};
    /// use stixkit::row::Mapper;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "object_marking_refs": ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The indicator is TLP:AMBER.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let clients = mapper.clone().with_limit(Audience::Clients);
    /// assert_eq!(clients.map(&indicator).rows.len(), 1);
    /// let community = mapper.with_limit(Limit::new(Audience::Community).with_unmarked(true));
    /// assert!(community.map(&indicator).is_withheld());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<Limit>) -> Self {
        self.limit = Some(limit.into());
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

    /// Returns the instant as of which states are determined.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Returns what a file of the mapper's rows should state about them: the name of the feed as
    /// `stixkit.source`, and the instant of the states as `stixkit.now`. The writer of Parquet
    /// files takes it.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
    /// let [source, now] = mapper.metadata();
    /// assert_eq!(source, ("stixkit.source", "example".to_owned()));
    /// assert_eq!(now, ("stixkit.now", "2024-05-20T00:00:00Z".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metadata(&self) -> [(&'static str, String); 2] {
        let now = Timestamp::exact(self.now).with_shortest_text(str::to_owned);
        [("stixkit.source", self.source.clone()), ("stixkit.now", now)]
    }

    /// Takes from the object what rows of indicators need: the name of an identity (of several
    /// versions the newest), the level of a marking, what an indicator indicates, and the names of
    /// malware, tools, threat actors, intrusion sets and campaigns. Other objects teach nothing.
    ///
    /// What was learnt is kept, about a hundred bytes for each of these objects and each
    /// `indicates` relationship of an indicator.
    pub fn learn(&mut self, object: &Object) {
        self.learn_change(object);
    }

    /// Learns from the object like [`learn`](Self::learn), and returns the identifier to remember
    /// if rows that were made before may be different now: that of the indicator for a
    /// relationship, otherwise that of the object. [`depends_on`](Self::depends_on) takes a set of
    /// them.
    ///
    /// ```
    /// use std::collections::BTreeSet;
    /// use stixkit::Object;
    /// use stixkit::row::{Action, Mapper, Upserts};
    /// # let feed: Vec<Object> = serde_json::from_str(r#"[
    /// #     {"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #      "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #      "created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
    /// #      "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"},
    /// #     {"type": "identity", "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
    /// #      "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
    /// #      "name": "Example CERT", "identity_class": "organization"}
    /// # ]"#)?;
    /// # let [Object::Indicator(indicator), identity] = &feed[..] else { unreachable!() };
    ///
    /// let (mut mapper, mut upserts) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?), Upserts::new());
    /// upserts.apply(mapper.map(indicator));
    /// // The identity comes an hour later.
    /// let changed: BTreeSet<_> = mapper.learn_change(identity).into_iter().cloned().collect();
    /// assert!(mapper.depends_on(indicator, &changed));
    /// assert_eq!(upserts.apply(mapper.map(indicator))[0].action, Action::Update);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn learn_change<'o>(&mut self, object: &'o Object) -> Option<&'o Identifier> {
        match object {
            Object::Identity(identity) => {
                let version = identity.common.version();
                let known = self.identities.get(&identity.common.id);
                let is_newer = known.is_none_or(|known| known.version.as_ref() <= version);
                let is_other = known.is_none_or(|known| *known.name != *identity.name);
                if is_newer {
                    let learnt = Learnt { version: version.cloned(), name: identity.name.as_str().into() };
                    self.identities.insert(identity.common.id.clone(), learnt);
                }
                (is_newer && is_other).then_some(&identity.common.id)
            }
            Object::MarkingDefinition(marking) => self.markings.learn_definition(marking).then_some(&marking.common.id),
            object => self.indicated.learn(object),
        }
    }

    /// Returns whether an indicator's rows have something that follows from one of these objects,
    /// or whether it is itself one of them. It takes time linear in the indicator's own references.
    pub fn depends_on(&self, indicator: &Indicator, ids: &BTreeSet<Identifier>) -> bool {
        let effective = Effective::of_all(&indicator.common, Some(&indicator.custom));
        let (whole, parts) = (effective.object_marking_refs(), effective.granular_markings());
        let parts = parts.as_deref().unwrap_or_default();
        let marked = whole.as_deref().unwrap_or_default().iter();
        let marked = marked.chain(parts.iter().filter_map(|part| part.marking_ref.as_ref()));
        let common = &indicator.common;
        let own = [Some(&common.id), common.created_by_ref.as_ref()].into_iter().flatten();
        own.chain(marked).chain(self.indicated.targets(&common.id)).any(|id| ids.contains(id))
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
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let outcome = mapper.map(&indicator);
    /// assert_eq!((outcome.class, outcome.reason), (Class::Unsupported, Some(Unmapped::Like)));
    /// assert_eq!((outcome.rows.len(), &outcome.rows[0].observable), (1, &None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<'a>(&'a self, indicator: &'a Indicator) -> Outcome<'a> {
        self.map_parts(&IndicatorParts::from(indicator))
    }

    /// Maps an indicator to rows without making it an object: the same rows as those of
    /// [`map`](Self::map), from the bytes in three quarters of the time.
    ///
    /// ```
    /// use stixkit::Reader;
    /// use stixkit::reader::ItemView;
    /// use stixkit::row::Mapper;
    ///
    /// let feed = r#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
    ///     {"type": "identity", "id": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e", "name": "Example CERT"},
    ///     {"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///      "created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
    ///      "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}
    /// ]}"#;
    /// let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let mut reader = Reader::from_str(feed);
    /// let mut lines = Vec::new();
    /// while let Some(item) = reader.next_view() {
    ///     match item? {
    ///         ItemView::Indicator(view) => {
    ///             for row in mapper.map_view(&view).rows {
    ///                 lines.push(serde_json::to_string(&row)?);
    ///             }
    ///         }
    ///         ItemView::Object(accepted) => mapper.learn(&accepted.object),
    ///         ItemView::Rejected(rejected) => eprintln!("{}", rejected.error),
    ///     }
    /// }
    /// assert!(lines[0].contains(r#""value":"192.0.2.1""#) && lines[0].contains(r#""provider":"Example CERT""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map_view<'a>(&'a self, view: &IndicatorView<'a>) -> Outcome<'a> {
        self.map_parts(&view.parts())
    }

    fn map_parts<'a>(&'a self, indicator: &IndicatorParts<'a>) -> Outcome<'a> {
        let reduced = match self.plain(indicator) {
            Some(PlainPattern::One(observable)) => {
                let rows = vec![self.row(indicator, Some(observable), true)];
                return self.limited(Outcome::new(rows, Class::Atomic, None));
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
        let mut base = self.row(indicator, None, false);
        base.relation.kind = kind;
        base.reason.clone_from(&reason);
        let rows = rows_of_terms(base, terms, |row, term| {
            row.observable = Some(term.observable);
            (row.relation.standalone, row.relation.primary) = (term.standalone, term.primary);
        });
        self.limited(Outcome::new(rows, class, reason))
    }

    /// The outcome without its rows, if the audience may not get them.
    pub(super) fn limited<'a>(&self, outcome: Outcome<'a>) -> Outcome<'a> {
        let markings = outcome.rows.first().map(|row| row.markings);
        match self.limit.zip(markings) {
            Some((limit, markings)) if !limit.allows(markings) => outcome.withhold(),
            _ => outcome,
        }
    }

    /// Whether an object may go to the audience.
    pub(crate) fn may_go(&self, object: &Object) -> bool {
        self.limit.is_none_or(|limit| limit.allows(self.markings.of(object).summary()))
    }

    /// The values of a pattern of one of the forms that most have.
    fn plain<'a>(&self, indicator: &IndicatorParts<'a>) -> Option<PlainPattern<'a>> {
        if foreign(indicator.pattern_type).is_some() {
            return None;
        }
        let pattern = indicator.pattern;
        if let Some(most) = self.parser.most_of(MOST_PARTS, pattern.len())
            && let Some(plain) = read_plain(pattern, most)
        {
            return Some(plain);
        }
        let test = self.parser.equality(pattern)?;
        only_observable(&test, pattern).map(PlainPattern::One)
    }

    fn reduce<'a>(&self, indicator: &IndicatorParts<'a>) -> Reduced<'a> {
        if foreign(indicator.pattern_type).is_some() {
            return Reduced::nothing(Class::Unsupported, Unmapped::OtherLanguage);
        }
        match self.parser.parse_stix(indicator) {
            Ok(pattern) => Reduced::new(&pattern, indicator.pattern),
            Err(error) => Reduced::nothing(Class::Invalid, Unmapped::InvalidPattern(error)),
        }
    }

    /// The row for an observable that is the whole pattern, or the row without what the pattern
    /// says.
    fn row<'a>(
        &'a self,
        indicator: &IndicatorParts<'a>,
        observable: Option<Observable<'a>>,
        standalone: bool,
    ) -> Row<'a> {
        let common = indicator.common;
        let mut doubts = Doubts::default();
        let effective = Effective::of_all(common, indicator.custom);
        let assessment = Assessment::new(indicator, effective, &mut doubts);
        let validity = self.validity(indicator, effective, &mut doubts);
        let (whole, parts) = (effective.object_marking_refs(), effective.granular_markings());
        let labels = (!doubts.contains(Doubt::Labels)).then_some(&*assessment.labels);
        let markings = self.markings.summarize(&whole, &parts, labels);
        doubts.add_all(doubts_about(markings));
        Row {
            source: Cow::Borrowed(&self.source),
            kind: RowKind::Indicator,
            stix_id: short_id(&common.id, Kind::Indicator, &mut doubts),
            created: common.created.clone(),
            modified: common.version().cloned(),
            observable,
            relation: Relation::single(standalone),
            validity,
            tlp: markings.tlp(),
            markings,
            context: Context {
                name: indicator.name.map(Cow::Borrowed),
                description: indicator.description.map(Cow::Borrowed),
                confidence: assessment.confidence,
                severity: severity(common),
                labels: assessment.labels,
                indicator_types: assessment.indicator_types,
                kill_chain: Cow::Borrowed(indicator.kill_chain_phases),
                malware: self.indicated.malware(&common.id),
                actors: self.indicated.actors(&common.id),
                provider: common.created_by_ref.as_ref().map(|id| self.provider(id)),
                created_by: common.created_by_ref.as_ref().map(Cow::Borrowed),
                references: Cow::Borrowed(&common.external_references),
            },
            pattern: Cow::Borrowed(indicator.pattern),
            pattern_type: assessment.pattern_type,
            reason: None,
            doubts,
        }
    }

    fn validity(&self, indicator: &IndicatorParts<'_>, effective: Effective<'_>, doubts: &mut Doubts) -> Validity {
        let is_revoked = effective.revoked();
        let own_from = effective.own_valid_from(indicator.valid_from);
        if own_from.is_none() {
            doubts.add(Doubt::ValidFrom);
        }
        let from = own_from.or_else(|| indicator.common.created.as_ref().map(Cow::Borrowed));
        let (until, mut expiry_source) = match (effective.valid_until(indicator.valid_until), self.default_validity) {
            (Ok(Some(until)), _) => (Some(until.into_owned()), Some(ExpirySource::ValidUntil)),
            (Ok(None), Some(validity)) => {
                let until = from.as_ref().and_then(|from| from.instant().checked_add_signed(validity));
                (until.map(Timestamp::from), until.map(|_| ExpirySource::Default))
            }
            (Ok(None), None) => (None, None),
            (Err(_), _) => {
                doubts.add(Doubt::ValidUntil);
                (None, None)
            }
        };
        if is_revoked == Ok(true) {
            expiry_source = Some(ExpirySource::Revoked);
        } else if is_revoked.is_err() {
            doubts.add(Doubt::Revoked);
        }
        let end = until.as_ref().map(Timestamp::instant);
        let start = from.as_ref().map_or(self.now, |from| from.instant());
        let is_unclear = from.is_none()
            || [Doubt::Revoked, Doubt::ValidUntil, Doubt::PatternType].into_iter().any(|doubt| doubts.contains(doubt));
        let state = match State::at(self.now, is_revoked == Ok(true), start, end) {
            State::Active | State::Pending if is_unclear => State::Unclear,
            state => state,
        };
        Validity { from: from.map(Cow::into_owned), until, expiry_source, state }
    }

    pub(super) fn provider(&self, id: &Identifier) -> Cow<'_, str> {
        match self.identities.get(id) {
            Some(identity) => Cow::Borrowed(&identity.name),
            None => Cow::Owned(id.with_text(str::to_owned)),
        }
    }

    /// The markings of an object, and what is not known about them.
    pub(crate) fn markings_of(&self, object: &Object) -> (Summary, Doubts) {
        let markings = self.markings.of(object).summary();
        (markings, doubts_about(markings))
    }
}

fn doubts_about(markings: Summary) -> Doubts {
    let mut doubts = Doubts::default();
    for (is_there, doubt) in [
        (markings.has_unreadable(), Doubt::Markings),
        (markings.has_unknown(), Doubt::UnknownMarking),
        (markings.has_conflict(), Doubt::ConflictingMarking),
    ] {
        if is_there {
            doubts.add(doubt);
        }
    }
    doubts
}
