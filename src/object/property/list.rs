//! The property list of a type of object: `properties!` writes reading, writing and making, and a
//! table for the rest.
//!
//! ```text
//! properties!(Note, "note" {
//!     summary as "abstract", content: String, authors, object_refs: Vec<Identifier> [required],
//! });
//! ```
//!
//! An entry of the list is
//!
//! - `field`: a field of the struct, whose type decides what the property holds and whether it may
//!   be absent;
//! - `field as "name"`: the property has another name than the field;
//! - `field: Type`: an argument of `new`. Fields that cannot be absent have to be arguments, or the
//!   code does not compile;
//! - `field [rule, …]`: what the versions of the standard say of the property: see
//!   [`Rule`](super::definition::Rule).
//!
//! `… } identified by { … }` is an observable, with the properties that its identifier follows
//! from. A field of the struct that the list forgets is a compile error, because the struct literal
//! in `read` lacks it.
//!
//! The file `expansion.rs` is the expansion of such a list, written out by hand. Its tests compare
//! both. The short version:
//!
//! - `new`;
//! - [`Record`](super::record::Record), the table, and [`AnyObject`]: access by name, checks and
//!   references go by the table;
//! - [`TypedObject`]: `read`, with a slot for each property (see [`slot`](super::slot)), and
//!   `write`;
//! - `Serialize`. `Deserialize` is in `object/read.rs`, since it has to find out the type first.

pub(crate) use super::super::any_object::{self, AnyObject, TypedObject, find_name};
pub(crate) use super::super::common::{Common, CommonReader};
pub(crate) use super::super::contribution::{Spelling, deterministic_id};
pub(crate) use super::context::Context;
pub(crate) use super::definition::Definition;
pub(crate) use super::fields::Fields;
pub(crate) use super::record::{argument, field_value, property_name, record};
pub(crate) use super::slot::{drop_outdated, finish, read_into};
pub(crate) use super::traits::Property;
pub(crate) use super::view::{PropertyValue, ViewMap};
pub(crate) use crate::kind::Kind;

/// See the module's documentation.
macro_rules! properties {
    ($Type:ident, $type_name:literal { $($list:tt)+ } identified by { $($id:ident),* $(,)? }) => {
        $crate::object::property::list::properties!(@new_observable $Type { $($list)+ });
        $crate::object::property::list::properties!(@object $Type, $type_name { $($list)+ } [$($id),*]);
    };
    ($Type:ident, $type_name:literal { $($list:tt)+ }) => {
        $crate::object::property::list::properties!(@new $Type { $($list)+ });
        $crate::object::property::list::properties!(@object $Type, $type_name { $($list)+ } []);
    };
    (@new_observable $Type:ident {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    }) => {
        const _: () = {
            use $crate::object::property::list::*;

            #[allow(clippy::new_without_default, reason = "no default has a random identifier")]
            impl $Type {
                /// A new object with what the standard requires. The other properties are public
                /// fields.
                ///
                /// Its identifier follows from its properties, or is random if they do not
                /// determine one. Set further properties in [`with`](Self::with), which updates it.
                pub fn new($( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    let mut object = Self {
                        common: Common::new_observable(Kind::$Type),
                        $( $field: field_value!($field $($Arg $($Element)?)?), )+
                        custom: Default::default(),
                    };
                    if let Some(id) = deterministic_id(Kind::$Type, &object, Spelling::Normal) {
                        object.common.id = id;
                    }
                    object
                }

                /// Sets properties, and then the identifier that follows from them. If none does,
                /// the identifier stays as it is.
                #[must_use]
                pub fn with(mut self, set: impl FnOnce(&mut Self)) -> Self {
                    set(&mut self);
                    if let Some(id) = deterministic_id(Kind::$Type, &self, Spelling::Normal) {
                        self.common.id = id;
                    }
                    self
                }
            }
        };
    };
    (@new $Type:ident {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    }) => {
        const _: () = {
            use $crate::object::property::list::*;

            impl $Type {
                /// A new object with a random identifier, made at `now`, and with what the standard
                /// requires. The other properties are public fields.
                pub fn new(now: impl Into<$crate::Timestamp>, $( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    Self {
                        common: Common::new_at(Kind::$Type, now.into()),
                        $( $field: field_value!($field $($Arg $($Element)?)?), )+
                        custom: Default::default(),
                    }
                }
            }
        };
    };
    (@object $Type:ident, $type_name:literal {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    } [$($id:ident),*]) => {
        const _: () = {
            use $crate::object::property::list::*;

            const _: () = assert!(konst_eq(Kind::$Type.name(), $type_name), "the name is not the one in `kind.rs`");

            record!($Type { $($field $(as $name)? $([$($rule),+])?),+ });

            impl AnyObject for $Type {
                fn type_name(&self) -> &str {
                    $type_name
                }

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
            }

            impl TypedObject for $Type {
                const DEFINITIONS: &'static [Definition] = Self::DEFINITIONS;
                const IDENTIFIED_BY: &'static [&'static str] = &[$(stringify!($id)),*];

                fn read<'de>(
                    common: &mut CommonReader<'de>,
                    fields: &mut Fields<'_, 'de>,
                    context: &mut Context,
                ) -> Result<Box<Self>, $crate::json::cursor::Fault> {
                    fields.set_names(find_name::<Self>);
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
                    let has = |object: &Self, name: &str| any_object::has(object, name);
                    drop_outdated(&mut *object, |object| &mut object.custom, has, context);
                    Ok(object)
                }

                fn write<S: serde::Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_entry("type", $type_name)?;
                    self.common.write(&mut map, with_id)?;
                    $( if Property::is_present(&self.$field) {
                        map.serialize_entry(property_name!($field $($name)?), &self.$field)?;
                    } )+
                    self.custom.write(&mut map, |name| any_object::has(self, name))?;
                    map.end()
                }
            }

            impl ViewMap for $Type {
                fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
                    any_object::property(self, name)
                }

                fn names(&self) -> Vec<std::borrow::Cow<'_, str>> {
                    any_object::names(self)
                }
            }

            impl serde::Serialize for $Type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.write(serializer, true)
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            impl $crate::generate::Generate for $Type {
                fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                    use $crate::generate::Generate;

                    Ok(Self {
                        common: Common::generate_for(Kind::$Type, u)?,
                        $( $field: Generate::generate(u)?, )+
                        custom: Generate::generate(u)?,
                    })
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            $crate::generate::arbitrary!($Type);
        };
    };
    ($($other:tt)*) => {
        compile_error!(
            "expected `properties!(Type, \"type-name\" { property, property: ArgumentOfNew, property [rule], … })`: see the \
             docs of `object/property/list.rs`"
        );
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
