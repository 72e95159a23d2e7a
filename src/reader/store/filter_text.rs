//! Filters from text.

use super::filter_error::FilterError;
use super::filter_test::{Comparison, Constant, Operation, Path, Step, Test, time};

/// So deep may parentheses and `not` nest.
const MAX_DEPTH: usize = 100;

/// A comparison by its name.
pub(super) fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        "contains" => Comparison::Contains,
        "starts" => Comparison::Starts,
        "like" => Comparison::Like,
        _ => return None,
    })
}

/// The operations of a filter in postfix order.
pub(super) fn parse(text: &str) -> Result<Vec<Operation>, FilterError> {
    let mut parser = Parser { text, at: 0, depth: 0, operations: Vec::new() };
    parser.filter()?;
    match parser.peek() {
        "" => Ok(parser.operations),
        other => Err(parser.error(format!("`{other}` after the end of the filter"))),
    }
}

pub(super) fn parse_path(text: &str) -> Result<Path, FilterError> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let fault = |what: &str| FilterError::new(what, text.len() - rest.len());
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '\'');
        // In STIX 2.1 a path has a dot before the bracket as well.
        let is_bracket = name.is_empty() && rest.starts_with('[') && !steps.is_empty();
        if !is_bracket {
            if name.is_empty() || !name.chars().all(is_name) {
                return Err(fault("a property is wanted"));
            }
            steps.push(Step::Name(name.trim_matches('\'').to_owned()));
        }
        rest = &rest[end..];
        while let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']').ok_or_else(|| fault("`]` is wanted"))?;
            steps.push(match index {
                "*" => Step::Any,
                index => Step::Index(index.parse().map_err(|_| fault("a number or `*` is wanted"))?),
            });
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(Path(steps)),
            None => return Err(fault("`.` is wanted")),
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    operations: Vec<Operation>,
}

impl<'t> Parser<'t> {
    fn error(&self, what: impl Into<String>) -> FilterError {
        FilterError::new(what, self.at)
    }

    /// The next word, sign or text in quotes; empty at the end.
    fn peek(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let rest_after = rest.trim_start();
        self.at += rest.len() - rest_after.len();
        let end = match rest_after.chars().next() {
            None => 0,
            Some(quote @ ('\'' | '"')) => text_end(rest_after, quote),
            Some('(' | ')' | ',') => 1,
            Some('<' | '>' | '!' | '=') => {
                if rest_after[1..].starts_with('=') {
                    2
                } else {
                    1
                }
            }
            // A bracket that follows a property belongs to the path, one of its own to a list.
            Some('[' | ']') => 1,
            Some(_) => word_end(rest_after),
        };
        &rest_after[..end]
    }

    fn next(&mut self) -> &'t str {
        let token = self.peek();
        self.at += token.len();
        token
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.peek() == word;
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    fn expect(&mut self, word: &str) -> Result<(), FilterError> {
        if self.takes(word) { Ok(()) } else { Err(self.error(format!("`{word}` is wanted"))) }
    }

    fn filter(&mut self) -> Result<(), FilterError> {
        self.all()?;
        while self.takes("or") {
            self.all()?;
            self.operations.push(Operation::Or);
        }
        Ok(())
    }

    fn all(&mut self) -> Result<(), FilterError> {
        self.unary()?;
        while self.takes("and") {
            self.unary()?;
            self.operations.push(Operation::And);
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("parentheses nest too deep"));
        }
        if self.takes("not") {
            self.unary()?;
            self.operations.push(Operation::Not);
        } else if self.takes("(") {
            self.filter()?;
            self.expect(")")?;
        } else {
            let test = self.test()?;
            self.operations.push(Operation::Test(Box::new(test)));
        }
        self.depth -= 1;
        Ok(())
    }

    fn test(&mut self) -> Result<Test, FilterError> {
        let start = self.at;
        let word = self.next();
        match word {
            "exists" => self.path().map(Test::Exists),
            "is" => Ok(Test::Is(self.next().trim_matches(['\'', '"']).to_owned())),
            "revoked" if comparison(self.peek()).is_none() && self.peek() != "in" => Ok(Test::Revoked),
            "live" if self.peek() == "at" => {
                self.expect("at")?;
                let value = self.value()?;
                time(&value.text).map(Test::LiveAt).ok_or_else(|| self.error("a date or a time is wanted"))
            }
            _ => {
                self.at = start;
                self.comparison()
            }
        }
    }

    fn comparison(&mut self) -> Result<Test, FilterError> {
        let path = self.path()?;
        if self.takes("in") {
            return Ok(Test::In { path, values: self.values()? });
        }
        let operator = self.peek();
        let Some(comparison) = comparison(operator) else {
            return Err(self.error("a comparison is wanted: = != < <= > >= contains starts like in"));
        };
        self.at += operator.len();
        Ok(Test::Compare { path, comparison, value: self.value()? })
    }

    fn values(&mut self) -> Result<Vec<Constant>, FilterError> {
        self.expect("[")?;
        let mut values = vec![self.value()?];
        while self.takes(",") {
            values.push(self.value()?);
        }
        self.expect("]")?;
        Ok(values)
    }

    fn path(&mut self) -> Result<Path, FilterError> {
        let word = self.peek();
        let path = parse_path(word).map_err(|_| self.error(format!("`{word}` is not a path")))?;
        self.at += word.len();
        Ok(path)
    }

    fn value(&mut self) -> Result<Constant, FilterError> {
        let token = self.peek();
        let constant = match token.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let inner = token[1..].strip_suffix(quote).filter(|_| token.len() > 1);
                let inner = inner.ok_or_else(|| self.error("the text does not end"))?;
                Constant::new(&unescaped(inner), true)
            }
            Some(letter) if letter.is_alphanumeric() || matches!(letter, '-' | '+' | '.') => {
                Constant::new(token, false)
            }
            _ => return Err(self.error("a value is wanted")),
        };
        self.at += token.len();
        Ok(constant)
    }
}

/// The length of a text in quotes, in which `\` comes before a quote or another `\`.
fn text_end(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn unescaped(text: &str) -> String {
    let (mut out, mut letters) = (String::with_capacity(text.len()), text.chars());
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    out
}

/// The length of a word, with the brackets and quoted names of a path.
fn word_end(text: &str) -> usize {
    let mut in_brackets = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => in_brackets = true,
            ']' if in_brackets => in_brackets = false,
            ']' | '(' | ')' | ',' | '<' | '>' | '=' | '!' => return at,
            letter if letter.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}
