//! Regular expressions in the spelling of engines that are like RE2, PCRE or Java.

use std::fmt::Write as _;

use super::regex::{Class, Node, Regex};

/// What differs between engines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    /// What makes `.` match line breaks, and without regard to case.
    pub(super) start: &'static str,
    pub(super) start_any_case: &'static str,
    /// The end of the value.
    pub(super) end: &'static str,
    /// What precedes four hexadecimal digits of a character; `\x` takes two of them.
    pub(super) code: &'static str,
}

/// RE2, the crate `regex`, PCRE and Java.
pub(super) const USUAL: Spelling = Spelling { start: "(?s)", start_any_case: "(?is)", end: r"\z", code: r"\x" };
/// Those of Sigma, whose options are modifiers of the key. Not all engines have another end than
/// `$`, which is also before a last line break.
pub(super) const SIGMA: Spelling = Spelling { start: "", start_any_case: "", end: "$", code: r"\x" };
/// The advanced expressions of Postgres, in which `.` matches line breaks.
pub(super) const POSTGRES: Spelling = Spelling { start: "(?s)", start_any_case: "(?is)", end: r"\Z", code: r"\u" };

impl Regex {
    /// Returns the text of the expression, to be searched for.
    pub(super) fn print(&self, spelling: &Spelling) -> String {
        let start = if self.ignore_case { spelling.start_any_case } else { spelling.start };
        let mut out = start.to_owned();
        alternatives(&self.alternatives, spelling, &mut out);
        out
    }

    /// Whether the expression asks for the end of the value.
    pub(super) fn has_end(&self) -> bool {
        has_end(&self.alternatives)
    }

    /// Whether the expression may match an empty value.
    pub(super) fn may_match_nothing(&self) -> bool {
        may_be_empty(&self.alternatives)
    }
}

fn has_end(alternatives: &[Vec<Node>]) -> bool {
    let is_end = |node: &Node| match node {
        Node::Literal(_) | Node::Any | Node::Class(_) | Node::Start => false,
        Node::End => true,
        Node::Group(inner) => has_end(inner),
        Node::Repeat { node, .. } => matches!(&**node, Node::Group(inner) if has_end(inner)),
    };
    alternatives.iter().flatten().any(is_end)
}

fn may_be_empty(alternatives: &[Vec<Node>]) -> bool {
    let is_empty = |node: &Node| match node {
        Node::Literal(_) | Node::Any | Node::Class(_) => false,
        Node::Start | Node::End => true,
        Node::Group(inner) => may_be_empty(inner),
        Node::Repeat { node, least, .. } => *least == 0 || matches!(&**node, Node::Group(inner) if may_be_empty(inner)),
    };
    alternatives.iter().any(|nodes| nodes.iter().all(is_empty))
}

fn alternatives(list: &[Vec<Node>], spelling: &Spelling, out: &mut String) {
    for (index, nodes) in list.iter().enumerate() {
        if index > 0 {
            out.push('|');
        }
        nodes.iter().for_each(|part| node(part, spelling, out));
    }
}

fn node(part: &Node, spelling: &Spelling, out: &mut String) {
    match part {
        Node::Literal(character) => literal(*character, spelling, out),
        Node::Any => out.push('.'),
        Node::Class(own) => class(own, spelling, out),
        Node::Start => out.push('^'),
        Node::End => out.push_str(spelling.end),
        Node::Group(inner) => {
            out.push_str("(?:");
            alternatives(inner, spelling, out);
            out.push(')');
        }
        Node::Repeat { node: inner, least, most } => {
            node(inner, spelling, out);
            times(*least, *most, out);
        }
    }
}

/// Appends how often something is repeated.
pub(super) fn times(least: u32, most: Option<u32>, out: &mut String) {
    // Writing to a string does not fail.
    let _ = match (least, most) {
        (0, None) => out.write_char('*'),
        (1, None) => out.write_char('+'),
        (0, Some(1)) => out.write_char('?'),
        (least, None) => write!(out, "{{{least},}}"),
        (least, Some(most)) if least == most => write!(out, "{{{least}}}"),
        (least, Some(most)) => write!(out, "{{{least},{most}}}"),
    };
}

fn class(own: &Class, spelling: &Spelling, out: &mut String) {
    out.push_str(if own.negated { "[^" } else { "[" });
    for (start, end) in &own.ranges {
        literal(*start, spelling, out);
        if end != start {
            out.push('-');
            literal(*end, spelling, out);
        }
    }
    out.push(']');
}

fn literal(character: char, spelling: &Spelling, out: &mut String) {
    if character.is_ascii_control() {
        let width = if spelling.code == r"\u" { 4 } else { 2 };
        let _ = write!(out, "{}{:0width$x}", spelling.code, u32::from(character));
        return;
    }
    if character.is_ascii_punctuation()
        && !matches!(character, '_' | '<' | '>' | '\'' | '"' | '`' | ',' | ';' | ':' | '=' | '!' | '%' | '@' | '/')
    {
        out.push('\\');
    }
    out.push(character);
}
