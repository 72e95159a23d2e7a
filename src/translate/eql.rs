//! The event query language of Elasticsearch.

use std::fmt::Write as _;

use super::batch_part::{BatchKey, BatchPart};
use super::column::{Column, ColumnKind};
use super::dialect::{BatchLimits, Dialect, Joined, Support, usual_constant};
use super::elastic;
use super::fidelity::Fidelity;
use super::field_map::Table;
use super::joint::Joint;
use super::note::NoteKind;
use super::orders;
use super::regex::Regex;
use super::regex_lucene::Place;
use super::translation::Query;
use super::tree::{Constant, Op, Test, Tree};
use super::written::{ends_lines, quoted, separated};

#[derive(Debug)]
pub(super) struct Eql;

/// So many filters a `sample` may have.
const MOST_SAMPLED: usize = 5;
/// So often an event of a sequence may be repeated.
const MOST_RUNS: usize = 100;

impl Dialect for Eql {
    fn literal(&self, text: &str, out: &mut String) {
        quoted(text, '"', out, |other, out| match other {
            other if ends_lines(other) => _ = write!(out, r"\u{{{:04x}}}", u32::from(other)),
            other => out.push(other),
        });
    }

    fn constant(&self, constant: &Constant, out: &mut String) {
        match constant {
            // Not supported.
            Constant::Time(_) => out.push_str("null"),
            other => usual_constant(self, other, out),
        }
    }

    fn supports(&self, test: &Test<'_>) -> Support {
        if let Some(support) = elastic::text_of_address(test) {
            return support;
        }
        if test.column.kind == ColumnKind::Time && !matches!(test.op, Op::Present | Op::Absent) {
            return Support::no("a comparison of times");
        }
        // A negated order becomes the other one, which other values of the list may be in.
        if test.negated && test.column.list.is_some() && matches!(test.op, Op::Order(..)) {
            return Support::no("this test of a list");
        }
        if let Some(Err(feature)) = elastic::regex_of(&test.op).map(|regex| regex.print_lucene(Place::Value)) {
            return Support::No(NoteKind::Regex(feature));
        }
        elastic::supports(test)
    }

    fn test(&self, test: &Test<'_>, out: &mut String) {
        let mut x = "?".to_owned();
        column(test.column, &mut x);
        match &test.op {
            Op::Present => _ = write!(out, "{x} != null"),
            Op::Absent => _ = write!(out, "{x} == null"),
            op => {
                // A test of an absent value may be true in a negation.
                let is_negated = test.negated != matches!(op, Op::NotEqual(_));
                if is_negated {
                    let _ = write!(out, "({x} != null and not ");
                }
                self.positive(&x, op, out);
                if is_negated {
                    out.push(')');
                }
            }
        }
    }

    fn query(&self, table: &Table, condition: &Tree<'_>) -> Query {
        let mut text = String::new();
        self.rows(table, condition, &mut text);
        Query::new(table.name.clone(), text)
    }

    fn joints(&self, joint: &Joint<'_>) -> Result<Joined, NoteKind> {
        let too_many = || NoteKind::NoOperator("so many observations in any order".into());
        let has_plain = joint.elements.iter().all(|element| element.times == 1);
        let orders = orders::all(joint).filter(|orders| orders.iter().all(|own| runs(own).all(is_run)));
        let is_sample = has_plain && joint.orders.is_empty() && joint.windows.is_empty();
        let orders = match orders {
            Some(orders) if !(is_sample && joint.elements.len() <= MOST_SAMPLED) => orders,
            _ if joint.elements.len() > MOST_SAMPLED || joint.elements.len() == 1 => return Err(too_many()),
            _ => return Ok(self.sample(joint)),
        };
        let mut joined = Joined::default();
        let all = joint.elements.len();
        let whole = joint.windows.iter().filter(|window| window.elements.len() == all);
        let seconds = whole.clone().map(|window| window.seconds).min();
        if whole.count() < joint.windows.len() {
            joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
        }
        for order in &orders {
            joined.queries.push(self.sequence(joint, order, seconds, false));
        }
        match (&joint.orders[..], &orders[..]) {
            ([], _) => {}
            // Two at the same instant are in the order of their tiebreaker.
            (_, [order]) if order.len() == 2 => {
                let other: Vec<_> = order.iter().rev().copied().collect();
                joined.queries.push(self.sequence(joint, &other, None, true));
            }
            _ => joined.notes.push((NoteKind::EqualTimes, Fidelity::Narrower)),
        }
        Ok(joined)
    }

    fn batch(&self, part: &BatchPart<'_>) -> Option<Query> {
        if !part.is_of_whole_values() {
            return None;
        }
        let mut text = "any where ".to_owned();
        if let Some(condition) = &part.table.condition {
            let _ = write!(text, "{condition} and ");
        }
        let mut x = "?".to_owned();
        column(part.column, &mut x);
        let constants: Vec<_> = part.by_constant().into_iter().map(|(constant, _)| constant.clone()).collect();
        if part.column.kind == ColumnKind::Ip {
            self.addresses(&x, &constants, &mut text);
        } else if part.key == BatchKey::Lower {
            self.any_case(&x, &constants, &mut text);
        } else {
            let _ = write!(text, "{x} in (");
            self.constants(&constants, ", ", &mut text);
            text.push(')');
        }
        Some(Query::new(part.table.name.clone(), text).with_indicators(part))
    }

    fn batch_limits(&self) -> BatchLimits {
        // `indices.query.bool.max_clause_count` is 1,024 at least.
        BatchLimits { values: 1000, bytes: 200_000 }
    }
}

impl Eql {
    fn positive(&self, x: &str, op: &Op, out: &mut String) {
        match op {
            Op::Equal(constant) | Op::NotEqual(constant) => {
                let _ = write!(out, "{x} == ");
                self.constant(constant, out);
            }
            Op::In(constants) if constants.iter().all(|constant| matches!(constant, Constant::Ip(_))) => {
                self.addresses(x, constants, out);
            }
            Op::In(constants) => {
                let _ = write!(out, "{x} in (");
                self.constants(constants, ", ", out);
                out.push(')');
            }
            Op::Order(order, constant) => {
                let _ = write!(out, "{x} {} ", order.as_str());
                self.constant(constant, out);
            }
            Op::Subset(network) => {
                let _ = write!(out, "cidrMatch({x}, ");
                self.literal(&network.to_string(), out);
                out.push(')');
            }
            Op::EqualAnyCase(text) if !has_wildcards(text) => {
                let _ = write!(out, "{x} in~ (");
                self.literal(text, out);
                out.push(')');
            }
            Op::StartsWith(text) if !has_wildcards(text) => self.like(x, &format!("{text}*"), out),
            Op::EndsWith(text) if !has_wildcards(text) => self.like(x, &format!("*{text}"), out),
            Op::Contains(text) if !has_wildcards(text) => self.like(x, &format!("*{text}*"), out),
            op => match elastic::regex_of(op) {
                Some(regex) => self.matches(x, &regex, out),
                // Printed before, or not supported.
                None => out.push_str("false"),
            },
        }
    }

    fn like(&self, x: &str, pattern: &str, out: &mut String) {
        let _ = write!(out, "{x} like ");
        self.literal(pattern, out);
    }

    fn matches(&self, x: &str, regex: &Regex, out: &mut String) {
        let _ = write!(out, "{x} regex ");
        // `supports` has asked whether there is one.
        self.literal(&regex.print_lucene(Place::Value).unwrap_or_default(), out);
    }

    /// Constants without regard to case.
    fn any_case(&self, x: &str, constants: &[Constant], out: &mut String) {
        let is_plain = |constant: &&Constant| !has_wildcards(&constant.to_string());
        let (plain, others): (Vec<_>, Vec<_>) = constants.iter().partition(is_plain);
        let plain: Vec<_> = plain.into_iter().cloned().collect();
        out.push('(');
        if !plain.is_empty() {
            let _ = write!(out, "{x} in~ (");
            self.constants(&plain, ", ", out);
            out.push(')');
        }
        for (index, constant) in others.into_iter().enumerate() {
            if index > 0 || !plain.is_empty() {
                out.push_str(" or ");
            }
            self.positive(x, &Op::EqualAnyCase(constant.to_string()), out);
        }
        out.push(')');
    }

    /// The type for addresses has no `in`.
    fn addresses(&self, x: &str, constants: &[Constant], out: &mut String) {
        let _ = write!(out, "cidrMatch({x}");
        for constant in constants {
            if let Constant::Ip(address) = constant {
                out.push_str(", ");
                let prefix = if address.contains(':') { 128 } else { 32 };
                self.literal(&format!("{address}/{prefix}"), out);
            }
        }
        out.push(')');
    }

    fn rows(&self, table: &Table, condition: &Tree<'_>, out: &mut String) {
        out.push_str("any where ");
        self.where_rows(table, condition, out);
    }

    /// An event of an element, with its key.
    fn event(&self, joint: &Joint<'_>, element: usize, with_time: bool, out: &mut String) {
        out.push_str("\n  [any where ");
        let sources = &joint.elements[element].sources;
        for (number, source) in sources.iter().enumerate() {
            if sources.len() > 1 {
                out.push_str(if number > 0 { " or (" } else { "(" });
            }
            self.where_rows(source.table, &source.condition, out);
            if sources.len() > 1 {
                out.push(')');
            }
        }
        out.push_str("] by ");
        if let Some(source) = sources.first() {
            name(source.scope(joint.scope), out);
            if let Some(time) = source.table.time.as_ref().filter(|_| with_time) {
                out.push_str(", ");
                column(time, out);
            }
        }
    }

    fn sequence(&self, joint: &Joint<'_>, order: &[usize], seconds: Option<u64>, at_once: bool) -> Query {
        let mut text = "sequence".to_owned();
        if let Some(seconds) = seconds {
            // Times have milliseconds, and the span is inclusive.
            let _ = write!(text, " with maxspan={}ms", seconds.saturating_mul(1000).saturating_sub(1));
        }
        for (element, times) in runs(order) {
            self.event(joint, element, at_once, &mut text);
            if times > 1 {
                let _ = write!(text, " with runs={times}");
            }
        }
        Query::new(joint.tables(), text)
    }

    /// All elements, whatever their times, once each.
    fn sample(&self, joint: &Joint<'_>) -> Joined {
        let mut joined = Joined::default();
        let mut text = "sample".to_owned();
        for element in 0..joint.elements.len() {
            self.event(joint, element, false, &mut text);
        }
        joined.queries.push(Query::new(joint.tables(), text));
        // Whether filters may take the same event is not documented.
        if joint.rivals().next().is_some() {
            joined.notes.push((NoteKind::SameEvent, Fidelity::Wider));
        }
        if !joint.windows.is_empty() {
            joined.notes.push((NoteKind::DroppedQualifier("WITHIN"), Fidelity::Wider));
        }
        if joint.elements.iter().any(|element| element.times > 1) {
            joined.notes.push((NoteKind::DroppedQualifier("REPEATS"), Fidelity::Wider));
        }
        if !joint.orders.is_empty() {
            joined.notes.push((NoteKind::NoOperator("so many orders".into()), Fidelity::Wider));
        }
        joined
    }
}

/// Equal neighbours, with their number.
fn runs(order: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    order.chunk_by(|one, other| one == other).map(|run| (run[0], run.len()))
}

fn is_run((_, times): (usize, usize)) -> bool {
    times <= MOST_RUNS
}

/// Whether `like` would not take all of a text as it is.
fn has_wildcards(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn column(column: &Column, out: &mut String) {
    name(&column.name, out);
}

/// A name of the map, with backticks around the parts that need them.
fn name(name: &str, out: &mut String) {
    separated(name.split('.'), ".", out, |part, out| {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if is_plain {
            out.push_str(part);
        } else {
            let _ = write!(out, "`{}`", part.replace('`', "``"));
        }
    });
}
