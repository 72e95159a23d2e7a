//! How a feed is written, and where its fields are.

use std::collections::BTreeMap;

use super::declared::Declared;
use super::field::{Field, Fields, Place};
use super::field_value;
use super::format::{Format, Header};

/// Says how a feed is written and which of its columns or properties means what.
///
/// It reads from a small JSON file, in which only `format` is required and an unknown name is an
/// error:
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
/// A field is the name of a column; its number from 1; for JSON the path of a property, as a JSON
/// pointer (`/a/b`) or with dots (`a.b`), `""` being the item itself; or an object with `name`,
/// `number` or `constant`, and `separator`, `format` or `scale` beside it. See [`Field`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldMap {
    /// How the feed is written.
    pub format: Format,
    /// What stands between the columns of CSV.
    pub delimiter: char,
    /// What stands around a column of CSV that holds delimiters. Doubled, it stands for itself.
    pub quote: Option<char>,
    /// What the first character of a comment may be, or the first characters. Comments stand on
    /// lines of their own; in lists also behind a value.
    pub comments: Vec<String>,
    /// Where the names of the columns are.
    pub header: Header,
    /// The names that lead to the items of a JSON document, `*` being any name. A list on the way
    /// stands for each of its elements. A document in which they lead to no list or object is an
    /// error; an empty list is a feed without entries.
    pub items: Vec<String>,
    /// Texts that mean that there is nothing, whatever their case.
    pub empty: Vec<String>,
    /// The feed's own words for types, whatever their case, and what they mean in the words that
    /// are known.
    pub types: BTreeMap<String, String>,
    /// What URLs without a scheme begin with: `http`.
    pub scheme: Option<String>,
    /// Where the fields of an entry stand.
    pub fields: Fields,
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
        if let Some((_, meant)) = self.types.iter().find(|(_, meant)| Declared::from_word(meant).is_none()) {
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

    /// Whether a constant is of the kind of its field: else every line would be bad.
    fn is_readable(&self, name: &str, field: &Field, text: &str) -> bool {
        match name {
            "type" => {
                let is_own = |word: &String| word.trim().to_lowercase() == text.trim().to_lowercase();
                Declared::from_word(text).is_some() || self.types.keys().any(is_own)
            }
            "valid_from" | "valid_until" | "modified" => field_value::time(text, field.format.as_deref()).is_ok(),
            "confidence" => field_value::confidence(text, field.scale).is_ok(),
            "tlp" => field_value::tlp(text).is_ok(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FieldMap, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
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
