//! What became of rows.

/// How many rows became lines of a list, and why the others did not. Each row counts once.
///
/// [`ListWriter`](super::ListWriter) returns them at the end; the [module](crate::feed::write) has
/// an example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ListCounts {
    /// Rows whose value was written.
    pub written: u64,
    /// Rows whose value was there already.
    pub repeated: u64,
    /// Rows that are not standalone, or have no value.
    pub not_standalone: u64,
    /// Rows that are not active at the mapper's instant.
    pub not_active: u64,
    /// Rows that may not go to the readers of the list, or not for certain: see
    /// [`Options::limit`](super::Options::limit).
    pub too_strict: u64,
    /// Rows whose value is not well formed, or cannot be written in the format.
    pub not_writable: u64,
    /// Rows with a value of a type that the format does not take.
    pub other_type: u64,
}
