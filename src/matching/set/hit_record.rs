//! Hits as records of a table.

use super::hit::Hit;
use crate::table::{Cell, Cells, Column, ColumnKind, Record};

/// Hits are records of the table `hits`, for JSON lines, CSV, Arrow and Parquet: see [`table`](crate::table).
///
/// ```
/// use stixkit::matching::set::IndicatorSet;
/// use stixkit::row::ValueKind;
/// use stixkit::table::JsonLine;
///
/// let mut set = IndicatorSet::new();
/// set.insert(&serde_json::from_str(r#"{"type": "indicator", "spec_version": "2.1",
///     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "created": "2024-05-01T10:00:00Z",
///     "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z",
///     "pattern": "[domain-name:value = 'c2.example']"}"#)?);
/// let hit = set.lookup(ValueKind::Domain, "WWW.C2.example").next().unwrap();
/// assert_eq!(serde_json::to_string(&JsonLine(&hit))?, concat!(
///     r#"{"indicator":"indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f","path":"domain-name:value","#,
///     r#""matched":"c2.example","how":"subdomain(1)","value":"WWW.C2.example","#,
///     r#""standalone":true,"derived":false}"#,
/// ));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Record for Hit<'_> {
    const TABLE: &'static str = "hits";

    const COLUMNS: &'static [Column] = &[
        Column::new("indicator", ColumnKind::Text).with_required(true),
        Column::new("source", ColumnKind::Category),
        Column::new("path", ColumnKind::Category),
        Column::new("matched", ColumnKind::Text),
        Column::new("how", ColumnKind::Category).with_required(true),
        Column::new("field", ColumnKind::Category),
        Column::new("slot", ColumnKind::Category),
        Column::new("value", ColumnKind::Text),
        Column::new("direction", ColumnKind::Category),
        Column::new("outcome", ColumnKind::Category),
        Column::new("state", ColumnKind::Category),
        Column::new("confidence", ColumnKind::Integer),
        Column::new("tlp", ColumnKind::Category),
        Column::new("standalone", ColumnKind::Boolean).with_required(true),
        Column::new("derived", ColumnKind::Boolean).with_required(true),
    ];

    fn cells(&self, cells: &mut Cells<'_>) {
        cells.show(self.id().to_string());
        cells.show(Some(self.source()).filter(|source| !source.is_empty()));
        cells.show(self.path());
        cells.show(self.matched());
        cells.show(self.how().to_string());
        cells.show(self.field());
        cells.show(self.slot());
        cells.show(self.value());
        cells.show(self.direction().map(|direction| direction.as_str()));
        cells.show(self.outcome().map(|outcome| outcome.as_str()));
        cells.show(self.state().map(|state| state.as_str()));
        cells.show(self.confidence().map_or(Cell::Null, Cell::from));
        cells.show(self.tlp().map(|tlp| tlp.as_str()));
        cells.show(self.is_standalone());
        cells.show(self.is_derived());
    }
}
