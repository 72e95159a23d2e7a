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
    /// Returns the identifier of the object, or of the indicator that a relationship is about, if
    /// it says something new.
    pub(super) fn learn<'o>(&mut self, object: &'o Object) -> Option<&'o Identifier> {
        let name = match object {
            Object::Relationship(link) if link.relationship_type == RelationshipType::Indicates => {
                // Some producers write the relationship the wrong way round, and mean the same.
                let (indicator, target) = match (link.source_ref.kind(), link.target_ref.kind()) {
                    (Some(Kind::Indicator), _) => (&link.source_ref, &link.target_ref),
                    (_, Some(Kind::Indicator)) => (&link.target_ref, &link.source_ref),
                    _ => return None,
                };
                if link.common.is_revoked() {
                    return None;
                }
                let targets = self.targets.entry(indicator.clone()).or_default();
                let is_new = targets.len() < MAX_TARGETS && !targets.contains(target);
                if is_new {
                    targets.push(target.clone());
                }
                return is_new.then_some(indicator);
            }
            Object::Malware(malware) => malware.name.as_deref().unwrap_or_default(),
            Object::Tool(tool) => &tool.name,
            Object::ThreatActor(actor) => &actor.name,
            Object::IntrusionSet(set) => &set.name,
            Object::Campaign(campaign) => &campaign.name,
            _ => return None,
        };
        let version = object.common().version();
        let known = self.names.get(object.id());
        let is_newer = known.is_none_or(|(known, _)| known.as_ref() <= version) && !name.is_empty();
        let is_other = known.is_none_or(|(_, known)| **known != *name);
        if is_newer {
            self.names.insert(object.id().clone(), (version.cloned(), name.into()));
        }
        (is_newer && is_other).then_some(object.id())
    }

    /// What an indicator indicates.
    pub(super) fn targets(&self, indicator: &Identifier) -> &[Identifier] {
        self.targets.get(indicator).map_or(&[], Vec::as_slice)
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
