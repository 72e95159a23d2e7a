//! An instant at which more objects were added than the server sends on a page.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, Utc};

use super::super::page::Page;
use crate::Identifier;

/// The most identifiers in one request: their URL is short enough for every server.
const MAX_BATCH: usize = 20;

/// How a walk gets past an instant: it asks the manifest for the identifiers of its objects, and
/// then for these objects.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// The identifiers to ask for.
    wanted: VecDeque<Identifier>,
    /// How many are asked for at a time.
    batch: usize,
    /// The instant that the walk left in this way. It must not come again.
    left: Option<DateTime<Utc>>,
}

impl Ties {
    /// Begins with identifiers, of which `count` fit on a page.
    pub(super) fn begin(&mut self, wanted: impl IntoIterator<Item = Identifier>, count: u64) {
        let mut known = HashSet::new();
        self.wanted = wanted.into_iter().filter(|id| known.insert(id.clone())).collect();
        self.batch = usize::try_from(count).unwrap_or(MAX_BATCH).clamp(1, MAX_BATCH);
    }

    /// Returns the identifiers to ask for now.
    pub(super) fn batch(&self) -> impl Iterator<Item = String> {
        self.wanted.iter().take(self.batch).map(Identifier::to_string)
    }

    pub(super) fn is_done(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Takes the answer to a batch. Returns whether it was of use: if not all of the objects came,
    /// fewer are asked for.
    pub(super) fn receive(&mut self, page: &Page) -> bool {
        let len = self.batch.min(self.wanted.len());
        let came: HashSet<Identifier> = page.objects.iter().map(|object| page.key(object).id).collect();
        let batch: Vec<_> = self.wanted.drain(..len).collect();
        let missing: Vec<_> = batch.into_iter().filter(|id| !came.contains(id)).collect();
        // If a page has room for more, it has more versions than one of some objects.
        let is_whole = missing.is_empty() && page.more != Some(true);
        let is_of_use = is_whole || (missing.len() < len && len > 1);
        self.batch = if is_whole { self.batch } else { (self.batch / 2).max(1) };
        missing.into_iter().rev().for_each(|id| self.wanted.push_front(id));
        is_of_use
    }

    /// Notes that the walk goes on behind this instant.
    pub(super) fn leave(&mut self, instant: DateTime<Utc>) {
        self.wanted.clear();
        self.left = Some(instant);
    }

    /// Whether the walk left this instant, and should not see it again.
    pub(super) fn has_left(&self, instant: DateTime<Utc>) -> bool {
        self.left.is_some_and(|left| instant <= left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;
    use crate::reader::Item;
    use crate::taxii::page::PageObject;

    fn ids(names: &str) -> Vec<Identifier> {
        names.split_whitespace().map(|name| Identifier::from(format!("x-a--{name}").as_str())).collect()
    }

    fn page(names: &str) -> Page {
        let mut page = Page::default();
        for id in ids(names) {
            let text = format!(r#"{{"type":"x-a","id":"{id}","modified":"2024-01-01T00:00:00Z"}}"#);
            let item: Item = Reader::from_str(&text).next().unwrap().unwrap();
            page.objects.push(PageObject::new(item, 0..0));
        }
        page
    }

    fn batch(ties: &Ties) -> String {
        ties.batch().map(|id| id.replace("x-a--", "")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn objects_are_asked_for_until_all_came() {
        let mut ties = Ties::default();
        ties.begin(ids("a b c a d e"), 4);
        for (asked, came, is_of_use) in [("a b c d", "a b c d", true), ("e", "e", true)] {
            assert_eq!(batch(&ties), asked);
            assert_eq!(ties.receive(&page(came)), is_of_use);
        }
        assert!(ties.is_done());
        ties.begin(ids("a b c d"), 4);
        for (asked, came, is_of_use) in [("a b c d", "b c", true), ("a d", "d", true), ("a", "d", false)] {
            assert_eq!(batch(&ties), asked);
            assert_eq!(ties.receive(&page(came)), is_of_use);
        }
    }

    #[test]
    fn an_instant_is_left_once() {
        let instant = DateTime::from_timestamp(5, 0).unwrap();
        let mut ties = Ties::default();
        assert!(!ties.has_left(instant));
        ties.leave(instant);
        assert!(ties.has_left(instant) && !ties.has_left(DateTime::from_timestamp(6, 0).unwrap()));
    }
}
