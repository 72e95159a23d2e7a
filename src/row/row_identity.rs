//! What distinguishes rows, and what rows share.

use std::fmt;

use crate::{Identifier, Timestamp};

/// What the rows of one indicator share: feed, id and version. See
/// [`Row::group`](super::Row::group).
///
/// `{}` prints text that is different for different groups: the id, the version and the source,
/// separated by `/`. In them, a slash is `%2F` and a percent sign is `%25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Group<'r> {
    /// The indicator's id.
    pub stix_id: &'r Identifier,
    /// The indicator's version.
    pub modified: Option<&'r Timestamp>,
    /// The feed.
    pub source: &'r str,
}

/// What distinguishes rows: feed, id and version of the indicator, key and value. See
/// [`Row::identity`](super::Row::identity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RowIdentity<'r> {
    /// The indicator.
    pub group: Group<'r>,
    /// The key of the observable.
    pub key: Option<&'r str>,
    /// The value of the observable, in normal form.
    pub value: Option<&'r str>,
}

impl Group<'_> {
    pub(super) fn text(&self) -> String {
        // The id and the time take less than 90; many a source is a short word.
        let mut text = String::with_capacity(96 + self.source.len());
        // OK because a `String` takes all that is written.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        fn escaped(out: &mut impl fmt::Write, mut text: &str) -> fmt::Result {
            while let Some(place) = memchr::memchr2(b'/', b'%', text.as_bytes()) {
                out.write_str(&text[..place])?;
                out.write_str(if text.as_bytes()[place] == b'/' { "%2F" } else { "%25" })?;
                text = &text[place + 1..];
            }
            out.write_str(text)
        }
        self.stix_id.with_text(|id| escaped(out, id))?;
        out.write_str("/")?;
        if let Some(modified) = self.modified {
            // The instant, not its spelling: two spellings are one group.
            modified.with_shortest_text(|time| out.write_str(time))?;
        }
        out.write_str("/")?;
        escaped(out, self.source)
    }
}

impl fmt::Display for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}
