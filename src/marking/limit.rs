//! What may leave for an audience, as a setting of what writes and sends.

use super::audience::Audience;
use super::effective::Effective;
use super::reason::Reason;
use super::summary::Summary;
use crate::object::Tlp;

/// The objects that may go to an audience: a setting of mappers, lists, pictures and clients.
///
/// By default only what may be shared for certain may go. What nobody marked, statements and markings
/// of other families may be let through, one by one. Markings that are not known and markings that
/// cannot be read never are.
///
/// ```
/// use stixkit::marking::{Audience, Limit};
///
/// let limit = Limit::new(Audience::Community).with_unmarked(true);
/// assert!(limit.unmarked && !limit.statements);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limit {
    /// Who gets the objects.
    pub audience: Audience,
    /// Whether objects without a marking may go: `false`.
    pub unmarked: bool,
    /// Whether objects with a statement may go, because somebody has read it: `false`.
    pub statements: bool,
    /// Whether objects with markings of other families, such as PAP, may go: `false`.
    pub others: bool,
}

impl Limit {
    /// Creates a limit that lets through only what the audience may get for certain.
    pub fn new(audience: Audience) -> Self {
        Self { audience, unmarked: false, statements: false, others: false }
    }

    /// Sets whether objects without a marking may go.
    #[must_use]
    pub fn with_unmarked(mut self, unmarked: bool) -> Self {
        self.unmarked = unmarked;
        self
    }

    /// Sets whether objects with a statement may go.
    #[must_use]
    pub fn with_statements(mut self, statements: bool) -> Self {
        self.statements = statements;
        self
    }

    /// Sets whether objects with markings of other families may go.
    #[must_use]
    pub fn with_others(mut self, others: bool) -> Self {
        self.others = others;
        self
    }

    /// Returns whether an object with these markings may go.
    pub fn allows(&self, markings: Summary) -> bool {
        markings.tlp().is_none_or(|level| level.allows(self.audience))
            && !markings.has_unknown()
            && !markings.has_unreadable()
            && (self.unmarked || !markings.has_unmarked())
            && (self.statements || !markings.has_statement())
            && (self.others || !markings.has_other())
    }

    /// Returns why an object with these markings may not go; `None` if it may.
    pub fn refusal(&self, markings: &Effective) -> Option<Reason> {
        markings.reasons(self.audience).into_iter().find(|reason| !self.lets_through(reason))
    }

    fn lets_through(&self, reason: &Reason) -> bool {
        match reason {
            Reason::Unmarked => self.unmarked,
            Reason::Statement(_) => self.statements,
            Reason::Other(_) => self.others,
            Reason::Unreadable(_) | Reason::TooStrict(_) | Reason::NotRemovable(_) | Reason::Unknown(_) => false,
        }
    }
}

impl From<Audience> for Limit {
    fn from(audience: Audience) -> Self {
        Self::new(audience)
    }
}

/// The limit of the audience that the level allows.
impl From<Tlp> for Limit {
    fn from(level: Tlp) -> Self {
        Self::new(level.into())
    }
}
