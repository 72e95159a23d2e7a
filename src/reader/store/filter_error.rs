//! The error of a filter that does not read.

/// Text that is not a [`Filter`](super::Filter).
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at byte {}", .0.what, .0.at)]
pub struct FilterError(Box<Fault>);

#[derive(Clone, PartialEq, Eq)]
struct Fault {
    what: String,
    at: usize,
}

impl std::fmt::Debug for FilterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl FilterError {
    pub(super) fn new(what: impl Into<String>, at: usize) -> Self {
        Self(Box::new(Fault { what: what.into(), at }))
    }

    /// The offset in the text, in bytes.
    pub fn offset(&self) -> usize {
        self.0.at
    }
}
