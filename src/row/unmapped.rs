//! Why rows do not cover all of a pattern.

use std::fmt;

use crate::pattern;

/// Why the rows of an indicator do not cover all of its pattern. If there are several reasons, it
/// is the first one in the pattern.
///
/// `{}` prints a sentence, [`code`](Self::code) is for tables.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmapped {
    /// `!=` or `NOT`: an excluded value is not an indicator.
    Negated,
    /// `<`, `<=`, `>` or `>=`.
    Range,
    /// `LIKE`.
    Like,
    /// `MATCHES`.
    Matches,
    /// `ISSUPERSET`: the value is what a network has to contain, not what is looked for.
    Superset,
    /// `ISSUBSET` with something else than a network or an address. It never matches.
    NotANetwork,
    /// `EXISTS`.
    Exists,
    /// `IN ()`. It never matches.
    EmptyList,
    /// Only the type of an object is named, no value of it.
    TypeOnly,
    /// `START … STOP`, `WITHIN` or `REPEATS`: one observation does not decide, or not at any time.
    Qualifier,
    /// `AND` between observations: one observation does not decide.
    SeveralObservations,
    /// `FOLLOWEDBY`: one observation does not decide.
    Sequence,
    /// The path has more than 256 bytes: each value would repeat it.
    LongPath,
    /// `AND` asks one object to be of several types. It never matches, though its values may have
    /// been meant.
    MixedTypes,
    /// `AND`, and the mapper's [`SplitMode`](super::SplitMode) left rows out.
    Conjunction,
    /// The pattern is not a STIX pattern.
    OtherLanguage,
    /// The pattern does not parse.
    InvalidPattern(pattern::Error),
}

impl Unmapped {
    /// Returns the reason as it is in the column `reason`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Negated => "negated",
            Self::Range => "range",
            Self::Like => "like",
            Self::Matches => "matches",
            Self::Superset => "superset",
            Self::NotANetwork => "not_a_network",
            Self::Exists => "exists",
            Self::EmptyList => "empty_list",
            Self::TypeOnly => "type_only",
            Self::Qualifier => "qualifier",
            Self::SeveralObservations => "several_observations",
            Self::Sequence => "sequence",
            Self::LongPath => "long_path",
            Self::MixedTypes => "mixed_types",
            Self::Conjunction => "conjunction",
            Self::OtherLanguage => "other_language",
            Self::InvalidPattern(_) => "invalid_pattern",
        }
    }
}

impl fmt::Display for Unmapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negated => "negated: what is not looked for",
            Self::Range => "a range has no single value",
            Self::Like => "LIKE has no single value",
            Self::Matches => "MATCHES has no single value",
            Self::Superset => "ISSUPERSET names what a network contains",
            Self::NotANetwork => "ISSUBSET with something that is not a network",
            Self::Exists => "EXISTS names no value",
            Self::EmptyList => "IN with an empty list",
            Self::TypeOnly => "only the type of an object is tested",
            Self::Qualifier => "a qualifier restricts time or number",
            Self::SeveralObservations => "several observations are needed",
            Self::Sequence => "a sequence of observations",
            Self::LongPath => "the path is too long for rows",
            Self::MixedTypes => "no object is of several types at once",
            Self::Conjunction => "several values are needed together",
            Self::OtherLanguage => "not a STIX pattern",
            Self::InvalidPattern(error) => return write!(f, "not a pattern: {error}"),
        })
    }
}
