//! How large a snapshot may be.

/// Limits on a snapshot, for one that may come from a stranger.
///
/// ```
/// use stixkit::matching::set::{IndicatorSet, Limits, SnapshotErrorKind};
///
/// let mut snapshot = Vec::new();
/// IndicatorSet::new().save(&mut snapshot)?;
/// let limits = Limits::default().with_max_bytes(20);
/// let error = IndicatorSet::load(&*snapshot, &limits).unwrap_err();
/// assert_eq!(error.kind(), SnapshotErrorKind::TooLarge);
/// # Ok::<(), stixkit::matching::set::SnapshotError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    max_bytes: u64,
    max_records: usize,
    max_always: usize,
}

impl Limits {
    /// Sets how long a snapshot may be. Default: 16 GiB.
    #[must_use]
    pub fn with_max_bytes(mut self, max: u64) -> Self {
        self.max_bytes = max;
        self
    }

    /// Sets how many indicators there may be. Default: 100 million.
    #[must_use]
    pub fn with_max_records(mut self, max: usize) -> Self {
        self.max_records = max;
        self
    }

    /// Sets how many patterns may be tested for each event, whatever the options in the snapshot allow. Default:
    /// 10,000.
    #[must_use]
    pub fn with_max_always(mut self, max: usize) -> Self {
        self.max_always = max;
        self
    }

    /// Returns how long a snapshot may be.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Returns how many indicators there may be.
    pub fn max_records(&self) -> usize {
        self.max_records
    }

    /// Returns how many patterns may be tested for each event.
    pub fn max_always(&self) -> usize {
        self.max_always
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 16 << 30, max_records: 100_000_000, max_always: 10_000 }
    }
}
