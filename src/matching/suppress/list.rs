//! One list of values that are no reason for an alert.

use std::fmt;

use super::kinds::Kinds;
use crate::row::ValueKind;

/// A list of a [`Suppress`](super::Suppress): its name and what it applies to, without the entries.
///
/// ```
/// use stixkit::matching::suppress::{List, ListKind, Suppress};
/// use stixkit::row::ValueKind;
///
/// let mut suppress = Suppress::new();
/// let kinds = [ValueKind::Domain, ValueKind::Url];
/// suppress.add(List::new("our sites", ListKind::Domain).with_kinds(kinds), ["example.org"])?;
/// assert!(suppress.check(ValueKind::Url, "https://www.example.org/a").is_some());
/// assert_eq!(suppress.lists()[0].entries(), 1);
/// # Ok::<(), stixkit::matching::suppress::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct List {
    name: Box<str>,
    pub(super) kind: ListKind,
    /// `None` if it follows from the kind of each entry.
    pub(super) kinds: Option<Kinds>,
    version: Option<u64>,
    pub(super) entries: usize,
    pub(super) refused: usize,
}

/// What the entries of a [`List`] are.
///
/// `{}` prints the name that MISP has for it, or `mixed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListKind {
    /// Addresses and networks of both families; MISP's `cidr`.
    Network,
    /// Domains with their sub-domains; MISP's `hostname`.
    Domain,
    /// Whole values; MISP's `string`.
    Exact,
    /// Parts of values, of at least three characters; MISP's `substring`.
    Substring,
    /// Regular expressions, with or without the delimiters of PHP; MISP's `regex`.
    Regex,
    /// By the form of each entry; see [`Suppress::plain_list`](super::Suppress::plain_list).
    Mixed,
}

impl fmt::Display for ListKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Network => "cidr",
            Self::Domain => "hostname",
            Self::Exact => "string",
            Self::Substring => "substring",
            Self::Regex => "regex",
            Self::Mixed => "mixed",
        })
    }
}

impl List {
    /// Returns a list without entries, for [`Suppress::add`](super::Suppress::add).
    ///
    /// By default networks apply to addresses and networks, domains to domains alone, and all other entries to values
    /// of all kinds.
    pub fn new(name: impl Into<Box<str>>, kind: ListKind) -> Self {
        Self { name: name.into(), kind, kinds: None, version: None, entries: 0, refused: 0 }
    }

    /// Sets the kinds of values that the list applies to. One of the three kinds of addresses and networks stands for
    /// all of them.
    ///
    /// With [`Url`](ValueKind::Url), domains and networks also apply to the hosts of URLs. Think twice about that: most
    /// phishing pages are on the hosts of large sites.
    #[must_use]
    pub fn with_kinds(mut self, kinds: impl IntoIterator<Item = ValueKind>) -> Self {
        self.kinds = Some(kinds.into_iter().collect());
        self
    }

    /// Sets the version of the list.
    #[must_use]
    pub fn with_version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// Returns the name of the list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what the entries are.
    pub fn kind(&self) -> ListKind {
        self.kind
    }

    /// Returns the version, if the publisher states one.
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    /// Returns the number of entries that are used.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Returns the number of entries that were refused. [`Suppress::refused`](super::Suppress::refused) has the reasons.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// Whether the list applies to values of a kind, provided that it has an entry for them.
    pub fn applies_to(&self, kind: ValueKind) -> bool {
        let by_default = match self.kind {
            ListKind::Network => Kinds::ADDRESSES,
            ListKind::Domain => Kinds::of(ValueKind::Domain),
            ListKind::Exact | ListKind::Substring | ListKind::Regex | ListKind::Mixed => Kinds::ALL,
        };
        self.kinds.unwrap_or(by_default).has(kind)
    }
}
