//! The extensions of one object.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};

use super::predefined::{Extension, PredefinedExtension};
#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::{Generate, arbitrary};
use crate::json::cursor::{Cursor, Fault, decode_name};
use crate::json::properties::Members;
use crate::object::property::context::Context;
use crate::object::property::definition::Shape;
use crate::object::property::findings::{Findings, Place};
use crate::object::property::references;
use crate::object::property::slot::finish_custom;
use crate::object::property::traits::{MayBeAbsent, Part, Property, Visit};
use crate::object::property::value::deserialize_value;
use crate::object::property::view::{PropertyValue, ViewMap};
use crate::vocab::ExtensionType;
use crate::{Identifier, Properties};

/// The extensions of an object (`extensions`, STIX 2.1 section 3.2).
///
/// The twelve that the standard predefines are structs. All others are kept whole as JSON beside
/// the identifier of their definition: property extensions with their properties, and those that
/// only say of which kind they are, because their properties stand at the top of the object (among
/// the object's custom ones) or make up a new type.
///
/// ```
/// use stixkit::object::{Extensions, PdfExt};
/// use stixkit::vocab::ExtensionType;
///
/// let extensions: Extensions = serde_json::from_str(r#"{
///     "pdf-ext": {"version": "1.7", "is_optimized": false},
///     "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e": {
///         "extension_type": "property-extension",
///         "rank": 5
///     }
/// }"#)?;
/// assert_eq!(extensions.get::<PdfExt>().unwrap().version.as_deref(), Some("1.7"));
/// let definition = "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e";
/// assert_eq!(extensions.extension_type(definition), Some(ExtensionType::PropertyExtension));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions {
    predefined: Vec<Extension>,
    other: Properties,
}

impl Extensions {
    /// No extensions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.predefined.is_empty() && self.other.is_empty()
    }

    /// The predefined extension of a type.
    pub fn get<T: PredefinedExtension>(&self) -> Option<&T> {
        self.predefined.iter().find_map(T::from_ref)
    }

    /// The predefined extension of a type, to change it.
    pub fn get_mut<T: PredefinedExtension>(&mut self) -> Option<&mut T> {
        self.predefined.iter_mut().find_map(T::from_mut)
    }

    /// Sets a predefined extension.
    pub fn insert(&mut self, extension: impl Into<Extension>) {
        let extension = extension.into();
        match self.predefined.iter_mut().find(|own| own.name() == extension.name()) {
            Some(own) => *own = extension,
            None => self.predefined.push(extension),
        }
    }

    /// Takes a predefined extension out.
    pub fn remove(&mut self, name: &str) -> Option<Extension> {
        let place = self.predefined.iter().position(|own| own.name() == name)?;
        Some(self.predefined.remove(place))
    }

    /// The predefined extensions.
    pub fn predefined(&self) -> &[Extension] {
        &self.predefined
    }

    /// All other extensions, by the identifiers of their definitions; also a predefined one that
    /// did not fit its type.
    pub fn other(&self) -> &Properties {
        &self.other
    }

    /// All other extensions, to change them.
    pub fn other_mut(&mut self) -> &mut Properties {
        &mut self.other
    }

    /// What an extension does, by the identifier of its definition: adds properties in its own
    /// place, at the top of the object, or makes a new type.
    pub fn extension_type(&self, definition: &str) -> Option<ExtensionType> {
        let extension = PropertyValue::from_json(self.other.get_text(definition)?);
        Some(ExtensionType::from(&*extension.property("extension_type")?.as_str()?))
    }

    /// Whether an extension adds properties to the top of the object or makes a new type: then its
    /// properties are among the object's custom ones.
    pub(crate) fn has_top_level(&self) -> bool {
        self.other.names().any(|definition| {
            self.extension_type(&definition).is_some_and(|kind| kind != ExtensionType::PropertyExtension)
        })
    }

    /// Reads an extension, if it is a predefined one and fits. Otherwise it stays JSON.
    fn read_predefined(&mut self, name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> bool {
        let mut nested = Context::default();
        match Extension::read(name, cursor, &mut nested) {
            Some(Ok(extension)) => {
                context.absorb(nested);
                // If it is repeated, the last one counts, as in `other`. There are few to compare
                // with.
                let known = self.predefined.iter_mut().find(|own| own.name() == extension.name());
                context.repeated_key |= known.is_some();
                match known {
                    Some(own) => *own = extension,
                    None => self.predefined.push(extension),
                }
                true
            }
            Some(Err(fault)) => {
                let name = Extension::find_name(name).unwrap_or("extensions");
                context.set_part_aside(name, fault);
                context.repeated_key |= self.has_predefined(name);
                self.predefined.retain(|own| own.name() != name);
                false
            }
            None => false,
        }
    }

    fn has_predefined(&self, name: &str) -> bool {
        self.predefined.iter().any(|own| own.name() == name)
    }
}

impl Property for Extensions {
    const SHAPE: Shape = Shape::Extensions;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unrepresentable("null");
            return Ok(Self::new());
        }
        let start = cursor.clone();
        let members = Members::read(cursor)?;
        let mut extensions = Self::new();
        let mut other = Members::default();
        for (name, value) in members {
            // A name may be written with escapes. None that the standard predefines is undecodable.
            let decoded = decode_name(name).unwrap_or_default();
            if !extensions.read_predefined(&decoded, &mut start.at_value(value.text), context) {
                other.push(name, value);
            }
        }
        extensions.predefined.shrink_to_fit();
        extensions.other = finish_custom(other, context);
        // An extension may have been set aside and then repeated in a form that fits.
        context.repeated_key |=
            extensions.other.retain(|name| !extensions.predefined.iter().any(|own| own.name() == name));
        if extensions.is_empty() {
            context.set_unrepresentable("{}");
        }
        Ok(extensions)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for extension in &self.predefined {
            extension.check(&place.property(extension.name()), findings);
        }
        findings.extension_names(&self.other, |name| Extension::find_name(name).is_some(), place);
    }

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        self.predefined.iter_mut().for_each(|extension| extension.each_id(change));
    }

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        self.predefined.iter_mut().for_each(|extension| extension.each_part(change));
        change(Part::Custom(&mut self.other));
    }

    fn each_reference<'a>(&'a self, _: &'static str, visit: Visit<'_, 'a>) {
        for extension in &self.predefined {
            extension.each_reference(&mut *visit);
        }
        references::in_properties(&self.other, |name| self.has_predefined(name), visit);
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::from_map(self))
    }
}

impl MayBeAbsent for Extensions {}

impl ViewMap for Extensions {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        let predefined = self.predefined.iter().find(|own| own.name() == name).map(Extension::view);
        predefined.or_else(|| self.other.member(name))
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        let predefined = self.predefined.iter().map(|own| Cow::Borrowed(own.name()));
        predefined.chain(self.other.names().filter(|name| !self.has_predefined(name))).collect()
    }

    fn members(&self) -> Vec<(Cow<'_, str>, PropertyValue<'_>)> {
        let predefined = self.predefined.iter().map(|own| (Cow::Borrowed(own.name()), own.view()));
        let other = self.other.members().into_iter().filter(|(name, _)| !self.has_predefined(name));
        predefined.chain(other).collect()
    }
}

impl Serialize for Extensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for extension in &self.predefined {
            map.serialize_entry(extension.name(), extension)?;
        }
        self.other.write(&mut map, |name| self.has_predefined(name))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_value(deserializer)
    }
}

#[cfg(any(test, feature = "arbitrary"))]
impl Generate for Extensions {
    fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        let other = Generate::generate(u)?;
        Ok(Self { predefined: Extension::generate_few(u)?, other })
    }
}

#[cfg(any(test, feature = "arbitrary"))]
arbitrary!(Extensions);
