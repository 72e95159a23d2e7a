//! Whether an object may be shared, and why not.

use std::fmt;
use std::sync::Arc;

use super::meaning::Applied;

/// Whether an audience may get an object.
///
/// Only [`Yes`](Self::Yes) means yes: [`is_yes`](Self::is_yes) fails closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// All markings are known levels that allow it.
    Yes,
    /// A marking forbids it.
    No(Reason),
    /// Markings neither allow nor forbid it: a person has to decide.
    Unsure(Reason),
}

impl Verdict {
    /// Returns whether the audience may get the object for certain.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Returns the reason of `No` and `Unsure`: the gravest one.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Yes => None,
            Self::No(reason) | Self::Unsure(reason) => Some(reason),
        }
    }

    /// Returns the verdict as a word: `yes`, `no` or `unsure`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No(_) => "no",
            Self::Unsure(_) => "unsure",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        self.reason().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// Why an object may not be shared, or why that is not certain. The gravest kind is the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The level is too strict for the audience.
    TooStrict(Applied),
    /// Markings cannot be read. They count as TLP:RED, and even recipients have to ask.
    Unreadable(Applied),
    /// A part that has to be removed cannot be: the object would not be valid without it, or what
    /// the selector selects is not certain. Only [`Markings::redact`](super::Markings::redact)
    /// returns it.
    NotRemovable(Arc<str>),
    /// The definition of a marking is not known: learn it, or ask the source.
    Unknown(Applied),
    /// A statement has to be read by a person.
    Statement(Applied),
    /// A marking of another family, such as PAP, limits what may be done with the object.
    Other(Applied),
    /// The object, or the part that was asked about, has no marking. That does not mean
    /// `TLP:CLEAR`.
    Unmarked,
}

impl Reason {
    /// Returns the reason as a word: `too-strict`, `unreadable`, `not-removable`, `unknown`,
    /// `statement`, `other` or `unmarked`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::TooStrict(_) => "too-strict",
            Self::NotRemovable(_) => "not-removable",
            Self::Unknown(_) => "unknown",
            Self::Statement(_) => "statement",
            Self::Other(_) => "other",
            Self::Unmarked => "unmarked",
        }
    }

    /// Returns the marking that is the reason, if one is.
    pub fn applied(&self) -> Option<&Applied> {
        match self {
            Self::Unreadable(applied)
            | Self::TooStrict(applied)
            | Self::Unknown(applied)
            | Self::Statement(applied)
            | Self::Other(applied) => Some(applied),
            Self::NotRemovable(_) | Self::Unmarked => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRemovable(selector) => write!(f, "`{selector}` may not be shared and cannot be removed"),
            Self::Unmarked => f.write_str("it has no marking"),
            Self::Unreadable(applied)
            | Self::TooStrict(applied)
            | Self::Unknown(applied)
            | Self::Statement(applied)
            | Self::Other(applied) => applied.fmt(f),
        }
    }
}

impl std::error::Error for Reason {}
