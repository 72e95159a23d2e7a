//! Which of several markings is the strictest.

use std::collections::{HashMap, HashSet};

use super::meta::Tlp;
use super::object::Object;
use crate::id::Identifier;

/// What is known of the levels of marking definitions: the well-known ones, and those of a bundle.
#[derive(Debug, Default)]
pub(crate) struct Levels(HashMap<Identifier, Tlp>);

impl Levels {
    /// The levels of the definitions among these objects.
    pub(crate) fn learn<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let level = |object: &Object| match object {
            Object::MarkingDefinition(marking) => marking.tlp().map(|level| (marking.common.id.clone(), level)),
            _ => None,
        };
        let mut levels = Self::default();
        for (id, level) in objects.into_iter().filter_map(level) {
            // If there are several definitions of one name, the strictest one counts.
            levels.0.entry(id).and_modify(|own| *own = level.max(*own)).or_insert(level);
        }
        levels
    }

    /// The level of a marking; `None` for a statement, another family, or one that is not known.
    pub(crate) fn of(&self, marking: &Identifier) -> Option<Tlp> {
        self.0.get(marking).copied().max(Tlp::from_marking_id(marking))
    }

    /// The strictest level of several markings.
    pub(crate) fn strictest(&self, markings: &[Identifier]) -> Option<Tlp> {
        markings.iter().filter_map(|marking| self.of(marking)).max()
    }

    /// Leaves each marking once, and of those with a level the strictest ones alone. Returns those
    /// that were left out.
    pub(crate) fn reduce(&self, markings: &mut Vec<Identifier>) -> Vec<Identifier> {
        let strictest = self.strictest(markings);
        let mut seen = HashSet::with_capacity(markings.len());
        let mut weaker = Vec::new();
        markings.retain(|marking| {
            let is_new = seen.insert(marking.clone());
            let is_weaker = self.of(marking).is_some_and(|level| Some(level) < strictest);
            if is_new && is_weaker {
                weaker.push(marking.clone());
            }
            is_new && !is_weaker
        });
        weaker
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
    const RED: &str = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    const RED_2: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
    const STATEMENT: &str = "marking-definition--d81f86b9-975b-4c0b-875e-810c5ad45a4f";

    #[test]
    fn the_strictest_level_stays_and_what_has_none() {
        for (markings, left, weaker) in [
            (&[GREEN][..], &[GREEN][..], &[][..]),
            (&[GREEN, RED], &[RED], &[GREEN]),
            (&[RED, GREEN, STATEMENT, RED], &[RED, STATEMENT], &[GREEN]),
            (&[RED_2, STATEMENT, RED], &[RED_2, STATEMENT, RED], &[]),
            (&[], &[], &[]),
        ] {
            let ids =
                |texts: &[&str]| -> Vec<Identifier> { texts.iter().map(|text| Identifier::from(*text)).collect() };
            let mut reduced = ids(markings);
            assert_eq!(Levels::default().reduce(&mut reduced), ids(weaker), "{markings:?}");
            assert_eq!(reduced, ids(left), "{markings:?}");
        }
    }

    #[test]
    fn a_definition_can_only_make_a_level_stricter() {
        let definition = |id: &str, level: &str| -> Object {
            let text = format!(r#"{{"type":"marking-definition","id":"{id}","definition":{{"tlp":"{level}"}}}}"#);
            serde_json::from_str(&text).unwrap()
        };
        let levels =
            Levels::learn(&[definition(STATEMENT, "amber"), definition(RED, "white"), definition(STATEMENT, "green")]);
        assert_eq!(levels.of(&STATEMENT.into()), Some(Tlp::Amber));
        assert_eq!(levels.of(&RED.into()), Some(Tlp::Red));
        assert_eq!(levels.of(&GREEN.into()), Some(Tlp::Green));
    }
}
