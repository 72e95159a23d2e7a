//! What kind of pattern an indicator has.

use std::fmt;

/// What kind of pattern an indicator has, as far as rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// One value, which is the indicator: `[a = 1]`, also with a test of its type beside it.
    Atomic,
    /// Alternatives: `[a = 1 OR b = 2]`, `[a = 1] OR [b = 2]`, `[a IN (1, 2)]`.
    AnyOf,
    /// Values that one object has together: `[a = 1 AND b = 2]`.
    AllOf,
    /// Both at once: `[a = 1 AND (b = 2 OR c = 3)]`. Only the pattern says how the values belong
    /// together.
    Mixed,
    /// No value stands for the pattern, because it compares in other ways, needs several
    /// observations, has a qualifier, or is of another language. Rows with values are context.
    Unsupported,
    /// The pattern does not parse.
    Invalid,
}

impl Class {
    /// Returns the class in lower case, with underscores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Atomic => "atomic",
            Self::AnyOf => "any_of",
            Self::AllOf => "all_of",
            Self::Mixed => "mixed",
            Self::Unsupported => "unsupported",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
