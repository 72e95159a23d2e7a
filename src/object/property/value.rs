//! The types of properties that many structs share: text, numbers, times, identifiers,
//! vocabularies, and lists of them.

use std::borrow::Cow;

use serde::de::Deserializer;

use super::context::Context;
use super::definition::Shape;
use super::findings::{Findings, Place};
use super::traits::{MayBeAbsent, Part, Property, Value, Visit};
use super::view::{PropertyValue, ViewList};
use crate::float::Float;
use crate::id::Identifier;
use crate::json::Properties;
use crate::json::cursor::{Cursor, Fault, MAX_DEPTH};
use crate::json::equality;
use crate::json::from_serde;
use crate::time::Timestamp;
use crate::vocab::Vocabulary;

impl<T: Value> MayBeAbsent for Option<T> {}
impl<T: Value> MayBeAbsent for Vec<T> {}
impl MayBeAbsent for Properties {}

impl<T: Value> Property for T {
    const SHAPE: Shape = <T as Value>::SHAPE;

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

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        Value::each_id(self, change);
    }

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        Value::each_part(self, change);
    }

    #[inline]
    fn each_reference<'a>(&'a self, property: &'static str, visit: Visit<'_, 'a>) {
        Value::each_reference(self, property, visit);
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        Some(Value::view(self))
    }
}

impl<T: Value> Property for Option<T> {
    const SHAPE: Shape = <T as Value>::SHAPE;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unrepresentable("null");
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

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        self.iter_mut().for_each(|value| Value::each_id(value, change));
    }

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        self.iter_mut().for_each(|value| Value::each_part(value, change));
    }

    #[inline]
    fn each_reference<'a>(&'a self, property: &'static str, visit: Visit<'_, 'a>) {
        if let Some(value) = self {
            Value::each_reference(value, property, visit);
        }
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        self.as_ref().map(Value::view)
    }
}

impl<T: Value> Property for Vec<T> {
    const SHAPE: Shape = Shape::List(&<T as Value>::SHAPE);

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unrepresentable("null");
            return Ok(Self::new());
        }
        cursor.open(b'[', "a list")?;
        if !cursor.next_element(true)? {
            context.set_unrepresentable("[]");
            return Ok(Self::new());
        }
        let first = <T as Value>::read(cursor, context)?;
        if !cursor.next_element(false)? {
            // As most lists are.
            return Ok(vec![first]);
        }
        let mut list = Self::with_capacity(8);
        list.push(first);
        loop {
            list.push(<T as Value>::read(cursor, context)?);
            if !cursor.next_element(false)? {
                break;
            }
        }
        list.shrink_to_fit();
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

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        self.iter_mut().for_each(|value| Value::each_id(value, change));
    }

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        self.iter_mut().for_each(|value| Value::each_part(value, change));
    }

    #[inline]
    fn each_reference<'a>(&'a self, property: &'static str, visit: Visit<'_, 'a>) {
        for value in self {
            Value::each_reference(value, property, &mut *visit);
        }
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::from_list(self))
    }
}

impl<T: Value> ViewList for Vec<T> {
    fn element(&self, index: usize) -> Option<PropertyValue<'_>> {
        self.get(index).map(Value::view)
    }
}

impl Property for Properties {
    const SHAPE: Shape = Shape::Any;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        let Some((properties, repeated)) = Self::read(cursor)? else {
            context.set_unrepresentable("null");
            return Ok(Self::new());
        };
        context.repeated_key |= repeated;
        if properties.is_empty() {
            context.set_unrepresentable("{}");
        }
        Ok(properties)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    /// A dictionary's names and values are its author's, so none of them is a reference.
    fn check(&self, _: &Place<'_>, _: &mut Findings) {}

    fn each_id(&mut self, _: &mut dyn FnMut(&mut Identifier)) {}

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::from_properties(self))
    }
}

/// Reads a value on its own, for `Deserialize`.
pub(crate) fn deserialize_value<'de, T: Property, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    from_serde::read(deserializer, |text| {
        T::read(&mut Cursor::new(text, MAX_DEPTH), &mut Context::default()).map_err(|fault| fault.explain(text))
    })
}

/// The value of a vocabulary.
impl<V: Vocabulary> Value for V {
    const SHAPE: Shape = Shape::Text;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        read_text(cursor)
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        findings.vocabulary(self, place);
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Text(self.as_str().into())
    }
}

/// Reads a string into a type that any text can make.
#[inline]
pub(crate) fn read_text<T: for<'s> From<&'s str>>(cursor: &mut Cursor<'_>) -> Result<T, Fault> {
    match cursor.plain_string() {
        Some(text) => Ok(T::from(text)),
        None => cursor.string("a string").map(|text| T::from(&text)),
    }
}

impl Value for Identifier {
    const SHAPE: Shape = Shape::Id;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        read_text(cursor)
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        findings.id(self, place);
    }

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        change(self);
    }

    #[inline]
    fn each_reference<'a>(&'a self, property: &'static str, visit: Visit<'_, 'a>) {
        visit(Cow::Borrowed(property), Cow::Borrowed(self));
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Id(self)
    }
}

impl Value for String {
    const SHAPE: Shape = Shape::Text;

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

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Text(Cow::Borrowed(self))
    }
}

impl Value for Timestamp {
    const SHAPE: Shape = Shape::Time;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        const EXPECTED: &str = "an RFC 3339 timestamp of a day that exists";
        // Milliseconds, whole seconds, microseconds.
        if let Some(time) = cursor.string_with_len([24, 20, 27], Self::parse_standard) {
            return Ok(time);
        }
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

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Time(self)
    }
}

impl Value for bool {
    const SHAPE: Shape = Shape::Boolean;

    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        cursor.boolean()
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Boolean(*self)
    }
}

impl Value for Float {
    const SHAPE: Shape = Shape::Float;

    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        Self::read(cursor)
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Float(self.get())
    }
}

macro_rules! integer_value {
    ($($Type:ty: $expected:literal,)+) => { $(
        impl Value for $Type {
            const SHAPE: Shape = Shape::Integer;

            fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
                cursor.peek();
                let at = cursor.at();
                let number = integer(cursor.number($expected)?).and_then(|number| number.try_into().ok());
                number.ok_or(Fault::Unfit { at, expected: $expected })
            }

            fn view(&self) -> PropertyValue<'_> {
                PropertyValue::Integer((*self).into())
            }
        }
    )+ };
}

integer_value! {
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u64: "a whole number from 0 to 18446744073709551615",
    i64: "a whole number of at most 64 bits",
}

/// The value of a JSON number that is whole, however it is written: `5`, `5.0`, `5e0`.
fn integer(text: &str) -> Option<i128> {
    /// Up to here every whole number is a float.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    text.parse().ok().or_else(|| {
        let float: f64 = text.parse().ok()?;
        let is_exact = float.fract() == 0.0 && float.abs() <= MAX_EXACT && equality::same(text, &float.to_string());
        // OK because such a float is a whole number of 54 bits.
        is_exact.then_some(float as i128)
    })
}
