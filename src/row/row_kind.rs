//! What a row is made from.

use std::fmt;

/// What a row is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RowKind {
    /// An indicator: a producer says that the value means something.
    Indicator,
    /// A bare observable, which only says that there is such a value.
    Observable,
}

impl RowKind {
    /// Returns the kind as it is in the column `record`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Observable => "observable",
        }
    }
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
