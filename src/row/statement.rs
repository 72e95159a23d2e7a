//! What one indicator of one feed states about a value.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::direction::Direction;
use super::row_key::RowKey;
use super::standing::Standing;
use super::validity::State;
use crate::object::Tlp;
use crate::table::{Cells, Column, ColumnKind, Record};
use crate::{Identifier, Timestamp};

/// What one indicator of one feed states about a value: the provenance of a merged row.
///
/// It is a [`Record`], so that the provenance of all rows is a table of its own, in each format of
/// [`table`](crate::table). Its column `row_id` is that of the merged rows.
///
/// ```
/// use stixkit::feed::Entry;
/// use stixkit::row::{Mapper, Merge};
/// use stixkit::table::JsonLine;
///
/// let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse()?;
/// let mut merge = Merge::new("all feeds");
/// for feed in ["first", "second"] {
///     let indicator = Entry::detect("198.51.100.7")?.to_indicator(feed, now).unwrap();
///     merge.apply(&Mapper::new(now).with_source(feed).map(&indicator), now);
/// }
/// let keys: Vec<_> = merge.keys().collect();
/// let own = merge.provenance(&keys[0]);
/// let lines: Vec<_> = own.map(|own| serde_json::to_string(&JsonLine(&own)).unwrap()).collect();
/// assert!(lines[0].contains(r#""source":"first""#) && lines[1].contains(r#""source":"second""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// The merged row.
    pub key: RowKey,
    /// The feed.
    pub source: Arc<str>,
    /// The indicator.
    pub stix_id: Identifier,
    /// The indicator's version.
    pub modified: Option<Timestamp>,
    /// Start and end of validity. `None` is not known, or no end.
    pub valid: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Whether the feed took it back.
    pub revoked: bool,
    /// The confidence, if the feed states one.
    pub confidence: Option<u8>,
    /// The level of the Traffic Light Protocol.
    pub tlp: Option<Tlp>,
    /// The end of traffic that an address is.
    pub direction: Option<Direction>,
    /// What the feed calls it.
    pub name: Option<String>,
    pub(super) standing: Standing,
}

impl Statement {
    /// The state of this statement alone at an instant.
    pub fn state(&self, now: impl Into<DateTime<Utc>>) -> State {
        self.standing.state(self.valid, now.into())
    }
}

impl Record for Statement {
    const TABLE: &'static str = "provenance";
    const COLUMNS: &'static [Column] = &[
        Column::new("row_id", ColumnKind::Text).with_required(true),
        Column::new("source", ColumnKind::Category).with_required(true),
        Column::new("stix_id", ColumnKind::Text).with_required(true),
        Column::new("modified", ColumnKind::Time),
        Column::new("valid_from", ColumnKind::Time),
        Column::new("valid_until", ColumnKind::Time),
        Column::new("revoked", ColumnKind::Boolean).with_required(true),
        Column::new("confidence", ColumnKind::Integer),
        Column::new("tlp", ColumnKind::Category),
        Column::new("direction", ColumnKind::Category),
        Column::new("name", ColumnKind::Text),
    ];

    fn cells(&self, cells: &mut Cells<'_>) {
        cells.show(self.key.to_string());
        cells.show(&*self.source);
        cells.show(self.stix_id.to_string());
        cells.show(self.modified.as_ref());
        let (from, until) = (self.valid.0.map(Timestamp::exact), self.valid.1.map(Timestamp::exact));
        cells.show(from.as_ref());
        cells.show(until.as_ref());
        cells.show(self.revoked);
        cells.show(self.confidence);
        cells.show(self.tlp.map(|tlp| tlp.as_str()));
        cells.show(self.direction.map(|direction| direction.as_str()));
        cells.show(self.name.as_deref());
    }
}
