//! One value of an event.

use super::number::is_number;
use super::place::Place;
use super::rule::Rule;
use crate::object::PropertyValue;

/// One value of an event.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Value<'a> {
    /// What the value is.
    pub rule: &'a Rule,
    /// Which object of a repeated slot the value belongs to. See [`instance_at`](Self::instance_at).
    pub instance: u32,
    /// The value, without quotes and escapes. Never empty.
    pub text: &'a str,
    /// As what tests of patterns see the value.
    pub form: Form,
}

/// As what tests of patterns see a value: `file:size > 5` is about a number, `file:name = '5'` about text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Text.
    #[default]
    Text,
    /// A number in the syntax of JSON.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl<'a> Value<'a> {
    /// Creates a value that is text.
    pub fn new(rule: &'a Rule, text: &'a str) -> Self {
        Self { rule, instance: 0, text, form: Form::Text }
    }

    /// Sets which object of a repeated slot the value belongs to.
    pub fn with_instance(mut self, instance: u32) -> Self {
        self.instance = instance;
        self
    }

    /// Sets as what tests of patterns see the value. Text that is not a number or boolean of JSON remains text.
    pub fn with_form(mut self, form: Form) -> Self {
        self.form = match form {
            Form::Number if is_number(self.text) => form,
            Form::Boolean if matches!(self.text, "true" | "false") => form,
            _ => Form::Text,
        };
        self
    }

    /// Returns which object the value belongs to at one of its places: two values belong to one object if the names of
    /// their slots, the types of their objects and these numbers are equal.
    pub fn instance_at(&self, place: &Place) -> u32 {
        if place.is_repeated() { self.instance } else { 0 }
    }

    /// Returns the value as tests of patterns see it.
    pub fn to_property(&self) -> PropertyValue<'a> {
        match self.form {
            Form::Text => PropertyValue::Text(self.text.into()),
            Form::Number | Form::Boolean => PropertyValue::from_json(self.text),
        }
    }
}
