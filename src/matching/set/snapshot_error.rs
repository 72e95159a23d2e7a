//! Errors of snapshots.

use std::fmt;
use std::io;

/// The reason why a set cannot be saved or loaded.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SnapshotError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
struct Inner {
    kind: SnapshotErrorKind,
    source: Option<io::Error>,
}

/// The kinds of [`SnapshotError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotErrorKind {
    /// Reading or writing failed: see the source of the error. A snapshot that was cut ends with
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) or is [`Corrupt`](Self::Corrupt).
    Io,
    /// The bytes are not a snapshot.
    NotASnapshot,
    /// Another version of the crate wrote the snapshot. Build the set from its feeds again.
    OtherVersion,
    /// The snapshot was damaged. Build the set from its feeds again.
    Corrupt,
    /// The snapshot is larger than the [`Limits`](super::Limits) allow.
    TooLarge,
}

impl fmt::Display for SnapshotErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io => "the snapshot of the indicators cannot be read or written",
            Self::NotASnapshot => "this is not a snapshot of indicators",
            Self::OtherVersion => {
                "the snapshot of the indicators is of another version; build the set from its feeds again"
            }
            Self::Corrupt => "the snapshot of the indicators was damaged; build the set from its feeds again",
            Self::TooLarge => "the snapshot of the indicators is larger than the limits allow",
        })
    }
}

impl SnapshotError {
    pub(super) fn new(kind: SnapshotErrorKind) -> Self {
        Self(Box::new(Inner { kind, source: None }))
    }

    pub(super) fn io(source: io::Error) -> Self {
        Self(Box::new(Inner { kind: SnapshotErrorKind::Io, source: Some(source) }))
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> SnapshotErrorKind {
        self.0.kind
    }
}
