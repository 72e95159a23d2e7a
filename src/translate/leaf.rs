//! One comparison on one column: the constant in the type and form of the column, the operator in
//! its simplest form.

use super::column::{Column, ColumnKind, Form};
use super::expression::{Ask, Comparison};
use super::fidelity::Fidelity;
use super::form;
use super::note::{Note, NoteKind};
use super::regex::Regex;
use super::tree::{Constant, Network, Op, Order, Test, Tree};
use crate::pattern::ast::{Literal, OperatorKind};

/// Translates a comparison for a column, and adds what differs to the notes.
///
/// An error is the reason why it cannot be said.
pub(super) fn translate<'m>(
    comparison: &Comparison<'_>,
    column: &'m Column,
    notes: &mut Vec<Note>,
) -> Result<Tree<'m>, NoteKind> {
    let tree = Leaf { comparison, column, notes }.translate()?;
    if column.form != Form::Folder {
        return Ok(tree);
    }
    // A path without a folder is no value of the property.
    let test = |negated, op| Tree::Test(Box::new(Test { span: comparison.span, column, negated, op }));
    let folder = |negated| test(negated, Op::Matches(form::any_folder()));
    let is_different = matches!(comparison.ask, Ask::Compare(OperatorKind::NotEqual, _));
    Ok(match comparison.ask {
        Ask::Exists if comparison.negated => Tree::Any(vec![test(false, Op::Absent), folder(true)]),
        Ask::Exists => folder(false),
        _ if comparison.negated != is_different => Tree::All(vec![folder(false), tree]),
        _ => tree,
    })
}

struct Leaf<'l, 'p, 'm> {
    comparison: &'l Comparison<'p>,
    column: &'m Column,
    notes: &'l mut Vec<Note>,
}

impl<'m> Leaf<'_, '_, 'm> {
    fn translate(mut self) -> Result<Tree<'m>, NoteKind> {
        let leaf = &mut self;
        leaf.note_path();
        let comparison = leaf.comparison;
        let ops = match comparison.ask {
            Ask::Exists => {
                let op = if comparison.negated { Op::Absent } else { Op::Present };
                return Ok(leaf.bare(op, false));
            }
            Ask::In(literals) => leaf.equal_to_any(literals)?,
            Ask::Compare(OperatorKind::Equal, literal) => leaf.equal(literal)?,
            Ask::Compare(OperatorKind::NotEqual, literal) => {
                let ops = leaf.equal(literal)?;
                return leaf.different(ops);
            }
            Ask::Compare(OperatorKind::Like, literal) => leaf.like(literal)?,
            Ask::Compare(OperatorKind::Matches, literal) => leaf.matches(literal)?,
            Ask::Compare(OperatorKind::IsSubset, literal) => leaf.subset(literal)?,
            Ask::Compare(OperatorKind::IsSuperset, literal) => leaf.superset(literal)?,
            Ask::Compare(OperatorKind::Less, literal) => leaf.order(Order::Less, literal)?,
            Ask::Compare(OperatorKind::LessOrEqual, literal) => leaf.order(Order::LessOrEqual, literal)?,
            Ask::Compare(OperatorKind::Greater, literal) => leaf.order(Order::Greater, literal)?,
            Ask::Compare(OperatorKind::GreaterOrEqual, literal) => leaf.order(Order::GreaterOrEqual, literal)?,
        };
        Ok(leaf.any(ops, comparison.negated))
    }

    /// Adds a note. More hits of a negated test are fewer hits, and the other way round.
    fn note(&mut self, kind: NoteKind, fidelity: Fidelity) {
        let is_different = matches!(self.comparison.ask, Ask::Compare(OperatorKind::NotEqual, _));
        let is_inverted = self.comparison.negated != is_different;
        let fidelity = match fidelity {
            Fidelity::Wider if is_inverted => Fidelity::Narrower,
            Fidelity::Narrower if is_inverted => Fidelity::Wider,
            other => other,
        };
        self.notes.push(Note::new(self.comparison.span, kind, fidelity));
    }

    fn note_path(&mut self) {
        let span = self.comparison.span;
        let (any, none) = (Fidelity::Wider, Fidelity::Narrower);
        if self.comparison.any_element {
            // Also `!=` asks whether some element is different.
            let fidelity = if self.comparison.negated { none } else { any };
            self.notes.push(Note::new(span, NoteKind::AnyElement, fidelity));
        }
        if self.comparison.respelled {
            // The object has the property under its standard name only.
            let fidelity = if self.comparison.is_true_of_nothing() { none } else { any };
            self.notes.push(Note::new(span, NoteKind::Normalized, fidelity));
        }
        if self.column.shared && !self.is_about_own_values() {
            // Other values pass tests that are about no value in particular, negated or not.
            let fidelity = if self.comparison.is_true_of_nothing() { Fidelity::Narrower } else { Fidelity::Wider };
            let kind = NoteKind::SharedColumn(self.column.name.clone());
            self.notes.push(Note::new(self.comparison.span, kind, fidelity));
        }
    }

    /// Whether only values of the property pass the test, although the column has others.
    fn is_about_own_values(&self) -> bool {
        let is_own = |literal: &Literal<'_>| match (literal.as_str(), self.column.kind) {
            (None, _) => false,
            (Some(text), ColumnKind::Ip) => match self.comparison.object_type {
                "ipv4-addr" => !text.contains(':'),
                "ipv6-addr" => text.contains(':'),
                _ => true,
            },
            // A value of another property that equals this one is what the pattern is about as
            // well, because values have a form of their own.
            (Some(_), _) => {
                self.comparison.path.contains("hashes.")
                    || matches!(self.comparison.object_type, "url" | "windows-registry-key")
            }
        };
        !self.comparison.negated
            && match self.comparison.ask {
                Ask::Compare(OperatorKind::Equal | OperatorKind::IsSubset, literal) => is_own(literal),
                Ask::In(literals) => literals.iter().all(is_own),
                Ask::Exists | Ask::Compare(..) => false,
            }
    }

    fn bare(&self, op: Op, negated: bool) -> Tree<'m> {
        Tree::Test(Box::new(Test { span: self.comparison.span, column: self.column, negated, op }))
    }

    /// One of the operations, or none of them.
    fn any(&mut self, ops: Vec<Op>, negated: bool) -> Tree<'m> {
        if negated && ops.len() > 1 && self.column.has_objects {
            // Each may be failed by another element.
            self.notes.push(Note::new(self.comparison.span, NoteKind::AnyElement, Fidelity::Wider));
        }
        let tests = ops.into_iter().map(|op| self.bare(op, negated)).collect();
        if negated { Tree::all(tests) } else { Tree::any(tests) }
    }

    /// `!=`: some element is different.
    fn different(&mut self, ops: Vec<Op>) -> Result<Tree<'m>, NoteKind> {
        if self.column.list.is_none() {
            return Ok(self.any(ops, !self.comparison.negated));
        }
        match <[Op; 1]>::try_from(ops) {
            Ok([Op::Equal(constant)]) => Ok(self.bare(Op::NotEqual(constant), self.comparison.negated)),
            _ => Err(NoteKind::NoOperator("!= on this column".into())),
        }
    }

    fn equal(&mut self, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        let column = self.column;
        if matches!(column.kind, ColumnKind::Text) {
            let text = self.text(literal)?;
            return self.equal_text(&text);
        }
        if column.kind == ColumnKind::Ip
            && let Some(text) = literal.as_str()
            && let Some(network) = Network::parse(text).filter(|_| text.contains('/'))
        {
            self.note(NoteKind::Network, Fidelity::Wider);
            return Ok(vec![subset(network)]);
        }
        Ok(vec![Op::Equal(self.constant(literal)?)])
    }

    fn equal_text(&mut self, text: &str) -> Result<Vec<Op>, NoteKind> {
        let equal = |text: String| vec![Op::Equal(Constant::Text(text))];
        Ok(match self.column.form {
            Form::Same | Form::Lower | Form::Upper | Form::HyphenMac | Form::ShortHive => equal(self.formed(text)?),
            Form::AnyCase => {
                if text.bytes().any(|byte| byte.is_ascii_alphabetic()) || !text.is_ascii() {
                    self.note(NoteKind::CaseBlind, Fidelity::Wider);
                    vec![Op::EqualAnyCase(text.to_owned())]
                } else {
                    equal(text.to_owned())
                }
            }
            Form::FileName if text.contains(['/', '\\']) => {
                return Err(NoteKind::NoOperator("a name with a separator in a column of paths".into()));
            }
            Form::FileName => vec![
                Op::Equal(Constant::Text(text.to_owned())),
                Op::EndsWith(format!("\\{text}")),
                Op::EndsWith(format!("/{text}")),
            ],
            Form::Folder => vec![Op::Matches(form::in_folder(&Regex::from_literal(text)))],
            Form::ShortHiveFolder => {
                // The path may be one of a key below, too.
                self.note(NoteKind::SharedColumn(self.column.name.clone()), Fidelity::Wider);
                vec![Op::StartsWith(format!("{}\\", self.formed(text)?))]
            }
            Form::HashList => vec![Op::Contains(self.named_hash(text)?)],
            Form::Host => {
                let host = text.to_ascii_lowercase();
                if host != text {
                    self.note(NoteKind::Normalized, Fidelity::Wider);
                }
                vec![Op::Matches(form::url_of_host(&host)), Op::Equal(Constant::Text(host))]
            }
        })
    }

    /// The text of a string in the form of the column, for a form that keeps the whole value.
    fn formed(&mut self, text: &str) -> Result<String, NoteKind> {
        let (formed, is_changed) = match self.column.form {
            Form::Lower => (text.to_ascii_lowercase(), text.bytes().any(|byte| byte.is_ascii_uppercase())),
            Form::Upper => (text.to_ascii_uppercase(), text.bytes().any(|byte| byte.is_ascii_lowercase())),
            Form::HyphenMac => {
                let is_normal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':'));
                (text.to_ascii_uppercase().replace(':', "-"), !is_normal)
            }
            Form::ShortHive | Form::ShortHiveFolder => form::short_hive(text),
            _ => (text.to_owned(), false),
        };
        if is_changed {
            self.note(NoteKind::Normalized, Fidelity::Wider);
        }
        Ok(formed)
    }

    /// A hash after the name of its algorithm. Objects have it in lower case.
    fn named_hash(&mut self, text: &str) -> Result<String, NoteKind> {
        let (name, length) = match &*self.comparison.path {
            path if path.ends_with("hashes.MD5") => ("MD5", 32),
            path if path.ends_with("hashes.SHA-1") => ("SHA1", 40),
            path if path.ends_with("hashes.SHA-256") => ("SHA256", 64),
            path if path.ends_with("hashes.SHA-512") => ("SHA512", 128),
            _ => return Err(NoteKind::NoOperator("this hash in a column of hashes".into())),
        };
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.note(NoteKind::Normalized, Fidelity::Wider);
        }
        if text.len() != length {
            self.note(NoteKind::NotAnchored, Fidelity::Wider);
        }
        Ok(format!("{name}={}", text.to_ascii_uppercase()))
    }

    fn equal_to_any(&mut self, literals: &[Literal<'_>]) -> Result<Vec<Op>, NoteKind> {
        let (mut constants, mut others) = (Vec::new(), Vec::new());
        for literal in literals {
            for op in self.equal(literal)? {
                match op {
                    Op::Equal(constant) => constants.push(constant),
                    other => others.push(other),
                }
            }
        }
        match constants.len() {
            0 => {}
            1 => others.extend(constants.into_iter().map(Op::Equal)),
            _ => others.insert(0, Op::In(constants)),
        }
        if others.is_empty() { Err(NoteKind::NoOperator("an empty list".into())) } else { Ok(others) }
    }

    fn order(&mut self, order: Order, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        if matches!(self.column.kind, ColumnKind::Text) && self.column.form != Form::Same {
            return Err(NoteKind::NoOperator(format!("{} on this column", order.as_str()).into()));
        }
        if matches!(self.column.kind, ColumnKind::Boolean | ColumnKind::Ip) {
            return Err(NoteKind::NoOperator(format!("{} on this column", order.as_str()).into()));
        }
        Ok(vec![Op::Order(order, self.constant(literal)?)])
    }

    fn like(&mut self, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        let pattern = self.pattern("LIKE", literal)?;
        Ok(vec![match self.column.form {
            Form::Same => like(&pattern),
            Form::Lower | Form::Upper => like(&self.formed(&pattern)?),
            Form::AnyCase => {
                self.note(NoteKind::CaseBlind, Fidelity::Wider);
                Op::Matches(Regex { ignore_case: true, ..Regex::from_like(&pattern) })
            }
            Form::FileName => Op::Matches(form::file_name_like(&pattern)),
            Form::Folder => Op::Matches(form::in_folder(&Regex::from_like(&pattern))),
            Form::Host | Form::HyphenMac | Form::ShortHive | Form::ShortHiveFolder | Form::HashList => {
                return Err(NoteKind::NoOperator("LIKE on this column".into()));
            }
        }])
    }

    fn matches(&mut self, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        let pattern = self.pattern("MATCHES", literal)?;
        let regex = Regex::parse(&pattern).map_err(NoteKind::Regex)?;
        match self.column.form {
            Form::Same => Ok(vec![Op::Matches(regex)]),
            Form::Lower | Form::Upper | Form::AnyCase => {
                self.note(NoteKind::CaseBlind, Fidelity::Wider);
                Ok(vec![Op::Matches(Regex { ignore_case: true, ..regex })])
            }
            _ => Err(NoteKind::NoOperator("MATCHES on this column".into())),
        }
    }

    /// The text after `LIKE` and `MATCHES`, for columns that have text.
    fn pattern(&self, operator: &str, literal: &Literal<'_>) -> Result<String, NoteKind> {
        match (self.column.kind, literal.as_str()) {
            (ColumnKind::Text | ColumnKind::Ip, Some(text)) => Ok(text.to_owned()),
            _ => Err(NoteKind::NoOperator(format!("{operator} on this column").into())),
        }
    }

    fn network(&self, literal: &Literal<'_>) -> Result<Network, NoteKind> {
        let is_plain = matches!(self.column.kind, ColumnKind::Text | ColumnKind::Ip)
            && matches!(self.column.form, Form::Same | Form::Lower);
        let network = literal.as_str().and_then(Network::parse).filter(|_| is_plain);
        network.ok_or_else(|| NoteKind::NoOperator("a network on this column".into()))
    }

    fn subset(&mut self, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        Ok(vec![subset(self.network(literal)?)])
    }

    fn superset(&mut self, literal: &Literal<'_>) -> Result<Vec<Op>, NoteKind> {
        let network = self.network(literal)?;
        if self.column.kind == ColumnKind::Ip {
            // An address is a network of one address only.
            return match network.is_single() {
                true => Ok(vec![subset(network)]),
                false => Err(NoteKind::NoOperator("ISSUPERSET of more than one address".into())),
            };
        }
        Ok(vec![Op::Superset(network)])
    }

    fn text(&mut self, literal: &Literal<'_>) -> Result<String, NoteKind> {
        match literal {
            Literal::String(text) => Ok(text.value.clone().into_owned()),
            Literal::Integer(number) => {
                self.note(NoteKind::Converted, Fidelity::Wider);
                Ok(number.text().to_owned())
            }
            _ => Err(incomparable()),
        }
    }

    fn constant(&mut self, literal: &Literal<'_>) -> Result<Constant, NoteKind> {
        let is_text = literal.as_str().is_some();
        let constant = match (self.column.kind, literal) {
            (ColumnKind::Text, literal) => return Ok(Constant::Text(self.text(literal)?)),
            (ColumnKind::Ip, Literal::String(text)) => {
                let address: std::net::IpAddr = text.value.parse().map_err(|_| incomparable())?;
                let normal = address.to_string();
                if normal != *text.value {
                    self.note(NoteKind::Normalized, Fidelity::Wider);
                }
                return Ok(Constant::Ip(normal));
            }
            (ColumnKind::Integer, Literal::Integer(number)) => number.value().map(Constant::Integer),
            (ColumnKind::Integer, Literal::String(text)) => text.value.parse().ok().map(Constant::Integer),
            (ColumnKind::Float, Literal::Float(number)) => Some(Constant::Float(number.value())),
            (ColumnKind::Float, Literal::Integer(number)) => number.value().map(Constant::Integer),
            (ColumnKind::Boolean, Literal::Boolean(boolean)) => Some(Constant::Boolean(boolean.value)),
            (ColumnKind::Boolean, Literal::String(text)) => text.value.parse().ok().map(Constant::Boolean),
            (ColumnKind::Time, Literal::Timestamp(time)) => Some(Constant::Time(time.value())),
            (ColumnKind::Time, Literal::String(text)) => {
                let time = chrono::DateTime::parse_from_rfc3339(&text.value).ok();
                time.map(|time| Constant::Time(time.to_utc()))
            }
            _ => None,
        };
        if is_text && constant.is_some() {
            self.note(NoteKind::Converted, Fidelity::Wider);
        }
        constant.ok_or_else(incomparable)
    }
}

fn incomparable() -> NoteKind {
    NoteKind::NoOperator("a comparison of these types".into())
}

fn subset(network: Network) -> Op {
    if network.is_single() { Op::Equal(Constant::Ip(network.first.to_string())) } else { Op::Subset(network) }
}

/// `LIKE` in the simplest form.
fn like(pattern: &str) -> Op {
    let inner = pattern.trim_matches('%');
    if inner.contains(['%', '_']) {
        return Op::Matches(Regex::from_like(pattern));
    }
    match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, _) if inner.is_empty() => Op::Present,
        (true, true) => Op::Contains(inner.to_owned()),
        (true, false) => Op::EndsWith(inner.to_owned()),
        (false, true) => Op::StartsWith(inner.to_owned()),
        (false, false) => Op::Equal(Constant::Text(inner.to_owned())),
    }
}
