//! An indicator of a set.

use std::fmt;

use chrono::{DateTime, Utc};

use super::packed::{IS_REVOKED, IS_SEVERAL, Nanos, Packed};
use super::store::Store;
use crate::Identifier;
use crate::object::Tlp;
use crate::row::State;

/// An indicator of an [`IndicatorSet`](super::IndicatorSet): what hits on it need.
#[derive(Clone, Copy)]
pub struct Record<'s> {
    store: &'s Store,
    packed: &'s Packed,
}

impl<'s> Record<'s> {
    pub(super) fn new(store: &'s Store, number: u32) -> Self {
        Self { store, packed: store.records.get(number) }
    }

    /// Returns the identifier.
    pub fn id(&self) -> Identifier {
        self.store.records.id(self.packed)
    }

    /// Returns the name of the feed.
    pub fn source(&self) -> &'s str {
        self.store.records.source(self.packed)
    }

    /// Returns the version. `None` if it is not known.
    pub fn modified(&self) -> Option<DateTime<Utc>> {
        self.packed.modified.instant()
    }

    /// Returns the start of validity. `None` if it is not known.
    pub fn valid_from(&self) -> Option<DateTime<Utc>> {
        self.packed.from.instant()
    }

    /// Returns the first instant after the validity. `None` if the indicator does not expire.
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.packed.until.instant()
    }

    /// Whether the producer revoked it.
    pub fn is_revoked(&self) -> bool {
        self.packed.is(IS_REVOKED)
    }

    /// Returns the state at an instant. The years before 1677 and after 2262 count as one instant each.
    pub fn state_at(&self, at: impl Into<DateTime<Utc>>) -> State {
        // OK because an instant decides.
        self.packed.state(Some(Nanos::at(at.into()).get())).unwrap_or(State::Unclear)
    }

    /// Returns how confident the producer is, 0 to 100. `None` is not 0.
    pub fn confidence(&self) -> Option<u8> {
        self.packed.confidence()
    }

    /// Returns the strictest level of TLP of the indicator and its parts. `None` is not [`Tlp::Clear`].
    pub fn tlp(&self) -> Option<Tlp> {
        self.packed.tlp()
    }

    /// Returns the pattern, if hits need a test of all of it. Of other indicators, the set keeps the values alone.
    pub fn pattern(&self) -> Option<&'s str> {
        self.store.pattern(self.packed.pattern)
    }

    /// Whether the pattern is about several observations.
    pub fn is_several(&self) -> bool {
        self.packed.is(IS_SEVERAL)
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id())
            .field("source", &self.source())
            .field("modified", &self.modified())
            .field("valid_from", &self.valid_from())
            .field("valid_until", &self.valid_until())
            .field("is_revoked", &self.is_revoked())
            .field("confidence", &self.confidence())
            .field("tlp", &self.tlp())
            .field("pattern", &self.pattern())
            .finish()
    }
}
