//! How a feed is written, and where its fields are.

use std::collections::BTreeMap;

use super::condition::Condition;
use super::field::Fields;
use super::format::{Delimiter, Encoding, Format, Header};

/// How a feed is written, and which of its columns or properties means what.
///
/// A map is built in Rust, or read from JSON, in which only `format` is required and an unknown key
/// is an error:
///
/// ```
/// use stixkit::feed::{Condition, Field, FieldMap, Fields, Format};
///
/// let map: FieldMap = serde_json::from_str(r##"{
///     "format": "csv",
///     "delimiter": ";",
///     "types": {"c2": "ip:port"},
///     "when": {"status": "online"},
///     "fields": {
///         "value": "ioc",
///         "type": "ioc type",
///         "valid_from": {"name": "first seen", "format": "%d.%m.%Y"},
///         "confidence": {"name": "score", "scale": 10}
///     }
/// }"##)?;
/// let mut built = FieldMap::new(Format::Csv)
///     .with_delimiter(';')
///     .with_type("c2", "ip:port")
///     .with_when(Condition::equals("status", "online"))
///     .with_fields(
///         Fields::default()
///             .with_value("ioc")
///             .with_value_type("ioc type")
///             .with_valid_from(Field::from("first seen").with_format("%d.%m.%Y"))
///             .with_confidence(Field::from("score").with_scale(10.0)),
///     );
/// assert_eq!(map, built);
/// assert_eq!(serde_json::from_value::<FieldMap>(serde_json::to_value(&map)?)?, map);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Keys
///
/// | key | means | default | example |
/// |---|---|---|---|
/// | `format` | `list`, `csv`, `json` or `jsonl` | | `"csv"` |
/// | `delimiter` | what is between columns: one ASCII character, or in a list `"whitespace"` (blanks and tabs) | `,` in CSV; a list has one column | `"\t"` |
/// | `quote` | what is around columns of CSV, one ASCII character or `null` | `"` | `"'"` |
/// | `comment` | the texts that a comment begins with | `#`, `;` and `//` in a list, `#` in CSV | `["#", "!"]` |
/// | `header` | `true`: the first record has the names of the columns; `"comment"`: the last comment before the first record has them; `false`: there are none | `true` | `"comment"` |
/// | `encoding` | `"windows-1252"`: how text that is not UTF-8 is read | such a line is bad | `"windows-1252"` |
/// | `items` | the path to the items of a JSON document, `*` being any name | the document, or the elements of its list | `"response.*.Event"` |
/// | `inside` | the paths inside an item to the lists of what is read; their parents' properties then have the names `..name` | the item itself | `["Attribute", "Object[].Attribute"]` |
/// | `empty` | texts that mean that there is nothing, in any case | `null`, `none`, `n/a`, `-` | `["?", ""]` |
/// | `types` | the feed's own words for types, and what they mean | | `{"botnet_cc": "ip:port"}` |
/// | `when` | conditions of which one has to hold; other items are skipped | | `{"status": ["online", "unknown"]}` |
/// | `skip` | conditions of which none may hold | | `[{"to_ids": false}, {"tags": {"matches": "*false*positive*"}}]` |
/// | `fields` | where the fields of an entry are: [`Fields`] | | `{"value": "ioc", "tags": "tags"}` |
///
/// A **condition** is an object from places to tests, all of which have to hold: a text, number or
/// boolean (the text is equal, in any case), a list (it is one of them), `{"matches": "*.example"}`
/// (a glob, or a list of them) or `{"exists": true}`. A place is the name of a column, its number
/// if there are no names, or the path of a property.
///
/// A **field** is one of these, or a list of several:
///
/// | field | means | example |
/// |---|---|---|
/// | a text | the name of a column; for JSON the path of a property, as a JSON pointer (`/a/b`) or with dots (`a.b`). `Tag[].name` is the name of each element of a list, `""` the item itself, `..name` a property of a parent | `"first_seen"` |
/// | a number | the number of a column from 1, or of an element of an item that is a list | `3` |
/// | `name`, `number` | the same, with the keys below beside it | `{"name": "tags", "separator": ","}` |
/// | `constant` | always this text | `{"constant": "green"}` |
/// | `template` | several columns or properties in one text | `{"template": "{ip}:{port}"}` |
///
/// | key of a field | means | for | example |
/// |---|---|---|---|
/// | `type` | what the values at this place are | `value` | `{"name": "md5_hash", "type": "md5"}` |
/// | `scheme` | the scheme of URLs without one | `value` | `{"name": "link", "scheme": "http"}` |
/// | `separator` | the text between several values | fields that may have several | `{"name": "tags", "separator": ","}` |
/// | `format` | the form of a time, as in `strftime` | times | `{"name": "date", "format": "%d.%m.%Y"}` |
/// | `scale` | the highest number | `confidence`, `severity` | `{"name": "score", "scale": 10}` |
/// | `words` | the feed's own words, and what they mean | all but `value` and `type` | `{"name": "risk", "words": {"Moderate": "50"}}` |
/// | `prefix` | what the text begins with; other texts do not count | all but `value` and `type` | `{"name": "Tag[].name", "prefix": "tlp:"}` |
/// | `chain` | the name of the kill chain | `kill_chain` | `{"name": "tactic", "chain": "mitre-attack"}` |
/// | `strict` | whether text that cannot be read makes the line bad | all but `value` and `type` | `{"name": "tlp", "strict": true}` |
///
/// A map that cannot be used is an error that names the key: `` `fields.valid_from.format`: … ``.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldMap {
    /// How the feed is written.
    pub format: Format,
    /// What is between the columns of CSV or a list.
    pub delimiter: Delimiter,
    /// What is around a column of CSV that contains delimiters. Inside such a column, two of them
    /// are one.
    pub quote: Option<char>,
    /// The texts that a comment begins with. Comments are on lines of their own; in lists they may
    /// also follow a value.
    pub comments: Vec<String>,
    /// Where the names of the columns are.
    pub header: Header,
    /// How text that is not UTF-8 is read.
    pub encoding: Encoding,
    /// The names that lead to the items of a JSON document, `*` being any name. A list on the way
    /// stands for each of its elements. A document in which they lead to no list or object is an
    /// error; an empty list is a feed without entries.
    pub items: Vec<String>,
    /// The paths inside an item to the lists of what is read, for feeds in which a value depends on
    /// what it is part of. Each item is then read as a whole, and may be
    /// [64 times](super::FeedReader::with_max_item_bytes) as large.
    pub inside: Vec<String>,
    /// Texts that mean that there is nothing, whatever their case.
    pub empty: Vec<String>,
    /// The feed's own words for types, whatever their case, and what they mean in the words that
    /// are known.
    pub types: BTreeMap<String, String>,
    /// Which items are read.
    pub conditions: Conditions,
    /// Where the fields of an entry are.
    pub fields: Fields,
}

/// Which items of a feed are read. The others are [skipped](super::FeedCounts::skipped).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditions {
    /// One of these has to hold, if there are any.
    pub when: Vec<Condition>,
    /// None of these may hold.
    pub skip: Vec<Condition>,
}

impl FieldMap {
    /// Creates a map with the defaults of a format and without fields.
    ///
    /// ```
    /// use stixkit::feed::{Field, FieldMap, Fields, Format};
    ///
    /// let fields = Fields::default().with_value("indicator.value").with_value_type(Field::constant("ipv4"));
    /// let map = FieldMap::new(Format::JsonLines).with_fields(fields);
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
            delimiter: if format == Format::Csv { Delimiter::Char(',') } else { Delimiter::None },
            quote: Some('"'),
            comments: texts(comments),
            header: Header::First,
            encoding: Encoding::Utf8,
            items: Vec::new(),
            inside: Vec::new(),
            empty: texts(&["null", "none", "n/a", "-"]),
            types: BTreeMap::new(),
            conditions: Conditions::default(),
            fields: Fields::default(),
        }
    }

    /// Sets where the fields are.
    #[must_use]
    pub fn with_fields(mut self, fields: Fields) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the character between columns.
    #[must_use]
    pub fn with_delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = Delimiter::Char(delimiter);
        self
    }

    /// Makes blanks and tabs the delimiter of a list.
    #[must_use]
    pub fn with_whitespace(mut self) -> Self {
        self.delimiter = Delimiter::Whitespace;
        self
    }

    /// Sets where the names of the columns are.
    #[must_use]
    pub fn with_header(mut self, header: Header) -> Self {
        self.header = header;
        self
    }

    /// Sets how text that is not UTF-8 is read.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets the path to the items of a JSON document: names with dots between, or a JSON pointer.
    #[must_use]
    pub fn with_items(mut self, path: &str) -> Self {
        self.items = super::path::path(path);
        self
    }

    /// Adds a path inside an item to a list of what is read.
    #[must_use]
    pub fn with_inside(mut self, path: impl Into<String>) -> Self {
        self.inside.push(path.into());
        self
    }

    /// Adds a word of the feed for a type, and what it means.
    #[must_use]
    pub fn with_type(mut self, word: impl Into<String>, meaning: impl Into<String>) -> Self {
        self.types.insert(word.into(), meaning.into());
        self
    }

    /// Adds a condition of which one has to hold.
    #[must_use]
    pub fn with_when(mut self, condition: Condition) -> Self {
        self.conditions.when.push(condition);
        self
    }

    /// Adds a condition that may not hold.
    #[must_use]
    pub fn with_skip(mut self, condition: Condition) -> Self {
        self.conditions.skip.push(condition);
        self
    }
}
