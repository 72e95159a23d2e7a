//! When the validity of a row ends.

use std::borrow::Cow;

use super::options::Options;
use crate::Timestamp;
use crate::row::{Doubt, EndedRow, ExpirySource, Row, ValueKind};

/// When the validity of a row ends, and whether the indicator says so.
#[derive(Clone, Debug, Default)]
pub(super) struct End<'a> {
    pub(super) at: Option<Cow<'a, Timestamp>>,
    /// The end is a default: of the mapper, or of the options.
    pub(super) is_default: bool,
}

impl<'a> End<'a> {
    /// The end of a row whose value is of this kind.
    pub(super) fn of_row(row: &'a Row<'_>, kind: Option<ValueKind>, options: &Options) -> Self {
        if let Some(until) = &row.validity.until {
            let is_default = row.validity.expiry_source == Some(ExpirySource::Default);
            return Self { at: Some(Cow::Borrowed(until)), is_default };
        }
        // The indicator has an end, and what it is cannot be read.
        if row.doubts.contains(Doubt::ValidUntil) {
            return Self::default();
        }
        let at = options.default_end(kind, row.validity.from.as_ref());
        Self { is_default: at.is_some(), at: at.map(Cow::Owned) }
    }

    /// The end of a tombstone: no earlier than that of the row that it ends.
    pub(super) fn of_ended(row: &'a EndedRow<'_>, options: &Options) -> Self {
        let kind = row.kind.filter(|_| row.standalone);
        let own = row.until.as_ref().map(Cow::Borrowed);
        Self { at: own.or_else(|| options.default_end(kind, None).map(Cow::Owned)), is_default: false }
    }

    pub(super) fn at(&self) -> Option<&Timestamp> {
        self.at.as_deref()
    }
}
