//! Regular expressions in the spelling of Lucene, which describe the whole value and know no
//! anchors.

use std::fmt::Write as _;

use super::regex::{Class, Node, Regex};
use super::regex_print::times;

/// Where the expression is written, and what it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a string, for a value.
    Value,
    /// In a string, for elements of a list that are joined by line breaks. Some element has to
    /// match.
    Lines,
    /// Between slashes, for a value.
    Slashes,
}

/// So long may an expression be: the default of `index.max_regex_length`.
const LONGEST: usize = 1000;

impl Regex {
    /// Returns an expression for all values in which this one is found.
    ///
    /// An error is the feature that Lucene does not have.
    pub(super) fn print_lucene(&self, place: Place) -> Result<String, &'static str> {
        let printer = Printer { place, ignore_case: self.ignore_case };
        let inner = printer.alternatives(&self.alternatives, true, true)?;
        let text = if place == Place::Lines { format!("(.*\n)?({inner})(\n.*)?") } else { inner };
        if text.chars().count() > LONGEST { Err("more characters than Lucene allows") } else { Ok(text) }
    }
}

#[derive(Clone, Copy)]
struct Printer {
    place: Place,
    ignore_case: bool,
}

impl Printer {
    /// `opens` and `closes`: whether the sequences start or end the expression, so that anything
    /// may come before or after them if they have no anchor there.
    fn alternatives(self, list: &[Vec<Node>], opens: bool, closes: bool) -> Result<String, &'static str> {
        let texts: Result<Vec<_>, _> = list.iter().map(|nodes| self.sequence(nodes, opens, closes)).collect();
        Ok(texts?.join("|"))
    }

    fn sequence(self, nodes: &[Node], opens: bool, closes: bool) -> Result<String, &'static str> {
        let mut rest = nodes;
        let (mut is_open, mut is_closed) = (opens, closes);
        while let (true, [Node::Start, others @ ..]) = (opens, rest) {
            (rest, is_open) = (others, false);
        }
        while let (true, [others @ .., Node::End]) = (closes, rest) {
            (rest, is_closed) = (others, false);
        }
        let mut out = String::new();
        let last = rest.len().saturating_sub(1);
        let has = |index: usize, anchor: &Node| rest.get(index).is_some_and(|node| has_anchor(node, anchor));
        if is_open && !has(0, &Node::Start) {
            self.anything(&mut out);
        }
        for (index, node) in rest.iter().enumerate() {
            let (first, final_one) = (index == 0 && is_open, index == last && is_closed);
            let opens = first && has_anchor(node, &Node::Start);
            let closes = final_one && has_anchor(node, &Node::End);
            match node {
                Node::Group(inner) if opens || closes => {
                    // Both ends of a group are open if it is the whole sequence.
                    let is_alone = first && final_one;
                    if is_alone && !opens {
                        out.clear();
                    }
                    let inner = self.alternatives(inner, opens || is_alone, closes || is_alone)?;
                    let _ = write!(out, "({inner})");
                    if is_alone {
                        return Ok(out);
                    }
                }
                node => self.node(node, &mut out)?,
            }
        }
        if is_closed && !(has(last, &Node::End)) && !(rest.is_empty() && is_open) {
            self.anything(&mut out);
        }
        Ok(if out.is_empty() { "()".to_owned() } else { out })
    }

    fn anything(self, out: &mut String) {
        self.any(out);
        out.push('*');
    }

    fn any(self, out: &mut String) {
        out.push_str(if self.place == Place::Lines { "[^\n]" } else { "." });
    }

    fn node(self, node: &Node, out: &mut String) -> Result<(), &'static str> {
        match node {
            Node::Literal('\n') if self.place == Place::Lines => return Err("a line break in an element of a list"),
            Node::Literal(character) => self.literal(*character, out),
            Node::Any => self.any(out),
            Node::Class(own) => self.class(own, out)?,
            Node::Start | Node::End => return Err("an anchor inside of the expression"),
            Node::Group(inner) => {
                let inner = self.alternatives(inner, false, false)?;
                let _ = write!(out, "({inner})");
            }
            // It is the one that `$` allows at the end, and no element has it.
            Node::Repeat { node, least: 0, .. }
                if self.place == Place::Lines && matches!(**node, Node::Literal('\n')) => {}
            Node::Repeat { node, least, most } => {
                self.node(node, out)?;
                times(*least, *most, out);
            }
        }
        Ok(())
    }

    fn literal(self, character: char, out: &mut String) {
        let other = other_case(character).filter(|_| self.ignore_case);
        match other {
            Some(other) => {
                let _ = write!(out, "[{character}{other}]");
            }
            // A backslash before the last slash would escape it.
            None if self.place == Place::Slashes && character == '\\' => out.push_str(r"[\\]"),
            None => self.escaped(character, out),
        }
    }

    fn escaped(self, character: char, out: &mut String) {
        let is_plain = matches!(character, '_' | '%' | '\'' | ',' | ';' | ':' | '=' | '!' | '`')
            || (character == '/' && self.place != Place::Slashes);
        if character.is_ascii_punctuation() && !is_plain {
            out.push('\\');
        }
        out.push(character);
    }

    fn class(self, own: &Class, out: &mut String) -> Result<(), &'static str> {
        let mut ranges = own.ranges.clone();
        if self.ignore_case {
            if !ranges.iter().all(|(start, end)| start.is_ascii() && end.is_ascii()) {
                return Err("ranges without regard to case");
            }
            ranges.extend(own.ranges.iter().flat_map(other_cases));
        }
        if self.place == Place::Lines {
            if own.negated {
                ranges.push(('\n', '\n'));
            } else {
                ranges = ranges.into_iter().flat_map(without_line_break).collect();
            }
        }
        if ranges.is_empty() {
            return Err("a line break in an element of a list");
        }
        out.push_str(if own.negated { "[^" } else { "[" });
        for (start, end) in ranges {
            self.escaped(start, out);
            if end != start {
                out.push('-');
                self.escaped(end, out);
            }
        }
        out.push(']');
        Ok(())
    }
}

/// Whether an anchor is in a group. Repeated anchors cannot be expressed.
fn has_anchor(node: &Node, anchor: &Node) -> bool {
    match node {
        Node::Group(inner) => inner.iter().flatten().any(|node| node == anchor || has_anchor(node, anchor)),
        _ => false,
    }
}

fn other_case(character: char) -> Option<char> {
    let mut upper = character.to_uppercase();
    let mut lower = character.to_lowercase();
    match (upper.next(), upper.next(), lower.next(), lower.next()) {
        (Some(upper), None, _, _) if upper != character => Some(upper),
        (_, _, Some(lower), None) if lower != character => Some(lower),
        _ => None,
    }
}

/// The letters of a range in the other case.
fn other_cases((start, end): &(char, char)) -> impl Iterator<Item = (char, char)> {
    let part = |first: char, last: char, to: fn(&char) -> char| {
        let (first, last) = ((*start).max(first), (*end).min(last));
        (first <= last).then(|| (to(&first), to(&last)))
    };
    [part('a', 'z', char::to_ascii_uppercase), part('A', 'Z', char::to_ascii_lowercase)].into_iter().flatten()
}

fn without_line_break((start, end): (char, char)) -> impl Iterator<Item = (char, char)> {
    let parts = if start <= '\n' && '\n' <= end {
        [(start <= '\t').then_some((start, '\t')), (end >= '\u{b}').then_some(('\u{b}', end))]
    } else {
        [Some((start, end)), None]
    };
    parts.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lucene(text: &str, place: Place) -> Result<String, &'static str> {
        Regex::parse(text).unwrap().print_lucene(place)
    }

    #[test]
    fn anchors_become_whole_values() {
        for (text, printed) in [
            ("a", ".*a.*"),
            ("^a", "a.*"),
            ("^a$", "a(\n?)"),
            (r"^\Aa\z", "a"),
            ("", ".*"),
            ("^", ".*"),
            (r"^\z", "()"),
            ("a|^b", ".*a.*|b.*"),
            ("(^|/)a", "(()|.*/)a.*"),
            (r"(?:^a|b)c\z", "(a|.*b)c"),
            (r"(a|b\z)", "(.*a.*|.*b)"),
            (r"x(a|b\z)", ".*x(a.*|b)"),
            (r"(^a|b)", "(a.*|.*b.*)"),
            ("(?i)a-é1", ".*[aA]\\-[éÉ]1.*"),
            ("(?i)[a-c]+", ".*[a-cA-C]+.*"),
            ("a{2,5}", ".*a{2,5}.*"),
        ] {
            assert_eq!(lucene(text, Place::Value).as_deref(), Ok(printed), "{text}");
        }
        for text in ["a^b", "(a^)b", "(^a)*"] {
            assert_eq!(lucene(text, Place::Value), Err("an anchor inside of the expression"), "{text}");
        }
        assert!(lucene(&"a".repeat(1001), Place::Value).is_err());
    }

    #[test]
    fn slashes_do_not_end_the_expression() {
        assert_eq!(lucene(r"/\\", Place::Slashes).as_deref(), Ok(r".*\/[\\].*"));
        assert_eq!(lucene(r"[/\\]", Place::Slashes).as_deref(), Ok(r".*[\/\\].*"));
    }

    #[test]
    fn elements_do_not_contain_line_breaks() {
        for (text, printed) in [
            ("^a$", "(.*\n)?(a(()))(\n.*)?"),
            ("a.", "(.*\n)?([^\n]*a[^\n][^\n]*)(\n.*)?"),
            (r"^[^x]\s", "(.*\n)?([^x\n][\t\u{b}-\r ][^\n]*)(\n.*)?"),
        ] {
            assert_eq!(lucene(text, Place::Lines).as_deref(), Ok(printed), "{text}");
        }
        assert!(lucene(r"a\nb", Place::Lines).is_err());
    }
}
