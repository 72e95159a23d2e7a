//! A row that a table has to give up.

use std::borrow::Cow;

use super::row::Row;
use super::value_kind::ValueKind;
use crate::{Identifier, Timestamp};

/// A row that a table has to give up, because a newer version of its indicator lacks the value or
/// the indicator is revoked or deleted. It has what a tombstone needs: [`sink`](crate::sink)s whose
/// tables only grow write it as one more row that ends the earlier one.
#[doc(alias = "tombstone")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EndedRow<'a> {
    /// The feed of the row.
    pub source: Cow<'a, str>,
    /// The id of the object that the row is from.
    pub stix_id: Cow<'a, Identifier>,
    /// The key of the observable; `None` if the row has no value.
    pub key: Option<Cow<'a, str>>,
    /// The value as written; `None` if the row has no value.
    pub value: Option<Cow<'a, str>>,
    /// The value in normal form; `None` if the row has no value.
    pub norm: Option<Cow<'a, str>>,
    /// What the value is; `None` if the row has no value.
    pub kind: Option<ValueKind>,
    /// Whether the value was an indicator by itself, as in
    /// [`Relation::standalone`](super::Relation::standalone).
    pub standalone: bool,
    /// The end of validity that the row had: queries that compare the end first see the tombstone
    /// as long as they see the row.
    pub until: Option<Timestamp>,
}

impl<'a> EndedRow<'a> {
    /// Creates a row that has no value.
    pub fn new(source: impl Into<Cow<'a, str>>, stix_id: Cow<'a, Identifier>) -> Self {
        Self {
            source: source.into(),
            stix_id,
            key: None,
            value: None,
            norm: None,
            kind: None,
            standalone: false,
            until: None,
        }
    }

    /// Takes what a tombstone needs from a row.
    ///
    /// ```
    /// use stixkit::row::{EndedRow, Mapper};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[domain-name:value = 'A.example.org']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
    /// let outcome = mapper.map(&indicator);
    /// let ended = EndedRow::from_row(&outcome.rows[0]).into_owned();
    /// assert_eq!(ended.norm.as_deref(), Some("a.example.org"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_row(row: &'a Row<'_>) -> Self {
        let observable = row.observable.as_ref();
        let text = |text: &'a Cow<'_, str>| Cow::Borrowed(&**text);
        Self {
            source: Cow::Borrowed(&row.source),
            stix_id: Cow::Borrowed(&row.stix_id),
            key: observable.map(|observable| text(&observable.key)),
            value: observable.map(|observable| text(&observable.value)),
            norm: observable.map(|observable| text(&observable.norm)),
            kind: observable.map(|observable| observable.kind),
            standalone: row.relation.standalone,
            until: row.validity.until.clone(),
        }
    }

    /// Returns the same row, owning its text.
    pub fn into_owned(self) -> EndedRow<'static> {
        let owned = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        EndedRow {
            source: Cow::Owned(self.source.into_owned()),
            stix_id: Cow::Owned(self.stix_id.into_owned()),
            key: owned(self.key),
            value: owned(self.value),
            norm: owned(self.norm),
            ..self
        }
    }
}
