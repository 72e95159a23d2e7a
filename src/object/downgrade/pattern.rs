//! Patterns of STIX 2.1 in the dialect of 2.0, token by token: what they mean stays the same.
//!
//! This room knows nothing of the grammar of patterns, so it does not find out whether the text is
//! a pattern.

/// Names of properties in STIX 2.1, and in 2.0.
const NAMES: &[(&str, &str, &str)] = &[
    ("directory", "atime", "accessed"),
    ("directory", "ctime", "created"),
    ("directory", "mtime", "modified"),
    ("file", "atime", "accessed"),
    ("file", "ctime", "created"),
    ("file", "mtime", "modified"),
    ("process", "created_time", "created"),
    ("process", "image_ref", "binary_ref"),
    ("user-account", "credential_last_changed", "password_last_changed"),
    ("windows-registry-key", "modified_time", "modified"),
];

/// The pattern in the dialect of STIX 2.0. `None` if it uses `EXISTS`, which came with 2.1.
pub(super) fn pattern_in_20(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut path = Path::default();
    let mut is_after_start = false;
    let mut at = 0;
    while at < pattern.len() {
        let (kind, end) = token(pattern, at);
        let text = &pattern[at..end];
        let is_timestamp = text == "t" && pattern[end..].starts_with('\'');
        match kind {
            // START t'…' was START '…'.
            Kind::Word if is_timestamp && is_after_start => {}
            Kind::Word if text == "EXISTS" && !path.is_open && !pattern[end..].trim_start().starts_with(':') => {
                return None;
            }
            Kind::Word | Kind::String if path.is_open => out.push_str(path.step(text)),
            Kind::Word if !path.is_in_index => {
                path.start(text);
                out.push_str(text);
            }
            Kind::Blank | Kind::Word | Kind::String => out.push_str(text),
            Kind::Other => {
                path.punctuation(text);
                out.push_str(text);
            }
        }
        if kind != Kind::Blank && !is_timestamp {
            is_after_start = matches!(text, "START" | "STOP");
        }
        at = end;
    }
    Some(out)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// White space or a comment.
    Blank,
    Word,
    String,
    Other,
}

/// The kind of the token at `at`, which is before the end, and where the token ends.
fn token(pattern: &str, at: usize) -> (Kind, usize) {
    let rest = &pattern[at..];
    let first = rest.chars().next().unwrap_or(' ');
    let len_while = |keep: fn(char) -> bool| rest.find(|next| !keep(next)).unwrap_or(rest.len());
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |found| from + found + end.len());
    let (kind, len) = match first {
        '\'' => (Kind::String, string_len(rest)),
        _ if rest.starts_with("/*") => (Kind::Blank, until("*/", 2)),
        _ if rest.starts_with("//") => (Kind::Blank, until("\n", 2)),
        _ if first.is_whitespace() => (Kind::Blank, len_while(char::is_whitespace)),
        _ if first.is_ascii_alphanumeric() || first == '_' => {
            (Kind::Word, len_while(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '-')))
        }
        _ => (Kind::Other, first.len_utf8()),
    };
    (kind, at + len)
}

/// The length of the string that the text starts with, its quotes included.
fn string_len(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, next) in text.char_indices().skip(1) {
        match next {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The object path that is being read.
#[derive(Default)]
struct Path<'p> {
    object_type: &'p str,
    last: &'p str,
    /// Whether a step is due: after a colon or a dot.
    is_open: bool,
    /// Whether the index of a list is being read.
    is_in_index: bool,
    /// Whether the path leads into an extension, whose names are its author's.
    is_foreign: bool,
}

impl<'p> Path<'p> {
    /// A word that may be the type of an object.
    fn start(&mut self, word: &'p str) {
        *self = Self { object_type: word, ..Self::default() };
    }

    fn punctuation(&mut self, text: &str) {
        match text {
            ":" => self.is_open = true,
            "." => self.is_open = !self.object_type.is_empty(),
            "[" if !self.last.is_empty() => self.is_in_index = true,
            "]" | "*" if self.is_in_index => self.is_in_index = text == "*",
            _ => *self = Self::default(),
        }
    }

    /// A step of the path, under the name that it has in STIX 2.0.
    fn step(&mut self, step: &'p str) -> &'p str {
        let previous = std::mem::replace(&mut self.last, step);
        self.is_open = false;
        self.is_foreign |= step == "extensions";
        if previous == "hashes" || previous.ends_with("_hashes") {
            return match step {
                "SSDEEP" => "ssdeep",
                "'SSDEEP'" => "'ssdeep'",
                _ => step,
            };
        }
        let is_first = previous.is_empty();
        // A reference leads to an object whose type the path does not tell. No two types differ in
        // these names.
        let is_referred = previous.ends_with("_ref") || previous.ends_with("_refs");
        let applies = |object_type: &str| (is_first && object_type == self.object_type) || is_referred;
        let found = NAMES.iter().find(|(object_type, name, _)| *name == step && applies(object_type));
        found.filter(|_| !self.is_foreign).map_or(step, |(_, _, old)| old)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects() {
        for (pattern, expected) in [
            ("[ipv4-addr:value = '198.51.100.3']", Some("[ipv4-addr:value = '198.51.100.3']")),
            (
                "[a:b = 1] START t'2016-06-01T00:00:00Z' STOP /* t */ t'2016-07-01T00:00:00Z'",
                Some("[a:b = 1] START '2016-06-01T00:00:00Z' STOP /* t */ '2016-07-01T00:00:00Z'"),
            ),
            ("[file:ctime > t'2016-06-01T00:00:00Z']", Some("[file:created > t'2016-06-01T00:00:00Z']")),
            ("[file:name = 'START t\\'x\\' EXISTS']", Some("[file:name = 'START t\\'x\\' EXISTS']")),
            ("[EXISTS file:name]", None),
            ("[NOT EXISTS file:name]", None),
            ("[EXISTS:value = 1]", Some("[EXISTS:value = 1]")),
            ("[x-a:EXISTS = 1 AND x-a:b.EXISTS = 1]", Some("[x-a:EXISTS = 1 AND x-a:b.EXISTS = 1]")),
            (
                "[process:image_ref.mtime = t'2016-06-01T00:00:00Z' AND process:created_time = 1]",
                Some("[process:binary_ref.modified = t'2016-06-01T00:00:00Z' AND process:created = 1]"),
            ),
            ("[x-a:ctime = 1 OR email-message:x.ctime = 1]", Some("[x-a:ctime = 1 OR email-message:x.ctime = 1]")),
            ("[file:extensions.'x-a'.b_ref.ctime = 1]", Some("[file:extensions.'x-a'.b_ref.ctime = 1]")),
            ("[directory:contains_refs[*].atime = 1]", Some("[directory:contains_refs[*].accessed = 1]")),
            ("[directory:contains_refs[0].atime = 1]", Some("[directory:contains_refs[0].accessed = 1]")),
            (
                "[file:hashes.SSDEEP = 'a' OR file:hashes.'SSDEEP' = 'b']",
                Some("[file:hashes.ssdeep = 'a' OR file:hashes.'ssdeep' = 'b']"),
            ),
            ("[a:b = 'open \\", Some("[a:b = 'open \\")),
            ("/* open é", Some("/* open é")),
            ("", Some("")),
        ] {
            assert_eq!(pattern_in_20(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
