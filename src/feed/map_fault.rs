//! Why a field map cannot be used.

use chrono::format::{Item, StrftimeItems};

use super::declared::Declared;
use super::field::{Field, Place};
use super::field_map::FieldMap;
use super::field_value;
use super::format::{Delimiter, Format, Header};
use super::lookup::next_name;

/// The fields that may have several values.
pub(super) const SEVERAL: [&str; 7] =
    ["value", "tags", "references", "indicator_types", "malware", "actor", "kill_chain"];

const TIMES: [&str; 3] = ["valid_from", "valid_until", "modified"];

impl FieldMap {
    /// Why the map cannot be used, beginning with the key that is at fault.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault_of_layout()
            .or_else(|| self.fault_of_words())
            .or_else(|| self.fault_of_conditions())
            .or_else(|| self.fields.iter().find_map(|(name, places)| self.fault_of_field(name, places)))
    }

    fn fault_of_layout(&self) -> Option<String> {
        let is_one_ascii = |letter: char| letter.is_ascii() && !matches!(letter, '\n' | '\r');
        let fault = |key: &str, text: &str| Some(format!("`{key}`: {text}"));
        match self.delimiter {
            Delimiter::Char(letter) if !is_one_ascii(letter) || self.quote == Some(letter) => {
                return fault("delimiter", "it has to be an ASCII character, and another one than the quote");
            }
            Delimiter::None | Delimiter::Whitespace if self.format == Format::Csv => {
                return fault("delimiter", "CSV needs one character; blanks and tabs separate the columns of a list");
            }
            Delimiter::Char(_) | Delimiter::None | Delimiter::Whitespace => {}
        }
        if !self.quote.is_none_or(is_one_ascii) {
            return fault("quote", "it has to be an ASCII character");
        }
        if self.format == Format::Csv && cfg!(not(feature = "csv")) {
            return fault("format", "CSV is read with the feature `csv`");
        }
        let has_columns = self.format != Format::List || self.delimiter != Delimiter::None;
        if has_columns && self.fields.value.is_empty() {
            return fault("fields", "there is no field `value`");
        }
        let is_json = matches!(self.format, Format::Json | Format::JsonLines);
        if self.format != Format::Json && !self.items.is_empty() {
            return Some(format!("`items`: the format {} has none", self.format.as_str()));
        }
        if !is_json && !self.inside.is_empty() {
            return Some(format!("`inside`: the format {} has none", self.format.as_str()));
        }
        None
    }

    fn fault_of_words(&self) -> Option<String> {
        let unknown = self.types.iter().find(|(_, meant)| Declared::from_word(meant).is_none());
        unknown.map(|(word, meant)| format!("`types.{word}`: there is no type `{meant}`"))
    }

    fn fault_of_conditions(&self) -> Option<String> {
        let when = self.conditions.when.iter().map(|own| ("when", own));
        let skip = self.conditions.skip.iter().map(|own| ("skip", own));
        let mut tests = when.chain(skip).flat_map(|(key, own)| own.tests.iter().map(move |(place, _)| (key, place)));
        tests.find_map(|(key, place)| {
            let fault = self.fault_of_place(place)?;
            let name = match place {
                Place::Name(name) | Place::Template(name) | Place::Constant(name) => name.clone(),
                Place::Number(number) => number.to_string(),
            };
            Some(format!("`{key}.{name}`: {fault}"))
        })
    }

    fn fault_of_field(&self, name: &str, places: &[Field]) -> Option<String> {
        places.iter().enumerate().find_map(|(number, field)| {
            let (key, fault) = self.fault_of(name, field)?;
            let place = if places.len() > 1 { format!("[{number}]") } else { String::new() };
            let key = if key.is_empty() { String::new() } else { format!(".{key}") };
            Some(format!("`fields.{name}{place}{key}`: {fault}"))
        })
    }

    fn fault_of(&self, name: &str, field: &Field) -> Option<(&'static str, String)> {
        let fault = |key: &'static str, text: &str| Some((key, text.to_owned()));
        let is_value = name == "value";
        let has_format_error =
            |format: &String| StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) || format.is_empty();
        match field {
            Field { separator: Some(_), .. } if !SEVERAL.contains(&name) => {
                return fault("separator", "the field has one value");
            }
            Field { separator: Some(separator), .. } if separator.is_empty() => {
                return fault("separator", "it is empty");
            }
            Field { format: Some(_), .. } if !TIMES.contains(&name) => {
                return fault("format", "the field is not a time");
            }
            Field { format: Some(format), .. } if has_format_error(format) => {
                return fault("format", "it is not a form of `strftime`");
            }
            Field { scale: Some(_), .. } if !matches!(name, "confidence" | "severity") => {
                return fault("scale", "the field is not a number");
            }
            Field { scale: Some(scale), .. } if !scale.is_finite() || *scale <= 0.0 => {
                return fault("scale", "it has to be greater than 0");
            }
            Field { chain: Some(_), .. } if name != "kill_chain" => return fault("chain", "only `kill_chain` has one"),
            Field { value_type, scheme, .. } if !is_value && (value_type.is_some() || scheme.is_some()) => {
                return fault("", "only `value` has a `type` and a `scheme`");
            }
            Field { value_type: Some(word), .. } if !self.is_type(word) => {
                return Some(("type", format!("there is no type `{word}`")));
            }
            Field { words, prefix, is_strict, .. }
                if (is_value || name == "type") && (*is_strict || !words.is_empty() || prefix.is_some()) =>
            {
                return fault("", "`words`, `prefix` and `strict` are for other fields; `types` has words for types");
            }
            _ => {}
        }
        if let Some(text) = self.fault_of_place(&field.place) {
            return Some(("", text));
        }
        match &field.place {
            Place::Constant(_) if field.prefix.is_some() => Some(("prefix", "a constant needs none".to_owned())),
            Place::Constant(text) if !self.is_readable(name, field, text) => {
                Some(("constant", format!("`{text}` cannot be read")))
            }
            _ => None,
        }
    }

    fn fault_of_place(&self, place: &Place) -> Option<String> {
        let is_named = match self.format {
            Format::List => false,
            Format::Csv => self.header != Header::None,
            Format::Json | Format::JsonLines => true,
        };
        let text = match place {
            Place::Number(0) => "columns are numbered from 1",
            Place::Name(_) if !is_named => "columns have no names here, but numbers",
            Place::Name(name) if name.starts_with("..") && (self.inside.is_empty() || self.format == Format::Csv) => {
                "only what is `inside` an item has a parent"
            }
            Place::Number(_) if self.format == Format::List && self.delimiter == Delimiter::None => {
                "the list has no columns: name a `delimiter`"
            }
            Place::Template(text) => return self.fault_of_template(text),
            Place::Number(_) | Place::Name(_) | Place::Constant(_) => return None,
        };
        Some(text.to_owned())
    }

    fn fault_of_template(&self, text: &str) -> Option<String> {
        let mut rest = text;
        let mut count = 0;
        while let Some((_, name, after)) = next_name(rest) {
            let is_number = matches!(self.format, Format::List) || self.header == Header::None;
            let place = match name.parse() {
                Ok(number) if is_number => Place::Number(number),
                _ => Place::Name(name.to_owned()),
            };
            if let Some(fault) = self.fault_of_place(&place) {
                return Some(format!("`{{{name}}}`: {fault}"));
            }
            count += 1;
            rest = after;
        }
        let is_broken = count == 0 || rest.contains(['{', '}']);
        is_broken.then(|| "a template has names between braces: `{ip}:{port}`".to_owned())
    }

    fn is_type(&self, word: &str) -> bool {
        let is_own = |own: &String| own.trim().to_lowercase() == word.trim().to_lowercase();
        Declared::from_word(word).is_some() || self.types.keys().any(is_own)
    }

    /// Whether a constant is of the kind of its field: otherwise it would be set aside on every
    /// line.
    fn is_readable(&self, name: &str, field: &Field, text: &str) -> bool {
        let text = field.words.get(text).map_or(text, String::as_str);
        match name {
            "type" => self.is_type(text),
            "valid_from" | "valid_until" | "modified" => field_value::time(text, field.format.as_deref()).is_ok(),
            "confidence" => field_value::confidence(text, field.scale).is_ok(),
            "tlp" => field_value::tlp(text).is_ok(),
            "severity" => field_value::severity(text, field.scale).is_ok(),
            "revoked" => field_value::flag(text).is_ok(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_go_together_is_told_with_its_key() {
        for (text, key) in [
            (r#"{"format":"jsonl"}"#, "`fields`"),
            (r#"{"format":"jsonl","items":"a","fields":{"value":"a"}}"#, "`items`"),
            (r#"{"format":"list","inside":"a"}"#, "`inside`"),
            (r#"{"format":"jsonl","types":{"a":"b"},"fields":{"value":"a"}}"#, "`types.a`"),
            (r#"{"format":"jsonl","fields":{"value":0}}"#, "`fields.value`"),
            (
                r#"{"format":"jsonl","fields":{"value":"a","name":{"name":"a","separator":","}}}"#,
                "`fields.name.separator`",
            ),
            (
                r#"{"format":"jsonl","fields":{"value":"a","valid_from":{"name":"a","format":"%Q"}}}"#,
                "`fields.valid_from.format`",
            ),
            (
                r#"{"format":"jsonl","fields":{"value":"a","confidence":{"name":"a","scale":0}}}"#,
                "`fields.confidence.scale`",
            ),
            (r#"{"format":"jsonl","fields":{"value":["a",{"name":"b","type":"what"}]}}"#, "`fields.value[1].type`"),
            (r#"{"format":"jsonl","fields":{"value":"..a"}}"#, "`fields.value`"),
            (r#"{"format":"jsonl","fields":{"value":{"template":"a"}}}"#, "`fields.value`"),
            (r#"{"format":"jsonl","fields":{"value":"a","name":{"name":"b","scheme":"http"}}}"#, "`fields.name`"),
            (r#"{"format":"jsonl","fields":{"value":"a","name":{"name":"b","chain":"c"}}}"#, "`fields.name.chain`"),
            (r#"{"format":"list","when":{"a":"b"}}"#, "`when.a`"),
            (r#"{"format":"list","skip":{"1":"b"}}"#, "`skip.1`"),
            (r#"{"format":"list","fields":{"value":"a"}}"#, "`fields.value`"),
            (r#"{"format":"list","delimiter":" "}"#, "`fields`"),
            (r#"{"format":"list","fields":{"type":{"constant":"threat"}}}"#, "`fields.type.constant`"),
            (r#"{"format":"list","fields":{"tlp":{"constant":"blue"}}}"#, "`fields.tlp.constant`"),
            (r#"{"format":"list","fields":{"confidence":{"constant":101}}}"#, "`fields.confidence.constant`"),
            (r#"{"format":"list","fields":{"valid_until":{"constant":"soon"}}}"#, "`fields.valid_until.constant`"),
            (r#"{"format":"list","quote":"\n"}"#, "`quote`"),
            (r#"{"format":"list","delimiter":"\"","fields":{"value":1}}"#, "`delimiter`"),
            (r#"{"format":"csv","delimiter":"whitespace","fields":{"value":1}}"#, "`delimiter`"),
        ] {
            let map: FieldMap = serde_json::from_str(text).unwrap();
            let fault = map.fault().unwrap_or_default();
            assert!(fault.starts_with(&format!("{key}: ")), "{text}: {fault}");
        }
        for text in [
            r#"{"format":"list","fields":{"type":{"constant":"ip"},"tlp":{"constant":"TLP:RED"}}}"#,
            r#"{"format":"list","types":{"Threat":"ip"},"fields":{"type":{"constant":"threat"}}}"#,
            r#"{"format":"list","delimiter":"whitespace","skip":{"2":"localhost"},"fields":{"value":2}}"#,
        ] {
            assert_eq!(serde_json::from_str::<FieldMap>(text).unwrap().fault(), None);
        }
    }
}
