//! The containers that a reader is inside of, and the bounds of what it keeps of them.

/// Bundles in lists in bundles: as deep as containers may nest.
pub(super) const MAX_CONTAINERS: usize = 16;

/// Findings kept for one object, and for the containers of a whole input.
pub(super) const MAX_FINDINGS: usize = 64;

/// Members of a bundle that are kept, and how large they may be: enough for whatever is said there, and no way to fill
/// the memory.
pub(super) const MAX_MEMBERS: usize = 64;
pub(super) const MAX_MEMBER_BYTES: usize = 64 * 1024;

/// Of an object over the limit this much is kept, to tell which it was.
pub(super) const OVERSIZE_RAW: usize = 4096;

/// A container that is open.
#[derive(Debug)]
pub(super) enum Frame {
    /// A list of objects: the index of the next element, and whether a comma is due before it.
    List { next: u64, comma_due: bool, is_member: bool },
    /// A bundle or an envelope, between its members.
    Members { comma_due: bool },
}
