//! What is not known about an indicator, so that its rows have to be used with care.

use std::fmt;

/// Something about an indicator that is not known, because a property could not be read or refers to
/// something that the mapper has not learnt.
///
/// Rows never claim more than is known: see [`Row::doubts`](super::Row::doubts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Doubt {
    /// `revoked` is neither yes nor no. The state is [`Unclear`](super::State::Unclear), unless the
    /// indicator has expired.
    Revoked,
    /// `valid_until` is not a time. The state is [`Unclear`](super::State::Unclear), unless the
    /// indicator was revoked.
    ValidUntil,
    /// `valid_from` is absent or not a time. `created` takes its place; without it, the state is
    /// [`Unclear`](super::State::Unclear).
    ValidFrom,
    /// `pattern_type` is not a word. The state is [`Unclear`](super::State::Unclear).
    PatternType,
    /// Markings, or the definition of one, cannot be read. The TLP level is red.
    Markings,
    /// A marking is not one of those that are well known, and the mapper has not learnt its
    /// definition. The TLP level is that of the other markings.
    UnknownMarking,
    /// Two definitions of one marking have different TLP levels. The stricter one counts.
    ConflictingMarking,
    /// `confidence` is not a number of 0 to 100. The row has none.
    Confidence,
    /// `labels` is not a list of texts. The row has none.
    Labels,
    /// `indicator_types` is not a list of texts. The row has none.
    IndicatorTypes,
    /// The identifier has more than 256 bytes. The row has one that follows from it: the object's
    /// type and the UUID of version 5 of the text in the namespace
    /// [`RowKey::NAMESPACE`](super::RowKey::NAMESPACE).
    LongId,
}

impl Doubt {
    const ALL: [Self; 11] = [
        Self::Revoked,
        Self::ValidUntil,
        Self::ValidFrom,
        Self::PatternType,
        Self::Markings,
        Self::UnknownMarking,
        Self::ConflictingMarking,
        Self::Confidence,
        Self::Labels,
        Self::IndicatorTypes,
        Self::LongId,
    ];

    /// Returns the doubt as it is in the column `doubts`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revoked => "unclear_revoked",
            Self::ValidUntil => "unclear_valid_until",
            Self::ValidFrom => "unclear_valid_from",
            Self::PatternType => "unclear_pattern_type",
            Self::Markings => "unclear_markings",
            Self::UnknownMarking => "unknown_marking",
            Self::ConflictingMarking => "conflicting_marking",
            Self::Confidence => "unclear_confidence",
            Self::Labels => "unclear_labels",
            Self::IndicatorTypes => "unclear_indicator_types",
            Self::LongId => "long_id",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Revoked => "the meaning of `revoked` is unclear",
            Self::ValidUntil => "the meaning of `valid_until` is unclear",
            Self::ValidFrom => "`valid_from` is absent or unclear",
            Self::PatternType => "the meaning of `pattern_type` is unclear",
            Self::Markings => "markings cannot be read",
            Self::UnknownMarking => "a marking is unknown",
            Self::ConflictingMarking => "definitions of a marking disagree",
            Self::Confidence => "the meaning of `confidence` is unclear",
            Self::Labels => "the meaning of `labels` is unclear",
            Self::IndicatorTypes => "the meaning of `indicator_types` is unclear",
            Self::LongId => "the identifier is too long for rows",
        })
    }
}

/// A set of [`Doubt`]s.
///
/// ```
/// use stixkit::row::{Doubt, Mapper, State};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00.000Z", "pattern": "[file:size = 5]", "labels": ["benign"],
/// #     "valid_from": "2024-05-01T10:00:00Z", "revoked": "perhaps"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// // The indicator has `"revoked": "perhaps"`.
/// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
/// let row = &mapper.map(&indicator).rows[0];
/// assert_eq!(row.validity.state, State::Unclear);
/// assert!(row.doubts.contains(Doubt::Revoked));
/// assert_eq!(row.doubts.to_string(), "the meaning of `revoked` is unclear");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Doubts(u16);

impl Doubts {
    /// Returns whether there are no doubts.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether this doubt is in the set.
    pub const fn contains(self, doubt: Doubt) -> bool {
        self.0 & 1 << doubt as u16 != 0
    }

    /// Iterates over the doubts, the gravest first.
    pub fn iter(self) -> impl Iterator<Item = Doubt> {
        Doubt::ALL.into_iter().filter(move |doubt| self.contains(*doubt))
    }

    pub(super) fn add(&mut self, doubt: Doubt) {
        self.0 |= 1 << doubt as u16;
    }

    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    /// The set that has these [`bits`](Self::bits).
    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    pub(super) fn add_all(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Returns the value, or the default and notes the doubt if it could not be read.
    pub(super) fn or_note<T: Default, E>(&mut self, value: Result<T, E>, doubt: Doubt) -> T {
        value.unwrap_or_else(|_| {
            self.add(doubt);
            T::default()
        })
    }
}

impl fmt::Display for Doubts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, doubt) in self.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { "; " })?;
            doubt.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_added() {
        for (number, doubt) in Doubt::ALL.into_iter().enumerate() {
            assert_eq!(doubt as usize, number);
            let mut doubts = Doubts::default();
            doubts.add(doubt);
            assert_eq!(doubts.iter().collect::<Vec<_>>(), [doubt]);
        }
    }
}
