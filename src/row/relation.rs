//! How the rows of one indicator belong together.

use std::fmt;

use super::row_key::RowKey;

/// How a row relates to the pattern and to the other rows of its indicator.
///
/// It is a field of [`Row`](super::Row), which has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Relation {
    /// How the rows of the indicator belong together.
    pub kind: RelationKind,
    /// Whether an object with this value satisfies the pattern, whatever else it has. Only such a
    /// row is an indicator by itself. A hash of a content implies the other hashes, the size and
    /// the type of that content, so the strongest hash of such an `AND` is standalone.
    pub standalone: bool,
    /// Whether the row represents the whole indicator: it is `standalone`, or it is the most
    /// specific part of an `AND`. The strongest hash comes first, then URLs, domains, addresses,
    /// e-mail addresses, registry keys, mutexes, command lines, names and paths, users, ports,
    /// other text and numbers. Protocols, methods, types, booleans and times come last. Among
    /// equals it is the first one in the pattern.
    pub primary: bool,
    /// The first row of the indicator, if this one lacks what is too long to be repeated: a
    /// pattern, a name, a description or a list of more than 4 KiB.
    pub pattern_of: Option<RowKey>,
}

impl Relation {
    /// The relation of the only row of an indicator or observable.
    pub(super) const fn single(standalone: bool) -> Self {
        Self { kind: RelationKind::Single, standalone, primary: standalone, pattern_of: None }
    }
}

/// How the rows of one indicator belong together.
///
/// It is a field of [`Relation`], and that is one of [`Row`](super::Row).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RelationKind {
    /// The row is the only one, and the whole indicator.
    Single,
    /// Each row is sufficient.
    AnyOf,
    /// All rows of the group have to hold for the same object; a `standalone` hash among them
    /// implies the others. If there is a `reason`, something that has no row has to hold as well.
    AllOf,
    /// `standalone` rows are sufficient; only the pattern says how the others belong together.
    Mixed,
    /// The values belong to several observations, all of which are needed (`AND` between
    /// observations). No row is `standalone`.
    SeveralObservations,
    /// The values belong to a sequence of observations (`FOLLOWEDBY`). No row is `standalone`.
    Sequence,
    /// The values count only at certain times or if they are seen several times (`START … STOP`,
    /// `WITHIN`, `REPEATS`). No row is `standalone`.
    Qualified,
}

impl RelationKind {
    /// Returns the kind as it is in the column `relation`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::AnyOf => "any_of",
            Self::AllOf => "all_of",
            Self::Mixed => "mixed",
            Self::SeveralObservations => "several_observations",
            Self::Sequence => "sequence",
            Self::Qualified => "qualified",
        }
    }
}

impl fmt::Display for RelationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
