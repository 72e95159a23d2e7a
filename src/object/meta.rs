//! Meta objects (STIX 2.1 section 7).

use std::fmt;

use super::common::Common;
use super::property::list::properties;
use crate::kind::Kind;
use crate::vocab::ExtensionType;
use crate::{Identifier, Properties, Timestamp};

/// The identifier of the extension that carries TLP 2.0 on a marking definition.
pub(super) const TLP_2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Translations of the text of one object (STIX 2.1 section 7.1). Not in STIX 2.0.
///
/// ```
/// use stixkit::object::LanguageContent;
///
/// let translation: LanguageContent = serde_json::from_str(r#"{
///     "type": "language-content",
///     "spec_version": "2.1",
///     "id": "language-content--4f831f42-4faa-4a65-a444-af0e86e6cfcc",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "object_ref": "campaign--a2039821-bad4-4246-a86f-7b4ac6c9429c",
///     "object_modified": "2024-04-20T12:00:00.000Z",
///     "contents": {
///         "de": {"name": "Herbstwelle", "description": "Angriffe auf Reedereien"},
///         "fr": {"name": "Vague d'automne"}
///     }
/// }"#)?;
/// assert_eq!(translation.text("de", "name").as_deref(), Some("Herbstwelle"));
/// assert_eq!(translation.text("fr", "description"), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SMO")]
pub struct LanguageContent {
    /// The common properties. `lang` has no place here: the languages are the names in `contents`.
    pub common: Common,
    /// The object whose text is translated.
    pub object_ref: Identifier,
    /// The `modified` of the version that is translated. Absent means that no version is named.
    pub object_modified: Option<Timestamp>,
    /// By language, an RFC 5646 tag, the translated properties by name, in the shape that they have in the object.
    /// Inside lists an empty string stands for an element without translation; nested objects may hold a subset.
    /// Required in STIX 2.1.
    pub contents: Properties,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(LanguageContent, "language-content" {
    object_ref: Identifier, object_modified, contents: Properties [required],
});

impl LanguageContent {
    /// The translation of a top-level property, where it is a string. The language is the tag as it stands in
    /// `contents`: `de` does not find `de-AT` or `DE`.
    pub fn text(&self, language: &str, property: &str) -> Option<String> {
        let translations: Properties = self.contents.parse(language)?.ok()?;
        Some(translations.get(property)?.as_str()?.into_owned())
    }
}

/// A rule on how objects may be used or passed on (STIX 2.1 section 7.2.1).
///
/// STIX 2.1 defines the four markings of version 1 of the Traffic Light Protocol (TLP); those of version 2 come from
/// OASIS's extension `extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d`. [`tlp`](Self::tlp) recognises both.
///
/// ```
/// use stixkit::object::{MarkingDefinition, Tlp};
///
/// let marking: MarkingDefinition = serde_json::from_str(r#"{
///     "type": "marking-definition",
///     "spec_version": "2.1",
///     "id": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
///     "created": "2017-01-20T00:00:00.000Z",
///     "definition_type": "tlp",
///     "name": "TLP:AMBER",
///     "definition": {"tlp": "amber"}
/// }"#)?;
/// assert_eq!(marking.tlp(), Some(Tlp::Amber));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SMO")]
pub struct MarkingDefinition {
    /// The common properties. Markings have no versions and so no `modified`.
    pub common: Common,
    /// A name to show. Not in STIX 2.0.
    pub name: Option<String>,
    /// What `definition` holds: `tlp` or `statement`. Required in STIX 2.0. Deprecated in 2.1, and required there where
    /// there are no `extensions`.
    pub definition_type: Option<String>,
    /// The marking itself, as JSON: `{"tlp": "amber"}` or `{"statement": "…"}`. Required in STIX 2.0. Deprecated in
    /// 2.1, and required there where there are no `extensions`.
    pub definition: Properties,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(MarkingDefinition, "marking-definition" {
    name [since_21], definition_type [required_20], definition [required_20],
});

impl MarkingDefinition {
    /// Returns the level of the Traffic Light Protocol: the level of a well-known identifier, of the definition (`red`
    /// or `TLP:RED`), of the TLP 2.0 extension, of OpenCTI's `x_opencti_definition`, or of a name such as `TLP:AMBER`.
    /// If a well-known identifier has a stricter definition, the stricter level counts.
    pub fn tlp(&self) -> Option<Tlp> {
        Tlp::from_marking_id(&self.common.id).max(self.defined_tlp())
    }

    fn defined_tlp(&self) -> Option<Tlp> {
        let text = |properties: &Properties, name: &str| Some(properties.get(name)?.as_str()?.into_owned());
        let extension = || self.common.extensions.other().parse::<Properties>(TLP_2_EXTENSION)?.ok();
        let defined = text(&self.definition, "tlp").or_else(|| text(&self.definition, "TLP"));
        (defined.and_then(|level| Tlp::parse(&level)))
            .or_else(|| Tlp::parse(&text(&extension()?, "tlp_2_0")?))
            .or_else(|| Tlp::parse_prefixed(&text(&self.custom, "x_opencti_definition")?))
            .or_else(|| Tlp::parse_prefixed(self.name.as_deref()?))
    }

    /// The text of a statement marking.
    pub fn statement(&self) -> Option<String> {
        Some(self.definition.get("statement")?.as_str()?.into_owned())
    }
}

/// A level of the Traffic Light Protocol: with whom information may be shared. Ordered from free to strict.
///
/// ```
/// use stixkit::object::Tlp;
///
/// let level = Tlp::parse("TLP:AMBER+STRICT").ok_or("not a level")?;
/// assert!(Tlp::Green < level && level < Tlp::Red);
/// assert_eq!(level.as_str(), "amber+strict");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tlp {
    /// No limit. `white` in version 1.
    Clear,
    /// The community.
    Green,
    /// The recipient's organization and its clients.
    Amber,
    /// The recipient's organization only. Not in version 1.
    AmberStrict,
    /// The recipient alone.
    Red,
}

impl Tlp {
    /// A level or none as a number of three bits.
    #[cfg(feature = "rows")]
    pub(crate) fn to_bits(level: Option<Self>) -> u8 {
        level.map_or(0, |level| level as u8 + 1)
    }

    #[cfg(feature = "rows")]
    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        let levels = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];
        levels.into_iter().find(|level| *level as u8 + 1 == bits)
    }

    /// The level of one of the marking definitions that everybody knows: the four of STIX 2.0 and 2.1, the five of
    /// TLP 2.0, and the one that OpenCTI uses for amber+strict.
    pub fn from_marking_id(id: &Identifier) -> Option<Self> {
        if id.kind() != Some(Kind::MarkingDefinition) {
            return None;
        }
        Some(match id.uuid()?.as_u128() {
            0x613f2e26_407d_48c7_9eca_b8e91df99dc9 | 0x94868c89_83c2_464b_929b_a1a8aa3c8487 => Self::Clear,
            0x34098fce_860f_48ae_8e50_ebd3cc5e41da | 0xbab4a63c_aed9_4cf5_a766_dfca5abac2bb => Self::Green,
            0xf88d31f6_486f_44da_b317_01333bde0b82 | 0x55d920b0_5e8b_4f79_9ee9_91f868d9b421 => Self::Amber,
            0x826578e1_40ad_459f_bc73_ede076f81f37 | 0x939a9414_2ddd_4d32_a0cd_375ea402b003 => Self::AmberStrict,
            0x5e57c739_391a_4eb3_b6be_7d15ca92d5ed | 0xe828b379_4e03_4974_9ac4_e53a884c97c1 => Self::Red,
            _ => return None,
        })
    }

    /// Returns the level that a text names: in either version's words, in any case, with or without `TLP:`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_prefixed(text).or_else(|| Self::parse_word(text))
    }

    /// Returns the level of a text that begins with `TLP:`.
    pub(crate) fn parse_prefixed(text: &str) -> Option<Self> {
        let (prefix, level) = text.trim().split_at_checked(4)?;
        if prefix.eq_ignore_ascii_case("tlp:") { Self::parse_word(level) } else { None }
    }

    fn parse_word(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "clear" | "white" => Self::Clear,
            "green" => Self::Green,
            "amber" => Self::Amber,
            "amber+strict" | "amber-strict" | "amber strict" | "amber_strict" => Self::AmberStrict,
            "red" => Self::Red,
            _ => return None,
        })
    }

    /// The level in the words of TLP 2.0, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The definition of an extension: new types, or more properties for those of the standard (STIX 2.1 section 7.3).
/// Objects that use it have its identifier as a name in `extensions`. Not in STIX 2.0.
///
/// ```
/// use stixkit::object::ExtensionDefinition;
/// use stixkit::vocab::ExtensionType;
///
/// let definition: ExtensionDefinition = serde_json::from_str(r#"{
///     "type": "extension-definition",
///     "spec_version": "2.1",
///     "id": "extension-definition--3146bda1-68d2-4f48-a7a7-d4994ba1af76",
///     "created_by_ref": "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Example triage",
///     "schema": "https://example.org/schemas/triage.json",
///     "version": "1.0.0",
///     "extension_types": ["toplevel-property-extension"],
///     "extension_properties": ["triage_score", "triage_queue"]
/// }"#)?;
/// assert_eq!(definition.extension_types, [ExtensionType::ToplevelPropertyExtension]);
/// assert_eq!(definition.extension_properties, ["triage_score", "triage_queue"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SMO")]
pub struct ExtensionDefinition {
    /// The common properties. `created_by_ref` is required here.
    pub common: Common,
    /// The name of the extension.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The definition itself: where it is to be found, mostly the URL of a JSON schema, or its text.
    pub schema: String,
    /// The extension's own version, for example `1.0.0`.
    pub version: String,
    /// What it adds: types, or properties inside `extensions` or beside it. Required in STIX 2.1.
    pub extension_types: Vec<ExtensionType>,
    /// The names of the properties that it adds at the top level of objects. Only with the extension type
    /// `toplevel-property-extension`.
    pub extension_properties: Vec<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(ExtensionDefinition, "extension-definition" {
    name: String, description, schema: String, version: String, extension_types: Vec<ExtensionType> [required],
    extension_properties,
});
