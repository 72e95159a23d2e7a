//! Qualifiers that an expression has twice.

use super::ast::Qualifier;

/// Which kinds of qualifiers an expression has so far.
#[derive(Debug, Default)]
pub(crate) struct SeenQualifiers([bool; 3]);

impl SeenQualifiers {
    /// Adds a qualifier, and returns whether there was one of its kind before, which STIX 2.1 does
    /// not allow.
    pub(crate) fn is_repeated(&mut self, qualifier: &Qualifier<'_>) -> bool {
        let kind = match qualifier {
            Qualifier::StartStop(_) => 0,
            Qualifier::Within(_) => 1,
            Qualifier::Repeats(_) => 2,
        };
        std::mem::replace(&mut self.0[kind], true)
    }
}
