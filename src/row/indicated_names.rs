//! The names of what indicators indicate, by `indicates` relationships of the same feed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::object::{Kind, Object};
use crate::vocab::RelationshipType;
use crate::{Identifier, Timestamp};

/// Names of what can be indicated, and which indicator indicates what. Trees, as in the mapper.
#[derive(Clone, Debug, Default)]
pub(super) struct IndicatedNames {
    names: BTreeMap<Identifier, (Option<Timestamp>, Box<str>)>,
    targets: BTreeMap<Identifier, Vec<Identifier>>,
}

/// More targets than an indicator has a reason for: a row carries their names.
const MAX_TARGETS: usize = 100;

impl IndicatedNames {
    pub(super) fn learn(&mut self, object: &Object) {
        let name = match object {
            Object::Relationship(link) if link.relationship_type == RelationshipType::Indicates => {
                // Some producers write the relationship the wrong way round, and mean the same.
                let (indicator, target) = match (link.source_ref.kind(), link.target_ref.kind()) {
                    (Some(Kind::Indicator), _) => (&link.source_ref, &link.target_ref),
                    (_, Some(Kind::Indicator)) => (&link.target_ref, &link.source_ref),
                    _ => return,
                };
                if !link.common.is_revoked() {
                    let targets = self.targets.entry(indicator.clone()).or_default();
                    if targets.len() < MAX_TARGETS && !targets.contains(target) {
                        targets.push(target.clone());
                    }
                }
                return;
            }
            Object::Malware(malware) => malware.name.as_deref().unwrap_or_default(),
            Object::Tool(tool) => &tool.name,
            Object::ThreatActor(actor) => &actor.name,
            Object::IntrusionSet(set) => &set.name,
            Object::Campaign(campaign) => &campaign.name,
            _ => return,
        };
        let version = object.common().version();
        let is_newer = self.names.get(object.id()).is_none_or(|(known, _)| known.as_ref() <= version);
        if is_newer && !name.is_empty() {
            self.names.insert(object.id().clone(), (version.cloned(), name.into()));
        }
    }

    /// The names of malware and tools that an indicator indicates.
    pub(super) fn malware(&self, indicator: &Identifier) -> Vec<Cow<'_, str>> {
        self.names_of(indicator, &[Kind::Malware, Kind::Tool])
    }

    /// The names of threat actors, intrusion sets and campaigns that an indicator indicates.
    pub(super) fn actors(&self, indicator: &Identifier) -> Vec<Cow<'_, str>> {
        self.names_of(indicator, &[Kind::ThreatActor, Kind::IntrusionSet, Kind::Campaign])
    }

    fn names_of(&self, indicator: &Identifier, kinds: &[Kind]) -> Vec<Cow<'_, str>> {
        if self.targets.is_empty() {
            return Vec::new();
        }
        let targets = self.targets.get(indicator).into_iter().flatten();
        let of_kind = targets.filter(|target| target.kind().is_some_and(|kind| kinds.contains(&kind)));
        of_kind.filter_map(|target| self.names.get(target).map(|(_, name)| Cow::Borrowed(&**name))).collect()
    }
}
