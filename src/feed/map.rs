//! What stands where in a feed.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::field;

/// Says how a feed is written and which of its columns or properties means what.
///
/// It reads from a small JSON file, in which only `format` is required and an unknown name is an error:
///
/// ```
/// use stixkit::feed::{FieldMap, Format};
///
/// let map: FieldMap = serde_json::from_str(r##"{
///     "format": "csv",
///     "delimiter": ";",
///     "comment": ["#"],
///     "header": true,
///     "types": {"c2": "ip:port"},
///     "fields": {
///         "value": "ioc",
///         "type": "ioc type",
///         "valid_from": {"name": "first seen", "format": "%d.%m.%Y"},
///         "confidence": {"name": "score", "scale": 10},
///         "tags": {"name": "tags", "separator": ","},
///         "tlp": {"constant": "green"}
///     }
/// }"##)?;
/// assert_eq!(map.format, Format::Csv);
/// assert_eq!(serde_json::from_value::<FieldMap>(serde_json::to_value(&map)?)?, map);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// | name | means | default |
/// |---|---|---|
/// | `format` | `list`, `csv`, `json` or `jsonl` | |
/// | `delimiter` | what stands between columns, one ASCII character | `,` |
/// | `quote` | what stands around columns, one ASCII character or `null` | `"` |
/// | `comment` | what a comment begins with: a text, or a list of them | `#`, `;` and `//` in a list, `#` in CSV |
/// | `header` | `true`: the first record has the columns' names; `"comment"`: the last comment before the first record has them; `false`: there are none | `true` |
/// | `items` | the path to the items of a JSON document | the document, or the elements of its list |
/// | `empty` | texts that mean that there is nothing, in any case | `null`, `none`, `n/a`, `-` |
/// | `types` | the feed's own words for types, and what they mean | |
/// | `scheme` | what a URL without a scheme begins with, `http` | such a URL is a bad line |
/// | `fields` | where the fields of an entry stand: [`Fields`] | |
///
/// A field is the name of a column; its number from 1; for JSON the path of a property, as a JSON pointer (`/a/b`) or with
/// dots (`a.b`), `""` being the item itself; or an object with `name`, `number` or `constant`, and `separator`, `format` or
/// `scale` beside it. See [`Field`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldMap {
    /// How the feed is written.
    pub format: Format,
    /// What stands between the columns of CSV.
    pub delimiter: char,
    /// What stands around a column of CSV that holds delimiters. Doubled, it stands for itself.
    pub quote: Option<char>,
    /// What the first character of a comment may be, or the first characters. Comments stand on lines of their own; in
    /// lists also behind a value.
    pub comments: Vec<String>,
    /// Where the names of the columns are.
    pub header: Header,
    /// The names that lead to the items of a JSON document, `*` being any name. A list on the way stands for each of its
    /// elements.
    pub items: Vec<String>,
    /// Texts that mean that there is nothing, whatever their case.
    pub empty: Vec<String>,
    /// The feed's own words for types, whatever their case, and what they mean in the words that are known.
    pub types: BTreeMap<String, String>,
    /// What URLs without a scheme begin with: `http`.
    pub scheme: Option<String>,
    /// Where the fields of an entry stand.
    pub fields: Fields,
}

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// One value a line.
    List,
    /// Records of columns, with quotes (RFC 4180). Reading it takes the feature `csv`.
    Csv,
    /// A JSON document that holds the items, or several one after the other.
    Json,
    /// One JSON item a line.
    JsonLines,
}

impl Format {
    const ALL: [Self; 4] = [Self::List, Self::Csv, Self::Json, Self::JsonLines];

    /// The format as a field map names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }
}

/// Where the names of columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Header {
    /// In the first record. A list may begin with the name of its one column.
    #[default]
    First,
    /// In the last comment before the first record.
    Comment,
    /// Nowhere: columns have numbers.
    None,
}

/// Where a field stands, and how to read it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Where it stands.
    pub place: Place,
    /// What stands between several tags. Without it the text is one tag. Only for `tags`; lists of JSON need none.
    pub separator: Option<String>,
    /// The form of a time, in the letters of `strftime`: `%d.%m.%Y %H:%M`. Only for times. Without it: see
    /// [`Fields::valid_from`].
    pub format: Option<String>,
    /// The number that stands for full confidence: 10, or 1. Only for `confidence`. Without it: 100.
    pub scale: Option<f64>,
}

/// Where a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the column with this name, whatever its case, or at this path of a JSON item.
    Name(String),
    /// In the column with this number, from 1; in JSON the element of an item that is a list.
    Number(usize),
    /// Nowhere: it is always this.
    Constant(String),
}

impl Field {
    /// A field at a place.
    pub fn new(place: Place) -> Self {
        Self { place, separator: None, format: None, scale: None }
    }

    /// A field that is always the same.
    pub fn constant(text: impl Into<String>) -> Self {
        Self::new(Place::Constant(text.into()))
    }
}

impl From<&str> for Field {
    fn from(name: &str) -> Self {
        Self::new(Place::Name(name.to_owned()))
    }
}

impl From<usize> for Field {
    fn from(number: usize) -> Self {
        Self::new(Place::Number(number))
    }
}

/// Writes the struct of fields and the ways over it from one list.
macro_rules! fields {
    ($( $(#[$meta:meta])* $field:ident $name:literal, )+) => {
        /// Where the fields of an [`Entry`](super::Entry) stand. What is not named is not read.
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct Fields {
            $( $(#[$meta])* pub $field: Option<Field>, )+
        }

        impl Fields {
            fn by_name(&mut self, name: &str) -> Option<&mut Option<Field>> {
                match name {
                    $( $name => Some(&mut self.$field), )+
                    _ => None,
                }
            }

            /// The fields that are named, with their names in a map.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Field)> {
                [$( ($name, &self.$field) ),+].into_iter().filter_map(|(name, field)| Some((name, field.as_ref()?)))
            }
        }
    };
}

fields! {
    /// The value itself. Required but for a list, where it is the line.
    value "value",
    /// What the value is, in the words of [`FieldMap::types`], in those of common feeds (`ipv4-addr`, `hostname`,
    /// `FileHash-SHA256`, `ip:port`, `hash` …), or as the path of an observable (`file:name`). Without it, or where it is
    /// empty, the value's form tells. `type` in a map.
    value_type "type",
    /// A name to show.
    name "name",
    /// More about it.
    description "description",
    /// How sure the producer is: a number from 0 to 100 (or to [`Field::scale`]), `%` allowed behind it, or one of the words
    /// `low`, `medium` (`med`) and `high`, which are 15, 50 and 85 (STIX 2.1 appendix A); `none` is 0 where
    /// [`FieldMap::empty`] does not have it.
    confidence "confidence",
    /// From when the value is bad: RFC 3339, the same with a blank for the `T`, without the seconds or without the zone,
    /// which then is UTC (a `UTC` or `GMT` behind it is fine); a day, `2024-05-01` or `2024/05/01`, which means its
    /// beginning; seconds or milliseconds since 1970; or what [`Field::format`] says.
    valid_from "valid_from",
    /// Until when: the first instant outside. In the same forms.
    valid_until "valid_until",
    /// When the producer last changed the line, in the same forms. Without it each reading makes a new version.
    modified "modified",
    /// What the value has to do with.
    tags "tags",
    /// Who says so, where a feed has several sources.
    source "source",
    /// The level of the Traffic Light Protocol, with or without `TLP:`.
    tlp "tlp",
    /// Where to read more: a URL, or an identifier of the producer's.
    reference "reference",
}

impl FieldMap {
    /// A map with the defaults of a format and without fields.
    ///
    /// ```
    /// use stixkit::feed::{Field, FieldMap, Format};
    ///
    /// let mut map = FieldMap::new(Format::JsonLines);
    /// map.fields.value = Some("indicator.value".into());
    /// map.fields.value_type = Some(Field::constant("ipv4"));
    /// ```
    pub fn new(format: Format) -> Self {
        let comments: &[&str] = match format {
            Format::List => &["#", ";", "//"],
            Format::Csv => &["#"],
            Format::Json | Format::JsonLines => &[],
        };
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Self {
            format,
            delimiter: ',',
            quote: Some('"'),
            comments: texts(comments),
            header: Header::First,
            items: Vec::new(),
            empty: texts(&["null", "none", "n/a", "-"]),
            types: BTreeMap::new(),
            scheme: None,
            fields: Fields::default(),
        }
    }

    /// Why the map cannot be used, where it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        let is_one_ascii = |letter: char| letter.is_ascii() && !matches!(letter, '\n' | '\r');
        if !is_one_ascii(self.delimiter) || !self.quote.is_none_or(is_one_ascii) || self.quote == Some(self.delimiter) {
            return Some("delimiter and quote have to be two ASCII characters".to_owned());
        }
        if self.format == Format::Csv && cfg!(not(feature = "csv")) {
            return Some("CSV is read with the feature `csv`".to_owned());
        }
        if self.format != Format::List && self.fields.value.is_none() {
            return Some("no field `value`".to_owned());
        }
        if self.format != Format::Json && !self.items.is_empty() {
            return Some(format!("the format {} has no `items`", self.format.as_str()));
        }
        if let Some((_, meant)) =
            self.types.iter().find(|(_, meant)| super::detect::Declared::from_word(meant).is_none())
        {
            return Some(format!("no known type: {meant}"));
        }
        self.fields.iter().find_map(|(name, field)| self.fault_of(name, field))
    }

    fn fault_of(&self, name: &str, field: &Field) -> Option<String> {
        use chrono::format::{Item, StrftimeItems};

        let is_time = matches!(name, "valid_from" | "valid_until" | "modified");
        let has_format_error =
            |format: &String| StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) || format.is_empty();
        let fault = match field {
            Field { separator: Some(separator), .. } if name != "tags" || separator.is_empty() => "separator",
            Field { format: Some(format), .. } if !is_time || has_format_error(format) => "format",
            Field { scale: Some(scale), .. } if name != "confidence" || scale.is_nan() || *scale <= 0.0 => "scale",
            Field { place: Place::Number(0), .. } => "number",
            Field { place: Place::Name(_), .. } if self.format == Format::Csv && self.header == Header::None => "name",
            Field { place: Place::Name(_) | Place::Number(_), .. } if self.format == Format::List => "place",
            Field { place: Place::Constant(text), .. } if !self.is_readable(name, field, text) => "constant",
            _ => return None,
        };
        Some(format!("the field `{name}` cannot have this {fault}"))
    }
}

impl FieldMap {
    /// Whether a constant is of the kind of its field: else every line would be bad.
    fn is_readable(&self, name: &str, field: &Field, text: &str) -> bool {
        match name {
            "type" => {
                let is_own = |word: &String| word.trim().to_lowercase() == text.trim().to_lowercase();
                super::detect::Declared::from_word(text).is_some() || self.types.keys().any(is_own)
            }
            "valid_from" | "valid_until" | "modified" => field::time(text, field.format.as_deref()).is_ok(),
            "confidence" => field::confidence(text, field.scale).is_ok(),
            "tlp" => field::tlp(text).is_ok(),
            _ => true,
        }
    }
}

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
                "items" => set(&mut map.items, value.as_str().map(super::lookup::path).or_else(|| texts(value))),
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

    #[test]
    fn what_does_not_go_together_is_told() {
        let fault = |text: &str| read(text).unwrap().fault();
        for text in [
            r#"{"format":"jsonl"}"#,
            r#"{"format":"jsonl","items":"a","fields":{"value":"a"}}"#,
            r#"{"format":"jsonl","types":{"a":"b"},"fields":{"value":"a"}}"#,
            r#"{"format":"jsonl","fields":{"value":0}}"#,
            r#"{"format":"jsonl","fields":{"value":{"name":"a","separator":","}}}"#,
            r#"{"format":"jsonl","fields":{"value":"a","valid_from":{"name":"a","format":"%Q"}}}"#,
            r#"{"format":"jsonl","fields":{"value":"a","confidence":{"name":"a","scale":0}}}"#,
            r#"{"format":"list","fields":{"value":"a"}}"#,
            r#"{"format":"list","fields":{"type":{"constant":"threat"}}}"#,
            r#"{"format":"list","fields":{"tlp":{"constant":"blue"}}}"#,
            r#"{"format":"list","fields":{"confidence":{"constant":101}}}"#,
            r#"{"format":"list","fields":{"valid_until":{"constant":"soon"}}}"#,
            r#"{"format":"list","quote":"\n"}"#,
            r#"{"format":"list","quote":","}"#,
        ] {
            assert!(fault(text).is_some(), "{text}");
        }
        assert_eq!(
            fault(r#"{"format":"list","fields":{"type":{"constant":"ip"},"tlp":{"constant":"TLP:RED"}}}"#),
            None
        );
        let own_word = r#"{"format":"list","types":{"Threat":"ip"},"fields":{"type":{"constant":"threat"}}}"#;
        assert_eq!(fault(own_word), None);
    }
}
