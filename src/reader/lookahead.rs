//! Classifies a value by its first members: a container, an object of STIX, or something around
//! them.
//!
//! A feed may be larger than memory, so the answer is given as early as the members allow.

use crate::json::scan::{Lexer, TokenKind};

/// How many levels below an object that is not a container itself containers are searched for.
const MAX_WRAPPING: usize = 6;

/// What a value turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A bundle or an envelope.
    Container,
    /// An object with the type and identifier of a STIX object, or with one of the two.
    Object,
    /// A list or an object that is not a STIX object, but has STIX objects somewhere below it.
    Around,
    /// Anything else.
    Other,
}

/// Classifies the object or list that the text starts with. Returns `None` if more text is needed.
pub(super) fn look(text: &str) -> Option<Look> {
    let mut levels: Vec<Level<'_>> = Vec::new();
    // Brackets open below the levels that are looked into.
    let mut deeper = 0_usize;
    for token in Lexer::new(text.as_bytes(), 0) {
        let value = &text[token.start..token.end];
        let answer = match token.kind {
            TokenKind::OpenString => return None,
            TokenKind::Open(_) if deeper > 0 || levels.len() > MAX_WRAPPING => {
                deeper += 1;
                None
            }
            TokenKind::Open(bracket) => open(&mut levels, bracket),
            TokenKind::Close(_) if deeper > 0 => {
                deeper -= 1;
                None
            }
            TokenKind::Close(_) => close(&mut levels),
            _ if deeper > 0 => None,
            TokenKind::String => string(&mut levels, value),
            TokenKind::Colon => {
                levels.iter_mut().last().into_iter().for_each(|level| level.is_value_next = true);
                None
            }
            TokenKind::Comma | TokenKind::Scalar => {
                levels.iter_mut().last().into_iter().for_each(|level| level.is_value_next = false);
                None
            }
        };
        match (answer, levels.first()) {
            // Below `objects` of what has no members but those of an envelope.
            (Some(Look::Around), Some(root)) if root.only_envelope && root.key == "objects" => {
                return Some(Look::Container);
            }
            (Some(_), _) => return answer,
            (None, _) => {}
        }
    }
    None
}

/// An object or a list that is open.
struct Level<'t> {
    is_list: bool,
    /// A colon was read, so that a value is next.
    is_value_next: bool,
    key: &'t str,
    type_name: Option<&'t str>,
    id: Option<&'t str>,
    /// No other member than those of an envelope was seen.
    only_envelope: bool,
    /// What is below a property of STIX that may hold anything is not looked at.
    is_opaque: bool,
}

/// Properties of STIX objects that may hold anything, and come before `id` in alphabetical order.
const OPAQUE: [&str; 5] = ["definition", "extensions", "external_references", "granular_markings", "kill_chain_phases"];

fn open(levels: &mut Vec<Level<'_>>, bracket: u8) -> Option<Look> {
    let parent = levels.iter_mut().last();
    let mut is_opaque = false;
    let is_objects = parent.as_ref().is_some_and(|parent| parent.is_value_next && parent.key == "objects");
    if let Some(parent) = parent {
        is_opaque = parent.is_opaque || (parent.is_value_next && OPAQUE.contains(&parent.key));
        parent.is_value_next = false;
    }
    if is_objects && bracket == b'[' && levels.len() == 1 {
        return Some(Look::Container);
    }
    levels.push(Level {
        is_list: bracket == b'[',
        is_value_next: false,
        key: "",
        type_name: None,
        id: None,
        only_envelope: true,
        is_opaque,
    });
    None
}

fn close(levels: &mut Vec<Level<'_>>) -> Option<Look> {
    let closed = levels.pop()?;
    match levels.last() {
        Some(parent) => {
            let is_empty = closed.is_list && closed.key.is_empty();
            let is_envelope = is_empty && parent.key == "objects" && parent.only_envelope && !parent.is_opaque;
            is_envelope.then_some(Look::Around)
        }
        None if closed.is_list => Some(Look::Other),
        None if closed.type_name.is_some() || closed.id.is_some() => Some(Look::Object),
        None if closed.only_envelope => Some(Look::Container),
        None => Some(Look::Other),
    }
}

/// A key, or a text as the value of one.
fn string<'t>(levels: &mut [Level<'t>], quoted: &'t str) -> Option<Look> {
    let depth = levels.len();
    let level = levels.last_mut()?;
    let text = &quoted[1..quoted.len() - 1];
    if !level.is_value_next {
        level.key = text;
        level.only_envelope &= matches!(text, "more" | "next" | "objects");
        return None;
    }
    level.is_value_next = false;
    match level.key {
        "type" => level.type_name = Some(text),
        "id" if text.contains("--") => level.id = Some(text),
        _ => return None,
    }
    let is_bundle = level.type_name == Some("bundle") || level.id.is_some_and(|id| id.starts_with("bundle--"));
    let prefix = level.id.and_then(|id| id.split_once("--")).map(|(prefix, _)| prefix);
    match (level.type_name, prefix) {
        _ if level.is_opaque => None,
        _ if is_bundle => Some(if depth == 1 { Look::Container } else { Look::Around }),
        // The identifier is enough, since `type` may come late.
        (_, Some(_)) if depth == 1 => Some(Look::Object),
        (Some(type_name), Some(prefix)) if type_name == prefix => Some(Look::Around),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = r#"{"type":"url","id":"url--1"}"#;

    #[test]
    fn first_members_tell_what_a_value_is() {
        for (text, expected) in [
            (r#"{"type":"bundle","#, Some(Look::Container)),
            (r#"{"id":"bundle--1","#, Some(Look::Container)),
            (r#"{"x":1,"objects":["#, Some(Look::Container)),
            ("{}", Some(Look::Container)),
            (r#"{"more":false}"#, Some(Look::Container)),
            (r#"{"more":false,"objects":{"a":1}}"#, Some(Look::Container)),
            (r#"{"more":false,"objects":{"type":"url","id":"url--1","#, Some(Look::Container)),
            (r#"{"type":"url","#, None),
            (r#"{"type":"url"}"#, Some(Look::Object)),
            (r#"{"id":"url--1","#, Some(Look::Object)),
            (r#"{"type":"x","data":{"type":"bundle","#, Some(Look::Around)),
            (r#"{"extensions":{"a":{"type":"url","id":"url--1"}},"id":"url--1","#, Some(Look::Object)),
            (r#"{"a":1}"#, Some(Look::Other)),
            (r#"{"objects":1,"x":2}"#, Some(Look::Other)),
            ("[1]", Some(Look::Other)),
            (r#"{"a":{"type":"url","id":"file--1"}}"#, Some(Look::Other)),
            (r#"{"a":{"more":false,"objects":[]"#, Some(Look::Around)),
            (r#"{"a":"b"#, None),
        ] {
            assert_eq!(look(text), expected, "{text}");
        }
    }

    #[test]
    fn objects_are_found_below_to_a_bound() {
        for levels in 1..12 {
            let text = format!("{}{OBJECT}{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
            let expected = if levels <= MAX_WRAPPING { Look::Around } else { Look::Other };
            assert_eq!(look(&text), Some(expected), "{levels}");
        }
        assert_eq!(look(&format!("[[{OBJECT}]]")), Some(Look::Around));
    }
}
