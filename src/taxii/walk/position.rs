//! What a checkpoint keeps of a walk.

use super::super::key::Key;
use crate::Timestamp;

/// The place from which a walk can be resumed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Position {
    /// The last date that can be relied on.
    pub(in super::super) anchor: Option<Timestamp>,
    /// The keys of the objects that would come again from there.
    pub(in super::super) border: Vec<Key>,
    pub(in super::super) is_verified: bool,
    pub(in super::super) unreliable: Option<String>,
    pub(in super::super) next: Option<String>,
    pub(in super::super) limit: u32,
    /// The largest page that the server is asked for, because it refused larger ones.
    pub(in super::super) max_limit: Option<u32>,
    /// The most objects that the server sent on a page.
    pub(in super::super) largest: u64,
    /// Whether the server took a `next`.
    pub(in super::super) has_next: bool,
    /// Whether dates are in order by the second alone.
    pub(in super::super) is_coarse: bool,
    pub(in super::super) from: Option<Timestamp>,
}
