//! The table of a struct's properties, and everything that can be done with a table alone.
//!
//! Reading and writing have to be fast, so the property lists expand to code for them. Access by
//! name, checks and changes of identifiers are ordinary functions over the table.

use super::definition::Definition;
use super::findings::{Findings, Place};
use super::traits::{AnyProperty, Part, Visit};
use super::view::PropertyValue;
use crate::id::Identifier;

/// A struct that a property list describes. Its properties are numbered by their places in the
/// list.
pub(crate) trait Record {
    /// The table of its properties.
    fn definitions(&self) -> &'static [Definition];

    /// The property at a place of the table.
    fn get(&self, index: usize) -> Option<&dyn AnyProperty>;

    /// The property at a place of the table, to change it.
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn AnyProperty>;

    /// Calls `visit` on each reference in the properties. Code that is written out, because only a
    /// few properties can hold any and a graph asks every object.
    fn each_reference<'r>(&'r self, visit: Visit<'_, 'r>);
}

/// The properties with their definitions.
pub(crate) fn properties<'r>(
    record: &'r (dyn Record + 'r),
) -> impl Iterator<Item = (&'static Definition, &'r dyn AnyProperty)> {
    let places = record.definitions().iter().enumerate();
    places.filter_map(|(index, definition)| Some((definition, record.get(index)?)))
}

fn find<'r>(record: &'r (dyn Record + 'r), name: &str) -> Option<&'r dyn AnyProperty> {
    record.get(record.definitions().iter().position(|definition| definition.name == name)?)
}

/// The value of a property, if it is present.
pub(crate) fn property<'r>(record: &'r (dyn Record + 'r), name: &str) -> Option<PropertyValue<'r>> {
    find(record, name)?.view()
}

/// Whether a property is present.
pub(crate) fn has(record: &dyn Record, name: &str) -> bool {
    find(record, name).is_some_and(|property| property.is_present())
}

/// The names of the properties that are present.
pub(crate) fn names<'r>(record: &'r (dyn Record + 'r)) -> impl Iterator<Item = &'r str> {
    properties(record).filter(|(_, property)| property.is_present()).map(|(definition, _)| definition.name)
}

/// Checks the values of all properties.
pub(crate) fn check(record: &dyn Record, place: &Place<'_>, findings: &mut Findings) {
    for (definition, property) in properties(record) {
        property.check(&place.property(definition.name), findings);
    }
}

/// Calls `change` on each identifier in the properties.
pub(crate) fn each_id(record: &mut dyn Record, change: &mut dyn FnMut(&mut Identifier)) {
    for index in 0..record.definitions().len() {
        if let Some(property) = record.get_mut(index) {
            property.each_id(change);
        }
    }
}

/// Calls `change` on each [`Part`] in the properties.
pub(crate) fn each_part(record: &mut dyn Record, change: &mut dyn FnMut(Part<'_>)) {
    for index in 0..record.definitions().len() {
        if let Some(property) = record.get_mut(index) {
            property.each_part(change);
        }
    }
}

/// Writes the table of a struct: its [`Definition`]s, and access to its fields by their places.
macro_rules! record {
    ($Type:ident { $( $field:ident $(as $name:literal)? $([$($rule:ident),+])? ),+ }) => {
        impl $Type {
            /// What the property list says of each property.
            pub(crate) const DEFINITIONS: &'static [$crate::object::property::definition::Definition] = &[$(
                $crate::object::property::definition::Definition {
                    name: $crate::object::property::record::property_name!($field $($name)?),
                    shape: $crate::object::property::traits::shape_of(|record: &Self| &record.$field),
                    rules: &[$( $( $crate::object::property::record::rule!($rule) ),+ )?],
                }
            ),+];
        }

        impl $crate::object::property::record::Record for $Type {
            fn definitions(&self) -> &'static [$crate::object::property::definition::Definition] {
                Self::DEFINITIONS
            }

            fn get(&self, index: usize) -> Option<&dyn $crate::object::property::traits::AnyProperty> {
                let all = [$( &self.$field as &dyn $crate::object::property::traits::AnyProperty ),+];
                all.get(index).copied()
            }

            fn get_mut(&mut self, index: usize) -> Option<&mut dyn $crate::object::property::traits::AnyProperty> {
                let all = [$( &mut self.$field as &mut dyn $crate::object::property::traits::AnyProperty ),+];
                all.into_iter().nth(index)
            }

            fn each_reference<'r>(&'r self, visit: $crate::object::property::traits::Visit<'_, 'r>) {
                $( $crate::object::property::traits::Property::each_reference(
                    &self.$field,
                    $crate::object::property::record::property_name!($field $($name)?),
                    &mut *visit,
                ); )+
            }
        }
    };
}
pub(crate) use record;

/// The JSON name of a field: its own, or the one after `as`.
macro_rules! property_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use property_name;

/// The [`Rule`](super::definition::Rule) of a word in brackets.
macro_rules! rule {
    (required) => {
        $crate::object::property::definition::Rule::Required
    };
    (required_20) => {
        $crate::object::property::definition::Rule::Required20
    };
    (required_21) => {
        $crate::object::property::definition::Rule::Required21
    };
    (since_21) => {
        $crate::object::property::definition::Rule::Since21
    };
    (until_20) => {
        $crate::object::property::definition::Rule::Until20
    };
    (labels_20) => {
        $crate::object::property::definition::Rule::Labels20
    };
    ($other:ident) => {
        compile_error!(concat!(
            "`",
            stringify!($other),
            "` is not a rule of a property. Rules are `required`, `required_20`, `required_21`, `since_21`, `until_20` and \
             `labels_20`: see `Rule` in `object/property/definition.rs`"
        ))
    };
}
pub(crate) use rule;

/// The value of a field in a constructor: the argument's, or absence.
macro_rules! field_value {
    ($field:ident) => {
        $crate::object::property::traits::absent()
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

#[cfg(test)]
mod tests {
    use super::super::definition::{Rule, Shape};
    use super::super::findings::Version;
    use super::*;
    use crate::finding::FindingKind;

    struct Sample {
        name: String,
        refs: Vec<Identifier>,
        size: Option<u64>,
    }

    record!(Sample { name, refs [since_21, required_21], size as "bytes" });

    fn sample(size: Option<u64>) -> Sample {
        Sample { name: String::new(), refs: vec![Identifier::from("a"), Identifier::from("b")], size }
    }

    #[test]
    fn the_table_has_names_shapes_and_rules() {
        let names: Vec<_> = Sample::DEFINITIONS.iter().map(|definition| definition.name).collect();
        assert_eq!(names, ["name", "refs", "bytes"]);
        assert!(matches!(Sample::DEFINITIONS[1].shape, Shape::List(Shape::Id)));
        assert!(matches!(Sample::DEFINITIONS[2].shape, Shape::Integer));
        assert_eq!(Sample::DEFINITIONS[1].rules, [Rule::Since21, Rule::Required21]);
    }

    #[test]
    fn properties_are_found_by_name() {
        let (full, empty) = (sample(Some(7)), Sample { refs: Vec::new(), ..sample(None) });
        for (name, in_full, in_empty) in [
            ("name", Some("\"\""), Some("\"\"")),
            ("refs", Some(r#"["a","b"]"#), None),
            ("bytes", Some("7"), None),
            ("size", None, None),
        ] {
            for (record, expected) in [(&full, in_full), (&empty, in_empty)] {
                let value = property(record, name).map(|value| serde_json::to_string(&value).unwrap());
                assert_eq!(value.as_deref(), expected, "{name}");
                assert_eq!(has(record, name), expected.is_some(), "{name}");
            }
        }
        assert_eq!(names(&full).collect::<Vec<_>>(), ["name", "refs", "bytes"]);
        assert_eq!(names(&empty).collect::<Vec<_>>(), ["name"]);
        assert!(full.get(3).is_none() && sample(None).get_mut(3).is_none());
    }

    #[test]
    fn checks_name_the_place() {
        let mut findings = Findings::new(Version::V21);
        check(&sample(None), &Place::Object, &mut findings);
        let found: Vec<_> = findings.into_vec().into_iter().map(|finding| (finding.kind, finding.path)).collect();
        let id = |path: &str| (FindingKind::IdForm, path.to_owned());
        assert_eq!(found, [(FindingKind::Empty, ".name".to_owned()), id(".refs[0]"), id(".refs[1]")]);
    }

    #[test]
    fn references_have_the_name_of_their_property() {
        let record = sample(None);
        let mut found = Vec::new();
        record.each_reference(&mut |property, id| found.push(format!("{property} {id}")));
        assert_eq!(found, ["refs a", "refs b"]);
    }

    #[test]
    fn every_identifier_can_be_changed() {
        let mut record = sample(None);
        each_id(&mut record, &mut |id| *id = Identifier::from(format!("{id}!").as_str()));
        assert_eq!(record.refs, [Identifier::from("a!"), Identifier::from("b!")]);
    }
}
