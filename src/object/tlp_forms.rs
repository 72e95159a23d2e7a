//! Levels of the Traffic Light Protocol as text and as objects.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use uuid::Uuid;

use super::common::Common;
use super::meta::{MarkingDefinition, TLP_2_EXTENSION, Tlp};
use crate::error::{Error, ErrorKind};
use crate::vocab::SpecVersion;
use crate::{Identifier, Json, Kind, Properties, Timestamp};

impl FromStr for Tlp {
    type Err = Error;

    /// Reads a level as [`Tlp::parse`] does. Other text is an error of kind [`ErrorKind::UnknownName`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or_else(|| Error::new(ErrorKind::UnknownName).with_detail(format!("TLP level {text:?}")))
    }
}

impl Serialize for Tlp {
    /// Writes the level as [`Tlp::as_str`] returns it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Tlp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Tlp {
    /// Returns the identifier to put into `object_marking_refs`: the marking that STIX 2.1 itself defines (section
    /// 7.2.1.4), which everybody knows. `amber+strict`, which it lacks, has that of TLP 2.0.
    ///
    /// ```
    /// use stixkit::object::Tlp;
    ///
    /// let id = Tlp::Amber.marking_id();
    /// assert_eq!(id, "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82");
    /// assert_eq!(Tlp::from_marking_id(&id), Some(Tlp::Amber));
    /// ```
    pub fn marking_id(self) -> Identifier {
        let uuid: u128 = match self {
            Self::Clear => 0x613f2e26_407d_48c7_9eca_b8e91df99dc9,
            Self::Green => 0x34098fce_860f_48ae_8e50_ebd3cc5e41da,
            Self::Amber => 0xf88d31f6_486f_44da_b317_01333bde0b82,
            Self::AmberStrict => 0x939a9414_2ddd_4d32_a0cd_375ea402b003,
            Self::Red => 0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed,
        };
        Identifier::new(Kind::MarkingDefinition, Uuid::from_u128(uuid))
    }

    /// Returns the object that [`marking_id`](Self::marking_id) names, to be sent along with what is marked.
    ///
    /// ```
    /// use stixkit::object::Tlp;
    ///
    /// let marking = Tlp::Amber.definition();
    /// assert_eq!(marking.name.as_deref(), Some("TLP:AMBER"));
    /// assert_eq!((marking.tlp(), marking.common.id), (Some(Tlp::Amber), Tlp::Amber.marking_id()));
    /// ```
    pub fn definition(self) -> MarkingDefinition {
        let (created, name, definition) = match self {
            Self::Clear => ("2017-01-20T00:00:00.000Z", "TLP:WHITE", Some("white")),
            Self::Green => ("2017-01-20T00:00:00.000Z", "TLP:GREEN", Some("green")),
            Self::Amber => ("2017-01-20T00:00:00.000Z", "TLP:AMBER", Some("amber")),
            Self::AmberStrict => ("2022-10-01T00:00:00.000Z", "TLP:AMBER+STRICT", None),
            Self::Red => ("2017-01-20T00:00:00.000Z", "TLP:RED", Some("red")),
        };
        let mut common = Common::new(self.marking_id());
        common.spec_version = Some(SpecVersion::V21);
        common.created = Timestamp::parse_text(created);
        let mut properties = Properties::new();
        match definition {
            Some(level) => properties.insert("tlp", level),
            None => {
                let extension = r#"{"extension_type":"property-extension","tlp_2_0":"amber+strict"}"#;
                common.extensions.other_mut().insert(TLP_2_EXTENSION, Json::trusted(extension));
            }
        }
        MarkingDefinition {
            common,
            name: Some(name.to_owned()),
            definition_type: definition.map(|_| "tlp".to_owned()),
            definition: properties,
            custom: Properties::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;

    #[test]
    fn levels_are_read_as_they_are_written() {
        for level in [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            let json = serde_json::to_string(&level).unwrap();
            assert_eq!(serde_json::from_str::<Tlp>(&json).unwrap(), level);
            assert_eq!(level.to_string().parse::<Tlp>().unwrap(), level);
            let definition = level.definition();
            assert_eq!(Tlp::from_marking_id(&definition.common.id), Some(level));
            assert_eq!(definition.tlp(), Some(level));
            let findings = Object::from(definition).check();
            assert!(findings.is_empty(), "{level}: {findings:?}");
        }
        assert_eq!("ambre".parse::<Tlp>().unwrap_err().kind(), ErrorKind::UnknownName);
        assert!(serde_json::from_str::<Tlp>("\"TLP:PINK\"").is_err());
    }
}
