//! JSON text, written piece by piece.

use super::datetime::datetime;
use crate::Timestamp;
use crate::json::cursor::is_plain;
use crate::json::properties::quoted;

/// Texts as the text of a JSON array, which `todynamic` reads; `None` for no texts.
pub(super) fn json_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Option<String> {
    let mut texts = texts.into_iter().peekable();
    texts.peek()?;
    // Most lists have one or two words.
    let mut list = String::with_capacity(64);
    for text in texts {
        list.push(if list.is_empty() { '[' } else { ',' });
        quote(text.as_ref(), &mut list);
    }
    list.push(']');
    Some(list)
}

/// Keys and values as the text of a JSON array of objects with these names for the two.
pub(super) fn parts_list<'o>(names: [&str; 2], parts: impl Iterator<Item = (&'o str, &'o str)>) -> String {
    let mut list = String::from("[");
    for (key, value) in parts {
        list.push_str(if list.len() > 1 { "," } else { "" });
        let mut part = JsonObject::default();
        part.put_text(names[0], key);
        part.put_text(names[1], value);
        list.push_str(&part.finish().unwrap_or_default());
    }
    list.push(']');
    list
}

/// Adds the text as a JSON string. Most text has nothing to escape.
pub(super) fn quote(text: &str, out: &mut String) {
    if is_plain(text) {
        out.reserve(text.len() + 2);
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&quoted(text));
    }
}

/// The text of a JSON object, while it is written: without the brace at its end.
#[derive(Debug, Default)]
pub(super) struct JsonObject(String);

impl JsonObject {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds a member that is a text. The name goes between quotes as it is.
    pub(super) fn put_text(&mut self, name: &str, text: &str) {
        self.name(name);
        quote(text, &mut self.0);
    }

    /// Adds a member that is a time, as Kusto takes it. It has nothing to escape.
    pub(super) fn put_time(&mut self, name: &str, time: &Timestamp) {
        self.name(name);
        self.0.push('"');
        datetime(time).with_text(|text| self.0.push_str(text));
        self.0.push('"');
    }

    /// Adds a member whose value is JSON already.
    pub(super) fn put_json(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// The bytes so far.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The object; `None` where it has no members.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(self.0)
    }
}
