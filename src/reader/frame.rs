//! The containers that a reader is inside of, and what it keeps of them.

use crate::json::Properties;

/// Bundles in lists in bundles: as deep as containers may nest.
pub(super) const MAX_CONTAINERS: usize = 16;

/// Findings kept for one object, and for the containers of a whole input.
pub(super) const MAX_FINDINGS: usize = 64;

/// Members of a bundle that are kept, and how large they may be: enough for whatever is said there,
/// and no way to fill the memory.
pub(super) const MAX_MEMBERS: usize = 64;
pub(super) const MAX_MEMBER_BYTES: usize = 64 * 1024;

/// Of an object over the limit this much is kept, to tell which it was.
pub(super) const OVERSIZE_RAW: usize = 4096;

/// The members of a container without its objects, as far as they are kept.
#[derive(Debug, Default)]
pub(super) struct KeptMembers {
    pub(super) properties: Properties,
    /// How many there were. A repeated one counts each time.
    pub(super) count: usize,
}

/// A container that is open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The part of the path that leads to the container from the one below: `.objects`, or nothing.
    pub(super) path: String,
    pub(super) kind: FrameKind,
    /// A value was read, so that a comma or the end of the container is next.
    pub(super) comma_due: bool,
}

#[derive(Clone, Debug)]
pub(super) enum FrameKind {
    /// A list of objects, with the index of the next element.
    List { next: u64 },
    /// A bundle or an envelope, between its members: whether `objects` was among them, and whether
    /// any of them belongs to a bundle or envelope.
    Members { had_objects: bool, is_known: bool },
    /// An object around a container, between its members: how many such objects are around it.
    Wrapper { depth: usize },
    /// A map of objects: the key of the current one, and whether its value comes next.
    Map { key: String, is_value_next: bool },
    /// A place for one object.
    One,
}

impl Frame {
    pub(super) fn new(path: impl Into<String>, kind: FrameKind) -> Self {
        Self { path: path.into(), kind, comma_due: false }
    }

    /// The bracket that ends the container; `None` for [`FrameKind::One`], which has none.
    pub(super) fn closing_bracket(&self) -> Option<u8> {
        match self.kind {
            FrameKind::List { .. } => Some(b']'),
            FrameKind::Members { .. } | FrameKind::Wrapper { .. } | FrameKind::Map { .. } => Some(b'}'),
            FrameKind::One => None,
        }
    }
}
