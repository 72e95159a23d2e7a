//! Why a pattern matches or does not.

use std::fmt;

use super::test::Outcome;
use crate::pattern::Span;

/// What became of each part of a pattern: [`Matcher::explain`](super::Matcher::explain).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The single tests in written order.
    pub tests: Vec<ExplainedTest>,
    /// The `[…]` in written order.
    pub observations: Vec<ExplainedObservation>,
}

/// What became of a single test.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedTest {
    /// The place of the test in the pattern.
    pub span: Span,
    /// The best outcome for any object of any observation.
    pub outcome: Outcome,
}

/// What became of a `[…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedObservation {
    /// The place in the pattern, from `[` to the end of the qualifiers.
    pub span: Span,
    /// How many observations satisfy what the brackets contain, regardless of the qualifiers. The sum of the numbers
    /// observed.
    pub satisfied_by: u64,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NoObject => "no object of the type",
            Self::Absent => "absent",
            Self::Incompatible => "incompatible",
            Self::False => "false",
            Self::True => "true",
        })
    }
}
