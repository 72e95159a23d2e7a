//! The kinds of places at which a next page can be.

/// Where the next page is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cursor {
    /// At the start of the chain.
    Start,
    /// Where this `next` leads (TAXII 2.1).
    Next(String),
    /// At this place (TAXII 2.0).
    Range(u64),
    /// Unknown until the manifest shows when the last object was added.
    Manifest,
    /// Behind an instant with more objects than a page has room for: the manifest shows which.
    TiesInManifest,
    /// Behind these objects, which are asked for by their identifiers.
    Ties,
    /// There is more and no way to it, for this reason. What was received so far is good, so the
    /// error is returned when more is asked for.
    Stuck(String),
    /// There are no more pages.
    Done,
}

impl Cursor {
    pub(super) fn stuck(why: impl Into<String>) -> Self {
        Self::Stuck(why.into())
    }

    /// The cursor of a place, in TAXII 2.0.
    pub(super) fn at(place: u64) -> Self {
        if place == 0 { Self::Start } else { Self::Range(place) }
    }

    pub(super) fn is_next(&self) -> bool {
        matches!(self, Self::Next(_))
    }

    /// Returns the `next`, if the next page is where a `next` leads.
    pub(super) fn next(&self) -> Option<&str> {
        match self {
            Self::Next(next) => Some(next),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_next_is_a_next() {
        for (cursor, next) in [
            (Cursor::Start, None),
            (Cursor::Next("a".into()), Some("a")),
            (Cursor::Range(5), None),
            (Cursor::Manifest, None),
            (Cursor::stuck("b"), None),
            (Cursor::Done, None),
        ] {
            assert_eq!((cursor.next(), cursor.is_next()), (next, next.is_some()), "{cursor:?}");
        }
    }
}
