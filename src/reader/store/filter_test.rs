//! One test of a filter.

use std::cmp::Ordering;

use crate::Timestamp;
use crate::object::{Object, PropertyValue};
use crate::wildcards::Wildcards;

/// How a value is compared in a [`Filter`](super::Filter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`: no value is equal, or there is none.
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `contains`: an element of a list is equal, or a part of a text.
    Contains,
    /// `starts`: a text starts so.
    Starts,
    /// `like`: `%` is any text, `_` one character.
    Like,
}

/// A constant of a filter, in all that it may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) text: String,
    number: Option<f64>,
    time: Option<Timestamp>,
    /// Whether it is in quotes, so that it is not a number.
    is_text: bool,
}

impl Constant {
    pub(super) fn new(text: &str, is_text: bool) -> Self {
        let number = if is_text { None } else { text.parse().ok().filter(|number: &f64| number.is_finite()) };
        Self { number, time: time(text), is_text, text: text.to_owned() }
    }
}

/// An instant, or the start of a day.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| (text.len() == 10).then(|| format!("{text}T00:00:00Z").parse().ok()).flatten())
}

/// A path into an object: names and places in lists.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path(pub(super) Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Name(String),
    Index(usize),
    Any,
}

/// A step of a filter in postfix order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operation {
    Test(Box<Test>),
    Not,
    And,
    Or,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Compare { path: Path, comparison: Comparison, value: Constant },
    In { path: Path, values: Vec<Constant> },
    Exists(Path),
    Is(String),
    Revoked,
    LiveAt(Timestamp),
}

impl Test {
    pub(super) fn passes(&self, object: &Object) -> bool {
        match self {
            Self::Compare { path, comparison: Comparison::NotEqual, value } => {
                !path.values(object).iter().any(|own| compare(own, Comparison::Equal, value))
            }
            // A part of an element of a list is not what is meant: `ma` is not the label `malware`.
            Self::Compare { path, comparison: Comparison::Contains, value } => {
                path.ends(object).into_iter().any(|own| match own {
                    PropertyValue::List(list) => list.iter().any(|own| compare(&own, Comparison::Equal, value)),
                    own => compare(&own, Comparison::Contains, value),
                })
            }
            Self::Compare { path, comparison, value } => {
                path.values(object).iter().any(|own| compare(own, *comparison, value))
            }
            Self::In { path, values } => {
                path.values(object).iter().any(|own| values.iter().any(|value| compare(own, Comparison::Equal, value)))
            }
            Self::Exists(path) => !path.values(object).is_empty(),
            Self::Is(type_name) => object.type_name() == type_name,
            Self::Revoked => object.common().is_revoked(),
            Self::LiveAt(at) => !object.common().is_revoked() && is_valid(object, at),
        }
    }
}

/// Whether an instant is within the object's validity; most objects have none, and are valid.
fn is_valid(object: &Object, at: &Timestamp) -> bool {
    let bound = |name| match object.property(name) {
        Some(PropertyValue::Time(time)) => Some(time.clone()),
        _ => None,
    };
    bound("valid_from").is_none_or(|from| from <= *at) && bound("valid_until").is_none_or(|until| *at < until)
}

impl Path {
    /// The values that the path leads to, with the elements of lists in their place.
    fn values<'o>(&self, object: &'o Object) -> Vec<PropertyValue<'o>> {
        self.ends(object).into_iter().flat_map(elements).collect()
    }

    /// The values that the path leads to.
    fn ends<'o>(&self, object: &'o Object) -> Vec<PropertyValue<'o>> {
        let mut values = vec![object.view()];
        for step in &self.0 {
            values = match step {
                Step::Name(name) => {
                    values.into_iter().flat_map(elements).filter_map(|value| value.property(name)).collect()
                }
                Step::Index(index) => values.iter().filter_map(|value| value.element(*index)).collect(),
                Step::Any => values.into_iter().flat_map(elements).collect(),
            };
        }
        values
    }
}

fn elements(value: PropertyValue<'_>) -> Vec<PropertyValue<'_>> {
    match value {
        PropertyValue::List(list) => list.iter().collect(),
        value => vec![value],
    }
}

fn compare(own: &PropertyValue<'_>, comparison: Comparison, value: &Constant) -> bool {
    use Comparison::{Contains, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Like, NotEqual, Starts};

    let is_text = |test: fn(&str, &str) -> bool| own_text(own).is_some_and(|text| test(&text, &value.text));
    match comparison {
        Equal => order(own, value) == Some(Ordering::Equal),
        NotEqual => order(own, value) != Some(Ordering::Equal),
        Less => order(own, value) == Some(Ordering::Less),
        LessOrEqual => matches!(order(own, value), Some(Ordering::Less | Ordering::Equal)),
        Greater => order(own, value) == Some(Ordering::Greater),
        GreaterOrEqual => matches!(order(own, value), Some(Ordering::Greater | Ordering::Equal)),
        Contains => is_text(|text, part| text.contains(part)),
        Starts => is_text(|text, start| text.starts_with(start)),
        Like => is_text(|text, pattern| Wildcards::new(pattern).is_match(text)),
    }
}

fn own_text(own: &PropertyValue<'_>) -> Option<String> {
    match own {
        PropertyValue::Text(text) => Some(text.clone().into_owned()),
        PropertyValue::Id(id) => Some(id.to_string()),
        _ => None,
    }
}

/// How a value compares with a constant; `None` if they are of different types.
fn order(own: &PropertyValue<'_>, value: &Constant) -> Option<Ordering> {
    match own {
        PropertyValue::Text(text) => Some((**text).cmp(&*value.text)),
        PropertyValue::Id(id) => Some(id.to_string().as_str().cmp(&value.text)),
        PropertyValue::Time(time) => value.time.as_ref().map(|other| (*time).cmp(other)),
        // OK because 54 bits are what the standard's numbers have.
        PropertyValue::Integer(number) => (*number as f64).partial_cmp(&value.number?),
        PropertyValue::Float(number) => number.partial_cmp(&value.number?),
        PropertyValue::Boolean(own) if !value.is_text => match &*value.text {
            "true" => Some(own.cmp(&true)),
            "false" => Some(own.cmp(&false)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_like_patterns() {
        for (text, pattern, expected) in [
            ("abc", "a%", true),
            ("abc", "%c", true),
            ("abc", "a_c", true),
            ("abc", "_", false),
            ("", "%", true),
            ("", "_", false),
            ("abcabd", "%ab_", true),
            ("abcabd", "%abc", false),
            ("é", "_", true),
        ] {
            assert_eq!(Wildcards::new(pattern).is_match(text), expected, "{text} {pattern}");
        }
    }
}
