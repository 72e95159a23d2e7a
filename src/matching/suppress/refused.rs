//! Entries of lists that are not used.

use std::fmt;

use crate::matching::text::shown;

/// An entry that is not used, because it is not what its list consists of or would suppress nearly everything.
///
/// `{}` prints one line with the list, the place, the entry and the reason.
///
/// ```
/// use stixkit::matching::suppress::{RefusalReason, Suppress};
///
/// let suppress = Suppress::misp_warninglist(
///     r#"{"name": "Scanners", "type": "substring", "version": 1, "description": "", "list": ["scanner", "77"]}"#,
/// )?;
/// let refused = &suppress.refused()[0];
/// assert_eq!((refused.line, refused.reason), (2, RefusalReason::TooShort));
/// assert_eq!(refused.to_string(), "Scanners, entry 2: `77` has fewer than 3 characters and would be found nearly everywhere");
/// # Ok::<(), stixkit::matching::suppress::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The name of the list.
    pub list: Box<str>,
    /// The number of the entry, or of the line of a text. The first is 1.
    pub line: usize,
    /// The entry, cut after 80 characters.
    pub entry: Box<str>,
    /// Why it is not used.
    pub reason: RefusalReason,
}

/// Why an entry is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalReason {
    /// It is neither an address nor a network, or a network with host bits and a prefix length below 8.
    Network,
    /// It is not a domain name.
    Domain,
    /// It is a domain of one label, such as `com`. A dot before it states that all domains below it are meant.
    OneLabel,
    /// It is a substring of fewer than three characters.
    TooShort,
    /// It is longer than 253 bytes for a domain, 256 for a substring, or 4,096 for any other entry.
    TooLong,
    /// It is not a regular expression, or one that is not supported or too large.
    Regex,
    /// It is a regular expression that is found in the empty text, so that all values are on the list.
    MatchesAll,
    /// It is not text.
    NotText,
}

impl RefusalReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Network => "is neither an address nor a network",
            Self::Domain => "is not a domain name",
            Self::OneLabel => "has one label; put a dot before it if all domains below it are meant",
            Self::TooShort => "has fewer than 3 characters and would be found nearly everywhere",
            Self::TooLong => "is too long",
            Self::Regex => "is not a regular expression that is supported",
            Self::MatchesAll => "is found in every value",
            Self::NotText => "is not text",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, entry {}: `{}` {}", self.list, self.line, self.entry, self.reason)
    }
}

impl Refused {
    pub(super) fn new(list: &str, line: usize, entry: &str, reason: RefusalReason) -> Self {
        Self { list: list.into(), line, entry: shown(entry, 80).into(), reason }
    }
}
