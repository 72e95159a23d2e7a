//! The marking definitions that everybody knows.

use crate::object::{MarkingDefinition, Tlp, TlpVersion};

const LEVELS: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

/// Returns the marking definitions with fixed identifiers and contents: four of TLP 1, five of TLP 2.
///
/// ```
/// use stixkit::marking::fixed_definitions;
///
/// let names: Vec<_> = fixed_definitions().filter_map(|definition| definition.name).collect();
/// assert_eq!(names[..4], ["TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:RED"]);
/// assert_eq!(names[4..], ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]);
/// ```
pub fn fixed_definitions() -> impl Iterator<Item = MarkingDefinition> {
    let of = |version| LEVELS.into_iter().filter_map(move |level: Tlp| level.definition_in(version));
    of(TlpVersion::V1).chain(of(TlpVersion::V2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Object;

    #[test]
    fn definitions_are_those_that_are_recognised() {
        let definitions: Vec<_> = fixed_definitions().collect();
        assert_eq!(definitions.len(), 9);
        for definition in definitions {
            let level = definition.tlp().unwrap();
            assert_eq!(Tlp::from_marking_id(&definition.common.id), Some(level));
            // The content alone means the same.
            let mut other = definition.clone();
            other.common.id = "marking-definition--8b2c1c2b-70d3-4a53-8b37-9f7e3c8a5c11".into();
            assert_eq!(other.tlp(), Some(level));
            assert!(definition.common.created.is_some());
            let object = Object::from(definition);
            assert_eq!(object.check(), []);
        }
        assert!(LEVELS.into_iter().all(|level| Tlp::from_marking_id(&level.marking_id()) == Some(level)));
    }
}
