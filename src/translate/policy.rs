//! What a translation may lose.

use super::fidelity::Fidelity;

/// What a translation may lose. Whatever a policy forbids is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// Only [`Fidelity::Exact`]. Suits detections that raise alerts.
    ExactOnly,
    /// [`Fidelity::Exact`] and [`Fidelity::Wider`]: nothing is missed. Suits hunting.
    #[default]
    AllowWider,
    /// Everything for which there is a query at all.
    AllowAny,
}

impl Policy {
    /// Whether a query of this fidelity may be returned.
    pub const fn allows(self, fidelity: Fidelity) -> bool {
        match self {
            Self::ExactOnly => matches!(fidelity, Fidelity::Exact),
            Self::AllowWider => matches!(fidelity, Fidelity::Exact | Fidelity::Wider),
            Self::AllowAny => true,
        }
    }
}
