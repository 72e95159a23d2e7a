//! A sequence of single observations: for each beginning the one that starts last.

use std::sync::Arc;

use super::seen::Seen;

/// The beginnings of a sequence, for observations that are instants, come in the order of their times, and are for one
/// place in the sequence each.
///
/// Of two beginnings of one length the one that starts later can be continued by all that continues the other.
#[derive(Debug)]
pub(super) struct Beginnings {
    /// For each length, less one, the last observation of the beginning.
    longest: Vec<Option<Arc<Link>>>,
    /// The newest observation of each place.
    recent: Vec<Option<Passed>>,
    newest: i128,
}

/// An observation and a test that it satisfies.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    pub(super) seen: Seen,
    pub(super) test: u32,
}

#[derive(Debug)]
struct Link {
    own: Passed,
    before: Option<Arc<Link>>,
    /// When the beginning starts.
    start: i128,
}

impl Beginnings {
    pub(super) fn new(len: usize) -> Self {
        Self { longest: vec![None; len], recent: vec![None; len], newest: i128::MIN }
    }

    /// Whether an observation is an instant that is not before the others.
    pub(super) fn takes(&self, seen: &Seen) -> bool {
        seen.first() == seen.last() && seen.first() >= self.newest
    }

    /// Adds an observation that is for a place, and returns the observations of the whole sequence if it is complete.
    pub(super) fn push(&mut self, passed: Passed, place: usize, window: i128) -> Option<Vec<Passed>> {
        self.newest = passed.seen.first();
        let mut next = Some((place, passed));
        while let Some((place, passed)) = next.take() {
            if !self.extend(place, &passed, window) {
                break;
            }
            // What came before at the same instant may follow.
            let after = self.recent.get(place + 1).and_then(Option::as_ref);
            next = after.filter(|after| after.seen.first() == self.newest).map(|after| (place + 1, after.clone()));
        }
        let whole = self.longest.last_mut()?.take()?;
        let mut links: Vec<Passed> = chain(Some(&whole)).map(|link| link.own.clone()).collect();
        links.reverse();
        self.forget(&links);
        Some(links)
    }

    /// All observations that may still be part of a sequence, each once.
    pub(super) fn into_passed(self) -> Vec<Passed> {
        let links = self.longest.iter().flat_map(|longest| chain(longest.as_ref())).map(|link| link.own.clone());
        let mut all: Vec<Passed> = links.chain(self.recent.iter().flatten().cloned()).collect();
        all.sort_by_key(|passed| passed.seen.number);
        all.dedup_by_key(|passed| passed.seen.number);
        all
    }

    /// An upper bound of the observations that are kept.
    pub(super) fn len(&self) -> usize {
        self.longest.iter().enumerate().map(|(place, link)| if link.is_some() { place + 1 } else { 0 }).sum::<usize>()
            + self.recent.iter().flatten().count()
    }

    pub(super) fn newest(&self) -> i128 {
        self.newest
    }

    /// Makes the beginning that ends with an observation, and returns whether there is one.
    fn extend(&mut self, place: usize, passed: &Passed, window: i128) -> bool {
        let time = passed.seen.first();
        self.recent[place] = Some(passed.clone());
        let before = match place.checked_sub(1) {
            None => None,
            Some(before) => match &self.longest[before] {
                Some(link) if time - link.start < window => Some(Arc::clone(link)),
                _ => return false,
            },
        };
        let start = before.as_ref().map_or(time, |link| link.start);
        self.longest[place] = Some(Arc::new(Link { own: passed.clone(), before, start }));
        true
    }

    /// Forgets observations, and the beginnings that have one of them.
    fn forget(&mut self, used: &[Passed]) {
        let is_used = |own: &Passed| used.iter().any(|used| used.seen.number == own.seen.number);
        for recent in &mut self.recent {
            recent.take_if(|own| is_used(own));
        }
        for longest in &mut self.longest {
            longest.take_if(|link| chain(Some(link)).any(|link| is_used(&link.own)));
        }
    }
}

/// The links of a beginning, the last one first.
fn chain(last: Option<&Arc<Link>>) -> impl Iterator<Item = &Link> {
    std::iter::successors(last, |link| link.before.as_ref()).map(|link| &**link)
}
