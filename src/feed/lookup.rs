//! Finding fields in lines, records and JSON.

use std::borrow::Cow;

use serde_json::Value;

use super::bad_line_reason::BadLineReason;
use super::field::{Field, Place};
use super::path::path;

/// Where a field stands, with the names of columns turned into numbers.
#[derive(Debug)]
pub(super) enum At {
    /// The whole item.
    Whole,
    /// A column, or an element of a list.
    Index(usize),
    /// A property; the name in one piece, and the names that it may be made of.
    Property {
        name: String,
        path: Vec<String>,
    },
    Constant(String),
}

impl At {
    /// `columns` are the names of the columns, where there are any. An `Err` is the name that is
    /// not among them.
    pub(super) fn new(field: &Field, columns: Option<&[String]>) -> Result<Self, String> {
        Ok(match (&field.place, columns) {
            (Place::Constant(text), _) => Self::Constant(text.clone()),
            (Place::Number(number), _) => Self::Index(number.saturating_sub(1)),
            (Place::Name(name), Some(columns)) => {
                let wanted = name.trim().to_lowercase();
                let place = columns.iter().position(|column| column.trim().to_lowercase() == wanted);
                Self::Index(place.ok_or_else(|| name.clone())?)
            }
            (Place::Name(name), None) if name.is_empty() => Self::Whole,
            (Place::Name(name), None) => Self::Property { name: name.clone(), path: path(name) },
        })
    }
}

/// An item of a feed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cells<'r> {
    /// A line that is one value.
    Line(&'r str),
    /// The columns of a record.
    #[cfg_attr(not(feature = "csv"), expect(dead_code, reason = "made by the feature"))]
    Record(&'r [&'r str]),
    /// JSON.
    Json(&'r Value),
}

impl<'r> Cells<'r> {
    /// The texts of a field: of a list all, otherwise one or none.
    pub(super) fn texts(self, at: &'r At) -> Result<Vec<Cow<'r, str>>, BadLineReason> {
        if let At::Constant(text) = at {
            return Ok(vec![Cow::Borrowed(text)]);
        }
        match (self, at) {
            (Self::Line(line), _) => Ok(vec![Cow::Borrowed(line)]),
            (Self::Record(columns), At::Index(index)) => {
                Ok(columns.get(*index).map(|text| Cow::Borrowed(*text)).into_iter().collect())
            }
            (Self::Record(_), _) => Ok(Vec::new()),
            (Self::Json(item), At::Whole) => json_texts(item),
            (Self::Json(item), At::Index(index)) => item.get(*index).map_or(Ok(Vec::new()), json_texts),
            (Self::Json(item), At::Property { name, path }) => {
                property(item, name, path).map_or(Ok(Vec::new()), json_texts)
            }
            (Self::Json(_), At::Constant(_)) => Ok(Vec::new()),
        }
    }
}

fn property<'r>(item: &'r Value, name: &str, path: &[String]) -> Option<&'r Value> {
    if let Some(value) = item.get(name) {
        return Some(value);
    }
    path.iter().try_fold(item, |value, name| match value {
        Value::Array(list) => list.get(name.parse::<usize>().ok()?),
        value => value.get(name),
    })
}

fn json_texts(value: &Value) -> Result<Vec<Cow<'_, str>>, BadLineReason> {
    let text = |value| {
        Ok(match value {
            &Value::Null => None,
            Value::String(text) => Some(Cow::Borrowed(&**text)),
            Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Array(_) | Value::Object(_) => return Err(BadLineReason::Shape),
        })
    };
    match value {
        Value::Array(list) => list.iter().filter_map(|element| text(element).transpose()).collect(),
        value => Ok(text(value)?.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_json() {
        let item =
            serde_json::json!({"a": {"b": ["x", 5, null, true]}, "c.d": "whole", "c": {"d": "parts"}, "": "empty"});
        let texts = |name: &str| {
            let at = At::new(&Field::from(name), None).unwrap();
            Cells::Json(&item).texts(&at).map(|texts| texts.into_iter().map(Cow::into_owned).collect::<Vec<_>>())
        };
        assert_eq!(texts("a.b").unwrap(), ["x", "5", "true"]);
        assert_eq!(texts("/a/b/1").unwrap(), ["5"]);
        assert_eq!(texts("c.d").unwrap(), ["whole"]);
        assert_eq!(texts("/c/d").unwrap(), ["parts"]);
        assert_eq!(texts("/").unwrap(), ["empty"]);
        assert_eq!(texts("a"), Err(BadLineReason::Shape));
        assert!(texts("a.b.9").unwrap().is_empty() && texts("x.y").unwrap().is_empty());
    }
}
