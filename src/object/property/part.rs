//! The property list of a part of an object: `part_properties!` writes a struct that is the value
//! of a property.
//!
//! ```text
//! part_properties!(GranularMarking {
//!     lang [since_21], marking_ref [required_20], selectors: Vec<String> [required],
//! } one of { lang, marking_ref });
//! ```
//!
//! An entry is written as in the list of an object: see [`list`](super::list). After the list, `not
//! empty` or `one of { … }` is what is required of the part as a whole: any property, or one of
//! those in braces.
//!
//! The struct gets `new`, a table ([`Record`]), and [`Value`], `Serialize` and `Deserialize`. A
//! property that does not fit makes the part unfit, and the object sets the part aside as a whole.

pub(crate) use super::context::Context;
pub(crate) use super::definition::{Shape, names};
pub(crate) use super::fields::Fields;
pub(crate) use super::findings::{Findings, Place};
pub(crate) use super::record::{self, Record, argument, field_value, property_name, record};
pub(crate) use super::references;
use super::rules::check_rules;
pub(crate) use super::slot::{drop_outdated, finish_custom, finish_part, read_part};
pub(crate) use super::traits::{Part, Property, Value, Visit};
pub(crate) use super::value::deserialize_value;
pub(crate) use super::view::{PropertyValue, ViewMap};
use crate::json::Properties;

/// Checks a part. Of the names in `one_of`, one has to be present, if there are any.
pub(crate) fn check_part(
    part: &dyn Record,
    custom: &Properties,
    one_of: &[&str],
    place: &Place<'_>,
    findings: &mut Findings,
) {
    record::check(part, place, findings);
    check_rules(part.definitions(), |name| record::has(part, name), place, findings);
    if !one_of.is_empty() {
        findings.one_of(one_of, |name| record::has(part, name), place);
    }
    let is_defined = |name: &str| part.definitions().iter().any(|definition| definition.name == name);
    findings.custom(custom, is_defined, place);
}

/// The names of a part's properties, those that are present and the custom ones, in the order in
/// which they are written.
pub(crate) fn part_names<'p>(part: &'p (dyn Record + 'p), custom: &'p Properties) -> Vec<std::borrow::Cow<'p, str>> {
    let custom = custom.names().filter(|name| !record::has(part, name));
    record::names(part).map(std::borrow::Cow::Borrowed).chain(custom).collect()
}

/// A part's properties, in the order of [`part_names`].
pub(crate) fn part_members<'p>(
    part: &'p (dyn Record + 'p),
    custom: &'p Properties,
) -> Vec<(std::borrow::Cow<'p, str>, PropertyValue<'p>)> {
    let own = record::names(part).filter_map(|name| Some((name.into(), record::property(part, name)?)));
    own.chain(custom.members().into_iter().filter(|(name, _)| !record::has(part, name))).collect()
}

/// The names of which one is required.
macro_rules! one_of {
    ($Type:ident) => {
        &[]
    };
    ($Type:ident not empty) => {
        &names::<{ $Type::DEFINITIONS.len() }>($Type::DEFINITIONS)
    };
    ($Type:ident one of { $($name:ident),+ $(,)? }) => {
        &[$(stringify!($name)),+]
    };
    ($Type:ident $($other:tt)+) => {
        compile_error!("after the list of a part there is nothing, `not empty` or `one of { property, … }`")
    };
}
pub(crate) use one_of;

/// See the module's documentation.
macro_rules! part_properties {
    ($Type:ident {
        $($field:ident $(as $name:literal)? $(: $Arg:ident $(<$Element:ident>)?)? $([$($rule:ident),+])?),+ $(,)?
    } $($required:tt)*) => {
        const _: () = {
            use $crate::object::property::part::*;

            record!($Type { $($field $(as $name)? $([$($rule),+])?),+ });

            #[allow(clippy::new_without_default, reason = "all types are made by `new`")]
            impl $Type {
                /// A new value with what the standard requires. The other properties are public
                /// fields.
                pub fn new($( $( $field: argument!($Arg $($Element)?), )? )+) -> Self {
                    Self { $( $field: field_value!($field $($Arg $($Element)?)?), )+ custom: Default::default() }
                }
            }

            impl Value for $Type {
                const SHAPE: Shape = Shape::Struct(Self::DEFINITIONS);

                fn read(
                    cursor: &mut $crate::json::cursor::Cursor<'_>,
                    context: &mut Context,
                ) -> Result<Self, $crate::json::cursor::Fault> {
                    let find_name = |name: &str| Self::DEFINITIONS.iter().map(|own| own.name).find(|own| *own == name);
                    let mut fields = Fields::open(cursor, find_name)?;
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
                    drop_outdated(&mut part, |part| &mut part.custom, |part, name| record::has(part, name), context);
                    Ok(part)
                }

                fn check(&self, place: &Place<'_>, findings: &mut Findings) {
                    check_part(self, &self.custom, one_of!($Type $($required)*), place, findings);
                }

                fn each_id(&mut self, change: &mut dyn FnMut(&mut $crate::Identifier)) {
                    record::each_id(self, change);
                }

                fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
                    record::each_part(self, change);
                    change(Part::Custom(&mut self.custom));
                }

                fn each_reference<'a>(&'a self, _: &'static str, visit: Visit<'_, 'a>) {
                    Record::each_reference(self, &mut *visit);
                    references::in_properties(&self.custom, |name| record::has(self, name), visit);
                }

                fn view(&self) -> PropertyValue<'_> {
                    PropertyValue::from_map(self)
                }
            }

            impl ViewMap for $Type {
                fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
                    record::property(self, name).or_else(|| self.custom.member(name))
                }

                fn names(&self) -> Vec<std::borrow::Cow<'_, str>> {
                    part_names(self, &self.custom)
                }

                fn members(&self) -> Vec<(std::borrow::Cow<'_, str>, PropertyValue<'_>)> {
                    part_members(self, &self.custom)
                }
            }

            impl serde::Serialize for $Type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    $( if Property::is_present(&self.$field) {
                        map.serialize_entry(property_name!($field $($name)?), &self.$field)?;
                    } )+
                    self.custom.write(&mut map, |name| record::has(self, name))?;
                    map.end()
                }
            }

            impl<'de> serde::Deserialize<'de> for $Type {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserialize_value(deserializer)
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            impl $crate::generate::Generate for $Type {
                fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                    use $crate::generate::Generate;

                    Ok(Self { $( $field: Generate::generate(u)?, )+ custom: Generate::generate(u)? })
                }
            }

            #[cfg(any(test, feature = "arbitrary"))]
            $crate::generate::arbitrary!($Type);
        };
    };
    ($($other:tt)*) => {
        compile_error!(
            "expected `part_properties!(Type { property, property: ArgumentOfNew, property [rule], … })`: see the docs of \
             `object/property/part.rs`"
        );
    };
}
pub(crate) use part_properties;

#[cfg(test)]
mod tests {
    use super::super::findings::Version;
    use super::*;
    use crate::finding::FindingKind::{self, Missing, UnknownProperty};
    use crate::json::{Json, Properties};

    struct Sample {
        name: Option<String>,
        size: Option<u64>,
    }

    record!(Sample { name [required_20], size });

    #[test]
    fn parts_are_checked_as_a_whole() {
        let mut custom = Properties::new();
        custom.insert("name", Json::new("1").unwrap());
        custom.insert("other", Json::new("1").unwrap());
        let other = (UnknownProperty, ".other");
        for (version, size, one_of, expected) in [
            (Version::V20, Some(1), &["name", "size"][..], vec![(Missing, ".name"), other]),
            (Version::V21, Some(1), &["name", "size"], vec![other]),
            (Version::V21, None, &["name", "size"], vec![(Missing, ""), other]),
            (Version::V21, None, &[], vec![other]),
        ] {
            let mut findings = Findings::new(version);
            let part = Sample { name: None, size };
            check_part(&part, &custom, one_of, &Place::Object, &mut findings);
            let found = findings.into_vec();
            let found: Vec<(FindingKind, &str)> = found.iter().map(|found| (found.kind, found.path.as_str())).collect();
            assert_eq!(found, expected, "{version:?} {size:?} {one_of:?}");
        }
    }

    #[test]
    fn names_of_a_part() {
        let mut custom = Properties::new();
        custom.insert("x_a", Json::new("1").unwrap());
        custom.insert("size", Json::new("null").unwrap());
        assert_eq!(part_names(&Sample { name: Some(String::new()), size: None }, &custom), ["name", "x_a", "size"]);
        assert_eq!(part_names(&Sample { name: None, size: Some(1) }, &custom), ["size", "x_a"]);
    }
}
