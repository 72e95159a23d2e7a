//! What differs between a query and its pattern, and where in the pattern.

use std::fmt;

use super::fidelity::Fidelity;
use crate::pattern::Span;

/// A difference between a query and its pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The place in the text of the pattern.
    pub span: Span,
    /// What differs.
    pub kind: NoteKind,
    /// What this difference alone does to the fidelity.
    pub fidelity: Fidelity,
}

/// The kinds of [`Note`]. `{}` prints a sentence without its period.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// No table has a column for the path.
    NoColumn(Box<str>),
    /// The language cannot express the test, or not on a column of this type.
    NoOperator(Box<str>),
    /// The regular expression needs a feature that not all engines have with the same meaning.
    Regex(&'static str),
    /// The comparison ignores upper and lower case.
    CaseBlind,
    /// The constant was changed to the form of the column's values.
    Normalized,
    /// A string was compared with a column of numbers, or a number with a column of text, by its
    /// value.
    Converted,
    /// The column also holds values of other properties, so the test may pass for those.
    SharedColumn(Box<str>),
    /// A numbered element of a list is any element in the query, or elements of lists are taken
    /// together that may belong to different objects.
    AnyElement,
    /// No table has columns for all operands of the `AND`.
    TwoTables,
    /// The operands of the `AND` are about different objects, which no single object can satisfy.
    /// The query asks for all of them in one row.
    TwoObjects,
    /// The address has a prefix, and the column's `=` would compare with the whole network.
    Network,
    /// The query is joined by the scope: it finds observations only if they have the same value
    /// there.
    JoinKey(Box<str>),
    /// One event may count for several observations, each of which needs an event of its own.
    SameEvent,
    /// The qualifier is not part of the query.
    DroppedQualifier(&'static str),
    /// Observations at the same instant may be taken for a wrong order.
    EqualTimes,
    /// The language counts a window of time as inclusive, or in other units.
    Window,
    /// Values longer than a limit of the language or index are not found.
    Truncated,
    /// The language treats absent or empty values in another way than patterns do.
    NullSemantics,
    /// The regular expression or search is applied to parts of the value.
    NotAnchored,
}

impl fmt::Display for NoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn(path) => write!(f, "no table has a column for {path}"),
            Self::NoOperator(what) => write!(f, "the language cannot express {what}"),
            Self::Regex(feature) => write!(f, "the regular expression needs {feature}"),
            Self::CaseBlind => f.write_str("the comparison ignores case"),
            Self::Normalized => f.write_str("the constant was changed to the form of the column's values"),
            Self::Converted => f.write_str("the constant was converted to the column's type"),
            Self::SharedColumn(column) => write!(f, "the column {column} also holds values of other properties"),
            Self::AnyElement => f.write_str("the elements of the list are not told apart"),
            Self::TwoTables => f.write_str("no table has columns for all operands of the AND"),
            Self::TwoObjects => f.write_str("the operands of the AND are about different objects"),
            Self::Network => f.write_str("an address with a prefix is not the value of a column of addresses"),
            Self::JoinKey(scope) => write!(f, "observations are found only if they have the same {scope}"),
            Self::SameEvent => f.write_str("one event may count for several observations"),
            Self::DroppedQualifier(name) => write!(f, "{name} is not part of the query"),
            Self::EqualTimes => f.write_str("observations at the same instant may be taken for a wrong order"),
            Self::Window => f.write_str("the window of time has another end than that of the pattern"),
            Self::Truncated => f.write_str("longer values are not indexed"),
            Self::NullSemantics => f.write_str("absent values are treated in another way"),
            Self::NotAnchored => f.write_str("parts of the value are searched instead of all of it"),
        }
    }
}

impl Note {
    pub(super) fn new(span: Span, kind: NoteKind, fidelity: Fidelity) -> Self {
        Self { span, kind, fidelity }
    }
}
