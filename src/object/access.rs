//! What most objects have, without a match on their types.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::any_object;
use super::kill_chain_phase::KillChainPhase;
use super::object::Object;
use super::property::view::PropertyValue;
use crate::Timestamp;

impl Object {
    /// The object's name: `name` of the types that have one. It is text of the object, so it is
    /// also the property of a custom type.
    ///
    /// `None` if there is none, and for the rare name of a custom type that JSON writes with
    /// escapes, which is decoded text that the object does not hold: [`property`](Self::property)
    /// returns that one, too.
    ///
    /// ```
    /// use stixkit::{Object, Timestamp};
    /// use stixkit::object::{Malware, Note};
    ///
    /// let malware = Object::from(Malware::new(Timestamp::now(), "Poison Ivy", true));
    /// assert_eq!(malware.name(), Some("Poison Ivy"));
    /// assert!(malware.created().is_some() && !malware.is_revoked());
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// The object's description, as [`name`](Self::name) returns the name.
    pub fn description(&self) -> Option<&str> {
        self.text("description")
    }

    /// The phases of kill chains that the object belongs to; none for types without them.
    pub(crate) fn kill_chain_phases(&self) -> &[KillChainPhase] {
        match self {
            Self::AttackPattern(object) => &object.kill_chain_phases,
            Self::Indicator(object) => &object.kill_chain_phases,
            Self::Infrastructure(object) => &object.kill_chain_phases,
            Self::Malware(object) => &object.kill_chain_phases,
            Self::Tool(object) => &object.kill_chain_phases,
            _ => &[],
        }
    }

    /// The first identifier that a source outside of STIX gave the object: `T1059` of a technique
    /// of ATT&CK, `CVE-2014-0160` of a vulnerability. [`external_id_of`](Self::external_id_of)
    /// looks at one source only.
    ///
    /// ```
    /// use stixkit::Object;
    ///
    /// let object: Object = serde_json::from_str(r#"{
    ///     "type": "attack-pattern",
    ///     "id": "attack-pattern--7385dfaf-6886-4229-9ecd-6fd678040830",
    ///     "name": "Command and Scripting Interpreter",
    ///     "external_references": [
    ///         {"source_name": "a report"},
    ///         {"source_name": "mitre-attack", "external_id": "T1059"},
    ///         {"source_name": "capec", "external_id": "CAPEC-88"}
    ///     ]
    /// }"#)?;
    /// assert_eq!(object.external_id(), Some("T1059"));
    /// assert_eq!(object.external_id_of("capec"), Some("CAPEC-88"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn external_id(&self) -> Option<&str> {
        self.common().external_references.iter().find_map(|reference| reference.external_id.as_deref())
    }

    /// The identifier that a source outside of STIX gave the object, by the source's name in
    /// [`ExternalReference::source_name`](super::ExternalReference::source_name).
    pub fn external_id_of(&self, source_name: &str) -> Option<&str> {
        let mut own = self.common().external_references.iter().filter(|reference| reference.source_name == source_name);
        own.find_map(|reference| reference.external_id.as_deref())
    }

    /// When the first version of the object was made. `None` if it is absent, which is normal for
    /// observables.
    pub fn created(&self) -> Option<&Timestamp> {
        self.common().created.as_ref()
    }

    /// When this version of the object was made. `None` if it is absent: see
    /// [`Common::version`](super::Common::version).
    pub fn modified(&self) -> Option<&Timestamp> {
        self.common().modified.as_ref()
    }

    /// Whether the object was revoked: `"revoked": true`.
    /// [`effective_revoked`](Self::effective_revoked) also reads what some feeds write instead.
    pub fn is_revoked(&self) -> bool {
        self.common().is_revoked()
    }

    /// The object as one of the structs of its type, if it is of that type. `TryFrom` does the same
    /// with an error.
    ///
    /// ```
    /// use stixkit::{Object, Timestamp};
    /// use stixkit::object::{Malware, Tool};
    ///
    /// let object = Object::from(Malware::new(Timestamp::now(), "Poison Ivy", true));
    /// assert_eq!(object.downcast_ref::<Malware>().map(|malware| malware.is_family), Some(Some(true)));
    /// assert!(object.downcast_ref::<Tool>().is_none());
    /// ```
    pub fn downcast_ref<'o, T>(&'o self) -> Option<&'o T>
    where
        &'o T: TryFrom<&'o Self>,
    {
        self.try_into().ok()
    }

    /// Reads an object of a custom type into a struct of your own: see [`Custom`](super::Custom).
    ///
    /// `None` if the object is of a type of the standard, or if its properties do not fit the
    /// struct. To learn what does not fit, use [`Custom::payload`](super::Custom::payload), whose
    /// error reports it. It does not compare the name of the type.
    pub fn custom_as<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Custom(object) => object.payload().ok(),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        match any_object::property(self.as_any(), name)? {
            PropertyValue::Text(Cow::Borrowed(text)) => Some(text),
            _ => None,
        }
    }
}
