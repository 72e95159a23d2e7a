//! Documents for all rows of an indicator.

use crate::row::Row;

/// A document for each row of an indicator: what they share is made once, since an indicator may
/// have very many rows.
pub(super) fn document_per_row<'r, 'i, D: Clone>(
    rows: &'r [Row<'i>],
    about: impl FnOnce(&'r Row<'i>) -> D,
    mut set: impl FnMut(&mut D, &'r Row<'i>),
) -> impl Iterator<Item = D> {
    let mut shared = rows.first().map(about);
    rows.iter().enumerate().filter_map(move |(place, row)| {
        let mut document = if place + 1 < rows.len() { shared.clone() } else { shared.take() }?;
        set(&mut document, row);
        Some(document)
    })
}
