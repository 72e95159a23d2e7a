//! Objects of types that the crate does not define.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::common::{Common, CommonReader, TypeName};
use super::property::fields::{Context, Fields};
use super::property::list::{deserialize_object, drop_outdated, missing};
use super::property::view::{PropertyValue, ViewMap};
use super::{Kind, Object};
use crate::json::cursor::Fault;
use crate::vocab::SpecVersion;
use crate::{Identifier, Properties, Timestamp};

/// An object whose type this crate does not define (STIX 2.1 section 11.2): the common properties typed, all others
/// as JSON.
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
        drop_outdated(
            &mut *object,
            |object| &mut object.custom,
            |object, name| object.common.is_present(name),
            context,
        );
        Ok(object)
    }
}

impl Custom {
    /// A new object of a type that the standard does not define, with a random identifier, made at `now`.
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

    pub(super) fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
        match name {
            "type" => Some(PropertyValue::Text(self.type_name.as_str().into())),
            _ => self.common.property(name).or_else(|| self.custom.member(name)),
        }
    }

    /// Writes the object, with or without its `id`.
    pub(super) fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.type_name)?;
        self.common.write(&mut map, with_id)?;
        self.custom.write(&mut map, |name| self.common.is_present(name))?;
        map.end()
    }
}

impl ViewMap for Custom {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        self.property(name)
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        let own = ["type"].iter().chain(Common::PROPERTIES).filter(|name| self.common.is_present(name));
        let custom = self.custom.names().filter(|name| !self.common.is_present(name));
        own.map(|name| Cow::Borrowed(*name)).chain(custom).collect()
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, true)
    }
}

impl<'de> Deserialize<'de> for Custom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserialize_object(deserializer)? {
            Object::Custom(object) => Ok(*object),
            other => {
                Err(D::Error::custom(format_args!("{} is a type of its own, not a custom one", other.type_name())))
            }
        }
    }
}
