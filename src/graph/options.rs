//! How a graph is made.

/// What a [`Graph`](super::Graph) takes from its objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GraphOptions {
    /// Whether all versions of an object have edges. By default, only the newest one has.
    pub all_versions: bool,
}

impl GraphOptions {
    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether edges come from all versions of an object, so that a relationship that a newer
    /// version took back is still there.
    #[must_use]
    pub fn with_all_versions(mut self, all_versions: bool) -> Self {
        self.all_versions = all_versions;
        self
    }
}
