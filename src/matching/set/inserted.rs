//! What became of an indicator that was given to a set.

use std::fmt;

use crate::matching::ErrorKind;

/// What became of an indicator that was given to a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inserted {
    /// What happened to the set.
    pub change: Change,
    /// How many values are looked up that are indicators by themselves.
    pub values: usize,
    /// How many values and pieces of text are looked up that lead to a test of the whole pattern.
    pub anchors: usize,
    /// Whether the pattern is tested for each event with an object of its type, because nothing in it
    /// can be looked up.
    pub always: bool,
    /// Whether the pattern is about several observations. The set keeps it for a correlator, see
    /// [`IndicatorSet::sequences`](super::IndicatorSet::sequences), and does not look for it.
    pub several: bool,
    /// What cannot be found, and why. Empty if the whole pattern can be found.
    pub skipped: Vec<Skipped>,
}

/// What an insertion changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// Nothing: the set has the indicator of this source already, in the upsert in the same or a newer
    /// version, or nothing of the pattern can be found.
    #[default]
    None,
    /// The indicator is new.
    Added,
    /// The indicator took the place of an older version.
    Replaced,
}

/// A part of an indicator that cannot be found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Why it cannot be found.
    pub reason: SkipReason,
    /// The value, or the message of the error. It is cut after 200 bytes.
    pub detail: String,
}

/// Why an indicator or a part of it cannot be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// The pattern is in another language than STIX.
    OtherLanguage,
    /// The pattern is not valid.
    InvalidPattern,
    /// The pattern cannot be matched, for example because of its regular expression.
    Unmatchable(ErrorKind),
    /// No observation can satisfy the pattern, for example because its window is empty.
    NeverHolds,
    /// The value is empty or a word for "no value", such as `-`, and would match half of all events.
    Placeholder,
    /// Nothing in the pattern can be looked up, and the set has as many such patterns as
    /// [`SetOptions::with_max_always`](super::SetOptions::with_max_always) allows.
    TooManyAlways,
    /// The set is full: it holds up to 4 GiB of values, 65,535 different paths and 65,535 sources.
    Full,
    /// The rows are not those of an indicator, or lack the one that has the pattern.
    NoIndicator,
}

impl Skipped {
    pub(super) fn new(reason: SkipReason, detail: impl AsRef<str>) -> Self {
        const MAX: usize = 200;
        let detail = detail.as_ref();
        let end = (0..=MAX.min(detail.len())).rev().find(|end| detail.is_char_boundary(*end)).unwrap_or(0);
        Self { reason, detail: detail[..end].to_owned() }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherLanguage => f.write_str("not a STIX pattern"),
            Self::InvalidPattern => f.write_str("invalid pattern"),
            Self::Unmatchable(kind) => write!(f, "{kind}"),
            Self::NeverHolds => f.write_str("pattern that never holds"),
            Self::Placeholder => f.write_str("value that means no value"),
            Self::TooManyAlways => f.write_str("too many patterns without anything to look up"),
            Self::Full => f.write_str("set is full"),
            Self::NoIndicator => f.write_str("not the rows of an indicator"),
        }
    }
}
