//! What all types of objects have, for the code of this crate: access to any object by the names of
//! its properties, and what a property list gives a type.

use std::borrow::Cow;

use serde::Serializer;

use super::common::{Common, CommonReader};
use super::property::context::Context;
use super::property::definition::Definition;
use super::property::fields::Fields;
use super::property::findings::{Findings, Place};
use super::property::record;
use super::property::record::Record;
use super::property::traits::Part;
use super::property::view::{PropertyValue, ViewMap};
use crate::id::Identifier;
use crate::json::Properties;
use crate::json::cursor::Fault;

/// An object of any type. As a [`Record`], it has the properties of its own type, without the
/// common ones.
pub(crate) trait AnyObject: Record + ViewMap {
    fn type_name(&self) -> &str;

    fn common(&self) -> &Common;

    fn common_mut(&mut self) -> &mut Common;

    fn custom(&self) -> &Properties;

    fn custom_mut(&mut self) -> &mut Properties;
}

/// A type of object that the crate defines, as its property list describes it.
pub(crate) trait TypedObject: AnyObject + Sized {
    /// What the property list says of each property.
    const DEFINITIONS: &'static [Definition];

    /// The properties that an observable's identifier follows from.
    const IDENTIFIED_BY: &'static [&'static str];

    /// Reads an object whose type is known by now. `common` may hold properties that were read
    /// before.
    fn read<'de>(
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'_, 'de>,
        context: &mut Context,
    ) -> Result<Box<Self>, Fault>;

    /// Writes the object, with or without its `id`.
    fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error>;
}

/// The property of the type, or the common one, that has this name.
pub(crate) fn find_name<T: TypedObject>(name: &str) -> Option<&'static str> {
    find_name_in(T::DEFINITIONS, name)
}

fn find_name_in(definitions: &'static [Definition], name: &str) -> Option<&'static str> {
    let own = definitions.iter().map(|definition| definition.name).find(|own| *own == name);
    own.or_else(|| CommonReader::find_name(name))
}

/// The value of a property: a common one, one of the type's, or a custom one.
pub(crate) fn property<'o>(object: &'o dyn AnyObject, name: &str) -> Option<PropertyValue<'o>> {
    if name == "type" {
        return Some(PropertyValue::Text(object.type_name().into()));
    }
    record::property(object, name)
        .or_else(|| record::property(object.common(), name))
        .or_else(|| object.custom().member(name))
}

/// The value of a property that is not among the custom ones.
pub(crate) fn typed_property<'o>(object: &'o dyn AnyObject, name: &str) -> Option<PropertyValue<'o>> {
    record::property(object, name).or_else(|| record::property(object.common(), name))
}

/// Calls `visit` with the properties that are not among the custom ones.
pub(crate) fn each_typed<'o>(object: &'o dyn AnyObject, visit: &mut dyn FnMut(&'static str, PropertyValue<'o>)) {
    for (definition, property) in record::properties(object.common()).chain(record::properties(object)) {
        if let Some(value) = property.view() {
            visit(definition.name, value);
        }
    }
}

/// Whether the property is present and is not a custom one.
pub(crate) fn has(object: &dyn AnyObject, name: &str) -> bool {
    // No name of the standard starts like this, and most custom properties do.
    !name.starts_with("x_") && (name == "type" || record::has(object, name) || record::has(object.common(), name))
}

/// The names of the properties that are present, in the order in which they are written.
pub(crate) fn names(object: &dyn AnyObject) -> Vec<Cow<'_, str>> {
    let own = ["type"].into_iter().chain(record::names(object.common())).chain(record::names(object));
    own.map(Cow::Borrowed).chain(object.custom().names().filter(|name| !has(object, name))).collect()
}

/// Checks the values of all properties but the custom ones.
pub(crate) fn check(object: &dyn AnyObject, findings: &mut Findings) {
    record::check(object.common(), &Place::Object, findings);
    record::check(object, &Place::Object, findings);
}

/// Calls `change` on each identifier in the object, its own included, but not on those in custom
/// properties.
pub(crate) fn each_id(object: &mut dyn AnyObject, change: &mut dyn FnMut(&mut Identifier)) {
    record::each_id(object.common_mut(), change);
    record::each_id(object, change);
}

/// Calls `change` on each [`Part`] in the object, its own custom properties included.
pub(crate) fn each_part(object: &mut dyn AnyObject, change: &mut dyn FnMut(Part<'_>)) {
    record::each_part(object.common_mut(), change);
    record::each_part(object, change);
    change(Part::Custom(object.custom_mut()));
}
