//! What one indicator of one feed states about a value.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::direction::Direction;
use super::row::Row;
use super::validity::State;
use crate::object::{ExternalReference, KillChainPhase, Tlp};
use crate::vocab::IndicatorType;
use crate::{Identifier, Timestamp};

/// What one indicator of one feed states about a value: the provenance of a merged row.
///
/// [`Merge`](super::Merge) returns those of a row; see its example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// The feed.
    pub source: Arc<str>,
    /// The indicator.
    pub stix_id: Identifier,
    /// The indicator's version.
    pub modified: Option<Timestamp>,
    /// Start and end of validity. `None` is not known, or no end.
    pub valid: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Whether the feed took it back.
    pub revoked: bool,
    /// The confidence, if the feed states one.
    pub confidence: Option<u8>,
    /// The level of the Traffic Light Protocol.
    pub tlp: Option<Tlp>,
    /// The end of traffic that an address is.
    pub direction: Option<Direction>,
    pub(super) texts: Box<Texts>,
}

/// What a feed says in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Texts {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) severity: Option<u8>,
    pub(super) labels: Vec<String>,
    pub(super) indicator_types: Vec<IndicatorType>,
    pub(super) kill_chain: Vec<KillChainPhase>,
    pub(super) malware: Vec<String>,
    pub(super) actors: Vec<String>,
    pub(super) references: Vec<ExternalReference>,
}

impl Statement {
    pub(super) fn new(row: &Row<'_>, source: Arc<str>) -> Self {
        let context = &row.context;
        let owned = |names: &[std::borrow::Cow<'_, str>]| names.iter().map(|name| name.clone().into_owned()).collect();
        Self {
            source,
            stix_id: row.stix_id.clone().into_owned(),
            modified: row.modified.clone(),
            valid: (
                row.validity.from.as_ref().map(Timestamp::instant),
                row.validity.until.as_ref().map(Timestamp::instant).filter(|_| row.validity.state != State::Revoked),
            ),
            revoked: row.validity.state == State::Revoked,
            confidence: context.confidence,
            tlp: row.tlp,
            direction: row.observable.as_ref().and_then(|observable| observable.direction),
            texts: Box::new(Texts {
                name: context.name.as_deref().map(str::to_owned),
                description: context.description.as_deref().map(str::to_owned),
                severity: context.severity,
                labels: context.labels.to_vec(),
                indicator_types: context.indicator_types.to_vec(),
                kill_chain: context.kill_chain.to_vec(),
                malware: owned(&context.malware),
                actors: owned(&context.actors),
                references: context.references.to_vec(),
            }),
        }
    }

    /// The state of this statement alone at an instant.
    pub fn state(&self, now: impl Into<DateTime<Utc>>) -> State {
        let now = now.into();
        let (from, until) = self.valid;
        State::at(now, self.revoked, from.unwrap_or(now), until)
    }
}
