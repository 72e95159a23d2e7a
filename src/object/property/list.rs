//! The property list: from one line per type come reading, writing, making, checking, and access by name.
//!
//! ```text
//! properties!(Note, "note" { summary as "abstract", content: String, authors, object_refs: Vec<Identifier> [required] });
//! ```
//!
//! expands, roughly, to
//!
//! ```text
//! impl Note {
//!     pub fn new(now: impl Into<Timestamp>, content: impl Into<String>, object_refs: impl Into<Vec<Identifier>>) -> Self { … }
//! }
//! impl ReadObject for Note {
//!     fn read(common: &mut CommonReader, fields: &mut Fields, context: &mut Context) -> Result<Box<Self>, Fault> {
//!         let mut summary = None;                       // one slot a property; its type follows from `Note`
//!         …
//!         while let Some(name) = fields.next_name() {
//!             match name {
//!                 "abstract" => read_into(&mut summary, "abstract", …)?,
//!                 …
//!                 _ => common.read(name, fields, context)?,    // a common property, or a custom one
//!             }
//!         }
//!         fields.end()?;
//!         Ok(Box::new(Note { summary: finish(summary, "abstract", context)?, …, common, custom }))
//!     }
//! }
//! impl ObjectType for Note { … }     // KIND, PROPERTIES, property("abstract"), …
//! impl Serialize for Note { … }      // type, the common properties, these, the custom ones
//! impl Deserialize for Note { … }
//! ```
//!
//! - `field as "name"`: the property has another name than the field.
//! - `field: Type`: an argument of `new`. All fields that cannot be absent are; the macro does not compile otherwise.
//! - `field [rule, …]`: what a version of the standard says of the property: see [`Rule`]. [`rules`](super::rules) checks it.
//! - `… } identified by { … }`: an observable, and the properties that its identifier follows from.
//! - Without a type name it is a part of an object, with `} not empty` or `} one of { … }` for what is required of it.
//!
//! `finish` asks the property's type what its absence means: an [`Option`] is `None`, a [`Vec`] is empty, anything else
//! is a missing required property. A field of the struct that the list forgets is a compile error, since the struct
//! literal lacks it.
//!
//! What a type cannot say is set aside in `custom`, so that it is written back: `null` for an [`Option`], `[]` for a
//! [`Vec`], `{}` for a dictionary, and any value that does not fit, the latter with a note in the [`Context`].

use serde::Deserialize;
use serde::de::{self, Deserializer};
use serde_json::value::RawValue;

use super::fields::{Context, Fields, Mark};
pub(crate) use super::value::{Property, Shape, Value, absent, deserialize_value, shape_of};
use crate::json::Properties;
use crate::json::cursor::{Fault, Raw};
use crate::json::properties::Members;
use crate::object::Object;
use crate::object::common::CommonReader;

/// A type of object, as the property list describes it.
pub(crate) trait ReadObject: Sized {
    /// The properties that an observable's identifier follows from.
    const IDENTIFIED_BY: &'static [&'static str];

    /// What the versions of the standard say of its properties.
    const RULES: &'static [Ruled];

    /// What its properties hold.
    const SHAPES: &'static [(&'static str, Shape)];

    fn read<'de>(
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'_, 'de>,
        context: &mut Context,
    ) -> Result<Box<Self>, Fault>;
}

/// What the standard's versions say of a property beside its type: the words in brackets behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `required`: both versions require it, though the type allows absence.
    Required,
    /// `required_20`: STIX 2.0 requires it.
    Required20,
    /// `required_21`: STIX 2.1 requires it.
    Required21,
    /// `since_21`: STIX 2.1 added it.
    Since21,
    /// `until_20`: STIX 2.1 dropped it.
    Until20,
    /// `labels_20`: STIX 2.0 has it in `labels`.
    Labels20,
}

/// A property and the rules for it.
pub(crate) type Ruled = (&'static str, &'static [Rule]);

macro_rules! rule {
    (required) => {
        $crate::object::property::list::Rule::Required
    };
    (required_20) => {
        $crate::object::property::list::Rule::Required20
    };
    (required_21) => {
        $crate::object::property::list::Rule::Required21
    };
    (since_21) => {
        $crate::object::property::list::Rule::Since21
    };
    (until_20) => {
        $crate::object::property::list::Rule::Until20
    };
    (labels_20) => {
        $crate::object::property::list::Rule::Labels20
    };
}
pub(crate) use rule;

/// Reads one property into its slot. `custom` takes what the type cannot say or hold.
#[inline]
pub(crate) fn read_into<'de, T: Property>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    let mark = fields.mark();
    match fields.next_value(context) {
        Ok(value) => {
            fill(slot, value, name, custom, context);
            Ok(())
        }
        Err(fault @ Fault::Unfit { .. }) => {
            // Of a repeated property the last one counts, also where it does not fit.
            context.repeated_key |= slot.take().is_some();
            set_aside(mark, fault, name, custom, fields, context)
        }
        Err(fault) => Err(fault),
    }
}

/// Goes back to a value that does not fit, and keeps it as it is.
#[cold]
fn set_aside<'de>(
    mark: Mark<'de>,
    fault: Fault,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    fields.return_to(mark);
    custom.push(name, fields.next_raw()?);
    context.set_aside(name, fault);
    Ok(())
}

/// Reads one property of a nested struct. One that does not fit makes the struct unfit: the object sets it aside whole.
#[inline]
pub(crate) fn read_part<'de, T: Property>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    let value = fields.next_value(context)?;
    fill(slot, value, name, custom, context);
    Ok(())
}

/// Puts a value into its slot, and into `custom` what the value's type cannot say of it.
#[inline]
fn fill<'de, T>(slot: &mut Option<T>, value: T, name: &'static str, custom: &mut Members<'de>, context: &mut Context) {
    match slot {
        None => *slot = Some(value),
        Some(earlier) => {
            *earlier = value;
            context.repeated_key = true;
        }
    }
    if context.has_unsayable() {
        keep_unsayable(name, custom, context);
    }
}

#[cold]
fn keep_unsayable(name: &'static str, custom: &mut Members<'_>, context: &mut Context) {
    if let Some(json) = context.take_unsayable() {
        custom.push(name, Raw { text: json, spaced: false });
    }
}

/// The value of a nested struct's slot. A missing one makes the struct unfit, where it ends.
#[inline]
pub(crate) fn finish_part<T: Property>(
    slot: Option<T>,
    name: &'static str,
    fields: &Fields<'_, '_>,
) -> Result<T, Fault> {
    slot.or_else(T::absent).ok_or_else(|| fields.unfit(name))
}

pub(crate) fn finish_custom(custom: Members<'_>, context: &mut Context) -> Properties {
    let (properties, repeated) = custom.finish();
    context.repeated_key |= repeated;
    properties
}

/// Drops what was kept of a property whose last value fits: of repeated keys the last one counts.
#[inline]
pub(crate) fn drop_outdated<T>(
    object: &mut T,
    custom: fn(&mut T) -> &mut Properties,
    is_present: fn(&T, &str) -> bool,
    context: &mut Context,
) {
    if context.has_kept_own() {
        let mut kept = std::mem::take(custom(object));
        context.repeated_key |= kept.retain(|name| !is_present(object, name));
        *custom(object) = kept;
    }
}

/// The value of a slot after the last property was read.
#[inline]
pub(crate) fn finish<T: Property>(slot: Option<T>, name: &'static str, context: &Context) -> Result<T, Fault> {
    match slot.or_else(T::absent) {
        Some(value) => Ok(value),
        None => Err(missing(name, context)),
    }
}

/// A required property is not there, or was there and did not fit.
#[cold]
pub(crate) fn missing(name: &'static str, context: &Context) -> Fault {
    context.fault_of(name).unwrap_or(Fault::Missing { name })
}

/// Reads an object on its own, for `Deserialize`.
pub(crate) fn deserialize_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    crate::object::read::read(raw.get()).map_err(de::Error::custom)
}

/// The JSON name of a field: its own, or the one behind `as`.
macro_rules! property_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use property_name;

/// The value of a field in a constructor: the argument's, or absence.
macro_rules! field_value {
    ($field:ident) => {
        absent()
    };
    ($field:ident $Arg:ident) => {
        Into::<$Arg>::into($field).into()
    };
    ($field:ident $Arg:ident $Element:ident) => {
        Into::<$Arg<$Element>>::into($field)
    };
}
pub(crate) use field_value;

/// The type of a constructor's argument. Numbers are taken plainly: a literal has to know its type.
macro_rules! argument {
    (u64) => { u64 };
    (bool) => { bool };
    ($Arg:ident) => { impl Into<$Arg> };
    ($Arg:ident $Element:ident) => { impl Into<$Arg<$Element>> };
}
pub(crate) use argument;

/// See the module's documentation.
macro_rules! properties {
    // An observable.
    ($Type:ident, $type_name:literal {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    } identified by { $($id:ident),* $(,)? }) => {
        const _: () = {
            use $crate::object::property::list::*;
            use $crate::object::{Common, Kind, ObservableType};

            impl ObservableType for $Type {}

            #[allow(clippy::new_without_default, reason = "no default has a random identifier")]
            impl $Type {
                /// A new object with what the standard requires; the other properties are public fields. It has the
                /// identifier that follows from its properties, or a random one where they do not tell: see
                /// [`identify`](ObservableType::identify), which is to be called when they have changed.
                pub fn new($( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    let mut object = Self {
                        common: Common::new_observable(Kind::$Type),
                        $( $field: field_value!($field $($Arg $($Element)?)?), )+
                        custom: Default::default(),
                    };
                    object.identify();
                    object
                }
            }
        };
        properties!(@object $Type, $type_name { $($field $(as $name)? $([$($rule),+])?),+ }
            { $($id),* });
    };
    // Any other object.
    ($Type:ident, $type_name:literal {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    }) => {
        const _: () = {
            use $crate::object::property::list::*;
            use $crate::object::{Common, Kind};

            impl $Type {
                /// A new object with a random identifier, made at `now`, and with what the standard requires. The
                /// other properties are public fields.
                pub fn new(now: impl Into<$crate::Timestamp>, $( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    Self {
                        common: Common::new_at(Kind::$Type, now.into()),
                        $( $field: field_value!($field $($Arg $($Element)?)?), )+
                        custom: Default::default(),
                    }
                }
            }
        };
        properties!(@object $Type, $type_name { $($field $(as $name)? $([$($rule),+])?),+ } {});
    };
    (@object $Type:ident, $type_name:literal {
        $($field:ident $(as $name:literal)? $([$($rule:ident),+])?),+
    } { $($id:ident),* }) => {
        const _: () = {
            use std::borrow::Cow;

            use $crate::object::common::CommonReader;
            use $crate::object::property::fields::{Context, Fields};
            use $crate::object::property::list::*;
            use $crate::object::property::view::ViewMap;
            use $crate::object::{Common, Kind, ObjectType, PropertyValue};

            // The registry's name and the list's are one.
            const _: () = assert!(konst_eq(Kind::$Type.name(), $type_name));

            impl ReadObject for $Type {
                const IDENTIFIED_BY: &'static [&'static str] = &[$(stringify!($id)),*];
                const RULES: &'static [Ruled] =
                    &[$( (property_name!($field $($name)?), &[$( $( rule!($rule) ),+ )?]) ),+];
                const SHAPES: &'static [(&'static str, Shape)] =
                    &[$( (property_name!($field $($name)?), shape_of(|object: &Self| &object.$field)) ),+];

                fn read<'de>(
                    common: &mut CommonReader<'de>,
                    fields: &mut Fields<'_, 'de>,
                    context: &mut Context,
                ) -> Result<Box<Self>, $crate::json::cursor::Fault> {
                    $( let mut $field = None; )+
                    while let Some(name) = fields.next_name() {
                        match name {
                            $( property_name!($field $($name)?) => {
                                let name = property_name!($field $($name)?);
                                read_into(&mut $field, name, &mut common.custom, fields, context)?;
                            } )+
                            _ => common.read(name, fields, context)?,
                        }
                    }
                    fields.end()?;
                    common.expect_type(Kind::$Type, context)?;
                    $( let $field = finish($field, property_name!($field $($name)?), context)?; )+
                    let (common, custom) = common.finish(context)?;
                    let mut object = Box::new(Self { common, $($field,)+ custom });
                    drop_outdated(&mut *object, |object| &mut object.custom, Self::is_present, context);
                    Ok(object)
                }
            }

            impl ObjectType for $Type {
                const KIND: Kind = Kind::$Type;
                const PROPERTIES: &'static [&'static str] = &[$(property_name!($field $($name)?)),+];

                fn common(&self) -> &Common {
                    &self.common
                }

                fn common_mut(&mut self) -> &mut Common {
                    &mut self.common
                }

                fn custom(&self) -> &$crate::Properties {
                    &self.custom
                }

                fn custom_mut(&mut self) -> &mut $crate::Properties {
                    &mut self.custom
                }

                fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
                    match name {
                        "type" => Some(PropertyValue::Text($type_name.into())),
                        _ => self.own_property(name).or_else(|| self.custom.member(name)),
                    }
                }
            }

            impl $Type {
                /// A property that is not kept in `custom`.
                fn own_property(&self, name: &str) -> Option<PropertyValue<'_>> {
                    match name {
                        $( property_name!($field $($name)?) => Property::view(&self.$field), )+
                        _ => self.common.property(name),
                    }
                }

                pub(crate) fn is_present(&self, name: &str) -> bool {
                    match name {
                        $( property_name!($field $($name)?) => self.$field.is_present(), )+
                        _ => self.common.is_present(name),
                    }
                }

                pub(crate) fn check_properties(&self, findings: &mut $crate::object::check::Findings) {
                    let place = $crate::object::check::Place::Object;
                    self.common.check_properties(findings);
                    $( Property::check(
                        &self.$field,
                        &place.property(property_name!($field $($name)?)),
                        findings,
                    ); )+
                }

                pub(crate) fn each_id(&mut self, change: &mut dyn FnMut(&mut $crate::Identifier)) {
                    self.common.each_id(change);
                    $( Property::each_id(&mut self.$field, change); )+
                }

                /// Writes the object, with or without its `id`.
                pub(crate) fn write<S: serde::Serializer>(
                    &self,
                    serializer: S,
                    with_id: bool,
                ) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_entry("type", $type_name)?;
                    self.common.write(&mut map, with_id)?;
                    $( if self.$field.is_present() {
                        map.serialize_entry(property_name!($field $($name)?), &self.$field)?;
                    } )+
                    self.custom.write(&mut map, |name| self.is_present(name))?;
                    map.end()
                }
            }

            impl ViewMap for $Type {
                fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
                    self.property(name)
                }

                fn names(&self) -> Vec<Cow<'_, str>> {
                    $crate::object::names_of(self)
                }
            }

            impl serde::Serialize for $Type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.write(serializer, true)
                }
            }

            impl<'de> serde::Deserialize<'de> for $Type {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    match deserialize_object(deserializer)? {
                        $crate::Object::$Type(object) => Ok(*object),
                        other => Err(serde::de::Error::custom(format_args!(
                            concat!("expected the type ", $type_name, ", found {}"),
                            other.type_name(),
                        ))),
                    }
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            impl $crate::object::generate::Generate for $Type {
                fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                    use $crate::object::generate::Generate;

                    Ok(Self {
                        common: $crate::object::generate::common(Kind::$Type, u)?,
                        $( $field: Generate::generate(u)?, )+
                        custom: Generate::generate(u)?,
                    })
                }
            }
        };
        #[cfg(any(test, feature = "arbitrary"))]
        $crate::object::generate::arbitrary!($Type);
    };
    // A part of an object. Of the properties behind `one of`, one is required; of one that is `not empty`, any.
    ($Type:ident {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    } $(not $empty:ident)? $(one of { $($one:ident),+ $(,)? })?) => {
        const _: () = {
            use std::borrow::Cow;

            use $crate::object::PropertyValue;
            use $crate::object::property::fields::{Context, Fields};
            use $crate::object::property::list::*;
            use $crate::object::property::view::ViewMap;

            #[allow(clippy::new_without_default, reason = "all types are made by `new`")]
            impl $Type {
                /// A new value with what the standard requires. The other properties are public fields.
                pub fn new($( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    Self { $( $field: field_value!($field $($Arg $($Element)?)?), )+ custom: Default::default() }
                }
            }

            impl Value for $Type {
                const SHAPE: Shape =
                    Shape::Struct(&[$( (property_name!($field $($name)?), shape_of(|part: &Self| &part.$field)) ),+]);

                fn read(
                    cursor: &mut $crate::json::cursor::Cursor<'_>,
                    context: &mut Context,
                ) -> Result<Self, $crate::json::cursor::Fault> {
                    let mut fields = Fields::open(cursor)?;
                    let mut custom = $crate::json::properties::Members::default();
                    $( let mut $field = None; )+
                    while let Some(name) = fields.next_name() {
                        match name {
                            $( property_name!($field $($name)?) => {
                                let name = property_name!($field $($name)?);
                                read_part(&mut $field, name, &mut custom, &mut fields, context)?;
                            } )+
                            _ => custom.push(name, fields.next_raw()?),
                        }
                    }
                    fields.end()?;
                    $( let $field = finish_part($field, property_name!($field $($name)?), &fields)?; )+
                    let custom = finish_custom(custom, context);
                    let mut part = Self { $($field,)+ custom };
                    drop_outdated(&mut part, |part| &mut part.custom, Self::is_present, context);
                    Ok(part)
                }

                fn check(
                    &self,
                    place: &$crate::object::check::Place<'_>,
                    findings: &mut $crate::object::check::Findings,
                ) {
                    $( Property::check(
                        &self.$field,
                        &place.property(property_name!($field $($name)?)),
                        findings,
                    ); )+
                    $crate::object::property::rules::check_rules(Self::RULES, |name| self.is_present(name), place, findings);
                    $( findings.one_of(&[$(stringify!($one)),+], |name| self.is_present(name), place); )?
                    const NOT: &[&str] = &[$(stringify!($empty))?];
                    if !NOT.is_empty() {
                        let all = [$(property_name!($field $($name)?)),+];
                        findings.one_of(&all, |name| self.is_present(name), place);
                    }
                    findings.custom(&self.custom, |name| matches!(name, $( property_name!($field $($name)?) )|+), place);
                }

                fn each_id(&mut self, change: &mut dyn FnMut(&mut $crate::Identifier)) {
                    $( Property::each_id(&mut self.$field, change); )+
                }

                fn view(&self) -> PropertyValue<'_> {
                    PropertyValue::of_map(self)
                }
            }

            impl $Type {
                const RULES: &'static [Ruled] =
                    &[$( (property_name!($field $($name)?), &[$( $( rule!($rule) ),+ )?]) ),+];

                fn is_present(&self, name: &str) -> bool {
                    match name {
                        $( property_name!($field $($name)?) => self.$field.is_present(), )+
                        _ => false,
                    }
                }
            }

            impl ViewMap for $Type {
                fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
                    let own = match name {
                        $( property_name!($field $($name)?) => Property::view(&self.$field), )+
                        _ => None,
                    };
                    own.or_else(|| self.custom.member(name))
                }

                fn names(&self) -> Vec<Cow<'_, str>> {
                    let own = [$( property_name!($field $($name)?) ),+].into_iter();
                    let own = own.filter(|name| self.is_present(name)).map(Cow::Borrowed);
                    own.chain(self.custom.names().filter(|name| !self.is_present(name))).collect()
                }
            }

            impl serde::Serialize for $Type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    $( if self.$field.is_present() {
                        map.serialize_entry(property_name!($field $($name)?), &self.$field)?;
                    } )+
                    self.custom.write(&mut map, |name| self.is_present(name))?;
                    map.end()
                }
            }

            impl<'de> serde::Deserialize<'de> for $Type {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserialize_value(deserializer)
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            impl $crate::object::generate::Generate for $Type {
                fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                    use $crate::object::generate::Generate;

                    Ok(Self { $( $field: Generate::generate(u)?, )+ custom: Generate::generate(u)? })
                }
            }
        };
        #[cfg(any(test, feature = "arbitrary"))]
        $crate::object::generate::arbitrary!($Type);
    };
}
pub(crate) use properties;

/// String equality that a `const` assertion can use.
pub(crate) const fn konst_eq(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}
