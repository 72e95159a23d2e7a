//! The properties of an object as values to look up.

use std::borrow::Cow;

use crate::Object;
use crate::matching::event::{Form, Place, Rule, Value};
use crate::object::PropertyValue;
use crate::pattern::ast::Literal;
use crate::row::key::{Key, Role};
use crate::row::value;

/// All properties of an object that are text, numbers or booleans, at any depth.
#[derive(Debug, Default)]
pub(super) struct Properties {
    rules: Vec<Rule>,
    list: Vec<Property>,
    /// The last path. Elements of lists have the same one.
    last: Option<LastPath>,
}

#[derive(Debug)]
struct Property {
    rule: usize,
    text: String,
    form: Form,
}

#[derive(Debug)]
struct LastPath {
    text: String,
    /// `None` if no pattern can have the path.
    place: Option<(Place, Role)>,
}

impl Properties {
    pub(super) fn new(object: &Object) -> Self {
        let mut new = Self::default();
        if let PropertyValue::Map(map) = object.view() {
            for (name, value) in map.iter().filter(|(name, _)| !matches!(&**name, "type" | "id" | "spec_version")) {
                new.add(&format!("{}:{}", object.type_name(), Literal::from(&*name)), &value);
            }
        }
        new
    }

    pub(super) fn values(&self) -> Vec<Value<'_>> {
        let values = self.list.iter();
        values.map(|own| Value::new(&self.rules[own.rule], &own.text).with_form(own.form)).collect()
    }

    // It recurses as deep as objects nest, which the reader limits.
    fn add(&mut self, path: &str, value: &PropertyValue<'_>) {
        let (text, form) = match value {
            PropertyValue::Null => return,
            PropertyValue::Text(text) => (text.to_string(), Form::Text),
            PropertyValue::Time(time) => (time.to_string(), Form::Text),
            PropertyValue::Id(id) => (id.to_string(), Form::Text),
            PropertyValue::Boolean(value) => (value.to_string(), Form::Boolean),
            PropertyValue::Integer(number) => (number.to_string(), Form::Number),
            PropertyValue::Number(number) => ((*number).to_owned(), Form::Number),
            // OK because a finite number is always JSON.
            PropertyValue::Float(number) => (serde_json::to_string(number).unwrap_or_default(), Form::Number),
            PropertyValue::List(list) => {
                let path = format!("{path}[*]");
                return list.iter().for_each(|value| self.add(&path, &value));
            }
            PropertyValue::Map(map) => {
                return map
                    .iter()
                    .for_each(|(name, value)| self.add(&format!("{path}.{}", Literal::from(&*name)), &value));
            }
        };
        if let Some(rule) = self.rule(path, &text) {
            self.list.push(Property { rule, text, form });
        }
    }

    /// The rule for a value at a path.
    fn rule(&mut self, path: &str, value: &str) -> Option<usize> {
        let is_same = self.last.as_ref().is_some_and(|last| last.text == path);
        let last = match self.last.take().filter(|_| is_same) {
            Some(last) => last,
            None => LastPath { text: path.to_owned(), place: place(path) },
        };
        let LastPath { place: Some((place, role)), .. } = self.last.insert(last) else { return None };
        let kind = value::Value::from_text(Cow::Borrowed(value), *role).kind;
        if !is_same || self.rules.last().is_none_or(|rule| rule.kind() != Some(kind)) {
            self.rules.push(Rule::new(place.as_str(), place.clone()).with_kind(kind));
        }
        self.rules.len().checked_sub(1)
    }
}

fn place(path: &str) -> Option<(Place, Role)> {
    let place = Place::new("object", path).ok()?;
    let role = Key::new(place.path(), path).role;
    Some((place, role))
}
