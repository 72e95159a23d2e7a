//! Finding fields in lines, records and JSON.

use std::borrow::Cow;

use serde_json::Value;

use super::bad_line_reason::BadLineReason;
use super::field::Place;
use super::path::{Step, steps};

/// Where a field is, with the names of columns turned into numbers.
#[derive(Debug)]
pub(super) enum At {
    /// The whole item.
    Whole,
    /// A column, or an element of a list.
    Index(usize),
    /// A property; the name in one piece, and the names that it may be made of.
    Property {
        name: String,
        steps: Vec<Step>,
    },
    /// A property of a parent, in the same form.
    Parent {
        name: String,
        steps: Vec<Step>,
    },
    Constant(String),
    /// Text, and the place that follows each.
    Template {
        parts: Vec<(String, At)>,
        end: String,
    },
}

impl At {
    /// `columns` are the names of the columns, if there are any. An `Err` is the name that is not
    /// among them.
    pub(super) fn new(place: &Place, columns: Option<&[String]>) -> Result<Self, String> {
        Ok(match (place, columns) {
            (Place::Constant(text), _) => Self::Constant(text.clone()),
            (Place::Number(number), _) => Self::Index(number.saturating_sub(1)),
            (Place::Template(text), _) => Self::template(text, columns)?,
            (Place::Name(name), Some(columns)) => {
                let wanted = name.trim().to_lowercase();
                let place = columns.iter().position(|column| column.trim().to_lowercase() == wanted);
                Self::Index(place.ok_or_else(|| name.clone())?)
            }
            (Place::Name(name), None) if name.is_empty() => Self::Whole,
            (Place::Name(name), None) => match name.strip_prefix("..") {
                Some(name) => Self::Parent { name: name.to_owned(), steps: steps(name) },
                None => Self::Property { name: name.clone(), steps: steps(name) },
            },
        })
    }

    fn template(text: &str, columns: Option<&[String]>) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, name, after)) = next_name(rest) {
            let place = match name.parse() {
                Ok(number) if columns.is_none() => Place::Number(number),
                _ => Place::Name(name.to_owned()),
            };
            parts.push((before.to_owned(), Self::new(&place, columns)?));
            rest = after;
        }
        Ok(Self::Template { parts, end: rest.to_owned() })
    }
}

/// The text before the next pair of braces, the name between them, and what follows.
pub(super) fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// An item of a feed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cells<'r> {
    /// A line that is one value.
    Line(&'r str),
    /// The columns of a record.
    Record(&'r [&'r str]),
    /// JSON, and what it is part of, the outermost first.
    Json(&'r Value, &'r [&'r Value]),
}

impl<'r> Cells<'r> {
    /// The text of a field that has exactly one, as far as a look shows it; otherwise
    /// [`texts`](Self::texts) has them.
    pub(super) fn text(self, at: &'r At) -> Option<&'r str> {
        match (self, at) {
            (_, At::Constant(text)) => Some(text),
            (Self::Record(columns), At::Index(index)) => columns.get(*index).copied(),
            (Self::Json(item, _), At::Property { name, .. }) => item.get(name)?.as_str(),
            _ => None,
        }
    }

    /// The texts of a field: of a list all, otherwise one or none.
    pub(super) fn texts(self, at: &'r At, out: &mut Vec<Cow<'r, str>>) -> Result<(), BadLineReason> {
        match (self, at) {
            (_, At::Constant(text)) => out.push(Cow::Borrowed(text)),
            (_, At::Template { parts, end }) => out.extend(self.template(parts, end)?.map(Cow::Owned)),
            (Self::Line(line), At::Index(0) | At::Whole) => out.push(Cow::Borrowed(line)),
            (Self::Record(columns), At::Index(index)) => {
                out.extend(columns.get(*index).map(|text| Cow::Borrowed(*text)));
            }
            (Self::Line(_) | Self::Record(_), _) => {}
            (Self::Json(item, _), At::Whole) => json_texts(item, usize::MAX, out)?,
            (Self::Json(item, _), At::Index(index)) => {
                if let Some(value) = item.get(*index) {
                    json_texts(value, usize::MAX, out)?;
                }
            }
            (Self::Json(item, _), At::Property { name, steps }) => property(item, name, steps, usize::MAX, out)?,
            (Self::Json(_, parents), At::Parent { name, steps }) => {
                let has = |parent: &&&Value| parent.get(name).is_some() || !targets(parent, steps, 1).is_empty();
                if let Some(parent) = parents.iter().rev().find(has) {
                    of_parent(parent, name, steps, out)?;
                }
            }
        }
        Ok(())
    }

    /// The text, unless a part of it is missing.
    fn template(self, parts: &'r [(String, At)], end: &str) -> Result<Option<String>, BadLineReason> {
        let (mut text, mut texts) = (String::new(), Vec::new());
        for (before, at) in parts {
            texts.clear();
            self.texts(at, &mut texts)?;
            let [part] = &texts[..] else {
                return if texts.is_empty() { Ok(None) } else { Err(BadLineReason::SeveralValues) };
            };
            let part = part.trim();
            if part.is_empty() {
                return Ok(None);
            }
            text.push_str(before);
            text.push_str(part);
        }
        text.push_str(end);
        Ok(Some(text))
    }
}

/// What a parent may give to each item inside it: so many texts, of so many bytes in all. Otherwise
/// what is made of an item could be as large as its square.
const MAX_REPEATED_TEXTS: usize = 64;
const MAX_REPEATED_BYTES: usize = 4096;

fn of_parent<'r>(
    parent: &'r Value,
    name: &str,
    steps: &[Step],
    out: &mut Vec<Cow<'r, str>>,
) -> Result<(), BadLineReason> {
    let start = out.len();
    property(parent, name, steps, MAX_REPEATED_TEXTS + 1, out)?;
    let texts = &out[start..];
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if texts.len() > MAX_REPEATED_TEXTS || bytes > MAX_REPEATED_BYTES {
        out.truncate(start);
        return Err(BadLineReason::TooLong);
    }
    Ok(())
}

/// `most` is how many elements of a list are looked at.
fn property<'r>(
    item: &'r Value,
    name: &str,
    steps: &[Step],
    most: usize,
    out: &mut Vec<Cow<'r, str>>,
) -> Result<(), BadLineReason> {
    if let Some(value) = item.get(name) {
        return json_texts(value, most, out);
    }
    // That was the name, unless the item is a list.
    if matches!(steps, [Step::Name(only)] if only == name) && !item.is_array() {
        return Ok(());
    }
    for value in targets(item, steps, most) {
        json_texts(value, most, out)?;
    }
    Ok(())
}

/// What the steps lead to.
pub(super) fn targets<'r>(item: &'r Value, steps: &[Step], most: usize) -> Vec<&'r Value> {
    let mut values = vec![item];
    for step in steps {
        let next = values.iter().flat_map(|value| -> Box<dyn Iterator<Item = &'r Value>> {
            match (step, *value) {
                (Step::Each, Value::Array(list)) => Box::new(list.iter().take(most)),
                (Step::Each, _) => Box::new(std::iter::empty()),
                (Step::Name(name), Value::Array(list)) => {
                    Box::new(name.parse::<usize>().ok().and_then(|place| list.get(place)).into_iter())
                }
                (Step::Name(name), value) => Box::new(value.get(name).into_iter()),
            }
        });
        values = next.collect();
    }
    values
}

fn json_texts<'r>(value: &'r Value, most: usize, out: &mut Vec<Cow<'r, str>>) -> Result<(), BadLineReason> {
    let text = |value: &'r Value| {
        Ok(match value {
            Value::Null => None,
            Value::String(text) => Some(Cow::Borrowed(&**text)),
            Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Array(_) | Value::Object(_) => return Err(BadLineReason::Shape),
        })
    };
    match value {
        Value::Array(list) => {
            for element in list.iter().take(most) {
                out.extend(text(element)?);
            }
        }
        value => out.extend(text(value)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_json() {
        let item = serde_json::json!({"a": {"b": ["x", 5, null, true]}, "c.d": "whole", "c": {"d": "parts"},
            "": "empty", "Tag": [{"name": "one"}, {"name": "two"}, {}], "ip": "192.0.2.1", "port": 443});
        let event = serde_json::json!({"info": "outer", "c": {"x": "deep"}});
        let object = serde_json::json!({"name": "inner", "info": "nearer"});
        let of = |place: Place| {
            let at = At::new(&place, None).unwrap();
            let mut texts = Vec::new();
            let parents = [&event, &object];
            let outcome = Cells::Json(&item, &parents).texts(&at, &mut texts);
            outcome.map(|()| texts.into_iter().map(Cow::into_owned).collect::<Vec<_>>())
        };
        let texts = |name: &str| of(Place::Name(name.to_owned()));
        assert_eq!(texts("a.b").unwrap(), ["x", "5", "true"]);
        assert_eq!(texts("/a/b/1").unwrap(), ["5"]);
        assert_eq!(texts("c.d").unwrap(), ["whole"]);
        assert_eq!(texts("/c/d").unwrap(), ["parts"]);
        assert_eq!(texts("/").unwrap(), ["empty"]);
        assert_eq!(texts("a"), Err(BadLineReason::Shape));
        assert_eq!(texts("Tag"), Err(BadLineReason::Shape));
        assert_eq!(texts("Tag[].name").unwrap(), ["one", "two"]);
        assert_eq!(texts("..info").unwrap(), ["nearer"]);
        assert_eq!(texts("..c.x").unwrap(), ["deep"]);
        assert!(
            texts("a.b.9").unwrap().is_empty() && texts("x.y").unwrap().is_empty() && texts("..z").unwrap().is_empty()
        );
        assert_eq!(of(Place::Template("{ip}:{port}".into())).unwrap(), ["192.0.2.1:443"]);
        assert!(of(Place::Template("{ip}:{none}".into())).unwrap().is_empty());
        assert_eq!(of(Place::Template("{a.b}".into())), Err(BadLineReason::SeveralValues));
    }
}
