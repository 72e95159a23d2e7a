//! What the type of a property has to be able to do.

use std::borrow::Cow;

use serde::Serialize;

use super::context::Context;
use super::definition::Shape;
use super::findings::{Findings, Place};
use super::view::PropertyValue;
use crate::id::Identifier;
use crate::json::Properties;
use crate::json::cursor::{Cursor, Fault};
use crate::vocab::HashAlgorithm;

/// Something that occurs at many places of an object and that a conversion between the versions of
/// STIX has to change wherever it is.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// Hashes by algorithm.
    Hashes(&'a mut Vec<(HashAlgorithm, String)>),
    /// Properties that a type or a struct does not define. Dictionaries are not among them: their
    /// names are data.
    Custom(&'a mut Properties),
}

/// What references are reported to: the name of the innermost property, and the identifier.
pub(crate) type Visit<'v, 'a> = &'v mut dyn FnMut(Cow<'a, str>, Cow<'a, Identifier>);

/// The value of a property, or an element of a list.
pub(crate) trait Value: Sized + Serialize {
    const SHAPE: Shape;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault>;

    /// Adds what is odd about the value.
    fn check(&self, _place: &Place<'_>, _findings: &mut Findings) {}

    /// Calls `change` on each identifier in the value.
    fn each_id(&mut self, _change: &mut dyn FnMut(&mut Identifier)) {}

    /// Calls `change` on each [`Part`] in the value.
    fn each_part(&mut self, _change: &mut dyn FnMut(Part<'_>)) {}

    /// Calls `visit` on each reference in the value of a property of this name.
    fn each_reference<'a>(&'a self, _property: &'static str, _visit: Visit<'_, 'a>) {}

    fn view(&self) -> PropertyValue<'_>;
}

/// A property of a struct: a value that has to be present, or a type that has a value for absence.
pub(crate) trait Property: Sized + Serialize {
    const SHAPE: Shape;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault>;

    /// The value of a property that is absent; `None` if it must be present.
    fn absent() -> Option<Self>;

    /// Whether the property has a value, which is written then.
    fn is_present(&self) -> bool;

    /// Adds what is odd about the value.
    fn check(&self, place: &Place<'_>, findings: &mut Findings);

    /// Calls `change` on each identifier in the value.
    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier));

    /// Calls `change` on each [`Part`] in the value.
    fn each_part(&mut self, _change: &mut dyn FnMut(Part<'_>)) {}

    /// Calls `visit` on each reference in the property, which has this name.
    fn each_reference<'a>(&'a self, _property: &'static str, _visit: Visit<'_, 'a>) {}

    /// The value, if it is present.
    fn view(&self) -> Option<PropertyValue<'_>>;
}

/// The shape of a property. The pointer to a field's accessor has its type, which a macro does not
/// know.
pub(crate) const fn shape_of<S, T: Property>(_: fn(&S) -> &T) -> Shape {
    T::SHAPE
}

/// A property that a constructor does not take as an argument: it starts out absent.
pub(crate) trait MayBeAbsent: Property + Default {}

pub(crate) fn absent<T: MayBeAbsent>() -> T {
    T::default()
}

/// A property of whatever type, as the table of its struct holds it.
pub(crate) trait AnyProperty {
    fn is_present(&self) -> bool;

    fn check(&self, place: &Place<'_>, findings: &mut Findings);

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier));

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>));

    fn view(&self) -> Option<PropertyValue<'_>>;
}

impl<T: Property> AnyProperty for T {
    fn is_present(&self) -> bool {
        Property::is_present(self)
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        Property::check(self, place, findings);
    }

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        Property::each_id(self, change);
    }

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        Property::each_part(self, change);
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        Property::view(self)
    }
}
