//! Lists of values that are no reason for an alert.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::{Host, Url};

use super::draft;
use super::draft::Draft;
use super::error::Error;
use super::kinds::Kinds;
use super::list::List;
use super::networks;
use super::networks::Networks;
use super::owners::{Owner, Owners};
use super::refused::Refused;
use super::searches::{Expressions, Searches, Substrings};
use crate::row::{ValueKind, normalize};

/// Lists of values that are no reason for an alert, and a fast answer to whether a value is on one.
///
/// See the [module](super) for an example, for what an entry covers, and for the limits.
#[derive(Debug, Default)]
pub struct Suppress {
    lists: Vec<List>,
    refused: Vec<Refused>,
    /// For addresses and networks.
    networks: Networks,
    /// For hosts of URLs.
    url_networks: Networks,
    domains: HashMap<Box<str>, Owners>,
    exact: HashMap<Box<str>, Owners>,
    substrings: Searches<Substrings>,
    expressions: Searches<Expressions>,
}

impl Suppress {
    /// Returns a set without lists, which suppresses nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a list.
    ///
    /// Entries that cannot be used are refused and reported by [`refused`](Self::refused).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Limit`](super::ErrorKind::Limit) if there are more entries than fit. Then
    /// nothing of the list is added.
    pub fn add<E: AsRef<str>>(&mut self, list: List, entries: impl IntoIterator<Item = E>) -> Result<(), Error> {
        let mut draft = Draft::new(list);
        for (place, entry) in entries.into_iter().enumerate() {
            draft.entry(place + 1, entry.as_ref())?;
        }
        self.merge(Self::of(draft)?)
    }

    /// Adds the lists of another set, after those that are there.
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add).
    pub fn merge(&mut self, other: Self) -> Result<(), Error> {
        if self.lists.is_empty() {
            *self = other;
            return Ok(());
        }
        self.fits(&other)?;
        let (name, line) = other.last();
        // OK because the number of lists is limited.
        let offset = self.lists.len() as u32;
        // This alone can fail, and comes first.
        if !self.expressions.extend(other.expressions, offset) {
            return Err(Error::limit(&name, line, draft::MAX_EXPRESSIONS, "regular expressions of that size"));
        }
        if !self.substrings.extend(other.substrings, offset) {
            return Err(Error::limit(&name, line, draft::MAX_SUBSTRING_BYTES, "bytes of substrings"));
        }
        self.networks.extend(other.networks, offset);
        self.url_networks.extend(other.url_networks, offset);
        extend(&mut self.domains, other.domains, offset);
        extend(&mut self.exact, other.exact, offset);
        self.lists.extend(other.lists);
        let room = draft::MAX_REFUSED.saturating_sub(self.refused.len());
        self.refused.extend(other.refused.into_iter().take(room));
        Ok(())
    }

    /// Returns the first list that a value of a kind is on. The value may be written in any form: it is
    /// [normalized](normalize()).
    ///
    /// What an address is on by its smallest network comes first, then what a domain is on by its longest name, then
    /// whole values, substrings and regular expressions.
    pub fn check(&self, kind: ValueKind, value: &str) -> Option<&List> {
        self.lists.get(self.place(kind, value)?)
    }

    /// The place among [`lists`](Self::lists) of the first list that a value is on.
    pub(crate) fn place(&self, kind: ValueKind, value: &str) -> Option<usize> {
        if self.lists.is_empty() {
            return None;
        }
        let value = normalize(kind, value);
        if value.is_empty() {
            return None;
        }
        let found = self.by_meaning(kind, &value);
        let found = found.or_else(|| self.exact.get(&*value).and_then(|owners| owners.first(kind)));
        let found = found.or_else(|| self.substrings.find(&value, kind));
        let found = found.or_else(|| self.expressions.find(&value, kind));
        found.map(|list| list as usize)
    }

    /// Returns the lists in the order in which they were added.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// Whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Returns the entries that are not used, with the reasons: the first 1,000. [`List::refused`] counts all of them.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The set of one list.
    pub(super) fn of(draft: Draft) -> Result<Self, Error> {
        let Draft { list, refused, networks, domains, exact, substrings, expressions, .. } = draft;
        let (name, line) = (list.name().to_owned(), list.entries + list.refused);
        let mut new = Self { lists: vec![list], refused, ..Self::default() };
        for (block, kinds) in networks {
            if !kinds.and(Kinds::ADDRESSES).is_empty() {
                new.networks.add(block, Owner { list: 0, kinds });
            }
            if kinds.has(ValueKind::Url) {
                new.url_networks.add(block, Owner { list: 0, kinds });
            }
        }
        for (text, kinds) in domains {
            insert(&mut new.domains, text, kinds);
        }
        for (text, kinds) in exact {
            insert(&mut new.exact, text, kinds);
        }
        let too_large = |most, what| Error::limit(&name, line, most, what);
        new.substrings =
            Searches::new(substrings).ok_or_else(|| too_large(draft::MAX_SUBSTRING_BYTES, "bytes of substrings"))?;
        new.expressions = Searches::new(expressions)
            .ok_or_else(|| too_large(draft::MAX_EXPRESSIONS, "regular expressions of that size"))?;
        Ok(new)
    }

    /// The list that a value is on by what it is: an address in a network, or a domain below another.
    fn by_meaning(&self, kind: ValueKind, value: &str) -> Option<u32> {
        match kind {
            ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr => self.networks.find(networks::block(value)?, kind),
            ValueKind::Domain => self.domain(value, kind),
            ValueKind::Url => self.host(value),
            _ => None,
        }
    }

    fn host(&self, url: &str) -> Option<u32> {
        let url = Url::parse(url).ok()?;
        let host: Cow<'_, str> = match url.host()? {
            Host::Domain(name) => return self.domain(name.strip_suffix('.').unwrap_or(name), ValueKind::Url),
            Host::Ipv4(address) => Cow::Owned(address.to_string()),
            Host::Ipv6(address) => Cow::Owned(address.to_string()),
        };
        self.url_networks.find(networks::block(&host)?, ValueKind::Url)
    }

    /// The list of the longest of a name and the names above it. None is longer than a domain can be.
    fn domain(&self, name: &str, kind: ValueKind) -> Option<u32> {
        const LONGEST: usize = 253;
        if self.domains.is_empty() {
            return None;
        }
        let first = name.len().saturating_sub(LONGEST + 1);
        let starts = name.as_bytes().iter().enumerate().skip(first);
        let below = starts.filter(|(_, byte)| **byte == b'.').map(|(dot, _)| dot + 1);
        let whole = (name.len() <= LONGEST).then_some(0);
        whole.into_iter().chain(below).find_map(|start| self.domains.get(name.get(start..)?)?.first(kind))
    }

    fn fits(&self, other: &Self) -> Result<(), Error> {
        let (name, line) = other.last();
        if self.lists.len() + other.lists.len() > draft::MAX_LISTS {
            return Err(Error::limit(&name, line, draft::MAX_LISTS, "lists"));
        }
        let entries = |set: &Self| set.lists.iter().map(List::entries).sum::<usize>();
        draft::check(
            &name,
            line,
            entries(self) + entries(other),
            self.substrings.size().1 + other.substrings.size().1,
            self.expressions.size().0 + other.expressions.size().0,
        )
    }

    /// The last list and the number of its last entry.
    fn last(&self) -> (String, usize) {
        self.lists.last().map_or_else(Default::default, |list| (list.name().to_owned(), list.entries + list.refused))
    }
}

fn insert(entries: &mut HashMap<Box<str>, Owners>, text: String, kinds: Kinds) {
    let owner = Owner { list: 0, kinds };
    match entries.entry(text.into()) {
        Entry::Occupied(mut known) => known.get_mut().add(owner),
        Entry::Vacant(new) => {
            new.insert(Owners::One(owner));
        }
    }
}

fn extend(entries: &mut HashMap<Box<str>, Owners>, others: HashMap<Box<str>, Owners>, offset: u32) {
    entries.reserve(others.len());
    for (text, owners) in others {
        match entries.entry(text) {
            Entry::Occupied(mut known) => known.get_mut().extend(owners, offset),
            Entry::Vacant(new) => {
                new.insert(owners.shifted(offset));
            }
        }
    }
}
