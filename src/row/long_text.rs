//! Text that is too long to be repeated in every row of an indicator.
//!
//! An indicator may have as many rows as its pattern has values. If each of them repeated a text of
//! the indicator's own length, the rows would grow with the square of the indicator.

use std::borrow::Cow;

use uuid::Uuid;

use super::context::MAX_REPEATED;
use super::doubt::{Doubt, Doubts};
use super::row::Row;
use super::row_key::RowKey;
use super::row_kind::RowKind;
use crate::{Identifier, Kind, Timestamp};

/// More bytes than an identifier has that rows repeat.
const MAX_ID: usize = 256;

/// More fraction digits than a time has that rows repeat.
const MAX_DIGITS: usize = 32;

/// Returns an object's identifier as its rows have it: if it is too long, another one that follows
/// from it, so that the rows of the object still belong together.
pub(super) fn short_id<'o>(id: &'o Identifier, kind: Kind, doubts: &mut Doubts) -> Cow<'o, Identifier> {
    // One in the standard's form is short.
    if id.text_len() <= MAX_ID {
        return Cow::Borrowed(id);
    }
    doubts.add(Doubt::LongId);
    let uuid = id.with_text(|text| Uuid::new_v5(&RowKey::NAMESPACE, text.as_bytes()));
    Cow::Owned(Identifier::new(kind, uuid))
}

/// Returns the rows of an object: `base` for each of the terms, which `set` puts into it, or `base`
/// alone if there are none. Long text is in the first row only, which the others name.
pub(super) fn rows_of_terms<'a, T>(base: Row<'a>, terms: Vec<T>, set: impl Fn(&mut Row<'a>, T)) -> Vec<Row<'a>> {
    let with = |mut row: Row<'a>, term| {
        set(&mut row, term);
        row
    };
    let mut terms = terms.into_iter();
    let mut rows = Vec::with_capacity(terms.len().max(1));
    let Some(first) = terms.next() else { return vec![base] };
    let Some(last) = terms.next_back() else { return vec![with(base, first)] };
    // What is long is looked at once, however many rows there are.
    let mut other = base.clone();
    let lacks_text = other.drop_long_text();
    rows.push(with(base, first));
    if lacks_text {
        other.relation.pattern_of = Some(RowKey::from_row(&rows[0]));
    }
    rows.extend(terms.map(|term| with(other.clone(), term)));
    rows.push(with(other, last));
    rows
}

impl Row<'_> {
    /// Drops what is too long to be repeated, and returns whether there was such text.
    fn drop_long_text(&mut self) -> bool {
        // The pattern of an observable's row is its own.
        let is_long = self.kind == RowKind::Indicator && self.pattern.len() > MAX_REPEATED;
        if is_long {
            self.pattern = Cow::Borrowed("");
        }
        let validity = &mut self.validity;
        let times = [&mut self.created, &mut self.modified, &mut validity.from, &mut validity.until];
        for time in times.into_iter().flatten().filter(|time| time.fraction_digits() > MAX_DIGITS) {
            *time = Timestamp::exact(time.instant());
        }
        self.context.drop_long_text() || is_long
    }
}
