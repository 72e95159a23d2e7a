//! A `next` that is refused: it has expired, or it leads behind the end.

use chrono::{DateTime, Utc};
use http::StatusCode;

use super::super::key::Key;

/// A `next` that was refused.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) next: String,
    /// The start of the chain.
    pub(super) from: Option<DateTime<Utc>>,
    /// The last object in front of the place.
    pub(super) last: Option<Key>,
}

/// What shows that the server had no more in front of a `next` that it refused.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// How many objects there were in the chain.
    pub(super) objects: u64,
    /// How many objects were on the last page.
    pub(super) count: u64,
    /// How many objects the server is known to send on a page, if it has them.
    pub(super) full: u64,
    /// The offset behind the chain, if its `next` were offsets.
    pub(super) offset: Option<u64>,
}

/// Remembers which `next` was refused last.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    last: Option<Refused>,
    /// Whether the server took a `next` before.
    pub(super) has_next: bool,
}

impl Refusals {
    /// Notes a refusal. Returns whether the place is behind the end, and not one whose cursor has
    /// expired: it was refused before in the same way, nothing new has come since then
    /// (`is_idle`), and the page in front of it was not full, or its `next` is the number of
    /// objects, or the offset after all pages.
    pub(super) fn is_end(&mut self, refused: Refused, is_idle: bool, evidence: Evidence) -> bool {
        let before = self.last.replace(refused.clone());
        let is_same = before.is_some_and(|before| before.last == refused.last && before.status == refused.status);
        let is_missing = matches!(refused.status, StatusCode::NOT_FOUND | StatusCode::RANGE_NOT_SATISFIABLE);
        let is_partial = evidence.count < evidence.full;
        let next = refused.next.parse().ok();
        let is_counted = self.has_next && next.is_some() && (next == Some(evidence.objects) || next == evidence.offset);
        is_same && is_idle && is_missing && refused.last.is_some() && evidence.objects > 0 && (is_partial || is_counted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::key::KeyVersion;
    use super::*;
    use crate::Identifier;

    fn refused(status: u16, next: &str, last: &str) -> Refused {
        let last = Key { id: Identifier::from(last), version: KeyVersion::Text("v".into()) };
        Refused { status: StatusCode::from_u16(status).unwrap(), next: next.into(), from: None, last: Some(last) }
    }

    #[test]
    fn the_same_refusal_behind_a_page_with_room_is_the_end() {
        let partial = Evidence { objects: 3, count: 3, full: 10, offset: None };
        let full = Evidence { objects: 10, count: 5, full: 5, offset: Some(8) };
        for (first, second, is_idle, evidence, expected) in [
            (refused(404, "a", "x"), refused(404, "b", "x"), true, partial, true),
            (refused(416, "a", "x"), refused(416, "b", "x"), true, partial, true),
            (refused(416, "a", "x"), refused(404, "b", "x"), true, partial, false),
            (refused(404, "a", "x"), refused(404, "b", "y"), true, partial, false),
            (refused(404, "a", "x"), refused(404, "b", "x"), false, partial, false),
            (refused(400, "a", "x"), refused(400, "b", "x"), true, partial, false),
            (refused(404, "a", "x"), refused(404, "a", "x"), true, full, false),
            (refused(404, "10", "x"), refused(404, "10", "x"), true, full, true),
            (refused(416, "8", "x"), refused(416, "8", "x"), true, full, true),
            (refused(416, "9", "x"), refused(416, "9", "x"), true, full, false),
            (refused(404, "a", "x"), refused(404, "a", "x"), true, Evidence { objects: 0, ..partial }, false),
        ] {
            let mut refusals = Refusals { has_next: true, ..Refusals::default() };
            assert!(!refusals.is_end(first.clone(), is_idle, evidence), "a restart comes first");
            assert_eq!(
                refusals.is_end(second.clone(), is_idle, evidence),
                expected,
                "{first:?} {second:?} {evidence:?}"
            );
        }
    }
}
