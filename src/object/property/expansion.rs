//! The expansion of two property lists, written out by hand: what there is to know about
//! `properties!` and `part_properties!`. The tests compare it with what the macros write.
//!
//! ```text
//! properties!(Note, "note" { summary as "abstract", content: String, object_refs: Vec<Identifier> [required] });
//! part_properties!(KillChainPhase { kill_chain_name: String, order [since_21] } one of { kill_chain_name, order });
//! ```

use crate::json::cursor::Cursor;
use crate::object::any_object::{self, TypedObject};
use crate::object::common::{Common, CommonReader};
use crate::object::property::context::Context;
use crate::object::property::definition::Definition;
use crate::object::property::fields::Fields;
use crate::object::property::findings::{Findings, Place, Version};
use crate::object::property::rules::check_rules;
use crate::object::property::traits::{Part, Value};
use crate::{Identifier, Properties};

/// The structs as an author writes them, and the macros' code for them.
#[expect(unreachable_pub, reason = "the macros write public constructors")]
mod by_macro {
    use super::*;
    use crate::object::property::list::properties;
    use crate::object::property::part::part_properties;

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Note {
        pub(super) common: Common,
        pub(super) summary: Option<String>,
        pub(super) content: String,
        pub(super) object_refs: Vec<Identifier>,
        pub(super) custom: Properties,
    }

    properties!(Note, "note" { summary as "abstract", content: String, object_refs: Vec<Identifier> [required] });

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct KillChainPhase {
        pub(super) kill_chain_name: String,
        pub(super) order: Option<u64>,
        pub(super) custom: Properties,
    }

    part_properties!(KillChainPhase { kill_chain_name: String, order [since_21] } one of { kill_chain_name, order });
}

/// The same structs, with the code written out.
mod by_hand {
    use std::borrow::Cow;

    use serde::ser::{Serialize, SerializeMap, Serializer};
    use serde::{Deserialize, Deserializer};

    use super::*;
    use crate::Timestamp;
    use crate::json::cursor::{Cursor, Fault};
    use crate::json::properties::Members;
    use crate::kind::Kind;
    use crate::object::any_object::{self, AnyObject, TypedObject, find_name};
    use crate::object::common::CommonReader;
    use crate::object::property::context::Context;
    use crate::object::property::definition::{Definition, Rule, Shape};
    use crate::object::property::fields::Fields;
    use crate::object::property::findings::{Findings, Place};
    use crate::object::property::part::{check_part, part_members, part_names};
    use crate::object::property::record::{self, Record};
    use crate::object::property::references;
    use crate::object::property::slot::{drop_outdated, finish, finish_custom, finish_part, read_into, read_part};
    use crate::object::property::traits::{AnyProperty, Property, Value, Visit};
    use crate::object::property::value::deserialize_value;
    use crate::object::property::view::{PropertyValue, ViewMap};

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Note {
        pub(super) common: Common,
        pub(super) summary: Option<String>,
        pub(super) content: String,
        pub(super) object_refs: Vec<Identifier>,
        pub(super) custom: Properties,
    }

    // An object that is made anew: an observable has another `new`, with an identifier that follows
    // from its properties.
    impl Note {
        pub(super) fn new(
            now: impl Into<Timestamp>,
            content: impl Into<String>,
            object_refs: impl Into<Vec<Identifier>>,
        ) -> Self {
            Self {
                common: Common::new_at(Kind::Note, now.into()),
                summary: None,
                content: content.into(),
                object_refs: object_refs.into(),
                custom: Properties::new(),
            }
        }
    }

    // The table. Everything that goes by names is a function over it.
    impl Note {
        pub(super) const DEFINITIONS: &'static [Definition] = &[
            Definition { name: "abstract", shape: Shape::Text, rules: &[] },
            Definition { name: "content", shape: Shape::Text, rules: &[] },
            Definition { name: "object_refs", shape: Shape::List(&Shape::Id), rules: &[Rule::Required] },
        ];
    }

    impl Record for Note {
        fn definitions(&self) -> &'static [Definition] {
            Self::DEFINITIONS
        }

        fn get(&self, index: usize) -> Option<&dyn AnyProperty> {
            let all = [&self.summary as &dyn AnyProperty, &self.content, &self.object_refs];
            all.get(index).copied()
        }

        fn get_mut(&mut self, index: usize) -> Option<&mut dyn AnyProperty> {
            let all = [&mut self.summary as &mut dyn AnyProperty, &mut self.content, &mut self.object_refs];
            all.into_iter().nth(index)
        }

        // The calls on fields of other types are empty.
        fn each_reference<'r>(&'r self, visit: Visit<'_, 'r>) {
            Property::each_reference(&self.object_refs, "object_refs", visit);
        }
    }

    impl AnyObject for Note {
        fn type_name(&self) -> &str {
            "note"
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

    impl TypedObject for Note {
        const DEFINITIONS: &'static [Definition] = Self::DEFINITIONS;
        const IDENTIFIED_BY: &'static [&'static str] = &[];

        fn read<'de>(
            common: &mut CommonReader<'de>,
            fields: &mut Fields<'_, 'de>,
            context: &mut Context,
        ) -> Result<Box<Self>, Fault> {
            fields.set_names(find_name::<Self>);
            // One slot for each property. Its type follows from the struct.
            let (mut summary, mut content, mut object_refs) = (None, None, None);
            while let Some(name) = fields.next_name() {
                match name {
                    "abstract" => read_into(&mut summary, "abstract", &mut common.custom, fields, context)?,
                    "content" => read_into(&mut content, "content", &mut common.custom, fields, context)?,
                    "object_refs" => read_into(&mut object_refs, "object_refs", &mut common.custom, fields, context)?,
                    _ => common.read(name, fields, context)?,
                }
            }
            fields.end()?;
            common.expect_type(Kind::Note, context)?;
            let summary = finish(summary, "abstract", context)?;
            let content = finish(content, "content", context)?;
            let object_refs = finish(object_refs, "object_refs", context)?;
            let (common, custom) = common.finish(context)?;
            let mut object = Box::new(Self { common, summary, content, object_refs, custom });
            drop_outdated(
                &mut *object,
                |object| &mut object.custom,
                |object, name| any_object::has(object, name),
                context,
            );
            Ok(object)
        }

        fn write<S: Serializer>(&self, serializer: S, with_id: bool) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("type", "note")?;
            self.common.write(&mut map, with_id)?;
            if Property::is_present(&self.summary) {
                map.serialize_entry("abstract", &self.summary)?;
            }
            map.serialize_entry("content", &self.content)?;
            if Property::is_present(&self.object_refs) {
                map.serialize_entry("object_refs", &self.object_refs)?;
            }
            self.custom.write(&mut map, |name| any_object::has(self, name))?;
            map.end()
        }
    }

    impl ViewMap for Note {
        fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
            any_object::property(self, name)
        }

        fn names(&self) -> Vec<Cow<'_, str>> {
            any_object::names(self)
        }
    }

    impl Serialize for Note {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.write(serializer, true)
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct KillChainPhase {
        pub(super) kill_chain_name: String,
        pub(super) order: Option<u64>,
        pub(super) custom: Properties,
    }

    impl KillChainPhase {
        pub(super) const DEFINITIONS: &'static [Definition] = &[
            Definition { name: "kill_chain_name", shape: Shape::Text, rules: &[] },
            Definition { name: "order", shape: Shape::Integer, rules: &[Rule::Since21] },
        ];

        pub(super) fn new(kill_chain_name: impl Into<String>) -> Self {
            Self { kill_chain_name: kill_chain_name.into(), order: None, custom: Properties::new() }
        }
    }

    impl Record for KillChainPhase {
        fn definitions(&self) -> &'static [Definition] {
            Self::DEFINITIONS
        }

        fn get(&self, index: usize) -> Option<&dyn AnyProperty> {
            let all = [&self.kill_chain_name as &dyn AnyProperty, &self.order];
            all.get(index).copied()
        }

        fn get_mut(&mut self, index: usize) -> Option<&mut dyn AnyProperty> {
            let all = [&mut self.kill_chain_name as &mut dyn AnyProperty, &mut self.order];
            all.into_iter().nth(index)
        }

        fn each_reference<'r>(&'r self, _: Visit<'_, 'r>) {}
    }

    impl Value for KillChainPhase {
        const SHAPE: Shape = Shape::Struct(Self::DEFINITIONS);

        fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
            let find_name = |name: &str| Self::DEFINITIONS.iter().map(|own| own.name).find(|own| *own == name);
            let mut fields = Fields::open(cursor, find_name)?;
            let mut custom = Members::default();
            let (mut kill_chain_name, mut order) = (None, None);
            while let Some(name) = fields.next_name() {
                match name {
                    "kill_chain_name" => {
                        read_part(&mut kill_chain_name, "kill_chain_name", &mut custom, &mut fields, context)?;
                    }
                    "order" => read_part(&mut order, "order", &mut custom, &mut fields, context)?,
                    _ => custom.push(name, fields.next_raw()?),
                }
            }
            fields.end()?;
            let kill_chain_name = finish_part(kill_chain_name, "kill_chain_name", &fields)?;
            let order = finish_part(order, "order", &fields)?;
            let custom = finish_custom(custom, context);
            let mut part = Self { kill_chain_name, order, custom };
            drop_outdated(&mut part, |part| &mut part.custom, |part, name| record::has(part, name), context);
            Ok(part)
        }

        fn check(&self, place: &Place<'_>, findings: &mut Findings) {
            check_part(self, &self.custom, &["kill_chain_name", "order"], place, findings);
        }

        fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
            record::each_id(self, change);
        }

        fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
            record::each_part(self, change);
            change(Part::Custom(&mut self.custom));
        }

        fn each_reference<'a>(&'a self, _: &'static str, visit: Visit<'_, 'a>) {
            references::in_properties(&self.custom, |name| record::has(self, name), visit);
        }

        fn view(&self) -> PropertyValue<'_> {
            PropertyValue::from_map(self)
        }
    }

    impl ViewMap for KillChainPhase {
        fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
            record::property(self, name).or_else(|| self.custom.member(name))
        }

        fn names(&self) -> Vec<Cow<'_, str>> {
            part_names(self, &self.custom)
        }

        fn members(&self) -> Vec<(Cow<'_, str>, PropertyValue<'_>)> {
            part_members(self, &self.custom)
        }
    }

    impl Serialize for KillChainPhase {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("kill_chain_name", &self.kill_chain_name)?;
            if Property::is_present(&self.order) {
                map.serialize_entry("order", &self.order)?;
            }
            self.custom.write(&mut map, |name| record::has(self, name))?;
            map.end()
        }
    }

    impl<'de> Deserialize<'de> for KillChainPhase {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserialize_value(deserializer)
        }
    }
}

/// Everything that can be seen of an object that is read from a text.
fn seen_of_object<T: TypedObject>(text: &str) -> String {
    let mut context = Context::default();
    let mut cursor = Cursor::new(text, 9);
    let mut fields = Fields::open(&mut cursor, CommonReader::find_name).unwrap();
    let mut object = match T::read(&mut CommonReader::default(), &mut fields, &mut context) {
        Ok(object) => object,
        Err(fault) => return format!("{fault:?}"),
    };
    let mut findings = Findings::new(Version::V21);
    any_object::check(&*object, &mut findings);
    check_rules(T::DEFINITIONS, |name| any_object::has(&*object, name), &Place::Object, &mut findings);
    let names = any_object::names(&*object);
    let values: Vec<_> = names.iter().map(|name| any_object::property(&*object, name)).collect();
    let mut written = Vec::new();
    object.write(&mut serde_json::Serializer::new(&mut written), true).unwrap();
    object.write(&mut serde_json::Serializer::new(&mut written), false).unwrap();
    let seen = format!("{context:?} {findings:?} {names:?} {values:?} {}", String::from_utf8(written).unwrap());
    let mut ids = Vec::new();
    any_object::each_id(&mut *object, &mut |id| ids.push(id.to_string()));
    let mut references = Vec::new();
    object.each_reference(&mut |property, id| references.push(format!("{property} {id}")));
    format!("{seen} {ids:?} {references:?} {:?} {:?}", T::DEFINITIONS, T::IDENTIFIED_BY)
}

/// Everything that can be seen of a part that is read from a text.
fn seen_of_part<T: Value>(text: &str) -> String {
    let mut context = Context::default();
    let mut part = match T::read(&mut Cursor::new(text, 9), &mut context) {
        Ok(part) => part,
        Err(fault) => return format!("{fault:?}"),
    };
    let seen: Vec<_> = [Version::V20, Version::V21]
        .into_iter()
        .map(|version| {
            let mut findings = Findings::new(version);
            part.check(&Place::Object, &mut findings);
            findings
        })
        .collect();
    let mut ids = Vec::new();
    part.each_id(&mut |id| ids.push(id.to_string()));
    part.each_part(&mut |part| ids.push(format!("{part:?}")));
    part.each_reference("", &mut |property, id| ids.push(format!("{property} {id}")));
    let written = serde_json::to_string(&part).unwrap();
    format!("{context:?} {seen:?} {:?} {written} {ids:?} {:?}", part.view(), T::SHAPE)
}

#[test]
fn an_object_written_by_the_macro_is_as_by_hand() {
    for text in [
        r#"{"type":"note","id":"note--1","content":"a","object_refs":["url--1"],"revoked":true,"x_a":{"b":[1, 2]}}"#,
        r#"{"type":"note","id":"note--1","abstract":"s","content":"","object_refs":[],"labels":null,"x_a":1,"x_a":2}"#,
        r#"{"type":"note","id":"note--1","abstract":1,"abst\u0072act":"s","content":"a","\u0069d":"note--2"}"#,
        r#"{"type":"note","id":"note--1","summary":"s","content":"a","abstract":[]}"#,
        r#"{"type":"note","id":"note--1","content":1}"#,
        r#"{"type":"note","id":"note--1"}"#,
        r#"{"type":"url","id":"note--1","content":"a"}"#,
        r#"{"type":"note","content":"a"}"#,
        r#"{"type":"note","#,
    ] {
        assert_eq!(seen_of_object::<by_macro::Note>(text), seen_of_object::<by_hand::Note>(text), "{text}");
    }
}

#[test]
fn a_part_written_by_the_macro_is_as_by_hand() {
    for text in [
        r#"{"kill_chain_name":"a","order":1,"x_b":2}"#,
        r#"{"order":null,"kill_chain_name":"","other":[]}"#,
        r#"{"ord\u0065r":5,"kill_chain_name":"a","order":null,"order":6}"#,
        r#"{"kill_chain_name":1}"#,
        r#"{"order":1}"#,
        "[]",
    ] {
        let by_hand = seen_of_part::<by_hand::KillChainPhase>(text);
        assert_eq!(seen_of_part::<by_macro::KillChainPhase>(text), by_hand, "{text}");
        let by_macro: Result<by_macro::KillChainPhase, _> = serde_json::from_str(text);
        let by_hand: Result<by_hand::KillChainPhase, _> = serde_json::from_str(text);
        assert_eq!(format!("{by_macro:?}"), format!("{by_hand:?}"), "{text}");
    }
}

#[test]
fn constructors_take_the_same_arguments() {
    let now: crate::Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    let ids = vec![Identifier::from("url--1")];
    let mut by_macro = by_macro::Note::new(now.clone(), "a", ids.clone());
    let by_hand = by_hand::Note::new(now, "a", ids);
    assert_eq!(by_macro.common.id.kind(), by_hand.common.id.kind());
    by_macro.common.id = by_hand.common.id.clone();
    assert_eq!(serde_json::to_string(&by_macro).unwrap(), serde_json::to_string(&by_hand).unwrap());
    let (by_macro, by_hand) = (by_macro::KillChainPhase::new("a"), by_hand::KillChainPhase::new("a"));
    assert_eq!(serde_json::to_string(&by_macro).unwrap(), serde_json::to_string(&by_hand).unwrap());
    assert_eq!(by_macro::KillChainPhase::DEFINITIONS.len(), by_hand::KillChainPhase::DEFINITIONS.len());
    assert_eq!(by_macro::Note::DEFINITIONS.len(), by_hand::Note::DEFINITIONS.len());
}

#[test]
fn tables_are_in_the_order_of_the_list() {
    let names = |table: &[Definition]| table.iter().map(|definition| definition.name).collect::<Vec<_>>();
    assert_eq!(names(by_macro::Note::DEFINITIONS), ["abstract", "content", "object_refs"]);
    assert_eq!(names(by_macro::KillChainPhase::DEFINITIONS), ["kill_chain_name", "order"]);
}
