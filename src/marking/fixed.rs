//! The marking definitions that everybody knows.

use uuid::Uuid;

use crate::json::Json;
use crate::json::properties::quoted;
use crate::object::{Common, Kind, MarkingDefinition, Tlp};
use crate::vocab::SpecVersion;
use crate::{Identifier, Properties};

/// A version of the Traffic Light Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlpVersion {
    /// Version 1, whose four marking definitions STIX itself contains (STIX 2.1 section 7.2.1.4).
    V1,
    /// Version 2, whose five marking definitions come from an extension by OASIS.
    V2,
}

const LEVELS: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

/// The extension that carries the level of version 2.
const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

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
    let of = |version| LEVELS.into_iter().filter_map(move |level: Tlp| level.definition(version));
    of(TlpVersion::V1).chain(of(TlpVersion::V2))
}

impl Tlp {
    /// Returns the identifier of a marking definition with this level, for `object_marking_refs`: the
    /// one of STIX itself, which all software knows, and for `AMBER+STRICT` the one of TLP 2.
    ///
    /// ```
    /// use stixkit::object::Tlp;
    ///
    /// let id = Tlp::Green.marking_id();
    /// assert_eq!(id, "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da".into());
    /// assert_eq!(Tlp::from_marking_id(&id), Some(Tlp::Green));
    /// ```
    pub fn marking_id(self) -> Identifier {
        identifier(self.uuid(TlpVersion::V1).unwrap_or(self.uuid_2()))
    }

    /// Returns the marking definition of this level; `None` for `AMBER+STRICT` in version 1.
    ///
    /// ```
    /// use stixkit::marking::TlpVersion;
    /// use stixkit::object::Tlp;
    ///
    /// let definition = Tlp::AmberStrict.definition(TlpVersion::V2).expect("version 2 has it");
    /// assert_eq!(definition.tlp(), Some(Tlp::AmberStrict));
    /// assert_eq!(Tlp::AmberStrict.definition(TlpVersion::V1), None);
    /// ```
    pub fn definition(self, version: TlpVersion) -> Option<MarkingDefinition> {
        let mut common = Common::new(identifier(self.uuid(version)?));
        common.spec_version = Some(SpecVersion::V21);
        let word = match (self, version) {
            (Self::Clear, TlpVersion::V1) => "white",
            _ => self.as_str(),
        };
        let level = |name| {
            let mut properties = Properties::new();
            properties.insert(name, &Json::trusted(&quoted(word)));
            properties
        };
        let mut definition = Properties::new();
        match version {
            TlpVersion::V1 => {
                common.created = "2017-01-20T00:00:00.000Z".parse().ok();
                definition = level("tlp");
            }
            TlpVersion::V2 => {
                common.created = "2022-10-01T00:00:00.000Z".parse().ok();
                let mut extension = level("tlp_2_0");
                extension.insert("extension_type", &Json::trusted("\"property-extension\""));
                // OK because properties always have a JSON form.
                let extension = serde_json::to_string(&extension).unwrap_or_default();
                common.extensions.other_mut().insert(EXTENSION, &Json::trusted(&extension));
            }
        }
        Some(MarkingDefinition {
            common,
            name: Some(format!("TLP:{}", word.to_ascii_uppercase())),
            definition_type: (version == TlpVersion::V1).then(|| "tlp".to_owned()),
            definition,
            custom: Properties::new(),
        })
    }

    fn uuid(self, version: TlpVersion) -> Option<u128> {
        Some(match (version, self) {
            (TlpVersion::V2, level) => level.uuid_2(),
            (TlpVersion::V1, Self::Clear) => 0x613f2e26_407d_48c7_9eca_b8e91df99dc9,
            (TlpVersion::V1, Self::Green) => 0x34098fce_860f_48ae_8e50_ebd3cc5e41da,
            (TlpVersion::V1, Self::Amber) => 0xf88d31f6_486f_44da_b317_01333bde0b82,
            (TlpVersion::V1, Self::Red) => 0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed,
            (TlpVersion::V1, Self::AmberStrict) => return None,
        })
    }

    fn uuid_2(self) -> u128 {
        match self {
            Self::Clear => 0x94868c89_83c2_464b_929b_a1a8aa3c8487,
            Self::Green => 0xbab4a63c_aed9_4cf5_a766_dfca5abac2bb,
            Self::Amber => 0x55d920b0_5e8b_4f79_9ee9_91f868d9b421,
            Self::AmberStrict => 0x939a9414_2ddd_4d32_a0cd_375ea402b003,
            Self::Red => 0xe828b379_4e03_4974_9ac4_e53a884c97c1,
        }
    }
}

fn identifier(uuid: u128) -> Identifier {
    Identifier::new(Kind::MarkingDefinition, Uuid::from_u128(uuid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;

    #[test]
    fn definitions_are_those_that_are_recognised() {
        let definitions: Vec<_> = fixed_definitions().collect();
        assert_eq!(definitions.len(), 9);
        for definition in definitions {
            let level = definition.tlp().unwrap();
            assert_eq!(Tlp::from_marking_id(&definition.common.id), Some(level));
            // Without the identifier, the content says the same.
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
