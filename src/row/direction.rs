//! The end of a connection or message that a value belongs to.

use std::fmt;

use crate::pattern::ast::Path;

/// The end of a connection or message that a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// The source of traffic (`src_ref`, `src_port`), or the sender of a message (`from_ref`,
    /// `sender_ref`).
    Src,
    /// The destination of traffic (`dst_ref`, `dst_port`), or a recipient (`to_refs`, `cc_refs`,
    /// `bcc_refs`).
    Dst,
}

impl Direction {
    /// Returns the direction as it is in the column `direction`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Src => "src",
            Self::Dst => "dst",
        }
    }

    pub(super) fn from_path(path: &Path<'_>) -> Option<Self> {
        let first = path.steps.first()?.property()?;
        match path.object_type.as_ref() {
            "network-traffic" if first.starts_with("src_") => Some(Self::Src),
            "network-traffic" if first.starts_with("dst_") => Some(Self::Dst),
            "email-message" => match first {
                "from_ref" | "sender_ref" => Some(Self::Src),
                "to_refs" | "cc_refs" | "bcc_refs" => Some(Self::Dst),
                _ => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
