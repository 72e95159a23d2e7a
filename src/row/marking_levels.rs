//! The levels of marking definitions, and of what they mark.

use std::collections::BTreeMap;

use super::doubt::{Doubt, Doubts};
use crate::Identifier;
use crate::object::{GranularMarking, MarkingDefinition, Tlp};

/// What marking definitions say. A tree, as in the mapper.
#[derive(Clone, Debug, Default)]
pub(super) struct MarkingLevels {
    learnt: BTreeMap<Identifier, Level>,
    /// Whether a well-known marking has a definition that says something else. If not, their levels
    /// need no search, and most markings are of these.
    redefines_well_known: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    tlp: Option<Tlp>,
    doubts: Doubts,
}

impl MarkingLevels {
    /// Learns a definition, and returns whether it says something new. Markings have no versions, so
    /// of two that disagree the stricter counts.
    pub(super) fn learn(&mut self, marking: &MarkingDefinition) -> bool {
        let mut doubts = Doubts::default();
        let tlp = marking.effective_tlp().unwrap_or_else(|_| {
            doubts.add(Doubt::Markings);
            Some(Tlp::Red)
        });
        let before = self.learnt.get(&marking.common.id).copied();
        let level = self.learnt.entry(marking.common.id.clone()).or_insert(Level { tlp, doubts });
        if level.tlp != tlp {
            level.tlp = level.tlp.max(tlp);
            level.doubts.add(Doubt::ConflictingMarking);
        }
        level.doubts.add_all(doubts);
        let well_known = Tlp::from_marking_id(&marking.common.id);
        self.redefines_well_known |= well_known.is_some() && (level.tlp != well_known || !level.doubts.is_empty());
        before != Some(*level)
    }

    /// Returns the strictest level of an object's markings, those of its parts included.
    pub(super) fn strictest(&self, markings: &Markings<'_>, doubts: &mut Doubts) -> Option<Tlp> {
        let (Some(whole), Some(parts)) = (markings.whole, markings.parts) else {
            doubts.add(Doubt::Markings);
            return Some(Tlp::Red);
        };
        let of_parts = parts.iter().filter_map(|marking| marking.marking_ref.as_ref());
        whole.iter().chain(of_parts).filter_map(|id| self.level(id, doubts)).max()
    }

    fn level(&self, id: &Identifier, doubts: &mut Doubts) -> Option<Tlp> {
        let well_known = Tlp::from_marking_id(id);
        if well_known.is_some() && !self.redefines_well_known {
            return well_known;
        }
        match self.learnt.get(id) {
            Some(level) => {
                doubts.add_all(level.doubts);
                level.tlp.max(well_known)
            }
            None => {
                if well_known.is_none() {
                    doubts.add(Doubt::UnknownMarking);
                }
                well_known
            }
        }
    }
}

/// The markings of an object and of its parts. `None` if they cannot be read.
pub(super) struct Markings<'o> {
    pub(super) whole: Option<&'o [Identifier]>,
    pub(super) parts: Option<&'o [GranularMarking]>,
}
