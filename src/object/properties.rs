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
//! impl Serialize for Note { … }      // type, the common properties, these, the custom ones
//! impl Deserialize for Note { … }
//! ```
//!
//! `finish` asks the property's type what its absence means: an [`Option`] is `None`, a [`Vec`] is empty, anything else
//! is a missing required property. A field of the struct that the list forgets is a compile error, since the struct
//! literal lacks it.
//!
//! What a type cannot say is set aside in `custom`, so that it is written back: `null` for an [`Option`], `[]` for a
//! [`Vec`], `{}` for a dictionary, and any value that does not fit, the latter with a note in the [`Context`].

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::check::{Findings, Place};
use super::common::CommonReader;
use super::{Kind, Object};
use crate::cursor::{Cursor, Fault, MAX_DEPTH, Raw, decode_name};
use crate::json::{Members, Properties};

/// What reading finds out beside the values.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// An object repeated a key. Which one is looked up later: it is rare.
    pub(crate) repeated_key: bool,
    /// The properties that were set aside because they did not fit.
    pub(crate) misfits: Vec<Misfit>,
    /// Something went to the custom properties under the name of a property that is defined.
    kept_own: bool,
    /// What the property just read holds, where its type cannot say it.
    unsayable: Option<&'static str>,
}

/// A property of the object that its type cannot hold.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) name: &'static str,
    /// What is wrong with the value, and where.
    pub(crate) fault: Fault,
}

impl Context {
    /// Says what the property just read holds, where its type cannot: `custom` takes it.
    pub(crate) fn set_unsayable(&mut self, json: &'static str) {
        self.unsayable = Some(json);
    }
}

/// The properties of one object as they come: first those that were stepped over while the type was not known, then
/// the rest of the text.
#[derive(Debug)]
pub(crate) struct Fields<'c, 'de> {
    cursor: &'c mut Cursor<'de>,
    is_first: bool,
    ahead: std::vec::IntoIter<(&'de str, Raw<'de>)>,
    /// The value of the name just given, where it was read ahead.
    current: Option<Raw<'de>>,
    /// Why there are no more names, where it is not the end of the object.
    fault: Option<Fault>,
}

impl<'c, 'de> Fields<'c, 'de> {
    /// The cursor stands in front of an object.
    pub(crate) fn open(cursor: &'c mut Cursor<'de>) -> Result<Self, Fault> {
        cursor.open(b'{', "an object")?;
        Ok(Self { cursor, is_first: true, ahead: Vec::new().into_iter(), current: None, fault: None })
    }

    /// Gives these before the rest. Only once, and only while nothing else is ahead.
    pub(crate) fn put_back(&mut self, ahead: Vec<(&'de str, Raw<'de>)>) {
        self.ahead = ahead.into_iter();
    }

    /// The name of the next property, as it is written between quotes. `None` at the end of the object, or where it
    /// cannot be read on: [`end`](Self::end) tells which.
    #[inline]
    pub(crate) fn next_name(&mut self) -> Option<&'de str> {
        if !self.is_first
            && self.ahead.len() == 0
            && let Some(name) = self.cursor.next_plain_name()
        {
            return Some(name);
        }
        self.next_uncommon_name()
    }

    fn next_uncommon_name(&mut self) -> Option<&'de str> {
        if let Some((name, value)) = self.ahead.next() {
            self.current = Some(value);
            return Some(name);
        }
        let name = match self.cursor.next_name(std::mem::replace(&mut self.is_first, false)) {
            Ok(name) => name?,
            Err(fault) => {
                self.fault = Some(fault);
                return None;
            }
        };
        match decode_name(name) {
            Some(Cow::Borrowed(name)) => Some(name),
            // A standard name that is written with escapes, which nobody does, is given as if it was not.
            Some(Cow::Owned(decoded)) => Some(super::standard_name(&decoded).unwrap_or(name)),
            None => {
                self.fault = Some(self.unfit("a name without lone surrogates"));
                None
            }
        }
    }

    /// After the last name: whether it was the last of the object.
    #[inline]
    pub(crate) fn end(&self) -> Result<(), Fault> {
        self.fault.map_or(Ok(()), Err)
    }

    #[inline]
    pub(crate) fn next_value<T: Property>(&mut self, context: &mut Context) -> Result<T, Fault> {
        match self.current.take() {
            None => T::read(self.cursor, context),
            Some(value) => T::read(&mut self.cursor.on(value.text), context),
        }
    }

    /// A fault of the value as a whole, at its last byte.
    pub(crate) fn unfit(&self, expected: &'static str) -> Fault {
        Fault::Unfit { at: self.cursor.at().saturating_sub(1), expected }
    }

    #[inline]
    pub(crate) fn next_raw(&mut self) -> Result<Raw<'de>, Fault> {
        match self.current.take() {
            None => self.cursor.raw(),
            Some(value) => Ok(value),
        }
    }
}

/// The value of a property, or an element of a list.
pub(crate) trait Value: Sized + Serialize {
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault>;

    /// Lists what is odd about the value.
    fn check(&self, _place: &Place<'_>, _findings: &mut Findings) {}
}

/// A property of a struct: a value that has to be there, or a type that knows what absence means.
pub(crate) trait Property: Sized + Serialize {
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault>;

    /// The value of a property that is not there; `None` where it must be.
    fn absent() -> Option<Self>;

    /// Whether it is written.
    fn is_present(&self) -> bool;

    /// Lists what is odd about what is there.
    fn check(&self, place: &Place<'_>, findings: &mut Findings);
}

impl<T: Value> Property for T {
    #[inline]
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        <T as Value>::read(cursor, context)
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
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unsayable("null");
            return Ok(None);
        }
        <T as Value>::read(cursor, context).map(Some)
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

impl<T: Value> Property for Vec<T> {
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unsayable("null");
            return Ok(Self::new());
        }
        cursor.open(b'[', "a list")?;
        // Most lists are short. Their elements wait here, so that the list is allocated once and fits.
        let mut first: [Option<T>; 4] = [const { None }; 4];
        let mut len = 0;
        while len < first.len() && cursor.next_element(len == 0)? {
            first[len] = Some(<T as Value>::read(cursor, context)?);
            len += 1;
        }
        if len == 0 {
            context.set_unsayable("[]");
            return Ok(Self::new());
        }
        let is_short = len < first.len();
        let mut list = Self::with_capacity(if is_short { len } else { 4 * len });
        list.extend(first.into_iter().flatten());
        if !is_short {
            while cursor.next_element(false)? {
                list.push(<T as Value>::read(cursor, context)?);
            }
            list.shrink_to_fit();
        }
        Ok(list)
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

impl Property for Properties {
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unsayable("null");
            return Ok(Self::new());
        }
        let mut fields = Fields::open(cursor)?;
        let mut members = Members::default();
        while let Some(name) = fields.next_name() {
            members.push(name, fields.next_raw()?);
        }
        fields.end()?;
        let properties = finish_custom(members, context);
        if properties.is_empty() {
            context.set_unsayable("{}");
        }
        Ok(properties)
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

/// Reads one property into its slot. `custom` takes what the type cannot say or hold.
#[inline]
pub(crate) fn read_into<'de, T: Property>(
    slot: &mut Option<T>,
    name: &'static str,
    custom: &mut Members<'de>,
    fields: &mut Fields<'_, 'de>,
    context: &mut Context,
) -> Result<(), Fault> {
    let current = fields.current;
    let (start, depth) = (fields.cursor.at(), fields.cursor.depth());
    match fields.next_value(context) {
        Ok(value) => {
            fill(slot, value, name, custom, context);
            Ok(())
        }
        Err(fault @ Fault::Unfit { .. }) => {
            // Of a repeated property the last one counts, also where it does not fit.
            context.repeated_key |= slot.take().is_some();
            context.unsayable = None;
            context.kept_own = true;
            fields.current = current;
            fields.cursor.go_back(start, depth);
            custom.push(name, fields.next_raw()?);
            // One a name: an object may repeat it a million times.
            context.misfits.retain(|misfit| misfit.name != name);
            context.misfits.push(Misfit { name, fault });
            Ok(())
        }
        Err(fault) => Err(fault),
    }
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
    context.repeated_key |= slot.replace(value).is_some();
    if let Some(json) = context.unsayable.take() {
        context.kept_own = true;
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
    if context.kept_own {
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
    let misfit = context.misfits.iter().find(|misfit| misfit.name == name);
    misfit.map_or(Fault::Missing { name }, |misfit| misfit.fault)
}

/// A type of object, as the property list describes it.
pub(crate) trait ObjectType: Sized {
    const KIND: Kind;

    /// The properties that the type adds to the common ones, in the standard's order.
    const PROPERTIES: &'static [&'static str];

    fn read<'de>(
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'_, 'de>,
        context: &mut Context,
    ) -> Result<Box<Self>, Fault>;
}

/// Reads an object on its own, for `Deserialize`.
pub(crate) fn deserialize_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    super::read::read(raw.get()).map_err(de::Error::custom)
}

/// Reads a value on its own, for `Deserialize`.
pub(crate) fn deserialize_value<'de, T: Property, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let mut cursor = Cursor::new(raw.get(), MAX_DEPTH);
    T::read(&mut cursor, &mut Context::default()).map_err(|fault| de::Error::custom(fault.describe(raw.get())))
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

/// Values that are made from any text.
macro_rules! text_value {
    ($Type:ty $(, $check:ident)?) => {
        impl $crate::object::properties::Value for $Type {
            #[inline]
            fn read(
                cursor: &mut $crate::cursor::Cursor<'_>,
                _: &mut $crate::object::properties::Context,
            ) -> Result<Self, $crate::cursor::Fault> {
                match cursor.plain_string() {
                    Some(text) => Ok(Self::from(text)),
                    None => cursor.string("a string").map(|text| Self::from(&*text)),
                }
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
pub(crate) use text_value;

text_value!(crate::Identifier, id);

impl Value for String {
    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        match cursor.plain_string() {
            Some(text) => Ok(text.to_owned()),
            None => cursor.string("a string").map(Cow::into_owned),
        }
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        findings.text(self, place);
    }
}

impl Value for crate::Timestamp {
    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        const EXPECTED: &str = "an RFC 3339 timestamp of a day that exists";
        cursor.peek();
        let at = cursor.at();
        let time = match cursor.plain_string() {
            Some(text) => Self::parse_text(text),
            None => Self::parse_text(&cursor.string(EXPECTED)?),
        };
        time.ok_or(Fault::Unfit { at, expected: EXPECTED })
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        findings.time(self, place);
    }
}

impl Value for bool {
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        cursor.boolean()
    }
}

impl Value for u8 {
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        const EXPECTED: &str = "a whole number from 0 to 255";
        cursor.peek();
        let at = cursor.at();
        // A `+`, which `parse` would take, is no start of a number in JSON.
        cursor.number(EXPECTED)?.parse().map_err(|_| Fault::Unfit { at, expected: EXPECTED })
    }
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

                fn read<'de>(
                    common: &mut CommonReader<'de>,
                    fields: &mut Fields<'_, 'de>,
                    context: &mut Context,
                ) -> Result<Box<Self>, $crate::cursor::Fault> {
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
                    common.expect_type($crate::object::Kind::$Type, context)?;
                    $( let $field = finish($field, property_name!($field $($name)?), context)?; )+
                    let (common, custom) = common.finish(context)?;
                    let mut object = Box::new(Self { common, $($field,)+ custom });
                    drop_outdated(&mut *object, |object| &mut object.custom, Self::is_present, context);
                    Ok(object)
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

            impl Value for $Type {
                fn read(
                    cursor: &mut $crate::cursor::Cursor<'_>,
                    context: &mut Context,
                ) -> Result<Self, $crate::cursor::Fault> {
                    let mut fields = Fields::open(cursor)?;
                    let mut custom = $crate::json::Members::default();
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
                    deserialize_value(deserializer)
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
