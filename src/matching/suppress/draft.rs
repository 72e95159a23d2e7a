//! A list while its entries are read.

use super::entry;
use super::entry::Cover;
use super::error::Error;
use super::kinds::Kinds;
use super::list::List;
use super::owners::Owner;
use super::refused::{RefusalReason, Refused};
use super::searches::Needle;
use crate::row::address::Block;

/// The most that a [`Suppress`](super::Suppress) has.
pub(super) const MAX_LISTS: usize = 10_000;
pub(super) const MAX_ENTRIES: usize = 5_000_000;
pub(super) const MAX_SUBSTRING_BYTES: usize = 2 << 20;
pub(super) const MAX_EXPRESSIONS: usize = 1_000;
/// The most refused entries that are kept with their reasons.
pub(super) const MAX_REFUSED: usize = 1_000;

/// A list and what its entries cover.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) list: List,
    pub(super) refused: Vec<Refused>,
    pub(super) networks: Vec<(Block, Kinds)>,
    pub(super) domains: Vec<(String, Kinds)>,
    pub(super) exact: Vec<(String, Kinds)>,
    pub(super) substrings: Vec<Needle>,
    pub(super) expressions: Vec<Needle>,
    substring_bytes: usize,
}

impl Draft {
    pub(super) fn new(list: List) -> Self {
        Self {
            list,
            refused: Vec::new(),
            networks: Vec::new(),
            domains: Vec::new(),
            exact: Vec::new(),
            substrings: Vec::new(),
            expressions: Vec::new(),
            substring_bytes: 0,
        }
    }

    /// Adds the entry with a number, or refuses it. White space around it does not count, and the empty entry is none.
    pub(super) fn entry(&mut self, line: usize, text: &str) -> Result<(), Error> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match entry::covers(text, self.list.kind, self.list.kinds) {
            Ok(covers) => {
                covers.into_iter().for_each(|(cover, kinds)| self.cover(cover, kinds));
                self.list.entries += 1;
                self.fits(line)
            }
            Err(reason) => {
                self.refuse(line, text, reason);
                Ok(())
            }
        }
    }

    pub(super) fn refuse(&mut self, line: usize, text: &str, reason: RefusalReason) {
        self.list.refused += 1;
        if self.refused.len() < MAX_REFUSED {
            self.refused.push(Refused::new(self.list.name(), line, text, reason));
        }
    }

    fn cover(&mut self, cover: Cover, kinds: Kinds) {
        match cover {
            Cover::Network(block) => self.networks.push((block, kinds)),
            Cover::Domain(name) => self.domains.push((name, kinds)),
            Cover::Exact(text) => self.exact.push((text, kinds)),
            Cover::Substring(text) => {
                self.substring_bytes += text.len();
                self.substrings.push(needle(text, kinds));
            }
            Cover::Regex(text) => self.expressions.push(needle(text, kinds)),
        }
    }

    fn fits(&self, line: usize) -> Result<(), Error> {
        check(self.list.name(), line, self.list.entries, self.substring_bytes, self.expressions.len())
    }
}

/// Fails if there are more entries, bytes of substrings or regular expressions than a set can have.
pub(super) fn check(
    list: &str,
    line: usize,
    entries: usize,
    substring_bytes: usize,
    expressions: usize,
) -> Result<(), Error> {
    for (count, most, what) in [
        (entries, MAX_ENTRIES, "entries"),
        (substring_bytes, MAX_SUBSTRING_BYTES, "bytes of substrings"),
        (expressions, MAX_EXPRESSIONS, "regular expressions"),
    ] {
        if count > most {
            return Err(Error::limit(list, line, most, what));
        }
    }
    Ok(())
}

fn needle(text: String, kinds: Kinds) -> Needle {
    Needle { text: text.into(), owner: Owner { list: 0, kinds } }
}
