//! Times that a feed does not state.

/// Which times of an object its feed does not state, so that the reader filled in its own.
///
/// A list without times makes objects that are as new as their reading. Compared by their versions,
/// all of them change at each reading. [`Upserts::apply_unstated`](super::Upserts::apply_unstated)
/// takes this to compare contents instead.
/// [`Entry::unstated_times`](crate::feed::Entry::unstated_times) returns it for an entry of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UnstatedTimes {
    /// The time of the last change is the reader's.
    pub modified: bool,
    /// The start of validity is the reader's.
    pub valid_from: bool,
}

impl UnstatedTimes {
    /// Creates the set of times.
    pub const fn new(modified: bool, valid_from: bool) -> Self {
        Self { modified, valid_from }
    }
}
