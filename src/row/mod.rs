//! From indicators to flat rows, for tables, data frames and matchers.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::row::{Mapper, State, ValueKind};
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator",
//!     "spec_version": "2.1",
//!     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "pattern": "[domain-name:value = 'Login.Example.org' OR ipv4-addr:value = '198.51.100.0/24']",
//!     "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z"
//! }"#)?;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?).source("example");
//! let rows = mapper.map(&indicator).rows;
//! assert_eq!(rows.len(), 2);
//! assert_eq!(rows[0].state, State::Active);
//! assert!(rows[0].standalone);
//!
//! let observable = rows[0].observable.as_ref().unwrap();
//! assert_eq!((&*observable.key, &*observable.value), ("domain-name:value", "Login.Example.org"));
//! assert_eq!(observable.norm, "login.example.org");
//! assert_eq!(rows[1].observable.as_ref().unwrap().kind, ValueKind::Cidr);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Mapper`] turns an indicator into an [`Outcome`]: its rows, the [`Class`] of its pattern, and the [`Reason`] where
//! the rows do not say all of it. A [`Row`] is narrow and long: one value a row, with what the indicator says about
//! it beside it. It borrows from the indicator and serializes to one flat JSON object.
//!
//! # Which rows a pattern makes
//!
//! | pattern | class | rows |
//! |---|---|---|
//! | `[a = 1]`, `[a ISSUBSET '198.51.100.0/24']` | [`Atomic`](Class::Atomic) | one |
//! | `[x_ref.type = 'ipv4-addr' AND x_ref.value = '192.0.2.1']` | `Atomic` | one: the type is in the value |
//! | `[a = 1 OR b = 2]`, `[a = 1] OR [b = 2]`, `[a IN (1, 2)]` | [`AnyOf`](Class::AnyOf) | one a value, each an indicator of its own |
//! | `[a = 1 AND b = 2]` | [`AllOf`](Class::AllOf) | one a value, none `standalone`; the most telling one is `primary` |
//! | `[a = 1 OR (b = 2 AND c = 3)]` | [`Mixed`](Class::Mixed) | one a value; here `a` is `standalone` |
//! | `[a = 1 OR b LIKE 'x%']` | `AnyOf` | `a = 1`, with the reason that the rest has no row |
//! | `!=`, `NOT`, `<`, `LIKE`, `MATCHES`, `EXISTS`, `ISSUPERSET` | [`Unsupported`](Class::Unsupported) | one without a value, with the reason |
//! | `AND` or `FOLLOWEDBY` of observations, any qualifier | `Unsupported` | the same |
//! | `pattern_type` neither `stix` nor `stix2`, in any case (YARA, Sigma …) | `Unsupported` | the same |
//! | does not parse | [`Invalid`](Class::Invalid) | the same, with the parser's error |
//!
//! Every indicator makes at least one row, and every row carries the pattern. **A row is [`standalone`](Row::standalone)
//! only if an object with that value and nothing else satisfies the pattern**; only such a row may be matched on its own. An
//! `AND` with an operand that has no value (`[a = 1 AND b LIKE 'x%']`) makes no row for the others either: whoever
//! matched them would find much else. Nothing excluded by the pattern ever becomes a value.
//!
//! Values are taken by the letter, with one exception that feeds rely on: an address with a prefix
//! length means the network, whether it follows `=` or `ISSUBSET`.
//!
//! # Input safety
//!
//! Patterns come from strangers. The parser's limits bound nesting, and time and memory are linear in the pattern's
//! length: nothing is multiplied out. At the default limits one pattern makes up to about 250,000 rows of about 500
//! bytes; [`Mapper::parser`] sets others. Text is passed on as it is: a sink for spreadsheets or terminals has to do
//! its own escaping.

pub(crate) mod address;
pub(crate) mod key;
pub(crate) mod value;

mod class;
mod classify;
mod from_observable;
mod mapper;
mod plain_list;
mod record;
mod relationship_names;
mod state;
mod upserts;

use std::borrow::Cow;
use std::fmt;

use crate::object::{KillChainPhase, Tlp};
use crate::vocab::{IndicatorType, PatternType};
use crate::{Identifier, Timestamp};

pub use class::{Class, Reason};
pub use key::Direction;
pub use mapper::{Counts, Mapper, Mode, Outcome};
pub use state::{ExpirySource, State};
pub use upserts::{Action, Change, RowKey, Upserts};
pub use value::ValueKind;

/// One value of an indicator, with what the indicator says about it; or an indicator whose pattern has no value.
///
/// Written as JSON it is one flat object: see [`Row::COLUMNS`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The feed that the indicator came from, as the mapper was told.
    pub source: Cow<'a, str>,
    /// Whether the row comes from an indicator or from a bare observable.
    pub kind: RowKind,
    /// The indicator's id.
    pub stix_id: Cow<'a, Identifier>,
    /// The indicator's version: `modified`, or `created` where it has only that.
    pub modified: Option<Timestamp>,
    /// The value, and where in an object it stands. `None` where the pattern has no value: then `reason` says why.
    pub observable: Option<Observable<'a>>,
    /// How the rows of the indicator belong together.
    pub relation: Relation,
    /// Whether an object with this value alone satisfies the pattern. Only then is the row an indicator by itself.
    pub standalone: bool,
    /// Whether the row stands for the whole: it is `standalone`, or the most telling part of an `AND` (a hash before
    /// a URL, then domain, IP address, e-mail address, name, and last numbers; the first of equals).
    pub primary: bool,
    /// How sure the producer is, 0 to 100. Absent is not 0, and a number above 100 says nothing (rule R4).
    pub confidence: Option<u8>,
    /// The strictest TLP level of the indicator's markings that are known, those of parts included: the row may hold the
    /// part (rule R5). Absent is not [`Tlp::Clear`].
    pub tlp: Option<Tlp>,
    /// From when the indicator is good. An observable has no validity.
    pub valid_from: Option<Timestamp>,
    /// Until when: the first instant outside. Absent means without end (rule R2).
    pub valid_until: Option<Timestamp>,
    /// What ends the validity.
    pub expiry_source: Option<ExpirySource>,
    /// Whether the indicator is in force at the mapper's instant (rules R1 and R3).
    pub state: State,
    /// The indicator's labels.
    pub labels: Cow<'a, [String]>,
    /// What the indicator points at. Of a STIX 2.0 indicator those labels that are indicator types.
    pub indicator_types: Cow<'a, [IndicatorType]>,
    /// The phases of kill chains that it belongs to.
    pub kill_chain: Cow<'a, [KillChainPhase]>,
    /// The names of malware and tools that the indicator indicates, by relationships that the mapper has learnt.
    pub malware: Vec<Cow<'a, str>>,
    /// The names of threat actors, intrusion sets and campaigns that it indicates, likewise.
    pub actors: Vec<Cow<'a, str>>,
    /// The name of the identity that made the indicator, or its id where the mapper has not learnt it (rule R8).
    pub provider: Option<Cow<'a, str>>,
    /// The indicator's name.
    pub name: Option<Cow<'a, str>>,
    /// The indicator's description.
    pub description: Option<Cow<'a, str>>,
    /// The whole pattern, as written (rule R10). Of an observable the pattern that finds the value.
    pub pattern: Cow<'a, str>,
    /// The language of the pattern.
    pub pattern_type: Cow<'a, PatternType>,
    /// Why the rows do not say all that the pattern says; the same in all rows of the indicator.
    pub reason: Option<Reason>,
}

/// A value, and where in an object it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observable<'a> {
    /// The type of the observed object, `ipv4-addr`: what the path begins with.
    pub object_type: Cow<'a, str>,
    /// The path in canonical text, with the names of hash algorithms in one spelling: `file:hashes.'SHA-256'`.
    pub key: Cow<'a, str>,
    /// The value, decoded and otherwise as written. Numbers as text, bytes as they are encoded.
    pub value: Cow<'a, str>,
    /// The value in the form to compare with: hashes, domains, hosts of mail addresses and MAC addresses in lower case,
    /// domains without the final dot, IPv6 as in RFC 5952, networks by their first address, numbers without zeros in
    /// front. Everything else, URLs too, is as in `value`.
    pub norm: Cow<'a, str>,
    /// What the value is.
    pub kind: ValueKind,
    /// At which end of a connection or message it stands.
    pub direction: Option<Direction>,
    /// Whether the value has the form that the key promises. An address where a domain name belongs has not, nor has an
    /// MD5 of 40 digits: such a row is right by the letter and will hardly match.
    pub well_formed: bool,
}

/// What a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RowKind {
    /// An indicator: somebody says that the value means something.
    Indicator,
    /// A bare observable, which says nothing but that there is such a value.
    Observable,
}

impl RowKind {
    /// The kind as it stands in the column `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Observable => "observable",
        }
    }
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How the rows of one indicator belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// The row is alone, and the whole indicator.
    Single,
    /// Each row is enough.
    AnyOf,
    /// All rows of the group have to hold, for the same object; with a `reason`, something else besides.
    AllOf,
    /// Rows that are `standalone` are enough; how the others belong together only the pattern says.
    Mixed,
}

impl Relation {
    /// The relation as it stands in the column `relation`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::AnyOf => "any_of",
            Self::AllOf => "all_of",
            Self::Mixed => "mixed",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the rows of one indicator share: feed, id and version. See [`Row::group`].
///
/// `{}` prints text that is different for different groups: the id, the version and the source with `/` between (and
/// `%2F` for a slash, `%25` for a percent sign in them).
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

/// What tells rows apart (rule R9): feed, id and version of the indicator, key and value. See [`Row::identity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Identity<'r> {
    /// The indicator.
    pub group: Group<'r>,
    /// The key of the observable.
    pub key: Option<&'r str>,
    /// The value of the observable, as written.
    pub value: Option<&'r str>,
}

impl Row<'_> {
    /// What identifies the row: to be compared, hashed or used as a table's key. No two rows of an outcome have the same.
    ///
    /// The id alone is not enough: an indicator has many rows, and many versions. What a new version no longer names
    /// stays behind under the old one, so a table's upkeep removes the rows of a group that `modified` has outdated.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use stixkit::row::{Mapper, Row};
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse()?);
    /// let rows = mapper.map(&indicator).rows;
    /// let mut table: HashMap<_, &Row> = HashMap::new();
    /// for row in rows.iter().chain(&rows) {
    ///     table.insert(row.identity(), row);
    /// }
    /// assert_eq!(table.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identity(&self) -> Identity<'_> {
        let observable = self.observable.as_ref();
        Identity {
            group: Group { stix_id: &self.stix_id, modified: self.modified.as_ref(), source: &self.source },
            key: observable.map(|observable| &*observable.key),
            value: observable.map(|observable| &*observable.value),
        }
    }

    /// What the row shares with the other rows of its indicator; `None` where it is the only one by its nature
    /// ([`Relation::Single`]).
    pub fn group(&self) -> Option<Group<'_>> {
        (self.relation != Relation::Single).then(|| self.identity().group)
    }

    /// The same row, owning its text, to be kept longer than the indicator.
    pub fn into_owned(self) -> Row<'static> {
        Row {
            source: own(self.source),
            stix_id: own(self.stix_id),
            observable: self.observable.map(Observable::into_owned),
            labels: own(self.labels),
            indicator_types: own(self.indicator_types),
            kill_chain: own(self.kill_chain),
            malware: self.malware.into_iter().map(own).collect(),
            actors: self.actors.into_iter().map(own).collect(),
            provider: self.provider.map(own),
            name: self.name.map(own),
            description: self.description.map(own),
            pattern: own(self.pattern),
            pattern_type: own(self.pattern_type),
            ..self
        }
    }
}

impl Observable<'_> {
    /// The same observable, owning its text.
    pub fn into_owned(self) -> Observable<'static> {
        Observable {
            object_type: own(self.object_type),
            key: own(self.key),
            value: own(self.value),
            norm: own(self.norm),
            ..self
        }
    }

    /// Whether rows with the two have the same identity.
    fn is_same(&self, other: &Observable<'_>) -> bool {
        self.key == other.key && self.value == other.value
    }
}

fn own<T: ToOwned + ?Sized>(text: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(text.into_owned())
}

impl Group<'_> {
    fn text(&self) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        // What a row costs in a list of ten thousand.
        assert!(size_of::<Row<'_>>() <= 600, "{}", size_of::<Row<'_>>());
        assert!(size_of::<Observable<'_>>() <= 104, "{}", size_of::<Observable<'_>>());
    }
}
