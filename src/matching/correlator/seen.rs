//! An observation as it is kept: what it was is known by its number.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::alert::AlertPart;
use crate::matching::instant::{Interval, instant_of};
use crate::pattern::Span;

/// An observation without its objects.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) number: u64,
    pub(super) id: Option<Arc<str>>,
    pub(super) times: Interval,
    pub(super) count: u64,
}

impl Seen {
    pub(super) fn first(&self) -> i128 {
        self.times.first().nanos
    }

    pub(super) fn last(&self) -> i128 {
        self.times.last().nanos
    }

    /// The part of an alert that it is, with so many of its occurrences.
    pub(super) fn part(&self, span: Span, count: u64) -> AlertPart {
        let (first, last) = (time(self.first()), time(self.last()));
        AlertPart { span, number: self.number, id: self.id.clone(), count, first, last }
    }
}

/// OK because times were instants before.
fn time(nanos: i128) -> DateTime<Utc> {
    instant_of(nanos).unwrap_or_default()
}
