//! How long an indicator without an end is valid.

use chrono::TimeDelta;

use crate::row::ValueKind;

/// How long an indicator without an end is valid, by what its value is.
#[derive(Clone, Debug, Default)]
pub(super) struct DefaultValidity {
    all: Option<TimeDelta>,
    // Short, since a kind is in it once.
    by_kind: Vec<(ValueKind, TimeDelta)>,
}

impl DefaultValidity {
    pub(super) fn set(&mut self, validity: TimeDelta) {
        self.all = Some(validity);
    }

    pub(super) fn set_of(&mut self, kind: ValueKind, validity: TimeDelta) {
        self.by_kind.retain(|(own, _)| *own != kind);
        self.by_kind.push((kind, validity));
    }

    /// Returns the validity of a value of this kind, or of a row without a value. One that is not
    /// positive is none.
    pub(super) fn of(&self, kind: Option<ValueKind>) -> Option<TimeDelta> {
        let own = self.by_kind.iter().find(|(own, _)| Some(*own) == kind).map(|(_, validity)| *validity);
        own.or(self.all).filter(|validity| *validity > TimeDelta::zero())
    }
}
