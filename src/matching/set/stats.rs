//! What is in a set, in numbers.

/// What is in an [`IndicatorSet`](super::IndicatorSet), in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Indicators.
    pub indicators: usize,
    /// Values and pieces of text that are looked up, those of removed indicators included.
    pub terms: usize,
    /// Patterns that hits need a test of, and those for a correlator.
    pub patterns: usize,
    /// Patterns that are tested for each event with an object of their type.
    pub always: usize,
    /// Indicators that were removed and whose room [`compact`](super::IndicatorSet::compact) gives back.
    pub removed: usize,
    /// Bytes of memory.
    pub bytes: StatsBytes,
}

/// Bytes of memory that a set takes, without what an allocator adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatsBytes {
    /// What is known of each indicator, and the table of identifiers.
    pub records: usize,
    /// A fixed number for each value.
    pub terms: usize,
    /// The values.
    pub values: usize,
    /// Tables in which values are looked up, with the bitmaps of networks.
    pub tables: usize,
    /// What finds pieces of text.
    pub text: usize,
    /// Texts of patterns, compiled ones and paths.
    pub patterns: usize,
}

impl StatsBytes {
    /// Returns the sum.
    pub fn total(&self) -> usize {
        self.records + self.terms + self.values + self.tables + self.text + self.patterns
    }
}
