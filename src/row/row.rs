//! The row.

use std::borrow::Cow;

use super::context::Context;
use super::doubt::{Doubt, Doubts};
use super::observable::Observable;
use super::relation::{Relation, RelationKind};
use super::row_identity::{Group, RowIdentity};
use super::row_key::RowKey;
use super::row_kind::RowKind;
use super::unmapped::Unmapped;
use super::validity::Validity;
use crate::marking::Summary;
use crate::object::Tlp;
use crate::vocab::PatternType;
use crate::{Identifier, Timestamp};

/// One value of an indicator, with what the indicator says about it; or an indicator whose pattern
/// has no value.
///
/// Written as JSON it is one flat object: see [`Row::COLUMNS`].
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::object::Indicator;
/// use stixkit::row::{Mapper, State};
/// use stixkit::vocab::PatternType;
///
/// let start: Timestamp = "2024-05-01T10:00:00Z".parse()?;
/// let indicator = Indicator::new(start.clone(), "[ipv4-addr:value = '192.0.2.7']", PatternType::Stix, start);
/// let mapped = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).map(&indicator).into_owned();
/// let row = &mapped.rows[0];
/// assert_eq!(row.observable.as_ref().unwrap().norm, "192.0.2.7");
/// assert!(row.relation.standalone && row.validity.state == State::Active);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The feed that the indicator came from, as the mapper was told.
    pub source: Cow<'a, str>,
    /// What the row is made from: an indicator or a bare observable.
    pub kind: RowKind,
    /// The indicator's id. If it has more than 256 bytes, another one that follows from it: see
    /// [`Doubt::LongId`].
    pub stix_id: Cow<'a, Identifier>,
    /// When the object was created.
    pub created: Option<Timestamp>,
    /// The indicator's version: `modified`, or `created` if there is no `modified`.
    pub modified: Option<Timestamp>,
    /// The value, and where in an object it is. `None` if the pattern has no value; `reason` says
    /// why.
    pub observable: Option<Observable<'a>>,
    /// How the row relates to the pattern and to the other rows of the indicator.
    pub relation: Relation,
    /// When the indicator is valid, and whether it is at the mapper's instant.
    pub validity: Validity,
    /// The strictest known TLP level of the indicator's markings, including those of its parts,
    /// because the row may hold the part. `None` is not [`Tlp::Clear`].
    pub tlp: Option<Tlp>,
    /// The markings of the indicator, those of its parts included, as far as they decide who may
    /// get the row. They are not in the columns.
    pub markings: Summary,
    /// What the indicator says about the value: name, description, confidence, labels …
    pub context: Context<'a>,
    /// The whole pattern, as written. For an observable, the pattern that finds the value. If the
    /// pattern has more than 4 KiB, it is empty in all rows of the indicator but the first, which
    /// [`Relation::pattern_of`] names.
    pub pattern: Cow<'a, str>,
    /// The language of the pattern.
    pub pattern_type: Cow<'a, PatternType>,
    /// Why the rows do not cover all of the pattern; the same in all rows of the indicator.
    pub reason: Option<Unmapped>,
    /// What is not known about the indicator, because a property cannot be read or refers to
    /// something that the mapper has not learnt. The state and the TLP level take it into account.
    pub doubts: Doubts,
}

impl Row<'_> {
    /// Returns what identifies the row: to be compared, hashed or used as a table's key. No two
    /// rows of an outcome have the same identity.
    ///
    /// The id alone is not sufficient: an indicator has many rows and many versions. Values that a
    /// new version no longer names remain in the table under the old version, so the rows of groups
    /// with an older `modified` have to be removed. [`Upserts`](super::Upserts) does that.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use stixkit::row::{Mapper, Row};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let rows = mapper.map(&indicator).rows;
    /// let mut table: HashMap<_, &Row> = HashMap::new();
    /// for row in rows.iter().chain(&rows) {
    ///     table.insert(row.identity(), row);
    /// }
    /// assert_eq!(table.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identity(&self) -> RowIdentity<'_> {
        let observable = self.observable.as_ref();
        RowIdentity {
            group: Group { stix_id: &self.stix_id, modified: self.modified.as_ref(), source: &self.source },
            key: observable.map(|observable| &*observable.key),
            value: observable.map(|observable| &*observable.norm),
        }
    }

    /// Returns what the row shares with the other rows of its indicator; `None` if it is the only
    /// one ([`RelationKind::Single`]).
    pub fn group(&self) -> Option<Group<'_>> {
        (self.relation.kind != RelationKind::Single).then(|| self.identity().group)
    }

    /// Returns the code of why the rows do not cover all of the pattern, or else of the gravest
    /// doubt, as it is in the column `reason`.
    pub fn reason_code(&self) -> Option<&'static str> {
        self.reason.as_ref().map(Unmapped::code).or_else(|| self.doubts.iter().next().map(Doubt::code))
    }

    /// Returns the reason and the doubts in words, as they are in the column `reason_text`.
    pub fn reason_text(&self) -> Option<String> {
        match (&self.reason, self.doubts.is_empty()) {
            (None, true) => None,
            (None, false) => Some(self.doubts.to_string()),
            (Some(reason), true) => Some(reason.to_string()),
            (Some(reason), false) => Some(format!("{reason}; {}", self.doubts)),
        }
    }

    /// Returns the same row, owning its text, so that it can outlive the indicator.
    pub fn into_owned(self) -> Row<'static> {
        Row {
            source: Cow::Owned(self.source.into_owned()),
            stix_id: Cow::Owned(self.stix_id.into_owned()),
            observable: self.observable.map(Observable::into_owned),
            context: self.context.into_owned(),
            pattern: Cow::Owned(self.pattern.into_owned()),
            pattern_type: Cow::Owned(self.pattern_type.into_owned()),
            ..self
        }
    }
}

impl RowKey {
    /// Returns the key of a row.
    pub fn from_row(row: &Row<'_>) -> Self {
        Self::new(&row.identity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn size() {
        // What a row costs in a list of ten thousand.
        assert!(size_of::<Row<'_>>() <= 600, "{}", size_of::<Row<'_>>());
    }
}
