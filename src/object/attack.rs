//! The custom types of MITRE ATT&CK as structs.
//!
//! ATT&CK publishes techniques, groups, software, mitigations and campaigns as types of the
//! standard, and everything else as custom types. These are read as [`Custom`](super::Custom)
//! objects; the structs here are views of their properties. Fields have the names of the
//! properties, and properties that all versions of ATT&CK have are not optional.
//!
//! ```
//! use stixkit::Object;
//! use stixkit::object::attack::Tactic;
//!
//! let object: Object = serde_json::from_str(r#"{
//!     "type": "x-mitre-tactic",
//!     "spec_version": "2.1",
//!     "id": "x-mitre-tactic--ffd5bcee-6e16-4dd2-8eca-7b3beedf33ca",
//!     "created": "2018-10-17T00:14:20.652Z",
//!     "modified": "2025-04-25T14:45:36.000Z",
//!     "name": "Execution",
//!     "description": "The adversary is trying to run malicious code.",
//!     "x_mitre_shortname": "execution",
//!     "x_mitre_domains": ["enterprise-attack"]
//! }"#)?;
//! let tactic = Tactic::from_object(&object).transpose()?.expect("it is a tactic");
//! assert_eq!((tactic.name.as_str(), tactic.x_mitre_shortname.as_str()), ("Execution", "execution"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The structs also write: [`Custom::from_payload`](super::Custom::from_payload) makes an object of
//! one, and [`Custom::set_payload`](super::Custom::set_payload) changes an object, whose other
//! properties stay.
//!
//! | type | struct |
//! |---|---|
//! | `x-mitre-matrix` | [`Matrix`] |
//! | `x-mitre-tactic` | [`Tactic`] |
//! | `x-mitre-data-source`, until version 17 | [`DataSource`] |
//! | `x-mitre-data-component` | [`DataComponent`] |
//! | `x-mitre-detection-strategy`, since version 18 | [`DetectionStrategy`] |
//! | `x-mitre-analytic`, since version 18 | [`Analytic`] |
//! | `x-mitre-asset` | [`Asset`] |
//! | `x-mitre-collection` | [`Collection`] |

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::object::Object;
use crate::{Identifier, Properties, Timestamp};

/// A type of field: how it is read, and whether it is written.
trait Field: Sized {
    fn read(properties: &Properties, name: &str) -> Result<Self, String>;

    fn is_present(&self) -> bool;
}

fn parse<T: DeserializeOwned>(properties: &Properties, name: &str) -> Result<Option<T>, String> {
    properties.parse(name).transpose().map_err(|error| format!("{name}: {error}"))
}

impl Field for String {
    fn read(properties: &Properties, name: &str) -> Result<Self, String> {
        parse(properties, name)?.ok_or_else(|| format!("{name} is missing"))
    }

    fn is_present(&self) -> bool {
        true
    }
}

impl Field for Identifier {
    fn read(properties: &Properties, name: &str) -> Result<Self, String> {
        parse(properties, name)?.ok_or_else(|| format!("{name} is missing"))
    }

    fn is_present(&self) -> bool {
        true
    }
}

impl<T: DeserializeOwned> Field for Option<T> {
    fn read(properties: &Properties, name: &str) -> Result<Self, String> {
        parse::<Self>(properties, name).map(Option::flatten)
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl<T: DeserializeOwned> Field for Vec<T> {
    fn read(properties: &Properties, name: &str) -> Result<Self, String> {
        parse(properties, name).map(Option::unwrap_or_default)
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }
}

/// A struct whose fields are properties, with reading and writing.
macro_rules! payload {
    ($(#[$meta:meta])* $Type:ident { $( $(#[$field_meta:meta])* $field:ident: $Field:ty, )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $Type {
            $( $(#[$field_meta])* pub $field: $Field, )+
        }

        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let properties = Properties::deserialize(deserializer)?;
                Ok(Self {
                    $( $field: Field::read(&properties, stringify!($field)).map_err(de::Error::custom)?, )+
                })
            }
        }

        impl Serialize for $Type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $( if self.$field.is_present() {
                    map.serialize_entry(stringify!($field), &self.$field)?;
                } )+
                map.end()
            }
        }
    };
}

/// The struct of a type, with what all types of ATT&CK have.
macro_rules! attack_type {
    ($(#[$meta:meta])* $Type:ident $name:literal { $( $(#[$field_meta:meta])* $field:ident: $Field:ty, )* }) => {
        payload! {
            $(#[$meta])*
            $Type {
                /// The name.
                name: String,
                /// The description, in Markdown with citations. Absent on detection strategies.
                description: Option<String>,
                $( $(#[$field_meta])* $field: $Field, )*
                /// The matrices that it belongs to: `enterprise-attack`, `mobile-attack`,
                /// `ics-attack`.
                x_mitre_domains: Vec<String>,
                /// The version of its content, for example `1.2`.
                x_mitre_version: Option<String>,
                /// The version of ATT&CK's specification that it follows.
                x_mitre_attack_spec_version: Option<String>,
                /// The identity that changed it last.
                x_mitre_modified_by_ref: Option<Identifier>,
                /// Whether it is no longer to be used. `None` means no.
                x_mitre_deprecated: Option<bool>,
                /// The people and organizations that contributed to it.
                x_mitre_contributors: Vec<String>,
            }
        }

        impl $Type {
            /// The name of the type in STIX.
            pub const TYPE_NAME: &'static str = $name;

            /// Reads an object; `None` if it is of another type.
            ///
            /// # Errors
            ///
            /// Returns an error that names the property if one is missing or has the wrong shape.
            pub fn from_object(object: &Object) -> Option<Result<Self, serde_json::Error>> {
                match object {
                    Object::Custom(object) if object.type_name == Self::TYPE_NAME => Some(object.payload()),
                    _ => None,
                }
            }
        }
    };
}

attack_type! {
    /// A matrix: the tactics of a domain in their order.
    Matrix "x-mitre-matrix" {
        /// The tactics, from left to right.
        tactic_refs: Vec<Identifier>,
    }
}

attack_type! {
    /// A tactic: the reason for a technique, for example to run code. See the [module](self) for an
    /// example.
    ///
    /// Techniques name their tactics in `kill_chain_phases`, by
    /// [`x_mitre_shortname`](Self::x_mitre_shortname).
    Tactic "x-mitre-tactic" {
        /// The name in `kill_chain_phases` of techniques, for example `initial-access`.
        x_mitre_shortname: String,
    }
}

attack_type! {
    /// A source of data that shows techniques, for example the registry. Deprecated since version 18.
    DataSource "x-mitre-data-source" {
        /// The platforms that have it.
        x_mitre_platforms: Vec<String>,
        /// Where the data is collected: `Host`, `Network`, …
        x_mitre_collection_layers: Vec<String>,
    }
}

attack_type! {
    /// A part of a data source that shows techniques, for example the creation of keys.
    DataComponent "x-mitre-data-component" {
        /// The data source that it is a part of. Absent since version 18.
        x_mitre_data_source_ref: Option<Identifier>,
        /// The logs that contain it, since version 18.
        x_mitre_log_sources: Vec<LogSource>,
    }
}

attack_type! {
    /// How a technique is detected: a set of analytics, since version 18.
    DetectionStrategy "x-mitre-detection-strategy" {
        /// The analytics.
        x_mitre_analytic_refs: Vec<Identifier>,
    }
}

attack_type! {
    /// How a technique is detected on a platform, since version 18.
    Analytic "x-mitre-analytic" {
        /// The platforms that it is for.
        x_mitre_platforms: Vec<String>,
        /// The logs that it reads.
        x_mitre_log_source_references: Vec<LogSourceReference>,
        /// What a user adapts to an environment.
        x_mitre_mutable_elements: Vec<MutableElement>,
    }
}

attack_type! {
    /// A device or system of an industrial network.
    Asset "x-mitre-asset" {
        /// The platforms that it runs.
        x_mitre_platforms: Vec<String>,
        /// The industries that have it.
        x_mitre_sectors: Vec<String>,
        /// Other names of it, some of them only in certain industries.
        x_mitre_related_assets: Vec<RelatedAsset>,
    }
}

attack_type! {
    /// A release: the objects that belong to it, each in one version.
    Collection "x-mitre-collection" {
        /// The objects.
        x_mitre_contents: Vec<Content>,
    }
}

payload! {
    /// An object in a [`Collection`].
    Content {
        /// The object.
        object_ref: Identifier,
        /// The `modified` of the version that belongs to the collection.
        object_modified: Option<Timestamp>,
    }
}

payload! {
    /// A log that contains a [`DataComponent`].
    LogSource {
        /// The log's name, for example `WinEventLog:Sysmon`.
        name: String,
        /// The part of the log, for example an event's number.
        channel: Option<String>,
    }
}

payload! {
    /// A log that an [`Analytic`] reads.
    LogSourceReference {
        /// The data component that the log contains.
        x_mitre_data_component_ref: Identifier,
        /// The log's name.
        name: Option<String>,
        /// The part of the log.
        channel: Option<String>,
    }
}

payload! {
    /// A value of an [`Analytic`] that a user adapts to an environment.
    MutableElement {
        /// The name of the value.
        field: String,
        /// The reason to adapt it.
        description: Option<String>,
    }
}

payload! {
    /// Another name of an [`Asset`].
    RelatedAsset {
        /// The name.
        name: String,
        /// The industries that use it. ATT&CK has empty lists here, which stay.
        related_asset_sectors: Option<Vec<String>>,
        /// What is different about it.
        description: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bundle;
    use crate::object::Custom;

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (text, error) in [
            (r#"{"name":"A","x_mitre_shortname":"a"}"#, None),
            (r#"{"name":"A","x_mitre_shortname":"a","x_mitre_version":null}"#, None),
            (r#"{"name":"A"}"#, Some("x_mitre_shortname is missing")),
            (r#"{"name":"A","x_mitre_shortname":"a","x_mitre_domains":7}"#, Some("x_mitre_domains: invalid type")),
        ] {
            let read = serde_json::from_str::<Tactic>(text);
            match error {
                None => assert!(read.is_ok(), "{text}"),
                Some(error) => assert!(read.unwrap_err().to_string().starts_with(error), "{text}"),
            }
        }
    }

    #[test]
    fn objects_are_changed_and_made() {
        let text = r#"{"type":"x-mitre-tactic","id":"x-mitre-tactic--1","name":"A","x_mitre_shortname":"a","x_own":1}"#;
        let bundle: Bundle = text.parse().unwrap();
        let Object::Custom(object) = &bundle.objects()[0] else { panic!() };
        let mut tactic = Tactic::from_object(&bundle.objects()[0]).unwrap().unwrap();
        assert!(Matrix::from_object(&bundle.objects()[0]).is_none());
        tactic.x_mitre_shortname = "b".into();
        let mut changed = object.clone();
        changed.set_payload(&tactic).unwrap();
        assert_eq!(serde_json::to_string(&changed).unwrap(), text.replace("\"a\"", "\"b\""));
        let made = Custom::from_payload(Timestamp::now(), Tactic::TYPE_NAME, &tactic).unwrap();
        assert_eq!(made.payload::<Tactic>().unwrap(), tactic);
    }
}
