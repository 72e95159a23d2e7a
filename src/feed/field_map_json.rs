//! Field maps as JSON.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::condition::{Condition, Test};
use super::field::{Field, Fields, Place};
use super::field_map::FieldMap;
use super::format::{Delimiter, Encoding, Format, Header};
use super::path::path;

impl Serialize for FieldMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields: Map<String, Value> =
            self.fields.iter().map(|(name, places)| (name.to_owned(), fields_to_json(places))).collect();
        let header = match self.header {
            Header::First => Value::Bool(true),
            Header::Comment => "comment".into(),
            Header::None => Value::Bool(false),
        };
        let delimiter = match self.delimiter {
            Delimiter::None => Value::Null,
            Delimiter::Char(letter) => letter.to_string().into(),
            Delimiter::Whitespace => WHITESPACE.into(),
        };
        let encoding = match self.encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Windows1252 => WINDOWS_1252,
        };
        let conditions = |own: &[Condition]| own.iter().map(condition_to_json).collect::<Vec<_>>();
        let map = json!({
            "format": self.format.as_str(), "delimiter": delimiter, "quote": self.quote, "comment": self.comments,
            "header": header, "encoding": encoding, "items": self.items, "inside": self.inside,
            "empty": self.empty, "types": self.types, "when": conditions(&self.conditions.when),
            "skip": conditions(&self.conditions.skip), "fields": fields,
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

const WHITESPACE: &str = "whitespace";
const WINDOWS_1252: &str = "windows-1252";

impl FieldMap {
    /// An `Err` begins with the key that is at fault.
    fn from_json(mut members: Map<String, Value>) -> Result<Self, String> {
        let format = members.remove("format").ok_or("`format`: it is missing")?;
        let format = Format::ALL.into_iter().find(|known| format == known.as_str());
        let mut map = Self::new(format.ok_or("`format`: it is `list`, `csv`, `json` or `jsonl`")?);
        for (key, value) in members {
            map.set_key(&key, value)?;
        }
        Ok(map)
    }

    fn set_key(&mut self, key: &str, value: Value) -> Result<(), String> {
        match key {
            "delimiter" => set(&mut self.delimiter, delimiter(&value), key, "one character, or `whitespace`"),
            "quote" if value.is_null() => set(&mut self.quote, Some(None), key, ""),
            "quote" => set(&mut self.quote, one_char(&value).map(Some), key, "one character, or null"),
            "comment" => set(&mut self.comments, texts(value), key, "a text, or a list of texts"),
            "header" => set(&mut self.header, header(&value), key, "true, false or `comment`"),
            "encoding" => set(&mut self.encoding, encoding(&value), key, "`utf-8` or `windows-1252`"),
            "items" => {
                let items = value.as_str().map(path).or_else(|| texts(value));
                set(&mut self.items, items, key, "a path, or a list of names")
            }
            "inside" => set(&mut self.inside, texts(value), key, "a path, or a list of paths"),
            "empty" => set(&mut self.empty, texts(value), key, "a text, or a list of texts"),
            "types" => set(&mut self.types, serde_json::from_value(value).ok(), key, "an object from texts to texts"),
            "when" => {
                self.conditions.when = self.conditions_from_json(key, value)?;
                Ok(())
            }
            "skip" => {
                self.conditions.skip = self.conditions_from_json(key, value)?;
                Ok(())
            }
            "fields" => {
                let Value::Object(fields) = value else { return Err("`fields`: it is an object".to_owned()) };
                self.fields = Fields::from_json(fields)?;
                Ok(())
            }
            _ => Err(format!(
                "`{key}`: there is no such key; there are format, delimiter, quote, comment, header, encoding, items, \
                 inside, empty, types, when, skip, fields"
            )),
        }
    }

    fn conditions_from_json(&self, key: &str, value: Value) -> Result<Vec<Condition>, String> {
        let conditions = match value {
            Value::Array(list) => list,
            condition => vec![condition],
        };
        conditions.into_iter().map(|condition| self.condition_from_json(key, condition)).collect()
    }

    fn condition_from_json(&self, key: &str, value: Value) -> Result<Condition, String> {
        let Value::Object(members) = value else {
            return Err(format!("`{key}`: a condition is an object from places to tests"));
        };
        let tests = members.into_iter().map(|(name, value)| {
            let test = test_from_json(value).ok_or_else(|| {
                format!("`{key}.{name}`: a test is a text, a list, {{\"matches\": …}} or {{\"exists\": true}}")
            })?;
            let is_json = matches!(self.format, Format::Json | Format::JsonLines);
            let place = match name.parse() {
                Ok(number) if !is_json => Place::Number(number),
                _ => Place::Name(name),
            };
            Ok((place, test))
        });
        Ok(Condition { tests: tests.collect::<Result<_, String>>()? })
    }
}

/// Sets what a key means, or tells what it should be.
fn set<T>(place: &mut T, value: Option<T>, key: &str, wanted: &str) -> Result<(), String> {
    *place = value.ok_or_else(|| format!("`{key}`: it is {wanted}"))?;
    Ok(())
}

fn header(value: &Value) -> Option<Header> {
    match value {
        Value::Bool(true) => Some(Header::First),
        Value::Bool(false) => Some(Header::None),
        Value::String(text) if text == "comment" => Some(Header::Comment),
        _ => None,
    }
}

fn delimiter(value: &Value) -> Option<Delimiter> {
    match value {
        Value::Null => Some(Delimiter::None),
        value if value == WHITESPACE => Some(Delimiter::Whitespace),
        value => one_char(value).map(Delimiter::Char),
    }
}

fn encoding(value: &Value) -> Option<Encoding> {
    match value.as_str()? {
        "utf-8" => Some(Encoding::Utf8),
        WINDOWS_1252 => Some(Encoding::Windows1252),
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

/// The text of a text, number or boolean.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn test_from_json(value: Value) -> Option<Test> {
    match value {
        Value::Array(list) => list.iter().map(scalar).collect::<Option<_>>().map(Test::OneOf),
        Value::Object(mut members) if members.len() == 1 => {
            match (members.remove("matches"), members.remove("exists")) {
                (Some(globs), _) => texts(globs).map(Test::Matches),
                (_, Some(Value::Bool(is_wanted))) => Some(Test::Exists(is_wanted)),
                _ => None,
            }
        }
        value => scalar(&value).map(|text| Test::OneOf(vec![text])),
    }
}

fn condition_to_json(condition: &Condition) -> Value {
    let member = |(place, test): &(Place, Test)| {
        let name = match place {
            Place::Name(name) | Place::Template(name) | Place::Constant(name) => name.clone(),
            Place::Number(number) => number.to_string(),
        };
        let test = match test {
            Test::OneOf(texts) => json!(texts),
            Test::Matches(globs) => json!({ "matches": globs }),
            Test::Exists(is_wanted) => json!({ "exists": is_wanted }),
        };
        (name, test)
    };
    Value::Object(condition.tests.iter().map(member).collect())
}

fn fields_to_json(places: &[Field]) -> Value {
    match places {
        [only] => only.to_json(),
        several => several.iter().map(Field::to_json).collect(),
    }
}

impl Fields {
    fn from_json(members: Map<String, Value>) -> Result<Self, String> {
        let mut fields = Self::default();
        for (name, value) in members {
            let Some(places) = fields.by_name(&name) else {
                return Err(format!("`fields.{name}`: there is no such field"));
            };
            match value {
                Value::Array(list) => {
                    for (number, value) in list.into_iter().enumerate() {
                        let tell = |fault| format!("`fields.{name}[{number}]{fault}");
                        places.push(Field::from_json(value).map_err(tell)?);
                    }
                }
                value => places.push(Field::from_json(value).map_err(|fault| format!("`fields.{name}{fault}"))?),
            }
        }
        Ok(fields)
    }
}

impl Field {
    fn to_json(&self) -> Value {
        let Self { place, value_type, separator, format, scale, words, prefix, chain, scheme, is_strict } = self;
        let (key, value): (&str, Value) = match place {
            Place::Name(name) => ("name", name.as_str().into()),
            Place::Number(number) => ("number", (*number).into()),
            Place::Constant(text) => ("constant", text.as_str().into()),
            Place::Template(text) => ("template", text.as_str().into()),
        };
        if *self == Self::new(place.clone()) && matches!(key, "name" | "number") {
            return value;
        }
        let mut members = Map::new();
        members.insert(key.to_owned(), value);
        let texts = [
            ("type", value_type),
            ("separator", separator),
            ("format", format),
            ("prefix", prefix),
            ("chain", chain),
            ("scheme", scheme),
        ];
        for (key, text) in texts {
            members.extend(text.as_deref().map(|text| (key.to_owned(), text.into())));
        }
        members.extend(scale.map(|number| ("scale".to_owned(), number.into())));
        if !words.is_empty() {
            members.insert("words".to_owned(), json!(words));
        }
        if *is_strict {
            members.insert("strict".to_owned(), true.into());
        }
        Value::Object(members)
    }

    /// An `Err` is the end of a key, with the quote after it, and what is wrong.
    fn from_json(value: Value) -> Result<Self, String> {
        const PLACE: &str = "`: it is a name, a number, or an object with one of name, number, constant, template";
        let number = |number: &serde_json::Number| {
            let number = number.as_u64().and_then(|number| usize::try_from(number).ok());
            number.ok_or_else(|| "`: columns are numbered from 1".to_owned())
        };
        let mut members = match value {
            Value::String(name) => return Ok(Self::new(Place::Name(name))),
            Value::Number(own) => return Ok(Self::from(number(&own)?)),
            Value::Object(members) => members,
            _ => return Err(PLACE.to_owned()),
        };
        let places = ["name", "number", "constant", "template"].map(|key| members.remove(key));
        let place = match places {
            [Some(Value::String(name)), None, None, None] => Place::Name(name),
            [None, Some(Value::Number(own)), None, None] => Place::Number(number(&own)?),
            [None, None, Some(constant), None] => {
                Place::Constant(scalar(&constant).ok_or("`.constant: it is a text, a number or a boolean")?)
            }
            [None, None, None, Some(Value::String(text))] => Place::Template(text),
            _ => return Err(PLACE.to_owned()),
        };
        let mut field = Self::new(place);
        for (key, value) in members {
            match (&*key, value) {
                ("type", Value::String(text)) => field.value_type = Some(text),
                ("separator", Value::String(text)) => field.separator = Some(text),
                ("format", Value::String(text)) => field.format = Some(text),
                ("prefix", Value::String(text)) => field.prefix = Some(text),
                ("chain", Value::String(text)) => field.chain = Some(text),
                ("scheme", Value::String(text)) => field.scheme = Some(text),
                ("scale", Value::Number(number)) => field.scale = number.as_f64(),
                ("strict", Value::Bool(is_strict)) => field.is_strict = is_strict,
                ("words", Value::Object(words)) => {
                    let word = |(word, meant): (String, Value)| Some((word, scalar(&meant)?));
                    let words = words.into_iter().map(word).collect::<Option<_>>();
                    field.words = words.ok_or(".words`: it is an object from texts to texts")?;
                }
                ("type" | "separator" | "format" | "prefix" | "chain" | "scheme" | "scale" | "strict" | "words", _) => {
                    return Err(format!(".{key}`: it has another form"));
                }
                _ => {
                    return Err(format!(
                        ".{key}`: there is no such key; there are type, scheme, separator, format, scale, words, prefix, \
                         chain, strict"
                    ));
                }
            }
        }
        Ok(field)
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
            r#"{"format":"list","delimiter":"whitespace","skip":[{"1":"a","2":{"exists":false}}],"fields":{"value":[1,2]}}"#,
            r#"{"format":"csv","delimiter":"\t","quote":null,"header":false,"comment":[],"fields":{"value":1}}"#,
            r#"{"format":"json","items":"data.*","fields":{"value":"","type":{"constant":"ip"}}}"#,
            r#"{"format":"json","items":"e","inside":["a","b[].c"],"encoding":"windows-1252","fields":{"value":"v","name":"..n"}}"#,
            r#"{"format":"jsonl","types":{"a":"url"},"empty":"?","when":{"x":["a",1],"y":{"matches":"z*"}},"fields":{
                "value":{"name":"/a/b","scheme":"http","type":"a"},"tags":{"name":"t","separator":","},
                "confidence":{"number":3,"scale":1.5,"words":{"sure":1}},"kill_chain":{"name":"k","chain":"c"},
                "tlp":{"name":"t","strict":true,"prefix":"tlp:"},"name":{"template":"{a} {b}"},"valid_until":{"name":"u","format":"%s"}}}"#,
        ] {
            let map = read(text).unwrap();
            assert_eq!(map.fault().filter(|_| map.format != Format::Csv), None);
            assert_eq!(read(&serde_json::to_string(&map).unwrap()).unwrap(), map);
        }
    }

    #[test]
    fn a_slip_is_told_with_its_key() {
        for (text, fault) in [
            (r#"{}"#, "`format`: it is missing"),
            (r#"{"format":"xml"}"#, "`format`: it is `list`, `csv`, `json` or `jsonl`"),
            (r#"{"format":"csv","separator":";"}"#, "`separator`: there is no such key; "),
            (r#"{"format":"csv","delimiter":";;"}"#, "`delimiter`: it is one character, or `whitespace`"),
            (r#"{"format":"csv","header":"yes"}"#, "`header`: it is true, false or `comment`"),
            (r#"{"format":"csv","encoding":"latin1"}"#, "`encoding`: it is `utf-8` or `windows-1252`"),
            (r#"{"format":"csv","when":"a"}"#, "`when`: a condition is an object"),
            (r#"{"format":"csv","skip":[{"a":{"like":"b"}}]}"#, "`skip.a`: a test is"),
            (r#"{"format":"csv","fields":{"ioc":"value"}}"#, "`fields.ioc`: there is no such field"),
            (r#"{"format":"csv","fields":{"value":{"column":"a"}}}"#, "`fields.value`: it is a name"),
            (r#"{"format":"csv","fields":{"value":{"name":"a","number":1}}}"#, "`fields.value`: it is a name"),
            (r#"{"format":"csv","fields":{"value":-1}}"#, "`fields.value`: columns are numbered from 1"),
            (
                r#"{"format":"csv","fields":{"value":{"name":"a","sep":","}}}"#,
                "`fields.value.sep`: there is no such key",
            ),
            (r#"{"format":"csv","fields":{"tags":["a",{"name":"a","scale":"b"}]}}"#, "`fields.tags[1].scale`: it has"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.starts_with(fault), "{text}: {told}");
        }
    }
}
