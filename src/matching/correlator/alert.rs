//! What a correlator reports.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::pattern::Span;

/// A pattern that observations satisfy together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alert {
    /// The number of the pattern: its place among those that the [`Correlator`](super::Correlator) was made of, or what
    /// [`insert`](super::Correlator::insert) returned.
    pub pattern: usize,
    /// The partition, or the empty text if there is only one.
    pub partition: Arc<str>,
    /// Which observations satisfy which `[…]`, in the order of the pattern: one way of possibly many.
    pub parts: Vec<AlertPart>,
    /// The earliest time at which one of the observations may have been made.
    pub first: DateTime<Utc>,
    /// The latest time at which one of the observations may have been made.
    pub last: DateTime<Utc>,
    /// How many observations that satisfy some `[…]` of the pattern were dropped in this partition before, because there
    /// were too many. What the alert states holds nevertheless; there may have been others.
    pub dropped: u64,
}

/// An observation that satisfies a `[…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlertPart {
    /// The place in the pattern, from `[` to the end of the qualifiers.
    pub span: Span,
    /// The number of the observation among those pushed, from 0.
    pub number: u64,
    /// The identifier of the observed data or event, if it has one, cut after 256 bytes.
    pub id: Option<Arc<str>>,
    /// How many of its occurrences are needed.
    pub count: u64,
    /// When it was first observed.
    pub first: DateTime<Utc>,
    /// When it was last observed.
    pub last: DateTime<Utc>,
}
