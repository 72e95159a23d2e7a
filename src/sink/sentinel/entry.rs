//! Which rows of a mapper become which rows of Sentinel's tables.

use crate::row::{Class, Observable, Outcome, Row, RowKind};

/// A row of a table: a value that may be matched on its own, or none.
///
/// The rules that Microsoft ships take every value of a row for an indicator, so a part of an `AND`
/// must not be one. The parts go into one row for all of them.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    pub(super) row: &'a Row<'a>,
    pub(super) value: Option<&'a Observable<'a>>,
    /// Rows of the values that mean something only together, the primary one first.
    pub(super) parts: Vec<&'a Row<'a>>,
}

/// Returns the entries of an indicator: one for each of its values that stand alone, and one for
/// the parts, unless a value that stands alone implies them. At least one, if there are rows of an
/// indicator.
pub(super) fn entries<'a>(outcome: &'a Outcome<'a>) -> Vec<Entry<'a>> {
    let rows = || outcome.rows.iter().filter(|row| row.kind == RowKind::Indicator);
    let value = |row: &'a Row<'a>| row.observable.as_ref().filter(|_| row.relation.standalone);
    let alone = |row| Some(Entry { row, value: Some(value(row)?), parts: Vec::new() });
    let mut entries = Vec::with_capacity(outcome.rows.len());
    entries.extend(rows().filter_map(alone));
    if entries.len() == outcome.rows.len() {
        return entries;
    }
    let mut parts: Vec<_> = rows().filter(|row| row.observable.is_some() && !row.relation.standalone).collect();
    parts.sort_by_key(|row| !row.relation.primary);
    match (&mut entries[..], rows().next()) {
        ([implies_others], _) if outcome.class == Class::AllOf => implies_others.parts = parts,
        ([_, ..], _) if parts.is_empty() => {}
        (_, Some(first)) => {
            let row = parts.first().copied().unwrap_or(first);
            entries.push(Entry { row, value: None, parts });
        }
        _ => {}
    }
    entries
}
