//! Parts of values and regular expressions, searched for all at once.

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::owners::Owner;
use crate::row::ValueKind;

/// Something that searches for many needles at once.
pub(super) trait Searcher: Sized {
    /// `None` if they are too large together.
    fn new(needles: &[Needle]) -> Option<Self>;

    /// The place of the first needle in the text that `is_wanted`.
    fn find(&self, text: &str, is_wanted: &mut dyn FnMut(usize) -> bool) -> Option<usize>;
}

/// What to search for, and the list that wants it.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    pub(super) text: Box<str>,
    pub(super) owner: Owner,
}

/// Needles in layers, each at most half as large as the one before it, so that adding lists one by one does not compile
/// everything again each time.
#[derive(Debug)]
pub(super) struct Searches<S> {
    layers: Vec<(S, Vec<Needle>)>,
}

impl<S> Default for Searches<S> {
    fn default() -> Self {
        Self { layers: Vec::new() }
    }
}

impl<S: Searcher> Searches<S> {
    /// Searches for these needles alone, or returns `None` if they are too large together.
    pub(super) fn new(needles: Vec<Needle>) -> Option<Self> {
        let layers = match needles.is_empty() {
            true => Vec::new(),
            false => vec![(S::new(&needles)?, needles)],
        };
        Some(Self { layers })
    }

    /// Adds the needles of others, whose lists' numbers grow by `offset`. Returns `false`, and changes nothing, if they
    /// are too large together.
    pub(super) fn extend(&mut self, others: Self, offset: u32) -> bool {
        let mut layers = others.layers;
        for needle in layers.iter_mut().flat_map(|(_, needles)| needles) {
            needle.owner.list = needle.owner.list.saturating_add(offset);
        }
        let Some(first) = layers.first() else { return true };
        // The layers from here on become one.
        let mut size: usize = layers.iter().map(|(_, needles)| needles.len()).sum();
        let mut kept = self.layers.len();
        while let Some((_, needles)) = kept.checked_sub(1).and_then(|last| self.layers.get(last))
            && needles.len() < 2 * size
        {
            size += needles.len();
            kept -= 1;
        }
        if kept == self.layers.len() && size == first.1.len() {
            self.layers.append(&mut layers);
            return true;
        }
        let joined = self.layers[kept..].iter().chain(&layers).flat_map(|(_, needles)| needles);
        let joined: Vec<Needle> = joined.cloned().collect();
        let Some(searcher) = S::new(&joined) else { return false };
        self.layers.truncate(kept);
        self.layers.push((searcher, joined));
        true
    }

    /// The list of a needle that is found in the text.
    pub(super) fn find(&self, text: &str, kind: ValueKind) -> Option<u32> {
        self.layers.iter().find_map(|(searcher, needles)| {
            let found = searcher.find(text, &mut |place| needles[place].owner.kinds.has(kind))?;
            Some(needles[found].owner.list)
        })
    }

    /// The number of needles and their bytes.
    pub(super) fn size(&self) -> (usize, usize) {
        let needles = self.layers.iter().flat_map(|(_, needles)| needles);
        needles.fold((0, 0), |(count, bytes), needle| (count + 1, bytes + needle.text.len()))
    }
}

#[derive(Debug)]
pub(super) struct Substrings(AhoCorasick);

impl Searcher for Substrings {
    fn new(needles: &[Needle]) -> Option<Self> {
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::Standard);
        builder.build(needles.iter().map(|needle| &*needle.text)).ok().map(Self)
    }

    fn find(&self, text: &str, is_wanted: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        // At one place of the text end at most as many needles as the longest one has bytes.
        self.0.find_overlapping_iter(text).map(|found| found.pattern().as_usize()).find(|place| is_wanted(*place))
    }
}

/// The most that the regular expressions of one layer may take.
const REGEX_BYTES: usize = 16 << 20;

/// Values that are longer are not searched with regular expressions.
const LONGEST_SEARCHED: usize = 16 << 10;

#[derive(Debug)]
pub(super) struct Expressions(RegexSet);

impl Searcher for Expressions {
    fn new(needles: &[Needle]) -> Option<Self> {
        let mut builder = RegexSetBuilder::new(needles.iter().map(|needle| &*needle.text));
        builder.dot_matches_new_line(true).size_limit(REGEX_BYTES).build().ok().map(Self)
    }

    fn find(&self, text: &str, is_wanted: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        if text.len() > LONGEST_SEARCHED {
            return None;
        }
        self.0.matches(text).iter().find(|place| is_wanted(*place))
    }
}
