//! Field maps as JSON.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::field::{Field, Fields, Place};
use super::field_map::FieldMap;
use super::format::{Format, Header};
use super::path::path;

impl Serialize for FieldMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields: Map<String, Value> =
            self.fields.iter().map(|(name, field)| (name.to_owned(), field.to_json())).collect();
        let header = match self.header {
            Header::First => Value::Bool(true),
            Header::Comment => "comment".into(),
            Header::None => Value::Bool(false),
        };
        let map = json!({
            "format": self.format.as_str(), "delimiter": self.delimiter, "quote": self.quote, "comment": self.comments,
            "header": header, "items": self.items, "empty": self.empty, "types": self.types, "scheme": self.scheme,
            "fields": fields,
        });
        map.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        Self::from_json(members).map_err(D::Error::custom)
    }
}

impl FieldMap {
    fn from_json(mut members: Map<String, Value>) -> Result<Self, String> {
        let format = members.remove("format").ok_or("no `format`")?;
        let format = Format::ALL.into_iter().find(|known| format == known.as_str()).ok_or("no such `format`")?;
        let mut map = Self::new(format);
        for (name, value) in members {
            let fits = match &*name {
                "delimiter" => set(&mut map.delimiter, one_char(&value)),
                "quote" if value.is_null() => set(&mut map.quote, Some(None)),
                "quote" => set(&mut map.quote, one_char(&value).map(Some)),
                "comment" => set(&mut map.comments, texts(value)),
                "header" => set(&mut map.header, header(&value)),
                "items" => set(&mut map.items, value.as_str().map(path).or_else(|| texts(value))),
                "empty" => set(&mut map.empty, texts(value)),
                "types" => set(&mut map.types, serde_json::from_value(value).ok()),
                "scheme" => set(&mut map.scheme, serde_json::from_value(value).ok()),
                "fields" => match value {
                    Value::Object(fields) => {
                        map.fields = Fields::from_json(fields)?;
                        true
                    }
                    _ => false,
                },
                _ => return Err(format!("a map has no `{name}`")),
            };
            if !fits {
                return Err(format!("`{name}` has another form"));
            }
        }
        Ok(map)
    }
}

/// Whether there is a value, which then is set.
fn set<T>(place: &mut T, value: Option<T>) -> bool {
    let fits = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    fits
}

fn header(value: &Value) -> Option<Header> {
    match value {
        Value::Bool(true) => Some(Header::First),
        Value::Bool(false) => Some(Header::None),
        Value::String(text) if text == "comment" => Some(Header::Comment),
        _ => None,
    }
}

fn one_char(value: &Value) -> Option<char> {
    let mut chars = value.as_str()?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text]),
        value => serde_json::from_value(value).ok(),
    }
}

impl Fields {
    fn from_json(members: Map<String, Value>) -> Result<Self, String> {
        let mut fields = Self::default();
        for (name, value) in members {
            let field = fields.by_name(&name).ok_or_else(|| format!("there is no field `{name}`"))?;
            *field = Some(Field::from_json(value).ok_or_else(|| format!("the field `{name}` has another form"))?);
        }
        Ok(fields)
    }
}

impl Field {
    fn to_json(&self) -> Value {
        let Self { place, separator, format, scale } = self;
        let (key, value): (&str, Value) = match place {
            Place::Name(name) => ("name", name.as_str().into()),
            Place::Number(number) => ("number", (*number).into()),
            Place::Constant(text) => ("constant", text.as_str().into()),
        };
        let is_plain = separator.is_none() && format.is_none() && scale.is_none();
        if is_plain && key != "constant" {
            return value;
        }
        let mut members = Map::new();
        members.insert(key.to_owned(), value);
        members.extend(separator.as_deref().map(|text| ("separator".to_owned(), text.into())));
        members.extend(format.as_deref().map(|text| ("format".to_owned(), text.into())));
        members.extend(scale.map(|number| ("scale".to_owned(), number.into())));
        Value::Object(members)
    }

    fn from_json(value: Value) -> Option<Self> {
        let mut members = match value {
            Value::String(name) => return Some(Self::new(Place::Name(name))),
            Value::Number(number) => return Some(Self::from(usize::try_from(number.as_u64()?).ok()?)),
            Value::Object(members) => members,
            _ => return None,
        };
        let place = match (members.remove("name"), members.remove("number"), members.remove("constant")) {
            (Some(Value::String(name)), None, None) => Place::Name(name),
            (None, Some(number), None) => Place::Number(usize::try_from(number.as_u64()?).ok()?),
            (None, None, Some(Value::String(text))) => Place::Constant(text),
            (None, None, Some(Value::Number(number))) => Place::Constant(number.to_string()),
            _ => return None,
        };
        let mut field = Self::new(place);
        for (name, value) in members {
            match (&*name, value) {
                ("separator", Value::String(text)) => field.separator = Some(text),
                ("format", Value::String(text)) => field.format = Some(text),
                ("scale", Value::Number(number)) => field.scale = number.as_f64(),
                _ => return None,
            }
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FieldMap, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_map_is_written_back_as_it_was_read() {
        for text in [
            r#"{"format":"list"}"#,
            r#"{"format":"csv","delimiter":"\t","quote":null,"header":false,"comment":[],"fields":{"value":1}}"#,
            r#"{"format":"json","items":"data.*","fields":{"value":"","type":{"constant":"ip"}}}"#,
            r#"{"format":"jsonl","scheme":"http","types":{"a":"url"},"empty":"?","fields":{
                "value":"/a/b","tags":{"name":"t","separator":","},"confidence":{"number":3,"scale":1.5},
                "valid_until":{"name":"u","format":"%s"}}}"#,
        ] {
            let map = read(text).unwrap();
            assert_eq!(map.fault().filter(|_| map.format != Format::Csv), None);
            assert_eq!(read(&serde_json::to_string(&map).unwrap()).unwrap(), map);
        }
    }

    #[test]
    fn a_slip_is_told() {
        for (text, fault) in [
            (r#"{}"#, "no `format`"),
            (r#"{"format":"xml"}"#, "no such `format`"),
            (r#"{"format":"csv","separator":";"}"#, "a map has no `separator`"),
            (r#"{"format":"csv","delimiter":";;"}"#, "`delimiter` has another form"),
            (r#"{"format":"csv","header":"yes"}"#, "`header` has another form"),
            (r#"{"format":"csv","scheme":1}"#, "`scheme` has another form"),
            (r#"{"format":"csv","fields":{"ioc":"value"}}"#, "there is no field `ioc`"),
            (r#"{"format":"csv","fields":{"value":{"column":"a"}}}"#, "the field `value` has another form"),
            (r#"{"format":"csv","fields":{"value":{"name":"a","number":1}}}"#, "the field `value` has another form"),
            (r#"{"format":"csv","fields":{"value":-1}}"#, "the field `value` has another form"),
        ] {
            assert_eq!(read(text).unwrap_err(), fault, "{text}");
        }
    }
}
