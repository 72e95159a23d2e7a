//! The markings that count for an object, or for a part of one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::audience::Audience;
use super::meaning::{Applied, Meaning};
use super::reason::{Reason, Verdict};
use super::summary::Summary;
use crate::Identifier;
use crate::object::Tlp;

/// The markings that count for an object, for a part of one, or for a set of objects: what
/// [`Markings`](super::Markings) returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    pub(super) applied: BTreeSet<Applied>,
    pub(super) languages: BTreeSet<(Arc<str>, Arc<str>)>,
    pub(super) notices: BTreeSet<Notice>,
    pub(super) has_unmarked: bool,
}

/// Something about markings that is odd, and that [`Markings`](super::Markings) took in the strictest
/// way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Notice {
    /// A selector selects nothing, or is not a selector. What it was meant to mark is not known, so
    /// the marking counts for everything in the object.
    SelectsNothing(Arc<str>),
    /// Two definitions of one marking have different levels. The strictest one counts.
    Conflict(Identifier),
    /// The definition of a well-known marking is stricter than its identifier. The definition counts.
    Contradiction(Identifier),
}

impl Effective {
    pub(super) fn new() -> Self {
        Self { applied: BTreeSet::new(), languages: BTreeSet::new(), notices: BTreeSet::new(), has_unmarked: false }
    }

    /// Returns the strictest level of the Traffic Light Protocol. `None` is not [`Tlp::Clear`]: no
    /// marking has a known level.
    pub fn tlp(&self) -> Option<Tlp> {
        self.applied.iter().filter_map(|applied| applied.meaning.tlp()).max()
    }

    /// Iterates over the markings.
    pub fn applied(&self) -> impl Iterator<Item = &Applied> {
        self.applied.iter()
    }

    /// Iterates over the texts of statements.
    pub fn statements(&self) -> impl Iterator<Item = &str> {
        self.applied.iter().filter_map(|applied| match &applied.meaning {
            Meaning::Statement(text) => Some(&**text),
            _ => None,
        })
    }

    /// Iterates over the markings of other families, such as PAP: the family and the text.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        self.applied.iter().filter_map(|applied| match &applied.meaning {
            Meaning::Other { family, text } => Some((&**family, &**text)),
            _ => None,
        })
    }

    /// Iterates over the markings whose definitions are not known.
    pub fn unknown(&self) -> impl Iterator<Item = &Identifier> {
        let unknown = self.applied.iter().filter(|applied| applied.meaning == Meaning::Unknown);
        unknown.filter_map(|applied| applied.marking.as_ref())
    }

    /// Iterates over the languages of parts: the selector and the RFC 5646 tag.
    pub fn languages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.languages.iter().map(|(selector, language)| (&**selector, &**language))
    }

    /// Iterates over what is odd about the markings.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter()
    }

    /// Returns whether the object, or the part, is without a marking that covers all of it. Of a set,
    /// whether one of the objects is.
    pub fn has_unmarked(&self) -> bool {
        self.has_unmarked
    }

    /// Returns the markings of both: the strictest of several sources, or of a set. The order does
    /// not matter.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.applied.extend(other.applied);
        self.languages.extend(other.languages);
        self.notices.extend(other.notices);
        self.has_unmarked |= other.has_unmarked;
        self
    }

    /// Returns all reasons against sharing with an audience, the gravest first. It is empty if the
    /// verdict is [`Verdict::Yes`].
    pub fn reasons(&self, audience: Audience) -> Vec<Reason> {
        let mut reasons: Vec<_> = self.applied.iter().filter_map(|applied| reason(applied, audience)).collect();
        reasons.extend(self.has_unmarked.then_some(Reason::Unmarked));
        // Of several levels only the strictest one matters.
        reasons.sort_by(|a, b| {
            let level = |reason: &Reason| reason.applied().and_then(|applied| applied.meaning.tlp());
            rank(a).cmp(&rank(b)).then(level(b).cmp(&level(a))).then_with(|| a.cmp(b))
        });
        reasons
    }

    /// Returns whether the audience may get what has these markings, and why not.
    pub fn verdict(&self, audience: Audience) -> Verdict {
        let is_forbidden = self.tlp().is_some_and(|level| !level.allows(audience));
        match self.reasons(audience).into_iter().next() {
            None => Verdict::Yes,
            Some(reason) if is_forbidden => Verdict::No(reason),
            Some(reason) => Verdict::Unsure(reason),
        }
    }

    /// Returns the markings without names and texts.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::nothing();
        summary.note_unmarked(self.has_unmarked);
        summary.note_conflict(self.notices.iter().any(|notice| matches!(notice, Notice::Conflict(_))));
        self.applied.iter().for_each(|applied| summary.add(&applied.meaning));
        summary
    }
}

/// Why a marking does not allow that an audience gets what it marks; `None` if it does.
pub(super) fn reason(applied: &Applied, audience: Audience) -> Option<Reason> {
    Some(match applied.meaning {
        Meaning::Tlp(level) if level.allows(audience) => return None,
        Meaning::Tlp(_) => Reason::TooStrict(applied.clone()),
        Meaning::Unreadable(_) => Reason::Unreadable(applied.clone()),
        Meaning::Unknown => Reason::Unknown(applied.clone()),
        Meaning::Statement(_) => Reason::Statement(applied.clone()),
        Meaning::Other { .. } => Reason::Other(applied.clone()),
    })
}

/// What forbids is graver than what is unsure.
fn rank(reason: &Reason) -> u8 {
    match reason {
        Reason::TooStrict(_) => 0,
        Reason::Unreadable(_) => 1,
        Reason::NotRemovable(_) => 2,
        Reason::Unknown(_) => 3,
        Reason::Statement(_) => 4,
        Reason::Other(_) => 5,
        Reason::Unmarked => 6,
    }
}
