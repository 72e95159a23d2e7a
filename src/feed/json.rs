//! The items of JSON documents, one at a time.

use std::io::{self, Read};

use super::bad_line_reason::BadLineReason;
use super::input::Input;
use super::json_scan::{is_start, scan, skip_blanks, skip_to_object};

/// Lists and objects may hold items this deep. No producer has a reason for more.
const MAX_DEPTH: usize = 16;

/// A longer name leads to no items.
const MAX_NAME: usize = 1024;

/// Cuts JSON text into items.
#[derive(Debug)]
pub(super) struct Items {
    /// The names that lead to the items.
    path: Vec<String>,
    stack: Vec<Frame>,
    /// Something was broken: what does not fit is passed in silence until the next item.
    is_lost: bool,
    /// The path leads to items in the document that is open, be it to none of them.
    is_reached: bool,
    /// Names that the document has instead of those of the path.
    others: Vec<String>,
}

/// So many of them are told, and so many characters of each.
const MAX_OTHERS: usize = 8;
const MAX_OTHER: usize = 40;

/// A list or an object that is open.
#[derive(Debug)]
enum Frame {
    /// A list; so many names of the path were passed. Its elements are items where `is_last`.
    List { behind: usize, is_last: bool },
    /// An object whose members are gone through for the next name.
    Members { behind: usize },
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The text of an item; it need not be JSON.
    Item,
    /// Something that is not an item.
    Bad(BadLineReason),
    /// The path leads nowhere in a document, or to something that can hold no items.
    Astray,
    End,
}

impl Items {
    pub(super) fn new(path: Vec<String>) -> Self {
        Self { path, stack: Vec::new(), is_lost: false, is_reached: false, others: Vec::new() }
    }

    /// Names that the document has, if it has not those of the path.
    pub(super) fn others(&self) -> &[String] {
        &self.others
    }

    /// Looks for the next item, which then is in `text`, and sets the number of the line that it
    /// begins on.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
        text: &mut Vec<u8>,
        max: usize,
        line: &mut u64,
    ) -> io::Result<Found> {
        loop {
            text.clear();
            let Some(byte) = skip_blanks(input)? else {
                *line = input.line;
                return Ok(self.end());
            };
            *line = input.line;
            let found = match (self.stack.last(), byte) {
                (Some(Frame::List { .. }), b']') | (Some(Frame::Members { .. }), b'}') => {
                    input.consume(1);
                    self.stack.pop();
                    let is_astray = self.stack.is_empty() && !self.is_reached;
                    is_astray.then_some(Found::Astray)
                }
                (Some(_), b',') => {
                    input.consume(1);
                    None
                }
                (Some(&Frame::Members { behind }), b'"') => self.member(input, text, max, behind, line)?,
                (Some(Frame::List { is_last: true, .. }), _) if is_start(byte) => Some(self.item(input, text, max)?),
                (Some(&Frame::List { behind, .. }), _) if is_start(byte) => {
                    self.value(input, text, max, behind, line)?
                }
                (None, _) if is_start(byte) => {
                    self.is_reached = false;
                    self.others.clear();
                    self.value(input, text, max, 0, line)?
                }
                _ => self.skip_broken(input)?,
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }

    /// The input is at its end.
    fn end(&mut self) -> Found {
        let is_open = !self.stack.is_empty();
        self.stack.clear();
        let reason = BadLineReason::Json("the document does not end".to_owned());
        if is_open { Found::Bad(reason) } else { Found::End }
    }

    /// A member of an object, which is passed unless its name is the next one of the path.
    fn member<R: Read>(
        &mut self,
        input: &mut Input<R>,
        text: &mut Vec<u8>,
        max: usize,
        behind: usize,
        line: &mut u64,
    ) -> io::Result<Option<Found>> {
        let name = self.name(input, text)?;
        if skip_blanks(input)? != Some(b':') {
            return Ok(Some(self.lost("expected `:`")));
        }
        input.consume(1);
        let wanted = &self.path[behind];
        let is_wanted = wanted == "*" || name.as_ref().is_some_and(|name| name == wanted);
        if !is_wanted && self.others.len() < MAX_OTHERS {
            self.others.extend(name.map(|name| name.chars().take(MAX_OTHER).collect()));
        }
        if is_wanted {
            self.others.clear();
            return self.value(input, text, max, behind + 1, line);
        }
        skip_blanks(input)?;
        let is_whole = scan(input, &mut Vec::new(), 0)?.is_whole;
        Ok((!is_whole).then(|| self.lost("expected a value")))
    }

    /// Something that is not a value, which is reported once.
    fn skip_broken<R: Read>(&mut self, input: &mut Input<R>) -> io::Result<Option<Found>> {
        let was_lost = std::mem::replace(&mut self.is_lost, true);
        skip_to_object(input)?;
        Ok((!was_lost).then(|| Found::Bad(BadLineReason::Json("expected a value".to_owned()))))
    }

    /// A value that so many names of the path lead to.
    fn value<R: Read>(
        &mut self,
        input: &mut Input<R>,
        text: &mut Vec<u8>,
        max: usize,
        behind: usize,
        line: &mut u64,
    ) -> io::Result<Option<Found>> {
        let byte = skip_blanks(input)?;
        *line = input.line;
        let is_last = behind == self.path.len();
        let is_container = matches!(byte, Some(b'[' | b'{'));
        if is_last && !is_container && self.path.last().is_some_and(|name| name != "*") {
            return Ok(Some(Found::Astray));
        }
        self.is_reached |= is_last;
        let frame = match byte {
            Some(b'[') => Frame::List { behind, is_last },
            Some(b'{') if !is_last => Frame::Members { behind },
            _ if is_last => return self.item(input, text, max).map(Some),
            _ => {
                // If a name leads to text or a number, there are no items.
                let is_whole = scan(input, &mut Vec::new(), 0)?.is_whole;
                let is_root = self.stack.is_empty();
                return Ok(match (is_whole, is_root) {
                    (true, false) => None,
                    (true, true) => Some(Found::Astray),
                    (false, _) => Some(self.lost("expected a value")),
                });
            }
        };
        if self.stack.len() == MAX_DEPTH {
            scan(input, &mut Vec::new(), 0)?;
            return Ok(Some(self.lost("nested too deep")));
        }
        input.consume(1);
        // Nothing is missing in a list that is empty, nor among any names of an object without
        // names.
        let is_empty = match frame {
            Frame::List { .. } => skip_blanks(input)? == Some(b']'),
            Frame::Members { behind } => self.path[behind] == "*" && skip_blanks(input)? == Some(b'}'),
        };
        self.is_reached |= is_empty;
        self.stack.push(frame);
        Ok(None)
    }

    fn item<R: Read>(&mut self, input: &mut Input<R>, text: &mut Vec<u8>, max: usize) -> io::Result<Found> {
        let scanned = scan(input, text, max)?;
        self.is_lost = !scanned.is_whole;
        Ok(if scanned.is_too_long { Found::Bad(BadLineReason::TooLong) } else { Found::Item })
    }

    /// The name of a member, decoded.
    fn name<R: Read>(&self, input: &mut Input<R>, text: &mut Vec<u8>) -> io::Result<Option<String>> {
        let scanned = scan(input, text, MAX_NAME)?;
        let name = serde_json::from_slice(text).ok().filter(|_| scanned.is_whole && !scanned.is_too_long);
        text.clear();
        Ok(name)
    }

    fn lost(&mut self, fault: &str) -> Found {
        self.is_lost = true;
        Found::Bad(BadLineReason::Json(fault.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items, bad ones as their reason behind a `!`, with their lines.
    fn items(text: &str, path: &[&str]) -> Vec<String> {
        let mut input = Input::open(text.as_bytes()).unwrap();
        let mut items = Items::new(path.iter().map(|&name| name.to_owned()).collect());
        let (mut buffer, mut line, mut all) = (Vec::new(), 0, Vec::new());
        loop {
            match items.next(&mut input, &mut buffer, 1000, &mut line).unwrap() {
                Found::Item => all.push(format!("{line} {}", String::from_utf8_lossy(&buffer))),
                Found::Bad(reason) => all.push(format!("{line} !{reason}")),
                Found::Astray => {
                    all.push(format!("{line} astray"));
                    return all;
                }
                Found::End => return all,
            }
        }
    }

    #[test]
    fn one_item_a_list_or_several_documents() {
        assert_eq!(items(r#"{"a":1}"#, &[]), [r#"1 {"a":1}"#]);
        assert_eq!(items("[{\"a\":1},\n {\"a\":\"]}\\\"\"}]", &[]), [r#"1 {"a":1}"#, r#"2 {"a":"]}\""}"#]);
        assert_eq!(items("{\"a\":1}\n{\"a\":2}{\"a\":3}", &[]), [r#"1 {"a":1}"#, r#"2 {"a":2}"#, r#"2 {"a":3}"#]);
        assert_eq!(items("[1, \"b\", null, [2]]", &[]), ["1 1", "1 \"b\"", "1 null", "1 [2]"]);
        assert_eq!(items(" \n", &[]), [""; 0]);
        assert_eq!(items("[]", &[]), [""; 0]);
        assert_eq!(items("5", &[]), ["1 5"]);
    }

    #[test]
    fn items_behind_names() {
        let text = r#"{"status": "ok", "x": [{"data": 1}], "data": [{"a": 1}, {"a": 2}], "z": null}"#;
        assert_eq!(items(text, &["data"]), [r#"1 {"a": 1}"#, r#"1 {"a": 2}"#]);
        let by_id = r#"{"17": [{"a": 1}], "18": [{"a": 2}, {"a": 3}]}"#;
        assert_eq!(items(by_id, &["*"]), [r#"1 {"a": 1}"#, r#"1 {"a": 2}"#, r#"1 {"a": 3}"#]);
        let pages = r#"[{"d": {"a": 1}}, {"d": {"a": 2}, "e": {}}]"#;
        assert_eq!(items(pages, &["d"]), [r#"1 {"a": 1}"#, r#"1 {"a": 2}"#]);
        assert_eq!(items(r#"{"d": "none"}"#, &["d", "e"]), ["1 astray"]);
        assert_eq!(items(r#"{"d\u0061ta": [5]}"#, &["data"]), ["1 5"]);
        assert_eq!(items("5", &["d"]), ["1 astray"]);
    }

    #[test]
    fn r01_a_path_that_leads_nowhere_is_told() {
        let cases: [(&str, &[&str], &[&str]); 14] = [
            (r#"{"query_status": "unknown_auth_key"}"#, &["data"], &["1 astray"]),
            (r#"{"data": [{"a": 1}]}"#, &["dta"], &["1 astray"]),
            (r#"{"data": "none"}"#, &["data"], &["1 astray"]),
            (r#"{"data": null}"#, &["data"], &["1 astray"]),
            (r#"{"data": []}"#, &["data"], &[]),
            (r#"{"data": {"a": 1}}"#, &["data"], &[r#"1 {"a": 1}"#]),
            (r#"{"data": {}}"#, &["data", "x"], &["1 astray"]),
            (r#"{"data": {}}"#, &["data", "*"], &[]),
            (r#"{"data": {"a": "198.51.100.7"}}"#, &["data", "*"], &[r#"1 "198.51.100.7""#]),
            ("{}", &["*"], &[]),
            ("{}", &["data"], &["1 astray"]),
            ("[]", &["data"], &[]),
            ("[{}, {}]", &["data"], &["1 astray"]),
            // One page of two.
            ("{\"d\": [5]}\n{\"e\": [5]}", &["d"], &["1 5", "2 astray"]),
        ];
        for (text, path, expected) in cases {
            assert_eq!(items(text, path), expected, "{text} {path:?}");
        }
    }

    #[test]
    fn a_broken_item_costs_no_neighbour() {
        let text = "[{\"a\": oops}, {\"b\": \"no end},\n{\"c\": 1}, {\"d\" ]}, {\"e\": 1}]";
        let expected = ["1 {\"a\": oops}", "1 {\"b\": \"no end},", "2 {\"c\": 1}", "2 {\"d\" ]", "2 {\"e\": 1}"];
        assert_eq!(items(text, &[]), expected);
        let page = items("<html>{\"a\": 1}</html>", &[]);
        assert_eq!(page, ["1 !not JSON: expected a value", "1 {\"a\": 1}", "1 !not JSON: expected a value"]);
        assert_eq!(items("[{\"a\": 1}, {\"b\": 2", &[]).len(), 3);
        assert_eq!(items("[{\"a\": 1}", &[]), ["1 {\"a\": 1}", "1 !not JSON: the document does not end"]);
        assert_eq!(items(r#"{"d" [1]}"#, &["d"])[0], "1 !not JSON: expected `:`");
    }

    #[test]
    fn a_bomb_costs_no_memory() {
        let deep = "[".repeat(100_000);
        assert_eq!(items(&deep, &["a"]), ["1 !not JSON: nested too deep", "1 !not JSON: the document does not end"]);
        assert_eq!(items(&deep, &[]).len(), 2);
        let long = format!("[{{\"a\": \"{}\"}}, {{\"b\": 1}}]", "x".repeat(200_000));
        assert_eq!(items(&long, &[]), ["1 !longer than the limit", "1 {\"b\": 1}"]);
    }
}
