//! What becomes of values that mean something only together.

/// What becomes of an `AND`, whose values mean something only together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SplitMode {
    /// One row a value, none of them `standalone`.
    #[default]
    Split,
    /// No rows for the values: the pattern alone, as in Microsoft Sentinel's own import.
    Exact,
    /// Only the [`primary`](super::Relation::primary) row. It is not `standalone` either.
    Primary,
}
