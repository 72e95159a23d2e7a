//! The contents of an indicator's rows, as numbers to compare.

use std::num::NonZeroU64;

use serde::Serialize;
use uuid::Uuid;

use super::doubt::Doubt;
use super::row::Row;
use super::row_key::RowKey;

/// Digests of the rows of one indicator. They leave out its version, validity and state, which are
/// compared by themselves.
///
/// They are kept in the state, so another way to make them needs another format of it.
///
/// A producer who makes two contents with the same digest only hides a change of its own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    /// What the object itself says.
    own: NonZeroU64,
    /// What the mapper has learnt from other objects: names, and levels of markings.
    learnt: u64,
}

impl Contents {
    pub(super) fn of_rows(rows: &[Row<'_>]) -> Option<Self> {
        let Row { context, pattern, pattern_type, tlp, doubts, .. } = rows.first()?;
        let assessment = (context.confidence, &context.labels, &context.indicator_types, &context.kill_chain);
        let references: Vec<_> = context.reference_urls().collect();
        let source = (&context.created_by, references, context.severity);
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                let value = row.observable.as_ref().map(|observable| (&observable.key, &observable.value));
                (value, row.relation.standalone, row.relation.primary)
            })
            .collect();
        let own =
            digest(&(&context.name, &context.description, assessment, source, pattern, pattern_type.as_str(), values));
        let doubts: Vec<_> = doubts.iter().map(Doubt::code).collect();
        let tlp = tlp.map(|tlp| tlp.as_str());
        let learnt = digest(&(&context.provider, &context.malware, &context.actors, tlp, doubts));
        Some(Self { own: NonZeroU64::new(own).unwrap_or(NonZeroU64::MIN), learnt })
    }

    /// Whether the object itself says the same, whatever was learnt.
    pub(super) fn is_same_object(self, other: Self) -> bool {
        self.own == other.own
    }

    /// The digests as one number, for the state.
    pub(super) fn to_number(self) -> u128 {
        u128::from(self.own.get()) << 64 | u128::from(self.learnt)
    }

    /// `None` if no contents have this number.
    pub(super) fn from_number(number: u128) -> Option<Self> {
        Some(Self { own: NonZeroU64::new((number >> 64) as u64)?, learnt: number as u64 })
    }
}

fn digest(parts: &impl Serialize) -> u64 {
    // OK because texts and numbers cannot fail to be written.
    let text = serde_json::to_vec(parts).unwrap_or_default();
    let (high, low) = Uuid::new_v5(&RowKey::NAMESPACE, &text).as_u64_pair();
    high ^ low
}
