//! Levels of the Traffic Light Protocol as text.

use std::borrow::Cow;
use std::str::FromStr;

use super::meta::Tlp;
use crate::error::{Error, ErrorKind};
use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

impl FromStr for Tlp {
    type Err = Error;

    /// Reads a level as [`Tlp::parse`] does. Other text is an error of kind
    /// [`ErrorKind::UnknownName`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_they_are_written() {
        for level in [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            let json = serde_json::to_string(&level).unwrap();
            assert_eq!(serde_json::from_str::<Tlp>(&json).unwrap(), level);
            assert_eq!(level.to_string().parse::<Tlp>().unwrap(), level);
        }
        assert_eq!("ambre".parse::<Tlp>().unwrap_err().kind(), ErrorKind::UnknownName);
        assert!(serde_json::from_str::<Tlp>("\"TLP:PINK\"").is_err());
    }
}
