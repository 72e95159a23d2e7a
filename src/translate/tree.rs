//! The intermediate form: what a query asks of the rows of one table.
//!
//! All that is about STIX has gone from it: paths are columns, constants have the type and form of
//! their column, `LIKE` is a prefix, suffix, part or regular expression. A language only prints it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::column::Column;
use super::regex::Regex;
use crate::pattern::Span;

/// A condition on a row.
#[derive(Clone, Debug)]
pub(super) enum Tree<'m> {
    Test(Box<Test<'m>>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// A test of one column.
///
/// An absent value fails every test but [`Op::Absent`], also a negated one. A column that is a list
/// passes if one of its elements passes; if the test is negated, it passes if the list has
/// elements, and none of them passes. If elements are values of several objects, and [the language
/// can](super::dialect::Dialect::negates_elements), a negated test passes if one of the elements
/// fails.
#[derive(Clone, Debug)]
pub(super) struct Test<'m> {
    /// The place of the comparison in the pattern.
    pub(super) span: Span,
    pub(super) column: &'m Column,
    pub(super) negated: bool,
    pub(super) op: Op,
}

/// What a value has to be.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Present,
    /// The column has no value.
    Absent,
    Equal(Constant),
    NotEqual(Constant),
    /// As `Equal`, but upper and lower case of ASCII are the same.
    EqualAnyCase(String),
    Order(Order, Constant),
    /// Two constants or more.
    In(Vec<Constant>),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Matches(Regex),
    /// The address is in the network.
    Subset(Network),
    /// The column holds a network that has the address or network.
    Superset(Network),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A constant of the column's type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Time(DateTime<Utc>),
    /// The text of an address, in normal form, for a column of addresses.
    Ip(String),
}

impl std::fmt::Display for Constant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) | Self::Ip(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::Time(time) => f.write_str(&time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
        }
    }
}

/// A network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    /// The first address.
    pub(super) first: IpAddr,
    pub(super) prefix: u8,
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

impl<'m> Tree<'m> {
    /// Calls `visit` with each test.
    pub(super) fn each_test<'t>(&'t self, visit: &mut dyn FnMut(&'t Test<'m>)) {
        match self {
            Self::Test(test) => visit(test),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_test(visit)),
        }
    }

    /// Joins conditions by `AND`, without a level for a single one.
    pub(super) fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.swap_remove(0) } else { Self::All(parts) }
    }

    /// Joins conditions by `OR`, without a level for a single one.
    pub(super) fn any(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.swap_remove(0) } else { Self::Any(parts) }
    }
}
