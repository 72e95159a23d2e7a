//! The JSON of objects as Sentinel keeps it: without empty members, and with long texts cut.

use crate::json::scan;

/// Where a text is cut, in characters.
const MOST_CHARACTERS: usize = 1000;

/// Deeper values are kept as they are: trimming recurses.
const DEEPEST: usize = 100;

/// The text of a JSON object without the members that `is_left_out` names, without members that are
/// `null` or empty at any depth, and with every text cut at 1,000 characters.
///
/// `json` is what was serialized: there is no white space between its tokens.
pub(super) fn trimmed(json: &str, is_left_out: impl Fn(&str) -> bool) -> String {
    let mut trimmer = Trimmer { text: json, at: 0, out: String::with_capacity(json.len()) };
    trimmer.object(0, &is_left_out);
    trimmer.out
}

struct Trimmer<'t> {
    text: &'t str,
    at: usize,
    out: String,
}

impl Trimmer<'_> {
    fn is_at(&self, byte: u8) -> bool {
        self.text.as_bytes().get(self.at) == Some(&byte)
    }

    /// Steps over a byte, if it is this one.
    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.is_at(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// Writes the value that begins here, and reports whether there is something in it.
    fn value(&mut self, depth: usize) -> bool {
        if self.is_at(b'"') {
            return self.string();
        }
        if depth < DEEPEST && self.is_at(b'{') {
            return self.object(depth, &|_| false);
        }
        if depth < DEEPEST && self.is_at(b'[') {
            return self.list(depth);
        }
        let end = scan::value_end(self.text.as_bytes(), self.at);
        let value = &self.text[self.at..end];
        self.out.push_str(value);
        self.at = end;
        !matches!(value, "null" | "")
    }

    fn string(&mut self) -> bool {
        let end = scan::string_end(self.text.as_bytes(), self.at).unwrap_or(self.text.len());
        let inner = self.text.get(self.at + 1..end - 1).unwrap_or_default();
        self.out.push('"');
        self.out.push_str(cut(inner));
        self.out.push('"');
        self.at = end;
        !inner.is_empty()
    }

    fn object(&mut self, depth: usize, is_left_out: &dyn Fn(&str) -> bool) -> bool {
        self.takes(b'{');
        self.out.push('{');
        let start = self.out.len();
        while self.is_at(b'"') {
            let name_start = self.at;
            let name_end = scan::string_end(self.text.as_bytes(), name_start).unwrap_or(self.text.len());
            self.at = name_end;
            self.takes(b':');
            let name = &self.text[name_start..name_end];
            if scan::decode(name).is_some_and(|name| is_left_out(&name)) {
                self.at = scan::value_end(self.text.as_bytes(), self.at);
            } else {
                let before = self.out.len();
                if before > start {
                    self.out.push(',');
                }
                self.out.push_str(name);
                self.out.push(':');
                if !self.value(depth + 1) {
                    self.out.truncate(before);
                }
            }
            self.takes(b',');
        }
        self.takes(b'}');
        let has_members = self.out.len() > start;
        self.out.push('}');
        has_members
    }

    /// Elements stay where they are, empty ones too: what refers to them does so by their places.
    fn list(&mut self, depth: usize) -> bool {
        self.takes(b'[');
        self.out.push('[');
        let start = self.out.len();
        while self.at < self.text.len() && !self.is_at(b']') {
            self.value(depth + 1);
            if self.takes(b',') {
                self.out.push(',');
            }
        }
        self.takes(b']');
        let has_elements = self.out.len() > start;
        self.out.push(']');
        has_elements
    }
}

/// The first 1,000 characters of what stands between the quotes of a JSON string. An escape is one
/// character, and so are the two that a character beyond the first 65,536 takes.
fn cut(inner: &str) -> &str {
    if inner.len() <= MOST_CHARACTERS {
        return inner;
    }
    let mut at = 0;
    for _ in 0..MOST_CHARACTERS {
        if at >= inner.len() {
            return inner;
        }
        at += character_len(&inner[at..]);
    }
    inner.get(..at).unwrap_or(inner)
}

fn character_len(rest: &str) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    match rest.as_bytes() {
        [b'\\', b'u', ..] => {
            let is_pair = matches!((unit(0), unit(6)), (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)));
            if is_pair { 12 } else { 6 }
        }
        [b'\\', ..] => 2,
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
    .min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_pairs_go_at_any_depth() {
        let json = r#"{"a":"","b":{"c":null,"d":{"e":[]}},"f":[{"g":{}},""],"h":false,"i":0,"\u006a":1,"k":"}\""}"#;
        assert_eq!(trimmed(json, |name| name == "j"), r#"{"f":[{},""],"h":false,"i":0,"k":"}\""}"#);
        assert_eq!(trimmed("{}", |_| false), "{}");
        assert_eq!(trimmed(r#"{"a":1}"#, |_| true), "{}");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        for (unit, count) in
            [("a", 1), ("ü", 1), ("𝄞", 1), ("\\n", 1), ("\\u00e9", 1), ("\\ud834\\udd1e", 1), ("\\ud834", 1)]
        {
            let text = |units: usize| format!(r#"{{"a":["{}"]}}"#, unit.repeat(units / count));
            assert_eq!(trimmed(&text(1001), |_| false), text(1000), "{unit}");
            assert_eq!(trimmed(&text(1000), |_| false), text(1000), "{unit}");
        }
        // A half of a pair before a whole one.
        let text = format!(r#"{{"a":"{}\ud834\ud834\udd1e"}}"#, "a".repeat(999));
        assert_eq!(trimmed(&text, |_| false), text.replace(r"\ud834\udd1e", ""));
    }

    #[test]
    fn bottomless_values_are_kept() {
        let depth = 100_000;
        let json = format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert_eq!(trimmed(&json, |_| false), json);
    }
}
