//! Objects of types that the crate does not define.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};
use uuid::Uuid;

use super::any_object::{self, AnyObject};
use super::common::{Common, CommonReader};
use super::property::context::Context;
use super::property::definition::Definition;
use super::property::fields::Fields;
use super::property::record::Record;
use super::property::slot::{drop_outdated, missing};
use super::property::traits::{AnyProperty, Visit};
use super::property::view::{PropertyValue, ViewMap};
use super::type_name::TypeName;
#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::Generate;
use crate::json::cursor::Fault;
use crate::kind::Kind;
use crate::vocab::SpecVersion;
use crate::{Identifier, Properties, Timestamp};

/// An object whose type this crate does not define (STIX 2.1 section 11.2): the common properties
/// typed, all others as JSON.
///
/// ```
/// use stixkit::Object;
///
/// let text = r#"{"type":"x-sensor","id":"x-sensor--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6","x_site":"north"}"#;
/// let Object::Custom(sensor) = serde_json::from_str(text)? else { panic!("no such type in the standard") };
/// assert_eq!(sensor.type_name, "x-sensor");
/// assert_eq!(sensor.custom.get("x_site").unwrap().as_str().as_deref(), Some("north"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A struct of your own can be read from and written to the properties that are not common ones:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use stixkit::{Object, Timestamp};
/// use stixkit::object::Custom;
///
/// #[derive(Deserialize, Serialize)]
/// struct Sensor {
///     name: String,
///     x_site: Option<String>,
/// }
///
/// let sensor = Sensor { name: "north-1".into(), x_site: None };
/// let object = Object::from(Custom::from_payload(Timestamp::now(), "x-sensor", &sensor)?);
/// let sensor: Option<Sensor> = object.custom_as();
/// assert_eq!(sensor.map(|sensor| sensor.name).as_deref(), Some("north-1"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// [`attack`](super::attack) has such structs for the types of MITRE ATT&CK.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Custom {
    /// The value of `type`.
    pub type_name: String,
    /// The common properties.
    pub common: Common,
    /// All other properties, in document order.
    pub custom: Properties,
}

impl Custom {
    pub(super) fn read<'de>(
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'_, 'de>,
        context: &mut Context,
    ) -> Result<Box<Self>, Fault> {
        while let Some(name) = fields.next_name() {
            common.read(name, fields, context)?;
        }
        fields.end()?;
        let type_name = match common.type_name() {
            Some(TypeName::Standard(Kind::Bundle)) => return Err(Fault::Bundle),
            // The identifier's prefix promised a type that the crate does not define.
            Some(TypeName::Standard(_)) => return Err(Fault::OtherType),
            Some(TypeName::Other(type_name)) => type_name.clone(),
            None => return Err(missing("type", context)),
        };
        let (common, custom) = common.finish(context)?;
        let mut object = Box::new(Self { type_name, common, custom });
        drop_outdated(&mut *object, |object| &mut object.custom, |object, name| any_object::has(object, name), context);
        Ok(object)
    }
}

impl Custom {
    /// A new object of a type that the standard does not define, with a random identifier, made at
    /// `now`.
    pub fn new(now: impl Into<Timestamp>, type_name: impl Into<String>) -> Self {
        let (type_name, now) = (type_name.into(), now.into());
        let id = Identifier::from(format!("{type_name}--{}", Uuid::new_v4()).as_str());
        let common = Common {
            spec_version: Some(SpecVersion::V21),
            created: Some(now.clone()),
            modified: Some(now),
            ..Common::new(id)
        };
        Self { type_name, common, custom: Properties::new() }
    }

    /// A new object of a type that the standard does not define, made at `now`, with the properties
    /// of a value that serializes as a JSON object, other than common ones: see
    /// [`set_payload`](Self::set_payload).
    ///
    /// # Errors
    ///
    /// The serializer's error if the value has no JSON form or is not an object.
    pub fn from_payload<T: Serialize>(
        now: impl Into<Timestamp>,
        type_name: impl Into<String>,
        payload: &T,
    ) -> Result<Self, serde_json::Error> {
        let mut object = Self::new(now, type_name);
        object.set_payload(payload)?;
        Ok(object)
    }

    /// Sets the properties of a value that serializes as a JSON object, and leaves the others as
    /// they are. Names of common properties are left out: those are fields of `common`.
    ///
    /// # Errors
    ///
    /// The serializer's error if the value has no JSON form or is not an object.
    pub fn set_payload<T: Serialize>(&mut self, payload: &T) -> Result<(), serde_json::Error> {
        let properties = Properties::from_value(payload)?;
        let is_own = |name: &str| name != "type" && !Common::PROPERTIES.contains(&name);
        self.custom = self.custom.iter().chain(properties.iter().filter(|(name, _)| is_own(name))).collect();
        Ok(())
    }

    /// Reads the properties that are not common ones into a type.
    ///
    /// # Errors
    ///
    /// The parser's error if a property is missing or has another shape.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        self.custom.to()
    }

    /// Writes the object, with or without its `id`.
    pub(super) fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.type_name)?;
        self.common.write(&mut map, with_id)?;
        self.custom.write(&mut map, |name| any_object::has(self, name))?;
        map.end()
    }
}

/// A custom type defines no properties of its own.
impl Record for Custom {
    fn definitions(&self) -> &'static [Definition] {
        &[]
    }

    fn get(&self, _: usize) -> Option<&dyn AnyProperty> {
        None
    }

    fn get_mut(&mut self, _: usize) -> Option<&mut dyn AnyProperty> {
        None
    }

    fn each_reference<'r>(&'r self, _: Visit<'_, 'r>) {}
}

impl AnyObject for Custom {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn common_mut(&mut self) -> &mut Common {
        &mut self.common
    }

    fn custom(&self) -> &Properties {
        &self.custom
    }

    fn custom_mut(&mut self) -> &mut Properties {
        &mut self.custom
    }
}

impl ViewMap for Custom {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        any_object::property(self, name)
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        any_object::names(self)
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, true)
    }
}

#[cfg(any(test, feature = "arbitrary"))]
impl Generate for Custom {
    fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        let type_name = format!("x-{}", String::generate(u)?);
        Ok(Self { type_name, common: Common::generate(u)?, custom: Properties::generate(u)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    /// An object that keeps a common property as JSON, because its type cannot represent it.
    fn object() -> Custom {
        let mut object = Custom::new("2024-05-01T10:00:00Z".parse::<Timestamp>().unwrap(), "x-a");
        object.common.labels = vec!["l".to_owned()];
        for (name, json) in [("revoked", "null"), ("x_b", "1"), ("labels", "[]")] {
            object.custom.insert(name, Json::new(json).unwrap());
        }
        object
    }

    #[test]
    fn names_are_in_the_order_of_writing() {
        let object = object();
        let names = ["type", "spec_version", "id", "created", "modified", "labels", "revoked", "x_b"];
        assert_eq!(any_object::names(&object), names);
        let written = serde_json::to_string(&object).unwrap();
        let places: Vec<_> = names.iter().map(|name| written.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{written}");
    }

    #[test]
    fn a_property_is_typed_or_custom() {
        let object = object();
        for (name, value, has) in [
            ("type", Some("\"x-a\""), true),
            ("labels", Some("[\"l\"]"), true),
            ("revoked", Some("null"), false),
            ("x_b", Some("1"), false),
            ("lang", None, false),
        ] {
            let found = any_object::property(&object, name).map(|value| serde_json::to_string(&value).unwrap());
            assert_eq!((found.as_deref(), any_object::has(&object, name)), (value, has), "{name}");
        }
    }

    #[test]
    fn every_identifier_can_be_changed() {
        let mut object = object();
        object.common.created_by_ref = Some(Identifier::from("a"));
        any_object::each_id(&mut object, &mut |id| *id = Identifier::from("b"));
        assert_eq!((object.common.id, object.common.created_by_ref), (Identifier::from("b"), Some("b".into())));
    }
}
