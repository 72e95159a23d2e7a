//! Regular expressions of `MATCHES`: the part of PCRE that all engines have with one meaning.
//!
//! Each language prints the parsed expression in its own spelling. Classes such as `\d` are those of ASCII, as in PCRE.

/// An expression that is searched for in a value. `.` matches line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Regex {
    /// Upper and lower case are the same.
    pub(super) ignore_case: bool,
    /// Sequences, one of which has to match.
    pub(super) alternatives: Vec<Vec<Node>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Literal(char),
    Any,
    Class(Class),
    /// The start of the value.
    Start,
    /// The end of the value, without a line break before it.
    End,
    Group(Vec<Vec<Self>>),
    Repeat {
        node: Box<Self>,
        least: u32,
        most: Option<u32>,
    },
}

/// Ranges of characters, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) negated: bool,
    pub(super) ranges: Vec<(char, char)>,
}

/// So deep may groups be nested.
const DEEPEST: usize = 32;
/// So often may something be repeated by number: a limit of RE2.
const MOST_REPEATS: u32 = 1000;
const DIGITS: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];

impl Regex {
    /// Reads an expression, or returns the feature that not all engines have.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let (ignore_case, text) = match text.strip_prefix("(?i)") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parser = Parser { rest: text, depth: 0 };
        let alternatives = parser.alternatives()?;
        if !parser.rest.is_empty() {
            return Err("balanced parentheses");
        }
        if repetitions(&alternatives) > MOST_REPEATS {
            return Err("more repetitions");
        }
        Ok(Self { ignore_case, alternatives })
    }

    /// Makes an expression for a whole value.
    pub(super) fn from_literal(text: &str) -> Self {
        Self::part(true, text, true)
    }

    /// Makes an expression for values that start with a text.
    pub(super) fn starts_with(text: &str) -> Self {
        Self::part(true, text, false)
    }

    /// Makes an expression for values that end with a text.
    pub(super) fn ends_with(text: &str) -> Self {
        Self::part(false, text, true)
    }

    /// Makes an expression for values that contain a text.
    pub(super) fn contains(text: &str) -> Self {
        Self::part(false, text, false)
    }

    fn part(at_start: bool, text: &str, at_end: bool) -> Self {
        let start = at_start.then_some(Node::Start);
        let end = at_end.then_some(Node::End);
        let nodes = start.into_iter().chain(text.chars().map(Node::Literal)).chain(end).collect();
        Self { ignore_case: false, alternatives: vec![nodes] }
    }

    /// Makes an expression for `LIKE`, which describes the whole value.
    pub(super) fn from_like(pattern: &str) -> Self {
        let mut nodes = vec![Node::Start];
        for character in pattern.chars() {
            nodes.push(match character {
                '%' => Node::Repeat { node: Box::new(Node::Any), least: 0, most: None },
                '_' => Node::Any,
                other => Node::Literal(other),
            });
        }
        nodes.push(Node::End);
        Self { ignore_case: false, alternatives: vec![nodes] }
    }
}

/// The largest product of nested repetitions.
fn repetitions(alternatives: &[Vec<Node>]) -> u32 {
    let of = |node: &Node| match node {
        Node::Group(inner) => repetitions(inner),
        Node::Repeat { node, least, most } => {
            let own = most.unwrap_or(*least).max(1);
            match &**node {
                Node::Group(inner) => own.saturating_mul(repetitions(inner)),
                _ => own,
            }
        }
        _ => 1,
    };
    alternatives.iter().flatten().map(of).max().unwrap_or(1)
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn alternatives(&mut self) -> Result<Vec<Vec<Node>>, &'static str> {
        let mut alternatives = vec![self.sequence()?];
        while self.eat("|") {
            alternatives.push(self.sequence()?);
        }
        Ok(alternatives)
    }

    fn sequence(&mut self) -> Result<Vec<Node>, &'static str> {
        let mut nodes: Vec<Node> = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let node = self.atom()?;
            let node = self.repeated(node)?;
            nodes.push(node);
        }
        Ok(nodes)
    }

    fn atom(&mut self) -> Result<Node, &'static str> {
        Ok(match self.next().unwrap_or_default() {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => return self.end(),
            '(' => return self.group(),
            '[' => Node::Class(self.class()?),
            '\\' => return self.escape(),
            '*' | '+' | '?' => return Err("something to repeat"),
            '{' if self.rest.starts_with(|next: char| next.is_ascii_digit() || next == ',') => {
                return Err("something to repeat");
            }
            other => Node::Literal(other),
        })
    }

    /// `$` is also true before a last line break, which is spelled out.
    fn end(&self) -> Result<Node, &'static str> {
        if self.depth > 0 || !(self.rest.is_empty() || self.rest.starts_with('|')) {
            return Err("`$` before the end of the expression");
        }
        let line_break = Node::Repeat { node: Box::new(Node::Literal('\n')), least: 0, most: Some(1) };
        Ok(Node::Group(vec![vec![line_break, Node::End]]))
    }

    fn group(&mut self) -> Result<Node, &'static str> {
        if self.rest.starts_with('?') && !self.eat("?:") {
            return Err(match self.rest.as_bytes().get(1) {
                Some(b'=' | b'!') => "look-around",
                Some(b'<') => "look-around or a named group",
                _ => "options inside of the expression",
            });
        }
        if self.rest.starts_with('*') {
            return Err("verbs");
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("deeper groups");
        }
        let alternatives = self.alternatives()?;
        self.depth -= 1;
        if self.eat(")") { Ok(Node::Group(alternatives)) } else { Err("balanced parentheses") }
    }

    fn escape(&mut self) -> Result<Node, &'static str> {
        let class = |negated, ranges: &[_]| Node::Class(Class { negated, ranges: ranges.to_vec() });
        Ok(match self.next() {
            Some('d') => class(false, DIGITS),
            Some('D') => class(true, DIGITS),
            Some('w') => class(false, WORD),
            Some('W') => class(true, WORD),
            Some('s') => class(false, SPACE),
            Some('S') => class(true, SPACE),
            Some('A') => Node::Start,
            Some('z') => Node::End,
            Some(other) => Node::Literal(self.escaped(other)?),
            None => return Err("something after the backslash"),
        })
    }

    /// A single character after a backslash.
    fn escaped(&mut self, letter: char) -> Result<char, &'static str> {
        Ok(match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'x' => return self.hexadecimal(),
            other if !other.is_ascii_alphanumeric() => other,
            'b' | 'B' => return Err("word boundaries"),
            '1'..='9' => return Err("back references"),
            'p' | 'P' => return Err("properties of characters"),
            _ => return Err("an escape that not all engines know"),
        })
    }

    fn hexadecimal(&mut self) -> Result<char, &'static str> {
        let digits = match self.rest.get(..2) {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => digits,
            _ => return Err("an escape that not all engines know"),
        };
        let number = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        self.rest = &self.rest[2..];
        number.ok_or("an escape that not all engines know")
    }

    fn class(&mut self) -> Result<Class, &'static str> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        let mut is_first = true;
        loop {
            let start = match self.next().ok_or("the end of a class")? {
                ']' if !is_first => break,
                '[' if self.rest.starts_with([':', '.', '=']) => return Err("POSIX classes"),
                '\\' => match self.next().ok_or("the end of a class")? {
                    'd' => {
                        ranges.extend_from_slice(DIGITS);
                        None
                    }
                    'w' => {
                        ranges.extend_from_slice(WORD);
                        None
                    }
                    's' => {
                        ranges.extend_from_slice(SPACE);
                        None
                    }
                    letter => Some(self.escaped(letter)?),
                },
                other => Some(other),
            };
            is_first = false;
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            match start {
                Some(start) if is_range => ranges.push((start, self.range_end(start)?)),
                Some(start) => ranges.push((start, start)),
                None if is_range => return Err("a range that starts with a class"),
                None => {}
            }
        }
        Ok(Class { negated, ranges })
    }

    fn range_end(&mut self, start: char) -> Result<char, &'static str> {
        self.eat("-");
        let end = match self.next().ok_or("the end of a class")? {
            '\\' => {
                let letter = self.next().ok_or("the end of a class")?;
                self.escaped(letter)?
            }
            '[' => return Err("POSIX classes"),
            other => other,
        };
        if start <= end { Ok(end) } else { Err("a range in order") }
    }

    fn repeated(&mut self, node: Node) -> Result<Node, &'static str> {
        let (least, most) = if self.eat("*") {
            (0, None)
        } else if self.eat("+") {
            (1, None)
        } else if self.eat("?") {
            (0, Some(1))
        } else if let Some(counts) = self.counts()? {
            counts
        } else {
            return Ok(node);
        };
        if matches!(node, Node::Start | Node::End) {
            return Err("repeated anchors");
        }
        if self.eat("+") {
            return Err("possessive quantifiers");
        }
        // Whether it takes more or less does not change whether there is a match.
        self.eat("?");
        if self.rest.starts_with(['*', '+', '?']) || self.counts()?.is_some() {
            return Err("repetitions of repetitions");
        }
        Ok(Node::Repeat { node: Box::new(node), least, most })
    }

    /// `{2}`, `{2,}` and `{2,5}`; anything else is text.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, &'static str> {
        let Some(rest) = self.rest.strip_prefix('{') else { return Ok(None) };
        let Some((inner, after)) = rest.split_once('}') else { return Ok(None) };
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if least.is_empty() || !is_number(least) || !is_number(most) {
            return Ok(None);
        }
        let most = if inner.ends_with(',') { None } else { Some(most) };
        let number = |digits: &str| digits.parse::<u32>().ok().filter(|number| *number <= MOST_REPEATS);
        let least = number(least).ok_or("more repetitions")?;
        let most = match most {
            Some(most) => Some(number(most).filter(|most| *most >= least).ok_or("more repetitions")?),
            None => None,
        };
        self.rest = after;
        Ok(Some((least, most)))
    }
}
