//! The marking definitions of the Traffic Light Protocol.

use uuid::Uuid;

use super::common::Common;
use super::meta::{MarkingDefinition, TLP_2_EXTENSION, Tlp};
use crate::vocab::SpecVersion;
use crate::{Identifier, Json, Kind, Properties, Timestamp};

/// A version of the Traffic Light Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlpVersion {
    /// Version 1, whose four marking definitions STIX itself contains (STIX 2.1 section 7.2.1.4).
    V1,
    /// Version 2, whose five marking definitions come from an extension by OASIS.
    V2,
}

impl Tlp {
    /// Returns the identifier of a marking definition with this level, for `object_marking_refs`:
    /// the one of STIX itself, which all software knows, and for `AMBER+STRICT` the one of TLP 2.
    ///
    /// ```
    /// use stixkit::object::Tlp;
    ///
    /// let id = Tlp::Green.marking_id();
    /// assert_eq!(id, "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da");
    /// assert_eq!(Tlp::from_marking_id(&id), Some(Tlp::Green));
    /// ```
    pub fn marking_id(self) -> Identifier {
        identifier(self.uuid_1().unwrap_or(self.uuid_2()))
    }

    /// Returns the object that [`marking_id`](Self::marking_id) names, to be sent along with what
    /// is marked.
    ///
    /// ```
    /// use stixkit::object::Tlp;
    ///
    /// let marking = Tlp::Amber.definition();
    /// assert_eq!(marking.name.as_deref(), Some("TLP:AMBER"));
    /// assert_eq!((marking.tlp(), marking.common.id), (Some(Tlp::Amber), Tlp::Amber.marking_id()));
    /// ```
    pub fn definition(self) -> MarkingDefinition {
        self.definition_in(TlpVersion::V1).unwrap_or_else(|| self.definition_2())
    }

    /// Returns the marking definition of this level in a version; `None` for `AMBER+STRICT` in
    /// version 1.
    ///
    /// ```
    /// use stixkit::object::TlpVersion;
    /// use stixkit::object::Tlp;
    ///
    /// let definition = Tlp::AmberStrict.definition_in(TlpVersion::V2).expect("version 2 has it");
    /// assert_eq!(definition.tlp(), Some(Tlp::AmberStrict));
    /// assert_eq!(Tlp::AmberStrict.definition_in(TlpVersion::V1), None);
    /// ```
    pub fn definition_in(self, version: TlpVersion) -> Option<MarkingDefinition> {
        match version {
            TlpVersion::V1 => self.definition_1(),
            TlpVersion::V2 => Some(self.definition_2()),
        }
    }

    fn definition_1(self) -> Option<MarkingDefinition> {
        let word = if self == Self::Clear { "white" } else { self.as_str() };
        let mut definition = self.base(self.uuid_1()?, word, "2017-01-20T00:00:00.000Z");
        definition.definition_type = Some("tlp".to_owned());
        definition.definition.insert("tlp", word);
        Some(definition)
    }

    fn definition_2(self) -> MarkingDefinition {
        let mut definition = self.base(self.uuid_2(), self.as_str(), "2022-10-01T00:00:00.000Z");
        let extension = format!(r#"{{"extension_type":"property-extension","tlp_2_0":"{}"}}"#, self.as_str());
        definition.common.extensions.other_mut().insert(TLP_2_EXTENSION, Json::trusted(&extension));
        definition
    }

    fn base(self, uuid: u128, word: &str, created: &str) -> MarkingDefinition {
        let mut common = Common::new(identifier(uuid));
        common.spec_version = Some(SpecVersion::V21);
        common.created = Timestamp::parse_text(created);
        MarkingDefinition {
            common,
            name: Some(format!("TLP:{}", word.to_ascii_uppercase())),
            definition_type: None,
            definition: Properties::new(),
            custom: Properties::new(),
        }
    }

    fn uuid_1(self) -> Option<u128> {
        Some(match self {
            Self::Clear => 0x613f2e26_407d_48c7_9eca_b8e91df99dc9,
            Self::Green => 0x34098fce_860f_48ae_8e50_ebd3cc5e41da,
            Self::Amber => 0xf88d31f6_486f_44da_b317_01333bde0b82,
            Self::Red => 0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed,
            Self::AmberStrict => return None,
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
