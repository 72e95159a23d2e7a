//! Whether the value of a row may be matched on its own.

use crate::row::{Observable, Row, RowKind, State};

/// The value that may be matched on its own, as far as the pattern and the producer go: of an
/// indicator, not a part of an `AND`, and neither revoked nor expired nor unclear. One that is not
/// yet valid counts: the caller may leave such rows out.
pub(super) fn matchable<'r>(row: &'r Row<'_>) -> Option<&'r Observable<'r>> {
    if row.kind != RowKind::Indicator || !row.relation.standalone || is_over(row) {
        return None;
    }
    row.observable.as_ref().filter(|observable| !observable.norm.is_empty())
}

/// Whether the indicator was revoked or has expired, or may have been.
fn is_over(row: &Row<'_>) -> bool {
    matches!(row.validity.state, State::Revoked | State::Expired | State::Unclear)
}
