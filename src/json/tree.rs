//! JSON as a tree that can be changed, for code that moves properties about.

use std::borrow::Cow;

use super::cursor::{Cursor, MAX_DEPTH};
use super::properties::{Properties, quoted};
use super::scan::{self, Lexer, Token, TokenKind};

/// A JSON value. Scalars stay text, so that numbers keep their digits and strings their spelling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Map(Members),
    List(Vec<Tree>),
    /// A string, a number, a literal, or a value below the deepest level of the tree, as text.
    Leaf(Box<str>),
}

/// The members of an object in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Members(Vec<Member>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    /// The name as it is written, with its quotes.
    quoted: Box<str>,
    pub(crate) value: Tree,
}

impl Tree {
    /// The tree of text that is known to be one JSON value. Time linear in the text.
    pub(crate) fn new(text: &str) -> Self {
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        lexer.next().map_or_else(|| Self::leaf("null"), |token| Self::read(text, token, &mut lexer, MAX_DEPTH))
    }

    fn read(text: &str, first: Token, lexer: &mut Lexer<'_>, depth: usize) -> Self {
        match first.kind {
            TokenKind::Open(_) if depth == 0 => Self::leaf(&text[first.start..skip(first, lexer)]),
            TokenKind::Open(b'[') => {
                let mut elements = Vec::new();
                while let Some(token) = lexer.next() {
                    match token.kind {
                        TokenKind::Close(_) => break,
                        TokenKind::Comma => {}
                        _ => elements.push(Self::read(text, token, lexer, depth - 1)),
                    }
                }
                Self::List(elements)
            }
            TokenKind::Open(_) => {
                let mut members = Members::default();
                while let Some(name) = lexer.next() {
                    match name.kind {
                        TokenKind::Close(_) => break,
                        TokenKind::Comma => continue,
                        _ => {}
                    }
                    // The colon, and the value.
                    lexer.next();
                    let Some(token) = lexer.next() else { break };
                    let value = Self::read(text, token, lexer, depth - 1);
                    members.0.push(Member { quoted: text[name.start..name.end].into(), value });
                }
                Self::Map(members)
            }
            _ => Self::leaf(&text[first.start..first.end]),
        }
    }

    /// The properties of an object. `None` for any other value, and if it is nested too deep.
    pub(crate) fn to_properties(&self) -> Option<Properties> {
        let mut text = String::new();
        self.write(&mut text);
        let (properties, _) = Properties::read(&mut Cursor::new(&text, MAX_DEPTH)).ok()??;
        Some(properties)
    }

    fn leaf(json: &str) -> Self {
        Self::Leaf(json.into())
    }

    /// A string.
    pub(crate) fn string(text: &str) -> Self {
        Self::Leaf(quoted(text).into())
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Leaf(json) => scan::decode(json),
            _ => None,
        }
    }

    /// The JSON of a scalar.
    pub(crate) fn as_json(&self) -> Option<&str> {
        match self {
            Self::Leaf(json) => Some(json),
            _ => None,
        }
    }

    pub(crate) fn as_map(&mut self) -> Option<&mut Members> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn as_list(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Adds the JSON of the value to `out`.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(json) => out.push_str(json),
            Self::List(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    element.write(out);
                }
                out.push(']');
            }
            Self::Map(members) => members.write(out),
        }
    }
}

impl From<&Properties> for Tree {
    fn from(properties: &Properties) -> Self {
        // OK because properties always have a JSON form.
        Self::new(&serde_json::to_string(properties).unwrap_or_default())
    }
}

/// Steps over the rest of a value whose first token is an open bracket. Returns its end.
fn skip(first: Token, lexer: &mut Lexer<'_>) -> usize {
    let (mut depth, mut end) = (1_usize, first.end);
    for token in lexer {
        end = token.end;
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    end
}

impl Member {
    pub(crate) fn new(name: &str, value: Tree) -> Self {
        Self { quoted: quoted(name).into(), value }
    }

    /// The name. One with a lone surrogate is empty.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        scan::decode(&self.quoted).unwrap_or_default()
    }

    pub(crate) fn rename(&mut self, name: &str) {
        self.quoted = quoted(name).into();
    }
}

impl Members {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.0.iter_mut()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.iter().map(Member::name)
    }

    /// The place of a member. Time linear in the number of members.
    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|member| member.name() == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    pub(crate) fn get(&mut self, name: &str) -> Option<&mut Tree> {
        let place = self.position(name)?;
        Some(&mut self.0[place].value)
    }

    /// Takes a member out and returns its value.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Tree> {
        let place = self.position(name)?;
        Some(self.0.remove(place).value)
    }

    /// Keeps the members whose values are to be kept.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Tree) -> bool) {
        self.0.retain(|member| keep(&member.value));
    }

    /// Gives a member another name, in its place.
    pub(crate) fn rename(&mut self, name: &str, new: &str) {
        if let Some(place) = self.position(name) {
            self.0[place].rename(new);
        }
    }

    /// Adds a member at the end, whose name is new.
    pub(crate) fn push(&mut self, name: &str, value: Tree) {
        self.0.push(Member::new(name, value));
    }

    /// Sets a member, in its place if there is one, else at the end.
    pub(crate) fn set(&mut self, name: &str, value: Tree) {
        match self.get(name) {
            Some(own) => *own = value,
            None => self.push(name, value),
        }
    }

    pub(crate) fn write(&self, out: &mut String) {
        out.push('{');
        for (at, member) in self.0.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            out.push_str(&member.quoted);
            out.push(':');
            member.value.write(out);
        }
        out.push('}');
    }

    pub(crate) fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tree: &Tree) -> String {
        let mut out = String::new();
        tree.write(&mut out);
        out
    }

    #[test]
    fn a_value_is_written_as_it_was() {
        let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
        for text in [r#"{"a":[1.50,{"\u0062":null},[]],"c":"\ud800","d":{}}"#, "7", r#""x""#, &deep] {
            assert_eq!(written(&Tree::new(text)), text);
        }
    }

    #[test]
    fn members_are_found_moved_and_set() {
        let mut tree = Tree::new(r#"{"\u0061":1,"b":"x"}"#);
        let members = tree.as_map().unwrap();
        assert!(members.has("a") && !members.has("c"));
        members.rename("a", "c");
        members.set("b", Tree::string("q\"q"));
        members.set("d", Tree::new("[]"));
        assert_eq!(members.to_json(), r#"{"c":1,"b":"q\"q","d":[]}"#);
        assert_eq!(members.remove("b").unwrap().as_str().as_deref(), Some("q\"q"));
        assert_eq!(members.remove("b"), None);
        assert_eq!(members.names().collect::<Vec<_>>(), ["c", "d"]);
    }
}
