//! Findings: departures of a pattern from the spec's text.

use std::fmt;

use super::span::Span;

/// A departure from the spec's text, or a part that can never match, with its place in a pattern.
///
/// `{}` prints one line with the problem and what to do about it.
///
/// Findings of patterns have a [`Span`] and are returned by
/// [`Pattern::check`](super::Pattern::check). [`crate::Finding`] is about an object, with the path
/// of a property in its JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of the problem.
    pub kind: FindingKind,
    /// The place in the pattern's text.
    pub span: Span,
}

/// The kinds of [`Finding`]; [`crate::FindingKind`] has those of objects.
///
/// The documentation of each kind shows the smallest pattern that causes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A comment, which only the grammar has: `[a:b = 1] // c`.
    Comment,
    /// `==` for `=` or `<>` for `!=`: `[a:b == 1]`.
    AlternativeOperator,
    /// A number with a plus sign, a leading zero or nothing before the point: `[a:b = .5]`.
    NumberSpelling,
    /// `IN` without values, which nothing matches: `[a:b IN ()]`.
    EmptySet,
    /// `AND` inside brackets over tests that no single object can pass: `[a:b = 1 AND c:d = 1]`
    /// (section 9.6).
    UnsatisfiableAnd,
    /// The same qualifier twice on one expression, which STIX 2.1 forbids:
    /// `[a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES` (section 9.5.1).
    DuplicateQualifier,
    /// `REPEATS 0 TIMES`: `[a:b = 1] REPEATS 0 TIMES` (section 9.5.1).
    ZeroRepeats,
    /// `WITHIN 0 SECONDS`: `[a:b = 1] WITHIN 0 SECONDS` (section 9.5.1).
    ZeroWithin,
    /// A `STOP` that is not after its `START`, which nothing matches:
    /// `[a:b = 1] START t'2014-01-13T00:00:00Z' STOP t'2014-01-13T00:00:00Z'` (section 9.5.1).
    EmptyWindow,
    /// A string after `START` or `STOP` that is not a timestamp, in STIX 2.0:
    /// `[a:b = 1] START 'c' STOP 'd'`.
    BoundNotTimestamp,
    /// An object type that is neither one of the standard's observables nor custom, which means
    /// `x-` in front: `[ipv4:value = '198.51.100.7']`.
    UnknownType {
        /// The type that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A property that the object or the part of it has not, and that is not custom, which means
    /// `x_` in front: `[file:filename = 'a']`.
    UnknownProperty {
        /// The property that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A hash algorithm that is not spelled as in the standard's vocabulary, or not in it:
    /// `[file:hashes.SHA256 = 'ab']`.
    UnknownHash {
        /// The standard's name for it.
        nearest: Option<&'static str>,
    },
    /// A constant that the property never equals, being of another type: `[file:size = '5']`.
    WrongLiteral {
        /// What the property holds.
        expected: &'static str,
    },
    /// A list without an index: `[network-traffic:protocols = 'tcp']`.
    MissingIndex,
    /// An index where there is no list: `[file:name[0] = 'a']`.
    NeedlessIndex,
}

impl FindingKind {
    /// Whether the finding is about names and values of the object model rather than about the
    /// language. Feeds often use names of their own, and mostly on purpose.
    pub fn is_about_names(self) -> bool {
        matches!(
            self,
            Self::UnknownType { .. }
                | Self::UnknownProperty { .. }
                | Self::UnknownHash { .. }
                | Self::WrongLiteral { .. }
                | Self::MissingIndex
                | Self::NeedlessIndex
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FindingKind::Comment => "the spec has no comments; remove it",
            FindingKind::AlternativeOperator => "the spec does not have this spelling; write `=` or `!=`",
            FindingKind::NumberSpelling => "the spec does not have this spelling of a number; write it as in 1 or 0.5",
            FindingKind::EmptySet => "a set without values matches nothing; add a value",
            FindingKind::UnsatisfiableAnd => {
                "no single object has all these types, so this matches nothing; use one pair of brackets for each"
            }
            FindingKind::DuplicateQualifier => {
                "the expression has this qualifier already; remove one or put parentheses between"
            }
            FindingKind::ZeroRepeats => "`REPEATS` needs a number above 0",
            FindingKind::ZeroWithin => "`WITHIN` needs a number above 0",
            FindingKind::EmptyWindow => "`STOP` is not after `START`, so this matches nothing; swap or correct them",
            FindingKind::BoundNotTimestamp => "this is not a timestamp; write it as '2014-01-13T07:03:17Z'",
            FindingKind::UnknownType { nearest: Some(name) } => return write!(f, "no such object type; `{name}`?"),
            FindingKind::UnknownType { nearest: None } => {
                "the standard has no such observable; a custom type starts with `x-`"
            }
            FindingKind::UnknownProperty { nearest: Some(name) } => return write!(f, "no such property; `{name}`?"),
            FindingKind::UnknownProperty { nearest: None } => {
                "the standard has no such property here; a custom one starts with `x_`"
            }
            FindingKind::UnknownHash { nearest: Some(name) } => return write!(f, "the standard's name is `{name}`"),
            FindingKind::UnknownHash { nearest: None } => "the standard's vocabulary has no such hash algorithm",
            FindingKind::WrongLiteral { expected } => {
                return write!(f, "the property never equals this; write {expected}");
            }
            FindingKind::MissingIndex => "this is a list; write `[*]` behind it for any of its elements",
            FindingKind::NeedlessIndex => "this is no list; remove the index",
        })
    }
}
