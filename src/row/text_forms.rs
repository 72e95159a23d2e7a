//! The words of columns, read and written: what `as_str` returns is also text to parse and JSON.

use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::class::Class;
use super::outcome::Outcome;
use super::relation::RelationKind;
use super::row_kind::RowKind;
use super::unmapped::Unmapped;
use super::validity::{ExpirySource, State};
use super::value_kind::ValueKind;
use crate::error::{Error, ErrorKind};

/// Text and JSON of a fieldless enumeration. A variant that is left out does not compile.
macro_rules! text_forms {
    ($Type:ident, $what:literal { $($Value:ident),+ $(,)? }) => {
        const _: () = {
            const ALL: &[$Type] = &[$($Type::$Value),+];

            /// Names every variant once more, so that the list is complete.
            const fn is_listed(value: $Type) -> bool {
                match value {
                    $( $Type::$Value => true, )+
                }
            }
            const _: () = assert!(is_listed(ALL[0]));

            impl FromStr for $Type {
                type Err = Error;

                /// Reads the word of the column. Other text is an error of kind
                /// [`ErrorKind::UnknownName`](crate::error::ErrorKind::UnknownName).
                fn from_str(text: &str) -> Result<Self, Error> {
                    let value = ALL.iter().copied().find(|value| value.as_str() == text);
                    let error = || Error::new(ErrorKind::UnknownName).with_detail(format!("{} {text:?}", $what));
                    value.ok_or_else(error)
                }
            }

            impl Serialize for $Type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'de> Deserialize<'de> for $Type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
                }
            }
        };
    };
}

text_forms!(Class, "class" { Atomic, AnyOf, AllOf, Mixed, Unsupported, Invalid });
text_forms!(ExpirySource, "expiry source" { ValidUntil, Revoked, Default });
text_forms!(RelationKind, "relation" { Single, AnyOf, AllOf, Mixed, SeveralObservations, Sequence, Qualified });
text_forms!(RowKind, "kind of record" { Indicator, Observable });
text_forms!(State, "state" { Active, Pending, Expired, Revoked, Unclear, Observed });
text_forms!(ValueKind, "kind of value" {
    Ipv4, Ipv6, Cidr, Domain, Url, Email, Mac, Hash, Port, Asn, Number, Boolean, Timestamp, Binary, Path, Name, RegistryKey,
    Serial, Cve, Text,
});

impl Serialize for Unmapped {
    /// Writes the code, as it is in the column `reason`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Serialize for Outcome<'_> {
    /// Writes a map of `class`, `reason` if there is one, and `rows`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("class", &self.class)?;
        if let Some(reason) = &self.reason {
            map.serialize_entry("reason", reason)?;
        }
        map.serialize_entry("rows", &self.rows)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for kind in ValueKind::ALL {
            assert_eq!(kind.as_str().parse::<ValueKind>().unwrap(), kind);
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(
                (json.trim_matches('"'), serde_json::from_str::<ValueKind>(&json).unwrap()),
                (kind.as_str(), kind)
            );
        }
        assert_eq!("active".parse::<State>().unwrap(), State::Active);
        let error = "Active".parse::<State>().unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::UnknownName, "no such name: state \"Active\"")
        );
    }
}
