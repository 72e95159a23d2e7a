//! The property list: from one line per type come reading, writing and the names.
//!
//! ```text
//! properties!(Note, "note" { summary as "abstract", content, authors, object_refs });
//! ```
//!
//! expands, roughly, to
//!
//! ```text
//! impl ObjectType for Note {
//!     const KIND: Kind = Kind::Note;
//!     const PROPERTIES: &[&str] = &["abstract", "content", "authors", "object_refs"];
//!
//!     fn read(common: &mut CommonReader, fields: &mut Fields, context: &mut Context) -> Result<Self, _> {
//!         let mut summary = None;                       // one slot a property; its type follows from `Note`
//!         …
//!         while let Some(name) = fields.next_name()? {
//!             match &*name {
//!                 "abstract" => read_into(&mut summary, …)?,
//!                 …
//!                 _ => common.read(name, fields, context)?,    // a common property, or a custom one
//!             }
//!         }
//!         Ok(Note { summary: finish(summary, "abstract", context)?, …, common, custom })
//!     }
//! }
//! impl Serialize for Note { … }      // type, the common properties, these, the custom ones
//! impl Deserialize for Note { … }
//! ```
//!
//! `finish` asks the property's type what its absence means: an [`Option`] is `None`, a [`Vec`] is empty, anything else
//! is a missing required property. A field of the struct that the list forgets is a compile error, since the struct
//! literal lacks it.
//!
//! What a type cannot say is set aside in `custom`, so that it is written back: `null` for an [`Option`], `[]` for a
//! [`Vec`], `{}` for a dictionary.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::check::{Findings, Place};
use super::common::CommonReader;
use super::{Kind, Object};
use crate::json::{Members, Properties};
use crate::scan;

/// What reading finds out beside the values.
#[derive(Debug, Default)]
pub(crate) struct Context<'de> {
    /// An object repeated a key. Which one is looked up later: it is rare.
    pub(crate) repeated_key: bool,
    /// The deepest nesting seen, at least: an upper bound for short values.
    pub(crate) depth: usize,
    /// The required property that was absent.
    pub(crate) missing: Option<&'static str>,
    /// The object turned out to be a bundle.
    pub(crate) is_bundle: bool,
    /// Whether a property that does not fit is put into `misfits`, instead of failing the object.
    pub(crate) salvaging: bool,
    pub(crate) misfits: Vec<Misfit<'de>>,
    /// What the property just read holds, where its type cannot say it.
    unsayable: Option<&'static str>,
    level: usize,
}

/// A property that its type cannot hold.
#[derive(Debug)]
pub(crate) struct Misfit<'de> {
    pub(crate) name: Cow<'de, str>,
    pub(crate) value: &'de RawValue,
    pub(crate) error: serde_json::Error,
}

impl Context<'_> {
    pub(crate) fn salvaging() -> Self {
        Self { salvaging: true, ..Self::default() }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.level += 1;
        self.depth = self.depth.max(self.level);
        let value = read(self);
        self.level -= 1;
        value
    }

    /// Says what the property just read holds, where its type cannot: `custom` takes it.
    pub(crate) fn set_unsayable(&mut self, json: &'static str) {
        self.unsayable = Some(json);
    }

    fn note_depth(&mut self, json: &str) {
        if matches!(json.as_bytes().first(), Some(b'{' | b'[')) {
            let depth = match scan::depth_bound(json) {
                // Too many brackets for the bound to say that there is no bomb.
                65.. => scan::depth(json),
                bound => bound,
            };
            self.depth = self.depth.max(self.level + depth);
        }
    }
}

/// The properties of one object as they come: first those that were read ahead, then the rest of the input.
pub(crate) struct Fields<'de, A> {
    ahead: std::vec::IntoIter<(Cow<'de, str>, &'de RawValue)>,
    current: Option<(Cow<'de, str>, &'de RawValue)>,
    map: A,
}

impl<'de, A: MapAccess<'de>> Fields<'de, A> {
    pub(crate) fn new(ahead: Vec<(Cow<'de, str>, &'de RawValue)>, map: A) -> Self {
        Self { ahead: ahead.into_iter(), current: None, map }
    }

    /// Puts back what was read ahead. Only once, and only while nothing else is ahead.
    pub(crate) fn put_back(&mut self, ahead: Vec<(Cow<'de, str>, &'de RawValue)>) {
        self.ahead = ahead.into_iter();
    }

    #[inline]
    pub(crate) fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        self.current = self.ahead.next();
        if let Some((name, _)) = &self.current {
            return Ok(Some(name.clone()));
        }
        Ok(self.map.next_key::<Name<'de>>()?.map(|name| name.0))
    }

    #[inline]
    pub(crate) fn next_value<T: Property>(&mut self, context: &mut Context<'de>) -> Result<T, A::Error> {
        let Some((name, value)) = self.current.take() else {
            return self.map.next_value_seed(Seed(context, PhantomData));
        };
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        T::read(&mut deserializer, context).map_err(|error| {
            let wrapped = de::Error::custom(&error);
            context.misfits.push(Misfit { name, value, error });
            wrapped
        })
    }

    pub(crate) fn next_raw(&mut self) -> Result<&'de RawValue, A::Error> {
        match self.current.take() {
            Some((_, value)) => Ok(value),
            None => self.map.next_value(),
        }
    }
}

struct Seed<'c, 'de, T>(&'c mut Context<'de>, PhantomData<T>);

impl<'de, T: Property> DeserializeSeed<'de> for Seed<'_, 'de, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer, self.0)
    }
}

/// A key, borrowed from the input unless it holds an escape.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

/// All properties of an object as they are written, in order.
pub(crate) struct RawFields<'de>(pub(crate) Vec<(Cow<'de, str>, &'de RawValue)>);

impl<'de> Deserialize<'de> for RawFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = RawFields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawFields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    fields.push((name.0, value));
                }
                Ok(RawFields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// The value of a property, or an element of a list.
pub(crate) trait Value: Sized + Serialize {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error>;

    /// Lists what is odd about the value.
    fn check(&self, _place: &Place<'_>, _findings: &mut Findings) {}
}

/// A property of a struct: a value that has to be there, or a type that knows what absence means.
pub(crate) trait Property: Sized + Serialize {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error>;

    /// The value of a property that is not there; `None` where it must be.
    fn absent() -> Option<Self>;

    /// Whether it is written.
    fn is_present(&self) -> bool;

    /// Lists what is odd about what is there.
    fn check(&self, place: &Place<'_>, findings: &mut Findings);
}

impl<T: Value> Property for T {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error> {
        <T as Value>::read(deserializer, context)
    }

    fn absent() -> Option<Self> {
        None
    }

    fn is_present(&self) -> bool {
        true
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        Value::check(self, place, findings);
    }
}

impl<T: Value> Property for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(context, PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        if let Some(value) = self {
            Value::check(value, place, findings);
        }
    }
}

struct OptionVisitor<'c, 'de, T>(&'c mut Context<'de>, PhantomData<T>);

impl<'de, T: Value> Visitor<'de> for OptionVisitor<'_, 'de, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        self.0.set_unsayable("null");
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer, self.0).map(Some)
    }
}

impl<T: Value> Property for Vec<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error> {
        deserializer.deserialize_option(VecVisitor(context, PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for (index, value) in self.iter().enumerate() {
            Value::check(value, &place.element(index), findings);
        }
    }
}

struct VecVisitor<'c, 'de, T>(&'c mut Context<'de>, PhantomData<T>);

impl<'de, T: Value> Visitor<'de> for VecVisitor<'_, 'de, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        self.0.set_unsayable("null");
        Ok(Vec::new())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        struct Element<'c, 'de, T>(&'c mut Context<'de>, PhantomData<T>);

        impl<'de, T: Value> DeserializeSeed<'de> for Element<'_, 'de, T> {
            type Value = T;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
                T::read(deserializer, self.0)
            }
        }

        let Self(context, _) = self;
        context.nested(|context| {
            // Most lists are short. Their elements wait here, so that the list is allocated once and fits.
            let mut first: [Option<T>; 4] = [const { None }; 4];
            let mut len = 0;
            while len < first.len() {
                match seq.next_element_seed(Element(context, PhantomData))? {
                    Some(element) => first[len] = Some(element),
                    None => break,
                }
                len += 1;
            }
            if len == 0 {
                context.set_unsayable("[]");
                return Ok(Vec::new());
            }
            let is_short = len < first.len();
            let mut list = Vec::with_capacity(if is_short { len } else { 4 * len });
            list.extend(first.into_iter().flatten());
            if !is_short {
                while let Some(element) = seq.next_element_seed(Element(context, PhantomData))? {
                    list.push(element);
                }
                list.shrink_to_fit();
            }
            Ok(list)
        })
    }
}

impl Property for Properties {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &mut Context<'de>) -> Result<Self, D::Error> {
        struct PropertiesVisitor<'c, 'de>(&'c mut Context<'de>);

        impl<'de> Visitor<'de> for PropertiesVisitor<'_, 'de> {
            type Value = Properties;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Properties, A::Error> {
                let mut fields = Fields::new(Vec::new(), map);
                self.0.nested(|context| {
                    let mut members = Members::default();
                    while let Some(name) = fields.next_name()? {
                        read_custom(&mut members, name, &mut fields, context)?;
                    }
                    let properties = finish_custom(members, context);
                    if properties.is_empty() {
                        context.set_unsayable("{}");
                    }
                    Ok(properties)
                })
            }
        }

        deserializer.deserialize_map(PropertiesVisitor(context))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    /// A dictionary's names and values are its author's.
    fn check(&self, _: &Place<'_>, _: &mut Findings) {}
}

/// Reads one property into its slot. `custom` takes what the type cannot say.
#[inline]
pub(crate) fn read_into<'de, T: Property, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'de, A>,
    context: &mut Context<'de>,
) -> Result<(), A::Error> {
    match fields.next_value(context) {
        Ok(value) => {
            if slot.replace(value).is_some() {
                context.repeated_key = true;
            }
            if let Some(json) = context.unsayable.take() {
                custom.push(Cow::Borrowed(name), json);
            }
            Ok(())
        }
        // The misfit has been put down by `next_value`.
        Err(_) if context.salvaging => Ok(()),
        Err(error) => Err(error),
    }
}

/// Keeps a property that no type defines.
#[inline]
pub(crate) fn read_custom<'de, A: MapAccess<'de>>(
    custom: &mut Members<'de>,
    name: Cow<'de, str>,
    fields: &mut Fields<'de, A>,
    context: &mut Context<'de>,
) -> Result<(), A::Error> {
    let value = fields.next_raw()?.get();
    context.note_depth(value);
    custom.push(name, value);
    Ok(())
}

pub(crate) fn finish_custom<'de>(custom: Members<'de>, context: &mut Context<'de>) -> Properties {
    let (properties, repeated) = custom.finish();
    context.repeated_key |= repeated;
    properties
}

/// The value of a slot after the last property was read.
#[inline]
pub(crate) fn finish<T: Property, E: de::Error>(
    slot: Option<T>,
    name: &'static str,
    context: &mut Context<'_>,
) -> Result<T, E> {
    slot.or_else(T::absent).ok_or_else(|| {
        context.missing = Some(name);
        E::missing_field(name)
    })
}

/// A type of object, as the property list describes it.
pub(crate) trait ObjectType: Sized {
    const KIND: Kind;

    /// The properties that the type adds to the common ones, in the standard's order.
    const PROPERTIES: &'static [&'static str];

    fn read<'de, A: MapAccess<'de>>(
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'de, A>,
        context: &mut Context<'de>,
    ) -> Result<Self, A::Error>;
}

/// Reads a typed object on its own, for `Deserialize`.
pub(crate) fn deserialize_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    super::read::read(raw.get()).map_err(de::Error::custom)
}

/// Reads text into anything that is made from text; what is made must not fail.
pub(crate) struct TextVisitor<T>(PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: for<'s> From<&'s str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

/// Reads a nested struct: what `properties!` makes of a list without a type name.
pub(crate) struct StructVisitor<'c, 'de, T>(pub(crate) &'c mut Context<'de>, pub(crate) PhantomData<T>);

/// A nested struct with its own custom properties.
pub(crate) trait Part: Sized {
    fn read_fields<'de, A: MapAccess<'de>>(
        fields: &mut Fields<'de, A>,
        context: &mut Context<'de>,
    ) -> Result<Self, A::Error>;
}

impl<'de, T: Part> Visitor<'de> for StructVisitor<'_, 'de, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut fields = Fields::new(Vec::new(), map);
        self.0.nested(|context| T::read_fields(&mut fields, context))
    }
}

/// For `Deserialize` of nested structs.
pub(crate) fn deserialize_part<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let mut text = serde_json::Deserializer::from_str(raw.get());
    <T as Value>::read(&mut text, &mut Context::default()).map_err(de::Error::custom)
}

/// Types that read without context.
macro_rules! leaf {
    ($Type:ty $(, $check:ident)?) => {
            impl $crate::object::properties::Value for $Type {
                #[inline]
                fn read<'de, D: serde::Deserializer<'de>>(
                    deserializer: D,
                    _: &mut $crate::object::properties::Context<'de>,
                ) -> Result<Self, D::Error> {
                    serde::Deserialize::deserialize(deserializer)
                }

                $( fn check(
                    &self,
                    place: &$crate::object::check::Place<'_>,
                    findings: &mut $crate::object::check::Findings,
                ) {
                    findings.$check(self, place);
                } )?
            }
    };
}
pub(crate) use leaf;

leaf!(bool);
leaf!(u8);
leaf!(String, text);
leaf!(crate::Timestamp, time);
leaf!(crate::Identifier, id);

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

/// See the module's documentation.
macro_rules! properties {
    ($Type:ident, $type_name:literal { $($field:ident $(as $name:literal)?),+ $(,)? }) => {
        const _: () = {
            use $crate::object::common::CommonReader;
            use $crate::object::properties::*;

            // The registry's name and the list's are one.
            const _: () = assert!(konst_eq($crate::object::Kind::$Type.name(), $type_name));

            impl ObjectType for $Type {
                const KIND: $crate::object::Kind = $crate::object::Kind::$Type;
                const PROPERTIES: &'static [&'static str] = &[$(property_name!($field $($name)?)),+];

                fn read<'de, A: serde::de::MapAccess<'de>>(
                    common: &mut CommonReader<'de>,
                    fields: &mut Fields<'de, A>,
                    context: &mut Context<'de>,
                ) -> Result<Self, A::Error> {
                    $( let mut $field = None; )+
                    while let Some(name) = fields.next_name()? {
                        match &*name {
                            $( property_name!($field $($name)?) => {
                                let name = property_name!($field $($name)?);
                                read_into(&mut $field, name, &mut common.custom, fields, context)?;
                            } )+
                            _ => common.read(name, fields, context)?,
                        }
                    }
                    common.expect_type($crate::object::Kind::$Type)?;
                    $( let $field = finish($field, property_name!($field $($name)?), context)?; )+
                    let (common, custom) = common.finish(context)?;
                    Ok(Self { common, $($field,)+ custom })
                }
            }

            impl $Type {
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
            }

            impl serde::Serialize for $Type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap;

                    let mut map = serializer.serialize_map(None)?;
                    map.serialize_entry("type", $type_name)?;
                    self.common.write(&mut map)?;
                    $( if self.$field.is_present() {
                        map.serialize_entry(property_name!($field $($name)?), &self.$field)?;
                    } )+
                    self.custom.write(&mut map, |name| self.is_present(name))?;
                    map.end()
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
        };
    };
    ($Type:ident { $($field:ident $(as $name:literal)?),+ $(,)? }) => {
        const _: () = {
            use $crate::object::properties::*;

            impl Part for $Type {
                fn read_fields<'de, A: serde::de::MapAccess<'de>>(
                    fields: &mut Fields<'de, A>,
                    context: &mut Context<'de>,
                ) -> Result<Self, A::Error> {
                    let mut custom = $crate::json::Members::default();
                    $( let mut $field = None; )+
                    while let Some(name) = fields.next_name()? {
                        match &*name {
                            $( property_name!($field $($name)?) => {
                                let name = property_name!($field $($name)?);
                                read_into(&mut $field, name, &mut custom, fields, context)?;
                            } )+
                            _ => read_custom(&mut custom, name, fields, context)?,
                        }
                    }
                    $( let $field = finish($field, property_name!($field $($name)?), context)?; )+
                    let custom = finish_custom(custom, context);
                    Ok(Self { $($field,)+ custom })
                }
            }

            impl Value for $Type {
                fn read<'de, D: serde::Deserializer<'de>>(
                    deserializer: D,
                    context: &mut Context<'de>,
                ) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(StructVisitor(context, std::marker::PhantomData))
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
                    findings.custom(&self.custom, |name| matches!(name, $( property_name!($field $($name)?) )|+), place);
                }
            }

            impl $Type {
                fn is_present(&self, name: &str) -> bool {
                    match name {
                        $( property_name!($field $($name)?) => self.$field.is_present(), )+
                        _ => false,
                    }
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
                    deserialize_part(deserializer)
                }
            }
        };
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

/// Writes a value for a list of pairs that JSON spells as an object.
pub(crate) fn serialize_pairs<'a, S: Serializer, K: Serialize + 'a, V: Serialize + 'a>(
    serializer: S,
    pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;

    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (key, value) in pairs {
        map.serialize_entry(key, value)?;
    }
    map.end()
}
