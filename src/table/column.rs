//! The columns of a table.

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether every record has a value in it. A writer refuses a record without one, and formats
    /// with a schema declare the column as not nullable.
    pub is_required: bool,
    /// Whether single values are looked up in it. Parquet files have a Bloom filter for it.
    pub has_lookup: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Text of which a table has few different ones: a state, a type, the name of a feed.
    Category,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits.
    Integer,
    /// A double.
    Real,
    /// An instant.
    Time,
    /// A list of texts.
    List,
    /// JSON, for columns that hold documents.
    Json,
}

impl Column {
    /// Creates a column that may be without a value.
    pub const fn new(name: &'static str, kind: ColumnKind) -> Self {
        Self { name, kind, is_required: false, has_lookup: false }
    }

    /// Sets whether every record has a value in the column. Default: no.
    #[must_use]
    pub const fn with_required(mut self, is_required: bool) -> Self {
        self.is_required = is_required;
        self
    }

    /// Sets whether single values are looked up in the column. Default: no.
    #[must_use]
    pub const fn with_lookup(mut self, has_lookup: bool) -> Self {
        self.has_lookup = has_lookup;
        self
    }
}
