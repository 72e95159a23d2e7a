//! [`Object`], which is an object of any type, and the registry of the types' structs.

use serde::ser::{Serialize, Serializer};

use super::any_object::{self, AnyObject, TypedObject};
use super::common::{Common, CommonReader};
use super::custom::Custom;
use super::domain::{
    AttackPattern, Campaign, CourseOfAction, Grouping, Identity, Incident, Indicator, Infrastructure, IntrusionSet,
    Location, Malware, MalwareAnalysis, Note, ObservedData, Opinion, Report, ThreatActor, Tool, Vulnerability,
};
use super::meta::{ExtensionDefinition, LanguageContent, MarkingDefinition};
use super::observable::{
    Artifact, AutonomousSystem, Directory, DomainName, EmailAddr, EmailMessage, File, Ipv4Addr, Ipv6Addr, MacAddr,
    Mutex, NetworkTraffic, Process, Software, Url, UserAccount, WindowsRegistryKey, X509Certificate,
};
use super::property::context::Context;
use super::property::definition::{Definition, names};
use super::property::fields::Fields;
use super::property::findings::Findings;
use super::property::traits::Part;
use super::property::view::{PropertyValue, ViewMap};
use super::relationship::{Relationship, Sighting};
use crate::id::Identifier;
use crate::json::Properties;
use crate::json::cursor::Fault;
use crate::kind::{Kind, each_kind};

macro_rules! objects {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        /// Any STIX object.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Object {
            $( $( $(#[$meta])* $Type(Box<$Type>), )+ )+
            /// An object of any other type.
            Custom(Box<Custom>),
        }

        impl Object {
            /// The type, if it is one of the standard's.
            pub fn kind(&self) -> Option<Kind> {
                match self {
                    $( $( Self::$Type(_) => Some(Kind::$Type), )+ )+
                    Self::Custom(object) => Kind::from_name(&object.type_name),
                }
            }

            pub(super) fn as_any(&self) -> &dyn AnyObject {
                match self {
                    $( $( Self::$Type(object) => &**object, )+ )+
                    Self::Custom(object) => &**object,
                }
            }

            fn as_any_mut(&mut self) -> &mut dyn AnyObject {
                match self {
                    $( $( Self::$Type(object) => &mut **object, )+ )+
                    Self::Custom(object) => &mut **object,
                }
            }

            /// Reads the object in `fields`, whose type is known by now. `common` may hold
            /// properties that were read before.
            pub(super) fn read_as<'de>(
                kind: Option<Kind>,
                common: &mut CommonReader<'de>,
                fields: &mut Fields<'_, 'de>,
                context: &mut Context,
            ) -> Result<Self, Fault> {
                match kind {
                    $( $( Some(Kind::$Type) => Ok(Self::$Type($Type::read(common, fields, context)?)), )+ )+
                    _ => Ok(Self::Custom(Custom::read(common, fields, context)?)),
                }
            }

            /// Writes the object, with or without its `id`.
            pub(super) fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
                match self {
                    $( $( Self::$Type(object) => object.write(serializer, with_id), )+ )+
                    Self::Custom(object) => object.write(serializer, with_id),
                }
            }
        }

        impl Kind {
            /// The names of the properties that the type adds to
            /// [`Common::PROPERTIES`](crate::object::Common::PROPERTIES), in the standard's order.
            pub const fn properties(self) -> &'static [&'static str] {
                match self {
                    $( $( Self::$Type => const { &names::<{ $Type::DEFINITIONS.len() }>($Type::DEFINITIONS) }, )+ )+
                    Self::Bundle => &["objects"],
                }
            }

            /// The table of the properties that the type adds to the common ones.
            pub(crate) fn definitions(self) -> &'static [Definition] {
                match self {
                    $( $( Self::$Type => $Type::DEFINITIONS, )+ )+
                    Self::Bundle => &[],
                }
            }

            /// The properties that the identifiers of an observable follow from.
            pub(crate) fn identified_by(self) -> &'static [&'static str] {
                match self {
                    $( $( Self::$Type => $Type::IDENTIFIED_BY, )+ )+
                    Self::Bundle => &[],
                }
            }
        }
    };
}

each_kind!(objects);

impl Object {
    /// The object's identifier.
    pub fn id(&self) -> &Identifier {
        &self.common().id
    }

    /// The name of the object's type as written, also of a custom one.
    pub fn type_name(&self) -> &str {
        self.as_any().type_name()
    }

    /// The common properties.
    pub fn common(&self) -> &Common {
        self.as_any().common()
    }

    /// The common properties, to change them.
    pub fn common_mut(&mut self) -> &mut Common {
        self.as_any_mut().common_mut()
    }

    /// The properties that the object's type does not define or could not hold.
    pub fn custom(&self) -> &Properties {
        self.as_any().custom()
    }

    /// The properties that the object's type does not define or could not hold, to change them.
    pub fn custom_mut(&mut self) -> &mut Properties {
        self.as_any_mut().custom_mut()
    }

    /// The value of a property, by its name in JSON: a common one, one of the type's, or a custom
    /// one. `None` if it is absent.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::object::PropertyValue;
    ///
    /// let object: Object = serde_json::from_str(
    ///     r#"{"type": "url", "id": "url--1", "value": "https://example.org/", "x_seen": 3}"#,
    /// )?;
    /// assert_eq!(object.property("value").unwrap().as_str().as_deref(), Some("https://example.org/"));
    /// assert_eq!(object.property("x_seen"), Some(PropertyValue::Integer(3)));
    /// assert_eq!(object.property("defanged"), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
        any_object::property(self.as_any(), name)
    }

    /// The value of a property that is not among the custom ones. It is found faster, because
    /// custom properties are text.
    pub(crate) fn typed_property(&self, name: &str) -> Option<PropertyValue<'_>> {
        any_object::typed_property(self.as_any(), name)
    }

    /// Calls `visit` with the properties that are not among the custom ones.
    pub(crate) fn each_typed<'o>(&'o self, mut visit: impl FnMut(&'static str, PropertyValue<'o>)) {
        any_object::each_typed(self.as_any(), &mut visit);
    }

    /// The names of the properties that the object's type adds to
    /// [`Common::PROPERTIES`](super::Common::PROPERTIES).
    pub fn properties(&self) -> &'static [&'static str] {
        match self {
            Self::Custom(_) => &[],
            _ => self.kind().map_or(&[], Kind::properties),
        }
    }

    /// Follows a path into the object: names with dots between them, indexes of lists in brackets,
    /// as in the selectors of granular markings (STIX 2.1 section 7.2.3.1):
    /// `external_references.[0].url`. The dot before a bracket may be left out, and a name may be
    /// in single quotes, as in patterns: `extensions.'pdf-ext'.version`.
    ///
    /// `None` if there is nothing at the path, or if it is not a path.
    pub fn select(&self, path: &str) -> Option<PropertyValue<'_>> {
        self.view().select(path)
    }

    /// The object as a map of its properties.
    pub fn view(&self) -> PropertyValue<'_> {
        PropertyValue::from_map(self.as_map())
    }

    /// The object as a map, for code in which it is a part of something else.
    pub(super) fn as_map(&self) -> &dyn ViewMap {
        self.as_any()
    }

    /// Whether the property is present and is not a custom one.
    pub(super) fn has(&self, name: &str) -> bool {
        any_object::has(self.as_any(), name)
    }

    /// Calls `change` on each identifier in the object, its own included, but not on those in
    /// custom properties.
    pub(super) fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        any_object::each_id(self.as_any_mut(), change);
    }

    /// Calls `change` on each [`Part`] in the object, its own custom properties included.
    pub(super) fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        any_object::each_part(self.as_any_mut(), change);
    }

    /// Checks the values of all properties but the custom ones.
    pub(super) fn check_properties(&self, findings: &mut Findings) {
        any_object::check(self.as_any(), findings);
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size() {
        assert!(size_of::<Object>() <= 24);
    }

    #[test]
    fn tables_of_types() {
        for (kind, names, identified_by) in [
            (Kind::Note, &["abstract", "content", "authors", "object_refs"][..], &[][..]),
            (Kind::Ipv4Addr, &["value", "resolves_to_refs", "belongs_to_refs"], &["value"]),
            (Kind::Bundle, &["objects"], &[]),
        ] {
            assert_eq!((kind.properties(), kind.identified_by()), (names, identified_by), "{kind}");
        }
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Bundle) {
            let names: Vec<_> = kind.definitions().iter().map(|definition| definition.name).collect();
            assert_eq!(names, kind.properties(), "{kind}");
            assert!(names.iter().all(|name| !Common::PROPERTIES.contains(name) && !name.starts_with("x_")), "{kind}");
        }
    }
}
