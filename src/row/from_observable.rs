//! Rows of bare observables.

use std::borrow::Cow;

use super::class::Class;
use super::classify::Reduced;
use super::context::Context;
use super::doubt::Doubt;
use super::long_text::{rows_of_terms, short_id};
use super::mapper::Mapper;
use super::observable::Observable;
use super::outcome::Outcome;
use super::relation::{Relation, RelationKind};
use super::row::Row;
use super::row_kind::RowKind;
use super::validity::{State, Validity};
use crate::Kind;
use crate::object::{Category, Object, PropertyValue};
use crate::pattern::Pattern;
use crate::pattern::ast::Literal;
use crate::vocab::PatternType;

/// The properties that say which observable it is, where it is one value; in the order of their
/// telling.
const VALUES: &[&str] = &[
    "value",
    "number",
    "path",
    "key",
    "command_line",
    "cpe",
    "subject",
    "account_login",
    "user_id",
    "serial_number",
    "name",
];

impl Mapper {
    /// Maps an observable to rows of the kind [`RowKind::Observable`]: one for each of its hashes
    /// and for the value that names it. `None` for an object of another type, and for an observable
    /// without such a value.
    ///
    /// No producer states that such a value is hostile, and it has no validity: its state is
    /// [`State::Observed`]. The row's pattern is the one that finds the value. A hash by an
    /// algorithm whose name has more than some 200 bytes makes no row.
    ///
    /// ```
    /// use stixkit::row::{Mapper, RowKind};
    ///
    /// let object = serde_json::from_str(
    ///     r#"{"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "198.51.100.3"}"#,
    /// )?;
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let rows = mapper.map_observable(&object).unwrap().rows;
    /// assert_eq!(rows[0].kind, RowKind::Observable);
    /// assert_eq!(rows[0].pattern, "[ipv4-addr:value = '198.51.100.3']");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map_observable<'a>(&'a self, object: &'a Object) -> Option<Outcome<'a>> {
        let kind = object.kind().filter(|kind| kind.category() == Category::Observable)?;
        let type_name = object.type_name();
        let mut patterns = Vec::new();
        if let Some(PropertyValue::Map(hashes)) = object.property("hashes") {
            for (algorithm, hash) in hashes.iter() {
                if let Some(hash) = hash.as_str() {
                    patterns.extend(equality(&format!("{type_name}:hashes.{}", Literal::from(&*algorithm)), &*hash));
                }
            }
        }
        let value = VALUES.iter().find_map(|name| Some((*name, literal(object.property(name)?)?)));
        patterns.extend(value.and_then(|(name, value)| equality(&format!("{type_name}:{name}"), value)));
        let terms: Vec<_> = patterns.into_iter().filter_map(|pattern| Some((observable(&pattern)?, pattern))).collect();
        if terms.is_empty() {
            return None;
        }
        let mut base = self.bare_row(object, kind);
        let (relation, class) = match &terms[..] {
            [_] => (RelationKind::Single, Class::Atomic),
            _ => (RelationKind::AnyOf, Class::AnyOf),
        };
        base.relation.kind = relation;
        let rows = rows_of_terms(base, terms, |row, (observable, pattern)| {
            (row.observable, row.pattern) = (Some(observable), Cow::Owned(pattern));
        });
        Some(self.limited(Outcome::new(rows, class, None)))
    }

    /// A row without what distinguishes it.
    fn bare_row<'a>(&'a self, object: &'a Object, kind: Kind) -> Row<'a> {
        let common = object.common();
        let (markings, mut doubts) = self.markings_of(object);
        Row {
            source: Cow::Borrowed(self.source()),
            kind: RowKind::Observable,
            stix_id: short_id(&common.id, kind, &mut doubts),
            created: common.created.clone(),
            modified: common.version().cloned(),
            observable: None,
            relation: Relation::single(true),
            validity: Validity { from: None, until: None, expiry_source: None, state: State::Observed },
            tlp: markings.tlp(),
            markings,
            context: Context {
                confidence: doubts.or_note(object.effective_confidence(), Doubt::Confidence),
                labels: doubts.or_note(object.effective_labels(), Doubt::Labels),
                provider: common.created_by_ref.as_ref().map(|id| self.provider(id)),
                created_by: common.created_by_ref.as_ref().map(Cow::Borrowed),
                references: Cow::Borrowed(&common.external_references),
                ..Context::default()
            },
            pattern: Cow::Borrowed(""),
            pattern_type: Cow::Owned(PatternType::Stix),
            reason: None,
            doubts,
        }
    }
}

/// The observable that a pattern of one equality looks for.
fn observable(pattern: &str) -> Option<Observable<'static>> {
    let parsed = Pattern::parse(pattern).ok()?;
    let term = Reduced::new(&parsed, pattern).terms.into_iter().next()?;
    Some(term.observable.into_owned())
}

/// The pattern of one equality; `None` where the path is none.
fn equality<'v>(path: &str, value: impl Into<Literal<'v>>) -> Option<String> {
    Pattern::equals(path, value).ok().map(|pattern| pattern.to_string())
}

fn literal(value: PropertyValue<'_>) -> Option<Literal<'static>> {
    match value {
        PropertyValue::Text(text) => Some(Literal::from(&*text).into_owned()),
        PropertyValue::Integer(number) => i64::try_from(number).ok().map(Literal::from),
        _ => None,
    }
}
