//! A value that is kept for the day that its row ends.

use std::borrow::Cow;

use super::ended_row::EndedRow;
use super::row::Row;
use super::value_kind::ValueKind;

/// What a tombstone needs of a row, apart from what its object knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KeptValue {
    /// The key, the value, and the value in normal form if it is another, one after the other.
    text: Box<str>,
    key_len: u32,
    value_len: u32,
    has_norm: bool,
    is_standalone: bool,
    /// `None` if there is no value.
    kind: Option<ValueKind>,
}

impl KeptValue {
    pub(super) fn of_row(row: &Row<'_>) -> Self {
        let parts = row.observable.as_ref().map(|own| (&*own.key, &*own.value, &*own.norm, own.kind));
        Self::new(parts, row.relation.standalone)
    }

    /// Takes key, value, normal form and kind.
    pub(super) fn new(parts: Option<(&str, &str, &str, ValueKind)>, is_standalone: bool) -> Self {
        let (key, value, norm) = parts.map_or(("", "", ""), |(key, value, norm, _)| (key, value, norm));
        let has_norm = value != norm;
        let len = |text: &str| u32::try_from(text.len());
        match (len(key), len(value)) {
            (Ok(key_len), Ok(value_len)) => Self {
                text: [key, value, if has_norm { norm } else { "" }].concat().into(),
                key_len,
                value_len,
                has_norm,
                is_standalone,
                kind: parts.map(|(.., kind)| kind),
            },
            // No pattern of this size is read.
            _ => Self::new(None, is_standalone),
        }
    }

    pub(super) fn is_standalone(&self) -> bool {
        self.is_standalone
    }

    /// Key, value, normal form and kind.
    pub(super) fn parts(&self) -> Option<(&str, &str, &str, ValueKind)> {
        let (key, rest) = self.text.split_at_checked(self.key_len as usize)?;
        let (value, norm) = rest.split_at_checked(self.value_len as usize)?;
        Some((key, value, if self.has_norm { norm } else { value }, self.kind?))
    }

    pub(super) fn fill(&self, row: &mut EndedRow<'_>) {
        let owned = |text: &str| Some(Cow::Owned(text.to_owned()));
        row.standalone = self.is_standalone;
        if let Some((key, value, norm, kind)) = self.parts() {
            (row.key, row.value, row.norm, row.kind) = (owned(key), owned(value), owned(norm), Some(kind));
        }
    }
}
